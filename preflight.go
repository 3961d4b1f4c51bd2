package cors

import (
	"iter"
	"net/http"
	"slices"
	"strings"
)

// This file says what a preflight may ask for: https://fetch.spec.whatwg.org/#cors-preflight-fetch

// maxReflected is the most bytes of Access-Control-Request-Headers, and of Access-Control-Request-Method, that are echoed.
const maxReflected = 4096

// safelistedMethods need no permission: https://fetch.spec.whatwg.org/#cors-safelisted-method
var safelistedMethods = []string{http.MethodGet, http.MethodHead, http.MethodPost}

// allowsMethod reports whether a preflight for method succeeds. Methods are compared byte for byte.
func (p *Policy) allowsMethod(method string) bool {
	if slices.Contains(safelistedMethods, method) {
		return true
	}
	if p.anyMethod {
		return !(p.echoMethod && (method == "*" || len(method) > maxReflected)) && // * would read as a wildcard
			isToken(method) && !isForbiddenMethod(method)
	}
	return slices.Contains(p.methods, method)
}

// maxExamined is the most bytes of Access-Control-Request-Headers that a [Decision] looks into where nothing is reflected. More
// takes a while, and is more than most servers accept.
const maxExamined = 16 << 10

// deniedHeader returns the first name in the lines of Access-Control-Request-Headers that is not allowed.
func (p *Policy) deniedHeader(lines []string) (name string, denied bool) {
	most := maxExamined
	if p.echoHeaders {
		most = maxReflected
	}
	if size(lines) > most {
		for name := range listElements([]string{lines[0][:min(len(lines[0]), most)]}) {
			return name, true
		}
		return "", true
	}
	for name := range listElements(lines) {
		if !p.allowsHeader(name) {
			return name, true
		}
	}
	return "", false
}

// allowsHeader reports whether scripts may set the request header of the given name.
func (p *Policy) allowsHeader(name string) bool {
	if p.anyHeader && (p.echoHeaders || !strings.EqualFold(name, "Authorization")) {
		return isToken(name) && !(p.echoHeaders && name == "*") // which would read as a wildcard
	}
	return p.headers[strings.ToLower(name)]
}

// listElements yields the elements in the lines of a list header. A browser sends Access-Control-Request-Headers in one
// line, in lower case and without white space; what stands between it and us may have split or reformatted it.
//
// https://www.rfc-editor.org/rfc/rfc9110.html#section-5.6.1
func listElements(lines []string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, line := range lines {
			for more := true; more; {
				var element string
				element, line, more = strings.Cut(line, ",")
				if element = strings.Trim(element, " \t"); element != "" && !yield(element) {
					return
				}
			}
		}
	}
}

// size returns the bytes of lines in one, with commas between.
func size(lines []string) int {
	n := len(lines) - 1
	for _, line := range lines {
		n += len(line)
	}
	return n
}

// reflected returns the value of Access-Control-Allow-Headers that allows all that was asked for; nothing if that is too
// much or malformed.
func reflected(lines []string) string {
	if size(lines) > maxReflected {
		return ""
	}
	if len(lines) == 1 && isPlainList(lines[0]) {
		return lines[0]
	}
	names := 0
	for name := range listElements(lines) {
		if !isToken(name) || name == "*" {
			return ""
		}
		names++
	}
	if len(lines) == 1 && names == strings.Count(lines[0], ",")+1 {
		return lines[0]
	}
	return strings.Join(slices.Collect(listElements(lines)), ",")
}

// isPlainList reports whether s is a list of names as browsers send it, with a comma between two of them and nothing else. It takes
// a fraction of the time that all other lists take (BenchmarkReflected).
func isPlainList(s string) bool {
	begin := 0
	for i := range len(s) {
		switch {
		case tokenBytes[s[i]]:
		case s[i] != ',' || i == begin || s[begin:i] == "*":
			return false
		default:
			begin = i + 1
		}
	}
	return begin < len(s) && s[begin:] != "*"
}
