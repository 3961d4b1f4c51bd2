package cors_test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-12f469a5/cors"
)

// header makes a header of names and values in turn.
func header(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i < len(pairs); i += 2 {
		h.Add(pairs[i], pairs[i+1])
	}
	return h
}

func request(method string, h http.Header) *http.Request {
	r := httptest.NewRequest(method, "http://api.example/things", nil)
	maps.Copy(r.Header, h)
	return r
}

func preflight(origin, method string, pairs ...string) *http.Request {
	return request("OPTIONS", header(append([]string{"Origin", origin, "Access-Control-Request-Method", method}, pairs...)...))
}

func get(origin string) *http.Request { return request("GET", header("Origin", origin)) }

// An answer is all that a policy can do to a response.
type answer struct {
	Status int
	Header http.Header
	Body   string
}

// serve answers r by p in front of a handler that says "next" with status 418.
func serve(p *cors.Policy, r *http.Request) answer {
	rec := httptest.NewRecorder()
	p.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusTeapot)
		fmt.Fprint(w, "next")
	})).ServeHTTP(rec, r)
	return answer{rec.Code, rec.Header(), rec.Body.String()}
}

func next(pairs ...string) answer { return answer{http.StatusTeapot, header(pairs...), "next"} }

func answered(status int, pairs ...string) answer { return answer{status, header(pairs...), ""} }

type options = []cors.Option

func TestWholeResponses(t *testing.T) {
	const (
		acao = "Access-Control-Allow-Origin"
		acac = "Access-Control-Allow-Credentials"
		acam = "Access-Control-Allow-Methods"
		acah = "Access-Control-Allow-Headers"
		aceh = "Access-Control-Expose-Headers"
		acma = "Access-Control-Max-Age"
		acpn = "Access-Control-Allow-Private-Network"
		acrh = "Access-Control-Request-Headers"
		rpn  = "Access-Control-Request-Private-Network"
		vary = "Vary"
		app  = "https://app.example"
		evil = "https://evil.example"
		six  = "GET, HEAD, PUT, PATCH, POST, DELETE"
	)
	for _, policy := range []struct {
		name string
		opts options
		rows []struct {
			name string
			r    *http.Request
			want answer
		}
	}{
		{"defaults", nil, []struct {
			name string
			r    *http.Request
			want answer
		}{
			{"no origin", request("GET", nil), next(acao, "*")},
			{"any origin", get(evil), next(acao, "*")},
			{"null", get("null"), next(acao, "*")},
			{"malformed", get("HTTPS://Evil.example/path"), next(acao, "*")},
			{"two origins", request("GET", header("Origin", app, "Origin", evil)), next(acao, "*")},
			{"preflight", preflight(evil, "PUT"), answered(204, acao, "*", acam, six, vary, acrh)},
			{"preflight with headers", preflight(evil, "PUT", acrh, "content-type,x-a"),
				answered(204, acao, "*", acam, six, acah, "content-type,x-a", vary, acrh)},
			{"preflight with headers on two lines", preflight(evil, "PUT", acrh, "a", acrh, "b , c"),
				answered(204, acao, "*", acam, six, acah, "a,b,c", vary, acrh)},
			{"preflight with empty elements", preflight(evil, "PUT", acrh, ",a, ,b,"),
				answered(204, acao, "*", acam, six, acah, "a,b", vary, acrh)},
			{"preflight with a malformed list", preflight(evil, "PUT", acrh, "a,b c"),
				answered(204, acao, "*", acam, six, vary, acrh)},
			{"preflight with 4 KiB of names", preflight(evil, "PUT", acrh, strings.Repeat("a", 4096)),
				answered(204, acao, "*", acam, six, acah, strings.Repeat("a", 4096), vary, acrh)},
			{"preflight with more", preflight(evil, "PUT", acrh, strings.Repeat("a", 4097)),
				answered(204, acao, "*", acam, six, vary, acrh)},
			{"preflight that asks for a private network", preflight(evil, "PUT", rpn, "true"),
				answered(204, acao, "*", acam, six, vary, acrh)},
			{"OPTIONS without a method asked for", request("OPTIONS", header("Origin", evil)), next(acao, "*")},
			{"OPTIONS without an origin", request("OPTIONS", header("Access-Control-Request-Method", "PUT")), next(acao, "*")},
			{"options in lower case", request("options", header("Origin", evil, "Access-Control-Request-Method", "PUT")), next(acao, "*")},
		}},
		{"exact, everything set", options{
			cors.WithOrigins(app), cors.WithCredentials(), cors.WithMethods("PUT", "GET", "PUT", "QUERY"),
			cors.WithHeaders("X-B", "Authorization", "x-b"), cors.WithExposedHeaders("X-C", "X-D", "x-c"),
			cors.WithMaxAge(600e9), cors.WithPrivateNetwork(), cors.WithPreflightStatus(200),
		}, []struct {
			name string
			r    *http.Request
			want answer
		}{
			{"no origin", request("GET", nil), next(vary, "Origin")},
			{"allowed", get(app), next(acao, app, acac, "true", aceh, "X-C, X-D", vary, "Origin")},
			{"allowed with a trailing slash", get(app + "/"), next(acao, app+"/", acac, "true", aceh, "X-C, X-D", vary, "Origin")},
			{"not allowed", get(evil), next(vary, "Origin")},
			{"null", get("null"), next(vary, "Origin")},
			{"malformed", get("https://app.example:443"), next(vary, "Origin")},
			{"empty", get(""), next(vary, "Origin")},
			{"twice", request("GET", header("Origin", app, "Origin", app)), next(vary, "Origin")},
			{"preflight", preflight(app, "PUT"),
				answered(200, acao, app, acac, "true", acam, "PUT, GET, QUERY", acah, "X-B, Authorization", acma, "600", vary, "Origin, "+rpn)},
			{"preflight that asks for a private network", preflight(app, "PUT", rpn, "true"),
				answered(200, acao, app, acac, "true", acam, "PUT, GET, QUERY", acah, "X-B, Authorization", acma, "600", acpn, "true", vary, "Origin, "+rpn)},
			{"preflight for what is not allowed", preflight(app, "DELETE", acrh, "x-z"),
				answered(200, acao, app, acac, "true", acam, "PUT, GET, QUERY", acah, "X-B, Authorization", acma, "600", vary, "Origin, "+rpn)},
			{"preflight not allowed", preflight(evil, "PUT"), answered(403)},
			{"preflight malformed", preflight("app.example", "PUT"), answered(403)},
			{"preflight null", preflight("null", "PUT"), answered(403)},
		}},
		{"set to nothing", options{
			cors.WithOrigins(app), cors.WithMethods(), cors.WithHeaders(), cors.WithExposedHeaders(), cors.WithMaxAge(0),
		}, []struct {
			name string
			r    *http.Request
			want answer
		}{
			{"allowed", get(app), next(acao, app, vary, "Origin")},
			{"preflight", preflight(app, "PUT", acrh, "x-a"), answered(204, acao, app, acma, "0", vary, "Origin")},
		}},
		{"wildcards without credentials", options{
			cors.WithMethods("*", "PUT"), cors.WithHeaders("*", "X-A", "authorization"), cors.WithExposedHeaders("*", "X-A"),
		}, []struct {
			name string
			r    *http.Request
			want answer
		}{
			{"no origin", request("GET", nil), next(acao, "*", aceh, "*")},
			{"actual", get(app), next(acao, "*", aceh, "*")},
			{"preflight", preflight(app, "PUT", acrh, "x-a"), answered(204, acao, "*", acam, "*", acah, "*, Authorization")},
		}},
		{"wildcards with credentials", options{
			cors.WithOrigins(app), cors.WithMethods("*"), cors.WithHeaders("*"), cors.WithCredentials(),
		}, []struct {
			name string
			r    *http.Request
			want answer
		}{
			{"preflight", preflight(app, "PURGE", acrh, "authorization,x-a"),
				answered(204, acao, app, acac, "true", acam, "PURGE", acah, "authorization,x-a",
					vary, "Origin, Access-Control-Request-Method, Access-Control-Request-Headers")},
			{"preflight without headers", preflight(app, "PURGE"),
				answered(204, acao, app, acac, "true", acam, "PURGE",
					vary, "Origin, Access-Control-Request-Method, Access-Control-Request-Headers")},
			{"preflight for no method", preflight(app, "A B"),
				answered(204, acao, app, acac, "true",
					vary, "Origin, Access-Control-Request-Method, Access-Control-Request-Headers")},
		}},
		{"any origin with credentials", options{
			cors.WithCredentials(), cors.WithExposedHeaders("X-A"), cors.WithHeaders("X-B"), cors.WithPreflightExposedHeaders(),
			cors.Dangerously(cors.AnyOriginWithCredentials),
		}, []struct {
			name string
			r    *http.Request
			want answer
		}{
			{"no origin", request("GET", nil), next(vary, "Origin")},
			{"any", get(evil), next(acao, evil, acac, "true", aceh, "X-A", vary, "Origin")},
			{"null", get("null"), next(vary, "Origin")},
			{"malformed", get("evil"), next(vary, "Origin")},
			{"preflight", preflight(evil, "PUT"),
				answered(204, acao, evil, acac, "true", acam, six, acah, "X-B", aceh, "X-A", vary, "Origin")},
		}},
		{"preflight continue", options{cors.WithOrigins(app), cors.WithPreflightContinue()}, []struct {
			name string
			r    *http.Request
			want answer
		}{
			{"preflight", preflight(app, "PUT"), next()},
			{"preflight not allowed", preflight(evil, "PUT"), next()},
			{"actual", get(app), next(acao, app, vary, "Origin")},
			{"other OPTIONS", request("OPTIONS", header("Origin", app)), next(acao, app, vary, "Origin")},
		}},
		{"null", options{cors.WithOrigins("null", app), cors.WithCredentials(), cors.Dangerously(cors.NullOrigin)}, []struct {
			name string
			r    *http.Request
			want answer
		}{
			{"null", get("null"), next(acao, "null", acac, "true", vary, "Origin")},
			{"null with a slash", get("null/"), next(vary, "Origin")},
			{"Null", get("Null"), next(vary, "Origin")},
			{"preflight", preflight("null", "PUT"), answered(204, acao, "null", acac, "true", acam, six, vary, "Origin, "+acrh)},
		}},
	} {
		t.Run(policy.name, func(t *testing.T) {
			p := cors.MustNew(policy.opts...)
			for _, row := range policy.rows {
				assert.Equal(t, row.want, serve(p, row.r), "%s: %s %v", row.name, row.r.Method, row.r.Header)
			}
		})
	}
}

