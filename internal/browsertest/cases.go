package browsertest

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/seed-12f469a5/cors"
)

// This file says what policies mean: for each, a few fetches, and what becomes of them in a browser.

// The hosts of the cases. Those below example.com are of one site, so that cookies between them are first-party.
const (
	app   = "http://app.example.com"
	admin = "http://admin.example.com"
	api   = "http://api.example.com"
	files = "http://files.example.com"
	wild  = "http://wild.example"

	sessionCookie = "session=ada"
)

func siteCookie() *http.Cookie {
	return &http.Cookie{Name: "session", Value: "ada", Domain: "example.com", Path: "/"}
}

func isOfSite(origin string) bool {
	u, err := url.Parse(origin)
	return err == nil && strings.HasSuffix(u.Hostname(), ".example.com")
}

// insecure is what credentials need here, for all pages are plain http.
var insecure = cors.Dangerously(cors.InsecureOrigins)

// cases returns all cases.
func cases() []testCase {
	return slices.Concat(originCases(), methodCases(), headerCases(), credentialsCases(), exposedCases(), preflightCases(),
		cacheCases(), wireCases(), redirectCases())
}

// one is a case of one fetch.
func one(name, origin string, s server, f fetch, w want) testCase {
	return testCase{name: name, server: s, steps: []step{{origin: origin, fetch: f, want: w}}}
}

// several is a case of several fetches of one page.
func several(name string, s server, steps ...step) testCase {
	for i := range steps {
		if steps[i].origin == "" {
			steps[i].origin = app
		}
	}
	return testCase{name: name, server: s, steps: steps}
}

func try(f fetch, w want) step { return step{fetch: f, want: w} }

func (s step) from(origin string) step { s.origin = origin; return s }

func (s step) later(d time.Duration) step { s.after = d; return s }

// do is a fetch with the method and with headers, which are name, value, name, value...
func do(method string, header ...string) fetch {
	f := fetch{Method: method}
	for pair := range slices.Chunk(header, 2) {
		f.Header = append(f.Header, [2]string{pair[0], pair[1]})
	}
	return f
}

var get = do("GET")

func (f fetch) credentials() fetch { f.Credentials = true; return f }

func (f fetch) body(s string) fetch { f.Body = s; return f }

// to is f to another origin than api.
func (f fetch) to(origin string) fetch { f.origin = origin; return f }

// at is f to a URL that continues that of the case.
func (f fetch) at(rest string) fetch { f.rest = rest; return f }

// ok is a response that the script may read, with reads as in do beyond what needs no permission.
func ok(wire string, reads ...string) want {
	w := want{verdict: allowed, wire: wire, status: http.StatusOK, reads: map[string]string{}}
	for pair := range slices.Chunk(reads, 2) {
		w.reads[strings.ToLower(pair[0])] = pair[1]
	}
	return w
}

func (w want) with(status int) want { w.status = status; return w }

// no is a refusal.
func no(wire string) want { return want{verdict: blocked, wire: wire} }

