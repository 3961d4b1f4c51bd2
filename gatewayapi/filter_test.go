package gatewayapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/seed-12f469a5/cors"
	"github.com/seed-12f469a5/cors/corstest"
	"github.com/seed-12f469a5/cors/gatewayapi"
)

func seconds(n int) *int { return &n }

// policyOf makes the policy of a filter, with the dangers that a test permits.
func policyOf(t *testing.T, f gatewayapi.Filter, dangers ...cors.Danger) *cors.Policy {
	t.Helper()
	opts, err := f.Options()
	require.NoError(t, err)
	policy, err := cors.New(append(opts, cors.Dangerously(dangers...))...)
	require.NoError(t, err)
	return policy
}

func TestOptionsMakeThePolicyThatAFilterDescribes(t *testing.T) {
	origins := []string{"https://example.com"}
	with := func(change func(*cors.Config)) cors.Config {
		c := cors.Config{Origins: origins, Methods: []string{}, Headers: []string{}, MaxAge: seconds(5), PreflightStatus: 200}
		change(&c)
		return c
	}
	tests := []struct {
		name   string
		filter gatewayapi.Filter
		want   cors.Config
	}{
		{"only origins: nothing that needs a permission, and 5 seconds",
			gatewayapi.Filter{AllowOrigins: origins}, with(func(*cors.Config) {})},
		{"empty lists mean the same",
			gatewayapi.Filter{AllowOrigins: origins, AllowMethods: []string{}, AllowHeaders: []string{}, ExposeHeaders: []string{}},
			with(func(*cors.Config) {})},
		{"all fields",
			gatewayapi.Filter{
				AllowOrigins: origins, AllowMethods: []string{"GET", "OPTIONS"}, AllowHeaders: []string{"X-A", "x-b"},
				ExposeHeaders: []string{"X-C"}, AllowCredentials: true, MaxAge: seconds(3600),
			},
			with(func(c *cors.Config) {
				c.Methods, c.Headers, c.ExposedHeaders = []string{"GET", "OPTIONS"}, []string{"X-A", "x-b"}, []string{"X-C"}
				c.Credentials, c.MaxAge, c.PreflightExposedHeaders = true, seconds(3600), true
			})},
		{"trailing slash of an origin",
			gatewayapi.Filter{AllowOrigins: []string{"https://example.com/", "http://*.example.org:8080/"}},
			with(func(c *cors.Config) { c.Origins = []string{"https://example.com", "http://*.example.org:8080"} })},
		{"with and without a trailing slash",
			gatewayapi.Filter{AllowOrigins: []string{"https://example.com/", "https://example.com"}}, with(func(*cors.Config) {})},
		{"upper case and the default port of an origin",
			gatewayapi.Filter{AllowOrigins: []string{"https://Example.COM:443"}}, with(func(*cors.Config) {})},
		{"wildcards",
			gatewayapi.Filter{AllowOrigins: []string{"*"}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*"}, ExposeHeaders: []string{"*"}},
			with(func(c *cors.Config) {
				star := []string{"*"}
				c.Origins, c.Methods, c.Headers, c.ExposedHeaders, c.PreflightExposedHeaders = star, star, star, star, true
			})},
		{"any host, with and without a port",
			gatewayapi.Filter{AllowOrigins: []string{"https://*", "http://*:8080", "http://*.com"}},
			with(func(c *cors.Config) { c.Origins = []string{"https://*", "http://*:8080", "http://*.com"} })},
		{"request headers that no script can set",
			gatewayapi.Filter{AllowOrigins: origins, AllowHeaders: []string{"Origin", "Authorization", "Content-Length", "Sec-Fetch-Mode"}},
			with(func(c *cors.Config) { c.Headers = []string{"Authorization"} })},
		{"nothing but request headers that no script can set",
			gatewayapi.Filter{AllowOrigins: origins, AllowHeaders: []string{"Origin"}}, with(func(*cors.Config) {})},
		{"response headers that no script can read",
			gatewayapi.Filter{AllowOrigins: origins, ExposeHeaders: []string{"Set-Cookie", "Origin", "Content-Length"}},
			with(func(c *cors.Config) {
				c.ExposedHeaders, c.PreflightExposedHeaders = []string{"Origin", "Content-Length"}, true
			})},
		{"nothing but response headers that no script can read",
			gatewayapi.Filter{AllowOrigins: origins, ExposeHeaders: []string{"Set-Cookie"}}, with(func(*cors.Config) {})},
		{"all methods of the Gateway API",
			gatewayapi.Filter{AllowOrigins: origins, AllowMethods: []string{"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"}},
			with(func(c *cors.Config) { c.Methods = []string{"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"} })},
		{"nothing but methods that no script can use",
			gatewayapi.Filter{AllowOrigins: origins, AllowMethods: []string{"CONNECT", "TRACE"}}, with(func(*cors.Config) {})},
		{"least and most of a maximum age",
			gatewayapi.Filter{AllowOrigins: origins, MaxAge: seconds(1)}, with(func(c *cors.Config) { c.MaxAge = seconds(1) })},
		{"the names of headers may be in any case twice",
			gatewayapi.Filter{AllowOrigins: origins, AllowHeaders: []string{"X-A", "x-a"}}, with(func(c *cors.Config) { c.Headers = []string{"X-A"} })},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, policyOf(t, tt.filter).Config())
		})
	}
}

