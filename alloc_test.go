//go:build !race

package cors_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-12f469a5/cors"
)

// One allocation for a response that gets headers, none for a preflight that is denied, whatever the policy.
func TestAllocations(t *testing.T) {
	for _, row := range benchmarked() {
		handler := measured(row.opt)
		for name, r := range requests(row.allowed, row.denied) {
			want := 1.0
			if name == "preflight/denied" || name == "preflight/ipv6" {
				want = 0
			}
			w := costless{http.Header{}}
			got := testing.AllocsPerRun(100, func() {
				clear(w.h)
				handler.ServeHTTP(w, r)
			})
			assert.LessOrEqual(t, got, want, "%s %s", row.name, name)
		}
	}
}

// An answer that is held, as by an event stream, keeps nothing long of others' requests.
func TestAnAnswerKeepsNoEcho(t *testing.T) {
	methods := cors.MustNew(cors.WithOrigins("https://a.example"), cors.WithMethods("*"), cors.WithHeaders(), cors.WithCredentials())
	headers := cors.MustNew(cors.WithOrigins("https://a.example"), cors.WithCredentials())
	inUse := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := inUse()
	var held []answer
	for range 2000 {
		long := strings.Repeat("a", 4000)
		held = append(held, serve(methods, get("https://a.example")))
		assert.Equal(t, []string{long}, serve(methods, preflight("https://a.example", long)).Header["Access-Control-Allow-Methods"])
		held = append(held, serve(headers, get("https://a.example")))
		assert.Equal(t, []string{long},
			serve(headers, preflight("https://a.example", "PUT", "Access-Control-Request-Headers", long)).Header["Access-Control-Allow-Headers"])
	}
	assert.Less(t, inUse(), before+6<<20)
	runtime.KeepAlive(held)
}

// Whoever logs refusals must not do a stranger's work: an origin that reads like a regular expression is not compiled, and a
// long one is cut.
func TestASentenceCostsLittle(t *testing.T) {
	p := cors.MustNew(cors.WithOrigins("https://a.example"), cors.WithOriginRegexps(`https://(\w)\w*\1\.example`))
	for _, origin := range []string{
		"https://" + strings.Repeat("([a-z0-9.]*)|", 20) + ".example.com", "https://" + strings.Repeat("a*", 100), "*://*.*",
		"https://evil.example", strings.Repeat("x", 1<<20), "https://" + strings.Repeat("ü", 150),
	} {
		d := p.Decide(get(origin))
		assert.Less(t, testing.AllocsPerRun(5, func() { _ = d.String() }), 100.0, "%.40q", origin)
	}
}

// A new stranger with every request costs no allocation, however many expressions there are.
func TestStrangersAllocateNothing(t *testing.T) {
	p := cors.MustNew(cors.WithOriginRegexps(regexps(100, lookAhead)...), cors.WithCredentials())
	origins := make([]string, 5000)
	for i := range origins {
		origins[i] = fmt.Sprintf("https://tenant-%d.example.net", i)
	}
	i := 0
	assert.Less(t, testing.AllocsPerRun(len(origins)-1, func() {
		p.AllowsOrigin(origins[i])
		i++
	}), 0.1)
}

// Nor does one whom a look-around alone tells from those who are let in, when the automaton has seen such.
func TestLookAlikesAllocateNothing(t *testing.T) {
	p := cors.MustNew(cors.WithOriginRegexps(regexps(100, lookAhead)...), cors.WithCredentials())
	origins := make([]string, 10_000)
	for i := range origins {
		origins[i] = fmt.Sprintf("https://admin.tenant-%d.app-%06d.example.com", i, i%100)
	}
	i := 0
	ask := func() {
		assert.False(t, p.AllowsOrigin(origins[i]))
		i++
	}
	for i < len(origins)/2 {
		ask()
	}
	assert.Less(t, testing.AllocsPerRun(len(origins)/2-1, ask), 0.1)
}

// Expressions of which each is legal can be too much together, for New and for whoever serves.
func TestExpressionsAreTooMuchTogether(t *testing.T) {
	dense := regexps(150, "https://"+strings.Repeat("[xy]?", 90)+"z%d")
	_, err := cors.New(cors.WithOriginRegexps(append(dense, "(", "")...), cors.WithMethods("put"))
	var codes []cors.Code
	for e := range cors.ConfigErrors(err) {
		codes = append(codes, e.Code)
	}
	assert.Equal(t, []cors.Code{cors.CodeRegexpTooLarge, cors.CodeRegexpSyntax, cors.CodeEmpty, cors.CodeMethodCase}, codes)
	_, err = cors.New(cors.WithOriginRegexps(dense[:50]...))
	assert.NoError(t, err)
}

// A path that can be read in one way only takes one look into the table, whatever its wildcards are called.
func TestRoutesReadAPlainPathOnce(t *testing.T) {
	p := cors.MustNew()
	pick, err := cors.Routes(map[string]*cors.Policy{"/": p, "/items/{itemID}": p})
	require.NoError(t, err)
	r := httptest.NewRequest("GET", "/items/7", nil)
	assert.Less(t, testing.AllocsPerRun(50, func() { pick(r) }), 12.0)
}