func originCases() []testCase {
	var list []testCase
	// Whether a script of an origin may read the answer to a GET is all that these ask.
	origin := func(name, origin string, is string, opts ...cors.Option) {
		w := no("GET")
		if is == allowed {
			w = ok("GET")
		}
		list = append(list, one(name, origin, policy(opts...), get, w))
	}
	exact := cors.WithOrigins(app)
	origin("exact origin allowed", app, allowed, exact)
	origin("exact origin, another host", admin, blocked, exact)
	origin("exact origin, another port", app+":8080", blocked, exact)
	origin("exact origin, the parent domain", "http://example.com", blocked, exact)
	origin("exact origin, a subdomain", "http://x.app.example.com", blocked, exact)
	origin("exact origin, a suffix is not enough", "http://evilapp.example.com", blocked, exact)
	origin("exact origin, a prefix is not enough", "http://app.example.com.evil.example", blocked, exact)
	origin("exact origin, a host with a trailing dot", app+".", blocked, exact)
	origin("exact origin of another scheme", app, blocked, cors.WithOrigins("https://app.example.com"))
	origin("exact origin with a port", app+":8080", allowed, cors.WithOrigins(app+":8080"))
	origin("exact origin with a port, without it", app, blocked, cors.WithOrigins(app+":8080"))
	origin("exact origin with the default port", app, allowed, cors.WithOrigins(app+":80"))
	origin("exact origin in capitals", app, allowed, cors.WithOrigins("HTTP://App.Example.COM"))
	origin("exact origin with a trailing slash", app, allowed, cors.WithOrigins(app+"/"))
	origin("exact origin with a trailing dot", app+".", allowed, cors.WithOrigins(app+"."))
	origin("exact origin, international", "http://xn--bcher-kva.example", allowed, cors.WithOrigins("http://bücher.example"))
	origin("exact origin in punycode", "http://xn--bcher-kva.example", allowed, cors.WithOrigins("http://xn--bcher-kva.example"))
	origin("exact origin with an underscore", "http://my_app.example.com", allowed, cors.WithOrigins("http://my_app.example.com"))
	origin("exact IPv4 origin", "http://192.0.2.7:8080", allowed, cors.WithOrigins("http://192.0.2.7:8080"))
	origin("exact IPv6 origin", "http://[2001:db8::7]:8080", allowed, cors.WithOrigins("http://[2001:DB8:0::0:7]:8080"))
	origin("exact loopback origin", "http://127.0.0.1:3000", allowed, cors.WithOrigins("http://127.0.0.1:3000"))
	origin("exact localhost origin", "http://localhost:3000", allowed, cors.WithOrigins("http://localhost:3000"))
	origin("several origins, the first", app, allowed, cors.WithOrigins(app, admin))
	origin("several origins, the last", admin, allowed, cors.WithOrigins(app), cors.WithOrigins(admin))
	origin("several origins, none of them", wild, blocked, cors.WithOrigins(app, admin))

	below := cors.WithOrigins("http://*.wild.example")
	origin("wildcard, one label", "http://a.wild.example", allowed, below)
	origin("wildcard, two labels", "http://a.b.wild.example", allowed, below)
	origin("wildcard, the domain itself", wild, blocked, below)
	origin("wildcard, not at a label", "http://evilwild.example", blocked, below)
	origin("wildcard, not at the end", "http://a.wild.example.evil.example", blocked, below)
	origin("wildcard, another port", "http://a.wild.example:8080", blocked, below)
	origin("wildcard, another scheme", "http://a.wild.example", blocked, cors.WithOrigins("https://*.wild.example"))
	origin("wildcard with a port", "http://a.b.wild.example:8080", allowed, cors.WithOrigins("http://*.wild.example:8080"))
	origin("wildcard with a port, without it", "http://a.b.wild.example", blocked, cors.WithOrigins("http://*.wild.example:8080"))
	origin("wildcard and the domain itself", wild, allowed, cors.WithOrigins(wild, "http://*.wild.example"))
	origin("any host", "http://a.b.wild.example", allowed, cors.WithOrigins("http://*"))
	origin("any host, another port", "http://a.b.wild.example:8080", blocked, cors.WithOrigins("http://*"))
	origin("any host, another scheme", wild, blocked, cors.WithOrigins("https://*"))
	origin("any port, one", "http://localhost:3000", allowed, cors.WithOrigins("http://localhost:*"))
	origin("any port, none", "http://localhost", allowed, cors.WithOrigins("http://localhost:*"))
	origin("any port, another host", "http://127.0.0.1:3000", blocked, cors.WithOrigins("http://localhost:*"))
	origin("any port below a domain", "http://a.b.wild.example:8080", allowed, cors.WithOrigins("http://*.wild.example:*"))

	preview := cors.WithOriginRegexps(`http://pr-\d+\.re\.example`)
	origin("origin regexp", "http://pr-7.re.example", allowed, preview)
	origin("origin regexp, no match", "http://pr-x.re.example", blocked, preview)
	origin("origin regexp, not at the beginning", "http://xpr-7.re.example", blocked, preview)
	origin("origin regexp, not to the end", "http://pr-7.re.example.evil.example", blocked, preview)
	origin("origin regexp, not to the port", "http://pr-7.re.example:8080", blocked, preview)
	origin("origin regexp with anchors", "http://pr-7.re.example", allowed, cors.WithOriginRegexps(`^http://pr-\d+\.re\.example$`))
	origin("origin regexp with alternatives", "http://b.re.example", allowed, cors.WithOriginRegexps(`http://a\.re\.example|http://b\.re\.example`))
	origin("origin regexp with alternatives means the whole", "http://b.re.example.evil.example", blocked,
		cors.WithOriginRegexps(`http://a\.re\.example|http://b\.re\.example`))
	origin("origin regexp with an optional port", "http://pr-7.re.example:8080", allowed, cors.WithOriginRegexps(`http://pr-\d+\.re\.example(:\d+)?`))
	origin("origin regexp with a look-ahead", "http://shop.re.example", allowed, cors.WithOriginRegexps(`http://(?!internal)[a-z]+\.re\.example`))
	origin("origin regexp with a look-ahead, no match", "http://internal.re.example", blocked, cors.WithOriginRegexps(`http://(?!internal)[a-z]+\.re\.example`))
	origin("origin regexp with a back-reference", "http://eu.eu.re.example", allowed, cors.WithOriginRegexps(`http://([a-z]{2})\.\1\.re\.example`))
	origin("origin regexp with a back-reference, no match", "http://eu.us.re.example", blocked, cors.WithOriginRegexps(`http://([a-z]{2})\.\1\.re\.example`))
	origin("origin regexp with a POSIX class", "http://pr-7.re.example", allowed, cors.WithOriginRegexps(`http://pr-[[:digit:]]+\.re\.example`))
	origin("origin regexp that ignores case", "http://pr-7.re.example", allowed, cors.WithOriginRegexps(`(?i)HTTP://PR-\d+\.RE\.EXAMPLE`))
	origin("origin regexp beside an exact origin", app, allowed, preview, exact)

	host := cors.WithHostRegexps(`pr-\d+\.re\.example`)
	origin("host regexp", "http://pr-7.re.example", allowed, host)
	origin("host regexp with any port", "http://pr-7.re.example:8080", allowed, host)
	origin("host regexp, no match", "http://pr-x.re.example", blocked, host)
	origin("host regexp, not to the end", "http://pr-7.re.example.evil.example", blocked, host)
	origin("host regexp on an IPv6 address", "http://[2001:db8::7]:8080", allowed, cors.WithHostRegexps(`\[2001:db8::[0-9a-f]+\]`))

	origin("any origin by default", wild, allowed)
	origin("any origin", "http://a.b.wild.example:8080", allowed, cors.WithOrigins("*"))
	origin("any origin, null", "null", allowed, cors.WithOrigins("*"))
	origin("null is not listed", "null", blocked, exact)
	origin("null is listed", "null", allowed, cors.WithOrigins("null"), cors.Dangerously(cors.NullOrigin))
	origin("null is listed, another origin", app, blocked, cors.WithOrigins("null"), cors.Dangerously(cors.NullOrigin))
	origin("null matches no wildcard", "null", blocked, cors.WithOrigins("http://*"))
	origin("null matches no regexp", "null", blocked, cors.WithOriginRegexps(`.*`))
	origin("any origin is reflected with credentials", wild, allowed, cors.WithCredentials(), cors.Dangerously(cors.AnyOriginWithCredentials))
	origin("any origin is reflected with credentials, but not null", "null", blocked, cors.WithCredentials(), cors.Dangerously(cors.AnyOriginWithCredentials))
	origin("any origin and null are reflected with credentials", "null", allowed, cors.WithCredentials(),
		cors.Dangerously(cors.AnyOriginWithCredentials, cors.NullOrigin))

	isAdmin := cors.WithOriginFunc(func(r *http.Request, origin string) bool { return origin == admin && r.Host == "api.example.com" })
	origin("origin function allows", admin, allowed, isAdmin)
	origin("origin function denies", app, blocked, isAdmin)
	origin("origin function beside an exact origin", app, allowed, exact, isAdmin)
	origin("origin function is not asked about null", "null", blocked,
		cors.WithOriginFunc(func(*http.Request, string) bool { return true }))
	return list
}

