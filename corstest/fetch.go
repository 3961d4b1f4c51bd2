package corstest

// The flow of a fetch, from the script's call through redirects to the response.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// A request is a [request] in the making, in mode "cors".
//
// [request]: https://fetch.spec.whatwg.org/#concept-request
type request struct {
	method  string
	urls    []*url.URL // URL list
	header  http.Header
	body    []byte // nil for null
	origin  origin
	ctx     context.Context
	include bool // credentials mode is "include", not "same-origin"
	cors    bool // response tainting is "cors", not "basic"

	preflighted bool
}

func (r *request) currentURL() *url.URL { return r.urls[len(r.urls)-1] }

// failed is a network error that CORS has no part in.
func (r *request) failed(err error) error {
	u := *r.currentURL()
	u.Fragment, u.User = "", nil
	return fmt.Errorf("corstest: %s %s: %w", r.method, &u, err)
}

// serializedOrigin [serializes a request origin].
//
// [serializes a request origin]: https://fetch.spec.whatwg.org/#serializing-a-request-origin
func (r *request) serializedOrigin() string {
	if r.isRedirectTainted() {
		return "null"
	}
	return r.origin.String()
}

// isRedirectTainted reports whether an origin other than the request's redirected
// to yet another one: whether its [redirect-taint] is not "same-origin".
//
// [redirect-taint]: https://fetch.spec.whatwg.org/#concept-request-tainted-origin
func (r *request) isRedirectTainted() bool {
	for i, u := range r.urls[1:] {
		last := originOf(r.urls[i])
		if !originOf(u).isSameOrigin(last) && !r.origin.isSameOrigin(last) {
			return true
		}
	}
	return false
}

// newRequest is the [Request constructor]. Its errors are TypeErrors in a browser.
//
// [Request constructor]: https://fetch.spec.whatwg.org/#dom-request
func (p *Page) newRequest(ctx context.Context, r Request) (*request, error) {
	if p.originErr != nil {
		return nil, p.originErr
	}
	req := &request{
		method:  "GET",
		header:  make(http.Header),
		origin:  p.origin,
		ctx:     ctx,
		include: r.Credentials,
	}

	var base *url.URL
	if isHTTPScheme(p.origin.scheme) {
		base = &url.URL{Scheme: p.origin.scheme, Host: strings.TrimPrefix(p.origin.String(), p.origin.scheme+"://"), Path: "/"}
	}
	u, err := parseURL(r.URL, base)
	switch {
	case err != nil:
		return nil, fmt.Errorf("corstest: %w", err)
	case !isHTTPScheme(u.Scheme):
		return nil, fmt.Errorf("corstest: URL %q is neither http nor https", r.URL)
	case u.User != nil:
		return nil, fmt.Errorf("corstest: URL %q contains credentials, which fetch refuses: use an Authorization header", r.URL)
	}
	req.urls = []*url.URL{u}

	if r.Method != "" {
		if !isToken(r.Method) {
			return nil, fmt.Errorf("corstest: method %q is not a token", r.Method)
		}
		if isForbiddenMethod(r.Method) {
			return nil, fmt.Errorf("corstest: method %q is forbidden: no browser lets a script use it", r.Method)
		}
		req.method = normalizeMethod(r.Method)
	}

	for name, values := range normalizeHeader(r.Header) {
		if !isToken(name) {
			return nil, fmt.Errorf("corstest: request header name %q is not a token", name)
		}
		for _, value := range values {
			if strings.ContainsAny(value, "\x00\r\n") {
				return nil, fmt.Errorf("corstest: request header %s has the value %q, with a NUL or a line break in it", name, value)
			}
			if !isForbiddenRequestHeader(name, value) {
				req.header[name] = append(req.header[name], value)
			}
		}
	}

	if r.Body != nil && r.Body != http.NoBody {
		if req.method == "GET" || req.method == "HEAD" {
			return nil, fmt.Errorf("corstest: a %s request cannot have a body", req.method)
		}
		if req.body, err = io.ReadAll(r.Body); err != nil {
			return nil, fmt.Errorf("corstest: reading the request's body: %w", err)
		}
	}

	// https://fetch.spec.whatwg.org/#concept-fetch, step 12: from here on the
	// header list has an Accept header, which counts towards the safelist's size.
	if len(req.header["Accept"]) == 0 {
		req.header.Set("Accept", "*/*")
	}
	return req, nil
}

