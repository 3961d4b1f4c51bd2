package kong_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/seed-12f469a5/cors"
	"github.com/seed-12f469a5/cors/corstest"
	"github.com/seed-12f469a5/cors/kong"
)

// export makes a policy of options, dangerous or not, and its configuration.
func export(t testing.TB, options ...cors.Option) (*cors.Policy, kong.Config) {
	t.Helper()
	p, err := cors.New(append(options, everyDanger)...)
	require.NoError(t, err)
	c, err := kong.FromPolicy(p)
	require.NoError(t, err)
	return p, c
}

func TestFromPolicyWritesEntriesThatKongMatchesTheSame(t *testing.T) {
	origins := func(s ...string) cors.Option { return cors.WithOrigins(s...) }
	regexps := func(s ...string) cors.Option { return cors.WithOriginRegexps(s...) }
	hosts := func(s ...string) cors.Option { return cors.WithHostRegexps(s...) }
	for _, row := range []struct {
		option  cors.Option
		entries []string
	}{
		{origins("*"), []string{"*"}},
		{origins("null"), []string{"null"}},
		{origins("https://Example.com:443/"), []string{"https://example.com"}},
		{origins("http://localhost:3000", "capacitor://localhost"), []string{"http://localhost:3000", "capacitor://localhost"}},
		{origins("https://foo_bar.test"), []string{`https://foo_bar\.test`}},
		{origins("web+app://foo.test"), []string{`web\+app://foo\.test`}},
		{origins("https://example.com."), []string{"https://example.com."}},
		{origins("https://*.example.com"), []string{`https://([^.:]+\.)+example\.com`}},
		{origins("https://*.example.com:8443"), []string{`https://([^.:]+\.)+example\.com:8443`}},
		{origins("https://*.example.com:*"), []string{`https://([^.:]+\.)+example\.com(:[0-9]+)?`}},
		{origins("https://*.example.com."), []string{`https://([^.:]+\.)+example\.com\.`}},
		{origins("http://localhost:*"), []string{`http://localhost(:[0-9]+)?`}},
		{origins("https://*"), []string{`https://([^:]+|\[[0-9a-f:]+\])`}},
		{origins("https://*:8443"), []string{`https://([^:]+|\[[0-9a-f:]+\]):8443`}},
		{origins("http://*:*"), []string{`http://([^:]+|\[[0-9a-f:]+\])(:[0-9]+)?`}},

		{regexps(`https://.*\.example\.com`), []string{`https://.*\.example\.com`}},
		{regexps(`https://foo.test`), []string{`(?:https://foo.test)`}},
		{regexps(`.*\.example\.com`), []string{`(?:.*\.example\.com)`}},
		{regexps(`https://a|https://b`), []string{`(?:https://a|https://b)`}},
		{regexps(`https://(a|b)`), []string{`https://(a|b)`}},
		{regexps(`^https://(a|b)$`), []string{`^https://(a|b)$`}},
		{regexps(`https://[|](a|b)`, `https://a\|b`), []string{`https://[|](a|b)`, `https://a\|b`}},
		{regexps(`https://foo\.test\$`), []string{`(?:https://foo\.test\$)`}},
		{regexps(`https://foo\.clou\c$`), []string{`(?:https://foo\.clou\c$)`}},
		{regexps(`https://foo\.test[\E][]?|x]?`, `https://foo\.test[\Q\E^\E\Q\E][]?|x]?`), []string{
			`(?:https://foo\.test[\E][]?|x]?)`, `(?:https://foo\.test[\Q\E^\E\Q\E][]?|x]?)`}},
		{regexps(`https://foo\.test|null`), []string{`(?!null$)(?:https://foo\.test|null)`}},
		{regexps(`.*`), []string{`(?!null$)(?:.*)`}},
		{regexps(`https://foo\.(tes$|test)\$`), []string{`(?:https://foo\.(tes$|test)\$)`}},
		{regexps(`https://\Qfoo.test`), []string{`https://\Qfoo.test\E`}},
		{regexps(`https://\Qa|b\E`), []string{`https://\Qa|b\E`}},
		{regexps(`(?x) https:// foo\.test`), []string{`(?x) https:// foo\.test`}},
		{regexps(`https://foo\.test(?#a|b)`), []string{`https://foo\.test(?#a|b)`}},
		{regexps(`[[:alpha:]]+://foo\.test`), []string{`[[:alpha:]]+://foo\.test`}},

		{regexps(`https://a|https://(b|c)`), []string{`(?:https://a|https://(b|c))`}},
		{regexps(`(?#x)https://a|https://b`), []string{`(?:(?#x)https://a|https://b)`}},
		{regexps(`(https://foo\.test|null)`), []string{`(?!null$)(?:(https://foo\.test|null))`}},
		{regexps(`https://foo\.(test$)\$`), []string{`(?:https://foo\.(test$)\$)`}},
		{regexps(`https://[a-c|]\.test`), []string{`https://[a-c|]\.test`}},
		{regexps(`https://[](]x|https://y`), []string{`(?:https://[](]x|https://y)`}},

		{hosts(`[a[:digit:](|]+\.test`), []string{`[a0-9(|]+\.test`}},
		{hosts(`a,b`), []string{`(a,b)`}},
		{hosts(`foo\.test`), []string{`foo\.test`}},
		{hosts(`foo.test`), []string{`^foo.test`}},
		{hosts(`localhost`), []string{`^localhost`}},
		{hosts(`foo\.test|bar\.test`), []string{`(foo\.test|bar\.test)`}},
		{hosts(`(foo|bar)\.test`), []string{`(foo|bar)\.test`}},
		{hosts(`(?:foo|bar)\.test`), []string{`(foo|bar)\.test`}},
		{hosts(`(?i:FOO)\.test`), []string{`((?i)FOO)\.test`}},
		{hosts(`(?i)FOO\.test`), []string{`(?i)FOO\.test`}},
		{hosts(`[[:alpha:]]+\.test`), []string{`[a-zA-Z]+\.test`}},
		{hosts(`[^[:^digit:]x]+\.test`), []string{`[^\Dx]+\.test`}},
		{hosts(`\[::1\]`), []string{`\[\x3a\x3a1\]`}},
		{hosts(`\[\:[:]1[\]:]`), []string{`\[\x3a[\x3a]1[\]\x3a]`}},
		{hosts(`foo\.test(?#:)`), []string{`foo\.test(?#;)`}},
		{hosts(`foo\.test\$`), []string{`(foo\.test\$)`}},
		{regexps(`\w+[^.]+(\.|-)(\w)\w*\1(\.|-)[a-z]+`), []string{`(?!null$)(?:\w+[^.]+(\.|-)(\w)\w*\1(\.|-)[a-z]+)`}}, // not known, since it is refused for hosts
		{regexps(`https://foo\.test `), []string{`(?:https://foo\.test )`}},                                            // which matches nothing, but is one
		{hosts(`foo\.test, bar`), []string{`foo\.test, bar`}},
		{hosts(`null`), []string{`(?!null$)(null)`}},
		{hosts(`(?:n|m)ull|foo\.test`), []string{`(?!null$)((n|m)ull|foo\.test)`}},
		{hosts(`\Qfoo.test`), []string{`\Qfoo.test\E`}},
		{hosts(`[\Q]\E]?foo\.test`), []string{`[\Q]\E]?foo\.test`}},
		{hosts(`\c:oo\.test`), []string{`zoo\.test`}},
		{hosts(`(f)o\1?\.test`), []string{`(f)o\1?\.test`}},
		{hosts(`(?<x>f)oo\.test`), []string{`(?<x>f)oo\.test`}},
		{hosts(`(?!evil).*\.test`), []string{`(?!evil).*\.test`}},
		{hosts(`[]:]?foo\.test`), []string{`[]\x3a]?foo\.test`}},
	} {
		p, c := export(t, row.option)
		assert.Equal(t, row.entries, c.Origins)
		back := policyOf(t, c, everyDanger)
		for _, origin := range slices.Concat(browserOrigins, ipv6Origins) {
			assert.Equal(t, p.AllowsOrigin(origin), back.AllowsOrigin(origin), "entries %q, origin %q", c.Origins, origin)
		}
		if _, err := regexp.Compile(c.Origins[0]); err != nil {
			continue // Go's own expressions, which play Kong here, know less than PCRE
		}
		for _, origin := range browserOrigins {
			assert.Equal(t, p.AllowsOrigin(origin), gateway(c.Origins).allows(origin), "Kong with the entries %q, origin %q", c.Origins, origin)
		}
	}
}

