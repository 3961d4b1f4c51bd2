package pcre

import (
	"fmt"
	"slices"
	"sync"
)

// This file matches as PCRE would, in bounded time, what the standard library's engine does not know or is too slow for. A
// pattern becomes a program, which a matcher runs by trying one way after the other, but never the same way from the same
// place twice: without back-references, what an instruction comes to depends on nothing but the place, so it is remembered,
// and the time is linear in the length of the text. Back-references take that away; then the number of steps is limited.

// A program is a pattern as instructions.
type program struct {
	code  []instruction
	start int
	alts  int // alternatives, which is what is remembered
	loops int // whose rounds can be empty
	// groups are those that back-references name, by the numbers in the pattern. An admitting program has none: it admits
	// what the pattern matches and more, since it knows of a back-reference only the bytes that it can stand for.
	groups    map[int]int
	admitting bool
}

type instruction struct {
	op      op // those of a node that are left, or one of the following
	set     Set
	next    int
	other   int // the second way of opAlt; after a round that was empty for opAgain; the body of opLook and opAtomic
	n       int // number of the alternative, of the loop, or of the group
	negated bool
	back    bool // opSet reads to the left
}

const (
	opMatch op = 100 + iota // all of the text was read
	opDone                  // the body of a look-around or an atomic group has matched
	opOpen                  // a group that a back-reference names begins
	opClose                 // and ends
	opEnter                 // a round of a loop begins that can be empty
	opAgain                 // such a round has ended: an empty one was the last
)

// The limits of a program and of its run. A step is an instruction, and takes some nanoseconds.
const (
	maxCode  = 5000
	maxLoops = 64
	// maxSteps is what all patterns together may take for one text.
	maxSteps = 200_000
	// maxTries is what one pattern with back-references may take; regexp2, which takes ten times as long for each, is run
	// only where these were enough.
	maxTries = 60_000
	// maxNested is how deep the alternatives on one path may nest, since each takes some hundred bytes of the stack.
	maxNested = 4_000
)

// newProgram returns an error if the program would be too large. An admitting one is without back-references.
func newProgram(root *node, admitting bool) (*program, error) {
	c := &compilation{program: &program{admitting: admitting, groups: map[int]int{}}, contents: groupsOf(root)}
	if !admitting {
		collect(root, opBackref, func(n *node) {
			if _, known := c.groups[n.n]; !known {
				c.groups[n.n] = len(c.groups)
			}
		})
	}
	c.emit(instruction{op: opMatch})
	c.emit(instruction{op: opDone})
	c.start = c.write(root, 0, false)
	if len(c.code) > maxCode || c.loops > maxLoops {
		return nil, tooComplex(fmt.Sprintf("it stands for more than %d instructions, or %d loops whose rounds can be empty", maxCode, maxLoops))
	}
	return c.program, nil
}

type compilation struct {
	*program
	contents map[int]*node // of groups
}

func (c *compilation) emit(in instruction) int {
	if in.op == opAlt {
		in.n = c.alts
		c.alts++
	}
	c.code = append(c.code, in)
	return len(c.code) - 1
}

// write emits the instructions for n, after which comes next, and returns the first of them.
func (c *compilation) write(n *node, next int, back bool) int {
	if len(c.code) > maxCode {
		return next
	}
	switch n.op {
	case opSet:
		return c.emit(instruction{op: opSet, set: n.set, next: next, back: back})
	case opConcat:
		for i := range n.subs {
			if !back {
				i = len(n.subs) - 1 - i
			}
			next = c.write(n.subs[i], next, back)
		}
		return next
	case opAlt:
		last := len(n.subs) - 1
		first := c.write(n.subs[last], next, back)
		for i := last - 1; i >= 0; i-- {
			first = c.emit(instruction{op: opAlt, next: c.write(n.subs[i], next, back), other: first})
		}
		return first
	case opRepeat:
		return c.repeat(n, next, back)
	case opGroup:
		number, named := c.groups[n.n]
		if !named {
			return c.write(n.subs[0], next, back)
		}
		end := c.emit(instruction{op: opClose, n: number, next: next})
		return c.emit(instruction{op: opOpen, n: number, next: c.write(n.subs[0], end, back)})
	case opAtomic:
		if c.admitting && n.holds(opBackref) {
			return c.write(n.subs[0], next, back)
		}
		return c.emit(instruction{op: opAtomic, other: c.write(n.subs[0], 1, false), next: next})
	case opLook:
		if c.admitting && n.negated && n.holds(opBackref) {
			return next // of what is admitted at most, the opposite says nothing
		}
		return c.emit(instruction{op: opLook, other: c.write(n.subs[0], 1, n.behind), negated: n.negated, next: next})
	case opBackref:
		if c.admitting {
			loop := c.emit(instruction{op: opAlt, other: next})
			c.code[loop].next = c.emit(instruction{op: opSet, set: bytes(c.contents[n.n]), next: loop})
			return loop
		}
		return c.emit(instruction{op: opBackref, n: c.groups[n.n], next: next})
	case opBegin, opEnd, opWordEdge:
		return c.emit(instruction{op: n.op, negated: n.negated, next: next})
	}
	return next
}

