package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/seed-12f469a5/cors"
	"github.com/seed-12f469a5/cors/kong"
)

// A declaration is what this gateway knows of Kong's declarative configuration.
type declaration struct {
	FormatVersion string `yaml:"_format_version"`
	Services      []service
}

type service struct {
	Name    string
	URL     string
	Routes  []route
	Plugins []plugin
}

type route struct {
	Name      string
	Paths     []string
	StripPath *bool `yaml:"strip_path"` // Kong's default is true
}

// A plugin's configuration is read once its name is known: other plugins have other fields.
type plugin struct {
	Name   string
	Config yaml.Node
}

// newGateway returns the gateway that a kong.yml declares: every service behind the policy of its own CORS plugin. The
// error holds all that is wrong with the file, a line each; notices get what is not wrong but should be known.
//
// The longest prefix of a path decides, as in Kong, but in whole segments: /shop is not a prefix of /shopping.
func newGateway(file []byte, transport http.RoundTripper, notices *log.Logger) (http.Handler, error) {
	declared, wrong := parse(file)
	mux := http.NewServeMux()
	owner := map[string]string{} // the service of a prefix
	for i, s := range declared.Services {
		s.Name = cmp.Or(s.Name, fmt.Sprintf("service %d", i+1))
		policy, err := s.policy(notices)
		wrong.add(s.Name, err)
		target, err := s.target()
		wrong.add(s.Name, err)

		proxy := newProxy(target, policy, transport, notices)
		for _, r := range s.Routes {
			for _, p := range r.Paths {
				prefix := strings.TrimSuffix(p, "/")
				if err := checkPath(p, owner[prefix]); err != nil {
					wrong.add(s.Name, err)
					continue
				}
				owner[prefix] = s.Name

				handler := http.Handler(proxy)
				if r.StripPath == nil || *r.StripPath {
					handler = http.StripPrefix(prefix, handler)
				}
				if policy != nil {
					handler = policy.Handler(handler)
				}
				mux.Handle(prefix+"/", handler)
				if prefix != "" {
					mux.Handle(prefix, handler) // or else it is redirected, and preflights must not be
				}
			}
		}
	}
	if len(wrong) > 0 {
		return nil, errors.Join(wrong...)
	}
	return mux, nil
}

// parse reads a kong.yml as far as it can.
func parse(file []byte) (declared declaration, wrong problems) {
	decoder := yaml.NewDecoder(bytes.NewReader(file))
	decoder.KnownFields(true) // a misspelt "plugins" must not leave a service without its policy
	err := decoder.Decode(&declared)
	for more := error(nil); err == nil && more == nil; {
		var document any
		switch more = decoder.Decode(&document); {
		case more == nil && document != nil:
			err = errors.New("there is more than one document; write them as one")
		case more != nil && more != io.EOF:
			err = more
		}
	}
	var types *yaml.TypeError
	if errors.As(err, &types) {
		wrong.add("yaml", errors.New(strings.Join(types.Errors, "\n")))
	} else if err != nil && err != io.EOF {
		wrong.add("yaml", err)
	} else if len(declared.Services) == 0 {
		wrong.add("services", errors.New("there are none; declare one with name, url, routes and plugins"))
	}
	return declared, wrong
}

// policy returns what the service's CORS plugin says, or nil if there is none.
func (s service) policy(notices *log.Logger) (*cors.Policy, error) {
	var plugins []plugin
	for _, p := range s.Plugins {
		if p.Name == "cors" {
			plugins = append(plugins, p)
		} else {
			notices.Printf("%s: the plugin %q is skipped, for this gateway only knows cors", s.Name, p.Name)
		}
	}
	switch len(plugins) {
	case 0:
		notices.Printf("%s: no cors plugin, so that browsers go by what the service says itself", s.Name)
		return nil, nil
	case 1:
	default:
		return nil, fmt.Errorf("there are %d cors plugins; leave one", len(plugins))
	}

	var config kong.Config
	if err := plugins[0].Config.Decode(&config); err != nil {
		return nil, err
	}
	options, err := config.Options()
	if err != nil {
		return nil, err
	}
	policy, err := cors.New(options...) // to take a risk that the error names, append cors.Dangerously to the options
	if err != nil {
		return nil, err
	}
	for _, warning := range policy.Warnings() {
		notices.Printf("%s: warning: %s", s.Name, warning)
	}
	return policy, nil
}

// target returns where the service is.
func (s service) target() (*url.URL, error) {
	target, err := url.Parse(s.URL)
	if err != nil || target.Scheme != "http" && target.Scheme != "https" || target.Host == "" {
		return nil, fmt.Errorf("url: %q is not where a service can be; write http://host:port", s.URL)
	}
	return target, nil
}

// newProxy returns the way to a service. What the service says about CORS is removed, for its policy says it: twice is
// once too often. Only the answer to a preflight that the policy passes on is the service's own.
func newProxy(target *url.URL, policy *cors.Policy, transport http.RoundTripper, notices *log.Logger) *httputil.ReverseProxy {
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			if r.In.URL.Path == "" { // all of it was stripped, and SetURL adds a slash to the service's own
				r.Out.URL.Path, r.Out.URL.RawPath = target.Path, target.RawPath
			}
			r.SetXForwarded()
		},
		Transport: transport,
		ErrorLog:  notices,
	}
	if policy != nil {
		proxy.ModifyResponse = policy.ModifyResponse
	}
	return proxy
}

// Kong's regular expressions (~/shop/\d+) are not for this gateway, nor what means more than itself to http.ServeMux.
var plainPath = regexp.MustCompile(`^/$|^(/[\w.~-]+)+/?$`)

// checkPath says what keeps p from leading to a service, such as the other service that it leads to already.
func checkPath(p, other string) error {
	if !plainPath.MatchString(p) {
		return fmt.Errorf("paths: %q is not a plain path; write one such as /shop", p)
	}
	if other != "" {
		return fmt.Errorf("paths: %q already leads to %s; choose another", p, other)
	}
	return nil
}

// problems are what is wrong with a kong.yml.
type problems []error

// add adds each line of err, if it is not nil.
func (p *problems) add(where string, err error) {
	if err == nil {
		return
	}
	for line := range strings.SplitSeq(err.Error(), "\n") {
		*p = append(*p, fmt.Errorf("  %s: %s", where, line))
	}
}
