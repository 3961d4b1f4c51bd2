package migratetest

import (
	"net/http"
	"time"

	rs "github.com/rs/cors"

	"github.com/seed-12f469a5/cors"
)

func rsCORS(o rs.Options) middleware  { return rs.New(o).Handler }
func rsHandler(c *rs.Cors) middleware { return c.Handler }

var rsRows = []row{
	{
		peer:    rsCORS(rs.Options{}),
		ours:    opts{cors.WithMethods(), cors.WithHeaders("Accept", "Content-Type", "X-Requested-With")},
		browser: "same",
		note:    "`New()` alone would allow more: `PUT`, `PATCH`, `DELETE` and any request header. The rows below are to be read with these two options, unless they say otherwise",
	},
	{
		peer:    rsCORS(rs.Options{AllowedOrigins: []string{"https://app.example.com"}}),
		ours:    opts{cors.WithOrigins("https://app.example.com")},
		browser: "same",
	},
	{
		peer:    rsCORS(rs.Options{AllowedOrigins: []string{"https://*.example.com"}}),
		ours:    opts{cors.WithOrigins("https://*.example.com")},
		browser: "same",
		note:    "subdomains however deep, on the default port, both times",
	},
	{
		peer:    rsCORS(rs.Options{AllowedOrigins: []string{"http://localhost:*"}}),
		ours:    opts{cors.WithOrigins("http://localhost:*")},
		browser: "`http://localhost`, without a port, is allowed here only",
		here:    from("http://localhost"),
	},
	{
		peer:    rsCORS(rs.Options{AllowedOrigins: []string{"https://*"}}),
		ours:    opts{cors.WithOrigins("https://*:*")},
		browser: "same",
		note:    "`https://*` here means the default port only",
	},
	{
		peer:    rsCORS(rs.Options{AllowedOrigins: []string{"*"}}),
		ours:    opts{cors.WithOrigins("*")},
		browser: "same",
		note:    "no `Vary` here, for nothing varies; requests without `Origin` get `Allow-Origin: *` too",
	},
	{
		peer:    rsCORS(rs.Options{AllowedOrigins: []string{"null"}}),
		ours:    opts{cors.WithOrigins("null"), cors.Dangerously(cors.NullOrigin)},
		browser: "same",
		note:    "every web page can have this origin, by means of a sandboxed frame",
	},
	{
		peer:    rsCORS(rs.Options{AllowOriginFunc: func(origin string) bool { return known[origin] }}),
		ours:    opts{cors.WithOriginFunc(func(_ *http.Request, origin string) bool { return known[origin] })},
		browser: "same",
		note:    "there, the function is also called without an origin (`\"\"`), and with whatever a client sends; here with well-formed origins only, and with `null` only under `Dangerously(NullOrigin)`",
	},
	{
		//lint:ignore SA1019 who migrates may have it
		peer:    rsCORS(rs.Options{AllowOriginRequestFunc: func(r *http.Request, origin string) bool { return known[origin] }}),
		ours:    opts{cors.WithOriginFunc(func(r *http.Request, origin string) bool { return known[origin] })},
		browser: "same",
	},
	{
		peer:    rsCORS(rs.Options{AllowOriginVaryRequestFunc: func(r *http.Request, origin string) (bool, []string) { return known[origin], []string{"X-Tenant"} }}),
		ours:    opts{cors.WithOriginFunc(func(r *http.Request, origin string) bool { return known[origin] })},
		browser: "same",
		note:    "if the verdict depends on other headers, add them to `Vary` in a handler around the policy, whose `Vary` is added and never replaces",
	},
	{
		peer:    rsCORS(rs.Options{AllowedOrigins: []string{"https://example.com"}, AllowOriginFunc: func(origin string) bool { return known[origin] }}),
		ours:    opts{cors.WithOriginFunc(func(_ *http.Request, origin string) bool { return known[origin] })},
		browser: "same",
		note:    "any function switches the list off there, and of several functions one counts (`Vary…` before `Request…` before `AllowOriginFunc`); here, list and function add up: **drop the list, or it comes to life**",
	},
	{
		peer:    rsCORS(rs.Options{AllowedMethods: []string{"GET", "PUT"}}),
		ours:    opts{cors.WithMethods("GET", "PUT")},
		browser: "`HEAD` and `POST` are allowed here only",
		here:    using("HEAD", "POST"),
		note:    "GET, HEAD and POST need no permission by the standard: there, the server ran the request and kept the answer from the script. Not to have a POST, do not route it",
	},
	{
		peer:    rsCORS(rs.Options{AllowedMethods: []string{"GET", "POST", "HEAD", "PUT"}}),
		ours:    opts{cors.WithMethods("PUT")},
		fetches: []fetch{{method: "OPTIONS"}},
		browser: "`fetch(url, {method: \"OPTIONS\"})` is allowed there only",
		there:   using("OPTIONS"),
		note:    "preflights need no `OPTIONS` in the list, there or here; list it only for scripts that send it themselves",
	},
	{
		peer:    rsCORS(rs.Options{AllowedHeaders: []string{"Authorization", "X-Custom"}}),
		ours:    opts{cors.WithHeaders("Authorization", "X-Custom")},
		browser: "same",
		note:    "a list replaces the default there: `Content-Type` goes unless it is listed. Forbidden names (`Origin`, `Content-Length`, `Cookie`, …) are dropped by browsers there and an error here",
	},
	{
		peer:    rsCORS(rs.Options{AllowedHeaders: []string{"*"}}),
		without: "WithHeaders",
		browser: "same",
		note:    "both echo what was asked (here up to 4 KiB). `WithHeaders(\"*\")` sends a real `*`, which does not cover `Authorization`",
	},
	{
		peer:    rsCORS(rs.Options{ExposedHeaders: []string{"X-Request-Id", "X-Total"}}),
		ours:    opts{cors.WithExposedHeaders("X-Request-Id", "X-Total")},
		browser: "same",
	},
	{
		peer:    rsCORS(rs.Options{ExposedHeaders: []string{"*"}}),
		ours:    opts{cors.WithExposedHeaders("*")},
		browser: "same",
		note:    "with `AllowCredentials`, browsers take it for a header of that name; with `WithCredentials` it is an error",
	},
	{
		peer:    rsCORS(rs.Options{MaxAge: 600}),
		ours:    opts{cors.WithMaxAge(600 * time.Second)},
		browser: "same",
		note:    "the value on the wire is the same; more than a day is a warning here",
	},
	{
		peer:    rsCORS(rs.Options{MaxAge: -1}),
		ours:    opts{cors.WithMaxAge(0)},
		browser: "same",
		note:    "`Max-Age: 0`. `MaxAge: 0` there means not set: leave the option out",
	},
	{
		peer:    rsCORS(rs.Options{AllowedOrigins: []string{"https://app.example.com"}, AllowCredentials: true}),
		ours:    opts{cors.WithOrigins("https://app.example.com"), cors.WithCredentials()},
		browser: "same",
		note:    "`http` origins other than loopback and wildcards right below a public suffix are errors with credentials, unless [`Dangerously`](../README.md#risks-by-name) names them",
	},
	{
		peer:    rsCORS(rs.Options{AllowCredentials: true}),
		ours:    opts{cors.WithOrigins("*")},
		browser: "same",
		note:    "`*` beside `Allow-Credentials: true` was refused by browsers whenever there were credentials; `WithCredentials` with `*` is an error. Name the origins",
	},
	{
		peer:    rsCORS(rs.Options{AllowPrivateNetwork: true}),
		ours:    opts{cors.WithPrivateNetwork()},
		browser: "same",
		note:    "sent if asked for, both times",
	},
	{
		peer:    rsCORS(rs.Options{OptionsPassthrough: true}),
		ours:    opts{cors.WithPreflightContinue()},
		browser: "whatever needs a preflight is allowed there only",
		there:   preflighted,
		note:    "there, the headers are set and the handler runs as well, and has to answer with 200 to 299; here, the preflight reaches the handler untouched, which has to answer all of it. If the handler was only to see preflights, leave the option out and use `WithObserver`",
	},
	{
		peer:    rsCORS(rs.Options{OptionsSuccessStatus: 200}),
		ours:    opts{cors.WithPreflightStatus(200)},
		browser: "same",
		note:    "200 to 299; others, which browsers refuse, are an error here",
	},
	{
		text:    [2]string{"`Debug: true`, `Logger`", "`WithObserver(LogDenied(logger))`"},
		browser: "—",
		note:    "the logger is a `*slog.Logger`; `LogDenied` logs refusals only, at most 10 a second, and quotes what the client sent; `Policy.Decide` answers for one request",
	},
	{
		peer:    rsHandler(rs.AllowAll()),
		without: "WithMethods, WithHeaders",
		browser: "same",
		note:    "`Default()` is the first row",
	},
	{
		text:    [2]string{"`c.Handler`, `c.HandlerFunc`, `c.ServeHTTP` (Negroni)", "`policy.Handler`"},
		browser: "—",
		note:    "Negroni: `n.UseFunc(func(w http.ResponseWriter, r *http.Request, next http.HandlerFunc) { policy.Handler(next).ServeHTTP(w, r) })`",
	},
	{
		text:    [2]string{"`c.OriginAllowed(r)`", "`policy.AllowsOrigin(r.Header.Get(\"Origin\"))`"},
		browser: "—",
		note:    "with `WithOriginFunc`, `policy.Decide(r)`, for then the function sees the request",
	},
}

