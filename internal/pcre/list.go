package pcre

import (
	"encoding/binary"
	"slices"
	"sync"
	"sync/atomic"
)

// A List matches a text against many patterns. One pass over the text rules out almost all of them, however many there
// are: the pass runs a deterministic automaton for all patterns together, which is made as texts ask for it. It reads from
// right to left, so that most texts that no pattern matches, the origins of strangers, are ruled out within a few bytes
// (BenchmarkCold). Only the patterns that it leaves are run. It is safe for concurrent use, and readers take no lock.
type List struct {
	patterns []*runner

	// The automata of all patterns' conditions, joined. Position 0 is before the last character of a text.
	sets   []Set
	follow [][]uint32
	whole  []bool     // whether the position is in a pattern's first condition, without which the others need not go on (BenchmarkCold, strangers)
	ends   [][]uint32 // the conditions that a text fulfils which begins at the position

	needs [][]uint32 // by pattern: its conditions
	tells [][]uint32 // by condition: the patterns that need it, and no other that fewer patterns need

	cache   atomic.Pointer[cache]
	scratch sync.Pool // of *scratch
}

// The limits of a cache, so that no flood of texts can make it grow. When they are reached, texts that lead to other
// states are matched without, and after a while the cache is thrown away, in favour of what texts lead to then.
const (
	maxStates    = 2048
	maxPositions = 1 << 19 // in all states together, with the patterns that match there
	maxMisses    = 1 << 15

	// maxWalk is how many edges may be followed for one text: far more than ten thousand patterns need whose tails have
	// something in common, and little enough that dense ones take no more than a few milliseconds. A quarter of it may go
	// into making states, which costs more than to do without them.
	maxWalk = 1 << 19
)

// A cache holds the states that texts have led to.
type cache struct {
	start *state

	full    atomic.Bool  // no more states
	crowded atomic.Bool  // nor anything else
	misses  atomic.Int64 // since it is

	mu        sync.Mutex // for what follows
	states    map[string]*state
	positions int
}

// A scratch holds what following edges needs, to make a state or to do without one.
type scratch struct {
	at, next []uint32
	seen     []uint32 // by position: the round in which it was reached
	met      []uint32 // by condition: the round in which it was met
	fulfil   []uint32 // the conditions that were met
	round    uint32
}

// A state is a set of positions, which is immutable. What else there is is found out when a text asks for it.
type state struct {
	positions []uint32
	matches   atomic.Pointer[[]uint32] // patterns that may match a text that begins here
	next      [128]atomic.Pointer[state]
}

// NewList makes a list of patterns.
func NewList(regexps []*Regexp) *List {
	l := &List{sets: make([]Set, 1), follow: make([][]uint32, 1), whole: make([]bool, 1), ends: make([][]uint32, 1)}
	j := joiner{l, map[string]uint32{}, map[[2]uint32]bool{}, map[string]uint32{}}
	var needed []int // by condition: how many patterns need it
	for _, re := range regexps {
		var needs []uint32
		for i, a := range re.conditions {
			c := j.join(a, i == 0)
			if int(c) == len(needed) {
				needed = append(needed, 0)
			}
			needed[c]++
			needs = append(needs, c)
		}
		l.patterns, l.needs = append(l.patterns, re.runner), append(l.needs, needs)
	}
	l.tells = make([][]uint32, len(needed))
	for i, needs := range l.needs {
		rarest := slices.MinFunc(needs, func(c, d uint32) int { return needed[c] - needed[d] })
		l.tells[rarest] = append(l.tells[rarest], uint32(i))
	}
	l.cache.Store(newCache())
	return l
}

// A joiner joins automata: positions of different ones that the same ends of texts lead to become one. So what patterns have in
// common at their ends is one path, and a thousand that begin to differ before a repetition have one repetition. Whatever
// positions become one, what is joined admits what each of them does.
type joiner struct {
	*List
	positions  map[string]uint32 // by what is read there, and after which positions
	loops      map[[2]uint32]bool
	conditions map[string]uint32 // by the positions where their texts begin
}

