package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
)

// This file is the matrix: {actual, preflight} × {allowed, denied} × number of origins × {exact, wildcard}.

var matrixSizes = []int{1, 10, 1_000, 100_000}

// A matrixCell is a request that all libraries which can express the policy are timed on.
type matrixCell struct {
	cell
	kind    string
	n       int
	request *http.Request
	with    map[string]middleware
}

// name reads well to benchstat, which can then compare by any of its parts.
func (c matrixCell) name() string {
	return fmt.Sprintf("%v/kind=%s/origins=%d", c.cell, c.kind, c.n)
}

// matrixCells returns the four cells of n origins of a kind, after a browser has judged all libraries equal on them.
func matrixCells(k kind, n int) ([]matrixCell, error) {
	origins := k.origins(n)
	with := map[string]middleware{}
	for _, l := range libraries {
		if k.name == "wildcard" && !l.wildcards {
			continue
		}
		m, err := l.allow(slices.Clone(origins))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", l.name, err)
		}
		with[l.name] = m
	}
	var out []matrixCell
	for _, c := range cells {
		origin := denied
		if c.allowed {
			origin = k.allowed(n)
		}
		r, err := agree(with, c, origin)
		if err != nil {
			return nil, fmt.Errorf("%d %s origins: %w", n, k.name, err)
		}
		out = append(out, matrixCell{c, k.name, n, r, with})
	}
	return out, nil
}

// A matrixRow is a cell with what it costs in each library.
type matrixRow struct {
	matrixCell
	results
}

func runMatrix(s settings, rep *report) error {
	var rows []matrixRow
	for _, k := range kinds {
		for _, n := range matrixSizes {
			cs, err := matrixCells(k, n)
			if err != nil {
				return err
			}
			for _, c := range cs {
				s.progress("%s", c.name())
				var subjects []subject
				for _, l := range libraries {
					if m := c.with[l.name]; m != nil {
						subjects = append(subjects, serving(l.name, m, c.request))
					}
				}
				subjects = append(subjects, serving(floor, atLeast(c.with[ours], c.request), c.request))
				c.with = nil // so that it can be collected
				rows = append(rows, matrixRow{c, measure(subjects, s.benchtime, s.rounds)})
			}
		}
	}
	rep.matrix = rows
	rep.writeMatrix()
	return nil
}

const floor = "floor"

// atLeast is what an answer costs at the least: it writes the headers that m answers r with, and decides nothing.
func atLeast(m middleware, r *http.Request) middleware {
	answer := httptest.NewRecorder()
	m(idle).ServeHTTP(answer, r)
	var keys, values []string
	for key, v := range answer.Header() {
		keys, values = append(keys, key), append(values, v[0])
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if len(keys) > 0 {
				h, own := w.Header(), slices.Clone(values)
				for i, key := range keys {
					h[key] = own[i : i+1 : i+1]
				}
			}
			if r.Method == http.MethodOptions {
				w.WriteHeader(answer.Code)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

func (rep *report) writeMatrix() {
	rep.heading("Matrix", "Nanoseconds and allocations per request, and ours as a fraction of each peer. "+
		"The floor decides nothing and only writes the headers of our answer.")
	head := []string{"request", "verdict", "origins", "kind"}
	for _, l := range libraries {
		head = append(head, l.name)
	}
	head = append(head, floor)
	for _, l := range libraries[1:] {
		head = append(head, "/ "+l.name)
	}
	head = append(head, "/ floor", "floor / jub0bs")
	t := rep.table(head...)
	ratios := map[string][]float64{}
	var aboveFloor, floorBelow []float64
	worst, worstCell, most, mostDenied := 0.0, "", 0.0, 0.0
	for _, row := range rep.matrix {
		request, verdict := "actual", "denied"
		if row.preflight {
			request = "preflight"
		}
		if row.allowed {
			verdict = "allowed"
		}
		line := []string{request, verdict, thousands(row.n), row.kind}
		for _, l := range libraries {
			line = append(line, row.results.String(l.name))
		}
		line = append(line, row.results.String(floor))
		for _, l := range libraries[1:] {
			if _, ok := row.results[l.name]; !ok {
				line = append(line, "")
				continue
			}
			ratio := row.ratio(ours, l.name)
			ratios[l.name] = append(ratios[l.name], ratio)
			line = append(line, fmt.Sprintf("%.2f", ratio))
			if l.name == "jub0bs" && ratio > worst {
				worst, worstCell = ratio, row.name()
			}
		}
		above, below := row.ratio(ours, floor), row.ratio(floor, "jub0bs")
		aboveFloor, floorBelow = append(aboveFloor, above), append(floorBelow, below)
		t.row(append(line, fmt.Sprintf("%.2f", above), fmt.Sprintf("%.2f", below))...)
		if row.preflight && !row.allowed {
			mostDenied = max(mostDenied, row.results[ours].allocs)
		}
		most = max(most, row.results[ours].allocs)
	}
	line := slices.Concat([]string{"geometric mean"}, make([]string, 4+len(libraries)))
	for _, l := range libraries[1:] {
		line = append(line, fmt.Sprintf("**%.2f**", geomean(ratios[l.name])))
	}
	t.row(append(line, fmt.Sprintf("%.2f", geomean(aboveFloor)), fmt.Sprintf("%.2f", geomean(floorBelow)))...)
	mean := geomean(ratios["jub0bs"])
	rep.require(1, mean <= 0.40 && worst <= 1, "geometric mean %.2f of jub0bs/cors (at most 0.40), worst cell %.2f (at most 1.0), %s", mean, worst, worstCell)
	rep.require(2, most <= 1 && mostDenied == 0, "at most %.2f allocations per request (at most 1), %.2f for a denied preflight (none)", most, mostDenied)
}