var rsTraps = []trap{
	{
		peer:    rsCORS(rs.Options{AllowedOrigins: []string{"https://*example.com"}}),
		written: opts{cors.WithOrigins("https://*example.com")},
		instead: opts{cors.WithOrigins("https://example.com", "https://*.example.com")},
	},
	{
		peer:    rsCORS(rs.Options{AllowedOrigins: []string{"https://example.com*"}}),
		written: opts{cors.WithOrigins("https://example.com*")},
		instead: opts{cors.WithOrigins("https://example.com:*")},
	},
	{
		peer:    rsCORS(rs.Options{AllowedOrigins: []string{"https://example.*"}}),
		written: opts{cors.WithOrigins("https://example.*")},
		instead: opts{cors.WithOrigins("https://example.com", "https://example.org")},
	},
	{
		peer:    rsCORS(rs.Options{AllowedOrigins: []string{"http://localhost*"}}),
		written: opts{cors.WithOrigins("http://localhost*")},
		instead: opts{cors.WithOrigins("http://localhost:*")},
	},
	{
		peer:    rsCORS(rs.Options{AllowedOrigins: []string{"http://192.168.*"}}),
		written: opts{cors.WithOrigins("http://192.168.*")},
		instead: opts{cors.WithOriginRegexps(`http://192\.168\.\d+\.\d+(:\d+)?`)},
	},
	{
		peer:    rsCORS(rs.Options{AllowedOrigins: []string{"https://app-*.example.com"}}),
		written: opts{cors.WithOrigins("https://app-*.example.com")},
		instead: opts{cors.WithOriginRegexps(`https://app-[a-z0-9-]+\.example\.com`)},
	},
	{
		peer:    rsCORS(rs.Options{AllowedOrigins: []string{"http*://app.example.com"}}),
		written: opts{cors.WithOrigins("http*://app.example.com")},
		instead: opts{cors.WithOrigins("https://app.example.com", "http://app.example.com")},
	},
	{
		peer:    rsCORS(rs.Options{AllowedOrigins: []string{"*.example.com"}}),
		note:    "over `http` too, and whatever else",
		written: opts{cors.WithOrigins("*.example.com")},
		instead: opts{cors.WithOrigins("https://*.example.com")},
	},
	{
		peer:    rsCORS(rs.Options{AllowedOrigins: []string{"https://*.*.example.com"}}),
		written: opts{cors.WithOrigins("https://*.*.example.com")},
		instead: opts{cors.WithOrigins("https://*.example.com")},
		note:    "only the first `*` is one",
	},
	{
		peer:    rsCORS(rs.Options{AllowedOrigins: []string{"https://app.example.com", "*"}}),
		written: opts{cors.WithOrigins("https://app.example.com", "*")},
		instead: opts{cors.WithOrigins("https://app.example.com")},
	},
	{
		peer:    rsCORS(rs.Options{AllowedOrigins: []string{"app.example.com"}}),
		written: opts{cors.WithOrigins("app.example.com")},
		instead: opts{cors.WithOrigins("https://app.example.com")},
		note:    "this is the example of its package comment",
	},
	{
		peer:    rsCORS(rs.Options{AllowedOrigins: []string{"https://app.example.com/"}}),
		written: opts{cors.WithOrigins("https://app.example.com/")},
	},
	{
		peer:    rsCORS(rs.Options{AllowedOrigins: []string{"https://app.example.com:443"}}),
		written: opts{cors.WithOrigins("https://app.example.com:443")},
	},
	{
		peer:    rsCORS(rs.Options{AllowedOrigins: []string{"https://app.example.com/login"}}),
		written: opts{cors.WithOrigins("https://app.example.com/login")},
		instead: opts{cors.WithOrigins("https://app.example.com")},
	},
	{
		peer:    rsCORS(rs.Options{AllowedOrigins: []string{"https://bücher.example"}}),
		written: opts{cors.WithOrigins("https://bücher.example")},
	},
	{
		peer:    rsCORS(rs.Options{AllowedOrigins: []string{" https://app.example.com"}}),
		written: opts{cors.WithOrigins(" https://app.example.com")},
		instead: opts{cors.WithOrigins("https://app.example.com")},
		note:    "as after `strings.Split(os.Getenv(…), \",\")`",
	},
	{
		peer:    rsCORS(rs.Options{AllowedMethods: []string{"*"}}),
		written: opts{cors.WithMethods("*")},
		instead: opts{cors.WithMethods("GET", "PUT", "DELETE")},
		general: true,
		note:    "no wildcard for methods: every script is refused, even with `GET`",
	},
	{
		peer:    rsCORS(rs.Options{AllowedMethods: []string{"get", "put"}}),
		written: opts{cors.WithMethods("get", "put")},
		instead: opts{cors.WithMethods("GET", "PUT")},
		general: true,
		note:    "refuses every script: methods are compared as written, and browsers write `GET` and `PUT`",
	},
}
