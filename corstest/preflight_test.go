package corstest_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/seed-12f469a5/cors/corstest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPreflight(t *testing.T) {
	const (
		allowMethods = "Access-Control-Allow-Methods"
		allowHeaders = "Access-Control-Allow-Headers"
		failed       = "Response to preflight request doesn't pass access control check: "
	)
	blocked := func(reason string) verdict { return verdict{Preflight: true, Reason: reason} }
	noMethod := func(m string) verdict {
		return blocked("Method " + m + " is not allowed by Access-Control-Allow-Methods in preflight response.")
	}
	noHeader := func(name string) verdict {
		return blocked("Request header field " + name + " is not allowed by Access-Control-Allow-Headers in preflight response.")
	}
	badMethods := func(value string) verdict {
		return blocked("Cannot parse Access-Control-Allow-Methods response header field in preflight response: '" + value + "'.")
	}
	badHeaders := func(value string) verdict {
		return blocked("Cannot parse Access-Control-Allow-Headers response header field in preflight response: '" + value + "'.")
	}
	allowed := verdict{Status: 200}

	put := corstest.Request{Method: "PUT", URL: api}
	patch := corstest.Request{Method: "patch", URL: api}
	x := corstest.Request{URL: api, Header: header("X-One", "1", "X-Two", "2")}
	auth := corstest.Request{URL: api, Header: header("Authorization", "Bearer x")}
	with := func(r corstest.Request) corstest.Request { r.Credentials = true; return r }

	for name, test := range map[string]struct {
		request corstest.Request
		status  int // 204 if 0
		header  http.Header
		want    verdict
	}{
		"method":                      {put, 0, header(allowMethods, "PUT"), allowed},
		"method in a list":            {put, 0, header(allowMethods, "GET ,, PUT\t,DELETE,"), allowed},
		"method in the second line":   {put, 0, header(allowMethods, "GET", allowMethods, "PUT"), allowed},
		"no methods":                  {put, 0, nil, noMethod("PUT")},
		"empty methods":               {put, 0, header(allowMethods, ""), noMethod("PUT")},
		"commas":                      {put, 0, header(allowMethods, " , ,"), noMethod("PUT")},
		"method in lower case":        {put, 0, header(allowMethods, "put"), noMethod("PUT")},
		"request in lower case":       {patch, 0, header(allowMethods, "PATCH"), noMethod("patch")},
		"both in lower case":          {patch, 0, header(allowMethods, "patch"), allowed},
		"methods without commas":      {put, 0, header(allowMethods, "GET PUT"), badMethods("GET PUT")},
		"methods quoted":              {put, 0, header(allowMethods, `"PUT"`), badMethods(`"PUT"`)},
		"one line malformed":          {put, 0, header(allowMethods, "PUT", allowMethods, "GET;DELETE"), badMethods("PUT, GET;DELETE")},
		"malformed after wildcard":    {put, 0, header(allowMethods, "*, @"), badMethods("*, @")},
		"any method":                  {put, 0, header(allowMethods, "*"), allowed},
		"any method, credentials":     {with(put), 0, header(allowMethods, "*"), noMethod("PUT")},
		"method, credentials":         {with(put), 0, header(allowMethods, "*, PUT"), allowed},
		"safelisted method unlisted":  {x, 0, header(allowHeaders, "x-one,x-two", allowMethods, "PUT"), allowed},
		"safelisted, list malformed":  {x, 0, header(allowHeaders, "x-one,x-two", allowMethods, "[]"), badMethods("[]")},
		"unneeded headers malformed":  {put, 0, header(allowMethods, "PUT", allowHeaders, "x y"), badHeaders("x y")},
		"headers":                     {x, 0, header(allowHeaders, "X-Two, x-ONE"), allowed},
		"headers in two lines":        {x, 0, header(allowHeaders, "X-Two", allowHeaders, "X-One"), allowed},
		"no headers":                  {x, 0, nil, noHeader("x-one")},
		"one header missing":          {x, 0, header(allowHeaders, "X-One"), noHeader("x-two")},
		"any header":                  {x, 0, header(allowHeaders, "*"), allowed},
		"any header, credentials":     {with(x), 0, header(allowHeaders, "*"), noHeader("x-one")},
		"listed, credentials":         {with(x), 0, header(allowHeaders, "*,X-One,X-Two"), allowed},
		"headers without commas":      {x, 0, header(allowHeaders, "X-One X-Two"), badHeaders("X-One X-Two")},
		"headers with a colon":        {x, 0, header(allowHeaders, "X-One:, X-Two"), badHeaders("X-One:, X-Two")},
		"authorization":               {auth, 0, header(allowHeaders, "AUTHORIZATION"), allowed},
		"authorization by wildcard":   {auth, 0, header(allowHeaders, "*"), noHeader("authorization")},
		"authorization and wildcard":  {auth, 0, header(allowHeaders, "*, Authorization"), allowed},
		"200":                         {put, 200, header(allowMethods, "PUT"), allowed},
		"299":                         {put, 299, header(allowMethods, "PUT"), allowed},
		"300":                         {put, 300, header(allowMethods, "PUT"), blocked(failed + "It does not have HTTP ok status, but 300.")},
		"304":                         {put, 304, header(allowMethods, "PUT"), blocked(failed + "It does not have HTTP ok status, but 304.")},
		"403":                         {put, 403, header(allowMethods, "PUT"), blocked(failed + "It does not have HTTP ok status, but 403.")},
		"500":                         {put, 500, header(allowMethods, "PUT"), blocked(failed + "It does not have HTTP ok status, but 500.")},
		"redirect":                    {put, 307, header(allowMethods, "PUT", "Location", api), blocked(failed + "Redirect is not allowed for a preflight request.")},
		"redirect without a location": {put, 302, header(allowMethods, "PUT"), blocked(failed + "Redirect is not allowed for a preflight request.")},
	} {
		t.Run(name, func(t *testing.T) {
			preflight := func(w http.ResponseWriter, _ *http.Request) {
				for name, values := range test.header {
					w.Header()[name] = values
				}
				w.Header().Set("Access-Control-Allow-Origin", app)
				w.Header().Set("Access-Control-Allow-Credentials", "true")
				if test.status == 0 {
					test.status = 204
				}
				w.WriteHeader(test.status)
			}
			page := corstest.NewPage(app, byMethod(http.HandlerFunc(preflight),
				respond(200, "Access-Control-Allow-Origin", app, "Access-Control-Allow-Credentials", "true")))
			resp, err := page.Fetch(test.request)
			assert.Equal(t, test.want, verdictOf(t, resp, err), "%v", page.Exchanges())
			if test.want == allowed {
				assert.True(t, resp.Preflighted)
				assert.Len(t, page.Exchanges(), 2)
			} else {
				assert.Len(t, page.Exchanges(), 1, "the actual request must not be sent")
			}
		})
	}
}

