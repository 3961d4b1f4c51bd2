package cors

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-12f469a5/cors/internal/pcre"
)

var serializedOrigins = []string{
	"https://example.com", "http://example.com", "http://localhost:3000", "https://example.com:8443", "http://example.com:443",
	"https://example.com:80", "https://example.com:0", "https://example.com:65535", "https://a.b.c.d.example.com", "https://example.com.",
	"https://xn--bcher-kva.example", "https://a_b.example", "https://-a-.example", "https://a--b.example", "https://a..b", "https://.a",
	"http://127.0.0.1", "http://127.0.0.1:8080", "https://1.2.3.4.example", "https://a.0x1g", "https://123.a1",
	"http://[::1]", "http://[::1]:8080", "https://[2001:db8::1]:8443", "https://[2001:db8:0:1:1:1:1:1]", "https://[::ffff:102:304]", "https://[::]",
	"capacitor://localhost", "chrome-extension://abcdefghijklmnop", "a+b-c.1://x", "app://obsidian.md", "tauri://localhost",
	"http://a!b.example", "http://a\"b.example", "http://a$b.example", "http://a&b'(),;=`{}~+.example",
	"https://" + strings.Repeat("a", 253), strings.Repeat("s", 64) + "://" + strings.Repeat("a", 253) + ":65535",
	"https://x", "x://x", "ftp://x:22", "wss://x:80", "https://a.123x", "https://0xg",
}

var notSerializedOrigins = []string{
	"", " ", "null", "*", "https://", "https:///", "://example.com", "example.com", "//example.com", "https:example.com", "https:/example.com",
	"HTTPS://example.com", "https://Example.com", "https://EXAMPLE.COM", "https://example.com//", "https://example.com/a", "https://example.com/?",
	"https://example.com?", "https://example.com#", "https://example.com\\", "https://user@example.com", "https://user:pw@example.com", "https://@example.com",
	"https://example.com:", "https://example.com:/", "https://example.com:443", "http://example.com:80", "ws://x:80", "wss://x:443", "ftp://x:21",
	"https://example.com:00443", "https://example.com:01", "https://example.com:00", "https://example.com:65536", "https://example.com:99999", "https://example.com:123456",
	"https://a.example.com:0443", "https://a.example.com:", "https://a.example.com:65536", "https://a.example.com:443", "https://a@b.example.com", "https://A.example.com",
	"https://example.com:-1", "https://example.com:+1", "https://example.com:1a", "https://example.com:*", "https://example.com:80:80", "https://exam ple.com",
	" https://example.com", "https://example.com ", "https://example.com\t", "https://example.com\n", "https://example.com\r\nX: y", "https://example.com\x00", "https://\x7f.com",
	"https://example.com%00", "https://example%2ecom", "https://%65xample.com", "https://*.example.com", "https://*", "https://a*b.example",
	"https://bücher.example", "https://example。com", "https://\u202eexample.com", "https://exa\u00admple.com", "https://\xff.example",
	"https://[::1", "https://::1", "https://[::1]a", "https://[::1]:", "https://[]", "https://[::1%25eth0]", "https://[fe80::1%eth0]", "https://[::0001]", "https://[0:0:0:0:0:0:0:1]",
	"https://[::FFFF:1.2.3.4]", "https://[::ffff:1.2.3.4]", "https://[2001:DB8::1]", "https://[1.2.3.4]", "https://[::1]]", "https://[[::1]]", "https://x[::1]",
	"https://1.2.3", "https://1", "https://256.1.1.1", "https://1.2.3.4.5", "https://01.2.3.4", "https://0x7f.0.0.1", "https://a.0x1", "https://a.1", "https://1.2.3.4.", "https://a.0x", "https://0x", "https://127.1",
	"1https://example.com", "+https://x", "-a://x", ".a://x", "ht tp://x", "ht_tp://x", "http!://x",
	"file://x", "data://x", "blob://x", "javascript://x", "about://blank", "blob:https://example.com", "file:///", "data:text/html,x", "about:blank", "filesystem://x",
	"https://example.com, https://example.com", "https://example.com,https://evil.com", "https://example.com https://evil.com", "https://a^b.com", "https://a|b.com", "https://a<b.com", "https://a>b.com", "https://a[b.com", "https://a]b.com", "https://a@b.com", "https://a%b.com", "https://a\\b.com",
	"https://" + strings.Repeat("a", 254), strings.Repeat("s", 65) + "://x", strings.Repeat("https://", 1000), "https://" + strings.Repeat("a.", 100_000),
}

