package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	jub0bs "github.com/jub0bs/cors"
	"github.com/stretchr/testify/require"

	"github.com/seed-12f469a5/cors"
	"github.com/seed-12f469a5/cors/corstest"
)

// A setup is a policy in terms that both libraries have.
type setup struct {
	origins, methods, headers, exposed []string
	credentials                        bool
	maxAge                             int // in seconds; negative if not set
}

func (s setup) ours() (middleware, error) {
	opts := []cors.Option{
		cors.WithOrigins(s.origins...), cors.WithMethods(s.methods...), cors.WithHeaders(s.headers...),
		cors.Dangerously(cors.InsecureOrigins, cors.PublicSuffixes),
	}
	if len(s.exposed) > 0 {
		opts = append(opts, cors.WithExposedHeaders(s.exposed...))
	}
	if s.credentials {
		opts = append(opts, cors.WithCredentials())
	}
	if s.maxAge >= 0 {
		opts = append(opts, cors.WithMaxAge(time.Duration(s.maxAge)*time.Second))
	}
	p, err := cors.New(opts...)
	if err != nil {
		return nil, err
	}
	return p.Handler, nil
}

func (s setup) jub0bs() (middleware, error) {
	maxAge := s.maxAge // to jub0bs, 0 is the browser's default and -1 is 0
	switch {
	case s.maxAge < 0:
		maxAge = 0
	case s.maxAge == 0:
		maxAge = -1
	}
	m, err := jub0bs.NewMiddleware(jub0bs.Config{
		Origins: s.origins, Credentialed: s.credentials,
		Methods: s.methods, RequestHeaders: s.headers, ResponseHeaders: s.exposed, MaxAgeInSeconds: maxAge,
		DangerouslyTolerateInsecureOrigins: true, DangerouslyTolerateSubdomainsOfPublicSuffixes: true,
	})
	if err != nil {
		return nil, err
	}
	return m.Wrap, nil
}

// chance makes random setups and requests that have enough in common to be allowed now and then.
type chance struct{ *rand.Rand }

func (c chance) one(s ...string) string { return s[c.IntN(len(s))] }

// some returns up to n of s, none twice.
func (c chance) some(n int, s ...string) (out []string) {
	for _, i := range c.Perm(len(s))[:min(c.IntN(n+1), len(s))] {
		out = append(out, s[i])
	}
	return out
}

var (
	someHosts = []string{"example.com", "a.example.com", "b.a.example.com", "example.org", "ample.com", "com", "github.io",
		"localhost", "x.localhost", "127.0.0.1", "192.168.0.1", "[::1]", "[2001:db8::1]", "xn--bcher-kva.example", "a-b.example.com", "a_b.example.com"}
	someSchemes   = []string{"https", "https", "https", "http", "http", "capacitor", "chrome-extension"}
	somePorts     = []string{"", "", "", ":8080", ":443", ":80", ":1", ":65535"}
	someMethods   = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE", "purge", "QUERY"}
	someHeaders   = []string{"Authorization", "Content-Type", "Accept", "X-Api-Key", "x-request-id", "Range", "If-Match", "X-A", "X-A-B"}
	someExposures = []string{"X-Request-Id", "x-total-count", "ETag", "Content-Length", "Retry-After"}
)

func (c chance) setup() (s setup) {
	for range 1 + c.IntN(4) {
		s.origins = append(s.origins, c.one(someSchemes...)+"://"+c.one("", "", "*.")+c.one(someHosts...)+c.one(append(somePorts, ":*", ":*")...))
	}
	if c.IntN(8) == 0 {
		s.origins = []string{"*"}
	}
	s.methods = c.some(4, someMethods...)
	s.headers = c.some(4, someHeaders...) // in a list of five, jub0bs/cors v1.0.1 does not find the last
	s.exposed = c.some(3, someExposures...)
	for _, list := range []*[]string{&s.methods, &s.headers, &s.exposed} {
		if c.IntN(5) == 0 {
			*list = []string{"*"}
		}
	}
	if slices.Equal(s.headers, []string{"*"}) && c.IntN(2) == 0 {
		s.headers = append(s.headers, "Authorization")
	}
	s.credentials = c.IntN(2) == 0
	s.maxAge = []int{-1, 0, 1, 5, 600, 86400}[c.IntN(6)]
	return s
}

// origin is that of a page: mostly one that an entry of s nearly names.
func (c chance) origin(s setup) string {
	if c.IntN(4) == 0 || s.origins[0] == "*" {
		return c.one(someSchemes...) + "://" + c.one("", "x.", "x.y.") + c.one(someHosts...) + c.one(somePorts...)
	}
	origin := c.one(s.origins...)
	origin = strings.Replace(origin, "://*.", "://"+c.one("x.", "x.y.", "x-1.", "0.", "", "xn--bcher-kva.", strings.Repeat("a", 63)+"."), 1)
	origin = strings.Replace(origin, ":*", c.one(":8080", ":65535", ":443", ""), 1)
	switch c.IntN(20) {
	case 0:
		return strings.Replace(origin, "://", "://evil", 1)
	case 1:
		return origin + "."
	case 2:
		return strings.ToUpper(origin)
	case 3:
		return origin + c.one("0", ":1", ".evil.example")
	case 4:
		return strings.Replace(origin, "https", "http", 1)
	case 5:
		return "null"
	}
	return origin
}

