package cors

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-12f469a5/cors/internal/pcre"
)

// This file turns a Config into a Policy: it validates, normalises, and makes the values of response headers ready.

// maxUsefulAge is how long the most patient browser remembers a preflight, in seconds.
const maxUsefulAge = 24 * 60 * 60

const hintPreflightStatus = "a browser accepts a preflight with a status from 200 to 299 only; write 204, or 200 for old clients"

// A compiler collects a policy and the problems of its configuration.
type compiler struct {
	in       Config
	p        *Policy
	errs     []error
	warnings []Warning
	used     map[Danger]bool // dangers that something in the policy needs
	trials   int             // steps that trials of regular expressions have taken
	size     int             // of regular expressions
	full     bool            // more of them have been reported as too much
	advised  int             // origins that seem to be meant for regular expressions

	// Values of response headers, where they do not depend on the request.
	allowMethods, allowHeaders, exposeHeaders, maxAgeText string
}

func compile(in Config) (*Policy, error) {
	c := &compiler{in: in, p: &Policy{}, used: map[Danger]bool{}}
	for _, e := range in.misused {
		c.errs = append(c.errs, e)
	}
	if in.replaced {
		c.warn("config", "", CodeIneffective, "WithConfig replaces what the options before it set; give it first")
	}
	c.dangers()
	c.origins()
	c.methods()
	c.headers()
	c.exposedHeaders()
	c.maxAge()
	c.preflights()
	c.privateNetwork()
	c.p.observer, c.p.config.Observer = in.Observer, in.Observer
	c.answers()
	c.unusedDangers()
	if len(c.errs) > 0 {
		return nil, errors.Join(c.errs...)
	}
	c.p.warnings = c.warnings
	return c.p, nil
}

func (c *compiler) fail(field, value string, code Code, format string, args ...any) {
	c.errs = append(c.errs, &ConfigError{field, value, code, fmt.Sprintf(format, args...)})
}

func (c *compiler) warn(field, value string, code Code, format string, args ...any) {
	c.warnings = append(c.warnings, Warning{field, value, code, fmt.Sprintf(format, args...)})
}

// risk reports a risk: as an error with credentials, unless it is permitted, and as a warning otherwise.
func (c *compiler) risk(d Danger, field, value string, code Code, format string, args ...any) {
	hint := fmt.Sprintf(format, args...)
	switch {
	case c.permits(d):
		c.warn(field, value, code, "%s", hint)
	case c.in.Credentials:
		c.fail(field, value, code, "%s; to permit it all the same, add Dangerously(%s)", hint, dangerGoNames[d])
	default:
		c.warn(field, value, code, "%s; with credentials it would need Dangerously(%s)", hint, dangerGoNames[d])
	}
}

func (c *compiler) permits(d Danger) bool {
	c.used[d] = true
	return slices.Contains(c.in.Dangerously, d)
}

func (c *compiler) dangers() {
	var known []Danger
	for _, d := range c.in.Dangerously {
		if _, err := d.MarshalText(); err != nil {
			c.errs = append(c.errs, err)
		} else if !slices.Contains(known, d) {
			known = append(known, d)
		}
	}
	c.p.config.Dangerously = known
}

func (c *compiler) unusedDangers() {
	for _, d := range c.p.config.Dangerously {
		if !c.used[d] {
			c.warn("dangerously", d.String(), CodeDanger, "nothing in the policy needs it; remove it, so that a later change does not slip through")
		}
	}
}