func TestOptionsAcceptTheLimits(t *testing.T) {
	f := gatewayapi.Filter{MaxAge: seconds(1<<31 - 1)}
	for i := range 64 {
		f.AllowOrigins = append(f.AllowOrigins, fmt.Sprintf("https://%d.example.com", i))
		f.AllowHeaders = append(f.AllowHeaders, fmt.Sprintf("X-%d", i))
		f.ExposeHeaders = append(f.ExposeHeaders, fmt.Sprintf("X-%d", i))
	}
	f.AllowHeaders[0] = strings.Repeat("x", 256)
	_, err := f.Options()
	require.NoError(t, err)

	f.AllowOrigins = append(f.AllowOrigins, "https://65.example.com")
	f.AllowHeaders[0] += "x"
	f.ExposeHeaders = append(f.ExposeHeaders, "X-64")
	_, err = f.Options()
	require.Error(t, err)
	assert.Equal(t, []string{
		`gatewayapi: allowOrigins: there are 65 entries, and the Gateway API takes at most 64; remove some`,
		`gatewayapi: allowHeaders: "` + strings.Repeat("x", 257) + `" has more than 256 bytes`,
		`gatewayapi: exposeHeaders: there are 65 entries, and the Gateway API takes at most 64; remove some`,
	}, strings.Split(err.Error(), "\n"))

	if *f.MaxAge++; *f.MaxAge < 0 {
		return // an int has 32 bits
	}
	_, err = f.Options()
	assert.ErrorContains(t, err, `gatewayapi: maxAge: 2147483648 is more than the Gateway API can hold; write 86400, for no browser remembers longer than that`)
}