// request asks half of the time for what s has.
func (c chance) request(s setup) corstest.Request {
	methods, headers := append(someMethods, "put", "patch", "get"), someHeaders
	if c.IntN(2) == 0 {
		methods = append(withoutStar(s.methods), "GET")
	}
	if c.IntN(2) == 0 {
		headers = withoutStar(s.headers)
	}
	r := corstest.Request{
		Method: c.one(methods...), URL: "https://api.example.net/", Credentials: s.credentials && c.IntN(4) != 0 || c.IntN(8) == 0,
		Header: http.Header{},
	}
	for _, name := range c.some(3, headers...) {
		r.Header.Set(name, c.one("1", "application/json", "text/plain", "bytes=0-1"))
	}
	return r
}

func withoutStar(s []string) []string {
	return slices.DeleteFunc(slices.Clone(s), func(x string) bool { return x == "*" })
}

// outcome is what a script sees when it sends r.
func outcome(page *corstest.Page, r corstest.Request) (seen string, preflighted bool, err error) {
	resp, err := page.Fetch(r)
	var blocked *corstest.BlockedError
	switch {
	case errors.As(err, &blocked):
		return fmt.Sprintf("blocked, preflight: %t", blocked.Preflight), false, nil
	case err != nil:
		return "", false, err
	}
	resp.Header.Del("Vary") // of an OPTIONS request, which ours has and jub0bs/cors does not; a cache keeps neither
	return fmt.Sprintf("%d %v", resp.Status, resp.Header), resp.Preflighted, nil
}

// A script on any page must see the same of a server whichever library guards it, for any policy that both accept.
func TestSameAsJub0bs(t *testing.T) {
	c := chance{rand.New(rand.NewPCG(1, 2))}
	server := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, name := range append(someExposures, "X-Hidden", "Content-Type") {
			w.Header().Set(name, "1")
		}
		w.WriteHeader(http.StatusTeapot)
		_, _ = w.Write([]byte("1")) // as long as Content-Length says
	})
	compared, allowed, onlyOurs, onlyTheirs := 0, 0, map[string]int{}, map[string]int{}
	for compared < 30_000 {
		s := c.setup()
		a, errA := s.ours()
		b, errB := s.jub0bs()
		if errA != nil || errB != nil {
			if errB == nil {
				onlyTheirs[kindOf(errA)]++
			}
			if errA == nil {
				onlyOurs[kindOf(errB)]++
			}
			continue
		}
		a2, b2 := a(server), b(server)
		for range 10 {
			origin := c.origin(s)
			pageA, pageB := corstest.NewPage(origin, a2), corstest.NewPage(origin, b2)
			var history []string
			before := c.request(s)
			for i := range 3 {
				r := before // the second time, the answer to a preflight may be remembered
				if i == 2 {
					r = c.request(s)
				}
				wait := time.Duration(c.IntN(8)) * time.Second
				pageA.Advance(wait)
				pageB.Advance(wait)
				history = append(history, fmt.Sprintf("after %v: %+v", wait, r))
				seenA, preflightedA, errA := outcome(pageA, r)
				seenB, preflightedB, errB := outcome(pageB, r)
				if errA != nil || errB != nil {
					require.Equal(t, errA != nil, errB != nil, "%+v\n%s\n%v\n%v\n%v", s, origin, history, errA, errB)
					break // no browser sends it
				}
				require.Equal(t, seenB, seenA, "jub0bs/cors and ours differ: %+v\npage %s\n%s", s, origin, strings.Join(history, "\n"))
				if i < 2 { // a different request may be covered by our whole lists, and not by the one method that jub0bs sends
					require.Equal(t, preflightedB, preflightedA, "preflighted by jub0bs/cors and by ours: %+v\npage %s\n%s", s, origin, strings.Join(history, "\n"))
				}
				compared++
				if seenA[0] != 'b' {
					allowed++
				}
			}
		}
	}
	t.Logf("%d requests compared, %d of them allowed", compared, allowed)
	t.Logf("accepted by ours alone, by the first complaint of jub0bs/cors: %v", onlyOurs)
	t.Logf("accepted by jub0bs/cors alone, by the first complaint of ours: %v", onlyTheirs)
	require.Greater(t, allowed, compared/4)
}

// kindOf is the first line of an error, without the values.
func kindOf(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return regexp.MustCompile(`"[^"]*"`).ReplaceAllString(line, `""`)
}
