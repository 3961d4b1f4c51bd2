package migratetest

import (
	"net/http"

	"github.com/jub0bs/cors"
)

func jub0bsBefore(api http.Handler) http.Handler {
	c, err := cors.NewMiddleware(cors.Config{
		Origins:         []string{"https://app.example.com", "https://*.preview.example.com", "http://localhost:*"},
		Methods:         []string{"GET", "POST", "PUT", "DELETE"},
		RequestHeaders:  []string{"Authorization", "Content-Type"},
		ResponseHeaders: []string{"X-Request-Id"},
		Credentialed:    true,
		MaxAgeInSeconds: 600,
	})
	if err != nil {
		panic(err)
	}
	return c.Wrap(api)
}
