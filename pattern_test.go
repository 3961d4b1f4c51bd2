package cors

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed-12f469a5/cors/internal/pcre"
)

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
		"https://*.FAẞ.example":              "https://*.xn--fa-hia.example",
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
		p, _, hint := parsePattern(s, useRegexp)
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
		"localhost":                          `write "http://localhost", or "http://localhost:*" for any port`,
		"https;//example.com":                `"://" must follow the scheme; write "https://example.com"`,
		"NULL":                               `is written "null"`,
		"'null'":                             `is written "null"`,
		"**":                                 `any origin is written "*"`,
		"http://[::1":                        `"http://[::1]"`,
		"[::1]:3000":                         `write "http://[::1]:3000"`,
		"//localhost:3000":                   `write "http://localhost:3000"`,
		"http://localhost:[0-9]+":            `write "http://localhost:*"`,
		"https://**.example.com":             `write "https://*.example.com"`,
		"https://a*.example.com:*":           "WithOriginRegexps(`https://a[a-z0-9-]+\\.example\\.com(:[0-9]+)?`)",
		"https://*-app.example.com:443":      "WithOriginRegexps(`https://[a-z0-9-]+-app\\.example\\.com`)",
		"HTTPS://PR*.example.com/":           "WithOriginRegexps(`https://pr[a-z0-9-]+\\.example\\.com`)",
		"https://a`\\.example.com":           "WithOriginRegexps, with an expression such as `https://pr-[0-9]+\\.example\\.com`",
		"https://a$b.example":                "WithOriginRegexps, with an expression such as `https://pr-[0-9]+\\.example\\.com`",
		"https://**":                         "WithOriginRegexps, with an expression such as `https://pr-[0-9]+\\.example\\.com`",
		"https://[*]:80":                     "WithOriginRegexps, with an expression such as `https://pr-[0-9]+\\.example\\.com`",
		`/https:\/\/a\.example\.com/`:        `no regular expression is needed; write "https://a.example.com"`,
		"example.com:80":                     `write "http://example.com:80"`,
		"localhost:3000":                     `"http://localhost:3000"`,
		"https//example.com":                 `"https://example.com"`,
		`https://example\.com`:               `no regular expression is needed; write "https://example.com"`,
		"^https://example.com$":              `write "https://example.com"`,
		`https://*\.example\.com`:            `write "https://*.example.com"`,
		`^https://*.example.com$`:            `write "https://*.example.com"`,
		"https://[a-z]+.example.com":         "WithOriginRegexps(`https://[a-z]+\\.example\\.com`)",
		"https://[a-z0-9-]{3,}.example.com":  `give each origin as an element of its own`,
		"https://app.?.example.com":          "looks like a regular expression",
		"https://www?.example.com":           "looks like a regular expression",
		"https?://.*":                        "looks like a regular expression",
		"[a-z]+.example.com":                 "looks like a regular expression",
		".*":                                 "looks like a regular expression",
		".*.example.com":                     "looks like a regular expression",
		"^^^$$$":                             "looks like a regular expression",
		"*example.com":                       `the scheme is missing, and a dot must follow the *, or strangers' hosts would match too; write "https://example.com" and "https://*.example.com"`,
		"::1":                                `write "https://[::1]"`,
		"http://localhost:3000:3000":         `only one port may follow the host; write "http://localhost:3000"`,
		"https://example.com::443":           `only one port may follow the host; write one such as "https://app.example.com"`,
		"example.com:8443/path":              `write "https://example.com:8443"`,
		"example.com:http":                   `the scheme is missing, and "http" is not a port`,
		"^https://*$":                        `looks like a regular expression; use WithOriginRegexps, with an expression such as`,
		"HTTPS//example.com":                 `write "https://example.com"`,
		"HTTP:example.com":                   `write "http://example.com"`,
		"capacitor:localhost":                `write "capacitor://localhost"`,
		"chrome-extension:abcdef":            `write "chrome-extension://abcdef"`,
		"localhost:3000/app":                 `write "http://localhost:3000"`,
		"[::1]:3000/app":                     `write "http://[::1]:3000"`,
		"/etc/origins.txt":                   `write one such as`,
		"10.0.0.0/8":                         `write one such as`,
		"https://cafe:3000:4000":             `only one port may follow the host; write "https://cafe:3000"`,
		"https://10.0.0.1:80:81":             `only one port may follow the host; write "https://10.0.0.1:80"`,
		"https://(www\\.|m)example\\.com":    "WithOriginRegexps, with an expression such as",
		"all":                                `any origin is written "*"`,
		"${APP_ORIGIN}":                      `a variable that was not expanded`,
		"$FRONTEND_URL":                      `a variable that was not expanded`,
		"$(ORIGIN)":                          `a variable that was not expanded`,
		"https://${host}":                    `a variable that was not expanded`,
		"http://localhost:$PORT":             `a variable that was not expanded`,
		"{{ .Values.origin }}":               `a variable that was not expanded`,
		"%ORIGIN%":                           `a variable that was not expanded`,
		".example.com":                       `write "https://*.example.com"`,
		"example.com/path":                   `write "https://example.com"`,
		"[https://a.example]":                `must not be in brackets; write "https://a.example"`,
		`["https://a.example"]`:              `must not be in brackets; write "https://a.example"`,
		"<https://a.example>":                `must not be in brackets; write "https://a.example"`,
		"https:///example.com":               `no path; write one such as "https://app.example.com"`,
		"https://:tenant.example.com":        `write that of the page; for any port write one such as`,
		"https://(app|www).example.com":      "WithOriginRegexps(`https://(app|www)\\.example\\.com`)",
		"https://a.com|https://b.com":        "WithOriginRegexps(`https://a\\.com|https://b\\.com`)",
		"https://(a|b.c.com":                 "WithOriginRegexps, with an expression such as `https://pr-[0-9]+\\.example\\.com`",
		"https://.*.example.com":             `write "https://*.example.com"`,
		"https://.*.example.com:8443":        `write "https://*.example.com:8443"`,
		"https:example.com":                  `"https://example.com"`,
		"https:/example.com":                 `"https://example.com"`,
		"https://example.com/path":           `no path; write "https://example.com"`,
		"https://example.com//":              `no path; write "https://example.com"`,
		"https://example.com?q":              `no query; write "https://example.com"`,
		"https://example.com#f":              `no fragment; write "https://example.com"`,
		"https://u:p@example.com":            `no user information; if the host is what follows the @, write "https://example.com"`,
		`"https://a.example"`:                `must not be in quotes; write "https://a.example"`,
		`"*"`:                                `must not be in quotes; write "*"`,
		`"a.example"`:                        `must not be in quotes; write "https://a.example"`,
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
		"blob:https://example.com":           `is not a scheme; write "https://example.com"`,
		"https://":                           `it is empty`,
		"https://:8080":                      `it is empty`,
		"https://*.":                         `it is empty`,
		"https://.example.com":               `a host does not begin with a dot; for subdomains write "https://*.example.com"`,
		"http://.example.com:8080":           `write "http://*.example.com:8080"`,
		"https://..example.com":              `empty`,
		"tauri//pr-7.localhost":              `the scheme is missing; write one such as "https://app.example.com"`,
		"true":                               `any origin is written "*"`,
		"false":                              `no origin is allowed that is not listed; remove it`,
		"same-origin":                        `the server's own origin need no permission; remove it`,
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
		"https://example.com:http":                          `is not a port`,
		"https://example.com:65536":                         `write that of the page; for any port write "https://example.com:*"`,
		"https://example.com:0443":                          `is not a port`,
		"https://example.com:8*":                            `write "https://example.com:*"`,
		"https://foo*.example.com":                          "WithOriginRegexps(`https://foo[a-z0-9-]+\\.example\\.com`)",
		"https://*example.com":                              `write "https://example.com" and "https://*.example.com"`,
		"https://*example.com:8080":                         `write "https://example.com:8080" and "https://*.example.com:8080"`,
		"https://*-app.example.com":                         "WithOriginRegexps(`https://[a-z0-9-]+-app\\.example\\.com`)",
		"http://192.168.1.*":                                "a * stands for no part of an address; use WithOriginRegexps(`http://192\\.168\\.1\\.[0-9]+`)",
		"http://192.168.*.*:*":                              "use WithOriginRegexps(`http://192\\.168\\.[0-9]+\\.[0-9]+(:[0-9]+)?`)",
		"http://127.0.0.1*":                                 `for any port write "http://127.0.0.1:*"`,
		"http://10.*":                                       "a * cannot end a host, for in some domain the name is a stranger's; list the hosts",
		"https://*.*.*":                                     "a * stands for whole labels",
		"http://10.0.0.1/8080":                              `an origin has no path; write "http://10.0.0.1"`,
		"http://192.168.0.0/16":                             "a range of addresses is not an origin; list the addresses, or use a regular expression with WithOriginRegexps",
		"undefined":                                         "a variable that is not set leaves behind",
		"'self'":                                            "pages of the server's own origin need no permission; remove it",
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
		"1https://example.com":                              `is not a scheme`,
		"ht_tp://example.com":                               `is not a scheme`,
		"://example.com":                                    `is not a scheme`,
		strings.Repeat("s", 65) + "://x":                    `is not a scheme`,
	} {
		_, code, got := parsePattern(s, useRegexp)
		assert.Contains(t, got, hint, "%.60q", s)
		if got != "" {
			assert.NotEmpty(t, code, s)
		}
	}
	for _, s := range []string{"https://ex*mple.com", "https://*example.com", "https://example.*", "https://10.0.0.*", "*://example.com", "https://example.com*", "https://example.com:80*"} {
		_, code, hint := parsePattern(s, useRegexp)
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
		p, code, hint := parsePattern(s, useRegexp)
		if hint != "" {
			if code == "" || p != (pattern{}) {
				t.Errorf("%q: an error without a code, or with a result", s)
			}
			if match := advised.FindStringSubmatch(hint); match != nil {
				if advice, err := strconv.Unquote(match[1]); err != nil {
					t.Errorf("%q: %s: %v", s, hint, err)
				} else if _, _, again := parsePattern(advice, useRegexp); again != "" && advice != "null" && advice != "*" {
					t.Errorf("%q: %s, which is as bad: %s", s, hint, again)
				}
			}
			return
		}
		again, _, hint := parsePattern(p.String(), useRegexp)
		if hint != "" || again != p {
			t.Errorf("%q normalises to %q, which means %+v and not %+v (%s)", s, p, again, p, hint)
		}
		for i := range len(p.String()) {
			if b := p.String()[i]; strings.IndexByte(pcre.OriginBytes, b) < 0 && b != '*' {
				t.Errorf("%q normalises to %q, which holds %q", s, p, b)
			}
		}
	})
}
