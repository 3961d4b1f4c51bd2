package kong

import (
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-12f469a5/cors"
)

// This file writes a policy as a configuration of Kong's plugin.

// defaultMethods are those of the package cors, fewer than Kong's.
var defaultMethods = []string{"GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"}

// FromPolicy returns the configuration with which Kong is to a browser what p is. Wildcards become regular expressions
// that match exactly the same; regular expressions are rewritten where Kong would match them against something else.
//
// It reports at once all that Kong cannot say: functions, IPv6 addresses (whose brackets it loses, so that it lets none
// in; a wildcard or a regular expression that admits some is written all the same, and admits none there), methods other than
// its own, a preflight status other than 200 and 204, regular expressions that cannot be rewritten. The zero Policy and nil,
// which allow no origin, are errors too.
//
// A regular expression with a look-behind of variable length, such as (?<!x{1,2}), needs a Kong with PCRE2 10.43 or later;
// an older one refuses the configuration.
//
// Dangers are no part of Kong's configuration: whoever makes a policy of it again has to name them again. A wildcard
// below a public suffix is then an expression that admits strangers ([cors.AnyOriginWithCredentials]). Where any origin is
// allowed with credentials, Kong admits the origin null too. And Kong matches expressions against it: one such as .* gets a
// look-ahead that keeps it out, and with it a host that is called null.
func FromPolicy(p *cors.Policy) (Config, error) {
	var from cors.Config
	if p != nil {
		from = p.Config()
	}
	c := Config{
		Headers:           from.Headers,
		MaxAge:            from.MaxAge,
		Credentials:       from.Credentials,
		PreflightContinue: from.PreflightContinue,
		PrivateNetwork:    from.PrivateNetwork,
	}
	var errs []error
	fail := func(field, value, hint string) { errs = append(errs, problem(field, value, "%s", hint)) }

	add := func(field, value, entry string, err error) {
		if err != nil {
			fail(field, value, err.Error())
			return
		}
		c.Origins = append(c.Origins, entry)
	}
	for _, s := range from.Origins {
		var err error
		if strings.Contains(s, "[") {
			err = errors.New("an IPv6 address loses its brackets in Kong, which so lets no such origin in; use a name")
		}
		add("origins", s, originEntry(s), err)
	}
	for _, expr := range from.OriginRegexps {
		entry, err := originRegexpEntry(expr)
		add("origin_regexps", expr, entry, err)
	}
	for _, expr := range from.HostRegexps {
		entry, err := hostRegexpEntry(expr)
		add("host_regexps", expr, entry, err)
	}
	switch {
	case from.OriginFunc != nil:
		fail("origin_func", "func", "Kong cannot call a function; name the origins")
	case len(c.Origins) == 0 && len(errs) == 0:
		fail("origins", "", "the policy allows no origin, and Kong without origins allows any; make the policy with cors.New")
	}

	c.Methods = from.Methods
	if c.Methods == nil {
		c.Methods = slices.Clone(defaultMethods)
	}
	for _, m := range c.Methods {
		if !slices.Contains(kongMethods, m) {
			fail("methods", m, "Kong knows no methods but "+strings.Join(kongMethods, ", ")+"; name those that are needed")
		}
	}

	switch {
	case slices.Contains(c.Headers, "*") && c.Credentials:
		c.Headers = nil // cors then echoes what is asked for, as Kong does without a list
	case c.Headers != nil && len(c.Headers) == 0:
		c.Headers = []string{"Origin"} // which no script can send; to an empty list Kong prefers reflection
	}
	if len(from.ExposedHeaders) > 0 {
		c.ExposedHeaders = from.ExposedHeaders
	}
	switch from.PreflightStatus {
	case 0, http.StatusOK, http.StatusNoContent: // Kong's own, of today and of old
	default:
		fail("preflight_status", strconv.Itoa(from.PreflightStatus),
			"Kong answers preflights with 200; leave WithPreflightStatus out")
	}
	if len(errs) > 0 {
		return Config{}, errors.Join(errs...)
	}
	return c, nil
}

// originEntry writes an entry of cors.WithOrigins, which is normalised.
func originEntry(s string) string {
	scheme, rest, found := strings.Cut(s, "://")
	if !found || isFlat(s) {
		return s // *, null, or a flat origin
	}
	host, port := rest, ""
	if i := strings.LastIndexByte(rest, ':'); i > strings.LastIndexByte(rest, ']') {
		host, port = rest[:i], rest[i:]
	}
	below, wild := strings.CutPrefix(host, "*.")
	switch {
	case host == "*":
		host = `([^:]+|\[[0-9a-f:]+\])` // a name or an IPv6 address
	case wild:
		host = `([^.:]+\.)+` + regexp.QuoteMeta(below) // labels that are not empty
	default:
		host = regexp.QuoteMeta(host)
	}
	if port == ":*" {
		port = "(:[0-9]+)?"
	}
	return regexp.QuoteMeta(scheme) + "://" + host + port
}
