package main

import (
	"bufio"
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-12f469a5/cors/corstest"
)

// TestMain lets a test run this program: its own binary, with an environment variable.
func TestMain(m *testing.M) {
	if os.Getenv("KONG_EXAMPLE") != "" {
		main()
	}
	os.Exit(m.Run())
}

func TestCheckSucceedsWithThisConfigurationAndFailsWithAnother(t *testing.T) {
	status, stdout, stderr := runProgram(t, "-check")
	assert.Equal(t, 0, status, stderr)
	assert.Contains(t, stdout, "\n13 of 13 as intended\n")

	status, stdout, stderr = runProgram(t, "-check", "-config", file(t, altered(t, "methods: [GET]", "methods: [GET, DELETE]")))
	assert.Equal(t, 1, status)
	assert.Contains(t, stdout, "DELETE /shop/books\n  allowed, NOT as intended")
	assert.Contains(t, stderr, "kong: 1 of 13 are NOT as intended\n")
}

func TestEveryAttemptFailsIfTheConfigurationIsAltered(t *testing.T) {
	everFailed := map[attempt]bool{}
	for _, alteration := range []struct {
		old, new string
		fails    []string // what the attempts are about
	}{
		{`origins: ["*"]`, `origins: [https://nobody.example]`, []string{"the catalog is public", "a header that is listed", "scripts read errors too"}},
		{`origins: ["*"]`, "origins: [https://anyone.example]\n          credentials: true", []string{"public, but without cookies"}},
		{`methods: [GET]`, `methods: [GET, DELETE]`, []string{"public, but to read"}},
		{`headers: [Accept-Version]`, `headers: []`, []string{"a header that is not listed"}},
		{`headers: [Accept-Version]`, `headers: [X-Debug]`, []string{"a header that is listed", "a header that is not listed"}},
		{"exposed_headers: [X-Total-Count]\n          max", `max`, []string{"the catalog is public"}},
		{"exposed_headers: [X-Total-Count]\n          credentials: true", `credentials: true`, []string{"gateway and service agree"}},
		{`credentials: true`, `credentials: false`, []string{"gateway and service agree", "the service answers the preflight, the gateway the rest"}},
		{`- https://shop.example.com`, `- https://shop.example.org`, []string{"gateway and service agree"}},
		{`- https://shop.example.com`, `- https://partner.example.net`, []string{"gateway and service agree", "the service says yes, the gateway no",
			"the same; but the preflight was the service's, so the PUT was made"}},
		{"- https://shop.example.com", "- https://shop.example.com\n            - https://anyone.example",
			[]string{"the longer prefix decides: not the catalog's policy"}},
		{`- https://[a-z0-9-]+\.`, `- https://[a-z]+\.`, []string{"the service answers the preflight, the gateway the rest"}},
		{`preflight_continue: true`, `preflight_continue: false`, []string{"the service's preflight has no DELETE"}},
		{"- https://shop.example.com\n            - https://[a-z0-9-]+\\.preview\\.example\\.com\n" +
			"          exposed_headers: [X-Total-Count]\n          credentials: true\n          preflight_continue: true",
			"- https://anyone.example\n          credentials: true",
			[]string{"gateway and service agree", "the service answers the preflight, the gateway the rest",
				"the service's preflight knows no such origin", "the longer prefix decides: not the catalog's policy"}},
		{`paths: [/shop/orders]`, `paths: [/orders]`, []string{"gateway and service agree",
			"the service answers the preflight, the gateway the rest", "the longer prefix decides: not the catalog's policy"}},
	} {
		server := start(t, altered(t, alteration.old, alteration.new))
		var failed []string
		for _, a := range attempts {
			if outcome, _ := a.try(server); !a.intends(outcome) {
				failed = append(failed, a.about)
				everFailed[a] = true
			}
		}
		assert.Equal(t, alteration.fails, failed, "with %q in the place of %q", alteration.new, alteration.old)
	}
	for _, a := range attempts {
		assert.True(t, everFailed[a], "%s: %s (%s) never fails", a.origin, a, a.about)
	}
}

func TestWithoutModifyResponseBrowsersRefuseAServiceThatAnswersItself(t *testing.T) {
	transport, stop := startUpstreams()
	defer stop()
	declared, wrong := parse(kongYML)
	require.Empty(t, wrong)
	orders := declared.Services[1]
	policy, err := orders.policy(quiet)
	require.NoError(t, err)
	target, err := orders.target()
	require.NoError(t, err)
	proxy := newProxy(target, policy, transport, quiet)

	fetch := func() ([]string, error) {
		server := httptest.NewServer(policy.Handler(proxy))
		defer server.Close()
		page := corstest.NewPage(shop, nil)
		_, err := page.Fetch(corstest.Request{URL: server.URL + "/7", Credentials: true})
		require.Len(t, page.Exchanges(), 1)
		return page.Exchanges()[0].ResponseHeader["Access-Control-Allow-Origin"], err
	}

	allowOrigin, err := fetch()
	assert.NoError(t, err)
	assert.Equal(t, []string{shop}, allowOrigin)

	proxy.ModifyResponse = nil
	allowOrigin, err = fetch()
	var refusal *corstest.BlockedError
	require.ErrorAs(t, err, &refusal)
	assert.Contains(t, refusal.Reason, "contains multiple values")
	assert.Equal(t, []string{shop, shop}, allowOrigin)
}

