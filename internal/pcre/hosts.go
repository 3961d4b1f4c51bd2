package pcre

import (
	"maps"
	"slices"
	"strings"
)

// The alphabet of origins.
const (
	// HostBytes are the printable ASCII bytes that are no forbidden domain code points of the URL standard (all three engines
	// were seen to follow it), less capitals, which browsers map to lower case, and the asterisk, which only WebKit sends: an
	// origin that reads as a wildcard is an attempt to be taken for one.
	//
	// https://url.spec.whatwg.org/#forbidden-domain-code-point
	HostBytes = "abcdefghijklmnopqrstuvwxyz0123456789-._!\"$&'()+,;=`{}~"
	// SchemeBytes are those of a scheme.
	SchemeBytes = "abcdefghijklmnopqrstuvwxyz0123456789+-."
	// OriginBytes are all the bytes that a serialized origin can hold.
	OriginBytes = HostBytes + ":/[]"
)

var (
	originBytes, hostBytes, schemeBytes = SetOf(OriginBytes), SetOf(HostBytes), SetOf(SchemeBytes)

	// ipv6Bytes are those of an IPv6 address in brackets, the bracket that closes aside.
	ipv6Bytes = SetOf("0123456789abcdef:.[")
)

// The bytes of IPv4 addresses, of which a label begins and ends in one, and between which an unescaped "." is taken for a forgotten
// backslash.
var (
	numerals   = digits.union(SetOf("."))
	letDigs    = lowers.union(digits)
	labelBytes = letDigs.union(SetOf("-"))
)

// markLooseDots marks each unescaped "." between two literal characters of a host name, as in www.example\.com and
// (www.)?example\.com, and reports whether there is one. The first pass marks those after such a character, the second one keeps
// those that also stand before one.
func markLooseDots(root *node) (found bool) {
	// pass reports whether a literal character of a label always is the last one read, if that is so before n. It reads from
	// the left first, and then from the right.
	var pass func(n *node, literal, left bool) bool
	pass = func(n *node, literal, left bool) bool {
		switch n.op {
		case opSet:
			if n.dot {
				n.loose = literal && (left || n.loose)
				found = found || n.loose && !left
				return false
			}
			b, ok := n.set.only()
			return ok && labelBytes.Has(b)
		case opConcat:
			for i := range n.subs {
				if !left {
					i = len(n.subs) - 1 - i
				}
				literal = pass(n.subs[i], literal, left)
			}
			return literal
		case opGroup, opAtomic:
			return pass(n.subs[0], literal, left)
		case opAlt:
			every := true
			for _, sub := range n.subs {
				every = pass(sub, literal, left) && every
			}
			return every
		case opRepeat:
			after := pass(n.subs[0], literal && n.max == 1, left)
			return after && (literal || n.min > 0)
		case opBackref:
			return false
		case opLook:
			if !n.negated { // where a dot that matches more excludes more
				pass(n.subs[0], false, left)
			}
		}
		return literal
	}
	pass(root, false, true)
	pass(root, false, false)
	return found
}

// lackDot returns what follows, as far as it is literal, where one of several alternatives may end in a dot and another one in a
// letter or a digit, as in (staging|dev\.)?example\.com, and a label goes on behind. The bytes in next may follow n, and if it is
// known, literally does.
func lackDot(n *node, next Set, literally string) (found []string) {
	switch n.op {
	case opConcat:
		for i := len(n.subs) - 1; i >= 0; i-- {
			found = append(found, lackDot(n.subs[i], next, literally)...)
			if first, empty := edge(n.subs[i], false); empty {
				next = next.union(first)
			} else {
				next = first
			}
			text, whole := literal(n.subs[i])
			if whole {
				text += literally
			}
			literally = text
		}
		return found
	case opAlt:
		dot, lacks := false, false
		for _, sub := range n.subs {
			last, _ := edge(sub, true)
			dot = dot || last.Has('.')
			lacks = lacks || !last.Has('.') && !last.intersect(letDigs).empty()
		}
		if dot && lacks && !next.intersect(labelBytes).empty() {
			found = append(found, literally)
		}
	}
	for _, sub := range n.subs {
		found = append(found, lackDot(sub, next, literally)...)
	}
	return found
}

