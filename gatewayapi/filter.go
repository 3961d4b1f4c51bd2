// Package gatewayapi turns the CORS filter of the Kubernetes Gateway API into options for package cors, and a policy back
// into a filter. The filter stands in the rules of an HTTPRoute, and, with the same fields, in spec.cors of kgateway's
// TrafficPolicy. So what a gateway did for a service, the service can do by itself, and the other way round:
//
//	filters, err := gatewayapi.Parse(manifest) // YAML or JSON
//	if err != nil {
//		return err
//	}
//	opts, err := filters[0].Options()
//	if err != nil {
//		return err
//	}
//	policy, err := cors.New(opts...)
//
// A manifest says nothing about the dangers that [cors.Dangerously] permits, so [Filter.Options] permits none. If a filter
// needs one, the error of [cors.New] names it, and it can be added to the options.
//
// # Differences
//
// To a browser the policy behaves as a gateway does, except where the last column says otherwise.
//
//	what             | a gateway                          | the policy                   | can a browser tell?
//	-----------------+------------------------------------+------------------------------+------------------------------------
//	preflight status | 200 (Envoy) or 204                 | 200                          | no: 200 to 299 mean the same
//	preflight from   | 200 or 204 without CORS headers,   | 403 without CORS headers     | no: it looks for the headers
//	another origin   | or 403; or what the service says   |                              | first; but yes, if the service
//	                 | (Envoy)                            |                              | allows the origin
//	CORS headers of  | replaced for allowed origins       | left as they are             | yes: two are a refusal, and one
//	the service      | (Envoy)                            |                              | may allow more. Remove them
//	any origin       | the origin (Envoy), or *           | *, or the origin with        | no: without credentials both
//	                 |                                    | credentials                  | mean it
//	any method       | what was asked, or *               | *, or what was asked with    | no: without credentials both
//	                 |                                    | credentials                  | mean it
//	any header       | what was asked, or *               | *, or what was asked with    | yes: * does not cover
//	                 |                                    | credentials                  | Authorization; the API permits both
//	exposed headers  | with preflights too                | the same                     | no: it ignores them there
//	maxAge absent    | 5                                  | 5                            | no
//	allowMethods     | none, or the gateway's default     | GET, HEAD and POST           | no: these need no permission
//	absent           |                                    |                              |
//	header names     | sent                               | left out                     | no: no script can set Origin or
//	that browsers    |                                    |                              | Content-Length, or read Set-Cookie
//	forbid           |                                    |                              |
//	CONNECT, TRACE   | sent                               | left out                     | no: no script can use them
//	trailing slash   | refused since v1.4, never matched  | dropped                      | no: it never sends one
//	of an origin     | or echoed before                   |                              |
//	capitals, default| never matched (Envoy)              | normalised                   | yes: what was meant matches
//	port of an origin|                                    |                              |
//	https://*        | any port too (kgateway)            | any host, on port 443        | yes: less is allowed
//	origin null      | matched by *                       | matched by *, but not with   | yes: see cors.NullOrigin
//	                 |                                    | credentials                  |
//
// Reference: https://gateway-api.sigs.k8s.io/reference/api-spec/main/spec/#httpcorsfilter. Why it is as it is:
// https://gateway-api.sigs.k8s.io/geps/gep-1767/. TrafficPolicy: https://kgateway.dev/docs/envoy/latest/security/cors/.
package gatewayapi

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/seed-12f469a5/cors"
	"github.com/seed-12f469a5/cors/internal/settings"
)

// A Filter is the Gateway API's HTTPCORSFilter, with its names in JSON and YAML. A list that is nil is absent from the
// manifest; to a gateway, a list that is empty means the same. What is not set is not written.
//
// No value is checked before [Filter.Options]. A struct that embeds a Filter reads nothing else: give it a field instead.
//
// https://gateway-api.sigs.k8s.io/reference/api-spec/main/spec/#httpcorsfilter
type Filter struct {
	// AllowOrigins are the origins whose scripts may use the service, at most 64 of at most 253 bytes: https://example.com and
	// http://localhost:3000 stand for themselves, https://*.example.com for all subdomains of example.com however deep
	// (not for example.com), https://* for any host on the default port, and * alone for any origin. Schemes other than
	// http and https, IPv6 addresses, and a * elsewhere cannot be expressed. One trailing slash is forgiven.
	//
	// Default: none. [Filter.Options] takes that for a mistake, since nobody could use such a filter.
	AllowOrigins []string `json:"allowOrigins,omitzero" yaml:"allowOrigins"`
	// AllowMethods are the methods that scripts may use in addition to GET, HEAD and POST, which need no permission: at most 9 of
	// GET, HEAD, POST, PUT, DELETE, CONNECT, OPTIONS, TRACE and PATCH, or * alone for all methods.
	//
	// Default: none.
	AllowMethods []string `json:"allowMethods,omitzero" yaml:"allowMethods"`
	// AllowHeaders are the request headers that scripts may set, at most 64 of at most 256 bytes, or * alone for all headers;
	// without credentials * does not cover Authorization.
	//
	// Default: none.
	AllowHeaders []string `json:"allowHeaders,omitzero" yaml:"allowHeaders"`
	// ExposeHeaders are the response headers that scripts may read, at most 64 of at most 256 bytes, or * for all headers; with credentials
	// browsers take * for the name of a header, and [cors.New] refuses it.
	//
	// Default: none.
	ExposeHeaders []string `json:"exposeHeaders,omitzero" yaml:"exposeHeaders"`
	// AllowCredentials lets scripts send cookies, client certificates and HTTP authentication. False is not written: it is
	// the default, and the first version of the filter (v1.3) had no other value than true.
	//
	// Default: false.
	AllowCredentials bool `json:"allowCredentials,omitzero" yaml:"allowCredentials"`
	// MaxAge is how long browsers may remember a preflight, in seconds, at least 1; nil if it is absent.
	//
	// Default: 5, which is also what browsers do by themselves.
	MaxAge *int `json:"maxAge,omitzero" yaml:"maxAge"`
}

