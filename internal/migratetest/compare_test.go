package migratetest

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-12f469a5/cors"
	"github.com/seed-12f469a5/cors/corstest"
)

// This file asks a browser what it makes of two middlewares.

type middleware func(http.Handler) http.Handler

// api is what both middlewares wrap.
var api = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	for _, name := range []string{"X-Reached", "X-Request-Id", "X-Total", "Link"} {
		w.Header().Set(name, "1")
	}
	w.WriteHeader(http.StatusOK)
})

const apiURL = "https://api.example.org/items"

// The fetches that every row is tried on: each of these origins with each of the requests, without and with credentials.
var (
	origins = []string{
		"https://example.com", "https://app.example.com", "https://admin.example.com", "https://a.b.example.com",
		"https://x.preview.example.com", "http://x.preview.example.com",
		"https://app-1.example.com", "https://app-1.x.example.com", "https://app-1.example.com.evil.net",
		"https://app.example.com:8443", "http://example.com", "http://app.example.com",
		"https://evilexample.com", "https://example.com.evil.net", "https://example.evil.net", "https://evil.net",
		"http://localhost", "http://localhost:3000", "http://localhost.evil.net",
		"http://192.168.0.7", "http://192.168.evil.net",
		"https://xn--bcher-kva.example", "capacitor://localhost", "chrome-extension://abcdefghijklmnop", "null",
	}
	requests = []fetch{
		{method: "GET"}, {method: "HEAD"}, {method: "POST"},
		{method: "PUT"}, {method: "DELETE"}, {method: "PATCH"}, {method: "patch"}, {method: "PURGE"},
		{method: "GET", headers: "Authorization"}, {method: "GET", headers: "X-Requested-With"}, {method: "GET", headers: "X-Custom"},
		{method: "POST", headers: "Content-Type"}, {method: "PUT", headers: "Authorization Content-Type"},
	}
)

// A fetch is what a script does.
type fetch struct {
	origin, method string
	headers        string // separated by spaces
	credentials    bool
}

func (f fetch) String() string {
	s := f.method + " from " + f.origin
	if f.headers != "" {
		s += " with " + f.headers
	}
	if f.credentials {
		s += " and credentials"
	}
	return s
}

func (f fetch) request() corstest.Request {
	r := corstest.Request{Method: f.method, URL: apiURL, Header: http.Header{}, Credentials: f.credentials}
	for name := range strings.FieldsSeq(f.headers) {
		r.Header.Set(name, "application/json")
	}
	return r
}

// allFetches are those of every row, and extra ones from every origin.
func allFetches(extra []fetch) (all []fetch) {
	for _, f := range slices.Concat(requests, extra) {
		for _, f.origin = range origins {
			for _, f.credentials = range []bool{false, true} {
				all = append(all, f)
			}
		}
	}
	return all
}

// A verdict is what a browser makes of a fetch.
type verdict struct {
	readable   bool
	reached    bool   // the handler ran
	exposed    string // what the script may read of the response headers
	remembered string // how long the preflight was remembered: one of the spans that were tried
}

var spans = []time.Duration{time.Second, 4 * time.Minute, 9 * time.Minute, time.Hour, 23 * time.Hour}

func judge(t *testing.T, server http.Handler, f fetch) (v verdict) {
	t.Helper()
	page := corstest.NewPage(f.origin, server)
	resp, err := page.Fetch(f.request())
	for _, e := range page.Exchanges() {
		v.reached = v.reached || !e.Preflight && e.ResponseHeader.Get("X-Reached") != ""
	}
	var blocked *corstest.BlockedError
	if errors.As(err, &blocked) {
		return v
	}
	if err != nil {
		t.Fatalf("%v: %v", f, err)
	}
	v.readable = true
	for _, name := range []string{"X-Request-Id", "X-Total", "Link"} {
		if resp.Header.Get(name) != "" {
			v.exposed += name + " "
		}
	}
	if !resp.Preflighted {
		return v
	}
	var now time.Duration
	for _, span := range spans {
		page.Advance(span - now)
		now = span
		if resp, err = page.Fetch(f.request()); err != nil {
			t.Fatalf("%v, again: %v", f, err)
		}
		if resp.Preflighted {
			break
		}
		v.remembered = span.String()
	}
	return v
}