func (c *compiler) origins() {
	p, in := c.p, c.in
	p.credentials, p.config.Credentials = in.Credentials, in.Credentials
	p.nullOrigin = slices.Contains(in.Dangerously, NullOrigin)
	p.originFunc, p.config.OriginFunc = in.OriginFunc, in.OriginFunc
	p.origins.entries = make([]string, 0, len(in.Origins))
	p.origins.exact.entries = make(map[string]uint32, len(in.Origins))
	hint := `the list is empty; name at least one. To allow every origin write WithOrigins("*"); to allow none, use the zero Policy`
	if len(in.Origins)+len(in.OriginRegexps)+len(in.HostRegexps) > 0 || in.OriginFunc != nil {
		hint = "the list is empty; leave it out, or name at least one"
	}
	for _, list := range in.originLists() {
		if list.values != nil && len(list.values) == 0 {
			c.fail(list.field, "", CodeEmpty, "%s", hint)
		}
	}
	// Whoever misused an option for origins did not mean any of them.
	misused := slices.ContainsFunc(in.misused, func(e *ConfigError) bool { return e.Field == "origin_func" || e.Field == "options" })
	if slices.Contains(in.Origins, "*") ||
		in.Origins == nil && in.OriginRegexps == nil && in.HostRegexps == nil && in.OriginFunc == nil && !misused {
		c.anyOrigin()
	} else if in.Origins != nil {
		p.config.Origins = make([]string, 0, len(in.Origins))
	}
	for _, s := range in.Origins {
		if s != "*" {
			c.origin(s)
		}
	}
	if in.OriginFunc != nil && c.permits(NullOrigin) && !p.null {
		c.warn("origin_func", "null", CodeNullOrigin, "%s, and the function is asked about it", hintNull)
	}
	p.config.OriginRegexps = c.regexps("origin_regexps", in.OriginRegexps, &p.origins.regexps)
	p.config.HostRegexps = c.regexps("host_regexps", in.HostRegexps, &p.origins.hosts)
	if in.OriginFunc != nil {
		p.funcEntry = c.entry("WithOriginFunc")
	}
	p.plain = !p.anyOrigin && !p.null && p.originFunc == nil
}

type originList struct {
	field  string
	values []string
}

// entry returns the number of a new entry.
func (c *compiler) entry(text string) uint32 {
	c.p.origins.entries = append(c.p.origins.entries, text)
	return uint32(len(c.p.origins.entries) - 1)
}

// originLists are the lists that say which origins are allowed.
func (c Config) originLists() []originList {
	return []originList{{"origins", c.Origins}, {"origin_regexps", c.OriginRegexps}, {"host_regexps", c.HostRegexps}}
}

func (c *compiler) anyOrigin() {
	in := c.in
	for _, list := range in.originLists() {
		for _, s := range list.values {
			if s != "*" || list.field != "origins" {
				c.fail(list.field, s, CodeAnyOriginBeside, `"*" allows every origin, so this one has no effect; remove one of them`)
			}
		}
	}
	if in.OriginFunc != nil {
		c.fail("origin_func", "func", CodeAnyOriginBeside, `"*" allows every origin, so the function is never asked; remove one of them`)
	}
	c.p.anyOrigin = true
	c.p.origins.entries = []string{"*"}
	c.p.config.Origins = []string{"*"}
	hint := "any web page may use the API; name the origins with WithOrigins"
	if in.Origins == nil {
		hint = "no origins are named, so " + hint
	}
	c.risk(AnyOriginWithCredentials, "origins", "*", CodeAnyOrigin, "%s", hint)
	if in.Credentials && c.permits(NullOrigin) {
		c.p.null = true
		c.warn("origins", "null", CodeNullOrigin, hintNull)
	}
}

const hintNull = "any web page can have the origin null, by means of a sandboxed frame"

// origin adds an entry of the list of origins.
func (c *compiler) origin(s string) {
	p := c.p
	if s == "null" {
		switch {
		case p.null:
		case c.permits(NullOrigin):
			p.null = true
			p.nullEntry = c.entry(s)
			p.config.Origins = append(p.config.Origins, s)
			c.warn("origins", s, CodeNullOrigin, hintNull)
		default:
			c.fail("origins", s, CodeNullOrigin, "%s; name the origins of your own pages, or permit it with Dangerously(NullOrigin)", hintNull)
		}
		return
	}
	o, code, hint := parsePattern(s, c.advise)
	if hint != "" {
		c.fail("origins", s, code, "%s", hint)
		return
	}
	normal := o.String()
	if normal == s {
		normal = s // one string instead of two (peerbench, scaling)
	}
	if !p.origins.add(o, normal, uint32(len(p.origins.entries))) {
		return
	}
	p.origins.entries = append(p.origins.entries, s)
	p.config.Origins = append(p.config.Origins, normal)
	c.judgeOrigin(s, o)
}

// maxAdvised is the most entries whose hints try a regular expression, which takes time.
const maxAdvised = 16

func (c *compiler) advise(expr string) string {
	if c.advised++; c.advised > maxAdvised {
		return exampleRegexp(expr)
	}
	return useRegexp(expr)
}

