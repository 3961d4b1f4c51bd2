package cors

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
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

const schemeBytes = "abcdefghijklmnopqrstuvwxyz0123456789+-."

var hostSet, schemeSet = pcre.SetOf(hostBytes), pcre.SetOf(schemeBytes)

// originBytes are all the bytes that a serialized origin can hold.
var originBytes = pcre.SetOf(hostBytes + ":/[]")

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
	for end < len(s) && schemeSet.Has(s[end]) {
		end++
	}
	if end == 0 || end > maxScheme || s[0] < 'a' || !strings.HasPrefix(s[end:], "://") {
		return o, false
	}
	o = origin{text: s, scheme: s[:end]}
	rest := s[end+len("://"):]
	if strings.HasPrefix(rest, "[") {
		end = strings.IndexByte(rest, ']') + 1
		if end == 0 || !isSerializedIPv6(rest[1:end-1]) {
			return o, false
		}
	} else {
		label := 0 // where the last label that is not empty begins
		for end = 0; end < len(rest) && hostSet.Has(rest[end]); end++ {
			if rest[end] == '.' && end+1 < len(rest) && hostSet.Has(rest[end+1]) {
				label = end + 1
			}
		}
		if end == 0 || end > maxHost || isNumber(strings.TrimSuffix(rest[label:end], ".")) && !isIPv4(rest[:end]) {
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

// isOrigin reports whether s is a serialized origin.
func isOrigin(s string) bool {
	_, ok := parseOrigin(s)
	return ok
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

// isIPv4 reports whether host, whose last label is a number, is an IPv4 address as a URL serializes it.
//
// https://url.spec.whatwg.org/#ends-in-a-number-checker
func isIPv4(host string) bool {
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Is4()
}

// isNumber reports whether the URL standard reads a label as a part of an IPv4 address.
func isNumber(label string) bool {
	if label == "" || label[0] > '9' {
		return false
	}
	if hex, ok := strings.CutPrefix(label, "0x"); ok {
		return strings.Trim(hex, "0123456789abcdef") == ""
	}
	return strings.Trim(label, "0123456789") == ""
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

// regexpBytes are in no entry, but in most regular expressions.
const regexpBytes = `\^$()|`

// parsePattern parses an entry of [WithOrigins] other than * and null. A non-empty hint says what is wrong.
func parsePattern(s string) (p pattern, code Code, hint string) {
	fail := func(code Code, format string, args ...any) (pattern, Code, string) {
		return pattern{}, code, fmt.Sprintf(format, args...)
	}
	if hint := hintText(s); hint != "" {
		return fail(CodeOriginSyntax, "%s", hint)
	}
	scheme, rest, found := strings.Cut(s, "://")
	if !found {
		if scheme, _, ok := strings.Cut(s, ":"); ok && opaqueSchemes[strings.ToLower(scheme)] {
			return fail(CodeOriginOpaque, hintOpaque, scheme)
		}
		return fail(CodeOriginSyntax, "%s", hintNoScheme(s))
	}
	p.scheme = strings.ToLower(scheme)
	switch {
	case strings.Contains(scheme, "*"):
		return fail(CodeOriginWildcard, "a scheme is no place for a *; name each scheme, %q and %q"+orRegexp, suggested("http://"+rest), suggested("https://"+rest))
	case p.scheme == "" || len(p.scheme) > maxScheme || p.scheme[0] < 'a' || p.scheme[0] > 'z' || strings.Trim(p.scheme, schemeBytes) != "":
		return fail(CodeOriginSyntax, "%q is no scheme; write %q", scheme, suggested("https://"+rest))
	case opaqueSchemes[p.scheme]:
		return fail(CodeOriginOpaque, hintOpaque, p.scheme)
	}
	rest = strings.TrimSuffix(rest, "/")
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		part := map[byte]string{'/': "path", '?': "query", '#': "fragment"}[rest[i]]
		return fail(CodeOriginSyntax, "an origin has no %s; write %q", part, suggested(scheme+"://"+rest[:i]))
	}
	if i := strings.LastIndexByte(rest, '@'); i >= 0 {
		return fail(CodeOriginSyntax, "an origin has no user information; if the host is what follows the @, write %q", suggested(scheme+"://"+rest[i+1:]))
	}

	host, port, hint := cutPort(scheme, rest)
	if hint != "" {
		return fail(CodeOriginSyntax, "%s", hint)
	}
	switch port, found := strings.CutPrefix(port, ":"); {
	case !found:
	case port == "*":
		p.anyPort = true
	case strings.Contains(port, "*"):
		return fail(CodeOriginWildcard, "a * stands for a whole port; write %q"+orRegexp, suggested(scheme+"://"+host+":*"))
	case strings.Contains(port, "["):
		return fail(CodeOriginWildcard, "%q is no port; for any port write %q", port, suggested(scheme+"://"+host+":*"))
	case port == "":
		return fail(CodeOriginSyntax, `no port follows the ":"; write %q`, suggested(scheme+"://"+host))
	case !isPort(port):
		return fail(CodeOriginSyntax, "%q is no port, which is a number from 0 to 65535 without leading zeros; write that of the page, or %q for any", port, suggested(scheme+"://"+host+":*"))
	case port != defaultPort(p.scheme):
		p.port = port
	}

	switch {
	case host == "*":
		p.wild = true
		return p, "", ""
	case host == "." && defaultPort(p.scheme) == "":
		p.host = host // as in app://., where a scheme has no use for hosts
		return p, "", ""
	}
	host, p.wild = strings.CutPrefix(host, "*.")
	if strings.Contains(host, "*") {
		return fail(CodeOriginWildcard, "%s", hintStar(s, scheme, host, port, p.wild))
	}
	var problem string
	if p.host, problem = parseHost(host); problem != "" {
		return fail(CodeOriginSyntax, "%q is no host: %s; write one such as %q", host, problem, scheme+"://example.com")
	}
	if isNumber(p.host[strings.LastIndexByte(p.host, '.')+1:]) && p.wild || p.wild && p.host[0] == '[' {
		return fail(CodeOriginWildcard, "an IP address has no subdomains; write %q", suggested(scheme+"://"+p.host+port))
	}
	if n := len(p.host); p.wild && n+len("a.") > maxHost {
		return fail(CodeOriginSyntax, "a host has at most %d bytes, so this one has no subdomains", maxHost)
	}
	return p, "", ""
}

// hintText says what is wrong with s before its parts are looked at.
func hintText(s string) string {
	if s == "" {
		return `the entry is empty, by a comma too many or a variable that is not set; remove it, or write one such as "https://example.com"`
	}
	if !utf8.ValidString(s) {
		return "it is not valid UTF-8"
	}
	if strings.ContainsAny(s, ",;") {
		if each := eachSuggested(s); each != "" || strings.Contains(s, ",") {
			return "an origin holds no comma or semicolon; give each origin as an element of its own" + each
		}
	}
	if trimmed := strings.Trim(s, quotes); strings.ContainsAny(s[:1], quotes) && trimmed != "" && !strings.EqualFold(trimmed, "null") {
		switch {
		case strings.Contains(trimmed, "://"):
			trimmed = suggested(trimmed)
		case trimmed != "*":
			trimmed = suggested(withScheme(trimmed))
		}
		return fmt.Sprintf("an origin stands in no quotes; write %q", trimmed)
	}
	if bad := func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }; strings.ContainsFunc(s, bad) {
		if trimmed := strings.TrimFunc(s, bad); !strings.ContainsFunc(trimmed, bad) {
			return fmt.Sprintf("an origin holds no white space; write %q", suggested(trimmed))
		}
		return "an origin holds no white space or control character; give each origin as an element of its own" + eachSuggested(s)
	}
	if strings.ContainsAny(s, regexpBytes) {
		return "it looks like a regular expression; " + useRegexp(undelimited(s))
	}
	return ""
}

// hintNoScheme says how to write s, which has no "://".
func hintNoScheme(s string) string {
	if rest, ok := strings.CutPrefix(s, "//"); ok {
		return fmt.Sprintf("the scheme is missing; write %q", suggested(withScheme(rest)))
	}
	if scheme, rest, ok := strings.Cut(s, ":"); ok && (scheme == "http" || scheme == "https") {
		return fmt.Sprintf(`"://" follows the scheme; write %q`, suggested(scheme+"://"+strings.TrimLeft(rest, "/")))
	}
	if strings.EqualFold(strings.Trim(s, quotes), "null") {
		return `the origin null is written "null"`
	}
	s = strings.TrimPrefix(strings.TrimPrefix(s, "https//"), "http//")
	return fmt.Sprintf("the scheme is missing; write %q", suggested(withScheme(s)))
}

// cutPort cuts what follows the scheme before the port, which keeps its colon.
func cutPort(scheme, rest string) (host, port, hint string) {
	if end := strings.LastIndexByte(rest, ']'); end > 0 && strings.HasPrefix(strings.TrimPrefix(rest, "*."), "[") {
		host, port = rest[:end+1], rest[end+1:]
		if port != "" && port[0] != ':' {
			hint = fmt.Sprintf("%q follows the IPv6 address; write %q", port, suggested(scheme+"://"+host))
		}
		return host, port, hint
	}
	host, _, _ = strings.Cut(rest, ":")
	port = rest[len(host):]
	if strings.Count(port, ":") < 2 {
		return host, port, ""
	}
	bare, or := strings.Trim(rest, "[]"), ""
	if i := strings.LastIndexByte(bare, ':'); isPort(bare[i+1:]) {
		if other := scheme + "://[" + bare[:i] + "]" + bare[i:]; suggested(other) == other {
			or = fmt.Sprintf(", or %q if that is a port", other)
		}
	}
	return host, port, fmt.Sprintf("an IPv6 address stands in brackets; write %q%s", suggested(scheme+"://["+bare+"]"), or)
}

// hintStar says how to write a host that has a * where it stands for nothing, behind the wildcard for subdomains if there is
// one.
func hintStar(s, scheme, host, port string, wild bool) string {
	before, after, _ := strings.Cut(host, "*")
	switch {
	case (strings.HasPrefix(host, ".*.") || strings.HasPrefix(host, "**.")) && !strings.Contains(host[3:], "*"):
		return fmt.Sprintf("a * by itself stands for subdomains; write %q", suggested(scheme+"://*."+host[3:]+port))
	case after == "" && strings.HasSuffix(before, ".") && isNumber(before[:len(before)-1][strings.LastIndexByte(before[:len(before)-1], '.')+1:]):
		return "a * cannot end a host; list the addresses" + orRegexp
	case after == "" && strings.HasSuffix(before, "."):
		return "a * cannot end a host, for in some domain the name is a stranger's; list the hosts" + orRegexp
	case after == "" && before != "":
		return fmt.Sprintf("a * cannot end a host; for any port write %q"+orRegexp, suggested(scheme+"://"+before+":*"))
	case before == "" && after != "" && after[0] != '-' && !wild && !strings.Contains(after, "*"):
		return fmt.Sprintf("a * is followed by a dot, or strangers' hosts would match too; write %q and %q"+orRegexp, suggested(scheme+"://"+after+port), suggested(scheme+"://*."+after+port))
	}
	return "a * stands for whole labels at the beginning of a host; " + useRegexp(regexpFor(s))
}

const hintOpaque = "browsers send null as the origin of a page with the scheme %s; remove it, and serve the page over http or https"

const (
	quotes   = "'\"`"
	orRegexp = ", or a regular expression with WithOriginRegexps"
)

// suggested returns an entry that a hint suggests, or an example if it would be an error too.
func suggested(entry string) string {
	if _, _, hint := parsePattern(entry); hint != "" {
		return "https://app.example.com"
	}
	return entry
}

// eachSuggested are the elements of a list that was written as one, if each of them is an entry.
func eachSuggested(s string) string {
	elements := strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || unicode.IsSpace(r) })
	if len(elements) > 8 || slices.ContainsFunc(elements, func(element string) bool { return element == s || suggested(element) != element }) {
		return ""
	}
	return quoteAll(": ", elements)
}

