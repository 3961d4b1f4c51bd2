package corstest_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/seed-12f469a5/cors/corstest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func redirect(status int, location string) http.HandlerFunc {
	return respond(status, "Location", location)
}

func TestRedirects(t *testing.T) {
	const (
		allow = "Access-Control-Allow-Origin"
		home  = app + "/items"
		b     = "https://b.example/"
		c     = "https://c.example/"
	)
	to := func(location string, pairs ...string) http.HandlerFunc {
		return respond(302, append(pairs, "Location", location)...)
	}
	unequal := func(value string) verdict {
		return verdict{Reason: "The 'Access-Control-Allow-Origin' header has a value '" + value + "' that is not equal to the supplied origin."}
	}
	missing := verdict{Reason: "No 'Access-Control-Allow-Origin' header is present on the requested resource."}
	withUser := verdict{Reason: "Redirect location 'https://u:xxxxx@b.example/2' contains a username and password, which is disallowed for cross-origin requests."}
	ok := verdict{Status: 200}

	for name, test := range map[string]struct {
		url     string
		server  byURL
		want    verdict
		origins []string // the Origin header of each request, "" for none
	}{
		"same-origin to same-origin": {home, byURL{home: to("/2"), app + "/2": respond(200)}, ok, []string{"", ""}},
		"same-origin to cross-origin": {home, byURL{home: to(b), b: respond(200, allow, app)},
			ok, []string{"", app}},
		"same-origin to cross-origin, refused": {home, byURL{home: to(b), b: respond(200)},
			missing, []string{"", app}},
		"cross-origin to the same": {b, byURL{b: to("/2", allow, app), b + "2": respond(200, allow, app)},
			ok, []string{app, app}},
		"cross-origin, itself refused": {b, byURL{b: to("/2"), b + "2": respond(200, allow, app)},
			missing, []string{app}},
		"cross-origin to another": {b, byURL{b: to(c, allow, app), c: respond(200, allow, "null")},
			ok, []string{app, "null"}},
		"cross-origin to another, not told apart": {b, byURL{b: to(c, allow, app), c: respond(200, allow, app)},
			unequal(app), []string{app, "null"}},
		"cross-origin to another, wildcard": {b, byURL{b: to(c, allow, "*"), c: respond(200, allow, "*")},
			ok, []string{app, "null"}},
		"cross-origin and back": {b, byURL{b: to(home, allow, app), home: respond(200, allow, "null")},
			ok, []string{app, "null"}},
		"cross-origin and back, as if it were same-origin": {b, byURL{b: to(home, allow, app), home: respond(200)},
			missing, []string{app, "null"}},
		"another port is another origin": {b, byURL{b: to("https://b.example:8443/", allow, app), "https://b.example:8443/": respond(200, allow, "null")},
			ok, []string{app, "null"}},
		"another scheme is another origin": {b, byURL{b: to("http://b.example/", allow, app), "http://b.example/": respond(200, allow, "null")},
			ok, []string{app, "null"}},
		"tainted for good": {home, byURL{home: to(b), b: to(c, allow, app), c: to("/2", allow, "null"), c + "2": respond(200, allow, "null")},
			ok, []string{"", app, "null", "null"}},
		"user info, from same-origin to same-origin": {home, byURL{home: to("https://u:p@app.example/2"), app + "/2": respond(200)},
			ok, []string{"", ""}},
		"user info, from same-origin": {home, byURL{home: to("https://u:p@b.example/2"), b + "2": respond(200, allow, "*")},
			withUser, []string{""}},
		"user info, from cross-origin": {b, byURL{b: to("https://u:p@b.example/2", allow, app), b + "2": respond(200, allow, "*")},
			withUser, []string{app}},
		"user info, back to same-origin": {b, byURL{b: to("https://u:p@app.example/", allow, app)},
			verdict{Reason: "Redirect location 'https://u:xxxxx@app.example/' contains a username and password, which is disallowed for cross-origin requests."}, []string{app}},
		"user name only": {b, byURL{b: to("https://u@b.example/2", allow, app)},
			verdict{Reason: "Redirect location 'https://u:xxxxx@b.example/2' contains a username and password, which is disallowed for cross-origin requests."}, []string{app}},
		"no location": {b, byURL{b: respond(302, allow, app)}, verdict{Status: 302}, []string{app}},
		"another kind of URL": {b, byURL{b: to("data:text/plain,hi", allow, app)},
			verdict{Reason: "Redirect location 'data:text/plain,hi' has a disallowed scheme for cross-origin requests."}, []string{app}},
		"300 is not followed": {b, byURL{b: respond(300, allow, app, "Location", "/2")}, verdict{Status: 300}, []string{app}},
		"304 is not followed": {b, byURL{b: respond(304, allow, app, "Location", "/2")}, verdict{Status: 304}, []string{app}},
	} {
		t.Run(name, func(t *testing.T) {
			page := corstest.NewPage(app, test.server)
			resp, err := page.Fetch(corstest.Request{URL: test.url})
			assert.Equal(t, test.want, verdictOf(t, resp, err), "%v", page.Exchanges())
			var origins []string
			for _, e := range page.Exchanges() {
				origins = append(origins, e.RequestHeader.Get("Origin"))
			}
			assert.Equal(t, test.origins, origins)
		})
	}
}

