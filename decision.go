package cors

import (
	"fmt"
	"slices"
	"strings"
)

// A Kind says what the CORS protocol makes of a request.
type Kind uint8

const (
	// NotCORS is a request without an Origin header.
	NotCORS Kind = iota
	// Actual is a request with an Origin header that is not a preflight.
	Actual
	// Preflight is an OPTIONS request with an Origin and an Access-Control-Request-Method header:
	// https://fetch.spec.whatwg.org/#cors-preflight-request
	Preflight
)

// String returns the name in snake case, fit for a log or a metric's label.
func (k Kind) String() string { return nameOf(k, "not_cors", "actual", "preflight") }

// MarshalText implements [encoding.TextMarshaler] by the name of [Kind.String], for logs in JSON.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// A Reason says why a request was decided as it was.
type Reason uint8

const (
	// Allowed: the policy allows the request, or, for [NotCORS], has nothing against it.
	Allowed Reason = iota + 1
	// OriginMalformed: the Origin header is not a serialized origin, so no browser sent it:
	// https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin
	OriginMalformed
	// OriginNotAllowed: nothing in the policy admits the origin: https://fetch.spec.whatwg.org/#concept-cors-check
	OriginNotAllowed
	// OriginUndecided: a regular expression could not be evaluated on the origin in time, and nothing else admits it.
	OriginUndecided
	// MethodNotAllowed: the origin is allowed, but not the method that the preflight asks for:
	// https://fetch.spec.whatwg.org/#cors-preflight-fetch
	MethodNotAllowed
	// HeaderNotAllowed: origin and method are allowed, but not a request header that the preflight asks for:
	// https://fetch.spec.whatwg.org/#cors-preflight-fetch
	HeaderNotAllowed
	// Delegated: the preflight is passed on for the wrapped handler to decide, under [WithPreflightContinue].
	Delegated
)

// String returns the name in snake case, fit for a log or a metric's label.
func (r Reason) String() string {
	return nameOf(r, "undefined", "allowed", "origin_malformed", "origin_not_allowed", "origin_undecided",
		"method_not_allowed", "header_not_allowed", "delegated")
}

// MarshalText implements [encoding.TextMarshaler] by the name of [Reason.String], for logs in JSON.
func (r Reason) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

func nameOf[T ~uint8](v T, names ...string) string {
	if int(v) < len(names) {
		return names[v]
	}
	return fmt.Sprintf("undefined_%d", v)
}

// A Decision is what a policy makes of a request, and why. [Policy.Decide] returns it. Compare its fields rather than whole
// values, in which there is also what String needs.
type Decision struct {
	// Kind is what the request is to the CORS protocol.
	Kind Kind
	// Reason is why it was decided as it was.
	Reason Reason
	// Origin is the Origin header as received; several are joined by ", ". The client chooses it: quote it.
	Origin string
	// Rule is the configured entry that admitted the origin, as the user wrote it; * if any origin is allowed, and
	// WithOriginFunc if the function did. It is empty if nothing did.
	Rule string
	// Method is the request's method or, for a preflight, the value of Access-Control-Request-Method (several lines are joined by
	// ", "). It is empty for [NotCORS].
	Method string
	// Header is the first request-header name that is not allowed, for [HeaderNotAllowed]; if the preflight lists more names than
	// are examined (16 KiB, or 4 KiB where the policy reflects them), the first of all.
	Header string

	policy  *Policy
	own     bool // it is refused, and the origin is that of the server
	cookies bool // it brought cookies, which the policy does not allow
}

// Allowed reports whether a browser would let the script proceed, as far as this policy can tell: it is false for
// [Delegated]. A request does not say that the script asked for credentials: "include", which a policy without
// [WithCredentials] does not allow; if there are cookies, String mentions it. For a request that is not a CORS request it is
// true. For one of a page of the server itself, which may bring an Origin too, it is false unless the policy names that
// origin: browsers let it proceed all the same, and [Decision.SameOrigin] and String say so.
func (d Decision) Allowed() bool { return d.Reason == Allowed }

// SameOrigin reports whether a refused request seems to come from a page of the server itself: browsers send an Origin with its
// POSTs, but need no permission for them, so it should not be counted as a refusal. Where the browser sends no Sec-Fetch-Site
// header, r.Host is compared instead. It is false for allowed requests.
//
// https://html.spec.whatwg.org/multipage/browsers.html#same-origin
func (d Decision) SameOrigin() bool { return d.own }

