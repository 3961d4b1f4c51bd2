package pcre

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func plenty() *Budget { b := NewBudget(); return &b }

func compileAll(t *testing.T, patterns ...string) (regexps []*Regexp) {
	t.Helper()
	for _, p := range patterns {
		re, err := Compile(p)
		require.NoError(t, err, p)
		regexps = append(regexps, re)
	}
	return regexps
}

// More states than a cache may hold, from eight goroutines: every answer must be right, and memory must not grow.
func TestListUnderAFlood(t *testing.T) {
	list := NewList(compileAll(t,
		`https://(?:a|b){11}a(?:a|b)*\.example\.com`, // read from the right, a state for each combination of twelve characters
		`https://(\w)\w*\1\.example\.net`,
		strings.Repeat("a?", 60)+"z"))
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(uint64(g), 0))
			for range 500 {
				b := make([]byte, 12+r.IntN(30))
				for i := range b {
					b[i] = "ab"[r.IntN(2)]
				}
				_, v := list.Match(fmt.Sprintf("https://%s.example.com", b), nil, plenty())
				assert.Equal(t, b[11] == 'a', v == Yes, "%s", b)
				_, v = list.Match(fmt.Sprintf("https://%s.example.net", b), nil, plenty())
				assert.Equal(t, b[0] == b[len(b)-1], v == Yes, "%s", b)
			}
		})
	}
	wg.Wait()
	runtime.GC()
	runtime.ReadMemStats(&after)
	assert.Less(t, int64(after.HeapAlloc)-int64(before.HeapAlloc), int64(16<<20))

	full := list.cache.Load()
	assert.True(t, full.full.Load())
	assert.LessOrEqual(t, len(full.states), maxStates)
	full.misses.Store(maxMisses - 1)
	for range 100 {
		list.Match("https://"+letters(rand.Uint64())+".example.com", nil, plenty())
	}
	assert.NotSame(t, full, list.cache.Load(), "it was not renewed")
}

// letters spells n with a and b.
func letters(n uint64) string {
	return strings.NewReplacer("0", "b", "1", "a").Replace(fmt.Sprintf("%064b", n))
}

// What states hold is bounded in bytes too, the patterns included that match where they are.
func TestListBoundsWhatStatesHold(t *testing.T) {
	patterns := []string{`[^!].{8}a.*`}
	for i := range 2000 {
		patterns = append(patterns, fmt.Sprintf(`(?!%03x).*`, i))
	}
	list := NewList(compileAll(t, patterns...))
	for range 500 {
		list.candidates(letters(rand.Uint64()), plenty())
	}
	held := 0
	for _, s := range list.cache.Load().states {
		held += len(s.positions)
		if matches := s.matches.Load(); matches != nil {
			held += len(*matches)
		}
	}
	assert.LessOrEqual(t, held, maxPositions)
	assert.Greater(t, held, maxPositions/2)
}

// To tell which of many patterns match is paid for, and done only where a text begins.
func TestListChargesForWhatMatches(t *testing.T) {
	patterns := []string{`.{5}a.*`}
	for i := range 300 {
		patterns = append(patterns, fmt.Sprintf(`(?!x%d).*(?=.)`, i)+strings.Repeat(".?", 20)+".*")
	}
	list := NewList(compileAll(t, patterns...))
	for i := range 5 {
		budget := NewBudget()
		candidates, ok := list.candidates("aaaaaa"+letters(rand.Uint64()), &budget)
		assert.True(t, ok)
		assert.Len(t, candidates, 301)
		if i == 0 { // later it may be known
			assert.Less(t, budget.work, maxWalk-4*301)
		}
		told := 0
		for _, s := range list.cache.Load().states {
			if s.matches.Load() != nil {
				told++
			}
		}
		assert.LessOrEqual(t, told, i+1, "only where a text began")
	}
	w := list.newScratch()
	enough, little := 1<<20, 1000
	_, ok := list.matches(w, []uint32{1}, &enough)
	assert.True(t, ok)
	positions := list.cache.Load().start.positions
	for p := range list.ends {
		positions = append(positions, uint32(p))
	}
	_, ok = list.matches(w, positions, &little)
	assert.False(t, ok, "it is given up")
}

