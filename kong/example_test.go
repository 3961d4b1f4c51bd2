package kong_test

import (
	"fmt"
	"net/url"

	"go.yaml.in/yaml/v3"

	"github.com/seed-12f469a5/cors"
	"github.com/seed-12f469a5/cors/kong"
)

// From a plugin of Kong's declarative configuration to a policy.
func Example() {
	config, err := kong.Parse([]byte(`
name: cors
service: orders
config:
  origins:
  - https://app.example.com
  - https://[a-z0-9-]+\.preview\.example\.com
  methods: [GET, POST, DELETE]
  headers: [Authorization, Content-Type, Origin]
  credentials: true
  max_age: 3600
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	options, err := config.Options()
	if err != nil {
		fmt.Println(err)
		return
	}
	policy, err := cors.New(options...)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(policy.AllowsOrigin("https://pr-7.preview.example.com"))
	fmt.Println(policy.AllowsOrigin("https://preview.example.com"))
	fmt.Println(policy.Config().Headers) // no script can send Origin
	// Output:
	// true
	// false
	// [Authorization Content-Type]
}

// What was posted to the admin API in 2015 never let a browser in.
func ExampleParseForm() {
	form, _ := url.ParseQuery("name=cors&config.origin=mockbin.com&config.methods=GET, POST&config.max_age=3600")
	config, err := kong.ParseForm(form)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(config.Origins, config.Methods, *config.MaxAge)

	_, err = config.Options()
	fmt.Println(err)
	// Output:
	// [mockbin.com] [GET POST] 3600
	// kong: origins: "mockbin.com": it equals no origin that a browser sends: the scheme is missing; write "https://mockbin.com"
}

// From a policy to a plugin.
func ExampleFromPolicy() {
	policy := cors.MustNew(
		cors.WithOrigins("https://app.example.com", "https://*.preview.example.com", "http://localhost:*"),
		cors.WithMethods("GET", "PUT"),
		cors.WithCredentials(),
	)
	config, err := kong.FromPolicy(policy)
	if err != nil {
		fmt.Println(err)
		return
	}
	text, _ := yaml.Marshal(map[string]any{"name": "cors", "config": config})
	fmt.Print(string(text))
	// Output:
	// config:
	//     origins:
	//         - https://app.example.com
	//         - https://([^.:]+\.)+preview\.example\.com
	//         - http://localhost(:[0-9]+)?
	//     methods:
	//         - GET
	//         - PUT
	//     credentials: true
	// name: cors
}

// A danger is for the user to name.
func ExampleConfig_Options() {
	options, err := kong.Config{Credentials: true}.Options() // any origin
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = cors.New(options...)
	fmt.Println(err)
	_, err = cors.New(append(options, cors.Dangerously(cors.AnyOriginWithCredentials))...)
	fmt.Println(err)
	// Output:
	// cors: origins: "*": any web page may use the API; name the origins with WithOrigins; to permit it all the same, add Dangerously(AnyOriginWithCredentials) (any_origin)
	// <nil>
}
