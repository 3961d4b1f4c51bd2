package cors

import (
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"time"
)

// An Option is one setting of a policy, for [New]. Options of the same list add up, and so do observers; of the other options
// the last one wins. An option copies what it is given. A nil Option is an error.
type Option func(*Config)

// WithOrigins allows origins. Each pattern is one of
//
//   - https://example.com: exactly this origin. Any scheme will do (http://localhost:3000, capacitor://localhost), and so
//     will an IP address (https://[2001:db8::1]:8443).
//   - https://*.example.com: every subdomain of example.com, however deep, but not example.com itself.
//   - https://*: any host, on the default port.
//   - http://localhost:*: any port, or none.
//   - *: any origin. Nothing else may stand beside it.
//   - null: the opaque origin of sandboxed frames, local files and some redirects, only under
//     [Dangerously]([NullOrigin]), for anybody can have it.
//
// Patterns are normalised: lower case, international names in punycode, IPv6 addresses in their shortest form, without
// the scheme's default port and without one trailing slash. All else (a path, user information, a * elsewhere, no
// scheme) is an error with a hint.
//
// Default: if no option for origins is given, any origin (*). WithOrigins without an argument is an error, never everyone.
//
// Danger: with [WithCredentials], whoever controls an allowed origin acts as your logged-in users. Therefore * and
// https://* then need [AnyOriginWithCredentials], http origins other than loopback [InsecureOrigins], and wildcards
// above names that anybody can have (https://*.github.io, https://*.amazonaws.com) [PublicSuffixes].
//
// An origin is scheme, host and port: https://html.spec.whatwg.org/multipage/browsers.html#concept-origin
func WithOrigins(patterns ...string) Option {
	return appendTo(func(c *Config) *[]string { return &c.Origins }, patterns)
}

// WithOriginRegexps allows the origins that one of exprs matches. An expression is PCRE-style and is matched against the
// whole serialized origin, such as https://app.example.com:8443, whatever anchors or alternatives are in it: a|b, ^a$ and
// a mean the whole. Look-around, back-references, atomic groups, named groups, POSIX classes, inline flags, comments and
// lazy quantifiers work as in PCRE (https://www.pcre.org/current/doc/html/pcre2pattern.html); what cannot work as in PCRE is an
// error.
//
// Limits: 4,096 bytes, 2,000 characters with counted repetitions written out, counts up to 1,000 and 250 nested groups in an
// expression; more is an error.
//
// Default: none. WithOriginRegexps without an argument is an error.
//
// Danger: an unescaped dot (https://www.example\.com also matches https://wwwxexample.com), or one that is optional
// (https://(www\.?)?example\.com also matches https://wwwexample.com), needs [LooseRegexps] with
// credentials, an expression that strangers' hosts match [AnyOriginWithCredentials], and one that admits http
// [InsecureOrigins]. An expression on which a hostile origin could make the engine run for long is an error.
func WithOriginRegexps(exprs ...string) Option {
	return appendTo(func(c *Config) *[]string { return &c.OriginRegexps }, exprs)
}

// WithHostRegexps allows the origins whose host one of exprs matches, with any scheme and any port. Otherwise it is like
// [WithOriginRegexps]; an IPv6 address keeps its brackets. It is what a regular expression without a colon means to Kong.
//
// Default: none. WithHostRegexps without an argument is an error.
//
// Danger: any scheme includes http, so with credentials every host other than loopback needs [InsecureOrigins].
func WithHostRegexps(exprs ...string) Option {
	return appendTo(func(c *Config) *[]string { return &c.HostRegexps }, exprs)
}

