package pcre

// A machine decides patterns with look-around in linear time, so that no hostile text gets as far as the engine that
// backtracks. For each look-around it finds out first, in one pass over the text, at which places it holds: a look-behind
// from left to right, a look-ahead from right to left. After that, look-around is as simple as "^". Of back-references and
// atomic groups it knows what they admit at most.
type machine struct {
	groups map[int]*node
	main   program
	looks  []program // those inside another one come first
	known  map[*node]int
}

// A program is a nondeterministic automaton whose instruction 0 is to match.
type program struct {
	code     []instruction
	start    int
	backward bool // it reads the text from right to left
}

type instruction struct {
	op      op // opSet, opLook, opBegin, opEnd or opWordEdge, followed by next; opAlt: next or other
	set     Set
	look    int // number of the look-around
	negated bool
	next    int
	other   int
}

// maxCode bounds the instructions of a machine, each of which can cost a few nanoseconds for each byte of a text.
const maxCode = 2000

// newMachine returns nil if a machine would rule nothing out, or be too large.
func newMachine(root *node) *machine {
	m := &machine{groups: groupsOf(root), known: map[*node]int{}}
	m.main = m.compile(root, false)
	size := len(m.main.code)
	for _, p := range m.looks {
		size += len(p.code)
	}
	if len(m.looks) == 0 || size > maxCode {
		return nil
	}
	return m
}

func (m *machine) compile(n *node, backward bool) program {
	p := program{code: make([]instruction, 1), backward: backward}
	p.start = m.write(&p, n, 0)
	return p
}

// write adds the instructions for n, after which comes next, and returns the first of them.
func (m *machine) write(p *program, n *node, next int) int {
	emit := func(i instruction) int {
		p.code = append(p.code, i)
		return len(p.code) - 1
	}
	star := func(body func(next int) int) int {
		loop := emit(instruction{op: opAlt, other: next})
		p.code[loop].next = body(loop)
		return loop
	}
	if len(p.code) > maxCode {
		return next
	}
	switch n.op {
	case opSet:
		return emit(instruction{op: opSet, set: n.set, next: next})
	case opConcat:
		for i := range n.subs {
			if !p.backward {
				i = len(n.subs) - 1 - i
			}
			next = m.write(p, n.subs[i], next)
		}
		return next
	case opAlt:
		first := m.write(p, n.subs[0], next)
		for _, sub := range n.subs[1:] {
			first = emit(instruction{op: opAlt, next: first, other: m.write(p, sub, next)})
		}
		return first
	case opGroup, opAtomic:
		return m.write(p, n.subs[0], next)
	case opBackref:
		set := bytes(m.groups[n.n])
		return star(func(loop int) int { return emit(instruction{op: opSet, set: set, next: loop}) })
	case opRepeat:
		end := next
		if n.max < 0 {
			next = star(func(loop int) int { return m.write(p, n.subs[0], loop) })
		}
		for range n.max - n.min {
			next = emit(instruction{op: opAlt, next: m.write(p, n.subs[0], next), other: end})
		}
		for range n.min {
			next = m.write(p, n.subs[0], next)
		}
		return next
	case opLook:
		if n.negated && !exact(n.subs[0]) {
			return next // what is admitted at most says nothing about what is not
		}
		look, ok := m.known[n]
		if !ok {
			m.looks = append(m.looks, m.compile(n.subs[0], !n.behind))
			look = len(m.looks) - 1
			m.known[n] = look
		}
		return emit(instruction{op: opLook, look: look, negated: n.negated, next: next})
	case opBegin, opEnd, opWordEdge:
		return emit(instruction{op: n.op, negated: n.negated, next: next})
	}
	return next
}

// exact reports whether a machine admits exactly what n does.
func exact(n *node) bool {
	found := false
	collect(n, opAtomic, func(*node) { found = true })
	collect(n, opBackref, func(*node) { found = true })
	return !found
}

// admits reports whether the pattern may match the whole of text.
func (m *machine) admits(text string) bool {
	holds := make([][]bool, len(m.looks)) // by look-around and place
	for i := range m.looks {
		holds[i] = m.run(&m.looks[i], text, holds, true)
	}
	return m.run(&m.main, text, holds, false)[len(text)]
}

// run returns the places at which p matches what it has read, from the first place or, if anywhere is set, from any.
func (m *machine) run(p *program, text string, holds [][]bool, anywhere bool) []bool {
	matches := make([]bool, len(text)+1)
	seen := make([]int, len(p.code)) // by instruction: the last round in which it was reached
	var at, next []int               // instructions that read a byte
	round, place := 0, 0
	var reach func(i int)
	reach = func(i int) {
		if seen[i] == round {
			return
		}
		seen[i] = round
		switch in := &p.code[i]; {
		case i == 0:
			matches[place] = true
		case in.op == opSet:
			next = append(next, i)
		case in.op == opAlt:
			reach(in.next)
			reach(in.other)
		case in.holds(text, place, holds):
			reach(in.next)
		}
	}
	for round = 1; round <= len(text)+1; round++ {
		place = round - 1
		read := place - 1 // the byte between this place and the last one
		if p.backward {
			place = len(text) - place
			read = place
		}
		at, next = next, at[:0]
		for _, i := range at {
			if p.code[i].set.Has(text[read]) {
				reach(p.code[i].next)
			}
		}
		if round == 1 || anywhere {
			reach(p.start)
		}
	}
	return matches
}

// holds reports whether an assertion holds at a place in text.
func (in *instruction) holds(text string, place int, looks [][]bool) bool {
	switch in.op {
	case opBegin:
		return place == 0
	case opEnd:
		return place == len(text)
	case opWordEdge:
		before := place > 0 && words.Has(text[place-1])
		after := place < len(text) && words.Has(text[place])
		return (before != after) != in.negated
	}
	return looks[in.look][place] != in.negated
}