// String returns one sentence for a log line: what was asked, what the policy says, and what to change if that was not
// wanted. What the request contains is quoted and cut to 120 bytes.
func (d Decision) String() string {
	if d.Kind == NotCORS {
		return "not a CORS request: it has no Origin header"
	}
	what := "request"
	if d.Kind == Preflight {
		what = "preflight"
	}
	what += " for " + brief(d.Method) + " from origin " + quote(d.Origin)

	if d.policy == nil && d.Reason > Allowed && d.Reason < Delegated {
		return what + " is denied: " + d.Reason.String()
	}
	switch d.Reason {
	case Allowed:
		if d.cookies {
			how := "add WithCredentials"
			if d.Rule == "*" {
				how = "list the origin with WithOrigins, in place of *, and add WithCredentials"
			}
			return what + " is allowed by " + oneLine(d.Rule) + ", but without the cookies that it carries: if a script sent them (credentials \"include\"), " + how
		}
		return what + " is allowed by " + oneLine(d.Rule)
	case OriginMalformed:
		return what + " is denied: the origin is malformed, for browsers send scheme://host or scheme://host:port, once and in lower case" +
			d.explainMalformed()
	case OriginNotAllowed:
		if d.policy.anyOrigin { // which leaves null alone out
			return what + " is denied: with credentials, * does not cover null; to allow it, add Dangerously(NullOrigin), which lets every page in"
		}
		if d.own {
			return what + " is not allowed, and needs no permission: the page is of this server's own origin; to allow it all the " +
				"same, add it with WithOrigins"
		}
		return what + " is denied: the origin is not among the allowed ones (" + d.policy.describeOrigins() + "); " + d.explainOrigin()
	case OriginUndecided:
		return what + " is denied: a regular expression could not be evaluated in time; simplify it (WithOriginRegexps, " +
			"WithHostRegexps), or add the origin with WithOrigins"
	case MethodNotAllowed:
		return what + " is denied: the allowed methods are " + some(d.policy.allMethods()) + "; " + d.explainMethod()
	case HeaderNotAllowed:
		return what + " is denied: " + d.explainHeader()
	case Delegated:
		return what + " is passed on to the wrapped handler, which has to answer it (WithPreflightContinue)"
	}
	return what + " was not decided"
}

// explainMalformed says what a browser would have sent instead, if that is plain.
func (d Decision) explainMalformed() string {
	if len(d.Origin) > maxOrigin {
		return ""
	}
	if scheme, _, _ := strings.Cut(d.Origin, ":"); opaqueSchemes[strings.ToLower(scheme)] {
		return ", and null for a page with the scheme " + brief(scheme)
	}
	if strings.Count(d.Origin, "://") != 1 || strings.Contains(d.Origin, "*") {
		return "" // to think about hints would take time
	}
	p, _, hint := parsePattern(d.Origin, exampleRegexp)
	if normal := p.String(); hint == "" && normal != d.Origin && isOrigin(normal) {
		return "; here " + quote(normal)
	}
	return ""
}

func (d Decision) explainOrigin() string {
	p := d.policy
	how := "add it with WithOrigins"
	o, _ := parseOrigin(d.Origin)
	switch {
	case d.Origin == "null" && !p.nullOrigin:
		how += " and Dangerously(NullOrigin), which lets every page in"
	case o.scheme == "http" && !isLoopback(o.host) && p.credentials && !slices.Contains(p.config.Dangerously, InsecureOrigins):
		how += " and Dangerously(InsecureOrigins), or better serve that page over https"
	case p.originFunc != nil:
		how += ", or let the function of WithOriginFunc allow it"
	}
	return p.nearMiss(d.Origin) + "to allow it, " + how
}

// nearMiss names an origin that differs in one respect from s, which is not allowed, if that one is allowed by name.
func (p *Policy) nearMiss(s string) string {
	o, ok := parseOrigin(strings.TrimSuffix(s, "/"))
	if !ok {
		return ""
	}
	// No regular expressions, but for a port: a log line is not worth their time.
	listed := func(s string) bool {
		if len(s) > maxOrigin {
			return false
		}
		_, exact := p.origins.exact.find(s)
		_, wild := p.origins.matchWildcards(s)
		return exact || wild
	}
	join := func(scheme, host, port string) string {
		return pattern{scheme: scheme, host: host, port: port}.String()
	}
	if listed(join(o.scheme, "x."+o.host, o.port)) {
		return "its subdomains are allowed, but it is not one of them; "
	}
	for _, like := range []struct{ scheme, host, port, differs string }{
		{"https", o.host, o.port, "scheme"},
		{"http", o.host, o.port, "scheme"},
		{o.scheme, o.host, "", "port"},
		{o.scheme, strings.TrimPrefix(o.host, "www."), o.port, "host"},
		{o.scheme, strings.TrimSuffix(o.host, "."), o.port, "dot at the end of the host"},
		{o.scheme, o.host + ".", o.port, "dot at the end of the host"},
		{o.scheme, "www." + o.host, o.port, "host"},
		{o.scheme, strings.Replace(o.host, "127.0.0.1", "localhost", 1), o.port, "host"},
		{o.scheme, strings.Replace(o.host, "localhost", "127.0.0.1", 1), o.port, "host"},
	} {
		text := join(like.scheme, like.host, like.port)
		if listed(text) {
			return quote(text) + ", which differs only in the " + like.differs + ", is allowed; "
		}
	}
	if text := join(o.scheme, o.host, ""); o.port != "" && p.origins.memo != nil {
		if _, reason := p.origins.match(text); reason == Allowed {
			return quote(text) + ", which differs only in the port, is allowed; "
		}
	}
	for _, entry := range p.config.Origins[:min(len(p.config.Origins), 64)] {
		if port, found := strings.CutPrefix(entry, join(o.scheme, o.host, "")+":"); found && isPort(port) {
			return quote(entry) + ", which differs only in the port, is allowed; "
		}
	}
	return ""
}

