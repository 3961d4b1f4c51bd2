package pcre

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dlclark/regexp2/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Match is [Regexp.Try], without the steps.
func (re *Regexp) Match(text string) Verdict {
	v, _ := re.Try(text)
	return v
}

func match(t *testing.T, pattern, text string) Verdict {
	t.Helper()
	re, err := Compile(pattern)
	require.NoError(t, err, pattern)
	return re.Match(text)
}

// Each verdict is PCRE's (grep -P) for \A(?:…)\z.
func TestMatchAsPCREDoes(t *testing.T) {
	for _, tc := range []struct {
		pattern string
		yes, no []string
	}{
		{`a|b`, []string{"a", "b"}, []string{"ab", "xa", "bx", ""}},
		{`^a|b$`, []string{"a", "b"}, []string{"ax", "xb"}},
		{`^a$`, []string{"a"}, []string{"aa"}},
		{`a)|(?:b`[:1], []string{"a"}, []string{"b"}},
		{`\Qa.b\E`, []string{"a.b"}, []string{"axb"}},
		{`\Qa.b\E+`, []string{"a.bb"}, []string{"a.ba.b"}},
		{`\Qab`, []string{"ab"}, []string{"a"}},
		{`(a?)(?:\1)*b`, []string{"b", "ab", "aab"}, []string{"c"}}, // what \1 stands for may be empty, and ends the loop
		{`[[:digit:]]+[[:alpha:]]`, []string{"12a"}, []string{"a", "d", ":a"}},
		{`[[:^digit:]]`, []string{"a"}, []string{"1"}},
		{`[^[:digit:]x]`, []string{"a"}, []string{"1", "x"}},
		{`[]a]`, []string{"]", "a"}, []string{"b"}},
		{`[^]a]`, []string{"b"}, []string{"]", "a"}},
		{`[a-c-e]`, []string{"a", "b", "-", "e"}, []string{"d"}},
		{`[-a]`, []string{"-", "a"}, []string{"b"}},
		{`[\w-]+`, []string{"a-b_1"}, []string{"a.b"}},
		{`[a\Q]-z\E]`, []string{"]", "-", "z", "a"}, []string{"b"}},
		{`(?i)A[B-D]`, []string{"ab", "ad"}, []string{"ae"}},
		{`(?i)[^A]`, []string{"b"}, []string{"a"}},
		{`(?i)[[:upper:]]`, []string{"a"}, []string{"1"}},
		{`(?i)[[:^upper:]]`, []string{"1"}, []string{"a"}},
		{`(a(?i)B|C)d`, []string{"abd", "cd"}, []string{"ad"}},
		{`a(?-i:b)c`, []string{"abc"}, []string{"ab"}},
		{"(?x) a # comment (\n b  [ab]", []string{"aba", "abb"}, []string{"ab", "a b"}},
		{`(?x)a # )$`, []string{"a"}, []string{"", "b"}},
		{`a(?#comment)b`, []string{"ab"}, []string{"a"}},
		{`a(?#comment)+`, []string{"aaa"}, []string{""}},
		{`a{2}`, []string{"aa"}, []string{"a", "aaa"}},
		{`a{2,}b`, []string{"aab", "aaaab"}, []string{"ab"}},
		{`a{1,3}`, []string{"a", "aaa"}, []string{"", "aaaa"}},
		{`a{x}`, []string{"a{x}"}, []string{"a", "ax"}},
		{`([a-z]{1,3}\.){1,2}x`, []string{"abc.x", "a.bc.x"}, []string{"x", "a.b.c.x", "abcd.x"}},
		{`a*?b`, []string{"b", "aab"}, []string{"a"}},
		{`(?U)a*b`, []string{"aab"}, []string{"a"}},
		{`a++b`, []string{"aab"}, []string{"b"}},
		{`a++ab`, nil, []string{"aab", "aaab"}},
		{`(?>a|ab)c`, []string{"ac"}, []string{"abc"}},
		{`(?=ab)\w+`, []string{"ab", "abc"}, []string{"ba"}},
		{`(?!ab)\w+`, []string{"ba"}, []string{"ab", "abc"}},
		{`\w+(?<=b)`, []string{"ab"}, []string{"ba"}},
		{`\w+(?<!b)`, []string{"ba"}, []string{"ab"}},
		{`\w+(?<=a{1,2}b)`, []string{"ab", "aab"}, []string{"ba", "bb"}},
		{`([a-z])\1{5}\.x`, []string{"aaaaaa.x"}, []string{"aaaaa.x", "aaaaab.x", "aaaaaaa.x"}},
		{`(a|b)\1`, []string{"aa", "bb"}, []string{"ab", "a"}},
		{`(?<n>a|b)\k<n>\k{n}\k'n'(?P=n)\g{n}`, []string{"aaaaaa"}, []string{"aaaaab"}},
		{`(?P<n>a)(?'m'b)\2\1`, []string{"abba"}, []string{"abab"}},
		{`(a)(b)\g{-1}\g-2\g1`, []string{"abbaa"}, []string{"ababa"}},
		{`(?:(a)|b)+\1`, []string{"aa", "aba"}, []string{"b", "ab"}},
		{`(a)?b\1`, []string{"aba"}, []string{"b", "ab"}},
		{`(?n)(a|b)(?<x>c)\1`, []string{"acc", "bcc"}, []string{"aca"}},
		{`\Aa\z`, []string{"a"}, []string{"aa"}},
		{`a\Z`, []string{"a"}, []string{"a\n"}},
		{`a$`, []string{"a"}, []string{"a\n"}},
		{`\d+`, []string{"019"}, []string{"a", "٣"}},
		{`\x61\x{62}\o{144}\060`, []string{"abd0"}, []string{"ab"}},
		{`a\.b\-c\/\:`, []string{"a.b-c/:"}, []string{"axb-c/:"}},
		{`\ba\b`, []string{"a"}, nil},
		{`a\Bb`, []string{"ab"}, nil},
		{`a\b.b`, []string{"a.b"}, []string{"aab"}},
		{`(?s).(?m)^?b`[:5], []string{"a"}, []string{""}},
		{``, []string{""}, []string{"a"}},
		{`a||b`, []string{"", "a", "b"}, []string{"ab"}},
		{`(?>a|b|bc|c|d)e?`, []string{"a", "be", "ce", "d"}, []string{"bc", "bce"}},
		{`()`, []string{""}, []string{"a"}},
		{`(?:){2,3}+a(?:(?:){0,4}?){3,6}`, []string{"a"}, []string{""}},
		{`(a{1,4}?)(?:(?:(?:){3,7}){2,6}?)(?:\g{-1})`, []string{"aaaaaa"}, []string{"aaaaa"}},
		{`[a-z&&[b]]`, []string{"a]", "&]", "[]"}, []string{"b", "a"}},
		{`[[:digit:]-]+`, []string{"1-2"}, []string{"a"}},
		{`(?=(a))\1b`, []string{"ab"}, []string{"b", "aab"}},
		{`(?:c|caax)(?!(?:(a)|b)\1x)\w*`, []string{"caaxbax", "caax"}, []string{"daax"}}, // what a look-around captured is undone
		{`(^)\1a`, []string{"a"}, []string{"b"}},
		{`(?:\w++){2}`, nil, []string{"1bc"}},
		{`(?:\w++)?a*?\w(?<=b)`, []string{"b"}, []string{"a"}},
		{`(?>(?:b{2,4}){1,2})`, []string{"bbbb"}, []string{"bbbbb"}},
		{`(?:\d{2,4}){1,2}+`, []string{"1234", "123456"}, []string{"12345"}},
		{`(?:\d{2,4}){1,2}+\d`, []string{"12345"}, []string{"123456"}},
		{`(?=((?:\d{2,4}){1,2}))\1`, []string{"1234"}, []string{"12345"}},
		{`(?:(?:a|aba)+){2}+`, []string{"aa", "abaa"}, []string{"ab", "abaaba"}},
		{`(?:(?:a|aba)+){2}+b?a*`, []string{"abaabaa"}, nil},
		{`(?>((a|ab)+){2})`, []string{"aa", "aaaabaa"}, []string{"a"}},
		{`[\E^a]`, []string{"b"}, []string{"a"}},
		{`[\Q\E^a]`, []string{"b"}, []string{"a"}},
		{`[\E]a]`, []string{"]", "a"}, []string{"b"}},
		{`[\Q\E]a]`, []string{"]", "a"}, []string{"b"}},
		{`[^\E]a]`, []string{"b"}, []string{"]", "a"}},
		{`[\Qa\E-z]`, []string{"m"}, []string{"-"}},
		{`[a\E-z]`, []string{"m"}, []string{"-"}},
		{`[a\Q\E-z]`, []string{"m"}, []string{"-"}},
		{`[a-\Qz\E]`, []string{"m"}, []string{"-"}},
		{`[\Qab\E-z]`, []string{"a", "m"}, []string{"-"}},
		{`[\Qa-c\E]`, []string{"a", "-", "c"}, []string{"b"}},
		{`[a-c\E-e]`, []string{"a", "-", "e"}, []string{"d"}},
		{`a\E+`, []string{"aa"}, []string{""}},
		{`a\Q\E+`, []string{"aa"}, []string{""}},
		{`[:[:word:]]`, []string{":", "a"}, []string{"."}},
	} {
		for _, text := range tc.yes {
			assert.Equal(t, Yes, match(t, tc.pattern, text), "%q on %q", tc.pattern, text)
		}
		for _, text := range tc.no {
			assert.Equal(t, No, match(t, tc.pattern, text), "%q on %q", tc.pattern, text)
		}
	}
}

