package pcre

import (
	"fmt"
	"math/bits"
	"strings"
)

// A Set is a set of ASCII bytes: what one character of a pattern can stand for. Origins are ASCII, so nothing else
// takes part.
type Set [2]uint64

// SetOf returns the set of the bytes in s that are ASCII.
func SetOf(s string) (set Set) {
	for i := range len(s) {
		set.add(s[i])
	}
	return set
}

func (s *Set) add(b byte) {
	if b < 128 {
		s[b>>6] |= 1 << (b & 63)
	}
}

// addRange adds the ASCII part of lo to hi.
func (s *Set) addRange(lo, hi rune) {
	for r := lo; r <= min(hi, 127); r++ {
		s.add(byte(r))
	}
}

// Has reports whether b is in s.
func (s Set) Has(b byte) bool { return b < 128 && s[b>>6]>>(b&63)&1 != 0 }

func (s Set) union(t Set) Set     { return Set{s[0] | t[0], s[1] | t[1]} }
func (s Set) intersect(t Set) Set { return Set{s[0] & t[0], s[1] & t[1]} }
func (s Set) complement() Set     { return Set{^s[0], ^s[1]} }
func (s Set) empty() bool         { return s == Set{} }
func (s Set) size() int           { return bits.OnesCount64(s[0]) + bits.OnesCount64(s[1]) }

// fold adds the other case of each letter in s.
func (s Set) fold() Set {
	for lower, upper := byte('a'), byte('A'); lower <= 'z'; lower, upper = lower+1, upper+1 {
		if s.Has(lower) || s.Has(upper) {
			s.add(lower)
			s.add(upper)
		}
	}
	return s
}

// bytes returns the members of s in order.
func (s Set) bytes() []byte {
	var out []byte
	for b := range byte(128) {
		if s.Has(b) {
			out = append(out, b)
		}
	}
	return out
}

// only returns the single member of s.
func (s Set) only() (b byte, ok bool) {
	if s.size() != 1 {
		return 0, false
	}
	return s.bytes()[0], true
}

// PCRE's character types and POSIX classes, in the C locale and without UCP, as Kong and Envoy use them:
// https://www.pcre.org/current/doc/html/pcre2pattern.html#SEC10
var (
	digits = SetOf("0123456789")
	lowers = SetOf("abcdefghijklmnopqrstuvwxyz")
	uppers = SetOf("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	alphas = lowers.union(uppers)
	alnums = alphas.union(digits)
	words  = alnums.union(SetOf("_"))
	spaces = SetOf(" \t\n\v\f\r")
	all    = Set{}.complement()

	posixClasses = map[string]Set{
		"alpha":  alphas,
		"lower":  lowers,
		"upper":  uppers,
		"alnum":  alnums,
		"ascii":  all,
		"blank":  SetOf(" \t"),
		"cntrl":  between(0, 31).union(SetOf("\x7f")),
		"digit":  digits,
		"graph":  between('!', '~'),
		"print":  between(' ', '~'),
		"punct":  between('!', '~').intersect(alnums.complement()),
		"space":  spaces,
		"word":   words,
		"xdigit": digits.union(SetOf("abcdefABCDEF")),
	}
)

func between(lo, hi rune) (s Set) {
	s.addRange(lo, hi)
	return s
}

// class writes s as a bracketed class that means the same to the standard library and to regexp2: hexadecimal escapes
// only, so that no byte is special in either.
func (s Set) class(b *strings.Builder) {
	b.WriteByte('[')
	for c := 0; c < 128; c++ {
		if !s.Has(byte(c)) {
			continue
		}
		first := c
		for c < 127 && s.Has(byte(c+1)) {
			c++
		}
		fmt.Fprintf(b, `\x%02x`, first)
		if c > first {
			fmt.Fprintf(b, `-\x%02x`, c)
		}
	}
	b.WriteByte(']')
}