func methodCases() []testCase {
	var list []testCase
	method := func(name string, f fetch, w want, opts ...cors.Option) {
		list = append(list, one(name, app, policy(append(opts, cors.WithOrigins(app))...), f, w))
	}
	some := cors.WithMethods("GET", "PUT", "PURGE")
	method("HEAD needs no preflight", do("HEAD"), ok("HEAD"))
	method("POST needs no preflight", do("POST"), ok("POST"))
	method("POST is allowed though it is not listed", do("POST"), ok("POST"), some)
	method("default methods, PUT", do("PUT"), ok("preflight PUT"))
	method("default methods, PATCH", do("PATCH"), ok("preflight PATCH"))
	method("default methods, DELETE", do("DELETE"), ok("preflight DELETE"))
	method("default methods, OPTIONS", do("OPTIONS"), no("preflight"))
	method("default methods, PURGE", do("PURGE"), no("preflight"))
	method("delete becomes DELETE", do("delete"), ok("preflight DELETE"))
	method("post becomes POST", do("post"), ok("POST"))
	method("patch does not become PATCH", do("patch"), no("preflight"))
	method("listed method", do("PUT").body("tea"), ok("preflight PUT"), some)
	method("listed custom method", do("PURGE"), ok("preflight PURGE"), some)
	method("custom methods are case-sensitive", do("purge"), no("preflight"), some)
	method("listed custom method in lower case", do("purge"), ok("preflight purge"), cors.WithMethods("purge"))
	method("method that is not listed", do("DELETE"), no("preflight"), some)
	method("listed OPTIONS", do("OPTIONS"), ok("preflight OPTIONS"), cors.WithMethods("OPTIONS"))
	method("no methods, PUT", do("PUT"), no("preflight"), cors.WithMethods())
	method("no methods, GET", get, ok("GET"), cors.WithMethods())
	method("no methods, GET with a header", do("GET", "X-Custom", "1"), ok("preflight GET"), cors.WithMethods())
	method("no methods, POST of JSON", do("POST", "Content-Type", "application/json").body("{}"), ok("preflight POST"), cors.WithMethods())
	method("any method, PUT", do("PUT"), ok("preflight PUT"), cors.WithMethods("*"))
	method("any method, a custom one", do("BREW"), ok("preflight BREW"), cors.WithMethods("*"))
	method("any method, patch", do("patch"), ok("preflight patch"), cors.WithMethods("*"))
	method("any method with credentials", do("BREW").credentials(), ok("preflight BREW+cookie"), cors.WithMethods("*"), cors.WithCredentials(), insecure)
	method("any method with credentials, used without", do("BREW"), ok("preflight BREW"), cors.WithMethods("*"), cors.WithCredentials(), insecure)
	method("CONNECT never gets out", do("CONNECT"), no(""), cors.WithMethods("*"))
	method("TRACE never gets out", do("TRACE"), no(""), cors.WithMethods("*"))
	method("track never gets out", do("track"), no(""), cors.WithMethods("*"))
	return append(list,
		one("method of an origin that is not allowed", admin, policy(cors.WithOrigins(app)), do("PUT"), no("preflight")),
		one("method of null", "null", policy(cors.WithOrigins("null"), cors.Dangerously(cors.NullOrigin)), do("PUT"), ok("preflight PUT")),
		one("method of null that is not allowed", "null", policy(cors.WithOrigins(app)), do("PUT"), no("preflight")),
	)
}

func headerCases() []testCase {
	var list []testCase
	header := func(name string, f fetch, w want, opts ...cors.Option) {
		list = append(list, one(name, app, policy(append(opts, cors.WithOrigins(app))...), f, w))
	}
	some := cors.WithHeaders("X-Custom", "Authorization", "Content-Type")
	none := cors.WithHeaders()

	header("headers are reflected by default", do("GET", "X-Custom", "1", "X-Another", "2"), ok("preflight GET"))
	header("Authorization is reflected", do("GET", "Authorization", "Bearer x"), ok("preflight GET+authorization"))
	header("reflection and many headers", do("GET", many(60, 40)...), ok("preflight GET"))
	header("reflection has a limit", do("GET", many(120, 40)...), no("preflight"))
	header("listed header", do("GET", "X-Custom", "1"), ok("preflight GET"), some)
	header("listed header in other letters", do("GET", "x-CUSTOM", "1"), ok("preflight GET"), some)
	header("listed header twice", do("GET", "X-Custom", "1", "X-Custom", "2"), ok("preflight GET"), some)
	header("listed headers", do("POST", "X-Custom", "1", "Authorization", "Bearer x", "Content-Type", "application/json").body("{}"), ok("preflight POST+authorization"), some)
	header("header that is not listed", do("GET", "X-Other", "1"), no("preflight"), some)
	header("one header is not listed", do("GET", "X-Custom", "1", "X-Other", "1"), no("preflight"), some)
	header("no headers, a custom one", do("GET", "X-Custom", "1"), no("preflight"), none)
	header("no headers, JSON", do("POST", "Content-Type", "application/json").body("{}"), no("preflight"), none)
	header("no headers, Authorization", do("GET", "Authorization", "Basic eDp5"), no("preflight"), none)
	header("any header", do("GET", "X-Custom", "1", "X-Other", "2"), ok("preflight GET"), cors.WithHeaders("*"))
	header("any header, JSON", do("POST", "Content-Type", "application/json").body("{}"), ok("preflight POST"), cors.WithHeaders("*"))
	header("any header does not cover Authorization", do("GET", "Authorization", "Bearer x"), no("preflight"), cors.WithHeaders("*"))
	header("any header and Authorization", do("GET", "Authorization", "Bearer x", "X-Custom", "1"), ok("preflight GET+authorization"), cors.WithHeaders("*", "Authorization"))
	header("any header with credentials", do("GET", "X-Custom", "1").credentials(), ok("preflight GET+cookie"), cors.WithHeaders("*"), cors.WithCredentials(), insecure)
	header("any header with credentials, Authorization", do("GET", "Authorization", "Bearer x").credentials(), ok("preflight GET+cookie+authorization"), cors.WithHeaders("*"), cors.WithCredentials(), insecure)

	// What needs no permission: https://fetch.spec.whatwg.org/#cors-safelisted-request-header
	long := strings.Repeat("a", 129)
	header("Accept needs no preflight", do("GET", "Accept", "application/json"), ok("GET"), none)
	header("Accept of 128 bytes", do("GET", "Accept", long[:128]), ok("GET"), none)
	header("Accept of 129 bytes", do("GET", "Accept", long), no("preflight"), none)
	header("Accept with an unsafe byte", do("GET", "Accept", "text/html;a=\"b\""), no("preflight"), none)
	header("Accept with an unsafe byte, listed", do("GET", "Accept", "text/html;a=\"b\""), ok("preflight GET"), cors.WithHeaders("Accept"))
	header("Accept-Language needs no preflight", do("GET", "Accept-Language", "de, en;q=0.5"), ok("GET"), none)
	header("Accept-Language with an unsafe byte", do("GET", "Accept-Language", "de_AT"), no("preflight"), none)
	header("Content-Language needs no preflight", do("POST", "Content-Language", "de"), ok("POST"), none)
	header("Content-Language with an unsafe byte", do("POST", "Content-Language", "de@AT"), no("preflight"), none)
	header("plain text needs no preflight", do("POST", "Content-Type", "text/plain").body("tea"), ok("POST"), none)
	header("plain text with a charset", do("POST", "Content-Type", "Text/Plain; charset=utf-8").body("tea"), ok("POST"), none)
	header("a form needs no preflight", do("POST", "Content-Type", "application/x-www-form-urlencoded").body("a=b"), ok("POST"), none)
	header("a multipart form needs no preflight", do("POST", "Content-Type", "multipart/form-data; boundary=x").body("--x--"), ok("POST"), none)
	header("HTML needs a preflight", do("POST", "Content-Type", "text/html").body("tea"), no("preflight"), none)
	header("plain text with an unsafe byte", do("POST", "Content-Type", "text/plain; a=\"(\"").body("tea"), no("preflight"), none)
	header("a Content-Type of no sense", do("POST", "Content-Type", "tea").body("tea"), no("preflight"), none)
	header("a Content-Type without a body", do("GET", "Content-Type", "application/json"), no("preflight"), none)
	header("a simple Range needs no preflight", do("GET", "Range", "bytes=0-3"), ok("GET"), none)
	header("an open Range needs no preflight", do("GET", "Range", "bytes=1-"), ok("GET"), none)
	header("a Range from the end", do("GET", "Range", "bytes=-3"), no("preflight"), none)
	header("a Range of two", do("GET", "Range", "bytes=0-1,3-4"), no("preflight"), none)
	header("a Range from the end, listed", do("GET", "Range", "bytes=-3"), ok("preflight GET"), cors.WithHeaders("Range"))
	header("Save-Data needs a preflight", do("GET", "Save-Data", "on"), no("preflight"), none)
	header("what a script may not set is dropped", do("GET", "Cookie", "a=b", "Host", "evil.example", "Sec-Custom", "1", "Proxy-Custom", "1", "Access-Control-Request-Method", "PUT"),
		ok("GET"), none)
	header("a method may not be smuggled", do("GET", "X-HTTP-Method-Override", "TRACE"), ok("GET"), none)
	header("a method may be overridden", do("GET", "X-HTTP-Method-Override", "PUT"), ok("preflight GET"), cors.WithHeaders("X-HTTP-Method-Override"))
	return append(list,
		one("header of an origin that is not allowed", admin, policy(cors.WithOrigins(app)), do("GET", "X-Custom", "1"), no("preflight")),
		one("header of null", "null", policy(), do("GET", "X-Custom", "1"), ok("preflight GET")),
	)
}

