package cors

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Select wraps a handler with the policy that pick returns for each request: a policy per route, per host or per tenant,
// or one that is replaced while requests are served (by a pick that loads a [sync/atomic.Pointer]). A request for which
// pick returns nil is passed on untouched. [Routes] makes a pick from patterns.
//
// pick sees preflights too, whose method is OPTIONS and which carry neither cookies nor the headers that they ask for: it
// has to go by host and path. It must be safe for concurrent use.
//
// Select panics if pick is nil, as after an error of Routes that was ignored.
func Select(pick func(*http.Request) *Policy) func(next http.Handler) http.Handler {
	if pick == nil {
		panic("cors: pick is nil; look at the error of Routes")
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if p := pick(r); p != nil {
				p.serve(w, r, next, p.decide(r))
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// Routes returns a pick for [Select] by the patterns of [http.ServeMux]: hosts, paths and wildcards, of which the most
// specific one wins. A pattern that does not begin with a slash begins with a host: "admin/" is the host admin. A nil policy
// excepts what its pattern matches. A request that no pattern matches gets no policy either.
//
//	pick, err := cors.Routes(map[string]*cors.Policy{
//		"/":                  everywhere,
//		"/public":            public,
//		"/public/":           public,
//		"admin.example.com/": admin,
//	})
//	handler := cors.Select(pick)(mux)
//
// The handler behind may read a request in another way: it may decode its path before or after it looks at the slashes, twice,
// or not at all, clean it (//public, /a/../public), cut parameters (/public;a=b), take a backslash for a slash, an empty segment
// for one or not, upper case for lower case, add or remove a slash at its end, or not know that a host is the same in upper case.
// Where such readings lead to different policies, the request is passed on untouched: neither policy is sure to be meant. So
// "/public/" alone does not hold for /public, nor "/{tenant}/" for /acme or /acme/, beside a "/" with another policy: add "/public"
// and "/{tenant}"; and beside another "/{page}/", "/login" needs a "/login/". A path of more than 2 KiB gets no policy either, nor
// one of which there are too many readings.
//
// Four things are taken for granted: that patterns mean the same to the handler behind (the last :id of a route means
// {id...} to Echo), that it takes a path without a slash at its end as it is, and one with a slash where a pattern without
// wildcards has it, that it does not cut off what is behind a dot (as chi's middleware.URLFormat takes /account.json for
// /account), and that hosts are the same on every port.
//
// The error joins a [*ConfigError] for each pattern that is malformed, could never match, conflicts with another, has a port
// (a policy holds for all), or begins with a method: a preflight's method is OPTIONS, so a policy goes by the rest. It is an
// error, too, if GODEBUG=httpmuxgo121=1 keeps ServeMux from knowing wildcards.
func Routes(policies map[string]*Policy) (pick func(*http.Request) *Policy, err error) {
	if !muxKnowsWildcards() {
		return nil, errors.New("cors: routes: GODEBUG=httpmuxgo121=1 keeps http.ServeMux from knowing wildcards; remove it")
	}
	rt := newRoutes()
	rt.folded = newRoutes()
	rt.folded.hosts = rt.hosts
	var errs []error
	for _, pattern := range slices.Sorted(maps.Keys(policies)) {
		if hint := rt.add(pattern, policies[pattern]); hint != "" {
			errs = append(errs, &ConfigError{"routes", pattern, CodeRoute, hint})
		}
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return rt.pick, nil
}

func muxKnowsWildcards() bool {
	mux := http.NewServeMux()
	mux.Handle("/{x}", http.NotFoundHandler())
	_, pattern := mux.Handler(&http.Request{URL: &url.URL{Path: "/a"}})
	return pattern != ""
}

// routes are policies by pattern. Every pattern in the mux has a host.
type routes struct {
	mux      *http.ServeMux
	policies map[string]*Policy
	hosts    map[string]bool // that patterns name
	upper    bool            // some pattern has upper case
	folded   *routes         // the same patterns in lower case
}

func newRoutes() *routes {
	return &routes{mux: http.NewServeMux(), policies: map[string]*Policy{}, hosts: map[string]bool{}}
}

// anyHost is the host of patterns that have none.
const anyHost = "*"

// What would take longer than these allow gets no policy.
const (
	maxPath     = 2 << 10 // bytes of a path
	maxReadings = 32      // readings of a path
	maxRead     = 8 << 10 // bytes of all of them
)

// add adds a policy. A non-empty hint says what is wrong with the pattern.
func (rt *routes) add(pattern string, p *Policy) (hint string) {
	if i := strings.IndexAny(pattern, " \t"); i >= 0 {
		if method, rest := pattern[:i], strings.Trim(pattern[i:], " \t"); isToken(method) && rest != "" {
			return fmt.Sprintf("a policy holds for all methods, so its pattern has none; write %q", rest)
		}
		return "a pattern cannot contain white space"
	}
	if strings.ContainsFunc(pattern, unicode.IsControl) {
		return "a pattern cannot contain control characters, such as the end of a line"
	}
	if _, rest, found := strings.Cut(pattern, "://"); found {
		return fmt.Sprintf("a pattern has no scheme; write %q", rest)
	}
	host, rest, found := strings.Cut(pattern, "/")
	switch {
	case pattern == "":
		return `it is empty; for all paths, write "/"`
	case pattern == "*" || pattern == "/*":
		return `for all paths, write "/"`
	case strings.Contains(host, "*"):
		return "a host has no wildcard; write a pattern for each, or give Select a function that goes by r.Host"
	case !found:
		return fmt.Sprintf("it has no path; write %q if it is one, or %q if it is a host", "/"+pattern, pattern+"/")
	}
	normal := anyHost
	if host != "" {
		name, port := splitPort(host)
		var problem string
		if normal, problem = parseHost(strings.TrimSuffix(name, ".")); problem != "" {
			return fmt.Sprintf("%q is not a host: %s", host, problem)
		}
		if port != "" {
			return fmt.Sprintf("a pattern has no port, for a policy holds for all of them; write %q", normal+"/"+rest)
		}
		if host != normal {
			return fmt.Sprintf("requests have the host in another spelling; write %q", normal+"/"+rest)
		}
		rt.hosts[normal] = true
	}
	if hint := neverMatches(host, "/"+rest); hint != "" {
		return hint
	}
	normal += "/" + rest
	if err := handle(rt.mux, normal); err != nil {
		return strings.ReplaceAll(err.Error(), anyHost, "")
	}
	rt.policies[normal] = p
	folded := fold(normal)
	switch other, there := rt.folded.policies[folded]; {
	case there && other != p:
		return "but for letter case, which means nothing to some handlers, another pattern is the same; give both the same policy"
	case !there && handle(rt.folded.mux, folded) != nil:
		return "but for letter case, which means nothing to some handlers, it conflicts with another pattern; write both in the same case"
	}
	rt.folded.policies[folded] = p
	literals := inBraces.ReplaceAllString(normal, "")
	rt.upper = rt.upper || lowerASCII(literals) != literals
	return ""
}

// fold returns a pattern in lower case. Patterns that differ in the names of wildcards become the same.
func fold(pattern string) string {
	n := 0
	return partOfPattern.ReplaceAllStringFunc(pattern, func(part string) string {
		if part[0] != '{' || part == "{$}" {
			return lowerASCII(part)
		}
		n++
		if strings.HasSuffix(part, "...}") {
			return fmt.Sprintf("{w%d...}", n)
		}
		return fmt.Sprintf("{w%d}", n)
	})
}

var (
	inBraces      = regexp.MustCompile(`\{[^}]*\}`)
	partOfPattern = regexp.MustCompile(inBraces.String() + `|[^{]+`)
)

func lowerASCII(s string) string {
	return strings.Map(func(c rune) rune {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		return c
	}, s)
}

// neverMatches says what keeps the path of a pattern from ever being that of a request, and what other routers mean by it.
func neverMatches(host, text string) (hint string) {
	segments := strings.Split(text[1:], "/")
	unclean := false
	for i, segment := range segments {
		name, colon := strings.CutPrefix(segment, ":")
		switch {
		case colon && isName(name):
			segments[i] = "{" + name + "}"
		case segment == "*" && i == len(segments)-1:
			return fmt.Sprintf("a * stands for itself; for all that is below, write %q", host+strings.TrimSuffix(text, "*"))
		case strings.Contains(segment, "*"):
			return "a * stands for itself; a wildcard for a segment is written {name}, and one for all that follows {name...}"
		case strings.HasPrefix(segment, "{") && strings.Contains(segment, ":"):
			return "a wildcard has no expression; write {name} for one segment, and {name...} for all that follow"
		case strings.ContainsAny(segment, "?#"):
			return "a pattern is a path, without query and fragment; remove them"
		}
		decoded, _ := url.PathUnescape(segment)
		unclean = unclean || decoded == "." || decoded == ".." || segment == "" && i < len(segments)-1
	}
	if named := "/" + strings.Join(segments, "/"); named != text {
		return fmt.Sprintf("a wildcard for a segment is written in braces; write %q", host+named)
	}
	if decoded, err := url.PathUnescape(text); err != nil || !utf8.ValidString(decoded) || strings.Contains(decoded, "%") ||
		strings.Contains(strings.ToLower(text), "%2f") {
		return "a pattern cannot contain an escaped slash or percent sign, or anything but UTF-8, since such paths can be read in two ways"
	}
	if unclean {
		return "the path is not clean: remove empty segments and those that are . or .."
	}
	return ""
}

// isName reports whether s can be the name of a wildcard.
func isName(s string) bool {
	for i, c := range s {
		if c != '_' && !unicode.IsLetter(c) && (i == 0 || !unicode.IsDigit(c)) {
			return false
		}
	}
	return s != ""
}

// pick returns the policy for r if all readings of r lead to the same.
func (rt *routes) pick(r *http.Request) *Policy {
	host, port := splitPort(r.Host)
	if len(r.URL.Path) > maxPath || len(r.URL.RawPath) > maxPath || len(host) > 2*maxHost {
		return nil
	}
	hosts := []string{host}
	if lower := strings.ToLower(strings.TrimSuffix(host, ".")); lower != host {
		hosts = append(hosts, lower)
	}
	if port != "" && strings.HasPrefix(host, "[") {
		hosts = append(hosts, strings.Trim(host, "[]")) // as ServeMux cuts the port
	}
	escaped := cmp.Or(r.URL.EscapedPath(), "/")
	if len(escaped) > maxPath {
		return nil
	}
	p := rt.lookup(host, escaped)
	if len(hosts) == 1 && !rt.upper && !strings.ContainsFunc(escaped, isAmbiguous) && escaped == cleanPath(escaped) {
		return p
	}
	readings := []string{escaped}
	if r.URL.RawPath != "" { // it is not escaped as everybody would
		readings = append(readings, escape(r.URL.RawPath), escapedSlash.ReplaceAllString(escaped, "%252F"))
	}
	read := 0
	for i := 0; i < len(readings); i++ {
		for _, reading := range otherReadings(readings[i]) {
			if !slices.Contains(readings, reading) {
				readings = append(readings, reading)
			}
		}
		if read += len(readings[i]); read > maxRead || len(readings) > maxReadings {
			return nil
		}
	}
	for _, host := range hosts {
		for _, text := range readings {
			if rt.lookup(host, text) != p || rt.folded.lookup(host, lowerASCII(foldsToASCII.Replace(text))) != p {
				return nil
			}
		}
	}
	return p
}

// escapedSlash is one that some handlers take for a part of a segment, which to ServeMux is no segment if there is nothing else.
var escapedSlash = regexp.MustCompile("%2[Ff]")

// foldsToASCII are the letters beyond ASCII that a regular expression such as (?i)k matches: the long s and the sign for kelvin.
var foldsToASCII = strings.NewReplacer("%C5%BF", "s", "%E2%84%AA", "k")

// isAmbiguous reports whether a handler may not take c as it is.
func isAmbiguous(c rune) bool { return c == '%' || c == ';' || c == '\\' || 'A' <= c && c <= 'Z' }

// otherReadings returns what a handler may take an escaped path for, beside what it is, in one step.
func otherReadings(escaped string) []string {
	clean := cleanPath(escaped)
	decoded, _ := url.PathUnescape(escaped)
	twice, err := url.PathUnescape(decoded)
	if err != nil {
		twice = decoded
	}
	readings := []string{clean, parameters.ReplaceAllString(escaped, ""), escape(decoded), escape(strings.ReplaceAll(decoded, `\`, "/")), escape(twice)}
	if endsInDots(escaped) {
		readings = append(readings, strings.TrimSuffix(clean, "/")+"/")
	}
	return readings
}

// parameters: https://www.rfc-editor.org/rfc/rfc3986#section-3.3
var parameters = regexp.MustCompile(`;[^/]*`)

// endsInDots reports whether a path ends in a segment for a directory, behind which RFC 3986 leaves a slash, and cleanPath none.
func endsInDots(path string) bool {
	return strings.HasSuffix(path, "/.") || strings.HasSuffix(path, "/..")
}

func escape(path string) string { return (&url.URL{Path: path}).EscapedPath() }

// lookup returns the policy for a path, or nil if a slash at its end makes a difference that no pattern is clear about, or an
// empty segment may be what a wildcard stands for.
func (rt *routes) lookup(host, escaped string) *Policy {
	if strings.Contains(escaped, "//") && emptySegments(escaped) > maxEmpty {
		return nil
	}
	other, slash := strings.CutSuffix(escaped, "/")
	if !slash {
		other += "/"
	}
	pattern := rt.match(host, escaped)
	p := rt.policies[pattern]
	switch {
	case strings.Contains(escaped, "//") && hasWildcard(pattern):
		return nil
	case other == "":
		return p
	}
	otherPattern := rt.match(host, other)
	switch {
	case rt.policies[otherPattern] == p:
	case !isExact(pattern, escaped), slash && otherPattern != "" && hasWildcard(pattern):
		return nil
	case isExact(otherPattern, other):
		// Both are meant if both are written out.
		if hostOf(pattern) != hostOf(otherPattern) || hasWildcard(pattern) || hasWildcard(otherPattern) {
			return nil
		}
	}
	return p
}

// maxEmpty is the most empty segments of a path: where a wildcard may match one, ServeMux takes twice the time for each.
const maxEmpty = 8

func emptySegments(path string) (n int) {
	for i := 1; i < len(path); i++ {
		if path[i] == '/' && path[i-1] == '/' {
			n++
		}
	}
	return n
}

// hasWildcard reports whether something in a pattern stands for other text.
func hasWildcard(pattern string) bool {
	return strings.Contains(strings.TrimSuffix(pattern, "{$}"), "{")
}

// isExact reports whether a pattern matches a path without a wildcard for any number of segments that matches one.
func isExact(pattern, escaped string) bool {
	if !strings.HasSuffix(pattern, "/") && !strings.HasSuffix(pattern, "...}") {
		return pattern != ""
	}
	return strings.HasSuffix(escaped, "/") && strings.Count(escaped, "/") == strings.Count(pattern, "/")
}

func hostOf(pattern string) string {
	host, _, _ := strings.Cut(pattern, "/")
	return host
}

// match returns the most specific pattern, which is one with a host if there is any; empty if there is none.
func (rt *routes) match(host, escaped string) string {
	text, _ := url.PathUnescape(escaped)
	for _, host := range []string{host, anyHost} {
		if host != anyHost && !rt.hosts[host] {
			continue
		}
		// For CONNECT requests, a ServeMux uses path and host unchanged: https://pkg.go.dev/net/http#ServeMux.Handler. The
		// redirections to a path with a slash at its end, which it knows for them too, go by the host in the URL, which is
		// empty here, as that of no pattern is.
		r := http.Request{Method: http.MethodConnect, Host: host, URL: &url.URL{Path: text, RawPath: escaped}}
		if _, pattern := rt.mux.Handler(&r); pattern != "" {
			return pattern
		}
	}
	return ""
}

// cleanPath cleans a path as [http.ServeMux] does.
func cleanPath(p string) string {
	if strings.HasPrefix(p, "/") && !strings.Contains(p, "//") && !strings.Contains(p, "/.") {
		return p
	}
	clean := path.Clean("/" + p)
	if strings.HasSuffix(p, "/") && clean != "/" {
		clean += "/"
	}
	return clean
}

// splitPort splits the value of a Host header. An IPv6 address keeps its brackets.
func splitPort(hostport string) (host, port string) {
	if i := strings.LastIndexByte(hostport, ':'); i > strings.LastIndexByte(hostport, ']') {
		return hostport[:i], hostport[i+1:]
	}
	return hostport, ""
}

// registeredAt is where in this package ServeMux says that a pattern comes from, and where in it, with a host, something is
// wrong: neither helps.
var registeredAt = regexp.MustCompile(` \(registered at [^)]*\)|at offset \d+: `)

// handle registers pattern, and returns what ServeMux panics with.
func handle(mux *http.ServeMux, pattern string) (err error) {
	defer func() {
		if e := recover(); e != nil {
			err = errors.New(strings.ReplaceAll(registeredAt.ReplaceAllString(fmt.Sprint(e), ""), "\n", " "))
		}
	}()
	mux.Handle(pattern, http.NotFoundHandler())
	return nil
}
