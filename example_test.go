package cors_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/seed-12f469a5/cors"
)

func Example() {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /hello", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "hello") })

	policy := cors.MustNew(
		cors.WithOrigins("https://app.example.com", "https://*.preview.example.com"),
		cors.WithMethods("GET", "POST", "DELETE"),
		cors.WithHeaders("Authorization", "Content-Type"),
		cors.WithCredentials(),
	)
	server := httptest.NewServer(policy.Handler(mux)) // or http.ListenAndServe(":8080", policy.Handler(mux))
	defer server.Close()

	r, _ := http.NewRequest("GET", server.URL+"/hello", nil)
	r.Header.Set("Origin", "https://pr-7.preview.example.com") // as a browser would
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer res.Body.Close()
	fmt.Println(res.Header.Get("Access-Control-Allow-Origin"))
	// Output: https://pr-7.preview.example.com
}

// Every mistake is reported at once, and says what to write instead.
func ExampleNew_errors() {
	_, err := cors.New(
		cors.WithOrigins("example.com", "http://shop.example.com"),
		cors.WithMethods("get"),
		cors.WithCredentials(),
	)
	for e := range cors.ConfigErrors(err) {
		fmt.Printf("%s %q: %s\n", e.Field, e.Value, e.Hint)
	}
	// Output:
	// origins "example.com": the scheme is missing; write "https://example.com"
	// origins "http://shop.example.com": whoever can change unencrypted traffic can act as this origin; write "https://shop.example.com"; to permit it all the same, add Dangerously(InsecureOrigins)
	// methods "get": methods are case-sensitive; write "GET"
}

func ExampleWithOriginRegexps() {
	policy := cors.MustNew(cors.WithOriginRegexps(`https://pr-[0-9]+\.example\.com`), cors.WithCredentials())
	for _, origin := range []string{
		"https://pr-7.example.com",
		"https://pr-7.example.com.evil.example", // an expression always means the whole origin
	} {
		fmt.Println(policy.AllowsOrigin(origin))
	}
	// Output:
	// true
	// false
}

func ExampleWithOriginFunc() {
	tenants := map[string]bool{"https://shop.example": true} // a database, say: the request's context limits the wait
	policy := cors.MustNew(cors.WithOriginFunc(func(r *http.Request, origin string) bool {
		return r.Context().Err() == nil && tenants[origin]
	}))
	fmt.Println(policy.AllowsOrigin("https://shop.example"), policy.AllowsOrigin("https://evil.example"))
	// Output: true false
}

// A denied request explains itself: for a log line, or for whoever wonders what the browser's console means.
func ExamplePolicy_Decide() {
	policy := cors.MustNew(cors.WithOrigins("https://app.example.com"), cors.WithMethods("GET", "PUT"))

	r := httptest.NewRequest("OPTIONS", "https://api.example.com/things/1", nil)
	r.Header.Set("Origin", "https://app.example.com")
	r.Header.Set("Access-Control-Request-Method", "DELETE")

	d := policy.Decide(r)
	fmt.Println(d.Allowed(), d.Kind, d.Reason)
	fmt.Println(d)
	// Output:
	// false preflight method_not_allowed
	// preflight for DELETE from origin "https://app.example.com" is denied: the allowed methods are GET, HEAD, POST, PUT; to allow "DELETE", add it with WithMethods
}

// WebSocket handshakes are not subject to CORS, but need the same check.
func ExamplePolicy_AllowsOrigin() {
	policy := cors.MustNew(cors.WithOrigins("https://app.example.com"), cors.WithCredentials()) // as handshakes bring cookies
	checkOrigin := func(r *http.Request) bool { return policy.AllowsOrigin(r.Header.Get("Origin")) }

	handshake := httptest.NewRequest("GET", "/socket", nil)
	handshake.Header.Set("Origin", "https://evil.example")
	fmt.Println(checkOrigin(handshake))
	// Output: false
}

// CORS says who may read an answer. Requests that change something need protection against forgery beside it.
func ExamplePolicy_Handler_csrf() {
	policy := cors.MustNew(cors.WithOrigins("https://app.example.com"), cors.WithCredentials())
	csrf := http.NewCrossOriginProtection()
	if err := csrf.AddTrustedOrigin("https://app.example.com"); err != nil {
		fmt.Println(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /transfer", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "done") })
	handler := policy.Handler(csrf.Handler(mux)) // CORS outside: preflights, and the answers of csrf, are its business

	for _, origin := range []string{"https://app.example.com", "https://evil.example"} {
		r := httptest.NewRequest("POST", "https://api.example.com/transfer", strings.NewReader("{}"))
		r.Header.Set("Origin", origin)
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		fmt.Println(w.Code, w.Header().Get("Access-Control-Allow-Origin"))
	}
	// Output:
	// 200 https://app.example.com
	// 403
}

// An upstream that sends CORS headers of its own must not add them to those of the policy.
func ExamplePolicy_ModifyResponse() {
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
	}))
	defer upstream.Close()
	target, _ := url.Parse(upstream.URL)

	policy := cors.MustNew(cors.WithOrigins("https://app.example.com"))
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.ModifyResponse = policy.ModifyResponse
	handler := policy.Handler(proxy)

	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Origin", "https://app.example.com")
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	fmt.Println(w.Header()["Access-Control-Allow-Origin"])
	// Output: [https://app.example.com]
}