// maxSize bounds what all regular expressions of a policy may cost ([pcre.Regexp.Size]). A plain one has some fifty.
const (
	maxSize    = 1 << 20
	sizeOfNone = 50_000 // of one that does not compile, which may have taken as long as any
)

// tooMuch reports the first regular expression that is not compiled since those before it have cost too much.
func (c *compiler) tooMuch(field, expr string) {
	if !c.full {
		c.full = true
		c.fail(field, expr, CodeRegexpTooLarge, "together with those before it, it is too much: more than %d pairs of characters that can follow each other, or as much work; "+
			"list plain origins and subdomains with WithOrigins, and write fewer counts and optional parts", maxSize)
	}
}

// regexps compiles a list of regular expressions, and returns those that it has not seen before.
func (c *compiler) regexps(field string, exprs []string, to *regexps) (normal []string) {
	to.first = uint32(len(c.p.origins.entries))
	seen := make(map[string]bool, len(exprs))
	var compiled []*pcre.Regexp
	for _, expr := range exprs {
		if seen[expr] {
			continue
		}
		seen[expr] = true
		if expr == "" {
			c.fail(field, expr, CodeEmpty, "an empty expression matches no origin; remove it")
			continue
		}
		fail := func(err error) {
			var e *pcre.Error
			errors.As(err, &e)
			c.fail(field, expr, regexpCodes[e.Kind], "%s%s", e.Hint, orWildcard(expr))
			if pcre.Check(expr) == nil { // which would have found it out at little cost
				c.size += sizeOfNone
			}
		}
		if c.size > maxSize { // to compile the rest would take too long
			if err := pcre.Check(expr); err != nil {
				fail(err)
			} else {
				c.tooMuch(field, expr)
			}
			continue
		}
		re, err := pcre.Compile(expr)
		if err != nil {
			fail(err)
			continue
		}
		if c.size += re.Size(); c.size > maxSize {
			c.tooMuch(field, expr)
			continue
		}
		normal = append(normal, expr)
		compiled = append(compiled, re)
		c.p.origins.entries = append(c.p.origins.entries, expr)
		c.judgeRegexp(field, expr, re)
	}
	if len(compiled) > 0 {
		to.list = pcre.NewList(compiled)
		c.p.origins.memo = newMemo()
		c.p.origins.endings = allEndings
	}
	return normal
}

// orWildcard says where an expression belongs that is a wildcard.
func orWildcard(expr string) string {
	entry := expr
	if entry != "*" {
		entry = "https://" + entry
	}
	if strings.HasPrefix(expr, "*") && (expr == "*" || isEntry(entry)) {
		return fmt.Sprintf("; as a wildcard it belongs to WithOrigins: write %q there", entry)
	}
	return ""
}

var regexpCodes = map[pcre.ErrorKind]Code{
	pcre.Syntax:      CodeRegexpSyntax,
	pcre.Unsupported: CodeRegexpUnsupported,
	pcre.TooLarge:    CodeRegexpTooLarge,
	pcre.Explosive:   CodeRegexpExplosive,
}

// defaultMethods are those of Kong's plugin.
var defaultMethods = []string{"GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"}

func (c *compiler) methods() {
	p, methods := c.p, c.in.Methods
	if methods == nil {
		p.methods = defaultMethods
	} else {
		p.config.Methods = []string{}
	}
	for _, m := range methods {
		upper := strings.ToUpper(m)
		switch {
		case slices.Contains(p.config.Methods, m):
		case m == "*":
			p.anyMethod = true
			p.config.Methods = append(p.config.Methods, m)
		case m == "":
			c.fail("methods", m, CodeMethodSyntax, hintEmpty)
		case !isToken(m):
			c.fail("methods", m, CodeMethodSyntax, "a method is %s", hintToken(m))
		case isForbiddenMethod(m):
			c.fail("methods", m, CodeMethodForbidden, "no script can use CONNECT, TRACE or TRACK; remove it")
		case m != upper && slices.Contains(standardMethods, upper):
			c.fail("methods", m, CodeMethodCase, "methods are case-sensitive; write %q", upper)
		default:
			switch {
			case strings.ContainsAny(m, "*|"):
				c.warn("methods", m, CodeIneffective, `it stands for a method that has this very name, signs included; give each method as an element of its own, such as "PUT"`)
			case upper == "ALL" || upper == "ANY":
				c.warn("methods", m, CodeIneffective, `it stands for a method called %s, and for no other; for all methods write "*"`, m)
			}
			p.methods = append(p.methods, m)
			p.config.Methods = append(p.config.Methods, m)
		}
	}
	switch {
	case p.anyMethod && p.credentials:
		p.echoMethod = true
	case p.anyMethod:
		c.allowMethods = "*"
	default:
		c.allowMethods = strings.Join(p.methods, ", ")
	}
	if p.anyMethod && len(p.methods) > 0 {
		c.warn("methods", strings.Join(p.methods, ", "), CodeIneffective, `"*" covers every method; remove it, or the others`)
	}
}

