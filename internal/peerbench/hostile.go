package main

import (
	"cmp"
	"fmt"
	"net/http"
	"runtime"
	"runtime/metrics"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/seed-12f469a5/cors"
)

// This file attacks: with patterns that make textbook engines backtrack without end, and origins built for that.

// A bomb is a pattern that blows up on many a pump; whatever holds bad after that, it does not match.
type bomb struct {
	expr, pump, bad string
}

// https://owasp.org/www-community/attacks/Regular_expression_Denial_of_Service_-_ReDoS and the papers that it links to.
var bombs = []bomb{
	{`(a+)+`, "a", "!"},
	{`([a-z]+)*`, "ab", "!"},
	{`(a|aa)+`, "a", "!"},
	{`(a|a?)+`, "a", "!"},
	{`(a|a)*`, "a", "!"},
	{`(a*)*b`, "a", "!"},
	{`(x+x+)+y`, "x", "!"},
	{`(\w+-?)*`, "a", "!"},
	{`([a-z0-9]+-?)+`, "0a", "!"},
	{`(([a-z])+.)+[0-9]([a-z])+`, "a", "!-"},
	{`a?a?a?a?a?a?a?a?a?a?a?a?aaaaaaaaaaaa`, "a", "!"},
	{`(.*q){12}`, "p", "-0"},
	{`.*.*=.*`, "x", "-0"},
	{`([a-z0-9-]+\.)*([a-z0-9-]+\.)*[a-z]+`, "a.", "!"},
	{`([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}`, "a.", "!"},
	{`[a-z0-9]+([a-z0-9-]+)*[a-z0-9]`, "0", "!"},
	{`[a-f0-9]*a[a-f0-9]{60}`, "a0", "!"},
	{`(a+)\1+`, "a", "!"},
	{`(?:(a+)\1)+`, "a", "!"},
}

// forms are the ways to write a bomb into a policy.
var forms = []struct {
	name, format string
	host         bool
}{
	{"origin", `https://%s\.example\.com`, false},
	{"host", `%s\.example\.com`, true},
	{"anchored", `^(?:https?://%s\.example\.com)$`, false},
	{"any case", `(?i)https://%s\.example\.com`, false},
	{"negative look-ahead", `https://(?!admin\.)%s\.example\.com`, false},
	{"positive look-ahead", `https://(?=%s\.example\.com$)[a-z.]+`, false},
	{"look-ahead of all", `https://(?!%s$)[a-z.]+`, false},
	{"look-behind", `https://%s(?<!-)\.example\.com`, false},
	{"back-reference", `https://([ab])%s\1\.example\.com`, false},
	{"atomic", `https://(?>%s)\.example\.com`, false},
	{"named", `https://(?<host>%s)\.example\.com`, false},
	{"twice", `https://%[1]s\.%[1]s\.example\.com`, false},
}

// maxAnswer is the longest that an answer may take.
const maxAnswer = 5 * time.Millisecond

// A hostilePolicy is a bomb in a form that New accepts.
type hostilePolicy struct {
	bomb
	name string
	opt  cors.Option
}

// hostilePolicies returns all that New accepts, and how many it refuses.
func hostilePolicies() (accepted []hostilePolicy, refused int) {
	for _, b := range bombs {
		for _, f := range forms {
			expr := fmt.Sprintf(f.format, b.expr)
			if strings.Contains(f.format, "(") && strings.Contains(b.expr, `\1`) {
				continue // the number would be another group's
			}
			opt := cors.WithOriginRegexps(expr)
			if f.host {
				opt = cors.WithHostRegexps(expr)
			}
			if _, err := hostileHandler(opt); err != nil {
				refused++
				continue
			}
			accepted = append(accepted, hostilePolicy{b, f.name + " " + expr, opt})
		}
	}
	return accepted, refused
}

