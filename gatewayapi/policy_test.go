package gatewayapi_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-12f469a5/cors"
	"github.com/seed-12f469a5/cors/corstest"
	"github.com/seed-12f469a5/cors/gatewayapi"
)

func TestFromPolicySaysWhatAPolicySays(t *testing.T) {
	origin := cors.WithOrigins("https://example.com")
	none := cors.WithHeaders()
	with := func(change func(*gatewayapi.Filter)) gatewayapi.Filter {
		f := gatewayapi.Filter{AllowOrigins: []string{"https://example.com"}, AllowMethods: []string{}, AllowHeaders: []string{}}
		change(&f)
		return f
	}
	tests := []struct {
		name string
		opts []cors.Option
		want gatewayapi.Filter
	}{
		{"everything", []cors.Option{
			cors.WithOrigins("https://example.com", "https://*.example.org:8443"), cors.WithMethods("PUT", "OPTIONS"), cors.WithHeaders("X-A", "Authorization"),
			cors.WithExposedHeaders("X-B"), cors.WithCredentials(), cors.WithMaxAge(time.Hour), cors.WithPreflightExposedHeaders(),
		}, gatewayapi.Filter{
			AllowOrigins: []string{"https://example.com", "https://*.example.org:8443"}, AllowMethods: []string{"PUT", "OPTIONS"}, AllowHeaders: []string{"X-A", "Authorization"},
			ExposeHeaders: []string{"X-B"}, AllowCredentials: true, MaxAge: seconds(3600),
		}},
		{"nothing but an origin", []cors.Option{origin, cors.WithMethods(), none}, with(func(*gatewayapi.Filter) {})},
		{"default origins", []cors.Option{cors.WithMethods(), none}, with(func(f *gatewayapi.Filter) { f.AllowOrigins = []string{"*"} })},
		{"default methods", []cors.Option{origin, none}, with(func(f *gatewayapi.Filter) {
			f.AllowMethods = []string{"GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"}
		})},
		{"any method", []cors.Option{origin, cors.WithMethods("*"), none}, with(func(f *gatewayapi.Filter) { f.AllowMethods = []string{"*"} })},
		{"any method and others", []cors.Option{origin, cors.WithMethods("PURGE", "*"), none}, with(func(f *gatewayapi.Filter) { f.AllowMethods = []string{"*"} })},
		{"default headers with credentials", []cors.Option{origin, cors.WithMethods(), cors.WithCredentials()}, with(func(f *gatewayapi.Filter) {
			f.AllowHeaders, f.AllowCredentials = []string{"*"}, true
		})},
		{"any header and others", []cors.Option{origin, cors.WithMethods(), cors.WithHeaders("X-A", "*")}, with(func(f *gatewayapi.Filter) { f.AllowHeaders = []string{"*"} })},
		{"any header and Authorization with credentials", []cors.Option{origin, cors.WithMethods(), cors.WithHeaders("authorization", "*"), cors.WithCredentials()},
			with(func(f *gatewayapi.Filter) { f.AllowHeaders, f.AllowCredentials = []string{"*"}, true })},
		{"any exposed header and others", []cors.Option{origin, cors.WithMethods(), none, cors.WithExposedHeaders("*", "X-A")},
			with(func(f *gatewayapi.Filter) { f.ExposeHeaders = []string{"*"} })},
		{"statuses that gateways answer", []cors.Option{origin, cors.WithMethods(), none, cors.WithPreflightStatus(200)}, with(func(*gatewayapi.Filter) {})},
		{"dangers are not part of it", []cors.Option{cors.WithOrigins("*"), cors.WithMethods(), none, cors.WithCredentials(), cors.Dangerously(cors.AnyOriginWithCredentials)},
			with(func(f *gatewayapi.Filter) { f.AllowOrigins, f.AllowCredentials = []string{"*"}, true })},
		{"a regular expression that is a wildcard", []cors.Option{cors.WithOriginRegexps(`https://([^./:]+\.)+example\.com`), cors.WithMethods(), none},
			with(func(f *gatewayapi.Filter) { f.AllowOrigins = []string{"https://*.example.com"} })},
		{"a regular expression for any host", []cors.Option{cors.WithOriginRegexps(`https://([^:]+|\[[0-9a-f:]+\])`), cors.WithMethods(), none},
			with(func(f *gatewayapi.Filter) { f.AllowOrigins = []string{"https://*"} })},
		{"a regular expression that is a wildcard that is there", []cors.Option{cors.WithOrigins("https://*.example.com"), cors.WithOriginRegexps(`^https://(?:[^.]+\.)+example\.com$`), cors.WithMethods(), none},
			with(func(f *gatewayapi.Filter) { f.AllowOrigins = []string{"https://*.example.com"} })},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			policy, err := cors.New(tt.opts...)
			require.NoError(t, err)
			f, err := gatewayapi.FromPolicy(policy)
			require.NoError(t, err)
			assert.Equal(t, tt.want, f)
		})
	}
}