func TestVaryIsAddedAndNeverReplaced(t *testing.T) {
	p := cors.MustNew(cors.WithOrigins("https://a.example"))
	shared := make([]string, 1, 4)
	shared[0] = "Accept-Encoding"
	for range 2 {
		rec := httptest.NewRecorder()
		rec.Header()["Vary"] = shared
		p.Handler(http.NotFoundHandler()).ServeHTTP(rec, get("https://a.example"))
		assert.Equal(t, []string{"Accept-Encoding", "Origin"}, rec.Header()["Vary"])
	}
	assert.Equal(t, []string{"Accept-Encoding", "", "", ""}, shared[:4], "the slice of another handler was written to")
}

// A policy inside another decides about the answer: what the outer one, or a handler in front, has set opens nothing.
func TestTheInnermostPolicyDecides(t *testing.T) {
	own, other := cors.WithOrigins("https://a.example"), cors.WithOrigins("https://b.example")
	creds, exposed := cors.WithCredentials(), cors.WithExposedHeaders("X-A")
	vary := []string{"Origin", "Origin"}
	for _, tc := range []struct {
		name         string
		outer, inner options
		want         http.Header
	}{
		{"denied by the inner", options{own, creds, exposed}, options{other}, http.Header{"Vary": vary}},
		{"denied by the inner, any by the outer", nil, options{other}, http.Header{"Vary": {"Origin"}}},
		{"denied by the outer", options{other}, options{own}, http.Header{"Vary": vary, "Access-Control-Allow-Origin": {"https://a.example"}}},
		{"no credentials by the inner", options{own, creds, exposed}, options{own}, http.Header{"Vary": vary, "Access-Control-Allow-Origin": {"https://a.example"}}},
		{"any by the inner", options{own, creds, exposed}, nil, http.Header{"Vary": {"Origin"}, "Access-Control-Allow-Origin": {"*"}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			inner := cors.MustNew(tc.inner...).Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
			rec := httptest.NewRecorder()
			cors.MustNew(tc.outer...).Handler(inner).ServeHTTP(rec, get("https://a.example"))
			assert.Equal(t, tc.want, rec.Header())
		})
	}

	t.Run("a preflight behind a handler that sets headers", func(t *testing.T) {
		rec := httptest.NewRecorder()
		rec.Header().Set("Access-Control-Allow-Credentials", "true")
		rec.Header().Set("Access-Control-Max-Age", "86400")
		cors.MustNew(own, cors.WithMethods("PUT"), cors.WithHeaders()).Handler(http.NotFoundHandler()).ServeHTTP(rec, preflight("https://a.example", "PUT"))
		assert.Equal(t, http.Header{"Vary": {"Origin"}, "Access-Control-Allow-Origin": {"https://a.example"}, "Access-Control-Allow-Methods": {"PUT"}}, rec.Header())
	})
	t.Run("a request behind a handler that sets headers", func(t *testing.T) {
		rec := httptest.NewRecorder()
		for _, name := range []string{"Allow-Origin", "Allow-Credentials", "Allow-Methods", "Allow-Headers", "Expose-Headers", "Max-Age", "Allow-Private-Network"} {
			rec.Header().Set("Access-Control-"+name, "1")
		}
		cors.MustNew(own).Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})).ServeHTTP(rec, get("https://b.example"))
		for _, name := range []string{"Allow-Methods", "Allow-Headers", "Max-Age", "Allow-Private-Network"} { // which mean nothing here
			rec.Header().Del("Access-Control-" + name)
		}
		assert.Equal(t, http.Header{"Vary": {"Origin"}}, rec.Header())
	})
	t.Run("credentials alone in front", func(t *testing.T) {
		for origin, want := range map[string]http.Header{
			"https://a.example": {"Vary": {"Origin"}, "Access-Control-Allow-Origin": {"https://a.example"}},
			"https://b.example": {"Vary": {"Origin"}}, // though the handler may allow it by itself
		} {
			rec := httptest.NewRecorder()
			rec.Header().Set("Access-Control-Allow-Credentials", "true")
			cors.MustNew(own).Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})).ServeHTTP(rec, get(origin))
			assert.Equal(t, want, rec.Header())
		}
	})
	t.Run("a preflight that asks for no headers", func(t *testing.T) {
		rec := httptest.NewRecorder()
		rec.Header().Set("Access-Control-Allow-Headers", "x-a")
		cors.MustNew(own, cors.WithMethods("PUT")).Handler(http.NotFoundHandler()).ServeHTTP(rec, preflight("https://a.example", "PUT"))
		assert.Empty(t, rec.Header()["Access-Control-Allow-Headers"])
	})
	t.Run("a preflight that is passed on", func(t *testing.T) {
		rec := httptest.NewRecorder()
		rec.Header().Set("Access-Control-Allow-Origin", "*")
		cors.MustNew(own, cors.WithPreflightContinue()).Handler(http.NotFoundHandler()).ServeHTTP(rec, preflight("https://a.example", "PUT"))
		assert.Equal(t, "*", rec.Header().Get("Access-Control-Allow-Origin"))
	})
}

