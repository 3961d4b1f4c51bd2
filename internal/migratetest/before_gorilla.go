package migratetest

import (
	"net/http"

	"github.com/gorilla/handlers"
)

func gorillaBefore(api http.Handler) http.Handler {
	c := handlers.CORS(
		handlers.AllowedOrigins([]string{"https://app.example.com", "https://admin.example.com"}),
		handlers.AllowedMethods([]string{"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"}),
		handlers.AllowedHeaders([]string{"X-Requested-With", "Content-Type", "Authorization"}),
		handlers.ExposedHeaders([]string{"X-Request-Id"}),
		handlers.AllowCredentials(),
		handlers.MaxAge(3600),
	)
	return c(api)
}