func TestContinuedPreflightIsAnsweredByTheServiceAlone(t *testing.T) {
	gateway := start(t, string(kongYML))
	service := httptest.NewServer(upstreams["orders.internal:80"])
	defer service.Close()

	preflight := func(url, origin string) http.Header {
		r, err := http.NewRequest("OPTIONS", url, nil)
		require.NoError(t, err)
		r.Header.Set("Origin", origin)
		r.Header.Set("Access-Control-Request-Method", "PUT")
		response, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		defer response.Body.Close()
		response.Header.Set("Status", response.Status)
		response.Header.Del("Date")
		return response.Header
	}
	for _, origin := range []string{shop, partner, anyone} {
		answer := preflight(gateway+"/shop/orders/7", origin)
		assert.Equal(t, preflight(service.URL+"/orders/7", origin), answer, origin)
		assert.Equal(t, origin == anyone, answer["Access-Control-Allow-Methods"] == nil, origin)
	}
}

func TestBrokenConfigurationIsReportedInFull(t *testing.T) {
	broken := `
services:
  - name: catalog
    url: catalog.internal
    plugin: [{name: cors}]
    routes: [{paths: [/shop, '~/shop/\d+', '/{all}', shop, //, '']}]
    plugins:
      - name: cors
        config: {orgins: ["*"], max_age: soon}
  - name: orders
    url: http://orders.internal
    routes: [{paths: [/shop/]}]
    plugins:
      - name: cors
        config: {origins: [shop.example.com], methods: [put]}
  - name: users
    url: http://users.internal
    routes: [{paths: [/users]}]
    plugins:
      - name: cors
        config: {origins: ['https://*.com', '(', 'http://a.example'], credentials: true}
  - url: http://nameless.internal
    plugins: [{name: cors}, {name: cors}]
`
	status, stdout, stderr := runProgram(t, "-config", file(t, broken))
	assert.Equal(t, 1, status)
	assert.Empty(t, stdout)
	for _, want := range []string{
		"kong.yml cannot be used:\n",
		"  yaml: line 5: field plugin not found in type main.service\n",
		`  catalog: url: "catalog.internal" is not where`,
		`  catalog: kong: "orgins": line 9: `,
		`  catalog: kong: max_age: line 9: `,
		`  catalog: paths: "~/shop/\\d+" is not a plain path`,
		`  catalog: paths: "/{all}" is not`,
		`  catalog: paths: "shop" is not`,
		`  catalog: paths: "//" is not`,
		`  catalog: paths: "" is not`,
		`  orders: kong: origins: "shop.example.com": `,
		`  orders: kong: methods: "put": `,
		`  orders: paths: "/shop/" already leads to catalog; choose another`,
		`  users: cors: host_regexps: "("`,
		`  users: cors: origins: "http://a.example"`,
		`  service 4: there are 2 cors plugins; leave one`,
	} {
		assert.Contains(t, stderr, want)
	}

	for config, want := range map[string]string{
		"":             "services: there are none",
		"services: []": "services: there are none",
		"services: {":  "yaml: ",
		"services: 7":  "yaml: line 1: cannot unmarshal",
		"services: [{name: a, url: 'http://a'}]\n---\nservices: []": "yaml: there is more than one document",
		"services: [{name: a, url: '%'}]\n---\n# nothing\n":         `a: url: "%" is not where`,
		"services: [{name: a, url: 'http://a'}]\n--- [":             "yaml: line 2: did not find",
		"services: [{url: '%'}]":                                    `service 1: url: "%" is not where`,
	} {
		_, err := newGateway([]byte(config), nil, quiet)
		assert.ErrorContains(t, err, want, config)
	}

	status, _, stderr = runProgram(t, "-config", "no such file")
	assert.Equal(t, 1, status)
	assert.Contains(t, stderr, "kong: open no such file: ")
}

