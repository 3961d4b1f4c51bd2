package cors_test

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-12f469a5/cors"
	"github.com/seed-12f469a5/cors/corstest"
)

// An entry is a way to allow origins, with origins that it means and that it does not: what a policy of entries means is
// written here, and nowhere derived from what the package does.
type entry struct {
	opt     cors.Option
	in, out []string
}

var entries = []entry{
	{cors.WithOrigins("https://a.example"), []string{"https://a.example"}, []string{"http://a.example", "https://a.example:8443", "https://b.a.example"}},
	{cors.WithOrigins("HTTP://LOCALHOST:3000/"), []string{"http://localhost:3000"}, []string{"http://localhost", "http://localhost:3001"}},
	{cors.WithOrigins("https://*.w.example"), []string{"https://a.w.example", "https://a.b.w.example"}, []string{"https://w.example", "https://aw.example", "https://a.w.example:1"}},
	{cors.WithOrigins("https://*.p.example:8443"), []string{"https://a.p.example:8443"}, []string{"https://a.p.example", "https://p.example:8443"}},
	{cors.WithOrigins("https://any.example:*"), []string{"https://any.example", "https://any.example:1"}, []string{"http://any.example", "https://x.any.example"}},
	{cors.WithOrigins("https://*.q.example:*"), []string{"https://a.q.example", "https://a.b.q.example:9"}, []string{"https://q.example:9"}},
	{cors.WithOrigins("https://bücher.example"), []string{"https://xn--bcher-kva.example"}, []string{"https://bcher.example"}},
	{cors.WithOrigins("https://[2001:DB8::0:1]:8443"), []string{"https://[2001:db8::1]:8443"}, []string{"https://[2001:db8::1]"}},
	{cors.WithOriginRegexps(`https://pr-\d+\.r\.example(:\d+)?`), []string{"https://pr-7.r.example", "https://pr-42.r.example:8080"}, []string{"https://pr-.r.example", "https://pr-7xr.example"}},
	{cors.WithOriginRegexps(`^https://x\.s\.example|https://(?!admin)\w+\.t\.example$`), []string{"https://x.s.example", "https://user.t.example"}, []string{"https://admin.t.example", "https://x.s.example.evil.example"}},
	{cors.WithHostRegexps(`([a-z])\1\.h\.example`), []string{"https://aa.h.example", "http://bb.h.example:81", "app://zz.h.example"}, []string{"https://ab.h.example"}},
	{cors.WithOriginFunc(func(_ *http.Request, o string) bool { return strings.HasPrefix(o, "app://f") }), []string{"app://f", "app://ff:1"}, []string{"app://g"}},
	{cors.WithOrigins("null"), []string{"null"}, []string{"https://null", "https://null.example"}},
}

// A meaning is what a random policy is meant to do.
type meaning struct {
	opts        options
	any         bool
	in          []string
	methods     []string // nil: Kong's six
	headers     []string // nil: all
	exposed     []string
	credentials bool
}

var everyMethod = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE", "patch"}

func randomMeaning(r *rand.Rand) (m meaning) {
	if m.any = r.IntN(5) == 0; !m.any {
		for _, i := range r.Perm(len(entries))[:1+r.IntN(4)] {
			m.opts = append(m.opts, entries[i].opt)
			m.in = append(m.in, entries[i].in...)
		}
	}
	if m.credentials = r.IntN(2) == 0; m.credentials {
		m.opts = append(m.opts, cors.WithCredentials())
	}
	some := func(of ...string) []string {
		out := []string{}
		for _, i := range r.Perm(len(of))[:r.IntN(len(of))] {
			out = append(out, of[i])
		}
		return out
	}
	switch r.IntN(3) {
	case 0:
		m.methods = []string{"*"}
	case 1:
		m.methods = some("PUT", "PATCH", "DELETE", "PURGE", "GET", "OPTIONS")
	}
	if m.methods != nil {
		m.opts = append(m.opts, cors.WithMethods(m.methods...))
	}
	switch r.IntN(4) {
	case 0:
		m.headers = []string{"*"}
	case 1:
		m.headers = []string{"*", "Authorization"}
	case 2:
		m.headers = some("X-A", "x-b", "Authorization", "Content-Type", "Range")
	}
	if m.headers != nil {
		m.opts = append(m.opts, cors.WithHeaders(m.headers...))
	}
	if m.exposed = some("X-Out", "ETag", "Content-Type"); r.IntN(3) == 0 && !m.credentials {
		m.exposed = []string{"*"}
	}
	m.opts = append(m.opts, cors.WithExposedHeaders(m.exposed...))
	if r.IntN(2) == 0 {
		m.opts = append(m.opts, cors.WithMaxAge(600e9))
	}
	if r.IntN(4) == 0 {
		m.opts = append(m.opts, cors.WithPrivateNetwork())
	}
	if r.IntN(4) == 0 {
		m.opts = append(m.opts, cors.WithPreflightStatus(200+r.IntN(100)))
	}
	m.opts = append(m.opts, cors.Dangerously(cors.AnyOriginWithCredentials, cors.InsecureOrigins, cors.NullOrigin))
	return m
}