// quoteAll quotes items as Go, JSON and YAML take them in a list. What comes before is left out with none.
func quoteAll(before string, items []string) string {
	var b strings.Builder
	for _, item := range items {
		b.WriteString(before)
		b.WriteString(strconv.Quote(item))
		before = ", "
	}
	return b.String()
}

// useRegexp is the advice to use a regular expression, with its dots escaped, or an example if it would admit nobody, or
// strangers.
func useRegexp(expr string) string {
	for range 2 { // since matches do not overlap
		expr = looseDot.ReplaceAllString(expr, `$1\.$2`)
	}
	re, err := pcre.Compile(expr, originBytes)
	inside := strings.TrimSuffix(strings.TrimPrefix(expr, "^"), "$")
	good := err == nil && !re.Loose && !strings.Contains(expr, "`") && (strings.Contains(inside, "|") || !strings.ContainsAny(inside, "^$"))
	if good {
		tails := re.Tails(true, isOwned)
		good = len(tails) > 0 && !slices.ContainsFunc(tails, func(t pcre.Tail) bool { return t.Open })
	}
	if !good {
		expr = `https://pr-[0-9]+\.example\.com`
	}
	return fmt.Sprintf("use WithOriginRegexps(`%s`)", expr)
}

var looseDot = regexp.MustCompile(`([a-z0-9)-])\.([a-z0-9(-])`)

