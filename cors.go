// Package cors lets web pages of other origins use an HTTP API, and only those that are meant to.
//
// A [Policy] is made once from options and wraps any [http.Handler]:
//
//	policy := cors.MustNew(
//		cors.WithOrigins("https://app.example.com", "https://*.preview.example.com"),
//		cors.WithMethods("GET", "POST", "DELETE"),
//		cors.WithHeaders("Authorization", "Content-Type"),
//		cors.WithCredentials(),
//	)
//	http.ListenAndServe(":8080", policy.Handler(mux))
//
// # What it does
//
// A browser keeps a script from reading the answers of other origins, and from sending them unusual requests, unless
// the server allows it in response headers (https://fetch.spec.whatwg.org/#http-cors-protocol). A policy sets those
// headers and answers preflights. It never wraps the ResponseWriter, and it never stops a request that is not a preflight:
// CORS says who may read, not who may ask. It is no protection against cross-site request forgery; for that, add
// [http.CrossOriginProtection]. And it binds browsers only: whoever writes a client of their own needs no permission,
// so authentication remains yours.
//
// # What it refuses
//
// [New] reports every mistake at once, with a hint for each. With [WithCredentials], an allowed origin acts as your
// logged-in users, so what would let strangers in is an error unless [Dangerously] names the risk.
//
// Regular expressions are matched against the whole origin or host, and in linear time: all but those with back-references, whose
// steps are limited.
//
// # When something is denied
//
// [Policy.Decide] says in one sentence what a policy makes of a request, why, and which option to change.
package cors

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// A Policy says which other origins may use an API from a browser, and how. It is immutable and safe for concurrent
// use. Make one with [New]; the zero Policy allows no origin.
type Policy struct {
	config   Config // normalised
	warnings []Warning

	anyOrigin   bool
	null        bool // an origin that is allowed
	nullOrigin  bool // Dangerously(NullOrigin): the function is asked about null
	origins     originSet
	plain       bool // nothing but origins says what is allowed
	originFunc  func(r *http.Request, origin string) bool
	nullEntry   uint32 // the numbers of null and of the function, if they are entries; that of * is 0
	funcEntry   uint32
	credentials bool

	methods    []string
	anyMethod  bool
	echoMethod bool // * and credentials

	headers     map[string]bool // by the name in lower case
	anyHeader   bool
	echoHeaders bool // reflection, or * and credentials

	preflightContinue bool
	preflightStatus   int

	observer func(r *http.Request, d Decision)

	actual, preflight headers // of the answers to allowed requests
}

// New makes a policy from opts. Without any, it allows any origin, the methods GET, HEAD, PUT, PATCH, POST and DELETE, and
// whatever request headers a preflight asks for, without credentials; [Policy.Warnings] says so.
//
// It reports every problem at once: the error joins a [*ConfigError] for each, and [ConfigErrors] yields them. What is
// legal but risky or without effect is in [Policy.Warnings].
func New(opts ...Option) (*Policy, error) {
	var c Config
	for _, opt := range opts {
		if opt == nil {
			c.misuse("options", "nil", CodeEmpty, "an option is nil; remove it")
			continue
		}
		opt(&c)
	}
	return compile(c)
}

// MustNew is like [New] but panics with the text of the error. It is for policies that are written down in the program.
func MustNew(opts ...Option) *Policy {
	p, err := New(opts...)
	if err != nil {
		panic(err.Error())
	}
	return p
}

// Handler puts the policy in front of next, most often a router:
//
//	http.ListenAndServe(addr, policy.Handler(router))
//
// As a method value it fits the Use methods of chi and gorilla/mux. chi's routers run it for preflights too, those of Route
// and Mount included; chi's groups (Group, With) and gorilla/mux run it only where a route matches OPTIONS, which a route
// that is bound to other methods does not.
//
// Preflights are answered by the policy and do not reach next, unless [WithPreflightContinue] is set. Every other
// request reaches next, allowed or not (CORS decides who may read an answer, not who may ask), with the response headers
// already set, so that errors carry them too: https://fetch.spec.whatwg.org/#http-cors-protocol. The ResponseWriter is passed
// on as it is.
//
// A router that looks at the method first, or authentication ahead of the policy, keeps preflights from it: the policy
// goes on the outside.
//
// Use one policy per request. If two are nested, the outer one answers preflights, and the inner one decides about all other
// requests: it first removes the CORS headers that were set before it, as far as they mean anything (those for preflights mean
// nothing in other answers, and none does in a 403). For a policy per route use [Routes]. If next sets CORS headers itself, they
// replace those of the policy or are added to them; neither [Policy.Decide] nor a log knows of them. A [http.TimeoutHandler] has
// headers of its own: put the policy on both sides of it.
//
// It panics if p is nil, as after an error of New that was ignored.
func (p *Policy) Handler(next http.Handler) http.Handler {
	if p == nil {
		panic("cors: the policy is nil; look at the error of New")
	}
	return &handler{p, next}
}

