// Package kong reads and writes the configuration of the CORS plugin of the Kong gateway, so that a policy can move from
// a gateway into a Go service and back:
//
//	config, err := kong.Parse([]byte(`
//	name: cors
//	config:
//	  origins: [https://app.example.com, 'https://[a-z0-9-]+\.preview\.example\.com']
//	  methods: [GET, POST, DELETE]
//	  credentials: true
//	  max_age: 3600
//	`))
//	// ...
//	options, err := config.Options()
//	// ...
//	policy, err := cors.New(options...)
//
// [FromPolicy] goes the other way.
//
// # Origins
//
// Kong tells three kinds of entries apart by their characters:
//
//   - * is any origin, even among other entries (before Kong 3.8 it was then ignored). No entry at all means the same.
//   - An entry made only of letters, digits, ".", ":", "/" and "-" is a flat origin: https://example.com:8443. Without a
//     scheme (example.com) it can equal nothing that a browser sends, and is an error of [Config.Options].
//   - Everything else is a PCRE regular expression that matches the whole of its subject, whatever "^" and "$" it has
//     itself: the host if there is no ":" anywhere in it ([cors.WithHostRegexps]), else the whole origin, without the
//     default port ([cors.WithOriginRegexps]). Note that "(?:" has a ":".
//
// # Differences
//
// Kong's answers are followed as a browser understands them. What is answered differently, and why it cannot tell:
//
//	                       Kong                         here                       to a browser
//	preflight              status 200, formerly 204     204                        2xx is success
//	origin not allowed     200; the only flat origin    403; no CORS header        both are refusals
//	                       there is, or credentials
//	no Origin header       the headers all the same,    * for any origin, else     no CORS header is read
//	                       none of them without         Vary alone                 without an Origin
//	                       allow_origin_absent
//	Vary                   left out by some versions    as answers depend on it    is for caches
//	path of a flat origin  ignored, unless it is the    the same; the only one     never sends a path
//	                       only one                     is refused by cors.New
//	methods                TRACE and CONNECT too        left out                   no script can use them
//	headers,               Content-Length, Origin,      left out                   no script can send or read
//	exposed_headers        Set-Cookie and the like too                             them
//	headers, all left out  nothing that can be sent     none, never reflection     both allow nothing
//	* with credentials     reflects the origin          the same, if Dangerously   the same
//	                                                    names it
//
// Everything else, such as a max_age of weeks, is passed on as it is.
//
// In a few corners less is allowed than by Kong, where its answer is an accident or no policy can express it:
//
//   - Kong binds the end of an expression to the last of several alternatives alone, so that a\.com|b\.com admits
//     https://a.com.evil.example, loses it behind a comment of (?x), and leaves it out where an expression ends in \$. Here an
//     expression always matches the whole.
//   - Kong admits the origin null if an expression such as .* matches it, and by * with credentials. Here no expression
//     ever does; null has to be listed, and needs [cors.NullOrigin] in both cases.
//   - A * in headers or exposed_headers together with credentials is a wildcard to requests that carry none, and a
//     literal name to those that do. Here it is always the latter, and thus left out.
//   - A reflected list of headers has at most 4 KiB, and no header named *.
//   - A regular expression with a character that is not ASCII is an error. No origin has one, and Kong takes it for several
//     bytes, of which a quantifier repeats the last, so é? does not make the character optional.
//
// And in some corners more is:
//
//   - Kong loses the brackets of an IPv6 address, so that its expressions let no such origin in. Here they match it, with
//     brackets.
//   - A flat origin in capitals admits nothing, and neither does the only one if it has the default port or a slash at its
//     end. Here such entries mean what was meant. And some versions before 1.0 searched for every entry in the origin,
//     as an expression.
//   - A \Q without its \E quotes the "$" that Kong appends as well, so that a host would have to end in it. Here the quoted text ends
//     with the expression.
//   - Without methods, old versions did not allow OPTIONS. Strings of entries with commas between them are lists, and only old
//     versions took them for such.
//   - Kong removes the Access-Control-Allow-Origin of an upstream's own, or puts its own in its place. A policy leaves
//     what the handler behind it sets, so that a "*" that the gateway masked opens the service up. Remove it there, or by
//     [cors.Policy.ModifyResponse] behind a reverse proxy.
//
// # Limits
//
// Whether a plugin is enabled, and for which service, route or consumer, is ignored: that is for the program to decide.
//
// The plugin's own reference: https://developer.konghq.com/plugins/cors/
package kong

import (
	"fmt"

	"go.yaml.in/yaml/v3"

	"github.com/seed-12f469a5/cors/internal/settings"
)

