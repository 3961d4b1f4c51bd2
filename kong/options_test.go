package kong_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-12f469a5/cors"
	"github.com/seed-12f469a5/cors/corstest"
	"github.com/seed-12f469a5/cors/kong"
)

func TestOriginsAreAllowedAsKongsOwnTestsHaveThem(t *testing.T) {
	// kong/spec/03-plugins/13-cors/01-access_spec.lua, as a browser sees the answers; origins with a default port, which no
	// browser sends, are left out.
	for _, row := range []struct{ entries, allowed []string }{
		{[]string{"https://bar.test:1234"}, []string{"https://bar.test:1234"}},
		{[]string{`foo\.test`}, []string{"http://foo.test", "http://foo.test:8000", "https://foo.test:8000", "http://foo.test:90"}},
		{[]string{`(.*[./])?foo\.test`}, []string{"http://foo.test", "http://something.foo.test", "http://foo.test:8000", "https://foo.test:8000", "http://foo.test:90"}},
		{[]string{`(.*[./])?foo\.test:8000`}, []string{"http://foo.test:8000", "https://foo.test:8000"}},
		{[]string{`https://(.*[.])?foo\.test:8000`}, []string{"https://foo.test:8000"}},
		{[]string{`^http://(.*[.])?foo\.test(:(80|90))?$`}, []string{"http://foo.test", "http://something.foo.test", "http://foo.test:90"}},
		{[]string{"http://foo.test", "https://bar.test:1234"}, []string{"http://foo.test", "https://bar.test:1234"}},
		{[]string{"https://bar.test:1", `foo\.test`}, []string{"http://foo.test", "http://foo.test:8000", "https://foo.test:8000", "http://foo.test:90"}},
		{[]string{"https://bar.test:1", `(.*\.)?foo\.test`}, []string{"http://foo.test", "http://something.foo.test", "http://foo.test:8000", "https://foo.test:8000", "http://foo.test:90"}},
		{[]string{"https://bar.test:1", `(.*[./])?foo\.test:8000`}, []string{"http://foo.test:8000", "https://foo.test:8000"}},
		{[]string{"https://bar.test:1", `https://(.*\.)?foo\.test:8000`}, []string{"https://foo.test:8000"}},
	} {
		p := policyOf(t, kong.Config{Origins: row.entries})
		var allowed []string
		for _, origin := range []string{
			"http://evil.test", "http://foo.test", "http://foo.test.evil.test", "http://something.foo.test", "http://evilfoo.test",
			"http://foo.test:8000", "https://foo.test:8000", "http://foo.test:90", "http://foobtest", "https://bar.test:1234",
		} {
			if p.AllowsOrigin(origin) {
				allowed = append(allowed, origin)
			}
		}
		assert.ElementsMatch(t, row.allowed, allowed, "%q", row.entries)
	}
}

// entries of every kind. What Kong makes of them is worked out by its own steps, not written down here.
var entries = []string{
	"*", "null", "https://foo.test", "http://foo.test:8000", "https://foo.test:443", "http://foo.test:80", "http://foo.test:443",
	"https://bar.test:1234", "http://localhost:3000", "capacitor://localhost", "http://127.0.0.1:8080", "https://example.com/",
	"https://foo.test/path/to", "http://evil.test//", `foo\.test`, `.*foo\.test`, `(.*\.)?foo\.test`, `foo.test.?`, `^foo\.test$`, `^foo\.test`, `foo\.test$`,
	`.*\.?example(?:-foo)?.com`, `(?:foo|bar)\.test`, `https?://foo\.test`, `https?://foo\.test(:[0-9]+)?`, `^https://.*\.example\.com$`,
	`https://([^./:]+\.)+example\.com`, `.*:8000`, `https://.*`, `.*`, `.+`, `https://*.example.com`, `[a-z]+://localhost:?.*`,
	`http://localhost:[0-9]{4}`, `(foo|bar)\.test`, `foo_bar\.test`, `foo_bar.test`, `web\+app://foo\.test`, `[[:alpha:]]+://foo\.test`,
	`https://foo\.test:443`, `\w+\.example\.com`, `https://www\.example\.com:8443`,
}

