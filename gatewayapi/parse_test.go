package gatewayapi_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-12f469a5/cors"
	"github.com/seed-12f469a5/cors/gatewayapi"
)

// Two manifests of kgateway's page, https://kgateway.dev/docs/envoy/latest/security/cors/, as they were for v2.1.
const (
	kgatewayRoute = `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: httpbin-cors
  namespace: httpbin
spec:
  parentRefs:
    - {name: http, namespace: kgateway-system}
  hostnames: [cors.example]
  rules:
    - filters:
        - type: CORS
          cors:
            allowCredentials: true
            allowHeaders: [Origin]
            allowMethods: [GET, POST, OPTIONS]
            allowOrigins: ["https://example.com/"]
            exposeHeaders: [Origin, X-HTTPRoute-Header]
            maxAge: 86400
      backendRefs:
        - {name: httpbin, port: 8000}
`
	kgatewayPolicy = `
apiVersion: gateway.kgateway.dev/v1alpha1
kind: TrafficPolicy
metadata:
  name: httpbin-cors
  namespace: httpbin
spec:
  cors:
    allowCredentials: true
    allowHeaders: ["Origin", "Authorization", "Content-Type"]
    allowMethods: ["GET", "POST", "OPTIONS"]
    allowOrigins: ["https://example.com/"]
    exposeHeaders: ["Origin", "X-TrafficPolicy-Header"]
    maxAge: 86400
`
	kgatewayAttachment = `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: httpbin-cors
  namespace: httpbin
spec:
  rules:
    - filters:
        - type: ExtensionRef
          extensionRef: {group: gateway.kgateway.dev, kind: TrafficPolicy, name: httpbin-cors}
      backendRefs:
        - {name: httpbin, port: 8000}
`
)

var (
	kgatewayRouteFilter = gatewayapi.Filter{
		AllowOrigins: []string{"https://example.com/"}, AllowMethods: []string{"GET", "POST", "OPTIONS"}, AllowHeaders: []string{"Origin"},
		ExposeHeaders: []string{"Origin", "X-HTTPRoute-Header"}, AllowCredentials: true, MaxAge: seconds(86400),
	}
	kgatewayPolicyFilter = gatewayapi.Filter{
		AllowOrigins: []string{"https://example.com/"}, AllowMethods: []string{"GET", "POST", "OPTIONS"}, AllowHeaders: []string{"Origin", "Authorization", "Content-Type"},
		ExposeHeaders: []string{"Origin", "X-TrafficPolicy-Header"}, AllowCredentials: true, MaxAge: seconds(86400),
	}
)

func a(origins ...string) gatewayapi.Filter { return gatewayapi.Filter{AllowOrigins: origins} }

