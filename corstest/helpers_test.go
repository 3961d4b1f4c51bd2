package corstest_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/seed-12f469a5/cors/corstest"
	"github.com/stretchr/testify/require"
)

const (
	app   = "https://app.example"
	api   = "https://api.example/items"
	other = "https://other.example/items"
)

// header builds a header from names and values; a name may come repeatedly.
func header(pairs ...string) http.Header {
	h := make(http.Header)
	for i := 0; i < len(pairs); i += 2 {
		h.Add(pairs[i], pairs[i+1])
	}
	return h
}

// respond answers every request alike.
func respond(status int, pairs ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for name, values := range header(pairs...) {
			w.Header()[name] = values
		}
		w.WriteHeader(status)
	}
}

// byMethod answers preflights one way, all other requests another.
func byMethod(preflight, actual http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method == "OPTIONS" && r.Header.Get("Access-Control-Request-Method") != "" {
			preflight.ServeHTTP(w, r)
			return
		}
		actual.ServeHTTP(w, r)
	}
}

// open answers like a server that permits everything, with credentials too,
// and lets next decide the rest.
func open(next http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		if origin := r.Header.Get("Origin"); origin != "" {
			h.Set("Access-Control-Allow-Origin", origin)
			h.Set("Access-Control-Allow-Credentials", "true")
		}
		if method := r.Header.Get("Access-Control-Request-Method"); method != "" {
			h.Set("Access-Control-Allow-Methods", method)
			if headers := r.Header.Get("Access-Control-Request-Headers"); headers != "" {
				h.Set("Access-Control-Allow-Headers", headers)
			}
			w.WriteHeader(http.StatusNoContent)
			return
		}
		next.ServeHTTP(w, r)
	}
}

// byURL routes by scheme, host and path, and answers 404 elsewhere.
type byURL map[string]http.Handler

func (m byURL) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	scheme := "http://"
	if r.TLS != nil {
		scheme = "https://"
	}
	next, ok := m[scheme+r.Host+r.URL.Path]
	if !ok {
		next = http.NotFoundHandler()
	}
	next.ServeHTTP(w, r)
}

// verdict is what a fetch came to, in the shape that tables compare.
type verdict struct {
	Status    int    // if the script may read the response
	Preflight bool   // if not: was it the preflight's fault
	Reason    string // the console's words
}

func verdictOf(t testing.TB, resp *corstest.Response, err error) verdict {
	t.Helper()
	if blocked := (*corstest.BlockedError)(nil); errors.As(err, &blocked) {
		return verdict{Preflight: blocked.Preflight, Reason: blocked.Reason}
	}
	require.NoError(t, err)
	return verdict{Status: resp.Status}
}

// sent lists the exchanges of a page as method and URL.
func sent(p *corstest.Page) []string {
	var out []string
	for _, e := range p.Exchanges() {
		out = append(out, e.Method+" "+e.URL)
	}
	return out
}