func TestOriginsAreAllowedAsKongAllowsThem(t *testing.T) {
	// These are normalised here even where Kong sends them as they are written.
	normal := map[string]string{"https://foo.test:443": "https://foo.test", "http://foo.test:80": "http://foo.test", "https://example.com/": "https://example.com"}
	random := rand.New(rand.NewPCG(1, 2))
	lists := [][]string{nil, {}}
	for i, entry := range entries {
		lists = append(lists, []string{entry}, []string{entry, entries[random.IntN(len(entries))]})
		lists = append(lists, []string{entries[random.IntN(len(entries))], entry, entries[random.IntN(i+1)]})
	}
	for _, list := range lists {
		if len(list) == 1 && (list[0] == "https://foo.test/path/to" || list[0] == "http://evil.test//") {
			continue // see TestWhatCorsRefusesIsLeftToIt
		}
		options, err := kong.Config{Origins: list}.Options()
		require.NoError(t, err, "%q", list)
		p, err := cors.New(append(options, everyDanger)...)
		require.NoError(t, err, "%q", list)
		for _, origin := range browserOrigins {
			want := gateway(list).allows(origin)
			if origin == "null" && !strings.Contains(strings.Join(list, " ")+" ", "null ") && gateway(list).allowOrigin(origin) != "*" {
				want = false // a regular expression never admits it here
			}
			if len(list) == 1 && normal[list[0]] == origin {
				want = true
			}
			assert.Equal(t, want, p.AllowsOrigin(origin), "entries %q, origin %q", list, origin)
		}
	}
}

func TestFlatOriginsAreNormalised(t *testing.T) {
	for _, row := range []struct {
		entries []string
		origin  string
	}{
		{[]string{"https://Foo.Test"}, "https://foo.test"},
		{[]string{"HTTPS://foo.test"}, "https://foo.test"},
		{[]string{"https://foo.test/"}, "https://foo.test"},
		{[]string{"https://foo.test:443"}, "https://foo.test"},
		{[]string{"https://Foo.Test:443/", "https://x.test"}, "https://foo.test"},
		{[]string{"https://foo.test/a/b", "https://x.test"}, "https://foo.test"},
		{[]string{"https://foo.test//", "https://x.test"}, "https://foo.test"},
	} {
		p := policyOf(t, kong.Config{Origins: row.entries})
		assert.True(t, p.AllowsOrigin(row.origin), "%q", row.entries)
		assert.False(t, p.AllowsOrigin("https://a.foo.test"), "%q", row.entries)
	}
}

func TestAlternativesAreAnchoredOnBothSides(t *testing.T) {
	p := policyOf(t, kong.Config{Origins: []string{`a\.com|b\.com`, `https://c\.com|https://d\.com`}})
	for origin, want := range map[string]bool{
		"https://a.com": true, "http://b.com:80": false, "http://b.com:81": true, "https://c.com": true, "https://d.com": true,
		"https://a.com.evil.test": false, "https://evil-b.com": false, "https://c.com.evil.test": false, "https://c.com:8443": false,
	} {
		assert.Equal(t, want, p.AllowsOrigin(origin), origin)
	}
}

func TestFlatOriginsWithoutASchemeAreErrorsThatSayWhatToWrite(t *testing.T) {
	for entry, want := range map[string]string{
		"mockbin.com":         `write "https://mockbin.com"`,
		"example.com:8443":    `write "https://example.com:8443"`,
		"localhost:3000":      `write "http://localhost:3000"`,
		"//example.com":       `write "https://example.com"`,
		"example.com/":        `write "https://example.com"`,
		"example.com/a/b":     `write "https://example.com"`,
		"http:example.com":    `write "http://example.com"`,
		"https:/example.com":  `write "https://example.com"`,
		"127.0.0.1":           `write "http://127.0.0.1"`,
		"a.xxx.test":          `write "https://a.xxx.test"`,
		"foo-bar.test":        `write "https://foo-bar.test"`,
		"NULL":                `is written "null"`,
		"http:/localhost:80/": `write "http://localhost:80/"`,
		"about:blank":         "browsers send null as the origin of a page with the scheme about",
	} {
		for _, list := range [][]string{{entry}, {"https://example.org", entry}, {entry, `a\.b`}} {
			options, err := kong.Config{Origins: list}.Options()
			require.ErrorContains(t, err, fmt.Sprintf("kong: origins: %q: it equals no origin that a browser sends: ", entry))
			require.ErrorContains(t, err, want)
			assert.Nil(t, options)
		}
		// Beside * it has no effect, as little as everything else there.
		assert.True(t, policyOf(t, kong.Config{Origins: []string{entry, "*"}}).AllowsOrigin("https://any.test"))
	}
}

