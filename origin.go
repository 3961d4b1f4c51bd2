package cors

import (
	"fmt"
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"github.com/seed-12f469a5/cors/internal/pcre"
)

// This file is the grammar of origins: of those that browsers send, of those that a configuration names, and the set
// that brings the two together.

const (
	maxScheme = 64
	maxHost   = 253
	maxOrigin = maxScheme + len("://") + maxHost + len(":65535")
)

// hostBytes are the bytes that a browser leaves in a host name, by the URL standard's forbidden domain code points (which
// all three engines were seen to follow), less two. Upper case and non-ASCII letters are mapped by the browser, and so
// cannot arrive; an asterisk, which only WebKit sends, is kept out because an origin that reads as a wildcard is an attempt
// to be taken for one.
//
// https://url.spec.whatwg.org/#forbidden-domain-code-point
const hostBytes = "abcdefghijklmnopqrstuvwxyz0123456789-._!\"$&'()+,;=`{}~"

// originBytes are all the bytes that a serialized origin can hold.
var originBytes = pcre.SetOf(hostBytes + ":/[]")

// byteClasses tells quickly what a byte may stand for.
var byteClasses = func() (classes [256]uint8) {
	for i := range len(hostBytes) {
		classes[hostBytes[i]] |= hostByte
	}
	for i := range len(schemeBytes) {
		classes[schemeBytes[i]] |= schemeByte
	}
	return classes
}()

const (
	hostByte uint8 = 1 << iota
	schemeByte

	schemeBytes = "abcdefghijklmnopqrstuvwxyz0123456789+-."
)

// opaqueSchemes are those whose origins browsers serialize as null, so that no Origin header ever holds them.
//
// https://url.spec.whatwg.org/#concept-url-origin
var opaqueSchemes = map[string]bool{
	"about": true, "blob": true, "data": true, "file": true, "filesystem": true, "javascript": true, "mailto": true,
}

// defaultPort returns the port that a serialized origin of the scheme leaves out.
//
// https://url.spec.whatwg.org/#default-port
func defaultPort(scheme string) string {
	switch scheme {
	case "https", "wss":
		return "443"
	case "http", "ws":
		return "80"
	case "ftp":
		return "21"
	}
	return ""
}

// An origin is a serialized origin, parsed. Its parts are substrings of it.
//
// https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin
type origin struct {
	text   string // scheme://host[:port]
	scheme string
	host   string // an IPv6 address keeps its brackets
	port   string // without the colon, empty for the default port
}

// parseOrigin parses the value of an Origin header, exactly as browsers serialize it: whatever parses is its own
// serialization.
func parseOrigin(s string) (o origin, ok bool) {
	if len(s) > maxOrigin {
		return o, false
	}
	end := 0
	for end < len(s) && byteClasses[s[end]]&schemeByte != 0 {
		end++
	}
	if end == 0 || end > maxScheme || s[0] < 'a' || !strings.HasPrefix(s[end:], "://") {
		return o, false
	}
	o = origin{text: s, scheme: s[:end]}
	rest := s[end+len("://"):]
	end = 0
	if strings.HasPrefix(rest, "[") {
		end = strings.IndexByte(rest, ']') + 1
		if end == 0 || !isSerializedIPv6(rest[1:end-1]) {
			return o, false
		}
	} else {
		for end < len(rest) && byteClasses[rest[end]]&hostByte != 0 {
			end++
		}
		if !isSerializedHost(rest[:end]) {
			return o, false
		}
	}
	o.host = rest[:end]
	if rest = rest[end:]; rest != "" {
		if rest[0] != ':' || !isPort(rest[1:]) || rest[1:] == defaultPort(o.scheme) {
			return o, false
		}
		o.port = rest[1:]
	}
	return o, !opaqueSchemes[o.scheme]
}