func TestFromPolicyNamesWhatKongCannotSay(t *testing.T) {
	for want, option := range map[string]cors.Option{
		`kong: origin_func: "func": Kong cannot call a function`:                                   cors.WithOriginFunc(func(*http.Request, string) bool { return true }),
		`kong: methods: "QUERY": Kong knows no methods but GET, HEAD`:                              cors.WithMethods("GET", "QUERY"),
		`kong: methods: "*": Kong knows no methods but GET, HEAD`:                                  cors.WithMethods("*"),
		`kong: preflight_status: "202": Kong answers preflights with 200`:                          cors.WithPreflightStatus(202),
		`kong: origin_regexps: "(?x) https://a # a": it has a comment after #`:                     cors.WithOriginRegexps(`(?x) https://a # a`),
		`kong: host_regexps: "(?x) a # a": it has a comment after #`:                               cors.WithHostRegexps(`(?x) a # a`),
		`kong: host_regexps: "(?:a|(b))\\1"`:                                                       cors.WithHostRegexps(`(?:a|(b))\1`),
		`kong: host_regexps: "(a)\\1|b": it has back-references`:                                   cors.WithHostRegexps(`(a)\1|b`),
		`kong: host_regexps: "(?<n>a)(?:b)(?P=n)": it has back-references`:                         cors.WithHostRegexps(`(?<n>a)(?:b)(?P=n)`),
		`kong: origin_regexps: "https://\u00e9?a\\.example": it has a character that is not ASCII`: cors.WithOriginRegexps(`https://é?a\.example`),
		`kong: host_regexps: "[[:punct:]]": it has [:punct:]`:                                      cors.WithHostRegexps(`[[:punct:]]`),
		`kong: origins: "https://[2001:db8::1]:8443": an IPv6 address loses its brackets in Kong`:  cors.WithOrigins("https://[2001:db8::1]:8443"),
		`kong: host_regexps: "\\Q[::1]\\E": it quotes a ":" with \Q`:                               cors.WithHostRegexps(`\Q[::1]\E`),
	} {
		p, err := cors.New(option, everyDanger)
		require.NoError(t, err, want)
		c, err := kong.FromPolicy(p)
		require.ErrorContains(t, err, want)
		assert.Zero(t, c)
	}

	for _, p := range []*cors.Policy{nil, {}} {
		_, err := kong.FromPolicy(p)
		require.ErrorContains(t, err, "the policy allows no origin")
	}

	p, err := cors.New(cors.WithHostRegexps(`[[:punct:]]`), cors.WithOriginFunc(func(*http.Request, string) bool { return true }),
		cors.WithMethods("FOO", "BAR"), cors.WithPreflightStatus(299))
	require.NoError(t, err)
	_, err = kong.FromPolicy(p)
	for _, want := range []string{"punct", "origin_func", "FOO", "BAR", "299"} {
		require.ErrorContains(t, err, want)
	}
}