// WithOriginFunc asks f about an origin that nothing else in the policy admits. The origin is well-formed; r is the
// request, so f may use its context, for a database query, for example. f is asked about preflights too, which carry no cookies
// and no Authorization: decide by origin, host and path. It must be safe for concurrent use, and the request waits for it. What f
// answers is never remembered. The origin null is put to f only under [Dangerously]([NullOrigin]). [Policy.AllowsOrigin], which
// has no request, gives f a bare one.
//
// Default: no function. A nil f is an error. Of several functions the last one counts; beside *, which leaves nothing to ask,
// a function is an error.
//
// Danger: f is not examined. Compare whole origins: a prefix, a suffix or a substring is no proof of anything.
func WithOriginFunc(f func(r *http.Request, origin string) bool) Option {
	return func(c *Config) {
		c.override("origin_func")
		c.OriginFunc = f
		if f == nil {
			c.misuse("origin_func", "nil", CodeEmpty, "the function is nil; give one, or remove WithOriginFunc")
		}
	}
}

// WithMethods sets the methods that scripts may use in addition to GET, HEAD and POST, which need no permission. Methods are
// case-sensitive, and are sent in the order given. * allows every method. Errors: what is not a token; CONNECT, TRACE and TRACK,
// which no script can use (https://fetch.spec.whatwg.org/#forbidden-method); a standard method that is not in upper case.
//
// Default: GET, HEAD, PUT, PATCH, POST and DELETE. WithMethods without an argument allows GET, HEAD and POST only.
//
// https://fetch.spec.whatwg.org/#http-access-control-allow-methods
func WithMethods(methods ...string) Option {
	return appendTo(func(c *Config) *[]string { return &c.Methods }, methods)
}

// WithHeaders sets the request headers that scripts may set in addition to those that need no permission. Names are
// case-insensitive, and are sent in the order given. * allows every header; without credentials it does not cover
// Authorization, which must then be named beside it. Errors: what is not a token, and names that no script can set
// (https://fetch.spec.whatwg.org/#forbidden-request-header).
//
// Default: whatever a preflight asks for, up to 4 KiB of header names. WithHeaders without an argument allows none.
//
// https://fetch.spec.whatwg.org/#http-access-control-allow-headers
func WithHeaders(names ...string) Option {
	return appendTo(func(c *Config) *[]string { return &c.Headers }, names)
}

// WithExposedHeaders sets the response headers that scripts may read in addition to those that need no permission. * exposes
// all of them, and is an error with credentials, where browsers take it for a header of that name. Errors: what is not a token,
// and names that no script can read (https://fetch.spec.whatwg.org/#forbidden-response-header-name).
//
// Default: none. WithExposedHeaders without an argument changes nothing.
//
// https://fetch.spec.whatwg.org/#http-access-control-expose-headers
func WithExposedHeaders(names ...string) Option {
	return appendTo(func(c *Config) *[]string { return &c.ExposedHeaders }, names)
}

// WithCredentials lets the scripts of allowed origins send requests with cookies, client certificates and HTTP
// authentication, and read the answers.
//
// Default: off.
//
// Danger: an allowed origin then reads what your logged-in users can read. Allow few, and only those that you trust.
//
// https://fetch.spec.whatwg.org/#http-access-control-allow-credentials
func WithCredentials() Option {
	return func(c *Config) { c.Credentials = true }
}

// WithMaxAge sets how long a browser may remember the answer to a preflight, in whole seconds. 0 forbids it to remember.
// Firefox caps it at 24 hours, Chromium at 2 hours, WebKit at 10 minutes; more than 24 hours is a [Warning]. Negative
// durations and fractions of a second are errors.
//
// Default: nothing is sent, and browsers remember for 5 seconds.
//
// https://fetch.spec.whatwg.org/#http-access-control-max-age
func WithMaxAge(d time.Duration) Option {
	return func(c *Config) {
		c.override("max_age")
		seconds := int(d / time.Second)
		c.MaxAge = &seconds
		switch {
		case d%time.Second == 0:
		case d < 0:
			seconds = 0 // one problem is enough
			c.misuse("max_age", d.String(), CodeMaxAge, hintNegative)
		default:
			write := max(1, d.Round(time.Second)/time.Second)
			if d < time.Millisecond { // a bare number
				write = d
			}
			c.misuse("max_age", d.String(), CodeMaxAge, "it is not a whole number of seconds; write "+strconv.Itoa(int(write))+"*time.Second")
		}
	}
}

