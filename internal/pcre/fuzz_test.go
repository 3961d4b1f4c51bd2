package pcre

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dlclark/regexp2/v2"
)

// naive is PCRE's matching in the most literal form: a function for each operation, and a continuation for what follows.
// It gives up, with ok false, after too many steps.
func naive(root *node, text string) (matched, ok bool) {
	captures := map[int]string{}
	steps := 0
	word := func(i int) bool { return i >= 0 && i < len(text) && words.Has(text[i]) }
	// attempt undoes what f captured if it fails.
	attempt := func(f func() bool) bool {
		before := maps.Clone(captures)
		if f() {
			return true
		}
		captures = before
		return false
	}
	var m func(n *node, i int, next func(int) bool) bool
	var loop func(n *node, count, i int, next func(int) bool) bool
	m = func(n *node, i int, next func(int) bool) bool {
		if steps++; steps > 100_000 {
			return false
		}
		switch n.op {
		case opEmpty:
			return next(i)
		case opSet:
			return i < len(text) && n.set.Has(text[i]) && next(i+1)
		case opConcat:
			if len(n.subs) == 1 {
				return m(n.subs[0], i, next)
			}
			rest := &node{op: opConcat, subs: n.subs[1:]}
			return m(n.subs[0], i, func(j int) bool { return m(rest, j, next) })
		case opAlt:
			for _, sub := range n.subs {
				if m(sub, i, next) {
					return true
				}
			}
			return false
		case opGroup:
			return m(n.subs[0], i, func(j int) bool {
				old, had := captures[n.n]
				captures[n.n] = text[i:j]
				if next(j) {
					return true
				}
				delete(captures, n.n)
				if had {
					captures[n.n] = old
				}
				return false
			})
		case opBackref:
			s, set := captures[n.n]
			return set && len(text)-i >= len(s) && text[i:i+len(s)] == s && next(i+len(s))
		case opBegin:
			return i == 0 && next(i)
		case opEnd:
			return i == len(text) && next(i)
		case opWordEdge:
			return (word(i-1) != word(i)) != n.negated && next(i)
		case opAtomic:
			end := -1
			return attempt(func() bool { return m(n.subs[0], i, func(j int) bool { end = j; return true }) && next(end) })
		case opLook:
			return attempt(func() bool {
				found := false
				if n.behind {
					for start := i; start >= 0 && !found; start-- {
						found = m(n.subs[0], start, func(j int) bool { return j == i })
					}
				} else {
					found = m(n.subs[0], i, func(int) bool { return true })
				}
				return found != n.negated && next(i)
			})
		}
		return loop(n, 0, i, next)
	}
	loop = func(n *node, count, i int, next func(int) bool) bool {
		again := func() bool {
			return (n.max < 0 || count < n.max) && m(n.subs[0], i, func(j int) bool {
				if j == i && count >= n.min && n.max < 0 {
					return next(j) // an empty round ends a loop without a limit
				}
				return loop(n, count+1, j, next)
			})
		}
		switch {
		case count < n.min:
			return again()
		case n.lazy:
			return next(i) || again()
		}
		return again() || next(i)
	}
	matched = m(root, 0, func(i int) bool { return i == len(text) })
	return matched, steps <= 100_000
}

