// Package pcre matches origins against PCRE-style patterns, always against the whole text, without giving a hostile text
// a way to take long.
//
// A pattern is parsed here, by PCRE's rules, into a few operations on sets of ASCII bytes; whatever is not understood to
// the letter is an error. A pattern that is regular then runs on the standard library's linear-time engine. One that
// needs backtracking runs on regexp2, under a timeout, on those texts only that match a linear-time over-approximation,
// which is exact if look-around is all that needs it (see machine.go); and it is refused altogether if its automaton shows
// that a text could make it try too many paths (see cost.go). All engines get their pattern from the same tree, in a
// notation that means the same in each.
package pcre

import (
	"fmt"
	"regexp"
	"time"

	"github.com/dlclark/regexp2/v2"
)

// timeout is the last line of defence, behind the refusal of costly patterns, which alone keeps a match below a
// millisecond. It is time on the clock, in which a busy machine may not have let the match run at all, so it is generous.
const timeout = 500 * time.Millisecond

// A Verdict is the outcome of a match.
type Verdict uint8

const (
	No        Verdict = iota
	Yes               // the pattern matches the whole text
	Undecided         // the match was given up
)

// A Regexp is a compiled pattern. It is safe for concurrent use.
type Regexp struct {
	root *node
	fast *regexp.Regexp  // the pattern, or an over-approximation of it if slow is there
	look *machine        // a closer over-approximation of a pattern with look-around; nil if there is none
	slow *regexp2.Regexp // nil for a regular pattern

	// Dead reports that a part of the pattern can never match, as it needs a byte that is not in the alphabet.
	Dead bool
	// Loose reports an unescaped "." between two literal characters of a host name.
	Loose bool
}

// Compile parses and compiles a pattern for texts over alphabet. Its errors are *Error.
func Compile(pattern string, alphabet Set) (*Regexp, error) {
	root, dead, err := parse(pattern, alphabet)
	if err != nil {
		return nil, err
	}
	re := &Regexp{root: root, Dead: dead, Loose: markLooseDots(root)}
	if re.fast, err = regexp.Compile(linear(root)); err != nil {
		return nil, &Error{TooLarge, fmt.Sprintf("the pattern is too complex (%v); split it into several", err)}
	}
	if regular(root) {
		return re, nil
	}
	switch d := degree(root); {
	case d >= exponential:
		return nil, &Error{Explosive, "a hostile origin could make it try exponentially many paths; give each repetition " +
			"characters that cannot match what follows it, such as [^.]+ instead of .+, do not nest repetitions, or make " +
			"the inner one possessive"}
	case d > maxDegree:
		return nil, &Error{Explosive, fmt.Sprintf("a hostile origin of n bytes could make it try n^%d paths; use fewer "+
			"repetitions that can match the same characters, such as [^.]+ instead of .+", d)}
	}
	if re.slow, err = regexp2.Compile(backtracking(root)); err != nil {
		return nil, &Error{TooLarge, fmt.Sprintf("the pattern is too complex (%v); split it into several", err)}
	}
	re.slow.MatchTimeout = timeout
	re.look = newMachine(root)
	return re, nil
}

// Match matches the whole of text.
func (re *Regexp) Match(text string) Verdict {
	if !re.fast.MatchString(text) {
		return No
	}
	if re.slow == nil {
		return Yes
	}
	if re.look != nil && !re.look.admits(text) {
		return No
	}
	switch ok, err := re.slow.MatchString(text); {
	case err != nil:
		return Undecided
	case ok:
		return Yes
	}
	return No
}