func (m meaning) allowsOrigin(origin string) bool { return m.any || slices.Contains(m.in, origin) }

func (m meaning) allowsMethod(method string) bool {
	methods := m.methods
	if methods == nil {
		methods = []string{"PUT", "PATCH", "DELETE"}
	}
	return slices.Contains([]string{"GET", "HEAD", "POST"}, method) || slices.Contains(methods, method) || slices.Contains(methods, "*")
}

func (m meaning) allowsHeader(name string) bool {
	listed := slices.ContainsFunc(m.headers, func(h string) bool { return strings.EqualFold(h, name) })
	star := slices.Contains(m.headers, "*") && (m.credentials || name != "Authorization")
	return m.headers == nil || listed || star
}

func allOrigins() (all []string) {
	for _, e := range entries {
		all = append(append(all, e.in...), e.out...)
	}
	return append(all, "https://evil.example")
}

// A browser's verdict on what a policy answers must be what the policy means, and what Decide says of the requests.
func TestPoliciesMeanWhatTheySay(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	origins := allOrigins()
	for range 1500 {
		m := randomMeaning(r)
		p, err := cors.New(m.opts...)
		require.NoError(t, err)
		// A policy that is read back from its own configuration means the same.
		if c := p.Config(); c.OriginFunc == nil && r.IntN(2) == 0 {
			text, err := json.Marshal(c)
			require.NoError(t, err)
			var back cors.Config
			require.NoError(t, json.Unmarshal(text, &back))
			assert.Equal(t, c, back)
			p, err = cors.New(cors.WithConfig(back))
			require.NoError(t, err)
			assert.Equal(t, c, p.Config())
		}
		handler := p.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Out", "1")
			w.Header().Set("Etag", "2")
			w.Header().Set("X-Hidden", "3")
			w.Header().Set("Content-Type", "text/plain")
		}))
		for range 8 {
			origin := origins[r.IntN(len(origins))]
			if len(m.in) > 0 && r.IntN(2) == 0 {
				origin = m.in[r.IntN(len(m.in))]
			}
			req := corstest.Request{Method: everyMethod[r.IntN(len(everyMethod))], URL: "https://api.test/x", Header: http.Header{}, Credentials: r.IntN(2) == 0}
			for name, value := range map[string]string{"X-A": "1", "X-B": "2", "Authorization": "t", "Content-Type": "application/json", "Range": "lines=1"} {
				if r.IntN(4) == 0 {
					req.Header.Set(name, value)
				}
			}
			want := m.allowsOrigin(origin) && m.allowsMethod(req.Method) && (!req.Credentials || m.credentials)
			for name := range req.Header {
				want = want && m.allowsHeader(name)
			}
			page := corstest.NewPage(origin, handler)
			res, err := page.Fetch(req)
			decided := !req.Credentials || m.credentials
			for _, e := range page.Exchanges() {
				asked := httptest.NewRequest(e.Method, e.URL, nil)
				asked.Header = e.RequestHeader
				decided = decided && p.Decide(asked).Allowed()
			}
			assert.Equal(t, want, decided, "%v", p.Config())
			if !assert.Equal(t, want, err == nil, "%s from %s %v credentials %v\n%+v\n%v", req.Method, origin, req.Header, req.Credentials, p.Config(), err) {
				return
			}
			if err != nil {
				continue
			}
			for name, exposed := range map[string]bool{"X-Out": true, "Etag": true, "X-Hidden": false} {
				listed := slices.ContainsFunc(m.exposed, func(h string) bool { return strings.EqualFold(h, name) })
				star := slices.Contains(m.exposed, "*") && !req.Credentials
				_, readable := res.Header[name]
				assert.Equal(t, listed && exposed || star, readable, "%s of %v", name, p.Config())
			}
		}
	}
}

