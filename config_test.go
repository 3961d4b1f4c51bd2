package cors_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/seed-12f469a5/cors"
)

func never(*http.Request, string) bool { return false }

func TestEveryProblemIsReported(t *testing.T) {
	type problem struct {
		field, value string
		code         cors.Code
		hint         string
	}
	for _, tc := range []struct {
		opts options
		want []problem
	}{
		{options{cors.WithOrigins()}, []problem{{"origins", "", cors.CodeEmpty, `"*"`}}},
		{options{cors.WithOriginRegexps()}, []problem{{"origin_regexps", "", cors.CodeEmpty, `WithOrigins("*")`}}},
		{options{cors.WithHostRegexps()}, []problem{{"host_regexps", "", cors.CodeEmpty, `"*"`}}},
		{options{cors.WithOrigins(), cors.WithHostRegexps(`a\.example`)}, []problem{{"origins", "", cors.CodeEmpty, "leave it out"}}},
		{options{cors.WithHostRegexps(), cors.WithOriginFunc(never)}, []problem{{"host_regexps", "", cors.CodeEmpty, "leave it out"}}},
		{options{cors.WithOriginFunc(nil)}, []problem{{"origin_func", "nil", cors.CodeEmpty, "nil"}}},
		{options{cors.WithOriginFunc(nil), cors.WithCredentials()}, []problem{{"origin_func", "nil", cors.CodeEmpty, "nil"}}},
		{options{nil}, []problem{{"options", "nil", cors.CodeEmpty, "remove it"}}},
		{options{nil, cors.WithCredentials()}, []problem{{"options", "nil", cors.CodeEmpty, "remove it"}}},
		{options{cors.WithOrigins("example.com", "https://b.example/x")}, []problem{
			{"origins", "example.com", cors.CodeOriginSyntax, `"https://example.com"`},
			{"origins", "https://b.example/x", cors.CodeOriginSyntax, `"https://b.example"`}}},
		{options{cors.WithOrigins("https://a*.example")}, []problem{{"origins", "https://a*.example", cors.CodeOriginWildcard, "WithOriginRegexps"}}},
		{options{cors.WithOrigins("file:///")}, []problem{{"origins", "file:///", cors.CodeOriginOpaque, "null"}}},
		{options{cors.WithOrigins("null")}, []problem{{"origins", "null", cors.CodeNullOrigin, "Dangerously(NullOrigin)"}}},
		{options{cors.WithOrigins("*", "https://a.example")}, []problem{{"origins", "https://a.example", cors.CodeAnyOriginBeside, "remove one"}}},
		{options{cors.WithOrigins("*", "a.example"), cors.WithOriginRegexps("(")}, []problem{
			{"origins", "a.example", cors.CodeAnyOriginBeside, "remove one"}, {"origin_regexps", "(", cors.CodeAnyOriginBeside, "remove one"},
			{"origins", "a.example", cors.CodeOriginSyntax, "https://a.example"}, {"origin_regexps", "(", cors.CodeRegexpSyntax, ""}}},
		{options{cors.WithOrigins("*"), cors.WithOriginRegexps("a"), cors.WithHostRegexps("b"), cors.WithOriginFunc(never)}, []problem{
			{"origin_regexps", "a", cors.CodeAnyOriginBeside, "remove one"},
			{"host_regexps", "b", cors.CodeAnyOriginBeside, "remove one"},
			{"origin_func", "func", cors.CodeAnyOriginBeside, "remove one"}}},
		{options{cors.WithOriginRegexps("")}, []problem{{"origin_regexps", "", cors.CodeEmpty, "remove it"}}},
		{options{cors.WithOriginRegexps("(a"), cors.WithHostRegexps("a)|(?:b")}, []problem{
			{"origin_regexps", "(a", cors.CodeRegexpSyntax, `")"`},
			{"host_regexps", "a)|(?:b", cors.CodeRegexpSyntax, `")"`}}},
		{options{cors.WithOriginRegexps(`\h`)}, []problem{{"origin_regexps", `\h`, cors.CodeRegexpUnsupported, `\h`}}},
		{options{cors.WithOriginRegexps(strings.Repeat("a", 10_000))}, []problem{{"origin_regexps", strings.Repeat("a", 10_000), cors.CodeRegexpTooLarge, "4096"}}},
		{options{cors.WithOriginRegexps("*", "*.a.example", "*("), cors.WithHostRegexps("*.a.example")}, []problem{
			{"origin_regexps", "*", cors.CodeRegexpSyntax, `as a wildcard it belongs to WithOrigins: write "*" there`},
			{"origin_regexps", "*.a.example", cors.CodeRegexpSyntax, `as a wildcard it belongs to WithOrigins: write "https://*.a.example" there`},
			{"origin_regexps", "*(", cors.CodeRegexpSyntax, "nothing to repeat"},
			{"host_regexps", "*.a.example", cors.CodeRegexpSyntax, `write "https://*.a.example" there`}}},
		{options{cors.WithHostRegexps(`(a+)+\1`)}, []problem{{"host_regexps", `(a+)+\1`, cors.CodeRegexpExplosive, "exponential"}}},
		{options{cors.WithMethods("get", "patch", "Options", "TRACE", "track", "CONNECT", "A B", "GET, PUT", "")}, []problem{
			{"methods", "get", cors.CodeMethodCase, `"GET"`},
			{"methods", "patch", cors.CodeMethodCase, `"PATCH"`},
			{"methods", "Options", cors.CodeMethodCase, `"OPTIONS"`},
			{"methods", "TRACE", cors.CodeMethodForbidden, "remove it"},
			{"methods", "track", cors.CodeMethodForbidden, "remove it"},
			{"methods", "CONNECT", cors.CodeMethodForbidden, "remove it"},
			{"methods", "A B", cors.CodeMethodSyntax, `element of its own: "A", "B"`},
			{"methods", "GET, PUT", cors.CodeMethodSyntax, `element of its own: "GET", "PUT"`},
			{"methods", "", cors.CodeMethodSyntax, "the entry is empty"}}},
		{options{cors.WithHeaders("cookie", "Sec-X", "Proxy-X", "Origin", "x y", "a,b", " x", "")}, []problem{
			{"headers", "cookie", cors.CodeHeaderForbidden, "remove it"},
			{"headers", "Sec-X", cors.CodeHeaderForbidden, "remove it"},
			{"headers", "Proxy-X", cors.CodeHeaderForbidden, "remove it"},
			{"headers", "Origin", cors.CodeHeaderForbidden, "remove it"},
			{"headers", "x y", cors.CodeHeaderSyntax, `element of its own: "x", "y", or write "x-y"`},
			{"headers", "a,b", cors.CodeHeaderSyntax, `element of its own: "a", "b"`},
			{"headers", " x", cors.CodeHeaderSyntax, `write "x", without white space`},
			{"headers", "", cors.CodeHeaderSyntax, "the entry is empty"}}},
		{options{cors.WithExposedHeaders("Set-Cookie", "set-cookie2", "x:y", "")}, []problem{
			{"exposed_headers", "Set-Cookie", cors.CodeHeaderForbidden, "remove it"},
			{"exposed_headers", "set-cookie2", cors.CodeHeaderForbidden, "remove it"},
			{"exposed_headers", "x:y", cors.CodeHeaderSyntax, `write the name alone, "x"`},
			{"exposed_headers", "", cors.CodeHeaderSyntax, "the entry is empty"}}},
		{options{cors.WithOrigins("https://a.example"), cors.WithExposedHeaders("*"), cors.WithCredentials()},
			[]problem{{"exposed_headers", "*", cors.CodeExposedWildcard, "name each"}}},
		{options{cors.WithMaxAge(-time.Second)}, []problem{{"max_age", "-1", cors.CodeMaxAge, "write 0"}}},
		{options{cors.WithMaxAge(-1)}, []problem{{"max_age", "-1ns", cors.CodeMaxAge, "write 0"}}},
		{options{cors.WithMaxAge(-1500 * time.Millisecond)}, []problem{{"max_age", "-1.5s", cors.CodeMaxAge, "write 0"}}},
		{options{cors.WithMaxAge(1), cors.WithCredentials()}, []problem{
			{"max_age", "1ns", cors.CodeMaxAge, "write 1*time.Second"},
			{"origins", "*", cors.CodeAnyOrigin, "no origins are named"}}},
		{options{cors.WithMaxAge(1), cors.WithMaxAge(2), cors.WithPreflightStatus(0), cors.WithPreflightStatus(200)}, []problem{
			{"max_age", "2ns", cors.CodeMaxAge, "write 2*time.Second"}}},
		{options{cors.WithMaxAge(600)}, []problem{{"max_age", "600ns", cors.CodeMaxAge, "write 600*time.Second"}}},
		{options{cors.WithMaxAge(1400 * time.Millisecond)}, []problem{{"max_age", "1.4s", cors.CodeMaxAge, "write 1*time.Second"}}},
		{options{cors.WithMaxAge(400 * time.Millisecond)}, []problem{{"max_age", "400ms", cors.CodeMaxAge, "write 1*time.Second"}}},
		{options{cors.WithMaxAge(3600_000)}, []problem{{"max_age", "3.6ms", cors.CodeMaxAge, "write 1*time.Second"}}},
		{options{cors.WithPreflightStatus(0)}, []problem{{"preflight_status", "0", cors.CodePreflightStatus, "204"}}},
		{options{cors.WithPreflightStatus(199)}, []problem{{"preflight_status", "199", cors.CodePreflightStatus, "204"}}},
		{options{cors.WithPreflightStatus(300)}, []problem{{"preflight_status", "300", cors.CodePreflightStatus, "204"}}},
		{options{cors.Dangerously(0, 200)}, []problem{
			{"dangerously", "0", cors.CodeDanger, "loose_regexps"},
			{"dangerously", "200", cors.CodeDanger, "loose_regexps"}}},
		{options{cors.WithOrigins("a"), cors.WithMethods("get"), cors.WithHeaders("Host"), cors.WithPreflightStatus(404)}, []problem{
			{"origins", "a", cors.CodeOriginSyntax, ""},
			{"methods", "get", cors.CodeMethodCase, ""},
			{"headers", "Host", cors.CodeHeaderForbidden, ""},
			{"preflight_status", "404", cors.CodePreflightStatus, ""}}},
	} {
		p, err := cors.New(tc.opts...)
		assert.Nil(t, p)
		got := slices.Collect(cors.ConfigErrors(fmt.Errorf("wrapped: %w", err)))
		if !assert.Len(t, got, len(tc.want), "%v", err) {
			continue
		}
		for i, want := range tc.want {
			assert.Equal(t, want, problem{got[i].Field, got[i].Value, got[i].Code, want.hint})
			assert.Contains(t, got[i].Hint, want.hint)
			text := got[i].Error()
			for _, part := range []string{got[i].Field, got[i].Value, string(got[i].Code), got[i].Hint} {
				assert.Contains(t, text, part)
			}
		}
		var one *cors.ConfigError
		assert.True(t, errors.As(err, &one))
		assert.PanicsWithValue(t, err.Error(), func() { cors.MustNew(tc.opts...) })
	}
	assert.Empty(t, slices.Collect(cors.ConfigErrors(nil)))
	assert.Empty(t, slices.Collect(cors.ConfigErrors(errors.New("other"))))
	for range cors.ConfigErrors(errors.Join(&cors.ConfigError{}, &cors.ConfigError{})) {
		break
	}
}

