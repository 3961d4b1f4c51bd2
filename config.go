package cors

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/seed-12f469a5/cors/internal/nearest"
	"github.com/seed-12f469a5/cors/internal/settings"
)

// A Config holds the settings of a policy as plain data. Its names in JSON and YAML are those of Kong's CORS plugin, where
// that has one; the plugin's own configurations are read by the package kong. Each field is what the option of that name
// sets, with its defaults and dangers. A list that is nil is not set; a list that is empty is set to nothing, and JSON and
// YAML keep the two apart. The zero Config is the default policy: any origin, without credentials.
type Config struct {
	// Origins: [WithOrigins].
	Origins []string `json:"origins,omitzero" yaml:"origins"`
	// OriginRegexps: [WithOriginRegexps].
	OriginRegexps []string `json:"origin_regexps,omitzero" yaml:"origin_regexps"`
	// HostRegexps: [WithHostRegexps].
	HostRegexps []string `json:"host_regexps,omitzero" yaml:"host_regexps"`
	// OriginFunc: [WithOriginFunc]. JSON and YAML cannot hold it: without it, a Config that has no other origins is
	// written with an empty list of them, so that what is read back is an error and not a policy for everyone.
	OriginFunc func(r *http.Request, origin string) bool `json:"-" yaml:"-"`
	// Methods: [WithMethods].
	Methods []string `json:"methods,omitzero" yaml:"methods"`
	// Headers: [WithHeaders].
	Headers []string `json:"headers,omitzero" yaml:"headers"`
	// ExposedHeaders: [WithExposedHeaders].
	ExposedHeaders []string `json:"exposed_headers,omitzero" yaml:"exposed_headers"`
	// Credentials: [WithCredentials].
	Credentials bool `json:"credentials,omitzero" yaml:"credentials"`
	// MaxAge: [WithMaxAge], in seconds; nil if it is not set.
	MaxAge *int `json:"max_age,omitzero" yaml:"max_age"`
	// PreflightContinue: [WithPreflightContinue].
	PreflightContinue bool `json:"preflight_continue,omitzero" yaml:"preflight_continue"`
	// PreflightStatus: [WithPreflightStatus]; 0 for the default.
	PreflightStatus int `json:"preflight_status,omitzero" yaml:"preflight_status"`
	// PreflightExposedHeaders: [WithPreflightExposedHeaders].
	PreflightExposedHeaders bool `json:"preflight_exposed_headers,omitzero" yaml:"preflight_exposed_headers"`
	// PrivateNetwork: [WithPrivateNetwork].
	PrivateNetwork bool `json:"private_network,omitzero" yaml:"private_network"`
	// Observer: [WithObserver]. JSON and YAML leave it out.
	Observer func(r *http.Request, d Decision) `json:"-" yaml:"-"`
	// Dangerously: [Dangerously].
	Dangerously []Danger `json:"dangerously,omitzero" yaml:"dangerously"`

	misused  []*ConfigError // what options were given that the fields cannot hold
	replaced bool           // by WithConfig, after other options
}

// override begins to set a field that has one value: what was wrong with an earlier one does not matter any more.
func (c *Config) override(field string) {
	c.misused = slices.DeleteFunc(slices.Clone(c.misused), func(e *ConfigError) bool { return e.Field == field })
}

// misuse records a problem that would be lost otherwise.
func (c *Config) misuse(field, value string, code Code, hint string) {
	c.misused = append(slices.Clip(c.misused), &ConfigError{field, value, code, hint})
}

func (c Config) clone() Config {
	c.Origins = slices.Clone(c.Origins)
	c.OriginRegexps = slices.Clone(c.OriginRegexps)
	c.HostRegexps = slices.Clone(c.HostRegexps)
	c.Methods = slices.Clone(c.Methods)
	c.Headers = slices.Clone(c.Headers)
	c.ExposedHeaders = slices.Clone(c.ExposedHeaders)
	c.Dangerously = slices.Clone(c.Dangerously)
	if c.MaxAge != nil {
		seconds := *c.MaxAge
		c.MaxAge = &seconds
	}
	return c
}

