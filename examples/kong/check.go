package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/seed-12f469a5/cors/corstest"
)

// An attempt is what a script tries, and what kong.yml intends.
type attempt struct {
	origin      string
	method      string
	path        string
	header      string // of the request, with any value
	credentials bool
	reads       string // a response header

	allowed bool
	about   string
}

const (
	shop    = "https://shop.example.com"
	preview = "https://pr-7.preview.example.com"
	partner = "https://partner.example.net"
	anyone  = "https://anyone.example"
)

var attempts = []attempt{
	{origin: anyone, method: "GET", path: "/shop/books", reads: "X-Total-Count", allowed: true, about: "the catalog is public"},
	{origin: anyone, method: "GET", path: "/shop/books", header: "Accept-Version", allowed: true, about: "a header that is listed"},
	{origin: anyone, method: "GET", path: "/shop/books", header: "X-Debug", about: "a header that is not listed"},
	{origin: anyone, method: "GET", path: "/shop/books", credentials: true, about: "public, but without cookies"},
	{origin: anyone, method: "DELETE", path: "/shop/books", about: "public, but to read"},
	{origin: anyone, method: "GET", path: "/shop/nothing", allowed: true, about: "scripts read errors too"},

	{origin: shop, method: "GET", path: "/shop/orders", credentials: true, reads: "X-Total-Count", allowed: true, about: "gateway and service agree"},
	{origin: preview, method: "PUT", path: "/shop/orders/7", header: "Content-Type", credentials: true, allowed: true, about: "the service answers the preflight, the gateway the rest"},
	{origin: shop, method: "DELETE", path: "/shop/orders/7", credentials: true, about: "the service's preflight has no DELETE"},
	{origin: partner, method: "GET", path: "/shop/orders", credentials: true, about: "the service says yes, the gateway no"},
	{origin: partner, method: "PUT", path: "/shop/orders/7", credentials: true, about: "the same; but the preflight was the service's, so the PUT was made"},
	{origin: anyone, method: "PUT", path: "/shop/orders/7", credentials: true, about: "the service's preflight knows no such origin"},
	{origin: anyone, method: "GET", path: "/shop/orders", about: "the longer prefix decides: not the catalog's policy"},
}

func (a attempt) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", a.method, a.path)
	if a.header != "" {
		fmt.Fprintf(&b, ", sends %s", a.header)
	}
	if a.credentials {
		b.WriteString(", sends cookies")
	}
	if a.reads != "" {
		fmt.Fprintf(&b, ", reads %s", a.reads)
	}
	return b.String()
}

// check makes the attempts over HTTP, with corstest in the browser's stead, and prints what became of them. It returns an
// error if something is not as intended.
func check(gateway http.Handler, stdout io.Writer) error {
	server := httptest.NewServer(gateway)
	defer server.Close()

	failed := 0
	for _, a := range attempts {
		outcome, reason := a.try(server.URL)
		verdict := "as intended"
		if !a.intends(outcome) {
			verdict = "NOT as intended"
			failed++
		}
		fmt.Fprintf(stdout, "%s: %s\n  %s, %s (%s)\n", a.origin, a, outcome, verdict, a.about)
		if reason != "" {
			fmt.Fprintf(stdout, "  %s\n", reason)
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d are NOT as intended", failed, len(attempts))
	}
	fmt.Fprintf(stdout, "\n%d of %[1]d as intended\n", len(attempts))
	return nil
}

// What becomes of an attempt.
const (
	allowed  = "allowed"
	blocked  = "blocked"
	noAnswer = "no answer"
)

func (a attempt) intends(outcome string) bool {
	if a.allowed {
		return outcome == allowed
	}
	return outcome == blocked
}

// try makes the attempt and returns what became of it, and why if it was not allowed.
func (a attempt) try(gateway string) (outcome, reason string) {
	request := corstest.Request{Method: a.method, URL: gateway + a.path, Header: http.Header{}, Credentials: a.credentials}
	if a.header != "" {
		request.Header.Set(a.header, "application/json")
	}
	response, err := corstest.NewPage(a.origin, nil).Fetch(request)
	var refusal *corstest.BlockedError
	switch {
	case errors.As(err, &refusal):
		return blocked, refusal.Reason
	case err != nil:
		return noAnswer, err.Error()
	case a.reads != "" && response.Header.Get(a.reads) == "":
		return blocked, a.reads + " is hidden."
	}
	return allowed, ""
}