func TestRefusedPatternsAreNamed(t *testing.T) {
	for _, tc := range []struct {
		pattern string
		kind    ErrorKind
		hint    string
	}{
		{`a)|(?:b`, Syntax, `unmatched ")"`},
		{`(a`, Syntax, `")" is missing`},
		{`[a`, Syntax, `"]" is missing`},
		{`[z-a]`, Syntax, "out of order"},
		{`[\d-z]`, Syntax, "range"},
		{`[a-\d]`, Syntax, "range"},
		{`*a`, Syntax, "nothing to repeat"},
		{`a**`, Syntax, "quantifier follows a quantifier"},
		{`a{2}{3}`, Syntax, "quantifier follows a quantifier"},
		{`^*`, Unsupported, "assertion"},
		{`(?=a)+`, Unsupported, "assertion"},
		{`a{3,2}`, Syntax, "backwards"},
		{`a{,2}`, Unsupported, "{0,2}"},
		{`a\`, Syntax, "backslash"},
		{`[:digit:]`, Syntax, "[[:digit:]]"},
		{`[[:nope:]]`, Syntax, "[:nope:]"},
		{`[[.a.]]`, Unsupported, "[."},
		{`[[=a=]]`, Unsupported, "[="},
		{"\xff", Syntax, "UTF-8"},
		{`\141pp`, Unsupported, `write \x61`},
		{`(a)\12`, Unsupported, `write \x0a`},
		{`(?R)`, Unsupported, "(?R)"},
		{`(?0)`, Unsupported, "(?0)"},
		{`(a)(?1)`, Unsupported, "(?1)"},
		{`(a)(?-1)`, Unsupported, "(?-1)"},
		{`(?&x)`, Unsupported, "(?&x)"},
		{`(?P>x)`, Unsupported, "(?P>x)"},
		{`(?|a|b)`, Unsupported, "(?|"},
		{`(a)(?(1)b|c)`, Unsupported, "conditional"},
		{`(?C)`, Unsupported, "(?C)"},
		{`(?[a])`, Unsupported, "(?["},
		{`(?^:a)`, Unsupported, "(?^"},
		{`(?J)`, Unsupported, "(?J"},
		{`(?xx)a`, Unsupported, "(?xx)"},
		{`(?z)a`, Syntax, "(?z)"},
		{`(*UTF8)a`, Unsupported, "(*UTF8)"},
		{`(*SKIP)a`, Unsupported, "(*SKIP)"},
		{`\h`, Unsupported, `\h`},
		{`[\h]`, Unsupported, `\h`},
		{`\H`, Unsupported, `\H`},
		{`\v`, Unsupported, `\v`},
		{`\K`, Unsupported, `\K is not supported; remove it`},
		{`\R`, Unsupported, `\R`},
		{`\X`, Unsupported, `\X`},
		{`\N`, Unsupported, `\N`},
		{`\G`, Unsupported, `\G`},
		{`\C`, Unsupported, `\C`},
		{`\pL`, Unsupported, `\p`},
		{`\P{L}`, Unsupported, `\P`},
		{`\y`, Unsupported, `\y`},
		{`(a)\g<1>`, Unsupported, `\g`},
		{`\1`, Unsupported, `"1"`},
		{`(a)\2`, Unsupported, `"2"`},
		{`\1(a)`, Unsupported, `"1"`},
		{`(a\1)`, Unsupported, `"1"`},
		{`(?!(a))\1`, Unsupported, `"1"`},
		{`(?<=(a))\1`, Unsupported, `"1"`},
		{`(a)(?<=\1)`, Unsupported, "look-behind"},
		{`(?<=(?>a))b`, Unsupported, "look-behind"},
		{`(?<=a++)b`, Unsupported, "look-behind"},
		{`(?<=a+)b`, Unsupported, "look-behind of unlimited length"},
		{`(?<!(?:a|b*))c`, Unsupported, "look-behind of unlimited length"},
		{`(?<n>a)(?<n>b)`, Unsupported, `"n"`},
		{`(?<1n>a)`, Syntax, `"1n"`},
		{`\k<x>`, Unsupported, `"x"`},
		{`\x{110000}`, Syntax, "code point"},
		{`\x{}`, Syntax, "code point"},
		{`\o{}`, Syntax, "code point"},
		{`[\E]`, Syntax, `"]" is missing`},
		{`[^\Q\E]`, Syntax, `"]" is missing`},
		{`[\Qa]`, Syntax, `"]" is missing`},
		{`[_\E-&]`, Syntax, "out of order"},
		{`[~\E-\d]`, Syntax, "range"},
		{`[\d\E-z]`, Syntax, "range"},
		{`[[:<:]]a`, Unsupported, `write \b`},
		{`a[[:>:]]`, Unsupported, `write \b`},
		{`[[:ALPHA:]]`, Syntax, "[:ALPHA:]"},
		{`[[: alpha:]]`, Syntax, "[: alpha:]"},
		{`[[:_:]]`, Syntax, "[:_:]"},
		{`[:a\]:]`, Syntax, "[[:digit:]]"},
		{`(a|b)\g{+1}(x)`, Unsupported, `\g{+1}`},
		{`(a)\k{1}`, Syntax, `"1"`},
		{`(a)\k<-1>`, Syntax, `"-1"`},
		{`(a)(?P=1)`, Syntax, `"1"`},
		{`(?<>a)`, Syntax, `""`},
		{`a{ 2}`, Unsupported, "{2}"},
		{`a{1, 2 }`, Unsupported, "{1,2}"},
		{strings.Repeat("a", 10_000), TooLarge, "4096"},
		{strings.Repeat("(", 2_000), TooLarge, "nested"},
		{strings.Repeat("(", 2_000) + strings.Repeat(")", 2_000), TooLarge, "nested"},
		{strings.Repeat("(?:", 300) + "a" + strings.Repeat(")", 300), TooLarge, "nested"},
		{`a{1001}`, TooLarge, "1000"},
		{`a{99999999999999999999}`, TooLarge, "1000"},
		{`((a{100}){100}){100}`, TooLarge, "2000"},
		{`(((){1000}){1000}){1000}`, TooLarge, "2000"},
		{strings.Repeat("[a-z]{1,999}", 300), TooLarge, "2000"},
		{`(?:` + strings.Repeat("^", 4000) + `){800}`, TooLarge, "2000"},
		{`(?:` + strings.Repeat("^|", 1900) + `a){900}`, TooLarge, "2000"},
		{`(?:` + strings.Repeat(`\b`, 800) + `|a){1000}`, TooLarge, "2000"},
		{strings.Repeat("a?", 1500) + "b", TooLarge, "10000"},
		{`(?=a)` + strings.Repeat("a?", 1500), TooLarge, "10000"},
		{`(?:(?:((a))){999}){2}\1\2`, TooLarge, "5000"}, // captures included
		{`(\w+\.?)+\1`, Explosive, "exponential"},
		{`(?:a?){30}(b)\1`, Explosive, "exponential"}, // each a may be any of thirty
		{`(?=(a+)+b)[ab]+\1`, Explosive, "exponential"},
		{`(a)(?:` + strings.Repeat("ab|", 63) + `b)*\1`, Explosive, "exponential"}, // many pairs
		{`(x).*.*.*\1`, Explosive, "n^3"},
		{`(x).*.*(?!.*b)\1`, Explosive, "n^3"},
	} {
		_, err := Compile(tc.pattern)
		name := tc.pattern[:min(len(tc.pattern), 40)]
		if !assert.Error(t, err, name) {
			continue
		}
		var e *Error
		require.True(t, errors.As(err, &e), name)
		assert.Equal(t, tc.kind, e.Kind, "%q: %v", name, e)
		assert.Contains(t, e.Hint, tc.hint, name)
	}
}

func TestHarmlessBacktrackingPatternsAreAccepted(t *testing.T) {
	for _, pattern := range []string{
		`https://(?!admin\.)[a-z0-9-]+\.example\.com`,
		`https://(?!.*admin)([a-z0-9-]+\.)*example\.com`,
		`https://([a-z]+)\.\1\.example\.com`,
		`(?=https://)(?!.*--).*\.example\.com(:\d+)?`,
		`https://(?>[a-z]+)(?:\.(?>[a-z]+))*\.example\.com`,
		`(?:a++)+b`,
		`https://(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+example\.com(?<!bad\.example\.com)`,
		`https://(?<!x)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.example\.com`,
		`https://(?!admin\.)(?:[a-z0-9]+-?)+\.example\.com`,
		`https://(?<app>[a-z0-9-]+)--(?:[a-z0-9-]+--)?\k<app>\.example\.com`,
		`(?:abcdefgh|ijklmnop|qrstuvwx|yz012345|6789abcd|efghijkl|mnopqrst|uvwxyz01|2-3-4-5-6)*(?!x)`,
		`(?<=a(?!b+))b`,
		`https://app(?<=(?=.*m$)p)\.example\.com`,
	} {
		_, err := Compile(pattern)
		assert.NoError(t, err, pattern)
	}
}

