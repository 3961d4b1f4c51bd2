package cors

import (
	"hash/maphash"
	"strings"
	"sync/atomic"
)

// A memo remembers verdicts on origins, so that one that keeps coming costs a look-up and no regular expression. It has a
// fixed number of slots, far more than origins that are hot at a time (BenchmarkHot), for origins of at most [maxOrigin] bytes,
// and no lock. The hash is seeded, so that nobody can aim
// at a slot; an origin is kept only when it comes a second time in a row to its slot, so that a flood of new ones neither
// allocates nor displaces those in use.
type memo struct {
	seed  maphash.Seed
	slots [4096]slot
}

type slot struct {
	seen atomic.Uint64 // hash of the last origin that was not found here
	kept atomic.Pointer[remembered]
}

// A remembered verdict is immutable, with a string of its own.
type remembered struct {
	origin string
	entry  uint32
	reason Reason
}

func newMemo() *memo { return &memo{seed: maphash.MakeSeed()} }

// slot returns the slot of an origin, and the hash for [slot.keep].
func (m *memo) slot(origin string) (*slot, uint64) {
	hash := maphash.String(m.seed, origin)
	return &m.slots[hash%uint64(len(m.slots))], hash
}

func (s *slot) find(origin string) (r *remembered, ok bool) {
	r = s.kept.Load()
	return r, r != nil && r.origin == origin
}

func (s *slot) keep(origin string, hash uint64, entry uint32, reason Reason) {
	if s.seen.Swap(hash) == hash {
		s.kept.Store(&remembered{strings.Clone(origin), entry, reason})
	}
}
