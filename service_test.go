package cors_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-12f469a5/cors"
)

func TestObserversSeeEveryCORSRequestOnce(t *testing.T) {
	var seen []string
	observe := func(name string) cors.Option {
		return cors.WithObserver(func(r *http.Request, d cors.Decision) {
			assert.NotEmpty(t, r.Method)
			seen = append(seen, name+" "+d.Kind.String()+" "+d.Reason.String())
		})
	}
	p := cors.MustNew(cors.WithOrigins("https://a.example"), cors.WithMethods("PUT"), observe("1"), observe("2"))
	for _, r := range []*http.Request{
		request("GET", nil), get("https://a.example"), get("https://evil.example"), preflight("https://a.example", "DELETE"), preflight("x", "PUT"),
	} {
		h := p.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { seen = append(seen, "next") }))
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	p.Decide(get("https://a.example"))
	assert.Equal(t, []string{
		"next", "1 actual allowed", "2 actual allowed", "next", "1 actual origin_not_allowed", "2 actual origin_not_allowed", "next",
		"1 preflight method_not_allowed", "2 preflight method_not_allowed", "1 preflight origin_malformed", "2 preflight origin_malformed",
	}, seen)

	seen = nil
	delegating := cors.MustNew(cors.WithPreflightContinue(), observe("3"))
	serve(delegating, preflight("https://a.example", "PUT"))
	assert.Equal(t, []string{"3 preflight delegated"}, seen)

	_, err := cors.New(cors.WithObserver(nil))
	assert.ErrorContains(t, err, "observer")
}

func TestLogDeniedFollowsTheDefaultLogger(t *testing.T) {
	p := cors.MustNew(cors.WithOrigins("https://a.example"), cors.WithObserver(cors.LogDenied(nil)))
	before, output, flags := slog.Default(), log.Writer(), log.Flags()
	t.Cleanup(func() {
		slog.SetDefault(before)
		log.SetOutput(output) // as SetDefault leaves it, the two loggers would write to each other
		log.SetFlags(flags)
	})
	var out bytes.Buffer
	slog.SetDefault(slog.New(slog.NewJSONHandler(&out, nil)))
	serve(p, get("https://evil.example"))
	var line map[string]any
	require.NoError(t, json.Unmarshal(out.Bytes(), &line))
	assert.Equal(t, "WARN", line["level"])
	assert.Equal(t, "origin_not_allowed", line["reason"])
}

func TestLogDenied(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		p := cors.MustNew(cors.WithOrigins("https://a.example"), cors.WithMethods("PUT"), cors.WithHeaders("X-A"),
			cors.WithObserver(cors.LogDenied(slog.New(slog.NewJSONHandler(&out, nil)))))
		lines := func() (lines []map[string]any) {
			for line := range strings.Lines(out.String()) {
				var m map[string]any
				require.NoError(t, json.Unmarshal([]byte(line), &m))
				lines = append(lines, m)
			}
			out.Reset()
			return lines
		}
		serve(p, get("https://a.example"))
		serve(p, request("GET", nil))
		serve(cors.MustNew(cors.WithPreflightContinue(), cors.WithObserver(cors.LogDenied(nil))), preflight("https://a.example", "PUT"))
		assert.Empty(t, lines(), "only what was refused is logged")

		r := preflight("https://a.example", "PUT", "Access-Control-Request-Headers", "x-z")
		serve(p, r)
		got := lines()
		require.Len(t, got, 1)
		delete(got[0], "time")
		assert.Equal(t, map[string]any{
			"level": "WARN", "msg": p.Decide(r).String(), "kind": "preflight", "reason": "header_not_allowed",
			"origin": "https://a.example", "method": "PUT", "header": "x-z", "rule": "https://a.example",
			"host": r.Host, "path": r.URL.Path,
		}, got[0])
		bare := get("https://evil.example")
		bare.Host, bare.URL = "", nil
		serve(p, bare)
		got = lines()
		require.Len(t, got, 1)
		assert.NotContains(t, got[0], "host")
		assert.NotContains(t, got[0], "path")

		time.Sleep(time.Second)
		for range 10_000 {
			serve(p, get("https://evil.example"))
		}
		got = lines()
		require.Len(t, got, 10, "a flood of refusals is no flood of lines")
		assert.NotContains(t, got[9], "left_out")
		time.Sleep(time.Second)
		serve(p, get("https://evil.example"))
		serve(p, get("https://evil.example"))
		got = lines()
		require.Len(t, got, 2)
		assert.EqualValues(t, 9990, got[0]["left_out"])
		assert.NotContains(t, got[1], "left_out")

		time.Sleep(1900 * time.Millisecond)
		for _, step := range []struct {
			pause time.Duration
			lines int
		}{{0, 10}, {200 * time.Millisecond, 0}, {799 * time.Millisecond, 0}, {time.Millisecond, 10}} { // wherever a second begins
			time.Sleep(step.pause)
			for range 20 {
				serve(p, get("https://evil.example"))
			}
			assert.Len(t, lines(), step.lines)
		}

		time.Sleep(time.Second)
		for _, evil := range []string{"https://x\" level=ERROR msg=\"forged", "x\ny", "\x1b[2J", "\u202e", strings.Repeat("x", 1<<16)} {
			r := get(evil)
			r.Host, r.URL.Path = evil, "/"+evil
			serve(p, r)
		}
		for _, line := range lines() {
			for key, value := range line {
				if s, ok := value.(string); ok {
					assert.Less(t, len(s), 600, key)
					assert.Equal(t, -1, strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r > '~' && r != '…' }), "%q", s)
				}
			}
			assert.True(t, line["origin"].(string)[0] == '"', "%v", line["origin"])
		}
	})
}

