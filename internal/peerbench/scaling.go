package main

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed-12f469a5/cors"
)

// This file measures our policies by the number of their origins.

var scalingSizes = []int{1, 10, 100, 1_000, 10_000, 100_000, 1_000_000}

// A scalingRow is what n exact origins cost.
type scalingRow struct {
	n       int
	results               // of the requests that scalingRequests names
	bytes   float64       // per origin, beyond the strings themselves
	build   time.Duration // of New
}

// scalingRequests: the origin that is allowed last, allowed origins in turn, one that is denied, and what no cache of a CPU
// helps with: any of the allowed origins, at random.
var scalingRequests = []string{"one origin", "1,024 in turn", "denied", "all at random"}

const atRandom = 3

func runScaling(s settings, rep *report) error {
	var subjects []subject
	var rows []scalingRow
	k := kinds[0]
	for _, n := range scalingSizes {
		s.progress("origins=%d", n)
		row := scalingRow{n: n, bytes: bytesPerOrigin(n)}
		origins := k.origins(n)
		var m middleware
		row.build = least(3, func() { m, _ = policy(cors.WithOrigins(origins...)) })
		with := map[string]middleware{ours: m}
		allowed, err := agree(with, cells[0], k.allowed(n))
		if err != nil {
			return err
		}
		refused, err := agree(with, cells[1], denied)
		if err != nil {
			return err
		}
		// No more origins than a cache of the CPU holds, but spread over the whole list.
		var many []string
		for i := range 1024 {
			many = append(many, origins[i*n/1024])
		}
		subjects = append(subjects,
			serving(scalingName(n, 0), m, allowed),
			servingOrigins(scalingName(n, 1), m, allowed, func(n int) []string { return cycle(many, n) }),
			serving(scalingName(n, 2), m, refused),
			servingOrigins(scalingName(n, atRandom), m, allowed, func(n int) []string { return sample(origins, n) }),
		)
		rows = append(rows, row)
	}
	s.progress("scaling")
	s.benchtime, s.rounds = 5*s.benchtime, (s.rounds+4)/5 // each sample begins with cold caches
	all := measure(subjects, s.benchtime, s.rounds)
	for i, row := range rows {
		rows[i].results = results{}
		for j, name := range scalingRequests {
			rows[i].results[name] = all[scalingName(row.n, j)]
		}
	}
	rep.scaling = rows
	rep.writeScaling()
	return nil
}

func scalingName(n, request int) string {
	return fmt.Sprintf("origins=%d/%s", n, scalingRequests[request])
}

func (rep *report) writeScaling() {
	rep.heading("Number of exact origins", "Actual requests; memory is what a policy of ours holds per origin beyond the strings.")
	t := rep.table(slices.Concat([]string{"origins"}, scalingRequests, []string{"memory per origin", "New"})...)
	for _, row := range rep.scaling {
		t.row(thousands(row.n), row.String(scalingRequests[0]), row.String(scalingRequests[1]), row.String(scalingRequests[2]), row.String(scalingRequests[atRandom]),
			fmt.Sprintf("%.0f bytes", row.bytes), brief(row.build))
	}
	var one, many scalingRow
	for _, row := range rep.scaling {
		switch row.n {
		case 1:
			one = row
		case 100_000:
			many = row
		}
	}
	million := rep.scaling[len(rep.scaling)-1]
	var worst float64
	var figures []string
	for _, name := range scalingRequests[:atRandom] {
		ratio := many.results[name].ns / one.results[name].ns
		figures = append(figures, fmt.Sprintf("%.2f (%s)", ratio, name))
		worst = max(worst, ratio)
	}
	rep.require(3, worst <= 1.5 && million.bytes <= 200 && million.build < 3*time.Second,
		"100,000 origins cost %s times one (at most 1.5); a million hold %.0f bytes each (at most 200), built in %.2f s (under 3)",
		and(figures), million.bytes, million.build.Seconds())
}

// bytesPerOrigin is how much the heap grows by a policy whose caller keeps nothing, less the bytes of the origins.
func bytesPerOrigin(n int) float64 {
	before := heap()
	size := 0
	p := func() *cors.Policy {
		origins := exactOrigins(n)
		for _, o := range origins {
			size += len(o)
		}
		return cors.MustNew(cors.WithOrigins(origins...))
	}()
	after := heap()
	runtime.KeepAlive(p)
	return float64(int(after)-int(before)-size) / float64(n)
}

// heap returns the bytes of live objects.
func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// least returns the shortest of several runs.
func least(runs int, f func()) time.Duration {
	var d []time.Duration
	for range runs {
		start := time.Now()
		f()
		d = append(d, time.Since(start))
	}
	return slices.Min(d)
}

func cycle(s []string, n int) []string {
	out := make([]string, 0, n+len(s))
	for len(out) < n {
		out = append(out, s...)
	}
	return out
}

// sample returns n of s at random, as strings of their own.
func sample(s []string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = strings.Clone(s[rand.IntN(len(s))])
	}
	return out
}

func and(s []string) string {
	out := s[0]
	for i, x := range s[1:] {
		sep := ", "
		if i == len(s)-2 {
			sep = " and "
		}
		out += sep + x
	}
	return out
}

// sequence yields strings of hexadecimal digits, none of which it yields twice; neighbours do not look alike.
type sequence struct{ i uint32 }

func (s *sequence) next() string {
	s.i++
	x := s.i * 2654435769 // odd, hence a permutation
	return strconv.FormatUint(1<<32|uint64(x), 16)[1:]
}