func hostileHandler(opts ...cors.Option) (http.Handler, error) {
	p, err := cors.New(append(opts, cors.WithCredentials(),
		cors.Dangerously(cors.AnyOriginWithCredentials, cors.InsecureOrigins, cors.PublicSuffixes, cors.LooseRegexps))...)
	if err != nil {
		return nil, err
	}
	return p.Handler(idle), nil
}

// origin returns a new origin of any length that a host can have. Most of them end as the patterns do, so that nothing
// but the pump and what follows it can rule them out.
func (b bomb) origin(seq *sequence) string {
	id := seq.next()
	const ends = ".example.com"
	room := 253 - len(b.bad) - len(id) - len(ends)
	host := strings.Repeat(b.pump, 1+int(seq.i)%(room/len(b.pump)))
	switch seq.i % 8 {
	case 0:
		return "https://" + host + id + b.bad
	case 1:
		return "https://" + id + b.bad + host + ends
	case 2: // as many states of an automaton as can be
		return "https://" + strings.Repeat(id, 1+int(seq.i)%(room/len(id))) + b.bad + ends
	case 3:
		return "https://" + host + id + b.bad + ends
	}
	return "https://" + host + b.bad + id + ends
}

func runHostile(s settings, rep *report) error {
	policies, refused := hostilePolicies()
	rep.heading("Hostile origins", fmt.Sprintf("%d forms of %d explosive patterns: New accepts %d and refuses %d. "+
		"Each accepted one is asked about %s new origins.", len(policies)+refused, len(bombs), len(policies), refused, thousands(s.hostile)))
	t := rep.table("slowest patterns", "mean answer", "longest answer")
	var longest time.Duration
	var allows int
	rows := make([]attack, len(policies))
	for i, p := range policies {
		s.progress("hostile %s", p.name)
		a, err := p.attack(s.hostile)
		if err != nil {
			return err
		}
		rows[i] = a
		longest = max(longest, a.longest)
		allows += a.allows
		for _, origin := range a.allowed {
			rep.note("%s allows %s", p.name, origin)
		}
	}
	for _, i := range slowest(rows, 8) {
		t.row("`` "+strings.ReplaceAll(policies[i].name, "|", `\|`)+" ``", brief(rows[i].mean), brief(rows[i].longest))
	}

	growth, err := flood(s, policies)
	if err != nil {
		return err
	}
	one, eight, waiting, err := contention(s, policies)
	if err != nil {
		return err
	}
	rep.note("Eight goroutines: %.0f origins a second, one: %.0f; %.2f%% of their time waiting for locks.", eight, one, 100*waiting)
	speedup, want := eight/one, 0.7*float64(min(8, runtime.GOMAXPROCS(0)))
	rep.require(6, longest <= maxAnswer && allows == 0 && growth < 256<<10 && speedup >= want,
		"%s origins against %d patterns: longest answer %s (at most 5 ms), %d allowed (none); heap grows by %d KiB over %s (256); "+
			"eight goroutines do %.2f times the work of one (at least %.2f on %d CPUs)",
		thousands(s.hostile*len(policies)), len(policies), brief(longest), allows, growth>>10, thousands(s.flood), speedup, want, runtime.GOMAXPROCS(0))
	return nil
}

type attack struct {
	mean, longest time.Duration
	allows        int
	allowed       []string // some of them
}

// attack asks about n new origins, one by one.
func (p hostilePolicy) attack(n int) (a attack, err error) {
	handler, err := hostileHandler(p.opt)
	if err != nil {
		return a, err
	}
	var seq sequence
	w, r := costless{http.Header{}}, requestFrom("")
	var sum time.Duration
	for range n {
		origin := p.origin(&seq)
		d, allowed := ask(handler, w, r, origin)
		if d > maxAnswer {
			if d, err = p.again(origin); err != nil {
				return a, err
			}
		}
		if allowed {
			a.allows++
			if len(a.allowed) < 3 {
				a.allowed = append(a.allowed, origin)
			}
		}
		sum += d
		a.longest = max(a.longest, d)
	}
	a.mean = sum / time.Duration(n)
	return a, nil
}