func TestParseFindsFilters(t *testing.T) {
	tests := []struct {
		name, data string
		want       []gatewayapi.Filter
	}{
		{"HTTPRoute", kgatewayRoute, []gatewayapi.Filter{kgatewayRouteFilter}},
		{"TrafficPolicy", kgatewayPolicy, []gatewayapi.Filter{kgatewayPolicyFilter}},
		{"TrafficPolicy, and the HTTPRoute that refers to it", kgatewayPolicy + "---" + kgatewayAttachment, []gatewayapi.Filter{kgatewayPolicyFilter}},
		{"both in one stream", kgatewayRoute + "---" + kgatewayPolicy, []gatewayapi.Filter{kgatewayRouteFilter, kgatewayPolicyFilter}},
		{"empty documents between them", "---\n# nothing\n---\n" + kgatewayRoute + "---\n---\n" + kgatewayPolicy + "---\n", []gatewayapi.Filter{kgatewayRouteFilter, kgatewayPolicyFilter}},
		{"CRLF", strings.ReplaceAll(kgatewayRoute, "\n", "\r\n"), []gatewayapi.Filter{kgatewayRouteFilter}},
		{"byte order mark", "\ufeff" + kgatewayRoute, []gatewayapi.Filter{kgatewayRouteFilter}},

		{"bare filter", "allowOrigins: ['https://a.com']", []gatewayapi.Filter{a("https://a.com")}},
		{"bare filter in braces", "{allowOrigins: ['https://a.com']}", []gatewayapi.Filter{a("https://a.com")}},
		{"bare filter, JSON", `{"allowOrigins":["https://a.com"]}`, []gatewayapi.Filter{a("https://a.com")}},
		{"bare filter with its type", "type: CORS\ncors: {allowOrigins: ['https://a.com']}", []gatewayapi.Filter{a("https://a.com")}},
		{"several bare filters", "allowOrigins: ['https://a.com']\n---\nallowOrigins: ['https://b.com']", []gatewayapi.Filter{a("https://a.com"), a("https://b.com")}},
		{"JSON texts in a row", `{"allowOrigins":["https://a.com"]} {"allowOrigins":["https://b.com"]}`, []gatewayapi.Filter{a("https://a.com"), a("https://b.com")}},
		{"JSON with tabs and escapes", "\t{\n\t\t\"allowOrigins\":\t[\"https:\\/\\/a.com\"],\n\t\t\"allowHeaders\": [\"X-\\u0041\"]\n\t}\n",
			[]gatewayapi.Filter{{AllowOrigins: []string{"https://a.com"}, AllowHeaders: []string{"X-A"}}}},
		{"JSON with a surrogate pair elsewhere", `{"kind":"TrafficPolicy","metadata":{"annotations":{"x":"\ud83d\ude00"}},"spec":{"cors":{"allowOrigins":["*"]}}}`,
			[]gatewayapi.Filter{a("*")}},

		{"absent, null and empty", "allowOrigins: ['*']\nallowMethods: []\nallowHeaders: null\nmaxAge: ~\nallowCredentials:",
			[]gatewayapi.Filter{{AllowOrigins: []string{"*"}, AllowMethods: []string{}}}},
		{"false and 0", "allowOrigins: ['*']\nallowCredentials: false\nmaxAge: 0", []gatewayapi.Filter{{AllowOrigins: []string{"*"}, MaxAge: seconds(0)}}},
		{"a whole number with a point", "maxAge: 3600.0", []gatewayapi.Filter{{MaxAge: seconds(3600)}}},
		{"a whole number with a point, JSON", `{"maxAge": 3.6e3}`, []gatewayapi.Filter{{MaxAge: seconds(3600)}}},
		{"aliases", "allowOrigins: &o ['https://a.com']\nallowHeaders: &h [X-A]\nexposeHeaders: *h",
			[]gatewayapi.Filter{{AllowOrigins: []string{"https://a.com"}, AllowHeaders: []string{"X-A"}, ExposeHeaders: []string{"X-A"}}}},
		{"an empty filter", "type: CORS\ncors: {}", []gatewayapi.Filter{{}}},

		{"rules and references, in order", `
kind: HTTPRoute
apiVersion: gateway.networking.k8s.io/v1beta1
spec:
  rules:
  - filters:
    - {type: URLRewrite, urlRewrite: {hostname: a}}
    - {type: CORS, cors: {allowOrigins: ["https://1.com"]}}
    backendRefs:
    - {name: a, filters: [{type: CORS, cors: {allowOrigins: ["https://2.com"]}}]}
    - {name: b}
    - {name: c, filters: [{type: CORS, cors: {allowOrigins: ["https://3.com"]}}]}
  - {}
  - filters: [{type: CORS, cors: {allowOrigins: ["https://4.com"]}}]
`, []gatewayapi.Filter{a("https://1.com"), a("https://2.com"), a("https://3.com"), a("https://4.com")}},
		{"no apiVersion", "kind: TrafficPolicy\nspec: {cors: {allowOrigins: ['*']}}", []gatewayapi.Filter{a("*")}},
		{"disable beside another policy", "kind: TrafficPolicy\nspec: {cors: {disable: {}}}\n---\nkind: TrafficPolicy\nspec: {cors: {allowOrigins: ['*'], disable: null}}",
			[]gatewayapi.Filter{a("*")}},
		{"List", `{"apiVersion":"v1","kind":"List","metadata":{"resourceVersion":""},"items":[
			{"apiVersion":"gateway.networking.k8s.io/v1","kind":"HTTPRoute","metadata":{"creationTimestamp":"2025-06-24T13:19:53Z"},
			 "spec":{"rules":[{"filters":[{"type":"CORS","cors":{"allowOrigins":["https://a.com"],"maxAge":5}}]}]},"status":{"parents":[]}},
			{"apiVersion":"gateway.kgateway.dev/v1alpha1","kind":"TrafficPolicy","spec":{"cors":{"allowOrigins":["https://b.com"]}}}]}`,
			[]gatewayapi.Filter{{AllowOrigins: []string{"https://a.com"}, MaxAge: seconds(5)}, a("https://b.com")}},
		{"HTTPRouteList", `{"kind":"HTTPRouteList","items":[{"kind":"HTTPRoute","spec":{"rules":[{"filters":[{"type":"CORS","cors":{"allowOrigins":["*"]}}]}]}}]}`,
			[]gatewayapi.Filter{a("*")}},
		{"TrafficPolicyList", `{"kind":"TrafficPolicyList","items":[{"kind":"TrafficPolicy","spec":{"cors":{"allowOrigins":["*"]}}}]}`, []gatewayapi.Filter{a("*")}},
		{"a date in the metadata", "kind: TrafficPolicy\nmetadata: {creationTimestamp: 2025-06-24T13:19:53Z}\nspec: {cors: {allowOrigins: ['*']}}", []gatewayapi.Filter{a("*")}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			filters, err := gatewayapi.Parse([]byte(tt.data))
			require.NoError(t, err)
			assert.Equal(t, tt.want, filters)
		})
	}
}

