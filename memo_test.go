package cors

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
)

// A memo of one slot, which all origins fight for, must never answer for another origin.
func TestTheMemoAnswersForNoOtherOrigin(t *testing.T) {
	var s slot
	var wg sync.WaitGroup
	for g := range uint32(8) {
		wg.Go(func() {
			own := fmt.Sprintf("https://%d.example", g)
			for range 20_000 {
				if r, ok := s.find(own); ok {
					assert.Equal(t, remembered{own, g, Allowed}, *r)
				} else {
					s.keep(own, 1, g, Allowed) // the same hash for all
				}
			}
		})
	}
	wg.Wait()
}

func TestTheMemoKeepsWhatComesTwice(t *testing.T) {
	m := newMemo()
	backing := []byte("https://a.example")
	s, hash := m.slot(string(backing))
	s.keep(string(backing), hash, 7, Allowed)
	_, ok := s.find("https://a.example")
	assert.False(t, ok, "once may be a flood")
	s.keep(string(backing), hash, 7, Allowed)
	r, ok := s.find("https://a.example")
	assert.True(t, ok)
	assert.Equal(t, remembered{"https://a.example", 7, Allowed}, *r)
}

func TestTheMemoKeepsEachOriginOnce(t *testing.T) {
	var s slot
	assert.False(t, s.saw(0), "nothing yet")
	s.saw(1 << 60)
	for range 3 { // as goroutines do that have not found it at the same time
		s.keep("https://a.example", 1<<60, 7, Allowed)
	}
	assert.NotNil(t, s.kept[0].Load())
	assert.Nil(t, s.kept[1].Load())
	for i, origin := range []string{"https://b.example", "https://c.example", "https://d.example"} {
		hash := uint64(i+2) << 60
		s.saw(hash)
		s.keep(origin, hash, 8, Allowed)
		r, ok := s.find(origin)
		assert.True(t, ok, "%s, the last of them in another's place", origin)
		assert.Equal(t, origin, r.origin)
	}
}

// Origins that take turns are remembered, also those that share a slot.
func TestTheMemoKeepsWhatTakesTurns(t *testing.T) {
	m := newMemo()
	origins := make([]string, 1000)
	for round := range 3 {
		found := 0
		for i := range origins {
			origins[i] = fmt.Sprintf("https://%d.example", i)
			s, hash := m.slot(origins[i])
			if r, ok := s.find(origins[i]); ok {
				assert.Equal(t, remembered{origins[i], uint32(i), Allowed}, *r)
				found++
				continue
			}
			s.keep(origins[i], hash, uint32(i), Allowed)
		}
		if round == 2 {
			assert.Greater(t, found, 930) // all but those that share a slot with three others: 946 at least in 6,000 runs
		}
	}

	for i := range 100_000 { // a flood
		s, hash := m.slot(fmt.Sprintf("https://%d.flood.example", i))
		s.keep("flood", hash, 0, OriginNotAllowed)
	}
	kept, flood := 0, 0
	for i := range m.slots {
		for j := range m.slots[i].kept {
			switch r := m.slots[i].kept[j].Load(); {
			case r == nil:
			case r.origin == "flood":
				flood++
			default:
				kept++
			}
		}
	}
	assert.Greater(t, kept, 930)
	assert.Less(t, flood, 20)
}

func TestAPolicyWithoutRegexpsHasNoMemo(t *testing.T) {
	assert.Nil(t, MustNew(WithOrigins("https://a.example", "https://*.b.example")).origins.memo)
	assert.NotNil(t, MustNew(WithOriginRegexps(`https://a\.example`)).origins.memo)
}

// Whether a verdict is remembered or not, it is the same.
func TestHotAndColdVerdictsAgree(t *testing.T) {
	p := MustNew(WithOrigins("https://*.w.example"), WithOriginRegexps(`https://(\w)\w*\1\.example`), WithHostRegexps(`h\d`))
	for _, o := range []string{"https://aba.example", "https://abc.example", "http://h7:81", "https://a.w.example", "x", "https://h", "https://aba.example/"} {
		first := p.AllowsOrigin(o)
		for range 4 {
			assert.Equal(t, first, p.AllowsOrigin(o), o)
		}
	}
}

// Only what can be an origin is remembered: nobody can fill the memory with headers of a megabyte.
func TestMemoKeepsNothingThatIsTooLong(t *testing.T) {
	p := MustNew(WithOriginRegexps(`https://pr-\d+\.example\.com`))
	for _, origin := range []string{
		"https://pr-" + strings.Repeat("1", 1<<20) + ".example.com",
		"https://" + strings.Repeat("a", maxOrigin-len("https://")+1),
	} {
		for range 4 {
			assert.False(t, p.AllowsOrigin(origin))
		}
	}
	for i := range p.origins.memo.slots {
		for j := range p.origins.memo.slots[i].kept {
			assert.True(t, p.origins.memo.slots[i].kept[j].Load() == nil)
		}
	}
}

// What could not be decided may be decided when the machine is less busy.
func TestMemoKeepsNothingThatIsUndecided(t *testing.T) {
	p := MustNew(WithOriginRegexps(`https://(\w)\w*\.(?:[a-z]++\.|www\.)*\1\.com`))
	for range 4 {
		_, reason := p.origins.match("https://x." + strings.Repeat("www.", 58) + "y.com")
		assert.Equal(t, OriginUndecided, reason)
	}
	for i := range p.origins.memo.slots {
		for j := range p.origins.memo.slots[i].kept {
			assert.True(t, p.origins.memo.slots[i].kept[j].Load() == nil)
		}
	}
}
