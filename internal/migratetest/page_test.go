package migratetest

import (
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/seed-12f469a5/cors"
)

// This file holds the page to what the other tests run: its tables are written from the rows, as their source reads.

var update = flag.Bool("update", false, "write the tables of the page")

const pagePath = "../../docs/migrating.md"

func newRecorder() *httptest.ResponseRecorder { return httptest.NewRecorder() }

func mustRequest(method string, header map[string]string) *http.Request {
	r := httptest.NewRequest(method, apiURL, nil)
	for k, v := range header {
		r.Header.Set(k, v)
	}
	return r
}

// hold checks, or with -update writes, the part of the page between the two comments of that name.
func hold(t *testing.T, name, want string) {
	t.Helper()
	page, err := os.ReadFile(pagePath)
	if err != nil {
		t.Fatal(err)
	}
	begin, end := "<!-- "+name+" -->\n", "<!-- /"+name+" -->"
	before, rest, ok1 := bytes.Cut(page, []byte(begin))
	got, after, ok2 := bytes.Cut(rest, []byte(end))
	if !ok1 || !ok2 {
		t.Fatalf("%s has no %q", pagePath, begin)
	}
	if string(got) == want {
		return
	}
	if !*update {
		t.Errorf("%s: %s is out of date; run go test . -update\ngot:\n%s\nwant:\n%s", pagePath, name, got, want)
		return
	}
	if err := os.WriteFile(pagePath, slices.Concat(before, []byte(begin+want+end), after), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestWhatARowIs: the page tells how many fetches a row is tried on.
func TestWhatARowIs(t *testing.T) {
	page, err := os.ReadFile(pagePath)
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("%d origins, %d kinds of requests", len(origins), len(requests)); !strings.Contains(string(page), want) {
		t.Errorf("the page does not say %q", want)
	}
}

// section is the page's text below that heading, up to the next of the same level.
func section(t *testing.T, heading string) string {
	t.Helper()
	page, err := os.ReadFile(pagePath)
	if err != nil {
		t.Fatal(err)
	}
	_, s, ok := strings.Cut(string(page), "\n## "+heading+"\n")
	if !ok {
		t.Fatalf("%s has no section %q", pagePath, heading)
	}
	s, _, _ = strings.Cut(s, "\n## ")
	return s
}

var fence = regexp.MustCompile("(?s)```(\\w+)\n(.*?)```")

// TestConfigurationsOnThePage: the code that a section begins with is the body of the functions that are compared.
func TestConfigurationsOnThePage(t *testing.T) {
	for _, peer := range peers {
		blocks := fence.FindAllStringSubmatch(section(t, peer.heading), -1)
		if len(blocks) < 2 {
			t.Fatalf("%s: no code before and after", peer.heading)
		}
		want := body(t, "after.go", peer.key+"After")
		if blocks[1][1] != "go" || blocks[1][2] != want {
			t.Errorf("%s, after: the page has\n%s\nand after.go has\n%s", peer.heading, blocks[1][2], want)
		}
		if peer.before == nil {
			js, err := os.ReadFile("testdata/before.cjs")
			if err != nil {
				t.Fatal(err)
			}
			want = string(js)
		} else {
			want = body(t, "before_"+peer.key+".go", peer.key+"Before")
		}
		if blocks[0][2] != want {
			t.Errorf("%s, before: the page has\n%s\nand the package has\n%s", peer.heading, blocks[0][2], want)
		}
	}
}

// body is the source of a function's body.
func body(t *testing.T, file, name string) string {
	t.Helper()
	src, fset, f := parse(t, file)
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Name.Name == name {
			s := string(src[fset.Position(fn.Body.Lbrace).Offset+2 : fset.Position(fn.Body.Rbrace).Offset])
			return strings.ReplaceAll(strings.TrimPrefix(s, "\t"), "\n\t", "\n")
		}
	}
	t.Fatalf("%s has no func %s", file, name)
	return ""
}

// TestEveryOptionOnThePage: nothing that a peer can be told is left out.
func TestEveryOptionOnThePage(t *testing.T) {
	for _, peer := range peers {
		s := section(t, peer.heading)
		names := slices.Clone(peer.names)
		if peer.options != nil {
			for i := range reflect.TypeOf(peer.options).NumField() {
				if f := reflect.TypeOf(peer.options).Field(i); f.IsExported() {
					names = append(names, f.Name)
				}
			}
		}
		for _, name := range names {
			if !regexp.MustCompile("`[^`]*\\b" + regexp.QuoteMeta(name) + "\\b").MatchString(s) {
				t.Errorf("%s: nothing about %s", peer.heading, name)
			}
		}
	}
}

func parse(t *testing.T, file string) ([]byte, *token.FileSet, *ast.File) {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, src, 0)
	if err != nil {
		t.Fatal(err)
	}
	return src, fset, f
}

