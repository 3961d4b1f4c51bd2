package kong_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/seed-12f469a5/cors/kong"
)

func seconds(n int) *int { return &n }

func isTrue(b bool) *bool { return &b }

// documented is what the examples of Kong's documents say since 2015, in words that changed.
func documented(origins ...string) kong.Config {
	return kong.Config{
		Origins:        origins,
		Methods:        []string{"GET", "POST"},
		Headers:        []string{"Accept", "Accept-Version", "Content-Length", "Content-MD5", "Content-Type", "Date", "X-Auth-Token"},
		ExposedHeaders: []string{"X-Auth-Token"},
		Credentials:    true,
		MaxAge:         seconds(3600),
	}
}

func TestParseReadsEveryGenerationOfTheDocuments(t *testing.T) {
	for name, row := range map[string]struct {
		doc  string
		want kong.Config
	}{
		"the admin API's answer of 2015": {`{
			"api_id": "5fd1z584-1adb-40a5-c042-63b19db49x21", "id": "4d924084-1adb-40a5-c042-63b19db421d1",
			"name": "cors", "enabled": true, "created_at": 1422386534,
			"value": {
				"origin": "mockbin.com", "methods": "GET,POST",
				"headers": "Accept, Accept-Version, Content-Length, Content-MD5, Content-Type, Date, X-Auth-Token",
				"exposed_headers": "X-Auth-Token", "credentials": true, "max_age": 3600
			}}`, documented("mockbin.com")},
		"strings for lists, since 0.3": {`{
			"name": "cors",
			"config": {
				"origin": "mockbin.com", "methods": "GET, POST",
				"headers": "Accept, Accept-Version, Content-Length, Content-MD5, Content-Type, Date, X-Auth-Token",
				"exposed_headers": "X-Auth-Token", "credentials": true, "max_age": 3600
			}}`, documented("mockbin.com")},
		"an empty document at the end": {"---\norigins: [mockbin.com]\n---\n# no more\n", kong.Config{Origins: []string{"mockbin.com"}}},
		"KongPlugin with strings": {`
apiVersion: configuration.konghq.com/v1
kind: KongPlugin
metadata:
  name: cors-example
config:
  origins: http://mockbin.com
  methods: GET, POST
  headers: Accept, Accept-Version, Content-Length, Content-MD5, Content-Type, Date, X-Auth-Token
  exposed_headers: X-Auth-Token
  credentials: true
  max_age: 3600
plugin: cors
`, documented("http://mockbin.com")},
		"declarative YAML with arrays": {`
name: cors
service: example-service
config:
  origins:
  - http://mockbin.com
  methods:
  - GET
  - POST
  headers:
  - Accept
  - Accept-Version
  - Content-Length
  - Content-MD5
  - Content-Type
  - Date
  - X-Auth-Token
  exposed_headers:
  - X-Auth-Token
  credentials: true
  max_age: 3600
`, documented("http://mockbin.com")},
		"the admin API's answer of today": {`{
			"id": "ec1a1f6f-2aa4-4e58-93ff-b56368f19b27", "name": "cors", "instance_name": null, "enabled": true,
			"service": {"id": "af8330d3-dbdc-48bd-b1be-55b98608834b"}, "route": null, "consumer": null, "consumer_group": null,
			"protocols": ["grpc", "grpcs", "http", "https"], "tags": ["user-level"], "ordering": {"before": {"access": []}},
			"created_at": 1641024000, "updated_at": 1641024000, "partials": null, "condition": null,
			"config": {
				"origins": ["http://mockbin.com"], "methods": ["GET", "POST"],
				"headers": null, "exposed_headers": null, "max_age": null,
				"credentials": false, "preflight_continue": false, "private_network": false, "allow_origin_absent": true
			}}`, kong.Config{Origins: []string{"http://mockbin.com"}, Methods: []string{"GET", "POST"}, AllowOriginAbsent: isTrue(true)}},
		"the bare configuration": {
			"origins: [http://mockbin.com]\nmethods: [GET, POST]\n",
			kong.Config{Origins: []string{"http://mockbin.com"}, Methods: []string{"GET", "POST"}},
		},
		"nothing configured":     {`{"name": "cors"}`, kong.Config{}},
		"config is null":         {`{"name": "cors", "config": null}`, kong.Config{}},
		"the plugin is not said": {`{"config": {"max_age": 0}}`, kong.Config{MaxAge: seconds(0)}},
		"an empty configuration": {`{}`, kong.Config{}},
		"every field": {`{
			"origins": ["https://a.example"], "methods": ["PUT"], "headers": ["X-A"], "exposed_headers": ["X-B"], "credentials": true,
			"max_age": 1728000, "preflight_continue": true, "private_network": true, "allow_origin_absent": false}`,
			kong.Config{
				Origins: []string{"https://a.example"}, Methods: []string{"PUT"}, Headers: []string{"X-A"}, ExposedHeaders: []string{"X-B"},
				Credentials: true, MaxAge: seconds(1728000), PreflightContinue: true, PrivateNetwork: true, AllowOriginAbsent: isTrue(false),
			}},
		"strings for numbers and booleans": {
			`{"credentials": "true", "max_age": "3600", "preflight_continue": "false", "private_network": "true", "allow_origin_absent": "false"}`,
			kong.Config{Credentials: true, MaxAge: seconds(3600), PrivateNetwork: true, AllowOriginAbsent: isTrue(false)},
		},
		"a whole number that is no integer": {`{"max_age": 3.6e3}`, kong.Config{MaxAge: seconds(3600)}},
		"a tag that is not true":            {"config: !!null {origins: !!null ['https://a.example']}", kong.Config{Origins: []string{"https://a.example"}}},
		"an octal number":                   {`max_age: 010`, kong.Config{MaxAge: seconds(8)}},
		"a leading zero":                    {`{"max_age": "010"}`, kong.Config{MaxAge: seconds(10)}},
		"a hexadecimal number":              {`max_age: 0x10`, kong.Config{MaxAge: seconds(16)}},
		"empty lists":                       {`{"origins": [], "methods": [], "headers": []}`, kong.Config{Origins: []string{}, Methods: []string{}, Headers: []string{}}},
		"nulls":                             {"origins:\norigin: null\nmethods: ~\ncredentials: null\n", kong.Config{}},
		"origin as an array":                {`{"origin": ["*"]}`, kong.Config{Origins: []string{"*"}}},
		"commas inside an expression": {
			`{"origins": "https://[a-z]{1,3}\\.example\\.com, https://(a,b)[,]\\,x, https://b.example"}`,
			kong.Config{Origins: []string{`https://[a-z]{1,3}\.example\.com`, `https://(a,b)[,]\,x`, "https://b.example"}},
		},
		"an array's entries as they are": {`{"origins": ["a,b", " https://a.example"]}`, kong.Config{Origins: []string{"a,b", " https://a.example"}}},
		"JSON's own escapes":             {"\t{\"origins\": [\"https:\\/\\/a.example\", \"\\ud83d\\ude00\"]}\n", kong.Config{Origins: []string{"https://a.example", "😀"}}},
		"anchors and merge keys": {`
config:
  <<: &common {credentials: true, origins: &list [https://a.example]}
  headers: &name [X-A]
  exposed_headers: *name
`, kong.Config{Origins: []string{"https://a.example"}, Headers: []string{"X-A"}, ExposedHeaders: []string{"X-A"}, Credentials: true}},
		"a field goes before the merged one": {"config: {<<: [{max_age: 1}, {max_age: 2, methods: [PUT]}], methods: [GET]}", kong.Config{MaxAge: seconds(1), Methods: []string{"GET"}}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := kong.Parse([]byte(row.doc))
			require.NoError(t, err, row.doc)
			assert.Equal(t, row.want, got, row.doc)
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for name, row := range map[string]struct{ doc, want string }{
		"nothing":                       {"", "empty"},
		"white space":                   {" \n\t\n", ""},
		"a comment":                     {"# cors", "empty"},
		"null":                          {"null", "null is not a configuration"},
		"a string":                      {"cors", `"cors" is not a configuration`},
		"a list":                        {"[]", "a list is not a configuration"},
		"a number":                      {"7", `"7" is not a configuration`},
		"half of JSON":                  {`{"origins": [`, "neither JSON nor YAML"},
		"JSON and more":                 {`{"origins": ["*"]} x`, "neither JSON nor YAML"},
		"JSON twice":                    {`{"origins": ["*"]} {"origins": ["*"]}`, "neither JSON nor YAML"},
		"two documents":                 {"origins: ['*']\n---\norigins: ['*']\n", "more than one document"},
		"two documents, one empty":      {"origins: ['*']\n---\n---\norigins: ['*']\n", "more than one document"},
		"broken YAML":                   {"origins: [", "neither JSON nor YAML"},
		"a star without quotes":         {"origins: [*]", `a "*" needs quotes`},
		"a star without quotes, twice":  {"origins:\n- https://a.example\n- *.example.com", `a "*" needs quotes`},
		"a list of Kubernetes":          {"apiVersion: v1\nkind: List\nitems: [{plugin: cors}]", `"items": line 3: this is a whole declarative configuration, or a list`},
		"a list of the admin API":       {`{"data": [{"name": "cors"}], "next": null}`, `"data": line 1: this is a whole declarative configuration, or a list`},
		"a KongPlugin without plugin":   {"apiVersion: configuration.konghq.com/v1\nkind: KongPlugin\norigins: ['*']", `a KongPlugin has "plugin: cors"`},
		"broken YAML further down":      {"origins: ['*']\n---\n[", "neither JSON nor YAML"},
		"no UTF-8":                      {"origins: ['\xff']", "not UTF-8"},
		"another plugin":                {`{"name": "rate-limiting", "config": {}}`, `"rate-limiting" is another plugin`},
		"the plugin in capitals":        {"name: CORS", `"CORS" is another plugin`},
		"a ConfigMap":                   {"kind: ConfigMap\nconfig: {origins: ['*']}", `kong: kind: line 1: "ConfigMap" is not a plugin's; write KongPlugin or KongClusterPlugin`},
		"a KongPlugin of another group": {"apiVersion: v1\nkind: KongPlugin\nplugin: cors", `kong: apiVersion: line 1: "v1" is not a plugin's; write configuration.konghq.com/v1`},
		"a KongPlugin of no plugin":     {"kind: KongPlugin\nconfig: {origins: ['*']}", `kong: plugin: line 1: it is missing; a KongPlugin has "plugin: cors", and its configuration below "config"`},
		"another KongPlugin":            {"plugin: rate-limiting\nconfig: {}", `"rate-limiting" is another plugin`},
		"a name that is a list":         {"name: [cors]", "a list is another plugin"},
		"a configuration that is none":  {"name: cors\nconfig: []", "config: line 2: a list is not a configuration"},
		"config and value":              {`{"config": {}, "value": {}}`, "config and value are the same"},
		"a whole file":                  {"_format_version: '3.0'\nplugins: [{name: cors}]", "give Parse one of its plugins"},
		"a field beside config":         {"name: cors\norigins: ['*']", `origins: line 2: it belongs below "config"`},
		"an unknown field":              {"orgins: ['*']", `"orgins": line 1: there is no such field; the nearest is "origins"`},
		"configFrom":                    {"plugin: cors\nconfigFrom: {secretKeyRef: {name: x}}", `"configFrom": line 2: the configuration lies elsewhere`},
		"an unknown field, null":        {"maxAge: null", `the nearest is "max_age"`},
		"an unknown field, hyphens":     {"exposed-headers: [X-A]", `the nearest is "exposed_headers"`},
		"an unknown field of a plugin":  {"name: cors\nenable: true", `"enable": line 2: there is no such field; the nearest is "enabled"`},
		"an empty name":                 {`{"": 1}`, "there is no such field"},
		"a very long name":              {`{"` + strings.Repeat("x", 5000) + `": 1}`, "(5000 bytes)"},
		"a name that is a list, again":  {"? [a]\n: b", "a list is not the name of a field"},
		"a field twice, JSON":           {"{\"origins\": [\"https://a.example\"],\n \"origins\": [\"*\"]}", "origins: line 2: it is there already (line 1)"},
		"a field twice, YAML":           {"max_age: 1\nmax_age: 2", "max_age: line 2: it is there already (line 1)"},
		"config twice":                  {`{"config": {}, "config": {"origins": ["*"]}}`, "config: line 1: it is there already"},
		"a mapping that merges itself":  {"config: &a {<<: *a}", "too many merge keys"},
		"a scalar that is merged":       {"config: {<<: 7}", `"7" is not a configuration`},
		"origin and origins":            {`{"origin": "https://a.example", "origins": []}`, "Kong 0.10 renamed it to origins"},
		"several in origin":             {`{"origin": "https://a.example, https://b.example"}`, "is more than one; write origins"},
		"a number among the origins":    {"origins: [https://a.example, 7]", `origins: line 1: "7" is not a string; write [https://example.com]`},
		"null among the methods":        {"methods:\n- GET\n-", "methods: line 3: null is not a string; write [GET, POST]"},
		"a list among the headers":      {"headers: [[X-A]]", "headers: line 1: a list is not a string; write [X-Auth-Token]"},
		"an empty entry":                {`{"origins": [""]}`, "origins: line 1: an entry is empty"},
		"an empty string for a list":    {`{"headers": ""}`, `headers: line 1: "" has an empty entry`},
		"a comma too many":              {`{"methods": "GET, POST,"}`, `methods: line 1: "GET, POST," has an empty entry`},
		"a number for a list":           {"methods: 7", `methods: line 1: "7" is not a list; write [GET, POST]`},
		"a string tagged as null":       {"origins: !!null https://a.example", `origins: line 1: "https://a.example" is not a list`},
		"an entry tagged as null":       {"origins: [!!null https://a.example]", `origins: line 1: "https://a.example" is not a string`},
		"a boolean for a list":          {"origins: true", `origins: line 1: "true" is not a list`},
		"a mapping for a list":          {"origins: {a: b}", "origins: line 1: a mapping is not a list"},
		"a word for a boolean":          {"credentials: yes", `credentials: line 1: "yes" is not a boolean; write true or false`},
		"a number for a boolean":        {"credentials: 1", `credentials: line 1: "1" is not a boolean`},
		"an untrue boolean":             {"credentials: !!bool maybe", `credentials: line 1: "maybe" is not a boolean`},
		"a list for a boolean":          {"credentials: [true]", "credentials: line 1: a list is not a boolean"},
		"a fraction":                    {"max_age: 1.5", `max_age: line 1: "1.5" is not a whole number of seconds; write one such as 3600`},
		"a unit":                        {"max_age: 1h", `"1h" is not a whole number`},
		"a number with white space":     {"max_age: ' 1'", `" 1" is not a whole number`},
		"a number without end":          {"max_age: .inf", `".inf" is not a whole number`},
		"no number":                     {"max_age: .nan", `".nan" is not a whole number`},
		"a number that is not exact":    {"max_age: 9007199254740993", `"9007199254740993" is not a whole number`},
		"a number beyond all":           {"max_age: 1e300", `"1e300" is not a whole number`},
		"a boolean for a number":        {"max_age: true", `"true" is not a whole number`},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := kong.Parse([]byte(row.doc))
			require.ErrorContains(t, err, row.want, row.doc)
			assert.Zero(t, got, row.doc)
			assert.True(t, strings.HasPrefix(err.Error(), "kong: "), err)
		})
	}
}