func TestSelect(t *testing.T) {
	a, b := cors.MustNew(cors.WithOrigins("https://a.example")), cors.MustNew(cors.WithOrigins("https://b.example"))
	var picked *cors.Policy
	h := cors.Select(func(r *http.Request) *cors.Policy { return picked })(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	answer := func(origin string) http.Header {
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, get(origin))
		return rec.Header()
	}
	for _, tc := range []struct {
		policy *cors.Policy
		want   http.Header
	}{
		{a, header("Access-Control-Allow-Origin", "https://a.example", "Vary", "Origin")},
		{b, header("Vary", "Origin")},
		{nil, header()},
	} {
		picked = tc.policy
		assert.Equal(t, tc.want, answer("https://a.example"))
	}
}

// Policies may be replaced while requests are served; each request sees one of them, whole.
func TestPoliciesAreReplacedUnderLoad(t *testing.T) {
	policies := []*cors.Policy{
		cors.MustNew(cors.WithOrigins("https://a.example"), cors.WithExposedHeaders("A")),
		cors.MustNew(cors.WithOriginRegexps(`https://b\.example`), cors.WithExposedHeaders("B")),
	}
	var current atomic.Pointer[cors.Policy]
	current.Store(policies[0])
	next := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	h := cors.Select(func(*http.Request) *cors.Policy { return current.Load() })(next)
	shadow := cors.Shadow(policies[0], policies[1], func(*http.Request, cors.Decision, cors.Decision) {})(next)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 2000 {
				for origin, exposed := range map[string]string{"https://a.example": "A", "https://b.example": "B"} {
					rec := httptest.NewRecorder()
					h.ServeHTTP(rec, get(origin))
					if rec.Header().Get("Access-Control-Allow-Origin") != "" {
						assert.Equal(t, exposed, rec.Header().Get("Access-Control-Expose-Headers"))
					}
					shadow.ServeHTTP(httptest.NewRecorder(), get(origin))
				}
			}
		})
	}
	for i := range 1000 {
		current.Store(policies[i%2])
	}
	wg.Wait()
}

