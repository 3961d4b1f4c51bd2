package migratetest

import (
	"net/http"
	"time"

	gincors "github.com/gin-contrib/cors"
	"github.com/gin-gonic/gin"

	"github.com/seed-12f469a5/cors"
)

func init() { gin.SetMode(gin.ReleaseMode) }

func ginCORS(c gincors.Config) middleware { return ginHandler(gincors.New(c)) }

func ginHandler(h gin.HandlerFunc) middleware {
	return func(next http.Handler) http.Handler {
		r := gin.New()
		r.Use(h)
		r.NoRoute(gin.WrapH(next))
		return r
	}
}

var ginRows = []row{
	{
		peer:    ginCORS(gincors.Config{AllowAllOrigins: true}),
		ours:    opts{cors.WithOrigins("*"), cors.WithMethods(), cors.WithHeaders()},
		browser: "same",
		note:    "the rows below are to be read with these options for methods and headers, unless they say otherwise; those of `DefaultConfig()` are in the last row but one",
	},
	{
		peer:    ginCORS(gincors.Config{AllowOrigins: []string{"https://app.example.com"}}),
		ours:    opts{cors.WithOrigins("https://app.example.com")},
		browser: "same",
		note:    "the handler, however, runs for other origins too",
	},
	{
		peer:    ginCORS(gincors.Config{AllowOrigins: []string{"*"}}),
		ours:    opts{cors.WithOrigins("*")},
		browser: "same",
	},
	{
		peer:    ginCORS(gincors.Config{AllowOrigins: []string{"https://*.example.com"}, AllowWildcard: true}),
		ours:    opts{cors.WithOrigins("https://*.example.com")},
		browser: "same",
	},
	{
		peer:    ginCORS(gincors.Config{AllowOrigins: []string{"http://localhost:*"}, AllowWildcard: true}),
		ours:    opts{cors.WithOrigins("http://localhost:*")},
		browser: "`http://localhost`, without a port, is allowed here only",
		here:    from("http://localhost"),
	},
	{
		peer:    ginCORS(gincors.Config{AllowOrigins: []string{`/^https://app-\d+\.example\.com$/`}}),
		ours:    opts{cors.WithOriginRegexps(`https://app-\d+\.example\.com`)},
		browser: "same",
		note:    "drop the slashes and the flag. There, it is compiled for every request, lower-cased, and matched anywhere in the origin unless `^` and `$` are there; here always against the whole",
	},
	{
		peer:    ginCORS(gincors.Config{AllowOriginFunc: func(origin string) bool { return known[origin] }}),
		ours:    opts{cors.WithOriginFunc(func(_ *http.Request, origin string) bool { return known[origin] })},
		browser: "same",
	},
	{
		peer:    ginCORS(gincors.Config{AllowOrigins: []string{"https://example.com"}, AllowOriginFunc: func(origin string) bool { return known[origin] }}),
		ours:    opts{cors.WithOrigins("https://example.com"), cors.WithOriginFunc(func(_ *http.Request, origin string) bool { return known[origin] })},
		browser: "same",
		note:    "its documentation says that the list is ignored; it is not. The function is asked about what the list does not hold, as here",
	},
	{
		peer:    ginCORS(gincors.Config{AllowOriginWithContextFunc: func(c *gin.Context, origin string) bool { return known[origin] }}),
		ours:    opts{cors.WithOriginFunc(func(r *http.Request, origin string) bool { return known[origin] })},
		browser: "same",
		note:    "the policy runs ahead of gin, so `r` is what `c.Request` was. Here there is one function: join two by `\\|\\|`",
	},
	{
		peer:    ginCORS(gincors.Config{AllowAllOrigins: true, AllowMethods: []string{"PUT", "patch"}}),
		ours:    opts{cors.WithOrigins("*"), cors.WithMethods("PUT", "PATCH")},
		browser: "same",
		note:    "upper-cased there, an error here. Both send the whole list",
	},
	{
		peer:    ginCORS(gincors.Config{AllowAllOrigins: true, AllowMethods: []string{"*"}}),
		ours:    opts{cors.WithOrigins("*"), cors.WithMethods("*")},
		browser: "same",
	},
	{
		peer:    ginCORS(gincors.Config{AllowOrigins: []string{"https://app.example.com"}, AllowMethods: []string{"*"}, AllowCredentials: true}),
		ours:    opts{cors.WithOrigins("https://app.example.com"), cors.WithMethods("*"), cors.WithCredentials()},
		browser: "`PUT` and other methods, with credentials, are allowed here only",
		here:    which(using("PUT", "DELETE", "PATCH", "patch", "PURGE")).and(credentials),
		note:    "there `*` is sent, which browsers take for a name if there are credentials; here what is asked for is echoed",
	},
	{
		peer:    ginCORS(gincors.Config{AllowAllOrigins: true, AllowHeaders: []string{"Origin", "Authorization", "X-Custom"}}),
		ours:    opts{cors.WithOrigins("*"), cors.WithHeaders("Authorization", "X-Custom")},
		browser: "same",
		note:    "`Origin` and `Content-Length`, which `DefaultConfig` and the README list, are set by browsers themselves and an error here",
	},
	{
		peer:    ginCORS(gincors.Config{AllowAllOrigins: true, AllowHeaders: []string{"*"}}),
		ours:    opts{cors.WithOrigins("*"), cors.WithHeaders("*")},
		browser: "same",
		note:    "`Authorization` is not covered, both times",
	},
	{
		peer:    ginCORS(gincors.Config{AllowOrigins: []string{"https://app.example.com"}, AllowHeaders: []string{"*"}, AllowCredentials: true}),
		ours:    opts{cors.WithOrigins("https://app.example.com"), cors.WithHeaders("*"), cors.WithCredentials()},
		browser: "`Authorization`, and with credentials any request header, is allowed here only",
		here:    func(f fetch) bool { return with("Authorization")(f) || preflighted(f) && f.credentials },
		note:    "there `*` is sent, which browsers take for a name if there are credentials; here what is asked for is echoed",
	},
	{
		peer:    ginCORS(gincors.Config{AllowAllOrigins: true, ExposeHeaders: []string{"X-Request-Id", "X-Total"}}),
		ours:    opts{cors.WithOrigins("*"), cors.WithExposedHeaders("X-Request-Id", "X-Total")},
		browser: "same",
	},
	{
		peer:    ginCORS(gincors.Config{AllowOrigins: []string{"https://app.example.com"}, AllowCredentials: true}),
		ours:    opts{cors.WithOrigins("https://app.example.com"), cors.WithCredentials()},
		browser: "same",
		note:    "`http` origins other than loopback and wildcards right below a public suffix are errors with credentials, unless [`Dangerously`](../README.md#risks-by-name) names them",
	},
	{
		peer:    ginCORS(gincors.Config{AllowAllOrigins: true, AllowCredentials: true}),
		ours:    opts{cors.WithOrigins("*")},
		browser: "same",
		note:    "`*` beside `Allow-Credentials: true` was refused by browsers whenever there were credentials; `WithCredentials` with `*` is an error. Name the origins",
	},
	{
		peer:    ginCORS(gincors.Config{AllowAllOrigins: true, AllowMethods: []string{"PUT"}, MaxAge: 90 * time.Minute}),
		ours:    opts{cors.WithOrigins("*"), cors.WithMethods("PUT"), cors.WithMaxAge(90 * time.Minute)},
		browser: "same",
		note:    "fractions of a second are cut there, an error here. Zero and less send nothing there; `WithMaxAge(0)` sends `Max-Age: 0`",
	},
	{
		peer:    ginCORS(gincors.Config{AllowAllOrigins: true, AllowPrivateNetwork: true}),
		ours:    opts{cors.WithOrigins("*"), cors.WithPrivateNetwork()},
		browser: "same",
		note:    "there on every preflight, here if it is asked for",
	},
	{
		peer:    ginCORS(gincors.Config{AllowOrigins: []string{"chrome-extension://abcdefghijklmnop"}, AllowBrowserExtensions: true}),
		ours:    opts{cors.WithOrigins("chrome-extension://abcdefghijklmnop")},
		browser: "same",
		note:    "any scheme will do here but those whose pages have the origin null, such as `file`",
	},
	{
		peer:    ginCORS(gincors.Config{AllowOrigins: []string{"capacitor://localhost"}, CustomSchemas: []string{"capacitor://"}}),
		ours:    opts{cors.WithOrigins("capacitor://localhost")},
		browser: "same",
	},
	{
		text:    [2]string{"`AllowWebSockets: true`, `AllowFiles: true`", "nothing"},
		browser: "—",
		note:    "they let the list hold `ws://`, `wss://` and `file://`, which no browser sends: see the traps. For a handshake, see `policy.AllowsOrigin`",
	},
	{
		peer:    ginCORS(gincors.Config{AllowAllOrigins: true, AllowMethods: []string{"PUT"}, OptionsResponseStatusCode: 200}),
		ours:    opts{cors.WithOrigins("*"), cors.WithMethods("PUT"), cors.WithPreflightStatus(200)},
		browser: "same",
		note:    "200 to 299; others, which browsers refuse, are an error here",
	},
	{
		peer:    ginHandler(gincors.Default()),
		ours:    opts{cors.WithOrigins("*"), cors.WithMethods("PUT", "PATCH", "DELETE"), cors.WithHeaders("Content-Type"), cors.WithMaxAge(12 * time.Hour)},
		browser: "same",
		note:    "its `OPTIONS` is of no use: such a request never reaches a handler there. `DefaultConfig()` is this without origins. `AddAllowMethods`, `AddAllowHeaders` and `AddExposeHeaders` are options here, which add up",
	},
	{
		text:    [2]string{"`config.Validate()`, and panics", "`New` returns an error, `MustNew` panics"},
		browser: "—",
	},
}