// A match that the engine cannot finish is neither a match nor none. Compile refuses such patterns, so it is bypassed here.
func TestAMatchThatIsGivenUpIsUndecided(t *testing.T) {
	slow := regexp2.MustCompile(`\A(?:(?:a|aa|aaa)+(?<=b))\z`)
	slow.MatchTimeout = time.Millisecond
	letters, err := Compile("a*")
	require.NoError(t, err)
	re := &Regexp{root: letters.root, conditions: letters.conditions, runner: &runner{program: newTestProgram(t, "a*", true), tries: newTestProgram(t, "a*", true), slow: slow, most: endless}}
	text := strings.Repeat("a", 200)
	assert.Equal(t, Undecided, re.Match(text))
	assert.Equal(t, No, re.Match("c"), "what the over-approximation rules out is not tried")

	list := NewList([]*Regexp{re})
	_, v := list.Match(text, nil, plenty())
	assert.Equal(t, Undecided, v)
}

// Each of these took seconds or more, by counting the same over and over again.
func TestCompileComesToAnEnd(t *testing.T) {
	references := "(a?)"
	for i := range 54 {
		references += fmt.Sprintf(`(\%d\%d)`, i+1, i+1)
	}
	_, err := Compile(references)
	require.NoError(t, err)

	letters := strings.Split("abcdefghijklmnopqrstuvwxyz0123456789-_", "")
	for pattern, kind := range map[string]ErrorKind{
		`(x)\1` + strings.Repeat(`(?!`+strings.Repeat("a*", 80)+`)`, 22):          Explosive,
		`(x)\1` + strings.Repeat("(?!(?:"+strings.Join(letters, ".|")+".)*)", 20): Explosive,
	} {
		_, err := Compile(pattern)
		var e *Error
		require.ErrorAs(t, err, &e)
		assert.Equal(t, kind, e.Kind, e.Hint)
	}
}