// Whoever edits a value slice, in place or by appending to it, must reach no other header, request or response.
func TestNoValueSliceIsShared(t *testing.T) {
	for name, opts := range map[string]options{
		"exact":      {cors.WithOrigins("https://a.example"), cors.WithCredentials(), cors.WithExposedHeaders("X-A"), cors.WithMaxAge(5e9)},
		"any":        {cors.WithExposedHeaders("X-A")},
		"reflection": {cors.WithOrigins("https://a.example"), cors.WithMethods("*"), cors.WithCredentials(), cors.WithPrivateNetwork()},
	} {
		t.Run(name, func(t *testing.T) {
			p := cors.MustNew(opts...)
			for _, make := range []func() *http.Request{
				func() *http.Request { return get("https://a.example") },
				func() *http.Request { return request("GET", nil) },
				func() *http.Request {
					return preflight("https://a.example", "PUT", "Access-Control-Request-Headers", "x-a",
						"Access-Control-Request-Private-Network", "true")
				},
			} {
				want := serve(p, make())
				r := make()
				before := r.Header.Clone()
				rec := httptest.NewRecorder()
				p.Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})).ServeHTTP(rec, r)
				for key, values := range rec.Header() {
					require.Len(t, values, 1, key)
					_ = append(values, "appended")
					values[0] = "edited"
				}
				for key, values := range rec.Header() {
					assert.Equal(t, []string{"edited"}, values, key)
				}
				assert.Equal(t, before, r.Header, "the request was changed")
				assert.Equal(t, want, serve(p, make()), "another response was changed")
			}
		})
	}
}

// The same of many responses at once, by many goroutines.
func TestNoValueSliceIsSharedAmongManyResponses(t *testing.T) {
	p := cors.MustNew(cors.WithOrigins("https://a.example"), cors.WithCredentials(), cors.WithExposedHeaders("X-A"))
	handler := p.Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	requests := []*http.Request{get("https://a.example"), get("https://b.example"), preflight("https://a.example", "PUT")}
	responses := make([][]http.Header, 8)
	var wg sync.WaitGroup
	for i := range responses {
		wg.Go(func() {
			for j := range 500 {
				rec := httptest.NewRecorder()
				handler.ServeHTTP(rec, requests[j%len(requests)])
				for key, values := range rec.Header() {
					_ = append(values, "appended")
					values[0] = fmt.Sprint(key, i, j)
				}
				responses[i] = append(responses[i], rec.Header())
			}
		})
	}
	wg.Wait()
	for i, headers := range responses {
		for j, h := range headers {
			require.NotEmpty(t, h)
			for key, values := range h {
				require.Equal(t, []string{fmt.Sprint(key, i, j)}, values)
			}
		}
	}
}

// The zero Policy allows nobody, and serves everybody.
func TestTheZeroPolicy(t *testing.T) {
	var p cors.Policy
	reached := 0
	handler := p.Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached++ }))
	for _, row := range []struct {
		r    *http.Request
		want int
	}{
		{request("GET", nil), http.StatusOK},
		{request("OPTIONS", nil), http.StatusOK},
		{get("https://a.example"), http.StatusOK},
		{get("null"), http.StatusOK},
		{preflight("https://a.example", "PUT"), http.StatusForbidden},
	} {
		rec := httptest.NewRecorder()
		handler.ServeHTTP(rec, row.r)
		assert.Equal(t, row.want, rec.Code)
		assert.Empty(t, rec.Header()["Access-Control-Allow-Origin"])
		assert.NotEmpty(t, p.Decide(row.r).String())
		if row.want == http.StatusOK {
			assert.Equal(t, []string{"Origin"}, rec.Header()["Vary"])
		}
	}
	assert.Equal(t, 4, reached)
	assert.False(t, p.AllowsOrigin("https://a.example"))
}