func TestPreflightPassesTheCORSCheckOfTheActualRequest(t *testing.T) {
	// A wildcard will do for the preflight itself, which has no credentials, but
	// not for the credentialed request that it asks for.
	server := byMethod(
		respond(204, "Access-Control-Allow-Origin", "*", "Access-Control-Allow-Methods", "PUT"),
		respond(200, "Access-Control-Allow-Origin", app, "Access-Control-Allow-Credentials", "true"))
	corstest.Allows(t, byMethod(server, respond(200, "Access-Control-Allow-Origin", "*")), app,
		corstest.Request{Method: "PUT", URL: api})
	err := corstest.Blocks(t, server, app, corstest.Request{Method: "PUT", URL: api, Credentials: true})
	assert.True(t, err.Preflight)
	assert.Equal(t, "Response to preflight request doesn't pass access control check: The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the request's credentials mode is 'include'.", err.Reason)
}

func TestActualResponseNeedsPermissionToo(t *testing.T) {
	server := byMethod(respond(204, "Access-Control-Allow-Origin", "*", "Access-Control-Allow-Methods", "*"), respond(200))
	err := corstest.Blocks(t, server, app, corstest.Request{Method: "PUT", URL: api})
	assert.False(t, err.Preflight)
	assert.Equal(t, "PUT", err.Exchange.Method)
}