// Values are shown as they are written, as far as a terminal shows them as they are.
func TestValuesAreQuoted(t *testing.T) {
	_, err := cors.New(cors.WithOriginRegexps("(?\nx)"))
	assert.EqualError(t, err, `cors: origin_regexps: "(?\nx)": (?\nx) is not a group that PCRE knows (regexp_syntax)`)
	for value, want := range map[string]string{
		"":            `""`,
		"example.com": `"example.com"`,
		`a\.b`:        "`a\\.b`",
		`"null"`:      "`\"null\"`",
		"a`\\b":       "\"a`\\\\b\"",
		"a\n\\":       `"a\n\\"`,
		"\u202e\\":    `"\u202e\\"`,
		"\xff\\":      `"\xff\\"`,
		"\u00e9\\":    "`\u00e9\\`",
	} {
		assert.Equal(t, "cors: f: "+want+": hint (code)", (&cors.ConfigError{Field: "f", Value: value, Code: "code", Hint: "hint"}).Error())
		assert.Equal(t, "cors: f: "+want+": hint (code)", cors.Warning{Field: "f", Value: value, Code: "code", Hint: "hint"}.String())
	}
}

// Hints and failures take time as well, and are bounded like the rest.
func TestManyMistakes(t *testing.T) {
	origins := make([]string, 100)
	for i := range origins {
		origins[i] = fmt.Sprintf("https://pr-%d-*.example.com", i)
	}
	_, err := cors.New(cors.WithOrigins(origins...))
	own := 0
	for e := range cors.ConfigErrors(err) {
		if strings.Contains(e.Hint, "WithOriginRegexps(`https://pr-"+strings.Split(e.Value, "-")[1]+"-") {
			own++
		} else {
			assert.Contains(t, e.Hint, "an expression such as")
		}
	}
	assert.Equal(t, 16, own)
	assert.Len(t, slices.Collect(cors.ConfigErrors(err)), 100)

	many := make([]string, 1200)
	for i := range many {
		many[i] = fmt.Sprintf(`https://%d(aa|bb|ab|ba)*\.{3}`, i) // small, but with many ends
	}
	_, err = cors.New(cors.WithOriginRegexps(many...))
	assert.ErrorContains(t, err, "together with those before it, it is too much")

	for i := range many {
		many[i] = fmt.Sprintf(`https://(x%d`, i)
	}
	_, err = cors.New(cors.WithOriginRegexps(append(many, `https://.*`)...), cors.WithCredentials())
	assert.Len(t, slices.Collect(cors.ConfigErrors(err)), 1201, "errors of syntax take no time")

	exprs := make([]string, 1000)
	for i := range exprs {
		exprs[i] = fmt.Sprintf(`%d(a+)+\1`, i)
	}
	_, err = cors.New(cors.WithOriginRegexps(append(exprs, "(")...))
	problems := slices.Collect(cors.ConfigErrors(err))
	assert.Less(t, len(problems), 30)
	assert.Equal(t, cors.CodeRegexpSyntax, problems[len(problems)-1].Code, "what costs little is still checked")
}