const hintEmpty = "the entry is empty, by a comma too many or a variable that is not set; remove it"

// hintToken says what was expected in place of s, which is no token: it may be a whole header line, or a list of tokens.
func hintToken(s string) string {
	hint := "a token (letters, digits and " + tokenSigns + ")"
	if trimmed := strings.TrimSpace(s); isToken(trimmed) {
		return hint + fmt.Sprintf("; write %q, without white space", trimmed)
	}
	if name, _, found := strings.Cut(s, ":"); found && isToken(name) {
		return hint + fmt.Sprintf("; write the name alone, %q", name)
	}
	fields := strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' || r == ';' })
	if len(fields) == 0 || fields[0] == s || slices.ContainsFunc(fields, func(f string) bool { return !isToken(f) }) {
		return hint
	}
	return hint + quoteAll("; give each as an element of its own: ", fields)
}

// hintHeader is hintToken for the name of a header, in which a space may stand for a hyphen.
func hintHeader(s string) string {
	hint := hintToken(s)
	s = strings.TrimSpace(s)
	if name := strings.ReplaceAll(s, " ", "-"); name != s && isToken(name) {
		hint += fmt.Sprintf(", or write %q", name)
	}
	return hint
}

func (c *compiler) headers() {
	p, names := c.p, c.in.Headers
	p.headers = make(map[string]bool, len(names))
	if names != nil {
		p.config.Headers = []string{}
	}
	for _, name := range names {
		lower := strings.ToLower(name)
		switch {
		case p.headers[lower] || name == "*" && p.anyHeader:
			continue
		case name == "*":
			p.anyHeader = true
		case name == "":
			c.fail("headers", name, CodeHeaderSyntax, hintEmpty)
			continue
		case !isToken(name):
			c.fail("headers", name, CodeHeaderSyntax, "a header name is %s", hintHeader(name))
			continue
		case isForbiddenRequestHeader(lower):
			c.fail("headers", name, CodeHeaderForbidden, "browsers set this request header themselves and let no script do it; remove it")
			continue
		case strings.HasPrefix(lower, "access-control-"):
			c.warn("headers", name, CodeIneffective, "this is not a request header that a script would set; remove it")
			fallthrough
		default:
			c.warnMany("headers", name)
			p.headers[lower] = true
		}
		p.config.Headers = append(p.config.Headers, name)
	}
	switch {
	case names == nil, p.anyHeader && p.credentials:
		p.anyHeader, p.echoHeaders = true, true
	case p.anyHeader && p.headers["authorization"]:
		c.allowHeaders = "*, Authorization"
	case p.anyHeader:
		c.allowHeaders = "*"
	default:
		c.allowHeaders = strings.Join(p.config.Headers, ", ")
	}
	if p.anyHeader {
		for _, name := range p.config.Headers {
			if name != "*" && (p.credentials || !strings.EqualFold(name, "Authorization")) {
				c.warn("headers", name, CodeIneffective, `"*" covers it; remove one of them`)
			}
		}
	}
}

// warnMany warns of the name of a header that seems to be meant for several, such as X-Custom-* or all.
func (c *compiler) warnMany(field, name string) {
	if name != "*" && strings.Contains(name, "*") {
		c.warn(field, name, CodeIneffective, "a * within a name stands for itself alone; write each name out")
	}
	if strings.EqualFold(name, "all") || strings.EqualFold(name, "any") {
		how := `for all headers write "*"`
		if field == "exposed_headers" && c.in.Credentials {
			how = "list the names"
		}
		c.warn(field, name, CodeIneffective, "it stands for a header called %s, and for no other; %s", name, how)
	}
}