func TestListAnswersWithTheFirstPattern(t *testing.T) {
	list := NewList(compileAll(t, `a(?!b).*`, `ab?`, `a.*`, `b`))
	for text, want := range map[string]int{"ac": 0, "ab": 1, "abc": 2, "b": 3} {
		i, v := list.Match(text, nil, plenty())
		assert.Equal(t, Yes, v, text)
		assert.Equal(t, want, i, text)
	}
	_, v := list.Match("c", nil, plenty())
	assert.Equal(t, No, v)
}

// Patterns that a negative look-ahead alone tells apart are ruled out together, and still tried in their order.
func TestListSharesConditions(t *testing.T) {
	list := NewList(compileAll(t, `(?!a)[a-c]+`, `x`, `(?!b)[a-c]+`, `[a-c]+`, `(?=c)[a-c]+`, `(?!c)(?=c)[a-c]+`))
	assert.Len(t, list.tells, 3)
	for text, want := range map[string][]uint32{"a": {0, 2, 3}, "cb": {0, 2, 3, 4, 5}, "x": {1}, "d": nil} {
		candidates, ok := list.candidates(text, plenty())
		assert.True(t, ok)
		assert.Equal(t, want, candidates, text)
	}
	for text, want := range map[string]int{"a": 2, "b": 0, "x": 1} {
		i, v := list.Match(text, nil, plenty())
		assert.Equal(t, Yes, v, text)
		assert.Equal(t, want, i, text)
	}
}

// What a look-around asks for rules a pattern out without running it, in the cache and in the simulation.
func TestListReadsPositiveLookAround(t *testing.T) {
	for _, format := range []string{
		`https://(?=[a-z0-9-]*-prod%d\.)[a-z0-9-]+\.example\.com`,
		`https://((?=[a-z0-9-]*-prod%d\.)[a-z0-9-]+)\.example\.com`,
		`https://[a-z0-9-]+(?<=-prod%d)\.example\.com`,
		`(?=.*-prod%d\.)(?=.*x)https://\w[a-z0-9-]+\.example\.com`,
	} {
		var patterns []string
		for i := range 100 {
			patterns = append(patterns, fmt.Sprintf(format, i+100))
		}
		list := NewList(compileAll(t, patterns...))
		for range 2 {
			candidates, ok := list.candidates("https://x-prod7.example.com", plenty())
			assert.True(t, ok && len(candidates) == 0, format)
			candidates, _ = list.candidates("https://x-prod142.example.com", plenty())
			assert.Equal(t, []uint32{42}, candidates, format)
			i, v := list.Match("https://x-prod142.example.com", nil, plenty())
			assert.Equal(t, Yes, v, format)
			assert.Equal(t, 42, i, format)

			full := newCache()
			full.full.Store(true)
			list.cache.Store(full) // in which nothing can be remembered
		}
	}
	for pattern, texts := range map[string]map[string]bool{
		`(?=ab)a`:          {"a": false, "ab": false},
		`(?=a)(?=ab)\w+`:   {"a": false, "ab": true, "abc": true},
		`(?:(?=a)x|y)`:     {"y": true},
		`(?:a(?=b))+`:      {"a": false},
		`(\w)(?=.*\1)\w+b`: {"abab": true, "abb": false, "aab": true},
		`\w+(?<=\wb)`:      {"b": false, "ab": true},
		`(?=(a))\1b`:       {"ab": true, "b": false},
		`(?=a$)a`:          {"a": true},
		`(?<=^a)b|ab`:      {"ab": true, "b": false},
	} {
		re, err := Compile(pattern)
		if !assert.NoError(t, err) {
			continue
		}
		for text, want := range texts {
			_, v := NewList([]*Regexp{re}).Match(text, nil, plenty())
			assert.Equal(t, want, v == Yes, "%s on %s", pattern, text)
		}
	}
}