func (c *compilation) repeat(n *node, next int, back bool) int {
	body, end := n.subs[0], next
	if n.max < 0 {
		loop := c.emit(instruction{op: opAlt})
		var round int
		if (reading{}).nullable(body) {
			again := c.emit(instruction{op: opAgain, n: c.loops, next: loop, other: end})
			enter := c.emit(instruction{op: opEnter, n: c.loops})
			c.loops++
			c.code[enter].next = c.write(body, again, back)
			round = enter
		} else {
			round = c.write(body, loop, back)
		}
		c.code[loop].next, c.code[loop].other = n.ways(round, end)
		next = loop
	}
	for range n.max - n.min { // not once if there is no limit
		first, second := n.ways(c.write(body, next, back), end)
		next = c.emit(instruction{op: opAlt, next: first, other: second})
	}
	for range n.min {
		next = c.write(body, next, back)
	}
	return next
}

// ways returns the two ways at a repetition, another round and its end, in the order in which they are tried.
func (n *node) ways(round, end int) (first, second int) {
	if n.lazy {
		return end, round
	}
	return round, end
}

// match runs the program on the whole of text within a number of steps, and returns how many are left.
func (p *program) match(text string, steps int) (v Verdict, left int) {
	m := matcher{program: p, text: text, steps: steps}
	if len(p.groups) > 0 {
		m.captures = make([]capture, len(p.groups))
	} else {
		m.memo = memos.Get().(*memo)
		defer memos.Put(m.memo)
		m.memo.begin(p.alts * (len(text) + 1))
	}
	end := m.run(p.start, 0, progress, 0)
	switch {
	case m.steps < 0:
		return Undecided, m.left
	case end < 0:
		return No, m.steps
	}
	return Yes, m.steps
}

// A matcher is a run of a program.
type matcher struct {
	*program
	text  string
	steps int // that are left
	left  int // the same, when it nested too deep

	memo     *memo     // nil if there are captures
	captures []capture // by group
}

// A memo is what is known of alternatives, by their number and the place.
type memo struct {
	run   uint32   // counts the runs, so that nothing need be cleared between them
	known []uint32 // the number of a run and, in the lower half, what is known since then

	inside map[choice]int // the same inside of rounds that are empty so far

	open []choice // alternatives that have not been left yet
}

// insideSteps is what it costs to ask the map for an alternative, and to write into it.
const insideSteps = 5

// A choice is an alternative at a place (i counts both, see follow), together with the loops whose current round is empty so far.
type choice struct {
	i      int
	rounds uint64
}

var memos = sync.Pool{New: func() any { return new(memo) }}

func (m *memo) begin(size int) {
	switch m.run++; {
	case len(m.known) < size:
		m.run, m.known = 1, make([]uint32, max(size, 2*len(m.known))) // so that a list of ever larger patterns does not make as many
	case m.run > 1<<16-1:
		m.run = 1
		clear(m.known)
	}
	clear(m.inside)
}

// lookup returns where the alternative leads to; -1 is nowhere.
func (m *memo) lookup(i int, rounds uint64) (end int, ok bool) {
	if rounds != progress {
		end, ok = m.inside[choice{i, rounds}]
		return end, ok
	}
	known := m.known[i]
	return int(known&(1<<16-1)) - 1, known>>16 == m.run
}