// pattern makes a pattern of the bytes in seed, so that the fuzzer changes structure and not only characters.
func pattern(seed []byte) string {
	groups := 0
	next := func(n int) int {
		if len(seed) == 0 {
			return 0
		}
		b := int(seed[0]) % n
		seed = seed[1:]
		return b
	}
	pick := func(of ...string) string { return of[next(len(of))] }
	var gen func(depth int) string
	gen = func(depth int) string {
		if depth == 0 || len(seed) == 0 {
			return pick("a", "b", "c", ".", "[ab]", "[^a]", `\w`, `\d`, `\.`, "1", "-", `[[:alpha:]]`, `[^[:digit:]b]`, `\W`,
				`\S`, `[a-c]`, `[\w-]`, "^", "$", `\b`, `\B`, "", "A", "[A-C]")
		}
		switch next(14) {
		case 0, 1, 2:
			return gen(depth-1) + gen(depth-1)
		case 3:
			return gen(depth-1) + "|" + gen(depth-1)
		case 4:
			groups++
			return "(" + gen(depth-1) + ")"
		case 5:
			return "(?:" + gen(depth-1) + ")" +
				pick("*", "+", "?", "{2}", "{1,2}", "{0,3}", "{1,}", "*?", "+?", "??", "*+", "++", "?+", "{1,2}?")
		case 6:
			return pick("a", "b", "[ab]", ".", `\w`) + pick("*", "+", "?", "{2}", "*?", "+?", "*+", "++")
		case 7:
			return "(?=" + gen(depth-1) + ")"
		case 8:
			return "(?!" + gen(depth-1) + ")"
		case 9:
			return pick("(?<=", "(?<!") + pick("a", "b", "ab", "[ab]", ".", "a|b", `\b`, "^", "a+b", `\w`) + ")"
		case 10:
			return "(?>" + gen(depth-1) + ")"
		case 11:
			return `(?:\` + pick("1", "2") + ")"
		case 12:
			return "(?" + pick("i", "x", "s", "m", "-i", "i-s", "U", "n") + ":" + gen(depth-1) + ")"
		}
		return gen(depth-1) + gen(depth-1) + gen(depth-1)
	}
	return gen(5)
}

// FuzzEngines holds together, on patterns that the fuzzer builds: both engines, PCRE's own way of matching, and the
// over-approximation, which may admit more but never less.
func FuzzEngines(f *testing.F) {
	for _, seed := range []string{"", "\x03\x07\x04\x06\x03\x00\x03\x0b\x00\x00", "\x05\x06\x03\x06", "\x00\x04\x00\x0b\x00", "\x07\x04\x00\x00\x0b\x00", "\x03\x05\x06\x09\x01"} {
		f.Add([]byte(seed), "abc1")
	}
	f.Fuzz(func(t *testing.T, seed []byte, text string) {
		if len(seed) > 60 || len(text) > 12 {
			return
		}
		for i := range len(text) {
			if !originBytes.Has(text[i]) {
				return
			}
		}
		expr := pattern(seed)
		re, err := Compile(expr)
		if err != nil {
			return
		}
		got := re.Match(text)
		if re.slow == nil {
			slow, err := regexp2.Compile(notation(re.root, true))
			if err != nil {
				t.Fatalf("%q: %v", expr, err)
			}
			slow.MatchTimeout = time.Second
			if ok, err := slow.MatchString(text); err == nil && ok != (got == Yes) {
				t.Errorf("%q on %q: regexp says %v, regexp2 %v", expr, text, got == Yes, ok)
			}
		}
		want, finished := naive(re.root, text)
		if finished && got != Undecided && want != (got == Yes) {
			t.Errorf("%q on %q: got %v, PCRE says %v (%s)", expr, text, got == Yes, want, notation(re.root, true))
		}
		for _, admitting := range []bool{true, false} {
			program, err := newProgram(re.root, admitting)
			if err != nil {
				t.Fatalf("%q: %v", expr, err)
			}
			if v, _ := program.match(text, maxSteps); finished && v != Undecided && (v == Yes) != want && (want || !admitting || !re.root.holds(opBackref)) {
				t.Errorf("%q on %q: the program (admitting: %v) says %v, PCRE says %v", expr, text, admitting, v == Yes, want)
			}
		}
	})
}

// FuzzCompile holds that no pattern, however hostile, makes the compiler panic or hang, that an error has a hint, and that
// each host that a pattern admits has one of its tails, and that it is admitted at all.
func FuzzCompile(f *testing.F) {
	for _, seed := range []string{
		`https://([a-z0-9-]+\.)*example\.com(:\d+)?`, `(?i)[[:^upper:]\Q]\E]{2,3}+\1`, `(?x) a # b`, `(?<n>a)\k<n>(?=b|(?!c))`,
		`((((a?){9}){9}){9})`, `(?>a|b)*+(?<=x)\g{-1}`, `[\d-\x{62}]\cA\o{101}`, "(?#", `\Q`, "[[:", "(?P=", "(*",
	} {
		f.Add(seed, "https://a.example.com")
	}
	for _, expr := range []string{
		`10\.\d+\.[0-9.]+`, `localhost|127\.0\.0\.1|192\.168\.\d+\.\d+`, `172\.(1[6-9]|2\d|3[01])\.\d{1,3}\.\d{1,3}(\.[a-z]+)?`, `1\d?0?\.\d+`,
	} {
		f.Add(expr, "10.1.2.3")
		f.Add(expr, "172.25.1.19")
	}
	f.Fuzz(func(t *testing.T, expr, text string) {
		re, err := Compile(expr)
		if err == nil {
			owned := func(end string) bool { return len(end) > 5 && end[0] == '.' }
			re.Tails(true, owned, tenVariants)
			tails, _ := re.Tails(false, owned, tenVariants)
			// A dot that is loose is read as one, and reported by itself.
			if !re.Loose && text != "" && len(text) < 254 && strings.Trim(text, HostBytes) == "" && re.Match(text) == Yes &&
				!slices.ContainsFunc(tails, func(tail Tail) bool { return has(text, tail, owned) }) {
				t.Errorf("%q admits %q, which has none of the tails %+v", expr, text, tails)
			}
			if len(text) < 254 && re.Match(text) == Yes {
				if wellFormedHost.MatchString(text) && !re.Admits(false) {
					t.Errorf("%q admits the host %q, and none by its automaton", expr, text)
				}
				if wellFormedOrigin.MatchString(text) && !re.Admits(true) {
					t.Errorf("%q admits %q, and no origin by its automaton", expr, text)
				}
			}
		} else if err.Error() == "" {
			t.Errorf("%q: an error without a hint", expr)
		}
	})
}

const labels = `[a-z0-9_!-]+(\.[a-z0-9_!-]+)*\.?|\[[0-9a-f:.]+\]`

var (
	wellFormedHost   = regexp.MustCompile(`^(` + labels + `)$`)
	wellFormedOrigin = regexp.MustCompile(`^[a-z][a-z0-9+.-]*://(` + labels + `)(:[0-9]{1,5})?$`)
)

var privateUse = regexp.MustCompile(`^(10|127|169\.254|172\.(1[6-9]|2[0-9]|3[01])|192\.168)\.`)

// has reports whether a host has a tail.
func has(host string, tail Tail, owned func(end string) bool) bool {
	switch {
	case tail.Private:
		return privateUse.MatchString(host) && strings.HasPrefix(host, tail.Host) && strings.Trim(host, "0123456789.") == ""
	case tail.Open || owned(tail.Host):
		return strings.HasSuffix(host, tail.Host)
	}
	return host == tail.Host
}

// FuzzList holds that a list finds what trying every pattern in turn finds, whatever it remembers of earlier texts.
func FuzzList(f *testing.F) {
	f.Add([]byte("\x05\x06\x03\x06"), []byte("\x00\x04\x00\x0b\x00"), []byte("\x03\x05"), "abc1", "ab")
	f.Add([]byte("\x07\x04\x00"), []byte("\x0a\x04\x00\x0b\x00"), []byte(""), "b-1", "b-2")
	f.Fuzz(func(t *testing.T, a, b, c []byte, text1, text2 string) {
		var regexps []*Regexp
		for _, seed := range [][]byte{a, b, c} {
			if len(seed) > 40 {
				return
			}
			if re, err := Compile(pattern(seed)); err == nil {
				regexps = append(regexps, re)
			}
		}
		list := NewList(regexps)
		for _, text := range []string{text1, text2, text1} {
			if len(text) > 12 || text == "" || strings.Trim(text, string(originBytes.bytes())) != "" {
				return
			}
			i, v := list.Match(text, nil, plenty())
			want, wantV := 0, No
			for j, re := range regexps {
				if got := re.Match(text); got == Yes {
					want, wantV = j, Yes
					break
				} else if got == Undecided {
					wantV = Undecided
				}
			}
			if v != wantV || v == Yes && i != want {
				t.Errorf("%q: pattern %d, %v; one by one: pattern %d, %v", text, i, v, want, wantV)
			}
		}
	})
}
