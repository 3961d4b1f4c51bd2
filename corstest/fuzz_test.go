package corstest_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/seed-12f469a5/cors/corstest"
)

// FuzzFetch has a server answer with arbitrary header values and a script send
// one; whatever they are, what the script gets must have been permitted.
func FuzzFetch(f *testing.F) {
	type seed struct {
		status                                                     int
		allowOrigin, credentials, methods, headers, maxAge, expose string
		location, method, name, value                              string
		include                                                    bool
	}
	for _, s := range []seed{
		{200, "*", "", "", "", "", "", "", "GET", "Accept", "*/*", false},
		{200, app, "true", "PUT, PATCH", "X-One,Authorization", "600", "X-Secret", "", "PUT", "Authorization", "Bearer x", true},
		{204, "*", "true", "*", "*", "-1", "*", "", "DELETE", "X-One", "1", false},
		{302, "null", "TRUE", "PUT PATCH", "(", "99999999999999999999", "Set-Cookie", "//other.example/", "post", "Content-Type", "text/plain;\"", false},
		{307, app + ", *", "true\n", ",", ",,", "", "\x00", `\\u:p@[::1]:99999\..\`, "head", "Range", "bytes=1-0", true},
		{308, "*", "", "", "", "5 ", "x y", "https:", "Options", "X-HTTP-Method", "\"\\", false},
		{308, "*", "", "DELETE", "", "", "", "\xb6!", "DELETE", "Accept", "*/*", false}, // in circles
	} {
		f.Add(s.status, s.allowOrigin, s.credentials, s.methods, s.headers, s.maxAge, s.expose, s.location, s.method, s.name, s.value, s.include)
	}
	f.Fuzz(func(t *testing.T, status int, allowOrigin, credentials, methods, headers, maxAge, expose, location, method, name, value string, include bool) {
		server := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			for name, value := range map[string]string{
				"Access-Control-Allow-Origin":      allowOrigin,
				"Access-Control-Allow-Credentials": credentials,
				"Access-Control-Allow-Methods":     methods,
				"Access-Control-Allow-Headers":     headers,
				"Access-Control-Max-Age":           maxAge,
				"Access-Control-Expose-Headers":    expose,
				"Location":                         location,
				"Set-Cookie":                       value,
				"X-Secret":                         value,
				name:                               value,
			} {
				if value != "" {
					w.Header()[name] = []string{value}
				}
			}
			if status >= 200 && status <= 599 && r.Header.Get("Access-Control-Request-Method") == "" {
				w.WriteHeader(status)
			}
		})
		page := corstest.NewPage(app, server)
		resp, err := page.Fetch(corstest.Request{
			Method: method, URL: api, Header: http.Header{name: {value}}, Credentials: include,
		})
		exchanges := page.Exchanges()
		permitted := func(e corstest.Exchange) bool {
			origin := e.RequestHeader.Get("Origin")
			// Back home from another origin, the page's own server needs permission too.
			allowed := strings.Join(e.ResponseHeader["Access-Control-Allow-Origin"], ", ")
			return (allowed == origin || allowed == "*" && !include) &&
				(!include || slices.Equal(e.ResponseHeader["Access-Control-Allow-Credentials"], []string{"true"}))
		}
		if blocked := (*corstest.BlockedError)(nil); errors.As(err, &blocked) {
			if blocked.Reason == "" || blocked.Step == "" || blocked.Exchange.Preflight != blocked.Preflight {
				t.Errorf("incomplete: %+v", blocked)
			}
			return
		}
		if err != nil {
			// CORS has no part in it: a request got no answer, or a permitted redirect leads nowhere.
			if len(exchanges) > 0 {
				last := exchanges[len(exchanges)-1]
				redirects := last.Status >= 300 && last.Status <= 399 && len(last.ResponseHeader["Location"]) > 0
				if !permitted(last) || last.Preflight == redirects {
					t.Errorf("neither permitted nor blocked: %v, after %v", err, last)
				}
			}
			return
		}

		for _, e := range exchanges {
			if !permitted(e) {
				t.Errorf("allowed without permission: %v", e)
			}
			if e.Preflight && (e.Status < 200 || e.Status > 299) {
				t.Errorf("allowed by a preflight that failed: %v", e)
			}
		}
		if resp.Preflighted != exchanges[0].Preflight {
			t.Errorf("Preflighted is %v, but the first exchange was %v", resp.Preflighted, exchanges[0])
		}
		for name := range resp.Header {
			if name == "Set-Cookie" || name == "Set-Cookie2" {
				t.Errorf("readable: %s", name)
			}
			if name == "X-Secret" && !strings.Contains(strings.ToLower(expose), "x-secret") && (include || !strings.Contains(expose, "*")) {
				t.Errorf("readable, though not exposed: %s", name)
			}
		}
	})
}