// Redirects that lead nowhere are a failure of the server's, which no test for CORS must take for a refusal.
func TestRedirectsToNowhere(t *testing.T) {
	for _, url := range []string{app + "/items", api} {
		for name, test := range map[string]struct {
			server http.Handler
			want   string
		}{
			"two locations": {respond(302, "Location", "/2", "Location", "/3"), "corstest: GET " + url + ": the redirect has several Location headers: [/2 /3]"},
			"malformed":     {redirect(302, "https://[/"), `corstest: GET ` + url + `: the redirect's Location: invalid URL "https://[/": "[" is not an IPv6 address`},
			"a stray %":     {redirect(302, "/100%"), `corstest: GET ` + url + `: the redirect's Location: invalid URL "/100%": invalid URL escape "%"`},
			"in circles":    {redirect(302, "/items"), "corstest: GET " + url + ": too many redirects: a browser follows 20"},
		} {
			t.Run(name, func(t *testing.T) {
				_, err := corstest.NewPage(app, open(test.server)).Fetch(corstest.Request{URL: url})
				assert.EqualError(t, err, test.want)
				assert.NotErrorAs(t, err, new(*corstest.BlockedError))
			})
		}
	}
	_, err := corstest.NewPage(app, redirect(302, "ftp://a.example/")).Fetch(corstest.Request{URL: "/"})
	assert.EqualError(t, err, "corstest: GET https://app.example/: the redirect's Location, ftp://a.example/, is neither http nor https")
	assert.NotErrorAs(t, err, new(*corstest.BlockedError))
}

func TestRedirectLimit(t *testing.T) {
	for hops, want := range map[int]string{
		20: "",
		21: "corstest: GET https://api.example/20: too many redirects: a browser follows 20",
	} {
		server := func(w http.ResponseWriter, r *http.Request) {
			var n int
			_, _ = fmt.Sscanf(r.URL.Path, "/%d", &n)
			w.Header().Set("Access-Control-Allow-Origin", "*")
			if n < hops {
				w.Header().Set("Location", fmt.Sprintf("/%d", n+1))
				w.WriteHeader(307)
			}
		}
		page := corstest.NewPage(app, http.HandlerFunc(server))
		_, err := page.Fetch(corstest.Request{URL: "https://api.example/0"})
		if want == "" {
			assert.NoError(t, err)
		} else {
			assert.EqualError(t, err, want)
		}
		assert.Len(t, page.Exchanges(), 21)
	}
}

func TestRedirectedMethodAndBody(t *testing.T) {
	type sentRequest struct {
		Method, Body string
		Header       http.Header
	}
	bodyHeader := header("Content-Type", "text/plain", "Content-Language", "en", "Content-Encoding", "x", "Content-Location", "/")
	kept := func(method string) sentRequest { return sentRequest{method, "hello", bodyHeader} }
	dropped := sentRequest{"GET", "", http.Header{}}
	for name, test := range map[string]struct {
		status int
		method string
		want   sentRequest
	}{
		"301 POST":   {301, "POST", dropped},
		"302 POST":   {302, "POST", dropped},
		"303 POST":   {303, "POST", dropped},
		"307 POST":   {307, "POST", kept("POST")},
		"308 POST":   {308, "POST", kept("POST")},
		"301 PUT":    {301, "PUT", kept("PUT")},
		"302 PUT":    {302, "PUT", kept("PUT")},
		"303 PUT":    {303, "PUT", dropped},
		"303 DELETE": {303, "DELETE", dropped},
	} {
		t.Run(name, func(t *testing.T) {
			var got sentRequest
			last := func(w http.ResponseWriter, r *http.Request) {
				body, err := io.ReadAll(r.Body)
				assert.NoError(t, err)
				got = sentRequest{r.Method, string(body), http.Header{}}
				for name := range bodyHeader {
					if values, ok := r.Header[name]; ok {
						got.Header[name] = values
					}
				}
				assert.Equal(t, int64(len(body)), r.ContentLength)
			}
			page := corstest.NewPage(app, open(byURL{
				api:                          redirect(test.status, "/last"),
				"https://api.example/last":   http.HandlerFunc(last),
				"https://other.example/last": http.HandlerFunc(last),
			}))
			_, err := page.Fetch(corstest.Request{Method: test.method, URL: api, Header: bodyHeader, Body: strings.NewReader("hello")})
			require.NoError(t, err)
			assert.Equal(t, test.want, got)
		})
	}

	t.Run("303 HEAD", func(t *testing.T) {
		page := corstest.NewPage(app, open(byURL{api: redirect(303, "/last")}))
		_, err := page.Fetch(corstest.Request{Method: "HEAD", URL: api})
		require.NoError(t, err)
		assert.Equal(t, []string{"HEAD https://api.example/items", "HEAD https://api.example/last"}, sent(page))
	})
}