// A which picks fetches.
type which func(fetch) bool

func (w which) match(f fetch) bool { return w != nil && w(f) }

func from(origins ...string) which {
	return func(f fetch) bool { return slices.Contains(origins, f.origin) }
}
func using(methods ...string) which {
	return func(f fetch) bool { return slices.Contains(methods, f.method) }
}
func with(name string) which   { return func(f fetch) bool { return strings.Contains(f.headers, name) } }
func credentials(f fetch) bool { return f.credentials }
func preflighted(f fetch) bool {
	return f.headers != "" || !slices.Contains([]string{"GET", "HEAD", "POST"}, f.method)
}
func (w which) and(u which) which { return func(f fetch) bool { return w(f) && u(f) } }

// compare fails unless a browser's verdicts are the same but for what there (only there is it readable), here (only
// here) and otherwise (readable alike, but not alike in all) pick; each has to pick something.
func compare(t *testing.T, theirs, ours http.Handler, stops bool, extra []fetch, there, here, otherwise which) {
	t.Helper()
	var hits [3]bool
	wrong := 0
	for _, f := range allFetches(extra) {
		a, b := judge(t, theirs, f), judge(t, ours, f)
		if stops && !a.readable && !preflighted(f) {
			a.reached = true
		}
		var ok bool
		switch {
		case a == b:
			ok = true
		case a.readable && !b.readable:
			ok, hits[0] = there.match(f), true
		case b.readable && !a.readable:
			ok, hits[1] = here.match(f), true
		default:
			ok, hits[2] = otherwise.match(f), true
		}
		if !ok {
			if wrong++; wrong < 6 {
				t.Errorf("%v: there %+v, here %+v", f, a, b)
			}
		}
	}
	if wrong > 5 {
		t.Errorf("and %d more", wrong-5)
	}
	for i, w := range []which{there, here, otherwise} {
		if w != nil && !hits[i] {
			t.Errorf("no difference of the stated kind: %s", []string{"only there", "only here", "otherwise"}[i])
		}
	}
}

// admits are the origins that may read the answer to a GET.
func admits(t *testing.T, server http.Handler) (in []string) {
	for _, origin := range origins {
		if judge(t, server, fetch{origin: origin, method: "GET"}).readable {
			in = append(in, origin)
		}
	}
	return in
}

// complete adds to opts what the table's first row says of methods and headers, unless opts or without name them.
func complete(opts, base []cors.Option, without string) []cors.Option {
	var c cors.Config
	for _, o := range opts {
		o(&c)
	}
	for _, o := range base {
		var b cors.Config
		o(&b)
		if b.Methods != nil && (c.Methods != nil || strings.Contains(without, "WithMethods")) || b.Headers != nil && (c.Headers != nil || strings.Contains(without, "WithHeaders")) {
			continue
		}
		opts = append(slices.Clip(opts), o)
	}
	return opts
}

// render shows how server answers r: the status, the headers of the CORS protocol, and whether the handler ran.
func render(server http.Handler, method string, header map[string]string) string {
	w := newRecorder()
	r := mustRequest(method, header)
	server.ServeHTTP(w, r)
	h := w.Header()
	s := fmt.Sprint(w.Code)
	if h.Get("X-Reached") != "" {
		s = "handler runs"
	}
	for _, name := range []string{
		"Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Access-Control-Allow-Methods",
		"Access-Control-Allow-Headers", "Access-Control-Expose-Headers", "Access-Control-Max-Age", "Vary",
	} {
		for _, v := range h[name] {
			s += "<br>`" + strings.TrimPrefix(name, "Access-Control-") + ": " + v + "`"
		}
	}
	return s
}
