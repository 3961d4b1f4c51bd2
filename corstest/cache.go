package corstest

import (
	"slices"
	"strings"
	"time"
)

// A preflightCache is a [CORS-preflight cache], with a clock of its own. The
// page's network partition key is the same for all its requests.
//
// [CORS-preflight cache]: https://fetch.spec.whatwg.org/#concept-cache
type preflightCache struct {
	now     time.Duration
	entries []cacheEntry
}

type cacheEntry struct {
	origin, url string
	credentials bool
	method      string // or headerName, one of them
	headerName  string
	expires     time.Duration
}

// needsPreflight tells whether the cache lacks a permission that r needs; HTTP
// fetch, step 4.1.
func (p *Page) needsPreflight(r *request) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cache.removeExpired()
	if !isSafelistedMethod(r.method) && len(p.cache.methodMatches(r, r.method)) == 0 {
		return true
	}
	return slices.ContainsFunc(unsafeHeaderNames(r.header), func(name string) bool {
		return len(p.cache.headerNameMatches(r, name)) == 0
	})
}

// rememberPreflight stores what the answer to a preflight for r permits;
// CORS-preflight fetch, steps 7.10 to 7.15.
func (p *Page) rememberPreflight(r *request, maxAge time.Duration, methods, headerNames []string) {
	if p.MaxAgeLimit != 0 {
		maxAge = min(maxAge, p.MaxAgeLimit)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	entry := cacheEntry{
		origin:      r.serializedOrigin(),
		url:         r.currentURL().String(),
		credentials: r.include,
		expires:     p.cache.now + maxAge,
	}
	for _, entry.method = range methods {
		p.cache.store(entry, p.cache.methodMatches(r, entry.method))
	}
	entry.method = ""
	for _, entry.headerName = range headerNames {
		p.cache.store(entry, p.cache.headerNameMatches(r, entry.headerName))
	}
}

// store renews the entries that match, or adds one if there are none.
func (c *preflightCache) store(entry cacheEntry, matches []int) {
	for _, i := range matches {
		c.entries[i].expires = entry.expires
	}
	if len(matches) == 0 {
		c.entries = append(c.entries, entry)
	}
}

// clearPreflights [clears cache entries].
//
// [clears cache entries]: https://fetch.spec.whatwg.org/#concept-cache-clear
func (p *Page) clearPreflights(r *request) {
	origin, url := r.serializedOrigin(), r.currentURL().String()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cache.entries = slices.DeleteFunc(p.cache.entries, func(e cacheEntry) bool {
		return e.origin == origin && e.url == url
	})
}

func (c *preflightCache) removeExpired() {
	c.entries = slices.DeleteFunc(c.entries, func(e cacheEntry) bool { return e.expires <= c.now })
}

// methodMatches returns the indices of the [method cache entry matches]. As the
// standard has it, a "*" that came with credentials matches like any other.
//
// [method cache entry matches]: https://fetch.spec.whatwg.org/#concept-cache-match-method
func (c *preflightCache) methodMatches(r *request, method string) []int {
	return c.matches(r, func(e cacheEntry) bool { return e.method == method || e.method == "*" })
}

// headerNameMatches returns the indices of the [header-name cache entry matches].
//
// [header-name cache entry matches]: https://fetch.spec.whatwg.org/#concept-cache-match-header
func (c *preflightCache) headerNameMatches(r *request, name string) []int {
	return c.matches(r, func(e cacheEntry) bool {
		return strings.EqualFold(e.headerName, name) ||
			e.headerName == "*" && !strings.EqualFold(name, "Authorization")
	})
}

// matches returns the indices of the [cache entry matches] that satisfy f.
//
// [cache entry matches]: https://fetch.spec.whatwg.org/#concept-cache-match
func (c *preflightCache) matches(r *request, f func(cacheEntry) bool) []int {
	origin, url := r.serializedOrigin(), r.currentURL().String()
	var indices []int
	for i, e := range c.entries {
		if e.origin == origin && e.url == url && (e.credentials || !r.include) && f(e) {
			indices = append(indices, i)
		}
	}
	return indices
}
