package corstest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/seed-12f469a5/cors/corstest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// asked returns the preflight's Access-Control-Request-Headers; nil if there
// was no preflight, and empty if the preflight had no such header.
func asked(t *testing.T, r corstest.Request) []string {
	t.Helper()
	page := corstest.NewPage(app, open(respond(200)))
	resp, err := page.Fetch(r)
	require.NoError(t, err)
	preflight := page.Exchanges()[0]
	assert.Equal(t, preflight.Preflight, resp.Preflighted)
	if !resp.Preflighted {
		return nil
	}
	assert.Equal(t, "OPTIONS", preflight.Method)
	return append([]string{}, preflight.RequestHeader["Access-Control-Request-Headers"]...)
}

func TestRequestHeadersThatNeedAPreflight(t *testing.T) {
	a := func(n int) string { return strings.Repeat("a", n) }

	for _, test := range []struct {
		name   string
		values []string
		unsafe bool
	}{
		{"Range", []string{"0-5"}, true},
		{"Range", []string{"bytes=x-5"}, true},
		{"Range", []string{"bytes=5-"}, false},
		{"Accept", []string{"text/html;q=0.9, */*"}, false},
		{"Accept", []string{""}, false},
		{"Accept", []string{a(128)}, false},
		{"Accept", []string{a(129)}, true},
		{"Accept", []string{" \t" + a(128) + " \r\n"}, false},
		{"Accept", []string{"a\tb"}, false},
		{"Accept", []string{"a\x0bb"}, true},
		{"Accept", []string{"a\x01b"}, true},
		{"Accept", []string{"a\x7fb"}, true},
		{"Accept", []string{"\x80\xff"}, false},
		{"Accept", []string{`"`}, true},
		{"Accept", []string{"("}, true},
		{"Accept", []string{")"}, true},
		{"Accept", []string{":"}, true},
		{"Accept", []string{"<"}, true},
		{"Accept", []string{">"}, true},
		{"Accept", []string{"?"}, true},
		{"Accept", []string{"@"}, true},
		{"Accept", []string{"["}, true},
		{"Accept", []string{`\`}, true},
		{"Accept", []string{"]"}, true},
		{"Accept", []string{"{"}, true},
		{"Accept", []string{"}"}, true},
		{"Accept", []string{"!#$%&'*+-.^_`|~/,;="}, false},
		{"aCCEPT", []string{"*/*"}, false},

		{"Accept-Language", []string{"en-US,en;q=0.5, *"}, false},
		{"Accept-Language", []string{"en_US"}, true},
		{"Accept-Language", []string{"en\ten"}, true},
		{"Accept-Language", []string{"\xe9"}, true},
		{"Accept-Language", []string{a(129)}, true},
		{"Content-Language", []string{"de"}, false},
		{"Content-Language", []string{"de@"}, true},

		{"Content-Type", []string{"text/plain"}, false},
		{"Content-Type", []string{"\t text/plain"}, false},
		{"Content-Type", []string{"text /plain"}, true},
		{"Content-Type", []string{"TEXT/Plain ; charset=utf-8"}, false},
		{"Content-Type", []string{"text/plain;"}, false},
		{"Content-Type", []string{"text/plain;=;;"}, false},
		{"Content-Type", []string{`text/plain;a="b"`}, true},
		{"Content-Type", []string{"multipart/form-data; boundary=x"}, false},
		{"Content-Type", []string{"application/x-www-form-urlencoded"}, false},
		{"Content-Type", []string{"application/json"}, true},
		{"Content-Type", []string{"text/html"}, true},
		{"Content-Type", []string{"text/plain, application/json"}, true},
		{"Content-Type", []string{"text/plain", "application/json"}, true},
		{"Content-Type", []string{"text/plain", "text/plain"}, false},
		{"Content-Type", []string{""}, true},
		{"Content-Type", []string{"text"}, true},
		{"Content-Type", []string{"text/"}, true},
		{"Content-Type", []string{"/plain"}, true},
		{"Content-Type", []string{"text /plain"}, true},
		{"Content-Type", []string{"text/ plain"}, true},
		{"Content-Type", []string{"text;/plain"}, true},
		{"Content-Type", []string{"text/plain;" + a(117)}, false},
		{"Content-Type", []string{"text/plain;" + a(118)}, true},

		{"Range", []string{"bytes=0-"}, false},
		{"Range", []string{"bytes=0-500"}, false},
		{"Range", []string{"bytes=500-500"}, false},
		{"Range", []string{"bytes=000500-500"}, false},
		{"Range", []string{"bytes=9-10"}, false},
		{"Range", []string{"bytes=10-9"}, true},
		{"Range", []string{"bytes=18446744073709551616-18446744073709551617"}, false},
		{"Range", []string{"bytes=18446744073709551617-18446744073709551616"}, true},
		{"Range", []string{"bytes=-500"}, true},
		{"Range", []string{"bytes=-"}, true},
		{"Range", []string{"bytes=0"}, true},
		{"Range", []string{"bytes=0-1,3-4"}, true},
		{"Range", []string{"bytes= 0-1"}, true},
		{"Range", []string{"bytes = 0-1"}, true},
		{"Range", []string{"bytes=0-1-2"}, true},
		{"Range", []string{"Bytes=0-1"}, true},
		{"Range", []string{"bytes=+1-2"}, true},
		{"Range", []string{"bytes=" + strings.Repeat("0", 121) + "-"}, false},
		{"Range", []string{"bytes=" + strings.Repeat("0", 122) + "-"}, true},

		{"Authorization", []string{""}, true},
		{"X-Custom", []string{""}, true},
		{"User-Agent", []string{"mine"}, true},
		{"DPR", []string{"2"}, true},
		{"Save-Data", []string{"on"}, true},
	} {
		t.Run(test.name+"="+strings.Join(test.values, "|"), func(t *testing.T) {
			var want []string
			if test.unsafe {
				want = []string{strings.ToLower(test.name)}
			}
			assert.Equal(t, want, asked(t, corstest.Request{URL: api, Header: http.Header{test.name: test.values}}))
		})
	}
}

func TestSafelistedHeadersInExcessNeedAPreflight(t *testing.T) {
	a := strings.Repeat("a", 128)
	full := []string{a, a, a, a, a, a, a}
	for name, test := range map[string]struct {
		header http.Header
		want   []string
	}{
		"1,024 bytes":                                 {http.Header{"Accept": append(full, a)}, nil},
		"1,025 bytes":                                 {http.Header{"Accept": append(full, a, "a")}, []string{"accept"}},
		"1,021 bytes and the default Accept":          {http.Header{"Accept-Language": append(full, a[:125])}, nil},
		"1,022 bytes and the default Accept":          {http.Header{"Accept-Language": append(full, a[:126])}, []string{"accept,accept-language"}},
		"unsafe headers do not count":                 {http.Header{"Accept": append(full, a), "X-One": full}, []string{"x-one"}},
		"unsafe headers are joined by safelisted":     {http.Header{"Accept": append(full, a, "a"), "X-One": {"1"}, "Range": {"bytes=0-"}}, []string{"accept,range,x-one"}},
		"a header both safe and unsafe is named once": {http.Header{"Accept": append(full, a, "a", "@")}, []string{"accept"}},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, test.want, asked(t, corstest.Request{URL: api, Header: test.header}))
		})
	}
}

