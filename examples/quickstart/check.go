package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"text/tabwriter"

	"github.com/seed-12f469a5/cors"
	"github.com/seed-12f469a5/cors/corstest"
)

// A result is what became of an attempt.
type result struct {
	place   place
	attempt attempt
	outcome string
	read    string // what the script could read, or why it could not
	because string // what the policy said last, and what the browser added
}

func (r result) asIntended() bool { return r.outcome == intended(r.place, r.attempt) }

// check tries the matrix over HTTP and prints it. It returns an error if something is not as intended.
func check(newPolicy func(allowedPort int) *cors.Policy, w io.Writer) error {
	results, err := tryAll(newPolicy)
	if err != nil {
		return err
	}
	failed := 0
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for i, r := range results {
		if i == 0 || r.place != results[i-1].place {
			fmt.Fprintf(table, "\n%s %s:\n", r.place.Origin, r.place.About)
		}
		verdict := "ok"
		if !r.asIntended() {
			verdict = "FAILED, not " + intended(r.place, r.attempt)
			failed++
		}
		fmt.Fprintf(table, "  %s\t%s\t%s\t%s\n", r.attempt.Title, r.outcome, verdict, r.because)
	}
	table.Flush()
	fmt.Fprintf(w, "\n%d of %d as intended\n", len(results)-failed, len(results))
	if failed > 0 {
		return fmt.Errorf("%d of %d are NOT as intended", failed, len(results))
	}
	return nil
}

// tryAll makes every attempt from every place, with corstest in the browser's stead.
func tryAll(newPolicy func(allowedPort int) *cors.Policy) ([]result, error) {
	d, err := start("127.0.0.1", ports{}, newPolicy, log.New(io.Discard, "", 0))
	if err != nil {
		return nil, err
	}
	defer d.stop()

	transport := &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, fmt.Sprintf("127.0.0.1:%d", d.ports.api))
		},
	}
	defer transport.CloseIdleConnections()

	var results []result
	for _, place := range places(d.ports) {
		page := corstest.NewPage(place.Origin, nil)
		page.Transport = transport
		page.Jar = loggedIn(localhost(d.ports.api))
		for i, a := range attempts {
			id := fmt.Sprintf("%s %d", place.Origin, i)
			r := result{place: place, attempt: a}
			r.outcome, r.read = try(page, a, localhost(d.ports.api)+"/hello?id="+url.QueryEscape(id))
			if said := d.decisions.about(id); len(said) > 0 {
				last := said[len(said)-1]
				r.because = last.Sentence
				if last.Allowed && r.outcome != allowed {
					r.because += "; but " + r.read
				}
			}
			results = append(results, r)
		}
	}
	return results, nil
}

// loggedIn returns the cookies of a visitor who has logged in to the API.
func loggedIn(api string) http.CookieJar {
	jar, _ := cookiejar.New(nil) // never fails
	u, err := url.Parse(api)
	if err != nil {
		panic(err)
	}
	jar.SetCookies(u, []*http.Cookie{{Name: "session", Value: "ada"}})
	return jar
}

// try does what the function of that name in page.html does.
func try(page *corstest.Page, a attempt, url string) (outcome, read string) {
	request := corstest.Request{
		Method:      a.Method,
		URL:         url,
		Header:      http.Header{},
		Credentials: a.Credentials,
	}
	for name, value := range a.Header {
		request.Header.Set(name, value)
	}
	if a.Body != "" {
		request.Body = strings.NewReader(a.Body)
	}
	response, err := page.Fetch(request)
	var refusal *corstest.BlockedError
	switch {
	case errors.As(err, &refusal):
		return blocked, refusal.Reason
	case err != nil:
		return "no answer", err.Error()
	case a.Reads == "":
		return allowed, string(response.Body)
	case response.Header.Get(a.Reads) == "":
		return blocked, a.Reads + " is hidden"
	}
	return allowed, response.Header.Get(a.Reads)
}
