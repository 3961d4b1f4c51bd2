package pcre

import (
	"encoding/binary"
	"slices"
	"sync"
	"sync/atomic"
)

// A List matches a text against many patterns. One pass over the text rules out almost all of them, however many there
// are: the pass runs a deterministic automaton for all patterns together, which is made as texts ask for it. Only the
// patterns that it leaves are run. It is safe for concurrent use, and readers take no lock.
type List struct {
	regexps []*Regexp

	// The positions of all patterns' automata, one pattern after the other. Each pattern has a position of its own
	// before its first character.
	sets   []Set
	follow [][]uint32
	owner  []uint32 // the pattern
	last   []bool
	always []uint32 // patterns that are too large for an automaton

	cache   atomic.Pointer[cache]
	scratch sync.Pool // of *scratch
}

// The limits of a cache, so that no flood of texts can make it grow. When they are reached, texts that lead to other
// states are matched without, and after a while the cache is thrown away, in favour of what texts lead to then.
const (
	maxStates    = 512
	maxPositions = 1 << 17 // in all states together
	maxMisses    = 1 << 15
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
	matches   []uint32 // patterns that may match a text that ends here
	next      [128]atomic.Pointer[state]
}

// NewList makes a list of patterns.
func NewList(regexps []*Regexp) *List {
	l := &List{regexps: regexps}
	for i, re := range regexps {
		a := build(re.root, reading{forStrings, groupsOf(re.root)})
		if a == nil {
			l.always = append(l.always, uint32(i))
			continue
		}
		base := uint32(len(l.sets)) + 1
		l.add(Set{}, a.first, base, i, false)
		for p, set := range a.sets {
			l.add(set, a.follow[p], base, i, a.last[p] > 0)
		}
	}
	l.cache.Store(l.newCache())
	return l
}

func (l *List) add(set Set, follow map[int]int, base uint32, owner int, last bool) {
	successors := make([]uint32, 0, len(follow))
	for q := range follow {
		successors = append(successors, base+uint32(q))
	}
	l.sets = append(l.sets, set)
	l.follow = append(l.follow, successors)
	l.owner = append(l.owner, uint32(owner))
	l.last = append(l.last, last)
}

func (l *List) newCache() *cache {
	start := &state{}
	for p := range l.sets {
		if p == 0 || l.owner[p] != l.owner[p-1] {
			start.positions = append(start.positions, uint32(p))
		}
	}
	return &cache{start: start, states: map[string]*state{}}
}

// Match returns the first pattern that matches the whole of text, which is not empty. It is Undecided if none does but
// one was given up.
func (l *List) Match(text string) (index int, v Verdict) {
	for _, i := range l.candidates(text) {
		switch l.regexps[i].Match(text) {
		case Yes:
			return int(i), Yes
		case Undecided:
			v = Undecided
		}
	}
	return 0, v
}

// candidates returns the patterns that may match text, in order.
func (l *List) candidates(text string) []uint32 {
	c := l.cache.Load()
	s := c.start
	for i := range len(text) {
		b := text[i] & 127
		next := s.next[b].Load()
		if next == nil && c.full.Load() {
			return l.simulate(c, s, text[i:])
		}
		if next == nil {
			next = l.step(c, s, b)
		}
		if s = next; len(s.positions) == 0 {
			return l.always
		}
	}
	return s.matches
}

// step makes the state that b leads to from s, and remembers it.
func (l *List) step(c *cache, from *state, b byte) *state {
	s := &state{matches: slices.Clone(l.always)}
	for _, p := range from.positions {
		for _, q := range l.follow[p] {
			if l.sets[q].Has(b) {
				s.positions = append(s.positions, q)
			}
		}
	}
	slices.Sort(s.positions)
	s.positions = slices.Compact(s.positions)
	key := make([]byte, 0, 4*len(s.positions))
	for _, p := range s.positions {
		key = binary.LittleEndian.AppendUint32(key, p)
		if l.last[p] {
			s.matches = append(s.matches, l.owner[p])
		}
	}
	slices.Sort(s.matches)
	s.matches = slices.Compact(s.matches)

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

// simulate returns what candidates would, for the rest of a text that led to from, without making states.
func (l *List) simulate(c *cache, from *state, rest string) (matches []uint32) {
	if c.misses.Add(1) == maxMisses {
		l.cache.CompareAndSwap(c, l.newCache())
	}
	w, _ := l.scratch.Get().(*scratch)
	if w == nil || w.round > 1<<31 {
		w = &scratch{seen: make([]uint32, len(l.sets))}
	}
	defer l.scratch.Put(w)
	w.at = append(w.at[:0], from.positions...)
	for i := range len(rest) {
		w.round++
		w.next = w.next[:0]
		for _, p := range w.at {
			for _, q := range l.follow[p] {
				if w.seen[q] != w.round && l.sets[q].Has(rest[i]) {
					w.seen[q] = w.round
					w.next = append(w.next, q)
				}
			}
		}
		if w.at, w.next = w.next, w.at; len(w.at) == 0 {
			break
		}
	}
	for _, p := range w.at {
		if l.last[p] {
			matches = append(matches, l.owner[p])
		}
	}
	if matches == nil {
		return l.always
	}
	matches = append(matches, l.always...)
	slices.Sort(matches)
	return slices.Compact(matches)
}
