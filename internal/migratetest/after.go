package migratetest

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/seed-12f469a5/cors"
)

func rsAfter(api http.Handler) http.Handler {
	policy := cors.MustNew(
		cors.WithOrigins("https://app.example.com", "https://*.preview.example.com"),
		cors.WithMethods("GET", "POST", "PUT", "DELETE"),
		cors.WithHeaders("Authorization", "Content-Type"),
		cors.WithExposedHeaders("X-Request-Id"),
		cors.WithCredentials(),
		cors.WithMaxAge(300*time.Second),
	)
	return policy.Handler(api)
}

func chiAfter(api http.Handler) http.Handler {
	policy := cors.MustNew(
		cors.WithOrigins("https://*:*", "http://*:*"), // any web page; better name yours
		cors.WithMethods("GET", "POST", "PUT", "DELETE"),
		cors.WithHeaders("Accept", "Authorization", "Content-Type", "X-CSRF-Token"),
		cors.WithExposedHeaders("Link"),
		cors.WithMaxAge(300*time.Second),
	)
	return policy.Handler(api) // or r.Use(policy.Handler)
}

func gorillaAfter(api http.Handler) http.Handler {
	policy := cors.MustNew(
		cors.WithOrigins("https://app.example.com", "https://admin.example.com"),
		cors.WithMethods("GET", "HEAD", "POST", "PUT", "DELETE"),
		cors.WithHeaders("X-Requested-With", "Content-Type", "Authorization"),
		cors.WithExposedHeaders("X-Request-Id"),
		cors.WithCredentials(),
		cors.WithMaxAge(10*time.Minute), // what gorilla made of 3600
	)
	return policy.Handler(api)
}

func ginAfter(api http.Handler) http.Handler {
	policy := cors.MustNew(
		cors.WithOrigins("https://app.example.com", "https://*.preview.example.com"),
		cors.WithMethods("GET", "PUT", "PATCH", "DELETE"),
		cors.WithHeaders("Content-Type", "Authorization"),
		cors.WithExposedHeaders("X-Request-Id"),
		cors.WithCredentials(),
		cors.WithMaxAge(12*time.Hour),
	)
	r := gin.New()
	r.Any("/*path", gin.WrapH(api))
	return policy.Handler(r) // or http.ListenAndServe(":8080", policy.Handler(r))
}

func jub0bsAfter(api http.Handler) http.Handler {
	policy, err := cors.New(
		cors.WithOrigins("https://app.example.com", "https://*.preview.example.com", "http://localhost:*"),
		cors.WithMethods("GET", "POST", "PUT", "DELETE"),
		cors.WithHeaders("Authorization", "Content-Type"),
		cors.WithExposedHeaders("X-Request-Id"),
		cors.WithCredentials(),
		cors.WithMaxAge(600*time.Second),
	)
	if err != nil {
		panic(err)
	}
	return policy.Handler(api)
}

func expressAfter(api http.Handler) http.Handler {
	policy := cors.MustNew(
		cors.WithOrigins("https://app.example.com", "https://*.preview.example.com"),
		cors.WithMethods("GET", "PUT", "POST", "DELETE"),
		cors.WithHeaders("Content-Type", "Authorization"),
		cors.WithExposedHeaders("X-Request-Id"),
		cors.WithCredentials(),
		cors.WithMaxAge(600*time.Second),
	)
	return policy.Handler(api)
}
