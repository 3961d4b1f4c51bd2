package corstest

import "fmt"

// A BlockedError says that, and why, a browser keeps a response from the script
// that asked for it.
type BlockedError struct {
	// Preflight reports whether the answer to a preflight was at fault, so that
	// the actual request was never sent.
	Preflight bool

	// Reason is the explanation that a browser's console gives, one or two
	// sentences.
	Reason string

	// Hint says what the server would have to send instead, or the script to do.
	Hint string

	// Step links to the algorithm of the Fetch standard that refused.
	Step string

	// Origin is the page's serialized origin. The server may have been told
	// "null" instead, if a redirect crossed origins.
	Origin string

	// URL is that of the refused response.
	URL string

	// RedirectedFrom is the URL that the script asked for, if redirects led from
	// there to URL, and empty otherwise.
	RedirectedFrom string

	// Exchange is the refused response, and the request that led to it.
	Exchange Exchange
}

// Error returns the message in a browser's console, followed by the hint.
func (e *BlockedError) Error() string {
	from := ""
	if e.RedirectedFrom != "" {
		from = fmt.Sprintf(" (redirected from '%s')", e.RedirectedFrom)
	}
	return fmt.Sprintf("Access to fetch at '%s'%s from origin '%s' has been blocked by CORS policy: %s %s",
		e.URL, from, e.Origin, e.Reason, e.Hint)
}

// The algorithms that refuse.
const (
	stepCORSCheck = "https://fetch.spec.whatwg.org/#concept-cors-check"
	stepPreflight = "https://fetch.spec.whatwg.org/#cors-preflight-fetch-0"
	stepRedirect  = "https://fetch.spec.whatwg.org/#concept-http-redirect-fetch"
)

func blocked(r *request, e Exchange, step, reason, hint string) *BlockedError {
	b := &BlockedError{
		Preflight: e.Preflight,
		Reason:    reason,
		Hint:      hint,
		Step:      step,
		Origin:    r.origin.String(),
		URL:       r.currentURL().String(),
		Exchange:  e,
	}
	if len(r.urls) > 1 {
		b.RedirectedFrom = r.urls[0].String()
	}
	return b
}
