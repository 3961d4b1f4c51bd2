package kong

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/seed-12f469a5/cors/internal/nearest"
)

// This file reads documents. JSON, YAML and forms all become a tree of YAML nodes, which one decoder reads.

// Parse reads JSON or YAML: a plugin entity of any of Kong's generations (name: cors, config: …), a KongPlugin of its
// Kubernetes controller (plugin: cors, config: …), or the bare configuration that stands below config.
//
// Lists are arrays or comma-separated strings. Numbers and booleans may be strings. A null is the same as no field. The
// origin of Kong before 0.10 becomes the only one of the origins.
//
// It is an error if the plugin is not cors or the kind another one, if a field is unknown (the error names the nearest known one), given twice or
// of the wrong type, and if the data is empty or more than one document. All that is wrong is reported at once. What the
// values mean is checked by [Config.Options].
func Parse(data []byte) (Config, error) {
	root, err := document(data)
	if err != nil {
		return Config{}, err
	}
	var d decoder
	c := d.plugin(root)
	if err := d.err(); err != nil {
		return Config{}, err
	}
	return c, nil
}

// document parses data into a tree.
func document(data []byte) (*yaml.Node, error) {
	if !utf8.Valid(data) {
		return nil, errors.New("kong: the document is not UTF-8")
	}
	if json.Valid(data) {
		return jsonNode(data)
	}
	var doc, more yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	switch err := decoder.Decode(&doc); {
	case err == io.EOF:
		return nil, errors.New("kong: the document is empty; an empty configuration is written {}")
	case err != nil:
		return nil, notYAML(data, err)
	}
	for {
		switch err := decoder.Decode(&more); {
		case err == io.EOF:
			return doc.Content[0], nil
		case err != nil:
			return nil, notYAML(data, err)
		case len(more.Content) > 0 && !isNull(more.Content[0]): // nothing but a "---" is there, or a comment
			return nil, errors.New("kong: there is more than one document; give each to a Parse of its own")
		}
	}
}

func notYAML(data []byte, err error) error {
	hint := ""
	if unquotedStar.Match(data) {
		hint = `; a "*" needs quotes`
	}
	return fmt.Errorf("kong: the document is neither JSON nor YAML: %w%s", err, hint)
}

// unquotedStar matches a value that begins with a *, which YAML takes for the name of an alias.
var unquotedStar = regexp.MustCompile(`[:,\[-]\s*\*`)

// jsonNode parses JSON. It is not left to the YAML parser, which knows neither all of JSON's escapes nor its white space,
// nor to the JSON parser alone, which overlooks that a name is there twice.
func jsonNode(data []byte) (*yaml.Node, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	line, counted := 1, int64(0)
	node := func(kind yaml.Kind, tag, value string) *yaml.Node {
		line += bytes.Count(data[counted:decoder.InputOffset()], []byte("\n"))
		counted = decoder.InputOffset()
		return &yaml.Node{Kind: kind, Tag: tag, Value: value, Line: line}
	}
	var open []*yaml.Node // arrays and objects that the next token is in
	for {
		token, err := decoder.Token()
		if err != nil {
			return nil, fmt.Errorf("kong: the document is no JSON: %w", err)
		}
		var n *yaml.Node
		switch t := token.(type) {
		case json.Delim:
			switch t {
			case '{':
				n = node(yaml.MappingNode, "!!map", "")
			case '[':
				n = node(yaml.SequenceNode, "!!seq", "")
			}
		case string:
			n = node(yaml.ScalarNode, "!!str", t)
		case json.Number:
			n = node(yaml.ScalarNode, "!!float", t.String())
		case bool:
			n = node(yaml.ScalarNode, "!!bool", strconv.FormatBool(t))
		case nil:
			n = node(yaml.ScalarNode, "!!null", "null")
		}
		if n == nil { // a closing bracket
			n, open = open[len(open)-1], open[:len(open)-1]
		} else {
			if len(open) > 0 {
				parent := open[len(open)-1]
				parent.Content = append(parent.Content, n)
			}
			if n.Kind != yaml.ScalarNode {
				open = append(open, n)
			}
		}
		if len(open) == 0 {
			return n, nil
		}
	}
}

// The fields of a plugin's configuration, and those of a plugin beside it, of all generations.
var (
	configFields = []string{
		"origins", "methods", "headers", "exposed_headers", "credentials", "max_age", "preflight_continue",
		"private_network", "allow_origin_absent", "origin",
	}
	pluginFields = []string{
		"name", "config", "enabled", "service", "route", "consumer", "consumer_group", "protocols", "tags", "id",
		"instance_name", "ordering", "condition", "created_at", "updated_at", "partials", "ws_id", "run_on",
		"service_id", "route_id", "consumer_id", "consumer_group_id", "_comment", "_ignore",
		"api", "api_id", "value", // Kong before 0.3 had value for config, and before 0.14 had APIs
		"plugin", "apiVersion", "kind", "metadata", "status", "disabled", "consumerRef", // a KongPlugin
	}
)

