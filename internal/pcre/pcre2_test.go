package pcre

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestPCRE2 compares verdicts with PCRE2 itself, by its own pcre2test (Debian's package pcre2-utils), on patterns and
// texts made at random: whatever both accept must have the same meaning, and what PCRE2 refuses is refused here too.
// CORS_PCRE2=SEED,PATTERNS makes other patterns, or more of them, and an error of a missing pcre2test.
func TestPCRE2(t *testing.T) {
	seed, patterns := uint64(1), 20_000
	wanted, required := os.LookupEnv("CORS_PCRE2")
	if required {
		if _, err := fmt.Sscanf(wanted, "%d,%d", &seed, &patterns); err != nil {
			t.Fatalf("CORS_PCRE2=%q: write a seed and the number of patterns, such as 2,1000000", wanted)
		}
	}
	path, err := exec.LookPath("pcre2test")
	if err != nil && !required {
		t.Skip("no pcre2test: install Debian's pcre2-utils")
	} else if err != nil {
		t.Fatal(err)
	}

	random := rand.New(rand.NewPCG(seed, 0))
	var compared, refused, undecided int
	for patterns > 0 {
		batch := min(patterns, 20_000)
		patterns -= batch
		questions := make([]question, batch)
		for i := range questions {
			questions[i] = ask(random)
		}
		if err := answer(path, questions); err != nil {
			t.Fatal(err)
		}
		for _, q := range questions {
			re, err := Compile(q.pattern)
			switch {
			case err != nil:
				refused++
			case q.err != "":
				// Until version 10.43, all alternatives of a look-behind must have one length each.
				if !strings.Contains(q.err, "lookbehind assertion is not fixed length") {
					t.Errorf("%q: accepted, but PCRE2 says %q", q.pattern, q.err)
				}
			default:
				for i, text := range q.texts {
					got := re.Match(text)
					if got == Undecided || q.verdicts[i] == Undecided {
						undecided++
						continue
					}
					compared++
					if got != q.verdicts[i] {
						t.Errorf("%q on %q: %v, but PCRE2 says %v", q.pattern, text, got == Yes, q.verdicts[i] == Yes)
					}
				}
			}
		}
	}
	t.Logf("%d verdicts compared, %d undecided; %d patterns refused", compared, undecided, refused)
	if compared == 0 {
		t.Error("nothing compared")
	}
}

// A question is a pattern, some texts, and what PCRE2 says of them.
type question struct {
	pattern string
	texts   []string

	err      string
	verdicts []Verdict
}

// ask makes up a question. Unlike those of the fuzz tests, its patterns need not be well-formed.
func ask(random *rand.Rand) question {
	pick := func(of ...string) string { return of[random.IntN(len(of))] }
	quantifier := func() string {
		return pick("*", "+", "?", "{2}", "{1,2}", "{0,3}", "{1,}", "{0}") + pick("", "", "", "?", "+")
	}
	var gen func(depth int) string
	gen = func(depth int) string {
		if depth == 0 {
			if random.IntN(10) > 0 {
				return pick("a", "b", "c", "ab", "abc", "1", "-", ".", `\.`, `\-`, `\_`, "]", `[ab]`, `[^a]`, `[a-c1]`, `[]a]`, `[^]a]`, `[a\]b]`, `[\w-]`,
					`[-a]`, `[a-]`, `[[:alpha:]]`, `[[:^digit:]b]`, `[^[:punct:]]`, `\w`, `\W`, `\d`, `\D`, `\S`, `\b`, `\B`, "^", "$", `\z`, `\x61`,
					`\x{62}`, `\141`, `\Qa.b\E`, "()", "(?:)", "(?=)", "(?!)", `\1`, `\2`, `\g1`, `\g{-1}`, `\k<n>`)
			}
			return pick("A", `[A-C]`, `[\Qa-c\E]`, `[a\Q]\Eb]`, `[\d-a]`, `[[:<:]]`, `[a[:x:]]`, `[b-a]`, `[`, `[a`, `\s`, `\N`, `\h`, `\R`, `\o{143}`, `\61`,
				`\061`, `\e`, `\cA`, `\t`, `\Qab`, `\E`, `\A`, `\Z`, `\G`, `\K`, "(?#x)", "#", " ", "(?i)", "(?-i)", "(?x)", "(?s)", "(?U)", "(?n)", `\3`,
				`\g{+1}`, `\k{n}`, `(?P=n)`, `(?1)`, `(?R)`, "(*F)", ")", "(", "|", "{", "}")
		}
		switch random.IntN(18) {
		case 0, 1, 2, 3:
			return gen(depth-1) + gen(depth-1)
		case 4, 5:
			return gen(depth-1) + "|" + gen(depth-1)
		case 6, 7:
			return "(" + gen(depth-1) + ")"
		case 8:
			return "(?:" + gen(depth-1) + ")" + quantifier()
		case 9:
			return "(" + gen(depth-1) + ")" + quantifier()
		case 10:
			return gen(0) + pick(quantifier(), quantifier(), quantifier(), "{,2}", "{a}", "{", "{2")
		case 11, 12:
			return pick("(?=", "(?!", "(?<=", "(?<!", "(?>", "(*atomic:") + gen(depth-1) + ")"
		case 13:
			return pick("(?<n>", "(?P<n>", "(?'n'", pick("(?|", "(?<n", "(?<1>", "(?(1)a|b)", "(?(?=a)", "(*pla:")) + gen(depth-1) + ")"
		case 14:
			return "(?" + pick("i", "x", "s", "m", "-i", "i-s", "ix-s", pick("^", "^i", "U", "n", "J", "xx")) + ":" + gen(depth-1) + ")"
		case 15:
			return pick("a", "b", "ab", "[ab]", `\w`) + pick(`\1`, `\2`, `\g{-1}`, `(?:\1)?`, `\1+`)
		}
		return gen(depth-1) + gen(depth-1) + gen(depth-1)
	}
	q := question{pattern: gen(1 + random.IntN(4))}
	for range 6 {
		text := ""
		for range 1 + random.IntN(5) {
			text += pick("a", "b", "c", "ab", "abc", "1", "-", ".", "aa", "]", "_")
		}
		q.texts = append(q.texts, text)
	}
	return q
}

// answer has PCRE2 fill in its part of the questions, without an optimisation that is wrong in version 10.42, where
// \D{0,3}(1){0,3}+[^a] does not match "]".
func answer(pcre2test string, questions []question) error {
	var in strings.Builder
	for _, q := range questions {
		fmt.Fprintf(&in, "\"%s\"anchored,endanchored,no_auto_possess\n", q.pattern)
		for _, text := range q.texts {
			fmt.Fprintf(&in, "    %s\n", text)
		}
		in.WriteString("\n")
	}
	cmd := exec.Command(pcre2test, "-q")
	cmd.Stdin = strings.NewReader(in.String())
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("pcre2test: %w after %q", err, out[max(0, len(out)-200):])
	}
	i, n := -1, 0
	for line := range strings.Lines(string(out)) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, `"`):
			i, n = i+1, 0
			if i == len(questions) || line != `"`+questions[i].pattern+`"anchored,endanchored,no_auto_possess` {
				return fmt.Errorf("pcre2test answers question %d with %q", i, line)
			}
		case strings.HasPrefix(line, "    "):
			n++
		case n == 0 && strings.HasPrefix(line, "Failed: "):
			questions[i].err = line
		case strings.HasPrefix(line, " 0: "):
			questions[i].verdicts = append(questions[i].verdicts, Yes)
		case line == "No match":
			questions[i].verdicts = append(questions[i].verdicts, No)
		case strings.HasPrefix(line, "Failed: "):
			questions[i].verdicts = append(questions[i].verdicts, Undecided)
		}
		if n < len(questions[max(i, 0)].verdicts) {
			return fmt.Errorf("pcre2test on %q: unexpected %q", questions[i].pattern, line)
		}
	}
	for _, q := range questions {
		if q.err == "" && len(q.verdicts) != len(q.texts) {
			return fmt.Errorf("pcre2test gives %d answers for %q", len(q.verdicts), q.pattern)
		}
	}
	return nil
}
