package migratetest

import (
	"net/http"
	"time"

	"github.com/gorilla/handlers"

	"github.com/seed-12f469a5/cors"
)

func gorillaCORS(o ...handlers.CORSOption) middleware { return handlers.CORS(o...) }

var gorillaRows = []row{
	{
		peer:    gorillaCORS(),
		ours:    opts{cors.WithMethods(), cors.WithHeaders()},
		browser: "same",
		note:    "the rows below are to be read with these two options, unless they say otherwise",
	},
	{
		peer:    gorillaCORS(handlers.AllowedOrigins([]string{"https://app.example.com"})),
		ours:    opts{cors.WithOrigins("https://app.example.com")},
		browser: "same",
		note:    "exact strings only. There, one origin means no `Vary`, and several mean `Vary: Origin` on answers to these only, in place of any `Vary` set before: shared caches may hand an answer without CORS headers to an allowed page",
	},
	{
		peer:    gorillaCORS(handlers.AllowedOrigins([]string{"*"})),
		ours:    opts{cors.WithOrigins("*")},
		browser: "same",
	},
	{
		peer:    gorillaCORS(handlers.AllowedOriginValidator(func(origin string) bool { return known[origin] })),
		ours:    opts{cors.WithOriginFunc(func(_ *http.Request, origin string) bool { return known[origin] })},
		browser: "same",
		note:    "there without `Vary`, so that a shared cache may hand one origin's answer to another",
	},
	{
		peer:    gorillaCORS(handlers.AllowedOrigins([]string{"https://example.com"}), handlers.AllowedOriginValidator(func(origin string) bool { return known[origin] })),
		ours:    opts{cors.WithOriginFunc(func(_ *http.Request, origin string) bool { return known[origin] })},
		browser: "same",
		note:    "the validator switches the list off there; here they add up: **drop the list, or it comes to life**. With `\"*\"` in the list, the validator decides there, but the answer is `*`",
	},
	{
		peer:    gorillaCORS(handlers.AllowedMethods([]string{"GET", "HEAD", "POST", "PUT", "delete"})),
		ours:    opts{cors.WithMethods("PUT", "DELETE")},
		browser: "same",
		note:    "upper-cased there, an error here",
	},
	{
		peer:    gorillaCORS(handlers.AllowedMethods([]string{"PUT"}), handlers.AllowedHeaders([]string{"Content-Type"})),
		ours:    opts{cors.WithMethods("PUT"), cors.WithHeaders("Content-Type")},
		browser: "`POST` with `Content-Type: application/json` is allowed here only",
		here:    using("POST").and(with("Content-Type")),
		note:    "there, a list replaces `GET, HEAD, POST`, but only for what needs a preflight; the rest is allowed all the same. GET, HEAD and POST need no permission by the standard",
	},
	{
		peer:    gorillaCORS(handlers.AllowedHeaders([]string{"Authorization", "X-Custom"})),
		ours:    opts{cors.WithHeaders("Authorization", "X-Custom")},
		browser: "same",
		note:    "there, `Accept`, `Accept-Language`, `Content-Language` and `Origin` are always in the list; browsers need no permission for them, and `Origin` is an error here",
	},
	{
		peer:    gorillaCORS(handlers.ExposedHeaders([]string{"X-Request-Id", "X-Total"})),
		ours:    opts{cors.WithExposedHeaders("X-Request-Id", "X-Total")},
		browser: "same",
	},
	{
		peer:    gorillaCORS(handlers.AllowedOrigins([]string{"https://app.example.com"}), handlers.AllowCredentials()),
		ours:    opts{cors.WithOrigins("https://app.example.com"), cors.WithCredentials()},
		browser: "same",
		note:    "`http` origins other than loopback and wildcards right below a public suffix are errors with credentials, unless [`Dangerously`](../README.md#risks-by-name) names them",
	},
	{
		peer:    gorillaCORS(handlers.AllowCredentials()),
		ours:    opts{cors.WithOrigins("*")},
		browser: "same",
		note:    "`*` beside `Allow-Credentials: true` was refused by browsers whenever there were credentials; `WithCredentials` with `*` is an error. Name the origins",
	},
	{
		peer:    gorillaCORS(handlers.AllowedMethods([]string{"PUT"}), handlers.MaxAge(3600)),
		ours:    opts{cors.WithMethods("PUT"), cors.WithMaxAge(10 * time.Minute)},
		browser: "same",
		note:    "there, 600 is the most; `WithMaxAge(time.Hour)` is an hour here. Zero and less send nothing there, `WithMaxAge(0)` sends `Max-Age: 0`",
	},
	{
		peer:    gorillaCORS(handlers.AllowedMethods([]string{"PUT"}), handlers.IgnoreOptions()),
		ours:    opts{cors.WithMethods("PUT"), cors.WithPreflightContinue()},
		browser: "same",
		note:    "preflights reach the handler untouched, both times. An `OPTIONS` request that is no preflight gets its CORS headers here",
	},
	{
		peer:    gorillaCORS(handlers.AllowedMethods([]string{"PUT"}), handlers.OptionStatusCode(204)),
		ours:    opts{cors.WithMethods("PUT"), cors.WithPreflightStatus(204)},
		browser: "same",
		note:    "not set, it is 200 there and 204 here. 200 to 299; others, which browsers refuse, are an error here",
	},
}