func TestParseRefusesAllElse(t *testing.T) {
	route := func(rule string) string { return "kind: HTTPRoute\nspec: {rules: [" + rule + "]}" }
	many := func(n int, s string) string { return "[" + strings.TrimSuffix(strings.Repeat(s+", ", n), ", ") + "]" }
	tests := []struct {
		name, data string
		want       []string // a part of each line
	}{
		{"nothing", "", []string{"the input is empty; it must have an HTTPRoute, a TrafficPolicy or a CORS filter"}},
		{"white space", " \n\t\n", []string{""}},
		{"a comment", "# allowOrigins: []", []string{"the input is empty"}},
		{"empty documents", "---\n---\n", []string{"the input is empty"}},
		{"null", "null", []string{"the input is empty"}},
		{"an empty object", "{}", []string{"the object is empty"}},
		{"a number", "5", []string{"it is the value 5; it must be an HTTPRoute"}},
		{"a string", "allowOrigins", []string{`it is the string "allowOrigins"`}},
		{"a list", "- allowOrigins: ['*']", []string{"it is a list"}},
		{"a JSON list", `[{"allowOrigins":["*"]}]`, []string{"it is a list"}},
		{"a key that is not a string", "1: 2", []string{"it is an object with a key that is not a string"}},
		{"bytes", "\xff\xfe\x00", []string{""}},

		{"YAML syntax", "allowOrigins: [", []string{"gatewayapi: yaml: "}},
		{"JSON syntax", `{"allowOrigins": ["*"}`, []string{"gatewayapi: yaml: "}},
		{"* without quotes", "allowOrigins:\n- *", []string{`a "*" needs quotes`}},
		{"duplicate key", "allowOrigins: ['*']\nallowOrigins: []", []string{"", `mapping key "allowOrigins" already defined`}},
		{"duplicate key, JSON", `{"maxAge":5,"maxAge":6}`, []string{`the key "maxAge" is there twice in one object; remove one of them`}},
		{"duplicate key elsewhere, JSON", `{"kind":"HTTPRoute","metadata":{"a":[{"b":1,"b":2}]}}`, []string{`the key "b" is there twice`}},
		{"an alias in itself", "allowOrigins: &a [*a]", []string{"gatewayapi: yaml: "}},
		{"deep", strings.Repeat("[", 100_000), []string{"gatewayapi: yaml: "}},
		{"deep, JSON", strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000), []string{"gatewayapi: yaml: "}},
		{"syntax in a later document", "allowOrigins: ['*']\n---\nallowOrigins: [", []string{"gatewayapi: yaml: "}},

		{"another kind", "apiVersion: v1\nkind: Service", []string{`gatewayapi: kind: "Service" is not read here; write HTTPRoute or TrafficPolicy`}},
		{"another kind beside a filter", kgatewayRoute + "---\nkind: Gateway", []string{`gatewayapi: document 2: kind: "Gateway" is not read here`}},
		{"kind in lower case", "kind: httproute", []string{`kind: "httproute" is not read here`}},
		{"kind empty", "kind: ''", []string{`kind: "" is not read here`}},
		{"kind null", "kind:", []string{`kind: it is missing`}},
		{"kind of a wrong type", "kind: [HTTPRoute]", []string{`kind: it is a list, where a string must be`}},
		{"no kind", "apiVersion: gateway.networking.k8s.io/v1\nspec: {}", []string{`kind: it is missing; write HTTPRoute or TrafficPolicy`}},
		{"another group", "apiVersion: networking.k8s.io/v1\nkind: HTTPRoute", []string{`apiVersion: "networking.k8s.io/v1" is not that of the kind HTTPRoute; write "gateway.networking.k8s.io/v1"`}},
		{"no group", "apiVersion: v1\nkind: TrafficPolicy", []string{`apiVersion: "v1" is not that of the kind TrafficPolicy; write "gateway.kgateway.dev/v1alpha1"`}},
		{"apiVersion of a wrong type", "apiVersion: 1\nkind: HTTPRoute", []string{`apiVersion: it is the value 1, where a string must be`}},
		{"List in a List", "kind: List\nitems: [{kind: List}]", []string{`items[0].kind: "List" is not read here`}},
		{"something else in a List", "kind: List\nitems: [5, {kind: Pod}, {}]",
			[]string{`items[0]: it is the value 5, where an object must be`, `items[1].kind: "Pod" is not read here`, `items[2].kind: it is missing`}},

		{"HTTPRoute without a spec", "kind: HTTPRoute", []string{"there is no CORS filter in the input"}},
		{"HTTPRoute without a CORS filter", kgatewayAttachment, []string{"there is no CORS filter in the input; an HTTPRoute has it in spec.rules[].filters[].cors"}},
		{"TrafficPolicy without cors", "kind: TrafficPolicy\nspec: {csrf: {}}", []string{"there is no CORS filter"}},
		{"TrafficPolicy that disables CORS", "kind: TrafficPolicy\nspec: {cors: {disable: {}}}", []string{"there is no CORS filter"}},
		{"empty List", "kind: List\nitems: []", []string{"there is no CORS filter"}},
		{"spec of a wrong type", "kind: HTTPRoute\nspec: []", []string{`spec: it is a list, where an object must be`}},
		{"rules of a wrong type", "kind: HTTPRoute\nspec: {rules: {}}", []string{`spec.rules: it is an object, where a list must be`}},
		{"a rule of a wrong type", route("x"), []string{`spec.rules[0]: it is the string "x", where an object must be`}},
		{"backendRefs of a wrong type", route("{backendRefs: true}"), []string{`spec.rules[0].backendRefs: it is the value true, where a list must be`}},
		{"cors of a wrong type", "kind: TrafficPolicy\nspec: {cors: true}", []string{`spec.cors: it is the value true, where an object must be`}},
		{"disable of a wrong type", "kind: TrafficPolicy\nspec: {cors: {disable: true}}", []string{`spec.cors.disable: it is the value true, where an object must be`}},
		{"type missing", route("{filters: [{cors: {}}]}"), []string{`spec.rules[0].filters[0].type: it is missing; write CORS for a CORS filter`}},
		{"type of another filter", route("{filters: [{type: URLRewrite, cors: {}}]}"), []string{`spec.rules[0].filters[0].type: "URLRewrite" is not for a filter with the field cors; write CORS`}},
		{"type in lower case", route("{filters: [{type: cors, cors: {}}]}"), []string{`"cors" is not for a filter with the field cors; write CORS`}},
		{"cors missing", route("{filters: [{type: CORS}]}"), []string{`spec.rules[0].filters[0].cors: it is missing, beside type: CORS`}},
		{"cors missing in a reference", route("{backendRefs: [{filters: [{type: CORS, cros: {}}]}]}"), []string{`spec.rules[0].backendRefs[0].filters[0].cors: it is missing`}},
		{"CORS repeated", route("{filters: [{type: CORS, cors: {}}, {type: CORS, cors: {}}, {type: CORS, cors: {}}]}"), []string{`spec.rules[0].filters[1]: the CORS filter is repeated`}},
		{"too many rules", route(strings.Repeat("{}, ", 16) + "{}"), []string{"spec.rules: there are 17 entries, and the Gateway API takes at most 16"}},
		{"too many filters", route("{filters: " + many(17, "{type: ExtensionRef}") + "}"), []string{"spec.rules[0].filters: there are 17 entries"}},
		{"too many references", route("{backendRefs: " + many(17, "{}") + "}"), []string{"spec.rules[0].backendRefs: there are 17 entries"}},
		{"bare filter of another type", "type: URLRewrite", []string{"type: this is no CORS filter; write CORS"}},

		{"unknown field", "allowOrigin: ['*']", []string{"gatewayapi: allowOrigin: it is not a field of a CORS filter; did you mean allowOrigins?"}},
		{"unknown field in another case", "alloworigins: ['*']", []string{"alloworigins: it is not a field of a CORS filter; did you mean allowOrigins?"}},
		{"unknown field of another system", "allowed_headers: []", []string{"allowed_headers: it is not a field of a CORS filter; did you mean allowHeaders?"}},
		{"unknown fields of another system", "exposed_headers: [X]\nmax_age: 5\ncredentials: true",
			[]string{"credentials: it is not a field of a CORS filter; did you mean allowCredentials?", "exposed_headers: it is not a field of a CORS filter; did you mean exposeHeaders?", "max_age: it is not a field of a CORS filter; did you mean maxAge?"}},
		{"unknown field like none", "x: 1", []string{"x: it is not a field of a CORS filter; the fields are allowOrigins, allowMethods, allowHeaders, exposeHeaders, allowCredentials, maxAge"}},
		{"unknown field of an HTTPRoute's filter", route("{filters: [{type: CORS, cors: {allowMethod: [GET]}}]}"), []string{"spec.rules[0].filters[0].cors.allowMethod: it is not a field of a CORS filter; did you mean allowMethods?"}},
		{"unknown field of a TrafficPolicy", "kind: TrafficPolicy\nspec: {cors: {maxage: 5}}", []string{"spec.cors.maxage: it is not a field of a CORS filter; did you mean maxAge?"}},
		{"a field that breaks the line", `{"na\nme": 1}`, []string{`gatewayapi: "na\nme": it is not a field of a CORS filter`}},
		{"disable in an HTTPRoute", route("{filters: [{type: CORS, cors: {disable: {}}}]}"), []string{"cors.disable: it is not a field of a CORS filter"}},

		{"a string for a list", "allowOrigins: '*'", []string{`allowOrigins: it is the string "*", where a list must be`}},
		{"an object for a list", "allowHeaders: {}", []string{`allowHeaders: it is an object, where a list must be`}},
		{"a number in a list", "allowMethods: [GET, 1]", []string{`allowMethods[1]: it is the value 1, where a string must be`}},
		{"null in a list", `{"exposeHeaders": [null]}`, []string{`exposeHeaders[0]: it is null, where a string must be`}},
		{"a list in a list", "allowHeaders: [[X-A]]", []string{`allowHeaders[0]: it is a list, where a string must be`}},
		{"a string for a boolean", `{"allowCredentials": "true"}`, []string{`allowCredentials: it is the string "true", where true or false must be`}},
		{"a number for a boolean", "allowCredentials: 1", []string{`allowCredentials: it is the value 1, where true or false must be`}},
		{"a string for a number", "maxAge: '5'", []string{`maxAge: it is the string "5", where a whole number must be`}},
		{"a duration for a number", "maxAge: 5s", []string{`maxAge: it is the string "5s", where a whole number must be`}},
		{"a fraction", "maxAge: 5.5", []string{`maxAge: it is the value 5.5, where a whole number must be`}},
		{"a number beyond all", `{"maxAge": 1e999}`, []string{`maxAge: it is the value +Inf, where a whole number must be`}},
		{"a boolean for a number", "maxAge: true", []string{`maxAge: it is the value true, where a whole number must be`}},
		{"everything at once", "allowOrigins: 1\nfoo: 2\nmaxAge: x\n---\nkind: Pod",
			[]string{"document 1: foo: ", "document 1: allowOrigins: ", "document 1: maxAge: ", "document 2: kind: "}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			filters, err := gatewayapi.Parse([]byte(tt.data))
			require.Error(t, err, "%+v", filters)
			assert.Nil(t, filters)
			assert.True(t, strings.HasPrefix(err.Error(), "gatewayapi: "), err)
			lines := strings.Split(err.Error(), "\n")
			require.Len(t, lines, len(tt.want), err)
			for i, want := range tt.want {
				assert.Contains(t, lines[i], want)
			}
		})
	}
}