// withoutFunc returns c as JSON and YAML can hold it.
func (c Config) withoutFunc() Config {
	if c.OriginFunc != nil && c.Origins == nil && c.OriginRegexps == nil && c.HostRegexps == nil {
		c.Origins = []string{}
	}
	return c
}

// MarshalJSON implements [json.Marshaler]. What is not set is left out.
func (c Config) MarshalJSON() ([]byte, error) {
	type plain Config
	return json.Marshal(plain(c.withoutFunc()))
}

// MarshalYAML implements the Marshaler interface of go.yaml.in/yaml. What is not set is left out.
func (c Config) MarshalYAML() (any, error) { return settings.Of(c.withoutFunc()), nil }

// UnmarshalJSON implements [json.Unmarshaler]. A field that is unknown, given twice or of another type is an error. So is
// null for the whole Config. A list of origins that is null becomes an empty one, which New refuses: neither may turn into a
// policy for everyone. Any other field that is null is not set. The error joins a [*ConfigError] for all that is wrong. After an
// error, c is a Config that New refuses.
//
// Danger: if the text is not JSON at all, [json.Unmarshal] returns an error without calling Config. Check it: the Config
// that was not filled is, like the zero one, the default policy: any origin, without credentials.
func (c *Config) UnmarshalJSON(data []byte) error {
	return c.decode(func(v any) error {
		d := json.NewDecoder(bytes.NewReader(data))
		d.UseNumber()
		return d.Decode(v)
	}, givenTwice(data))
}

// givenTwice returns the names that a JSON object has more than once.
func givenTwice(data []byte) (names []string) {
	seen := map[string]bool{}
	d := json.NewDecoder(bytes.NewReader(data))
	for first := true; first || d.More(); first = false {
		token, err := d.Token()
		if name, ok := token.(string); ok && !first {
			if seen[name] {
				names = append(names, name)
			}
			seen[name] = true
			err = d.Decode(new(json.RawMessage))
		}
		if err != nil {
			return nil
		}
	}
	return names
}

// UnmarshalYAML implements an Unmarshaler interface of go.yaml.in/yaml, as strictly as [Config.UnmarshalJSON], with one
// exception: yaml does not call it for null, such as a section with nothing in it. The Config stays what it was, and the zero
// Config is the default policy: any origin, without credentials. Nor does yaml call it for a Config that is inlined
// (`yaml:",inline"`), of which then nothing is checked: do not inline it.
//
// The error names no line, nor which of several Configs in a file it is about, and yaml ends with the first: to report all, decode
// each from a yaml.Node, as examples/reload does.
//
// Read it with version 3: version 2 lets the last of two equal keys win, and a merge key (<<) win over what is written beside it,
// before Config sees any of it.
func (c *Config) UnmarshalYAML(unmarshal func(any) error) error { return c.decode(unmarshal, nil) }

