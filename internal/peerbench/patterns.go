package main

import (
	"fmt"
	"net/http"
	"time"

	"github.com/seed-12f469a5/cors"
)

// This file measures regular expressions: hot origins, cold ones, and how long New takes.

// A family is a hundred regular expressions such as a service might have for its tenants, and origins for them.
type family struct {
	name    string
	expr    string // with a number
	hot     string // what the expression of that number matches
	strange string // what none matches, with a string of hexadecimal digits
	alike   string // the same, as like to what is matched as can be
	alone   int    // the number of the expression that a hundred are compared with
}

var families = []family{
	{"tenants", `https://([a-z0-9-]+\.)*app-%06d\.example\.com`,
		"https://x.app-%06d.example.com", "https://tenant-%s.example.net", "https://x.app-%s.example.com", 0},
	{"look-ahead", `https://(?!admin\.)([a-z0-9-]+\.)*app-%06d\.example\.com`,
		"https://x.app-%06d.example.com", "https://tenant-%s.example.net", "https://x.app-%s.example.com", 0},
	{"prefixes", `https://pr-%d-[a-z0-9]+\.preview\.example\.com`,
		"https://pr-%d-x1.preview.example.com", "https://tenant-%s.example.net", "https://pr-x-%s.preview.example.com", 0},
	{"brands", `https://(www|shop|api)\.brand-%03d\.(com|net|org)(:[0-9]+)?`,
		"https://shop.brand-%03d.net", "https://tenant-%s.example.net", "https://shop.brand-%s.net", 0},
	{"classes", `https://[a-z]+[0-9]{%d}[a-z]*\.example\.com`,
		"", "https://tenant-%s.example.net", "https://x-%s.example.com", 50},
	// What tells these apart is in the look-around alone.
	{"demands", `https://(?=[a-z0-9-]*-prod%d\.)[a-z0-9-]+(?<=-prod%[1]d)\.example\.com`,
		"https://x-prod%d.example.com", "https://tenant-%s.example.net", "https://x-prod-%s.example.com", 0},
	// A deterministic automaton has a state for each set of places where the a may be, whichever end it begins at.
	{"windows", `https://[a-z0-9]*a[a-z0-9]{%d}\.example\.com`,
		"", "https://tenant-%s.example.net", "https://-%[1]s%[1]sab%[1]s.example.com", 10},
	{"windows from the left", `https://[a-z0-9]{%d}a[a-z0-9]*\.example\.com`,
		"", "https://tenant-%s.example.net", "https://-%[1]s%[1]sab%[1]s.example.com", 10},
}

const (
	look    = 1 // the family with a look-ahead, which the matcher of our own runs
	hundred = 100
)

// A patternRow is what one policy costs when the same origin asks each time, and when a new one does that none of its
// entries matches.
type patternRow struct {
	name string
	results
}

var patternRequests = []string{"hot", "hot preflight", "cold", "cold alike"}

// runPatterns compares one regular expression with a hundred, and both with an exact origin.
func runPatterns(s settings, rep *report) error {
	hot, err := measureHot(s)
	if err != nil {
		return err
	}
	fresh, err := measureCold(s)
	if err != nil {
		return err
	}
	for _, f := range append([]family{{name: "exact"}}, families...) {
		for _, n := range []int{1, hundred} {
			name := patternName(f.name, n)
			row := patternRow{name, results{}}
			for _, request := range patternRequests {
				for _, measured := range []results{hot, fresh} {
					if x, ok := measured[name+request]; ok {
						row.results[request] = x
					}
				}
			}
			rep.patterns = append(rep.patterns, row)
		}
	}
	rep.writePatterns()
	return nil
}

func patternName(family string, n int) string { return fmt.Sprintf("%s × %d", family, n) }

// measureHot has the last of the expressions admit the same origin again and again.
func measureHot(s settings) (results, error) {
	var subjects []subject
	for _, f := range append([]family{{name: "exact"}}, families...) {
		if f.name != "exact" && f.hot == "" {
			continue
		}
		for _, n := range []int{1, hundred} {
			opt, origin := cors.WithOriginRegexps(exprs(f, n)...), fmt.Sprintf(f.hot, n-1)
			if f.name == "exact" {
				opt, origin = cors.WithOrigins(exactOrigins(n)...), kinds[0].allowed(n)
			}
			m, err := policy(opt)
			if err != nil {
				return nil, err
			}
			for i, c := range []cell{cells[0], cells[2]} {
				r, err := agree(map[string]middleware{f.name: m}, c, origin)
				if err != nil {
					return nil, err
				}
				subjects = append(subjects, serving(patternName(f.name, n)+patternRequests[i], m, r))
			}
		}
	}
	s.progress("hot origins")
	return measure(subjects, s.benchtime, s.rounds), nil
}

