package cors

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Shadow serves with current, and reports what candidate would have decided on every CORS request to which the two would
// give answers that differ to a browser: a way to try a policy in production before it counts. A difference is one in
// what a browser makes of the answer, not of the origin alone: methods, request headers, exposed headers, credentials,
// max-age. Two refusals are alike, and so are * and the origin itself without credentials.
//
// report is called before the answer, each time, and must be safe for concurrent use. The two decisions read alike where
// only lists, max-age or credentials differ: compare [Policy.Config]. The observer of current is called as always, that of
// candidate is not; but candidate's function of [WithOriginFunc] is asked, and the request waits for it. Without current,
// requests are passed on untouched; without candidate or report, nothing is compared.
//
// Where a policy is picked for each request, as with [Routes], pick the candidate likewise, in place of [Select]:
//
//	http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
//		cors.Shadow(pick(r), pickCandidate(r), report)(mux).ServeHTTP(w, r)
//	})
func Shadow(current, candidate *Policy, report func(r *http.Request, was, would Decision)) func(next http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		switch {
		case current == nil:
			return next
		case candidate == nil || report == nil:
			return current.Handler(next)
		}
		same := map[Kind]bool{ // what they say to whom both allow
			Actual:    slices.Equal(current.actual.set, candidate.actual.set),
			Preflight: slices.Equal(current.preflight.set, candidate.preflight.set),
		}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			was := current.decide(r)
			if was.kind != NotCORS {
				would := candidate.decide(r)
				alike := was.reason == Allowed && would.reason == Allowed && same[was.kind] // found out in less time (BenchmarkShadow)
				if !alike && !maps.EqualFunc(current.seen(r, was), candidate.seen(r, would), slices.Equal) {
					a, b := current.decision(r, was), candidate.decision(r, would)
					if a.Allowed() || b.Allowed() || was.reason == Delegated || would.reason == Delegated {
						report(r, a, b)
					}
				}
			}
			current.serve(w, r, next, was)
		})
	}
}

// seen returns what a browser makes of the answer to r: the response headers of the CORS protocol, as far as they mean
// anything to it, each as a sorted set.
func (p *Policy) seen(r *http.Request, v verdict) map[string][]string {
	if v.reason == Delegated {
		return map[string][]string{"delegated": nil}
	}
	if v.reason != Allowed {
		return nil
	}
	h := http.Header{}
	p.setHeaders(h, r, v)
	meaningful := []string{"Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"}
	if v.kind == Preflight {
		meaningful = append(meaningful, "Access-Control-Allow-Methods", "Access-Control-Allow-Headers",
			"Access-Control-Max-Age", "Access-Control-Allow-Private-Network")
		if h.Get("Access-Control-Max-Age") == "" {
			h.Set("Access-Control-Max-Age", "5") // https://fetch.spec.whatwg.org/#cors-preflight-fetch-0
		}
		if seconds, err := strconv.Atoi(h.Get("Access-Control-Max-Age")); err == nil {
			h.Set("Access-Control-Max-Age", strconv.Itoa(min(seconds, maxUsefulAge)))
		}
	} else {
		meaningful = append(meaningful, "Access-Control-Expose-Headers")
	}
	if h.Get("Access-Control-Allow-Origin") == "*" {
		h.Set("Access-Control-Allow-Origin", v.origin)
	}

	seen := map[string][]string{}
	for _, name := range meaningful {
		var set []string
		for item := range listElements(h[name]) {
			if name == "Access-Control-Allow-Methods" && slices.Contains(safelistedMethods, item) {
				continue
			}
			if name == "Access-Control-Allow-Headers" || name == "Access-Control-Expose-Headers" {
				item = strings.ToLower(item)
			}
			if name == "Access-Control-Expose-Headers" && safelistedResponseHeaders[item] {
				continue
			}
			set = append(set, item)
		}
		slices.Sort(set)
		if set = slices.Compact(set); len(set) > 0 {
			seen[name] = set
		}
	}
	return seen
}

// safelistedResponseHeaders are readable without being exposed:
// https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name
var safelistedResponseHeaders = map[string]bool{
	"cache-control": true, "content-language": true, "content-length": true, "content-type": true, "expires": true,
	"last-modified": true, "pragma": true,
}
