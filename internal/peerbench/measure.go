package main

import (
	"math"
	"net/http"
	"slices"
	"testing"
	"time"
)

// This file measures: subjects that are to be compared take turns, so that noise hits all alike.

// A subject serves n requests when run. What prepare does beforehand is not timed.
type subject struct {
	name    string
	prepare func(n int)
	run     func(n int)
}

// A result is what one request costs.
type result struct {
	ns, allocs float64
}

type results map[string]result

func (r results) ratio(a, b string) float64 { return r[a].ns / r[b].ns }

// measure takes rounds samples of each subject, each of which lasts about benchtime, and returns their first quartile:
// what else runs on the machine can only make a sample longer, but a collection of garbage belongs to it. Samples are short,
// so that a machine that is slow for a while is slow for all subjects.
func measure(subjects []subject, benchtime time.Duration, rounds int) results {
	sizes := make([]int, len(subjects))
	for i, s := range subjects {
		sizes[i] = 1
		for {
			d := min(s.sample(sizes[i]), s.sample(sizes[i]), s.sample(sizes[i])) // so that no pause passes for a long sample
			if d >= benchtime*2/3 || sizes[i] >= 1<<20 {
				break
			}
			sizes[i] = min(1<<20, max(2, int(float64(sizes[i])*min(8, 1.1*float64(benchtime)/float64(max(d, 1))))))
		}
	}
	samples := make([][]float64, len(subjects))
	for round := range rounds {
		for j := range subjects {
			i := (round + j) % len(subjects)
			samples[i] = append(samples[i], float64(subjects[i].sample(sizes[i]).Nanoseconds())/float64(sizes[i]))
		}
	}
	out := results{}
	for i, s := range subjects {
		out[s.name] = result{quartile(samples[i]), s.allocs()}
	}
	return out
}

func (s subject) sample(n int) time.Duration {
	if s.prepare != nil {
		s.prepare(n)
	}
	start := time.Now()
	s.run(n)
	return time.Since(start)
}

func (s subject) allocs() float64 {
	const n = 100
	runs := 2 // AllocsPerRun begins with a run of its own, and prepare must cover both
	if s.prepare != nil {
		s.prepare(runs * n)
	}
	return testing.AllocsPerRun(1, func() { s.run(n) }) / n
}

// serving is the subject that answers the same request over and over.
func serving(name string, m middleware, r *http.Request) subject {
	handler, w := m(idle), costless{http.Header{}}
	return subject{name: name, run: func(n int) {
		for range n {
			clear(w.h)
			handler.ServeHTTP(w, r)
		}
	}}
}

// servingOrigins is the subject that answers a request from another origin each time; origins yields the next n.
func servingOrigins(name string, m middleware, r *http.Request, origins func(n int) []string) subject {
	handler, w := m(idle), costless{http.Header{}}
	r = r.Clone(r.Context())
	var next []string
	return subject{
		name:    name,
		prepare: func(n int) { next = origins(n) },
		run: func(n int) {
			for _, origin := range next[:n] {
				clear(w.h)
				r.Header["Origin"][0] = origin
				handler.ServeHTTP(w, r)
			}
			next = next[n:]
		},
	}
}

func quartile(s []float64) float64 {
	return slices.Sorted(slices.Values(s))[len(s)/4]
}

func median(s []float64) float64 {
	s = slices.Sorted(slices.Values(s))
	if n := len(s); n%2 == 0 {
		return (s[n/2-1] + s[n/2]) / 2
	}
	return s[len(s)/2]
}

func geomean(s []float64) float64 {
	sum := 0.0
	for _, x := range s {
		sum += math.Log(x)
	}
	return math.Exp(sum / float64(len(s)))
}