// Patterns that begin to differ, seen from the end, before an open part have that part in common. So it costs the same however
// many they are.
func TestListJoinsPatterns(t *testing.T) {
	for format, text := range map[string]string{
		`https://tenant%d-[a-z0-9-]+\.example\.com`:                       "https://tenant567-tenant1-1.example.com",
		`https://[a-z0-9-]+-tenant%d-([a-z0-9]+-)*x\.example\.com`:        "https://x-tenant567-1-12-x.example.com",
		`https://(?=[a-z0-9-]*-tenant%d-)[a-z0-9-]+(?<=-x)\.example\.com`: "https://x-tenant567-1-x.example.com",
		`https://[a-z0-9-]+-tenant%d(-(a|b|c))*(-x){1,3}\.example\.com`:   "https://x-tenant567-a-c-x-x.example.com",
	} {
		var patterns []string
		for i := range 1000 {
			patterns = append(patterns, fmt.Sprintf(format, i))
		}
		list := NewList(compileAll(t, patterns...))
		list.Match("https://tenant99-tenant1-tenant-1-12-123-1234-9-x.example.com", nil, plenty())
		i, v := list.Match(text, nil, plenty())
		assert.Equal(t, Yes, v, format)
		assert.Equal(t, 567, i, format)
		for _, s := range list.cache.Load().states {
			assert.Less(t, len(s.positions), 40, format)
		}
		for p, follow := range list.follow {
			assert.Len(t, slices.Compact(slices.Sorted(slices.Values(follow))), len(follow), "%s, position %d", format, p)
		}
		for _, patterns := range list.tells {
			assert.LessOrEqual(t, len(patterns), 1, format)
		}
	}
}

// A text that no pattern's whole admits is ruled out at once, though a look-ahead might be fulfilled further on.
func TestListRulesOutByTheWhole(t *testing.T) {
	list := NewList(compileAll(t, `https://(?=.*prod)[a-z.-]+\.example\.com`, `https://(?=.*test)[a-z.-]+\.example\.net`))
	candidates, ok := list.candidates("https://prod-test.example.org", plenty())
	assert.True(t, ok)
	assert.Empty(t, candidates)
	assert.Len(t, list.cache.Load().states, 1, "the g of org")
	candidates, _ = list.candidates("https://prod-test.example.com", plenty())
	assert.Equal(t, []uint32{0}, candidates)
}

// Joining repetitions whose rounds begin alike, but go on differently, may admit more than each does, and never less.
func TestListJoinsLoops(t *testing.T) {
	list := NewList(compileAll(t, `(ba)+x`, `(ca)+x`, `((b|c)a)+x`, `a+x`, `(da)*x`))
	for text, want := range map[string]int{"bax": 0, "babax": 0, "cacax": 1, "bacax": 2, "aax": 3, "x": 4, "dadax": 4} {
		i, v := list.Match(text, nil, plenty())
		assert.Equal(t, Yes, v, text)
		assert.Equal(t, want, i, text)
	}
	for _, text := range []string{"bdax", "dabax", "aabax", "ba", "bxa"} {
		_, v := list.Match(text, nil, plenty())
		assert.Equal(t, No, v, text)
	}
}

// To make states costs more than to do without them, so the first origins, for which all are made, must not run out of budget.
func TestTheFirstTextsAreDecided(t *testing.T) {
	r := rand.New(rand.NewPCG(0, 6))
	var patterns []string
	for i := range 2500 {
		p := fmt.Sprintf("https://branch%d", i/2)
		for range 3 {
			p += []string{`-?[a-z0-9-]*`, `-?\w+`, `-?\d?`, `-?[a-z0-9]*`, `-?\w*`, fmt.Sprintf(`-?[^.]{%d}`, 2+r.IntN(14))}[r.IntN(6)]
		}
		patterns = append(patterns, p+`\.example\.com`)
	}
	list := NewList(compileAll(t, patterns...))
	for range 10 {
		host := make([]byte, 56)
		for i := range host {
			host[i] = "abcdefghijklmnopqrstuvwxyz0123456789-"[r.IntN(37)]
		}
		_, ok := list.candidates("https://branch-"+string(host)+".example.com", plenty())
		assert.True(t, ok)
	}
}