func TestFromPolicyNamesWhatAFilterCannotSay(t *testing.T) {
	origin, none := cors.WithOrigins("https://example.com"), cors.WithHeaders()
	var names []string
	for i := range 65 {
		names = append(names, fmt.Sprintf("X-%d", i))
	}
	tests := []struct {
		name string
		opts []cors.Option
		want []string // a part of each line
	}{
		{"look-around", []cors.Option{cors.WithOriginRegexps(`https://(?!evil)[a-z]+\.example\.com`), none}, []string{"origin_regexps: `https://(?!evil)[a-z]+\\.example\\.com`: a filter has no regular expressions"}},
		{"a regular expression for one label", []cors.Option{cors.WithOriginRegexps(`https://[a-z0-9-]+\.example\.com`), none}, []string{"origin_regexps: `https://[a-z0-9-]+"}},
		{"a regular expression with empty labels", []cors.Option{cors.WithOriginRegexps(`https://([^/]+\.)+example\.com`), none}, []string{`origin_regexps: `}},
		{"a host regular expression", []cors.Option{cors.WithHostRegexps(`([^./:]+\.)+example\.com`), none}, []string{"host_regexps: `([^./:]+\\.)+example\\.com`: a filter has no regular expressions"}},
		{"an origin function", []cors.Option{cors.WithOriginFunc(func(*http.Request, string) bool { return true }), none}, []string{`origin_func: a filter has no functions`}},
		{"any port", []cors.Option{cors.WithOrigins("http://localhost:*"), none}, []string{`allowOrigins: "http://localhost:*": a filter has no wildcard for ports`}},
		{"another scheme", []cors.Option{cors.WithOrigins("capacitor://localhost"), none}, []string{`allowOrigins: "capacitor://localhost": the Gateway API takes http or https`}},
		{"an IPv6 address", []cors.Option{cors.WithOrigins("https://[::1]"), none}, []string{`allowOrigins: "https://[::1]"`}},
		{"null", []cors.Option{cors.WithOrigins("null"), cors.Dangerously(cors.NullOrigin), none}, []string{`allowOrigins: "null" cannot be expressed in a filter`}},
		{"another method", []cors.Option{origin, none, cors.WithMethods("PURGE")}, []string{`allowMethods: "PURGE" is not a method of the Gateway API`}},
		{"reflection without credentials", []cors.Option{origin}, []string{`headers: a filter without credentials cannot reflect`}},
		{"* and Authorization", []cors.Option{origin, cors.WithHeaders("*", "Authorization")}, []string{`headers: a filter cannot say "*" and Authorization`}},
		{"too many headers", []cors.Option{origin, cors.WithHeaders(names...), cors.WithExposedHeaders(names...)}, []string{`allowHeaders: there are 65 entries`, `exposeHeaders: there are 65 entries`}},
		{"a maximum age of 0", []cors.Option{origin, none, cors.WithMaxAge(0)}, []string{`maxAge: 0 is less than 1`}},
		{"preflights passed on", []cors.Option{origin, none, cors.WithPreflightContinue()}, []string{`preflight_continue: a filter cannot pass preflights on`}},
		{"another status", []cors.Option{origin, none, cors.WithPreflightStatus(299)}, []string{`preflight_status: 299 cannot be expressed in a filter`}},
		{"private networks", []cors.Option{origin, none, cors.WithPrivateNetwork()}, []string{`private_network: a filter cannot allow access to private networks`}},
		{"everything", []cors.Option{
			cors.WithOrigins("capacitor://localhost"), cors.WithOriginRegexps("a", "b"), cors.WithHostRegexps("c"), cors.WithMethods("PURGE"),
			cors.WithMaxAge(0), cors.WithPreflightContinue(), cors.WithPreflightStatus(201), cors.WithPrivateNetwork(),
		}, []string{"origin_regexps: `a`", "origin_regexps: `b`", "host_regexps: `c`", `headers`, `preflight_continue`, `preflight_status`, `private_network`,
			`"capacitor://localhost"`, `"PURGE"`, `maxAge`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			policy, err := cors.New(tt.opts...)
			require.NoError(t, err)
			f, err := gatewayapi.FromPolicy(policy)
			require.Error(t, err, "%+v", f)
			assert.Equal(t, gatewayapi.Filter{}, f)
			lines := strings.Split(err.Error(), "\n")
			require.Len(t, lines, len(tt.want), err)
			for i, want := range tt.want {
				assert.True(t, strings.HasPrefix(lines[i], "gatewayapi: "), lines[i])
				assert.Contains(t, lines[i], want)
			}
		})
	}
}