func TestTheResponseWriterIsNotWrapped(t *testing.T) {
	p := cors.MustNew(cors.WithOrigins("https://a.example"))
	var got http.ResponseWriter
	rec := httptest.NewRecorder()
	p.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { got = w })).ServeHTTP(rec, get("https://a.example"))
	assert.Same(t, rec, got)

	server := httptest.NewServer(p.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		assert.NoError(t, http.NewResponseController(w).Flush())
		conn, buf, err := http.NewResponseController(w).Hijack()
		if assert.NoError(t, err) {
			defer conn.Close()
			buf.WriteString("hijacked")
			buf.Flush()
		}
	})))
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	require.NoError(t, err)
	defer conn.Close()
	fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: x\r\nOrigin: https://a.example\r\n\r\n")
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	assert.Equal(t, "https://a.example", res.Header.Get("Access-Control-Allow-Origin"))
}

func TestErrorsCarryTheHeaders(t *testing.T) {
	p := cors.MustNew(cors.WithOrigins("https://a.example"))
	rec := httptest.NewRecorder()
	p.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, "no", http.StatusInternalServerError)
	})).ServeHTTP(rec, get("https://a.example"))
	assert.Equal(t, "https://a.example", rec.Header().Get("Access-Control-Allow-Origin"))
	assert.Equal(t, 500, rec.Code)
}

func TestTheZeroPolicyAllowsNothing(t *testing.T) {
	var p cors.Policy
	assert.Equal(t, next("Vary", "Origin"), serve(&p, get("https://a.example")))
	assert.Equal(t, answered(403), serve(&p, preflight("https://a.example", "PUT")))
	assert.False(t, p.AllowsOrigin("https://a.example"))
	assert.Contains(t, p.Decide(get("https://a.example")).String(), "none")
	_, err := cors.New(cors.WithConfig(p.Config()))
	assert.ErrorContains(t, err, "the list is empty", "its configuration must not turn into a policy for everyone")
}

func TestOriginFunc(t *testing.T) {
	var asked []string
	answer := true
	p := cors.MustNew(cors.WithOrigins("https://static.example"), cors.WithOriginRegexps(`https://re\d\.example`),
		cors.WithOriginFunc(func(r *http.Request, origin string) bool {
			require.NotNil(t, r.URL)
			require.NotNil(t, r.Context())
			asked = append(asked, origin)
			return answer
		}))
	d := p.Decide(get("https://dynamic.example/"))
	assert.True(t, d.Allowed())
	assert.Equal(t, "WithOriginFunc", d.Rule)
	assert.Equal(t, []string{"https://dynamic.example"}, asked)
	assert.True(t, p.AllowsOrigin("https://dynamic.example"))

	answer = false // and nothing is remembered
	assert.Equal(t, cors.OriginNotAllowed, p.Decide(get("https://dynamic.example")).Reason)
	assert.False(t, p.AllowsOrigin("https://dynamic.example"))

	asked = nil
	answer = true
	for _, o := range []string{"https://static.example", "https://re1.example", "null", "HTTPS://X.example", "x", "", "https://x.example:443"} {
		p.Decide(get(o))
	}
	p.Decide(request("GET", nil))
	p.Decide(request("GET", header("Origin", "https://b.example", "Origin", "https://c.example")))
	assert.Empty(t, asked, "it is asked about well-formed origins that nothing else admits, and about no others")

	p = cors.MustNew(cors.WithOriginFunc(func(_ *http.Request, origin string) bool { return origin == "null" }),
		cors.Dangerously(cors.NullOrigin))
	assert.True(t, p.Decide(get("null")).Allowed())
}

