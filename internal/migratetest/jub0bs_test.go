package migratetest

import (
	"time"

	jub0bs "github.com/jub0bs/cors"

	"github.com/seed-12f469a5/cors"
)

func jub0bsCORS(c jub0bs.Config) middleware {
	m, err := jub0bs.NewMiddleware(c)
	if err != nil {
		panic(err)
	}
	return m.Wrap
}

var jub0bsRows = []row{
	{
		peer:    jub0bsCORS(jub0bs.Config{Origins: []string{"*"}}),
		ours:    opts{cors.WithOrigins("*"), cors.WithMethods(), cors.WithHeaders()},
		browser: "same",
		note:    "methods and headers that are not set: nothing there, much here. The rows below are to be read with these two options, unless they say otherwise",
	},
	{
		peer:    jub0bsCORS(jub0bs.Config{Origins: []string{"https://app.example.com", "capacitor://localhost"}}),
		ours:    opts{cors.WithOrigins("https://app.example.com", "capacitor://localhost")},
		browser: "same",
		note:    "upper case, Unicode hosts, default ports, a trailing slash and long forms of IPv6 are errors there and normalised here",
	},
	{
		peer:    jub0bsCORS(jub0bs.Config{Origins: []string{"https://*.example.com", "http://localhost:*"}}),
		ours:    opts{cors.WithOrigins("https://*.example.com", "http://localhost:*")},
		browser: "same",
		note:    "the same patterns mean the same",
	},
	{
		peer:    jub0bsCORS(jub0bs.Config{Origins: []string{"https://*.example.com:*"}}),
		ours:    opts{cors.WithOrigins("https://*.example.com:*")},
		browser: "same",
	},
	{
		peer:    jub0bsCORS(jub0bs.Config{Origins: []string{"https://app.example.com"}, Credentialed: true}),
		ours:    opts{cors.WithOrigins("https://app.example.com"), cors.WithCredentials()},
		browser: "same",
		note:    "`*` with credentials is an error in both; here `Dangerously(AnyOriginWithCredentials)` permits it",
	},
	{
		peer:    jub0bsCORS(jub0bs.Config{Origins: []string{"*"}, Methods: []string{"GET", "PUT", "PURGE"}}),
		ours:    opts{cors.WithOrigins("*"), cors.WithMethods("GET", "PUT", "PURGE")},
		browser: "same",
		note:    "a preflight is answered with the one method there, with the list here: one preflight for all",
	},
	{
		peer:    jub0bsCORS(jub0bs.Config{Origins: []string{"*"}, Methods: []string{"*"}}),
		ours:    opts{cors.WithOrigins("*"), cors.WithMethods("*")},
		browser: "same",
	},
	{
		peer:    jub0bsCORS(jub0bs.Config{Origins: []string{"https://app.example.com"}, Methods: []string{"*"}, Credentialed: true}),
		ours:    opts{cors.WithOrigins("https://app.example.com"), cors.WithMethods("*"), cors.WithCredentials()},
		browser: "same",
	},
	{
		peer:    jub0bsCORS(jub0bs.Config{Origins: []string{"*"}, RequestHeaders: []string{"Authorization", "X-Custom"}}),
		ours:    opts{cors.WithOrigins("*"), cors.WithHeaders("Authorization", "X-Custom")},
		browser: "same",
	},
	{
		peer:    jub0bsCORS(jub0bs.Config{Origins: []string{"*"}, RequestHeaders: []string{"*"}}),
		ours:    opts{cors.WithOrigins("*"), cors.WithHeaders("*")},
		browser: "same",
		note:    "without `Authorization`, both times",
	},
	{
		peer:    jub0bsCORS(jub0bs.Config{Origins: []string{"*"}, RequestHeaders: []string{"*", "Authorization"}}),
		ours:    opts{cors.WithOrigins("*"), cors.WithHeaders("*", "Authorization")},
		browser: "same",
	},
	{
		peer:    jub0bsCORS(jub0bs.Config{Origins: []string{"https://app.example.com"}, RequestHeaders: []string{"*"}, Credentialed: true}),
		ours:    opts{cors.WithOrigins("https://app.example.com"), cors.WithHeaders("*"), cors.WithCredentials()},
		browser: "same",
		note:    "echoed, both times; here up to 4 KiB",
	},
	{
		peer:    jub0bsCORS(jub0bs.Config{Origins: []string{"*"}, ResponseHeaders: []string{"X-Request-Id", "X-Total"}}),
		ours:    opts{cors.WithOrigins("*"), cors.WithExposedHeaders("X-Request-Id", "X-Total")},
		browser: "same",
		note:    "`*` works without credentials and is an error with them, both times",
	},
	{
		peer:    jub0bsCORS(jub0bs.Config{Origins: []string{"*"}, Methods: []string{"PUT"}, MaxAgeInSeconds: 600}),
		ours:    opts{cors.WithOrigins("*"), cors.WithMethods("PUT"), cors.WithMaxAge(600 * time.Second)},
		browser: "same",
		note:    "more than 86400 is an error there, a warning here",
	},
	{
		peer:    jub0bsCORS(jub0bs.Config{Origins: []string{"*"}, Methods: []string{"PUT"}, MaxAgeInSeconds: -1}),
		ours:    opts{cors.WithOrigins("*"), cors.WithMethods("PUT"), cors.WithMaxAge(0)},
		browser: "same",
		note:    "`Max-Age: 0`",
	},
	{
		peer:    jub0bsCORS(jub0bs.Config{Origins: []string{"http://example.com"}, Credentialed: true, DangerouslyTolerateInsecureOrigins: true}),
		ours:    opts{cors.WithOrigins("http://example.com"), cors.WithCredentials(), cors.Dangerously(cors.InsecureOrigins)},
		browser: "same",
	},
	{
		peer:    jub0bsCORS(jub0bs.Config{Origins: []string{"https://*.com"}, Credentialed: true, DangerouslyTolerateSubdomainsOfPublicSuffixes: true}),
		ours:    opts{cors.WithOrigins("https://*.com"), cors.WithCredentials(), cors.Dangerously(cors.PublicSuffixes)},
		browser: "same",
	},
	{
		text:    [2]string{"`m.Wrap`", "`policy.Handler`"},
		browser: "—",
	},
	{
		text:    [2]string{"`m.Reconfigure(&config)`", "`Select(func(*http.Request) *Policy { return current.Load() })`, with an `atomic.Pointer[Policy]`"},
		browser: "—",
		note:    "a policy is immutable: make another and store it. `nil` passes requests on untouched, as `Reconfigure(nil)` does; the zero `Policy` allows nobody, while the zero `Middleware` passes everything on",
	},
	{
		text:    [2]string{"`m.SetDebug(true)`, `m.Debug()`", "nothing"},
		browser: "—",
		note:    "an allowed origin's preflight always gets the lists, so that a browser's console names what is missing; `Policy.Decide` says it on the server, `WithObserver(LogDenied(logger))` logs it",
	},
	{
		text:    [2]string{"`m.Config()`", "`policy.Config()`"},
		browser: "—",
	},
	{
		text:    [2]string{"`cfgerrors.All(err)`", "`ConfigErrors(err)`"},
		browser: "—",
		note:    "field, value, code and hint",
	},
}

var jub0bsTraps = []trap{
	{
		peer:    jub0bsCORS(jub0bs.Config{Origins: []string{"https://app.example.com", "*"}}),
		written: opts{cors.WithOrigins("https://app.example.com", "*")},
		instead: opts{cors.WithOrigins("https://app.example.com")},
	},
	{
		peer:    jub0bsCORS(jub0bs.Config{Origins: []string{"wss://app.example.com"}}),
		written: opts{cors.WithOrigins("wss://app.example.com")},
		instead: opts{cors.WithOrigins("https://app.example.com")},
		note:    "a handshake carries the origin of the page",
	},
	{
		peer:    jub0bsCORS(jub0bs.Config{Origins: []string{"*"}, Methods: []string{"put"}}),
		written: opts{cors.WithOrigins("*"), cors.WithMethods("put")},
		instead: opts{cors.WithOrigins("*"), cors.WithMethods("PUT")},
		general: true,
		note:    "`put` is taken for `PUT`, but `patch` would not be for `PATCH`",
	},
}