// again tells a slow answer from one that was kept waiting by another process: the least of five policies that have
// not seen the origin is what it costs.
func (p hostilePolicy) again(origin string) (time.Duration, error) {
	shortest := time.Hour
	for range 5 {
		handler, err := hostileHandler(p.opt)
		if err != nil {
			return 0, err
		}
		d, _ := ask(handler, costless{http.Header{}}, requestFrom(""), origin)
		shortest = min(shortest, d)
	}
	return shortest, nil
}

func requestFrom(origin string) *http.Request {
	return &http.Request{Method: "GET", Header: http.Header{"Origin": {origin}}}
}

func ask(handler http.Handler, w costless, r *http.Request, origin string) (d time.Duration, allowed bool) {
	clear(w.h)
	r.Header["Origin"][0] = origin
	start := time.Now()
	handler.ServeHTTP(w, r)
	return time.Since(start), w.h["Access-Control-Allow-Origin"] != nil
}

// flood returns by how much the heap has grown after some patterns in one policy have been asked about many new origins.
func flood(s settings, policies []hostilePolicy) (growth int, err error) {
	s.progress("memory over %s hostile origins", thousands(s.flood))
	handler, err := some(policies)
	if err != nil {
		return 0, err
	}
	var seq sequence
	w, r := costless{http.Header{}}, requestFrom("")
	run := func(n int) {
		for i := range n {
			ask(handler, w, r, policies[i%len(policies)].origin(&seq))
		}
	}
	run(s.flood / 20) // what is fixed in size is filled
	before := heap()
	run(s.flood)
	growth = int(heap()) - int(before)
	runtime.KeepAlive(handler)
	return growth, nil
}

// some puts about ten of the patterns into one policy: all of them would take an hour over a million origins.
func some(policies []hostilePolicy) (http.Handler, error) {
	var opts []cors.Option
	for i := 0; i < len(policies); i += max(1, len(policies)/10) {
		opts = append(opts, policies[i].opt)
	}
	return hostileHandler(opts...)
}

// contention returns how many hostile origins one and eight goroutines get through in a second, and which part of their
// time the eight waited for locks.
func contention(s settings, policies []hostilePolicy) (one, eight, waiting float64, err error) {
	s.progress("hostile origins from eight goroutines")
	handler, err := some(policies)
	if err != nil {
		return 0, 0, 0, err
	}
	var ones, eights []float64
	var part uint32
	run := func(goroutines int) float64 {
		const each = 2000
		var wg sync.WaitGroup
		start := time.Now()
		for range goroutines {
			part++
			seq := sequence{part * 7919 * each}
			wg.Go(func() {
				w, r := costless{http.Header{}}, requestFrom("")
				for i := range each {
					ask(handler, w, r, policies[i%len(policies)].origin(&seq))
				}
			})
		}
		wg.Wait()
		return float64(goroutines*each) / time.Since(start).Seconds()
	}
	var waited, worked float64
	for range s.rounds {
		ones = append(ones, run(1))
		before, start := lockWait(), time.Now()
		eights = append(eights, run(8))
		waited += lockWait() - before
		worked += 8 * time.Since(start).Seconds()
	}
	return median(ones), median(eights), waited / worked, nil
}

func lockWait() float64 {
	sample := []metrics.Sample{{Name: "/sync/mutex/wait/total:seconds"}}
	metrics.Read(sample)
	return sample[0].Value.Float64()
}

// slowest returns the indices of the n attacks with the longest answers.
func slowest(rows []attack, n int) []int {
	indices := make([]int, len(rows))
	for i := range indices {
		indices[i] = i
	}
	slices.SortStableFunc(indices, func(a, b int) int { return cmp.Compare(rows[b].longest, rows[a].longest) })
	return indices[:min(n, len(indices))]
}
