package migratetest

import (
	"bufio"
	"encoding/json"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-12f469a5/cors"
)

// express is Express's package under the options whose source js is, in a process of its own.
func express(t *testing.T, js string) middleware {
	t.Helper()
	dir := os.Getenv("EXPRESS_CORS")
	if dir == "" {
		t.Skip("EXPRESS_CORS is not set")
	}
	cmd := exec.Command("node", "testdata/server.cjs", dir, js)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdin, err := cmd.StdinPipe() // the server ends when it is closed
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stdin.Close(); cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	var port string
	if err := json.Unmarshal([]byte(line), &port); err != nil {
		t.Fatal(err)
	}
	target := &url.URL{Scheme: "http", Host: "127.0.0.1:" + port}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }}
	return func(http.Handler) http.Handler { return proxy }
}

// expressAdmits checks whom Express's package lets in, if it is at hand.
func expressAdmits(t *testing.T, js string, lets []string) {
	t.Run(js, func(t *testing.T) {
		if got := admits(t, express(t, js)(nil)); !slices.Equal(got, lets) {
			t.Errorf("lets in %q, not %q", got, lets)
		}
	})
}

func TestExpressConfiguration(t *testing.T) {
	js, err := os.ReadFile("testdata/before.cjs")
	if err != nil {
		t.Fatal(err)
	}
	_, options, _ := strings.Cut(string(js), "cors({")
	options, _, _ = strings.Cut(options, "}))")
	// The regular expression has no beginning: http is admitted too.
	compare(t, express(t, options)(api), expressAfter(api), false, nil, from("http://x.preview.example.com"), nil, nil)
}

var expressRows = []row{
	{
		js:      "",
		ours:    opts{},
		browser: "same",
		note:    "the defaults are the same: any origin, `GET,HEAD,PUT,PATCH,POST,DELETE`, and whatever headers are asked for",
	},
	{
		js:      "origin: '*'",
		ours:    opts{cors.WithOrigins("*")},
		browser: "same",
	},
	{
		js:      "origin: 'https://app.example.com'",
		ours:    opts{cors.WithOrigins("https://app.example.com")},
		browser: "same",
		note:    "there, this origin is sent to everybody, and the browser compares; here, others get no CORS headers and their preflights 403",
	},
	{
		js:      "origin: ['https://example.com', 'https://app.example.com']",
		ours:    opts{cors.WithOrigins("https://example.com", "https://app.example.com")},
		browser: "same",
	},
	{
		js:      `origin: /^https:\/\/([a-z0-9-]+\.)*example\.com$/`,
		ours:    opts{cors.WithOriginRegexps(`https://([a-z0-9-]+\.)*example\.com`)},
		browser: "same",
		note:    "drop the slashes, the flags and the `\\` before `/`. There, an expression matches anywhere unless `^` and `$` are there; here always the whole origin. With the flag `g`, every other request is refused there",
	},
	{
		js:      `origin: ['https://example.com', /^https:\/\/app-\d+\.example\.com$/]`,
		ours:    opts{cors.WithOrigins("https://example.com"), cors.WithOriginRegexps(`https://app-\d+\.example\.com`)},
		browser: "same",
	},
	{
		js:      "origin: true",
		ours:    opts{cors.WithOrigins("*")},
		browser: "same",
		note:    "there the origin is echoed, here `*` is sent: without credentials the two are the same",
	},
	{
		js:      "origin: true, credentials: true",
		ours:    opts{cors.WithCredentials(), cors.Dangerously(cors.AnyOriginWithCredentials, cors.NullOrigin)},
		browser: "same",
		note:    "every web page acts as your logged-in users, sandboxed frames (`null`) included. Name the origins instead",
	},
	{
		text:    [2]string{"`origin: false`", "no policy, or a pick of `Select` that returns `nil`"},
		browser: "—",
		note:    "so do `undefined`, `null` and `''`: `origin: process.env.ORIGIN` without that variable switches CORS off there; `WithOrigins(\"\")` is an error here",
	},
	{
		js:      "origin: (origin, callback) => callback(null, known.has(origin))",
		ours:    opts{cors.WithOriginFunc(func(r *http.Request, origin string) bool { return known[origin] })},
		browser: "same",
		note:    "there, a preflight that the function refuses goes on to the application, and the function is also called without an origin (`undefined`); `callback(error)` becomes a 500 without CORS headers. Here the function may block; let it return `false` on an error",
	},
	{
		js:      "methods: ['GET', 'PUT']",
		ours:    opts{cors.WithMethods("GET", "PUT")},
		browser: "same",
		note:    "`'GET,PUT'` too. Sent unchecked there: `'patch'` is not `PATCH`, and an error here",
	},
	{
		js:      "methods: '*'",
		ours:    opts{cors.WithMethods("*")},
		browser: "the method `patch`, which Node.js takes for a syntax error, is allowed here only",
		here:    using("patch"),
		note:    "in answers to requests with credentials, browsers take `*` for a name: it allows nothing there and everything here, for here what is asked for is echoed",
	},
	{
		js:      "allowedHeaders: ['Authorization', 'X-Custom']",
		ours:    opts{cors.WithHeaders("Authorization", "X-Custom")},
		browser: "same",
		note:    "`'Authorization,X-Custom'` too, and `headers`, its old name",
	},
	{
		js:      "allowedHeaders: []",
		ours:    opts{cors.WithHeaders()},
		browser: "same",
		note:    "but `allowedHeaders: ''` is as if it were not set: whatever is asked for",
	},
	{
		js:      "allowedHeaders: '*'",
		ours:    opts{cors.WithHeaders("*")},
		browser: "same",
		note:    "`Authorization` is not covered. With credentials as for methods",
	},
	{
		js:      "exposedHeaders: ['X-Request-Id', 'X-Total']",
		ours:    opts{cors.WithExposedHeaders("X-Request-Id", "X-Total")},
		browser: "same",
		note:    "there on preflights too, as here under `WithPreflightExposedHeaders`; browsers ignore them there",
	},
	{
		js:      "origin: 'https://app.example.com', credentials: true",
		ours:    opts{cors.WithOrigins("https://app.example.com"), cors.WithCredentials()},
		browser: "same",
		note:    "`http` origins other than loopback and wildcards right below a public suffix are errors with credentials, unless [`Dangerously`](../README.md#risks-by-name) names them",
	},
	{
		js:      "credentials: true",
		ours:    opts{cors.WithOrigins("*")},
		browser: "same",
		note:    "`*` beside `Allow-Credentials: true` was refused by browsers whenever there were credentials; `WithCredentials` with `*` is an error. Name the origins",
	},
	{
		js:      "maxAge: 600",
		ours:    opts{cors.WithMaxAge(600 * time.Second)},
		browser: "same",
	},
	{
		js:      "maxAge: 0",
		ours:    opts{cors.WithMaxAge(0)},
		browser: "same",
	},
	{
		js:      "preflightContinue: true",
		ours:    opts{cors.WithPreflightContinue()},
		browser: "whatever needs a preflight is allowed there only",
		there:   preflighted,
		note:    "there, the headers are set and the application runs as well, and has to answer with 200 to 299; here, the preflight reaches the handler untouched, which has to answer all of it",
	},
	{
		js:      "optionsSuccessStatus: 200",
		ours:    opts{cors.WithPreflightStatus(200)},
		browser: "same",
		note:    "200 to 299; others, which browsers refuse, are an error here",
	},
	{
		text:    [2]string{"`cors((req, callback) => …)`, `app.get(path, cors(options), …)`", "`Select(pick)`, `Routes`"},
		browser: "—",
		note:    "a policy per route; a pick sees preflights, which carry neither cookies nor the headers that they ask for. `app.options('*', cors())` has no counterpart: a policy answers preflights itself",
	},
}