// Decide knows how much of the header names is reflected, to the byte.
func TestDecideAndTheLimitOfReflection(t *testing.T) {
	for _, opts := range []options{nil, {cors.WithCredentials()}} {
		p := cors.MustNew(append(opts, cors.WithOrigins("https://a.example"))...)
		for n, want := range map[int]bool{4095: true, 4096: true, 4097: false} {
			page := corstest.NewPage("https://a.example", p.Handler(http.NotFoundHandler()))
			_, err := page.Fetch(corstest.Request{URL: "https://api.test/", Header: http.Header{strings.Repeat("x", n): {"1"}}})
			assert.Equal(t, want, err == nil, n)
			asked := httptest.NewRequest("OPTIONS", "https://api.test/", nil)
			asked.Header = page.Exchanges()[0].RequestHeader
			assert.Equal(t, want, p.Decide(asked).Allowed(), n)
		}
	}
}

var hostileOriginHeaders = []string{
	"", "null", "*", "https://a.example", "https://a.example/", "https://A.example", "https://a.example:443", "https://evil.example",
	"https://a.example\x00", "https://a.example, https://a.example", "https://x.w.example", "https://.w.example", "https://aa.h.example",
	"https://user.t.example", "http://localhost:3000", strings.Repeat("a", 5000), "https://" + strings.Repeat("a.", 100) + "w.example",
}

// checkResponse holds what must be true of every policy and every request.
func checkResponse(t *testing.T, p *cors.Policy, r *http.Request) {
	t.Helper()
	before := r.Header.Clone()
	d := p.Decide(r)
	rec := httptest.NewRecorder()
	reached := false
	p.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { reached = true })).ServeHTTP(rec, r)
	h := rec.Header()
	c := p.Config()
	what := func() string { return d.String() }

	assert.Equal(t, before, r.Header, "the request was changed")
	assert.Equal(t, d, p.Decide(r), "a decision that changes")
	origin, present := "", len(r.Header["Origin"]) > 0
	if present {
		origin = r.Header["Origin"][0]
	}
	isPreflight := r.Method == "OPTIONS" && present && len(r.Header["Access-Control-Request-Method"]) > 0
	assert.Equal(t, !isPreflight || c.PreflightContinue, reached, what())
	if d.Reason == cors.Delegated {
		assert.Empty(t, h, what())
		return
	}
	assert.Equal(t, present, d.Kind != cors.NotCORS)
	assert.Equal(t, isPreflight, d.Kind == cors.Preflight)

	allowed := h["Access-Control-Allow-Origin"]
	assert.LessOrEqual(t, len(allowed), 1, what())
	star := slices.Equal(allowed, []string{"*"})
	if len(allowed) > 0 && !star {
		assert.Equal(t, []string{origin}, allowed, "%s", what())
		assert.Len(t, r.Header["Origin"], 1)
		assert.Equal(t, "Origin", strings.Split(h.Get("Vary"), ", ")[0], what())
	}
	if _, credentials := h["Access-Control-Allow-Credentials"]; credentials {
		assert.Equal(t, []string{"true"}, h["Access-Control-Allow-Credentials"])
		assert.True(t, len(allowed) == 1 && !star && c.Credentials, what())
		for _, name := range []string{"Access-Control-Allow-Methods", "Access-Control-Allow-Headers", "Access-Control-Expose-Headers"} {
			assert.NotEqual(t, "*", h.Get(name), what())
		}
	}
	switch d.Reason {
	case cors.OriginMalformed, cors.OriginNotAllowed, cors.OriginUndecided:
		want := http.Header{}
		if d.Kind == cors.Actual {
			want.Set("Vary", "Origin")
		} else {
			assert.Equal(t, http.StatusForbidden, rec.Code)
		}
		assert.Equal(t, want, h, what())
	default:
		if present {
			assert.Len(t, allowed, 1, what())
		}
	}
	if isPreflight && len(allowed) > 0 {
		assert.True(t, rec.Code >= 200 && rec.Code <= 299)
		// What is echoed was asked for, is not too much, and is named in Vary.
		if h.Get("Access-Control-Allow-Headers") != strings.Join(c.Headers, ", ") && c.Headers == nil {
			if echoed := h.Get("Access-Control-Allow-Headers"); echoed != "" {
				assert.LessOrEqual(t, len(echoed), 4096)
			}
			assert.Contains(t, h.Get("Vary"), "Access-Control-Request-Headers")
		}
	}
	for name, values := range h {
		for _, v := range values {
			assert.NotContains(t, v, "\n", name)
			assert.NotContains(t, v, "\r", name)
		}
	}
	assert.NotEmpty(t, d.String())
}