func TestHints(t *testing.T) {
	answer := func(pairs ...string) http.Handler {
		return respond(204, append(pairs, "Access-Control-Allow-Origin", app, "Access-Control-Allow-Credentials", "true")...)
	}
	for want, test := range map[string]struct {
		server  http.Handler
		request corstest.Request
	}{
		"List it: 'Access-Control-Allow-Methods: PUT'.":                                                                                                                                     {answer(), corstest.Request{Method: "PUT", URL: api}},
		"List it: 'Access-Control-Allow-Methods: PUT'. Methods are case-sensitive.":                                                                                                         {answer("Access-Control-Allow-Methods", "put"), corstest.Request{Method: "PUT", URL: api}},
		"List it: 'Access-Control-Allow-Methods: PUT'. '*' means nothing with credentials.":                                                                                                 {answer("Access-Control-Allow-Methods", "*"), corstest.Request{Method: "PUT", URL: api, Credentials: true}},
		"List it: 'Access-Control-Allow-Headers: x-one'. '*' means nothing with credentials.":                                                                                               {answer("Access-Control-Allow-Headers", "*"), corstest.Request{URL: api, Header: header("X-One", "1"), Credentials: true}},
		"List it: 'Access-Control-Allow-Headers: authorization'. '*' does not cover it.":                                                                                                    {answer("Access-Control-Allow-Headers", "*"), corstest.Request{URL: api, Header: header("Authorization", "1")}},
		"Send 'Access-Control-Allow-Credentials: true' (exactly one, in lower case), or fetch without credentials.":                                                                         {respond(200, "Access-Control-Allow-Origin", app), corstest.Request{URL: api, Credentials: true}},
		"Have the script ask for PATCH: methods are case-sensitive, and fetch upper-cases DELETE, GET, HEAD, OPTIONS, POST and PUT alone.":                                                  {answer("Access-Control-Allow-Methods", "PATCH"), corstest.Request{Method: "patch", URL: api}},
		"Send 'Access-Control-Allow-Origin: https://app.example', exactly and once, and 'Access-Control-Allow-Credentials: true'.":                                                          {respond(200, "Access-Control-Allow-Origin", "https://b.example"), corstest.Request{URL: api, Credentials: true}},
		"If the API is public, fetch without credentials. If not: send 'Access-Control-Allow-Origin: https://app.example', exactly and once, and 'Access-Control-Allow-Credentials: true'.": {respond(200, "Access-Control-Allow-Origin", "*"), corstest.Request{URL: api, Credentials: true}},
		"The preflight was answered with status 403, which is how most CORS middleware refuses an origin. If this one is allowed, something ahead of the middleware has answered. Send 'Access-Control-Allow-Origin: https://app.example', exactly and once.": {respond(403), corstest.Request{Method: "PUT", URL: api}},
		"The preflight was answered with status 405: did a router or authentication answer it, ahead of CORS? Send 'Access-Control-Allow-Origin: https://app.example', exactly and once.":                                                                     {respond(405), corstest.Request{Method: "PUT", URL: api}},
		"Answer OPTIONS with a status from 200 to 299.": {respond(403, "Access-Control-Allow-Origin", app), corstest.Request{Method: "PUT", URL: api}},
	} {
		t.Run(want, func(t *testing.T) {
			assert.Equal(t, want, corstest.Blocks(t, test.server, app, test.request).Hint)
		})
	}
	assert.Equal(t, "Every web page can have the origin 'null', by means of a sandboxed frame: do not allow it. Serve the page from an origin of its own.",
		corstest.Blocks(t, respond(200), "null", corstest.Request{URL: api, Credentials: true}).Hint)
}