// Every refused combination is an error that names one danger, which alone lets it through, and without credentials it is
// a warning.
func TestRisks(t *testing.T) {
	dangers := []cors.Danger{cors.AnyOriginWithCredentials, cors.InsecureOrigins, cors.PublicSuffixes, cors.NullOrigin, cors.LooseRegexps}
	goNames := map[cors.Danger]string{
		cors.AnyOriginWithCredentials: "AnyOriginWithCredentials", cors.InsecureOrigins: "InsecureOrigins",
		cors.PublicSuffixes: "PublicSuffixes", cors.NullOrigin: "NullOrigin", cors.LooseRegexps: "LooseRegexps",
	}
	origins := func(o ...string) cors.Option { return cors.WithOrigins(o...) }
	re := func(e ...string) cors.Option { return cors.WithOriginRegexps(e...) }
	host := func(e ...string) cors.Option { return cors.WithHostRegexps(e...) }
	for _, tc := range []struct {
		name   string
		opt    cors.Option
		danger cors.Danger
		code   cors.Code
	}{
		{"nothing set", func(*cors.Config) {}, cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"*", origins("*"), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"https://*", origins("https://*"), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"https://*:*", origins("https://*:*"), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"http://*", origins("http://*"), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"http", origins("http://a.example"), cors.InsecureOrigins, cors.CodeInsecureOrigin},
		{"http wildcard", origins("http://*.a.example"), cors.InsecureOrigins, cors.CodeInsecureOrigin},
		{"http private address", origins("http://192.168.0.1"), cors.InsecureOrigins, cors.CodeInsecureOrigin},
		{"*.com", origins("https://*.com"), cors.PublicSuffixes, cors.CodePublicSuffix},
		{"*.co.uk", origins("https://*.co.uk:8443"), cors.PublicSuffixes, cors.CodePublicSuffix},
		{"*.github.io", origins("https://*.github.io"), cors.PublicSuffixes, cors.CodePublicSuffix},
		{"*.kawasaki.jp", origins("https://*.kawasaki.jp"), cors.PublicSuffixes, cors.CodePublicSuffix},
		{"*.compute.amazonaws.com", origins("https://*.compute.amazonaws.com"), cors.PublicSuffixes, cors.CodePublicSuffix},
		{"*.s3.amazonaws.com", origins("https://*.s3.amazonaws.com"), cors.PublicSuffixes, cors.CodePublicSuffix},
		{"*.amazonaws.com", origins("https://*.amazonaws.com"), cors.PublicSuffixes, cors.CodePublicSuffix},
		{"*.eu-west-1.amazonaws.com", origins("https://*.eu-west-1.amazonaws.com"), cors.PublicSuffixes, cors.CodePublicSuffix},
		{"a region of Azure", origins("https://*.z13.web.core.windows.net"), cors.PublicSuffixes, cors.CodePublicSuffix},
		{"a region of DigitalOcean", origins("https://*.nyc3.cdn.digitaloceanspaces.com"), cors.PublicSuffixes, cors.CodePublicSuffix},
		{"buckets", origins("https://*.storage.googleapis.com"), cors.PublicSuffixes, cors.CodePublicSuffix},
		{"*.github.io.", origins("https://*.github.io."), cors.PublicSuffixes, cors.CodePublicSuffix},
		{".*", re(`.*`), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"any https host", re(`https://.*`), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"any https host, by class", re(`https://[a-z0-9.-]+(:\d+)?`), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"any subdomain of com", re(`https://[a-z]+\.com`), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"any subdomain of github.io", re(`https://[a-z-]+\.github\.io`), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"any subdomain of kawasaki.jp", re(`https://[a-z]+\.kawasaki\.jp`), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"any subdomain of s3.amazonaws.com", re(`https://([a-z0-9-]+\.)+s3\.amazonaws\.com`), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"any subdomain of amazonaws.com", re(`https://[a-z0-9.-]+\.amazonaws\.com`), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"a bucket anywhere below amazonaws.com", re(`https://mine\.s3\.[a-z0-9-]+\.amazonaws\.com`), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"no dot before the domain", re(`https://.*example\.com`), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"a hyphen before the domain", re(`https://[a-z]+-example\.com`), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"an unescaped dot after .*", re(`https://.*.example\.com`), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"any number of characters after a letter", re(`https://a.*example\.com`), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"an unescaped dot that may begin the host", re(`https://(w)?.example\.com`), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"any top-level domain", re(`https://example\.[a-z]+`), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"open at the end", re(`https://example\.com.*`), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"a name in a region of Azure", re(`https://myapp-[a-z0-9]+\.eastus-01\.azurewebsites\.net`), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"a number in a name on shared hosting", re(`https://myapp-pr-[1-9]\.onrender\.com`), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"a class in a name on shared hosting", re(`https://my[ab]app\.gitpod\.io`), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"a number in the domain", re(`https://example\d\.com`), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"a word over nine letters", re(`https://[a-i]{3}\.com`), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"a bucket in one of some regions", re(`https://[a-z0-9-]+\.s3\.eu-west-[1-3]\.amazonaws\.com`), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"a bucket in S3 or elsewhere", re(`https://.*\.(www|s3)\.amazonaws\.com`), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"an end of S3's name", re(`https://.*s3\.amazonaws\.com`), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"behind a look-ahead", re(`https://(?!evil).*`), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"an alternative", re(`https://a\.example\.com|https://.*`), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"by back-reference", re(`https://(\w+)\.\1`), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"any IPv6 address", re(`https://\[[0-9a-f:]+\]`), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"dots at the end", re(`https://.*\.com\.\.\.`), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"any host", host(`.*`), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"host of any subdomain of com", host(`\w+\.com`), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"three letters, each of three", re(`https://[abc][abc][abc]example\.com`), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"both schemes", re(`https?://([a-z]+\.)*example\.com`), cors.InsecureOrigins, cors.CodeInsecureOrigin},
		{"any scheme", re(`[a-z]+://example\.com`), cors.InsecureOrigins, cors.CodeInsecureOrigin},
		{"an http alternative", re(`(https://a|http://b)\.example\.com`), cors.InsecureOrigins, cors.CodeInsecureOrigin},
		{"host", host(`(.*\.)?example\.com`), cors.InsecureOrigins, cors.CodeInsecureOrigin},
		{"private addresses", re(`http://192\.168\.\d+\.\d+(:\d+)?`), cors.InsecureOrigins, cors.CodeInsecureOrigin},
		{"private addresses and loopback", re(`^https?://(localhost|127\.0\.0\.1|10\.[0-9.]+|172\.(1[6-9]|2\d|3[01])\.\d{1,3}\.\d{1,3})(:[0-9]{1,5})?$`), cors.InsecureOrigins, cors.CodeInsecureOrigin},
		{"private addresses, of hosts", host(`169\.254\.\d+\.\d+`), cors.InsecureOrigins, cors.CodeInsecureOrigin},
		{"addresses", re(`https://203\.0\.113\.\d+`), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"addresses, of which some are private", re(`https://1[01]\.\d+\.\d+\.\d+`), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"addresses beyond the private ones", re(`https://172\.\d+\.\d+\.\d+`), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"names that begin as private addresses", re(`https://192\.168\.[a-z0-9.]+`), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"names that begin as private addresses, or those", re(`https://10\.\d+\.\d+\.\d+(\.[a-z]+)?`), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"a dot of a private address that is not escaped", re(`https://10.\d+\.\d+\.\d+`), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"an octet that is not private", re(`https://11(\.(25[0-5]|2[0-4]\d|[01]?\d\d?)){3}`), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"a name that ends in a digit, beside private addresses", re(`https://(a[a-z]+1|192\.168\.\d+\.\d+)`), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"a digit before a private address", re(`https://\d?10\.\d+\.\d+\.\d+`), cors.AnyOriginWithCredentials, cors.CodeAnyOrigin},
		{"loose dot", re(`https://www.example\.com`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"loose dot before the top-level domain", re(`https://(a|b)\.example.com`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"loose dot between groups", re(`https://(www|api).(example)\.com`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"loose dot at the end of a group", re(`https://(www.)?example\.com`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"loose dot at the end of a group, written otherwise", re(`https://(?:(?:www|api).|)(example)\.com`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"loose dot at the beginning of a group", re(`https://(a|bc)(.x|.y)?.example\.com`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"no dot behind either alternative", re(`https://(www|admin)example\.com`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"no dot behind an alternative that may be missing", re(`https://(cdn|static)?example\.com`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"no dot behind one of two names", re(`https://(shop|portal)example\.com`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"no dot behind www", re(`https://wwwexample\.com`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"no dot behind www and a number", re(`https://www[1-3]?example\.com`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"a dot that may be missing", re(`https://(www\.?)?example\.com`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"a dot that may be missing, outside the group", re(`https://(?:api|app)?\.?example\.com`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"a dot or a hyphen", re(`https://app[.-]example\.co\.uk(:\d+)?`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"a dot that may be missing above a shared domain", re(`https://(www\.?)?mine\.github\.io`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"a dot that may be missing before a public suffix", re(`https://example\.?co\.uk`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"a dot or a hyphen before a public suffix", re(`https://mine[.-]github\.io`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"a dot that may be missing with what is before it", re(`https://app(-[a-z0-9]+\.)?example\.com`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"a label that may be missing with its dots", re(`https://app(\.staging\.)?example\.com`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"a label of two hosts that may be missing with its dots", re(`https://(www|api)(\.eu\.)?example\.com`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"any label that may be missing with its dot", re(`https://www([^.]+\.)*example\.com`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"a dot that an alternative lacks", re(`https://(www|api\.)example\.com`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"a dot that an alternative lacks beside any label", re(`https://(www|[a-z0-9-]+\.)?example\.com`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"a dot that all alternatives but one lack", re(`https://(app|app-[a-z0-9]+\.)example\.co\.uk`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"a dot that an alternative lacks behind a label", re(`https://(www\.)?(staging|dev\.)?example\.com`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"a dot that an alternative lacks behind any label", re(`https://([a-z0-9-]+\.)?(staging|dev\.)?example\.com`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"a dot that an alternative lacks behind anything", re(`https://(.+\.)?(www|app\.)example\.com`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"a dot that an alternative lacks beside a group", re(`https://(www\.)?((dev|qa)\.|staging)?example\.com`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"a dot that one of three alternatives lacks", re(`https://(eu\.|us\.)?(dev\.|qa\.|staging)?example\.com`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"a dot that an alternative lacks above a shared domain", re(`https://(www\.)?(dev\.|qa\.|staging)mine\.github\.io`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"a dot that an alternative lacks before a hyphen that may be there", re(`https://(www\.)?(staging-?|dev\.)?example\.com`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"a dot that an alternative of an alternative lacks", re(`https://(www\.)?(dev\.|(staging|x-))?example\.com`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"a dot that an alternative lacks beside others", re(`https://(www\.)?(?:(dev\.|x-)|staging)?example\.com`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"a dot that an alternative lacks before what may be missing", re(`https://(www\.)?(dev\.|staging)(my)?shop\.com`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"a dot that an alternative may lack", re(`https://(www\.)?(dev\.|staging[12]?)?example\.com`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"a dot that an alternative in a repetition lacks", re(`https://(www\.)?(dev\.|staging){0,2}example\.com`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"a letter or a dot, and an optional dot", re(`https://[a.]\.?example\.com`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"a word without its dot", re(`https://(www)?example\.com`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"words without their dots", re(`^https://(www|api|)example\.co\.uk$`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"a word without its dot behind any label", re(`https://(.*\.)?(www)?example\.com`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"a word without its dot, in capitals", re(`(?i)https://(API)?example\.com`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"a word without its dot, spelt otherwise", re(`https://(a[p]i|)example\.com`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"a word before another", re(`https://(qa|)app\.com`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"a letter that is repeated", re(`https://w{0,3}example\.com`), cors.LooseRegexps, cors.CodeLooseRegexp},
		{"loose dot, backtracking", re(`https://(?!x)www.example\.com`), cors.LooseRegexps, cors.CodeLooseRegexp},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := cors.New(tc.opt, cors.WithCredentials())
			got := slices.Collect(cors.ConfigErrors(err))
			require.Len(t, got, 1, "%v", err)
			assert.Equal(t, tc.code, got[0].Code)
			assert.Contains(t, got[0].Hint, "Dangerously("+goNames[tc.danger]+")")
			for _, d := range dangers {
				p, err := cors.New(tc.opt, cors.WithCredentials(), cors.Dangerously(d))
				assert.Equal(t, d == tc.danger, err == nil, "%v: %v", d, err)
				if err == nil {
					require.Len(t, p.Warnings(), 1)
					assert.Equal(t, tc.code, p.Warnings()[0].Code)
				}
			}
			p, err := cors.New(tc.opt)
			require.NoError(t, err)
			require.Len(t, p.Warnings(), 1)
			assert.Equal(t, tc.code, p.Warnings()[0].Code)
		})
	}
}

func TestTwoRisksOfOneExpression(t *testing.T) {
	_, err := cors.New(cors.WithOriginRegexps(`https?://(www\.?)?example\.com`), cors.WithCredentials())
	var codes []cors.Code
	for e := range cors.ConfigErrors(err) {
		codes = append(codes, e.Code)
	}
	assert.Equal(t, []cors.Code{cors.CodeLooseRegexp, cors.CodeInsecureOrigin}, codes)
	assert.ErrorContains(t, err, `the dot before "example.com" may be missing`)
}

// Whoever lets strangers in has nothing else to permit.
func TestStrangersNeedOneDanger(t *testing.T) {
	expr := cors.WithOriginRegexps(`https?://a.example\.[a-z]+`)
	_, err := cors.New(expr, cors.WithCredentials())
	var codes []cors.Code
	for e := range cors.ConfigErrors(err) {
		codes = append(codes, e.Code)
	}
	assert.Equal(t, []cors.Code{cors.CodeLooseRegexp, cors.CodeAnyOrigin}, codes)
	_, err = cors.New(expr, cors.WithCredentials(), cors.Dangerously(cors.AnyOriginWithCredentials))
	assert.NoError(t, err)
}

func TestNoRisk(t *testing.T) {
	for _, opt := range []cors.Option{
		cors.WithOrigins("https://a.example", "https://*.example.com", "https://*.a.github.io", "https://*.mine.s3.amazonaws.com", "https://*.example.co.uk:*", "capacitor://localhost", "https://[2001:db8::1]"),
		cors.WithOrigins("http://localhost", "http://localhost:*", "http://app.localhost:3000", "http://*.localhost:*", "http://127.0.0.1", "http://127.8.8.8:1", "http://[::1]:*", "https://*.localhost"),
		cors.WithOriginRegexps(`https://([a-z0-9-]+\.)*example\.com(:\d+)?`, `https://.+\.example\.co\.uk`, `https://pr-\d+\.a\.github\.io`, `https://mine\.s3\.(eu|us)-west-1\.amazonaws\.com`,
			`https://(?!admin\.)[a-z]+\.example\.com`, `^https://(www\.)?example\.(com|net|org)$`, `https://app[12]\.com`, `https://app[12]\.co\.uk`, `https://(dev|qa)-example\.com`, `https://(eu|us)[1-9]\.com`, `https://(\w+)\.\1\.example\.com`,
			`https://(www\.)?(dev-)?example\.com`, `https://([a-z0-9-]+\.)*(my-)?example\.com`, `https://((www|api)\.)?(my)?shop\.com`, `https://(.+\.)?(foo)?bar\.com`, `https://(my-|www\.)?example\.com`, `https://(.+\.)?(my-|www\.)?example\.com`,
			`https://((v1|v2\.)?api\.example\.com|(.*\.)?(my)?shop\.com)`, `https://((.*\.)?(myshop|shop)\.com|(dev\.|stg)?api\.example\.com)`,
			`https://(www\.)?(foobar|bar)\.com|https://(a|b\.)c\.example\.com`,
			`https://evil\.com`, `https://(app\.example\.com|attacker\.example|evil\.co\.uk:8443)`, `https://(beta|stage\.)?shop\.example\.com`, `https://app(\.|_)example\.com`, `https://(app)?shop\.example\.com`, `https://(app|app\.staging)\.example\.com`,
			`https://(www\.?)?a\.example\.com`, `https://((www|api)\.)?(shop|myshop)\.com`, `https://pr[.-]?\d+\.example\.com`, `https://(www[.-])?my\.example\.com`,
			`https://(?!evil.com).*\.example\.com`, `https://[a-z-]+\.example\.com(?<!bad.example.com)`, `https://myapp-(v1|v2)\.onrender\.com`, `https://(foo|bar)\.com`, `https://(my|our)company\.com`, `https://([a-z]+\.)?devmine\.com`, `https://www[12]\.com`,
			`https://w(?=.a)[a-z]+\.example\.com`, `https://[a-z0-9]*a\.example\.com`, `https://[a-z]+-app\.example\.com`,
			`(?i)HTTPS://EXAMPLE\.COM`, `http://(.*\.)?localhost(:\d+)?`, `http://127\.0\.0\.\d+(:\d+)?`, `https://(10\.\d+|192\.168)\.\d+\.\d+`,
			`https://10\.0\.0\.[0-9]{1,3}`, `https://192\.168(\.(25[0-5]|2[0-4]\d|[01]?\d\d?)){2}`, `https://(app1\.example\.com|10(\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3})`,
			`https://(www\.example\.com|127\.0\.0\.1|172\.31\.\d+\.\d+)`, `https?://127\.0\.0\.1:[0-9]+`, `[a-z]+://localhost`, `https://.*\.xn--bcher-kva\.example`,
			`https://example\.com:.*`, `http://127\.0\.0\.1:.*`, `https?://(localhost|127\.0\.0\.1)(:.*)?`, `https://203\.0\.113\.7:[^/]+`, `https://example\.com\.?`, `https://\[::1\]:\d+`, `https://(?>[a-z]+\.)++example\.com`, `https://.\.example\.com`, `(?x) https:// [a-z]+ \. example \. com # ours`),
		cors.WithHostRegexps(`localhost`, `.*\.localhost`, `127\.0\.0\.1`),
	} {
		for _, opts := range []options{{opt}, {opt, cors.WithCredentials()}} {
			p, err := cors.New(opts...)
			if assert.NoError(t, err) {
				assert.Empty(t, p.Warnings())
			}
		}
	}
}

func TestWarnings(t *testing.T) {
	own := cors.WithOrigins("https://a.example")
	for _, tc := range []struct {
		opts         options
		field, value string
		code         cors.Code
	}{
		{options{own, cors.WithMaxAge(600_000 * time.Second)}, "max_age", "600000", cors.CodeMaxAge},
		{options{own, cors.WithMaxAge(25 * time.Hour)}, "max_age", "90000", cors.CodeMaxAge},
		{options{own, cors.Dangerously(cors.InsecureOrigins)}, "dangerously", "insecure_origins", cors.CodeDanger},
		{options{cors.WithOrigins("null", "null"), cors.Dangerously(cors.NullOrigin)}, "origins", "null", cors.CodeNullOrigin},
		{options{cors.WithOriginFunc(func(*http.Request, string) bool { return true }), cors.Dangerously(cors.NullOrigin)}, "origin_func", "null", cors.CodeNullOrigin},
		{options{cors.WithOriginRegexps(`https://Example\.com`)}, "origin_regexps", `https://Example\.com`, cors.CodeRegexpDead},
		{options{cors.WithHostRegexps(`localhost|bücher`)}, "host_regexps", `localhost|bücher`, cors.CodeRegexpDead},
		{options{cors.WithOriginRegexps(`/https:\/\/a\.example/`)}, "origin_regexps", `/https:\/\/a\.example/`, cors.CodeRegexpDead},
		{options{cors.WithOriginRegexps(`a\.example`)}, "origin_regexps", `a\.example`, cors.CodeRegexpDead},
		{options{cors.WithHostRegexps(`https://app\.example\.com`)}, "host_regexps", `https://app\.example\.com`, cors.CodeRegexpDead},
		{options{cors.WithHostRegexps(`https://a\.example`)}, "host_regexps", `https://a\.example`, cors.CodeRegexpDead},
		{options{cors.WithOrigins("wss://a.example")}, "origins", "wss://a.example", cors.CodeIneffective},
		{options{own, cors.WithMethods("*", "PUT")}, "methods", "PUT", cors.CodeIneffective},
		{options{own, cors.WithHeaders("*", "X-A", "Authorization")}, "headers", "X-A", cors.CodeIneffective},
		{options{own, cors.WithHeaders("Access-Control-Allow-Origin")}, "headers", "Access-Control-Allow-Origin", cors.CodeIneffective},
		{options{own, cors.WithHeaders("*", "Authorization"), cors.WithCredentials()}, "headers", "Authorization", cors.CodeIneffective},
		{options{own, cors.WithExposedHeaders("*", "X-A")}, "exposed_headers", "*, X-A", cors.CodeIneffective},
		{options{own, cors.WithPreflightContinue(), cors.WithMethods("PUT")}, "methods", "PUT", cors.CodeIneffective},
		{options{own, cors.WithPreflightContinue(), cors.WithMaxAge(0)}, "max_age", "0", cors.CodeIneffective},
		{options{own, cors.WithPreflightExposedHeaders()}, "preflight_exposed_headers", "true", cors.CodeIneffective},
	} {
		p, err := cors.New(tc.opts...)
		if assert.NoError(t, err) && assert.Len(t, p.Warnings(), 1) {
			w := p.Warnings()[0]
			assert.Equal(t, []any{tc.field, tc.value, tc.code}, []any{w.Field, w.Value, w.Code})
			assert.NotEmpty(t, w.Hint)
			assert.Equal(t, w.Value == "600000", strings.Contains(w.Hint, "if milliseconds were meant, write 600"), w.Hint)
			assert.Contains(t, w.String(), w.Hint)
			p.Warnings()[0].Hint = "edited"
			assert.Equal(t, w, p.Warnings()[0])
		}
	}
}

func TestOptionsAddUp(t *testing.T) {
	p := cors.MustNew(
		cors.WithOrigins("https://a.example"), cors.WithOrigins("https://b.example", "https://A.example:443/"),
		cors.WithMethods("PUT"), cors.WithMethods("DELETE"), cors.WithHeaders("X-A"), cors.WithHeaders("X-B"),
		cors.WithExposedHeaders("X-C"), cors.WithExposedHeaders("X-D"), cors.WithMaxAge(1), cors.WithMaxAge(time.Minute),
	)
	age := 60
	assert.Equal(t, cors.Config{
		Origins: []string{"https://a.example", "https://b.example"}, Methods: []string{"PUT", "DELETE"}, Headers: []string{"X-A", "X-B"},
		ExposedHeaders: []string{"X-C", "X-D"}, MaxAge: &age,
	}, p.Config())

	q := cors.MustNew(cors.WithOrigins("bad"), cors.WithOriginFunc(nil), cors.WithCredentials(), cors.WithConfig(p.Config()), cors.WithMethods("PATCH"))
	assert.Equal(t, []string{"PUT", "DELETE", "PATCH"}, q.Config().Methods)
	assert.False(t, q.Config().Credentials, "WithConfig replaces what came before it")

	_, err := cors.New(cors.WithOriginFunc(nil), cors.WithOriginFunc(func(*http.Request, string) bool { return true }))
	assert.NoError(t, err, "the last one wins")
}

func TestNothingIsSharedWithTheCaller(t *testing.T) {
	origins, methods := []string{"https://a.example", ""}[:1], []string{"PUT"}
	age := 5
	opts := options{cors.WithOrigins(origins...), cors.WithConfig(cors.Config{Origins: origins, Methods: methods, MaxAge: &age}),
		cors.WithOrigins("https://b.example")}
	origins[0], methods[0], age = "https://evil.example", "DELETE", 6
	p, err := cors.New(opts...)
	require.NoError(t, err)
	assert.Equal(t, []string{"https://evil.example", ""}, origins[:2], "the caller's array was written to")
	for range 2 {
		c := p.Config()
		assert.Equal(t, []string{"https://a.example", "https://b.example"}, c.Origins)
		assert.Equal(t, []string{"PUT"}, c.Methods)
		assert.Equal(t, 5, *c.MaxAge)
		c.Origins[0], c.Methods[0], *c.MaxAge = "https://evil.example", "DELETE", 7
	}
	assert.False(t, p.AllowsOrigin("https://evil.example"))

	own := []string{"https://a.example"}
	opt := cors.WithOrigins(own...)
	own[0] = "https://evil.example"
	assert.Equal(t, []string{"https://a.example"}, cors.MustNew(opt).Config().Origins)
}

func TestConfigInJSONAndYAML(t *testing.T) {
	const text = `{"origins":["https://a.example"],"origin_regexps":["https://b\\.example"],"host_regexps":["localhost"],` +
		`"methods":["PUT"],"headers":[],"exposed_headers":["X-A"],"credentials":true,"max_age":3600,` +
		`"preflight_status":200,"preflight_exposed_headers":true,"private_network":true,"dangerously":["null_origin","insecure_origins"]}`
	var c cors.Config
	require.NoError(t, json.Unmarshal([]byte(text), &c))
	age := 3600
	assert.Equal(t, cors.Config{
		Origins: []string{"https://a.example"}, OriginRegexps: []string{`https://b\.example`}, HostRegexps: []string{"localhost"},
		Methods: []string{"PUT"}, Headers: []string{}, ExposedHeaders: []string{"X-A"}, Credentials: true, MaxAge: &age,
		PreflightStatus: 200, PreflightExposedHeaders: true, PrivateNetwork: true,
		Dangerously: []cors.Danger{cors.NullOrigin, cors.InsecureOrigins},
	}, c)
	out, err := json.Marshal(c)
	require.NoError(t, err)
	assert.JSONEq(t, text, string(out))

	c.PreflightContinue = true
	out, err = yaml.Marshal(c)
	require.NoError(t, err)
	var back cors.Config
	require.NoError(t, yaml.Unmarshal(out, &back))
	assert.Equal(t, c, back)

	out, err = json.Marshal(cors.Config{})
	require.NoError(t, err)
	assert.Equal(t, "{}", string(out))
	assert.ErrorContains(t, json.Unmarshal([]byte(`{"dangerously":["everything"]}`), &c), `"everything": it is not a danger`)
	assert.ErrorContains(t, yaml.Unmarshal([]byte(`dangerously: [everything]`), &c), `"everything": it is not a danger`)
	assert.ErrorContains(t, json.Unmarshal([]byte(`{"max_age":1e3}`), &c), `cors: max_age: "1e3": it is not a whole number; write a number of seconds, such as 600`)
	assert.ErrorContains(t, json.Unmarshal([]byte(`{"origins":["https://a.example"],"credentials":false,"origins":["*"]}`), &c), "cors: origins: `[\"*\"]`: it is given twice; remove one of them")
	c = cors.Config{}
	require.NoError(t, yaml.Unmarshal([]byte(`dangerously: [InsecureOrigins, null_origin]`), &c)) // as the hints of errors have them
	assert.Equal(t, []cors.Danger{cors.InsecureOrigins, cors.NullOrigin}, c.Dangerously)
	assert.Error(t, json.Unmarshal([]byte(`{"max_age":1.5}`), &c))
	assert.Equal(t, "undefined_9", cors.Danger(9).String())
	_, err = json.Marshal(cors.Config{Dangerously: []cors.Danger{9}})
	assert.ErrorContains(t, err, `dangerously: "9": it is none of the dangers`)
}

// What was misspelt, left blank or not understood must not turn into a policy for everyone either.
func TestConfigsThatAreNone(t *testing.T) {
	for _, unmarshal := range []func([]byte, any) error{json.Unmarshal, yaml.Unmarshal} {
		for text, message := range map[string]string{
			`{"origin":["https://a.example"]}`:                      `cors: origin: ` + "`[\"https://a.example\"]`: there is no such field",
			`{"observer":"f"}`:                                      `cors: observer: "f": a function cannot be written here`,
			`{"origin_func":"f"}`:                                   `cors: origin_func: "f": a function cannot be written here`,
			`{"allowed_origins":[]}`:                                `allowed_origins: "[]": there is no such field; did you mean "origins"?`,
			`{"origins":"https://a.example"}`:                       `cors: origins: "https://a.example": it is not a list; write ["https://a.example"]`,
			`{"methods":"GET, PUT"}`:                                `cors: methods: "GET, PUT": it is not a list; write ["GET", "PUT"]`,
			`{"origin_regexps":"a{1,2}"}`:                           `cors: origin_regexps: "a{1,2}": it is not a list; write ["a{1,2}"]`,
			`{"methods":" "}`:                                       `cors: methods: " ": it is not a list; write a list of strings`,
			`{"orgins":[],"credential":1}`:                          `cors: credential: "1": there is no such field; did you mean "credentials"? (field)` + "\n" + `cors: orgins: "[]": there is no such field; did you mean "origins"?`,
			`{"xyzzy":1}`:                                           `cors: xyzzy: "1": there is no such field; the fields are origins, origin_regexps, `,
			`{"max_age":99999999999999999999}`:                      `cors: max_age: `,
			`{"origins":{"a":1}}`:                                   "cors: origins: `{\"a\":1}`: it is not a list; write a list of strings",
			`{"origins":["https://a.com",null]}`:                    `cors: origins: "null": an element is null; write "null" in quotes if the word is meant, or remove it`,
			`{"methods":[null]}`:                                    `cors: methods: "null": an element is null`,
			`{"host_regexps":[8080]}`:                               `cors: host_regexps: "8080": an element is not a string; write it in quotes`,
			`{"credentials":"maybe"}`:                               `cors: credentials: "maybe": it is neither true nor false`,
			`{"max_age":1.5}`:                                       `cors: max_age: "1.5": it is not a whole number`,
			`{"max_age":"10m"}`:                                     `cors: max_age: "10m": it is not a whole number; write a number of seconds, such as 600`,
			`{"preflight_status":"ok"}`:                             `cors: preflight_status: "ok": it is not a whole number; write a status, such as 204`,
			`["https://a.example"]`:                                 "cors: config: `[\"https://a.example\"]`: it is not a configuration; " + `write its settings, such as {"origins": ["https://app.example.com"]}`,
			`"https://a.example"`:                                   `cors: config: "https://a.example": it is not a configuration`,
			`{"dangerously":["null_origin","x"]}`:                   `"x": it is not a danger`,
			`{"dangerously":["any_origin"]}`:                        `did you mean "any_origin_with_credentials"?`,
			`{"dangerously":["insecure-origin","x"],"max_age":"x"}`: `"insecure-origin": it is not a danger; did you mean "insecure_origins"? (danger)` + "\n" + `cors: dangerously: "x": it is not a danger; the dangers are any_`,
			`{"methods":"GET;PUT\nPOST"}`:                           `write ["GET", "PUT", "POST"]`,
			`{"methods":"\u00a0"}`:                                  `is not a list; write a list of strings`,
			`{"origin_regexps":""}`:                                 `is not a list; write a list of strings`,
			`{"methods":[["GET"]]}`:                                 "cors: methods: `[\"GET\"]`: an element is not a string; write one",
			`{"dangerously":"AQID"}`:                                `cors: dangerously: "AQID": it is not a list; write ["AQID"]`, // no base64
		} {
			var c cors.Config
			err := unmarshal([]byte(text), &c)
			assert.ErrorContains(t, err, message, text)
			assert.Len(t, slices.Collect(cors.ConfigErrors(err)), 1+strings.Count(err.Error(), "\n"), text)
			_, err = cors.New(cors.WithConfig(c))
			assert.Error(t, err, "%s: a caller that overlooks the error", text)
		}
		for _, text := range []string{`{"origins":null}`, `{"origin_regexps":null}`, `{"host_regexps":null}`} {
			var c cors.Config
			require.NoError(t, unmarshal([]byte(text), &c))
			_, err := cors.New(cors.WithConfig(c))
			assert.ErrorContains(t, err, "the list is empty", text)
		}
		base := cors.Config{Origins: []string{"https://a.example"}}
		copied := base
		require.NoError(t, unmarshal([]byte(`{"origins":["https://b.example"]}`), &copied))
		assert.Equal(t, []string{"https://a.example"}, base.Origins)

		var c cors.Config
		require.NoError(t, unmarshal([]byte(`{"methods":null,"max_age":null}`), &c))
		assert.Equal(t, cors.Config{}, c)
		require.NoError(t, unmarshal([]byte(`{"origins":["https://a.example"]}`), &c))
		require.NoError(t, unmarshal([]byte(`{"credentials":true}`), &c))
		assert.Equal(t, cors.Config{Origins: []string{"https://a.example"}, Credentials: true}, c, "what is not named stays")
	}
}

// What an option found wrong is no setting.
func TestAMisusedConfigInYAML(t *testing.T) {
	var c cors.Config
	cors.WithObserver(nil)(&c)
	cors.WithMethods("PUT")(&c)
	out, err := yaml.Marshal(c)
	require.NoError(t, err)
	assert.Equal(t, "methods:\n    - PUT\n", string(out))
}

// JSON's null is not a configuration. Of YAML's a Config is not told.
func TestConfigsThatYAMLCannotRead(t *testing.T) {
	for text, message := range map[string]string{
		"origins: [https://a.example]\norigins: [https://b.example]": `cors: config: "": yaml: unmarshal errors: line 2: mapping key "origins" already defined at line 1 (field)`,
		"max_age: !!int abc": `cannot decode !!str`,
	} {
		var c cors.Config
		err := yaml.Unmarshal([]byte(text), &c)
		assert.ErrorContains(t, err, message)
		assert.Len(t, slices.Collect(cors.ConfigErrors(err)), 1, text)
		_, err = cors.New(cors.WithConfig(c))
		assert.Error(t, err, "%s: a caller that overlooks the error", text)
	}
}

func TestANullConfig(t *testing.T) {
	var c cors.Config
	for _, read := range []any{map[any]any{"max_age": uint64(5)}, map[string]any{"max_age": uint64(5), "preflight_status": int64(200)}} { // as other YAML packages do
		assert.NoError(t, c.UnmarshalYAML(func(v any) error {
			if document, ok := v.(*any); ok {
				*document = read
			}
			return nil
		}))
	}
	assert.ErrorContains(t, c.UnmarshalYAML(func(v any) error {
		*v.(*any) = map[any]any{"orgins": []any{"https://a.example"}, 7: true}
		return nil
	}), `did you mean "origins"?`, "these are checked too")
	assert.ErrorContains(t, json.Unmarshal([]byte("null"), &c), `cors: config: "null": it is not a configuration`)
	_, err := cors.New(cors.WithConfig(c))
	assert.Error(t, err)
}

// What the hints of warnings say of mistakes that are often made.
func TestAdvice(t *testing.T) {
	for _, tc := range []struct {
		opts        options
		field, hint string
	}{
		{nil, "origins", "no origins are named, so any web page may use the API; name the origins with WithOrigins"},
		{options{cors.WithOrigins("*")}, "origins", "any web page may use the API"},
		{options{cors.WithOrigins("htps://a.example:8443")}, "origins", `no browser has pages of this scheme; write "https://a.example:8443"`},
		{options{cors.WithOrigins("ftp://a.example")}, "origins", `no browser has pages of this scheme; write "https://a.example"`},
		{options{cors.WithOriginRegexps(`https://.*\.github\.io`)}, "origin_regexps", `since anybody can have a name below "github.io", by the public suffix list; list the hosts, take the risk for these names alone in WithOriginFunc, or use a domain of your own`},
		{options{cors.WithOrigins("https://*.internal")}, "origins", `nobody knows who can have a name below "internal", which the public suffix list does not have`},
		{options{cors.WithOriginRegexps(`https://.*\.\.\.`)}, "origin_regexps", "since the end of the host is open"},
		{options{cors.WithOriginRegexps(`https://.*\.com\.\.\.`)}, "origin_regexps", `below "com"`},
		{options{cors.WithOriginRegexps(`https://example\.com.*`)}, "origin_regexps", "since the end of the host is open; end it with the domain, or list the addresses"},
		{options{cors.WithOriginRegexps(`https://(www|api\.)example\.com`)}, "origin_regexps", "as in `https://((www|api)\\.)?example\\.com`"},
		{options{cors.WithHeaders("All")}, "headers", `it stands for a header called All, and for no other; for all headers write "*"`},
		{options{cors.WithExposedHeaders("any")}, "exposed_headers", `it stands for a header called any, and for no other; for all headers write "*"`},
		{options{cors.WithExposedHeaders("any"), cors.WithOrigins("https://a.example"), cors.WithCredentials()}, "exposed_headers", `it stands for a header called any, and for no other; list the names`},
		{options{cors.WithOriginRegexps(`https://[a-z]+-example\.com`)}, "origin_regexps", `which end in "-example.com"; name the domain after an escaped dot`},
		{options{cors.WithOriginRegexps(`https://myapp-[a-z0-9]+-team\.vercel\.app`)}, "origin_regexps", `since anybody can have a name below "vercel.app", by the public suffix list; list the hosts`},
		{options{cors.WithOrigins("https://*.amazonaws.com")}, "origins", `anybody can have a name further below "amazonaws.com"`},
		{options{cors.WithOriginRegexps(`https://pr-\d+\\.example\\.com`)}, "origin_regexps", "no origin holds a backslash; write `\\.` for a dot"},
		{options{cors.WithOriginRegexps(`https://Example\.com`)}, "origin_regexps", "it can never match, since origins are in lower case, and \"E\" is not; write it in lower case, or begin with (?i)"},
		{options{cors.WithOriginRegexps(`https://app\.example `)}, "origin_regexps", `it can never match, since no origin holds " "; leave it out`},
		{options{cors.WithOriginRegexps(`https://\*\.example\.com`)}, "origin_regexps", `it can never match, since no origin holds a *; for subdomains write ([a-z0-9-]+\.)+ in place of it and the dot behind it`},
		{options{cors.WithOriginRegexps(`https://[#@]\.example\.com`)}, "origin_regexps", `it can never match, since no origin holds "[#@]"; leave it out`},
		{options{cors.WithOriginRegexps(`https://\Qa?b\E\.example\.com`)}, "origin_regexps", `it can never match, since no origin holds "?"; leave it out`},
		{options{cors.WithOriginRegexps(`https://${HOST}`)}, "origin_regexps", "it can never match, since it holds a variable that was not expanded; write its value"},
		{options{cors.WithOriginRegexps(`https://.*(?<=\.example\.com)`)}, "origin_regexps", "as far as can be told without its look-around; name the domain outside of it"},
		{options{cors.WithHostRegexps(`.*example\.com`)}, "host_regexps", "as in `([a-z0-9-]+\\.)*example\\.com`"},
		{options{cors.WithOriginRegexps(`.*example\.com`)}, "origin_regexps", "as in `https://([a-z0-9-]+\\.)*example\\.com`"},
		{options{cors.WithOriginRegexps(`http://192\.168\.\d+\.\d+`)}, "origin_regexps", `it admits http, where the host begins with "192.168.", and whoever`},
		{options{cors.WithHostRegexps(`172\.2\d\.[0-9.]+`)}, "host_regexps", `it admits any scheme, http included, where the host begins with "172.2", and whoever`},
		{options{cors.WithOriginRegexps(`https://*\.example\.com`)}, "origin_regexps", `it repeats "/", and no origin has three; for subdomains write ([a-z0-9-]+\.)+ in place of the * and the dot behind it`},
		{options{cors.WithOriginRegexps(`https://*.example\.com`)}, "origin_regexps", `it repeats "/", and no origin has three`},
		{options{cors.WithOriginRegexps(`https://*.example.com`)}, "origin_regexps", `write \.; and it repeats "/", and no origin has three`},
		{options{cors.WithOriginRegexps(`https://*www.example\.com`)}, "origin_regexps", `write \.; and it repeats "/", and no origin has three`},
		{options{cors.WithOriginRegexps(`^http://localhost:*$`)}, "origin_regexps", `it repeats ":", and no origin has two there; for any port write (:[0-9]+)?`},
		{options{cors.WithOriginRegexps(`wss://a\.example`)}, "origin_regexps", "not even one that opens a WebSocket; begin it with https://"},
		{options{cors.WithOriginRegexps(`ws://localhost`)}, "origin_regexps", "begin it with http://"},
		{options{cors.WithMethods("ALL", "any")}, "methods", `it stands for a method called any, and for no other; for all methods write "*"`},
		{options{cors.WithMethods("GET|PUT")}, "methods", "a method that has this very name, signs included"},
		{options{cors.WithMethods("*", "PUT")}, "methods", `"*" covers every method; remove it, or the others`},
		{options{cors.WithHeaders("X-Custom-*")}, "headers", "a * within a name stands for itself alone"},
		{options{cors.WithExposedHeaders("X-*")}, "exposed_headers", "a * within a name stands for itself alone"},
		{options{cors.WithCredentials(), cors.WithConfig(cors.Config{})}, "config", "WithConfig replaces what the options before it set; give it first"},
		{options{cors.WithOrigins("http://0.0.0.0:3000")}, "origins", `write "http://localhost:3000"`},
		{options{cors.WithOrigins("http://[::]:3000")}, "origins", `write "http://localhost:3000"`},
		{options{cors.WithOriginRegexps(`http://localhost.*`)}, "origin_regexps", "write an optional port as one group, as in `https://app\\.example\\.com(:\\d+)?`"},
		{options{cors.WithOriginRegexps(`https://app\.example\.com:?\d*`)}, "origin_regexps", "write an optional port as one group, as in `https://app\\.example\\.com(:\\d+)?`"},
		{options{cors.WithHostRegexps(`app\.example\.com:?\d*`)}, "host_regexps", "leave out the port, for any is admitted"},
		{options{cors.WithOriginRegexps(`^a\.example\.com$|^b\.example\.com$`)}, "origin_regexps", "use WithOriginRegexps(`https://(?:a\\.example\\.com|b\\.example\\.com)`)"},
		{options{cors.WithOriginRegexps(`^app\.example\.com$`)}, "origin_regexps", "without slashes around it: use WithOriginRegexps(`https://app\\.example\\.com`), or WithHostRegexps"},
		{options{cors.WithOriginRegexps(`/^https:\/\/app\.example\.com$/i`)}, "origin_regexps", "use WithOriginRegexps(`https://app\\.example\\.com`)"},
		{options{cors.WithOriginRegexps(`~^https://app\.example\.com$`)}, "origin_regexps", "use WithOriginRegexps(`https://app\\.example\\.com`)"},
		{options{cors.WithOriginRegexps(`#^https://App\.example\.com$#i`)}, "origin_regexps", "its delimiters belong to another language; write `(?i)^https://App\\.example\\.com$`"},
		{options{cors.WithOriginRegexps(`^https?://(localhost|example\.com)(:\d+)?$`)}, "origin_regexps", "let all but localhost match only https://, as in `https://example\\.com|http://localhost(:\\d+)?`"},
		{options{cors.WithOriginRegexps(`http://(localhost|0\.0\.0\.0):3000`)}, "origin_regexps", "where a server of this machine is meant, write localhost"},
		{options{cors.WithOriginRegexps(`http://(localhost|172\.\d{1,3}\.\d{1,3}\.\d{1,3})(:\d+)?`)}, "origin_regexps", "since the end of the host is open; end it with the domain, or list the addresses"},
		{options{cors.WithOrigins("https://*.app.github.dev")}, "origins", `anybody can have a name below "app.github.dev"; name the hosts`},
		{options{cors.WithOriginRegexps(`https://3000-.*\.gitpod\.io`)}, "origin_regexps", `since anybody can have a name below "gitpod.io"; list the hosts`},
		{options{cors.WithOriginRegexps(`~^https://app\.example\.com$~i`)}, "origin_regexps", "use WithOriginRegexps(`https://app\\.example\\.com`)"},
		{options{cors.WithOriginRegexps(`(^|\.)example\.com$`)}, "origin_regexps", "use WithOriginRegexps(`https://([a-z0-9-]+\\.)*example\\.com`)"},
		{options{cors.WithOriginRegexps(`app\.example\.com:443`)}, "origin_regexps", "use WithOriginRegexps(`https://app\\.example\\.com`)"},
		{options{cors.WithOriginRegexps(`app\.example\.com:80`)}, "origin_regexps", "use WithOriginRegexps(`http://app\\.example\\.com`)"},
		{options{cors.WithOriginRegexps(`127\.0\.0\.1:\d+`)}, "origin_regexps", "use WithOriginRegexps(`http://127\\.0\\.0\\.1:\\d+`)"},
		{options{cors.WithOriginRegexps(`https:\/\/app\.example\.com\/`)}, "origin_regexps", "use WithOriginRegexps("},
		{options{cors.WithOriginRegexps(`https://(evil\.com|.*\.github\.io)`)}, "origin_regexps", `since anybody can have a name below "github.io"`},
		{options{cors.WithOriginRegexps(`\.example\.com$`)}, "origin_regexps", "use WithOriginRegexps(`https://([a-z0-9-]+\\.)+example\\.com`)"},
		{options{cors.WithHostRegexps(`\.example\.com$`)}, "host_regexps", `no host begins with a dot; for subdomains write ([a-z0-9-]+\.)+ in place of it`},
		{options{cors.WithOriginRegexps(`https://\.example\.com`)}, "origin_regexps", "it matches no origin"},
		{options{cors.WithOriginRegexps(`http://localhost:4200/`)}, "origin_regexps", "use WithOriginRegexps(`http://localhost:4200`)"},
		{options{cors.WithOriginRegexps(`localhost:\d+`)}, "origin_regexps", "use WithOriginRegexps(`http://localhost:\\d+`)"},
		{options{cors.WithOriginRegexps(`/^https:\/\/app\.example\.com$/`)}, "origin_regexps", "use WithOriginRegexps(`https://app\\.example\\.com`)"},
		{options{cors.WithOriginRegexps(`^https://a\.example$|^b\.example$`)}, "origin_regexps", "its alternative 2 matches no origin: each is matched against the whole of it, scheme://host[:port]"},
		{options{cors.WithOriginRegexps(`(https://a\.example/|https://b\.example)`)}, "origin_regexps", "its alternative 1 matches no origin"},
		{options{cors.WithHostRegexps(`a\.example|https://b\.example`)}, "host_regexps", "its alternative 2 matches no host: each is matched against the whole of it, without scheme and port"},
		{options{cors.WithOriginRegexps(`https://a\.example|null`)}, "origin_regexps", `list "null" with WithOrigins`},
		{options{cors.WithHostRegexps(`localhost|bücher`)}, "host_regexps", `a part of it can never match, since origins are ASCII, and "ü" is not; write international names in punycode`},
		{options{cors.WithOriginRegexps(`https://example\.com/`)}, "origin_regexps", `it ends in "/", which no origin does`},
		{options{cors.WithOriginRegexps(`^https://example\.com:443$`)}, "origin_regexps", `browsers leave out the default port; remove ":443" at the end`},
		{options{cors.WithOriginRegexps(`https?://www\.example\.com`)}, "origin_regexps", "let it match only https://"},
		{options{cors.WithHostRegexps(`www\.example\.com`)}, "host_regexps", "use WithOriginRegexps, and begin it with https://"},
		{options{cors.WithOriginRegexps(`example\.com`)}, "origin_regexps", "it matches no origin; it is matched against scheme://host[:port]"},
		{options{cors.WithPrivateNetwork()}, "private_network", `because of "*", strangers' pages can reach this server`},
		{options{cors.WithPrivateNetwork(), cors.WithOrigins("https://a.example", "http://b.example")}, "private_network", `because of "http://b.example"`},
	} {
		p, err := cors.New(tc.opts...)
		require.NoError(t, err)
		hints := map[string]string{}
		for _, w := range p.Warnings() {
			hints[w.Field] += w.Hint + "\n"
		}
		assert.Contains(t, hints[tc.field], tc.hint, "%v", p.Warnings())
	}
	assert.Empty(t, cors.MustNew(cors.WithOriginRegexps(`https://a\.example\.com:80|https://b\.example\.com`, `https://c\.example\.com(:443)?`)).Warnings())
	assert.Empty(t, cors.MustNew(cors.WithConfig(cors.Config{Origins: []string{"https://a.example"}}), cors.WithMaxAge(0)).Warnings())
	for _, expr := range []string{`null`, `https://a\.example|null`} {
		dead := 0
		for _, w := range cors.MustNew(cors.WithOriginRegexps(expr)).Warnings() {
			if w.Code == cors.CodeRegexpDead {
				dead++
			}
		}
		assert.Equal(t, 1, dead, expr)
	}
	assert.Empty(t, cors.MustNew(cors.WithPrivateNetwork(), cors.WithOrigins("https://a.example")).Warnings())
	for _, w := range cors.MustNew(cors.WithHostRegexps(`null`)).Warnings() {
		assert.NotEqual(t, cors.CodeRegexpDead, w.Code, "it is a host like others")
	}
}

// What JSON cannot hold must not turn into a policy for everyone.
func TestOriginFuncInJSON(t *testing.T) {
	p := cors.MustNew(cors.WithOriginFunc(never))
	assert.NotNil(t, p.Config().OriginFunc)
	_, err := cors.New(cors.WithConfig(p.Config()))
	require.NoError(t, err)

	for _, marshal := range []func(any) ([]byte, error){json.Marshal, yaml.Marshal} {
		out, err := marshal(p.Config())
		require.NoError(t, err)
		var c cors.Config
		require.NoError(t, yaml.Unmarshal(out, &c)) // JSON is YAML
		_, err = cors.New(cors.WithConfig(c))
		assert.ErrorContains(t, err, "the list is empty")
	}
}

func TestUnderPressure(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	for _, o := range (options{
		cors.WithOrigins(long), cors.WithOrigins("https://" + long), cors.WithOrigins("https://*." + long), cors.WithOrigins("https://[" + long + "]"),
		cors.WithOrigins("https://" + strings.Repeat("ü", 1<<18)), cors.WithOrigins(strings.Repeat("https://", 1<<16)),
		cors.WithOriginRegexps(long), cors.WithOriginRegexps(strings.Repeat("(", 2000)), cors.WithOriginRegexps("((a{1000}){1000}){1000}"),
	}) {
		_, err := cors.New(o)
		assert.Error(t, err)
	}
	for _, o := range (options{cors.WithMethods(long), cors.WithHeaders(long), cors.WithExposedHeaders(long)}) {
		_, err := cors.New(o)
		assert.NoError(t, err)
	}
}

func TestConfigIsACopyOfAll(t *testing.T) {
	age := 1
	full := cors.Config{Origins: []string{"https://a.example"}, OriginRegexps: []string{`https://b\.example`}, HostRegexps: []string{`c\.example`},
		Methods: []string{"PUT"}, Headers: []string{"X-A"}, ExposedHeaders: []string{"X-B"}, Credentials: true, MaxAge: &age,
		PreflightStatus: 200, PreflightExposedHeaders: true, PrivateNetwork: true, Dangerously: []cors.Danger{cors.InsecureOrigins}}
	spoil := func(c cors.Config) {
		v := reflect.ValueOf(&c).Elem()
		for i := range v.NumField() {
			if f := v.Field(i); f.CanSet() && f.Kind() == reflect.Slice {
				require.Positive(t, f.Len(), v.Type().Field(i).Name)
				f.Index(0).SetZero()
			}
		}
		*c.MaxAge = 7
	}
	want := cors.MustNew(cors.WithConfig(full)).Config()
	assert.Equal(t, full, want)
	p, opt := cors.MustNew(cors.WithConfig(full)), cors.WithConfig(full)
	spoil(p.Config())
	spoil(full)
	assert.Equal(t, want, p.Config())
	assert.Equal(t, want, cors.MustNew(opt).Config())

	dangers := []cors.Danger{cors.NullOrigin}
	opt = cors.Dangerously(dangers...)
	dangers[0] = 0
	_, err := cors.New(cors.WithOrigins("null"), opt)
	assert.NoError(t, err)
}

func TestAFunctionIsLeftOutOfJSON(t *testing.T) {
	for want, c := range map[string]cors.Config{
		`{"origins":[]}`:                   {OriginFunc: never},
		`{"origins":["x"]}`:                {OriginFunc: never, Origins: []string{"x"}},
		`{"origin_regexps":["x"]}`:         {OriginFunc: never, OriginRegexps: []string{"x"}},
		`{"host_regexps":["a\\.example"]}`: {OriginFunc: never, HostRegexps: []string{`a\.example`}},
	} {
		text, err := json.Marshal(c)
		require.NoError(t, err)
		assert.Equal(t, want, string(text))
	}
}

func TestWhichWarnings(t *testing.T) {
	site := cors.WithOrigins("https://a.example")
	for _, tc := range []struct {
		opts options
		want []cors.Code
	}{
		{options{site, cors.Dangerously(cors.NullOrigin)}, []cors.Code{cors.CodeDanger}},
		{options{site, cors.Dangerously(cors.LooseRegexps, cors.LooseRegexps)}, []cors.Code{cors.CodeDanger}},
		{options{cors.WithOriginFunc(never), cors.WithOrigins("null"), cors.Dangerously(cors.NullOrigin)}, []cors.Code{cors.CodeNullOrigin}},
		{options{cors.WithOrigins("*"), cors.Dangerously(cors.NullOrigin)}, []cors.Code{cors.CodeAnyOrigin, cors.CodeDanger}},
		{options{cors.WithOrigins("*"), cors.WithCredentials(), cors.Dangerously(cors.AnyOriginWithCredentials, cors.NullOrigin)},
			[]cors.Code{cors.CodeAnyOrigin, cors.CodeNullOrigin}},
		{options{site, cors.WithMethods("ALL", "any")}, []cors.Code{cors.CodeIneffective, cors.CodeIneffective}},
		{options{site, cors.WithMethods("GET*")}, []cors.Code{cors.CodeIneffective}},
		{options{site, cors.WithMethods("GET|PUT", "VERSION.CONTROL")}, []cors.Code{cors.CodeIneffective}},
		{options{cors.WithOriginRegexps(`a\.example|b\.example`)}, []cors.Code{cors.CodeRegexpDead}},
		{options{cors.WithOriginRegexps(`(https://a\.example)|\1`)}, []cors.Code{cors.CodeAnyOrigin}}, // of a back-reference no more than the letters is read
		{options{site, cors.WithMethods("*"), cors.WithHeaders("*", "*"), cors.WithExposedHeaders("*")}, nil},
	} {
		var codes []cors.Code
		for _, w := range cors.MustNew(tc.opts...).Warnings() {
			codes = append(codes, w.Code)
		}
		assert.Equal(t, tc.want, codes)
	}
}