// join returns the number of the condition that a is the automaton of.
func (j *joiner) join(a *automaton, whole bool) uint32 {
	joined := j.joinPositions(a)
	for _, p := range joined {
		j.whole[p] = j.whole[p] || whole
	}
	var ends []uint32
	for _, p := range a.last {
		ends = append(ends, joined[p.to])
	}
	slices.Sort(ends)
	key := string(appendNumbers(nil, ends))
	c, known := j.conditions[key]
	if !known {
		c = uint32(len(j.conditions))
		j.conditions[key] = c
		for _, p := range ends {
			j.ends[p] = append(j.ends[p], c)
		}
	}
	return c
}

// joinPositions returns the positions that those of a become.
func (j *joiner) joinPositions(a *automaton) []uint32 {
	before := make([][]int, len(a.sets)) // in order
	for _, q := range a.first {
		before[q.to] = append(before[q.to], -1)
	}
	for p, follow := range a.follow {
		for _, q := range follow {
			before[q.to] = append(before[q.to], p)
		}
	}
	joined := make([]uint32, len(a.sets))
	for q, set := range a.sets {
		var previous, loops []uint32
		for _, p := range before[q] {
			switch {
			case p < 0:
				previous = append(previous, 0)
			case p < q:
				previous = append(previous, joined[p])
			default:
				loops = append(loops, uint32(p-q))
			}
		}
		slices.Sort(previous)
		previous = slices.Compact(previous)
		key := binary.LittleEndian.AppendUint64(nil, set[0])
		key = binary.LittleEndian.AppendUint64(key, set[1])
		key = appendNumbers(appendNumbers(key, previous), loops)
		p, known := j.positions[string(key)]
		if !known {
			p = uint32(len(j.sets))
			j.positions[string(key)] = p
			j.sets, j.follow = append(j.sets, set), append(j.follow, nil)
			j.whole, j.ends = append(j.whole, false), append(j.ends, nil)
			for _, before := range previous {
				j.follow[before] = append(j.follow[before], p)
			}
		}
		joined[q] = p
	}
	for q := range before {
		for _, p := range before[q] {
			if p < q {
				continue
			}
			if edge := [2]uint32{joined[p], joined[q]}; !j.loops[edge] {
				j.loops[edge] = true
				j.follow[edge[0]] = append(j.follow[edge[0]], edge[1])
			}
		}
	}
	return joined
}

