package corstest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseURL(t *testing.T) {
	base, err := parseURL("https://base.example:8443/a/b/c?q", nil)
	require.NoError(t, err)

	for in, want := range map[string]string{
		"https://api.example":                "https://api.example/",
		" \x00HTTPS://API.Example/ \n":       "https://api.example/",
		"ht\ntps://api.ex\tample/a\rb":       "https://api.example/ab",
		"https://api.example:443/":           "https://api.example/",
		"https://api.example:0443/":          "https://api.example/",
		"https://api.example:80/":            "https://api.example:80/",
		"https://api.example:/":              "https://api.example/",
		"http://api.example:80/":             "http://api.example/",
		"http:api.example/x":                 "http://api.example/x",
		"http:\\\\api.example\\x":            "http://api.example/x",
		"http:////api.example/x":             "http://api.example/x",
		"https:x":                            "https://base.example:8443/a/b/x",
		"https:/x":                           "https://base.example:8443/x",
		"https://api.example?q":              "https://api.example/?q",
		"https://api.example#f":              "https://api.example/#f",
		"https://api.example/?":              "https://api.example/?",
		"https://bücher.example/":            "https://xn--bcher-kva.example/",
		"https://b%C3%BCcher.example/":       "https://xn--bcher-kva.example/",
		"https://faß.example/":               "https://xn--fa-hia.example/",
		"https://FAẞ.example/":               "https://xn--fa-hia.example/",
		"https://api_1.example/":             "https://api_1.example/",
		"https://api.example./":              "https://api.example./",
		"https://127.0.0.1:8080/":            "https://127.0.0.1:8080/",
		"https://[2001:DB8:0:0::1]/":         "https://[2001:db8::1]/",
		"https://[::1]:8443/":                "https://[::1]:8443/",
		"https://[::ffff:192.0.2.1]/":        "https://[::ffff:c000:201]/",
		"https://a:b@api.example/":           "https://a:b@api.example/",
		"https://@api.example/":              "https://api.example/",
		"https://api.example/a/./b/../c":     "https://api.example/a/c",
		"https://api.example/../..":          "https://api.example/",
		"https://api.example/a/%2e%2E/.":     "https://api.example/",
		"https://api.example/a//b/":          "https://api.example/a//b/",
		"https://api.example/a b\"<>`{}é":    "https://api.example/a%20b%22%3C%3E%60%7B%7D%C3%A9",
		"https://api.example/%2F%20":         "https://api.example/%2F%20",
		"https://api.example/a|b%2Fc":        "https://api.example/a%7Cb%2Fc",
		"https://api.example/?a b\"<>'é&c=d": "https://api.example/?a%20b%22%3C%3E%27%C3%A9&c=d",
		"":                                   "https://base.example:8443/a/b/c?q",
		"#f":                                 "https://base.example:8443/a/b/c?q#f",
		"?r":                                 "https://base.example:8443/a/b/c?r",
		"?":                                  "https://base.example:8443/a/b/c?",
		"x":                                  "https://base.example:8443/a/b/x",
		"x:y":                                "x:y",
		"./x:y":                              "https://base.example:8443/a/b/x:y",
		"/x?y#z":                             "https://base.example:8443/x?y#z",
		"../x":                               "https://base.example:8443/a/x",
		"..":                                 "https://base.example:8443/a/",
		"//api.example/x":                    "https://api.example/x",
		"/\\api.example/x":                   "https://api.example/x",
		"///api.example/x":                   "https://api.example/x",
		"data:text/plain,hi":                 "data:text/plain,hi",
		"JavaScript:alert(1)":                "javascript:alert(1)",
	} {
		t.Run(in, func(t *testing.T) {
			u, err := parseURL(in, base)
			require.NoError(t, err)
			assert.Equal(t, want, u.String())

			again, err := parseURL(u.String(), nil)
			require.NoError(t, err)
			assert.Equal(t, want, again.String(), "parsing is idempotent")
		})
	}

	for _, in := range []string{
		"https://", "https:///", "https://?q", "https://:8080/", "https://a b/", "https://a%20b/", "https://a%zz/", "https://[::1/",
		"https://[::1%25eth0]/", "https://[127.0.0.1]/", "https://[]/", "https://[::1]x/", "https://1.2.3.256/", "https://1.2.3/", "https://0x7f/", "https://a.0x/",
		"https://a\x7fb/", "https://a:65536/", "https://a:x/", "https://a:-1/", "https://a:+1/", "https://a^b/", "https://xn--/", "https://a/%zz",
	} {
		_, err := parseURL(in, base)
		assert.Error(t, err, in)
	}
	_, err = parseURL("/x", nil)
	assert.EqualError(t, err, `invalid URL "/x": it is relative, with nothing to resolve it against`)
}

