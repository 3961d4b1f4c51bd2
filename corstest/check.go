package corstest

import (
	"fmt"
	"net/http"
	"strings"
)

// corsCheck is the [CORS check]; it returns nil for success.
//
// For the answer to a preflight, r is nonetheless the actual request, whose
// credentials mode counts.
//
// [CORS check]: https://fetch.spec.whatwg.org/#concept-cors-check
func corsCheck(r *request, e Exchange) error {
	const name = "Access-Control-Allow-Origin"
	want := r.serializedOrigin()
	allowed, ok := getHeader(e.ResponseHeader, name)
	switch {
	case !ok:
		return checkFailed(r, e,
			"No 'Access-Control-Allow-Origin' header is present on the requested resource.", unansweredHint(e)+originHint(r, e))
	case allowed == "*" && !r.include:
		return nil
	case allowed == "*":
		return checkFailed(r, e,
			"The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the request's credentials mode is 'include'.",
			originHint(r, e))
	case allowed != want && strings.Contains(allowed, ","):
		return checkFailed(r, e,
			fmt.Sprintf("The 'Access-Control-Allow-Origin' header contains multiple values '%s', but only one is allowed.", allowed),
			originHint(r, e))
	case allowed != want:
		return checkFailed(r, e,
			fmt.Sprintf("The 'Access-Control-Allow-Origin' header has a value '%s' that is not equal to the supplied origin.", allowed),
			originHint(r, e))
	case !r.include:
		return nil
	}

	const credentials = "Access-Control-Allow-Credentials"
	if value, _ := getHeader(e.ResponseHeader, credentials); value != "true" {
		return checkFailed(r, e,
			fmt.Sprintf("The value of the 'Access-Control-Allow-Credentials' header in the response is '%s' which must be 'true' when the request's credentials mode is 'include'.", value),
			"Send 'Access-Control-Allow-Credentials: true' (exactly one, in lower case), or fetch without credentials.")
	}
	return nil
}

// unansweredHint says what is likely wrong if the server did not know that it was asked for permission.
func unansweredHint(e Exchange) string {
	if !e.Preflight || e.Status >= 200 && e.Status <= 299 {
		return ""
	}
	if e.Status == http.StatusForbidden {
		return "The preflight was answered with status 403, which is how most CORS middleware refuses an origin. If this one is allowed, something ahead of the middleware has answered. "
	}
	return fmt.Sprintf("The preflight was answered with status %d: did a router or authentication answer it, ahead of CORS? ", e.Status)
}

func originHint(r *request, e Exchange) string {
	origin := r.serializedOrigin()
	if origin != r.origin.String() {
		return "Another origin redirected elsewhere, so that the origin is 'null', which every web page can have: do not " +
			"allow it. Answer without a redirect, or let the page navigate there instead of fetching."
	}
	if origin == "null" {
		return "Every web page can have the origin 'null', by means of a sandboxed frame: do not allow it. Serve the page from an origin of its own."
	}
	hint := "Send"
	if value, _ := getHeader(e.ResponseHeader, "Access-Control-Allow-Origin"); value == "*" {
		hint = "If the API is public, fetch without credentials. If not: send"
	}
	hint += fmt.Sprintf(" 'Access-Control-Allow-Origin: %s', exactly and once", origin)
	if value, _ := getHeader(e.ResponseHeader, "Access-Control-Allow-Credentials"); r.include && value != "true" {
		hint += ", and 'Access-Control-Allow-Credentials: true'"
	}
	return hint + "."
}

func checkFailed(r *request, e Exchange, reason, hint string) error {
	if e.Preflight {
		reason = "Response to preflight request doesn't pass access control check: " + reason
	}
	return blocked(r, e, stepCORSCheck, reason, hint)
}

// readableHeader is what the [basic] or [CORS filtered response] lets a script read.
//
// [basic]: https://fetch.spec.whatwg.org/#concept-filtered-response-basic
// [CORS filtered response]: https://fetch.spec.whatwg.org/#concept-filtered-response-cors
func readableHeader(r *request, h http.Header) http.Header {
	readable := func(string) bool { return true }
	if r.cors {
		exposed := exposedHeaders(r, h)
		readable = func(name string) bool { return safelistedResponseHeaders[name] || exposed(name) }
	}
	out := make(http.Header)
	for name, values := range h {
		if readable(name) && !isForbiddenResponseHeader(name) {
			out[name] = values
		}
	}
	return out
}

// exposedHeaders tells which headers the response exposes; main fetch, step 14.1.
func exposedHeaders(r *request, h http.Header) (exposed func(name string) bool) {
	names, _ := extractTokens(h, "Access-Control-Expose-Headers") // none if the list is malformed
	list := newNameSet(names)
	if list.has("*") && !r.include {
		return func(string) bool { return true }
	}
	return list.has
}