func TestParseNamesTheLineInJSON(t *testing.T) {
	_, err := kong.Parse([]byte("{\"origins\": [\"https://a.example\"],\n \"max_age\": 1,\n \"credentials\": 3}"))
	assert.ErrorContains(t, err, "line 3")
}

func TestParseMergesAListOfAliases(t *testing.T) {
	c, err := kong.Parse([]byte("name: ~\ntags: &a {max_age: 5}\nconfig: {<<: [*a]}"))
	require.NoError(t, err)
	assert.Equal(t, 5, *c.MaxAge)
}

func TestParseReportsEverythingAtOnce(t *testing.T) {
	_, err := kong.Parse([]byte("name: core\nenable: true\nconfig:\n  orgins: []\n  max_age: soon\n  headers: [1]\n  headers: []\n"))
	for _, want := range []string{`"core"`, `"enable"`, `"orgins"`, `"soon"`, `"1"`, "already"} {
		require.ErrorContains(t, err, want)
	}
}

func TestParseForm(t *testing.T) {
	for name, row := range map[string]struct {
		form string
		want kong.Config
	}{
		"the documents of 2015, with value": {
			"name=cors&api_id=API_ID&value.origin=mockbin.com&value.methods=GET,POST&value.exposed_headers=X-Auth-Token" +
				"&value.headers=Accept, Accept-Version, Content-Length, Content-MD5, Content-Type, Date, X-Auth-Token" +
				"&value.credentials=true&value.max_age=3600",
			documented("mockbin.com"),
		},
		"the documents since 0.3": {
			"name=cors&config.origin=mockbin.com&config.methods=GET, POST&config.exposed_headers=X-Auth-Token" +
				"&config.headers=Accept, Accept-Version, Content-Length, Content-MD5, Content-Type, Date, X-Auth-Token" +
				"&config.credentials=true&config.max_age=3600",
			documented("mockbin.com"),
		},
		"the documents since 0.10": {
			"name=cors&config.origins=http://mockbin.com&config.methods=GET, POST&config.exposed_headers=X-Auth-Token" +
				"&config.headers=Accept, Accept-Version, Content-Length, Content-MD5, Content-Type, Date, X-Auth-Token" +
				"&config.credentials=true&config.max_age=3600",
			documented("http://mockbin.com"),
		},
		"the documents since 2.0, repeated": {
			"name=cors&config.origins=http://mockbin.com&config.methods=GET&config.methods=POST&config.headers=Accept" +
				"&config.headers=Accept-Version&config.headers=Content-Length&config.headers=Content-MD5&config.headers=Content-Type" +
				"&config.headers=Date&config.headers=X-Auth-Token&config.exposed_headers=X-Auth-Token&config.credentials=true" +
				"&config.max_age=3600",
			documented("http://mockbin.com"),
		},
		"brackets":   {"config.methods[]=GET&config.methods[]=POST", kong.Config{Methods: []string{"GET", "POST"}}},
		"numbers":    {"config.methods[10]=PUT&config.methods[2]=POST&config.methods[1]=GET", kong.Config{Methods: []string{"GET", "POST", "PUT"}}},
		"dots":       {"config.methods.2=POST&config.methods.1=GET", kong.Config{Methods: []string{"GET", "POST"}}},
		"commas":     {"config.origins[1]=https://a,b", kong.Config{Origins: []string{"https://a,b"}}},
		"both":       {"config.methods=GET,PUT&config.methods=POST", kong.Config{Methods: []string{"GET", "PUT", "POST"}}},
		"one and []": {"config.methods=GET&config.methods[]=PUT", kong.Config{Methods: []string{"GET", "PUT"}}},
		"empty":      {"name=cors&config.origins=&config.max_age=&config.credentials=", kong.Config{}},
		"beside": {
			"name=cors&service.id=1&route.name=r&consumer.id=&enabled=true&tags=a&tags[]=b&protocols[1]=http&id=2&instance_name=x",
			kong.Config{},
		},
		"booleans": {
			"config.credentials=false&config.preflight_continue=true&config.private_network=true&config.allow_origin_absent=false",
			kong.Config{PreflightContinue: true, PrivateNetwork: true, AllowOriginAbsent: isTrue(false)},
		},
		"an expression": {`config.origins=https://[a-z]{1,3}\.example\.com`, kong.Config{Origins: []string{`https://[a-z]{1,3}\.example\.com`}}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := kong.ParseForm(form(row.form))
			require.NoError(t, err, row.form)
			assert.Equal(t, row.want, got, row.form)
		})
	}
}

