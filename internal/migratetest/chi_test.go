package migratetest

import (
	"net/http"
	"time"

	chi "github.com/go-chi/cors"

	"github.com/seed-12f469a5/cors"
)

func chiCORS(o chi.Options) middleware  { return chi.Handler(o) }
func chiHandler(c *chi.Cors) middleware { return c.Handler }

var chiRows = []row{
	{
		peer:    chiCORS(chi.Options{}),
		ours:    opts{cors.WithMethods(), cors.WithHeaders("Accept", "Content-Type")},
		browser: "same",
		note:    "the rows below are to be read with these two options, unless they say otherwise",
	},
	{
		peer:    chiCORS(chi.Options{AllowedOrigins: []string{"https://app.example.com", "https://*.preview.example.com"}}),
		ours:    opts{cors.WithOrigins("https://app.example.com", "https://*.preview.example.com")},
		browser: "same",
	},
	{
		peer:    chiCORS(chi.Options{AllowedOrigins: []string{"https://*", "http://*"}}),
		ours:    opts{cors.WithOrigins("https://*:*", "http://*:*")},
		browser: "same",
		note:    "the example of its README, with the comment *use this to allow specific origin hosts* above the line that does not. With credentials it is an error here",
	},
	{
		peer:    chiCORS(chi.Options{AllowedOrigins: []string{"http://localhost:*"}}),
		ours:    opts{cors.WithOrigins("http://localhost:*")},
		browser: "`http://localhost`, without a port, is allowed here only",
		here:    from("http://localhost"),
	},
	{
		peer:    chiCORS(chi.Options{AllowedOrigins: []string{"*"}}),
		ours:    opts{cors.WithOrigins("*")},
		browser: "same",
	},
	{
		peer:    chiCORS(chi.Options{AllowOriginFunc: func(r *http.Request, origin string) bool { return known[origin] }}),
		ours:    opts{cors.WithOriginFunc(func(r *http.Request, origin string) bool { return known[origin] })},
		browser: "same",
	},
	{
		peer:    chiCORS(chi.Options{AllowedOrigins: []string{"https://example.com"}, AllowOriginFunc: func(r *http.Request, origin string) bool { return known[origin] }}),
		ours:    opts{cors.WithOriginFunc(func(r *http.Request, origin string) bool { return known[origin] })},
		browser: "same",
		note:    "the function switches the list off there; here they add up: **drop the list, or it comes to life**. With `\"*\"` in the list, the function decides there, but the answer is `*`, which browsers refuse if there are credentials",
	},
	{
		peer:    chiCORS(chi.Options{AllowedMethods: []string{"GET", "put"}}),
		ours:    opts{cors.WithMethods("GET", "PUT")},
		browser: "`HEAD` and `POST` are allowed here only",
		here:    using("HEAD", "POST"),
		note:    "upper-cased there, an error here. GET, HEAD and POST need no permission by the standard: there, the server ran the request and kept the answer from the script",
	},
	{
		peer:    chiCORS(chi.Options{AllowedMethods: []string{"GET", "HEAD", "POST", "PUT"}}),
		ours:    opts{cors.WithMethods("PUT")},
		fetches: []fetch{{method: "OPTIONS"}},
		browser: "`fetch(url, {method: \"OPTIONS\"})` is allowed there only",
		there:   using("OPTIONS"),
		note:    "preflights need no `OPTIONS` in the list, there or here",
	},
	{
		peer:    chiCORS(chi.Options{AllowedHeaders: []string{"Authorization", "X-Custom"}}),
		ours:    opts{cors.WithHeaders("Authorization", "X-Custom")},
		browser: "same",
		note:    "a list replaces the default there: `Content-Type` goes unless it is listed. `Origin`, which is added there by itself, is an error here, as are all names that browsers let no script set",
	},
	{
		peer:    chiCORS(chi.Options{AllowedHeaders: []string{"*"}}),
		without: "WithHeaders",
		browser: "same",
		note:    "both echo what was asked (here up to 4 KiB). `WithHeaders(\"*\")` sends a real `*`, which does not cover `Authorization`",
	},
	{
		peer:    chiCORS(chi.Options{ExposedHeaders: []string{"Link", "X-Total"}}),
		ours:    opts{cors.WithExposedHeaders("Link", "X-Total")},
		browser: "same",
	},
	{
		peer:    chiCORS(chi.Options{AllowedOrigins: []string{"https://app.example.com"}, AllowCredentials: true}),
		ours:    opts{cors.WithOrigins("https://app.example.com"), cors.WithCredentials()},
		browser: "same",
		note:    "`http` origins other than loopback and wildcards right below a public suffix are errors with credentials, unless [`Dangerously`](../README.md#risks-by-name) names them",
	},
	{
		peer:    chiCORS(chi.Options{AllowCredentials: true}),
		ours:    opts{cors.WithOrigins("*")},
		browser: "same",
		note:    "`*` beside `Allow-Credentials: true` was refused by browsers whenever there were credentials; `WithCredentials` with `*` is an error. Name the origins",
	},
	{
		peer:    chiCORS(chi.Options{AllowedOrigins: []string{"https://*", "http://*"}, AllowCredentials: true}),
		ours:    opts{cors.WithOrigins("https://*:*", "http://*:*"), cors.WithCredentials(), cors.Dangerously(cors.AnyOriginWithCredentials)},
		browser: "same",
		note:    "every web page acts as your logged-in users. This is the README's example with one word changed: name the origins instead",
	},
	{
		peer:    chiCORS(chi.Options{MaxAge: 300}),
		ours:    opts{cors.WithMaxAge(300 * time.Second)},
		browser: "same",
	},
	{
		peer:    chiCORS(chi.Options{MaxAge: -1}),
		browser: "same",
		note:    "zero and less send nothing there; `WithMaxAge(0)` sends `Max-Age: 0`",
	},
	{
		peer:    chiCORS(chi.Options{OptionsPassthrough: true}),
		ours:    opts{cors.WithPreflightContinue()},
		browser: "whatever needs a preflight is allowed there only",
		there:   preflighted,
		note:    "there, the headers are set and the handler runs as well, and has to answer with 200 to 299; here, the preflight reaches the handler untouched, which has to answer all of it. If the handler was only to see preflights, leave the option out and use `WithObserver`",
	},
	{
		text:    [2]string{"`Debug: true`, `c.Log`", "`WithObserver(LogDenied(logger))`"},
		browser: "—",
		note:    "the logger is a `*slog.Logger`; `LogDenied` logs refusals only, at most 10 a second, and quotes what the client sent; `Policy.Decide` answers for one request",
	},
	{
		peer:    chiHandler(chi.AllowAll()),
		without: "WithMethods, WithHeaders",
		browser: "same",
	},
	{
		text:    [2]string{"`cors.Handler(options)`, `cors.New(options).Handler`", "`policy.Handler`"},
		browser: "—",
		note:    "on the root router, with `r.Use(policy.Handler)`, ahead of routes and authentication",
	},
}

