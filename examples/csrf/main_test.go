package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"github.com/seed-12f469a5/cors"
	"github.com/seed-12f469a5/cors/corstest"
)

const (
	site   = "https://shop.example"
	forger = "https://forger.example"
)

func TestForgedRequestsAreRefusedAndTheSitesAreNot(t *testing.T) {
	for _, test := range []struct {
		about, origin, method, contentType string
		status                             int // of the last answer
		read                               bool
		orders                             string
	}{
		{"a form's POST", site, "POST", "application/x-www-form-urlencoded", 200, true, "1"},
		{"a preflighted POST", site, "POST", "application/json", 200, true, "1"},
		{"a preflighted PUT", site, "PUT", "", 200, true, "1"},
		{"a GET", site, "GET", "", 200, true, "0"},
		{"a site by the wildcard", "https://pr-7.preview.example", "POST", "text/plain", 200, true, "1"},
		{"a forged form's POST", forger, "POST", "application/x-www-form-urlencoded", 403, false, "0"},
		{"a forged POST of text", forger, "POST", "text/plain", 403, false, "0"},
		{"a forged POST without a body", forger, "POST", "", 403, false, "0"},
		{"a forged POST from a sandboxed frame", "null", "POST", "text/plain", 403, false, "0"},
		{"a forged POST from a look-alike", "https://preview.example", "POST", "text/plain", 403, false, "0"},
		{"a forged POST of JSON, stopped by its preflight", forger, "POST", "application/json", 403, false, "0"},
		{"a forged PUT, stopped by its preflight", forger, "PUT", "", 403, false, "0"},
	} {
		t.Run(test.about, func(t *testing.T) {
			handler, err := shop([]string{site, "https://*.preview.example"})
			if err != nil {
				t.Fatal(err)
			}
			page := visit(t, test.origin, start(t, handler))
			request := corstest.Request{Method: test.method, URL: page.orders, Header: http.Header{}, Credentials: true}
			if test.contentType != "" {
				request.Header.Set("Content-Type", test.contentType)
				request.Body = strings.NewReader("what=book")
			}
			_, err = page.Fetch(request)
			var blocked *corstest.BlockedError
			if err != nil && !errors.As(err, &blocked) {
				t.Fatal(err)
			}
			exchanges := page.Exchanges()
			if last := exchanges[len(exchanges)-1]; last.Status != test.status || (err == nil) != test.read {
				t.Errorf("want status %d, read: %t; got error %v and\n%v", test.status, test.read, err, exchanges)
			}
			if got := ordersOf(t, page.orders); got != test.orders {
				t.Errorf("%s orders were placed, want %s", got, test.orders)
			}
		})
	}
}

// A browser of 2019 and before says where a form comes from by Origin alone; what is no browser does not say.
func TestRequestsOfOldBrowsersAndOfOthers(t *testing.T) {
	handler, err := shop([]string{site})
	if err != nil {
		t.Fatal(err)
	}
	orders := start(t, handler) + "/orders"
	for origin, status := range map[string]int{site: 200, forger: 403, "null": 403, "": 200} {
		req, err := http.NewRequest("POST", orders, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Cookie", "session=ada")
		if origin != "" {
			req.Header.Set("Origin", origin)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != status {
			t.Errorf("POST with Origin %q: status %d, want %d", origin, resp.StatusCode, status)
		}
	}
}

func TestWrongThePolicyAloneLetsForgeriesHappen(t *testing.T) {
	policy := cors.MustNew(cors.WithOrigins(site), cors.WithCredentials())
	placed := false
	page := visit(t, forger, start(t, policy.Handler(customers(func(http.ResponseWriter, *http.Request) { placed = true }))))
	_, err := page.Fetch(corstest.Request{Method: "POST", URL: page.orders, Credentials: true})
	if blocked := (*corstest.BlockedError)(nil); !errors.As(err, &blocked) {
		t.Errorf("want the script not to read the answer, got error %v", err)
	}
	if !placed {
		t.Error("the request was stopped, so the policy alone would do")
	}
}

func TestShopRefusesAListThatWouldLetForgersIn(t *testing.T) {
	for _, sites := range [][]string{nil, {""}, {"*"}, {"https://*"}, {"null"}, {"shop.example"}} {
		if _, err := shop(sites); err == nil {
			t.Errorf("no error for %q", sites)
		}
	}
}

func TestServeSaysThatAPortIsBusy(t *testing.T) {
	addr := strings.TrimPrefix(start(t, http.NotFoundHandler()), "http://")
	err := serve(t.Context(), addr, http.NotFoundHandler(), io.Discard)
	if err == nil || !strings.Contains(err.Error(), "another address with -addr") {
		t.Errorf("error %v does not say what to do", err)
	}
}

type tab struct {
	*corstest.Page
	orders string
}

// visit opens a page of the given origin in the browser of a customer who is logged in to the shop at the given address.
func visit(t *testing.T, origin, addr string) tab {
	shop, err := url.Parse(addr)
	if err != nil {
		t.Fatal(err)
	}
	page := corstest.NewPage(origin, nil)
	jar, _ := cookiejar.New(nil) // never fails
	jar.SetCookies(shop, []*http.Cookie{{Name: "session", Value: "ada"}})
	page.Jar = jar
	return tab{page, addr + "/orders"}
}

// ordersOf asks the shop how many orders were placed.
func ordersOf(t *testing.T, orders string) string {
	req, err := http.NewRequest("GET", orders, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Cookie", "session=ada")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
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
