package browsertest

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// This file writes down what reaches a server, from an engine or from corstest.

// A wiretap records the requests that pass through it. The zero wiretap is ready to use.
type wiretap struct {
	mu        sync.Mutex
	exchanges []*exchange
}

// An exchange is a request that reached the server.
type exchange struct {
	Method string
	URL    string
	Header map[string]string // what CORS has to do with; see compared
	Note   string
}

type exchangeKey struct{}

// handler records what it passes on to h.
func (tap *wiretap) handler(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := &exchange{Method: r.Method, URL: "http://" + r.Host + r.URL.RequestURI(), Header: map[string]string{}}
		for name, values := range r.Header {
			if compared(name) {
				x.Header[name] = strings.Join(values, ", ")
			}
		}
		tap.mu.Lock()
		tap.exchanges = append(tap.exchanges, x)
		tap.mu.Unlock()
		note := func(s string) {
			tap.mu.Lock()
			defer tap.mu.Unlock()
			x.Note = s
		}
		h.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), exchangeKey{}, note)))
	})
}

// take returns what was recorded since it was last called.
func (tap *wiretap) take() []exchange {
	tap.mu.Lock()
	defer tap.mu.Unlock()
	var out []exchange
	for _, x := range tap.exchanges {
		out = append(out, *x)
	}
	tap.exchanges = nil
	return out
}

// noteReach makes a note of the requests on which guard does not do what it should: preflights are its own to answer, all
// others reach application.
func noteReach(guard func(http.Handler) http.Handler, application http.Handler) http.Handler {
	note := func(r *http.Request, s string) {
		if note, ok := r.Context().Value(exchangeKey{}).(func(string)); ok {
			note(s)
		}
	}
	guarded := guard(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isPreflight(r) {
			note(r, "→app")
		} else {
			note(r, "")
		}
		application.ServeHTTP(w, r)
	}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isPreflight(r) {
			note(r, "→nobody")
		}
		guarded.ServeHTTP(w, r)
	})
}

func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != ""
}

// compared reports whether the request header of the given name is to be the same in an engine as in corstest. The others
// are different in every browser, User-Agent for one.
func compared(name string) bool {
	switch name {
	case "Origin", "Cookie", "Authorization", "Content-Type", "Content-Language", "Range", "Save-Data",
		"Access-Control-Request-Method", "Access-Control-Request-Headers",
		"Access-Control-Request-Private-Network", "Access-Control-Request-Local-Network":
		return true
	}
	return strings.HasPrefix(name, "X-")
}

// summary writes x in one word: "preflight" or the method; "+cookie" if it brought the session's, "+authorization" if
// it had that header; "@null" or "@none" if it
// had another Origin than that of the page, or none; "→app" for a preflight that a policy passed on to the application,
// and "→nobody" for another request that it did not.
func (x exchange) summary(page string) string {
	s := x.Method
	if x.Header["Access-Control-Request-Method"] != "" && x.Method == http.MethodOptions {
		s = "preflight"
	}
	if strings.Contains(x.Header["Cookie"], sessionCookie) {
		s += "+cookie"
	}
	if x.Header["Authorization"] != "" {
		s += "+authorization"
	}
	if origin, ok := x.Header["Origin"]; !ok {
		s += "@none"
	} else if origin != page {
		s += "@" + origin
	}
	return s + x.Note
}

// summarize writes exchanges as [want.wire] has them.
func summarize(exchanges []exchange, page string) string {
	var s []string
	for _, x := range exchanges {
		s = append(s, x.summary(page))
	}
	return strings.Join(s, " ")
}

// String writes x much as it is on the wire.
func (x exchange) String() string {
	var b strings.Builder
	b.WriteString(x.Method + " " + x.URL + x.Note + "\n")
	for _, name := range slices.Sorted(maps.Keys(x.Header)) {
		b.WriteString("  " + name + ": " + x.Header[name] + "\n")
	}
	return b.String()
}