// undelimited returns a regular expression without the slashes that enclose it in other languages.
func undelimited(expr string) string {
	if inner, ok := strings.CutPrefix(expr, "/"); ok {
		if inner, ok = strings.CutSuffix(inner, "/"); ok {
			return strings.ReplaceAll(inner, `\/`, "/")
		}
	}
	return expr
}

// withScheme returns an entry with the scheme that was most likely meant.
func withScheme(s string) string {
	host := s
	if i := strings.LastIndexByte(s, ':'); i > strings.LastIndexByte(s, ']') {
		host = s[:i]
	}
	if isLoopback(host) {
		return "http://" + s
	}
	return "https://" + s
}

// regexpFor suggests a regular expression for an entry with a * at a place where only a regular expression can have one.
func regexpFor(s string) string {
	var b strings.Builder
	s = strings.ToLower(strings.TrimSuffix(s, "/"))
	scheme, _, _ := strings.Cut(s, "://")
	s = strings.TrimSuffix(s, ":"+defaultPort(scheme))
	if rest, anyPort := strings.CutSuffix(s, ":*"); anyPort {
		return regexpFor(rest) + "(:[0-9]+)?"
	}
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
	if isNumber(name[strings.LastIndexByte(name, '.')+1:]) && !isIPv4(normal) {
		return "", "its last label is a number, but it is no IPv4 address of four decimal numbers"
	}
	return normal, ""
}