func TestOriginsOfRequests(t *testing.T) {
	for _, s := range serializedOrigins {
		o, ok := parseOrigin(s)
		if assert.True(t, ok, s) {
			checkOrigin(t, s, o)
		}
		_, ok = parseOrigin(s + "/")
		assert.False(t, ok, "a trailing slash is no part of it: %s/", s)
	}
	for _, s := range notSerializedOrigins {
		_, ok := parseOrigin(s)
		assert.False(t, ok, "%.100q", s)
	}
}

// checkOrigin holds what must be true of every origin that parses.
func checkOrigin(t *testing.T, s string, o origin) {
	t.Helper()
	serialized := o.scheme + "://" + o.host
	if o.port != "" {
		serialized += ":" + o.port
	}
	assert.Equal(t, s, serialized, "an origin that parses is its own serialization")
	assert.Equal(t, serialized, o.text)
	assert.LessOrEqual(t, len(serialized), maxOrigin)
	for i := range len(serialized) {
		assert.True(t, strings.IndexByte(pcre.OriginBytes, serialized[i]) >= 0, "%q in %q", serialized[i], s)
	}
	if p := defaultPort(o.scheme); p != "" {
		assert.NotEqual(t, p, o.port, s)
	}
}

func FuzzOrigin(f *testing.F) {
	for _, s := range slices.Concat(serializedOrigins, notSerializedOrigins) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		o, ok := parseOrigin(s)
		if ok {
			checkOrigin(t, s, o)
		}
		// What a browser can send parses: the normal form of every pattern that is one origin.
		if p, _, hint := parsePattern(s, useRegexp); hint == "" && !p.wild && !p.anyPort {
			_, ok := parseOrigin(p.String())
			assert.True(t, ok, "%q normalises to %q, which no request can match", s, p)
		}
	})
}

// naiveMatch tries every entry in turn, by the definition of each and not by the look-ups of an originSet.
func naiveMatch(patterns []pattern, o origin) bool {
	for _, p := range patterns {
		host := o.host == p.host
		if p.wild {
			below, found := strings.CutSuffix(o.host, "."+p.host)
			host = p.host == "" || found && below != "" && !slices.Contains(strings.Split(below, "."), "")
		}
		if o.scheme == p.scheme && host && (p.anyPort || o.port == p.port) {
			return true
		}
	}
	return false
}

// FuzzMatch holds the look-ups and the definition together.
func FuzzMatch(f *testing.F) {
	f.Add("https://a.example", "https://*.a.example:8443", "http://localhost:*", "https://b.a.example:8443")
	f.Add("https://*", "https://*:*", "https://*.a:*", "https://[::1]:1")
	f.Add("https://*.example.com", "x://y", "x://*", "https://..example.com")
	f.Add("https://*.example.com", "x://y", "x://*:1", "https://a.example.com.")
	f.Add("https://*", "https://*.b", "x://*:*", "https://a..b")
	f.Add("https://*", "https://*.b:*", "x://*:*", "x://..b:1")
	f.Add("https://*:*", "https://*:1", "https://*.b:1", "https://[::1]:1")
	f.Fuzz(func(t *testing.T, a, b, c, s string) {
		var set originSet
		var patterns []pattern
		for i, text := range []string{a, b, c} {
			if p, _, hint := parsePattern(text, useRegexp); hint == "" {
				patterns = append(patterns, p)
				set.add(p, p.String(), uint32(i))
			}
		}
		_, reason := set.match(s)
		if reason == Allowed && !set.endings.pass(s) {
			t.Errorf("%q is allowed, but its end is not", s)
		}
		o, ok := parseOrigin(s)
		if !ok {
			if reason == Allowed {
				t.Errorf("%q is malformed, and allowed", s)
			}
			return
		}
		if want := naiveMatch(patterns, o); (reason == Allowed) != want {
			t.Errorf("%q against %v: %v, want %v", s, patterns, reason, want)
		}
	})
}

