package gatewayapi_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-12f469a5/cors"
	"github.com/seed-12f469a5/cors/gatewayapi"
)

// conformanceManifest has the filters that the Gateway API's conformance tests HTTPRouteCORS (of v1.7) and
// HTTPRouteCORSAllowCredentialsBehavior (of v1.5) set up.
const conformanceManifest = `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: lists}
spec:
  rules:
  - matches: [{path: {type: PathPrefix, value: /cors-1}}]
    filters:
    - type: CORS
      cors:
        allowOrigins: ["https://www.foo.com", "https://*.bar.com"]
        allowMethods: [GET, OPTIONS]
        allowHeaders: [x-header-1, x-header-2]
        exposeHeaders: [x-header-3, x-header-4]
        allowCredentials: true
        maxAge: 3600
    backendRefs: [{name: infra-backend-v1, port: 8080}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: any-method}
spec:
  rules:
  - filters: [{type: CORS, cors: {allowOrigins: ["https://www.foo.com"], allowMethods: ["*"]}}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: any-origin}
spec:
  rules:
  - filters: [{type: CORS, cors: {allowOrigins: ["*"], allowMethods: [PUT], allowCredentials: false}}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: anything}
spec:
  rules:
  - filters: [{type: CORS, cors: {allowOrigins: ["*"], allowMethods: ["*"], allowHeaders: ["*"], allowCredentials: true}}]
  - filters: [{type: CORS, cors: {allowOrigins: ["*"], allowMethods: ["*"], allowHeaders: ["*"], allowCredentials: false}}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: credentials}
spec:
  rules:
  - filters: [{type: CORS, cors: {allowOrigins: ["https://app.example"], allowCredentials: false}}]
  - filters: [{type: CORS, cors: {allowOrigins: ["https://app.example"], allowCredentials: true}}]
---
`

// conformancePaths are where the conformance tests put the filters of conformanceManifest, in order.
var conformancePaths = []string{
	"/cors-1", "/cors-2", "/cors-wildcard-origin", "/cors-wildcard-methods-headers", "/cors-wildcard-methods-headers-unauth",
	"/cors-behavior-creds-false", "/cors-behavior-creds-true",
}

