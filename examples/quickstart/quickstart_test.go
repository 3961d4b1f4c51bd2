package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-12f469a5/cors"
)

// TestMain lets a test run this program: its own binary, with an environment variable.
func TestMain(m *testing.M) {
	if os.Getenv("QUICKSTART") != "" {
		main()
	}
	os.Exit(m.Run())
}

func TestCheckSucceedsWithThePolicyAndFailsWithAnother(t *testing.T) {
	var stdout, stderr strings.Builder
	if status := run(t.Context(), []string{"-check"}, &stdout, &stderr); status != 0 || stderr.Len() > 0 {
		t.Errorf("status %d, stderr %q\n%s", status, &stderr, &stdout)
	}
	if !strings.HasSuffix(stdout.String(), "\n70 of 70 as intended\n") {
		t.Errorf("not all as intended:\n%s", &stdout)
	}

	stdout.Reset()
	noPUT := altered(func(c *cors.Config) { c.Methods = without(c.Methods, "PUT") })
	if err := check(noPUT, &stdout); err == nil || err.Error() != "3 of 70 are NOT as intended" {
		t.Errorf("without PUT: error %v\n%s", err, &stdout)
	}
	if n := strings.Count(stdout.String(), "FAILED, not allowed"); n != 3 {
		t.Errorf("without PUT, %d rows say that they failed, not 3:\n%s", n, &stdout)
	}
}

func TestScriptsReadWhatTheAPIAnswers(t *testing.T) {
	results, err := tryAll(newPolicy)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if r.outcome != allowed {
			continue
		}
		want := "Hello, stranger!"
		switch {
		case r.attempt.Credentials:
			want = "Hello, Ada!"
		case r.attempt.Reads != "":
			want = "42"
		}
		if r.read != want {
			t.Errorf("%s from %s read %q, not %q", r.attempt.Name, r.place.Origin, r.read, want)
		}
	}
}

func TestEveryRowFailsIfThePolicyIsAltered(t *testing.T) {
	row := func(name string) func(place, attempt) bool {
		return func(p place, a attempt) bool { return p.Allowed && a.Name == name }
	}
	about := func(words string) func(place, attempt) bool {
		return func(p place, a attempt) bool { return a.Allowed && strings.Contains(p.About, words) }
	}
	alterations := []struct {
		name   string
		policy func(int) *cors.Policy
		fails  func(place, attempt) bool
	}{
		{"nobody is allowed", altered(func(c *cors.Config) {
			c.Origins, c.OriginRegexps = []string{"https://nobody.example"}, nil
		}), func(p place, a attempt) bool { return intended(p, a) == allowed }},
		{"everybody is allowed everything", altered(func(c *cors.Config) {
			c.Origins, c.OriginRegexps = []string{"*"}, nil
			c.Methods, c.Headers = []string{"*"}, []string{"*"}
			c.ExposedHeaders = append(c.ExposedHeaders, "X-Served-By")
			c.Dangerously = []cors.Danger{cors.AnyOriginWithCredentials}
		}), func(p place, a attempt) bool { return intended(p, a) == blocked }},
		{"allowed and denied origins are swapped", altered(func(c *cors.Config) {
			intended := cors.MustNew(cors.WithConfig(*c))
			c.Origins, c.OriginRegexps = nil, nil
			c.OriginFunc = func(_ *http.Request, origin string) bool { return !intended.AllowsOrigin(origin) }
		}), func(_ place, a attempt) bool { return a.Allowed }},

		{"no exact origin", altered(func(c *cors.Config) { c.Origins = c.Origins[1:] }), about("word for word")},
		{"no wildcard", altered(func(c *cors.Config) { c.Origins = c.Origins[:1] }), about("by a wildcard")},
		{"no regexp", altered(func(c *cors.Config) { c.OriginRegexps = nil }), about("matches")},
		{"no credentials", altered(func(c *cors.Config) { c.Credentials = false }), row("with-credentials")},
		{"no PUT", altered(func(c *cors.Config) { c.Methods = without(c.Methods, "PUT") }), row("put")},
		{"DELETE", altered(func(c *cors.Config) { c.Methods = append(c.Methods, "DELETE") }), row("delete")},
		{"no Content-Type", altered(func(c *cors.Config) { c.Headers = without(c.Headers, "Content-Type") }), row("post-json")},
		{"no Idempotency-Key", altered(func(c *cors.Config) { c.Headers = without(c.Headers, "Idempotency-Key") }), row("request-header-listed")},
		{"X-Debug", altered(func(c *cors.Config) { c.Headers = append(c.Headers, "X-Debug") }), row("request-header-unlisted")},
		{"nothing exposed", altered(func(c *cors.Config) { c.ExposedHeaders = nil }), row("response-header-exposed")},
		{"X-Served-By", altered(func(c *cors.Config) { c.ExposedHeaders = append(c.ExposedHeaders, "X-Served-By") }), row("response-header-hidden")},
	}

	everFailed := make([]bool, len(places(ports{}))*len(attempts))
	for _, alteration := range alterations {
		results, err := tryAll(alteration.policy)
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range results {
			everFailed[i] = everFailed[i] || !r.asIntended()
			if fails := alteration.fails(r.place, r.attempt); r.asIntended() == fails {
				t.Errorf("%s: %s from %s is %s; want it to fail: %v\n%s", alteration.name, r.attempt.Name, r.place.Origin,
					r.outcome, fails, r.because)
			}
		}
	}
	if i := slices.Index(everFailed, false); i >= 0 {
		t.Errorf("row %d of the matrix never fails", i)
	}
}

