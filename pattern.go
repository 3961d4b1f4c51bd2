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

// This file is the grammar of the origins that a configuration names, and says what to write in place of what it does not
// hold.

// A pattern is an entry of [WithOrigins], parsed and normalised.
type pattern struct {
	scheme  string
	host    string // below which subdomains are allowed if wild; empty for any host
	port    string // without the colon, empty for the default port
	wild    bool   // https://*.host, or https://* if there is no host
	anyPort bool
}

func (p pattern) anyHost() bool { return p.host == "" }

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

// likeRegexp matches what is in no entry, but in most regular expressions.
var likeRegexp = regexp.MustCompile(`[\\^$()|]|(^|[^:])\[[^\]:]*\][+*?{]|\.[+?]|\?\.|\?://|^\.\*`)

// unexpanded matches a variable of a shell, a template or a batch file.
var unexpanded = regexp.MustCompile(`\$[({]?[A-Z_]{2}|\$\{[a-z]|\{\{|%[A-Z_]{2,}%`)

const hintUnexpanded = "a variable that was not expanded; write its value"

// parsePattern parses an entry of [WithOrigins] other than * and null. A non-empty hint says what is wrong; where it takes a
// regular expression, advise is [useRegexp], or [exampleRegexp], which costs nothing.
func parsePattern(s string, advise func(expr string) string) (p pattern, code Code, hint string) {
	fail := func(code Code, format string, args ...any) (pattern, Code, string) {
		return pattern{}, code, fmt.Sprintf(format, args...)
	}
	if hint := hintText(s, advise); hint != "" {
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
		return fail(CodeOriginWildcard, "a scheme cannot contain a *; %s"+orRegexp, write("http://"+rest, "https://"+rest))
	case p.scheme == "" || len(p.scheme) > maxScheme || p.scheme[0] < 'a' || strings.Trim(p.scheme, pcre.SchemeBytes) != "":
		return fail(CodeOriginSyntax, "%q is not a scheme; %s", scheme, write("https://"+rest))
	case opaqueSchemes[p.scheme]:
		return fail(CodeOriginOpaque, hintOpaque, p.scheme)
	}
	rest = strings.TrimSuffix(rest, "/")
	if ip, bits, found := strings.Cut(rest, "/"); found && isIPv4(ip) && strings.Trim(bits, "0123456789") == "" && (len(bits) == 1 || len(bits) == 2) {
		return fail(CodeOriginSyntax, "a range of addresses is not an origin; list the addresses"+orRegexp)
	}
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		part := map[byte]string{'/': "path", '?': "query", '#': "fragment"}[rest[i]]
		return fail(CodeOriginSyntax, "an origin has no %s; %s", part, write(scheme+"://"+rest[:i]))
	}
	if i := strings.LastIndexByte(rest, '@'); i >= 0 {
		return fail(CodeOriginSyntax, "an origin has no user information; if the host is what follows the @, %s", write(scheme+"://"+rest[i+1:]))
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
		return fail(CodeOriginWildcard, "a * stands for a whole port; %s"+orRegexp, write(scheme+"://"+host+":*"))
	case strings.Contains(port, "["):
		return fail(CodeOriginWildcard, "%q is not a port; for any port %s", port, write(scheme+"://"+host+":*"))
	case port == "":
		return fail(CodeOriginSyntax, `no port follows the ":"; %s`, write(scheme+"://"+host))
	case !isPort(port):
		return fail(CodeOriginSyntax, "%q is not a port, which is a number from 0 to 65535 without leading zeros; write that of the page; for any port %s", port, write(scheme+"://"+host+":*"))
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
		return fail(CodeOriginWildcard, "%s", hintStar(s, scheme, host, port, p.wild, advise))
	}
	if below, dot := strings.CutPrefix(host, "."); dot && !p.wild && isEntry(scheme+"://*."+below) {
		return fail(CodeOriginSyntax, "a host does not begin with a dot; for subdomains %s", write(scheme+"://*."+below+port))
	}
	var problem string
	if p.host, problem = parseHost(host); problem != "" {
		return fail(CodeOriginSyntax, "%q is not a host: %s; write one such as %q", host, problem, scheme+"://example.com")
	}
	if p.wild && (endsInNumber(p.host) || p.host[0] == '[') {
		return fail(CodeOriginWildcard, "an IP address has no subdomains; %s", write(scheme+"://"+p.host+port))
	}
	if n := len(p.host); p.wild && n+len("a.") > maxHost {
		return fail(CodeOriginSyntax, "a host has at most %d bytes, so this one has no subdomains", maxHost)
	}
	return p, "", ""
}

