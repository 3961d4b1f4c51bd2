package gatewayapi

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/seed-12f469a5/cors"
)

// FromPolicy returns the filter that says what p says. To a browser, the policy made from its [Filter.Options] is p.
//
// The error joins all that a filter cannot say: origins in other schemes than http and https, on any port, with an
// underscore or an IPv6 address as host, or null; regular expressions, but for those that mean exactly what a wildcard
// does, such as https://([^./:]+\.)+example\.com; origin functions; methods that are not in the Gateway API; * for request
// headers without credentials together with Authorization, and the reflection of whatever a preflight asks for without
// credentials, since * does not cover Authorization; a maximum age of 0; preflights that are passed on, or that are
// answered with other statuses than 200 and 204; private networks; and longer lists than the Gateway API takes. What
// scripts may do by default is written out where a filter's default is less.
//
// A filter does not name the dangers that p was permitted: whoever makes a policy from it has to permit them again. A nil policy is
// an error, and so is the zero Policy.
//
// Gateways may allow more than p in four cases: https://* is any host on any port to kgateway; * with credentials may be
// the origin null too, as it is to Envoy; * for request headers without credentials may be Authorization too, for Envoy echoes
// what was asked for; and a list of methods or headers that is empty, as of cors.WithMethods without an argument, may be a default
// of the gateway's own.
func FromPolicy(p *cors.Policy) (Filter, error) {
	if p == nil {
		return Filter{}, errors.New("gatewayapi: the policy is nil; make one with cors.New")
	}
	c := p.Config()
	var bad problems
	f := Filter{
		AllowOrigins:     origins(&bad, c),
		AllowMethods:     c.Methods,
		AllowHeaders:     c.Headers,
		ExposeHeaders:    c.ExposedHeaders,
		AllowCredentials: c.Credentials,
		MaxAge:           c.MaxAge,
	}

	switch {
	case c.Methods == nil:
		f.AllowMethods = []string{"GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"} // the default of cors.WithMethods
	case slices.Contains(c.Methods, "*"):
		f.AllowMethods = []string{"*"}
	}
	switch {
	case c.Headers == nil && c.Credentials:
		f.AllowHeaders = []string{"*"}
	case c.Headers == nil:
		bad.add("headers: a filter without credentials cannot reflect what a preflight asks for, for * does not cover " +
			"Authorization; name the headers with cors.WithHeaders")
	case slices.Contains(c.Headers, "*"):
		if !c.Credentials && slices.ContainsFunc(c.Headers, isAuthorization) {
			bad.add(`headers: a filter cannot say "*" and Authorization, for "*" stands alone; name the headers with cors.WithHeaders`)
		}
		f.AllowHeaders = []string{"*"}
	}
	if slices.Contains(c.ExposedHeaders, "*") {
		f.ExposeHeaders = []string{"*"}
	}

	if c.PreflightContinue {
		bad.add("preflight_continue: a filter cannot pass preflights on; remove cors.WithPreflightContinue")
	}
	if c.PreflightStatus != 0 && c.PreflightStatus != 200 && c.PreflightStatus != 204 {
		bad.add("preflight_status: %d cannot be expressed in a filter, and gateways answer 200 or 204; remove cors.WithPreflightStatus", c.PreflightStatus)
	}
	if c.PrivateNetwork {
		bad.add("private_network: a filter cannot allow access to private networks; remove cors.WithPrivateNetwork")
	}
	f.usable(&bad)
	if len(bad) > 0 {
		return Filter{}, errors.Join(bad...)
	}
	return f, nil
}

func isAuthorization(name string) bool { return strings.EqualFold(name, "Authorization") }

// origins returns the origins that a filter can say, and reports those that it cannot.
func origins(bad *problems, c cors.Config) []string {
	origins := c.Origins
	for _, expr := range c.OriginRegexps {
		switch wildcard, ok := asWildcard(expr); {
		case !ok:
			bad.add("origin_regexps: %#q: a filter has no regular expressions; name the origins, or write a wildcard such as "+
				"https://*.example.com, with cors.WithOrigins", expr)
		case !slices.Contains(origins, wildcard):
			origins = append(origins, wildcard)
		}
	}
	for _, expr := range c.HostRegexps {
		bad.add("host_regexps: %#q: a filter has no regular expressions; name the origins, or write a wildcard such as "+
			"https://*.example.com, with cors.WithOrigins instead of cors.WithHostRegexps", expr)
	}
	if c.OriginFunc != nil {
		bad.add("origin_func: a filter has no functions; name the origins with cors.WithOrigins instead of cors.WithOriginFunc")
	}
	if len(origins) == 0 && c.OriginRegexps == nil && c.HostRegexps == nil && c.OriginFunc == nil {
		bad.add("origins: the policy allows no origin, as the zero Policy does; make one with cors.New")
	}
	return origins
}

// wildcardRegexp matches the regular expressions that mean what a wildcard means: one or more labels that are not empty,
// each with its dot, and then the rest of the host; or a name or IPv6 address. They are what package kong writes for
// wildcards, and their variants. No host has a slash or, out of brackets, a colon, so it does not matter whether these may
// be in a label.
var wildcardRegexp = regexp.MustCompile(`^\^?(https?://)` +
	`(?:\((?:\?:)?\[\^[:/]*\.[:/]*\]\+\\\.\)\+((?:[a-z0-9-]+\\\.)*[a-z0-9-]+)|\((?:\?:)?\[\^(?::|:/|/:)\]\+\|\\\[\[0-9a-f:\]\+\\\]\))` +
	`(:[1-9][0-9]{0,4})?\$?$`)

// asWildcard returns the wildcard that means exactly what expr means.
func asWildcard(expr string) (wildcard string, ok bool) {
	m := wildcardRegexp.FindStringSubmatch(expr)
	if m == nil {
		return "", false
	}
	scheme, host, port := m[1], "*", m[3]
	if m[2] != "" {
		host = "*." + strings.ReplaceAll(m[2], `\.`, ".")
	}
	if scheme == "https://" && port == ":443" || scheme == "http://" && port == ":80" {
		return "", false // matches nothing, since browsers leave the default port out
	}
	return scheme + host + port, true
}