func TestFromPolicyWritesEachSetting(t *testing.T) {
	standard := []string{"GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"}
	for _, row := range []struct {
		options []cors.Option
		want    kong.Config
	}{
		{nil, kong.Config{Origins: []string{"*"}, Methods: standard}},
		{[]cors.Option{cors.WithMethods(), cors.WithHeaders(), cors.WithExposedHeaders()}, kong.Config{Origins: []string{"*"}, Methods: []string{}, Headers: []string{"Origin"}}},
		{[]cors.Option{cors.WithHeaders("*", "Authorization")}, kong.Config{Origins: []string{"*"}, Methods: standard, Headers: []string{"*", "Authorization"}}},
		{[]cors.Option{cors.WithHeaders("*"), cors.WithCredentials()}, kong.Config{Origins: []string{"*"}, Methods: standard, Credentials: true}},
		{[]cors.Option{
			cors.WithMethods("OPTIONS", "PUT"), cors.WithHeaders("X-A"), cors.WithExposedHeaders("*"), cors.WithMaxAge(0),
			cors.WithPreflightContinue(), cors.WithPrivateNetwork(), cors.WithPreflightStatus(200),
		}, kong.Config{
			Origins: []string{"*"}, Methods: []string{"OPTIONS", "PUT"}, Headers: []string{"X-A"}, ExposedHeaders: []string{"*"}, MaxAge: seconds(0),
			PreflightContinue: true, PrivateNetwork: true,
		}},
		{[]cors.Option{cors.WithPreflightStatus(204)}, kong.Config{Origins: []string{"*"}, Methods: standard}},
	} {
		_, c := export(t, row.options...)
		assert.Equal(t, row.want, c)
	}
	_, c := export(t)
	c.Methods[0] = "changed"
	_, c = export(t)
	assert.Equal(t, standard, c.Methods)
}

