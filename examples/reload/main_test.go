package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed-12f469a5/cors"
	"github.com/seed-12f469a5/cors/corstest"
)

func TestPoliciesOfTheFileAreServed(t *testing.T) {
	url := start(t, service(t, "policies.yaml", nil))
	for _, test := range []struct {
		origin, method, path string
		allowed              bool
	}{
		{"http://localhost:3000", "PUT", "/x", true},
		{"https://pr-7.preview.example.com", "PUT", "/x", true},
		{"http://localhost:3000", "DELETE", "/x", false},
		{"https://stranger.example", "GET", "/x", false},
		{"https://stranger.example", "GET", "/public", true},
		{"https://stranger.example", "GET", "/public/x", true},
		{"https://stranger.example", "PUT", "/public/x", false},
	} {
		page := corstest.NewPage(test.origin, nil)
		if _, err := page.Fetch(corstest.Request{Method: test.method, URL: url + test.path}); (err == nil) != test.allowed {
			t.Errorf("%v: %v\n%v", test, err, page.Exchanges())
		}
	}
}

// allowing is a file that allows one origin.
func allowing(origin string) string { return "/:\n  origins: [" + origin + "]\n" }

const (
	old      = "https://old.example"
	young    = "https://new.example"
	stranger = "https://stranger.example"
)

// ways in which a file is replaced. Each returns the folder's file, and a function that replaces its content.
var ways = map[string]func(t *testing.T, content string) (name string, replace func(content string)){
	"written over": func(t *testing.T, content string) (string, func(string)) {
		name := filepath.Join(t.TempDir(), "policies.yaml")
		write(t, name, content)
		return name, func(content string) { write(t, name, content) }
	},
	"renamed, as editors do": func(t *testing.T, content string) (string, func(string)) {
		name := filepath.Join(t.TempDir(), "policies.yaml")
		write(t, name, content)
		return name, func(content string) {
			write(t, name+"~", content)
			must(t, os.Rename(name+"~", name))
		}
	},
	"removed and made again": func(t *testing.T, content string) (string, func(string)) {
		name := filepath.Join(t.TempDir(), "policies.yaml")
		write(t, name, content)
		return name, func(content string) {
			must(t, os.Remove(name))
			time.Sleep(300 * time.Millisecond)
			write(t, name, content)
		}
	},
	// https://kubernetes.io/docs/concepts/configuration/configmap/#mounted-configmaps-are-updated-automatically:
	// policies.yaml leads to ..data/policies.yaml, and ..data to a folder of its own for each version.
	"swapped, as Kubernetes does": func(t *testing.T, content string) (string, func(string)) {
		dir, version := t.TempDir(), 0
		swap := func(content string) {
			before := fmt.Sprintf("..%d", version)
			version++
			now := fmt.Sprintf("..%d", version)
			must(t, os.Mkdir(filepath.Join(dir, now), 0o755))
			write(t, filepath.Join(dir, now, "policies.yaml"), content)
			must(t, os.Symlink(now, filepath.Join(dir, "..data_tmp")))
			must(t, os.Rename(filepath.Join(dir, "..data_tmp"), filepath.Join(dir, "..data")))
			must(t, os.RemoveAll(filepath.Join(dir, before)))
		}
		swap(content)
		must(t, os.Symlink("..data/policies.yaml", filepath.Join(dir, "policies.yaml")))
		return filepath.Join(dir, "policies.yaml"), swap
	},
}

func TestChangesOfTheFileAreServed(t *testing.T) {
	for way, prepare := range ways {
		t.Run(way, func(t *testing.T) {
			name, replace := prepare(t, allowing(old))
			var logs logBuffer
			url := start(t, service(t, name, &logs))
			if !allows(t, url, old) || allows(t, url, young) {
				t.Fatal("not as at first")
			}
			replace(allowing(young))
			becomes(t, func() bool { return allows(t, url, young) && !allows(t, url, old) })

			replace("/:\n  origins: [https://*]\n  credentials: true\n  oops: 1\n")
			becomes(t, func() bool {
				return strings.Contains(logs.String(), "policies.yaml:2:") && strings.Contains(logs.String(), "policies.yaml:4:")
			})
			if !allows(t, url, young) || allows(t, url, stranger) {
				t.Errorf("a broken file changes what is served\n%s", &logs)
			}
			replace(allowing(old))
			becomes(t, func() bool { return allows(t, url, old) && !allows(t, url, young) })
		})
	}
}