func TestOptionsRefuseWhatTheAPIServerRefuses(t *testing.T) {
	origin := func(s string) gatewayapi.Filter { return gatewayapi.Filter{AllowOrigins: []string{s}} }
	ok := []string{"https://example.com"}
	const form = `the Gateway API takes http or https, "://", a name`
	tests := []struct {
		name   string
		filter gatewayapi.Filter
		want   string
	}{
		{"no origins", gatewayapi.Filter{}, `allowOrigins: there is none`},
		{"empty origins", gatewayapi.Filter{AllowOrigins: []string{}}, `allowOrigins: there is none`},
		{"* beside origins", gatewayapi.Filter{AllowOrigins: []string{"*", "https://example.com"}}, `allowOrigins: "*" stands beside others; keep "*" alone`},
		{"origin twice", gatewayapi.Filter{AllowOrigins: []string{ok[0], ok[0]}}, `allowOrigins: "https://example.com" is there twice`},
		{"origin without a scheme", origin("example.com"), `allowOrigins: "example.com": the scheme is missing; write "https://example.com"`},
		{"origin with a path", origin("https://example.com/a"), `write "https://example.com"`},
		{"origin with two slashes", origin("https://example.com//"), form},
		{"origin with a scheme alone", origin("https://"), `allowOrigins: "https://"`},
		{"origin of another scheme", origin("capacitor://localhost"), form},
		{"origin with an IPv6 address", origin("http://[::1]:8080"), form},
		{"origin with an underscore", origin("https://a_b.example.com"), form},
		{"origin with a final dot", origin("https://example.com."), form},
		{"origin with a wildcard in the middle", origin("https://a.*.com"), `allowOrigins: "https://a.*.com": a * stands for whole labels at the beginning of a host; a filter has no regular expressions, so list the hosts`},
		{"origin with a wildcard at the end", origin("https://a.b.*"), `allowOrigins: "https://a.b.*": a * cannot end a host`},
		{"origin with a wildcard in a label", origin("https://*foo.com"), `a dot must follow the *`},
		{"origin with a wildcard for the scheme", origin("*://example.com"), `a scheme cannot contain a *`},
		{"* with a slash", origin("*/"), `allowOrigins: "*/"`},
		{"origin with a wildcard for the port", origin("http://localhost:*"), `a filter has no wildcard for ports; name each port`},
		{"any host on any port", origin("https://*:*"), `a filter has no wildcard for ports; name each port`},
		{"port 0", origin("https://example.com:0"), form},
		{"port too large", origin("https://example.com:65536"), `"65536" is not a port`},
		{"port with a zero before it", origin("http://example.com:080"), "write that of the page"},
		{"port that is none", origin("https://example.com:http"), `"http" is not a port`},
		{"null", origin("null"), `allowOrigins: "null" cannot be expressed in a filter; remove it`},
		{"empty origin", origin(""), `allowOrigins: ""`},
		{"origin with a comma", origin("https://a.com, https://b.com"), `allowOrigins: "https://a.com, https://b.com"`},
		{"origin too long", origin("https://" + strings.Repeat("a.", 122) + "com"), `has more than 253 bytes`},

		{"* beside methods", gatewayapi.Filter{AllowOrigins: ok, AllowMethods: []string{"GET", "*"}}, `allowMethods: "*" stands beside others`},
		{"lower case", gatewayapi.Filter{AllowOrigins: ok, AllowMethods: []string{"get"}}, `allowMethods: "get" is not a method of the Gateway API; methods are case-sensitive; write "GET"`},
		{"another method", gatewayapi.Filter{AllowOrigins: ok, AllowMethods: []string{"PURGE"}}, `"PURGE" is not a method of the Gateway API; write one of GET, HEAD,`},
		{"empty method", gatewayapi.Filter{AllowOrigins: ok, AllowMethods: []string{""}}, `allowMethods: ""`},
		{"method twice", gatewayapi.Filter{AllowOrigins: ok, AllowMethods: []string{"GET", "GET"}}, `allowMethods: "GET" is there twice`},
		{"too many methods", gatewayapi.Filter{AllowOrigins: ok, AllowMethods: make([]string, 10)}, `allowMethods: there are 10 entries, and the Gateway API takes at most 9`},

		{"* beside headers", gatewayapi.Filter{AllowOrigins: ok, AllowHeaders: []string{"*", "Authorization"}}, `allowHeaders: "*" stands beside others`},
		{"header name that is none", gatewayapi.Filter{AllowOrigins: ok, AllowHeaders: []string{"X A"}}, `allowHeaders: "X A": a header name is a token`},
		{"empty header name", gatewayapi.Filter{AllowOrigins: ok, AllowHeaders: []string{""}}, `allowHeaders: ""`},
		{"header name twice", gatewayapi.Filter{AllowOrigins: ok, AllowHeaders: []string{"X-A", "X-A"}}, `allowHeaders: "X-A" is there twice`},
		{"pseudo header exposed", gatewayapi.Filter{AllowOrigins: ok, ExposeHeaders: []string{":status"}}, `exposeHeaders: ":status": a header name is a token`},

		{"maximum age of 0", gatewayapi.Filter{AllowOrigins: ok, MaxAge: seconds(0)}, `maxAge: 0 is less than 1; write at least 1, or leave it out for 5 seconds`},
		{"negative maximum age", gatewayapi.Filter{AllowOrigins: ok, MaxAge: seconds(-1)}, `maxAge: -1 is less than 1`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			opts, err := tt.filter.Options()
			require.Error(t, err, "%+v", tt.filter)
			assert.Nil(t, opts)
			assert.Contains(t, err.Error(), tt.want)
			for line := range strings.SplitSeq(err.Error(), "\n") {
				assert.True(t, strings.HasPrefix(line, "gatewayapi: "), line)
				assert.NotContains(t, line, "Regexps", "which a filter cannot hold")
			}
		})
	}
}