func TestPreflightCache(t *testing.T) {
	get := func(pairs ...string) corstest.Request { return corstest.Request{URL: api, Header: header(pairs...)} }
	method := func(m string) corstest.Request { return corstest.Request{Method: m, URL: api} }
	with := func(r corstest.Request) corstest.Request { r.Credentials = true; return r }
	at := func(url string, r corstest.Request) corstest.Request { r.URL = url; return r }

	type step struct {
		after     time.Duration // time that passes before
		request   corstest.Request
		preflight bool // whether one is sent
		blocked   bool
	}
	for name, test := range map[string]struct {
		methods, headers, maxAge string
		steps                    []step
	}{
		"5 seconds by default": {"PUT", "", "", []step{
			{0, method("PUT"), true, false},
			{5*time.Second - 1, method("PUT"), false, false},
			{1, method("PUT"), true, false},
		}},
		"max age": {"PUT", "", "60", []step{
			{0, method("PUT"), true, false},
			{60*time.Second - 1, method("PUT"), false, false},
			{1, method("PUT"), true, false},
		}},
		"zero": {"PUT", "", "0", []step{{0, method("PUT"), true, false}, {0, method("PUT"), true, false}}},
		"safelisted methods need no entry": {"PUT", "X-One", "60", []step{
			{0, get("X-One", "1"), true, false},
			{0, get("X-One", "2"), false, false},
			{0, corstest.Request{Method: "POST", URL: api, Header: header("X-One", "1")}, false, false},
		}},
		"the whole list is remembered": {"PUT, DELETE", "X-One, x-TWO, Authorization", "60", []step{
			{0, method("PUT"), true, false},
			{0, method("DELETE"), false, false},
			{0, get("X-Two", "1", "X-One", "1", "Authorization", "x"), false, false},
		}},
		"what is not remembered is asked for": {"PUT", "X-One", "60", []step{
			{0, method("PUT"), true, false},
			{0, method("DELETE"), true, true},
			{0, method("PUT"), true, false}, // a network error clears the URL's entries
			{0, get("X-One", "1", "X-Two", "1"), true, true},
		}},
		"methods match by case":            {"put, PUT", "", "60", []step{{0, method("PUT"), true, false}, {0, method("Chicken"), true, true}}},
		"another URL":                      {"PUT", "", "60", []step{{0, method("PUT"), true, false}, {0, at(api+"?page=2", method("PUT")), true, false}}},
		"credentials are not implied":      {"PUT", "", "60", []step{{0, method("PUT"), true, false}, {0, with(method("PUT")), true, false}}},
		"credentials imply no credentials": {"PUT", "", "60", []step{{0, with(method("PUT")), true, false}, {0, method("PUT"), false, false}}},
		"wildcards": {"*", "*", "60", []step{
			{0, method("PUT"), true, false},
			{0, method("DELETE"), false, false},
			{0, get("X-Any", "1"), false, false},
			{0, get("Authorization", "1"), true, true},
		}},
		"a wildcard that came with credentials": {"*", "X-One", "60", []step{
			{0, with(get("X-One", "1")), true, false},
			{0, with(method("PUT")), false, false}, // as the standard is written
		}},
		"a later preflight renews": {"PUT", "X-One", "60", []step{
			{0, method("PUT"), true, false},
			{30 * time.Second, with(method("PUT")), true, false},
			{59 * time.Second, method("PUT"), false, false},
		}},
		"malformed max age":         {"PUT", "", "60s", []step{{0, method("PUT"), true, false}, {4 * time.Second, method("PUT"), false, false}, {time.Second, method("PUT"), true, false}}},
		"negative max age":          {"PUT", "", "-1", []step{{0, method("PUT"), true, false}, {4 * time.Second, method("PUT"), false, false}, {time.Second, method("PUT"), true, false}}},
		"fractional max age":        {"PUT", "", "60.0", []step{{0, method("PUT"), true, false}, {5 * time.Second, method("PUT"), true, false}}},
		"a list is no max age":      {"PUT", "", "60, 60", []step{{0, method("PUT"), true, false}, {5 * time.Second, method("PUT"), true, false}}},
		"more than a number holds":  {"PUT", "", "99999999999999999999999", []step{{0, method("PUT"), true, false}, {200_000 * time.Hour, method("PUT"), false, false}}},
		"more than a clock holds":   {"PUT", "", "9223372036854775807", []step{{0, method("PUT"), true, false}, {200_000 * time.Hour, method("PUT"), false, false}}},
		"leading zeros are allowed": {"PUT", "", "0060", []step{{0, method("PUT"), true, false}, {59 * time.Second, method("PUT"), false, false}}},
	} {
		t.Run(name, func(t *testing.T) {
			preflight := respond(204, "Access-Control-Allow-Methods", test.methods, "Access-Control-Allow-Headers", test.headers)
			server := func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
				w.Header().Set("Access-Control-Allow-Credentials", "true")
				if test.maxAge != "" {
					w.Header().Set("Access-Control-Max-Age", test.maxAge)
				}
				byMethod(preflight, respond(200)).ServeHTTP(w, r)
			}
			page := corstest.NewPage(app, http.HandlerFunc(server))
			for i, step := range test.steps {
				page.Advance(step.after)
				before := page.Preflights()
				resp, err := page.Fetch(step.request)
				got := verdictOf(t, resp, err)
				assert.Equal(t, step.preflight, page.Preflights() > before, "preflight of step %d: %+v", i, step)
				assert.Equal(t, step.blocked, got.Status == 0, "verdict of step %d: %+v", i, got)
				if resp != nil {
					assert.Equal(t, step.preflight, resp.Preflighted)
				}
			}
		})
	}
}