func TestPropertiesOfEveryResponse(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	origins := append(allOrigins(), hostileOriginHeaders...)
	for range 1500 {
		m := randomMeaning(r)
		if r.IntN(8) == 0 {
			m.opts = append(m.opts, cors.WithPreflightContinue())
		}
		p := cors.MustNew(m.opts...)
		for range 8 {
			h := http.Header{}
			for range r.IntN(3) {
				h.Add("Origin", origins[r.IntN(len(origins))])
			}
			if r.IntN(2) == 0 {
				h.Add("Access-Control-Request-Method", []string{"PUT", "", "patch", "A B", "PURGE"}[r.IntN(5)])
			}
			for range r.IntN(3) {
				h.Add("Access-Control-Request-Headers", []string{"x-a", "x-a,x-b", "", ",", "a b", "X-A , x-z", strings.Repeat("a,", 3000)}[r.IntN(7)])
			}
			checkResponse(t, p, request([]string{"GET", "OPTIONS", "OPTIONS", "PUT"}[r.IntN(4)], h))
			if t.Failed() {
				t.Fatalf("%+v\n%v", p.Config(), h)
			}
		}
	}
}

// FuzzHandler holds the properties for header values of any kind.
func FuzzHandler(f *testing.F) {
	for i, origin := range hostileOriginHeaders {
		f.Add(uint64(i), "OPTIONS", origin, "PUT", "x-a,x-b", i%3 == 0)
		f.Add(uint64(i), "GET", origin, "", "", false)
	}
	policies := make([]*cors.Policy, 200)
	r := rand.New(rand.NewPCG(5, 6))
	for i := range policies {
		policies[i] = cors.MustNew(randomMeaning(r).opts...)
	}
	f.Fuzz(func(t *testing.T, policy uint64, method, origin, requestMethod, requestHeaders string, twice bool) {
		h := header("Origin", origin, "Access-Control-Request-Method", requestMethod, "Access-Control-Request-Headers", requestHeaders)
		if twice {
			h.Add("Origin", origin)
			h.Add("Access-Control-Request-Headers", requestHeaders)
		}
		r := request("GET", nil)
		r.Method = method
		maps.Copy(r.Header, h)
		checkResponse(t, policies[policy%uint64(len(policies))], r)
	})
}

// FuzzNew holds that no configuration makes New panic, and that a policy that it accepts is one that it accepts again.
func FuzzNew(f *testing.F) {
	f.Add("https://a.example", `https://b\.example`, `localhost`, "PUT", "X-A", "X-B", 5, 204, uint8(3), true)
	f.Add("*", `(a+)+(?<!b)`, `(?i)[[:alpha:]]\1`, "get", "Cookie", "*", -1, 0, uint8(0), false)
	f.Add("https://*.bücher.example:*", `(?<n>a|b)\k<n>(?!c)`, `\Qa.b\E`, "*", "*", "", 1<<30, 299, uint8(255), true)
	f.Fuzz(func(t *testing.T, origin, originRE, hostRE, method, name, exposed string, age, status int, danger uint8, credentials bool) {
		c := cors.Config{
			Origins: strings.Fields(origin), OriginRegexps: []string{originRE}, HostRegexps: []string{hostRE}, Methods: []string{method},
			Headers: []string{name}, ExposedHeaders: []string{exposed}, MaxAge: &age, PreflightStatus: status,
			Dangerously: []cors.Danger{cors.Danger(danger % 8)}, Credentials: credentials,
		}
		if danger&8 != 0 {
			c.OriginRegexps = nil
		}
		if danger&16 != 0 {
			c.HostRegexps = nil
		}
		p, err := cors.New(cors.WithConfig(c))
		if err != nil {
			n := 0
			for e := range cors.ConfigErrors(err) {
				n++
				assert.NotEmpty(t, e.Field)
				assert.NotEmpty(t, e.Code)
				assert.NotEmpty(t, e.Hint)
			}
			assert.Positive(t, n, "an error that is no ConfigError: %v", err)
			return
		}
		again, err := cors.New(cors.WithConfig(p.Config()))
		require.NoError(t, err)
		assert.Equal(t, p.Config(), again.Config())
		p.Decide(preflight(origin, method))
	})
}
