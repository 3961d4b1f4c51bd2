package cors_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/seed-12f469a5/cors"
)

// A costless is a ResponseWriter that costs nothing itself.
type costless struct{ h http.Header }

func (w costless) Header() http.Header         { return w.h }
func (w costless) Write(b []byte) (int, error) { return len(b), nil }
func (w costless) WriteHeader(int)             {}

func exact(n int) (origins []string) {
	for i := range n {
		origins = append(origins, fmt.Sprintf("https://app-%06d.example.com", i))
	}
	return origins
}

func wildcards(n int) (origins []string) {
	for i := range n {
		origins = append(origins, fmt.Sprintf("https://*.app-%06d.example.com", i))
	}
	return origins
}

func regexps(n int, format string) (exprs []string) {
	for i := range n {
		exprs = append(exprs, fmt.Sprintf(format, i))
	}
	return exprs
}

const (
	linear    = `https://([a-z0-9-]+\.)*app-%06d\.example\.com`
	lookAhead = `https://(?!admin\.)([a-z0-9-]+\.)*app-%06d\.example\.com`
	open      = `https://tenant%d-[a-z0-9-]+\.example\.com`
	needsX    = `https://(?=[a-z0-9-]*x)([a-z0-9-]+\.)*app-%06d\.example\.com`
)

// benchmarked are the policies that are measured, each with an origin that it allows by its last entry and one that it
// does not.
func benchmarked() []struct {
	name            string
	opt             cors.Option
	allowed, denied string
} {
	type row = struct {
		name            string
		opt             cors.Option
		allowed, denied string
	}
	var rows []row
	const denied = "https://evil.example.org"
	for _, n := range []int{1, 10, 1_000, 100_000} {
		origins := exact(n)
		rows = append(rows, row{fmt.Sprintf("exact=%d", n), cors.WithOrigins(origins...), origins[n-1], denied})
	}
	for _, n := range []int{1, 100_000} {
		rows = append(rows, row{fmt.Sprintf("wildcard=%d", n), cors.WithOrigins(wildcards(n)...), fmt.Sprintf("https://x.y.app-%06d.example.com", n-1), denied})
	}
	for _, n := range []int{1, 100} {
		last := fmt.Sprintf("https://x.app-%06d.example.com", n-1)
		rows = append(rows, row{fmt.Sprintf("regexp=%d", n), cors.WithOriginRegexps(regexps(n, linear)...), last, denied})
		rows = append(rows, row{fmt.Sprintf("look-ahead=%d", n), cors.WithOriginRegexps(regexps(n, lookAhead)...), last, denied})
	}
	reflect := func(c *cors.Config) { c.Origins, c.Headers = exact(1), nil }
	anyPort := cors.WithOrigins("http://localhost:*", exact(1)[0])
	return append(rows, row{"reflect", reflect, exact(1)[0], denied}, row{"any-port", anyPort, exact(1)[0], denied})
}

func measured(opt cors.Option) http.Handler {
	return cors.MustNew(cors.WithCredentials(), cors.WithHeaders("Authorization", "Content-Type"), cors.WithExposedHeaders("X-Request-Id"),
		cors.WithMaxAge(600e9), opt).Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
}

func requests(allowed, denied string) map[string]*http.Request {
	const acrh = "Access-Control-Request-Headers"
	return map[string]*http.Request{
		"actual/allowed":    get(allowed),
		"actual/denied":     get(denied),
		"actual/alike":      get("https://evil.example.com"), // which ends as those do that are allowed
		"preflight/allowed": preflight(allowed, "PUT", acrh, "authorization,content-type"),
		"preflight/denied":  preflight(denied, "PUT", acrh, "authorization,content-type"),
		"preflight/ipv6":    preflight("https://[2001:db8::1]:8443", "PUT"), // which is denied too
	}
}

func BenchmarkHandler(b *testing.B) {
	for _, row := range benchmarked() {
		handler := measured(row.opt)
		for _, name := range []string{"actual/allowed", "actual/denied", "actual/alike", "preflight/allowed", "preflight/denied", "preflight/ipv6"} {
			r := requests(row.allowed, row.denied)[name]
			b.Run(row.name+"/"+name, func(b *testing.B) { repeat(b, handler, r) })
		}
	}
}

// repeat measures one request.
func repeat(b *testing.B, handler http.Handler, r *http.Request) {
	w := costless{http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		clear(w.h)
		handler.ServeHTTP(w, r)
	}
}

