package pcre

import (
	"iter"
	"maps"
)

// A backtracking engine tries one path after the other, so what a pattern can cost is the number of paths that a string
// allows. This file reads that number off the pattern's automaton, with the criteria of Weber and Seidl, "On the degree
// of ambiguity of finite automata" (1991): a loop that can be run through in two ways on the same string doubles the
// paths with every round (exponential); two loops in a row that can share out the same string between them multiply
// their lengths (polynomial). Where the reading is not exact it counts more paths, never fewer.

// maxDegree is the highest power of an origin's length that a match may cost: the square of 326 is a matter of a
// millisecond, the cube is not.
const maxDegree = 2

const exponential = 1000

// maxLoop bounds the positions of one loop, whose pairs are examined, and maxCost the edges and pairs of edges that are
// looked at for one pattern. What is beyond them counts as exponential.
const (
	maxLoop = 64
	maxCost = 1_000_000
)

// degree returns the power of the text's length that bounds the paths that a backtracking engine tries for root, and how much of
// [maxCost] that has taken to find out. Beyond [maxDegree] it is a lower bound.
func degree(root *node) (d, cost int) {
	c := costs{reading: newReading(forCost, root), left: maxCost}
	d = c.degree(root)
	return d, maxCost - c.left
}

// costs is a search for the degree of a pattern.
type costs struct {
	reading
	left int // of maxCost
}

func (c *costs) degree(root *node) int {
	own := c.ambiguity(build(root, c.reading))
	worst := own
	// What is inside an atomic group or a look-around is tried anew wherever the paths around it lead to it: only before
	// the first loop is there a single such place.
	var walk func(n *node, looped bool) (loops bool)
	walk = func(n *node, looped bool) bool {
		switch n.op {
		case opRepeat:
			inside := n.max < 0 || n.max > 3
			return walk(n.subs[0], looped || inside) || inside
		case opLook, opAtomic:
			if worst > maxDegree {
				return false // enough is known
			}
			d := c.degree(n.subs[0])
			if looped {
				d += own
			}
			worst = max(worst, d)
			return n.op == opAtomic && d > 0
		case opAlt:
			loops := false
			for _, sub := range n.subs {
				loops = walk(sub, looped) || loops
			}
			return loops
		}
		loops := false
		for _, sub := range n.subs {
			loops = walk(sub, looped || loops) || loops
		}
		return loops
	}
	walk(root, false)
	return worst
}

// ambiguity returns the degree of a: 0 without loops, 1 with loops that exclude each other, and so on, until it is too high.
func (c *costs) ambiguity(a *automaton) int {
	if a == nil {
		return exponential
	}
	loops := a.loops()
	for _, loop := range loops {
		if len(loop) > maxLoop || c.branches(a, loop) {
			return exponential
		}
	}
	// The longest chain of loops in which each can hand its string over to the next.
	depth := make([]int, len(loops))
	var longest func(i int) int
	longest = func(i int) int {
		if depth[i] == 0 {
			depth[i] = 1
			for j := 0; j < len(loops) && depth[i] <= maxDegree && c.left >= 0; j++ {
				if i != j && c.shares(a, loops[i], loops[j]) {
					depth[i] = max(depth[i], 1+longest(j))
				}
			}
		}
		return depth[i]
	}
	worst := 0
	for i := range loops {
		worst = max(worst, longest(i))
	}
	if c.left < 0 {
		return exponential
	}
	return worst
}

// loops returns the strongly connected components of a that hold a cycle (Tarjan's algorithm).
func (a *automaton) loops() (loops []map[int]bool) {
	index := make([]int, len(a.sets)) // order of the first visit, from 1
	low := make([]int, len(a.sets))
	var stack []int
	onStack := make([]bool, len(a.sets))
	visits := 0
	var visit func(p int)
	visit = func(p int) {
		visits++
		index[p], low[p] = visits, visits
		stack, onStack[p] = append(stack, p), true
		again := false
		for _, t := range a.follow[p] {
			q := t.to
			again = again || q == p
			if index[q] == 0 {
				visit(q)
				low[p] = min(low[p], low[q])
			} else if onStack[q] {
				low[p] = min(low[p], index[q])
			}
		}
		if low[p] != index[p] {
			return
		}
		loop := map[int]bool{}
		for !loop[p] {
			q := stack[len(stack)-1]
			stack, onStack[q], loop[q] = stack[:len(stack)-1], false, true
		}
		if len(loop) > 1 || again {
			loops = append(loops, loop)
		}
	}
	for p := range a.sets {
		if index[p] == 0 {
			visit(p)
		}
	}
	return loops
}

// reach returns the positions that any number of bytes of set lead to from those in from, these included.
func (a *automaton) reach(from iter.Seq[int], set Set) map[int]bool {
	seen := map[int]bool{}
	var todo []int
	for p := range from {
		seen[p] = true
		todo = append(todo, p)
	}
	for len(todo) > 0 {
		p := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, t := range a.follow[p] {
			if q := t.to; !seen[q] && !a.sets[q].intersect(set).empty() {
				seen[q] = true
				todo = append(todo, q)
			}
		}
	}
	return seen
}

// branches reports whether one string can lead around loop in two ways.
func (c *costs) branches(a *automaton, loop map[int]bool) bool {
	for p := range loop {
		for _, q := range a.follow[p] {
			if loop[q.to] && q.ways > 1 && !a.sets[q.to].empty() {
				return true
			}
		}
	}
	// Pairs of positions that the same string leads to, of two ways around.
	number := map[int]int{}
	for p := range loop {
		number[p] = len(number)
	}
	after, before := make([][]int, len(loop)), make([][]int, len(loop))
	sets := make([]Set, len(loop))
	for p, i := range number {
		sets[i] = a.sets[p]
		for _, q := range a.follow[p] {
			if loop[q.to] {
				after[i] = append(after[i], number[q.to])
				before[number[q.to]] = append(before[number[q.to]], i)
			}
		}
	}
	type pair [2]int
	search := func(next [][]int, forwards bool) (seen [maxLoop][maxLoop]bool) {
		var todo []pair
		for i := range sets {
			seen[i][i] = true
			todo = append(todo, pair{i, i})
		}
		for len(todo) > 0 {
			at := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			for _, i := range next[at[0]] {
				for _, j := range next[at[1]] {
					if c.left--; c.left < 0 {
						return seen
					}
					to := pair{i, j}
					read := at // the bytes that lead on are those of the later pair
					if forwards {
						read = to
					}
					if !seen[i][j] && !sets[read[0]].intersect(sets[read[1]]).empty() {
						seen[i][j] = true
						todo = append(todo, to)
					}
				}
			}
		}
		return seen
	}
	apart, together := search(after, true), search(before, false)
	for i := range sets {
		for j := range sets {
			if i != j && apart[i][j] && together[i][j] {
				return true
			}
		}
	}
	return false
}

// shares reports whether a string could run around loop, lead over to next, and run around next: possible only if the
// way over and both loops have bytes in common.
func (c *costs) shares(a *automaton, loop, next map[int]bool) bool {
	c.left -= 10 * (len(loop) + len(next))
	var common, other Set
	for p := range loop {
		common = common.union(a.sets[p])
	}
	for p := range next {
		other = other.union(a.sets[p])
	}
	if common = common.intersect(other); common.empty() {
		return false
	}
	way := a.reach(maps.Keys(loop), common)
	found := false
	for p := range way {
		c.left -= len(a.follow[p])
		found = found || next[p]
	}
	return found
}