// UnmarshalJSON implements [json.Unmarshaler]. It reads a bare filter with the strictness of [Parse], which the names of fields,
// their types and their number are a part of. What is not named, or null, stays as it is.
func (f *Filter) UnmarshalJSON(data []byte) error {
	docs, err := jsonDocuments(data)
	if err != nil || len(docs) == 0 {
		return err
	}
	return f.read(docs[0])
}

// UnmarshalYAML implements an Unmarshaler interface that all YAML packages know, as [Filter.UnmarshalJSON] does that of JSON.
// Packages other than go.yaml.in/yaml/v3 may resolve duplicate and merge keys (<<) before it sees them.
func (f *Filter) UnmarshalYAML(unmarshal func(any) error) error {
	var doc any
	if err := unmarshal(&doc); err != nil {
		return err
	}
	return f.read(doc)
}

func (f *Filter) read(doc any) error {
	if doc == nil {
		return nil
	}
	m, ok := settings.Fields(doc)
	if !ok {
		return fmt.Errorf("gatewayapi: it is %s; it must be a CORS filter", describe(doc))
	}
	var p parser
	if p.filter("", m, *f); len(p.bad) > 0 {
		return errors.Join(p.bad...)
	}
	*f = p.filters[0]
	return nil
}

// MarshalYAML implements the Marshaler interface of go.yaml.in/yaml. What is not set is left out.
func (f Filter) MarshalYAML() (any, error) { return settings.Of(f), nil }

const (
	maxItems      = 64
	maxMethods    = 9
	maxHeaderName = 256
	maxOrigin     = 253
	defaultMaxAge = 5
)