// hintText says what is wrong with s before its parts are looked at.
func hintText(s string, advise func(string) string) string {
	if s == "" {
		return hintEmpty + `, or write one such as "https://example.com"`
	}
	if !utf8.ValidString(s) {
		return "it is not valid UTF-8"
	}
	if strings.ContainsAny(s, ",;") {
		if each := eachSuggested(s); each != "" || strings.Contains(s, ",") {
			return "an origin cannot contain a comma or semicolon; give each origin as an element of its own" + each
		}
	}
	odd := strings.ContainsAny(s, `\^$()|[+?{%`) || strings.HasPrefix(s, ".*") // or else neither of the two below matches
	if odd && unexpanded.MatchString(s) {
		return "it holds " + hintUnexpanded
	}
	if trimmed := strings.Trim(s, quotes); strings.ContainsAny(s[:1], quotes) && trimmed != "" && hintWord(trimmed) == "" {
		switch {
		case trimmed == "*":
			return `an origin must not be in quotes; write "*"`
		case !strings.Contains(trimmed, "://"):
			trimmed = withScheme(trimmed)
		}
		return "an origin must not be in quotes; " + write(trimmed)
	}
	if bare := strings.Trim(s, "<[{('\"`)}]>"); strings.ContainsAny(s[:1], "<[{(") && strings.Contains(bare, "://") && isEntry(bare) {
		return "an origin must not be in brackets; " + write(bare)
	}
	if bad := func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }; strings.ContainsFunc(s, bad) {
		if trimmed := strings.TrimFunc(s, bad); !strings.ContainsFunc(trimmed, bad) {
			return "an origin cannot contain white space; " + write(trimmed)
		}
		return "an origin cannot contain white space or control characters; give each origin as an element of its own" + eachSuggested(s)
	}
	if odd && likeRegexp.MatchString(s) {
		expr := undelimited(s)
		if plain := strings.ReplaceAll(strings.Trim(expr, "^$"), `\.`, "."); !likeRegexp.MatchString(plain) {
			if p, _, hint := parsePattern(plain, exampleRegexp); hint == "" && !p.anyHost() {
				return "no regular expression is needed; " + write(plain)
			}
		}
		return "it looks like a regular expression; " + advise(expr)
	}
	return ""
}

// hintWord says what to write for a word that means something elsewhere.
func hintWord(s string) string {
	switch strings.ToLower(s) {
	case "null":
		return `the origin null is written "null"`
	case "all", "any", "true", "**":
		return `any origin is written "*"`
	case "undefined", "nil", "<nil>", "none":
		return "it is what a variable that is not set leaves behind; remove it, or write the value"
	case "false":
		return "no origin is allowed that is not listed; remove it"
	case "self", "same-origin":
		return "pages of the server's own origin need no permission; remove it"
	}
	return ""
}

// brokenScheme matches a scheme of pages without its "://".
var brokenScheme = regexp.MustCompile(`(?i)^(https?|capacitor|ionic|[a-z]+-extension)(:|[;.]?/)/*`)

