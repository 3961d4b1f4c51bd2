package cors

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
		assert.True(t, originBytes.Has(serialized[i]), "%q in %q", serialized[i], s)
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
		if p, _, hint := parsePattern(s); hint == "" && !p.wild && !p.anyPort {
			_, ok := parseOrigin(p.String())
			assert.True(t, ok, "%q normalises to %q, which no request can match", s, p)
		}
	})
}

func TestPatternsAreNormalised(t *testing.T) {
	for s, want := range map[string]string{
		"https://example.com":                "https://example.com",
		"HTTPS://Example.COM":                "https://example.com",
		"https://example.com/":               "https://example.com",
		"https://example.com:443":            "https://example.com",
		"http://example.com:80/":             "http://example.com",
		"http://example.com:443":             "http://example.com:443",
		"https://bücher.example":             "https://xn--bcher-kva.example",
		"https://BÜCHER.example":             "https://xn--bcher-kva.example",
		"https://xn--bcher-kva.example":      "https://xn--bcher-kva.example",
		"https://XN--BCHER-KVA.example":      "https://xn--bcher-kva.example",
		"https://faß.example":                "https://xn--fa-hia.example",
		"https://日本。example":                 "https://xn--wgv71a.example",
		"https://*.Bücher.example":           "https://*.xn--bcher-kva.example",
		"https://*.example.com:8443":         "https://*.example.com:8443",
		"https://*.example.com:443":          "https://*.example.com",
		"https://*.example.com:*":            "https://*.example.com:*",
		"https://*":                          "https://*",
		"https://*/":                         "https://*",
		"https://*:*":                        "https://*:*",
		"https://*:8443":                     "https://*:8443",
		"http://localhost:*":                 "http://localhost:*",
		"capacitor://localhost":              "capacitor://localhost",
		"app://.":                            "app://.", // Electron's
		"Chrome-Extension://ABCDEF":          "chrome-extension://abcdef",
		"https://[2001:DB8:0:0:0:0:0:1]:443": "https://[2001:db8::1]",
		"https://[::FFFF:1.2.3.4]":           "https://[::ffff:102:304]",
		"http://127.0.0.1:*":                 "http://127.0.0.1:*",
		"https://a_b.example":                "https://a_b.example",
		"https://example.com.":               "https://example.com.",
	} {
		p, _, hint := parsePattern(s)
		assert.Empty(t, hint, s)
		assert.Equal(t, want, p.String(), s)
	}
}