// isPort reports whether s is a port as a URL serializes it: 0 to 65535, without leading zeros.
func isPort(s string) bool {
	if s == "" || len(s) > 5 || s[0] == '0' && len(s) > 1 {
		return false
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n <= 65535
}

// isSerializedHost reports whether host, which holds host bytes only, can be the host of a URL: a name, or an IPv4 address
// if its last label is a number.
//
// https://url.spec.whatwg.org/#ends-in-a-number-checker
func isSerializedHost(host string) bool {
	if host == "" || len(host) > maxHost {
		return false
	}
	last := strings.TrimSuffix(host, ".")
	last = last[strings.LastIndexByte(last, '.')+1:]
	if !isNumber(last) {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Is4()
}

// isNumber reports whether the URL standard reads a label as a part of an IPv4 address.
func isNumber(label string) bool {
	if label == "" {
		return false
	}
	if hex, ok := strings.CutPrefix(label, "0x"); ok {
		return strings.Trim(hex, "0123456789abcdef") == ""
	}
	return label[0] <= '9' && strings.Trim(label, "0123456789") == ""
}

// isSerializedIPv6 reports whether s is an IPv6 address in the form that a URL serializes it to.
func isSerializedIPv6(s string) bool {
	addr, err := netip.ParseAddr(s)
	return err == nil && addr.Is6() && addr.Zone() == "" && serializeIPv6(addr) == s
}

// serializeIPv6 differs from [netip.Addr.String] for an IPv4-mapped address alone, which a URL writes in hexadecimal.
//
// https://url.spec.whatwg.org/#concept-ipv6-serializer
func serializeIPv6(addr netip.Addr) string {
	if addr.Is4In6() {
		b := addr.As16()
		return fmt.Sprintf("::ffff:%x:%x", uint16(b[12])<<8|uint16(b[13]), uint16(b[14])<<8|uint16(b[15]))
	}
	return addr.String()
}

// hasEmptyLabel reports whether host has two dots in a row or begins with one, which no name in the DNS has.
func hasEmptyLabel(host string) bool {
	return strings.HasPrefix(host, ".") || strings.Contains(host, "..")
}

// isLoopback reports whether a host never leaves the machine, so that http is as good as https.
//
// https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy
func isLoopback(host string) bool {
	name := strings.TrimSuffix(host, ".")
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return true
	}
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && addr.IsLoopback()
}

// A pattern is an entry of [WithOrigins], parsed and normalised.
type pattern struct {
	scheme  string
	host    string // below which subdomains are allowed if wild; empty for any host
	port    string // without the colon, empty for the default port
	wild    bool   // https://*.host, or https://* if there is no host
	anyPort bool
}

func (p pattern) anyHost() bool { return p.wild && p.host == "" }

// String is the normalised entry; parsing it gives p again.
func (p pattern) String() string {
	s := p.scheme + "://"
	switch {
	case p.anyHost():
		s += "*"
	case p.wild:
		s += "*." + p.host
	default:
		s += p.host
	}
	switch {
	case p.anyPort:
		s += ":*"
	case p.port != "":
		s += ":" + p.port
	}
	return s
}

// parsePattern parses an entry of [WithOrigins] other than * and null. A non-empty hint says what is wrong.
func parsePattern(s string) (p pattern, code Code, hint string) {
	fail := func(code Code, format string, args ...any) (pattern, Code, string) {
		return pattern{}, code, fmt.Sprintf(format, args...)
	}
	if s == "" {
		return fail(CodeOriginSyntax, `an origin is a scheme, "://", a host and perhaps a port; write one such as "https://example.com"`)
	}
	if !utf8.ValidString(s) {
		return fail(CodeOriginSyntax, "it is not valid UTF-8")
	}
	if bad := func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }; strings.ContainsFunc(s, bad) {
		if trimmed := strings.TrimFunc(s, bad); !strings.ContainsFunc(trimmed, bad) {
			return fail(CodeOriginSyntax, "an origin holds no white space; write %q", trimmed)
		}
		return fail(CodeOriginSyntax, "an origin holds no white space or control character; give each origin as an argument of its own")
	}
	if strings.Contains(s, ",") {
		return fail(CodeOriginSyntax, "an origin holds no comma; give each origin as an argument of its own: %q", strings.Split(s, ","))
	}
	scheme, rest, found := strings.Cut(s, "://")
	if !found {
		if rest, ok := strings.CutPrefix(s, "//"); ok {
			return fail(CodeOriginSyntax, "the scheme is missing; write %q", "https://"+rest)
		}
		if scheme, _, ok := strings.Cut(s, ":"); ok && opaqueSchemes[strings.ToLower(scheme)] {
			return failOpaque(scheme)
		}
		if scheme, rest, ok := strings.Cut(s, ":"); ok && (scheme == "http" || scheme == "https") {
			return fail(CodeOriginSyntax, `"://" follows the scheme; write %q`, scheme+"://"+strings.TrimLeft(rest, "/"))
		}
		return fail(CodeOriginSyntax, "the scheme is missing; write %q", "https://"+s)
	}
	p.scheme = strings.ToLower(scheme)
	switch {
	case strings.Contains(scheme, "*"):
		return fail(CodeOriginWildcard, "a scheme is no place for a *; name each scheme, or use WithOriginRegexps(`%s`)", regexpFor(s))
	case p.scheme == "" || len(p.scheme) > maxScheme || p.scheme[0] < 'a' || p.scheme[0] > 'z' || strings.Trim(p.scheme, schemeBytes) != "":
		return fail(CodeOriginSyntax, "%q is no scheme; write %q", scheme, "https://"+rest)
	case opaqueSchemes[p.scheme]:
		return failOpaque(p.scheme)
	}
	rest = strings.TrimSuffix(rest, "/")
	if i := strings.IndexAny(rest, `/?#\`); i >= 0 {
		part := map[byte]string{'/': "path", '?': "query", '#': "fragment", '\\': "backslash"}[rest[i]]
		return fail(CodeOriginSyntax, "an origin has no %s; write %q", part, scheme+"://"+rest[:i])
	}
	if i := strings.LastIndexByte(rest, '@'); i >= 0 {
		return fail(CodeOriginSyntax, "an origin has no user information; write %q", scheme+"://"+rest[i+1:])
	}

	host, port := rest, ""
	hasPort := false
	if end := strings.LastIndexByte(rest, ']'); end > 0 && strings.HasPrefix(strings.TrimPrefix(rest, "*."), "[") {
		host, port = rest[:end+1], rest[end+1:]
		if port != "" && port[0] != ':' {
			return fail(CodeOriginSyntax, "%q follows the IPv6 address; write %q", port, scheme+"://"+host)
		}
		hasPort, port = port != "", strings.TrimPrefix(port, ":")
	} else {
		host, port, hasPort = strings.Cut(rest, ":")
		if strings.Contains(port, ":") {
			return fail(CodeOriginSyntax, "an IPv6 address stands in brackets; write %q", scheme+"://["+rest+"]")
		}
	}
	switch {
	case !hasPort:
	case port == "*":
		p.anyPort = true
	case strings.Contains(port, "*"):
		return fail(CodeOriginWildcard, "a * stands for a whole port; write %q, or use WithOriginRegexps(`%s`)", scheme+"://"+host+":*", regexpFor(s))
	case !isPort(port):
		return fail(CodeOriginSyntax, "%q is no port, which is a number from 0 to 65535 without leading zeros; write %q", port, scheme+"://"+host)
	case port != defaultPort(p.scheme):
		p.port = port
	}

	if host == "*" {
		p.wild = true
		return p, "", ""
	}
	host, p.wild = strings.CutPrefix(host, "*.")
	if strings.Contains(host, "*") {
		return fail(CodeOriginWildcard, "a * stands for whole labels at the beginning of a host; use WithOriginRegexps(`%s`)", regexpFor(s))
	}
	var problem string
	if p.host, problem = parseHost(host); problem != "" {
		return fail(CodeOriginSyntax, "%q is no host: %s; write one such as %q", host, problem, scheme+"://example.com")
	}
	if isNumber(p.host[strings.LastIndexByte(p.host, '.')+1:]) && p.wild || p.wild && p.host[0] == '[' {
		return fail(CodeOriginWildcard, "an IP address has no subdomains; write %q", scheme+"://"+p.host)
	}
	if n := len(p.host); p.wild && n+len("a.") > maxHost {
		return fail(CodeOriginSyntax, "a host has at most %d bytes, so this one has no subdomains", maxHost)
	}
	return p, "", ""
}

func failOpaque(scheme string) (pattern, Code, string) {
	return pattern{}, CodeOriginOpaque, fmt.Sprintf(
		"browsers send the origin of a %s: page as null; remove it, and serve the page over http or https", scheme)
}

// regexpFor suggests a regular expression for an entry with a * at a place where only a regular expression can have one.
func regexpFor(s string) string {
	var b strings.Builder
	for _, c := range s {
		switch {
		case c == '*':
			b.WriteString("[a-z0-9-]+")
		case c == '.':
			b.WriteString(`\.`)
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}

// idnaProfile maps a host as a browser's URL parser does, and then insists on what the DNS insists on.
//
// https://url.spec.whatwg.org/#concept-domain-to-ascii
var idnaProfile = idna.New(
	idna.MapForLookup(),
	idna.Transitional(false),
	idna.BidiRule(),
	idna.CheckHyphens(false),
	idna.StrictDomainName(false),
	idna.VerifyDNSLength(true),
)

// parseHost normalises the host of an entry to the form that browsers send. A non-empty problem says what is wrong.
func parseHost(host string) (normal, problem string) {
	if strings.HasPrefix(host, "[") {
		addr, err := netip.ParseAddr(strings.TrimSuffix(host[1:], "]"))
		if err != nil || !addr.Is6() || addr.Zone() != "" || !strings.HasSuffix(host, "]") {
			return "", "what is in brackets is no IPv6 address"
		}
		return "[" + serializeIPv6(addr) + "]", ""
	}
	if host == "" {
		return "", "it is empty"
	}
	if len(host) > 4*maxHost {
		return "", fmt.Sprintf("it has more than %d bytes", maxHost)
	}
	normal = strings.ToLower(host)
	if strings.IndexFunc(host, func(r rune) bool { return r >= 0x80 }) >= 0 || strings.Contains(normal, "xn--") {
		var err error
		if normal, err = idnaProfile.ToASCII(host); err != nil {
			return "", fmt.Sprintf("it is no international domain name (%v)", err)
		}
	}
	name := strings.TrimSuffix(normal, ".")
	if len(normal) > maxHost {
		return "", fmt.Sprintf("it has more than %d bytes", maxHost)
	}
	labels := 0
	for label := range strings.SplitSeq(name, ".") {
		labels++
		switch {
		case label == "":
			return "", "a label between its dots is empty"
		case len(label) > 63:
			return "", "a label has more than 63 bytes"
		}
		for i := range len(label) {
			if c := label[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
				return "", fmt.Sprintf("%q cannot be in it", string(rune(c)))
			}
		}
	}
	if !isSerializedHost(normal) {
		return "", "its last label is a number, but it is no IPv4 address of four decimal numbers"
	}
	return normal, ""
}

// An originSet is what a policy knows of the origins that it allows. Each kind of entry has a look-up of its own, and
// maps to the number of the entry.
type originSet struct {
	exact   map[string]uint32   // by the serialized origin
	anyPort map[string]uint32   // by the serialized origin without its port
	below   map[wildcard]uint32 // by the end of the host
	regexps regexps             // matched against whole origins
	hosts   regexps             // matched against hosts
	memo    *memo               // of what all of these said; nil without regular expressions
	entries []string            // by number, as the user wrote it
}

// A wildcard is what the origins below https://*.example.com:8443 have in common: scheme, and the end of what follows,
// from the dot on. The end of https://* is empty, or its port with the colon.
type wildcard struct {
	scheme  string
	end     string
	anyPort bool // end has no port
}

// A regexps is a list of regular expressions, whose entries have the numbers from first on.
type regexps struct {
	list  *pcre.List // nil if there are none
	first uint32
}

func (r regexps) match(text string) (entry uint32, v pcre.Verdict) {
	if r.list == nil {
		return 0, pcre.No
	}
	i, v := r.list.Match(text)
	return r.first + uint32(i), v
}

// match returns the number of the entry that admits s. An exact origin is looked up as it is: it is well-formed because
// the entry is. So is one that is remembered.
func (set *originSet) match(s string) (entry uint32, reason Reason) {
	if entry, ok := set.exact[s]; ok {
		return entry, Allowed
	}
	if set.memo == nil {
		return set.matchParts(s)
	}
	slot, hash := set.memo.slot(s)
	if known, ok := slot.find(s); ok {
		return known.entry, known.reason
	}
	if entry, reason = set.matchParts(s); reason == Allowed || reason == OriginNotAllowed {
		slot.keep(s, hash, entry, reason)
	}
	return entry, reason
}

// matchParts matches s against everything but the exact origins.
func (set *originSet) matchParts(s string) (entry uint32, reason Reason) {
	o, ok := parseOrigin(s)
	if !ok {
		return 0, OriginMalformed
	}
	if len(set.anyPort) > 0 {
		if entry, ok := set.anyPort[o.text[:len(o.scheme)+len("://")+len(o.host)]]; ok {
			return entry, Allowed
		}
	}
	if len(set.below) > 0 {
		if entry, ok := set.matchWildcard(o); ok {
			return entry, Allowed
		}
	}
	entry, whole := set.regexps.match(o.text)
	if whole == pcre.Yes {
		return entry, Allowed
	}
	entry, host := set.hosts.match(o.host)
	if host == pcre.Yes {
		return entry, Allowed
	}
	if whole == pcre.Undecided || host == pcre.Undecided {
		return 0, OriginUndecided
	}
	return 0, OriginNotAllowed
}

// matchWildcard tries each end of the host that follows one or more labels, the longest first.
func (set *originSet) matchWildcard(o origin) (entry uint32, ok bool) {
	hostAndPort := o.text[len(o.scheme)+len("://"):]
	if !hasEmptyLabel(o.host) && o.host[0] != '[' {
		for i := 1; i < len(o.host); i++ {
			if o.host[i] != '.' {
				continue
			}
			if entry, ok = set.below[wildcard{o.scheme, hostAndPort[i:], false}]; ok {
				return entry, true
			}
			if entry, ok = set.below[wildcard{o.scheme, o.host[i:], true}]; ok {
				return entry, true
			}
		}
	}
	if entry, ok = set.below[wildcard{o.scheme, hostAndPort[len(o.host):], false}]; ok {
		return entry, true
	}
	entry, ok = set.below[wildcard{o.scheme, "", true}]
	return entry, ok
}

// add enters p, whose normal form is given, under the number entry. It reports false if p is there already.
func (set *originSet) add(p pattern, normal string, entry uint32) bool {
	port := ""
	if p.port != "" {
		port = ":" + p.port
	}
	switch {
	case p.anyHost():
		return enter(set.below, wildcard{p.scheme, port, p.anyPort}, entry)
	case p.wild:
		return enter(set.below, wildcard{p.scheme, "." + p.host + port, p.anyPort}, entry)
	case p.anyPort:
		return enter(set.anyPort, strings.TrimSuffix(normal, ":*"), entry)
	}
	return enter(set.exact, normal, entry)
}

// enter adds key to m unless it is there already.
func enter[K comparable](m map[K]uint32, key K, entry uint32) bool {
	if _, there := m[key]; there {
		return false
	}
	m[key] = entry
	return true
}