// many returns n headers with names of the given length.
func many(n, length int) (header []string) {
	for i := range n {
		header = append(header, fmt.Sprintf("X-%0*d", length-2, i), "1")
	}
	return header
}

func credentialsCases() []testCase {
	with := []cors.Option{cors.WithOrigins(app), cors.WithCredentials(), insecure}
	anyone := policy(cors.WithCredentials(), cors.Dangerously(cors.AnyOriginWithCredentials))
	return []testCase{
		one("credentials allowed and sent", app, policy(with...), get.credentials(), ok("GET+cookie")),
		one("credentials allowed and not sent", app, policy(with...), get, ok("GET")),
		one("credentials not allowed but sent", app, policy(cors.WithOrigins(app)), get.credentials(), no("GET+cookie")),
		one("credentials of another origin", admin, policy(with...), get.credentials(), no("GET+cookie")),
		one("credentials of any origin", app, policy(), get.credentials(), no("GET+cookie")),
		one("credentials of any origin after a preflight", app, policy(), do("PUT").credentials(), no("preflight")),
		one("credentials of any origin, dangerously", app, anyone, get.credentials(), ok("GET+cookie")),
		one("credentials of any origin after a preflight, dangerously", app, anyone, do("PUT", "X-Custom", "1").credentials(), ok("preflight PUT+cookie")),
		one("a preflight has no cookie", app, policy(with...), do("PUT").credentials(), ok("preflight PUT+cookie")),
		one("a preflight that does not allow credentials", app, policy(cors.WithOrigins(app)), do("PUT").credentials(), no("preflight")),
		one("credentials for a listed method and header", app,
			policy(append(with, cors.WithMethods("PUT"), cors.WithHeaders("X-Custom"))...),
			do("PUT", "X-Custom", "1").credentials(), ok("preflight PUT+cookie")),
		one("credentials for a method that is not listed", app, policy(append(with, cors.WithMethods("PUT"))...), do("DELETE").credentials(), no("preflight")),
		one("credentials for a header that is not listed", app, policy(append(with, cors.WithHeaders("X-Custom"))...), do("GET", "X-Other", "1").credentials(), no("preflight")),
		one("credentials of a wildcard's origin", admin,
			policy(cors.WithOrigins("http://*.example.com"), cors.WithCredentials(), insecure), get.credentials(), ok("GET+cookie")),
		one("credentials of a regexp's origin", admin,
			policy(cors.WithOriginRegexps(`http://(app|admin)\.example\.com`), cors.WithCredentials(), insecure), do("DELETE").credentials(), ok("preflight DELETE+cookie")),
		one("credentials of a host regexp's origin", app+":8080",
			policy(cors.WithHostRegexps(`app\.example\.com`), cors.WithCredentials(), insecure), get.credentials(), ok("GET+cookie")),
		one("credentials of an origin that a function allows", app,
			policy(cors.WithOriginFunc(func(_ *http.Request, origin string) bool { return origin == app }), cors.WithCredentials()), get.credentials(), ok("GET+cookie")),
		one("credentials of null", "null",
			policy(cors.WithOrigins("null"), cors.WithCredentials(), cors.Dangerously(cors.NullOrigin)), get.credentials().to(wild), ok("GET")),
		one("credentials of any null", "null", policy(), get.credentials().to(wild), no("GET")),
		several("a response's cookie is kept if credentials were sent", behind(http.HandlerFunc(counter), with...),
			try(get.credentials(), ok("GET+cookie")), try(get.credentials(), ok("GET+cookie").with(http.StatusAccepted))),
		several("a response's cookie is ignored without credentials", behind(http.HandlerFunc(counter), with...),
			try(get, ok("GET")), try(get.credentials(), ok("GET+cookie"))),
		several("a blocked response's cookie is kept all the same", behind(http.HandlerFunc(counter), cors.WithOrigins(admin), cors.WithCredentials(), insecure),
			try(get.credentials(), no("GET+cookie")),
			try(get.credentials(), ok("GET+cookie").with(http.StatusAccepted)).from(admin)),
		one("same-origin requests have cookies", api, policy(with...), get,
			ok("GET+cookie@none", "Vary", "Origin", "X-Request-Id", "42", "X-Secret", "tea")),
	}
}

// counter answers 202 to who has been there before.
func counter(w http.ResponseWriter, r *http.Request) {
	status := http.StatusOK
	if _, err := r.Cookie("visit"); err == nil {
		status = http.StatusAccepted
	}
	http.SetCookie(w, &http.Cookie{Name: "visit", Value: "1", Path: r.URL.Path})
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
}