// form splits a form that is readable, which has nothing escaped.
func form(s string) url.Values {
	v := url.Values{}
	for pair := range strings.SplitSeq(s, "&") {
		key, value, _ := strings.Cut(pair, "=")
		v.Add(key, value)
	}
	return v
}

func TestParseFormRefuses(t *testing.T) {
	_, err := kong.ParseForm(nil)
	require.ErrorContains(t, err, "the form is empty")
	for form_, want := range map[string]string{
		"name=key-auth":           "is another plugin",
		"name=cors&name=key-auth": "is another plugin",
		"name=":                   "is another plugin",
		"origins=*":               `write "config.origins"`,
		"config.origins=https://a.example&value.origins=*": "config and value are the same; remove one of them",
		"config=x":               `write one such as "config.origins"`,
		"config[origins]=x":      `write one such as "config.origins"`,
		"enable=true":            `the nearest is "enabled"`,
		"config.=x":              "there is no such field",
		"config.orgins=*":        `"orgins": there is no such field; the nearest is "origins"`,
		"config.orgins=":         `the nearest is "origins"`,
		"config.origins[x]=*":    "is not a place in a list",
		"config.origins[1=*":     "is not a place in a list",
		"config.origins.=*":      "is not a place in a list",
		"config.origins[1][2]=*": "is not a place in a list",
		"config.origins[-1]=*":   "is not a place in a list",
		"config.origins[1]=https://a&config.origins.1=https://b":  "is not a place in a list, or is one that is taken",
		"config.origins[1]=https://a&config.origins[1]=https://b": "is not a place in a list, or is one that is taken",
		"config.origins[1]=":                           "an entry is empty",
		"config.origins=*&value.origins=*&config.x=1":  "there is no such field",
		"config.origins=https://a,,https://b":          "an empty entry",
		"config.credentials=on":                        `"on" is not a boolean`,
		"config.credentials=true&config.credentials=1": "a list is not a boolean",
		"config.max_age=1&config.max_age=2":            "a list is not a whole number",
		"config.max_age[1]=1":                          "a list is not a whole number",
		"config.max_age=soon":                          `"soon" is not a whole number`,
		"config.origin=*&config.origins=*":             "Kong 0.10 renamed it",
	} {
		t.Run(form_, func(t *testing.T) {
			got, err := kong.ParseForm(form(form_))
			require.ErrorContains(t, err, want)
			assert.Zero(t, got)
		})
	}
}

