package corstest_test

import (
	"net/http"
	"testing"

	"github.com/seed-12f469a5/cors/corstest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCORSCheck(t *testing.T) {
	const (
		allowed     = "Access-Control-Allow-Origin"
		credentials = "Access-Control-Allow-Credentials"

		missing  = "No 'Access-Control-Allow-Origin' header is present on the requested resource."
		wildcard = "The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the request's credentials mode is 'include'."
	)
	unequal := func(value string) verdict {
		return verdict{Reason: "The 'Access-Control-Allow-Origin' header has a value '" + value + "' that is not equal to the supplied origin."}
	}
	several := func(value string) verdict {
		return verdict{Reason: "The 'Access-Control-Allow-Origin' header contains multiple values '" + value + "', but only one is allowed."}
	}
	notTrue := func(value string) verdict {
		return verdict{Reason: "The value of the 'Access-Control-Allow-Credentials' header in the response is '" + value +
			"' which must be 'true' when the request's credentials mode is 'include'."}
	}
	readable := verdict{Status: 200}

	for name, test := range map[string]struct {
		origin      string // app if empty
		header      http.Header
		credentials bool
		want        verdict
	}{
		"no header":                  {header: nil, want: verdict{Reason: missing}},
		"empty value":                {header: header(allowed, ""), want: unequal("")},
		"wildcard":                   {header: header(allowed, "*"), want: readable},
		"origin":                     {header: header(allowed, app), want: readable},
		"other origin":               {header: header(allowed, "https://b.example"), want: unequal("https://b.example")},
		"other case":                 {header: header(allowed, "https://App.example"), want: unequal("https://App.example")},
		"trailing slash":             {header: header(allowed, app+"/"), want: unequal(app + "/")},
		"default port":               {header: header(allowed, app+":443"), want: unequal(app + ":443")},
		"white space is stripped":    {header: header(allowed, " \t"+app+"\t "), want: readable},
		"line break is white space":  {header: header(allowed, "*\r\n"), want: readable},
		"list in one line":           {header: header(allowed, app+", https://b.example"), want: several(app + ", https://b.example")},
		"two lines":                  {header: header(allowed, app, allowed, app), want: several(app + ", " + app)},
		"two wildcards":              {header: header(allowed, "*", allowed, "*"), want: several("*, *")},
		"wildcard and origin":        {header: header(allowed, "*", allowed, app), want: several("*, " + app)},
		"quoted":                     {header: header(allowed, `"*"`), want: unequal(`"*"`)},
		"null for a tuple origin":    {header: header(allowed, "null"), want: unequal("null")},
		"null for an opaque origin":  {origin: "null", header: header(allowed, "null"), want: readable},
		"Null for an opaque origin":  {origin: "null", header: header(allowed, "Null"), want: unequal("Null")},
		"any scheme":                 {origin: "capacitor://localhost", header: header(allowed, "capacitor://localhost"), want: readable},
		"credentials off, denied":    {header: header(allowed, app, credentials, "false"), want: readable},
		"credentials":                {header: header(allowed, app, credentials, "true"), credentials: true, want: readable},
		"credentials, opaque origin": {origin: "null", header: header(allowed, "null", credentials, "true"), credentials: true, want: readable},
		"credentials, wildcard":      {header: header(allowed, "*", credentials, "true"), credentials: true, want: verdict{Reason: wildcard}},
		"credentials, missing":       {header: header(allowed, app), credentials: true, want: notTrue("")},
		"credentials, empty":         {header: header(allowed, app, credentials, ""), credentials: true, want: notTrue("")},
		"credentials, other case":    {header: header(allowed, app, credentials, "True"), credentials: true, want: notTrue("True")},
		"credentials, twice":         {header: header(allowed, app, credentials, "true", credentials, "true"), credentials: true, want: notTrue("true, true")},
		"credentials, white space":   {header: header(allowed, app, credentials, " true\t"), credentials: true, want: readable},
	} {
		t.Run(name, func(t *testing.T) {
			origin := app
			if test.origin != "" {
				origin = test.origin
			}
			server := func(w http.ResponseWriter, _ *http.Request) {
				for name, values := range test.header {
					w.Header()[name] = values
				}
			}
			page := corstest.NewPage(origin, http.HandlerFunc(server))
			resp, err := page.Fetch(corstest.Request{URL: api, Credentials: test.credentials})
			assert.Equal(t, test.want, verdictOf(t, resp, err), "%v", page.Exchanges())
		})
	}
}

func TestCORSCheckAppliesToEveryStatus(t *testing.T) {
	for _, status := range []int{200, 204, 304, 400, 401, 403, 404, 500, 599} {
		resp := corstest.Allows(t, respond(status, "Access-Control-Allow-Origin", "*"), app, corstest.Request{URL: api})
		assert.Equal(t, status, resp.Status)
		corstest.Blocks(t, respond(status), app, corstest.Request{URL: api})
	}
}

func TestHeaderNamesAreCaseInsensitiveOnTheWire(t *testing.T) {
	server := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["access-control-allow-origin"] = []string{app}
		w.Header()["bad name"] = []string{"never sent"}
	})
	corstest.Allows(t, server, app, corstest.Request{URL: api})

	twice := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["access-control-allow-origin"] = []string{app}
		w.Header()["Access-Control-Allow-Origin"] = []string{app}
	})
	corstest.Blocks(t, twice, app, corstest.Request{URL: api})
}