var expressTraps = []trap{
	{
		js:      `origin: /example\.com$/`,
		lets:    []string{"https://example.com", "https://app.example.com", "https://admin.example.com", "https://a.b.example.com", "https://x.preview.example.com", "http://x.preview.example.com", "https://app-1.example.com", "https://app-1.x.example.com", "http://example.com", "http://app.example.com", "https://evilexample.com"},
		written: opts{cors.WithOriginRegexps(`.*example\.com`), cors.WithCredentials()},
		instead: opts{cors.WithOriginRegexps(`https://([a-z0-9-]+\.)*example\.com`), cors.WithCredentials()},
		note:    "an example of its README",
	},
	{
		js:      `origin: /^https:\/\/example\.com/`,
		lets:    []string{"https://example.com", "https://example.com.evil.net"},
		written: opts{cors.WithOriginRegexps(`https://example\.com`)},
	},
	{
		js:      `origin: /^https:\/\/app.example.com$/`,
		lets:    []string{"https://app.example.com"},
		written: opts{cors.WithOriginRegexps(`https://app.example.com`), cors.WithCredentials()},
		instead: opts{cors.WithOrigins("https://app.example.com"), cors.WithCredentials()},
		note:    "and whoever registers `appxexample.com`",
	},
	{
		js:      "origin: 'https://*.example.com'",
		written: opts{cors.WithOrigins("https://*.example.com")},
		note:    "strings have no wildcards but a lone `*`",
	},
	{
		js:      "origin: ['*']",
		written: opts{cors.WithOrigins("*")},
		note:    "in an array, `*` is an origin like another",
	},
	{
		js:      "origin: 'https://example.com,https://app.example.com'",
		written: opts{cors.WithOrigins("https://example.com,https://app.example.com")},
		instead: opts{cors.WithOrigins("https://example.com", "https://app.example.com")},
	},
	{
		js:      "origin: 'https://App.Example.com'",
		written: opts{cors.WithOrigins("https://App.Example.com")},
	},
	{
		js:      "origin: 'https://app.example.com/'",
		written: opts{cors.WithOrigins("https://app.example.com/")},
	},
	{
		js:      "origin: 'https://app.example.com:443'",
		written: opts{cors.WithOrigins("https://app.example.com:443")},
	},
	{
		js:      "origin: 'app.example.com'",
		written: opts{cors.WithOrigins("app.example.com")},
		instead: opts{cors.WithOrigins("https://app.example.com")},
	},
}
