package main

import (
	"fmt"
	"testing"

	"github.com/seed-12f469a5/cors"
)

// The names are benchstat's: go test -bench Matrix ./internal/peerbench | benchstat -col /lib -

func BenchmarkMatrix(b *testing.B) {
	for _, k := range kinds {
		for _, n := range matrixSizes {
			b.Run(fmt.Sprintf("kind=%s/origins=%d", k.name, n), func(b *testing.B) {
				cs, err := matrixCells(k, n)
				if err != nil {
					b.Fatal(err)
				}
				for _, c := range cs {
					for _, l := range libraries {
						if m := c.with[l.name]; m != nil {
							b.Run(fmt.Sprintf("%v/lib=%s", c.cell, l.name), func(b *testing.B) { run(b, serving("", m, c.request)) })
						}
					}
				}
			})
		}
	}
}

func BenchmarkRegexps(b *testing.B) {
	for _, f := range families {
		for _, n := range []int{1, hundred} {
			m, err := policy(cors.WithOriginRegexps(exprs(f, n)...))
			if err != nil {
				b.Fatal(err)
			}
			name := fmt.Sprintf("family=%s/regexps=%d/origin=", f.name, n)
			if f.hot != "" {
				b.Run(name+"hot", func(b *testing.B) {
					run(b, serving("", m, requestFrom(fmt.Sprintf(f.hot, n-1))))
				})
			}
			b.Run(name+"cold", func(b *testing.B) { run(b, cold("", m, requestFrom(""), f.strange)) })
			b.Run(name+"alike", func(b *testing.B) { run(b, cold("", m, requestFrom(""), f.alike)) })
		}
	}
}

func BenchmarkNew(b *testing.B) {
	for _, f := range families[:2] {
		b.Run("family="+f.name+"/regexps=1000", func(b *testing.B) {
			opt := cors.WithOriginRegexps(exprs(f, 1000)...)
			for b.Loop() {
				cors.MustNew(opt)
			}
		})
	}
	b.Run("origins=1000000", func(b *testing.B) {
		opt := cors.WithOrigins(exactOrigins(1_000_000)...)
		b.ReportAllocs()
		for b.Loop() {
			cors.MustNew(opt)
		}
	})
}

// run serves b.N requests, in portions that the subject can prepare.
func run(b *testing.B, s subject) {
	b.ReportAllocs()
	for n := b.N; n > 0; {
		portion := min(n, 1<<16)
		if s.prepare != nil {
			b.StopTimer()
			s.prepare(portion)
			b.StartTimer()
		}
		s.run(portion)
		n -= portion
	}
}