func (c *Config) decode(unmarshal func(any) error, twice []string) (err error) {
	defer func() {
		if err != nil {
			*c = Config{Origins: []string{}}
		}
	}()
	var document any
	if err := unmarshal(&document); err != nil {
		return &ConfigError{"config", "", CodeField, strings.Join(strings.Fields(err.Error()), " ")}
	}
	fields, ok := settings.Fields(document)
	if !ok {
		return &ConfigError{"config", written(document), CodeField,
			`it is not a configuration; write its settings, such as {"origins": ["https://app.example.com"]}`}
	}
	var errs []error
	for _, name := range twice {
		errs = append(errs, &ConfigError{name, written(fields[name]), CodeField, "it is given twice; remove one of them"})
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		errs = append(errs, checkField(name, fields[name]))
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	type plain Config
	p := plain(c.clone()) // what the text does not name stays as it is
	if err := unmarshal(&p); err != nil {
		return err
	}
	*c = Config(p)
	for name, list := range map[string]*[]string{"origins": &c.Origins, "origin_regexps": &c.OriginRegexps, "host_regexps": &c.HostRegexps} {
		if _, present := fields[name]; present && *list == nil {
			*list = []string{}
		}
	}
	return nil
}

var fieldNames = []string{"origins", "origin_regexps", "host_regexps", "methods", "headers", "exposed_headers", "credentials", "max_age",
	"preflight_continue", "preflight_status", "preflight_exposed_headers", "private_network", "dangerously"}

// checkField says what is wrong with a field as JSON and YAML read it. Their decoders would take some of it for something
// else: a null or a fraction in YAML, and a string for bytes in JSON.
func checkField(name string, value any) error {
	fail := func(hint string, args ...any) error {
		return &ConfigError{name, written(value), CodeField, fmt.Sprintf(hint, args...)}
	}
	switch {
	case name == "origin_func" || name == "observer":
		return fail("a function cannot be written here; give it to New in the program, after WithConfig")
	case !slices.Contains(fieldNames, name):
		if best, likely := nearest.Of(name, fieldNames); likely {
			return fail("there is no such field; did you mean %q?", best)
		}
		return fail("there is no such field; the fields are %s", strings.Join(fieldNames, ", "))
	case value == nil:
		return nil
	}
	switch name {
	case "credentials", "preflight_continue", "preflight_exposed_headers", "private_network":
		if _, ok := value.(bool); !ok {
			return fail("it is neither true nor false; write one of them, without quotes")
		}
	case "max_age", "preflight_status":
		switch n := value.(type) {
		case int:
			return nil
		case int64: // in other YAML packages
			return nil
		case uint64:
			if n <= math.MaxInt {
				return nil
			}
		case float64: // in YAML
			if n == math.Trunc(n) && math.Abs(n) < 1<<53 {
				return nil
			}
		case json.Number:
			if _, err := strconv.Atoi(n.String()); err == nil {
				return nil
			}
		}
		if name == "max_age" {
			return fail("it is not a whole number; write a number of seconds, such as 600")
		}
		return fail("it is not a whole number; write a status, such as 204")
	default:
		elements, ok := value.([]any)
		if text, isText := value.(string); isText {
			elements := []string{text}
			if !strings.HasSuffix(name, "regexps") {
				elements = strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ';' || unicode.IsSpace(r) })
			}
			if len(elements) > 0 && strings.TrimSpace(text) != "" {
				return fail("it is not a list; write %s]", quoteAll("[", elements))
			}
		}
		if !ok {
			return fail("it is not a list; write a list of strings")
		}
		var errs []error
		for _, element := range elements {
			errs = append(errs, checkElement(name, element))
		}
		return errors.Join(errs...)
	}
	return nil
}

// checkElement says what is wrong with an element of a list.
func checkElement(name string, element any) error {
	hint := "an element is not a string; write it in quotes"
	switch element := element.(type) {
	case string:
		if name == "dangerously" {
			return new(Danger).UnmarshalText([]byte(element))
		}
		return nil
	case nil:
		hint = `an element is null; write "null" in quotes if the word is meant, or remove it`
	case []any:
		hint = "an element is not a string; write one"
	case map[string]any, map[any]any:
		hint = `an element is not a string; put it in quotes, for ": " makes it something else`
	}
	return &ConfigError{name, written(element), CodeField, hint}
}

// written returns a value that JSON or YAML has read as JSON would write it, but for the quotes of a text.
func written(value any) string {
	if text, ok := value.(string); ok {
		return text
	}
	text, err := json.Marshal(value)
	if err != nil { // of other YAML packages
		return fmt.Sprint(value)
	}
	return string(text)
}

// A Danger is a risk that [New] takes only if [Dangerously] names it. In JSON and YAML it is its name in snake case.
type Danger uint8

