// Package browsertest holds this library, and corstest's idea of a browser, against three real engines: Chromium (Blink),
// Firefox ESR (Gecko) and the MiniBrowser of WebKitGTK (WebKit).
//
// The cases are in cases.go; each says by hand what a policy means for a script's fetches. TestEngines has corstest and
// each engine perform them, and demands that all three agree; departures.go says where an engine is known not to.
// TestQuickstart opens the pages of examples/quickstart.
//
//	apt-get install chromium firefox-esr webkit2gtk-driver xvfb
//	go test ./internal/browsertest
//	go test ./internal/browsertest -v -run TestEngines/Firefox/null_is_listed
//
// A browser that is not there is skipped, or fails if CORS_BROWSERS=required. With CORS_BROWSERS_TABLE=README.md, which is
// relative to this folder unless it is absolute, the results are written into that file. All pages are plain http.
package browsertest

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/seed-12f469a5/cors"
	"github.com/seed-12f469a5/cors/corstest"
)

// This file says what a case consists of.

// A testCase is a server and what scripts try with it.
type testCase struct {
	name   string
	server server
	steps  []step
}

// path is where the case's server is reached, on whatever host. No two cases have the same, so that they share no entry of
// a preflight cache.
func (c testCase) path() string { return "/case/" + strings.ReplaceAll(c.name, " ", "-") }

// complete fills in what the steps of a case leave open.
func (c testCase) complete(f fetch) fetch {
	origin := f.origin
	if origin == "" {
		origin = api
	}
	f.URL = origin + c.path() + f.rest
	return f
}

// A server makes the handler of a case: of its policy in front of an application, as a rule.
type server func() http.Handler

// A step is one fetch of a script.
type step struct {
	origin string        // of the script's page; null is a sandboxed frame of page app
	after  time.Duration // to let pass before
	fetch  fetch
	want   want
}

// A fetch holds the arguments of fetch(). In JSON it is what page.html reads.
type fetch struct {
	Method      string      `json:"method"`
	URL         string      `json:"url"` // of the case at origin, which is api if empty, and the rest
	Header      [][2]string `json:"header"`
	Body        string      `json:"body"` // none if empty
	Credentials bool        `json:"credentials"`

	origin, rest string
}

func (f fetch) request() corstest.Request {
	r := corstest.Request{Method: f.Method, URL: f.URL, Header: http.Header{}, Credentials: f.Credentials}
	for _, h := range f.Header {
		r.Header.Add(h[0], h[1])
	}
	if f.Body != "" {
		r.Body = strings.NewReader(f.Body)
	}
	return r
}

// A want is what becomes of a fetch.
type want struct {
	// verdict is allowed if the script could read the response, and blocked if it got nothing but a TypeError.
	verdict string

	// wire is what reached the server, in order, as by [exchange.summary]: "preflight PUT+cookie".
	wire string

	// status is of the response that the script read.
	status int

	// reads are the response headers that the script read, beside those that need no permission.
	reads map[string]string
}

const (
	allowed = "allowed"
	blocked = "blocked"
)

// behind is a policy in front of an application.
func behind(application http.Handler, opts ...cors.Option) server {
	return func() http.Handler { return noteReach(cors.MustNew(opts...).Handler, application) }
}

// policy is a policy in front of an application that always says hello.
func policy(opts ...cors.Option) server { return behind(http.HandlerFunc(hello), opts...) }

// byHost is one server for each host.
func byHost(servers map[string]server) server {
	return func() http.Handler {
		handlers := map[string]http.Handler{}
		for origin, s := range servers {
			handlers[origin] = s()
		}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h, ok := handlers["http://"+r.Host]
			if !ok {
				panic(fmt.Sprintf("the case has no server for host %q", r.Host))
			}
			h.ServeHTTP(w, r)
		})
	}
}

// hello has something to read of every kind: a body, headers that need no permission, and headers that do.
func hello(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/plain")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Request-Id", "42")
	h.Set("X-Secret", "tea")
	http.SetCookie(w, &http.Cookie{Name: "seen", Value: "yes", Path: r.URL.Path})
	io.WriteString(w, "hello\n")
}