// Aliases can make much of little.
func TestParseIsNotBlownUpByAliases(t *testing.T) {
	var b strings.Builder
	b.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i < 10; i++ {
		prev := "*a" + string(rune('0'+i-1))
		b.WriteString("a" + string(rune('0'+i)) + ": &a" + string(rune('0'+i)) + " [" + strings.TrimSuffix(strings.Repeat(prev+", ", 10), ", ") + "]\n")
	}
	_, err := gatewayapi.Parse([]byte(b.String()))
	require.Error(t, err)
	assert.Contains(t, err.Error(), "excessive aliasing")
}

// The answers that kgateway's page shows, without the header names that browsers forbid.
func TestKgatewayManifestsMakePolicies(t *testing.T) {
	for data, want := range map[string]cors.Config{
		kgatewayRoute: {
			Origins: []string{"https://example.com"}, Methods: []string{"GET", "POST", "OPTIONS"}, Headers: []string{},
			ExposedHeaders: []string{"Origin", "X-HTTPRoute-Header"}, Credentials: true, MaxAge: seconds(86400), PreflightStatus: 200, PreflightExposedHeaders: true,
		},
		kgatewayPolicy: {
			Origins: []string{"https://example.com"}, Methods: []string{"GET", "POST", "OPTIONS"}, Headers: []string{"Authorization", "Content-Type"},
			ExposedHeaders: []string{"Origin", "X-TrafficPolicy-Header"}, Credentials: true, MaxAge: seconds(86400), PreflightStatus: 200, PreflightExposedHeaders: true,
		},
	} {
		filters, err := gatewayapi.Parse([]byte(data))
		require.NoError(t, err)
		require.Len(t, filters, 1)
		assert.Equal(t, want, policyOf(t, filters[0]).Config())
	}
}