// literal returns what every match of n begins with, and whether that is all of it.
func literal(n *node) (text string, whole bool) {
	switch n.op {
	case opSet:
		if b, ok := n.set.only(); ok {
			return string(b), true
		}
	case opGroup, opAtomic:
		return literal(n.subs[0])
	case opConcat:
		for _, sub := range n.subs {
			more, whole := literal(sub)
			if text += more; !whole {
				return text, false
			}
		}
		return text, true
	}
	return "", false
}

// edge returns the bytes that a match of n can begin with, or end with if last is set, and whether a match can be empty.
func edge(n *node, last bool) (bytes Set, empty bool) {
	switch n.op {
	case opSet:
		return n.set, false
	case opGroup, opAtomic:
		return edge(n.subs[0], last)
	case opRepeat:
		bytes, empty = edge(n.subs[0], last)
		return bytes, empty || n.min == 0
	case opAlt:
		for _, sub := range n.subs {
			b, e := edge(sub, last)
			bytes, empty = bytes.union(b), empty || e
		}
		return bytes, empty
	case opConcat:
		for i := range n.subs {
			if last {
				i = len(n.subs) - 1 - i
			}
			b, e := edge(n.subs[i], last)
			if bytes = bytes.union(b); !e {
				return bytes, false
			}
		}
	}
	return bytes, true
}

// A Tail is the end of the hosts that a pattern admits.
type Tail struct {
	Host    string // the host, or the end of it
	Open    bool   // whatever comes before Host is for a stranger to choose
	Loose   bool   // the dot before Host may be missing, or be another character
	Private bool   // the hosts are IPv4 addresses for private use, and Host is their beginning, such as "192.168."
	HTTP    bool   // the scheme may be http
}

// maxWork bounds the search for tails: the edges that it follows, and some more for each byte and each tail. What it does not
// get to is open.
const maxWork = 500_000

// Tails reads off the pattern which hosts it admits, from their ends. A tail is a complete host; or an end that bounded accepts, so
// that what comes before it does not matter; or it is Private, or Open: from so many variants on as openness says for an end,
// classes, one after the other, are not a list but a place to fill in. It may report more than the pattern admits (look-around is
// not taken into account), never less. The pattern stands for whole origins if origin is set, and otherwise for hosts.
//
// It also returns what the search has taken, in the unit of [Regexp.Size].
func (re *Regexp) Tails(origin bool, bounded func(end string) bool, openness func(end string) int) (tails []Tail, size int) {
	a := build(re.root, newReading(forHosts, re.root)) // as large as the first of the conditions, and so not too large
	a.follow = append(a.follow, a.first)               // a state before the first character
	a.sets = append(a.sets, Set{})
	start := []int{len(a.sets) - 1}

	s := tailSearch{automaton: a, bounded: bounded, openness: openness, seen: map[Tail]bool{}}
	s.begins, s.http = a.beginnings(origin)
	bracketed := slices.Clone(s.begins)
	for p := range bracketed {
		bracketed[p] = bracketed[p] && a.sets[p].Has('[')
	}
	name, ipv6 := host{a.leadingOn(hostBytes, s.begins), hostBytes}, host{a.leadingOn(ipv6Bytes, bracketed), ipv6Bytes}
	ends := [][]int{start}
	if origin {
		atPort := slices.Collect(maps.Keys(a.reach(slices.Values(start), digits)))
		ends = append(ends, a.step(atPort, ':'))
	}
	for _, at := range ends {
		s.walk(name, at, "", 1)
		if next := a.step(at, ']'); len(next) > 0 {
			s.walk(ipv6, next, "]", 1)
		}
	}
	if s.work > maxWork {
		s.add(Tail{Open: true}, start) // for whatever has not been looked at
	}
	return s.tails, s.work / 200
}

// The states of reading an origin from its end, as far as they tell what no page's origin is: a label that is empty, a port of more
// than five digits, and the like.
const (
	atEnd  = iota
	atHost // before a port
	port1
	port2
	port3
	port4
	port5
	rootDot
	inLabel
	atDot
	inIPv6
	ipv6Begun
	slash
	slashes
	colon
	inScheme
	schemeBegun
	states
)

// A step leads from one state to the next.
type step struct {
	bytes Set
	to    int
}

