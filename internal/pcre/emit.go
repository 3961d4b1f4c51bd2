package pcre

import (
	"strconv"
	"strings"
)

// regular reports whether n needs no backtracking: no look-around, back-reference or atomic group.
func regular(n *node) bool {
	switch n.op {
	case opLook, opBackref, opAtomic:
		return false
	}
	for _, sub := range n.subs {
		if !regular(sub) {
			return false
		}
	}
	return true
}

// linear writes a regular pattern for the standard library's engine.
func linear(root *node) string {
	var b strings.Builder
	var write func(n *node)
	write = func(n *node) {
		switch n.op {
		case opSet:
			if n.set.empty() {
				b.WriteString(`[^\x00-\x{10FFFF}]`)
			} else {
				n.set.class(&b)
			}
		case opConcat:
			for _, sub := range n.subs {
				write(sub)
			}
		case opAlt:
			for i, sub := range n.subs {
				b.WriteString([]string{"(?:", "|"}[min(i, 1)])
				write(sub)
			}
			b.WriteByte(')')
		case opGroup:
			b.WriteString("(?:")
			write(n.subs[0])
			b.WriteByte(')')
		case opBegin:
			b.WriteString(`\A`)
		case opEnd:
			b.WriteString(`\z`)
		case opWordEdge:
			b.WriteString([]string{`\b`, `\B`}[btoi(n.negated)])
		case opRepeat:
			if nested(n) {
				// The standard library multiplies nested counts and refuses more than 1,000 in all: written out, they are
				// as many characters as size has allowed.
				for range n.min {
					write(&node{op: opGroup, subs: n.subs})
				}
				if n.max < 0 {
					write(&node{op: opRepeat, max: -1, subs: n.subs})
				}
				for range n.max - n.min {
					write(&node{op: opRepeat, max: 1, subs: n.subs})
				}
				return
			}
			b.WriteString("(?:")
			write(n.subs[0])
			b.WriteByte(')')
			writeCounts(&b, n)
		}
	}
	b.WriteString(`\A(?:`)
	write(root)
	b.WriteString(`)\z`)
	return b.String()
}

// bytes is the set of the bytes that a match of n can hold.
func bytes(n *node) (set Set) {
	if n.op == opSet {
		return n.set
	}
	if n.op == opBackref {
		return all
	}
	for _, sub := range n.subs {
		set = set.union(bytes(sub))
	}
	return set
}

// nested reports whether n counts repetitions of something that counts repetitions.
func nested(n *node) bool {
	var counts func(n *node) bool
	counts = func(n *node) bool {
		if n.op == opRepeat && (n.min > 1 || n.max > 1) {
			return true
		}
		for _, sub := range n.subs {
			if counts(sub) {
				return true
			}
		}
		return false
	}
	return (n.min > 1 || n.max > 1) && counts(n.subs[0])
}

func writeCounts(b *strings.Builder, n *node) {
	switch {
	case n.min == 0 && n.max < 0:
		b.WriteByte('*')
	case n.min == 1 && n.max < 0:
		b.WriteByte('+')
	case n.min == 0 && n.max == 1:
		b.WriteByte('?')
	default:
		b.WriteString("{" + strconv.Itoa(n.min))
		if n.max != n.min {
			b.WriteByte(',')
		}
		if n.max > n.min {
			b.WriteString(strconv.Itoa(n.max))
		}
		b.WriteByte('}')
	}
}

// backtracking writes n for regexp2, with the same meaning as in PCRE: only groups that are referred to capture, under
// numbers of their own, and every class, flag and escape is spelled out.
func backtracking(root *node) string {
	numbers := map[int]int{}
	collect(root, opBackref, func(n *node) { numbers[n.n] = 0 })
	captured := 0
	var b strings.Builder
	var write func(n *node)
	write = func(n *node) {
		switch n.op {
		case opEmpty:
			b.WriteString("(?:)")
		case opSet:
			if n.set.empty() {
				b.WriteString("(?!)")
			} else {
				n.set.class(&b)
			}
		case opConcat:
			for _, sub := range n.subs {
				write(sub)
			}
		case opAlt:
			for i, sub := range n.subs {
				b.WriteString([]string{"(?:", "|"}[min(i, 1)])
				write(sub)
			}
			b.WriteByte(')')
		case opGroup, opAtomic, opLook:
			open := "(?:"
			if _, referred := numbers[n.n]; n.op == opGroup && referred {
				captured++
				numbers[n.n] = captured
				open = "("
			}
			switch {
			case n.op == opAtomic:
				open = "(?>"
			case n.op == opLook:
				open = "(?" + []string{"", "<"}[btoi(n.behind)] + []string{"=", "!"}[btoi(n.negated)]
			}
			b.WriteString(open)
			write(n.subs[0])
			b.WriteByte(')')
		case opBackref:
			b.WriteString(`(?:\` + strconv.Itoa(numbers[n.n]) + ")")
		case opBegin:
			b.WriteString(`\A`)
		case opEnd:
			b.WriteString(`\z`)
		case opWordEdge:
			b.WriteString([]string{`\b`, `\B`}[btoi(n.negated)])
		case opRepeat:
			// regexp2 v2.12.0 merges the counts of (?:a{2,4}){1,2} into a{2,8} and those of (?>a+){2} into (?>a{2,}), which
			// mean something else where not all ways are tried. A capturing group in between keeps them apart.
			apart := n.subs[0].op != opSet
			if apart {
				captured++
			}
			b.WriteString([]string{"(?:", "("}[btoi(apart)])
			write(n.subs[0])
			b.WriteByte(')')
			writeCounts(&b, n)
			if n.lazy {
				b.WriteByte('?')
			}
		}
	}
	b.WriteString(`\A(?:`)
	write(root)
	b.WriteString(`)\z`)
	return b.String()
}

// groupsOf returns the capturing groups of root by number, those in look-around too.
func groupsOf(root *node) map[int]*node {
	groups := map[int]*node{}
	collect(root, opGroup, func(n *node) { groups[n.n] = n.subs[0] })
	return groups
}

// collect calls f for every node of the given kind below n.
func collect(n *node, kind op, f func(*node)) {
	if n.op == kind {
		f(n)
	}
	for _, sub := range n.subs {
		collect(sub, kind, f)
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