func TestSeveralEntriesInOneAreErrors(t *testing.T) {
	for _, entry := range []string{"https://a.com, https://b.com", "https://a.com,https://b.com", "https://a.com ", " https://a.com", "https://a.com\n", "a.com b.com", `https://a\.com, https://[a-z]+\.com`} {
		_, err := kong.Config{Origins: []string{entry}}.Options()
		require.ErrorContains(t, err, "give each origin as an entry of its own", entry)
	}
	for _, entry := range []string{`(?x) https:// a\.com `, `https://[a-z]{1,3}\.com`, `https://a,b\.com`, `https://[^ ]+\.com`, `[^, ]+\.com`, `(https://a\.com|x,https://b\.com)`, `https://a #?\.com`} {
		_, err := kong.Config{Origins: []string{entry}}.Options()
		require.NoError(t, err, entry)
	}
}

func TestWhatCorsRefusesIsLeftToIt(t *testing.T) {
	for _, row := range []struct {
		config kong.Config
		code   cors.Code
		hint   string
	}{
		{kong.Config{Origins: []string{"*.example.com"}}, cors.CodeRegexpSyntax, "nothing to repeat"},
		{kong.Config{Origins: []string{"invalid_**regex"}}, cors.CodeRegexpSyntax, ""},
		{kong.Config{Origins: []string{`\h+\.example\.com`}}, cors.CodeRegexpUnsupported, `\h`},
		{kong.Config{Origins: []string{`https://(?R)`}}, cors.CodeRegexpUnsupported, "recursion"},
		{kong.Config{Origins: []string{"https://example.com/path"}}, cors.CodeOriginSyntax, "https://example.com"},
		{kong.Config{Origins: []string{"https://example.com:0123"}}, cors.CodeOriginSyntax, "is not a port"},
		{kong.Config{Origins: []string{"://example.com"}}, cors.CodeOriginSyntax, ""},
		{kong.Config{Origins: []string{"file://", "https://a.test"}}, cors.CodeOriginOpaque, ""},
		{kong.Config{Origins: []string{"null"}}, cors.CodeNullOrigin, "Dangerously(NullOrigin)"},
		{kong.Config{Headers: []string{"X A"}}, cors.CodeHeaderSyntax, ""},
		{kong.Config{ExposedHeaders: []string{""}}, cors.CodeHeaderSyntax, ""},
		{kong.Config{Credentials: true}, cors.CodeAnyOrigin, "Dangerously(AnyOriginWithCredentials)"},
		{kong.Config{Credentials: true, Origins: []string{"*"}}, cors.CodeAnyOrigin, "Dangerously(AnyOriginWithCredentials)"},
		{kong.Config{Credentials: true, Origins: []string{".*"}}, cors.CodeAnyOrigin, "Dangerously(AnyOriginWithCredentials)"},
		{kong.Config{Credentials: true, Origins: []string{"http://mockbin.com"}}, cors.CodeInsecureOrigin, "Dangerously(InsecureOrigins)"},
		{kong.Config{Credentials: true, Origins: []string{`https://www.example\.com`}}, cors.CodeLooseRegexp, "Dangerously(LooseRegexps)"},
	} {
		options, err := row.config.Options()
		require.NoError(t, err, "%+v", row.config)
		_, err = cors.New(options...)
		require.ErrorContains(t, err, row.hint, "%+v", row.config)
		codes := map[cors.Code]bool{}
		for e := range cors.ConfigErrors(err) {
			codes[e.Code] = true
		}
		assert.True(t, codes[row.code], "%+v: %v", row.config, err)
	}
}