func (c *compiler) exposedHeaders() {
	p, names := c.p, c.in.ExposedHeaders
	seen := make(map[string]bool, len(names))
	if names != nil {
		p.config.ExposedHeaders = []string{}
	}
	for _, name := range names {
		lower := strings.ToLower(name)
		switch {
		case seen[lower]:
			continue
		case name == "*" && p.credentials:
			c.fail("exposed_headers", name, CodeExposedWildcard, `with credentials, browsers take "*" for a header of that name; name each header`)
			continue
		case name == "":
			c.fail("exposed_headers", name, CodeHeaderSyntax, hintEmpty)
			continue
		case !isToken(name):
			c.fail("exposed_headers", name, CodeHeaderSyntax, "a header name is %s", hintHeader(name))
			continue
		case lower == "set-cookie" || lower == "set-cookie2": // https://fetch.spec.whatwg.org/#forbidden-response-header-name
			c.fail("exposed_headers", name, CodeHeaderForbidden, "browsers let no script read this response header; remove it")
			continue
		}
		c.warnMany("exposed_headers", name)
		seen[lower] = true
		p.config.ExposedHeaders = append(p.config.ExposedHeaders, name)
	}
	c.exposeHeaders = strings.Join(p.config.ExposedHeaders, ", ")
	if seen["*"] {
		c.exposeHeaders = "*"
		if len(p.config.ExposedHeaders) > 1 {
			c.warn("exposed_headers", strings.Join(p.config.ExposedHeaders, ", "), CodeIneffective, `"*" covers every header; remove it, or the others`)
		}
	}
}

const hintNegative = "it is negative; write 0 to forbid browsers to remember preflights"

func (c *compiler) maxAge() {
	if c.in.MaxAge == nil {
		return
	}
	seconds := *c.in.MaxAge
	text := strconv.Itoa(seconds)
	switch {
	case seconds < 0:
		c.fail("max_age", text, CodeMaxAge, hintNegative)
	case seconds > maxUsefulAge:
		instead := ""
		if seconds%1000 == 0 && seconds <= 1000*maxUsefulAge {
			instead = fmt.Sprintf("; if milliseconds were meant, write %d", seconds/1000)
		}
		c.warn("max_age", text, CodeMaxAge, "no browser remembers a preflight for longer than %d seconds (24 hours)%s", maxUsefulAge, instead)
	}
	c.maxAgeText, c.p.config.MaxAge = text, &seconds
}

// preflights compiles how preflights are answered: the status, what is exposed, or not at all.
func (c *compiler) preflights() {
	p, in := c.p, c.in
	p.config.PreflightStatus = in.PreflightStatus
	switch status := in.PreflightStatus; {
	case status == 0:
		p.preflightStatus = http.StatusNoContent
	case status < 200 || status > 299:
		c.fail("preflight_status", strconv.Itoa(status), CodePreflightStatus, hintPreflightStatus)
	default:
		p.preflightStatus = status
	}

	p.config.PreflightExposedHeaders = in.PreflightExposedHeaders
	if in.PreflightExposedHeaders && c.exposeHeaders == "" {
		c.warn("preflight_exposed_headers", "true", CodeIneffective, "no headers are exposed; remove it, or name them with WithExposedHeaders")
	}
	p.preflightContinue, p.config.PreflightContinue = in.PreflightContinue, in.PreflightContinue
	if in.PreflightContinue {
		for _, s := range []struct {
			field string
			set   bool
			value string
		}{
			{"methods", in.Methods != nil, strings.Join(in.Methods, ", ")}, {"headers", in.Headers != nil, strings.Join(in.Headers, ", ")},
			{"max_age", in.MaxAge != nil, c.maxAgeText}, {"preflight_status", in.PreflightStatus != 0, strconv.Itoa(in.PreflightStatus)},
			{"private_network", in.PrivateNetwork, "true"},
		} {
			if s.set {
				c.warn(s.field, s.value, CodeIneffective, "it only affects answers to preflights, which preflight_continue passes on; remove one of the two")
			}
		}
	}
}