func TestParseOrigin(t *testing.T) {
	for in, want := range map[string]string{
		"null":                        "null",
		"https://app.example":         "https://app.example",
		"HTTPS://App.Example:443":     "https://app.example",
		"http://localhost:3000":       "http://localhost:3000",
		"https://bücher.example":      "https://xn--bcher-kva.example",
		"https://[2001:DB8::0:1]:1":   "https://[2001:db8::1]:1",
		"https://[::1]":               "https://[::1]",
		"capacitor://LOCALHOST":       "capacitor://localhost",
		"app://localhost:8080":        "app://localhost:8080",
		"chrome-extension://abcdefgh": "chrome-extension://abcdefgh",
	} {
		o, err := parseOrigin(in)
		require.NoError(t, err, in)
		assert.Equal(t, want, o.String())
	}

	for in, want := range map[string]string{
		"":                     `corstest: the page's origin "" has no scheme: write it like "https://app.example", or "null"`,
		"app.example":          `corstest: the page's origin "app.example" has no scheme: write it like "https://app.example", or "null"`,
		"*":                    `corstest: the page's origin "*" has no scheme: write it like "https://app.example", or "null"`,
		"Null":                 `corstest: the page's origin "Null" has no scheme: write it like "https://app.example", or "null"`,
		"1http://app.example":  `corstest: the page's origin "1http://app.example" has no scheme: write it like "https://app.example", or "null"`,
		"https://app.example/": `corstest: the page's origin "https://app.example/" has more than scheme, host and port: write it like "https://app.example"`,
		"https://u@a.example":  `corstest: the page's origin "https://u@a.example" has more than scheme, host and port: write it like "https://app.example"`,
		"file://":              `corstest: the page's origin "file://": browsers serialize the origin of file: documents as "null"`,
		"blob://a":             `corstest: the page's origin "blob://a": browsers serialize the origin of blob: documents as "null"`,
		"about:blank":          `corstest: the page's origin "about:blank": browsers serialize the origin of about: documents as "null"`,
		"https://":             `corstest: the page's origin: invalid URL "https://": "" is not a host`,
		"https://a:99999":      `corstest: the page's origin: invalid URL "https://a:99999": "99999" is not a port`,
		"capacitor://":         `corstest: the page's origin "capacitor://" has no valid host`,
		"capacitor://a:b":      `corstest: the page's origin "capacitor://a:b" has no valid host`,
	} {
		_, err := parseOrigin(in)
		assert.EqualError(t, err, want)
	}
}

func TestIsSameOrigin(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"https://a.example", "https://a.example:443", true},
		{"https://a.example", "https://A.example", true},
		{"https://a.example", "http://a.example", false},
		{"https://a.example", "https://a.example:8443", false},
		{"https://a.example", "https://b.a.example", false},
		{"https://a.example", "https://a.example.", false},
		{"null", "https://a.example", false},
	} {
		a, err := parseOrigin(test.a)
		require.NoError(t, err)
		b, err := parseOrigin(test.b)
		require.NoError(t, err)
		assert.Equal(t, test.want, a.isSameOrigin(b), test)
		assert.Equal(t, test.want, b.isSameOrigin(a), test)
	}
	assert.False(t, origin{}.isSameOrigin(origin{}))
	assert.False(t, origin{}.isSameSite(origin{}))
}