// BenchmarkBehind finds headers in the response that a handler in front has set.
func BenchmarkBehind(b *testing.B) {
	origins := exact(1)
	handler := measured(cors.WithOrigins(origins...))
	for name, r := range map[string]*http.Request{
		"none": request("GET", nil), "denied": get("https://evil.example.org"), "allowed": get(origins[0]), "preflight": preflight(origins[0], "PUT"),
	} {
		for _, headers := range [][]string{{"X-Request-Id"}, {"X-Request-Id", "Vary"}, {"X-Request-Id", "Content-Security-Policy", "X-Frame-Options", "Referrer-Policy"}} {
			b.Run(fmt.Sprintf("%s/%d", name, len(headers)), func(b *testing.B) {
				w := costless{http.Header{}}
				value := []string{"Accept"}
				b.ReportAllocs()
				for b.Loop() {
					clear(w.h)
					for _, name := range headers {
						w.h[name] = value
					}
					handler.ServeHTTP(w, r)
				}
			})
		}
	}
}

// BenchmarkShadow compares a policy with another one that allows an origin more.
func BenchmarkShadow(b *testing.B) {
	origins := exact(2)
	report := func(*http.Request, cors.Decision, cors.Decision) {}
	handler := cors.Shadow(cors.MustNew(cors.WithOrigins(origins[0])), cors.MustNew(cors.WithOrigins(origins...)), report)(http.NotFoundHandler())
	repeat(b, handler, preflight(origins[0], "PUT"))
}

// BenchmarkRoutes chooses between policies.
func BenchmarkRoutes(b *testing.B) {
	one, other := cors.MustNew(cors.WithOrigins("https://a.example")), cors.MustNew()
	pick, err := cors.Routes(map[string]*cors.Policy{"/": one, "/public": other, "/public/": other, "/v1/{tenant}/open": other, "admin.example/": one})
	if err != nil {
		b.Fatal(err)
	}
	handler := cors.Select(pick)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	for _, path := range []string{"/account", "/public/logo", "/v1/acme/open", "/v1/Acme/open", "/v1/a%2Fb/open"} {
		r := httptest.NewRequest("GET", "https://api.example"+path, nil)
		b.Run(path[1:], func(b *testing.B) { repeat(b, handler, r) })
	}
}

// BenchmarkReflected echoes a long list of names.
func BenchmarkReflected(b *testing.B) {
	origins := exact(1)
	handler := cors.MustNew(cors.WithOrigins(origins...)).Handler(http.NotFoundHandler())
	repeat(b, handler, preflight(origins[0], "PUT", "Access-Control-Request-Headers", strings.TrimSuffix(strings.Repeat("x-name,", 500), ",")))
}

// BenchmarkCold asks about another origin each time, none of which is allowed: strangers, and origins that only look-around
// tells from those that are.
func BenchmarkCold(b *testing.B) {
	run := func(name string, opt cors.Option, end func(i int) string) {
		origins := make([]*http.Request, 1<<14)
		for i := range origins {
			origins[i] = get(fmt.Sprintf("https://tenant-%06x.", uint32(i)*2654435761%(1<<24)) + end(i))
		}
		handler := measured(opt)
		b.Run(name, func(b *testing.B) {
			w := costless{http.Header{}}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				clear(w.h)
				handler.ServeHTTP(w, origins[i%len(origins)])
			}
		})
	}
	for _, row := range benchmarked() {
		run(row.name, row.opt, func(int) string { return "example.net" })
	}
	run("needs-x=100", cors.WithOriginRegexps(regexps(100, needsX)...), func(i int) string { return fmt.Sprintf("app-%06d.example.com", i%100) })
	run("needs-x=100/strangers", cors.WithOriginRegexps(regexps(100, needsX)...), func(int) string { return "example.net" })
	run("open=10000", cors.WithOriginRegexps(regexps(10_000, open)...), func(int) string { return "example.com" })
	run("look-alike=100", cors.WithOriginRegexps(regexps(100, linear)...), func(i int) string { return fmt.Sprintf("app-%06d.example.com", 100+i%100) })
}

// BenchmarkHot asks about origins in turn that a regular expression allows, as many as are hot at a time.
func BenchmarkHot(b *testing.B) {
	for _, n := range []int{1, 100, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			handler := measured(cors.WithOriginRegexps(`https://([a-z0-9-]+\.)*example\.com`))
			origins := make([]*http.Request, n)
			w := costless{http.Header{}}
			for i := range 3 * n {
				origins[i%n] = get(fmt.Sprintf("https://pr-%d.example.com", i%n))
				handler.ServeHTTP(w, origins[i%n])
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				clear(w.h)
				handler.ServeHTTP(w, origins[i%n])
			}
		})
	}
}

func BenchmarkNew(b *testing.B) {
	for name, opt := range map[string]cors.Option{
		"exact=100000": cors.WithOrigins(exact(100_000)...), "regexp=1000": cors.WithOriginRegexps(regexps(1000, linear)...),
		"look-ahead=1000": cors.WithOriginRegexps(regexps(1000, lookAhead)...),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				cors.MustNew(opt, cors.WithCredentials())
			}
		})
	}
}
