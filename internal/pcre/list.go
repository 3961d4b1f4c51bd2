package pcre

import (
	"encoding/binary"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
)

// A List matches a text against many patterns. One pass over the text rules out almost all of them, however many there
// are: the pass runs a deterministic automaton for all patterns together, which is made as texts ask for it. It reads from
// right to left, so that most texts that no pattern matches, the origins of strangers, are ruled out within a few bytes
// (BenchmarkCold). Only the patterns that it leaves are run. It is safe for concurrent use, and readers take no lock.
type List struct {
	regexps []*Regexp

	// The positions of the automata of all patterns' conditions, one condition after the other. Each has a position of its
	// own after its last character, where it begins. Patterns with the same conditions, such as those that differ in a
	// negative look-ahead alone, share them.
	sets      []Set
	follow    [][]uint32
	last      []bool
	owner     []uint32
	condition []uint32

	patterns   [][]uint32 // by owner
	conditions []int      // how many each owner has

	cache   atomic.Pointer[cache]
	scratch sync.Pool // of *scratch
}

// The limits of a cache, so that no flood of texts can make it grow. When they are reached, texts that lead to other
// states are matched without, and after a while the cache is thrown away, in favour of what texts lead to then.
const (
	maxStates    = 2048
	maxPositions = 1 << 19 // in all states together
	maxMisses    = 1 << 15

	// maxWalk is how many edges may be followed for one text: far more than a thousand patterns with several look-aheads
	// each need, and little enough that dense ones cannot take for ever.
	maxWalk = 1 << 22
)

// A cache holds the states that texts have led to.
type cache struct {
	start *state

	full   atomic.Bool
	misses atomic.Int64 // since it is full

	mu        sync.Mutex // for what follows
	states    map[string]*state
	positions int
}

// A scratch holds what matching without a cache needs.
type scratch struct {
	at, next []uint32
	seen     []uint32 // by position: the round in which it was reached
	round    uint32
}

// A state is a set of positions. All but next is immutable.
type state struct {
	positions []uint32
	matches   []uint32 // patterns that may match a text that begins here
	next      [128]atomic.Pointer[state]
}

// NewList makes a list of patterns.
func NewList(regexps []*Regexp) *List {
	l := &List{regexps: regexps}
	var conditions uint32
	owners := map[string]int{}
	for i, re := range regexps {
		key := keyOf(re.conditions)
		owner, known := owners[key]
		if known {
			l.patterns[owner] = append(l.patterns[owner], uint32(i))
			continue
		}
		owner = len(l.patterns)
		owners[key] = owner
		l.patterns = append(l.patterns, []uint32{uint32(i)})
		l.conditions = append(l.conditions, len(re.conditions))
		for _, a := range re.conditions {
			base := uint32(len(l.sets)) + 1
			add := func(set Set, follow map[int]int, last bool) {
				successors := make([]uint32, 0, len(follow))
				for q := range follow {
					successors = append(successors, base+uint32(q))
				}
				l.sets, l.follow, l.last = append(l.sets, set), append(l.follow, successors), append(l.last, last)
				l.owner, l.condition = append(l.owner, uint32(owner)), append(l.condition, conditions)
			}
			add(Set{}, a.first, false)
			for p, set := range a.sets {
				add(set, a.follow[p], a.last[p] > 0)
			}
			conditions++
		}
	}
	l.cache.Store(l.newCache())
	return l
}

// keyOf returns what the automata admit, as text.
func keyOf(automata []*automaton) string {
	var key []byte
	write := func(positions map[int]int) {
		key = binary.AppendUvarint(key, uint64(len(positions)))
		for _, p := range slices.Sorted(maps.Keys(positions)) {
			key = binary.AppendUvarint(key, uint64(p))
		}
	}
	for _, a := range automata {
		key = binary.AppendUvarint(key, uint64(len(a.sets)))
		for p, set := range a.sets {
			key = binary.LittleEndian.AppendUint64(key, set[0])
			key = binary.LittleEndian.AppendUint64(key, set[1])
			write(a.follow[p])
		}
		write(a.first)
		write(a.last)
	}
	return string(key)
}

// conditions returns automata of which each admits whatever root matches: that of the pattern without look-around, and one
// for each positive look-around that every match goes through, as far as they are not too large. There are none if the first
// is too large.
func conditions(root *node) (automata []*automaton) {
	reading, edges := newReading(forStrings, root), 0
	whole := build(root, reading)
	if whole == nil {
		return nil
	}
	automata = append(automata, whole)
	anything := &node{op: opRepeat, max: -1, subs: []*node{{op: opSet, set: all}}}
	var walk func(before []*node, n *node, after []*node)
	walk = func(before []*node, n *node, after []*node) {
		switch {
		case n.op == opConcat:
			for i, sub := range n.subs {
				walk(slices.Concat(before, n.subs[:i]), sub, slices.Concat(n.subs[i+1:], after))
			}
		case n.op == opGroup || n.op == opAtomic:
			walk(before, n.subs[0], after)
		case n.op == opLook && !n.negated:
			condition := slices.Concat(before, n.subs, []*node{anything})
			if n.behind {
				condition = slices.Concat([]*node{anything}, n.subs, after)
			}
			if edges > maxEdges {
				return
			}
			if a := build(&node{op: opConcat, subs: condition}, reading); a != nil {
				automata = append(automata, a)
				edges += a.edges
			} else {
				edges += maxEdges
			}
		}
	}
	walk(nil, root, nil)
	return automata
}