func TestTheSearchForTheDegreeIsBounded(t *testing.T) {
	search := func(pattern string, left int) (degree, rest int) {
		root, _, err := parse(pattern)
		require.NoError(t, err)
		c := costs{newReading(forCost, root), left}
		degree = c.degree(root)
		return degree, c.left
	}
	for pattern, want := range map[string]int{`[ab]*[bc]*x`: 2, `(?:ab)*`: 1} {
		degree, _ := search(pattern, maxCost)
		assert.Equal(t, want, degree)
		degree, _ = search(pattern, 1)
		assert.Equal(t, exponential, degree, "not known")
	}
	stars := strings.Repeat("a*", 60)
	_, left := search(stars, maxCost)
	_, again := search(strings.Repeat("(?!"+stars+")", 5), maxCost)
	assert.Greater(t, left, maxCost-200_000, "it ends as soon as the degree is too high")
	assert.Greater(t, again, left-20_000, "in all look-ahead together")
}

// What a pattern admits can be too much to list: then all of it is open.
// All that makes a pattern dear is in its size: edges, instructions, and the search for tails.
func TestSize(t *testing.T) {
	for expr, want := range map[string]int{`https://a\.example`: 15, `(?!h).{0,900}`: 1800, `(a).{0,900}\1`: 3600, `[^a]?[^b]?[^c]?[^d]?`: 20} {
		re, err := Compile(expr)
		require.NoError(t, err)
		assert.GreaterOrEqual(t, re.Size(), want, expr)
		assert.Less(t, re.Size(), 2*want, expr)
	}
	for expr, want := range map[string]int{`https://[a-z]+\.example\.com`: 10, `https://(aa|bb|ab|ba)*\.{3}`: 2000} {
		re, err := Compile(expr)
		require.NoError(t, err)
		_, size := re.Tails(true, func(end string) bool { return strings.HasSuffix(end, ".example.com") }, tenVariants)
		assert.Greater(t, size, want/10, expr)
		assert.Less(t, size, 2*want, expr)
	}
}

