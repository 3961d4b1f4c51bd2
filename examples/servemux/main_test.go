package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/seed-12f469a5/cors"
	"github.com/seed-12f469a5/cors/corstest"
)

const (
	site     = "http://localhost:3000"
	stranger = "https://stranger.example"
)

func TestScriptsReadWhatThePoliciesMean(t *testing.T) {
	handler, err := api(site)
	if err != nil {
		t.Fatal(err)
	}
	url := start(t, handler)
	for _, test := range []struct {
		about, origin, method, path, token string
		want                               int // the status that a script reads; 0 if nothing
	}{
		{"a list", site, "GET", "/api/items", "demo", 200},
		{"a POST", site, "POST", "/api/items", "demo", 200},
		{"a PUT", site, "PUT", "/api/items/7", "demo", 200},
		{"a DELETE", site, "DELETE", "/api/items/7", "demo", 200},
		{"no token", site, "DELETE", "/api/items/7", "", 401},
		{"a wrong token", site, "GET", "/api/items", "guess", 401},
		{"no such path", site, "GET", "/nope", "", 404},
		{"no such path, and a preflight", site, "DELETE", "/nope", "", 404},
		{"no such path in the sub-router", site, "GET", "/api/items/7/nope", "demo", 404},
		{"no such method", site, "POST", "/api/items/7", "demo", 405},
		{"the public path without its slash", stranger, "GET", "/public", "", 404},
		{"a path that resembles the public ones", site, "GET", "/publicity", "", 404},
		{"a method that the policy does not list", site, "PATCH", "/api/items/7", "demo", 0},
		{"a stranger's GET", stranger, "GET", "/api/items", "", 0},
		{"a stranger's PUT", stranger, "PUT", "/api/items/7", "demo", 0},
		{"a stranger and no such path", stranger, "GET", "/nope", "", 0},
		{"the public part", site, "GET", "/public/status", "", 200},
		{"the public part for a stranger", stranger, "GET", "/public/status", "", 200},
		{"no such public path", stranger, "GET", "/public/nope", "", 404},
		{"no such method in the public part", stranger, "POST", "/public/status", "", 405},
		{"an unlisted method in the public part", stranger, "DELETE", "/public/status", "", 0},
		{"a token in the public part", stranger, "GET", "/public/status", "demo", 0},
		{"a path that is redirected to a clean one", site, "GET", "//api/items", "demo", 200},
	} {
		t.Run(test.about, func(t *testing.T) {
			request := corstest.Request{Method: test.method, URL: url + test.path, Header: http.Header{}}
			if test.token != "" {
				request.Header.Set("Authorization", "Bearer "+test.token)
			}
			page := corstest.NewPage(test.origin, nil)
			got := 0
			var blocked *corstest.BlockedError
			switch resp, err := page.Fetch(request); {
			case err == nil:
				got = resp.Status
			case !errors.As(err, &blocked):
				t.Fatal(err)
			}
			if got != test.want {
				t.Errorf("%s %s from %s: a script reads status %d, want %d\n%v", test.method, test.path, test.origin, got, test.want, page.Exchanges())
			}
		})
	}
}

func TestAMisspeltSiteIsAnError(t *testing.T) {
	if _, err := api("localhost:3000"); err == nil {
		t.Error("no error")
	}
}

func TestServeSaysThatAPortIsBusy(t *testing.T) {
	addr := strings.TrimPrefix(start(t, http.NotFoundHandler()), "http://")
	err := serve(t.Context(), addr, http.NotFoundHandler(), io.Discard)
	if err == nil || !strings.Contains(err.Error(), "another address with -addr") {
		t.Errorf("error %v does not say what to do", err)
	}
}

// What main.go calls wrong, and why.

var (
	policy = cors.MustNew(cors.WithOrigins(site), cors.WithMethods("PUT"), cors.WithHeaders("Authorization"))
	put    = corstest.Request{Method: "PUT", URL: "https://api.example/api/items/7", Header: http.Header{"Authorization": {"Bearer demo"}}}
)

func TestWrongAPatternWithAMethodNeverSeesPreflights(t *testing.T) {
	mux := http.NewServeMux()
	mux.Handle("PUT /api/items/{id}", policy.Handler(says("replaced an item")))
	refuses(t, mux, http.StatusMethodNotAllowed)
}

func TestWrongAuthenticationAheadOfThePolicyRefusesPreflights(t *testing.T) {
	refuses(t, authenticated(policy.Handler(says("replaced an item"))), http.StatusUnauthorized)
}

// refuses fails the test unless preflights for a PUT from the site are answered with status, and so keep the PUT at home.
func refuses(t *testing.T, wrong http.Handler, status int) {
	t.Helper()
	blocked := corstest.Blocks(t, wrong, site, put)
	if !blocked.Preflight || blocked.Exchange.Status != status {
		t.Errorf("want a preflight that fails with status %d, got\n%v", status, blocked.Exchange)
	}
}

// start serves handler over HTTP, as main does, and returns the address with http:// before it.
func start(t *testing.T, handler http.Handler) string {
	t.Helper()
	out, stdout := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := serve(t.Context(), "127.0.0.1:0", handler, stdout)
		stdout.CloseWithError(fmt.Errorf("ended: %w", err))
		ended <- err
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // t.Context is cancelled by now, as by Ctrl-C
		if err := <-ended; err != nil {
			t.Errorf("after Ctrl-C: %v", err)
		}
	})
	return strings.Fields(line)[2]
}