func exposedCases() []testCase {
	var list []testCase
	exposed := func(name string, f fetch, w want, opts ...cors.Option) {
		list = append(list, one(name, app, policy(opts...), f, w))
	}
	exact := cors.WithOrigins(app)
	exposed("nothing is exposed by default", get, ok("GET"), exact)
	exposed("nothing is exposed by an empty list", get, ok("GET"), exact, cors.WithExposedHeaders())
	exposed("one exposed header", get, ok("GET", "X-Request-Id", "42"), exact, cors.WithExposedHeaders("X-Request-Id"))
	exposed("two exposed headers", get, ok("GET", "X-Request-Id", "42", "X-Secret", "tea"), exact, cors.WithExposedHeaders("X-Request-Id", "X-Secret"))
	exposed("an exposed header in other letters", get, ok("GET", "X-Request-Id", "42"), exact, cors.WithExposedHeaders("x-REQUEST-id"))
	exposed("an exposed header that is not there", get, ok("GET"), exact, cors.WithExposedHeaders("X-Nothing"))
	exposed("an exposed header that needs no permission", get, ok("GET"), exact, cors.WithExposedHeaders("Content-Type"))
	exposed("exposed Vary", get, ok("GET", "Vary", "Origin"), exact, cors.WithExposedHeaders("Vary"))
	exposed("all headers exposed", get,
		ok("GET", "X-Request-Id", "42", "X-Secret", "tea", "Vary", "Origin",
			"Access-Control-Allow-Origin", app, "Access-Control-Expose-Headers", "*"),
		exact, cors.WithExposedHeaders("*"))
	exposed("all headers exposed to any origin", get,
		ok("GET", "X-Request-Id", "42", "X-Secret", "tea",
			"Access-Control-Allow-Origin", "*", "Access-Control-Expose-Headers", "*"),
		cors.WithExposedHeaders("*"))
	exposed("an exposed header after a preflight", do("PUT"), ok("preflight PUT", "X-Request-Id", "42"), exact, cors.WithExposedHeaders("X-Request-Id"))
	exposed("an exposed header with credentials", get.credentials(), ok("GET+cookie", "X-Request-Id", "42"),
		exact, cors.WithCredentials(), insecure, cors.WithExposedHeaders("X-Request-Id"))
	exposed("exposed headers are of no use to other origins", get, no("GET"), cors.WithOrigins(admin), cors.WithExposedHeaders("X-Request-Id"))
	exposed("exposed in the preflight only", do("PUT"), ok("preflight PUT"), exact, cors.WithPreflightExposedHeaders())
	list = append(list,
		one("an exposed header to null", "null", policy(cors.WithExposedHeaders("X-Secret")), get, ok("GET", "X-Secret", "tea")),
		one("an exposed header of a HEAD", app, policy(exact, cors.WithExposedHeaders("X-Secret")), do("HEAD"), ok("HEAD", "X-Secret", "tea")),
		one("Set-Cookie cannot be exposed", app, bare(http.Header{
			"Access-Control-Allow-Origin": {app}, "Access-Control-Expose-Headers": {"Set-Cookie, X-Secret"}, "Set-Cookie": {"a=b"}, "X-Secret": {"tea"},
		}), get, ok("GET", "X-Secret", "tea")),
		one("with credentials * exposes nothing", app, bare(http.Header{
			"Access-Control-Allow-Origin": {app}, "Access-Control-Allow-Credentials": {"true"}, "Access-Control-Expose-Headers": {"*"}, "X-Secret": {"tea"},
		}), get.credentials(), ok("GET+cookie")),
		one("several lines of exposed headers", app, bare(http.Header{
			"Access-Control-Allow-Origin": {app}, "Access-Control-Expose-Headers": {"X-Secret", "X-Request-Id"}, "X-Secret": {"tea"}, "X-Request-Id": {"42"},
		}), get, ok("GET", "X-Secret", "tea", "X-Request-Id", "42")),
		one("a malformed list exposes nothing", app, bare(http.Header{
			"Access-Control-Allow-Origin": {app}, "Access-Control-Expose-Headers": {"X-Secret, X Request"}, "X-Secret": {"tea"},
		}), get, ok("GET")),
	)
	return list
}

// bare is a server without a policy: one that sends the same headers whatever it is asked.
func bare(header http.Header) server {
	return func() http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "no-store")
			for name, values := range header {
				w.Header()[name] = slices.Clone(values)
			}
			io.WriteString(w, "hello\n")
		})
	}
}