func TestNoticesNameTheService(t *testing.T) {
	var notices strings.Builder
	_, err := newGateway([]byte(`
services:
  - {name: plain, url: http://plain.internal, routes: [{paths: [/plain]}], plugins: [{name: key-auth, config: {hide_credentials: true}}]}
  - {name: slow, url: http://slow.internal, routes: [{paths: [/slow]}], plugins: [{name: cors, config: {origins: [https://a.example], max_age: 2592000}}]}
`), nil, log.New(&notices, "", 0))
	require.NoError(t, err)
	assert.Contains(t, notices.String(), `plain: the plugin "key-auth" is skipped, for this gateway only knows cors`+"\n")
	assert.Contains(t, notices.String(), "plain: no cors plugin, so that browsers go by what the service says itself\n")
	assert.Contains(t, notices.String(), `slow: warning: cors: max_age: "2592000": `)
}

func TestPathsLeadToTheService(t *testing.T) {
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "https://itself.example")
		io.WriteString(w, r.URL.RequestURI())
	}))
	defer service.Close()
	gateway := start(t, `
services:
  - url: `+service.URL+`/base
    routes: [{paths: [/strip, /strip/more/]}, {paths: [/keep], strip_path: false}]
  - url: `+service.URL+`
    routes: [{paths: [/]}]
    plugins: [{name: cors}]
`)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for path, want := range map[string]string{
		"/strip":          "/base",
		"/strip/":         "/base/",
		"/strip/a%2Fb?q=": "/base/a%2Fb?q=",
		"/strip/more":     "/base",
		"/strip/more/a":   "/base/a",
		"/keep":           "/base/keep",
		"/keep/a":         "/base/keep/a",
		"/stripped":       "/stripped",
		"/":               "/",
	} {
		response, err := client.Get(gateway + path)
		require.NoError(t, err)
		body, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		response.Body.Close()
		assert.Equal(t, want, string(body), path)

		allowOrigin := []string{"https://itself.example"} // there is no policy to take its place
		if !strings.HasPrefix(want, "/base") {
			allowOrigin = []string{"*"}
		}
		assert.Equal(t, allowOrigin, response.Header["Access-Control-Allow-Origin"], path)
	}
}

func TestScriptsReadThatAServiceIsDown(t *testing.T) {
	gateway := start(t, altered(t, "http://catalog.internal", "http://127.0.0.1:1"))
	response, err := corstest.NewPage(anyone, nil).Fetch(corstest.Request{URL: gateway + "/shop/books"})
	require.NoError(t, err)
	assert.Equal(t, http.StatusBadGateway, response.Status)
}

func TestBusyPortNamesTheFlagToChange(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer busy.Close()
	status, stdout, stderr := runProgram(t, "-addr", busy.Addr().String())
	assert.Equal(t, 1, status)
	assert.Empty(t, stdout)
	assert.Contains(t, stderr, "\nIf another program uses "+busy.Addr().String()+", stop it or choose another address with -addr\n")
}

func TestWrongArgumentsAreErrors(t *testing.T) {
	for _, args := range [][]string{{"-nonsense"}, {"check"}} {
		status, _, stderr := runProgram(t, args...)
		assert.Equal(t, 2, status, args)
		assert.NotEmpty(t, stderr, args)
	}
	status, _, _ := runProgram(t, "-help")
	assert.Equal(t, 0, status)
}

func TestInterruptEndsTheProgramCleanly(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no process can be sent an interrupt")
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	program := exec.CommandContext(ctx, os.Args[0], "-addr", "127.0.0.1:0")
	program.Env = append(os.Environ(), "KONG_EXAMPLE=1")
	stdout, err := program.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, program.Start())

	lines := bufio.NewScanner(stdout)
	require.True(t, lines.Scan())
	gateway := lines.Text()
	unused, err := net.Dial("tcp", strings.TrimPrefix(gateway, "http://")) // as browsers do, in case they need one
	require.NoError(t, err)
	defer unused.Close()
	_, err = corstest.NewPage(shop, nil).Fetch(corstest.Request{URL: gateway + "/shop/orders", Credentials: true})
	assert.NoError(t, err)

	require.NoError(t, program.Process.Signal(os.Interrupt))
	assert.NoError(t, program.Wait())
}

var quiet = log.New(io.Discard, "", 0)

// start runs the gateway of a kong.yml and its upstreams, and returns the gateway's URL.
func start(t *testing.T, config string) string {
	t.Helper()
	transport, stop := startUpstreams()
	t.Cleanup(stop)
	gateway, err := newGateway([]byte(config), transport, quiet)
	require.NoError(t, err)
	server := httptest.NewServer(gateway)
	t.Cleanup(server.Close)
	return server.URL
}

// altered returns kong.yml with something else in one place.
func altered(t *testing.T, old, new string) string {
	t.Helper()
	require.Contains(t, string(kongYML), old)
	return strings.Replace(string(kongYML), old, new, 1)
}

func file(t *testing.T, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "kong.yml")
	require.NoError(t, os.WriteFile(name, []byte(content), 0o600))
	return name
}

func runProgram(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, err strings.Builder
	status = run(t.Context(), args, &out, &err)
	return status, out.String(), err.String()
}