// Whatever comes in, Parse returns filters or an error, and so does what is done with the filters. What is written is read
// back as it was.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		kgatewayRoute, kgatewayPolicy, kgatewayAttachment, conformanceManifest, "allowOrigins: ['https://a.com/']", `{"allowOrigins":["*"],"maxAge":1e3}`,
		"kind: List\nitems: [{kind: TrafficPolicy, spec: {cors: {disable: {}}}}]", "type: CORS\ncors: {allowOrigins: &a [x], allowHeaders: *a}",
		"allowOrigin: x\n---\nmaxAge: -1", "- *", "{}", "? a\n: b", "allowCredentials: yes", "<<: {maxAge: 1}", "maxAge: 0x10", "!!set {maxAge}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		filters, err := gatewayapi.Parse(data)
		if (err == nil) != (len(filters) > 0) {
			t.Fatalf("%d filters and the error %v", len(filters), err)
		}
		for _, filter := range filters {
			opts, err := filter.Options()
			if err == nil {
				policy, err := cors.New(opts...)
				if err == nil {
					exported, err := gatewayapi.FromPolicy(policy)
					if err != nil {
						t.Fatalf("the policy of %+v cannot be exported: %v", filter, err)
					}
					if !assert.ObjectsAreEqual(policy.Config(), policyOf(t, exported).Config()) {
						t.Fatalf("the policy of %+v comes back as that of %+v", filter, exported)
					}
				}
			}
			text, err := json.Marshal(filter)
			if err != nil {
				t.Fatal(err)
			}
			if string(text) == "{}" {
				continue
			}
			back, err := gatewayapi.Parse(text)
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			if again, err := json.Marshal(back[0]); err != nil || string(again) != string(text) {
				t.Fatalf("%s comes back as %s (%v)", text, again, err)
			}
		}
	})
}