// steps are those from each state.
var steps = func() (steps [states][]step) {
	label := SetOf(strings.ReplaceAll(HostBytes, ".", ""))
	add := func(from int, bytes Set, to int) {
		steps[from] = append(steps[from], step{bytes, to})
	}
	for _, at := range []int{atEnd, atHost} {
		add(at, label, inLabel)
		add(at, SetOf("."), rootDot)
		add(at, SetOf("]"), inIPv6)
	}
	add(atEnd, digits, port1)
	for port := port1; port <= port5; port++ {
		add(port, SetOf(":"), atHost)
		if port < port5 {
			add(port, digits, port+1)
		}
	}
	for _, at := range []int{rootDot, atDot, inLabel} {
		add(at, label, inLabel)
	}
	add(rootDot, SetOf("."), rootDot) // whoever judges the host leaves out any number of these
	add(inLabel, SetOf("."), atDot)
	add(inIPv6, SetOf("0123456789abcdef:."), inIPv6)
	add(inIPv6, SetOf("["), ipv6Begun)
	add(inLabel, SetOf("/"), slash)
	add(ipv6Begun, SetOf("/"), slash)
	add(slash, SetOf("/"), slashes)
	add(slashes, SetOf(":"), colon)
	for _, at := range []int{colon, inScheme, schemeBegun} {
		add(at, schemeBytes, inScheme)
		add(at, lowers, schemeBegun)
	}
	return steps
}()

// Admits reports whether the pattern may match what a page can have as its origin, if origin is set, and otherwise as its host.
func (re *Regexp) Admits(origin bool) bool { return admits(re.root, origin) }

func admits(root *node, origin bool) bool {
	a := build(root, newReading(forStrings, root))
	if a == nil {
		return true
	}
	begin, ends := atEnd, []int{schemeBegun}
	if !origin {
		begin, ends = atHost, []int{inLabel, ipv6Begun}
	}
	last := make([]bool, len(a.sets))
	for _, p := range a.last {
		last[p.to] = true
	}
	type place struct{ position, state int }
	var todo []place
	seen := make([]bool, len(a.sets)*states)
	follow := func(next targets, state int) {
		for _, p := range next {
			for _, s := range steps[state] {
				if i := p.to*states + s.to; !seen[i] && !a.sets[p.to].intersect(s.bytes).empty() {
					seen[i] = true
					todo = append(todo, place{p.to, s.to})
				}
			}
		}
	}
	follow(a.first, begin)
	for len(todo) > 0 {
		now := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if last[now.position] && slices.Contains(ends, now.state) {
			return true
		}
		follow(a.follow[now.position], now.state)
	}
	return false
}

// DeadAlternative returns the number, from 1 on, of the first of the pattern's outermost alternatives that admits nothing, and 0 if
// none is seen. Back-references are not looked into.
func (re *Regexp) DeadAlternative(origin bool) int {
	root := re.root
	for root.op == opGroup {
		root = root.subs[0]
	}
	if root.op != opAlt || root.holds(opBackref) {
		return 0
	}
	return 1 + slices.IndexFunc(root.subs, func(sub *node) bool { return !admits(sub, origin) })
}

// A tailSearch is a search for the tails of a pattern, from the right to the left.
type tailSearch struct {
	*automaton
	bounded  func(end string) bool
	openness func(end string) int
	begins   []bool // by position: whether a host may begin after it
	http     []bool // whether "http://" may come before, with or without more of a host in between

	work  int
	seen  map[Tail]bool
	tails []Tail
}

// A host is the part of an automaton in which a kind of host is read, whose bytes are those of the alphabet.
type host struct {
	*automaton
	alphabet Set
}

// add adds a tail that ends at the given positions.
func (s *tailSearch) add(t Tail, at []int) {
	s.work += 1000
	t.HTTP = anyOf(s.http, at)
	if !s.seen[t] && (t.Host != "" || t.Open) {
		s.seen[t] = true
		s.tails = append(s.tails, t)
	}
}