func preflightCases() []testCase {
	exact := cors.WithOrigins(app)
	list := []testCase{
		one("a preflight to a policy that continues", app, behind(http.HandlerFunc(upstream), exact, cors.WithPreflightContinue()),
			do("PUT"), ok("preflight→app PUT")),
		one("a preflight that nobody answers", app, policy(exact, cors.WithPreflightContinue()), do("PUT"), no("preflight→app")),
		one("a request to a policy that continues", app, policy(exact, cors.WithPreflightContinue()), get, ok("GET")),
		one("a preflight that an upstream refuses", admin, behind(http.HandlerFunc(upstream), cors.WithOrigins(app, admin), cors.WithPreflightContinue()),
			do("PUT"), no("preflight→app")),
		one("an upstream allows more than the policy in front", app,
			behind(http.HandlerFunc(upstream), cors.WithOrigins(admin), cors.WithPreflightContinue()), do("PUT"), no("preflight→app PUT")),
		// No engine asks for a private network here: over a proxy none knows which network a host is in.
		one("a private network", app, policy(exact, cors.WithPrivateNetwork()), do("PUT"), ok("preflight PUT")),
		one("a private network without permission", app, policy(exact), do("PUT"), ok("preflight PUT")),
		one("OPTIONS that is no preflight reaches the application", app, behind(http.HandlerFunc(hello), exact, cors.WithMethods("OPTIONS")),
			do("OPTIONS", "X-Custom", "1"), ok("preflight OPTIONS")),
		one("same-origin requests have no preflight", api, policy(exact), do("PUT", "X-Custom", "1"),
			ok("PUT+cookie", "X-Request-Id", "42", "X-Secret", "tea", "Vary", "Origin")),
	}
	for _, status := range []int{200, 202, 204, 299} {
		list = append(list, one(fmt.Sprintf("a preflight with status %d", status), app,
			policy(exact, cors.WithPreflightStatus(status)), do("PUT"), ok("preflight PUT")))
	}
	allowing := http.Header{
		"Access-Control-Allow-Origin": {app}, "Access-Control-Allow-Methods": {"PUT"}, "Access-Control-Allow-Headers": {"x-custom"},
	}
	for _, status := range []int{302, 307, 400, 401, 403, 404, 405, 500} {
		list = append(list, one(fmt.Sprintf("a preflight with status %d is refused whatever it allows", status), app,
			preflightAnswer(status, allowing), do("PUT"), no("preflight")))
	}

	// Answers that no policy gives, but that other servers do.
	answer := func(name string, f fetch, w want, header ...string) {
		h := http.Header{"Access-Control-Allow-Origin": {app}}
		for pair := range slices.Chunk(header, 2) {
			h[pair[0]] = append(h[pair[0]], pair[1])
		}
		list = append(list, one(name, app, preflightAnswer(http.StatusNoContent, h), f, w))
	}
	const methods, headers, credentials = "Access-Control-Allow-Methods", "Access-Control-Allow-Headers", "Access-Control-Allow-Credentials"
	answer("methods on several lines", do("PUT"), ok("preflight PUT"), methods, "DELETE", methods, "PUT")
	answer("methods with white space and empty elements", do("PUT"), ok("preflight PUT"), methods, " DELETE ,, \tPUT ,")
	answer("methods in lower case", do("PUT"), no("preflight"), methods, "put")
	answer("a malformed list of methods", do("PUT"), no("preflight"), methods, "PUT, D ELETE")
	answer("a malformed list of methods that is not needed", do("GET", "X-Custom", "1"), no("preflight"), methods, "D ELETE", headers, "X-Custom")
	answer("headers on several lines", do("GET", "X-Custom", "1"), ok("preflight GET"), headers, "X-Other", headers, "X-Custom")
	answer("headers with white space and empty elements", do("GET", "X-Custom", "1"), ok("preflight GET"), headers, ",X-Other ,\tX-CUSTOM ")
	answer("a malformed list of headers", do("GET", "X-Custom", "1"), no("preflight"), headers, "X-Custom, X Other")
	answer("any method of a preflight with credentials", do("PUT").credentials(), no("preflight"), methods, "*", credentials, "true")
	answer("any header of a preflight with credentials", do("GET", "X-Custom", "1").credentials(), no("preflight"), headers, "*", credentials, "true")
	answer("a method called * with credentials", do("*").credentials(), ok("preflight *+cookie"), methods, "*", credentials, "true")
	answer("credentials that are not true", do("PUT").credentials(), no("preflight"), methods, "PUT", credentials, "True")
	return list
}

// upstream has CORS of its own, for app alone.
func upstream(w http.ResponseWriter, r *http.Request) {
	if !isPreflight(r) {
		hello(w, r)
		return
	}
	w.Header().Set("Access-Control-Allow-Origin", app)
	w.Header().Set("Access-Control-Allow-Methods", "PUT")
	w.WriteHeader(http.StatusOK)
}

// preflightAnswer is a server that answers preflights as told, and lets app read everything else, with credentials.
func preflightAnswer(status int, header http.Header) server {
	return func() http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !isPreflight(r) {
				w.Header().Set("Access-Control-Allow-Origin", app)
				w.Header().Set("Access-Control-Allow-Credentials", "true")
				hello(w, r)
				return
			}
			for name, values := range header {
				w.Header()[name] = slices.Clone(values)
			}
			if status/100 == 3 {
				w.Header().Set("Location", api+r.URL.Path+"/elsewhere")
			}
			w.WriteHeader(status)
		})
	}
}

func cacheCases() []testCase {
	exact := cors.WithOrigins(app, admin)
	hour := cors.WithMaxAge(time.Hour)
	cached := func(opts ...cors.Option) server { return policy(append(opts, exact, hour)...) }
	put, purge := do("PUT"), do("DELETE")
	a, b := do("GET", "X-A", "1"), do("GET", "X-B", "1")
	return []testCase{
		several("within max-age one preflight is enough", cached(),
			try(put, ok("preflight PUT")), try(put, ok("PUT")), try(put, ok("PUT"))),
		several("max-age 0 means one preflight for each", policy(exact, cors.WithMaxAge(0)),
			try(put, ok("preflight PUT")), try(put, ok("preflight PUT")), try(put, ok("preflight PUT"))),
		several("without max-age a preflight is remembered for a moment", policy(exact),
			try(put, ok("preflight PUT")), try(put, ok("PUT"))),
		several("without max-age a preflight is not remembered for long", policy(exact),
			try(put, ok("preflight PUT")), try(put, ok("preflight PUT")).later(6*time.Second)),
		several("after max-age there is another preflight", policy(exact, cors.WithMaxAge(time.Second)),
			try(put, ok("preflight PUT")), try(put, ok("preflight PUT")).later(2500*time.Millisecond)),
		several("a preflight is for one URL", cached(),
			try(put, ok("preflight PUT")), try(put.at("/other"), ok("preflight PUT")), try(put, ok("PUT"))),
		several("a preflight is for one query", cached(),
			try(put.at("?a"), ok("preflight PUT")), try(put.at("?b"), ok("preflight PUT"))),
		several("a preflight is for one host", cached(),
			try(put, ok("preflight PUT")), try(put.to(files), ok("preflight PUT"))),
		several("a preflight is for one origin", cached(),
			try(put, ok("preflight PUT")), try(put, ok("preflight PUT")).from(admin)),
		several("one preflight for all default methods", cached(),
			try(put, ok("preflight PUT")), try(purge, ok("DELETE")), try(do("PATCH"), ok("PATCH"))),
		several("one preflight for all listed methods and headers", cached(cors.WithMethods("PUT", "DELETE"), cors.WithHeaders("X-A", "X-B")),
			try(put, ok("preflight PUT")), try(do("DELETE", "X-A", "1", "X-B", "1"), ok("DELETE"))),
		several("one preflight for every header", cached(cors.WithHeaders("*")),
			try(a, ok("preflight GET")), try(b, ok("GET"))),
		several("one preflight for every method", cached(cors.WithMethods("*")),
			try(put, ok("preflight PUT")), try(do("BREW"), ok("BREW"))),
		several("every header but Authorization", cached(cors.WithHeaders("*")),
			try(a, ok("preflight GET")), try(do("GET", "Authorization", "Bearer x"), no("preflight"))),
		several("every header and Authorization", cached(cors.WithHeaders("*", "Authorization")),
			try(a, ok("preflight GET")), try(do("GET", "Authorization", "Bearer x"), ok("GET+authorization"))),
		several("reflected headers are asked for one by one", cached(),
			try(a, ok("preflight GET")), try(b, ok("preflight GET")), try(a, ok("GET")),
			try(do("GET", "X-A", "1", "X-B", "1"), ok("GET"))),
		several("a header that is not listed is asked for each time", cached(cors.WithHeaders("X-A")),
			try(b, no("preflight")), try(b, no("preflight"))),
		several("a method that is not listed is asked for each time", cached(cors.WithMethods("PUT")),
			try(purge, no("preflight")), try(purge, no("preflight"))),
		several("a refusal makes a page forget", cached(cors.WithMethods("PUT")),
			try(put, ok("preflight PUT")), try(purge, no("preflight")), try(put, ok("preflight PUT"))),
		several("a simple request neither asks nor forgets", cached(),
			try(get, ok("GET")), try(put, ok("preflight PUT")), try(get, ok("GET")), try(put, ok("PUT"))),
		several("what was allowed without credentials is asked with them", cached(cors.WithCredentials(), insecure),
			try(put, ok("preflight PUT")), try(put.credentials(), ok("preflight PUT+cookie"))),
		several("what was allowed with credentials needs no asking without them", cached(cors.WithCredentials(), insecure),
			try(put.credentials(), ok("preflight PUT+cookie")), try(put, ok("PUT"))),
		several("with credentials one preflight is enough", cached(cors.WithCredentials(), insecure),
			try(put.credentials(), ok("preflight PUT+cookie")), try(put.credentials(), ok("PUT+cookie"))),
		several("any method with credentials is echoed", cached(cors.WithMethods("*"), cors.WithCredentials(), insecure),
			try(put.credentials(), ok("preflight PUT+cookie")), try(purge.credentials(), ok("preflight DELETE+cookie")), try(put.credentials(), ok("PUT+cookie"))),
		several("any header with credentials is echoed", cached(cors.WithHeaders("*"), cors.WithCredentials(), insecure),
			try(do("GET", "X-A", "1").credentials(), ok("preflight GET+cookie")), try(do("GET", "X-B", "1").credentials(), ok("preflight GET+cookie")),
			try(do("GET", "X-A", "1").credentials(), ok("GET+cookie"))),
		several("the preflights of any origin", policy(hour),
			try(put, ok("preflight PUT")), try(put, ok("PUT"))),
		several("the preflights of null", policy(cors.WithOrigins("null"), cors.Dangerously(cors.NullOrigin), hour),
			try(put, ok("preflight PUT")).from("null"), try(put, ok("PUT")).from("null"), try(put, ok("PUT")).from("null")),
		several("a blocked answer makes a page forget", brokenFor("X-Broken", cached(cors.WithHeaders("X-Broken"))),
			try(put, ok("preflight PUT")), try(do("PUT", "X-Broken", "1"), no("PUT")), try(put, ok("preflight PUT"))),
	}
}