var ginTraps = []trap{
	{
		peer:    ginCORS(gincors.Config{AllowOrigins: []string{"https://*.example.com"}}),
		written: opts{cors.WithOrigins("https://*.example.com")},
		note:    "`AllowWildcard` is missing, and nothing says so",
	},
	{
		peer:    ginCORS(gincors.Config{AllowOrigins: []string{"*.example.com"}, AllowWildcard: true}),
		note:    "over `http` too, and whatever else",
		written: opts{cors.WithOrigins("*.example.com")},
		instead: opts{cors.WithOrigins("https://*.example.com")},
	},
	{
		peer:    ginCORS(gincors.Config{AllowOrigins: []string{"https://*example.com"}, AllowWildcard: true}),
		written: opts{cors.WithOrigins("https://*example.com")},
		instead: opts{cors.WithOrigins("https://example.com", "https://*.example.com")},
	},
	{
		peer:    ginCORS(gincors.Config{AllowOrigins: []string{"https://example.*"}, AllowWildcard: true}),
		written: opts{cors.WithOrigins("https://example.*")},
		instead: opts{cors.WithOrigins("https://example.com", "https://example.org")},
	},
	{
		peer:    ginCORS(gincors.Config{AllowOrigins: []string{"http://localhost*"}, AllowWildcard: true}),
		written: opts{cors.WithOrigins("http://localhost*")},
		instead: opts{cors.WithOrigins("http://localhost:*")},
	},
	{
		peer:    ginCORS(gincors.Config{AllowOrigins: []string{`/https://app-\d\.example\.com/`}}),
		written: opts{cors.WithOriginRegexps(`https://app-\d\.example\.com`)},
	},
	{
		peer:    ginCORS(gincors.Config{AllowOrigins: []string{`/https://.*\.?example\.com$/`}}),
		written: opts{cors.WithOriginRegexps(`https://.*\.?example\.com`), cors.WithCredentials()},
		instead: opts{cors.WithOriginRegexps(`https://([a-z0-9-]+\.)*example\.com`), cors.WithCredentials()},
	},
	{
		peer:    ginCORS(gincors.Config{AllowOrigins: []string{`/^https://\D+\.preview\.example\.com$/`}}),
		written: opts{cors.WithOriginRegexps(`https://\D+\.preview\.example\.com`)},
		note:    "the list is lower-cased, and `\\D` becomes `\\d`",
	},
	{
		peer:    ginCORS(gincors.Config{AllowOrigins: []string{"https://app.example.com", "*"}}),
		written: opts{cors.WithOrigins("https://app.example.com", "*")},
		instead: opts{cors.WithOrigins("https://app.example.com")},
	},
	{
		peer:    ginCORS(gincors.Config{AllowOrigins: []string{"https://app.example.com/"}}),
		written: opts{cors.WithOrigins("https://app.example.com/")},
	},
	{
		peer:    ginCORS(gincors.Config{AllowOrigins: []string{"https://app.example.com:443"}}),
		written: opts{cors.WithOrigins("https://app.example.com:443")},
	},
	{
		peer:    ginCORS(gincors.Config{AllowOrigins: []string{"https://app.example.com/login"}}),
		written: opts{cors.WithOrigins("https://app.example.com/login")},
		instead: opts{cors.WithOrigins("https://app.example.com")},
	},
	{
		peer:    ginCORS(gincors.Config{AllowOrigins: []string{"file://"}, AllowFiles: true}),
		written: opts{cors.WithOrigins("file://")},
		note:    "browsers send `null` for a file",
	},
	{
		peer:    ginCORS(gincors.Config{AllowOrigins: []string{"wss://app.example.com"}, AllowWebSockets: true}),
		written: opts{cors.WithOrigins("wss://app.example.com")},
		instead: opts{cors.WithOrigins("https://app.example.com")},
		note:    "a handshake carries the origin of the page, `https://app.example.com`",
	},
}