// hintNoScheme says how to write s, which has no "://".
func hintNoScheme(s string) string {
	if hint := hintWord(strings.Trim(s, quotes)); hint != "" {
		return hint
	}
	if scheme := brokenScheme.FindStringSubmatch(s); scheme != nil {
		return `"://" must follow the scheme; ` + write(strings.ToLower(scheme[1])+"://"+strings.TrimPrefix(s, scheme[0]))
	}
	s = strings.TrimLeft(s, "/")
	if strings.HasPrefix(s, ".") {
		s = "*" + s // as cookies have it
	}
	host, path, _ := strings.Cut(s, "/")
	if name, _ := splitPort(host); path == "" || (strings.Contains(name, ".") || isLoopback(name)) && strings.Trim(path, "0123456789") != "" {
		s = host // unless it is a file's path, or a range of addresses
	}
	entry := withScheme(s)
	if _, _, hint := parsePattern(entry, exampleRegexp); hint != "" && !strings.Contains(s, "/") {
		return "the scheme is missing, and " + hint
	}
	if host, port := splitPort(s); isLoopback(host) && port == "" && isEntry(entry+":*") {
		return "the scheme is missing; " + write(entry) + fmt.Sprintf(", or %q for any port", entry+":*")
	}
	return "the scheme is missing; " + write(entry)
}

// cutPort cuts what follows the scheme before the port, which keeps its colon.
func cutPort(scheme, rest string) (host, port, hint string) {
	if end := strings.LastIndexByte(rest, ']'); end > 0 && strings.HasPrefix(strings.TrimPrefix(rest, "*."), "[") {
		host, port = rest[:end+1], rest[end+1:]
		if port != "" && port[0] != ':' {
			hint = fmt.Sprintf("%q follows the IPv6 address; %s", port, write(scheme+"://"+host))
		}
		return host, port, hint
	}
	host, _, _ = strings.Cut(rest, ":")
	port = rest[len(host):]
	if strings.Count(port, ":") < 2 {
		return host, port, ""
	}
	bare, or := strings.Trim(rest, "[]"), ""
	if strings.Trim(strings.ToLower(bare), "0123456789abcdef:.%") != "" || strings.Count(bare, ":") == 2 && !strings.Contains(bare, "::") {
		_, port, _ = strings.Cut(port, ":")
		port, _, _ = strings.Cut(port, ":")
		return host, "", "only one port may follow the host; " + write(scheme+"://"+host+":"+port)
	}
	if i := strings.LastIndexByte(bare, ':'); isPort(bare[i+1:]) {
		if other := scheme + "://[" + bare[:i] + "]" + bare[i:]; isEntry(other) {
			or = fmt.Sprintf(", or %q if that is a port", other)
		}
	}
	return host, port, fmt.Sprintf("an IPv6 address must be in brackets; %s%s", write(scheme+"://["+bare+"]"), or)
}

// hintStar says how to write a host that has a * where it stands for nothing, behind the wildcard for subdomains if there is
// one.
func hintStar(s, scheme, host, port string, wild bool, advise func(string) string) string {
	before, after, _ := strings.Cut(host, "*")
	switch {
	case (strings.HasPrefix(host, ".*.") || strings.HasPrefix(host, "**.")) && !strings.Contains(host[3:], "*"):
		return "a single * stands for subdomains; " + write(scheme+"://*."+host[3:]+port)
	case host[0] <= '9' && strings.Trim(host, "0123456789.*") == "" && strings.Count(host, ".") == 3 && !isIPv4(before):
		return "a * stands for no part of an address; " + advise(strings.ReplaceAll(regexpFor(s), "[a-z0-9-]+", "[0-9]+"))
	case after == "" && strings.HasSuffix(before, "."):
		return "a * cannot end a host, for in some domain the name is a stranger's; list the hosts" + orRegexp
	case after == "" && before != "":
		return "a * cannot end a host; for any port " + write(scheme+"://"+before+":*") + orRegexp
	case before == "" && after != "" && after[0] != '-' && !wild && !strings.Contains(after, "*"):
		return "a dot must follow the *, or strangers' hosts would match too; " + write(scheme+"://"+after+port, scheme+"://*."+after+port) + orRegexp
	}
	return "a * stands for whole labels at the beginning of a host; " + advise(regexpFor(s))
}

const hintOpaque = "browsers send null as the origin of a page with the scheme %s, and some apps what every such page has in common; " +
	"remove it, and serve the page over http or https, or in an app from a scheme with a host, such as \"app://my-app\""

const (
	quotes   = "'\"`"
	orRegexp = ", or use a regular expression with WithOriginRegexps"
)