func TestCandidates(t *testing.T) {
	for _, test := range []struct {
		text     string
		want     []uint32
		patterns []string
	}{
		{"x", nil, []string{`(?=.*a)\w+`}},          // one of two conditions
		{"aax", []uint32{1}, []string{`ax`, `a+x`}}, // not every a can be followed by another
		{"ax", []uint32{0}, []string{`ax|[ab]x`}},   // by two positions, and once
		{"caa", []uint32{0, 1}, []string{`ca+`, `c(a|[ab])*`}},
	} {
		candidates, ok := NewList(compileAll(t, test.patterns...)).candidates(test.text, plenty())
		assert.True(t, ok)
		assert.Equal(t, test.want, candidates, test.text)
	}
	assert.Len(t, NewList(compileAll(t, `c(ax|bx)`, `c(bx|ax)`, `c(ax|bx|ax)`)).sets, 5)
	assert.Len(t, NewList(compileAll(t, slices.Repeat([]string{`ax|bx|cx|dx`}, 5)...)).tells, 1)
}

// Lists of patterns in which everything can follow everything are given up, and deny, before they take long.
func TestListGivesUp(t *testing.T) {
	var patterns []string
	r := rand.New(rand.NewPCG(1, 2))
	for range 100 {
		var b strings.Builder
		for range 90 {
			fmt.Fprintf(&b, "[^%c.-]?", 'a'+r.IntN(6))
		}
		patterns = append(patterns, b.String()+`\.example\.com`)
	}
	list, given := NewList(compileAll(t, patterns...)), 0
	for range 5 {
		host := make([]byte, 90)
		for i := range host {
			host[i] = 'a' + byte(r.IntN(6))
		}
		if _, v := list.Match("!"+string(host)+".example.com", nil, plenty()); v == Undecided {
			given++
		}
		_, v := list.Match("x.example.org", nil, plenty())
		assert.Equal(t, No, v)
	}
	assert.NotZero(t, given)
}

// Look-ahead that is as large as a pattern may be gives no more conditions.
func TestConditionsAreBounded(t *testing.T) {
	re, err := Compile(strings.Repeat("(?="+strings.Repeat("a?", 60)+")", 30) + "a")
	require.NoError(t, err)
	edges := 0
	for _, a := range re.conditions {
		edges += a.edges
	}
	assert.LessOrEqual(t, edges, 2*maxEdges)
}

// What is found out where a text begins is remembered only if it is all that there is to know, and only while there is room.
func TestListTells(t *testing.T) {
	var patterns []string
	for i := range 300 {
		patterns = append(patterns, fmt.Sprintf(`(?!x%d).*`, i))
	}
	regexps := compileAll(t, patterns...)
	list := NewList(regexps)
	verdict := func(list *List, work int) Verdict {
		budget := Budget{work, maxSteps}
		_, v := list.Match("a", nil, &budget)
		return v
	}
	enough := maxWalk
	assert.Equal(t, Yes, verdict(NewList(regexps), enough))

	c := list.cache.Load()
	s := list.step(c, c.start, 'a', &enough)
	assert.Equal(t, Undecided, verdict(list, 100), "too little to tell")
	assert.Nil(t, s.matches.Load())
	assert.Equal(t, Yes, verdict(list, maxWalk))
	assert.NotNil(t, s.matches.Load())
	assert.Equal(t, Yes, verdict(list, -1), "known")

	held := c.positions
	s.matches.Store(nil)
	c.full.Store(true)
	c.positions -= 300
	assert.Equal(t, Yes, verdict(list, maxWalk))
	assert.NotNil(t, s.matches.Load(), "there is room, if for no other states")
	assert.Equal(t, held, c.positions)
	s.matches.Store(nil)
	c.positions = maxPositions
	assert.Equal(t, Yes, verdict(list, maxWalk))
	assert.Nil(t, s.matches.Load(), "there is no room")
	c.positions = held
	assert.Equal(t, Yes, verdict(list, maxWalk))
	assert.Nil(t, s.matches.Load(), "it does not ask again")
	assert.Positive(t, c.misses.Load())
	c.misses.Store(maxMisses - 1)
	assert.Equal(t, Yes, verdict(list, maxWalk))
	assert.NotSame(t, c, list.cache.Load(), "it was not renewed")

	// Nothing that matches is worth to be known, too.
	list = NewList(compileAll(t, `ab`))
	c = list.cache.Load()
	_, v := list.Match("b", nil, plenty())
	assert.Equal(t, No, v)
	assert.NotNil(t, c.start.next['b'].Load().matches.Load())
}