func TestConfigIsReadAndWrittenInsideOtherDocuments(t *testing.T) {
	type file struct {
		Plugins []struct {
			Name   string
			Config kong.Config
		}
	}
	want := kong.Config{Origins: []string{"*"}, Methods: []string{}, Headers: []string{"true"}, Credentials: true, MaxAge: seconds(0), AllowOriginAbsent: isTrue(false)}
	text, err := json.Marshal(want)
	require.NoError(t, err)
	assert.JSONEq(t, `{"origins": ["*"], "methods": [], "headers": ["true"], "credentials": true, "max_age": 0, "allow_origin_absent": false}`, string(text))

	var f file
	require.NoError(t, json.Unmarshal([]byte(`{"plugins": [{"name": "cors", "config": `+string(text)+`}, {"config": null}]}`), &f))
	assert.Equal(t, want, f.Plugins[0].Config)
	assert.Zero(t, f.Plugins[1].Config)
	require.ErrorContains(t, json.Unmarshal([]byte(`{"plugins": [{"config": {"orgins": []}}]}`), &f), `the nearest is "origins"`)

	text, err = yaml.Marshal(map[string]any{"plugins": []any{map[string]any{"config": want}}})
	require.NoError(t, err)
	assert.Equal(t, `plugins:
    - config:
        origins:
            - '*'
        methods: []
        headers:
            - "true"
        credentials: true
        max_age: 0
        allow_origin_absent: false
`, string(text))
	f = file{}
	require.NoError(t, yaml.Unmarshal(text, &f))
	assert.Equal(t, want, f.Plugins[0].Config)
	require.ErrorContains(t, yaml.Unmarshal([]byte("plugins: [{config: {orgins: []}}]"), &f), `the nearest is "origins"`)

	// Other packages for YAML hand over what they read in their own way.
	for _, read := range []any{
		map[string]any{"orgins": []any{"https://a.example"}}, map[any]any{"orgins": "https://a.example"},
	} {
		c := kong.Config{}
		require.ErrorContains(t, c.UnmarshalYAML(func(v any) error {
			if document, ok := v.(*any); ok {
				*document = read
			}
			return nil
		}), `"orgins": there is no such field; the nearest is "origins"`)
	}
	c := kong.Config{}
	require.NoError(t, c.UnmarshalYAML(func(v any) error {
		if document, ok := v.(*any); ok {
			*document = map[string]any{"origin": "https://a.example", "max_age": uint64(5), "methods": []any{"GET"}, "credentials": true}
		}
		return nil
	}))
	assert.Equal(t, kong.Config{Origins: []string{"https://a.example"}, MaxAge: seconds(5), Methods: []string{"GET"}, Credentials: true}, c)

	for _, marshal := range []func(any) ([]byte, error){json.Marshal, yaml.Marshal} {
		text, err = marshal(kong.Config{})
		require.NoError(t, err)
		assert.Equal(t, "{}", strings.TrimSpace(string(text)))
	}
}

