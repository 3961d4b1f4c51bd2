package gatewayapi_test

import (
	"encoding/json"
	"fmt"
	"os"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/seed-12f469a5/cors"
	"github.com/seed-12f469a5/cors/gatewayapi"
)

func ExampleParse() {
	filters, err := gatewayapi.Parse([]byte(`
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: shop
spec:
  rules:
  - filters:
    - type: CORS
      cors:
        allowOrigins:
        - https://app.example.com
        - https://*.preview.example.com
        allowMethods: [GET, PUT]
        allowCredentials: true
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	opts, err := filters[0].Options()
	if err != nil {
		fmt.Println(err)
		return
	}
	policy, err := cors.New(opts...)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(policy.AllowsOrigin("https://pr-7.web.preview.example.com"))
	fmt.Println(policy.AllowsOrigin("https://preview.example.com"))
	// Output:
	// true
	// false
}

func ExampleParse_mistakes() {
	_, err := gatewayapi.Parse([]byte("allowOrigin: ['https://example.com']\nmaxAge: 1h"))
	fmt.Println(err)
	// Output:
	// gatewayapi: allowOrigin: it is not a field of a CORS filter; did you mean allowOrigins?
	// gatewayapi: maxAge: it is the string "1h", where a whole number must be
}

// A filter says nothing about dangers. The error of cors.New names the one that is missing.
func ExampleFilter_Options() {
	filter := gatewayapi.Filter{
		AllowOrigins:     []string{"http://intranet.example.com"},
		AllowCredentials: true,
	}
	opts, err := filter.Options()
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = cors.New(opts...)
	for e := range cors.ConfigErrors(err) {
		fmt.Println(e.Code)
	}
	_, err = cors.New(append(opts, cors.Dangerously(cors.InsecureOrigins))...)
	fmt.Println(err)
	// Output:
	// insecure_origin
	// <nil>
}

func ExampleFromPolicy() {
	policy := cors.MustNew(
		cors.WithOrigins("https://app.example.com", "https://*.preview.example.com"),
		cors.WithMethods("GET", "PUT"),
		cors.WithHeaders("Content-Type"),
		cors.WithMaxAge(10*time.Minute),
	)
	filter, err := gatewayapi.FromPolicy(policy)
	if err != nil {
		fmt.Println(err)
		return
	}
	enc := yaml.NewEncoder(os.Stdout)
	enc.SetIndent(2)
	_ = enc.Encode(map[string]any{"type": "CORS", "cors": filter})
	// Output:
	// cors:
	//   allowOrigins:
	//     - https://app.example.com
	//     - https://*.preview.example.com
	//   allowMethods:
	//     - GET
	//     - PUT
	//   allowHeaders:
	//     - Content-Type
	//   maxAge: 600
	// type: CORS
}

func ExampleFromPolicy_unsayable() {
	policy := cors.MustNew(
		cors.WithHostRegexps(`.*\.example\.com`),
		cors.WithHeaders("Content-Type"),
		cors.WithPreflightContinue(),
	)
	_, err := gatewayapi.FromPolicy(policy)
	fmt.Println(err)
	// Output:
	// gatewayapi: host_regexps: `.*\.example\.com`: a filter has no regular expressions; name the origins, or write a wildcard such as https://*.example.com, with cors.WithOrigins instead of cors.WithHostRegexps
	// gatewayapi: preflight_continue: a filter cannot pass preflights on; remove cors.WithPreflightContinue
}

func ExampleFilter() {
	maxAge := 3600
	text, err := json.Marshal(gatewayapi.Filter{
		AllowOrigins: []string{"https://example.com"},
		MaxAge:       &maxAge,
	})
	fmt.Println(string(text), err)
	// Output: {"allowOrigins":["https://example.com"],"maxAge":3600} <nil>
}
