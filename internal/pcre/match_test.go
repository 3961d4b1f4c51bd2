package pcre

import (
	"fmt"
	"math/rand/v2"
	"regexp/syntax"
	"strings"
	"testing"

	"github.com/dlclark/regexp2/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func newTestProgram(t *testing.T, pattern string, admitting bool) *program {
	t.Helper()
	root, _, err := parse(pattern)
	require.NoError(t, err)
	p, err := newProgram(root, admitting)
	require.NoError(t, err)
	return p
}

// What an admitting program says: the verdict, but for patterns with back-references.
func TestProgram(t *testing.T) {
	for pattern, texts := range map[string]map[string]bool{
		`(?=ab)\w+`:              {"ab": true, "abc": true, "a": false, "ba": false},
		`(?!ab)\w+`:              {"ab": false, "abc": false, "a": true, "ba": true},
		`\w+(?<=ab)`:             {"ab": true, "aab": true, "aba": false},
		`\w+(?<!ab)`:             {"ab": false, "aab": false, "aba": true},
		`\w+(?=-b)-\w+`:          {"a-b": true, "a-bc": true, "a-c": false},
		`(?:(?!b)\w)+`:           {"acd": true, "abd": false},
		`(?=\w*(?!c)\w$)\w+`:     {"ab": true, "ac": false, "ca": true}, // one inside another
		`(?!\w*(?<=a)c)\w+`:      {"abc": true, "bac": false},
		`(?=a\b)\w+-?\w*`:        {"a-b": true, "ab": false, "a": true},
		`(?=a\B)\w+-?\w*`:        {"a-b": false, "ab": true, "a": false},
		`a(?=^b)b`:               {"ab": false},
		`(?<=^a)b|a(?=b$)b`:      {"ab": true, "b": false},
		`(?=.{2,3}$)\w+`:         {"a": false, "ab": true, "abc": true, "abcd": false},
		`aa(?<=a{2})b`:           {"aab": true, "ab": false},
		`(?>a|ab)c`:              {"ac": true, "abc": false},
		`(?>ab|a)c`:              {"ac": true, "abc": true},
		`(?>a*?)b`:               {"b": true, "ab": false},
		`(?>a??b?)c`:             {"bc": true, "ac": false},
		`(?>(?:|a)*)b`:           {"b": true, "ab": false}, // an empty round is the last
		`(?>(?:a|)*)b`:           {"b": true, "aab": true},
		`(?>(?:(?:|a)*b?)*)c`:    {"c": true, "bc": true, "abc": false},
		`(?>(?:a?b??)*)c`:        {"abac": false, "aac": true, "abc": false},
		`(?!(?>a|ab)c)(?=\w)\w+`: {"abc": true, "ac": false},
		`(?=(a|b)\1)\w+`:         {"aa": true, "ab": true, "ca": false}, // at most: what a group captured is not known
		`(?!(a)\1)(?=\w)\w+`:     {"ab": true, "aa": true},              // so the opposite is not known either
		`(a|b)(?>\1?)a`:          {"aa": true, "ba": true, "b": false},  // nor what comes first
	} {
		program := newTestProgram(t, pattern, true)
		require.NotNil(t, program, pattern)
		for text, want := range texts {
			v, _ := program.match(text, maxSteps)
			assert.Equal(t, want, v == Yes, "%s on %s", pattern, text)
		}
	}
	root, _, err := parse(strings.Repeat(`(?:a?)*`, 65))
	require.NoError(t, err)
	_, err = newProgram(root, true)
	assert.ErrorContains(t, err, "64 loops")
}

// With back-references, the program that counts the tries says what regexp2 says after it.
func TestProgramWithBackReferences(t *testing.T) {
	for pattern, texts := range map[string]map[string]bool{
		`(a|b)\1`:              {"aa": true, "bb": true, "ab": false},
		`(a+)-\1b?`:            {"aa-aa": true, "aa-ab": false, "aa-aab": true},
		`(?:(a)|b)(?:\1|c)`:    {"aa": true, "bc": true, "ba": false},
		`(?:(a)b|(a)c)\2`:      {"aca": true, "aba": false},
		`(?=(\w+)-)\w+-\1`:     {"ab-ab": true, "ab-ba": false},
		`(?:(a)(?!\1)|a)\w\1?`: {"ab": true, "aba": true, "aaa": false},
	} {
		program, re := newTestProgram(t, pattern, false), regexp2.MustCompile(`\A(?:`+pattern+`)\z`)
		for text, want := range texts {
			v, _ := program.match(text, maxSteps)
			assert.Equal(t, want, v == Yes, "%s on %s", pattern, text)
			got, err := re.MatchString(text)
			assert.True(t, err == nil && got == want, "regexp2: %s on %s", pattern, text)
		}
	}
}