func TestRoutes(t *testing.T) {
	policy := func(origin string) *cors.Policy { return cors.MustNew(cors.WithOrigins(origin)) }
	pick, err := cors.Routes(map[string]*cors.Policy{
		"/": policy("https://all.example"), "/public/": policy("https://public.example"), "/public/private/": nil,
		"/users/{id}/files": policy("https://files.example"), "admin.example.com/": policy("https://admin.example"),
		"xn--bcher-kva.example/": policy("https://bücher.example"), "[::1]/": policy("https://six.example"), "/both": policy("https://both.example"),
		"/both/": policy("https://both.example"),
	})
	require.NoError(t, err)
	for url, want := range map[string]string{
		"http://x/": "https://all.example", "http://x/y": "https://all.example", "http://x/public/y": "https://public.example",
		"http://x/public/private/y": "", "http://x": "https://all.example", "http://x?y": "https://all.example",
		"http://x/users/7/files?y": "https://files.example", "http://x/both": "https://both.example", "http://x/both/": "https://both.example",
		"http://x/users/7/files": "https://files.example", "http://x/users/7/other": "https://all.example",
		"http://admin.example.com/public/": "https://admin.example", "http://admin.example.com:8080/x": "https://admin.example",
		"http://xn--bcher-kva.example:80/": "https://xn--bcher-kva.example", "http://[::1]/x": "https://six.example", "http://[::1]:80/x": "",
		// What the handler behind may read in two ways:
		"http://x/public": "", "http://x/public//private/y": "", "http://x//public/y": "", "http://x/a/../public/": "", "http://x/a/..%2Fpublic/": "",
		"http://x/public%2Fy": "", "http://x/users/7/%2Ffiles": "", "http://x/users/7%2F/files": "", "http://x/users/a%20b/files": "https://files.example", "http://x/users/7/files/": "", "http://x/users/7/files//": "", "http://x/./both": "", "http://ADMIN.example.com/x": "", "http://admin.example.com.:8080/x": "",
	} {
		for _, method := range []string{"GET", "PUT", "OPTIONS"} {
			p := pick(httptest.NewRequest(method, url, nil))
			if want == "" {
				assert.Nil(t, p, url)
			} else if assert.NotNil(t, p, url) {
				assert.Equal(t, []string{want}, p.Config().Origins, "%s %s", method, url)
			}
		}
	}

	// What a router behind may take for the stricter of two is not served by the laxer one.
	for _, tc := range []struct {
		strict, lax []string
		paths       map[string]bool // whether the lax policy serves them
	}{
		{[]string{"/admin/"}, []string{"/"}, map[string]bool{"/x": true, "/admin": false, "/admin/": false, "/admin/x": false, "/admin%2Fx": false,
			"/admin%2F..%2Fx": false, "/admin%2F..": false, "/admin%2F%2E%2E": false, "/adm%69n/x": false, "/admi": true, "/a%62c": true, "/x%2Fy": true}},
		{[]string{"/"}, []string{"/public/"}, map[string]bool{"/public/x": true, "/public/": true, "/public": false, "/p%75blic/x": false, "/public/..%2Fx": false, "/x/..%2Fpublic/": false}},
		{[]string{"/admin/"}, []string{"/{t}"}, map[string]bool{"/x": true, "/admin": false}},
		{[]string{"/admin"}, []string{"/{t}/", "/{t}"}, map[string]bool{"/x/": true, "/x": true, "/admin/": false, "/admin": false}},
		{[]string{"/admin"}, []string{"/{t}/{u...}"}, map[string]bool{"/x/": true, "/x/y": true, "/admin/": false, "/admin/x": true}},
		{[]string{"x/b"}, []string{"/b/"}, map[string]bool{"/b/": false, "/b/c": true}},
		{[]string{"x/{y}"}, []string{"/b/", "/c"}, map[string]bool{"/b/": false, "/b/c": true}},
		{[]string{"x/{y}/"}, []string{"/b"}, map[string]bool{"/b": false}},
		{[]string{"/admin/{x}"}, []string{"/{t}/export/"}, map[string]bool{"/admin/export/": false, "/x/export/": true, "/x/export/y": true}},
		{[]string{"/"}, []string{"/{t}/"}, map[string]bool{"/x/": false, "/x": false, "/x/y": true, "//x/y": false, "/%2Fx/y": false}},
		{[]string{"/"}, []string{"/{t}/", "/{t}"}, map[string]bool{"/x/": true, "/x": true, "/": false}},
		{[]string{"/{lang}/"}, []string{"/login"}, map[string]bool{"/login": false, "/login/": false}},
		{[]string{"/{lang}/"}, []string{"/login", "/login/{$}"}, map[string]bool{"/login": true, "/login/": true}},
		{[]string{"/x/{id}"}, []string{"/x/a", "/x/"}, map[string]bool{"/x/a": true, "/x/%61": false, "/x//%61": false}},
		{[]string{"/{id}"}, []string{"/"}, map[string]bool{"/": true, "//%2F": false}},
		{nil, []string{"/{t}/"}, map[string]bool{"/x/y": true, "//x/y": false, "/x//y": false}},
		{nil, []string{"/x/"}, map[string]bool{"//x/y": false, "/x//y": true}},
		{[]string{"/a"}, []string{"/a/{$}"}, map[string]bool{"/a": false, "/a/": true}},
		{[]string{"/a"}, []string{"/a/", "/b/{c}"}, map[string]bool{"/a": false, "/a/": true, "/b/7": true}},
		{[]string{"/"}, []string{"/café/", "/東京", "/my%20files/{id}", "/a|b/", "/a+b/", "/@me/", "/c%C3%A9/"}, map[string]bool{
			"/caf%C3%A9/y": true, "/%E6%9D%B1%E4%BA%AC": true, "/my%20files/7": true, "/a%7Cb/c": true, "/a+b/": true, "/@me/": true, "/c%C3%A9/": true,
			"/a%2Bb/": false, "/%40me/": false}},
		{[]string{"/admin", "/admin/"}, []string{"/"}, map[string]bool{"/ADMIN/x": false, "/Admin": false, "/admin;x/y": false, "/public/..;/admin/x": false,
			"/%41dmin/x": false, "/x/..%5cadmin/y": false, "/x/%252e%252e/admin/": false, "/x/%25252e%25252e/admin/": false, "/x%252F..%252Fadmin": false,
			"/admi%6E": false, "/x;y=1/z": true, "/X/y": true, "/100%25": true, "/a%255Cb": true, "/%2525252525252525": true}},
		{nil, []string{"/"}, map[string]bool{"/%" + strings.Repeat("25", 10) + "41": true, "/%" + strings.Repeat("25", 40) + "41": false}},
		{nil, []string{"/API/{id}/{rest...}", "/api/{key}/{all...}", "/{x}/{$}"}, map[string]bool{"/API/7/x": true, "/api/7/x": true, "/Api/7/x": false, "/A/": true}},
		{[]string{"/{user}/r%C3%A9glages", "/{user}/r%C3%A9glages/", "/{user}/a%20b", "/{user}/a%20b/"}, []string{"/"}, map[string]bool{"/x": true,
			"/me/r%C3%A9glages": false, "/%2F/r%C3%A9glages": false, "/%2f/a%20b": false, "/%2F/c": true}},
		{[]string{"/kiosk/", "/kiosk"}, []string{"/"}, map[string]bool{"/%E2%84%AAiosk/x": false, "/%e2%84%aaio%c5%bfk/x": false, "/kio%C5%BFk": false, "/%C5%BF": true}},
		{[]string{"/Admin/"}, []string{"/"}, map[string]bool{"/admin/x": false, "/Admin/x": false, "/x": true, "/X": true}},
		{[]string{"/{Id}/É"}, []string{"/A", "/a"}, map[string]bool{"/a": true, "/A": true, "/x/%C3%89": false}},
		{[]string{"/reports/{$}"}, []string{"/", "/reports"}, map[string]bool{"/reports": true, "/reports/": false, "/reports%2F.": false, "/reports/x/..": false}},
		{[]string{"/"}, []string{"/items/{id}", "/a/{$}"}, map[string]bool{"/items/7": true, "/items/7?x=%2F": true, "/items/a%20b": true, "/items/7/": false, "/items/a%2Fb": false, "/a/": true, "/a": false}},
	} {
		strict, lax := policy("https://strict.example"), policy("https://lax.example")
		policies := map[string]*cors.Policy{}
		for _, pattern := range tc.strict {
			policies[pattern] = strict
		}
		for _, pattern := range tc.lax {
			policies[pattern] = lax
		}
		pick, err := cors.Routes(policies)
		require.NoError(t, err)
		for path, want := range tc.paths {
			assert.Equal(t, want, pick(httptest.NewRequest("GET", "http://x"+path, nil)) == lax, "%v %s", tc.strict, path)
		}
	}
	for path, want := range map[string]bool{
		strings.Repeat("/a", 1<<10) + "/":                                   false, // too long
		"/x%" + strings.Repeat("25", 28) + "2f" + strings.Repeat("/a", 990): false, // too many readings for its length
		"/x%" + strings.Repeat("25", 8) + "2f" + strings.Repeat("/a", 100):  true,
		"/x" + strings.Repeat("/", 9) + "y":                                 true,
		"/x" + strings.Repeat("/", 10) + "y":                                false, // too many empty segments
		"/a%20b" + strings.Repeat("/a", 1000):                               true,
	} {
		pick, err := cors.Routes(map[string]*cors.Policy{"/": policy("https://a.example")})
		require.NoError(t, err)
		assert.Equal(t, want, pick(httptest.NewRequest("GET", "http://x"+path, nil)) != nil, path)
	}

	a, b := policy("https://a.example"), policy("https://b.example")
	for _, tc := range []struct {
		policies map[string]*cors.Policy
		path     string
		want     *cors.Policy
	}{
		{map[string]*cors.Policy{"/": a, "/Admin": b, "/Admin/": b, "/z/": a}, "/admin/x", nil}, // upper case in any pattern, not only the last
		{map[string]*cors.Policy{"/files/{path...}": a}, "/files/A/b", a},
		{map[string]*cors.Policy{"/": a, "/x/{id}": b, "/x/{id}/": b, "/x/ADMIN": a, "/x/ADMIN/": a}, "//x/admin", nil},
	} {
		pick, err := cors.Routes(tc.policies)
		require.NoError(t, err)
		assert.Same(t, tc.want, pick(httptest.NewRequest("GET", "http://x"+tc.path, nil)), tc.path)
	}

	policies := map[string]*cors.Policy{"/only/": policy("https://a.example")}
	pick, err = cors.Routes(policies)
	require.NoError(t, err)
	clear(policies)
	assert.NotNil(t, pick(httptest.NewRequest("GET", "/only/x", nil)), "the map was copied")
	assert.Nil(t, pick(httptest.NewRequest("GET", "/other", nil)))

	_, err = cors.Routes(map[string]*cors.Policy{"GET /x": nil, "PUT\t/y": nil, "/{": nil, "": nil, "/{a}/b": nil, "/a/{b}": nil, "https://x/": nil,
		"a.example:8080/z": nil, "b.example/{x}": nil, "b.example/{y}": nil, "a..example/": nil, "/admin/*": nil, "/*.js": nil, "/:id/x": nil, "/q?y": nil,
		"/c/../d/": nil, "//e": nil, "/{x}//b/": nil, "/\xff/": nil, "h.example/*": nil, "h.example/x/:id/:b": nil, "/v1/:*": nil, "/w/*/x": nil, "/f%2Fg": nil, "/%zz": nil, "/h i": nil, "/j ": nil, "::1/": nil,
		"bücher.example/": nil, "c.example./": nil, "D.example/": nil, "any.invalid/": nil, "/k/%2e%2e/": nil, "/Case": nil, "/case": policy("https://a.example"), "/{x}/Y/b": nil, "/a/y/{x}": nil, "*/": nil, "public": nil,
		"OPTIONS /all/": nil, "*": nil, "/*": nil, "*.example.com": nil, "/n/{id:[0-9]+}/x": nil, "/o\r": nil, "/p\n": nil, "/r\x7f": nil})
	for _, part := range []string{"registered at", "any.invalid", `\n/`} {
		assert.NotContains(t, err.Error(), part)
	}
	for _, part := range []string{`"GET /x"`, `write "/x"`, `write "/y"`, `"/{"`, `"": it is empty`, `write "/public" if it is one, or "public/" if it is a host`, "conflicts", `write "x/"`, `write "a.example/z"`,
		`"b.example/{y}": pattern "b.example/{y}" conflicts`, `write "xn--bcher-kva.example/"`, `write "c.example/"`, `write "d.example/"`, `"*/": a host has no wildcard`, `"OPTIONS /all/": a policy holds for all methods, so its pattern has none; write "/all/"`,
		`"*": for all paths, write "/"`, `"/*": for all paths, write "/"`, `"*.example.com": a host has no wildcard`, `"/n/{id:[0-9]+}/x": a wildcard has no expression; write {name} for one segment, and {name...} for all that follow`,
		`"/k/%2e%2e/": the path is not clean`, `"a..example" is not a host`, `"/admin/*": a * stands for itself; for all that is below, write "/admin/"`,
		`"/*.js": a * stands for itself`, `write "/{id}/x"`, `"/q?y": a pattern is a path, without query`, `"/c/../d/": the path is not clean`, `"//e": the path is not clean`, `"/{x}//b/": the path is not clean`,
		`"/f%2Fg": a pattern cannot contain an escaped slash`, `"/\xff/": a pattern cannot contain`, `write "h.example/"`, `write "h.example/x/{id}/{b}"`, `"/v1/:*": a * stands for itself; a wildcard`,
		`"/case": but for letter case, which means nothing to some handlers, another pattern is the same`, `"/{x}/Y/b": but for letter case, which means nothing to some handlers, it conflicts`,
		`"/w/*/x": a * stands for itself; a wildcard`,
		`"/%zz": a pattern cannot contain`, `"/h i": a pattern cannot contain white space`, `"/j ": a pattern cannot contain white space`, `"/o\r": a pattern cannot contain control character`, `"/p\n": a pattern cannot contain control`, `"/r\x7f": a pattern cannot contain control`, `"::1/": `} {
		assert.ErrorContains(t, err, part)
	}
	assert.Len(t, slices.Collect(cors.ConfigErrors(err)), 42)
}

