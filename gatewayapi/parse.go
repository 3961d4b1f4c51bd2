package gatewayapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"go.yaml.in/yaml/v3"

	"github.com/seed-12f469a5/cors/internal/nearest"
)

// This file finds the filters in manifests. It looks at what leads to a filter and leaves the rest to the API server.

// Parse returns the CORS filters in data, in order. data is YAML or JSON, in one or several documents, each of which is
//
//   - an HTTPRoute of gateway.networking.k8s.io: for each rule the filter of type CORS among its filters, and then those
//     among the filters of its backendRefs;
//   - a TrafficPolicy of gateway.kgateway.dev: spec.cors, unless it has the field disable;
//   - a List of these, as kubectl get prints it, or an HTTPRouteList or TrafficPolicyList, as the API server does;
//   - a bare filter, as in the field cors of an HTTPRoute's filter, or with that field and type: CORS around it.
//
// The apiVersion may be missing; its version does not matter. An HTTPRoute or a TrafficPolicy need not have a CORS filter,
// but if no document has one, that is an error.
//
// The error joins all that was found: syntax, duplicate keys, other kinds, unknown fields of a filter (with the nearest
// known one), wrong types, filters in places where the API server refuses them. The values of a filter are checked by
// [Filter.Options].
func Parse(data []byte) ([]Filter, error) {
	docs, err := documents(data)
	if err != nil {
		return nil, err
	}
	if len(docs) == 0 {
		return nil, errors.New("gatewayapi: the input is empty; it must have an HTTPRoute, a TrafficPolicy or a CORS filter")
	}
	var p parser
	for i, doc := range docs {
		if len(docs) > 1 {
			p.where = fmt.Sprintf("document %d: ", i+1)
		}
		p.document(doc)
	}
	if len(p.bad) > 0 {
		return nil, errors.Join(p.bad...)
	}
	if len(p.filters) == 0 {
		return nil, errors.New("gatewayapi: there is no CORS filter in the input; an HTTPRoute has it in spec.rules[].filters[].cors, " +
			"beside type: CORS, and a TrafficPolicy in spec.cors, without the field disable")
	}
	return p.filters, nil
}

// documents decodes the documents that are not empty.
func documents(data []byte) (docs []any, err error) {
	docs, err = jsonDocuments(data)
	if err == nil || errors.As(err, new(*duplicateKeyError)) {
		return docs, err
	} // else YAML
	dec := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var doc any
		switch err := dec.Decode(&doc); {
		case err == io.EOF:
			return docs, nil
		case err != nil && strings.Contains(err.Error(), "did not find expected alphabetic or numeric character"):
			return nil, fmt.Errorf(`gatewayapi: %w; a "*" needs quotes`, err)
		case err != nil:
			return nil, fmt.Errorf("gatewayapi: %w", err)
		case doc != nil:
			docs = append(docs, doc)
		}
	}
}

// jsonDocuments decodes JSON texts. YAML is no superset of JSON in all details, among them the escape \/.
func jsonDocuments(data []byte) (docs []any, err error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	for {
		var raw json.RawMessage // the decoder limits how deep it is nested
		if err := dec.Decode(&raw); err == io.EOF {
			return docs, nil
		} else if err != nil {
			return nil, err
		}
		tokens := json.NewDecoder(bytes.NewReader(raw))
		tokens.UseNumber()
		doc, err := jsonValue(tokens)
		if err != nil {
			return nil, err
		}
		if doc != nil {
			docs = append(docs, doc)
		}
	}
}

type duplicateKeyError struct{ key string }

func (e *duplicateKeyError) Error() string {
	return fmt.Sprintf("gatewayapi: the key %q is there twice in one object; remove one of them", e.key)
}

// jsonValue decodes a JSON text, which is well-formed, as the YAML decoder would. The error is a [*duplicateKeyError].
func jsonValue(dec *json.Decoder) (any, error) {
	token, _ := dec.Token()
	switch t := token.(type) {
	case json.Number:
		if n, err := strconv.Atoi(t.String()); err == nil {
			return n, nil
		}
		f, _ := t.Float64() // infinite if it is out of range
		return f, nil
	case json.Delim:
		list, object := []any{}, map[string]any{}
		for dec.More() {
			key := ""
			if t == '{' {
				token, _ := dec.Token()
				key, _ = token.(string)
				if _, twice := object[key]; twice {
					return nil, &duplicateKeyError{key}
				}
			}
			v, err := jsonValue(dec)
			if err != nil {
				return nil, err
			}
			if t == '{' {
				object[key] = v
			} else {
				list = append(list, v)
			}
		}
		_, _ = dec.Token() // the closing bracket
		if t == '{' {
			return object, nil
		}
		return list, nil
	}
	return token, nil
}

// A parser collects filters, and what is wrong.
type parser struct {
	where   string // the document
	filters []Filter
	bad     problems
}

