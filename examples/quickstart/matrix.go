package main

import "strconv"

// This file says what is tried and what is meant to happen. It knows nothing of the policy: that the policy does what is
// meant here is for the page and for -check to find out.

// A place is an origin from which the page can be opened.
type place struct {
	Origin  string
	About   string
	Allowed bool
}

func places(p ports) []place {
	allowed, denied := strconv.Itoa(p.allowed), strconv.Itoa(p.denied)
	return []place{
		{"http://localhost:" + allowed, "is listed word for word", true},
		{"http://feature-x.preview.localhost:" + allowed, "is covered by a wildcard", true},
		{"http://pr-7.localhost:" + allowed, "matches a regular expression", true},
		{"http://localhost:" + denied, "has another port, so it is another origin", false},
		{"http://127.0.0.1:" + allowed, "has another host, though it is the same machine", false},
		{"http://preview.localhost:" + allowed, "is not below the wildcard's domain, but that domain itself", false},
		{"http://pr-next.localhost:" + allowed, "has no number for the regular expression to match", false},
	}
}

// placeOf returns what is meant for origin. Those that nobody thought of are not allowed.
func placeOf(origin string, p ports) place {
	for _, known := range places(p) {
		if known.Origin == origin {
			return known
		}
	}
	return place{origin, "is mentioned nowhere", false}
}

// An attempt is what a script of the page tries.
type attempt struct {
	Name        string            `json:"name"`
	Title       string            `json:"title"`
	Note        string            `json:"note"`
	Method      string            `json:"method"`
	Header      map[string]string `json:"header"`
	Body        string            `json:"body"`
	Credentials bool              `json:"credentials"`
	Reads       string            `json:"reads"` // a response header that the script wants to read

	// Allowed says whether it is meant to succeed from an allowed origin. From any other, nothing is.
	Allowed bool `json:"-"`
}

var attempts = []attempt{
	{
		Name: "get", Title: "A simple GET", Allowed: true,
		Note:   "Goes out at once: it needs no preflight, only an allowed origin to be read.",
		Method: "GET",
	}, {
		Name: "post-json", Title: "A POST of JSON", Allowed: true,
		Note:   "A form could not send this Content-Type, so the browser asks first.",
		Method: "POST", Header: map[string]string{"Content-Type": "application/json"}, Body: `{"name":"Grace"}`,
	}, {
		Name: "put", Title: "A PUT", Allowed: true,
		Note:   "WithMethods lists it.",
		Method: "PUT", Body: "Grace",
	}, {
		Name: "delete", Title: "A DELETE", Allowed: false,
		Note:   "WithMethods does not list it.",
		Method: "DELETE",
	}, {
		Name: "request-header-listed", Title: "A listed request header", Allowed: true,
		Note:   "WithHeaders lists Idempotency-Key.",
		Method: "POST", Header: map[string]string{"Idempotency-Key": "7"},
	}, {
		Name: "request-header-unlisted", Title: "An unlisted request header", Allowed: false,
		Note:   "WithHeaders does not list X-Debug.",
		Method: "GET", Header: map[string]string{"X-Debug": "1"},
	}, {
		Name: "without-credentials", Title: "Without credentials", Allowed: true,
		Note:   "The visitor is logged in to the API, but the cookie stays at home.",
		Method: "GET",
	}, {
		Name: "with-credentials", Title: "With credentials", Allowed: true,
		Note:   "The cookie travels, and WithCredentials lets allowed origins read the answer.",
		Method: "GET", Credentials: true,
	}, {
		Name: "response-header-exposed", Title: "An exposed response header", Allowed: true,
		Note:   "WithExposedHeaders lists X-Total-Count.",
		Method: "GET", Reads: "X-Total-Count",
	}, {
		Name: "response-header-hidden", Title: "A hidden response header", Allowed: false,
		Note:   "WithExposedHeaders does not list X-Served-By: the answer may be read, but not that.",
		Method: "GET", Reads: "X-Served-By",
	},
}

// What becomes of an attempt.
const (
	allowed = "allowed"
	blocked = "blocked"
)

// intended is what is meant to become of a from p.
func intended(p place, a attempt) string {
	if p.Allowed && a.Allowed {
		return allowed
	}
	return blocked
}
