package pcre

import "strings"

// hostBytes are the bytes of a name, schemeBytes those of a scheme; ipv6Bytes those of an IPv6 address in brackets, the
// bracket that closes aside.
var (
	hostBytes   = lowers.union(digits).union(SetOf("-._!\"$&'()+,;=`{}~"))
	schemeBytes = lowers.union(digits).union(SetOf("+-."))
	ipv6Bytes   = SetOf("0123456789abcdef:.[")
)

// label are the bytes between which an unescaped "." is taken for a forgotten backslash.
var label = lowers.union(digits).union(SetOf("-"))

// markLooseDots marks each unescaped "." between two literal characters of a host name, as in www.example\.com, and
// reports whether there is one.
func markLooseDots(root *node) (found bool) {
	collect(root, opConcat, func(cat *node) {
		for i, n := range cat.subs {
			if n.dot && i > 0 && i < len(cat.subs)-1 && literalEdge(cat.subs[i-1], true) && literalEdge(cat.subs[i+1], false) {
				n.loose, found = true, true
			}
		}
	})
	return found
}

// literalEdge reports whether n always ends (or else begins) with a literal character of a label.
func literalEdge(n *node, end bool) bool {
	switch n.op {
	case opSet:
		b, ok := n.set.only()
		return ok && label.Has(b)
	case opConcat:
		if end {
			return literalEdge(n.subs[len(n.subs)-1], end)
		}
		return literalEdge(n.subs[0], end)
	case opGroup, opAtomic:
		return literalEdge(n.subs[0], end)
	case opAlt:
		for _, sub := range n.subs {
			if !literalEdge(sub, end) {
				return false
			}
		}
		return true
	}
	return false
}

// A Tail is the end of the hosts that a pattern admits.
type Tail struct {
	Host  string // the host, or the end of it
	Open  bool   // whatever comes before Host is for a stranger to choose
	Loose bool   // so is the name that Host is the end of: the dot before Host may be missing
	HTTP  bool   // the scheme may be http
}

// openness is the number of variants from which on classes, one after the other, are not a list but a place to fill in.
const openness = 10

// maxWork bounds the search for tails: the edges that it follows, and some more for each byte and each tail. What it does not get
// to is open.
const maxWork = 500_000

// Tails reads off the pattern which hosts it admits, from their ends: each tail is a complete host, an end of which
// bounded says that it suffices whatever comes before, or an Open one. It may report more than the pattern admits
// (look-around is not taken into account), never less. The pattern stands for whole origins if origin is set, and otherwise
// for hosts.
func (re *Regexp) Tails(origin bool, bounded func(end string) bool) (tails []Tail) {
	a := build(re.root, reading{forHosts, groupsOf(re.root)})
	if a == nil {
		return []Tail{{Open: true, HTTP: true}}
	}
	a.follow = append(a.follow, a.first) // a state before the first character
	a.sets = append(a.sets, Set{})
	start := []int{len(a.sets) - 1}

	work, seen := 0, map[Tail]bool{}
	add := func(t Tail, at []int) {
		work += 1000
		t.HTTP = !origin || a.afterHTTP(at)
		if !seen[t] && (t.Host != "" || t.Open) {
			seen[t] = true
			tails = append(tails, t)
		}
	}
	var walk func(at []int, host string, variants int, within *automaton, alphabet Set)
	walk = func(at []int, host string, variants int, within *automaton, alphabet Set) {
		if host != "" && bounded(host) {
			add(Tail{Host: host}, at)
			return
		}
		if a.complete(at, origin) {
			add(Tail{Host: host}, at)
		}
		if bounded("."+host) && within.dotOrNot(at) {
			add(Tail{Host: host, Loose: true}, at)
		}
		widest, edges := 0, 20 // of the classes that come next
		for _, p := range at {
			edges += len(within.follow[p])
			for q := range within.follow[p] {
				widest = max(widest, within.sets[q].intersect(alphabet).size())
			}
		}
		if work += edges; work > maxWork || len(host) > 253 || variants*widest >= openness {
			// What is open may be the rest of a label below an end that suffices.
			_, end, dot := strings.Cut(host, ".")
			add(Tail{Host: host, Open: !dot || !bounded("."+end)}, at)
			return
		}
		for _, b := range within.next(at).intersect(alphabet).bytes() {
			if work > maxWork {
				return
			}
			next, widest := within.step(at, b), 1
			work += edges
			for _, q := range next {
				widest = max(widest, within.sets[q].intersect(alphabet).size())
			}
			walk(next, string(b)+host, variants*widest, within, alphabet)
		}
	}
	name, ipv6 := a.leadingOn(hostBytes, origin), a.leadingOn(ipv6Bytes, origin)
	walkHost := func(at []int) {
		walk(at, "", 1, name, hostBytes)
		if next := a.step(at, ']'); len(next) > 0 {
			walk(next, "]", 1, ipv6, ipv6Bytes)
		}
	}
	walkHost(start)
	if origin {
		if port := a.step(a.closure(start, digits), ':'); len(port) > 0 {
			walkHost(port)
		}
	}
	if work > maxWork {
		add(Tail{Open: true}, start) // for whatever has not been looked at
	}
	return tails
}