// A handler is a policy in front of another handler.
type handler struct {
	policy *Policy
	next   http.Handler
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p := h.policy
	v := p.decide(r)
	if !v.denied() || p.observer != nil {
		p.serve(w, r, h.next, v)
		return
	}
	// As serve would, in nine tenths of the time (BenchmarkHandler, denied).
	if v.kind == Preflight {
		refuse(w)
		return
	}
	setVary(w.Header())
	h.next.ServeHTTP(w, r)
}

// serve answers r as decided.
func (p *Policy) serve(w http.ResponseWriter, r *http.Request, next http.Handler, v verdict) {
	if p.observer != nil && v.kind != NotCORS {
		p.observer(r, p.decision(r, v))
	}
	switch {
	case v.reason == Delegated:
	case v.denied() && v.kind == Preflight:
		refuse(w)
		return
	case v.denied():
		setVary(w.Header())
	default:
		p.setHeaders(w.Header(), r, v)
		if v.kind == Preflight {
			w.WriteHeader(p.preflightStatus)
			return
		}
	}
	next.ServeHTTP(w, r)
}

// refuse answers a preflight from an origin that is not allowed.
func refuse(w http.ResponseWriter) {
	// No browser accepts this status, so nothing else need be said: not even Vary, since no cache may keep the answer to
	// an OPTIONS request (https://www.rfc-editor.org/rfc/rfc9110.html#section-9.3.7).
	w.WriteHeader(http.StatusForbidden)
}

// Decide returns what [Policy.Handler] would decide about r, and why. It changes nothing. It asks the function of
// [WithOriginFunc] as the handler does.
func (p *Policy) Decide(r *http.Request) Decision {
	return p.decision(r, p.decide(r))
}

// decision says what v means to a browser, and why. It adds what the answer does not depend on: a malformed origin is
// denied like any other, and a preflight from an allowed one is answered with the same lists whatever it asks for.
func (p *Policy) decision(r *http.Request, v verdict) Decision {
	d := Decision{Kind: v.kind, Reason: v.reason, Origin: strings.Join(r.Header["Origin"], ", "), policy: p}
	switch d.Kind {
	case NotCORS:
		return d
	case Actual:
		d.Method = r.Method
	case Preflight:
		d.Method = strings.Join(requestedMethods(r), ", ")
	}
	o, wellFormed := parseOrigin(strings.TrimSuffix(v.origin, "/"))
	own := d.Kind == Actual && wellFormed && isOwn(r, o)
	switch v.reason {
	case OriginNotAllowed:
		if !wellFormed && v.origin != "null" {
			d.Reason = OriginMalformed
		}
		d.own = own
	case Allowed:
		d.Rule = p.origins.entries[v.entry]
		if d.Kind == Actual {
			d.cookies = !p.credentials && !own && len(r.Header["Cookie"]) > 0
			break
		}
		if !p.allowsMethod(d.Method) {
			d.Reason = MethodNotAllowed
		} else if name, denied := p.deniedHeader(r.Header["Access-Control-Request-Headers"]); denied {
			d.Reason, d.Header = HeaderNotAllowed, name
		}
	}
	return d
}

// isOwn reports whether o is that of the server, as far as it can be known: not by the scheme, if a proxy has ended TLS.
func isOwn(r *http.Request, o origin) bool {
	if site := r.Header["Sec-Fetch-Site"]; len(site) > 0 { // https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-site-header
		return site[0] == "same-origin"
	}
	// Of those to one's own origin, only these have an Origin: https://fetch.spec.whatwg.org/#append-a-request-origin-header
	if (r.Method == http.MethodGet || r.Method == http.MethodHead) && len(r.Header["Upgrade"]) == 0 {
		return false
	}
	return strings.TrimPrefix(o.text, o.scheme+"://") == r.Host && (o.scheme == "https" || o.scheme == "http" && r.TLS == nil)
}

// AllowsOrigin reports whether the policy admits the value of an Origin header, for protocols that CORS does not cover
// but that need the same check, such as WebSocket (https://www.rfc-editor.org/rfc/rfc6455.html#section-10.2). The function of [WithOriginFunc] gets a bare GET request with that
// header; to give it the real one use [Policy.Decide]. A policy that allows any origin without credentials answers true for
// every value, even an empty or malformed one; any other policy denies those.
//
// Danger: a WebSocket handshake brings the user's cookies whatever the policy says of credentials. So ask a policy that has
// [WithCredentials]: for it New refuses origins that are anybody's. One without may allow everybody.
func (p *Policy) AllowsOrigin(origin string) bool {
	var r *http.Request
	if p.originFunc != nil {
		r = &http.Request{
			Method: http.MethodGet,
			URL:    &url.URL{Path: "/"},
			Proto:  "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
			Header: http.Header{"Origin": {origin}},
			Body:   http.NoBody,
		}
	}
	_, reason := p.decideOrigin(r, []string{origin})
	return reason == Allowed
}

