package cors

import (
	"hash/maphash"
	"strings"
	"sync/atomic"
)

// A memo remembers verdicts on origins, so that one that keeps coming costs a look-up and no regular expression. It has a
// fixed size, room for far more origins of at most [maxOrigin] bytes than are hot at a time (BenchmarkHot), and no lock. The
// hash is seeded, so that nobody can aim at a slot; an origin is kept only when it comes again soon, so that a flood of new
// ones neither allocates nor displaces those in use.
type memo struct {
	seed  maphash.Seed
	slots [2048]slot
}

type slot struct {
	seen atomic.Uint64 // tags of the last origins that were not found here
	kept [3]atomic.Pointer[remembered]
}

// tagBits is the size of a tag, the part of a hash that tells a slot's origins apart, almost always, and tags is how many fit
// into seen. A tag is never zero, which marks a place without one.
const (
	tagBits = 21
	tags    = 64 / tagBits
)

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
	for i := range s.kept {
		if r = s.kept[i].Load(); r != nil && r.origin == origin {
			return r, true
		}
	}
	return nil, false
}

// keep remembers a verdict if its origin was seen lately, in a free place or else in one that the hash names.
func (s *slot) keep(origin string, hash uint64, entry uint32, reason Reason) {
	if !s.saw(hash) {
		return
	}
	r := &remembered{strings.Clone(origin), entry, reason}
	for i := range s.kept { // none of which becomes free again
		if s.kept[i].CompareAndSwap(nil, r) || s.kept[i].Load().origin == origin {
			return
		}
	}
	s.kept[hash>>32%uint64(len(s.kept))].Store(r)
}

// saw reports whether an origin is among the last that came in vain, and makes it one of them. Goroutines at the same time may
// each forget what the other saw.
func (s *slot) saw(hash uint64) bool {
	tag := hash>>(64-tagBits) | 1
	seen := s.seen.Load()
	for i := range tags {
		if seen>>(i*tagBits)&(1<<tagBits-1) == tag {
			return true
		}
	}
	s.seen.Store(seen<<tagBits | tag)
	return false
}