func TestOptionsReportEverythingAtOnce(t *testing.T) {
	_, err := gatewayapi.Filter{
		AllowOrigins: []string{"example.com", "https://a.com/x"}, AllowMethods: []string{"get"},
		AllowHeaders: []string{"a b"}, ExposeHeaders: []string{"c d"}, MaxAge: seconds(0),
	}.Options()
	require.Error(t, err)
	for _, part := range []string{`"example.com"`, `"https://a.com/x"`, `"get"`, `"a b"`, `"c d"`, "maxAge"} {
		assert.Contains(t, err.Error(), part)
	}
}

func TestOriginsMatchAsTheGatewayAPISays(t *testing.T) {
	tests := []struct {
		entry         string
		allowed, deny []string
	}{
		{"https://www.foo.com",
			[]string{"https://www.foo.com"},
			[]string{"http://www.foo.com", "https://foo.com", "https://www.foo.com:8443", "https://a.www.foo.com", "https://www.foo.com.evil.com", "null"}},
		{"https://*.bar.com",
			[]string{"https://www.bar.com", "https://xpto.www.bar.com", "https://a.b.c.d.bar.com"},
			[]string{"https://bar.com", "https://foobar.com", "https://evilbar.com", "http://www.bar.com", "https://www.bar.com:8443", "https://www.bar.com.evil.com", "https://.bar.com", "null"}},
		{"http://*.bar.com:12345",
			[]string{"http://www.bar.com:12345", "http://a.b.bar.com:12345"},
			[]string{"http://www.bar.com", "https://www.bar.com:12345", "http://bar.com:12345"}},
		{"https://*.edu",
			[]string{"https://test.cors.edu", "https://cors.edu"},
			[]string{"https://notedu.com", "https://edu", "http://cors.edu"}},
		{"https://*",
			[]string{"https://foo.com", "https://localhost", "https://203.0.113.7"},
			[]string{"http://foo.com", "https://foo.com:8443", "capacitor://localhost", "null"}},
		{"http://*:8080",
			[]string{"http://foo.com:8080", "http://localhost:8080"},
			[]string{"http://foo.com", "https://foo.com:8080"}},
		{"http://localhost:3000",
			[]string{"http://localhost:3000"},
			[]string{"http://localhost", "http://localhost:3001", "https://localhost:3000"}},
		{"https://example.com/",
			[]string{"https://example.com", "https://example.com/"},
			[]string{"https://example.org", "https://example.com/a"}},
		{"*",
			[]string{"https://foo.com", "http://foo.com:8080", "capacitor://localhost", "null"},
			nil},
	}
	for _, tt := range tests {
		policy := policyOf(t, gatewayapi.Filter{AllowOrigins: []string{tt.entry}})
		for _, origin := range tt.allowed {
			assert.True(t, policy.AllowsOrigin(origin), "%s must allow %s", tt.entry, origin)
		}
		for _, origin := range tt.deny {
			assert.False(t, policy.AllowsOrigin(origin), "%s must not allow %s", tt.entry, origin)
		}
	}
}