func (c *compiler) privateNetwork() {
	c.p.config.PrivateNetwork = c.in.PrivateNetwork
	risks := []Code{CodeAnyOrigin, CodeInsecureOrigin, CodePublicSuffix, CodeNullOrigin, CodeLooseRegexp}
	if i := slices.IndexFunc(c.warnings, func(w Warning) bool { return slices.Contains(risks, w.Code) }); c.in.PrivateNetwork && i >= 0 {
		c.warn("private_network", "true", c.warnings[i].Code, "because of %s, strangers' pages can reach this server on a private network; "+
			"name exact https origins, or remove private_network", verbatim(c.warnings[i].Value))
	}
}

// answers lists the headers of answers to allowed requests. Those without a value get it from the request, and are left out
// if it asks for nothing. A preflight is told all methods and headers, and not only those that it asks for: so one fills the
// browser's cache for all requests, and the browser itself can say what is missing.
func (c *compiler) answers() {
	p := c.p
	var vary []string // https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches
	origin := "*"
	if !p.star() {
		vary = append(vary, "Origin")
		origin = ""
	}
	if p.echoMethod {
		vary = append(vary, "Access-Control-Request-Method")
	}
	if p.echoHeaders {
		vary = append(vary, "Access-Control-Request-Headers")
	}
	if c.in.PrivateNetwork {
		vary = append(vary, "Access-Control-Request-Private-Network")
	}
	exposed := c.exposeHeaders != ""
	for _, h := range []struct {
		name, value       string
		actual, preflight bool
	}{
		{"Vary", "Origin", !p.star(), false}, // setHeaders looks for Vary at the beginning
		{"Vary", strings.Join(vary, ", "), false, len(vary) > 0},
		{"Access-Control-Allow-Origin", origin, true, true}, // https://fetch.spec.whatwg.org/#concept-cors-check
		{"Access-Control-Allow-Credentials", "true", p.credentials, p.credentials},
		{"Access-Control-Allow-Methods", c.allowMethods, false, p.echoMethod || c.allowMethods != ""},
		{"Access-Control-Allow-Headers", c.allowHeaders, false, p.echoHeaders || c.allowHeaders != ""},
		{"Access-Control-Expose-Headers", c.exposeHeaders, exposed, exposed && c.in.PreflightExposedHeaders},
		{"Access-Control-Max-Age", c.maxAgeText, false, c.maxAgeText != ""},
		{"Access-Control-Allow-Private-Network", "", false, c.in.PrivateNetwork},
	} {
		if h.actual {
			p.actual.set = append(p.actual.set, header{h.name, h.value})
		}
		if h.preflight {
			p.preflight.set = append(p.preflight.set, header{h.name, h.value})
		}
	}
	stale := func(names []string, set []header) []string {
		return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
			return slices.ContainsFunc(set, func(h header) bool { return h.name == name })
		})
	}
	p.actual.stale = stale(actualHeaders, p.actual.set)
	p.preflight.stale = stale(responseHeaders, p.preflight.set)
}

// isToken reports whether s is a token: https://www.rfc-editor.org/rfc/rfc9110.html#name-tokens
func isToken(s string) bool {
	for i := range len(s) {
		if !tokenBytes[s[i]] {
			return false
		}
	}
	return s != ""
}

const tokenSigns = "!#$%&'*+-.^_`|~"

var tokenBytes = func() (is [256]bool) {
	for _, c := range []byte(tokenSigns + "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") {
		is[c] = true
	}
	return is
}()

// standardMethods have names in upper case, which are not those in lower case: a browser corrects some of them (not
// PATCH) for a script, and none for a policy.
//
// https://fetch.spec.whatwg.org/#concept-method-normalize
var standardMethods = []string{"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"}

// isForbiddenMethod: https://fetch.spec.whatwg.org/#forbidden-method
func isForbiddenMethod(method string) bool {
	return strings.EqualFold(method, "CONNECT") || strings.EqualFold(method, "TRACE") || strings.EqualFold(method, "TRACK")
}

// isForbiddenRequestHeader: https://fetch.spec.whatwg.org/#forbidden-request-header
func isForbiddenRequestHeader(lower string) bool {
	switch lower {
	case "accept-charset", "accept-encoding", "access-control-request-headers", "access-control-request-method",
		"connection", "content-length", "cookie", "cookie2", "date", "dnt", "expect", "host", "keep-alive", "origin",
		"referer", "set-cookie", "te", "trailer", "transfer-encoding", "upgrade", "via":
		return true
	}
	return strings.HasPrefix(lower, "proxy-") || strings.HasPrefix(lower, "sec-")
}