const (
	// AnyOriginWithCredentials: any web page, or the pages of strangers, may act as your logged-in users. It permits *,
	// https://*, http://*, and regular expressions that match hosts of strangers, together with credentials. Such an entry
	// needs no other danger: it cannot become worse.
	AnyOriginWithCredentials Danger = iota + 1
	// InsecureOrigins: whoever can change unencrypted traffic on its way may act as your logged-in users. It permits http
	// origins other than loopback, those in private networks such as 192.168.0.0/16 included, together with credentials.
	InsecureOrigins
	// PublicSuffixes: whoever can register a name there may act as your logged-in users. It permits wildcards
	// right below a public suffix, such as https://*.com and https://*.github.io, or further above one, such as
	// https://*.amazonaws.com, and below some domains that are not on the public suffix list but give names to anybody, such as
	// https://*.gitpod.io, together with credentials.
	//
	// https://publicsuffix.org
	PublicSuffixes
	// NullOrigin: any web page can have the origin null, by means of a sandboxed frame. It permits that origin, with
	// credentials and without.
	NullOrigin
	// LooseRegexps: a dot that was not escaped matches any character, and one that is optional, as in (www\.?)?example\.com and
	// app(\.eu\.)?example\.com, or that an alternative lacks, as in (www|api\.)example\.com, may be missing, so that a stranger
	// may register a host that matches. It permits such regular expressions together with credentials.
	LooseRegexps
)

var (
	dangerNames   = []string{"", "any_origin_with_credentials", "insecure_origins", "public_suffixes", "null_origin", "loose_regexps"}
	dangerGoNames = []string{"", "AnyOriginWithCredentials", "InsecureOrigins", "PublicSuffixes", "NullOrigin", "LooseRegexps"}
)

// String returns the name in snake case.
func (d Danger) String() string {
	if d == 0 || int(d) >= len(dangerNames) {
		return "undefined_" + strconv.Itoa(int(d))
	}
	return dangerNames[d]
}

// MarshalText implements [encoding.TextMarshaler]. An undefined Danger is an error.
func (d Danger) MarshalText() ([]byte, error) {
	if d == 0 || int(d) >= len(dangerNames) {
		return nil, &ConfigError{"dangerously", strconv.Itoa(int(d)), CodeDanger, "it is none of the dangers; they are " + some(dangerNames[1:])}
	}
	return []byte(d.String()), nil
}

// UnmarshalText implements [encoding.TextUnmarshaler]. Only the names of the five dangers are accepted, in snake case or as Go
// has them, which is how errors name them.
func (d *Danger) UnmarshalText(text []byte) error {
	i := max(slices.Index(dangerNames, string(text)), slices.Index(dangerGoNames, string(text)))
	if i <= 0 {
		if best, likely := nearest.Of(strings.ReplaceAll(string(text), "-", "_"), dangerNames[1:]); likely {
			return &ConfigError{"dangerously", string(text), CodeDanger, fmt.Sprintf("it is not a danger; did you mean %q?", best)}
		}
		return &ConfigError{"dangerously", string(text), CodeDanger, "it is not a danger; the dangers are " + some(dangerNames[1:])}
	}
	*d = Danger(i)
	return nil
}

// A Code names a kind of problem. Codes are stable, and shared by errors and warnings.
type Code string