func appendNumbers(b []byte, numbers []uint32) []byte {
	b = binary.AppendUvarint(b, uint64(len(numbers)))
	for _, n := range numbers {
		b = binary.AppendUvarint(b, uint64(n))
	}
	return b
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
				if sub.holds(opLook) { // or it would take long, for a list that is long
					walk(slices.Concat(before, n.subs[:i]), sub, slices.Concat(n.subs[i+1:], after))
				}
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

func newCache() *cache {
	return &cache{start: &state{positions: []uint32{0}}, states: map[string]*state{}}
}

// A Budget is what may be spent on one origin, by all lists that it is matched against.
type Budget struct{ work, steps int }

// NewBudget returns a full one.
func NewBudget() Budget { return Budget{maxWalk, maxSteps} }

// Match returns the first pattern that matches the whole of text, which is not empty. It is Undecided if none does but
// one was given up, for which all patterns share the budget.
//
// If valid is not nil, no pattern matches a text of which it says no; it is asked only where some may.
func (l *List) Match(text string, valid func(string) bool, budget *Budget) (index int, v Verdict) {
	candidates, ok := l.candidates(text, budget)
	switch {
	case !ok:
		return 0, Undecided
	case len(candidates) == 0 || valid != nil && !valid(text):
		return 0, No
	}
	for _, i := range candidates {
		var one Verdict
		switch one, budget.steps = l.patterns[i].match(text, budget.steps); one {
		case Yes:
			return int(i), Yes
		case Undecided:
			v = Undecided
		}
	}
	return 0, v
}

// candidates returns the patterns that may match text, in order. It is not ok if that would take too long to find out.
func (l *List) candidates(text string, budget *Budget) (patterns []uint32, ok bool) {
	c := l.cache.Load()
	s := c.start
	for i := len(text) - 1; i >= 0; i-- {
		b := text[i] & 127
		next := s.next[b].Load()
		if next == nil {
			if c.full.Load() || budget.work < maxWalk-maxWalk/4 {
				return l.simulate(c, s, text[:i+1], &budget.work)
			}
			next = l.step(c, s, b, &budget.work)
		}
		if s = next; len(s.positions) == 0 {
			return nil, true
		}
	}
	if matches := s.matches.Load(); matches != nil {
		return *matches, true
	}
	return l.tell(c, s, &budget.work)
}

// tell finds out which patterns may match a text that begins in s, and remembers it.
func (l *List) tell(c *cache, s *state, work *int) (patterns []uint32, ok bool) {
	w := l.newScratch()
	patterns, ok = l.matches(w, s.positions, work)
	l.scratch.Put(w)
	switch {
	case !ok:
	case c.crowded.Load():
		l.missed(c)
	default:
		c.mu.Lock()
		defer c.mu.Unlock()
		if s.matches.Load() != nil { // meanwhile
			break
		}
		if c.positions += len(patterns); c.positions < maxPositions {
			s.matches.Store(&patterns)
		} else {
			c.crowded.Store(true)
		}
	}
	return patterns, ok
}

// missed throws a full cache away after a while.
func (l *List) missed(c *cache) {
	if c.misses.Add(1) == maxMisses {
		l.cache.CompareAndSwap(c, newCache())
	}
}

// step makes the state that b leads to from s, and remembers it.
func (l *List) step(c *cache, from *state, b byte, work *int) *state {
	w := l.newScratch()
	s := &state{positions: slices.Clone(l.reach(w, from.positions, b, work))}
	l.scratch.Put(w)
	slices.Sort(s.positions)
	*work -= 8 * len(s.positions) // for what follows, and for having sorted them
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

// matches returns the patterns that may match a text that begins at positions, in order. It is not ok if that is too much work.
func (l *List) matches(w *scratch, positions []uint32, work *int) (patterns []uint32, ok bool) {
	w.round++
	w.fulfil = w.fulfil[:0]
	for _, p := range positions {
		*work -= len(l.ends[p])
		for _, c := range l.ends[p] {
			if w.met[c] != w.round {
				w.met[c] = w.round
				w.fulfil = append(w.fulfil, c)
			}
		}
	}
	for _, c := range w.fulfil {
		*work -= 4 * len(l.tells[c]) // for what follows, and for having sorted them
		for _, i := range l.tells[c] {
			*work -= len(l.needs[i])
			if !slices.ContainsFunc(l.needs[i], func(c uint32) bool { return w.met[c] != w.round }) {
				patterns = append(patterns, i)
			}
		}
		if *work < 0 {
			return nil, false
		}
	}
	slices.Sort(patterns)
	return patterns, true
}

// simulate returns what candidates would without making states, for a text whose end led to from and whose rest is left.
func (l *List) simulate(c *cache, from *state, rest string, work *int) (patterns []uint32, ok bool) {
	if c.full.Load() {
		l.missed(c)
	}
	w := l.newScratch()
	defer l.scratch.Put(w)
	w.at = append(w.at[:0], from.positions...)
	for i := len(rest) - 1; i >= 0 && len(w.at) > 0; i-- {
		if w.at, w.next = l.reach(w, w.at, rest[i], work), w.at; *work < 0 {
			return nil, false
		}
	}
	return l.matches(w, w.at, work)
}

func (l *List) newScratch() *scratch {
	w, _ := l.scratch.Get().(*scratch)
	if w == nil || w.round > 1<<31 {
		w = &scratch{seen: make([]uint32, len(l.sets)), met: make([]uint32, len(l.tells))}
	}
	return w
}

// reach returns the positions that b leads to from those in at, in no order; none if no pattern's first condition has any of
// them. They are w.next.
func (l *List) reach(w *scratch, at []uint32, b byte, work *int) []uint32 {
	w.round++
	w.next = w.next[:0]
	whole := false
	for _, p := range at {
		*work -= len(l.follow[p])
		for _, q := range l.follow[p] {
			if w.seen[q] != w.round && l.sets[q].Has(b) {
				w.seen[q] = w.round
				w.next = append(w.next, q)
				whole = whole || l.whole[q]
			}
		}
	}
	if !whole {
		w.next = w.next[:0]
	}
	return w.next
}