func TestEachFieldMeansToABrowserWhatItMeansInKong(t *testing.T) {
	const origin, other = "https://app.test", "https://other.test"
	put := func(headers ...string) corstest.Request {
		r := corstest.Request{Method: "PUT", URL: "https://api.test/", Header: http.Header{}}
		for _, name := range headers {
			r.Header.Set(name, "1")
		}
		return r
	}
	method := func(m string) corstest.Request { return corstest.Request{Method: m, URL: "https://api.test/"} }
	withCredentials := func(r corstest.Request) corstest.Request { r.Credentials = true; return r }

	for name, row := range map[string]struct {
		doc             string
		allowed, denied []corstest.Request
	}{
		"no field": {"{}", []corstest.Request{
			method("GET"), method("HEAD"), method("POST"), method("PUT"), method("PATCH"), method("DELETE"), method("OPTIONS"), put("X-A", "Authorization"),
		}, []corstest.Request{withCredentials(method("GET")), method("QUERY")}},
		"no headers":         {"headers: []", []corstest.Request{put("X-A", "Authorization")}, nil},
		"headers":            {"headers: [X-A, x-b]", []corstest.Request{put("X-A", "X-B"), put()}, []corstest.Request{put("X-C"), put("X-A", "X-C")}},
		"headers left out":   {"headers: [Origin, Content-Length, Date, Cookie, Host, Sec-Fetch-Mode, proxy-x]", []corstest.Request{put()}, []corstest.Request{put("X-A"), put("Authorization")}},
		"some left out":      {"headers: [Accept, Accept-Version, Content-Length, Content-MD5, Date, X-Auth-Token]", []corstest.Request{put("Accept-Version", "Content-MD5", "X-Auth-Token")}, []corstest.Request{put("X-A")}},
		"headers of Kong":    {"headers: [DNT, X-CustomHeader, Keep-Alive, User-Agent, Authorization]", []corstest.Request{put("X-CustomHeader", "Authorization", "User-Agent")}, []corstest.Request{put("X-A")}},
		"any header":         {"headers: ['*']", []corstest.Request{put("X-A", "X-B")}, []corstest.Request{put("Authorization")}},
		"any header and one": {"headers: ['*', authorization]", []corstest.Request{put("X-A", "Authorization")}, nil},
		"any header with credentials": {
			"{origins: ['https://app.test'], credentials: true, headers: ['*', X-B]}",
			[]corstest.Request{withCredentials(put("X-B"))}, []corstest.Request{withCredentials(put("X-A"))},
		},
		"methods":             {"methods: [GET, PUT]", []corstest.Request{method("PUT"), method("POST")}, []corstest.Request{method("DELETE"), method("PATCH")}},
		"methods no one uses": {"methods: [TRACE, CONNECT]", []corstest.Request{method("GET"), method("POST")}, []corstest.Request{method("PUT")}},
		"no methods":          {"methods: []", []corstest.Request{method("GET"), method("POST")}, []corstest.Request{method("PUT")}},
		"OPTIONS":             {"methods: [OPTIONS]", []corstest.Request{method("OPTIONS")}, []corstest.Request{method("PUT")}},
		"an origin":           {"origins: ['https://app.test']", []corstest.Request{put("X-A")}, []corstest.Request{withCredentials(put())}},
		"another origin":      {"origins: ['https://other.test']", nil, []corstest.Request{method("GET"), put()}},
		"credentials":         {"{origins: ['https://app.test'], credentials: true}", []corstest.Request{withCredentials(put("X-A")), put("X-A")}, nil},
		"credentials as text": {"{origins: https://app.test, credentials: 'false'}", []corstest.Request{put("X-A")}, []corstest.Request{withCredentials(method("GET"))}},
		"preflight_continue": { // next answers without any header
			"preflight_continue: true", []corstest.Request{method("GET")}, []corstest.Request{put()},
		},
		"allow_origin_absent":     {"allow_origin_absent: true", []corstest.Request{put("X-A")}, nil},
		"no allow_origin_absent":  {"allow_origin_absent: false", []corstest.Request{put("X-A")}, nil},
		"the origin before 0.10":  {"origin: https://app.test", []corstest.Request{put()}, nil},
		"the origins before 0.10": {"origin: https://other.test", nil, []corstest.Request{method("GET")}},
	} {
		t.Run(name, func(t *testing.T) {
			h := policy(t, row.doc).Handler(next)
			for _, r := range row.allowed {
				corstest.Allows(t, h, origin, r)
			}
			for _, r := range row.denied {
				corstest.Blocks(t, h, origin, r)
			}
		})
	}

	t.Run("any origin with credentials", func(t *testing.T) {
		for _, doc := range []string{"credentials: true", "{origins: ['*'], credentials: true}", "{origins: [foo.bar, '*', 'a b'], credentials: true}"} {
			h := policy(t, doc, cors.Dangerously(cors.AnyOriginWithCredentials)).Handler(next)
			for _, o := range []string{origin, other, "http://plain.test:8080"} {
				corstest.Allows(t, h, o, withCredentials(put("X-A")))
			}
		}
	})

	t.Run("exposed_headers", func(t *testing.T) {
		for doc, want := range map[string][]string{
			"{}":                     nil,
			"exposed_headers: []":    nil,
			"exposed_headers: ['*']": {"X-Auth-Token", "X-Other"},
			"exposed_headers: [x-auth-token, Set-Cookie, set-cookie2]":                              {"X-Auth-Token"},
			"exposed_headers: [Set-Cookie]":                                                         nil,
			"{exposed_headers: ['*'], origins: ['https://app.test'], credentials: true}":            nil,
			"{exposed_headers: ['*', x-other], origins: ['https://app.test'], credentials: true}":   {"X-Other"},
			"{exposed_headers: [X-Other], origins: ['https://app.test'], preflight_continue: true}": {"X-Other"},
		} {
			resp := corstest.Allows(t, policy(t, doc).Handler(next), origin, method("GET"))
			for _, name := range []string{"X-Auth-Token", "X-Other", "Set-Cookie"} {
				_, readable := resp.Header[name]
				assert.Equal(t, strings.Contains(strings.Join(want, " "), name), readable, "%s: %s", doc, name)
			}
		}
	})

	t.Run("max_age", func(t *testing.T) {
		for doc, want := range map[string]string{
			"{}": "", "max_age: 0": "0", "max_age: '3600'": "3600", "max_age: 1728000": "1728000", "max_age: 2147483647": "2147483647",
		} {
			assert.Equal(t, want, preflight(policy(t, doc), origin).Get("Access-Control-Max-Age"), doc)
		}
	})

	t.Run("private_network", func(t *testing.T) {
		for doc, want := range map[string]string{"{}": "", "private_network: false": "", "private_network: true": "true"} {
			assert.Equal(t, want, preflight(policy(t, doc), origin).Get("Access-Control-Allow-Private-Network"), doc)
		}
	})
}