func TestRowsWithoutAnAnswerAreNotAsIntended(t *testing.T) {
	for _, a := range attempts {
		r := result{place: placeOf("http://localhost:2", ports{1, 2, 3}), attempt: a, outcome: "no answer"}
		if r.asIntended() {
			t.Errorf("%s is as intended without an answer", a.Name)
		}
	}
}

func TestBusyPortNamesTheFlagToChange(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	_, port, _ := net.SplitHostPort(busy.Addr().String())

	for _, addr := range []string{"localhost", "127.0.0.1"} {
		for _, name := range []string{"-api-port", "-allowed-port", "-denied-port"} {
			args := []string{"-addr", addr, "-api-port=0", "-allowed-port=0", "-denied-port=0", name + "=" + port}
			var stdout, stderr strings.Builder
			status := run(t.Context(), args, &stdout, &stderr)
			if status != 1 || stdout.Len() > 0 || !strings.HasPrefix(stderr.String(), "quickstart: ") ||
				!strings.HasSuffix(stderr.String(), "uses port "+port+", stop it or choose another port with "+name+"\n") {
				t.Errorf("%q: status %d, stdout %q, stderr %q", args, status, &stdout, &stderr)
			}
		}
	}
}

func TestWrongArgumentsAreErrors(t *testing.T) {
	for _, args := range [][]string{{"-nonsense"}, {"check"}, {"-api-port", "many"}} {
		var stderr strings.Builder
		if status := run(t.Context(), args, io.Discard, &stderr); status != 2 || stderr.Len() == 0 {
			t.Errorf("%q: status %d, stderr %q", args, status, &stderr)
		}
	}
	if status := run(t.Context(), []string{"-help"}, io.Discard, io.Discard); status != 0 {
		t.Errorf("-help: status %d", status)
	}
}

func TestInterruptEndsTheProgramCleanly(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no process can be sent an interrupt")
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	program := exec.CommandContext(ctx, os.Args[0], "-api-port=0", "-allowed-port=0", "-denied-port=0")
	program.Env = append(os.Environ(), "QUICKSTART=1")
	var stderr bytes.Buffer
	program.Stderr = &stderr
	stdout, err := program.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}

	var addresses []string
	for lines := bufio.NewScanner(stdout); len(addresses) < 3 && lines.Scan(); {
		if _, port, found := strings.Cut(lines.Text(), "http://localhost:"); found {
			addresses = append(addresses, "127.0.0.1:"+port)
		}
	}
	for _, address := range addresses {
		unused, err := net.Dial("tcp", address) // as browsers do, in case they need one
		if err != nil {
			t.Fatal(err)
		}
		defer unused.Close()
	}
	if err := program.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := program.Wait(); err != nil || len(addresses) != 3 || stderr.Len() > 0 {
		t.Errorf("%v, addresses %q, stderr:\n%s", err, addresses, &stderr)
	}
}