func TestWildcardsAreEchoedUnderCredentials(t *testing.T) {
	f := gatewayapi.Filter{AllowOrigins: []string{"https://example.com"}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*"}}
	preflight := func() http.Header {
		r := httptest.NewRequest("OPTIONS", "/", nil)
		r.Header.Set("Origin", "https://example.com")
		r.Header.Set("Access-Control-Request-Method", "PURGE")
		r.Header.Set("Access-Control-Request-Headers", "authorization,x-a")
		w := httptest.NewRecorder()
		policyOf(t, f).Handler(http.NotFoundHandler()).ServeHTTP(w, r)
		return w.Header()
	}
	assert.Equal(t, http.Header{
		"Access-Control-Allow-Origin":  {"https://example.com"},
		"Access-Control-Allow-Methods": {"*"},
		"Access-Control-Allow-Headers": {"*"},
		"Access-Control-Max-Age":       {"5"},
		"Vary":                         {"Origin"},
	}, preflight())
	f.AllowCredentials = true
	assert.Equal(t, http.Header{
		"Access-Control-Allow-Origin":      {"https://example.com"},
		"Access-Control-Allow-Credentials": {"true"},
		"Access-Control-Allow-Methods":     {"PURGE"},
		"Access-Control-Allow-Headers":     {"authorization,x-a"},
		"Access-Control-Max-Age":           {"5"},
		"Vary":                             {"Origin, Access-Control-Request-Method, Access-Control-Request-Headers"},
	}, preflight())
}

// A list that is absent, empty, or empty without the names that browsers forbid allows nothing, and reflects nothing.
func TestNothingIsReflectedWithoutAWildcard(t *testing.T) {
	for name, headers := range map[string][]string{"absent": nil, "empty": {}, "forbidden": {"Origin", "Content-Length", "Date"}} {
		for _, credentials := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, credentials %v", name, credentials), func(t *testing.T) {
				policy := policyOf(t, gatewayapi.Filter{AllowOrigins: []string{"https://example.com"}, AllowHeaders: headers, AllowCredentials: credentials})
				server := policy.Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
				corstest.Blocks(t, server, "https://example.com", corstest.Request{URL: "https://api.example/", Header: http.Header{"X-A": {"1"}}})
				corstest.Allows(t, server, "https://example.com", corstest.Request{URL: "https://api.example/"})
			})
		}
	}
}

// Methods that need no permission are allowed without being listed, others are not.
func TestNoMethodsMeansThoseThatNeedNoPermission(t *testing.T) {
	server := policyOf(t, gatewayapi.Filter{AllowOrigins: []string{"https://example.com"}, AllowHeaders: []string{"X-A"}}).
		Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	for _, method := range []string{"GET", "HEAD", "POST"} {
		corstest.Allows(t, server, "https://example.com", corstest.Request{Method: method, URL: "https://api.example/", Header: http.Header{"X-A": {"1"}}})
	}
	for _, method := range []string{"PUT", "PATCH", "DELETE", "OPTIONS"} {
		corstest.Blocks(t, server, "https://example.com", corstest.Request{Method: method, URL: "https://api.example/"})
	}
}