// Steps, and not seconds, bound what hostile texts can cost: they are the same on any machine.
func TestSteps(t *testing.T) {
	repeat := strings.Repeat
	for _, tc := range []struct{ pattern, text string }{
		// An atomic group or a counted repetition is read roughly where costs are estimated.
		{`(?:[a-z]++-|api-)*(?>a|ab)c`, repeat("api-", 60) + "abc"},
		{`(?:pr\d++-|pr123-)*(?>a|ab)c`, repeat("pr123-", 50) + "abc"},
		{`(?:a.|[ab].){16}(?:a.|[ab].){16}(?>a|ab)c`, repeat("ax", 32) + "abc"},
		{repeat("[ab]?[ac]?", 30) + `(?>a|ab)c`, repeat("a", 30) + "abc"},
		{`(?=a)(?:` + repeat("[ab]?[ac]?", 30) + `b|a*c)`, repeat("a", 40) + "c"},
		{`(?:` + repeat(`(?!.*a0)`, 40) + `[\w.-])*`, repeat("a", 300) + "!"},
		{`(?:\w++\.?)+(?>a|ab)`, repeat("a", 300) + "!"},
		{`(?=(?:.*.*)!)\w+`, repeat("a", 326)},
		{`(a+)+(?<!b)!`, repeat("a", 326)},
		{`(a|aa)+(?<=b)`, repeat("a", 326)},
		{`(a*)*(?<=b)`, repeat("a", 326)},
		{`(?:a?){50}(?<=b)`, repeat("a", 50)},
		{`([a-z]{1,10}){1,10}(?<=0)`, repeat("a", 326)},
		{`(?=(a+)+b)[ab]+`, repeat("a", 326)},
		{`.*.*.*.*(?<=!)`, repeat("a", 326)},
		{repeat("(?:[ab]?)*", 40) + `(?<=!)`, repeat("ab", 160)}, // each loop one after the other
		{`(?!q)(?:` + repeat("a|", 63) + `a)*!`, repeat("a", 326)},
		{`(?!q)(?:a|b|c|d|e|f|g|h|i|j|k)*!`, repeat("k", 326)},
	} {
		re, err := Compile(tc.pattern)
		require.NoError(t, err, tc.pattern)
		v, left := re.match(tc.text, maxSteps)
		assert.NotEqual(t, Undecided, v, "%s: linear", tc.pattern)
		assert.Greater(t, left, 0, "%s", tc.pattern)
	}
	var undecided []*Regexp
	for i, tc := range []struct{ pattern, text string }{
		{`(\w)\w*\.(?:[a-z]++\.|www\.)*\1\.com`, "x." + repeat("www.", 58) + "y.com"},
		{`(\w)(?:\w{1,3}-?){16}\.\1\.com`, "x" + repeat("a", 32) + ".y.com"},
		{`(a*)` + repeat("a?", 30) + `\1b`, repeat("a", 300) + "c"},
	} {
		re, err := Compile(tc.pattern)
		require.NoError(t, err, tc.pattern)
		v, left := re.match(tc.text, maxSteps)
		assert.Equal(t, []Verdict{Undecided, Undecided, No}[i], v, tc.pattern)
		assert.Greater(t, left, maxSteps-maxTries-20_000, "%s: one pattern cannot take it all", tc.pattern)
	}
	// Captures are kept at each look-around, and take steps for that.
	references := ""
	for i := range 20 {
		references += fmt.Sprintf(`\%d`, i+1)
	}
	re, err := Compile(repeat("([ab])", 20) + `(?:` + repeat("(?=)", 10) + `x)*` + references)
	require.NoError(t, err)
	v, left := re.match(repeat("a", 20)+repeat("x", 100)+repeat("b", 20), maxSteps)
	assert.Equal(t, No, v)
	assert.LessOrEqual(t, left, maxSteps-100*10*20)
	for i := range 100 {
		re, err := Compile(fmt.Sprintf(`(?<n>[a-z]+)[a-z0-9.-]*\.\k<n>(?!%d)\.example\.com`, i))
		require.NoError(t, err)
		undecided = append(undecided, re)
	}
	list := NewList(undecided)
	_, v = list.Match(repeat("a", 150)+"."+repeat("b", 100)+".example.com", nil, plenty())
	assert.NotEqual(t, Yes, v)
}

// A match that nests deep is given up, which is no other pattern's concern.
func TestNesting(t *testing.T) {
	deep, text := `(?:`+strings.Repeat("(?:q?)*", 60)+`[xy])*(?<!x)`, strings.Repeat("x", 300)
	re, err := Compile(deep)
	require.NoError(t, err)
	assert.Equal(t, Undecided, re.Match(text), "the stack would be 10 MB")
	for i, patterns := range [][]string{{`(?!y)x+`, deep}, {deep, `(?!y)x+`}} {
		got, v := NewList(compileAll(t, patterns...)).Match(text, nil, plenty())
		assert.Equal(t, Yes, v)
		assert.Equal(t, i, got)
	}
}