func TestAnswersWhatTheConformanceTestsDemand(t *testing.T) {
	filters, err := gatewayapi.Parse([]byte(conformanceManifest))
	require.NoError(t, err)
	require.Len(t, filters, len(conformancePaths))
	server := http.NewServeMux()
	for i, f := range filters {
		opts, err := f.Options()
		require.NoError(t, err)
		if conformancePaths[i] == "/cors-wildcard-methods-headers" {
			opts = append(opts, cors.Dangerously(cors.AnyOriginWithCredentials))
		}
		policy, err := cors.New(opts...)
		require.NoError(t, err)
		server.Handle(conformancePaths[i], policy.Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})))
	}

	const (
		origin      = "Access-Control-Allow-Origin"
		methods     = "Access-Control-Allow-Methods"
		headers     = "Access-Control-Allow-Headers"
		expose      = "Access-Control-Expose-Headers"
		maxAge      = "Access-Control-Max-Age"
		credentials = "Access-Control-Allow-Credentials"
	)
	type anyOf map[string][]string
	ok, preflightOK, denied := []int{200}, []int{200}, []int{200, 204, 403}
	listed := func(from string) anyOf {
		return anyOf{
			origin: {from}, methods: {"GET,OPTIONS", "OPTIONS,GET"}, headers: {"x-header-1,x-header-2", "x-header-2,x-header-1"},
			expose: {"x-header-3,x-header-4", "x-header-4,x-header-3"}, maxAge: {"3600"}, credentials: {"true"},
		}
	}
	tests := []struct {
		name                          string
		path, method                  string
		origin, askMethod, askHeaders string
		cookie                        bool
		status                        []int
		want                          anyOf // one of the values, white space aside
		absent                        []string
	}{
		// HTTPRouteCORS
		{"preflight, exact origin", "/cors-1", "OPTIONS", "https://www.foo.com", "GET", "x-header-1, x-header-2", false,
			preflightOK, listed("https://www.foo.com"), nil},
		{"preflight, wildcard", "/cors-1", "OPTIONS", "https://www.bar.com", "GET", "x-header-1, x-header-2", false,
			preflightOK, listed("https://www.bar.com"), nil},
		{"preflight, wildcard for several labels", "/cors-1", "OPTIONS", "https://xpto.www.bar.com", "GET", "x-header-1, x-header-2", false,
			preflightOK, listed("https://xpto.www.bar.com"), nil},
		{"preflight, foreign origin", "/cors-1", "OPTIONS", "https://foobar.com", "GET", "", false,
			denied, nil, []string{origin}},
		{"request, exact origin", "/cors-1", "GET", "https://www.foo.com", "GET", "x-header-1, x-header-2", false,
			ok, anyOf{origin: {"https://www.foo.com"}}, nil},
		{"request, wildcard", "/cors-1", "GET", "https://www.bar.com", "GET", "x-header-1, x-header-2", false,
			ok, anyOf{origin: {"https://www.bar.com"}}, nil},
		{"request, foreign origin", "/cors-1", "GET", "https://foobar.com", "GET", "", false,
			ok, nil, []string{origin}},
		{"preflight, any method", "/cors-2", "OPTIONS", "https://www.foo.com", "POST", "", false,
			preflightOK, anyOf{origin: {"https://www.foo.com"}, methods: {"POST", "*"}}, []string{credentials}},
		{"preflight, credentials not set", "/cors-2", "OPTIONS", "https://www.foo.com", "POST", "", false,
			preflightOK, nil, []string{credentials}},
		{"preflight, any origin", "/cors-wildcard-origin", "OPTIONS", "https://foobar.com", "PUT", "", false,
			preflightOK, anyOf{origin: {"https://foobar.com", "*"}, methods: {"PUT"}}, []string{credentials}},
		{"preflight, any origin, port", "/cors-wildcard-origin", "OPTIONS", "https://foobar.com:12345", "PUT", "", false,
			preflightOK, anyOf{origin: {"https://foobar.com:12345", "*"}, methods: {"PUT"}}, []string{credentials}},
		{"request, any origin, port", "/cors-wildcard-origin", "PUT", "https://foobar.com:12345", "", "", false,
			ok, anyOf{origin: {"https://foobar.com:12345", "*"}}, nil},
		{"request, any origin", "/cors-wildcard-origin", "PUT", "https://foobar.com", "", "", false,
			ok, anyOf{origin: {"https://foobar.com", "*"}}, []string{credentials}},
		{"preflight, anything with credentials", "/cors-wildcard-methods-headers", "OPTIONS", "https://other.foo.com", "PUT", "x-header-1, x-header-2", false,
			preflightOK, anyOf{origin: {"https://other.foo.com"}, methods: {"PUT"},
				headers: {"x-header-1,x-header-2", "x-header-2,x-header-1"}, credentials: {"true"}}, nil},
		{"preflight, anything without credentials", "/cors-wildcard-methods-headers-unauth", "OPTIONS", "https://other.foo.com", "PUT", "x-header-1, x-header-2", false,
			preflightOK, anyOf{origin: {"https://other.foo.com", "*"}, methods: {"PUT", "*"},
				headers: {"x-header-1,x-header-2", "x-header-2,x-header-1", "*"}}, []string{credentials}},
		{"request, anything with credentials", "/cors-wildcard-methods-headers", "GET", "https://other.foo.com", "", "", true,
			ok, anyOf{origin: {"https://other.foo.com"}, credentials: {"true"}}, nil},
		{"request, anything without credentials", "/cors-wildcard-methods-headers-unauth", "GET", "https://other.foo.com", "", "", true,
			ok, anyOf{origin: {"https://other.foo.com", "*"}}, []string{credentials}},

		// HTTPRouteCORSAllowCredentialsBehavior
		{"credentials false", "/cors-behavior-creds-false", "GET", "https://app.example", "", "", true,
			ok, nil, []string{credentials}},
		{"credentials true, foreign origin", "/cors-behavior-creds-true", "GET", "http://not-app.example", "", "", true,
			ok, nil, []string{credentials}},
		{"credentials true", "/cors-behavior-creds-true", "GET", "https://app.example", "", "", true,
			ok, anyOf{credentials: {"true"}, origin: {"https://app.example"}}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(tt.method, tt.path, nil)
			r.Header.Set("Origin", tt.origin)
			if tt.askMethod != "" {
				r.Header.Set("Access-Control-Request-Method", tt.askMethod)
			}
			if tt.askHeaders != "" {
				r.Header.Set("Access-Control-Request-Headers", tt.askHeaders)
			}
			if tt.cookie {
				r.Header.Set("Cookie", "sid=abc123")
				r.Header.Set("Authorization", "Bearer test")
			}
			w := httptest.NewRecorder()
			server.ServeHTTP(w, r)

			assert.Contains(t, tt.status, w.Code)
			for name, values := range tt.want {
				got := strings.ReplaceAll(strings.Join(w.Header()[name], " and "), " ", "")
				assert.True(t, slices.Contains(values, got), "%s: got %q, want one of %q", name, got, values)
			}
			for _, name := range tt.absent {
				assert.NotContains(t, w.Header(), name)
			}
		})
	}
}
