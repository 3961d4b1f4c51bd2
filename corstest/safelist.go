package corstest

// What needs no permission, and what none can be had for: methods, request
// headers, response headers.

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// normalizeMethod [normalizes] a method: only these six regardless of case.
//
// [normalizes]: https://fetch.spec.whatwg.org/#concept-method-normalize
func normalizeMethod(method string) string {
	switch upper := strings.ToUpper(method); upper {
	case "DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT":
		return upper
	}
	return method
}

// isForbiddenMethod tells the [forbidden methods].
//
// [forbidden methods]: https://fetch.spec.whatwg.org/#forbidden-method
func isForbiddenMethod(method string) bool {
	switch strings.ToUpper(method) {
	case "CONNECT", "TRACE", "TRACK":
		return true
	}
	return false
}

// isSafelistedMethod tells the [CORS-safelisted methods].
//
// [CORS-safelisted methods]: https://fetch.spec.whatwg.org/#cors-safelisted-method
func isSafelistedMethod(method string) bool {
	return method == "GET" || method == "HEAD" || method == "POST"
}

var forbiddenRequestHeaders = map[string]bool{
	"accept-charset": true, "accept-encoding": true,
	"access-control-request-headers": true, "access-control-request-method": true,
	"connection": true, "content-length": true, "cookie": true, "cookie2": true,
	"date": true, "dnt": true, "expect": true, "host": true, "keep-alive": true,
	"origin": true, "referer": true, "set-cookie": true, "te": true, "trailer": true,
	"transfer-encoding": true, "upgrade": true, "via": true,
}

// isForbiddenRequestHeader tells the [forbidden request-headers].
//
// [forbidden request-headers]: https://fetch.spec.whatwg.org/#forbidden-request-header
func isForbiddenRequestHeader(name, value string) bool {
	name = strings.ToLower(name)
	if forbiddenRequestHeaders[name] || strings.HasPrefix(name, "proxy-") || strings.HasPrefix(name, "sec-") {
		return true
	}
	switch name {
	case "x-http-method", "x-http-method-override", "x-method-override":
		return slices.ContainsFunc(splitHeaderValue(value), isForbiddenMethod)
	}
	return false
}

// isForbiddenResponseHeader tells the [forbidden response-header names].
//
// [forbidden response-header names]: https://fetch.spec.whatwg.org/#forbidden-response-header-name
func isForbiddenResponseHeader(name string) bool {
	return name == "Set-Cookie" || name == "Set-Cookie2"
}

// safelistedResponseHeaders are the [CORS-safelisted response-header names]
// that need no Access-Control-Expose-Headers.
//
// [CORS-safelisted response-header names]: https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name
var safelistedResponseHeaders = map[string]bool{
	"Cache-Control": true, "Content-Language": true, "Content-Length": true, "Content-Type": true,
	"Expires": true, "Last-Modified": true, "Pragma": true,
}

// unsafeHeaderNames returns the [CORS-unsafe request-header names] of h: lower
// case, sorted, unique.
//
// [CORS-unsafe request-header names]: https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names
func unsafeHeaderNames(h http.Header) []string {
	unsafe, potentiallyUnsafe := make(map[string]bool), make(map[string]bool)
	safelistValueSize := 0
	for name, values := range h {
		name = strings.ToLower(name)
		for _, value := range values {
			if !isSafelistedRequestHeader(name, value) {
				unsafe[name] = true
				continue
			}
			potentiallyUnsafe[name] = true
			safelistValueSize += len(value)
		}
	}
	if safelistValueSize > 1024 {
		maps.Copy(unsafe, potentiallyUnsafe)
	}
	return slices.Sorted(maps.Keys(unsafe))
}

// isSafelistedRequestHeader tells the [CORS-safelisted request-headers]; name
// is in lower case.
//
// [CORS-safelisted request-headers]: https://fetch.spec.whatwg.org/#cors-safelisted-request-header
func isSafelistedRequestHeader(name, value string) bool {
	if len(value) > 128 {
		return false
	}
	switch name {
	case "accept":
		return !containsUnsafeByte(value)
	case "accept-language", "content-language":
		for i := range len(value) {
			if !isAlphanumeric(value[i]) && strings.IndexByte(" *,-.;=", value[i]) < 0 {
				return false
			}
		}
		return true
	case "content-type":
		if containsUnsafeByte(value) {
			return false
		}
		switch mimeEssence(value) {
		case "application/x-www-form-urlencoded", "multipart/form-data", "text/plain":
			return true
		}
		return false
	case "range":
		return isSimpleRange(value)
	}
	return false
}

// containsUnsafeByte reports whether value contains a [CORS-unsafe request-header byte].
//
// [CORS-unsafe request-header byte]: https://fetch.spec.whatwg.org/#cors-unsafe-request-header-byte
func containsUnsafeByte(value string) bool {
	for i := range len(value) {
		b := value[i]
		if b < 0x20 && b != '\t' || b == 0x7f || strings.IndexByte(`"():<>?@[\]{}`, b) >= 0 {
			return true
		}
	}
	return false
}

// mimeEssence [parses a MIME type] and returns its essence. What is malformed is
// returned as it is, and equals no MIME type.
//
// [parses a MIME type]: https://mimesniff.spec.whatwg.org/#parse-a-mime-type
func mimeEssence(value string) string {
	const httpWhitespace = " \t\r\n"
	value, _, _ = strings.Cut(value, ";")
	return strings.ToLower(strings.Trim(value, httpWhitespace))
}

// isSimpleRange reports whether value [parses as a single range], without white
// space, and has a start.
//
// [parses as a single range]: https://fetch.spec.whatwg.org/#simple-range-header-value
func isSimpleRange(value string) bool {
	value, ok := strings.CutPrefix(value, "bytes=")
	if !ok {
		return false
	}
	start, end, ok := strings.Cut(value, "-")
	if !ok || start == "" || !isDigits(start) || !isDigits(end) {
		return false
	}
	return end == "" || compareDecimal(start, end) <= 0
}

func isDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// compareDecimal compares two strings of digits as numbers of any size.
func compareDecimal(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}