func TestDecide(t *testing.T) {
	p := cors.MustNew(
		cors.WithOrigins("https://Exact.example:443", "https://*.wild.example", "http://localhost:*"),
		cors.WithOriginRegexps(`https://pr-\d+\.re\.example`), cors.WithHostRegexps(`h\d\.example`),
		cors.WithMethods("PUT"), cors.WithHeaders("X-A"), cors.WithExposedHeaders("X-B"),
	)
	type decision struct {
		Kind                         cors.Kind
		Reason                       cors.Reason
		Origin, Rule, Method, Header string
	}
	for _, tc := range []struct {
		r        *http.Request
		want     decision
		sentence string
	}{
		{request("GET", nil), decision{cors.NotCORS, cors.Allowed, "", "", "", ""},
			`not a CORS request: it has no Origin header`},
		{get("https://exact.example"), decision{cors.Actual, cors.Allowed, "https://exact.example", "https://Exact.example:443", "GET", ""},
			`request for GET from origin "https://exact.example" is allowed by https://Exact.example:443`},
		{get("https://a.b.wild.example"), decision{cors.Actual, cors.Allowed, "https://a.b.wild.example", "https://*.wild.example", "GET", ""}, "allowed by"},
		{get("http://localhost:5173"), decision{cors.Actual, cors.Allowed, "http://localhost:5173", "http://localhost:*", "GET", ""}, "allowed by"},
		{get("https://pr-7.re.example"), decision{cors.Actual, cors.Allowed, "https://pr-7.re.example", `https://pr-\d+\.re\.example`, "GET", ""}, "allowed by"},
		{get("gopher://h1.example:70"), decision{cors.Actual, cors.Allowed, "gopher://h1.example:70", `h\d\.example`, "GET", ""}, "allowed by"},
		{request("PATCH", header("Origin", "https://evil.example\n")), decision{cors.Actual, cors.OriginMalformed, "https://evil.example\n", "", "PATCH", ""},
			`request for PATCH from origin "https://evil.example\n" is denied: the origin is malformed, for browsers send scheme://host or scheme://host:port, once and in lower case`},
		{request("GET", header("Origin", "https://a.example", "Origin", "https://b.example")),
			decision{cors.Actual, cors.OriginMalformed, "https://a.example, https://b.example", "", "GET", ""}, "malformed"},
		{get("https://evil.example"), decision{cors.Actual, cors.OriginNotAllowed, "https://evil.example", "", "GET", ""},
			`request for GET from origin "https://evil.example" is denied: the origin is not among the allowed ones (https://Exact.example:443, https://*.wild.example, http://localhost:*, https://pr-\d+\.re\.example, h\d\.example); to allow it, add it with WithOrigins`},
		{preflight("https://exact.example", "PUT", "Access-Control-Request-Headers", "x-a"),
			decision{cors.Preflight, cors.Allowed, "https://exact.example", "https://Exact.example:443", "PUT", ""}, "preflight for PUT"},
		{preflight("https://exact.example", "POST"),
			decision{cors.Preflight, cors.Allowed, "https://exact.example", "https://Exact.example:443", "POST", ""}, "allowed by"},
		{preflight("https://exact.example", "DELETE", "Access-Control-Request-Headers", "x-z"),
			decision{cors.Preflight, cors.MethodNotAllowed, "https://exact.example", "https://Exact.example:443", "DELETE", ""},
			`preflight for DELETE from origin "https://exact.example" is denied: the allowed methods are GET, HEAD, POST, PUT; to allow "DELETE", add it with WithMethods`},
		{preflight("https://exact.example", "put"),
			decision{cors.Preflight, cors.MethodNotAllowed, "https://exact.example", "https://Exact.example:443", "put", ""}, `let the script write "PUT"`},
		{preflight("https://exact.example", "PUT", "Access-Control-Request-Headers", "x-a,x-z,x-y"),
			decision{cors.Preflight, cors.HeaderNotAllowed, "https://exact.example", "https://Exact.example:443", "PUT", "x-z"},
			`preflight for PUT from origin "https://exact.example" is denied: the allowed request headers are X-A; to allow "x-z", add it with WithHeaders`},
		{preflight("https://evil.example", "DELETE"), decision{cors.Preflight, cors.OriginNotAllowed, "https://evil.example", "", "DELETE", ""}, "WithOrigins"},
	} {
		d := p.Decide(tc.r)
		assert.Equal(t, tc.want, decision{d.Kind, d.Reason, d.Origin, d.Rule, d.Method, d.Header}, "%v", tc.r.Header)
		assert.Contains(t, d.String(), tc.sentence)
		assert.Equal(t, tc.want.Reason == cors.Allowed, d.Allowed())
	}

	d := cors.MustNew(cors.WithPreflightContinue()).Decide(preflight("https://a.example", "PUT"))
	assert.Equal(t, cors.Delegated, d.Reason)
	assert.False(t, d.Allowed())
	assert.Contains(t, d.String(), "WithPreflightContinue")

	for _, tc := range []struct {
		opts     options
		headers  string
		sentence string
	}{
		{options{cors.WithHeaders()}, "x-a", `no request header is allowed; to allow "x-a", add it with WithHeaders`},
		{options{cors.WithHeaders("*")}, "authorization", `request header "authorization" is not allowed: * does not cover it`},
		{nil, "a b", `request header "a b" is not a header name`},
		{nil, "a," + strings.Repeat("b", 5000), "more than 4096 bytes"},
	} {
		d := cors.MustNew(tc.opts...).Decide(preflight("https://a.example", "PUT", "Access-Control-Request-Headers", tc.headers))
		assert.Equal(t, cors.HeaderNotAllowed, d.Reason)
		assert.Contains(t, d.String(), tc.sentence)
	}
	// A log in JSON has the names.
	text, err := json.Marshal(cors.MustNew(cors.WithOrigins("https://a.example")).Decide(get("https://b.example")))
	require.NoError(t, err)
	assert.JSONEq(t, `{"Kind": "actual", "Reason": "origin_not_allowed", "Origin": "https://b.example", "Rule": "", "Method": "GET", "Header": ""}`, string(text))

	// No echo reads as a wildcard.
	asks := preflight("https://a.example", "*", "Access-Control-Request-Headers", "x-a,*")
	echoing := cors.MustNew(cors.WithMethods("*"), cors.WithCredentials(), cors.Dangerously(cors.AnyOriginWithCredentials))
	assert.Equal(t, cors.MethodNotAllowed, echoing.Decide(asks).Reason)
	assert.Equal(t, `preflight for * from origin "https://a.example" is denied: the allowed methods are *; a method "*" is never reflected (WithMethods), for in an answer it may read as a wildcard`,
		echoing.Decide(asks).String())
	for _, values := range serve(echoing, asks).Header {
		assert.NotContains(t, values, "*")
	}
	assert.Equal(t, `preflight for PUT from origin "https://a.example" is denied: request header "*" is never reflected (WithHeaders), for in an answer it may read as a wildcard`,
		echoing.Decide(preflight("https://a.example", "PUT", "Access-Control-Request-Headers", "x-a,*")).String())

	// A preflight asks for one method.
	two := preflight("https://a.example", "PUT", "Access-Control-Request-Method", "DELETE")
	assert.Equal(t, cors.MethodNotAllowed, echoing.Decide(two).Reason)
	assert.NotContains(t, serve(echoing, two).Header, "Access-Control-Allow-Methods")
	for n, want := range map[int]cors.Reason{4096: cors.Allowed, 4097: cors.MethodNotAllowed} {
		long := preflight("https://a.example", strings.Repeat("M", n))
		d := echoing.Decide(long)
		assert.Equal(t, want, d.Reason, n)
		assert.Equal(t, n > 4096, strings.HasSuffix(d.String(), "a method of more than 4096 bytes, which is more than a policy reflects; list it with WithMethods"), d.String())
		assert.Equal(t, n > 4096, serve(echoing, long).Header["Access-Control-Allow-Methods"] == nil)
	}

	many := preflight("https://a.example", "PUT")
	many.Header["Access-Control-Request-Headers"] = slices.Repeat([]string{"a"}, 4096) // 8191 bytes with the commas between
	assert.Equal(t, cors.HeaderNotAllowed, cors.MustNew().Decide(many).Reason)
	for _, tc := range []struct {
		lines []string
		want  cors.Reason
	}{
		{[]string{strings.Repeat("x-a,", 4000) + "x-z"}, cors.HeaderNotAllowed},
		{[]string{strings.Repeat("x-a,", 4096)}, cors.Allowed},
		{[]string{strings.Repeat("x-a,", 4095), "x-a"}, cors.Allowed},
		{[]string{strings.Repeat("x-a,", 4095), "x-ab"}, cors.HeaderNotAllowed},
		{[]string{strings.Repeat("x-a,", 4096) + ","}, cors.HeaderNotAllowed}, // more than is looked at
		{[]string{strings.Repeat(",", 1<<20)}, cors.HeaderNotAllowed},
	} {
		r := preflight("https://a.example", "PUT")
		r.Header["Access-Control-Request-Headers"] = tc.lines
		d := cors.MustNew(cors.WithOrigins("https://a.example"), cors.WithHeaders("X-A")).Decide(r)
		assert.Equal(t, tc.want, d.Reason, "%.20q", tc.lines)
		assert.Equal(t, size(tc.lines) > 16<<10, strings.HasSuffix(d.String(), "more than 16384 bytes of Access-Control-Request-Headers, which is more than is looked into"), d.String())
	}
	assert.NotContains(t, serve(cors.MustNew(), many).Header, "Access-Control-Allow-Headers")

	// One that no policy made is explained as far as it goes.
	for _, reason := range []cors.Reason{cors.OriginMalformed, cors.OriginNotAllowed, cors.OriginUndecided, cors.MethodNotAllowed, cors.HeaderNotAllowed} {
		d := cors.Decision{Kind: cors.Preflight, Reason: reason, Origin: "https://a.example", Method: "PUT", Header: "x-a"}
		assert.Contains(t, d.String(), `preflight for PUT from origin "https://a.example" is denied`)
	}
	assert.NotContains(t, cors.Decision{}.String(), "allowed")
	assert.False(t, cors.Decision{Kind: cors.Actual}.Allowed())
	assert.Equal(t, "was not decided", cors.Decision{Kind: cors.Actual}.String()[len(cors.Decision{Kind: cors.Actual}.String())-15:])
}