// brokenFor is s with a second Access-Control-Allow-Origin for requests that have the header.
func brokenFor(header string, s server) server {
	return func() http.Handler {
		h := s()
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get(header) != "" {
				w.Header()["Access-Control-Allow-Origin"] = []string{app, app}
				hello(w, r)
				return
			}
			h.ServeHTTP(w, r)
		})
	}
}

// wireCases are the rows of the design's table of answers that are not covered elsewhere.
func wireCases() []testCase {
	exact := cors.WithOrigins(app)
	status := func(code int) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Secret", "tea")
			http.Error(w, http.StatusText(code), code)
		})
	}
	list := []testCase{
		one("no Origin, any-origin policy", api, policy(cors.WithExposedHeaders("X-Secret")), get,
			ok("GET+cookie@none", "X-Request-Id", "42", "X-Secret", "tea",
				"Access-Control-Allow-Origin", "*", "Access-Control-Expose-Headers", "X-Secret")),
		one("no Origin, exact policy", api, policy(exact, cors.WithExposedHeaders("X-Secret")), get,
			ok("GET+cookie@none", "X-Request-Id", "42", "X-Secret", "tea", "Vary", "Origin")),
		one("same-origin POST has an Origin", api, policy(cors.WithOrigins(api)), do("POST"),
			ok("POST+cookie", "X-Request-Id", "42", "X-Secret", "tea", "Vary", "Origin", "Access-Control-Allow-Origin", api)),
		one("a denied origin still reaches the application", admin, policy(exact), do("POST").body("tea"), no("POST")),
		one("Vary is added to what is there", app, behind(vary("Accept-Encoding"), exact, cors.WithExposedHeaders("Vary")), get,
			ok("GET", "Vary", "Origin, Accept-Encoding")),
		one("an upstream repeats the header", app, behind(repeats(app), exact), get, no("GET")),
		one("an upstream repeats the header after a preflight", app, behind(repeats(app), exact), do("PUT"), no("preflight PUT")),
		one("an upstream adds any origin", app, behind(repeats("*"), exact), get, no("GET")),
		one("an upstream overrides the header", app, behind(overrides("*"), cors.WithOrigins(admin)), get, ok("GET")),
		one("an application that streams", app, behind(http.HandlerFunc(stream), exact), get, ok("GET")),
	}
	for _, code := range []int{400, 401, 404, 429, 500, 503} {
		list = append(list,
			one(fmt.Sprintf("an error %d can be read", code), app, behind(status(code), exact, cors.WithExposedHeaders("X-Secret")), get,
				ok("GET", "X-Secret", "tea").with(code)))
	}
	list = append(list,
		one("an error after a preflight can be read", app, behind(status(404), exact), do("DELETE"), ok("preflight DELETE").with(404)),
		one("an error is kept from other origins", admin, behind(status(404), exact), get, no("GET")),
		one("an answer without a body can be read", app, behind(status204, exact), do("DELETE"), ok("preflight DELETE").with(204)),
	)

	answer := func(name string, f fetch, w want, header http.Header) {
		list = append(list, one(name, app, bare(header), f, w))
	}
	const origin, credentials = "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"
	answer("no header at all", get, no("GET"), nil)
	answer("an origin in capitals", get, no("GET"), http.Header{origin: {strings.ToUpper(app)}})
	answer("an origin with a slash", get, no("GET"), http.Header{origin: {app + "/"}})
	answer("an origin with its default port", get, no("GET"), http.Header{origin: {app + ":80"}})
	answer("an origin with white space around", get, ok("GET"), http.Header{origin: {" " + app + "\t"}})
	answer("two origins", get, no("GET"), http.Header{origin: {app + " " + admin}})
	answer("two origins with a comma", get, no("GET"), http.Header{origin: {app + ", " + admin}})
	answer("an empty origin", get, no("GET"), http.Header{origin: {""}})
	answer("null for another origin", get, no("GET"), http.Header{origin: {"null"}})
	answer("a wildcard that only Go understands", get, no("GET"), http.Header{origin: {"http://*.example.com"}})
	answer("credentials for any origin", get.credentials(), no("GET+cookie"), http.Header{origin: {"*"}, credentials: {"true"}})
	answer("credentials TRUE", get.credentials(), no("GET+cookie"), http.Header{origin: {app}, credentials: {"TRUE"}})
	answer("credentials twice", get.credentials(), no("GET+cookie"), http.Header{origin: {app}, credentials: {"true", "true"}})
	answer("credentials false without any", get, ok("GET"), http.Header{origin: {app}, credentials: {"false"}})
	return list
}

