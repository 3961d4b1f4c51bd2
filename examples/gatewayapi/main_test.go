package main

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-12f469a5/cors/corstest"
)

func TestWalkThroughGivesTheAnswersOfThePage(t *testing.T) {
	var out strings.Builder
	require.NoError(t, walkThrough(&out))
	got := regexp.MustCompile(`http://127\.0\.0\.1:\d+/|http://\[::1\]:\d+/`).ReplaceAllString(out.String(), "http://ADDR/")

	// What differs between the manifests: the answers to a preflight from an allowed origin name the request headers that a
	// script can set, without Origin.
	walk := func(file, exposed, allowHeaders string) string {
		return `# ` + file + `

$ curl -i -X GET http://ADDR/headers -H "host: cors.example:8080" \
  -H "Origin: https://example.com/" \
  -H "Access-Control-Request-Method: GET"
HTTP/1.1 200 OK
access-control-allow-credentials: true
access-control-allow-origin: https://example.com/
access-control-expose-headers: Origin, ` + exposed + `
vary: Origin

$ curl -i -X GET http://ADDR/headers -H "host: cors.example:8080" \
  -H "Origin: https://notallowed.com/" \
  -H "Access-Control-Request-Method: GET"
HTTP/1.1 200 OK
vary: Origin

$ curl -i -X OPTIONS http://ADDR/headers -H "host: cors.example:8080" \
  -H "Origin: https://example.com" \
  -H "Access-Control-Request-Method: POST" \
  -H "Access-Control-Request-Headers: Origin"
HTTP/1.1 200 OK
access-control-allow-credentials: true
` + allowHeaders + `access-control-allow-methods: GET, POST, OPTIONS
access-control-allow-origin: https://example.com
access-control-expose-headers: Origin, ` + exposed + `
access-control-max-age: 86400
vary: Origin

$ curl -i -X OPTIONS http://ADDR/headers -H "host: cors.example:8080" \
  -H "Origin: https://notallowed.com" \
  -H "Access-Control-Request-Method: POST" \
  -H "Access-Control-Request-Headers: Origin"
HTTP/1.1 403 Forbidden

`
	}
	assert.Equal(t, walk("httproute.yaml", "X-HTTPRoute-Header", "")+
		walk("trafficpolicy.yaml", "X-TrafficPolicy-Header", "access-control-allow-headers: Authorization, Content-Type\n"), got)
}

func TestScriptsReadWhatTheManifestsExpose(t *testing.T) {
	for file, exposed := range map[string]string{"httproute.yaml": "X-Httproute-Header", "trafficpolicy.yaml": "X-Trafficpolicy-Header"} {
		t.Run(file, func(t *testing.T) {
			manifest, err := manifests.ReadFile(file)
			require.NoError(t, err)
			server, err := protect(http.HandlerFunc(httpbin), manifest)
			require.NoError(t, err)

			request := corstest.Request{URL: "https://cors.example/headers", Credentials: true}
			resp := corstest.Allows(t, server, "https://example.com", request)
			assert.NotEmpty(t, resp.Header.Get(exposed))
			assert.Contains(t, string(resp.Body), `"headers"`)
			corstest.Blocks(t, server, "https://notallowed.com", request)
		})
	}
}

func TestProtectRefusesManifestsThatMakeNoPolicy(t *testing.T) {
	for manifest, want := range map[string]string{
		"":                            "the input is empty",
		"kind: Gateway":               `"Gateway" is not read here`,
		"allowOrigins: [example.com]": `write "https://example.com"`,
		"{allowOrigins: ['*'], allowCredentials: true}":          "Dangerously(AnyOriginWithCredentials)",
		"allowOrigins: ['http://a.com']\n---\nallowOrigins: [x]": "the manifest has 2 CORS filters",
	} {
		_, err := protect(http.HandlerFunc(httpbin), []byte(manifest))
		assert.ErrorContains(t, err, want)
	}
}
