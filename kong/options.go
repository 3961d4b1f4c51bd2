package kong

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/seed-12f469a5/cors"
)

// This file gives a configuration the meaning that it has to Kong, as a browser sees it.

// kongMethods are those that Kong allows if none are configured, and the only ones that it lets be configured.
var kongMethods = []string{"GET", "HEAD", "PUT", "PATCH", "POST", "DELETE", "OPTIONS", "TRACE", "CONNECT"}

// Options returns the options of a policy that is to a browser what Kong is with this configuration; the package comment
// lists the differences that a browser cannot tell.
//
// It reports every problem at once: an origin that is empty, not ASCII, several in one, or flat without a scheme, which no
// browser's origin equals; a method that Kong does not know; a negative max_age. What else is wrong, such as a malformed
// regular expression, or dangerous, is reported by [cors.New], as no [cors.Danger] is added here: any origin together with
// credentials needs
//
//	cors.New(append(options, cors.Dangerously(cors.AnyOriginWithCredentials))...)
//
// Request headers that no script can send (Origin, Content-Length), response headers that no script can read (Set-Cookie)
// and methods that no script can use (TRACE, CONNECT) are left out. A list of headers of which nothing is left allows
// nothing.
func (c Config) Options() ([]cors.Option, error) {
	origins, errs := c.origins()
	methods, methodErrs := c.methods()
	errs = append(errs, methodErrs...)
	options := origins
	if c.Methods != nil || !c.PreflightContinue { // preflights that are passed on need none
		options = append(options, cors.WithMethods(methods...))
	}

	headers, exposed := c.headers()
	if len(c.Headers) > 0 { // not of those that are left: to have none is not to reflect
		options = append(options, cors.WithHeaders(headers...))
	}
	if len(exposed) > 0 {
		options = append(options, cors.WithExposedHeaders(exposed...))
	}
	if c.Credentials {
		options = append(options, cors.WithCredentials())
	}
	if c.MaxAge != nil {
		seconds := *c.MaxAge
		if seconds < 0 {
			errs = append(errs, problem("max_age", strconv.Itoa(seconds),
				"it is negative; write 0 to forbid browsers to remember preflights"))
		}
		// Not WithMaxAge, whose time.Duration ends after 292 years.
		options = append(options, func(c *cors.Config) { c.MaxAge = &seconds })
	}
	if c.PreflightContinue {
		options = append(options, cors.WithPreflightContinue())
	}
	if c.PrivateNetwork {
		options = append(options, cors.WithPrivateNetwork())
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return options, nil
}

func (c Config) origins() (options []cors.Option, errs []error) {
	if len(c.Origins) == 0 || slices.Contains(c.Origins, "*") {
		return []cors.Option{cors.WithOrigins("*")}, nil
	}
	var flat, regexps, hosts []string
	for _, entry := range c.Origins {
		switch {
		case entry == "":
			errs = append(errs, problem("origins", entry, `an entry is empty; remove it, and write "*" for any origin`))
		case strings.HasPrefix(entry, "{vault://"):
			errs = append(errs, problem("origins", entry, "it is a reference that Kong looks up in a vault; write the origin itself"))
		case !isASCII(entry):
			errs = append(errs, problem("origins", entry, hintASCII))
		case isSeveral(entry):
			errs = append(errs, problem("origins", entry,
				"it seems to be several, or to have white space around it, and entries of an array are not split; give each origin as an entry of its own"))
		case !isFlat(entry) && strings.Contains(entry, ":"):
			regexps = append(regexps, entry)
		case !isFlat(entry):
			hosts = append(hosts, entry)
		case entry == "null": // the one origin without a scheme that browsers send
			flat = append(flat, entry)
		case !strings.Contains(entry, "://"):
			errs = append(errs, problem("origins", entry, "it equals no origin that a browser sends: %s", hintNoScheme(entry)))
		case len(c.Origins) > 1:
			flat = append(flat, withoutPath(entry))
		default:
			flat = append(flat, entry)
		}
	}
	if flat != nil {
		options = append(options, cors.WithOrigins(flat...))
	}
	if regexps != nil {
		options = append(options, cors.WithOriginRegexps(regexps...))
	}
	if hosts != nil {
		options = append(options, cors.WithHostRegexps(hosts...))
	}
	return options, errs
}

// isFlat reports whether Kong takes an entry for an origin, and not for a regular expression.
func isFlat(entry string) bool {
	return strings.Trim(entry, ".:/-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// isSeveral reports whether entry is several origins with commas or white space between them, or has white space around it. To
// Kong it is one expression, which matches nothing.
func isSeveral(entry string) bool {
	between := func(c rune) bool { return c == ',' || unicode.IsSpace(c) }
	elements := strings.FieldsFunc(entry, between)
	return (len(elements) > 1 || strings.TrimSpace(entry) != entry) &&
		!slices.ContainsFunc(elements, func(s string) bool { return !isFlat(s) && !beginsAsOrigin.MatchString(s) })
}

var beginsAsOrigin = regexp.MustCompile(`^[a-z]+://`)

// hintNoScheme says what the package cors has against an entry without a scheme.
func hintNoScheme(entry string) (hint string) {
	_, err := cors.New(cors.WithOrigins(entry))
	for e := range cors.ConfigErrors(err) {
		hint = e.Hint
	}
	return hint
}

// withoutPath cuts off the path of a flat entry, as Kong does when it compares.
func withoutPath(entry string) string {
	scheme, rest, _ := strings.Cut(entry, "://")
	host, _, _ := strings.Cut(rest, "/")
	return scheme + "://" + host
}

func (c Config) methods() (methods []string, errs []error) {
	configured := c.Methods
	if configured == nil {
		configured = kongMethods
	}
	for _, m := range configured {
		switch upper := strings.ToUpper(m); {
		case m == "TRACE" || m == "CONNECT": // https://fetch.spec.whatwg.org/#forbidden-method
		case slices.Contains(kongMethods, m):
			methods = append(methods, m)
		case slices.Contains(kongMethods, upper):
			errs = append(errs, problem("methods", m, "methods are case-sensitive; write %q", upper))
		case strings.Contains(m, ","):
			errs = append(errs, problem("methods", m, "give each method as an element of its own"))
		default:
			errs = append(errs, problem("methods", m,
				"Kong knows %s; remove it, or add it to the policy with cors.WithMethods", strings.Join(kongMethods, ", ")))
		}
	}
	return methods, errs
}

// headers returns the request and the response headers without those that mean nothing to a browser. Which those are is
// asked of the package cors, which refuses them.
func (c Config) headers() (request, response []string) {
	c.Headers, c.ExposedHeaders = eachName(c.Headers), eachName(c.ExposedHeaders)
	probe := []cors.Option{cors.WithHeaders(c.Headers...), cors.WithExposedHeaders(c.ExposedHeaders...)}
	if c.Credentials {
		probe = append(probe, cors.WithCredentials())
	}
	_, err := cors.New(probe...)
	refused := map[string][]string{}
	for e := range cors.ConfigErrors(err) {
		if e.Code == cors.CodeHeaderForbidden || e.Code == cors.CodeExposedWildcard {
			refused[e.Field] = append(refused[e.Field], e.Value)
		}
	}
	for _, name := range c.Headers {
		// To cors a * beside credentials is every header; to a browser that gets it from Kong, a header of that name.
		if !slices.Contains(refused["headers"], name) && (name != "*" || !c.Credentials) {
			request = append(request, name)
		}
	}
	for _, name := range c.ExposedHeaders {
		if !slices.Contains(refused["exposed_headers"], name) {
			response = append(response, name)
		}
	}
	return request, response
}

// eachName splits entries at commas: Kong joins them with commas and does not look into them.
func eachName(entries []string) (names []string) {
	for _, entry := range entries {
		for name := range strings.SplitSeq(entry, ",") {
			if name = strings.TrimSpace(name); name != "" || entry == "" {
				names = append(names, name)
			}
		}
	}
	return names
}