var status204 = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })

func vary(name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", name)
		io.WriteString(w, "hello\n")
	})
}

// repeats adds an Access-Control-Allow-Origin to the policy's.
func repeats(origin string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Access-Control-Allow-Origin", origin)
		hello(w, r)
	})
}

func overrides(origin string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", origin)
		hello(w, r)
	})
}

func stream(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain")
	control := http.NewResponseController(w)
	for range 3 {
		io.WriteString(w, "drop\n")
		if err := control.Flush(); err != nil {
			panic(err)
		}
	}
}

func redirectCases() []testCase {
	// The application at api sends on whoever does not come by itself; see redirect.
	on := func(origin string, apiPolicy, there []cors.Option, status int) server {
		return byHost(map[string]server{
			api:    behind(redirect(status, origin), apiPolicy...),
			origin: policy(there...),
		})
	}
	exact := []cors.Option{cors.WithOrigins(app)}
	null := []cors.Option{cors.WithOrigins("null"), cors.Dangerously(cors.NullOrigin)}
	creds := append(slices.Clone(exact), cors.WithCredentials(), insecure)
	nullCreds := append(slices.Clone(null), cors.WithCredentials())
	authorized := append(slices.Clone(exact), cors.WithHeaders("Authorization"))
	within := func(opts ...cors.Option) func(status int) server {
		return func(status int) server { return behind(redirect(status, api), append(opts, exact...)...) }
	}
	list := []testCase{
		one("a redirect that may not be followed", app, behind(redirect(302, api), cors.WithOrigins(admin)), get, no("GET")),
		one("a redirect to another host makes the origin null", app, on(files, exact, exact, http.StatusFound), get, no("GET GET@null")),
		one("a redirect to another host that allows null", app, on(files, exact, null, http.StatusFound), get, ok("GET GET@null")),
		one("a redirect to another host that allows any origin", app, on(files, exact, nil, http.StatusFound), get, ok("GET GET@null")),
		one("a redirect to another host with credentials", app, on(files, creds, creds, http.StatusFound), get.credentials(), no("GET+cookie GET+cookie@null")),
		one("a redirect to another host with credentials that allows null", app, on(files, creds, nullCreds, http.StatusFound), get.credentials(), ok("GET+cookie GET+cookie@null")),
		one("a redirect back to the page's own origin", app, on(app, exact, exact, http.StatusFound), get, no("GET GET@null")),
		one("a redirect back to the page's own origin that allows null", app, on(app, exact, null, http.StatusFound), get, ok("GET GET@null")),
		one("a redirect after a preflight to another host", app, on(files, exact, exact, 307), do("PUT"), no("preflight PUT preflight@null")),
		one("a redirect after a preflight to another host that allows any origin", app, on(files, exact, nil, 307), do("PUT"),
			ok("preflight PUT preflight@null PUT@null")),
		one("a redirect to another host drops Authorization", app, on(files, authorized, []cors.Option{cors.WithHeaders()}, 307), do("GET", "Authorization", "Bearer x"),
			ok("preflight GET+authorization GET@null")),
		one("a redirect to another host that allows Authorization drops it, too", app, on(files, authorized, nil, 307), do("GET", "Authorization", "Bearer x"),
			ok("preflight GET+authorization GET@null")),
		one("a redirect within a host keeps Authorization", app, within(cors.WithHeaders("Authorization"))(307), do("GET", "Authorization", "Bearer x"),
			ok("preflight GET+authorization preflight GET+authorization")),
		one("a redirect of the page's own origin to an API", app, byHost(map[string]server{
			app: behind(redirect(302, api), exact...),
			api: policy(exact...),
		}), get.to(app), ok("GET+cookie@none GET")),
		one("a redirect of the page's own origin to an API that does not allow it", app, byHost(map[string]server{
			app: behind(redirect(302, api), exact...),
			api: policy(cors.WithOrigins(admin)),
		}), get.to(app), no("GET+cookie@none GET")),
		one("a redirected PUT of the page's own origin to an API", app, byHost(map[string]server{
			app: behind(redirect(307, api), exact...),
			api: policy(exact...),
		}), do("PUT").to(app), ok("PUT+cookie preflight PUT")),
		one("a preflight may not be redirected", app, behind(redirect(307, api), cors.WithOrigins(app), cors.WithPreflightContinue()), do("PUT"), no("preflight→app")),
		one("a redirect for null", "null", on(files, nil, nil, http.StatusFound), get, ok("GET GET")),
		one("a redirect to a URL with a user", app, behind(http.RedirectHandler("http://ada:x@files.example.com/", http.StatusFound), exact...), get, no("GET")),
		one("a redirect to another scheme", app, behind(http.RedirectHandler("data:,tea", http.StatusFound), exact...), get, no("GET")),
	}
	for _, r := range []struct {
		method string
		status int
		wire   string
	}{
		{"GET", 301, "GET GET"}, {"GET", 302, "GET GET"}, {"GET", 303, "GET GET"}, {"GET", 307, "GET GET"}, {"GET", 308, "GET GET"},
		{"HEAD", 303, "HEAD HEAD"},
		{"POST", 301, "POST GET"}, {"POST", 302, "POST GET"}, {"POST", 303, "POST GET"}, {"POST", 307, "POST POST"}, {"POST", 308, "POST POST"},
		{"PUT", 301, "preflight PUT preflight PUT"}, {"PUT", 302, "preflight PUT preflight PUT"}, {"PUT", 303, "preflight PUT GET"},
		{"PUT", 307, "preflight PUT preflight PUT"}, {"PUT", 308, "preflight PUT preflight PUT"},
	} {
		list = append(list, one(fmt.Sprintf("a %s redirected by %d", r.method, r.status), app, within()(r.status), do(r.method), ok(r.wire)))
	}
	return list
}

// redirect sends on to the same path at origin, and below; there it says hello.
func redirect(status int, origin string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/there") {
			hello(w, r)
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		http.Redirect(w, r, origin+r.URL.Path+"/there", status)
	})
}
