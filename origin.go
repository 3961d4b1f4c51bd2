package cors

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/seed-12f469a5/cors/internal/pcre"
)

// This file is the grammar of the origins that browsers send, and the set that matches them. What a configuration may
// name is in pattern.go.

const (
	maxScheme = 64
	maxHost   = 253
	maxOrigin = maxScheme + len("://") + maxHost + len(":65535")
)

var hostSet, schemeSet = pcre.SetOf(pcre.HostBytes), pcre.SetOf(pcre.SchemeBytes)

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
		end = 0
		for end < len(rest) && hostSet.Has(rest[end]) {
			end++
		}
		if end == 0 || end > maxHost || endsInNumber(rest[:end]) && !isIPv4(rest[:end]) {
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

// endsInNumber reports whether a host has to be an IPv4 address: https://url.spec.whatwg.org/#ends-in-a-number-checker
func endsInNumber(host string) bool {
	host = strings.TrimSuffix(host, ".")
	label := host[strings.LastIndexByte(host, '.')+1:]
	if label == "" || label[0] > '9' {
		return false
	}
	if hex, ok := strings.CutPrefix(label, "0x"); ok {
		return strings.Trim(hex, "0123456789abcdef") == ""
	}
	return strings.Trim(label, "0123456789") == ""
}

// isIPv4 reports whether host is an IPv4 address as a URL serializes it.
func isIPv4(host string) bool {
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Is4()
}

// isSerializedIPv6 reports whether s is an IPv6 address in the form that a URL serializes it to.
func isSerializedIPv6(s string) bool {
	addr, err := netip.ParseAddr(s)
	if err != nil || !addr.Is6() || addr.Zone() != "" {
		return false
	}
	if addr.Is4In6() {
		return serializeIPv6(addr) == s
	}
	var b [len("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]byte // String would allocate for each stranger (TestAllocations)
	return string(addr.AppendTo(b[:0])) == s
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

// A lookup maps strings to the numbers of entries. Most strings that are not in it differ in length from those that are, and
// are found out without a hash (BenchmarkHandler, alike).
type lookup struct {
	entries map[string]uint32
	lengths []int               // of the strings, the greatest first
	has     [maxOrigin + 1]bool // by length
}

// find looks up s, which is no longer than an origin.
func (l *lookup) find(s string) (entry uint32, ok bool) {
	if !l.has[len(s)] {
		return 0, false
	}
	entry, ok = l.entries[s]
	return entry, ok
}

// below looks up the ends of s that begin with a dot and follow one or more labels, the longest first.
func (l *lookup) below(s string) (entry uint32, ok bool) {
	for _, n := range l.lengths {
		if i := len(s) - n; 0 < i && i < len(s) && s[i] == '.' {
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
	if !l.has[len(s)] {
		i, _ := slices.BinarySearchFunc(l.lengths, len(s), func(n, want int) int { return want - n })
		l.lengths = slices.Insert(l.lengths, i, len(s))
	}
	l.has[len(s)] = true
	return true
}

// endings are a filter. For every origin that may be allowed the bit is set whose number its last bytes give (endNumber); most
// strangers' origins give another, and are ruled out by that alone (BenchmarkHandler, denied).
type endings uint64

const endBytes = 6

func (e *endings) add(end string) {
	if len(end) < endBytes {
		*e = allEndings
		return
	}
	*e |= 1 << endNumber(end)
}

// allEndings rules nothing out: for regular expressions, any port, and ends that are too short.
const allEndings = ^endings(0)

// pass reports whether s may be allowed.
func (e endings) pass(s string) bool {
	if len(s) < endBytes {
		return e == allEndings
	}
	return e>>endNumber(s)&1 != 0
}

// endNumber mixes the last byte with the fifth and sixth from the end: in a name below a top-level domain of three letters, the
// last two before its dot.
func endNumber(s string) uint8 {
	return (s[len(s)-1] ^ s[len(s)-5]<<1 ^ s[len(s)-6]<<2) & 63
}

// A regexps is a list of regular expressions, whose entries have the numbers from first on.
type regexps struct {
	list  *pcre.List // nil if there are none
	first uint32
}

func (r regexps) match(text string, valid func(string) bool, budget *pcre.Budget) (entry uint32, v pcre.Verdict) {
	if r.list == nil {
		return 0, pcre.No
	}
	i, v := r.list.Match(text, valid, budget)
	return r.first + uint32(i), v
}

// match returns the entry that admits s. What is admitted is well-formed: exact entries are, and so is what is remembered; all else
// is parsed before it is admitted. Whether what is denied is, [Policy.decision] finds out.
func (set *originSet) match(s string) (entry uint32, reason Reason) {
	if len(s) > maxOrigin || !set.endings.pass(s) {
		return 0, OriginNotAllowed // and is not remembered either
	}
	if entry, ok := set.exact.find(s); ok {
		return entry, Allowed
	}
	if entry, ok := set.matchWildcards(s); ok {
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

// matchWildcards returns the number of the entry with a wildcard that admits s, which is no longer than an origin.
func (set *originSet) matchWildcards(s string) (entry uint32, ok bool) {
	for i := range set.below {
		w := &set.below[i]
		if strings.HasPrefix(s, w.scheme) {
			if entry, ok := w.match(s); ok {
				return entry, true
			}
		}
	}
	if set.anyPort.entries != nil {
		if entry, ok = set.anyPort.find(withoutPort(s)); !ok {
			entry, ok = set.anyPort.find(s)
		}
		return entry, ok && isOrigin(s) // which takes longer than the look-ups (BenchmarkHandler, any-port)
	}
	return 0, false
}

// match returns the entry that admits s, which begins with the scheme.
func (w *wildcards) match(s string) (entry uint32, ok bool) {
	rest := s[len(w.scheme):]
	host := withoutPort(rest)
	if entry, ok = w.ends.below(rest); ok { // labels and a configured end, so all but the length is well-formed
		return entry, len(host) <= maxHost
	}
	if entry, ok = w.anyPort.below(host); !ok {
		if entry, ok = w.ends.find(rest[len(host):]); !ok { // https://*, whose end is the port alone
			entry, ok = w.anyPort.find("") // https://*:*
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

// withoutPort returns what comes before a port, if there may be one.
func withoutPort(s string) string {
	if s == "" || s[len(s)-1] > '9' { // no port ends in that
		return s
	}
	if i := strings.LastIndexByte(s, ':'); i >= 0 {
		return s[:i]
	}
	return s
}

// matchRegexps matches s against the regular expressions. It is parsed only where one may match it, since that takes longer
// than to rule them all out (BenchmarkCold).
func (set *originSet) matchRegexps(s string) (entry uint32, reason Reason) {
	budget := pcre.NewBudget()
	entry, whole := set.regexps.match(s, isOrigin, &budget)
	if whole == pcre.Yes {
		return entry, Allowed
	}
	host := pcre.No
	if set.hosts.list != nil {
		o, ok := parseOrigin(s)
		if !ok {
			return 0, OriginNotAllowed
		}
		if entry, host = set.hosts.match(o.host, nil, &budget); host == pcre.Yes {
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
	if p.port != "" {
		end += ":" + p.port
	}
	if p.anyPort {
		return w.anyPort.add(end, entry)
	}
	set.endings.add(end)
	return w.ends.add(end, entry)
}
