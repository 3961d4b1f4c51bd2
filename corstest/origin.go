package corstest

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// An origin is a [tuple origin], or, if zero, an opaque one.
//
// [tuple origin]: https://html.spec.whatwg.org/multipage/browsers.html#concept-origin-tuple
type origin struct{ scheme, host, port string }

// opaqueSchemes are those whose documents have [opaque origins].
//
// [opaque origins]: https://url.spec.whatwg.org/#concept-url-origin
var opaqueSchemes = []string{"about", "blob", "data", "file", "filesystem", "javascript", "mailto"}

// parseOrigin parses a serialized origin, leniently as to case and default port.
func parseOrigin(s string) (origin, error) {
	if s == "null" {
		return origin{}, nil
	}
	scheme, rest, _ := strings.Cut(s, ":")
	scheme = strings.ToLower(scheme)
	authority, ok := strings.CutPrefix(rest, "//")
	switch {
	case slices.Contains(opaqueSchemes, scheme):
		return origin{}, fmt.Errorf(`corstest: the page's origin %q: browsers serialize the origin of %s: documents as "null"`, s, scheme)
	case !ok || !isScheme(scheme):
		return origin{}, fmt.Errorf(`corstest: the page's origin %q has no scheme: write it like "https://app.example", or "null"`, s)
	case strings.ContainsAny(authority, `/\?#@`):
		return origin{}, fmt.Errorf(`corstest: the page's origin %q has more than scheme, host and port: write it like "https://app.example"`, s)
	case !isHTTPScheme(scheme):
		// Only the browser or runtime that made up the scheme knows more about its hosts.
		host, port, _ := strings.Cut(strings.ToLower(authority), ":")
		if host == "" || strings.ContainsFunc(host, isForbiddenHostRune) || !isDigits(port) {
			return origin{}, fmt.Errorf(`corstest: the page's origin %q has no valid host`, s)
		}
		return origin{scheme, host, port}, nil
	}
	u, err := parseURL(s, nil)
	if err != nil {
		return origin{}, fmt.Errorf("corstest: the page's origin: %w", err)
	}
	return originOf(u), nil
}

// originOf returns the origin of an HTTP(S) URL that parseURL returned.
func originOf(u *url.URL) origin {
	return origin{u.Scheme, strings.TrimSuffix(u.Host, ":"+u.Port()), u.Port()}
}

// String [serializes] the origin.
//
// [serializes]: https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin
func (o origin) String() string {
	switch {
	case o.isOpaque():
		return "null"
	case o.port == "":
		return o.scheme + "://" + o.host
	}
	return o.scheme + "://" + o.host + ":" + o.port
}

func (o origin) isOpaque() bool { return o == origin{} }

// isSameOrigin reports whether two origins, at most one of which is a page's
// and possibly opaque, are [same origin].
//
// [same origin]: https://html.spec.whatwg.org/multipage/browsers.html#same-origin
func (o origin) isSameOrigin(other origin) bool { return o == other && !o.isOpaque() }

// isSameSite is [same site], likewise.
//
// [same site]: https://html.spec.whatwg.org/multipage/browsers.html#same-site
func (o origin) isSameSite(other origin) bool {
	if o.isOpaque() || o.scheme != other.scheme {
		return false
	}
	if o.host == other.host {
		return true
	}
	site := registrableDomain(o.host)
	return site != "" && site == registrableDomain(other.host)
}

func registrableDomain(host string) string {
	name, dot := strings.CutSuffix(host, ".")
	domain, err := publicsuffix.EffectiveTLDPlusOne(name) // an error for IP addresses
	if err != nil {
		return ""
	}
	if dot {
		domain += "."
	}
	return domain
}

// isPotentiallyTrustworthy is [potentially trustworthy], for a tuple origin.
//
// [potentially trustworthy]: https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy
func (o origin) isPotentiallyTrustworthy() bool {
	if o.scheme == "https" {
		return true
	}
	if addr, err := netip.ParseAddr(strings.Trim(o.host, "[]")); err == nil {
		return addr.IsLoopback()
	}
	host := strings.TrimSuffix(o.host, ".")
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}