func TestRoutesWithoutWildcards(t *testing.T) {
	const old = "httpmuxgo121=1"
	if os.Getenv("GODEBUG") == old {
		_, err := cors.Routes(nil)
		assert.ErrorContains(t, err, old)
		return
	}
	// net/http reads it when a program starts.
	cmd := exec.Command(os.Args[0], "-test.run=^TestRoutesWithoutWildcards$", "-test.v")
	cmd.Env = append(os.Environ(), "GODEBUG="+old)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.Contains(t, string(out), "--- PASS")
}

func TestShadow(t *testing.T) {
	type opts = options
	own := cors.WithOrigins("https://a.example")
	for _, tc := range []struct {
		name               string
		current, candidate options
		r                  *http.Request
		differ             bool
	}{
		{"no CORS request", opts{own}, opts{cors.WithOrigins("https://b.example")}, request("GET", nil), false},
		{"the same", opts{own}, opts{own}, get("https://a.example"), false},
		{"origin refused", opts{own}, opts{cors.WithOrigins("https://b.example")}, get("https://a.example"), true},
		{"origin admitted", opts{own}, opts{cors.WithOrigins("https://b.example")}, get("https://b.example"), true},
		{"both refuse", opts{own}, opts{cors.WithOrigins("https://b.example")}, get("https://c.example"), false},
		{"both refuse for different reasons", opts{own}, opts{cors.WithOriginRegexps("b")}, preflight("HTTP://x", "PUT"), false},
		{"* and the origin", opts{own}, nil, get("https://a.example"), false},
		{"* and the origin with credentials", opts{own, cors.WithCredentials()}, nil, get("https://a.example"), true},
		{"credentials", opts{own}, opts{own, cors.WithCredentials()}, get("https://a.example"), true},
		{"exposed headers", opts{own}, opts{own, cors.WithExposedHeaders("X-A")}, get("https://a.example"), true},
		{"exposed headers in another order", opts{own, cors.WithExposedHeaders("X-A", "b")}, opts{own, cors.WithExposedHeaders("B", "x-a")}, get("https://a.example"), false},
		{"safelisted exposed headers", opts{own}, opts{own, cors.WithExposedHeaders("Content-Type")}, get("https://a.example"), false},
		{"exposed headers of a preflight", opts{own}, opts{own, cors.WithExposedHeaders("X-A"), cors.WithPreflightExposedHeaders()}, preflight("https://a.example", "PUT"), false},
		{"methods", opts{own, cors.WithMethods("PUT")}, opts{own, cors.WithMethods("PUT", "DELETE")}, preflight("https://a.example", "PUT"), true},
		{"methods of an actual request", opts{own, cors.WithMethods("PUT")}, opts{own}, get("https://a.example"), false},
		{"safelisted methods", opts{own, cors.WithMethods("PUT")}, opts{own, cors.WithMethods("GET", "PUT", "POST")}, preflight("https://a.example", "PUT"), false},
		{"request headers", opts{own, cors.WithHeaders("X-A")}, opts{own, cors.WithHeaders("X-B")}, preflight("https://a.example", "PUT"), true},
		{"request headers in another case", opts{own, cors.WithHeaders("X-A")}, opts{own, cors.WithHeaders("x-a")}, preflight("https://a.example", "PUT"), false},
		{"reflection of just the list", opts{own, cors.WithHeaders("X-A")}, opts{own}, preflight("https://a.example", "PUT", "Access-Control-Request-Headers", "x-a"), false},
		{"max age", opts{own, cors.WithMaxAge(time.Minute)}, opts{own}, preflight("https://a.example", "PUT"), true},
		{"the default max age", opts{own, cors.WithMaxAge(5 * time.Second)}, opts{own}, preflight("https://a.example", "PUT"), false},
		{"more than browsers remember", opts{own, cors.WithMaxAge(24 * time.Hour)}, opts{own, cors.WithMaxAge(48 * time.Hour)}, preflight("https://a.example", "PUT"), false},
		{"status", opts{own, cors.WithPreflightStatus(200)}, opts{own}, preflight("https://a.example", "PUT"), false},
		{"private network", opts{own, cors.WithPrivateNetwork()}, opts{own}, preflight("https://a.example", "PUT", "Access-Control-Request-Private-Network", "true"), true},
		{"private network not asked for", opts{own, cors.WithPrivateNetwork()}, opts{own}, preflight("https://a.example", "PUT"), false},
		{"both refuse the method", opts{own, cors.WithMethods("PUT")}, opts{own, cors.WithMethods("DELETE")}, preflight("https://a.example", "PATCH"), false},
		{"both refuse a header", opts{own, cors.WithHeaders("X-A")}, opts{own, cors.WithHeaders("X-B")}, preflight("https://a.example", "PUT", "Access-Control-Request-Headers", "x-c"), false},
		{"one refuses the method", opts{own, cors.WithMethods("PUT")}, opts{own, cors.WithMethods("DELETE")}, preflight("https://a.example", "PUT"), true},
		{"passed on and refused", opts{own}, opts{own, cors.WithPreflightContinue()}, preflight("https://b.example", "PUT"), true},
		{"passed on", opts{own}, opts{own, cors.WithPreflightContinue()}, preflight("https://a.example", "PUT"), true},
		{"both pass on", opts{own, cors.WithPreflightContinue()}, opts{cors.WithPreflightContinue()}, preflight("https://a.example", "PUT"), false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			current, candidate := cors.MustNew(tc.current...), cors.MustNew(tc.candidate...)
			var reports []string
			h := cors.Shadow(current, candidate, func(r *http.Request, was, would cors.Decision) {
				assert.Equal(t, current.Decide(r), was)
				assert.Equal(t, candidate.Decide(r), would)
				reports = append(reports, fmt.Sprint(was, " / ", would))
			})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusTeapot); fmt.Fprint(w, "next") }))
			rec := httptest.NewRecorder()
			h.ServeHTTP(rec, tc.r)
			assert.Equal(t, serve(current, tc.r), answer{rec.Code, rec.Header(), rec.Body.String()})
			want := 0
			if tc.differ {
				want = 1
			}
			assert.Len(t, reports, want)
		})
	}

	p := cors.MustNew(own)
	report := func(*http.Request, cors.Decision, cors.Decision) { t.Error("nothing to compare") }
	for _, h := range []http.Handler{
		cors.Shadow(p, nil, report)(http.NotFoundHandler()), cors.Shadow(nil, p, report)(http.NotFoundHandler()), cors.Shadow(p, p, nil)(http.NotFoundHandler()),
	} {
		h.ServeHTTP(httptest.NewRecorder(), get("https://a.example"))
	}
}
