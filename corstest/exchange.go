package corstest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// An Exchange is a request that a page sent and the response it got, with all
// their headers: those that a script never sees too.
type Exchange struct {
	// Preflight reports whether the page sent the request of its own accord, to
	// ask for permission.
	Preflight bool

	// Method, URL and RequestHeader are as sent.
	Method        string
	URL           string
	RequestHeader http.Header

	// Status and ResponseHeader are as received, before anything is kept from
	// the script.
	Status         int
	ResponseHeader http.Header
}

// String renders the exchange much as it looks on the wire, without bodies.
func (e Exchange) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "> %s %s\n", e.Method, e.URL)
	writeHeader(&b, "> ", e.RequestHeader)
	fmt.Fprintf(&b, "< %d %s\n", e.Status, http.StatusText(e.Status))
	writeHeader(&b, "< ", e.ResponseHeader)
	return b.String()
}

func writeHeader(b *strings.Builder, prefix string, h http.Header) {
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, value := range h[name] {
			fmt.Fprintf(b, "%s%s: %s\n", prefix, name, value)
		}
	}
}

func (e Exchange) clone() Exchange {
	e.RequestHeader = e.RequestHeader.Clone()
	e.ResponseHeader = e.ResponseHeader.Clone()
	return e
}