// fail reports a problem at a path, such as spec.rules[0].
func (p *parser) fail(path, format string, args ...any) {
	if path != "" {
		path += ": "
	}
	p.bad.add("%s%s%s", p.where, path, fmt.Sprintf(format, args...))
}

func (p *parser) document(doc any) {
	m, ok := doc.(map[string]any)
	switch {
	case !ok:
		p.fail("", "it is %s; it must be an HTTPRoute, a TrafficPolicy or a CORS filter", describe(doc))
	case has(m, "kind"):
		p.resource("", m, true)
	case has(m, "apiVersion") || has(m, "metadata") || has(m, "spec") || has(m, "items"):
		p.fail("kind", "it is missing; write HTTPRoute or TrafficPolicy")
	case has(m, "type") || has(m, "cors"):
		if before := len(p.bad); !p.routeFilter("", m) && len(p.bad) == before {
			p.fail("type", "this is no CORS filter; write CORS")
		}
	case len(m) == 0:
		p.fail("", "the object is empty; it must be an HTTPRoute, a TrafficPolicy or a CORS filter")
	default:
		p.filter("", m, Filter{})
	}
}

// The groups of the kinds that are read.
const (
	gatewayGroup  = "gateway.networking.k8s.io"
	kgatewayGroup = "gateway.kgateway.dev"
)

// resource reads an object of Kubernetes.
func (p *parser) resource(path string, m map[string]any, listAllowed bool) {
	kind, ok := field[string](p, path, m, "kind")
	switch {
	case m["kind"] == nil:
		p.fail(at(path, "kind"), "it is missing; write HTTPRoute or TrafficPolicy")
	case !ok: // reported
	case kind == "HTTPRoute":
		if p.isOfGroup(path, m, gatewayGroup, "v1") {
			p.httpRoute(path, m)
		}
	case kind == "TrafficPolicy":
		if p.isOfGroup(path, m, kgatewayGroup, "v1alpha1") {
			p.trafficPolicy(path, m)
		}
	case (kind == "List" || kind == "HTTPRouteList" || kind == "TrafficPolicyList") && listAllowed:
		for path, item := range p.list(path, m, "items", math.MaxInt) {
			p.resource(path, item, false)
		}
	default:
		p.fail(at(path, "kind"), "%q is not read here; write HTTPRoute or TrafficPolicy", kind)
	}
}

// isOfGroup reports whether the apiVersion of an object, if there is one, is of a group.
func (p *parser) isOfGroup(path string, m map[string]any, group, version string) bool {
	got, ok := field[string](p, path, m, "apiVersion")
	if ok && !strings.HasPrefix(got, group+"/") {
		p.fail(at(path, "apiVersion"), "%q is not that of the kind %v; write %q", got, m["kind"], group+"/"+version)
		return false
	}
	return ok || m["apiVersion"] == nil
}

// The most rules, references of a rule and filters that the API server accepts. They also bound what aliases in YAML can
// blow up.
const maxRules, maxBackendRefs, maxFilters = 16, 16, 16

// httpRoute reads https://gateway-api.sigs.k8s.io/reference/api-spec/main/spec/#httproute.
func (p *parser) httpRoute(path string, m map[string]any) {
	spec, _ := field[map[string]any](p, path, m, "spec")
	for path, rule := range p.list(at(path, "spec"), spec, "rules", maxRules) {
		p.routeFilters(path, rule)
		for path, ref := range p.list(path, rule, "backendRefs", maxBackendRefs) {
			p.routeFilters(path, ref)
		}
	}
}

// trafficPolicy reads https://kgateway.dev/docs/envoy/latest/reference/api/#corspolicy.
func (p *parser) trafficPolicy(path string, m map[string]any) {
	spec, _ := field[map[string]any](p, path, m, "spec")
	path = at(path, "spec")
	filter, ok := field[map[string]any](p, path, spec, "cors")
	if !ok {
		return
	}
	path = at(path, "cors")
	if _, disabled := field[map[string]any](p, path, filter, "disable"); !disabled {
		delete(filter, "disable")
		p.filter(path, filter, Filter{})
	}
}

// routeFilters reads the field filters of a rule or of a reference.
func (p *parser) routeFilters(path string, m map[string]any) {
	found := 0
	for path, filter := range p.list(path, m, "filters", maxFilters) {
		if p.routeFilter(path, filter) {
			if found++; found == 2 {
				p.fail(path, "the CORS filter is repeated; one is enough, remove the other")
			}
		}
	}
}