func TestPoliciesAreReplacedUnderLoad(t *testing.T) {
	version := []string{
		allowing(old) + "  methods: [PUT]\n  headers: [X-Old]\n",
		allowing(young) + "  methods: [DELETE]\n  headers: [X-New]\n",
		"/:\n  origins: [https://stranger.example]\n  methods: PUT\n", // broken
		"",
	}
	name, replace := ways["renamed, as editors do"](t, version[0])
	url := start(t, service(t, name, io.Discard))
	ctx, stop := context.WithCancel(t.Context())
	var pages sync.WaitGroup
	defer pages.Wait()
	defer stop()
	for _, page := range []struct{ origin, method, header string }{
		{old, "PUT", "X-Old"}, {young, "DELETE", "X-New"}, {stranger, "PUT", "X-Old"},
	} {
		pages.Go(func() {
			for ctx.Err() == nil {
				_, err := corstest.NewPage(page.origin, nil).Fetch(corstest.Request{
					Method: page.method, URL: url, Header: http.Header{page.header: {"1"}},
				})
				var blocked *corstest.BlockedError
				switch {
				case err == nil && page.origin == stranger:
					t.Error("a stranger was allowed")
				case err != nil && !errors.As(err, &blocked):
					t.Error(err)
				case err != nil && blocked.Exchange.ResponseHeader.Get("Access-Control-Allow-Origin") != "":
					t.Errorf("one answer by two policies: %v", blocked.Exchange)
				}
			}
		})
	}
	for i := range 20 {
		replace(version[i%len(version)])
		time.Sleep(50 * time.Millisecond)
	}
	replace(version[1])
	becomes(t, func() bool { return allows(t, url, young) && !allows(t, url, old) })
}

// TestEveryProblemIsReportedWithItsLine expects, for each line with a comment "# wrong: text", a problem that has the text.
func TestEveryProblemIsReportedWithItsLine(t *testing.T) {
	for _, content := range []string{
		`
/:
  origins:
    - app.example.com # wrong: the scheme is missing
    - https://fine.example
    - https://*.github.io # wrong: anybody can have a name
  credentials: true
  credential: true # wrong: there is no setting "credential"
  methods: [GET,
    TRACE, # wrong: TRACE
    DELETE]
  max_age: -5 # wrong: negative
  exposed_headers: # wrong: exposed_headers lacks a value
/public/: # wrong: a policy consists of settings
/everyone/: {methods: [GET]} # wrong: names no origins
GET /x: # wrong: a policy holds for all methods
  origins: &shared
    - https://x.example
    - https://*.com # wrong: public suffix
  credentials: true
  dangerously:
    - insecure_origin # wrong: it is not a danger
    - no_such # wrong: it is not a danger
/a/{x}/: {origins: [https://a.example]}
/a/{y}/: {origins: [https://a.example]} # wrong: conflicts
/b/: {origins: *shared}
/b/: {origins: [https://a.example]} # wrong: already defined
/c/:
  origins: [https://a.example]
  methods: [GET]
  methods: [PUT] # wrong: methods is there twice
/d/:
  private_network: perhaps # wrong: private_network: "perhaps": it is neither true nor false
  host_regexps: ['('] # wrong: a group is not closed
  max_age: !!int "soon" # wrong: max_age: yaml: cannot decode
  headers: [X-Fine, null] # wrong: headers: "null": an element is null
--- # wrong: a second document
/e/: {}
`,
		`# wrong: the file is empty`,
		`[https://app.example.com] # wrong: the file consists of patterns`,
		"/:\n  origins: [https://a.example]\n  methods: @ # wrong: cannot start any token",
	} {
		content = strings.TrimPrefix(content, "\n")
		_, err := parse("f.yaml", []byte(content))
		if err == nil {
			t.Errorf("no error for\n%s", content)
			continue
		}
		got, wanted, missing := err.Error(), 0, false
		for i, line := range strings.Split(content, "\n") {
			_, text, wrong := strings.Cut(line, "# wrong: ")
			if !wrong {
				continue
			}
			wanted++
			found := false
			for problem := range strings.SplitSeq(got, "\n") {
				rest, ok := strings.CutPrefix(problem, "f.yaml:"+strconv.Itoa(i+1)+": ")
				found = found || ok && strings.Contains(rest, text)
			}
			if !found {
				t.Errorf("line %d: no problem %q", i+1, text)
				missing = true
			}
		}
		if n := strings.Count(got, "f.yaml:"); n != wanted || missing {
			t.Errorf("%d problems, not %d:\n%s", n, wanted, got)
		}
	}
}