// measureCold has a new origin ask each time, which none of the expressions matches.
func measureCold(s settings) (results, error) {
	var subjects []subject
	for _, f := range append([]family{{name: "exact", strange: families[0].strange}}, families...) {
		for _, n := range []int{1, hundred} {
			opt := cors.WithOriginRegexps(exprs(f, n)...)
			if f.name == "exact" {
				opt = cors.WithOrigins(exactOrigins(n)...)
			}
			m, err := policy(opt)
			if err != nil {
				return nil, err
			}
			for i, format := range []string{f.strange, f.alike} {
				if format == "" {
					continue
				}
				r, err := agree(map[string]middleware{f.name: m}, cells[1], fmt.Sprintf(format, "0beef0"))
				if err != nil {
					return nil, err
				}
				subjects = append(subjects, cold(patternName(f.name, n)+patternRequests[2+i], m, r, format))
			}
		}
	}
	s.progress("cold origins")
	return measure(subjects, s.benchtime, s.rounds), nil
}

// cold is the subject that answers a request from a new origin each time.
func cold(name string, m middleware, r *http.Request, format string) subject {
	var seq sequence
	return servingOrigins(name, m, r, func(n int) []string {
		out := make([]string, n)
		for i := range out {
			out[i] = fmt.Sprintf(format, seq.next())
		}
		return out
	})
}

func exprs(f family, n int) []string {
	if n == 1 {
		return []string{fmt.Sprintf(f.expr, f.alone)}
	}
	return numbered(f.expr, n)
}

func (rep *report) writePatterns() {
	rep.heading("Regular expressions", "Actual requests from an origin that the last expression matches, from new origins that none matches, "+
		"and from new ones that look like those that match.")
	t := rep.table("policy", "hot", "hot preflight", "cold", "cold alike")
	rows := map[string]results{}
	for _, row := range rep.patterns {
		rows[row.name] = row.results
		line := []string{row.name}
		for _, request := range patternRequests {
			line = append(line, row.String(request))
		}
		t.row(line...)
	}

	var hot, fresh []string
	worstHot, worstCold, allocs := 0.0, 0.0, 0.0
	exact := rows[patternName("exact", 1)]
	for _, x := range []struct {
		name string
		f    family
		n    int
	}{{"one", families[0], 1}, {"look-ahead", families[look], 1}, {"last of 100", families[0], hundred}, {"last of 100 look-aheads", families[look], hundred}} {
		row := rows[patternName(x.f.name, x.n)]
		ratio := 0.0
		for _, request := range patternRequests[:2] {
			ratio = max(ratio, row[request].ns/exact[request].ns)
			allocs = max(allocs, row[request].allocs-exact[request].allocs)
		}
		worstHot = max(worstHot, ratio)
		hot = append(hot, fmt.Sprintf("%.2f (%s)", ratio, x.name))
	}
	for _, f := range families {
		single, all := rows[patternName(f.name, 1)], rows[patternName(f.name, hundred)]
		a, b := all["cold"].ns/single["cold"].ns, all["cold alike"].ns/single["cold alike"].ns
		worstCold = max(worstCold, a, b)
		fresh = append(fresh, fmt.Sprintf("%.1f and %.1f (%s)", a, b, f.name))
	}
	rep.require(4, worstHot <= 1.3 && allocs < 0.1, "a hot origin costs %s times an exact one (at most 1.3), %.2f allocations more (none)", and(hot), allocs)
	rep.require(5, worstCold <= 8, "100 expressions cost %s times one on cold origins and on such that look alike (at most 8)", and(fresh))
}

// runNew measures how long it takes to make a policy of a thousand expressions.
func runNew(s settings, rep *report) error {
	const n = 1000
	rep.heading("New", "A policy of 1,000 regular expressions.")
	t := rep.table("expressions", "New")
	var worst time.Duration
	for _, f := range families {
		if f.hot == "" {
			continue // the number is that of a repetition, which has to be small
		}
		s.progress("New of %s", f.name)
		opt := cors.WithOriginRegexps(exprs(f, n)...)
		var err error
		d := least(3, func() { _, err = policy(opt) })
		if err != nil {
			return err
		}
		worst = max(worst, d)
		t.row(f.name, brief(d))
	}
	rep.require(7, worst < 2*time.Second, "New for 1,000 regular expressions takes at most %.2f s (under 2)", worst.Seconds())
	return nil
}
