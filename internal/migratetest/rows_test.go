package migratetest

import (
	"strings"
	"testing"

	"github.com/seed-12f469a5/cors"
)

type opts = []cors.Option

// A row is one configuration of a peer and what to write here instead.
type row struct {
	peer    middleware
	js      string // of Express: the source of its options
	ours    []cors.Option
	without string  // an option that must be left out, which the table's first row has
	fetches []fetch // to be tried beside the usual ones

	browser string // what changes for a browser, or same
	note    string // what changes on the wire, and what else there is to know

	there, here, otherwise which // the fetches for which browser says that it is not the same

	text [2]string // instead of peer and ours: settings that no request can tell apart
}

// A trap is a configuration that does not mean what it seems to mean.
type trap struct {
	peer    middleware
	js      string
	lets    []string      // of Express, which is not always at hand: whom it lets in
	written []cors.Option // the same, taken literally
	instead []cors.Option
	note    string
	general bool // it is not about origins, and note tells what it does there
}

// A peer is a section of the page.
type peer struct {
	key, heading string
	name         string
	options      any      // the struct of the peer's options
	names        []string // what else a configuration may name
	before       middleware
	after        middleware
	stops        bool // the handler does not run if the origin is refused
	base         []cors.Option
	rows         []row
	traps        []trap
	there, here  which  // what is not the same between before and after
	allowed      string // an origin that both allow
}

var known = map[string]bool{"https://app.example.com": true, "https://x.preview.example.com": true}

func TestPeers(t *testing.T) {
	for _, p := range peers {
		t.Run(p.key, func(t *testing.T) {
			if p.before != nil {
				t.Run("configuration", func(t *testing.T) {
					compare(t, p.before(api), p.after(api), p.stops, nil, p.there, p.here, nil)
				})
				t.Run("wire", func(t *testing.T) { hold(t, p.key+" wire", wire(p)) })
			}
			t.Run("options", func(t *testing.T) { hold(t, p.key+" options", options(t, p)) })
			t.Run("traps", func(t *testing.T) { hold(t, p.key+" traps", traps(t, p)) })
		})
	}
}

// options compares the rows and renders the table.
func options(t *testing.T, p peer) string {
	var b strings.Builder
	b.WriteString("| " + p.name + " | here | for a browser | on the wire, and beyond |\n| --- | --- | --- | --- |\n")
	src, keys := sources(t, p.key+"_test.go", p.key+"Rows"), map[string]bool{}
	for i, r := range p.rows {
		if r.js != "" {
			src[i]["peer"] = r.js
		}
		cells := []string{r.text[0], r.text[1], r.browser, r.note}
		if r.text[0] == "" {
			cells[0], cells[1] = code(src[i]["peer"]), code(src[i]["ours"])
			if src[i]["peer"] == "" {
				cells[0] = "nothing"
			}
			_, seen := keys[cells[0]]
			if keys[cells[0]] = true; seen {
				t.Errorf("%s: twice", cells[0])
			}
			switch {
			case r.without != "" && src[i]["ours"] == "":
				cells[1] = "no `" + r.without + "`"
			case r.without != "":
				cells[1] += ", no `" + r.without + "`"
			case src[i]["ours"] == "":
				cells[1] = "nothing"
			}
			if (r.browser == "same") != (r.there == nil && r.here == nil && r.otherwise == nil) {
				t.Errorf("%s: the row is at odds with itself", cells[0])
			}
			t.Run(strings.Trim(cells[0], "`"), func(t *testing.T) {
				policy, err := cors.New(complete(r.ours, p.base, r.without)...)
				if err != nil {
					t.Fatal(err)
				}
				for _, w := range policy.Warnings() {
					if w.Code == cors.CodeDanger {
						t.Error(w)
					}
				}
				theirs := r.peer
				if theirs == nil {
					theirs = express(t, r.js)
				}
				compare(t, theirs(api), policy.Handler(api), p.stops, r.fetches, r.there, r.here, r.otherwise)
			})
		}
		b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
	}
	return b.String()
}

// traps runs the traps and renders the table.
func traps(t *testing.T, p peer) string {
	var b strings.Builder
	b.WriteString("| " + p.name + " | what it does | the same here | better |\n| --- | --- | --- | --- |\n")
	src := sources(t, p.key+"_test.go", p.key+"Traps")
	for i, r := range p.traps {
		if r.js != "" {
			src[i]["peer"] = r.js
		}
		var in string
		if r.peer == nil {
			expressAdmits(t, r.js, r.lets)
			in = "lets in " + list(r.lets)
		} else {
			in = "lets in " + list(admits(t, r.peer(api)))
		}
		switch {
		case r.general:
			in = r.note
		case r.note != "":
			in += "; " + r.note
		}
		written := here(t, src[i]["written"], r.written, r.general)
		instead := ""
		if r.instead != nil {
			cors.MustNew(r.instead...)
			instead = code(src[i]["instead"])
		}
		b.WriteString("| " + code(src[i]["peer"]) + " | " + in + " | " + written + " | " + instead + " |\n")
	}
	return b.String()
}

// wire renders how the two configurations of a section answer.
func wire(p peer) string {
	var b strings.Builder
	b.WriteString("| request | " + p.name + " | here |\n| --- | --- | --- |\n")
	preflight := func(origin, method, headers string) map[string]string {
		h := map[string]string{"Origin": origin, "Access-Control-Request-Method": method}
		if headers != "" {
			h["Access-Control-Request-Headers"] = headers
		}
		return h
	}
	refused := "https://evil.net"
	if p.key == "chi" {
		refused = "null"
	}
	for _, r := range []struct {
		name, method string
		header       map[string]string
	}{
		{"preflight for `PUT` with `Content-Type`", "OPTIONS", preflight(p.allowed, "PUT", "content-type")},
		{"the same, origin not allowed", "OPTIONS", preflight(refused, "PUT", "content-type")},
		{"the same, method not allowed", "OPTIONS", preflight(p.allowed, "PURGE", "content-type")},
		{"the same, header not allowed", "OPTIONS", preflight(p.allowed, "PUT", "x-custom")},
		{"`GET`", "GET", map[string]string{"Origin": p.allowed}},
		{"`GET`, origin not allowed", "GET", map[string]string{"Origin": refused}},
		{"`GET` without `Origin`", "GET", nil},
		{"`OPTIONS` that is no preflight", "OPTIONS", map[string]string{"Origin": p.allowed}},
	} {
		b.WriteString("| " + r.name + " | " + render(p.before(api), r.method, r.header) + " | " + render(p.after(api), r.method, r.header) + " |\n")
	}
	return b.String()
}
