package pcre

import (
	"strconv"
	"strings"
)

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

// writeCounts writes how often n repeats.
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
