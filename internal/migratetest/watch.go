package migratetest

import (
	"net/http"

	"github.com/seed-12f469a5/cors"
)

func watch(policy *cors.Policy, old http.Handler) http.Handler {
	logDenied := cors.LogDenied(nil)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		logDenied(r, policy.Decide(r))
		old.ServeHTTP(w, r)
	})
}