// An originSet is what a policy knows of the origins that it allows. Each kind of entry has a look-up of its own, and
// maps to the number of the entry.
type originSet struct {
	exact   lookup      // by the serialized origin
	anyPort lookup      // by the serialized origin without its port
	below   []wildcards // for each scheme
	regexps regexps     // matched against whole origins
	hosts   regexps     // matched against hosts
	memo    *memo       // of what all of these said; nil without regular expressions
	endings endings     // of all that they allow
	entries []string    // by number, as the user wrote it
}

// wildcards are the entries with a wildcard in the host, of one scheme. The key is what the origins that an entry allows
// end in: the host from a dot on and the port, if there is one, with its colon. That of https://* is empty.
type wildcards struct {
	scheme  string // with "://"
	ends    lookup
	anyPort lookup // by the end without the port
}

// A lookup maps strings to the numbers of entries. Most strings that are not in it differ in length or in their last byte
// from those that are, and are found out without a hash.
type lookup struct {
	entries map[string]uint32
	lengths []int                 // of the strings, the greatest first
	lasts   [maxOrigin + 1]uint64 // by length: the last bytes, modulo 64
}

// find looks up s, which is no longer than an origin.
func (l *lookup) find(s string) (entry uint32, ok bool) {
	if l.lasts[len(s)]>>lastByte(s)&1 == 0 {
		return 0, false
	}
	entry, ok = l.entries[s]
	return entry, ok
}

