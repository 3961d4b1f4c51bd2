package main

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/seed-12f469a5/cors"
)

// newPolicy is the policy of the API: who may use it from a browser, and how.
func newPolicy(allowedPort int) *cors.Policy {
	port := strconv.Itoa(allowedPort)
	return cors.MustNew(
		cors.WithOrigins(
			"http://localhost:"+port,
			"http://*.preview.localhost:"+port,
		),
		cors.WithOriginRegexps(`http://pr-\d+\.localhost:`+port),
		cors.WithMethods("GET", "POST", "PUT"),
		cors.WithHeaders("Content-Type", "Idempotency-Key"),
		cors.WithExposedHeaders("X-Total-Count"),
		cors.WithCredentials(),
		cors.WithMaxAge(10*time.Minute),
	)
}

// api is an ordinary API with the policy in front of it. What is in front of the policy is for the demo alone: it writes
// down the decisions, so that the page can show them.
func (d *demo) api() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/login", login)
	mux.HandleFunc("/hello", hello)
	return d.decisions.recorded(d.policy, d.policy.Handler(mux))
}

func hello(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Total-Count", "42")
	w.Header().Set("X-Served-By", "rack-7")
	w.Header().Set("Cache-Control", "no-store")
	who := "stranger"
	if session, err := r.Cookie("session"); err == nil && session.Value == "ada" {
		who = "Ada"
	}
	fmt.Fprintf(w, "Hello, %s!", who)
}

func login(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, &http.Cookie{
		Name:     "session",
		Value:    "ada",
		Path:     "/",
		HttpOnly: true,
		// pr-7.localhost and localhost are different sites, and so a third party to each other. Secure needs no TLS on
		// localhost.
		SameSite:    http.SameSiteNoneMode,
		Partitioned: true,
		Secure:      true,
	})
	w.WriteHeader(http.StatusNoContent)
}
