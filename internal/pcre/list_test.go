package pcre

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func compileAll(t *testing.T, patterns ...string) (regexps []*Regexp) {
	t.Helper()
	for _, p := range patterns {
		re, err := Compile(p, alphabet)
		require.NoError(t, err, p)
		regexps = append(regexps, re)
	}
	return regexps
}

// More states than a cache may hold, from eight goroutines: every answer must be right, and memory must not grow.
func TestListUnderAFlood(t *testing.T) {
	list := NewList(compileAll(t,
		`https://(?:a|b)*a(?:a|b){9}\.example\.com`, // a state for each of the last ten characters' combinations
		`https://(\w)\w*\1\.example\.net`,
		strings.Repeat("a?", 1500)+"z"))
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(uint64(g), 0))
			for range 500 {
				b := make([]byte, 10+r.IntN(30))
				for i := range b {
					b[i] = "ab"[r.IntN(2)]
				}
				_, v := list.Match(fmt.Sprintf("https://%s.example.com", b))
				assert.Equal(t, b[len(b)-10] == 'a', v == Yes, "%s", b)
				_, v = list.Match(fmt.Sprintf("https://%s.example.net", b))
				assert.Equal(t, b[0] == b[len(b)-1], v == Yes, "%s", b)
			}
		})
	}
	wg.Wait()
	runtime.GC()
	runtime.ReadMemStats(&after)
	assert.Less(t, int64(after.HeapAlloc)-int64(before.HeapAlloc), int64(16<<20))
}

func TestListAnswersWithTheFirstPattern(t *testing.T) {
	list := NewList(compileAll(t, `a(?!b).*`, `ab?`, `a.*`, `b`))
	for text, want := range map[string]int{"ac": 0, "ab": 1, "abc": 2, "b": 3} {
		i, v := list.Match(text)
		assert.Equal(t, Yes, v, text)
		assert.Equal(t, want, i, text)
	}
	_, v := list.Match("c")
	assert.Equal(t, No, v)

	large := strings.Repeat("a?", 1500) + "b" // has no automaton
	list = NewList(compileAll(t, "ab", large, "a*b"))
	for text, want := range map[string]int{"ab": 0, "aab": 1} {
		i, v := list.Match(text)
		assert.Equal(t, Yes, v, text)
		assert.Equal(t, want, i, text)
	}
}