// Nor do alternatives nest that are left one after the other.
func TestAlternativesDoNotNest(t *testing.T) {
	var words []string
	for _, a := range "abcdefghijklmnopqrstuvwxyz" {
		for _, b := range "abcdefghijklmnopqrstuvwxyz" {
			words = append(words, string(a)+string(b))
		}
	}
	re, err := Compile(`(?!x)(?:(?:` + strings.Join(words, "|") + `)[.-])+example`)
	require.NoError(t, err)
	assert.Equal(t, Yes, re.Match(strings.Repeat("zz.", 70)+"example"))
	assert.Equal(t, No, re.Match(strings.Repeat("zz.", 70)+"exam"))
}

// The numbers of runs come around, and what an earlier run knew must not count then.
// A list of ever larger patterns makes few memos and not as many.
func TestMemoGrows(t *testing.T) {
	m, made := new(memo), 0
	for size := range 10_000 {
		before := len(m.known)
		m.begin(size)
		if len(m.known) != before {
			made++
		}
	}
	assert.Less(t, made, 20)
}

func TestMemoComesAround(t *testing.T) {
	m := &memo{run: 1<<16 - 3, known: make([]uint32, 4)}
	for range 5 {
		m.begin(4)
		for i := range 4 {
			_, ok := m.lookup(i, progress)
			assert.False(t, ok)
			m.keep(i, progress, i-1)
			end, ok := m.lookup(i, progress)
			assert.True(t, ok)
			assert.Equal(t, i-1, end)
		}
		_, ok := m.lookup(0, 1)
		assert.False(t, ok)
		m.keep(0, 1, 2)
	}
	assert.Less(t, m.run, uint32(5))
}

// Texts that are too short or too long cost nothing, so that many expressions which differ in a count do not add up.
func TestLengths(t *testing.T) {
	for pattern, want := range map[string][2]int{
		`abc`: {3, 3}, `a?b*`: {0, endless}, `(?:ab|c){2,5}d+`: {3, endless}, `(a{3}|b)(?=ccc)\1?`: {1, endless}, `(?>ab?)(?<!x)`: {1, 2}, `a{20}|b{7}`: {7, 20}, `^$`: {0, 0},
	} {
		root, _, err := parse(pattern)
		require.NoError(t, err)
		least, most := lengths(root)
		assert.Equal(t, want, [2]int{least, most}, pattern)
	}
	var patterns []string
	for i := range 200 {
		patterns = append(patterns, fmt.Sprintf(`[a-z]{%d}\.example\.com`, 17+i)) // the same to the automaton
	}
	list := NewList(compileAll(t, patterns...))
	for i := range patterns {
		got, v := list.Match(strings.Repeat("b", 17+i)+".example.com", nil, plenty())
		assert.Equal(t, Yes, v)
		assert.Equal(t, i, got)
	}
}

// The standard library's engine gets no pattern that could cost it much, and takes its steps beforehand.
func TestInstructionsAreCounted(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	tokens := []string{"a", "[k-q]", "(?:", "(?:", ")", ")?", ")*", ")+", "){3}", "){0,7}", "){4,}", "|", "?", "*", "x{2,5}", "b+"}
	counted := 0
	for counted < 2000 {
		pattern := ""
		for range 1 + random.IntN(12) {
			pattern += tokens[random.IntN(len(tokens))]
		}
		root, _, err := parse(pattern)
		if err != nil || instructions(root) > maxFast {
			continue
		}
		counted++
		re, err := syntax.Parse(notation(root, false), syntax.Perl)
		require.NoError(t, err, pattern)
		program, err := syntax.Compile(re.Simplify())
		require.NoError(t, err, pattern)
		ends := 6 // of every program, some of them by \A and \z
		require.LessOrEqual(t, len(program.Inst), instructions(root)+ends, pattern)
	}

	nested, err := Compile(`(?:(?:(?:[k-q]?)?)?){300}z`)
	require.NoError(t, err)
	assert.Nil(t, nested.fast, "301 characters, but many instructions")
	large, err := Compile(`(?:[k-q]?){400}z`)
	require.NoError(t, err)
	assert.NotNil(t, large.fast)
	v, left := large.match(strings.Repeat("k", 300), 50_000)
	assert.Equal(t, Undecided, v, "it could take more than are left")
	assert.Zero(t, left)
}

// Regular patterns take from the steps as well, so that a list of them ends.
func TestRegularPatternsTakeSteps(t *testing.T) {
	var patterns []string
	for i := range 400 {
		patterns = append(patterns, fmt.Sprintf(`a[a-z]{17,%d}[0-9]*\.example\.com`, 18+i)) // the same to the automaton, and of any length
	}
	list := NewList(compileAll(t, patterns...))
	_, v := list.Match("a"+strings.Repeat("b", 230)+".example.com", nil, plenty())
	assert.Equal(t, Undecided, v, "the one that matches comes too late")
	i, v := list.Match("a"+strings.Repeat("b", 20)+".example.com", nil, plenty())
	assert.Equal(t, Yes, v)
	assert.Equal(t, 2, i)
}