func TestRedirectNeedsItsOwnPreflight(t *testing.T) {
	for name, test := range map[string]struct {
		server http.Handler
		url    string
		status int
		want   []string
	}{
		"to another origin": {open(byURL{api: redirect(307, other)}), api, 404,
			[]string{"OPTIONS " + api, "PUT " + api, "OPTIONS " + other, "PUT " + other}},
		"from the page's own origin": {open(byURL{app + "/items": redirect(307, other)}), app + "/items", 404,
			[]string{"PUT " + app + "/items", "OPTIONS " + other, "PUT " + other}},
		"back to the page's own origin": {open(byURL{api: redirect(307, app+"/items")}), api, 404,
			[]string{"OPTIONS " + api, "PUT " + api, "OPTIONS " + app + "/items", "PUT " + app + "/items"}},
		"303 to a simple request": {open(byURL{api: redirect(303, other)}), api, 404,
			[]string{"OPTIONS " + api, "PUT " + api, "GET " + other}},
	} {
		t.Run(name, func(t *testing.T) {
			page := corstest.NewPage(app, test.server)
			resp, err := page.Fetch(corstest.Request{Method: "PUT", URL: test.url})
			require.NoError(t, err)
			assert.Equal(t, test.status, resp.Status)
			assert.True(t, resp.Preflighted)
			assert.Equal(t, test.want, sent(page))
		})
	}

	t.Run("refused", func(t *testing.T) {
		page := corstest.NewPage(app, byURL{api: open(redirect(307, other)), other: respond(200)})
		_, err := page.Fetch(corstest.Request{Method: "PUT", URL: api})
		var blocked *corstest.BlockedError
		require.ErrorAs(t, err, &blocked)
		assert.True(t, blocked.Preflight)
		assert.Equal(t, "Access to fetch at 'https://other.example/items' (redirected from 'https://api.example/items') from origin 'https://app.example' has been blocked by CORS policy: "+
			"Response to preflight request doesn't pass access control check: No 'Access-Control-Allow-Origin' header is present on the requested resource. "+
			"Another origin redirected elsewhere, so that the origin is 'null', which every web page can have: do not allow it. "+
			"Answer without a redirect, or let the page navigate there instead of fetching.", err.Error())
	})
}

func TestFragmentsAreInheritedButNotSent(t *testing.T) {
	for location, want := range map[string]string{"/2": "https://api.example/2#top", "/2#end": "https://api.example/2#end"} {
		err := corstest.Blocks(t, byURL{
			api:                     respond(302, "Access-Control-Allow-Origin", "*", "Location", location),
			"https://api.example/2": respond(200),
		}, app, corstest.Request{URL: api + "#top"})
		assert.Equal(t, want, err.URL)
		assert.Equal(t, api+"#top", err.RedirectedFrom)
		assert.Equal(t, "https://api.example/2", err.Exchange.URL)
	}
}

func TestAuthorizationDoesNotFollowToAnotherOrigin(t *testing.T) {
	page := corstest.NewPage(app, open(byURL{
		api:                          redirect(307, "/second"),
		"https://api.example/second": redirect(307, other),
	}))
	_, err := page.Fetch(corstest.Request{URL: api, Header: header("Authorization", "Bearer x", "X-One", "1")})
	require.NoError(t, err)

	var got []string
	for _, e := range page.Exchanges() {
		got = append(got, fmt.Sprintf("%s %s %q %q", e.Method, e.URL,
			e.RequestHeader.Get("Authorization"), e.RequestHeader.Get("Access-Control-Request-Headers")))
	}
	assert.Equal(t, []string{
		`OPTIONS https://api.example/items "" "authorization,x-one"`,
		`GET https://api.example/items "Bearer x" ""`,
		`OPTIONS https://api.example/second "" "authorization,x-one"`,
		`GET https://api.example/second "Bearer x" ""`,
		`OPTIONS https://other.example/items "" "x-one"`,
		`GET https://other.example/items "" ""`,
	}, got)
}

func TestRedirectToAnotherSpellingOfTheSameOrigin(t *testing.T) {
	for _, location := range []string{
		"HTTPS://B.Example:443/2", "//b.example/2", `\\b.example\2`, "///b.example/2", "https:/2", "https:2", "./x/../2", "%2e/2",
	} {
		page := corstest.NewPage(app, byURL{
			"https://b.example/":  respond(302, "Access-Control-Allow-Origin", app, "Location", location),
			"https://b.example/2": respond(200, "Access-Control-Allow-Origin", app),
		})
		resp, err := page.Fetch(corstest.Request{URL: "https://b.example"})
		assert.Equal(t, verdict{Status: 200}, verdictOf(t, resp, err), location)
	}
}

func TestA303ChangesNothingAboutAGET(t *testing.T) {
	page := corstest.NewPage(app, open(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/from" {
			http.Redirect(w, r, "/to", http.StatusSeeOther)
		}
	})))
	_, err := page.Fetch(corstest.Request{URL: "https://api.example/from", Header: header("Content-Language", "en")})
	require.NoError(t, err)
	assert.Equal(t, "en", page.Exchanges()[1].RequestHeader.Get("Content-Language"))
}