func TestReadableHeaders(t *testing.T) {
	const expose = "Access-Control-Expose-Headers"
	all := header(
		"Cache-Control", "no-store", "Content-Language", "en", "Content-Length", "0", "Content-Type", "text/plain",
		"Expires", "0", "Last-Modified", "never", "Pragma", "no-cache",
		"Set-Cookie", "a=b", "Set-Cookie2", "c=d", "X-One", "1", "X-One", "one", "X-Two", "2", "*", "star",
	)
	safelisted := header(
		"Cache-Control", "no-store", "Content-Language", "en", "Content-Length", "0", "Content-Type", "text/plain",
		"Expires", "0", "Last-Modified", "never", "Pragma", "no-cache",
	)
	with := func(pairs ...string) http.Header {
		h := safelisted.Clone()
		for name, values := range header(pairs...) {
			h[name] = values
		}
		return h
	}

	for name, test := range map[string]struct {
		url         string // api if empty
		expose      []string
		credentials bool
		want        http.Header
	}{
		"nothing exposed":     {want: safelisted},
		"empty list":          {expose: []string{""}, want: safelisted},
		"one":                 {expose: []string{"X-One"}, want: with("X-One", "1", "X-One", "one")},
		"any case":            {expose: []string{"x-oNE"}, want: with("X-One", "1", "X-One", "one")},
		"list":                {expose: []string{"x-none , ,\tx-two,"}, want: with("X-Two", "2")},
		"two lines":           {expose: []string{"X-One", "X-Two"}, want: with("X-One", "1", "X-One", "one", "X-Two", "2")},
		"malformed":           {expose: []string{"X-One, X Two"}, want: safelisted},
		"malformed line":      {expose: []string{"X-One", "(X-Two)"}, want: safelisted},
		"malformed, wildcard": {expose: []string{"*, a b"}, want: safelisted},
		"cookies":             {expose: []string{"Set-Cookie, Set-Cookie2"}, want: safelisted},
		"wildcard": {expose: []string{"*"}, want: with("X-One", "1", "X-One", "one", "X-Two", "2", "*", "star",
			expose, "*", "Access-Control-Allow-Origin", app, "Access-Control-Allow-Credentials", "true")},
		"wildcard in a list": {expose: []string{"x-none", "*"}, want: with("X-One", "1", "X-One", "one", "X-Two", "2", "*", "star",
			expose, "x-none", expose, "*", "Access-Control-Allow-Origin", app, "Access-Control-Allow-Credentials", "true")},
		"credentials":           {expose: []string{"X-Two"}, credentials: true, want: with("X-Two", "2")},
		"credentials, wildcard": {expose: []string{"*"}, credentials: true, want: with("*", "star")},
		"same-origin": {url: app + "/", want: with("X-One", "1", "X-One", "one", "X-Two", "2", "*", "star",
			"Access-Control-Allow-Origin", app, "Access-Control-Allow-Credentials", "true")},
	} {
		t.Run(name, func(t *testing.T) {
			server := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				for name, values := range all {
					w.Header()[name] = values
				}
				if test.expose != nil {
					w.Header()[expose] = test.expose
				}
				w.Header().Set("Access-Control-Allow-Origin", app)
				w.Header().Set("Access-Control-Allow-Credentials", "true")
			})
			url := api
			if test.url != "" {
				url = test.url
			}
			resp, err := corstest.NewPage(app, server).Fetch(corstest.Request{URL: url, Credentials: test.credentials})
			require.NoError(t, err)
			assert.Equal(t, test.want, resp.Header)
		})
	}
}

func TestBlockedError(t *testing.T) {
	page := corstest.NewPage(app, respond(200, "X-Server", "here"))
	_, err := page.Fetch(corstest.Request{Method: "POST", URL: api, Header: header("X-One", "1")})

	var blocked *corstest.BlockedError
	require.ErrorAs(t, err, &blocked)
	assert.EqualError(t, err, "Access to fetch at 'https://api.example/items' from origin 'https://app.example' has been blocked by CORS policy: "+
		"Response to preflight request doesn't pass access control check: No 'Access-Control-Allow-Origin' header is present on the requested resource. "+
		"Send 'Access-Control-Allow-Origin: https://app.example', exactly and once.")
	assert.Equal(t, &corstest.BlockedError{
		Preflight: true,
		Reason:    "Response to preflight request doesn't pass access control check: No 'Access-Control-Allow-Origin' header is present on the requested resource.",
		Hint:      "Send 'Access-Control-Allow-Origin: https://app.example', exactly and once.",
		Step:      "https://fetch.spec.whatwg.org/#concept-cors-check",
		Origin:    app,
		URL:       api,
		Exchange:  page.Exchanges()[0],
	}, blocked)
	assert.Equal(t, `> OPTIONS https://api.example/items
> Accept: */*
> Accept-Encoding: identity
> Access-Control-Request-Headers: x-one
> Access-Control-Request-Method: POST
> Origin: https://app.example
> Referer: https://app.example/
> Sec-Fetch-Dest: empty
> Sec-Fetch-Mode: cors
> Sec-Fetch-Site: cross-site
> User-Agent: Mozilla/5.0 (compatible; corstest)
< 200 OK
< X-Server: here
`, blocked.Exchange.String())
}
