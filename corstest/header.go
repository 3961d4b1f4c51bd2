package corstest

// Header lists, and the grammar of the headers in them.

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// normalizeHeader returns h as a [header list]: canonical names, [normalized]
// values. Headers whose names differ only in case become one.
//
// [header list]: https://fetch.spec.whatwg.org/#concept-header-list
// [normalized]: https://fetch.spec.whatwg.org/#concept-header-value-normalize
func normalizeHeader(h http.Header) http.Header {
	out := make(http.Header, len(h))
	for _, name := range slices.Sorted(maps.Keys(h)) {
		key := http.CanonicalHeaderKey(name)
		for _, value := range h[name] {
			out[key] = append(out[key], strings.Trim(value, " \t\r\n"))
		}
	}
	return out
}

// sentHeader returns h as net/http's server would write it on the wire, and a
// browser read it: headers with an impossible name are dropped, line breaks in
// values become spaces.
func sentHeader(h http.Header) http.Header {
	sent := make(http.Header, len(h))
	for name, values := range h {
		if !isToken(name) {
			continue
		}
		for _, value := range values {
			sent[name] = append(sent[name], strings.NewReplacer("\r", " ", "\n", " ").Replace(value))
		}
	}
	return normalizeHeader(sent)
}

// getHeader [gets] a header: the values of all its lines, joined.
//
// [gets]: https://fetch.spec.whatwg.org/#concept-header-list-get
func getHeader(h http.Header, name string) (value string, ok bool) {
	values := h[name]
	return strings.Join(values, ", "), len(values) > 0
}

// extractTokens [extracts header list values] from a header whose ABNF is
// #method or #field-name, which are both lists of tokens. It reports false if
// one of the header's lines does not parse. An absent header has no values.
//
// As [RFC 9110] demands of a recipient, empty list elements are ignored.
//
// [extracts header list values]: https://fetch.spec.whatwg.org/#extract-header-list-values
// [RFC 9110]: https://httpwg.org/specs/rfc9110.html#abnf.extension.recipient
func extractTokens(h http.Header, name string) (tokens []string, ok bool) {
	for _, value := range h[name] {
		for element := range strings.SplitSeq(value, ",") {
			element = strings.Trim(element, " \t")
			if element == "" {
				continue
			}
			if !isToken(element) {
				return nil, false
			}
			tokens = append(tokens, element)
		}
	}
	return tokens, true
}

// splitHeaderValue [gets, decodes, and splits] a header value at the commas
// outside of quoted strings.
//
// [gets, decodes, and splits]: https://fetch.spec.whatwg.org/#header-value-get-decode-and-split
func splitHeaderValue(value string) []string {
	var values []string
	start, quoted := 0, false
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c == '"':
			quoted = !quoted
		case quoted && c == '\\':
			i++
		case !quoted && c == ',':
			values = append(values, strings.Trim(value[start:i], " \t"))
			start = i + 1
		}
	}
	return append(values, strings.Trim(value[start:], " \t"))
}

// A nameSet is a set of header names, which compare without regard to case.
type nameSet map[string]bool

func newNameSet(names []string) nameSet {
	s := make(nameSet, len(names))
	for _, name := range names {
		s[strings.ToLower(name)] = true
	}
	return s
}

func (s nameSet) has(name string) bool { return s[strings.ToLower(name)] }

// isToken reports whether s is a [token], as methods and header names are.
//
// [token]: https://httpwg.org/specs/rfc9110.html#tokens
func isToken(s string) bool {
	for i := range len(s) {
		if !isTokenByte(s[i]) {
			return false
		}
	}
	return s != ""
}

func isTokenByte(b byte) bool {
	return isAlphanumeric(b) || strings.IndexByte("!#$%&'*+-.^_`|~", b) >= 0
}

func isAlphanumeric(b byte) bool {
	return '0' <= b && b <= '9' || 'A' <= b && b <= 'Z' || 'a' <= b && b <= 'z'
}