// walk adds the tails that end in end, which has been read and leads to the given positions. The classes that it came by
// have so many variants.
func (s *tailSearch) walk(h host, at []int, end string, variants int) {
	if end != "" && s.bounded(end) {
		s.add(Tail{Host: end}, at)
		return
	}
	if anyOf(s.begins, at) {
		s.add(Tail{Host: end}, at)
	}
	if strings.Contains(end, ".") {
		loose, steps := h.dotOrNot(at)
		if s.work += steps; loose {
			s.add(Tail{Host: end, Loose: true}, at)
		}
	}
	cost := 20
	var following []int
	seen := map[int]bool{}
	for _, p := range at {
		cost += len(h.follow[p])
		for _, q := range h.follow[p] {
			if !seen[q.to] {
				seen[q.to] = true
				following = append(following, q.to)
			}
		}
	}
	s.work += cost
	if s.open(end, variants, h.widest(following)) {
		numeric := func(p int) bool { return h.sets[p].union(numerals) == numerals }
		if left, ok := s.private(h, following, end, numeric); ok {
			following = left
		} else { // beside names that end in a digit
			following, _ = s.private(h, following, end, func(p int) bool { return h.sets[p].union(digits) == h.sets[p] })
		}
	}
	if s.work > maxWork || len(end) > 253 || s.open(end, variants, h.widest(following)) {
		s.add(Tail{Host: end, Open: true}, at)
		return
	}
	var bytes Set
	for _, p := range following {
		bytes = bytes.union(h.sets[p])
	}
	for _, b := range bytes.intersect(h.alphabet).bytes() {
		if s.work > maxWork {
			return
		}
		s.work += cost
		var next []int
		for _, p := range following {
			if h.sets[p].Has(b) {
				next = append(next, p)
			}
		}
		s.walk(h, next, string(b)+end, variants*max(1, h.widest(next)))
	}
}

// open reports whether a class of so many bytes before end is a place to fill in, given the variants of what is behind it.
func (s *tailSearch) open(end string, variants, bytes int) bool {
	return bytes > 1 && variants*bytes >= s.openness(end)
}

// networks are those for private use: https://www.rfc-editor.org/rfc/rfc6890.html#section-2.2.2
var networks = []struct {
	name  string // how the addresses begin
	begin []Set  // the same, with all that is in the network
}{
	{"10.", literally("10.")},
	{"127.", literally("127.")},
	{"169.254.", literally("169.254.")},
	{"172.1", append(literally("172.1"), SetOf("6789"), SetOf("."))},
	{"172.2", append(literally("172.2"), digits, SetOf("."))},
	{"172.3", append(literally("172.3"), SetOf("01"), SetOf("."))},
	{"192.168.", literally("192.168.")},
}

func literally(s string) (sets []Set) {
	for i := range len(s) {
		sets = append(sets, SetOf(s[i:i+1]))
	}
	return sets
}

// A beginning is what has been read last of a host, as much of it as a network needs.
type beginning [len("169.254.")]Set

// after returns b with what is read before it.
func (b beginning) after(set Set) (longer beginning) {
	copy(longer[1:], b[:])
	longer[0] = set
	return longer
}

// network returns the network that all hosts are in that begin so, or nothing.
func (b beginning) network() string {
	for _, n := range networks {
		in := true
		for i, set := range n.begin {
			in = in && !b[i].empty() && b[i].union(set) == set
		}
		if in {
			return n.name
		}
	}
	return ""
}

// private adds the networks of the hosts that end in end, of those that go on with one of the following positions that is
// numeric, if they are all IPv4 addresses for private use. It returns the positions that are left to look at, which are all of them
// if it is not ok.
func (s *tailSearch) private(h host, following []int, end string, numeric func(p int) bool) (left []int, ok bool) {
	type state struct {
		p     int
		begin beginning
	}
	var todo []state
	seen := map[state]bool{}
	limit := s.work + maxWork/8
	// read reads position p before begin. It reports false if that may be another character than those of IPv4 addresses.
	read := func(p int, begin beginning) bool {
		set := h.sets[p].intersect(h.alphabet)
		if next := (state{p, begin.after(set)}); !set.empty() && !seen[next] {
			seen[next] = true
			todo = append(todo, next)
		}
		s.work += 20
		return set.union(numerals) == numerals
	}

	ok = strings.Trim(end, "0123456789.") == ""
	var begin beginning
	copy(begin[:], literally(end))
	var at []int
	for _, p := range following {
		if !numeric(p) {
			left = append(left, p)
		} else if ok = ok && read(p, begin); ok {
			at = append(at, p)
		}
	}
	var found []string
	for ok && len(todo) > 0 {
		now := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if s.begins[now.p] {
			name := now.begin.network()
			found = append(found, name)
			ok = name != ""
		}
		for _, q := range h.follow[now.p] {
			ok = ok && s.work <= limit && read(q.to, now.begin)
		}
	}
	if !ok {
		return following, false
	}
	slices.Sort(found)
	for _, name := range slices.Compact(found) {
		s.add(Tail{Host: name, Private: true}, at)
	}
	return left, true
}