func TestTailsComeToAnEnd(t *testing.T) {
	var letters []string
	for c := 'a'; c <= 'z'; c++ {
		letters = append(letters, "z?"+string(c))
	}
	for _, pattern := range []string{
		`https://(?:` + strings.Join(letters, "|") + `)*x`, `https://(?:(?:app|api|web|dev|test|stage|prod|eu|us|ap)-?)+\.github\.io`,
	} {
		re, err := Compile(pattern)
		require.NoError(t, err)
		tails, _ := re.Tails(true, func(string) bool { return false }, tenVariants)
		assert.LessOrEqual(t, len(tails), maxWork/1000+2, pattern)
		assert.Contains(t, tails, Tail{Open: true}, pattern)
	}
}

// Hosts that are addresses for private use alone are told from those that may be others.
func tenVariants(string) int { return 10 }

func TestPrivateTails(t *testing.T) {
	tails := func(pattern string) (tails []Tail) {
		re, err := Compile(pattern)
		require.NoError(t, err)
		tails, _ = re.Tails(false, func(string) bool { return false }, tenVariants)
		return tails
	}
	for pattern, want := range map[string][]string{
		`10\.\d+\.\d+\.\d+`: {"10."}, `127\.[0-9.]+`: {"127."}, `169\.254\.\d+\.\d+`: {"169.254."}, `192\.168(\.(25[0-5]|2[0-4]\d|1?\d?\d)){2}`: {"192.168."},
		`172\.(1[6-9]|2\d|3[01])\.\d+\.\d+`: {"172.1", "172.2", "172.3"}, `172\.2[0-4]\.\d+`: {"172.2"}, `(10|127)(\.\d{1,3}){3}`: {"10.", "127."},
	} {
		var got []string
		for _, tail := range tails(pattern) {
			assert.True(t, tail.Private && !tail.Open, "%s: %+v", pattern, tail)
			got = append(got, tail.Host)
		}
		assert.ElementsMatch(t, want, got, pattern)
	}
	for _, pattern := range []string{
		`100\.64\.\d+\.\d+`, `1?10\.\d+`, `10\d?\.\d+`, `1[01]\.\d+`, `10.\d+`, `\d+`, `[0-9.]+`, `1\d*\.\d+`, `10\d+`,
		`172\.1\d\.\d+\.\d+`, `172\.15\.\d+\.\d+`, `172\.32\.\d+\.\d+`, `172\.3\d\.\d+\.\d+`, `172\.[123]\d\.\d+\.\d+`, `172\.\d+\.\d+\.\d+`, `17[2]?\.16\.\d+`,
		`169\.1\.\d+\.\d+`, `169\.25[45]\.\d+\.\d+`, `19\d\.168\.\d+`, `192\.16[89]\.\d+\.\d+`, `192\.16\d?\.\d+`, `192\.168\d+`,
		`10\.[a-z0-9.]+`, `(a.)?10\.\d+`, `10(\.\d+|\.[a-z]+\d\d)`,
		`10\.([0-8][0-7][0-6][0-9.]*)+|11\.\d+`,
	} {
		found := tails(pattern)
		assert.True(t, slices.ContainsFunc(found, func(tail Tail) bool { return tail.Open }), "%s: %+v", pattern, found)
		assert.False(t, slices.ContainsFunc(found, func(tail Tail) bool { return tail.Private }), "%s: %+v", pattern, found)
	}
	for _, tail := range tails(`10\.\d+x`) {
		assert.False(t, tail.Private, "%+v", tail)
	}
	beside := tails(`(app1|192\.168\.\d+\.\d+)`)
	assert.Contains(t, beside, Tail{Host: "192.168.", Private: true, HTTP: true})
	assert.Contains(t, beside, Tail{Host: "app1", HTTP: true})
	assert.Len(t, beside, 2)
}