func TestPatternsThatAreNone(t *testing.T) {
	for s, hint := range map[string]string{
		"":                                   `"https://example.com"`,
		"example.com":                        `"https://example.com"`,
		"example.com:8080":                   `"https://example.com:8080"`,
		"*.example.com":                      `"https://*.example.com"`,
		"//example.com":                      `"https://example.com"`,
		"localhost":                          `"http://localhost"`,
		"https;//example.com":                `"https://app.example.com"`,
		"NULL":                               `is written "null"`,
		"'null'":                             `is written "null"`,
		"**":                                 `"https://app.example.com"`,
		"http://[::1":                        `"http://[::1]"`,
		"[::1]:3000":                         `write "http://[::1]:3000"`,
		"//localhost:3000":                   `write "http://localhost:3000"`,
		"http://localhost:[0-9]+":            `write "http://localhost:*"`,
		"https://**.example.com":             `write "https://*.example.com"`,
		"https://a*.example.com:*":           "WithOriginRegexps(`https://a[a-z0-9-]+\\.example\\.com(:[0-9]+)?`)",
		"https://*-app.example.com:443":      "WithOriginRegexps(`https://[a-z0-9-]+-app\\.example\\.com`)",
		"HTTPS://PR*.example.com/":           "WithOriginRegexps(`https://pr[a-z0-9-]+\\.example\\.com`)",
		"https://a`\\.example.com":           "WithOriginRegexps(`https://pr-[0-9]+\\.example\\.com`)",
		"https://a$b.example":                "WithOriginRegexps(`https://pr-[0-9]+\\.example\\.com`)",
		"https://**":                         "WithOriginRegexps(`https://pr-[0-9]+\\.example\\.com`)",
		"https://[*]:80":                     "WithOriginRegexps(`https://pr-[0-9]+\\.example\\.com`)",
		`/https:\/\/a\.example\.com/`:        "WithOriginRegexps(`https://a\\.example\\.com`)",
		"localhost:3000":                     `"http://localhost:3000"`,
		"https//example.com":                 `"https://example.com"`,
		`https://example\.com`:               "WithOriginRegexps(`https://example\\.com`)",
		"^https://example.com$":              "WithOriginRegexps(`^https://example\\.com$`)",
		"https://(app|www).example.com":      "WithOriginRegexps(`https://(app|www)\\.example\\.com`)",
		"https://a.com|https://b.com":        "WithOriginRegexps(`https://a\\.com|https://b\\.com`)",
		"https://(a|b.c.com":                 "WithOriginRegexps(`https://pr-[0-9]+\\.example\\.com`)",
		"https://.*.example.com":             `write "https://*.example.com"`,
		"https://.*.example.com:8443":        `write "https://*.example.com:8443"`,
		"https:example.com":                  `"https://example.com"`,
		"https:/example.com":                 `"https://example.com"`,
		"https://example.com/path":           `no path; write "https://example.com"`,
		"https://example.com//":              `no path; write "https://example.com"`,
		"https://example.com?q":              `no query; write "https://example.com"`,
		"https://example.com#f":              `no fragment; write "https://example.com"`,
		"https://u:p@example.com":            `no user information; if the host is what follows the @, write "https://example.com"`,
		`"https://a.example"`:                `no quotes; write "https://a.example"`,
		`"*"`:                                `no quotes; write "*"`,
		`"a.example"`:                        `no quotes; write "https://a.example"`,
		`"https://a.example", "https://b.c"`: `as an element of its own`,
		"\"\xff\"":                           `UTF-8`,
		`'NULL'`:                             `written "null"`,
		`"null"`:                             `written "null"`,
		" https://example.com":               `white space; write "https://example.com"`,
		"https://example.com\n":              `white space; write "https://example.com"`,
		"https://a.example https://b.c":      `as an element of its own: "https://a.example", "https://b.c"`,
		"https://a.example,https://b.c":      `as an element of its own: "https://a.example", "https://b.c"`,
		"https://a.example;https://b.c":      `as an element of its own: "https://a.example", "https://b.c"`,
		"https://a.example, ":                `as an element of its own: "https://a.example"`,
		"https://example.{com,net}":          `give each origin as an element of its own`,
		"https://exam\x00ple.com":            `control character`,
		"file:///":                           `null`,
		"file://host":                        `null`,
		"data:text/html":                     `null`,
		"blob:https://example.com":           `is no scheme; write "https://example.com"`,
		"https://":                           `it is empty`,
		"https://:8080":                      `it is empty`,
		"https://*.":                         `it is empty`,
		"https://.example.com":               `empty`,
		"https://a..b":                       `empty`,
		"https://a" + strings.Repeat("a", 63) + ".com":      `63 bytes`,
		"https://" + strings.Repeat("abcdefg.", 32) + "com": `253 bytes`,
		"https://exam!ple.com":                              `"!" cannot be in it`,
		"https://exam%70le.com":                             `cannot be in it`,
		"https://ex\u202eample.com":                         `international domain name`,
		"https://xn--a":                                     `international domain name`,
		"https://\xff.example":                              `UTF-8`,
		"https://1.2.3":                                     `IPv4`,
		"https://1.2.3.256":                                 `IPv4`,
		"https://127.1":                                     `IPv4`,
		"https://0x7f.1":                                    `IPv4`,
		"https://[::1":                                      `IPv6`,
		"https://[1.2.3.4]":                                 `IPv6`,
		"https://[fe80::1%eth0]":                            `IPv6`,
		"https://::1":                                       `"https://[::1]"`,
		"https://[::1]x":                                    `"https://[::1]"`,
		"https://example.com:":                              `no port follows the ":"; write "https://example.com"`,
		"https://example.com:http":                          `is no port`,
		"https://example.com:65536":                         `write that of the page, or "https://example.com:*" for any`,
		"https://example.com:0443":                          `is no port`,
		"https://example.com:8*":                            `write "https://example.com:*"`,
		"https://foo*.example.com":                          "WithOriginRegexps(`https://foo[a-z0-9-]+\\.example\\.com`)",
		"https://*example.com":                              `write "https://example.com" and "https://*.example.com"`,
		"https://*example.com:8080":                         `write "https://example.com:8080" and "https://*.example.com:8080"`,
		"https://*-app.example.com":                         "WithOriginRegexps(`https://[a-z0-9-]+-app\\.example\\.com`)",
		"http://192.168.1.*":                                `list the addresses`,
		"http://localhost*":                                 `write "http://localhost:*"`,
		"https://example.com*":                              `write "https://example.com:*"`,
		"https://*.*.example.com":                           "WithOriginRegexps",
		"https://example.*":                                 `list the hosts`,
		"*://example.com":                                   `"http://example.com" and "https://example.com"`,
		"http*://example.com":                               `"http://example.com" and "https://example.com"`,
		"https://*.1.2.3.4":                                 `no subdomains`,
		"https://*.1.2.3.4:8443":                            `no subdomains; write "https://1.2.3.4:8443"`,
		"https://::1:8080":                                  `write "https://[::1:8080]", or "https://[::1]:8080" if that is a port`,
		"https://*.[::1]":                                   `no subdomains; write "https://[::1]"`,
		"1https://example.com":                              `is no scheme`,
		"ht_tp://example.com":                               `is no scheme`,
		"://example.com":                                    `is no scheme`,
		strings.Repeat("s", 65) + "://x":                    `is no scheme`,
	} {
		_, code, got := parsePattern(s)
		assert.Contains(t, got, hint, "%.60q", s)
		if got != "" {
			assert.NotEmpty(t, code, s)
		}
	}
	for _, s := range []string{"https://ex*mple.com", "https://*example.com", "https://example.*", "https://10.0.0.*", "*://example.com", "https://example.com*", "https://example.com:80*"} {
		_, code, hint := parsePattern(s)
		assert.Equal(t, CodeOriginWildcard, code, s)
		assert.Contains(t, hint, "WithOriginRegexps", s)
	}
}