// A preflight that was needed for one thing renews all that its answer permits.
func TestALaterPreflightRenews(t *testing.T) {
	age := "10"
	page := corstest.NewPage(app, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, value := range map[string]string{"Origin": "*", "Methods": "PUT", "Headers": r.Header.Get("Access-Control-Request-Headers")} {
			w.Header().Set("Access-Control-Allow-"+name, value)
		}
		w.Header().Set("Access-Control-Max-Age", age)
	}))
	preflighted := func(pairs ...string) bool {
		resp, err := page.Fetch(corstest.Request{Method: "PUT", URL: api, Header: header(pairs...)})
		require.NoError(t, err)
		return resp.Preflighted
	}
	assert.True(t, preflighted())
	page.Advance(8 * time.Second)
	assert.True(t, preflighted("X-One", "1"))
	page.Advance(4 * time.Second)
	assert.False(t, preflighted(), "it was renewed after 8 seconds")
	age = "0"
	assert.True(t, preflighted("X-Two", "1"))
	assert.True(t, preflighted(), "an age of 0 renews too")
}

// What was permitted to the page is not permitted to a request whose origin is null by then, nor forgotten with it.
func TestPreflightCacheTellsOriginsApart(t *testing.T) {
	deny := ""
	page := corstest.NewPage(app, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		origin := r.Header.Get("Origin")
		if origin != deny || r.Method == "OPTIONS" {
			w.Header().Set("Access-Control-Allow-Origin", origin)
		}
		w.Header().Set("Access-Control-Allow-Methods", "PUT")
		w.Header().Set("Access-Control-Max-Age", "60")
		if r.Host == "other.example" && r.Method != "OPTIONS" {
			http.Redirect(w, r, api, http.StatusTemporaryRedirect)
		}
	}))
	put := func(url string) (preflights []string) {
		before := len(page.Exchanges())
		_, err := page.Fetch(corstest.Request{Method: "PUT", URL: url})
		assert.Equal(t, deny != "", err != nil)
		for _, e := range page.Exchanges()[before:] {
			if e.Preflight {
				preflights = append(preflights, e.RequestHeader.Get("Origin")+" "+e.URL)
			}
		}
		return preflights
	}
	assert.Equal(t, []string{app + " " + api}, put(api))
	assert.Equal(t, []string{app + " " + other, "null " + api}, put(other))
	assert.Empty(t, put(other))
	deny = app
	assert.Empty(t, put(api), "the answer is refused, and what was permitted to the page forgotten")
	deny = ""
	assert.Empty(t, put(other), "what was permitted to null is not")
	assert.Equal(t, []string{app + " " + api}, put(api))
}

