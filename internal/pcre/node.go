package pcre

import "slices"

// This file is the tree that a pattern is parsed into, and what can be read off it.

type op uint8

const (
	opEmpty    op = iota // matches the empty string
	opSet                // one byte of set
	opConcat             // subs, one after the other
	opAlt                // the first of subs that lets the rest match
	opRepeat             // subs[0], min to max times; max < 0: no limit
	opGroup              // subs[0], captured as group number n
	opAtomic             // subs[0], never reconsidered
	opLook               // subs[0] matches here (behind: up to here), without consuming; negated: does not
	opBackref            // what group n captured
	opBegin              // the beginning of the text
	opEnd                // the end of the text
	opWordEdge           // a word boundary; negated: none
)

// A node is a pattern after parsing: flags, names, escapes, classes, comments and letter case are resolved, so every
// later step (all engines, the risk and the cost analysis) sees the same few operations and cannot disagree about syntax.
type node struct {
	op       op
	set      Set
	subs     []*node
	min, max int
	n        int
	lazy     bool
	negated  bool
	behind   bool
	dot      bool // set comes from an unescaped "."
	loose    bool // a dot that stands where an escaped one was probably meant
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

// groupsOf returns the capturing groups of root by number, those in look-around too.
func groupsOf(root *node) map[int]*node {
	groups := map[int]*node{}
	collect(root, opGroup, func(n *node) { groups[n.n] = n.subs[0] })
	return groups
}

// holds reports whether a node of one of the given kinds is in n.
func (n *node) holds(kinds ...op) bool {
	return slices.Contains(kinds, n.op) || slices.ContainsFunc(n.subs, func(sub *node) bool { return sub.holds(kinds...) })
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

// unlimited reports whether there is no limit to the length of what n matches.
func unlimited(n *node) bool {
	return n.op != opLook && (n.op == opRepeat && n.max < 0 || slices.ContainsFunc(n.subs, unlimited))
}

// size counts the characters and assertions that n stands for once its counted repetitions are written out; what is beyond
// the limit counts as just beyond it, so that nothing overflows.
func size(n *node) int {
	total := 0
	if len(n.subs) == 0 || n.op == opLook {
		total = 1
	}
	for _, sub := range n.subs {
		total += size(sub)
	}
	if n.op == opRepeat {
		total *= max(1, n.min, n.max)
	}
	return min(total, 1_000_000)
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

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