var gorillaTraps = []trap{
	{
		peer:    gorillaCORS(handlers.AllowedOrigins([]string{})),
		written: opts{cors.WithOrigins()},
		instead: opts{cors.WithOrigins("https://app.example.com")},
		note:    "a list that came out empty",
	},
	{
		peer:    gorillaCORS(handlers.AllowedOrigins([]string{"https://app.example.com", "*"})),
		written: opts{cors.WithOrigins("https://app.example.com", "*")},
		instead: opts{cors.WithOrigins("https://app.example.com")},
	},
	{
		peer:    gorillaCORS(handlers.AllowedOrigins([]string{"https://*.example.com"})),
		written: opts{cors.WithOrigins("https://*.example.com")},
		note:    "there are no wildcards but a lone `*`",
	},
	{
		peer:    gorillaCORS(handlers.AllowedOrigins([]string{"https://App.Example.com"})),
		written: opts{cors.WithOrigins("https://App.Example.com")},
	},
	{
		peer:    gorillaCORS(handlers.AllowedOrigins([]string{"https://app.example.com/"})),
		written: opts{cors.WithOrigins("https://app.example.com/")},
	},
	{
		peer:    gorillaCORS(handlers.AllowedOrigins([]string{"https://app.example.com:443"})),
		written: opts{cors.WithOrigins("https://app.example.com:443")},
	},
	{
		peer:    gorillaCORS(handlers.AllowedOrigins([]string{"https://app.example.com/login"})),
		written: opts{cors.WithOrigins("https://app.example.com/login")},
		instead: opts{cors.WithOrigins("https://app.example.com")},
	},
	{
		peer:    gorillaCORS(handlers.AllowedOrigins([]string{"app.example.com"})),
		written: opts{cors.WithOrigins("app.example.com")},
		instead: opts{cors.WithOrigins("https://app.example.com")},
	},
	{
		peer:    gorillaCORS(handlers.AllowedHeaders([]string{"*"})),
		written: opts{cors.WithHeaders("*")},
		instead: opts{cors.WithHeaders("Authorization", "Content-Type")},
		general: true,
		note:    "allows a header named `*` and no other",
	},
	{
		peer:    gorillaCORS(handlers.AllowedMethods([]string{"*"})),
		written: opts{cors.WithMethods("*")},
		instead: opts{cors.WithMethods("PUT", "DELETE")},
		general: true,
		note:    "allows a method named `*` and no other: every preflight is refused, with 405",
	},
}