func (l *List) newCache() *cache {
	start := &state{}
	for p := range l.sets {
		if p == 0 || l.condition[p] != l.condition[p-1] {
			start.positions = append(start.positions, uint32(p))
		}
	}
	return &cache{start: start, states: map[string]*state{}}
}

// Match returns the first pattern that matches the whole of text, which is not empty. It is Undecided if none does but
// one was given up, for which the patterns count together.
//
// If valid is not nil, no pattern matches a text of which it says no; it is asked only where some may.
func (l *List) Match(text string, valid func(string) bool) (index int, v Verdict) {
	candidates, ok := l.candidates(text)
	switch {
	case !ok:
		return 0, Undecided
	case len(candidates) == 0 || valid != nil && !valid(text):
		return 0, No
	}
	steps := maxSteps
	for _, i := range candidates {
		var one Verdict
		switch one, steps = l.regexps[i].match(text, steps); one {
		case Yes:
			return int(i), Yes
		case Undecided:
			v = Undecided
		}
	}
	return 0, v
}

// candidates returns the patterns that may match text, in order. It is not ok if that would take too long to find out.
func (l *List) candidates(text string) (patterns []uint32, ok bool) {
	c, work := l.cache.Load(), maxWalk
	s := c.start
	for i := len(text) - 1; i >= 0; i-- {
		b := text[i] & 127
		next := s.next[b].Load()
		if next == nil && c.full.Load() {
			return l.simulate(c, s, text[:i+1], &work)
		}
		if next == nil {
			if next = l.step(c, s, b, &work); work < 0 {
				return nil, false
			}
		}
		if s = next; len(s.positions) == 0 {
			return nil, true
		}
	}
	return s.matches, true
}

// step makes the state that b leads to from s, and remembers it.
func (l *List) step(c *cache, from *state, b byte, work *int) *state {
	w := l.newScratch()
	s := &state{positions: slices.Clone(l.reach(w, from.positions, b, work))}
	l.scratch.Put(w)
	slices.Sort(s.positions)
	s.positions = l.onlyComplete(s.positions)
	s.matches = l.matches(s.positions)
	key := make([]byte, 0, 4*len(s.positions))
	for _, p := range s.positions {
		key = binary.LittleEndian.AppendUint32(key, p)
	}

	c.mu.Lock()
	defer c.mu.Unlock()
	if known, ok := c.states[string(key)]; ok {
		s = known
	} else if c.positions += len(s.positions); len(c.states) < maxStates && c.positions < maxPositions {
		c.states[string(key)] = s
	} else {
		c.full.Store(true)
		return s
	}
	from.next[b].Store(s)
	return s
}

// onlyComplete removes, in place, the positions of those owners that have none left for one of their conditions. The
// positions are in order, and remain so.
func (l *List) onlyComplete(positions []uint32) []uint32 {
	kept := positions[:0]
	for rest := positions; len(rest) > 0; {
		owner, n, conditions := l.owner[rest[0]], 0, 0
		for n < len(rest) && l.owner[rest[n]] == owner {
			if n == 0 || l.condition[rest[n]] != l.condition[rest[n-1]] {
				conditions++
			}
			n++
		}
		if conditions == l.conditions[owner] {
			kept = append(kept, rest[:n]...)
		}
		rest = rest[n:]
	}
	return kept
}

// matches returns the patterns that may match a text that begins at positions, which are in order.
func (l *List) matches(positions []uint32) []uint32 {
	var last []uint32
	for _, p := range positions {
		if l.last[p] {
			last = append(last, p)
		}
	}
	var matches []uint32
	for _, p := range l.onlyComplete(last) {
		matches = append(matches, l.patterns[l.owner[p]]...)
	}
	slices.Sort(matches)
	return slices.Compact(matches)
}

// simulate returns what candidates would without making states, for a text whose end led to from and whose rest is left.
func (l *List) simulate(c *cache, from *state, rest string, work *int) (patterns []uint32, ok bool) {
	if c.misses.Add(1) == maxMisses {
		l.cache.CompareAndSwap(c, l.newCache())
	}
	w := l.newScratch()
	defer l.scratch.Put(w)
	w.at = append(w.at[:0], from.positions...)
	for i := len(rest) - 1; i >= 0 && len(w.at) > 0; i-- {
		if w.at, w.next = l.reach(w, w.at, rest[i], work), w.at; *work < 0 {
			return nil, false
		}
	}
	slices.Sort(w.at)
	return l.matches(w.at), true
}

func (l *List) newScratch() *scratch {
	w, _ := l.scratch.Get().(*scratch)
	if w == nil || w.round > 1<<31 {
		w = &scratch{seen: make([]uint32, len(l.sets))}
	}
	return w
}

// reach returns the positions that b leads to from those in at, in no order. They are w.next.
func (l *List) reach(w *scratch, at []uint32, b byte, work *int) []uint32 {
	w.round++
	w.next = w.next[:0]
	for _, p := range at {
		*work -= len(l.follow[p])
		for _, q := range l.follow[p] {
			if w.seen[q] != w.round && l.sets[q].Has(b) {
				w.seen[q] = w.round
				w.next = append(w.next, q)
			}
		}
	}
	return w.next
}