func TestWildcardsKeepTheirSafetyUnderCredentials(t *testing.T) {
	p := cors.MustNew(cors.WithOrigins("https://*.example.com", "https://*.example.org:*", "http://localhost:*", "https://foo_bar.test"), cors.WithCredentials())
	c, err := kong.FromPolicy(p)
	require.NoError(t, err)
	back := policyOf(t, c) // without a Danger
	assert.Empty(t, back.Warnings())
}

func TestAPolicyThatComesBackIsToABrowserThePolicyThatWent(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	some := func(of ...string) []string {
		random.Shuffle(len(of), func(i, j int) { of[i], of[j] = of[j], of[i] })
		return of[:random.IntN(min(4, len(of)+1))]
	}
	maybe := func() bool { return random.IntN(3) == 0 }
	headers := func() []string { return some("X-A", "X-B", "Authorization", "Content-Type", "*", "Accept") }

	for range 150 {
		var options []cors.Option
		origins := some("https://foo.test", "http://foo.test:8000", "https://*.example.com", "https://*.example.com:*", "http://localhost:*", "https://*",
			"https://foo_bar.test", "null", "web+app://foo.test", "capacitor://localhost", "https://*.bar.test:1234", "https://*.github.io")
		regexps := some(`https://.*\.example\.com`, `.*`, `http://a|https://b`, `https://foo.test`, `.*\.example\.com(?::\d+)?`, `(?i)HTTPS://FOO\.TEST`, `https://(?!foo).*\.test`)
		hosts := some(`foo\.test`, `foo.test`, `(?:foo|bar)\.test`, `foo\.test|bar\.test`, `\[::1\]`, `[[:alpha:]]+\.test`, `([a-z])\1*\.b.*`)
		if len(origins) > 0 {
			options = append(options, cors.WithOrigins(origins...))
		}
		if len(regexps) > 0 && maybe() {
			options = append(options, cors.WithOriginRegexps(regexps...))
		}
		if len(hosts) > 0 && maybe() {
			options = append(options, cors.WithHostRegexps(hosts...))
		}
		if maybe() {
			options = append(options, cors.WithMethods(some("GET", "PUT", "DELETE", "PATCH", "OPTIONS", "POST")...))
		}
		if !maybe() {
			options = append(options, cors.WithHeaders(headers()...))
		}
		if maybe() {
			options = append(options, cors.WithMaxAge(0))
		}
		if maybe() {
			options = append(options, cors.WithPrivateNetwork())
		}
		if random.IntN(9) == 0 {
			options = append(options, cors.WithPreflightContinue())
		}
		if maybe() {
			options = append(options, cors.WithPreflightStatus(200))
		}
		if maybe() {
			options = append(options, cors.WithCredentials(), cors.WithExposedHeaders(some("X-Auth-Token", "X-Other")...))
		} else {
			options = append(options, cors.WithExposedHeaders(some("X-Auth-Token", "X-Other", "*")...))
		}

		p, c := export(t, options...)
		for _, text := range [][]byte{asJSON(t, c), asYAML(t, c), nil} {
			var again kong.Config
			var err error
			switch {
			case text != nil:
				again, err = kong.Parse(text)
			case len(c.Methods) == 0: // which a form cannot say
				continue
			default:
				again, err = kong.ParseForm(asForm(c))
			}
			require.NoError(t, err, "%s", text)
			require.Equal(t, c, again, "%s", text)
		}
		back := policyOf(t, c, everyDanger)

		for range 20 {
			all := slices.Concat(browserOrigins, ipv6Origins)
			origin := all[random.IntN(len(all))]
			r := corstest.Request{
				Method: []string{"GET", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"}[random.IntN(6)], URL: "https://api.test/",
				Header: http.Header{}, Credentials: maybe(),
			}
			for _, name := range some("X-A", "X-B", "X-C", "Authorization") {
				r.Header.Set(name, "1")
			}
			require.Equal(t, seen(t, p, origin, r), seen(t, back, origin, r), "policy %+v\nconfiguration %s\norigin %s, request %+v", p.Config(), asJSON(t, c), origin, r)
		}
	}
}

// seen says all that a page of the origin can find out about a policy by sending r, twice.
func seen(t *testing.T, p *cors.Policy, origin string, r corstest.Request) string {
	t.Helper()
	page := corstest.NewPage(origin, p.Handler(next))
	var out strings.Builder
	for range 2 {
		resp, err := page.Fetch(r)
		if err != nil {
			fmt.Fprintf(&out, "%T ", err)
			continue
		}
		fmt.Fprintf(&out, "%d %v %v ", resp.Status, resp.Header, resp.Preflighted)
	}
	h := preflight(p, origin)
	fmt.Fprintf(&out, "%q %q", h["Access-Control-Max-Age"], h["Access-Control-Allow-Private-Network"])
	return out.String()
}

func asJSON(t *testing.T, c kong.Config) []byte {
	text, err := json.Marshal(c)
	require.NoError(t, err)
	return text
}

func asYAML(t *testing.T, c kong.Config) []byte {
	text, err := yaml.Marshal(map[string]any{"name": "cors", "config": c})
	require.NoError(t, err)
	return text
}

// asForm posts c.
func asForm(c kong.Config) url.Values {
	v := url.Values{"name": {"cors"}}
	for name, list := range map[string][]string{"origins": c.Origins, "methods": c.Methods, "headers": c.Headers, "exposed_headers": c.ExposedHeaders} {
		for i, entry := range list {
			v.Set(fmt.Sprintf("config.%s[%d]", name, i+1), entry)
		}
	}
	for name, on := range map[string]bool{"credentials": c.Credentials, "preflight_continue": c.PreflightContinue, "private_network": c.PrivateNetwork} {
		v.Set("config."+name, fmt.Sprint(on))
	}
	if c.MaxAge != nil {
		v.Set("config.max_age", fmt.Sprint(*c.MaxAge))
	}
	return v
}

// FuzzFromPolicy exports expressions that cors takes, and compares what comes back.
func FuzzFromPolicy(f *testing.F) {
	for _, expr := range []string{
		`foo\.test`, `foo.test`, `(?:a|b)\.test`, `a|b`, `(?i:A)`, `[[:alpha:]]+`, `[]:]`, `\Q:\E`, `\Qa`, `(?#:)a`, `(?x)a #`, `(a)\1`, `a\$`,
		`https://(?:a|b)(:\d+)?`, `\c:`, `\x3a`, `[\Q:\E]`, `(?n)(a)`, `(?x: a )`, `(?P<n>a)(?P=n)`, `[^:]+`, `[\:-:]+`, `a\:`, `a{2}:`, `(?<=a)b`, `^a$|^b$`, `\\$`, `.*`,
	} {
		f.Add(expr)
	}
	f.Fuzz(func(t *testing.T, expr string) {
		for _, option := range []cors.Option{cors.WithOriginRegexps(expr), cors.WithHostRegexps(expr)} {
			p, err := cors.New(option, everyDanger)
			if err != nil {
				continue
			}
			c, err := kong.FromPolicy(p)
			if err != nil {
				continue
			}
			options, err := c.Options()
			require.NoError(t, err, "%q", c.Origins)
			back, err := cors.New(append(options, everyDanger)...)
			if err != nil && len(expr) > 4000 {
				continue // at the limit of an expression's length
			}
			require.NoError(t, err, "%q", c.Origins)
			assert.Len(t, back.Config().OriginRegexps, len(p.Config().OriginRegexps), "%q", c.Origins)
			for _, origin := range slices.Concat(browserOrigins, ipv6Origins) {
				assert.Equal(t, p.AllowsOrigin(origin), back.AllowsOrigin(origin), "%q became %q, origin %q", expr, c.Origins, origin)
			}
		}
	})
}