func TestPageSaysWhatIsMeantForItsHost(t *testing.T) {
	d, _ := startDemo(t)
	for _, host := range []struct {
		name string
		want string
	}{
		{fmt.Sprintf("localhost:%d", d.ports.allowed), allowed},
		{fmt.Sprintf("pr-7.localhost:%d", d.ports.allowed), allowed},
		{fmt.Sprintf("localhost:%d", d.ports.denied), blocked},
		{"anything.example", blocked},
	} {
		body := d.send(t, host.name, "GET", "/", nil)
		if want := `data-case="put" data-expected="` + host.want + `"`; !strings.Contains(body, want) {
			t.Errorf("the page of %s does not contain %s", host.name, want)
		}
		if n := strings.Count(body, `data-expected="`); n != len(attempts) {
			t.Errorf("the page of %s has %d rows, not %d", host.name, n, len(attempts))
		}
	}
}

func TestSiteShowsTheDecisionsOfTheAPI(t *testing.T) {
	d, _ := startDemo(t)
	request, err := http.NewRequest("OPTIONS", fmt.Sprintf("http://127.0.0.1:%d/hello?id=7", d.ports.api), nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Origin", localhost(d.ports.allowed))
	request.Header.Set("Access-Control-Request-Method", "DELETE")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()

	body := d.send(t, "pr-7.localhost", "GET", "/decisions?id=7", nil)
	var got []decision
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	want := []decision{{Kind: "preflight", Allowed: false, Sentence: d.policy.Decide(request).String()}}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}

	for _, query := range []string{"", "?id=", "?id=8"} {
		if body := d.send(t, "localhost", "GET", "/decisions"+query, nil); body != "[]\n" {
			t.Errorf("/decisions%s: %q, not an empty list", query, body)
		}
	}
}

func TestResultsArePrinted(t *testing.T) {
	d, stdout := startDemo(t)
	results := `{"total":10,"unintended":["put","\u001b[31m"]}`
	d.send(t, "pr-7.localhost:1", "POST", "/results", strings.NewReader(results))
	want := "\"http://pr-7.localhost:1\": 8 of 10 as intended\n  NOT as intended: \"put\"\n  NOT as intended: \"\\x1b[31m\"\n"
	if stdout.String() != want {
		t.Errorf("printed %q, not %q", stdout, want)
	}

	stdout.Reset()
	foreign := httptest.NewRequest("POST", "/results", strings.NewReader(results))
	foreign.Header.Set("Sec-Fetch-Site", "cross-site")
	response := httptest.NewRecorder()
	d.site().ServeHTTP(response, foreign)
	if response.Code != http.StatusForbidden || stdout.Len() > 0 {
		t.Errorf("results from another site: status %d, printed %q", response.Code, stdout)
	}
}

func TestOldDecisionsAreForgotten(t *testing.T) {
	var d decisions
	handler := d.recorded(newPolicy(8081), http.NotFoundHandler())
	request := func(id string) {
		handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/hello?id="+id, nil))
	}
	request("first")
	for range len(d.ring) - 1 {
		request("same")
	}
	if n := len(d.about("first")); n != 1 {
		t.Errorf("%d decisions about the first request, not 1", n)
	}
	request("last")
	if n := len(d.about("first")); n != 0 {
		t.Errorf("%d decisions about the first request remain", n)
	}
	if n := len(d.about("same")) + len(d.about("last")); n != len(d.ring) {
		t.Errorf("%d decisions, not %d", n, len(d.ring))
	}

	long := strings.Repeat("x", 65)
	request(long)
	request("")
	if n := len(d.about(long)) + len(d.about("")); n != 0 {
		t.Errorf("%d decisions are kept about requests without a proper id", n)
	}
}

// altered returns the policy with other settings.
func altered(change func(*cors.Config)) func(int) *cors.Policy {
	return func(allowedPort int) *cors.Policy {
		c := newPolicy(allowedPort).Config()
		change(&c)
		return cors.MustNew(cors.WithConfig(c))
	}
}

func without(list []string, item string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == item })
}

func startDemo(t *testing.T) (*demo, *bytes.Buffer) {
	t.Helper()
	var stdout bytes.Buffer
	d, err := start("127.0.0.1", ports{}, newPolicy, log.New(&stdout, "", 0))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.stop)
	return d, &stdout
}

// send asks the site, under any host name, and returns the body of the answer.
func (d *demo) send(t *testing.T, host, method, path string, body io.Reader) string {
	t.Helper()
	request, err := http.NewRequest(method, fmt.Sprintf("http://127.0.0.1:%d%s", d.ports.allowed, path), body)
	if err != nil {
		t.Fatal(err)
	}
	request.Host = host
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