func (d Decision) explainMethod() string {
	upper, all := strings.ToUpper(d.Method), d.policy.allMethods()
	if d.Method == "*" && d.policy.echoMethod {
		return `a method "*" is never reflected (WithMethods), for in an answer it may read as a wildcard`
	}
	if i := slices.IndexFunc(all, func(m string) bool { return strings.EqualFold(m, d.Method) }); i >= 0 {
		return "methods are case-sensitive (WithMethods): let the script write " + quote(all[i])
	}
	switch {
	case !isToken(d.Method) || d.Method == "*":
		return quote(d.Method) + " is not a method"
	case d.policy.echoMethod && len(d.Method) > maxReflected:
		return fmt.Sprintf("it asks for a method of more than %d bytes, which is more than a policy reflects; list it with WithMethods", maxReflected)
	case isForbiddenMethod(d.Method):
		return "no script can use " + d.Method
	case d.Method != upper && slices.Contains(standardMethods, upper):
		return "methods are case-sensitive: let the script write " + quote(upper) + ", and allow that with WithMethods"
	}
	if d.policy.config.Methods == nil {
		return "to allow " + quote(d.Method) + ", list it with WithMethods, together with those of " + strings.Join(all[len(safelistedMethods):], ", ") + " that are needed, since a list replaces the default"
	}
	return "to allow " + quote(d.Method) + ", add it with WithMethods"
}

func (d Decision) explainHeader() string {
	p := d.policy
	switch {
	case d.Header == "" || p.allowsHeader(d.Header) && !isForbiddenRequestHeader(strings.ToLower(d.Header)):
		if !p.echoHeaders {
			return fmt.Sprintf("it has more than %d bytes of Access-Control-Request-Headers, which is more than is looked into", maxExamined)
		}
		return fmt.Sprintf("it has more than %d bytes of Access-Control-Request-Headers, which is more than a policy reflects; "+
			"list the names with WithHeaders", maxReflected)
	case isForbiddenRequestHeader(strings.ToLower(d.Header)):
		return "request header " + quote(d.Header) + " is one that browsers set themselves, and no script can"
	case isCORSResponseHeader(d.Header):
		return quote(d.Header) + " is a response header, which the server sends: remove it from what the script sends"
	case p.echoHeaders && d.Header == "*":
		return `request header "*" is never reflected (WithHeaders), for in an answer it may read as a wildcard`
	case !isToken(d.Header) || d.Header == "*":
		return "request header " + quote(d.Header) + " is not a header name"
	case p.anyHeader:
		return "request header " + quote(d.Header) + " is not allowed: * does not cover it; to allow it, add it with WithHeaders"
	case len(p.config.Headers) == 0:
		return "no request header is allowed; to allow " + quote(d.Header) + ", add it with WithHeaders"
	}
	return "the allowed request headers are " + some(p.config.Headers) + "; to allow " + quote(d.Header) +
		", add it with WithHeaders"
}

// isCORSResponseHeader reports whether name is one of [responseHeaders], which scripts are often made to send in vain.
func isCORSResponseHeader(name string) bool {
	return slices.ContainsFunc(responseHeaders, func(header string) bool { return strings.EqualFold(header, name) })
}

// allMethods returns what a script may use: what needs no permission, and then what is configured.
func (p *Policy) allMethods() []string {
	if p.anyMethod {
		return []string{"*"}
	}
	methods := slices.Clone(safelistedMethods)
	for _, m := range p.methods {
		if !slices.Contains(methods, m) {
			methods = append(methods, m)
		}
	}
	return methods
}

func (p *Policy) describeOrigins() string {
	if len(p.origins.entries) == 0 {
		return "none"
	}
	return some(p.origins.entries)
}

// some joins the first few of items, each cut to a bearable length.
func some(items []string) string {
	const few = 8
	var b strings.Builder
	for i, item := range items[:min(few, len(items))] {
		if i > 0 {
			b.WriteString(", ")
		}
		if len(item) > maxQuoted {
			item = item[:maxQuoted] + "…"
		}
		b.WriteString(oneLine(item))
	}
	if len(items) > few {
		fmt.Fprintf(&b, " and %d more", len(items)-few)
	}
	return b.String()
}

// maxQuoted is the most that is quoted of what somebody else wrote, in bytes.
const maxQuoted = 120

// quote quotes what somebody else wrote.
func quote(s string) string {
	if len(s) > maxQuoted {
		return fmt.Sprintf("%+q… (%d bytes)", s[:maxQuoted], len(s))
	}
	return fmt.Sprintf("%+q", s)
}

// brief leaves a token as it is and quotes everything else.
func brief(s string) string {
	if len(s) <= 32 && isToken(s) {
		return s
	}
	return quote(s)
}
