package browsertest

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-12f469a5/cors/corstest"
)

// This file has corstest and each engine perform the cases, and holds them against what is wanted.

// required says that a missing browser is a failure.
var required = os.Getenv("CORS_BROWSERS") == "required"

func TestCases(t *testing.T) {
	names, paths := map[string]bool{}, map[string]bool{}
	for _, c := range cases() {
		assert.False(t, names[c.name], "two cases are called %q", c.name)
		assert.False(t, paths[c.path()], "two cases have the path %q", c.path())
		names[c.name], paths[c.path()] = true, true
	}
	assert.GreaterOrEqual(t, len(names), 150)
	for _, d := range departures {
		for name := range d.cases {
			assert.True(t, names[name], "%s departs in the case %q, which there is not", d.engine, name)
		}
	}
}

func TestEngines(t *testing.T) {
	all := cases()
	rows := make([]row, len(engines))
	for i, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			b := startOrSkip(t, e)
			rows[i] = row{engine: e.name, version: b.version}
			for _, c := range all {
				t.Run(strings.ReplaceAll(c.name, " ", "_"), func(t *testing.T) {
					rows[i].tried++
					departed := tryCase(t, e, b, c)
					switch {
					case t.Failed():
					case departed:
						rows[i].departed++
					default:
						rows[i].agreed++
					}
				})
			}
		})
	}
	t.Cleanup(func() { writeTable(t, rows, len(all)) })
}

// writeTable writes the table to the file that CORS_BROWSERS_TABLE names, if every engine tried every case.
func writeTable(t *testing.T, rows []row, cases int) {
	name := os.Getenv("CORS_BROWSERS_TABLE")
	if name == "" {
		return
	}
	for _, r := range rows {
		if r.tried != cases {
			t.Logf("%s is not written: not every engine tried every case", name)
			return
		}
	}
	assert.NoError(t, updateTable(name, rows))
}

func startOrSkip(t *testing.T, e engine) *browser {
	if _, err := e.find(); err != nil {
		if required {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	b, err := e.start()
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, b.stop()) })
	return b
}

// tryCase holds c in b, and in corstest, against what is wanted. It reports whether b departs from the standard in it, as
// it is known to.
func tryCase(t *testing.T, e engine, b *browser, c testCase) (departed bool) {
	wants, reason := c.departs(e.name, b.version)
	if reason != "" {
		t.Logf("a known departure of %s: %s", e.name, reason)
	}
	model := newModel(c)
	b.serve(c)
	for i, s := range c.steps {
		s.fetch = c.complete(s.fetch)

		modelled := model.perform(s)
		assert.Equal(t, s.want, modelled.asWant(s.origin), "step %d: what is wanted, and what corstest did:\n%v", i+1, modelled)

		got, err := b.perform(s)
		require.NoError(t, err)
		seen := observed(got, b.tap.take())
		assert.Equal(t, wants[i], seen.asWant(s.origin), "step %d: what is wanted, and what %s %s did:\n%v", i+1, e.name, b.version, seen)

		modelled.Reason, seen.Reason = "", ""
		if reason == "" {
			assert.Equal(t, modelled, seen, "step %d: corstest, and %s %s", i+1, e.name, b.version)
		}
		departed = departed || !assert.ObjectsAreEqual(modelled, seen)
	}
	if reason != "" {
		assert.True(t, departed, "%s %s does what the standard says: limit the departure in departures.go to the versions before", e.name, b.version)
	}
	return departed
}

// An outcome is all that a fetch came to.
type outcome struct {
	Verdict string
	Reason  string // for the verdict, which a script is not told much of
	Status  int
	Reads   map[string]string
	Body    string
	Wire    []exchange
}

func (o outcome) asWant(page string) want {
	return want{verdict: o.Verdict, wire: summarize(o.Wire, page), status: o.Status, reads: o.Reads}
}

func (o outcome) String() string {
	var b strings.Builder
	for _, x := range o.Wire {
		b.WriteString(x.String())
	}
	b.WriteString(o.Verdict + " " + o.Reason)
	return b.String()
}

// read adds a response header to what the script read, if reading it needs permission. The header Date is left out: an
// http.Server sends it, and corstest, which asks the handler, does not see it.
func (o *outcome) read(name, value string) {
	switch name = strings.ToLower(name); name {
	case "cache-control", "content-language", "content-length", "content-type", "expires", "last-modified", "pragma", "date":
		return
	}
	o.Reads[name] = value
}

// observed is the outcome of what a page saw.
func observed(r result, wire []exchange) outcome {
	if r.Error != "" {
		return outcome{Verdict: blocked, Reason: r.Error, Wire: wire}
	}
	o := outcome{Verdict: allowed, Status: r.Status, Reads: map[string]string{}, Body: r.Body, Wire: wire}
	for _, h := range r.Header {
		o.read(h[0], h[1])
	}
	return o
}

// A model is corstest in the place of a browser.
type model struct {
	tap    wiretap
	server http.Handler
	jar    http.CookieJar
	pages  map[string]*corstest.Page
}

func newModel(c testCase) *model {
	m := &model{pages: map[string]*corstest.Page{}}
	m.server = m.tap.handler(c.server())
	m.jar, _ = cookiejar.New(nil) // never fails
	m.jar.SetCookies(&url.URL{Scheme: "http", Host: "app.example.com", Path: "/"}, []*http.Cookie{siteCookie()})
	return m
}

func (m *model) perform(s step) outcome {
	page, ok := m.pages[s.origin]
	if !ok {
		page = corstest.NewPage(s.origin, m.server)
		if isOfSite(s.origin) { // whether other sites' pages may use the cookie is a matter of SameSite
			page.Jar = m.jar
		}
		m.pages[s.origin] = page
	}
	for _, page := range m.pages {
		page.Advance(s.after)
	}
	resp, err := page.Fetch(s.fetch.request())
	if err != nil {
		return outcome{Verdict: blocked, Reason: err.Error(), Wire: m.tap.take()}
	}
	o := outcome{Verdict: allowed, Status: resp.Status, Reads: map[string]string{}, Body: string(resp.Body), Wire: m.tap.take()}
	for name, values := range resp.Header {
		o.read(name, strings.Join(values, ", "))
	}
	return o
}