// preflight returns the headers of the answer to a preflight from the public network.
func preflight(p *cors.Policy, origin string) http.Header {
	r := httptest.NewRequest(http.MethodOptions, "https://api.test/", nil)
	r.Header.Set("Origin", origin)
	r.Header.Set("Access-Control-Request-Method", "PUT")
	r.Header.Set("Access-Control-Request-Private-Network", "true")
	w := httptest.NewRecorder()
	p.Handler(next).ServeHTTP(w, r)
	return w.Header()
}

func TestOptionsRefuses(t *testing.T) {
	for want, config := range map[string]kong.Config{
		`kong: origins: "": an entry is empty; remove it`:                                                                 {Origins: []string{"https://a.test", ""}},
		`kong: origins: "{vault://env/origin}": it is a reference that Kong looks up in a vault; write the origin itself`: {Origins: []string{"{vault://env/origin}"}},
		`kong: methods: "get": methods are case-sensitive; write "GET"`:                                                   {Methods: []string{"get"}},
		`kong: methods: "Trace": methods are case-sensitive`:                                                              {Methods: []string{"Trace"}},
		`kong: methods: "FAKE": Kong knows GET, HEAD, PUT`:                                                                {Methods: []string{"GET", "FAKE"}},
		`kong: methods: "*": Kong knows GET`:                                                                              {Methods: []string{"*"}},
		`kong: methods: "": Kong knows GET`:                                                                               {Methods: []string{""}},
		`kong: methods: " GET": Kong knows GET`:                                                                           {Methods: []string{" GET"}},
		`kong: max_age: "-1": it is negative; write 0`:                                                                    {MaxAge: seconds(-1)},
	} {
		options, err := config.Options()
		require.ErrorContains(t, err, want)
		assert.Nil(t, options)
	}

	_, err := kong.Config{Origins: []string{"a.test", "b.test"}, Methods: []string{"FAKE"}, MaxAge: seconds(-1)}.Options()
	for _, want := range []string{"a.test", "b.test", "FAKE", "-1"} {
		require.ErrorContains(t, err, want)
	}
}

