package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/seed-12f469a5/cors"
)

// routes are the policies of a file.
type routes struct {
	pick     func(*http.Request) *cors.Policy
	number   int
	warnings []string
}

// parse makes policies of a YAML file: see policies.yaml. The error has every problem, in the order of their lines.
//
// A file may be misspelt, or cut off in the middle, and a [cors.Config] without origins allows every one. Therefore a policy
// that names no origins is a problem here, and so is a setting that does not exist or has no value.
func parse(name string, content []byte) (*routes, error) {
	var f file
	policies := map[string]*cors.Policy{}
	patterns := f.mapping(content)
	for i := 0; i+1 < len(patterns); i += 2 {
		policies[patterns[i].Value] = f.policy(patterns[i], patterns[i+1])
	}

	pick, err := cors.Routes(policies)
	for e := range cors.ConfigErrors(err) {
		line := 1
		for i := 0; i+1 < len(patterns); i += 2 {
			if patterns[i].Value == e.Value {
				line = patterns[i].Line
			}
		}
		f.problem(line, "pattern %q: %s", e.Value, strings.ReplaceAll(e.Hint, "\n", " "))
	}

	if len(f.problems) > 0 {
		return nil, errors.New(strings.Join(sorted(name, f.problems), "\n"))
	}
	return &routes{pick, len(policies), sorted(name, f.warnings)}, nil
}

// A file collects what there is to say about a file.
type file struct{ problems, warnings []remark }

type remark struct {
	line int
	text string
}

func (f *file) problem(line int, format string, args ...any) {
	f.problems = append(f.problems, remark{line, fmt.Sprintf(format, args...)})
}

func sorted(name string, remarks []remark) (lines []string) {
	slices.SortStableFunc(remarks, func(a, b remark) int { return cmp.Compare(a.line, b.line) })
	for _, r := range remarks {
		lines = append(lines, fmt.Sprintf("%s:%d: %s", name, r.line, r.text))
	}
	return lines
}

// mapping returns the keys and values of the one mapping that the file is to be.
func (f *file) mapping(content []byte) []*yaml.Node {
	var root yaml.Node
	documents := yaml.NewDecoder(bytes.NewReader(content))
	switch err := documents.Decode(&root); {
	case err != nil && err != io.EOF: // not even YAML
		f.yamlProblems(err)
		return nil
	case err == io.EOF || root.Content[0].Tag == "!!null":
		f.problem(1, "the file is empty; write {} to allow nobody")
		return nil
	case root.Content[0].Kind != yaml.MappingNode:
		f.problem(root.Content[0].Line, "the file consists of patterns, each with a policy below it")
		return nil
	}
	f.yamlProblems(root.Decode(&map[string]yaml.Node{})) // a pattern that is there twice
	var second yaml.Node
	if documents.Decode(&second) != io.EOF {
		f.problem(max(second.Line, 1), "there is a second document; write all policies into one")
	}
	return root.Content[0].Content
}

// settings are the names that a policy's settings have in YAML.
var settings = func() (names []string) {
	for _, field := range reflect.VisibleFields(reflect.TypeFor[cors.Config]()) {
		if name, _, _ := strings.Cut(field.Tag.Get("yaml"), ","); name != "" && name != "-" {
			names = append(names, name)
		}
	}
	return names
}()

// policy makes the policy of a pattern.
func (f *file) policy(pattern, node *yaml.Node) *cors.Policy {
	node = resolved(node)
	if node.Kind != yaml.MappingNode {
		f.problem(pattern.Line, "%s: a policy consists of settings, such as origins: [https://app.example.com]", pattern.Value)
		return nil
	}
	// Setting by setting, for the decoder stops at a danger that does not exist, and at a setting that is there twice.
	var config cors.Config
	before, lines := len(f.problems), map[string]int{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], resolved(node.Content[i+1])
		switch twice := lines[key.Value]; {
		case !slices.Contains(settings, key.Value):
			f.problem(key.Line, "%s: there is no setting %q; the settings are %s", pattern.Value, key.Value, strings.Join(settings, ", "))
			continue
		case twice != 0:
			f.problem(key.Line, "%s: %s is there twice, first on line %d", pattern.Value, key.Value, twice)
		}
		lines[key.Value] = key.Line
		if value.Tag == "!!null" {
			f.problem(value.Line, `%s: %s lacks a value; write one (if the word null is meant, in quotes), or leave it out`, pattern.Value, key.Value)
		}
		if key.Value == "dangerously" {
			value.Content = slices.DeleteFunc(value.Content, func(item *yaml.Node) bool {
				err := new(cors.Danger).UnmarshalText([]byte(resolved(item).Value))
				f.configProblems(pattern, node, err, false)
				return err != nil
			})
		}
		one := yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{key, value}}
		more := config // after an error, it is a Config that cors.New refuses
		if err := one.Decode(&more); err != nil {
			var e *cors.ConfigError
			if errors.As(err, &e) && e.Field == "config" { // it is yaml's own
				f.problem(key.Line, "%s: %s: %s", pattern.Value, key.Value, e.Hint)
			} else {
				f.configProblems(pattern, node, err, false)
			}
			continue
		}
		config = more
	}

	everyone := config.Origins == nil && config.OriginRegexps == nil && config.HostRegexps == nil
	if named := lines["origins"] + lines["origin_regexps"] + lines["host_regexps"]; everyone && (named == 0 || len(f.problems) == before) {
		f.problem(pattern.Line, `%s: the policy names no origins; write origins: ["*"] if it is meant for all`, pattern.Value)
	}
	policy, err := cors.New(cors.WithConfig(config))
	f.configProblems(pattern, node, err, everyone)
	if err == nil {
		for _, w := range policy.Warnings() {
			text := fmt.Sprintf("warning: %s: %s: %q: %s", pattern.Value, w.Field, w.Value, w.Hint)
			f.warnings = append(f.warnings, remark{line(pattern, node, w.Field, w.Value), text})
		}
	}
	return policy
}

// configProblems reports what is wrong with the settings of a pattern, but for its origins if that has been said.
func (f *file) configProblems(pattern, policy *yaml.Node, err error, said bool) {
	for e := range cors.ConfigErrors(err) {
		if !said || e.Field != "origins" {
			f.problem(line(pattern, policy, e.Field, e.Value), "%s: %s: %q: %s", pattern.Value, e.Field, e.Value, e.Hint)
		}
	}
}

// line is where the value of a setting stands, or else the setting, or else the pattern.
func line(pattern, policy *yaml.Node, setting, value string) int {
	for i := 0; i+1 < len(policy.Content); i += 2 {
		if policy.Content[i].Value != setting {
			continue
		}
		for _, item := range resolved(policy.Content[i+1]).Content {
			if resolved(item).Value == value {
				return item.Line
			}
		}
		return policy.Content[i].Line
	}
	return pattern.Line
}

// resolved returns what an alias (*name) stands for.
func resolved(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}

var yamlLine = regexp.MustCompile(`(?s)^(?:yaml: )?line (\d+): (.*)$`)

// yamlProblems reports what err knows, in the first line unless it knows a better one.
func (f *file) yamlProblems(err error) {
	var several *yaml.TypeError
	switch {
	case err == nil:
		return
	case !errors.As(err, &several):
		several = &yaml.TypeError{Errors: []string{err.Error()}}
	}
	for _, text := range several.Errors {
		at := 1
		if match := yamlLine.FindStringSubmatch(text); match != nil {
			at, _ = strconv.Atoi(match[1])
			text = match[2]
		}
		f.problem(at, "%s", text)
	}
}