// To find out what a pattern with back-references can cost takes time of its own.
func TestSizeOfTheSearchForTheDegree(t *testing.T) {
	var ten []string
	for i := range 10 {
		ten = append(ten, fmt.Sprintf(`(?:%s)%d`, strings.Join(slices.Repeat([]string{`\w+`}, 10), "|"), i))
	}
	re, err := Compile(`(.)(?:` + strings.Join(ten, "|") + `)` + strings.Repeat(`\1`, 20))
	require.NoError(t, err)
	code := 0
	for _, a := range re.conditions {
		code += a.edges
	}
	code += len(re.program.code) + len(re.tries.code)
	assert.Greater(t, re.Size(), code+5000)
}

// What compiling takes is little, or in the size that a policy's limit counts.
func TestCompilingIsCounted(t *testing.T) {
	allocated := func(pattern string) (bytes uint64, size int) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		re, err := Compile(pattern)
		runtime.ReadMemStats(&after)
		require.NoError(t, err)
		return after.TotalAlloc - before.TotalAlloc, re.Size()
	}
	bytes, _ := allocated("https://" + strings.Repeat("a", 1980))
	assert.Less(t, bytes, uint64(10<<20), "37 MB if what is around each letter is copied")
	_, size := allocated(strings.Repeat("(a|", 240) + "b" + strings.Repeat(")", 240))
	assert.Greater(t, size, 5000, "alternatives within alternatives")
	_, size = allocated(`https://(` + strings.Repeat("app|", 240) + `www)\.example\.com`)
	assert.Less(t, size, 5000, "alternatives beside each other")
}
