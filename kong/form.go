package kong

import (
	"errors"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// ParseForm reads what is posted to Kong's admin API to configure the plugin:
//
//	name=cors  config.origins=http://mockbin.com  config.methods=GET, POST  config.credentials=true
//
// Lists are comma-separated, repeated (config.methods=GET&config.methods=POST) or numbered (config.methods[1]=GET,
// config.methods.1=GET, config.methods[]=GET); an entry of a numbered list may have commas in it. An empty value is the
// same as no field. In place of config. there may be the value. of Kong before 0.3. Other fields of the plugin
// (service.id=…, enabled=…) are ignored.
//
// The errors are those of [Parse]. It is also an error if a field that is no list is given twice, and if the form is
// empty.
func ParseForm(v url.Values) (Config, error) {
	var d decoder
	config := &yaml.Node{Kind: yaml.MappingNode}
	lists := map[string]*formList{}
	if len(v) == 0 {
		return Config{}, errors.New("kong: the form is empty; a plugin has at least name=cors")
	}
	sections := map[string]bool{}
	for _, key := range slices.Sorted(maps.Keys(v)) {
		section, path, dotted := strings.Cut(key, ".")
		if !dotted || section != "config" && section != "value" {
			d.formField(key, v[key])
			continue
		}
		sections[section] = true
		name, index := path, ""
		if i := strings.IndexAny(path, ".["); i >= 0 {
			name, index = path[:i], path[i:]
		}
		if lists[name] == nil {
			lists[name] = &formList{numbered: map[int]string{}}
		}
		if !lists[name].add(index, v[key]) {
			d.fail(quote(key), config, "%s is not a place in a list, or is one that is taken; write config.%s[1], config.%[2]s[2]",
				quote(index), name)
		}
	}
	if len(sections) > 1 {
		d.fail("value", config, "config and value are the same; remove one of them")
	}
	for _, name := range slices.Sorted(maps.Keys(lists)) {
		if value := lists[name].node(name); value != nil {
			config.Content = append(config.Content, stringNode(name), value)
		}
	}
	c := d.config(config, Config{})
	if err := d.err(); err != nil {
		return Config{}, err
	}
	return c, nil
}

// formField checks a field of the plugin outside its configuration.
func (d *decoder) formField(key string, values []string) {
	node := &yaml.Node{}
	name := key
	if i := strings.IndexAny(key, ".["); i >= 0 {
		name = key[:i]
	}
	switch {
	case key == "name":
		for _, value := range values {
			if value != "cors" {
				d.fail(key, node, "%s is another plugin; this is about cors", quote(value))
			}
		}
	case slices.Contains(configFields, name):
		d.fail(quote(key), node, "there is no such field; write %q", "config."+key)
	case name == "config" || name == "value":
		d.fail(quote(key), node, `there is no such field; write one such as "config.origins"`)
	case !slices.Contains(pluginFields, name):
		d.unknown(field{key, node}, pluginFields)
	}
}

// A formList is what a form says about one field.
type formList struct {
	plain    []string // config.methods=
	appended []string // config.methods[]=
	numbered map[int]string
}

// add enters the values that stand under an index: none, [], [1] or .1. It reports whether that is an index.
func (l *formList) add(index string, values []string) bool {
	switch index {
	case "":
		for _, value := range values {
			if value != "" {
				l.plain = append(l.plain, value)
			}
		}
		return true
	case "[]":
		l.appended = append(l.appended, values...)
		return true
	}
	number, ok := strings.CutPrefix(index, ".")
	if !ok {
		number = strings.TrimSuffix(strings.TrimPrefix(index, "["), "]")
		ok = index == "["+number+"]"
	}
	n, err := strconv.ParseUint(number, 10, 31)
	if !ok || err != nil || len(values) != 1 {
		return false
	}
	if _, twice := l.numbered[int(n)]; twice {
		return false
	}
	l.numbered[int(n)] = values[0]
	return true
}

// node returns what the list of the given name stands for; nil if nothing.
func (l *formList) node(name string) *yaml.Node {
	if len(l.appended) == 0 && len(l.numbered) == 0 {
		switch len(l.plain) {
		case 0:
			if slices.Contains(configFields, name) {
				return nil
			}
			return stringNode("")
		case 1:
			return stringNode(l.plain[0])
		}
	}
	list := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
	for _, value := range l.plain {
		for _, entry := range split(value) {
			list.Content = append(list.Content, stringNode(entry))
		}
	}
	for _, value := range l.appended {
		list.Content = append(list.Content, stringNode(value))
	}
	for _, n := range slices.Sorted(maps.Keys(l.numbered)) {
		list.Content = append(list.Content, stringNode(l.numbered[n]))
	}
	return list
}

func stringNode(s string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
}