func (m *memo) keep(i int, rounds uint64, end int) {
	if rounds != progress {
		if m.inside == nil {
			m.inside = map[choice]int{}
		}
		m.inside[choice{i, rounds}] = end
		return
	}
	m.known[i] = m.run<<16 | uint32(end+1)
}

type capture struct {
	begin    int // of the group that is open
	from, to int // plus 1; 0 if the group has not matched
}

// progress is the rounds of a place where no loop is in a round that is empty so far. Each loop has a bit, which is cleared
// when a round begins and set when a byte is read.
const progress = ^uint64(0)

// run returns the place to which the instruction at pc leads from the place at; -1 if nowhere, or if no steps are left. What is
// remembered then may be wrong, but nothing comes of it: the whole match is undecided, and the next one remembers nothing.
func (m *matcher) run(pc, at int, rounds uint64, depth int) (end int) {
	if m.memo == nil {
		return m.follow(pc, at, rounds, depth)
	}
	before := len(m.memo.open)
	end = m.follow(pc, at, rounds, depth)
	for _, c := range m.memo.open[before:] {
		m.memo.keep(c.i, c.rounds, end)
	}
	m.memo.open = m.memo.open[:before]
	return end
}

// follow is run, without what comes to be known at its end. Only the first way of an alternative takes the stack. Where no steps
// are left, whatever is tried next leads nowhere.
func (m *matcher) follow(pc, at int, rounds uint64, depth int) (end int) {
	if depth++; depth > maxNested && m.steps >= 0 {
		m.left, m.steps = m.steps, -1
	}
	for {
		if m.steps--; m.steps < 0 {
			return -1
		}
		in := &m.code[pc]
		pc = in.next
		switch in.op {
		case opMatch:
			if at < len(m.text) {
				return -1
			}
			return at
		case opDone:
			return at
		case opSet:
			read := at
			at++
			if in.back {
				read, at = read-1, at-2
			}
			if read < 0 || read >= len(m.text) || !in.set.Has(m.text[read]) {
				return -1
			}
			rounds = progress
		case opAlt:
			i := in.n*(len(m.text)+1) + at
			if m.memo != nil {
				if rounds != progress {
					m.steps -= insideSteps
				}
				if end, ok := m.memo.lookup(i, rounds); ok {
					return end
				}
				m.memo.open = append(m.memo.open, choice{i, rounds})
			}
			if end = m.run(in.next, at, rounds, depth); end >= 0 {
				return end
			}
			pc = in.other
		case opAtomic, opLook:
			before := slices.Clone(m.captures)
			m.steps -= len(before)
			end = m.run(in.other, at, progress, depth)
			if matched := end >= 0; matched == in.negated {
				copy(m.captures, before)
				return -1
			}
			if in.op == opAtomic && end != at {
				at, rounds = end, progress
			}
			if m.captures == nil {
				continue
			}
			if end = m.run(pc, at, rounds, depth); end < 0 {
				copy(m.captures, before)
			}
			return end
		case opBackref:
			c := m.captures[in.n]
			if c.to == 0 {
				return -1
			}
			captured := m.text[c.from-1 : c.to-1]
			if len(m.text)-at < len(captured) || m.text[at:at+len(captured)] != captured {
				return -1
			}
			if captured != "" {
				at, rounds = at+len(captured), progress
			}
		case opOpen, opClose:
			c := &m.captures[in.n]
			before := *c
			if in.op == opOpen {
				c.begin = at
			} else {
				c.from, c.to = c.begin+1, at+1
			}
			if end = m.run(pc, at, rounds, depth); end < 0 {
				m.captures[in.n] = before
			}
			return end
		case opEnter:
			rounds &^= 1 << in.n
		case opAgain:
			if rounds>>in.n&1 == 0 {
				rounds |= 1 << in.n
				pc = in.other
			}
		case opBegin:
			if at > 0 {
				return -1
			}
		case opEnd:
			if at < len(m.text) {
				return -1
			}
		case opWordEdge:
			before := at > 0 && words.Has(m.text[at-1])
			after := at < len(m.text) && words.Has(m.text[at])
			if before != after == in.negated {
				return -1
			}
		}
	}
}