func TestRequestHeaderNamesAreSortedLowerCaseUnique(t *testing.T) {
	got := asked(t, corstest.Request{URL: api, Header: http.Header{
		"X-Zebra": {"1"}, "x-zebra": {"2"}, "X-apple": {"1"}, "X_Under": {"1"}, "authorization": {"Bearer x"},
		"Content-Type": {"application/json"}, "Accept": {"*/*"},
	}})
	assert.Equal(t, []string{"authorization,content-type,x-apple,x-zebra,x_under"}, got)
}

func TestMethodsThatNeedAPreflight(t *testing.T) {
	for method, want := range map[string]struct {
		sent      string
		preflight bool
	}{
		"":        {"GET", false},
		"get":     {"GET", false},
		"Head":    {"HEAD", false},
		"pOST":    {"POST", false},
		"put":     {"PUT", true},
		"delete":  {"DELETE", true},
		"options": {"OPTIONS", true},
		"PATCH":   {"PATCH", true},
		"patch":   {"patch", true},
		"Chicken": {"Chicken", true},
		"*":       {"*", true},
	} {
		t.Run(method, func(t *testing.T) {
			page := corstest.NewPage(app, open(respond(200)))
			resp, err := page.Fetch(corstest.Request{Method: method, URL: api})
			require.NoError(t, err)
			assert.Equal(t, want.preflight, resp.Preflighted)
			exchanges := page.Exchanges()
			assert.Equal(t, want.sent, exchanges[len(exchanges)-1].Method)
			if want.preflight {
				assert.Equal(t, []string{want.sent}, exchanges[0].RequestHeader["Access-Control-Request-Method"])
				assert.NotContains(t, exchanges[0].RequestHeader, "Access-Control-Request-Headers")
			}
		})
	}
}