// All expressions of a policy share what may be spent on one origin: what those for origins have used up, those for hosts have
// not, and deny what is left undecided.
func TestListsShareABudget(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var dense []string
	for range 100 {
		expr := "https://"
		for range 90 {
			expr += fmt.Sprintf("[^%c.-]?", 'a'+r.IntN(6))
		}
		dense = append(dense, expr+`\.example\.com`)
	}
	origin := "https://"
	for range 120 {
		origin += string(rune('a' + r.IntN(6)))
	}
	origin += ".example.com"
	hosts := cors.WithHostRegexps(`[a-f]+\.example\.com`)
	assert.Equal(t, cors.Allowed, cors.MustNew(hosts).Decide(get(origin)).Reason)
	d := cors.MustNew(hosts, cors.WithOriginRegexps(dense...)).Decide(get(origin))
	assert.Equal(t, cors.OriginUndecided, d.Reason)
	assert.Contains(t, d.String(), "could not be evaluated in time")

	for i := range dense {
		dense[i] = strings.TrimPrefix(dense[i], "https://")
	}
	assert.Equal(t, cors.OriginUndecided, cors.MustNew(cors.WithHostRegexps(dense...)).Decide(get(origin)).Reason)
}

// Browsers send Origin with requests to the page's own origin too, unless they are GET or HEAD. No permission is asked for.
func TestOwnOrigin(t *testing.T) {
	var out bytes.Buffer
	p := cors.MustNew(cors.WithOrigins("https://app.example"), cors.WithObserver(cors.LogDenied(slog.New(slog.NewTextHandler(&out, nil)))))
	for url, own := range map[string]bool{
		"https://api.example/": true, "http://api.example/": true, "https://API.example./": false, "https://api.example:8443/": false, "https://x.example/": false,
	} {
		r := httptest.NewRequest("POST", url, nil)
		r.Header.Set("Origin", "https://api.example")
		d := p.Decide(r)
		assert.Equal(t, cors.OriginNotAllowed, d.Reason)
		assert.Equal(t, own, d.SameOrigin(), url)
		assert.Equal(t, own, strings.HasSuffix(d.String(), "is not allowed, and needs no permission: the page is of this server's own origin; to allow it all the same, add it with WithOrigins"), "%s: %s", url, d)
		out.Reset()
		serve(p, r)
		assert.Equal(t, own, out.Len() == 0, url)
	}
	for _, tc := range []struct{ method, url, origin, site string }{
		{"POST", "https://api.example/", "http://api.example", ""},
		{"POST", "http://api.example/", "https://api.example", "cross-site"},
		{"OPTIONS", "http://api.example/", "http://api.example", ""}, // nobody asks himself for permission
		{"POST", "http://localhost/", "capacitor://localhost", ""},
		{"GET", "https://api.example/", "https://api.example", ""}, // browsers would have sent no Origin
		{"HEAD", "https://api.example/", "https://api.example", ""},
	} {
		r := httptest.NewRequest(tc.method, tc.url, nil)
		r.Header.Set("Origin", tc.origin)
		r.Header.Set("Access-Control-Request-Method", "PUT")
		if tc.site != "" {
			r.Header.Set("Sec-Fetch-Site", tc.site)
		}
		assert.NotContains(t, p.Decide(r).String(), "own origin", "%+v", tc)
		out.Reset()
		serve(p, r)
		assert.NotZero(t, out.Len(), "%+v", tc)
	}
	handshake := get("https://api.example")
	handshake.Header.Set("Upgrade", "websocket")
	assert.True(t, p.Decide(handshake).SameOrigin())

	r := httptest.NewRequest("POST", "https://api.example/", nil)
	r.Header.Set("Origin", "https://api.example")
	r.Header.Set("Cookie", "a=b")
	assert.NotContains(t, cors.MustNew().Decide(r).String(), "WithCredentials")
}