// A preflight that renews a method does not renew the headers that came with it before.
func TestALaterPreflightRenewsWhatItNames(t *testing.T) {
	headers := ""
	page := corstest.NewPage(app, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		respond(200, "Access-Control-Allow-Origin", "*", "Access-Control-Allow-Methods", "PUT", "Access-Control-Allow-Headers", headers,
			"Access-Control-Max-Age", "10").ServeHTTP(w, r)
	}))
	for _, name := range []string{"X-A", "X-B", "X-A"} {
		headers = name
		resp, err := page.Fetch(corstest.Request{Method: "PUT", URL: api, Header: header(name, "1")})
		require.NoError(t, err)
		assert.True(t, resp.Preflighted, name)
		page.Advance(6 * time.Second)
	}
}

func TestAnEmptyMaxAgeIsMalformed(t *testing.T) {
	page := corstest.NewPage(app, respond(200, "Access-Control-Allow-Origin", "*", "Access-Control-Allow-Methods", "*", "Access-Control-Max-Age", ""))
	for range 2 {
		_, err := page.Fetch(corstest.Request{Method: "PUT", URL: api})
		require.NoError(t, err)
		page.Advance(6 * time.Second)
	}
	assert.Equal(t, 2, page.Preflights())
}

func TestTwoMaxAgesAreMalformed(t *testing.T) {
	preflight := respond(204, "Access-Control-Allow-Origin", app, "Access-Control-Allow-Methods", "PUT",
		"Access-Control-Max-Age", "60", "Access-Control-Max-Age", "60")
	page := corstest.NewPage(app, byMethod(preflight, respond(200, "Access-Control-Allow-Origin", app)))
	for range 2 {
		resp, err := page.Fetch(corstest.Request{Method: "PUT", URL: api})
		require.NoError(t, err)
		assert.True(t, resp.Preflighted)
		page.Advance(5 * time.Second)
	}
}

func TestMaxAgeLimit(t *testing.T) {
	for limit, want := range map[time.Duration]time.Duration{
		0:                       48 * time.Hour,
		corstest.ChromiumMaxAge: 2 * time.Hour,
		corstest.FirefoxMaxAge:  24 * time.Hour,
		corstest.WebKitMaxAge:   10 * time.Minute,
		100 * time.Hour:         48 * time.Hour,
		-1:                      0,
	} {
		t.Run(fmt.Sprint(limit), func(t *testing.T) {
			preflight := respond(204, "Access-Control-Allow-Origin", app, "Access-Control-Allow-Methods", "PUT",
				"Access-Control-Max-Age", fmt.Sprint(48*60*60))
			page := corstest.NewPage(app, byMethod(preflight, respond(200, "Access-Control-Allow-Origin", app)))
			page.MaxAgeLimit = limit

			fetch := func() bool {
				resp, err := page.Fetch(corstest.Request{Method: "PUT", URL: api})
				require.NoError(t, err)
				return resp.Preflighted
			}
			assert.True(t, fetch())
			if want > 0 {
				page.Advance(want - 1)
				assert.False(t, fetch())
				page.Advance(1)
			}
			assert.True(t, fetch())
		})
	}
}

func TestFailureOfTheActualRequestClearsTheCache(t *testing.T) {
	fail := false
	actual := func(w http.ResponseWriter, r *http.Request) {
		if !fail {
			w.Header().Set("Access-Control-Allow-Origin", app)
		}
	}
	page := corstest.NewPage(app, byMethod(
		respond(204, "Access-Control-Allow-Origin", app, "Access-Control-Allow-Methods", "PUT", "Access-Control-Max-Age", "60"),
		http.HandlerFunc(actual)))
	put := corstest.Request{Method: "PUT", URL: api}

	_, err := page.Fetch(put)
	require.NoError(t, err)
	fail = true
	_, err = page.Fetch(put)
	require.Error(t, err)
	assert.Equal(t, 1, page.Preflights())
	// A request that needs no preflight clears nothing.
	fail = false
	_, err = page.Fetch(put)
	require.NoError(t, err)
	assert.Equal(t, 2, page.Preflights())
	fail = true
	_, err = page.Fetch(corstest.Request{URL: api})
	require.Error(t, err)
	fail = false
	_, err = page.Fetch(put)
	require.NoError(t, err)
	assert.Equal(t, 2, page.Preflights())
}