// write is the advice to write the given entries, or one such as an example if one of them would be an error too.
func write(entries ...string) string {
	for _, entry := range entries {
		if !isEntry(entry) {
			return `write one such as "https://app.example.com"`
		}
	}
	return "write " + strings.ReplaceAll(quoteAll("", entries), ", ", " and ")
}

// isEntry reports whether there is nothing wrong with an entry.
func isEntry(s string) bool {
	_, _, hint := parsePattern(s, exampleRegexp)
	return hint == ""
}

// eachSuggested are the elements of a list that was written as one, if each of them is an entry.
func eachSuggested(s string) string {
	elements := strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || unicode.IsSpace(r) })
	if len(elements) > 8 || slices.ContainsFunc(elements, func(element string) bool { return element == s || !isEntry(element) }) {
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
	re, err := pcre.Compile(expr)
	inside := strings.TrimSuffix(strings.TrimPrefix(expr, "^"), "$")
	good := err == nil && !re.Loose && !strings.Contains(expr, "`") && (strings.Contains(inside, "|") || !strings.ContainsAny(inside, "^$")) &&
		!lateAnchor.MatchString(expr)
	if good {
		tails, _ := re.Tails(true, isOwned, openness)
		good = re.Admits(true) && re.DeadAlternative(true) == 0 && dotForgotten(tails, re.LackDot) == "" && !slices.ContainsFunc(tails, func(t pcre.Tail) bool { return t.Open || t.Loose })
	}
	if !good {
		return exampleRegexp(expr)
	}
	return fmt.Sprintf("use WithOriginRegexps(`%s`)", expr)
}

// exampleRegexp is the same advice, whatever the expression.
func exampleRegexp(string) string {
	return "use WithOriginRegexps, with an expression such as `https://pr-[0-9]+\\.example\\.com`"
}

// lateAnchor matches a "^" behind a scheme, where nothing begins.
var lateAnchor = regexp.MustCompile(`//([^|]*[^[|])?\^`)

var looseDot = regexp.MustCompile(`([a-z0-9)\]+*}-])\.([a-z0-9([-])`)

// delimited matches what encloses a regular expression in other languages, with its flags.
var delimited = regexp.MustCompile(`^(?:/(.+)/|#(.+)#|~(.+)~|~\*?( ?.+))([a-z]*)$`)

// undelimited returns a regular expression without that.
func undelimited(expr string) string {
	m := delimited.FindStringSubmatch(expr)
	if m == nil {
		return expr
	}
	inner := strings.ReplaceAll(m[1]+m[2]+m[3]+strings.TrimSpace(m[4]), `\/`, "/")
	if strings.Contains(m[5], "i") && strings.ToLower(inner) != inner {
		inner = "(?i)" + inner
	}
	return inner
}

// withScheme returns an entry with the scheme that was most likely meant.
func withScheme(s string) string {
	if host, port := splitPort(s); isLoopback(host) || port == "80" {
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
		addr, _ := netip.ParseAddr(strings.TrimSuffix(host[1:], "]"))
		if !addr.Is6() || addr.Zone() != "" || !strings.HasSuffix(host, "]") {
			return "", "what is in brackets is not an IPv6 address"
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
		if normal, err = idnaProfile.ToASCII(strings.ReplaceAll(host, "ẞ", "ß")); err != nil { // the package maps it to ss, as before Unicode 15.1
			return "", fmt.Sprintf("it is not an international domain name (%v)", err)
		}
	}
	name := strings.TrimSuffix(normal, ".")
	if len(normal) > maxHost {
		return "", fmt.Sprintf("it has more than %d bytes", maxHost)
	}
	for label := range strings.SplitSeq(name, ".") {
		switch {
		case label == "":
			return "", "a label between its dots is empty"
		case len(label) > 63:
			return "", "a label has more than 63 bytes"
		}
		if odd := strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-_"); odd != "" {
			return "", fmt.Sprintf("%q cannot be in it", odd[:1])
		}
	}
	if endsInNumber(name) && !isIPv4(normal) {
		return "", "its last label is a number, but it is not an IPv4 address of four decimal numbers"
	}
	return normal, ""
}
