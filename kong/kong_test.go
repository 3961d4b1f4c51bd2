package kong_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-12f469a5/cors"
	"github.com/seed-12f469a5/cors/kong"
)

// everyDanger lets cors accept what Kong accepts.
var everyDanger = cors.Dangerously(cors.AnyOriginWithCredentials, cors.InsecureOrigins, cors.PublicSuffixes, cors.NullOrigin, cors.LooseRegexps)

// policy makes the policy of a document, as a user would.
func policy(t testing.TB, doc string, more ...cors.Option) *cors.Policy {
	t.Helper()
	c, err := kong.Parse([]byte(doc))
	require.NoError(t, err, doc)
	return policyOf(t, c, more...)
}

func policyOf(t testing.TB, c kong.Config, more ...cors.Option) *cors.Policy {
	t.Helper()
	options, err := c.Options()
	require.NoError(t, err, "%+v", c)
	p, err := cors.New(append(options, more...)...)
	require.NoError(t, err, "%+v", c)
	return p
}

// next answers what a policy passes on.
var next = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	for _, name := range []string{"X-Auth-Token", "X-Other", "Set-Cookie"} {
		w.Header().Set(name, "1")
	}
})

// A gateway is what Kong's plugin does about origins, step by step: https://github.com/Kong/kong, version 3.9,
// kong/plugins/cors/handler.lua, configure_origin and normalize_origin.
type gateway []string

var (
	flatInKong  = regexp.MustCompile(`^[A-Za-z0-9.:/-]+$`)
	schemeInLua = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9+.-]*:`)
	portInLua   = regexp.MustCompile(`:([^:\]]*)$`)
)

// allows reports whether a browser, which has sent the origin, accepts Kong's answer without credentials.
func (g gateway) allows(origin string) bool {
	sent := g.allowOrigin(origin)
	return sent == "*" || sent == origin // https://fetch.spec.whatwg.org/#concept-cors-check
}

// allowOrigin is the header that Kong sends.
func (g gateway) allowOrigin(origin string) string {
	if len(g) == 0 || len(g) == 1 && g[0] == "*" {
		return "*"
	}
	if len(g) == 1 && flatInKong.MatchString(g[0]) {
		return g[0]
	}
	domain, host := normalizeInKong(origin)
	for _, entry := range g {
		if entry == "*" {
			return "*"
		}
	}
	for _, entry := range g {
		if flatInKong.MatchString(entry) {
			if d, _ := normalizeInKong(entry); d == domain {
				return domain
			}
			continue
		}
		subject := domain
		if !strings.Contains(entry, ":") {
			subject = host
		}
		if !strings.HasSuffix(entry, "$") {
			entry += "$"
		}
		// The match is anchored at the beginning alone, whatever alternatives there are.
		if at := regexp.MustCompile(strings.TrimPrefix(entry, "^")).FindStringIndex(subject); at != nil && at[0] == 0 {
			return domain
		}
	}
	return ""
}

// normalizeInKong follows LuaSocket's url.parse.
func normalizeInKong(s string) (domain, host string) {
	scheme := schemeInLua.FindString(s)
	rest, ok := strings.CutPrefix(s[len(scheme):], "//")
	authority, _, _ := strings.Cut(rest, "/")
	if !ok || authority == "" {
		return s, s
	}
	port := portInLua.FindString(authority)
	host = strings.TrimSuffix(authority, port)
	if scheme == "http:" && port == ":80" || scheme == "https:" && port == ":443" {
		port = ""
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	if scheme != "" {
		scheme += "//"
	}
	return scheme + host + port, host
}

// browserOrigins are serialized as browsers do it.
var browserOrigins = []string{
	"null", "http://evil.test", "https://evil.test:8443", "http://foo.test", "https://foo.test", "http://foo.test:90",
	"http://foo.test:8000", "https://foo.test:8000", "http://foo.test.evil.test", "http://something.foo.test",
	"https://something.foo.test:8000", "http://evilfoo.test", "http://foobtest", "http://fooxtest", "https://bar.test",
	"https://bar.test:1234", "https://a.b.bar.test:1234", "http://foo.test:443", "https://foo.test:80", "http://localhost",
	"http://localhost:3000", "https://localhost", "http://127.0.0.1:8080", "capacitor://localhost", "web+app://foo.test",
	"https://example.com", "https://www.example.com", "https://a.b.example.com", "https://wwwxexample.com", "https://example.com.evil.test",
	"https://www.example.com:8443", "https://www.example.com:444", "http://www.example.com", "https://foo_bar.test", "https://.example.com",
	"https://a..example.com", "https://example.com.", "https://a.example.com.", "https://xn--bcher-kva.example", "https://a!b.example.com", "https://github.io",
	"https://user.github.io", "https://a:1", "https://a", "https://b",
}

// ipv6Origins are those that Kong, which loses their brackets, never gets right.
var ipv6Origins = []string{"http://[::1]", "http://[::1]:3000", "https://[2001:db8::1]:8443", "https://[2001:db8::1]"}
