package corstest

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// parseURL is the [URL parser] for HTTP(S) URLs. Where it matters to CORS, it
// reads a URL as a browser does and net/url does not: "\" is "/", "https:/x" and
// "///x" have an authority, hosts are made ASCII, default ports dropped.
//
// A URL of another scheme comes back with only its Scheme and Opaque set. What
// net/http cannot send, such as a stray "%", is an error.
//
// [URL parser]: https://url.spec.whatwg.org/#concept-url-parser
func parseURL(s string, base *url.URL) (*url.URL, error) {
	u, err := parseURLParts(s, base)
	if err != nil {
		return nil, fmt.Errorf("invalid URL %q: %w", s, err)
	}
	return u, nil
}

func parseURLParts(s string, base *url.URL) (*url.URL, error) {
	s = strings.TrimFunc(s, func(r rune) bool { return r <= ' ' })
	s = strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(s)

	scheme, rest, ok := strings.Cut(s, ":")
	scheme = strings.ToLower(scheme)
	switch {
	case !ok || !isScheme(scheme):
		if base == nil {
			return nil, errors.New("it is relative, with nothing to resolve it against")
		}
		scheme, rest = base.Scheme, s
	case !isHTTPScheme(scheme):
		return &url.URL{Scheme: scheme, Opaque: rest}, nil
	case base != nil && base.Scheme == scheme:
		// As if the scheme were not there: "https:x" is relative.
	default:
		rest = "//" + rest
	}

	rest, fragment, _ := strings.Cut(rest, "#")
	rest, query, hasQuery := strings.Cut(rest, "?")
	path := strings.ReplaceAll(rest, `\`, "/")

	u := &url.URL{Scheme: scheme, Fragment: fragment}
	if strings.HasPrefix(path, "//") {
		var authority string
		authority, path, _ = strings.Cut(strings.TrimLeft(path, "/"), "/")
		path = "/" + path
		if err := setAuthority(u, authority); err != nil {
			return nil, err
		}
	} else {
		u.User, u.Host = base.User, base.Host
		switch {
		case path == "" && !hasQuery:
			path, query, hasQuery = base.EscapedPath(), base.RawQuery, base.ForceQuery
		case path == "":
			path = base.EscapedPath()
		case !strings.HasPrefix(path, "/"):
			dir := base.EscapedPath()
			path = dir[:strings.LastIndexByte(dir, '/')+1] + path
		}
	}

	// A browser leaves a "|" as it is, but net/url would then take RawPath for malformed.
	u.RawPath = percentEncode(removeDotSegments(path), "\"<>^`{|}")
	u.RawQuery = percentEncode(query, "\"<>'")
	u.ForceQuery = hasQuery && query == ""
	var err error
	u.Path, err = url.PathUnescape(u.RawPath)
	return u, err
}

func isScheme(s string) bool {
	for i := range len(s) {
		if !isAlphanumeric(s[i]) && (i == 0 || strings.IndexByte("+-.", s[i]) < 0) {
			return false
		}
	}
	return s != "" && s[0] > '9'
}

func isHTTPScheme(scheme string) bool { return scheme == "http" || scheme == "https" }

func setAuthority(u *url.URL, authority string) error {
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		username, password, _ := strings.Cut(authority[:i], ":")
		if username != "" || password != "" {
			u.User = url.UserPassword(username, password)
		}
		authority = authority[i+1:]
	}
	host, port := authority, ""
	if i := strings.LastIndexByte(authority, ':'); i > strings.LastIndexByte(authority, ']') {
		host, port = authority[:i], authority[i+1:]
	}
	host, err := parseHost(host)
	if err != nil {
		return err
	}
	port, err = parsePort(port, u.Scheme)
	if err != nil {
		return err
	}
	u.Host = host
	if port != "" {
		u.Host += ":" + port
	}
	return nil
}

// hostProfile is [domain to ASCII], not strict.
//
// [domain to ASCII]: https://url.spec.whatwg.org/#concept-domain-to-ascii
var hostProfile = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.BidiRule(),
	idna.CheckHyphens(false), idna.StrictDomainName(false), idna.VerifyDNSLength(false))

// parseHost is the [host parser]. Of the many spellings of an IPv4 address it
// takes only the usual one.
//
// [host parser]: https://url.spec.whatwg.org/#concept-host-parser
func parseHost(s string) (string, error) {
	if inner, ok := strings.CutPrefix(s, "["); ok {
		addr, err := netip.ParseAddr(strings.TrimSuffix(inner, "]"))
		if err != nil || !addr.Is6() || addr.Zone() != "" || !strings.HasSuffix(inner, "]") {
			return "", fmt.Errorf("%q is not an IPv6 address", s)
		}
		if addr.Is4In6() {
			b := addr.As16()
			return fmt.Sprintf("[::ffff:%x:%x]", int(b[12])<<8|int(b[13]), int(b[14])<<8|int(b[15])), nil
		}
		return "[" + addr.String() + "]", nil
	}
	domain, err := url.PathUnescape(s)
	if err != nil {
		return "", err
	}
	host, err := hostProfile.ToASCII(strings.ReplaceAll(domain, "ẞ", "ß"))
	if err != nil || host == "" || strings.ContainsFunc(host, isForbiddenHostRune) {
		return "", fmt.Errorf("%q is not a host", s)
	}
	labels := strings.Split(strings.TrimSuffix(host, "."), ".")
	if isNumber(labels[len(labels)-1]) {
		addr, err := netip.ParseAddr(strings.TrimSuffix(host, "."))
		if err != nil {
			return "", fmt.Errorf("%q is not an IPv4 address", s)
		}
		return addr.String(), nil
	}
	return host, nil
}

// isNumber tells whether a host that [ends in] label is an IPv4 address.
//
// [ends in]: https://url.spec.whatwg.org/#ends-in-a-number-checker
func isNumber(label string) bool {
	if hex, ok := strings.CutPrefix(label, "0x"); ok {
		return strings.Trim(hex, "0123456789abcdef") == ""
	}
	return label != "" && isDigits(label)
}

// isForbiddenHostRune tells the [forbidden domain code points].
//
// [forbidden domain code points]: https://url.spec.whatwg.org/#forbidden-domain-code-point
func isForbiddenHostRune(r rune) bool {
	return r <= ' ' || r == 0x7f || strings.ContainsRune(`#%/:<>?@[\]^|`, r)
}

func parsePort(s, scheme string) (string, error) {
	if s == "" {
		return "", nil
	}
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil {
		return "", fmt.Errorf("%q is not a port", s)
	}
	if scheme == "http" && n == 80 || scheme == "https" && n == 443 {
		return "", nil
	}
	return strconv.FormatUint(n, 10), nil
}

// removeDotSegments resolves "." and ".." in a path that starts with a slash,
// however they are [percent-encoded].
//
// [percent-encoded]: https://url.spec.whatwg.org/#double-dot-path-segment
func removeDotSegments(path string) string {
	var out []string
	segments := strings.Split(path[1:], "/")
	for i, segment := range segments {
		last := i == len(segments)-1
		switch strings.ReplaceAll(strings.ToLower(segment), "%2e", ".") {
		case "..":
			out = out[:max(0, len(out)-1)]
			if last {
				out = append(out, "")
			}
		case ".":
			if last {
				out = append(out, "")
			}
		default:
			out = append(out, segment)
		}
	}
	return "/" + strings.Join(out, "/")
}

// percentEncode encodes controls, space, non-ASCII bytes and those in set.
func percentEncode(s, set string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(set, c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