// WithPreflightContinue passes preflights on, untouched, for the wrapped handler to answer. All other requests are
// treated as without it.
//
// Default: off, preflights are answered by the policy.
//
// Danger: if the handler does not answer preflights, browsers refuse whatever needs one.
//
// https://fetch.spec.whatwg.org/#cors-preflight-fetch
func WithPreflightContinue() Option {
	return func(c *Config) { c.PreflightContinue = true }
}

// WithPreflightStatus sets the status of a successful preflight, 200 to 299. All of them mean the same to a browser; some
// proxies and old clients insist on 200. Any other status is an error.
//
// Default: 204.
//
// https://fetch.spec.whatwg.org/#cors-preflight-fetch
func WithPreflightStatus(code int) Option {
	return func(c *Config) {
		c.override("preflight_status")
		c.PreflightStatus = code
		if code == 0 { // which in a Config means the default
			c.misuse("preflight_status", "0", CodePreflightStatus, hintPreflightStatus)
		}
	}
}

// WithPreflightExposedHeaders sends the exposed headers of [WithExposedHeaders] with the answers to preflights too.
// Browsers ignore them there; Envoy sends them, and the conformance suite of the Kubernetes Gateway API asks for them.
//
// Default: off, they are sent where browsers read them.
//
// https://fetch.spec.whatwg.org/#http-access-control-expose-headers
func WithPreflightExposedHeaders() Option {
	return func(c *Config) { c.PreflightExposedHeaders = true }
}

// WithPrivateNetwork lets allowed origins on the public internet reach this server on a private network, when a
// preflight asks for that.
//
// Default: off.
//
// Chromium, which sent such preflights, asks the user instead from version 142 on
// (https://developer.chrome.com/blog/local-network-access).
//
// Danger: it opens what a firewall was thought to close, such as routers and printers. Allow exact origins only.
//
// https://wicg.github.io/private-network-access/
func WithPrivateNetwork() Option {
	return func(c *Config) { c.PrivateNetwork = true }
}

// WithObserver calls f once for every CORS request, and never for others, after the decision and before the answer: for
// logs ([LogDenied]), metrics and traces. Several observers are called in the order given. f must be safe for concurrent
// use, and the request waits for it.
//
// Default: none, and nothing is paid for it. A nil f is an error.
func WithObserver(f func(r *http.Request, d Decision)) Option {
	return func(c *Config) {
		before := c.Observer
		switch {
		case f == nil:
			c.misuse("observer", "nil", CodeEmpty, "the function is nil; give one, or remove WithObserver")
		case before == nil:
			c.Observer = f
		default:
			c.Observer = func(r *http.Request, d Decision) {
				before(r, d)
				f(r, d)
			}
		}
	}
}

// Dangerously permits what [New] otherwise refuses, each risk by its name. The error of a refused setting says which one
// it is. A danger covers the whole policy, entries that are added later included. One that nothing needs is a [Warning], an
// undefined one an error.
//
// Default: none is permitted.
func Dangerously(d ...Danger) Option {
	d = slices.Clone(d)
	return func(c *Config) { c.Dangerously = append(c.Dangerously, d...) }
}

// WithConfig replaces all that earlier options set with a copy of c, functions and observers included: give it first. If there
// was something to replace, a [Warning] says so.
func WithConfig(c Config) Option {
	c = c.clone()
	return func(to *Config) {
		replaces := !reflect.ValueOf(*to).IsZero()
		*to = c.clone()
		to.replaced = replaces
	}
}

// appendTo adds values to a list. A list that was given is never nil afterwards, though it may be empty.
func appendTo(list func(*Config) *[]string, values []string) Option {
	values = slices.Clone(values)
	return func(c *Config) {
		l := list(c)
		if *l == nil {
			*l = []string{}
		}
		*l = append(*l, values...)
	}
}