func TestNewNamesTheDangerThatOptionsDoNotAdd(t *testing.T) {
	tests := []struct {
		origin string
		danger cors.Danger
		name   string
	}{
		{"*", cors.AnyOriginWithCredentials, "AnyOriginWithCredentials"},
		{"https://*", cors.AnyOriginWithCredentials, "AnyOriginWithCredentials"},
		{"http://example.com", cors.InsecureOrigins, "InsecureOrigins"},
		{"https://*.com", cors.PublicSuffixes, "PublicSuffixes"},
	}
	for _, tt := range tests {
		f := gatewayapi.Filter{AllowOrigins: []string{tt.origin}, AllowCredentials: true}
		opts, err := f.Options()
		require.NoError(t, err)
		_, err = cors.New(opts...)
		require.Error(t, err, tt.origin)
		assert.Contains(t, err.Error(), "Dangerously("+tt.name+")")
		policyOf(t, f, tt.danger)
	}
}

func TestNewRefusesAWildcardForExposedHeadersWithCredentials(t *testing.T) {
	opts, err := gatewayapi.Filter{AllowOrigins: []string{"https://example.com"}, ExposeHeaders: []string{"*"}, AllowCredentials: true}.Options()
	require.NoError(t, err)
	_, err = cors.New(opts...)
	require.Error(t, err)
	for e := range cors.ConfigErrors(err) {
		assert.Equal(t, cors.CodeExposedWildcard, e.Code)
	}
}

func TestWritesWhatIsSet(t *testing.T) {
	tests := []struct {
		name       string
		filter     gatewayapi.Filter
		json, yaml string
	}{
		{"nothing", gatewayapi.Filter{}, `{}`, "{}\n"},
		{"empty lists", gatewayapi.Filter{AllowOrigins: []string{}, AllowMethods: []string{}, AllowHeaders: []string{}, ExposeHeaders: []string{}},
			`{"allowOrigins":[],"allowMethods":[],"allowHeaders":[],"exposeHeaders":[]}`,
			"allowOrigins: []\nallowMethods: []\nallowHeaders: []\nexposeHeaders: []\n"},
		{"everything", gatewayapi.Filter{
			AllowOrigins: []string{"*"}, AllowMethods: []string{"GET"}, AllowHeaders: []string{"X-A"},
			ExposeHeaders: []string{"X-B"}, AllowCredentials: true, MaxAge: seconds(7),
		},
			`{"allowOrigins":["*"],"allowMethods":["GET"],"allowHeaders":["X-A"],"exposeHeaders":["X-B"],"allowCredentials":true,"maxAge":7}`,
			"allowOrigins:\n    - '*'\nallowMethods:\n    - GET\nallowHeaders:\n    - X-A\nexposeHeaders:\n    - X-B\nallowCredentials: true\nmaxAge: 7\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			asJSON, err := json.Marshal(tt.filter)
			require.NoError(t, err)
			assert.Equal(t, tt.json, string(asJSON))
			asYAML, err := yaml.Marshal(tt.filter)
			require.NoError(t, err)
			assert.Equal(t, tt.yaml, string(asYAML))

			var back gatewayapi.Filter
			require.NoError(t, json.Unmarshal(asJSON, &back))
			assert.Equal(t, tt.filter, back)
			back = gatewayapi.Filter{}
			require.NoError(t, yaml.Unmarshal(asYAML, &back))
			assert.Equal(t, tt.filter, back)

			if tt.name == "nothing" {
				return // which Parse refuses
			}
			for _, text := range []string{tt.json, tt.yaml} {
				filters, err := gatewayapi.Parse([]byte(text))
				require.NoError(t, err)
				assert.Equal(t, []gatewayapi.Filter{tt.filter}, filters)
			}
		})
	}
}