// A decoder reads a tree and collects what is wrong with it.
type decoder struct {
	errs   []error
	merges int // << that were followed
}

func (d *decoder) err() error { return errors.Join(d.errs...) }

// fail reports a problem with a field, or with the whole document if there is no name.
func (d *decoder) fail(field string, node *yaml.Node, format string, args ...any) {
	where := "kong: "
	if field != "" {
		where += field + ": "
	}
	if node.Line > 0 {
		where += fmt.Sprintf("line %d: ", node.Line)
	}
	d.errs = append(d.errs, errors.New(where+fmt.Sprintf(format, args...)))
}

// plugin reads a plugin entity or a bare configuration.
func (d *decoder) plugin(root *yaml.Node) (c Config) {
	var config, kind, plugin *yaml.Node
	isPlugin := false
	fields := d.fields("", root)
	for _, f := range fields {
		isPlugin = isPlugin || slices.Contains([]string{"name", "plugin", "config", "value", "kind"}, f.name)
	}
	if !isPlugin {
		return d.configFields(fields, c)
	}
	for _, f := range fields {
		switch f.name {
		case "name", "plugin":
			plugin = f.node
			if !isNull(f.node) && f.node.Value != "cors" {
				d.fail(f.name, f.node, "%s is another plugin; this is about cors", describe(f.node))
			}
		case "kind":
			kind = f.node
			if kind.Value != "KongPlugin" && kind.Value != "KongClusterPlugin" {
				d.fail(f.name, kind, "%s is not a plugin's; write KongPlugin or KongClusterPlugin", describe(kind))
			}
		case "apiVersion":
			if !strings.HasPrefix(f.node.Value, "configuration.konghq.com/") {
				d.fail(f.name, f.node, "%s is not a plugin's; write configuration.konghq.com/v1", describe(f.node))
			}
		case "config", "value":
			if config != nil {
				d.fail(f.name, f.node, "config and value are the same; remove one of them")
			}
			config = f.node
		default:
			switch {
			case slices.Contains(pluginFields, f.name):
			case slices.Contains(configFields, f.name):
				d.fail(f.name, f.node, `it belongs below "config"`)
			default:
				d.unknown(f, pluginFields)
			}
		}
	}
	if kind != nil && plugin == nil {
		d.fail("plugin", kind, `it is missing; a KongPlugin has "plugin: cors", and its configuration below "config"`)
	}
	if config == nil || isNull(config) {
		return c
	}
	return d.config(config, c)
}

// config reads the configuration. What it does not name stays as in c.
func (d *decoder) config(node *yaml.Node, c Config) Config {
	return d.configFields(d.fields("config", node), c)
}

func (d *decoder) configFields(fields []field, c Config) Config {
	hasOrigins := false
	var origin *yaml.Node
	for _, f := range fields {
		if slices.Contains(configFields, f.name) && isNull(f.node) {
			continue
		}
		switch f.name {
		case "origins":
			c.Origins = d.list(f)
			hasOrigins = true
		case "origin":
			origin = f.node
		case "methods":
			c.Methods = d.list(f)
		case "headers":
			c.Headers = d.list(f)
		case "exposed_headers":
			c.ExposedHeaders = d.list(f)
		case "credentials":
			c.Credentials = d.bool(f)
		case "max_age":
			c.MaxAge = d.int(f)
		case "preflight_continue":
			c.PreflightContinue = d.bool(f)
		case "private_network":
			c.PrivateNetwork = d.bool(f)
		case "allow_origin_absent":
			absent := d.bool(f)
			c.AllowOriginAbsent = &absent
		default:
			d.unknown(f, configFields)
		}
	}
	switch {
	case origin == nil:
	case hasOrigins:
		d.fail("origin", origin, "Kong 0.10 renamed it to origins, which is there too; remove it")
	default:
		c.Origins = d.list(field{"origin", origin}) // as Kong's own migration did
		if len(c.Origins) > 1 {
			d.fail("origin", origin, "%s is more than one; write origins", describe(origin))
		}
	}
	return c
}

// A field is one of a mapping. Its node is no alias.
type field struct {
	name string
	node *yaml.Node
}

// fields returns the fields of a mapping, which stands under the given name, with those that YAML's << merges into it.
func (d *decoder) fields(name string, node *yaml.Node) (fields []field) {
	node = resolve(node)
	if node.Kind != yaml.MappingNode {
		d.fail(name, node, "%s is not a configuration, which has fields such as {origins: [https://example.com]}", describe(node))
		return nil
	}
	var merged []*yaml.Node
	lines := map[string]int{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := resolve(node.Content[i]), resolve(node.Content[i+1])
		switch first, twice := lines[key.Value]; {
		case key.Kind == yaml.ScalarNode && key.ShortTag() == "!!merge":
			merged = append(merged, value)
		case key.Kind != yaml.ScalarNode:
			d.fail(name, key, "%s is not the name of a field", describe(key))
		case twice:
			d.fail(key.Value, key, "it is there already (line %d); remove one of them", first)
		default:
			lines[key.Value] = key.Line
			fields = append(fields, field{key.Value, value})
		}
	}
	for _, m := range merged {
		list := []*yaml.Node{m}
		if m.Kind == yaml.SequenceNode {
			list = m.Content
		}
		for _, m := range list {
			// A mapping may merge itself, or others that merge others, over and over.
			const most = 100
			if d.merges++; d.merges > most {
				if d.merges == most+1 {
					d.fail(name, m, "there are too many merge keys (<<); write the fields out")
				}
				return fields
			}
			for _, f := range d.fields(name, m) {
				if _, there := lines[f.name]; !there {
					lines[f.name] = f.node.Line
					fields = append(fields, f)
				}
			}
		}
	}
	return fields
}