var (
	space     = regexp.MustCompile(`\s+`)
	qualifier = regexp.MustCompile(`\b(cors|handlers|rs|chi|gincors|jub0bs)\.`)
)

// sources returns the source of the fields of each element of the table that variable name of file holds: the arguments
// of a call, or the elements of a literal, in one line, without package names.
func sources(t *testing.T, file, name string) (rows []map[string]string) {
	t.Helper()
	src, fset, f := parse(t, file)
	text := func(exprs []ast.Expr) string {
		if len(exprs) == 0 {
			return ""
		}
		s := src[fset.Position(exprs[0].Pos()).Offset:fset.Position(exprs[len(exprs)-1].End()).Offset]
		return qualifier.ReplaceAllString(space.ReplaceAllString(string(s), " "), "")
	}
	fields := func(row *ast.CompositeLit) map[string]string {
		m := map[string]string{}
		for _, e := range row.Elts {
			kv := e.(*ast.KeyValueExpr)
			var exprs []ast.Expr
			switch v := kv.Value.(type) {
			case *ast.CallExpr:
				exprs = v.Args
				if len(exprs) == 1 {
					if lit, ok := exprs[0].(*ast.CompositeLit); ok {
						exprs = lit.Elts
					}
				}
			case *ast.CompositeLit:
				exprs = v.Elts
			default:
				continue
			}
			m[kv.Key.(*ast.Ident).Name] = text(exprs)
		}
		return m
	}
	ast.Inspect(f, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok || v.Names[0].Name != name {
			return true
		}
		for _, e := range v.Values[0].(*ast.CompositeLit).Elts {
			rows = append(rows, fields(e.(*ast.CompositeLit)))
		}
		return false
	})
	if len(rows) == 0 {
		t.Fatalf("%s has no table %s", file, name)
	}
	return rows
}

// code renders source as a cell of a table.
func code(source string) string {
	fence := "`"
	if strings.Contains(source, "`") {
		fence = "``"
	}
	return fence + strings.ReplaceAll(source, "|", `\|`) + fence
}

// list renders origins as the part of a cell: strangers first, and in bold.
func list(in []string) string {
	switch {
	case len(in) == 0:
		return "nobody, ever"
	case len(in) == len(origins):
		return "everybody"
	case len(in) == len(origins)-1 && !slices.Contains(in, "null"):
		return "everybody but `null`"
	}
	var strangers, others []string
	for _, o := range in {
		if strings.Contains(o, "evil") {
			strangers = append(strangers, "**`"+o+"`**")
		} else {
			others = append(others, "`"+o+"`")
		}
	}
	if len(others) > 4 {
		others = append(others[:3:3], "…")
	}
	return strings.Join(append(strangers, others...), ", ")
}

// here renders what New makes of opts.
func here(t *testing.T, source string, opts []cors.Option, noOrigins bool) string {
	t.Helper()
	p, err := cors.New(opts...)
	if err == nil {
		cell := code(source)
		if noOrigins {
			return cell + " does"
		}
		in := admits(t, p.Handler(api))
		cell += " lets in " + list(in)
		if warnings := p.Warnings(); len(warnings) > 0 {
			cell += ", with a warning, `" + string(warnings[0].Code) + "`"
		}
		return cell
	}
	var codes []string
	for e := range cors.ConfigErrors(err) {
		if c := "`" + string(e.Code) + "`"; !slices.Contains(codes, c) {
			codes = append(codes, c)
		}
	}
	return code(source) + " is an error, " + strings.Join(codes, ", ")
}