func TestForbiddenRequestHeadersAreDropped(t *testing.T) {
	dropped := http.Header{}
	for _, name := range []string{
		"Accept-Charset", "Accept-Encoding", "Access-Control-Request-Headers", "Access-Control-Request-Method",
		"Connection", "Content-Length", "Cookie", "Cookie2", "Date", "DNT", "Expect", "Host", "Keep-Alive", "Origin",
		"Referer", "Set-Cookie", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Via",
		"Proxy-", "Proxy-Authorization", "Sec-", "Sec-Fetch-Site", "sec-ch-ua",
	} {
		dropped[name] = []string{"forged"}
	}
	dropped["X-HTTP-Method"] = []string{"trace", "GET, Connect", "\"a,b\" ,TRACK", `a\,TRACE`}
	dropped["x-http-method-override"] = []string{"TRACE"}
	dropped["X-Method-Override"] = []string{"CONNECT"}

	page := corstest.NewPage(app, open(respond(200)))
	resp, err := page.Fetch(corstest.Request{URL: api, Header: dropped})
	require.NoError(t, err)
	assert.False(t, resp.Preflighted)
	assert.Equal(t, header(
		"Accept", "*/*", "Accept-Encoding", "identity", "Origin", app, "Referer", app+"/", "User-Agent", "Mozilla/5.0 (compatible; corstest)",
		"Sec-Fetch-Dest", "empty", "Sec-Fetch-Mode", "cors", "Sec-Fetch-Site", "cross-site",
	), page.Exchanges()[0].RequestHeader)

	kept := http.Header{
		"X-Http-Method":          {"DELETE", "trace"},
		"X-Http-Method-Override": {`"TRACE,TRACE"`},
		"X-Method-Override":      {`"\",TRACE`},
		"Secret":                 {"1"},
	}
	assert.Equal(t, []string{"secret,x-http-method,x-http-method-override,x-method-override"},
		asked(t, corstest.Request{URL: api, Header: kept}))
}

// These are TypeErrors in a browser, thrown before anything is sent.
func TestFetchRefusesWhatNoScriptCanAskFor(t *testing.T) {
	for name, test := range map[string]struct {
		origin  string // app if empty
		request corstest.Request
		want    string
	}{
		"CONNECT":          {"", corstest.Request{Method: "CONNECT", URL: api}, `corstest: method "CONNECT" is forbidden: no browser lets a script use it`},
		"trace":            {"", corstest.Request{Method: "trace", URL: api}, `corstest: method "trace" is forbidden: no browser lets a script use it`},
		"Track":            {"", corstest.Request{Method: "Track", URL: api}, `corstest: method "Track" is forbidden: no browser lets a script use it`},
		"method no token":  {"", corstest.Request{Method: "GET /", URL: api}, `corstest: method "GET /" is not a token`},
		"name no token":    {"", corstest.Request{URL: api, Header: header("X One", "1")}, `corstest: request header name "X One" is not a token`},
		"empty name":       {"", corstest.Request{URL: api, Header: header("", "1")}, `corstest: request header name "" is not a token`},
		"value with break": {"", corstest.Request{URL: api, Header: header("X", "1\r\nY: 2")}, `corstest: request header X has the value "1\r\nY: 2", with a NUL or a line break in it`},
		"value with NUL":   {"", corstest.Request{URL: api, Header: header("X", "1\x00")}, `corstest: request header X has the value "1\x00", with a NUL or a line break in it`},
		"GET with body":    {"", corstest.Request{URL: api, Body: strings.NewReader("")}, "corstest: a GET request cannot have a body"},
		"HEAD with body":   {"", corstest.Request{Method: "head", URL: api, Body: strings.NewReader("")}, "corstest: a HEAD request cannot have a body"},
		"user info":        {"", corstest.Request{URL: "https://user@api.example/"}, `corstest: URL "https://user@api.example/" contains credentials, which fetch refuses: use an Authorization header`},
		"scheme":           {"", corstest.Request{URL: "ftp://api.example/"}, `corstest: URL "ftp://api.example/" is neither http nor https`},
		"malformed URL":    {"", corstest.Request{URL: "https://api example/"}, `corstest: invalid URL "https://api example/": "api example" is not a host`},
		"relative, opaque": {"null", corstest.Request{URL: "/items"}, `corstest: invalid URL "/items": it is relative, with nothing to resolve it against`},
		"origin":           {"app.example", corstest.Request{URL: api}, `corstest: the page's origin "app.example" has no scheme: write it like "https://app.example", or "null"`},
	} {
		t.Run(name, func(t *testing.T) {
			origin := app
			if test.origin != "" {
				origin = test.origin
			}
			page := corstest.NewPage(origin, open(respond(200)))
			_, err := page.Fetch(test.request)
			assert.EqualError(t, err, test.want)
			assert.NotErrorAs(t, err, new(*corstest.BlockedError))
			assert.Empty(t, page.Exchanges())
		})
	}
}