// widest returns how many bytes the widest of the positions' classes has.
func (h host) widest(positions []int) (n int) {
	for _, p := range positions {
		n = max(n, h.sets[p].intersect(h.alphabet).size())
	}
	return n
}

// beginnings returns, by position, whether a host may begin after it, and whether it may be one of an http origin.
func (a *automaton) beginnings(origin bool) (begins, http []bool) {
	atEnd := make([]bool, len(a.sets)) // the end is that of reading, the beginning of the text
	for _, p := range a.last {
		atEnd[p.to] = true
	}
	if !origin {
		return atEnd, slices.Repeat([]bool{true}, len(a.sets))
	}
	begins = a.leading(SetOf("/"), a.leading(SetOf("/"), a.leading(SetOf(":"), a.leadingAny(schemeBytes, atEnd))))
	http = atEnd
	for _, b := range []byte("http://") {
		http = a.leading(SetOf(string(b)), http)
	}
	return begins, a.leadingAny(hostBytes.union(ipv6Bytes), http)
}

// leading returns the positions from which a byte of set leads to one of those in to.
func (a *automaton) leading(set Set, to []bool) []bool {
	from := make([]bool, len(to))
	for p := range a.follow {
		for _, q := range a.follow[p] {
			if to[q.to] && !a.sets[q.to].intersect(set).empty() {
				from[p] = true
				break
			}
		}
	}
	return from
}

// leadingAny returns the positions from which any number of bytes of set lead to one of those in to.
func (a *automaton) leadingAny(set Set, to []bool) []bool {
	before := make([][]int, len(to)) // by position: those from which a byte of set leads there
	var todo []int
	for p := range a.follow {
		if to[p] {
			todo = append(todo, p)
		}
		for _, q := range a.follow[p] {
			if !a.sets[q.to].intersect(set).empty() {
				before[q.to] = append(before[q.to], p)
			}
		}
	}
	from := slices.Clone(to)
	for len(todo) > 0 {
		q := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, p := range before[q] {
			if !from[p] {
				from[p] = true
				todo = append(todo, p)
			}
		}
	}
	return from
}

func anyOf(is []bool, positions []int) bool {
	return slices.ContainsFunc(positions, func(p int) bool { return is[p] })
}

// leadingOn returns a without the edges from which no bytes of alphabet lead to the beginning of a host. So the digits of
// a port are not taken for those of a host.
func (a *automaton) leadingOn(alphabet Set, begins []bool) *automaton {
	leads := a.leadingAny(alphabet, begins)
	out := &automaton{sets: a.sets}
	for _, follow := range a.follow {
		out.follow = append(out.follow, slices.DeleteFunc(slices.Clone(follow), func(q target) bool { return !leads[q.to] }))
	}
	return out
}

// dotOrNot reports whether there may be a dot before the given positions, and what is before the dot may come without it as
// well, or with another character in its place. It takes so many steps to find out.
func (a *automaton) dotOrNot(at []int) (found bool, steps int) {
	dots, before := a.step(at, '.'), map[int]bool{}
	for _, dot := range dots {
		for _, p := range a.follow[dot] {
			before[p.to] = true
		}
	}
	if len(before) == 0 {
		return false, 0
	}
	var instead []int // of a dot
	for _, p := range at {
		for _, q := range a.follow[p] {
			if !a.sets[q.to].intersect(labelBytes).empty() {
				instead = append(instead, q.to)
			}
		}
	}
	if len(instead) == 0 {
		return false, 0
	}
	// As in app(\.eu\.)?example\.com, where the dot is missing together with what is before it.
	reached := a.reach(slices.Values(dots), hostBytes)
	for p := range reached {
		steps += len(a.follow[p])
	}
	for _, q := range instead {
		steps += len(a.follow[q])
		if reached[q] || slices.ContainsFunc(a.follow[q], func(r target) bool { return before[r.to] }) {
			return true, steps
		}
	}
	return false, steps
}