// ModifyResponse removes the CORS headers that an upstream sent by itself, for the field of that name of
// [net/http/httputil.ReverseProxy] behind [Policy.Handler]: beside those of the policy they would be one too many, and
// browsers refuse an answer with two Access-Control-Allow-Origin headers (https://fetch.spec.whatwg.org/#concept-cors-check).
// The answer to a preflight that was passed on
// under [WithPreflightContinue] is left as it is. The error is always nil.
//
// An upstream that sends an informational response (103 Early Hints) makes ReverseProxy forget every response header that
// was set before, those of the policy included; browsers then refuse the answer.
//
//	proxy := &httputil.ReverseProxy{Rewrite: rewrite, ModifyResponse: policy.ModifyResponse}
//	handler := policy.Handler(proxy)
//
// With [Routes], choose the policy by the request that came in: r.Request is the one to the upstream.
func (p *Policy) ModifyResponse(r *http.Response) error {
	if p.preflightContinue && r.Request != nil && len(r.Request.Header["Origin"]) > 0 && len(requestedMethods(r.Request)) > 0 {
		return nil
	}
	for _, name := range responseHeaders {
		r.Header.Del(name)
	}
	return nil
}

// responseHeaders are the headers of https://fetch.spec.whatwg.org/#http-responses.
var responseHeaders = []string{
	"Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Access-Control-Expose-Headers",
	"Access-Control-Allow-Methods", "Access-Control-Allow-Headers", "Access-Control-Max-Age",
	"Access-Control-Allow-Private-Network",
}

// actualHeaders are those of them that browsers read in the answer to a request that is no preflight.
var actualHeaders = responseHeaders[:3]

// Config returns the policy's settings, normalised, as a copy that the caller may change. A policy made from it,
// New(WithConfig(p.Config())), behaves as p. The Config of the zero Policy, which allows nobody, is one that New refuses.
func (p *Policy) Config() Config {
	if p.preflightStatus == 0 {
		return Config{Origins: []string{}}
	}
	return p.config.clone()
}

// Warnings returns the settings that are legal but risky, or without effect.
func (p *Policy) Warnings() []Warning { return slices.Clone(p.warnings) }

// A verdict is all of a [Decision] that the answer depends on.
type verdict struct {
	kind   Kind
	reason Reason // Allowed if the origin is
	entry  uint32 // that admitted the origin
	origin string
}

// denied reports whether the origin is not allowed.
func (v verdict) denied() bool { return v.reason != Allowed && v.reason != Delegated }

// decide is the one place where requests are decided.
func (p *Policy) decide(r *http.Request) (v verdict) {
	// https://fetch.spec.whatwg.org/#cors-request
	origins := r.Header["Origin"]
	if len(origins) == 0 {
		v.reason = Allowed
		return v
	}
	v.kind, v.origin = Actual, origins[0]
	if len(requestedMethods(r)) > 0 {
		v.kind = Preflight
		if p.preflightContinue {
			v.reason = Delegated
			return v
		}
	}
	// What decideOrigin would say, with less ado (BenchmarkHandler).
	if p.plain && len(origins) == 1 {
		s := strings.TrimSuffix(origins[0], "/")
		if v.reason = OriginNotAllowed; p.origins.endings.pass(s) {
			v.entry, v.reason = p.origins.match(s)
		}
		return v
	}
	v.entry, v.reason = p.decideOrigin(r, origins)
	return v
}

// requestedMethods returns the lines that make a CORS request a preflight:
// https://fetch.spec.whatwg.org/#cors-preflight-request
func requestedMethods(r *http.Request) []string {
	if r.Method != http.MethodOptions {
		return nil
	}
	return r.Header["Access-Control-Request-Method"]
}

// decideOrigin decides about the lines of the Origin header.
func (p *Policy) decideOrigin(r *http.Request, lines []string) (entry uint32, reason Reason) {
	if p.star() {
		return 0, Allowed // the answer is * whatever the Origin says
	}
	if len(lines) > 1 {
		return 0, OriginMalformed
	}
	// https://html.spec.whatwg.org/multipage/browsers.html#concept-origin-opaque
	isNull := lines[0] == "null"
	serialized := strings.TrimSuffix(lines[0], "/") // one is forgiven
	switch {
	case isNull && p.null:
		return p.nullEntry, Allowed
	case p.anyOrigin:
		if isOrigin(serialized) {
			return 0, Allowed
		}
		reason = OriginNotAllowed
	default:
		entry, reason = p.origins.match(serialized)
	}
	if reason != Allowed && p.originFunc != nil && (isOrigin(serialized) || isNull && p.nullOrigin) && p.originFunc(r, serialized) {
		return p.funcEntry, Allowed
	}
	return entry, reason
}

// star reports whether every origin gets the same answer, *.
func (p *Policy) star() bool { return p.anyOrigin && !p.credentials }
