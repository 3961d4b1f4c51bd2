package corstest

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// preflightFetch is [CORS-preflight fetch]. It returns nil if r may be sent.
//
// [CORS-preflight fetch]: https://fetch.spec.whatwg.org/#cors-preflight-fetch-0
func (p *Page) preflightFetch(r *request) error {
	unsafeNames := unsafeHeaderNames(r.header)
	preflight := &request{
		method: "OPTIONS",
		urls:   r.urls,
		header: http.Header{
			"Accept":                        {"*/*"},
			"Access-Control-Request-Method": {r.method},
		},
		origin: r.origin,
		ctx:    r.ctx,
		cors:   true,
	}
	if len(unsafeNames) > 0 {
		preflight.header.Set("Access-Control-Request-Headers", strings.Join(unsafeNames, ","))
	}

	r.preflighted = true
	resp, err := p.networkFetch(preflight, true)
	if err != nil {
		return err
	}
	refuse := func(reason, hint string) error {
		return blocked(r, resp.exchange, stepPreflight, reason, hint)
	}

	if isRedirectStatus(resp.status) {
		return refuse("Response to preflight request doesn't pass access control check: Redirect is not allowed for a preflight request.",
			"Answer OPTIONS at this URL, with a status from 200 to 299.")
	}
	// The check is done on r rather than on the preflight, for its credentials mode.
	if err := corsCheck(r, resp.exchange); err != nil {
		return err
	}
	if resp.status < 200 || resp.status > 299 {
		return refuse(fmt.Sprintf("Response to preflight request doesn't pass access control check: It does not have HTTP ok status, but %d.", resp.status),
			"Answer OPTIONS with a status from 200 to 299.")
	}

	methods, ok := extractTokens(resp.header, "Access-Control-Allow-Methods")
	if !ok {
		return refuse(cannotParse(resp.header, "Access-Control-Allow-Methods"), "Send method names separated by commas.")
	}
	headerNames, ok := extractTokens(resp.header, "Access-Control-Allow-Headers")
	if !ok {
		return refuse(cannotParse(resp.header, "Access-Control-Allow-Headers"), "Send header names separated by commas.")
	}

	if !slices.Contains(methods, r.method) && !isSafelistedMethod(r.method) &&
		(r.include || !slices.Contains(methods, "*")) {
		hint := fmt.Sprintf("List it: 'Access-Control-Allow-Methods: %s'.", r.method)
		switch {
		case strings.EqualFold(r.method, "PATCH") && r.method != "PATCH":
			hint = "Have the script ask for PATCH: methods are case-sensitive, and fetch upper-cases DELETE, GET, HEAD, OPTIONS, POST and PUT alone."
		case slices.ContainsFunc(methods, func(m string) bool { return strings.EqualFold(m, r.method) }):
			hint += " Methods are case-sensitive."
		}
		return refuse(fmt.Sprintf("Method %s is not allowed by Access-Control-Allow-Methods in preflight response.", r.method),
			hint+wildcardHint(r, methods))
	}
	allowed := newNameSet(headerNames)
	for _, name := range unsafeNames {
		// Authorization is the one CORS non-wildcard request-header name.
		if !allowed.has(name) && (r.include || name == "authorization" || !allowed.has("*")) {
			hint := fmt.Sprintf("List it: 'Access-Control-Allow-Headers: %s'.", name)
			if name == "authorization" && allowed.has("*") && !r.include {
				hint += " '*' does not cover it."
			}
			return refuse(fmt.Sprintf("Request header field %s is not allowed by Access-Control-Allow-Headers in preflight response.", name),
				hint+wildcardHint(r, headerNames))
		}
	}

	p.rememberPreflight(r, extractMaxAge(resp.header), methods, headerNames)
	return nil
}

func cannotParse(h http.Header, name string) string {
	value, _ := getHeader(h, name)
	return fmt.Sprintf("Cannot parse %s response header field in preflight response: '%s'.", name, value)
}

func wildcardHint(r *request, list []string) string {
	if r.include && slices.Contains(list, "*") {
		return " '*' means nothing with credentials."
	}
	return ""
}

// extractMaxAge reads Access-Control-Max-Age, which is a single [delta-seconds];
// 5 seconds if there is none, or if it is malformed.
//
// [delta-seconds]: https://httpwg.org/specs/rfc9111.html#delta-seconds
func extractMaxAge(h http.Header) time.Duration {
	const tooLarge = 1 << 31 // what RFC 9111 has a recipient take for more than it can hold
	values := h["Access-Control-Max-Age"]
	if len(values) != 1 || values[0] == "" || !isDigits(values[0]) {
		return 5 * time.Second
	}
	seconds, _ := strconv.ParseInt(values[0], 10, 64) // the largest if it is out of range
	return time.Duration(min(seconds, tooLarge)) * time.Second
}