// methods are those that the API server accepts.
var methods = []string{"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "*"}

// originPattern is what the API server accepts as an origin.
var originPattern = regexp.MustCompile(`^(\*|https?://((\*\.)?([a-zA-Z0-9-]+\.)*[a-zA-Z0-9-]+|\*)(:[0-9]{1,5})?)$`)

// Options returns the options for [cors.New] that make the policy that f describes. Names of headers and methods that no
// script can use are left out, and a list that is empty then allows nothing.
//
// The error joins all that is wrong with f: an API server of v1.5 or later would refuse the same, but for one trailing slash
// of an origin, for a filter without origins, and for ports and names that are none (https://example.com:99999), which
// [cors.New] refuses. What makes sense to an API server and none to a browser is left for cors.New to refuse: origins that
// need one of [cors.Dangerously], and * for exposed headers with credentials.
func (f Filter) Options() ([]cors.Option, error) {
	var bad problems
	if len(f.AllowOrigins) == 0 {
		bad.add(`allowOrigins: there is none, so that no page could use the service; name at least one, or write "*" for any`)
	}
	f = f.usable(&bad)
	if len(bad) > 0 {
		return nil, errors.Join(bad...)
	}
	opts := []cors.Option{
		cors.WithOrigins(f.AllowOrigins...),
		cors.WithMethods(f.AllowMethods...),
		cors.WithHeaders(f.AllowHeaders...),
		cors.WithMaxAge(time.Duration(*f.MaxAge) * time.Second),
		cors.WithPreflightStatus(200), // as Envoy; the conformance suite took nothing else at first
	}
	if len(f.ExposeHeaders) > 0 {
		opts = append(opts, cors.WithExposedHeaders(f.ExposeHeaders...), cors.WithPreflightExposedHeaders())
	}
	if f.AllowCredentials {
		opts = append(opts, cors.WithCredentials())
	}
	return opts, nil
}

// problems are all that is wrong.
type problems []error

func (p *problems) add(format string, args ...any) {
	*p = append(*p, fmt.Errorf("gatewayapi: "+format, args...))
}

// usable checks all fields, and returns what is left of them for package cors.
func (f Filter) usable(bad *problems) Filter {
	f.AllowOrigins = usableOrigins(bad, f.AllowOrigins)
	f.AllowMethods = usableNames(bad, "allowMethods", f.AllowMethods, maxMethods, cors.WithMethods)
	f.AllowHeaders = usableNames(bad, "allowHeaders", f.AllowHeaders, maxItems, cors.WithHeaders)
	f.ExposeHeaders = usableNames(bad, "exposeHeaders", f.ExposeHeaders, maxItems, cors.WithExposedHeaders)
	maxAge := defaultMaxAge
	if f.MaxAge != nil {
		maxAge = *f.MaxAge
	}
	switch {
	case maxAge < 1:
		bad.add("maxAge: %d is less than 1; write at least 1, or leave it out for %d seconds", maxAge, defaultMaxAge)
	case maxAge > math.MaxInt32:
		bad.add("maxAge: %d is more than the Gateway API can hold; write 86400, for no browser remembers longer than that", maxAge)
	}
	f.MaxAge = &maxAge
	return f
}

// usableOrigins checks the list of origins and returns it without trailing slashes.
func usableOrigins(bad *problems, values []string) []string {
	if !checkList(bad, "allowOrigins", values, maxItems) {
		return nil
	}
	origins := make([]string, 0, len(values))
	for _, s := range values {
		origin := s
		scheme, rest, _ := strings.Cut(s, "://")
		if rest != "" {
			rest = strings.TrimSuffix(rest, "/")
			origin = scheme + "://" + rest
		}
		_, port, hasPort := strings.Cut(rest, ":")
		e := refusal(cors.WithOrigins(origin))
		switch {
		case s == "null":
			bad.add("allowOrigins: %q cannot be expressed in a filter; remove it", s)
		case strings.Contains(port, "*"):
			bad.add("allowOrigins: %q: a filter has no wildcard for ports; name each port", s)
		case e != nil:
			bad.add("allowOrigins: %q: %s", s, withoutRegexps(e.Hint))
		case !originPattern.MatchString(origin) || hasPort && strings.Trim(port, "0") == "":
			bad.add(`allowOrigins: %q: the Gateway API takes http or https, "://", a name of ASCII letters, digits, "-" and ".", `+
				`perhaps with "*." before it, or "*" for any host, and perhaps a port from 1 to 65535`, s)
		case len(origin) > maxOrigin:
			bad.add("allowOrigins: %q has more than %d bytes", s, maxOrigin)
		}
		origins = append(origins, origin)
	}
	return origins
}

// withoutRegexps leaves out of a hint of package cors what a filter cannot hold.
func withoutRegexps(hint string) string {
	hint, _, _ = strings.Cut(hint, "; for any port ")
	hint, _, _ = strings.Cut(hint, ", or use a regular expression with WithOriginRegexps")
	if problem, _, found := strings.Cut(hint, "; use WithOriginRegexps"); found {
		hint = problem + "; a filter has no regular expressions, so list the hosts"
	}
	return hint
}

// usableNames checks a list of methods or header names, and returns those of them that scripts can use.
func usableNames(bad *problems, field string, values []string, most int, option func(...string) cors.Option) []string {
	if !checkList(bad, field, values, most) {
		return nil
	}
	usable := make([]string, 0, len(values))
	for _, s := range values {
		e := refusal(option(s))
		switch {
		case field == "allowMethods" && !slices.Contains(methods, s):
			hint := "write one of " + strings.Join(methods, ", ")
			if upper := strings.ToUpper(s); slices.Contains(methods, upper) {
				hint = fmt.Sprintf("methods are case-sensitive; write %q", upper)
			}
			bad.add("allowMethods: %q is not a method of the Gateway API; %s", s, hint)
		case e != nil && (e.Code == cors.CodeMethodForbidden || e.Code == cors.CodeHeaderForbidden):
			// Gateways accept it, browsers do not: left out.
		case e != nil:
			bad.add("%s: %q: %s", field, s, e.Hint)
		case len(s) > maxHeaderName:
			bad.add("%s: %q has more than %d bytes", field, s, maxHeaderName)
		default:
			usable = append(usable, s)
		}
	}
	return usable
}

// checkList checks what the API server checks of a list as a whole. It reports whether the values are worth looking at.
func checkList(bad *problems, field string, values []string, most int) bool {
	if len(values) > most {
		bad.add("%s: there are %d entries, and the Gateway API takes at most %d; remove some", field, len(values), most)
		return false
	}
	for i, s := range values {
		if slices.Contains(values[:i], s) {
			bad.add("%s: %q is there twice; remove one of them", field, s)
		}
	}
	if field != "exposeHeaders" && len(values) > 1 && slices.Contains(values, "*") {
		bad.add(`%s: "*" stands beside others; keep "*" alone, or remove it`, field)
	}
	return true
}

// refusal returns what package cors has against an option; nil if nothing.
func refusal(option cors.Option) *cors.ConfigError {
	_, err := cors.New(option)
	for e := range cors.ConfigErrors(err) {
		return e
	}
	return nil
}
