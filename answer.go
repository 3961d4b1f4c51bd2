package cors

import (
	"net/http"
	"slices"
	"sync"
)

// This file sets response headers: https://fetch.spec.whatwg.org/#http-responses

// A headers is what a policy sets in an answer.
type headers struct {
	set   []header
	stale []string // other CORS headers that mean something in it, for somebody in front may have set them
}

// A header is a response header. Its value is empty if it depends on the request.
type header struct{ name, value string }

// setVary sets all that an answer needs which allows nothing, in place of what a policy or a handler in front has allowed:
// https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches
func setVary(h http.Header) {
	if len(h) > 0 {
		deleteAll(h, actualHeaders)
		if addVary(h, "Origin") {
			return
		}
	}
	values := newValues(1)
	values[0] = "Origin"
	h["Vary"] = values
}

// setHeaders sets the headers of an answer to r that is not denied, in place of those of a policy or a handler in front, which
// may have been laxer.
func (p *Policy) setHeaders(h http.Header, r *http.Request, v verdict) {
	answer := &p.actual
	switch {
	case v.kind == Preflight:
		answer = &p.preflight
	case v.kind == NotCORS && !p.star():
		setVary(h)
		return
	}
	set := answer.set
	if len(h) > 0 {
		deleteAll(h, answer.stale)
		if set[0].name == "Vary" && addVary(h, set[0].value) {
			set = set[1:]
		}
	}
	var values []string
	if v.kind == Preflight && (p.echoMethod || p.echoHeaders) {
		values = make([]string, len(set)) // what is echoed may be long: nobody else's answer is to keep it
	} else {
		values = newValues(len(set))
	}
	for i, header := range set {
		value := header.value
		if value == "" {
			if value = p.value(header.name, r, v.origin); value == "" {
				delete(h, header.name)
				continue
			}
		}
		values[i] = value
		h[header.name] = values[i : i+1 : i+1]
	}
}

func deleteAll(h http.Header, names []string) {
	for _, name := range names {
		delete(h, name)
	}
}

// addVary adds to a Vary header, if there is one, in a new slice, since theirs may be shared.
func addVary(h http.Header, value string) bool {
	old := h["Vary"]
	if len(old) > 0 {
		h["Vary"] = append(slices.Clip(old), value)
	}
	return len(old) > 0
}

// value returns the value of a header that depends on the request.
func (p *Policy) value(name string, r *http.Request, origin string) string {
	switch name {
	case "Access-Control-Allow-Origin":
		return origin
	case "Access-Control-Allow-Methods":
		if asked := requestedMethods(r); len(asked) == 1 && p.allowsMethod(asked[0]) {
			return asked[0]
		}
	case "Access-Control-Allow-Headers":
		return reflected(r.Header["Access-Control-Request-Headers"])
	case "Access-Control-Allow-Private-Network":
		if slices.Equal(r.Header["Access-Control-Request-Private-Network"], yes) {
			return "true"
		}
	}
	return ""
}

var yes = []string{"true"}

// newValues returns n strings that no other response ever had.
func newValues(n int) []string {
	b := blocks.Get().(*block)
	if len(b.values)-b.used < n {
		b = new(block)
	}
	values := b.values[b.used : b.used+n : b.used+n]
	b.used += n
	blocks.Put(b)
	return values
}

// A block holds the values of many responses: one allocation for all is cheaper than one for each (BenchmarkHandler). It is
// garbage once all those responses are: one that takes long keeps some 1 KiB, and the origins of at most 30 others.
type block struct {
	values [62]string
	used   int
}

var blocks = sync.Pool{New: func() any { return new(block) }}