const (
	CodeField           Code = "field"             // in JSON or YAML: an unknown setting, one that is given twice, or a value of the wrong type
	CodeEmpty           Code = "empty"             // a list of origins, an expression or a function that is empty
	CodeOriginSyntax    Code = "origin_syntax"     // not scheme://host[:port]
	CodeOriginWildcard  Code = "origin_wildcard"   // a * where none can be
	CodeOriginOpaque    Code = "origin_opaque"     // a scheme whose origin browsers serialize as null
	CodeAnyOriginBeside Code = "any_origin_beside" // * beside other origins

	CodeRegexpSyntax      Code = "regexp_syntax"      // not a regular expression
	CodeRegexpUnsupported Code = "regexp_unsupported" // a construct that cannot work as in PCRE
	CodeRegexpTooLarge    Code = "regexp_too_large"   // beyond the limits of length, nesting or repetition
	CodeRegexpExplosive   Code = "regexp_explosive"   // a hostile origin could make it slow
	CodeRegexpDead        Code = "regexp_dead"        // matches nothing, as a whole or in part, or not what was meant (warning)

	CodeAnyOrigin      Code = "any_origin"      // admits strangers: AnyOriginWithCredentials
	CodeInsecureOrigin Code = "insecure_origin" // admits http: InsecureOrigins
	CodePublicSuffix   Code = "public_suffix"   // admits all of a public suffix: PublicSuffixes
	CodeNullOrigin     Code = "null_origin"     // the origin null: NullOrigin
	CodeLooseRegexp    Code = "loose_regexp"    // a dot that is not escaped, or may be missing: LooseRegexps

	CodeMethodSyntax    Code = "method_syntax"    // not a token
	CodeMethodForbidden Code = "method_forbidden" // no script can use it
	CodeMethodCase      Code = "method_case"      // a standard method that is not in upper case
	CodeHeaderSyntax    Code = "header_syntax"    // not a token
	CodeHeaderForbidden Code = "header_forbidden" // no script can set or read it
	CodeExposedWildcard Code = "exposed_wildcard" // * for exposed headers with credentials
	CodeMaxAge          Code = "max_age"          // negative, fractional, or longer than browsers remember (warning)
	CodePreflightStatus Code = "preflight_status" // not 200 to 299
	CodeRoute           Code = "route"            // not a pattern of Routes
	CodeDanger          Code = "danger"           // not one of the dangers, or one that does not arise (warning)
	CodeIneffective     Code = "ineffective"      // a setting that changes nothing (warning)
)

// A ConfigError is one problem of a configuration.
type ConfigError struct {
	Field, Value string // the setting, by its name in JSON if it has one, and the offending value
	Code         Code   // the kind of problem
	Hint         string // what is wrong, and what to write instead
}

// Error names field, value, code and hint.
func (e *ConfigError) Error() string {
	return oneLine(fmt.Sprintf("cors: %s: %s: %s (%s)", e.Field, verbatim(e.Value), e.Hint, e.Code))
}

// ConfigErrors yields every problem in an error that [New], [Routes] or reading a [Config] returned, wrapped or not.
func ConfigErrors(err error) iter.Seq[*ConfigError] {
	return func(yield func(*ConfigError) bool) { walkErrors(err, yield) }
}

func walkErrors(err error, yield func(*ConfigError) bool) bool {
	if e, ok := err.(*ConfigError); ok {
		return yield(e)
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, err := range joined.Unwrap() {
			if !walkErrors(err, yield) {
				return false
			}
		}
		return true
	}
	if inner := errors.Unwrap(err); inner != nil {
		return walkErrors(inner, yield)
	}
	return true
}

// A Warning is a setting that is legal but risky, or without effect.
type Warning struct {
	Field, Value string // the setting, by its name in JSON, and the value
	Code         Code   // the kind of problem
	Hint         string // what is to be considered, and what to write instead
}

// String names field, value, code and hint.
func (w Warning) String() string { return (*ConfigError)(&w).Error() }

// oneLine escapes the control characters of s, which may end a line, or more in a terminal.
func oneLine(s string) string {
	if !strings.ContainsFunc(s, unicode.IsControl) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if unicode.IsControl(r) {
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// verbatim quotes s, with backquotes where other quotes would change a regular expression.
func verbatim(s string) string {
	if strings.ContainsAny(s, `\"`) && strconv.CanBackquote(s) && !strings.ContainsFunc(s, func(r rune) bool { return !strconv.IsPrint(r) }) {
		return "`" + s + "`"
	}
	return strconv.Quote(s)
}
