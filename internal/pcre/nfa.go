package pcre

import "slices"

// An automaton is the position automaton (Glushkov) of a pattern: a position for each character of the pattern, and an
// edge for each pair of positions that can follow each other. Edges are counted: two ways to get from one position to
// the next are two paths for an engine that backtracks.
type automaton struct {
	edges  int
	sets   []Set
	follow []targets // by position
	first  targets
	last   targets
}

// A targets is a set of positions, in order.
type targets []target

// A target is a position, and the number of ways to get there, at most 2.
type target struct{ to, ways int }

// with returns s and other together; to each of other there are so many times as many ways. It may use the memory of s.
func (s targets) with(other targets, times int) targets {
	if len(s) > 0 && len(other) > 0 && other[0].to <= s[len(s)-1].to {
		both := make(targets, 0, len(s)+len(other))
		for len(s) > 0 && len(other) > 0 {
			next := s[0]
			if other[0].to < next.to {
				next = target{other[0].to, 0}
			} else {
				s = s[1:]
			}
			if other[0].to == next.to {
				next.ways = min(2, next.ways+times*other[0].ways)
				other = other[1:]
			}
			both = append(both, next)
		}
		s = append(both, s...)
	}
	for _, t := range other {
		s = append(s, target{t.to, min(2, times*t.ways)})
	}
	return s
}

// maxEdges bounds what an automaton may cost, to build and for each byte of a text; a real pattern has a few hundred.
const maxEdges = 10_000

// build makes the automaton of n as it appears to the given reading; nil if it is too large.
func build(n *node, r reading) *automaton {
	a := &automaton{}
	frag := a.add(n, r)
	if a.edges > maxEdges {
		return nil
	}
	a.first, a.last = frag.first, frag.last
	return a
}

// A reading is the purpose for which an automaton is built, and what is known of the pattern's groups meanwhile.
type reading struct {
	purpose purpose
	groups  map[int]*node
	empty   map[int]bool // by group: whether it can match the empty string, where that has been asked
}

func newReading(p purpose, root *node) reading { return reading{p, groupsOf(root), map[int]bool{}} }

type purpose uint8

const (
	// forStrings: the strings that the pattern admits at most, from right to left, since an origin is told best from
	// others by its end. Look-around is dropped, an atomic group is a group, a back-reference is any string over its
	// group's bytes, and large counts have no limit.
	forStrings purpose = iota
	// forHosts: the same, where a loose dot is the dot that was meant.
	forHosts
	// forCost: the paths that a backtracking engine tries. A back-reference or an atomic group is one opaque character,
	// since neither offers an alternative.
	forCost
)

type fragment struct {
	first, last targets
	empty       int // ways to match the empty string, at most 2
}

func (a *automaton) leaf(set Set) fragment {
	a.sets = append(a.sets, set)
	a.follow = append(a.follow, nil)
	p := len(a.sets) - 1
	return fragment{targets{{p, 1}}, targets{{p, 1}}, 0}
}

func (a *automaton) add(n *node, r reading) fragment {
	if a.edges > maxEdges {
		return fragment{}
	}
	switch n.op {
	case opSet:
		if n.loose && r.purpose == forHosts {
			return a.leaf(SetOf("."))
		}
		return a.leaf(n.set)
	case opConcat:
		f := fragment{empty: 1}
		for i := range n.subs {
			if r.purpose != forCost {
				i = len(n.subs) - 1 - i
			}
			f = a.concat(f, a.add(n.subs[i], r))
		}
		return f
	case opAlt:
		f := a.add(n.subs[0], r)
		for _, sub := range n.subs[1:] {
			g := a.add(sub, r)
			a.edges += (len(g.first) + len(g.last)) / 8 // which are copied, alternative within alternative
			f.first, f.last = f.first.with(g.first, 1), f.last.with(g.last, 1)
			f.empty = min(2, f.empty+g.empty)
		}
		return f
	case opGroup:
		return a.add(n.subs[0], r)
	case opAtomic:
		if r.purpose == forCost {
			f := a.leaf(bytes(n.subs[0]))
			f.empty = btoi(r.nullable(n.subs[0]))
			return f
		}
		return a.add(n.subs[0], r)
	case opBackref:
		if r.purpose == forCost {
			f := a.leaf(all)
			f.empty = btoi(r.nullable(n))
			return f
		}
		f := a.leaf(bytes(r.groups[n.n]))
		a.connect(f.last, f.first)
		f.empty = 1
		return f
	case opRepeat:
		return a.repeat(n, r)
	}
	return fragment{empty: 1} // assertions and look-around
}

// repeat writes small counts out and reads every other repetition as a loop, which admits more and costs more.
func (a *automaton) repeat(n *node, r reading) fragment {
	body := n.subs[0]
	copies, optional := n.min, n.max-n.min
	if n.max < 0 || optional > 3 || n.max > 16 || n.max > 1 && r.nullable(body) {
		f := a.add(body, r)
		a.connect(f.last, f.first)
		if n.max > 1 && r.nullable(body) {
			a.connect(f.last, f.first) // any of the repetitions may be the empty one: more than one way around
		}
		f.empty = btoi(n.min == 0 || f.empty > 0)
		return f
	}
	f := fragment{empty: 1}
	for i := range copies + optional {
		g := a.add(body, r)
		if i >= copies {
			g.empty = min(2, g.empty+1)
		}
		f = a.concat(f, g)
	}
	return f
}

func (a *automaton) concat(f, g fragment) fragment {
	a.connect(f.last, g.first)
	first, last := f.first, g.last
	for range f.empty {
		first = a.merge(first, g.first)
	}
	for range g.empty {
		last = a.merge(last, f.last)
	}
	return fragment{first, last, min(2, f.empty*g.empty)}
}

// connect adds an edge from each of last to each of first.
func (a *automaton) connect(last, first targets) {
	if a.edges += len(last) * len(first); a.edges > maxEdges {
		return
	}
	for _, p := range last {
		a.follow[p.to] = a.follow[p.to].with(first, p.ways)
	}
}

// merge adds g to f. What it adds counts as edges, since it takes time as well.
func (a *automaton) merge(f, g targets) targets {
	a.edges += len(g)
	return f.with(g, 1)
}

// nullable reports whether n can match the empty string, look-around aside. To the zero reading, every back-reference can.
func (r reading) nullable(n *node) bool {
	switch n.op {
	case opSet:
		return false
	case opConcat, opGroup, opAtomic:
		return !slices.ContainsFunc(n.subs, func(sub *node) bool { return !r.nullable(sub) })
	case opAlt:
		return slices.ContainsFunc(n.subs, r.nullable)
	case opRepeat:
		return n.min == 0 || r.nullable(n.subs[0])
	case opBackref:
		if r.groups == nil {
			return true
		}
		empty, asked := r.empty[n.n]
		if !asked {
			empty = r.nullable(r.groups[n.n]) // which is complete before n, and so refers to others
			r.empty[n.n] = empty
		}
		return empty
	}
	return true
}

// step returns the positions that can read b after the positions in from.
func (a *automaton) step(from []int, b byte) []int {
	var out []int
	seen := map[int]bool{}
	for _, p := range from {
		for _, q := range a.follow[p] {
			if !seen[q.to] && a.sets[q.to].Has(b) {
				seen[q.to] = true
				out = append(out, q.to)
			}
		}
	}
	return out
}