// advised is the entry that a hint suggests.
var advised = regexp.MustCompile(`(?:write|written) ("(?:[^"\\]|\\.)*")`)

func FuzzPattern(f *testing.F) {
	for _, s := range slices.Concat(serializedOrigins, notSerializedOrigins) {
		f.Add(s)
	}
	for _, s := range []string{"https://*.bücher.example:*", "https://*:1", "HTTP://[::FFFF:1.2.3.4]:80/", "https://faß.de", "*://a", "https://a*b:8*", "`*"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, code, hint := parsePattern(s)
		if hint != "" {
			if code == "" || p != (pattern{}) {
				t.Errorf("%q: an error without a code, or with a result", s)
			}
			if match := advised.FindStringSubmatch(hint); match != nil {
				if advice, err := strconv.Unquote(match[1]); err != nil {
					t.Errorf("%q: %s: %v", s, hint, err)
				} else if _, _, again := parsePattern(advice); again != "" && advice != "null" && advice != "*" {
					t.Errorf("%q: %s, which is as bad: %s", s, hint, again)
				}
			}
			return
		}
		again, _, hint := parsePattern(p.String())
		if hint != "" || again != p {
			t.Errorf("%q normalises to %q, which means %+v and not %+v (%s)", s, p, again, p, hint)
		}
		for i := range len(p.String()) {
			if b := p.String()[i]; !originBytes.Has(b) && b != '*' {
				t.Errorf("%q normalises to %q, which holds %q", s, p, b)
			}
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
			if p, _, hint := parsePattern(text); hint == "" {
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