// The zero Policy allows no origin: it must not become a filter for all.
func TestFromPolicyRefusesPoliciesThatNobodyMade(t *testing.T) {
	_, err := gatewayapi.FromPolicy(nil)
	require.ErrorContains(t, err, "gatewayapi: the policy is nil")
	_, err = gatewayapi.FromPolicy(&cors.Policy{})
	require.ErrorContains(t, err, "gatewayapi: origins: the policy allows no origin")
}

func TestFromPolicyDoesNotShareWithThePolicy(t *testing.T) {
	policy := cors.MustNew(cors.WithOrigins("https://example.com"), cors.WithHeaders("X-A"), cors.WithMaxAge(time.Second))
	f, err := gatewayapi.FromPolicy(policy)
	require.NoError(t, err)
	f.AllowOrigins[0], f.AllowHeaders[0], *f.MaxAge = "x", "x", 9
	assert.Equal(t, []string{"https://example.com"}, policy.Config().Origins)
	assert.Equal(t, []string{"X-A"}, policy.Config().Headers)
	assert.Equal(t, 1, *policy.Config().MaxAge)
}

// A regular expression becomes a wildcard only if both admit the same origins.
func TestRegexpsThatBecomeWildcardsMeanTheSame(t *testing.T) {
	origins := []string{
		"https://example.com", "https://a.example.com", "https://a.b.c.example.com", "https://.example.com", "https://..example.com", "https://a..example.com",
		"https://.a.example.com", "https://a_b.example.com", "https://-.example.com", "https://a!$&'()+,;=`{}~.example.com", "https://aexample.com", "https://a.example.com.",
		"https://a.examplexcom", "http://a.example.com", "https://a.example.com:443", "https://a.example.com:8443", "https://a.example.com:84430",
		"https://a:8443", "https://[::1]", "http://[::1]:8080", "http://a:8080", "http://..:8080", "https://..", "https://[::1].example.com", "https://a.example.com.evil.com", "https://EXAMPLE.com", "https://a.localhost", "https://a.b.localhost:8443",
	}
	exprs := []string{`https://([^:]+|\[[0-9a-f:]+\])`, `^http://(?:[^:/]+|\[[0-9a-f:]+\]):8080$`, `https://[^:]+`, `https://([^:]+)`, `https://.+`, `https?://[^:]+`}
	for _, classes := range []string{`[^.]`, `[^./:]`, `[^:/.]`, `[^.:]`, `[^/:]`, `[^:]`, `[a-z]`, `[^.a]`, `.`} {
		for _, form := range []string{`https://(%s+\.)+example\.com`, `^https://(?:%s+\.)+example\.com$`, `https://(?:%s+\.)+example\.com:8443`,
			`https://(%s+\.)+example\.com:443`, `https://(%s+\.)*example\.com`, `https://(%s*\.)+example\.com`, `https://(%s+\.)+example.com`, `https://%s+\.example\.com`,
			`https://(%s+\.)+localhost`, `http://(%s+\.)+example\.com`, `(?i)https://(%s+\.)+example\.com`, `https?://(%s+\.)+example\.com`} {
			exprs = append(exprs, fmt.Sprintf(form, classes))
		}
	}
	converted := 0
	for _, expr := range exprs {
		policy, err := cors.New(cors.WithOriginRegexps(expr), cors.WithHeaders())
		require.NoError(t, err)
		f, err := gatewayapi.FromPolicy(policy)
		if err != nil {
			continue
		}
		converted++
		back := policyOf(t, f)
		for _, origin := range origins {
			assert.Equal(t, policy.AllowsOrigin(origin), back.AllowsOrigin(origin), "%s became %s: %s", expr, f.AllowOrigins, origin)
		}
	}
	assert.Equal(t, 2+4*5, converted, "4 of the classes and 5 of the forms are a wildcard's")
}