func TestWhatIsRiskyIsAWarningWithItsLine(t *testing.T) {
	routes, err := parse("f.yaml", []byte("/:\n  origins:\n    - https://fine.example\n    - https://*.github.io\n"))
	if err != nil || len(routes.warnings) != 1 || !strings.HasPrefix(routes.warnings[0], "f.yaml:4: warning: ") {
		t.Errorf("%v, %+v", err, routes)
	}
}

func TestAFileThatIsNotGoodAtFirstIsAnError(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "policies.yaml")
	write(t, bad, "/: {origin: x}")
	for _, name := range []string{bad, filepath.Join(t.TempDir(), "none.yaml"), filepath.Join(t.TempDir(), "no", "folder.yaml")} {
		if err := run(t.Context(), "127.0.0.1:0", name, io.Discard, log.New(io.Discard, "", 0)); err == nil {
			t.Errorf("no error for %s", name)
		}
	}
}

// service is a handler with the policies of the file.
func service(t *testing.T, name string, logs io.Writer) http.Handler {
	t.Helper()
	if logs == nil {
		logs = io.Discard
	}
	live, err := watch(t.Context(), name, log.New(logs, "", 0))
	if err != nil {
		t.Fatal(err)
	}
	return cors.Select(live.pick)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "hello") }))
}

func allows(t *testing.T, url, origin string) bool {
	t.Helper()
	_, err := corstest.NewPage(origin, nil).Fetch(corstest.Request{URL: url})
	var blocked *corstest.BlockedError
	if err != nil && !errors.As(err, &blocked) {
		t.Fatal(err)
	}
	return err == nil
}

func becomes(t *testing.T, done func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it never becomes so")
		}
	}
}

func write(t *testing.T, name, content string) {
	t.Helper()
	must(t, os.WriteFile(name, []byte(content), 0o644))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A logBuffer holds what was logged.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func TestServeSaysThatAPortIsBusy(t *testing.T) {
	addr := strings.TrimPrefix(start(t, http.NotFoundHandler()), "http://")
	err := serve(t.Context(), addr, http.NotFoundHandler(), io.Discard)
	if err == nil || !strings.Contains(err.Error(), "another address with -addr") {
		t.Errorf("error %v does not say what to do", err)
	}
}

// start serves handler over HTTP, as main does, and returns the address with http:// before it.
func start(t *testing.T, handler http.Handler) string {
	t.Helper()
	out, stdout := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := serve(t.Context(), "127.0.0.1:0", handler, stdout)
		stdout.CloseWithError(fmt.Errorf("ended: %w", err))
		ended <- err
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // t.Context is cancelled by now, as by Ctrl-C
		if err := <-ended; err != nil {
			t.Errorf("after Ctrl-C: %v", err)
		}
	})
	return strings.Fields(line)[2]
}