// leadingOn returns a without the edges from which no bytes of alphabet lead to the beginning of a host. So the digits of
// a port are not taken for those of a host.
func (a *automaton) leadingOn(alphabet Set, origin bool) *automaton {
	leads := make([]bool, len(a.sets))
	before := make([][]int, len(a.sets)) // by position: those from which a byte of alphabet leads there
	var todo []int
	for p := range a.sets {
		if leads[p] = a.complete([]int{p}, origin); leads[p] {
			todo = append(todo, p)
		}
		for q := range a.follow[p] {
			if !a.sets[q].intersect(alphabet).empty() {
				before[q] = append(before[q], p)
			}
		}
	}
	for len(todo) > 0 {
		q := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, p := range before[q] {
			if !leads[p] {
				leads[p] = true
				todo = append(todo, p)
			}
		}
	}
	out := &automaton{sets: a.sets, last: a.last, follow: make([]map[int]int, len(a.sets))}
	for p := range a.sets {
		out.follow[p] = map[int]int{}
		for q, ways := range a.follow[p] {
			if leads[q] {
				out.follow[p][q] = ways
			}
		}
	}
	return out
}

// closure returns the positions that are reached from those in at by any number of bytes of set.
func (a *automaton) closure(at []int, set Set) []int {
	reached := a.reach(func(yield func(int) bool) {
		for _, p := range at {
			if !yield(p) {
				return
			}
		}
	}, func(q int) bool { return !a.sets[q].intersect(set).empty() })
	out := make([]int, 0, len(reached))
	for p := range reached {
		out = append(out, p)
	}
	return out
}

// next returns the bytes that can come next.
func (a *automaton) next(at []int) (set Set) {
	for _, p := range at {
		for q := range a.follow[p] {
			set = set.union(a.sets[q])
		}
	}
	return set
}

// dotOrNot reports whether before one and the same character there may be a dot, and another character of a name as well.
func (a *automaton) dotOrNot(at []int) bool {
	for _, p := range at {
		var set Set
		for q := range a.follow[p] {
			set = set.union(a.sets[q])
		}
		if set.Has('.') && !set.intersect(label).empty() {
			return true
		}
	}
	return false
}

// complete reports whether a host may begin here.
func (a *automaton) complete(at []int, origin bool) bool {
	if origin {
		at = a.step(a.step(a.step(at, '/'), '/'), ':')
		return a.atEnd(a.closure(at, schemeBytes))
	}
	return a.atEnd(at)
}

// afterHTTP reports whether "http://" may come before, with or without more of a host in between.
func (a *automaton) afterHTTP(at []int) bool {
	at = a.closure(at, hostBytes.union(ipv6Bytes))
	for _, b := range []byte("//:ptth") {
		at = a.step(at, b)
	}
	return a.atEnd(at)
}

func (a *automaton) atEnd(at []int) bool {
	for _, p := range at {
		if a.last[p] > 0 {
			return true
		}
	}
	return false
}