// A Filter inside of somebody's own configuration is read as strictly as a manifest.
func TestReadsAFilterStrictly(t *testing.T) {
	for text, want := range map[string]string{
		`{"alloworigins": ["https://evil.example"]}`:                                     "did you mean allowOrigins?",
		`{"allowOrigins": ["https://a.example"], "AllowCredentials": true}`:              "did you mean allowCredentials?",
		`{"allowOrigins": "https://a.example"}`:                                          "allowOrigins",
		`{"allowOrigins": [1]}`:                                                          "allowOrigins[0]",
		`{"maxAge": "5"}`:                                                                "maxAge",
		`{"allowOrigins": ["https://a.example"], "allowOrigins": ["https://b.example"]}`: "allowOrigins",
		`["https://a.example"]`:                                                          "it must be a CORS filter",
	} {
		untouched := gatewayapi.Filter{AllowOrigins: []string{"https://own.example"}}
		for name, unmarshal := range map[string]func([]byte, any) error{"JSON": json.Unmarshal, "YAML": yaml.Unmarshal} {
			var config struct{ CORS gatewayapi.Filter }
			config.CORS = untouched
			err := unmarshal(fmt.Appendf(nil, `{"cors": %s}`, text), &config)
			assert.ErrorContains(t, err, want, "%s %s", name, text)
			assert.Equal(t, untouched, config.CORS)
		}
	}
	for name, unmarshal := range map[string]func([]byte, any) error{"JSON": json.Unmarshal, "YAML": yaml.Unmarshal} {
		config := map[string]gatewayapi.Filter{}
		require.NoError(t, unmarshal([]byte(`{"a": null, "b": {"allowOrigins": null, "maxAge": 7.0}, "c": {}}`), &config), name)
		assert.Equal(t, map[string]gatewayapi.Filter{"a": {}, "b": {MaxAge: seconds(7)}, "c": {}}, config, name)
	}
	var f gatewayapi.Filter
	require.NoError(t, f.UnmarshalYAML(func(v any) error { // as other YAML packages do
		*v.(*any) = map[any]any{"maxAge": 7}
		return nil
	}))
	assert.Equal(t, gatewayapi.Filter{MaxAge: seconds(7)}, f)
}

// As encoding/json and YAML packages have it: defaults in the program, and a file on top of them.
func TestReadsAFilterOverAnother(t *testing.T) {
	for name, unmarshal := range map[string]func([]byte, any) error{"JSON": json.Unmarshal, "YAML": yaml.Unmarshal} {
		defaults := gatewayapi.Filter{AllowOrigins: []string{"https://own.example"}, AllowMethods: []string{"PUT"}, AllowCredentials: true, MaxAge: seconds(5)}
		f := defaults
		require.NoError(t, unmarshal([]byte(`{"allowHeaders": ["X-A"], "allowOrigins": null, "allowMethods": ["DELETE"]}`), &f), name)
		assert.Equal(t, gatewayapi.Filter{AllowOrigins: []string{"https://own.example"}, AllowMethods: []string{"DELETE"},
			AllowHeaders: []string{"X-A"}, AllowCredentials: true, MaxAge: seconds(5)}, f, name)
		require.NoError(t, unmarshal([]byte(`{"allowCredentials": false, "maxAge": 7}`), &f), name)
		assert.Equal(t, gatewayapi.Filter{AllowOrigins: []string{"https://own.example"}, AllowMethods: []string{"DELETE"},
			AllowHeaders: []string{"X-A"}, MaxAge: seconds(7)}, f, name)
		assert.Equal(t, gatewayapi.Filter{AllowOrigins: []string{"https://own.example"}, AllowMethods: []string{"PUT"}, AllowCredentials: true, MaxAge: seconds(5)}, defaults)
	}
}

func TestOptionsLeaveTheFilterAlone(t *testing.T) {
	f := gatewayapi.Filter{AllowOrigins: []string{"https://example.com/"}, AllowHeaders: []string{"Origin", "X-A"}}
	opts, err := f.Options()
	require.NoError(t, err)
	assert.Equal(t, gatewayapi.Filter{AllowOrigins: []string{"https://example.com/"}, AllowHeaders: []string{"Origin", "X-A"}}, f)
	f.AllowOrigins[0] = "https://evil.com"
	policy, err := cors.New(opts...)
	require.NoError(t, err)
	assert.True(t, slices.Equal([]string{"https://example.com"}, policy.Config().Origins))
}
