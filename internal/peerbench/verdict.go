package main

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/seed-12f469a5/cors/corstest"
)

// This file asks a browser: what it sends is what is timed, and what it makes of the answers must be the same whatever
// the library.

// A cell is what one request of the matrix is.
type cell struct {
	preflight, allowed bool
}

var cells = []cell{{false, true}, {false, false}, {true, true}, {true, false}}

func (c cell) String() string {
	s := "request=actual"
	if c.preflight {
		s = "request=preflight"
	}
	if c.allowed {
		return s + "/verdict=allowed"
	}
	return s + "/verdict=denied"
}

// fetch is what a script does so that the browser sends the request of c.
func (c cell) fetch() corstest.Request {
	r := corstest.Request{Method: "GET", URL: "https://api.example.net/items/1", Credentials: true}
	if c.preflight {
		r.Method = "PUT"
		r.Header = http.Header{"Authorization": {"Bearer x"}, "Content-Type": {"application/json"}}
	}
	return r
}

// A verdict is what a browser makes of a server's answers.
type verdict struct {
	readable   string // a response header that the script may read only because it is exposed
	blocked    bool
	preflight  bool // it was the preflight that was refused
	remembered bool // max-age spares the same request a second preflight
}

// judge has a script of origin send the request of c twice, and returns the browser's verdict and the request of the
// first time that is to be timed.
func judge(m middleware, c cell, origin string) (v verdict, timed *http.Request, err error) {
	server := m(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Request-Id", "42")
	}))
	page := corstest.NewPage(origin, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if timed == nil {
			timed = r.Clone(r.Context())
		}
		server.ServeHTTP(w, r)
	}))
	resp, err := page.Fetch(c.fetch())
	var blocked *corstest.BlockedError
	switch {
	case errors.As(err, &blocked):
		return verdict{blocked: true, preflight: blocked.Preflight}, timed, nil
	case err != nil:
		return v, nil, err
	}
	v.readable = resp.Header.Get("X-Request-Id")
	page.Advance((maxAge - 1) * time.Second)
	resp, err = page.Fetch(c.fetch())
	v.remembered = err == nil && !resp.Preflighted
	return v, timed, err
}

// agree checks that every middleware gets the verdict that c demands, and returns the request that is to be timed.
func agree(ms map[string]middleware, c cell, origin string) (*http.Request, error) {
	want := verdict{readable: "42", remembered: true}
	if !c.allowed {
		want = verdict{blocked: true, preflight: c.preflight}
	}
	var timed *http.Request
	for name, m := range ms {
		v, r, err := judge(m, c, origin)
		if err != nil {
			return nil, fmt.Errorf("%s, %v from %s: %w", name, c, origin, err)
		}
		if v != want {
			return nil, fmt.Errorf("%s, %v from %s: a browser's verdict is %+v, not %+v", name, c, origin, v, want)
		}
		timed = r
	}
	if isPreflight := timed.Method == "OPTIONS"; isPreflight != c.preflight {
		return nil, fmt.Errorf("%v: the browser sent %s", c, timed.Method)
	}
	return timed, nil
}
