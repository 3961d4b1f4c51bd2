package main

import (
	"fmt"
	"net/http"
	"time"

	chi "github.com/go-chi/cors"
	gorilla "github.com/gorilla/handlers"
	jub0bs "github.com/jub0bs/cors"
	rs "github.com/rs/cors"

	"github.com/seed-12f469a5/cors"
)

// This file says what is compared: five libraries under equal policies.

// Every policy has credentials, these lists, and a max-age; 600 seconds is the most that gorilla/handlers sends.
var (
	methods = []string{"GET", "POST", "PUT", "DELETE"}
	headers = []string{"Authorization", "Content-Type"}
	exposed = []string{"X-Request-Id", "X-Total-Count"}
)

const maxAge = 600

type middleware func(http.Handler) http.Handler

// A library makes a policy for origins, which are exact or of the form https://*.example.com.
type library struct {
	name      string
	wildcards bool
	allow     func(origins []string) (middleware, error)
}

const ours = "ours"

// libraries: ours comes first, the others are its peers.
var libraries = []library{
	{ours, true, func(origins []string) (middleware, error) { return policy(cors.WithOrigins(origins...)) }},
	{"jub0bs", true, func(origins []string) (middleware, error) {
		m, err := jub0bs.NewMiddleware(jub0bs.Config{
			Origins: origins, Credentialed: true,
			Methods: methods, RequestHeaders: headers, ResponseHeaders: exposed, MaxAgeInSeconds: maxAge,
		})
		if err != nil {
			return nil, err
		}
		return m.Wrap, nil
	}},
	{"rs", true, func(origins []string) (middleware, error) {
		return rs.New(rs.Options{
			AllowedOrigins: origins, AllowCredentials: true,
			AllowedMethods: methods, AllowedHeaders: headers, ExposedHeaders: exposed, MaxAge: maxAge,
		}).Handler, nil
	}},
	{"chi", true, func(origins []string) (middleware, error) {
		return chi.Handler(chi.Options{
			AllowedOrigins: origins, AllowCredentials: true,
			AllowedMethods: methods, AllowedHeaders: headers, ExposedHeaders: exposed, MaxAge: maxAge,
		}), nil
	}},
	{"gorilla", false, func(origins []string) (middleware, error) {
		return gorilla.CORS(
			gorilla.AllowedOrigins(origins), gorilla.AllowCredentials(),
			gorilla.AllowedMethods(methods), gorilla.AllowedHeaders(headers), gorilla.ExposedHeaders(exposed), gorilla.MaxAge(maxAge),
		), nil
	}},
}

// policy is one of ours, for the origins that opt allows.
func policy(opt cors.Option) (middleware, error) {
	p, err := cors.New(opt, cors.WithCredentials(),
		cors.WithMethods(methods...), cors.WithHeaders(headers...), cors.WithExposedHeaders(exposed...), cors.WithMaxAge(maxAge*time.Second))
	if err != nil {
		return nil, err
	}
	return p.Handler, nil
}

// idle is the handler behind the middleware whose requests are timed.
var idle = http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})

// A costless is a ResponseWriter that costs nothing itself.
type costless struct{ h http.Header }

func (w costless) Header() http.Header         { return w.h }
func (w costless) Write(b []byte) (int, error) { return len(b), nil }
func (w costless) WriteHeader(int)             {}

// A kind is a way of naming n origins, with an origin that the last of them allows.
type kind struct {
	name    string
	origins func(n int) []string
	allowed func(n int) string
}

var kinds = []kind{
	{"exact", exactOrigins, func(n int) string { return fmt.Sprintf("https://app-%06d.example.com", n-1) }},
	{"wildcard", wildcardOrigins, func(n int) string { return fmt.Sprintf("https://x.app-%06d.example.com", n-1) }},
}

// denied is an origin that none of the policies allows. This one is easy to tell from those that they allow: one that looks like
// them, such as https://app-999999.example.com, costs jub0bs/cors up to 2.6 times as much, and us up to 1.6 times.
var denied = "https://evil.example.org"

func exactOrigins(n int) []string    { return numbered("https://app-%06d.example.com", n) }
func wildcardOrigins(n int) []string { return numbered("https://*.app-%06d.example.com", n) }

func numbered(format string, n int) []string {
	s := make([]string, n)
	for i := range s {
		s[i] = fmt.Sprintf(format, i)
	}
	return s
}
