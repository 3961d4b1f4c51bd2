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

// notation writes a pattern for both engines, with the same meaning as in PCRE: only groups that are referred to capture,
// under numbers of their own, and every class, flag and escape is spelled out. A regular pattern is written without what the
// standard library does not know.
func notation(root *node, backtracks bool) string {
	numbers := map[int]int{}
	collect(root, opBackref, func(n *node) { numbers[n.n] = 0 })
	captured := 0
	var b strings.Builder
	var write func(n *node)
	group := func(open string, n *node) {
		b.WriteString(open)
		write(n)
		b.WriteByte(')')
	}
	write = func(n *node) {
		switch n.op {
		case opEmpty:
			b.WriteString("(?:)")
		case opSet:
			switch {
			case !n.set.empty():
				n.set.class(&b)
			case backtracks:
				b.WriteString("(?!)")
			default:
				b.WriteString(`[^\x00-\x{10FFFF}]`)
			}
		case opConcat:
			for _, sub := range n.subs {
				write(sub)
			}
		case opAlt:
			open := "(?:"
			for _, sub := range n.subs {
				b.WriteString(open)
				write(sub)
				open = "|"
			}
			b.WriteByte(')')
		case opGroup:
			open := "(?:"
			if _, referred := numbers[n.n]; referred {
				captured++
				numbers[n.n] = captured
				open = "("
			}
			group(open, n.subs[0])
		case opAtomic:
			group("(?>", n.subs[0])
		case opLook:
			group("(?"+[]string{"", "<"}[btoi(n.behind)]+[]string{"=", "!"}[btoi(n.negated)], n.subs[0])
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
			open := "(?:"
			if backtracks && n.subs[0].op != opSet {
				captured++
				open = "("
			}
			group(open, n.subs[0])
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

// endless is more than any text has.
const endless = 1 << 20

// lengths returns how many bytes a match of n has, at least and at most.
func lengths(n *node) (least, most int) {
	switch n.op {
	case opSet:
		return 1, 1
	case opConcat, opGroup, opAtomic:
		for _, sub := range n.subs {
			l, m := lengths(sub)
			least, most = least+l, min(endless, most+m)
		}
	case opAlt:
		least = endless
		for _, sub := range n.subs {
			l, m := lengths(sub)
			least, most = min(least, l), max(most, m)
		}
	case opRepeat:
		l, m := lengths(n.subs[0])
		if n.max < 0 && m > 0 {
			return l * n.min, endless
		}
		return l * n.min, min(endless, m*max(0, n.max))
	case opBackref:
		return 0, endless
	}
	return least, most
}

// instructions counts those of the standard library's engine for a regular n, whose counted repetitions it writes out.
func instructions(n *node) int {
	total := btoi(len(n.subs) == 0)
	for _, sub := range n.subs {
		total += instructions(sub)
	}
	switch {
	case n.op == opAlt:
		total += len(n.subs) - 1
	case n.op == opRepeat && n.max < 0: // two more for a loop whose rounds can be empty
		total = total*max(1, n.min) + 2
	case n.op == opRepeat:
		total = total*n.min + (total+1)*(n.max-n.min)
	}
	return total
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