// To a browser, the policy that comes back is the policy that went.
func TestRoundTrip(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	some := func(pool ...string) []string {
		picked := slices.Clone(pool)
		rnd.Shuffle(len(picked), func(i, j int) { picked[i], picked[j] = picked[j], picked[i] })
		return picked[:rnd.IntN(len(picked)+1)]
	}
	allDangers := cors.Dangerously(cors.AnyOriginWithCredentials, cors.InsecureOrigins, cors.PublicSuffixes, cors.LooseRegexps)
	exported := 0
	for range 150 {
		var c cors.Config
		c.Credentials = rnd.IntN(2) == 0
		switch rnd.IntN(4) {
		case 0:
			c.Origins = []string{"*"}
		case 1: // nil
		default:
			c.Origins = append(some("https://a.com", "http://*.a.com", "https://*", "http://*:8080", "https://*.b.com:8443", "http://localhost:3000", "https://bücher.example", "HTTPS://C.com:443/"), "https://z.com")
			if rnd.IntN(3) == 0 {
				c.OriginRegexps = []string{`https://([^.]+\.)+r\.com`}
			}
		}
		if rnd.IntN(4) > 0 {
			c.Methods = some("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "*")
		}
		if rnd.IntN(4) > 0 {
			c.Headers = some("X-A", "x-b", "Authorization", "Content-Type", "*")
		}
		if rnd.IntN(4) > 0 {
			c.ExposedHeaders = some("X-A", "x-b", "Content-Length")
			if !c.Credentials && rnd.IntN(4) == 0 {
				c.ExposedHeaders = append(c.ExposedHeaders, "*")
			}
		}
		if rnd.IntN(2) == 0 {
			c.MaxAge = seconds(1 + rnd.IntN(100))
		}
		c.PreflightStatus = []int{0, 200, 204}[rnd.IntN(3)]
		c.PreflightExposedHeaders = rnd.IntN(2) == 0

		policy, err := cors.New(cors.WithConfig(c), allDangers)
		require.NoError(t, err)
		f, err := gatewayapi.FromPolicy(policy)
		unsayable := !c.Credentials && (c.Headers == nil || slices.Contains(c.Headers, "*") && slices.Contains(c.Headers, "Authorization"))
		require.Equal(t, unsayable, err != nil, "%+v: %v", c, err)
		if err != nil {
			continue
		}
		exported++
		text, err := json.Marshal(f)
		require.NoError(t, err)
		filters, err := gatewayapi.Parse(text)
		require.NoError(t, err)
		opts, err := filters[0].Options()
		require.NoError(t, err)
		back, err := cors.New(append(opts, allDangers)...)
		require.NoError(t, err)
		if diff := compareInBrowser(policy, back); diff != nil {
			t.Fatalf("%+v became %s: %v", policy.Config(), text, diff)
		}
	}
	assert.Greater(t, exported, 75)
}

// compareInBrowser returns what a script can do under one policy and not under the other.
func compareInBrowser(p, q *cors.Policy) error {
	api := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, name := range []string{"X-A", "X-B", "X-C"} {
			w.Header().Set(name, "1")
		}
	})
	for _, origin := range []string{
		"https://a.com", "http://a.com", "http://x.a.com", "https://x.y.b.com:8443", "https://b.com:8443", "http://any.com:8080", "http://localhost:3000",
		"http://localhost", "https://xn--bcher-kva.example", "https://c.com", "https://x.r.com", "https://r.com", "https://z.com", "capacitor://localhost", "null",
	} {
		for _, r := range []corstest.Request{
			{}, {Credentials: true}, {Method: "PUT"}, {Method: "PATCH", Credentials: true}, {Method: "DELETE"}, {Method: "OPTIONS"}, {Method: "PURGE"},
			{Method: "HEAD", Header: http.Header{"X-A": {"1"}}}, {Header: http.Header{"X-A": {"1"}, "X-B": {"1"}}, Credentials: true},
			{Header: http.Header{"Authorization": {"1"}}}, {Header: http.Header{"Authorization": {"1"}}, Credentials: true},
			{Method: "POST", Header: http.Header{"Content-Type": {"application/json"}}}, {Header: http.Header{"X-Other": {"1"}}},
		} {
			r.URL = "https://api.example/"
			did, could := fetch(p, api, origin, r), fetch(q, api, origin, r)
			if did != could {
				return fmt.Errorf("%s from %s: %s, and then %s", fmt.Sprintf("%s %v %v", r.Method, r.Header, r.Credentials), origin, did, could)
			}
		}
	}
	return nil
}

// fetch says what a script gets to see.
func fetch(p *cors.Policy, api http.Handler, origin string, r corstest.Request) string {
	resp, err := corstest.NewPage(origin, p.Handler(api)).Fetch(r)
	if blocked := new(corstest.BlockedError); errors.As(err, &blocked) {
		return fmt.Sprintf("blocked (preflight: %v)", blocked.Preflight)
	}
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%d %v %q", resp.Status, resp.Preflighted, slices.DeleteFunc(slices.Sorted(maps.Keys(resp.Header)), func(name string) bool {
		return !strings.HasPrefix(name, "X-") // the others are those of CORS itself
	}))
}