// routeFilter reads https://gateway-api.sigs.k8s.io/reference/api-spec/main/spec/#httproutefilter. It reports whether it is for CORS.
func (p *parser) routeFilter(path string, m map[string]any) bool {
	kind, ok := field[string](p, path, m, "type")
	filter, isCORS := field[map[string]any](p, path, m, "cors")
	switch {
	case m["type"] == nil:
		p.fail(at(path, "type"), "it is missing; write CORS for a CORS filter")
	case kind == "CORS" && m["cors"] == nil:
		p.fail(at(path, "cors"), "it is missing, beside type: CORS")
	case ok && kind != "CORS" && isCORS:
		p.fail(at(path, "type"), "%q is not for a filter with the field cors; write CORS", kind)
	case isCORS:
		p.filter(at(path, "cors"), filter, Filter{})
	}
	return kind == "CORS"
}

// filterFields are those of the filter itself.
var filterFields = []string{"allowOrigins", "allowMethods", "allowHeaders", "exposeHeaders", "allowCredentials", "maxAge"}

// filter reads the filter itself. What it does not name stays as in f.
func (p *parser) filter(path string, m map[string]any, f Filter) {
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if !slices.Contains(filterFields, name) {
			p.fail(at(path, name), "it is not a field of a CORS filter; %s", suggestion(name))
		}
	}
	f.AllowOrigins = p.strings(path, m, "allowOrigins", f.AllowOrigins)
	f.AllowMethods = p.strings(path, m, "allowMethods", f.AllowMethods)
	f.AllowHeaders = p.strings(path, m, "allowHeaders", f.AllowHeaders)
	f.ExposeHeaders = p.strings(path, m, "exposeHeaders", f.ExposeHeaders)
	if credentials, ok := field[bool](p, path, m, "allowCredentials"); ok {
		f.AllowCredentials = credentials
	}
	f.MaxAge = p.seconds(path, m, "maxAge", f.MaxAge)
	p.filters = append(p.filters, f)
}

// strings returns the field of the given name, or what there is if it is absent.
func (p *parser) strings(path string, m map[string]any, name string, there []string) []string {
	list, ok := field[[]any](p, path, m, name)
	if !ok {
		return there
	}
	values := make([]string, len(list))
	for i, v := range list {
		if values[i], ok = v.(string); !ok {
			p.fail(fmt.Sprintf("%s[%d]", at(path, name), i), "it is %s, where a string must be", describe(v))
		}
	}
	return values
}

// seconds returns the field of the given name, or what there is if it is absent. A number may be written as 3600 or 3600.0.
func (p *parser) seconds(path string, m map[string]any, name string, there *int) *int {
	if f, ok := m[name].(float64); ok && f == math.Trunc(f) && math.Abs(f) <= math.MaxInt32 {
		n := int(f)
		return &n
	}
	if n, ok := field[int](p, path, m, name); ok {
		return &n
	}
	return there
}

// list yields the elements of the field of the given name, which are objects, with their paths.
func (p *parser) list(path string, m map[string]any, name string, most int) iter.Seq2[string, map[string]any] {
	return func(yield func(string, map[string]any) bool) {
		list, _ := field[[]any](p, path, m, name)
		if len(list) > most {
			p.fail(at(path, name), "there are %d entries, and the Gateway API takes at most %d", len(list), most)
			return
		}
		for i, v := range list {
			path := fmt.Sprintf("%s[%d]", at(path, name), i)
			if m, ok := v.(map[string]any); !ok {
				p.fail(path, "it is %s, where an object must be", describe(v))
			} else if !yield(path, m) {
				return
			}
		}
	}
}

// field returns the field of the given name. It reports false if it is absent, or null, or of a wrong type, which it
// reports as a problem.
func field[T any](p *parser, path string, m map[string]any, name string) (v T, ok bool) {
	raw := m[name]
	if raw == nil {
		return v, false
	}
	if v, ok = raw.(T); !ok {
		p.fail(at(path, name), "it is %s, where %s must be", describe(raw), typeName(v))
	}
	return v, ok
}

func has(m map[string]any, name string) bool {
	_, ok := m[name]
	return ok
}

// at is the path of a field.
func at(path, name string) string {
	if strings.ContainsFunc(name, unicode.IsControl) {
		name = strconv.Quote(name)
	}
	if path == "" {
		return name
	}
	return path + "." + name
}

// typeName says what a value of the type of v is.
func typeName(v any) string {
	switch v.(type) {
	case string:
		return "a string"
	case bool:
		return "true or false"
	case int:
		return "a whole number"
	case []any:
		return "a list"
	}
	return "an object"
}

// describe says what a decoded value is.
func describe(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		if len(v) > 64 {
			return "a long string"
		}
		return fmt.Sprintf("the string %q", v)
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	case map[any]any:
		return "an object with a key that is not a string"
	case time.Time:
		return "a date"
	}
	return fmt.Sprintf("the value %v", v) // a boolean or a number
}

// suggestion says which field of the filter may have been meant.
func suggestion(name string) string {
	if best, likely := nearest.Of(name, filterFields); likely {
		return fmt.Sprintf("did you mean %s?", best)
	}
	return "the fields are " + strings.Join(filterFields, ", ")
}