// A Config is plain data, with the names of Kong's plugin.
func ExampleWithConfig() {
	var config cors.Config
	err := json.Unmarshal([]byte(`{"origins": ["https://app.example.com"], "credentials": true, "max_age": 600}`), &config)
	if err != nil {
		fmt.Println(err)
		return // config was not filled, and would allow any origin
	}
	policy, err := cors.New(cors.WithConfig(config))
	fmt.Println(policy.AllowsOrigin("https://app.example.com"), err)
	// Output: true <nil>
}

// Whoever can change unencrypted traffic in this network may act as its users; that risk is taken here, and no other.
func ExampleDangerously() {
	intranet := cors.WithOrigins("http://wiki.corp.example")

	_, err := cors.New(intranet, cors.WithCredentials())
	for e := range cors.ConfigErrors(err) {
		fmt.Println(e.Code)
	}
	policy, err := cors.New(intranet, cors.WithCredentials(), cors.Dangerously(cors.InsecureOrigins))
	fmt.Println(policy.AllowsOrigin("http://wiki.corp.example"), err)
	// Output:
	// insecure_origin
	// true <nil>
}

// What is legal but risky, or without effect, is for the log of the program's start.
func ExamplePolicy_Warnings() {
	policy := cors.MustNew(cors.WithOriginRegexps(`https://App\.example\.com`))
	for _, w := range policy.Warnings() {
		fmt.Println(w.Field, w.Code)
		fmt.Println(w.Hint)
	}
	// Output:
	// origin_regexps regexp_dead
	// it can never match, since origins are in lower case, and "A" is not; write it in lower case, or begin with (?i)
}

// A policy's settings, normalised, as a file could hold them.
func ExamplePolicy_Config() {
	policy := cors.MustNew(cors.WithOrigins("https://Bücher.example:443/"), cors.WithMaxAge(time.Hour))
	text, err := json.Marshal(policy.Config())
	fmt.Println(string(text), err)
	// Output: {"origins":["https://xn--bcher-kva.example"],"max_age":3600} <nil>
}

func ExampleWithObserver() {
	refused := 0
	policy := cors.MustNew(
		cors.WithOrigins("https://app.example.com"),
		cors.WithObserver(func(r *http.Request, d cors.Decision) {
			if d.Reason == cors.OriginNotAllowed {
				refused++ // or a counter by d.Kind and d.Reason; never by d.Origin, of which there is no end
			}
		}),
	)
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Origin", "https://evil.example")
	policy.Handler(http.NotFoundHandler()).ServeHTTP(httptest.NewRecorder(), r)
	fmt.Println(refused)
	// Output: 1
}

func ExampleLogDenied() {
	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{} // for an output that can be compared
		}
		return a
	}}))
	policy := cors.MustNew(cors.WithOrigins("https://app.example.com"), cors.WithObserver(cors.LogDenied(logger)))

	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Origin", "https://evil.example")
	policy.Handler(http.NotFoundHandler()).ServeHTTP(httptest.NewRecorder(), r)
	// Output: level=WARN msg="request for GET from origin \"https://evil.example\" is denied: the origin is not among the allowed ones (https://app.example.com); to allow it, add it with WithOrigins" kind=actual reason=origin_not_allowed origin=https://evil.example method=GET host=example.com path=/
}

// A policy that is replaced while requests are served.
func ExampleSelect() {
	var current atomic.Pointer[cors.Policy]
	current.Store(cors.MustNew(cors.WithOrigins("https://old.example")))
	handler := cors.Select(func(*http.Request) *cors.Policy { return current.Load() })(http.NotFoundHandler())

	current.Store(cors.MustNew(cors.WithOrigins("https://new.example")))

	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Origin", "https://new.example")
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	fmt.Println(w.Header().Get("Access-Control-Allow-Origin"))
	// Output: https://new.example
}

// One policy for all, but another for what is public, and another for a host.
func ExampleRoutes() {
	public := cors.MustNew() // any origin, no credentials
	pick, err := cors.Routes(map[string]*cors.Policy{
		"/":                  cors.MustNew(cors.WithOrigins("https://app.example.com"), cors.WithCredentials()),
		"/public":            public,
		"/public/":           public,
		"admin.example.com/": cors.MustNew(cors.WithOrigins("https://admin.example.com"), cors.WithCredentials()),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	handler := cors.Select(pick)(http.NotFoundHandler())

	for _, url := range []string{"https://api.example.com/public/logo", "https://api.example.com/account"} {
		r := httptest.NewRequest("GET", url, nil)
		r.Header.Set("Origin", "https://anybody.example")
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		fmt.Printf("%q\n", w.Header().Get("Access-Control-Allow-Origin"))
	}
	// Output:
	// "*"
	// ""
}

// A stricter policy, tried on real requests before it counts.
func ExampleShadow() {
	current := cors.MustNew(cors.WithOrigins("https://*.example.com"))
	candidate := cors.MustNew(cors.WithOrigins("https://app.example.com"))
	handler := cors.Shadow(current, candidate, func(r *http.Request, was, would cors.Decision) {
		fmt.Println("would be:", would)
	})(http.NotFoundHandler())

	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Origin", "https://forgotten.example.com")
	handler.ServeHTTP(httptest.NewRecorder(), r)
	// Output: would be: request for GET from origin "https://forgotten.example.com" is denied: the origin is not among the allowed ones (https://app.example.com); to allow it, add it with WithOrigins
}