// A Config is the configuration of Kong's CORS plugin, with its names in JSON and YAML. The zero Config is Kong's
// default: any origin, all methods, whatever headers are asked for, no credentials.
//
// [Parse], [ParseForm], JSON and YAML fill it, and accept no field that Kong does not know. Written to JSON or YAML it is
// what Kong accepts; what is not set is left out. In a struct of your own let it be a field with a name, and no inlined one:
// embedded, its methods would decode the whole struct, and inlined (`yaml:",inline"`), nothing would be checked.
type Config struct {
	// Origins are flat origins, regular expressions, or *: see the package comment. If there are none, any origin.
	// The origin of Kong before 0.10, of which there was one, is read into it.
	Origins []string `json:"origins,omitzero" yaml:"origins"`
	// Methods are those that scripts may use: GET, HEAD, PUT, PATCH, POST, DELETE, OPTIONS, TRACE or CONNECT. If nil, all
	// of them; if empty, those that need no permission.
	Methods []string `json:"methods,omitzero" yaml:"methods"`
	// Headers are the request headers that scripts may set. If there are none, whatever is asked for.
	Headers []string `json:"headers,omitzero" yaml:"headers"`
	// ExposedHeaders are the response headers that scripts may read. Default: none.
	ExposedHeaders []string `json:"exposed_headers,omitzero" yaml:"exposed_headers"`
	// Credentials lets scripts send cookies and the like. Default: false.
	Credentials bool `json:"credentials,omitzero" yaml:"credentials"`
	// MaxAge is how many seconds a browser may remember a preflight; if nil, nothing is said about it. A negative one is an error of
	// [Config.Options].
	MaxAge *int `json:"max_age,omitzero" yaml:"max_age"`
	// PreflightContinue leaves preflights to the upstream. Default: false.
	PreflightContinue bool `json:"preflight_continue,omitzero" yaml:"preflight_continue"`
	// PrivateNetwork lets pages of the public network ask for a private one. Kong knows it since 3.5. Default: false.
	PrivateNetwork bool `json:"private_network,omitzero" yaml:"private_network"`
	// AllowOriginAbsent has Kong, since 3.10, answer requests without an Origin as those with one, which makes no
	// difference to a browser. If nil, Kong's default, true.
	AllowOriginAbsent *bool `json:"allow_origin_absent,omitzero" yaml:"allow_origin_absent"`
}

// UnmarshalJSON implements [json.Unmarshaler]. It reads the bare configuration with the liberties and the strictness
// of [Parse]. What is not named, or null, stays as it is.
func (c *Config) UnmarshalJSON(data []byte) error {
	node, err := jsonNode(data)
	if err != nil {
		return err
	}
	return c.read(node)
}

// UnmarshalYAML implements an Unmarshaler interface that all YAML packages know, as [Config.UnmarshalJSON] does that of
// JSON. Packages other than go.yaml.in/yaml/v3 may resolve duplicate and merge keys (<<) before it sees them.
func (c *Config) UnmarshalYAML(unmarshal func(any) error) error {
	var ours captured
	if err := unmarshal(&ours); err == nil && ours.node != nil {
		return c.read(ours.node)
	}
	var document any
	if err := unmarshal(&document); err != nil {
		return err
	}
	var node yaml.Node
	if err := node.Encode(document); err != nil {
		return fmt.Errorf("kong: %w", err)
	}
	return c.read(&node)
}

// A captured is a node of go.yaml.in/yaml, which knows its line. Other packages leave it empty.
type captured struct{ node *yaml.Node }

func (c *captured) UnmarshalYAML(node *yaml.Node) error {
	c.node = node
	return nil
}

func (c *Config) read(node *yaml.Node) error {
	if isNull(node) {
		return nil
	}
	var d decoder
	config := d.config(node, *c)
	if err := d.err(); err != nil {
		return err
	}
	*c = config
	return nil
}

// MarshalYAML implements the Marshaler interface that all YAML packages know. What is not set is left out.
func (c Config) MarshalYAML() (any, error) { return settings.Of(c), nil }

// problem is the one form of this package's errors.
func problem(field, value, format string, args ...any) error {
	return fmt.Errorf("kong: %s: %s: %s", field, quote(value), fmt.Sprintf(format, args...))
}

// quote quotes what a document says, at most 120 bytes of it.
func quote(s string) string {
	const most = 120
	if len(s) > most {
		return fmt.Sprintf("%+q… (%d bytes)", s[:most], len(s))
	}
	return fmt.Sprintf("%+q", s)
}