// below looks up the ends of s that follow one or more labels of the host that s begins with, the longest first.
func (l *lookup) below(s string, host int) (entry uint32, ok bool) {
	for _, n := range l.lengths {
		if i := len(s) - n; i > 0 && i < host && s[i] == '.' {
			if entry, ok = l.find(s[i:]); ok && areLabels(s[:i]) {
				return entry, true
			}
		}
	}
	return 0, false
}

// add enters s, which is no longer than an origin, unless it is there already.
func (l *lookup) add(s string, entry uint32) bool {
	if _, there := l.entries[s]; there {
		return false
	}
	if l.entries == nil {
		l.entries = map[string]uint32{}
	}
	l.entries[s] = entry
	if l.lasts[len(s)] == 0 {
		i, _ := slices.BinarySearchFunc(l.lengths, len(s), func(n, want int) int { return want - n })
		l.lengths = slices.Insert(l.lengths, i, len(s))
	}
	l.lasts[len(s)] |= 1 << lastByte(s)
	return true
}

func lastByte(s string) uint8 {
	if s == "" {
		return 0
	}
	return s[len(s)-1] & 63
}

// endings are some of the last bytes of the origins that may be allowed, mixed, as numbers in a set. Most strangers' origins
// end otherwise, and are ruled out by that alone (BenchmarkHandler).
type endings uint64

const endBytes = 6

func (e *endings) add(end string) {
	if len(end) < endBytes {
		*e = allEndings
		return
	}
	*e |= 1 << endNumber(end)
}

const allEndings = ^endings(0)

// pass reports whether s may be allowed.
func (e endings) pass(s string) bool {
	if len(s) < endBytes {
		return e == allEndings
	}
	return e>>endNumber(s)&1 != 0
}

func endNumber(s string) uint8 {
	return (s[len(s)-1] ^ s[len(s)-5]<<1 ^ s[len(s)-6]<<2) & 63
}

// A regexps is a list of regular expressions, whose entries have the numbers from first on.
type regexps struct {
	list  *pcre.List // nil if there are none
	first uint32
}

func (r regexps) match(text string, valid func(string) bool) (entry uint32, v pcre.Verdict) {
	if r.list == nil {
		return 0, pcre.No
	}
	i, v := r.list.Match(text, valid)
	return r.first + uint32(i), v
}

// match returns the number of the entry that admits s. Only what admits an origin has to know whether it is well-formed:
// an exact entry is, and so is what was remembered as admitted; a denial is a denial, whose reason [Policy.decision] tells.
func (set *originSet) match(s string) (entry uint32, reason Reason) {
	if !set.mayAdmit(s) {
		return 0, OriginNotAllowed
	}
	return set.search(s)
}

// mayAdmit reports whether s is worth a search. What is not must not be remembered either.
func (set *originSet) mayAdmit(s string) bool { return len(s) <= maxOrigin && set.endings.pass(s) }

// search is match for what mayAdmit.
func (set *originSet) search(s string) (entry uint32, reason Reason) {
	if entry, ok := set.exact.find(s); ok {
		return entry, Allowed
	}
	return set.searchUnlisted(s)
}

// searchUnlisted searches for what is no exact entry.
func (set *originSet) searchUnlisted(s string) (entry uint32, reason Reason) {
	if entry, ok := set.wild(s); ok {
		return entry, Allowed
	}
	if set.memo == nil {
		return 0, OriginNotAllowed
	}
	slot, hash := set.memo.slot(s)
	if known, ok := slot.find(s); ok {
		return known.entry, known.reason
	}
	if entry, reason = set.matchRegexps(s); reason != OriginUndecided {
		slot.keep(s, hash, entry, reason)
	}
	return entry, reason
}

