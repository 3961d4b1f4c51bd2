package cors

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// Select wraps a handler with the policy that pick returns for each request: a policy per route, per host or per tenant,
// or one that is replaced while requests are served (by a pick that loads an [sync/atomic.Pointer]). A request for which
// pick returns nil is passed on untouched. [Routes] makes a pick from patterns.
//
// pick sees preflights too, whose method is OPTIONS and which carry neither cookies nor the headers that they ask for: it
// has to go by host and path.
func Select(pick func(*http.Request) *Policy) func(next http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if p := pick(r); p != nil {
				p.serve(w, r, next, p.decide(r))
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// Routes returns a pick for [Select] by the patterns of [http.ServeMux]: hosts, paths and wildcards, of which the most
// specific one wins. A nil policy excepts what its pattern matches; so does a request that no pattern matches.
//
//	pick, err := cors.Routes(map[string]*cors.Policy{
//		"/":                  everywhere,
//		"/public/":           public,
//		"admin.example.com/": admin,
//	})
//	handler := cors.Select(pick)(mux)
//
// The error names each pattern that is malformed, conflicts with another, or begins with a method: a preflight's method is
// OPTIONS, so a policy goes by the rest.
func Routes(policies map[string]*Policy) (pick func(*http.Request) *Policy, err error) {
	mux := http.NewServeMux()
	policies = maps.Clone(policies)
	var errs []error
	for _, pattern := range slices.Sorted(maps.Keys(policies)) {
		if method, _, found := strings.Cut(pattern, " "); found {
			errs = append(errs, fmt.Errorf("cors: pattern %q: a preflight's method is OPTIONS and never %s; write %q", pattern,
				brief(method), strings.TrimSpace(strings.TrimPrefix(pattern, method))))
			continue
		}
		if _, rest, found := strings.Cut(pattern, "://"); found {
			errs = append(errs, fmt.Errorf("cors: pattern %q: a pattern has no scheme; write %q", pattern, rest))
			continue
		}
		if err := handle(mux, pattern); err != nil {
			errs = append(errs, fmt.Errorf("cors: pattern %q: %w", pattern, err))
		}
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return func(r *http.Request) *Policy {
		// A host is the same in upper case, and with a dot at its end.
		host, port, _ := strings.Cut(r.Host, ":")
		if normal := strings.ToLower(strings.TrimSuffix(host, ".")); normal != host && !strings.HasPrefix(host, "[") {
			same := *r
			same.Host = normal + strings.TrimSuffix(":"+port, ":")
			r = &same
		}
		_, pattern := mux.Handler(r)
		return policies[pattern]
	}, nil
}

// registeredAt is where in this package ServeMux says that a pattern comes from, which helps nobody.
var registeredAt = regexp.MustCompile(` \(registered at [^)]*\)`)

// handle registers pattern, and returns what ServeMux panics with.
func handle(mux *http.ServeMux, pattern string) (err error) {
	defer func() {
		if e := recover(); e != nil {
			err = errors.New(registeredAt.ReplaceAllString(fmt.Sprint(e), ""))
		}
	}()
	mux.Handle(pattern, http.NotFoundHandler())
	return nil
}