// mainFetch is [main fetch] as far as step 12. An error is a network error.
//
// [main fetch]: https://fetch.spec.whatwg.org/#concept-main-fetch
func (p *Page) mainFetch(r *request) (*response, error) {
	if !r.cors && originOf(r.currentURL()).isSameOrigin(r.origin) {
		return p.httpFetch(r, false)
	}
	r.cors = true
	if isSafelistedMethod(r.method) && len(unsafeHeaderNames(r.header)) == 0 {
		return p.httpFetch(r, false)
	}
	resp, err := p.httpFetch(r, true)
	if err != nil {
		p.clearPreflights(r)
	}
	return resp, err
}

// httpFetch is [HTTP fetch].
//
// [HTTP fetch]: https://fetch.spec.whatwg.org/#concept-http-fetch
func (p *Page) httpFetch(r *request, makePreflight bool) (*response, error) {
	if makePreflight && p.needsPreflight(r) {
		if err := p.preflightFetch(r); err != nil {
			return nil, err
		}
	}
	resp, err := p.networkFetch(r, false)
	if err != nil {
		return nil, err
	}
	if r.cors {
		if err := corsCheck(r, resp.exchange); err != nil {
			return nil, err
		}
	}
	if isRedirectStatus(resp.status) {
		return p.redirectFetch(r, resp)
	}
	return resp, nil
}

// isRedirectStatus tells the [redirect statuses].
//
// [redirect statuses]: https://fetch.spec.whatwg.org/#redirect-status
func isRedirectStatus(status int) bool {
	switch status {
	case 301, 302, 303, 307, 308:
		return true
	}
	return false
}

// redirectFetch is [HTTP-redirect fetch].
//
// [HTTP-redirect fetch]: https://fetch.spec.whatwg.org/#concept-http-redirect-fetch
func (p *Page) redirectFetch(r *request, resp *response) (*response, error) {
	refuse := func(reason, hint string) (*response, error) {
		return nil, blocked(r, resp.exchange, stepRedirect, reason, hint)
	}
	fail := func(err error) (*response, error) { return nil, r.failed(err) }

	// https://fetch.spec.whatwg.org/#concept-response-location-url
	locations := resp.header["Location"]
	if len(locations) == 0 {
		return resp, nil
	}
	if len(locations) > 1 {
		return fail(fmt.Errorf("the redirect has several Location headers: %s", locations))
	}
	location, err := parseURL(locations[0], r.currentURL())
	if err != nil {
		return fail(fmt.Errorf("the redirect's Location: %w", err))
	}
	if location.Fragment == "" {
		location.Fragment = r.currentURL().Fragment
	}

	switch {
	case !isHTTPScheme(location.Scheme) && !r.cors:
		return fail(fmt.Errorf("the redirect's Location, %s, is neither http nor https", location))
	case !isHTTPScheme(location.Scheme):
		return refuse(fmt.Sprintf("Redirect location '%s' has a disallowed scheme for cross-origin requests.", location),
			"Redirect to http or https.")
	case len(r.urls) > 20:
		return fail(errors.New("too many redirects: a browser follows 20"))
	case location.User != nil && (r.cors || !r.origin.isSameOrigin(originOf(location))):
		return refuse(fmt.Sprintf("Redirect location '%s' contains a username and password, which is disallowed for cross-origin requests.", location.Redacted()),
			"Redirect to a URL without them.")
	}

	if (resp.status == 301 || resp.status == 302) && r.method == "POST" ||
		resp.status == 303 && r.method != "GET" && r.method != "HEAD" {
		r.method = "GET"
		r.body = nil
		for _, name := range []string{"Content-Encoding", "Content-Language", "Content-Location", "Content-Type"} {
			r.header.Del(name)
		}
	}
	if !originOf(r.currentURL()).isSameOrigin(originOf(location)) {
		r.header.Del("Authorization")
	}
	r.urls = append(r.urls, location)
	return p.mainFetch(r)
}