// What developers get wrong in practice: the sentence names it.
func TestNearMisses(t *testing.T) {
	p := cors.MustNew(
		cors.WithOrigins("https://app.example.com", "https://www.shop.example", "https://*.wild.example", "http://localhost:3000", "https://bücher.example:8443"),
		cors.WithMethods("PATCH", "PURGE"),
	)
	const allow = "to allow it, add it with WithOrigins"
	for origin, sentence := range map[string]string{
		"http://app.example.com":      `); "https://app.example.com", which differs only in the scheme, is allowed; ` + allow,
		"https://app.example.com:444": `); "https://app.example.com", which differs only in the port, is allowed; ` + allow,
		"http://localhost:5173":       `); "http://localhost:3000", which differs only in the port, is allowed; ` + allow,
		"http://127.0.0.1:3000":       `); "http://localhost:3000", which differs only in the host, is allowed; ` + allow,
		"https://www.app.example.com": `); "https://app.example.com", which differs only in the host, is allowed; ` + allow,
		"https://shop.example":        `); "https://www.shop.example", which differs only in the host, is allowed; ` + allow,
		"https://wild.example":        `); its subdomains are allowed, but it is not one of them; ` + allow,
		"http://a.wild.example":       `); "https://a.wild.example", which differs only in the scheme, is allowed; ` + allow,
		"https://evil.example":        `); ` + allow,
		"https://app.example.com.":    `); "https://app.example.com", which differs only in the dot at the end of the host, is allowed; ` + allow,
		"null":                        `); ` + allow + ` and Dangerously(NullOrigin), which lets every page in`,

		"https://app.example.com:443": `once and in lower case; here "https://app.example.com"`,
		"https://App.example.com":     `once and in lower case; here "https://app.example.com"`,
		"https://bücher.example:8443": `once and in lower case; here "https://xn--bcher-kva.example:8443"`,
		"https://*.wild.example":      `once and in lower case`,
		"app.example.com":             `once and in lower case`,
	} {
		assert.True(t, strings.HasSuffix(p.Decide(get(origin)).String(), sentence), "%s", p.Decide(get(origin)))
	}
	for method, sentence := range map[string]string{
		"patch":   `methods are case-sensitive (WithMethods): let the script write "PATCH"`,
		"purge":   `methods are case-sensitive (WithMethods): let the script write "PURGE"`,
		"options": `methods are case-sensitive: let the script write "OPTIONS", and allow that with WithMethods`,
	} {
		assert.True(t, strings.HasSuffix(p.Decide(preflight("https://app.example.com", method)).String(), sentence), method)
	}

	own := cors.WithOrigins("https://a.example")
	with := func(r *http.Request, name, value string) *http.Request { r.Header.Set(name, value); return r }
	for _, tc := range []struct {
		opts     options
		r        *http.Request
		sentence string
	}{
		{options{cors.WithCredentials(), cors.Dangerously(cors.AnyOriginWithCredentials)}, get("null"),
			"is denied: with credentials, * does not cover null; to allow it, add Dangerously(NullOrigin), which lets every page in"},
		{options{own, cors.WithCredentials()}, get("http://a.example"), `"https://a.example", which differs only in the scheme, is allowed; ` + allow + " and Dangerously(InsecureOrigins), or better serve that page over https"},
		{options{own, cors.WithCredentials()}, get("http://localhost"), allow},
		{options{own, cors.WithCredentials(), cors.Dangerously(cors.InsecureOrigins)}, get("http://a.example"), allow},
		{options{cors.WithOrigins("https://a.example.")}, get("https://a.example"), `"https://a.example.", which differs only in the dot at the end of the host, is allowed; ` + allow},
		{options{own}, preflight("https://a.example", "PURGE"), `to allow "PURGE", list it with WithMethods, together with those of PUT, PATCH, DELETE that are needed, since a list replaces the default`},
		{options{own, cors.WithMethods()}, preflight("https://a.example", "PURGE"), `to allow "PURGE", add it with WithMethods`},
		{options{own}, get("file://"), "once and in lower case, and null for a page with the scheme file"},
		{options{own}, with(get("https://a.example"), "Cookie", "a=b"), "is allowed by https://a.example, but without the cookies that it carries: if a script sent them (credentials \"include\"), add WithCredentials"},
		{options{own}, get("https://a.example"), "is allowed by https://a.example"}, // and no word of cookies
		{options{own, cors.WithCredentials()}, with(get("https://a.example"), "Cookie", "a=b"), "is allowed by https://a.example"},
		{nil, with(get("https://a.example"), "Cookie", "a=b"), "is allowed by *, but without the cookies that it carries: if a script sent them (credentials \"include\"), list the origin with WithOrigins, in place of *, and add WithCredentials"},
		{options{cors.WithOriginRegexps(`https://re\.example`)}, get("https://re.example:444"), `(https://re\.example); "https://re.example", which differs only in the port, is allowed; ` + allow},
		{options{cors.WithOriginRegexps("(?x)https://re\\.example # ours\n")}, get("https://re.example"), `is allowed by (?x)https://re\.example # ours\n`},
		{options{cors.WithOriginRegexps("(?x)https://re\\.example # ours\n")}, get("https://evil.example"), `((?x)https://re\.example # ours\n); ` + allow},
		{options{cors.WithOriginRegexps(`https://re\.example`)}, get("http://re.example"), `(https://re\.example); ` + allow}, // not run for a log line
		{options{cors.WithOriginFunc(never)}, get("https://a.example"), allow + ", or let the function of WithOriginFunc allow it"},
		{options{cors.WithMethods("*")}, preflight("https://a.example", "TRACE"), "the allowed methods are *; no script can use TRACE"},
		{options{cors.WithHeaders("X-A")}, preflight("https://a.example", "PUT", "Access-Control-Request-Headers", "access-control-allow-origin"),
			`"access-control-allow-origin" is a response header, which the server sends: remove it from what the script sends`},
		{options{cors.WithHeaders("X-A")}, preflight("https://a.example", "PUT", "Access-Control-Request-Headers", "cookie"),
			`request header "cookie" is one that browsers set themselves, and no script can`},
		{options{cors.WithOrigins(exact(10)...)}, get("https://evil.example"), `, https://app-000007.example.com and 2 more); ` + allow},
		{options{cors.WithOrigins("https://" + strings.Repeat("a.", 60) + "example")}, get("https://evil.example"), `a.a.…); ` + allow},
	} {
		assert.True(t, strings.HasSuffix(cors.MustNew(tc.opts...).Decide(tc.r).String(), tc.sentence), "%s", cors.MustNew(tc.opts...).Decide(tc.r))
	}
}

// An origin of the greatest length is looked for with something before it.
func TestNearMissesOfTheLongestOrigin(t *testing.T) {
	host := strings.TrimSuffix(strings.Repeat(strings.Repeat("a", 62)+".", 5)[:253], ".")
	d := cors.MustNew(cors.WithOrigins("https://*.example.com")).Decide(get("x" + strings.Repeat("a", 63) + "://" + host + ":65535"))
	assert.Equal(t, cors.OriginNotAllowed, d.Reason)
	assert.Contains(t, d.String(), "to allow it, add it with WithOrigins")
}

func TestSentencesAreFitForALog(t *testing.T) {
	p := cors.MustNew(cors.WithOrigins("https://a.example"))
	for _, evil := range []string{"x\r\ny: z", "\x1b[31mred", "\u202egnp", strings.Repeat("x", 100_000)} {
		for _, r := range []*http.Request{get(evil), preflight("https://a.example", evil), preflight("https://a.example", "PUT", "Access-Control-Request-Headers", evil)} {
			s := p.Decide(r).String()
			assert.Less(t, len(s), 1000)
			assert.Equal(t, -1, strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r > '~' && r != '…' }), "%q", s)
		}
	}
}

func TestModifyResponse(t *testing.T) {
	for _, tc := range []struct {
		name string
		opts options
		r    *http.Request
		kept bool
	}{
		{"actual", options{cors.WithOrigins("https://a.example")}, get("https://a.example"), false},
		{"actual, preflight continue", options{cors.WithPreflightContinue()}, get("https://a.example"), false},
		{"preflight, preflight continue", options{cors.WithPreflightContinue()}, preflight("https://a.example", "PUT"), true},
		{"preflight that got here all the same", nil, preflight("https://a.example", "PUT"), false},
		{"no request", options{cors.WithPreflightContinue()}, nil, false},
	} {
		h := header("Access-Control-Allow-Origin", "https://other.example", "Access-Control-Allow-Credentials", "true",
			"Access-Control-Expose-Headers", "a", "Access-Control-Allow-Methods", "b", "Access-Control-Allow-Headers", "c",
			"Access-Control-Max-Age", "1", "Access-Control-Allow-Private-Network", "true", "Vary", "Origin", "Content-Type", "text/plain")
		require.NoError(t, cors.MustNew(tc.opts...).ModifyResponse(&http.Response{Header: h, Request: tc.r}))
		want := []string{"Content-Type", "Vary"}
		got := slices.Sorted(maps.Keys(h))
		if tc.kept {
			assert.Len(t, got, 9, tc.name)
		} else {
			assert.Equal(t, want, got, tc.name)
		}
	}
}

