// Package pcre matches origins against PCRE-style patterns, always against the whole text, without giving a hostile text
// a way to take long.
//
// A pattern is parsed here, by PCRE's rules, into a few operations on sets of ASCII bytes; whatever is not understood to
// the letter is an error. A pattern that is regular then runs on the standard library's linear-time engine, and one that
// is large, or has look-around or atomic groups, on a matcher that is linear too (match.go). Only back-references need
// more: such a pattern runs on regexp2, under a timeout, on those texts only that a linear over-approximation admits and
// that the matcher has matched within a limited number of steps; and if a text could make it try too many paths, it is
// refused (cost.go). All engines get their pattern from the same tree, in a notation that means the same in each.
package pcre

import (
	"fmt"
	"regexp"
	"time"

	"github.com/dlclark/regexp2/v2"
)

// timeout is the last line of defence, behind the limits on steps, which alone keep a match below a few milliseconds. It
// is time on the clock, in which a busy machine may not have let the match run at all, so it is generous.
const timeout = 500 * time.Millisecond

// maxFast is the most instructions of a pattern for the standard library's engine: all of them can cost time for each byte of
// a text, some four instructions as much as a step of ours, and it has no limit on steps.
const maxFast = 900

// A Verdict is the outcome of a match.
type Verdict uint8

const (
	No        Verdict = iota
	Yes               // the pattern matches the whole text
	Undecided         // the match was given up
)

// A Regexp is a compiled pattern. It is safe for concurrent use.
type Regexp struct {
	*runner
	root       *node
	conditions []*automaton // for a List
	cost       int          // of the search for its degree

	// Dead is the first item of the pattern, as it is written, that can never match, as no origin holds such a byte.
	Dead string
	// Loose reports an unescaped "." between two literal characters of a host name.
	Loose bool
	// LackDot is what follows, as far as it is literal, where one of several alternatives ends in a dot and another one lacks it:
	// example.com in (www|api\.)example\.com.
	LackDot []string
}

// A runner is what matching a text takes.
type runner struct {
	least, most int // bytes of a match

	fast     *regexp.Regexp  // of a regular pattern that is not large, and otherwise nil
	fastSize int             // of that one, in instructions
	program  *program        // otherwise: the pattern, or what it admits at most if it has back-references
	tries    *program        // the pattern, if it has back-references
	slow     *regexp2.Regexp // the same
}

// Check returns the errors of [Compile] that can be told without compiling.
func Check(pattern string) error {
	_, _, err := parse(pattern)
	return err
}

// Compile parses and compiles a pattern. Its errors are *Error.
func Compile(pattern string) (*Regexp, error) {
	root, dead, err := parse(pattern)
	if err != nil {
		return nil, err
	}
	re := &Regexp{runner: &runner{}, root: root, Dead: dead, Loose: markLooseDots(root), LackDot: lackDot(root, Set{}, "")}
	re.least, re.most = lengths(root)
	if re.conditions = conditions(root); re.conditions == nil {
		return nil, tooComplex(fmt.Sprintf("its characters can follow each other in more than %d ways", maxEdges))
	}
	if re.fastSize = instructions(root); !root.holds(opLook, opAtomic, opBackref) && re.fastSize <= maxFast {
		if re.fast, err = regexp.Compile(notation(root, false)); err != nil {
			return nil, tooComplex(err)
		}
		return re, nil
	}
	if re.program, err = newProgram(root, true); err != nil {
		return nil, err
	}
	if !root.holds(opBackref) {
		return re, nil
	}
	var d int
	switch d, re.cost = degree(root); {
	case d >= exponential:
		return nil, &Error{Explosive, "it has exponentially many ways to match a hostile origin; give each repetition " +
			"characters that cannot match what follows it, such as [^.]+ instead of .+, do not nest repetitions, or make " +
			"the inner one possessive"}
	case d > maxDegree:
		return nil, &Error{Explosive, fmt.Sprintf("it has n^%d or more ways to match a hostile origin of n bytes; use fewer "+
			"repetitions that can match the same characters, such as [^.]+ instead of .+", d)}
	}
	if re.tries, err = newProgram(root, false); err != nil {
		return nil, err
	}
	if re.slow, err = regexp2.Compile(notation(root, true)); err != nil {
		return nil, tooComplex(err)
	}
	re.slow.MatchTimeout = timeout
	return re, nil
}

// Size returns what the pattern costs, in memory and to compile, in edges of its automata, instructions, and the like.
func (re *Regexp) Size() (n int) {
	for _, a := range re.conditions {
		n += a.edges
	}
	for _, p := range []*program{re.program, re.tries} {
		if p != nil {
			n += len(p.code)
		}
	}
	return n + re.cost/20
}

func tooComplex(why any) error {
	return &Error{TooLarge, fmt.Sprintf("the pattern is too complex (%v); split it into several", why)}
}

// Try matches the whole of text, and says how many steps it has taken.
func (re *Regexp) Try(text string) (v Verdict, steps int) {
	v, left := re.match(text, maxSteps)
	return v, maxSteps - left
}

// match matches within a number of steps, and returns how many are left.
func (re *runner) match(text string, steps int) (v Verdict, left int) {
	if len(text) < re.least || len(text) > re.most {
		return No, steps
	}
	if steps <= 0 {
		return Undecided, 0
	}
	if re.fast != nil {
		left = steps - re.fastSize*len(text)/3 // at most; most often it is far less
		if left < 0 {
			return Undecided, 0
		}
		if re.fast.MatchString(text) {
			return Yes, left
		}
		return No, left
	}
	if v, left = re.program.match(text, steps); v != Yes || re.slow == nil {
		return v, left
	}
	tries := min(maxTries, left)
	v, rest := re.tries.match(text, tries)
	left -= tries - rest
	if v != Yes {
		return v, left
	}
	switch ok, err := re.slow.MatchString(text); {
	case err != nil:
		return Undecided, left
	case ok:
		return Yes, left
	}
	return No, left
}