// A host has at most 253 bytes, a wildcard's too.
func TestAWildcardAdmitsNoHostThatIsTooLong(t *testing.T) {
	p := MustNew(WithOrigins("https://*.example.com"))
	for length, want := range map[int]bool{maxHost: true, maxHost + 1: false, maxHost + 20: false} {
		host := strings.Repeat("a", length-len(".example.com")) + ".example.com"
		assert.Equal(t, want, p.AllowsOrigin("https://"+host), "%d bytes", len(host))
	}
}

// TestAttacks tries what has got past other implementations on each kind of policy that is meant to allow example.com, or
// its subdomains, and nothing else.
func TestAttacks(t *testing.T) {
	policies := map[string]*Policy{
		"flat":     MustNew(WithOrigins("https://example.com"), WithCredentials()),
		"port":     MustNew(WithOrigins("https://example.com:8443"), WithCredentials()),
		"any port": MustNew(WithOrigins("https://example.com:*"), WithCredentials()),
		"wildcard": MustNew(WithOrigins("https://*.example.com"), WithCredentials()),
		"regexp":   MustNew(WithOriginRegexps(`https://([a-z0-9-]+\.)*example\.com`), WithCredentials()),
		"anchors":  MustNew(WithOriginRegexps(`^https://example\.com$|^https://www\.example\.com$`), WithCredentials()),
		"look":     MustNew(WithOriginRegexps(`(?=https)https://(?!x)(?:\w+\.)?example\.com`), WithCredentials()),
		"host":     MustNew(WithHostRegexps(`example\.com`), WithCredentials(), Dangerously(InsecureOrigins)),
	}
	attacks := slices.Concat(notSerializedOrigins, []string{
		"https://evil.com", "https://example.com.evil.com", "https://example.comevil.com", "https://evilexample.com", "https://evil-example.com", "https://example.community",
		"https://example.co", "https://xample.com", "https://example.org", "https://examplexcom", "https://example.com.", "https://com", "https://.example.com", "https://..example.com",
		"https://example.com.example.evil", "https://evil.com.example.co", "https://www.example.com.evil.com", "https://example-com.evil", "https://example_com",
		"https://example.com:443.evil.com", "https://example.com:8443.evil.com", "https://example.com:8443@evil.com", "https://evil.com#example.com", "https://evil.com?.example.com",
		"https://evil.com/.example.com", "https://evil.com\\.example.com", "https://example.com%20.evil.com", "https://example.com%60.evil.com",
		"javascript://example.com", "data://example.com", "null", "NULL", "Null", "undefined", "https://example.com\nhttps://evil.com", "https://evil.com\nhttps://example.com",
		"https://example.com\n.evil.com", "https://example.com$", "https://example.com^", "^https://example.com$", `https://example\.com`, "https://examplе.com", "https://ｅxample.com",
	})
	for _, c := range "!\"$&'()+,;=`{}~_-" {
		attacks = append(attacks, fmt.Sprintf("https://example.com%c.evil.com", c), fmt.Sprintf("https://evil.com%cexample.com", c), fmt.Sprintf("https://example.com%c", c))
	}
	for _, attack := range []string{"https://a..example.com", "https://.a.example.com", "https://a!..example.com", "https://a@b.example.com", "https://a/b.example.com"} {
		assert.False(t, policies["wildcard"].AllowsOrigin(attack), attack)
	}
	// What admits almost everything admits nothing that is malformed.
	for _, open := range []string{"https://*", "https://*:*", "https://*.example.com:*"} {
		p := MustNew(WithOrigins(open))
		for _, attack := range notSerializedOrigins {
			assert.False(t, p.AllowsOrigin(attack), "%s: %q", open, attack)
		}
		assert.Equal(t, open != "https://*.example.com:*", p.AllowsOrigin("https://[2001:db8::1]"), open)
		assert.Equal(t, open == "https://*:*", p.AllowsOrigin("https://[::1]:8443"), open)
	}
	for name, p := range policies {
		for _, attack := range attacks {
			assert.False(t, p.AllowsOrigin(attack), "%s: %q", name, attack)
		}
	}
	for name, own := range map[string]string{
		"flat": "https://example.com", "port": "https://example.com:8443", "any port": "https://example.com:1", "wildcard": "https://a.b.example.com",
		"regexp": "https://a.b.example.com", "anchors": "https://www.example.com", "look": "https://www.example.com", "host": "https://example.com:8443",
	} {
		require.True(t, policies[name].AllowsOrigin(own), name)
	}
}