// No expression sees what no browser's origin can be, though its bytes are those of origins.
func TestExpressionsSeeOriginsAlone(t *testing.T) {
	for _, opt := range []cors.Option{cors.WithOriginRegexps(`https://.*`), cors.WithHostRegexps(`.*`)} {
		p := cors.MustNew(opt)
		require.True(t, p.AllowsOrigin("https://a.example"))
		for _, origin := range []string{"https://a.example:443", "https://a.example:", "https://", "https://1.2.3", "https://[::01]", "https://a.example:080"} {
			assert.False(t, p.AllowsOrigin(origin), origin)
			assert.Equal(t, cors.OriginMalformed, p.Decide(get(origin)).Reason, origin)
		}
	}
}

// Of several wildcards that admit an origin, the most specific one is the rule.
func TestTheRuleOfNestedWildcards(t *testing.T) {
	entries := []string{"https://*.example.com", "https://*.b.a.example.com", "https://*.a.example.com"}
	for range entries {
		entries = append(entries[1:], entries[0])
		p := cors.MustNew(cors.WithOrigins(entries...))
		for origin, want := range map[string]string{
			"https://x.example.com": "https://*.example.com", "https://x.a.example.com": "https://*.a.example.com",
			"https://x.y.b.a.example.com": "https://*.b.a.example.com", "https://b.a.example.com": "https://*.a.example.com",
		} {
			assert.Equal(t, want, p.Decide(get(origin)).Rule, "%s of %v", origin, entries)
		}
	}
}

// size is that of lines in one.
func size(lines []string) int { return len(strings.Join(lines, ",")) }

func TestEveryAnyPort(t *testing.T) {
	for entry, origins := range map[string][]string{
		"http://127.0.0.1:*": {"http://127.0.0.1", "http://127.0.0.1:8080"}, "http://[::1]:*": {"http://[::1]", "http://[::1]:8080"}, "https://a1:*": {"https://a1", "https://a1:1"},
	} {
		for _, origin := range origins {
			assert.True(t, cors.MustNew(cors.WithOrigins(entry)).AllowsOrigin(origin), origin)
		}
	}
}

func TestRules(t *testing.T) {
	p := cors.MustNew(cors.WithOrigins("https://a.example", "null"), cors.WithOriginRegexps(`https://b\.example`), cors.Dangerously(cors.NullOrigin),
		cors.WithOriginFunc(func(_ *http.Request, origin string) bool { return origin == "https://f.example" }))
	for origin, rule := range map[string]string{"null": "null", "https://b.example": `https://b\.example`, "https://f.example": "WithOriginFunc", "https://a.example": "https://a.example"} {
		assert.Equal(t, rule, p.Decide(get(origin)).Rule)
	}
	p = cors.MustNew(cors.WithCredentials(), cors.WithOrigins("*"), cors.Dangerously(cors.AnyOriginWithCredentials, cors.NullOrigin))
	assert.Equal(t, "*", p.Decide(get("null")).Rule)
	assert.Equal(t, "*", p.Decide(get("https://x.example")).Rule)
}

func TestNilIsNotedAtOnce(t *testing.T) {
	var p *cors.Policy
	assert.PanicsWithValue(t, "cors: the policy is nil; look at the error of New", func() { p.Handler(http.NotFoundHandler()) })
	assert.PanicsWithValue(t, "cors: pick is nil; look at the error of Routes", func() { cors.Select(nil) })
}

// Whoever appends to a value writes into no other answer.
func TestValuesHaveNoSpareCapacity(t *testing.T) {
	p := cors.MustNew(cors.WithOrigins("https://a.example"), cors.WithCredentials(), cors.WithExposedHeaders("X-A"))
	for _, r := range []*http.Request{get("https://a.example"), get("https://b.example"), request("GET", nil), preflight("https://a.example", "PUT")} {
		w := httptest.NewRecorder()
		p.Handler(http.NotFoundHandler()).ServeHTTP(w, r)
		for name, values := range w.Header() {
			if name == "Vary" || strings.HasPrefix(name, "Access-Control-") {
				assert.Equal(t, len(values), cap(values), "%s of %s %s", name, r.Method, r.Header["Origin"])
			}
		}
	}
}

// What is echoed, to the byte.
func TestWhatIsEchoed(t *testing.T) {
	p := cors.MustNew(cors.WithOrigins("https://a.example"))
	for asked, want := range map[string]string{
		"x-a,x-b": "x-a,x-b", "*,x-a": "", "x-a,*": "", "x-a,*,x-b": "", "*": "", "**,x-a": "**,x-a", "x-a,,x-b": "x-a,x-b", "x-a,": "x-a", ",x-a": "x-a", "x-a, x-b": "x-a, x-b", "": "", "x a": "",
	} {
		assert.Equal(t, want, serve(p, preflight("https://a.example", "PUT", "Access-Control-Request-Headers", asked)).Header.Get("Access-Control-Allow-Headers"), asked)
	}
}

func TestPortsThatAreNone(t *testing.T) {
	p := cors.MustNew(cors.WithOrigins("https://a.example:*"))
	assert.True(t, p.AllowsOrigin("https://a.example:8080"))
	for _, origin := range []string{"https://a.example:18446744073709551696", "https://a.example/1", "https://a.example:00001", "https://a.example:443", "https://a.example:"} {
		assert.False(t, p.AllowsOrigin(origin), origin)
	}
}

func TestOwnOriginWithoutFetchMetadata(t *testing.T) {
	p := cors.MustNew(cors.WithOrigins("https://a.example"))
	post := func(origin string) *http.Request {
		r := httptest.NewRequest("POST", "http://own.example/", nil)
		r.Header.Set("Origin", origin)
		return r
	}
	assert.True(t, p.Decide(post("http://own.example")).SameOrigin())
	assert.True(t, p.Decide(post("https://own.example")).SameOrigin(), "a proxy may have ended TLS")
	r := post("http://own.example")
	r.TLS = &tls.ConnectionState{}
	assert.False(t, p.Decide(r).SameOrigin())
	r = post("null")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	assert.False(t, p.Decide(r).SameOrigin())
}