func TestOptionsAddNoDangerAndShareNothing(t *testing.T) {
	c := kong.Config{Origins: []string{"https://a.test", `b\.test`}, Methods: []string{"PUT"}, Headers: []string{"X-A,, X-C,"}, ExposedHeaders: []string{"X-B,X-D"}, MaxAge: seconds(1)} // Kong looks into no header entry
	options, err := c.Options()
	require.NoError(t, err)
	c.Origins[0], c.Origins[1], c.Methods[0], c.Headers[0], c.ExposedHeaders[0], *c.MaxAge = "*", "*", "*", "*", "*", 2
	p, err := cors.New(options...)
	require.NoError(t, err)
	assert.Equal(t, cors.Config{
		Origins: []string{"https://a.test"}, HostRegexps: []string{`b\.test`}, Methods: []string{"PUT"}, Headers: []string{"X-A", "X-C"},
		ExposedHeaders: []string{"X-B", "X-D"}, MaxAge: seconds(1),
	}, p.Config())

	options, err = kong.Config{Credentials: true}.Options()
	require.NoError(t, err)
	p, err = cors.New(append(options, everyDanger)...)
	require.NoError(t, err)
	assert.Len(t, p.Config().Dangerously, 5)
}

// Kong takes é for two characters, of which it repeats the second.
func TestCharactersThatAreNotASCII(t *testing.T) {
	for _, entry := range []string{`https://é?a\.example`, `(bücher|books)\.example`} {
		_, err := kong.Config{Origins: []string{entry}}.Options()
		assert.ErrorContains(t, err, "it has a character that is not ASCII")
	}
}

func TestWhatOptionsSet(t *testing.T) {
	for name, row := range map[string]struct {
		config kong.Config
		want   cors.Config
	}{
		"a | makes an expression of an entry": {kong.Config{Origins: []string{"https://a.example|https://b.example"}, PreflightContinue: true},
			cors.Config{OriginRegexps: []string{"https://a.example|https://b.example"}, PreflightContinue: true}},
		"nothing about preflights that are passed on": {kong.Config{Origins: []string{"https://a.example"}, PreflightContinue: true},
			cors.Config{Origins: []string{"https://a.example"}, PreflightContinue: true}},
		"but what is named": {kong.Config{Origins: []string{"https://a.example"}, Methods: []string{"PUT"}, PreflightContinue: true},
			cors.Config{Origins: []string{"https://a.example"}, Methods: []string{"PUT"}, PreflightContinue: true}},
	} {
		o, err := row.config.Options()
		require.NoError(t, err)
		assert.Equal(t, row.want, cors.MustNew(o...).Config(), name)
	}
	_, err := kong.Config{Methods: []string{"GET, POST"}}.Options()
	assert.ErrorContains(t, err, "give each method as an element of its own")
}