// As encoding/json and YAML packages have it: defaults in the program, and a file on top of them.
func TestConfigIsReadOverAnother(t *testing.T) {
	for name, unmarshal := range map[string]func([]byte, any) error{"JSON": json.Unmarshal, "YAML": yaml.Unmarshal} {
		c := kong.Config{Origins: []string{"https://own.example"}, Methods: []string{"PUT"}, Credentials: true, MaxAge: seconds(5)}
		require.NoError(t, unmarshal([]byte(`{"headers": ["X-A"], "origins": null, "methods": "DELETE"}`), &c), name)
		assert.Equal(t, kong.Config{Origins: []string{"https://own.example"}, Methods: []string{"DELETE"}, Headers: []string{"X-A"},
			Credentials: true, MaxAge: seconds(5)}, c, name)
		require.NoError(t, unmarshal([]byte(`{"credentials": false, "max_age": 7, "origin": "https://b.example"}`), &c), name)
		assert.Equal(t, kong.Config{Origins: []string{"https://b.example"}, Methods: []string{"DELETE"}, Headers: []string{"X-A"}, MaxAge: seconds(7)}, c, name)
	}
}

func FuzzParse(f *testing.F) {
	for _, doc := range []string{
		"", "null", "{}", "[]", "name: cors", `{"name": "cors", "config": {"origins": ["*"], "max_age": "3600"}}`,
		"origins: https://[a-z]{1,3}, x\nmethods: GET, POST\ncredentials: 'true'\nmax_age: 0x10",
		"config: &a {<<: [*a, *a], origins: &b [*b]}", "a: &a [*a]\norigins: *a", "? {a: b}\n: c", "max_age: !!int x\ncredentials: !!bool x",
		`{"origins": ["a\.b", "^https://a$", "(?:a|b)"], "headers": ["Origin"], "methods": ["TRACE"]}`, "origins: ['\\']", "%YAML 1.1\n--- {}\n...",
	} {
		f.Add([]byte(doc))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		c, err := kong.Parse(doc)
		if err != nil {
			assert.Zero(t, c)
			return
		}
		_, _ = c.Options()
		// What is written is what was read.
		for _, marshal := range []func(any) ([]byte, error){json.Marshal, yaml.Marshal} {
			text, err := marshal(c)
			require.NoError(t, err)
			again, err := kong.Parse(text)
			require.NoError(t, err, "%s", text)
			require.Equal(t, c, again, "%s", text)
		}
	})
}

func FuzzParseForm(f *testing.F) {
	for _, query := range []string{
		"", "name=cors", "name=cors&config.origins=http://mockbin.com&config.methods=GET, POST&config.max_age=3600",
		"config.origins[1]=a&config.origins[2]=b&config.origins[]=c&config.origins.4=d&config.origins=e,f", "value.origin=*",
		"config.origins[", "config.", "config..", "config.[]=1", "config.max_age[]=1", "service.id=1&tags[]=a",
	} {
		f.Add(query)
	}
	f.Fuzz(func(t *testing.T, query string) {
		v, _ := url.ParseQuery(query)
		c, err := kong.ParseForm(v)
		if err != nil {
			assert.Zero(t, c)
			return
		}
		_, _ = c.Options()
	})
}