func resolve(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}

// isNull goes by the value, which a tag that is written out may contradict.
func isNull(node *yaml.Node) bool {
	return node.Kind == yaml.ScalarNode && node.ShortTag() == "!!null" && slices.Contains([]string{"", "~", "null", "Null", "NULL"}, node.Value)
}

func isString(node *yaml.Node) bool {
	return node.Kind == yaml.ScalarNode && node.ShortTag() == "!!str"
}

// describe names a node in an error.
func describe(node *yaml.Node) string {
	switch node.Kind {
	case yaml.ScalarNode:
		if isNull(node) {
			return "null"
		}
		return quote(node.Value)
	case yaml.SequenceNode:
		return "a list"
	}
	return "a mapping"
}

// unknown reports a field that is none of known.
func (d *decoder) unknown(f field, known []string) {
	switch {
	case slices.Contains([]string{"plugins", "services", "routes", "_format_version", "items", "data"}, f.name):
		d.fail(quote(f.name), f.node, "this is a whole declarative configuration, or a list; give Parse one of its plugins")
	case slices.Contains(known, "origins") && (f.name == "apiVersion" || f.name == "metadata"):
		d.fail(quote(f.name), f.node, `a KongPlugin has "plugin: cors", and its configuration below "config"`)
	case f.name == "configFrom" || f.name == "configPatches" || f.name == "_config":
		d.fail(quote(f.name), f.node, "the configuration lies elsewhere; put it in the place of this, below \"config\"")
	default:
		best, _ := nearest.Of(f.name, known)
		d.fail(quote(f.name), f.node, "there is no such field; the nearest is %q", best)
	}
}

// list reads an array of strings, or a string that holds them with commas between.
func (d *decoder) list(f field) []string {
	if isString(f.node) {
		list := split(f.node.Value)
		if slices.Contains(list, "") {
			d.fail(f.name, f.node, "%s has an empty entry; remove it, or the whole field if there is no other", describe(f.node))
		}
		return list
	}
	if f.node.Kind != yaml.SequenceNode {
		d.fail(f.name, f.node, "%s is not a list; write [%s]", describe(f.node), example(f.name))
		return nil
	}
	list := make([]string, 0, len(f.node.Content))
	for _, item := range f.node.Content {
		switch item = resolve(item); {
		case !isString(item):
			d.fail(f.name, item, "%s is not a string; write [%s]", describe(item), example(f.name))
		case item.Value == "":
			d.fail(f.name, item, "an entry is empty; remove it")
		default:
			list = append(list, item.Value)
		}
	}
	return list
}

func example(name string) string {
	switch name {
	case "methods":
		return "GET, POST"
	case "headers", "exposed_headers":
		return "X-Auth-Token"
	}
	return "https://example.com"
}

// split cuts a comma-separated list, but not at a comma inside brackets, which is part of a regular expression.
func split(s string) (list []string) {
	start, depth := 0, 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			i++
		case strings.IndexByte("([{", c) >= 0:
			depth++
		case strings.IndexByte(")]}", c) >= 0:
			depth--
		case c == ',' && depth <= 0:
			list = append(list, strings.TrimSpace(s[start:i]))
			start, depth = i+1, 0
		}
	}
	return append(list, strings.TrimSpace(s[start:]))
}

func (d *decoder) bool(f field) bool {
	switch tag, value := f.node.ShortTag(), f.node.Value; {
	case tag == "!!str" && (value == "true" || value == "false"):
		return value == "true"
	case tag == "!!bool" && (strings.EqualFold(value, "true") || strings.EqualFold(value, "false")):
		return strings.EqualFold(value, "true")
	}
	d.fail(f.name, f.node, "%s is not a boolean; write true or false", describe(f.node))
	return false
}

func (d *decoder) int(f field) *int {
	if n, err := strconv.Atoi(f.node.Value); err == nil && f.node.ShortTag() == "!!str" {
		return &n
	}
	// Kong has numbers, not integers: 3600.0 and 3.6e3 are as good.
	var x float64
	if f.node.Decode(&x) == nil && math.Abs(x) < 1<<53 {
		if n := int(x); float64(n) == x { // and not if it is a fraction, or does not fit into 32 bits
			return &n
		}
	}
	d.fail(f.name, f.node, "%s is not a whole number of seconds; write one such as 3600", describe(f.node))
	return nil
}