// wild returns the number of the entry with a wildcard that admits s, which is no longer than an origin.
func (set *originSet) wild(s string) (entry uint32, ok bool) {
	for i := range set.below {
		w := &set.below[i]
		if strings.HasPrefix(s, w.scheme) {
			if entry, ok := w.match(s); ok {
				return entry, true
			}
		}
	}
	if set.anyPort.entries != nil {
		if o, wellFormed := parseOrigin(s); wellFormed {
			return set.anyPort.find(strings.TrimSuffix(strings.TrimSuffix(s, o.port), ":"))
		}
	}
	return 0, false
}

// match returns the entry that admits s, which begins with the scheme.
func (w *wildcards) match(s string) (entry uint32, ok bool) {
	rest := s[len(w.scheme):]
	host := withoutPort(rest)
	if entry, ok = w.ends.below(rest, len(host)); ok { // a configured end after labels, which are well-formed
		return entry, len(s) <= maxHost || isOrigin(s)
	}
	if entry, ok = w.anyPort.below(host, len(host)); !ok {
		if entry, ok = w.ends.find(rest[len(host):]); !ok {
			entry, ok = w.anyPort.find("")
		}
	}
	return entry, ok && isOrigin(s)
}

// areLabels reports whether s is one or more labels, none of which is empty, as no label of a name in the DNS is.
func areLabels(s string) bool {
	begins := true
	for i := range len(s) {
		if !hostSet.Has(s[i]) || begins && s[i] == '.' {
			return false
		}
		begins = s[i] == '.'
	}
	return !begins
}

// withoutPort returns the host of a host that may have a port.
func withoutPort(s string) string {
	if s == "" || s[len(s)-1] > '9' {
		return s
	}
	most := max(0, len(s)-len(":65535"))
	if i := strings.LastIndexByte(s[most:], ':'); i >= 0 {
		return s[:most+i]
	}
	return s
}

// matchRegexps matches s against the regular expressions. It is parsed only where one may match it, since that takes longer
// than to rule them all out (BenchmarkCold).
func (set *originSet) matchRegexps(s string) (entry uint32, reason Reason) {
	entry, whole := set.regexps.match(s, isOrigin)
	if whole == pcre.Yes {
		return entry, Allowed
	}
	host := pcre.No
	if set.hosts.list != nil {
		o, ok := parseOrigin(s)
		if !ok {
			return 0, OriginNotAllowed
		}
		if entry, host = set.hosts.match(o.host, nil); host == pcre.Yes {
			return entry, Allowed
		}
	}
	if whole == pcre.Undecided || host == pcre.Undecided {
		return 0, OriginUndecided
	}
	return 0, OriginNotAllowed
}

// add enters p, whose normal form is given, under the number entry. It reports false if p is there already.
func (set *originSet) add(p pattern, normal string, entry uint32) bool {
	if p.anyPort {
		set.endings = allEndings
	}
	if !p.wild {
		if p.anyPort {
			return set.anyPort.add(strings.TrimSuffix(normal, ":*"), entry)
		}
		set.endings.add(normal)
		return set.exact.add(normal, entry)
	}
	i := slices.IndexFunc(set.below, func(w wildcards) bool { return w.scheme == p.scheme+"://" })
	if i < 0 {
		set.below = append(set.below, wildcards{scheme: p.scheme + "://"})
		i = len(set.below) - 1
	}
	w := &set.below[i]
	end := ""
	if p.host != "" {
		end = "." + p.host
	}
	if !p.anyPort && p.port != "" {
		end += ":" + p.port
	}
	if p.anyPort {
		return w.anyPort.add(end, entry)
	}
	set.endings.add(end)
	return w.ends.add(end, entry)
}