var chiTraps = []trap{
	{
		peer:    chiCORS(chi.Options{AllowedOrigins: []string{"https://*example.com"}}),
		written: opts{cors.WithOrigins("https://*example.com")},
		instead: opts{cors.WithOrigins("https://example.com", "https://*.example.com")},
	},
	{
		peer:    chiCORS(chi.Options{AllowedOrigins: []string{"https://example.com*"}}),
		written: opts{cors.WithOrigins("https://example.com*")},
		instead: opts{cors.WithOrigins("https://example.com:*")},
	},
	{
		peer:    chiCORS(chi.Options{AllowedOrigins: []string{"http://localhost*"}}),
		written: opts{cors.WithOrigins("http://localhost*")},
		instead: opts{cors.WithOrigins("http://localhost:*")},
	},
	{
		peer:    chiCORS(chi.Options{AllowedOrigins: []string{"https://app-*.example.com"}}),
		written: opts{cors.WithOrigins("https://app-*.example.com")},
		instead: opts{cors.WithOriginRegexps(`https://app-[a-z0-9-]+\.example\.com`)},
	},
	{
		peer:    chiCORS(chi.Options{AllowedOrigins: []string{"*.example.com"}}),
		note:    "over `http` too, and whatever else",
		written: opts{cors.WithOrigins("*.example.com")},
		instead: opts{cors.WithOrigins("https://*.example.com")},
	},
	{
		peer:    chiCORS(chi.Options{AllowedOrigins: []string{"app.example.com"}}),
		written: opts{cors.WithOrigins("app.example.com")},
		instead: opts{cors.WithOrigins("https://app.example.com")},
	},
	{
		peer:    chiCORS(chi.Options{AllowedOrigins: []string{"https://app.example.com/"}}),
		written: opts{cors.WithOrigins("https://app.example.com/")},
	},
	{
		peer:    chiCORS(chi.Options{AllowedOrigins: []string{"https://app.example.com:443"}}),
		written: opts{cors.WithOrigins("https://app.example.com:443")},
	},
	{
		peer:    chiCORS(chi.Options{AllowedOrigins: []string{"https://app.example.com/login"}}),
		written: opts{cors.WithOrigins("https://app.example.com/login")},
		instead: opts{cors.WithOrigins("https://app.example.com")},
	},
	{
		peer:    chiCORS(chi.Options{AllowedMethods: []string{"*"}}),
		written: opts{cors.WithMethods("*")},
		instead: opts{cors.WithMethods("GET", "PUT", "DELETE")},
		general: true,
		note:    "no wildcard for methods: every script is refused, even with `GET`",
	},
}
