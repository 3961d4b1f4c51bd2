// Gatewayapi does the walk-through of kgateway's page on CORS (https://kgateway.dev/docs/envoy/latest/security/cors/) without a cluster:
// a manifest becomes a policy, the policy protects a service like httpbin, and the page's curl commands are sent to it.
//
//	go run ./examples/gatewayapi
//
// prints the commands and their answers, for the page's HTTPRoute (httproute.yaml) and for its TrafficPolicy
// (trafficpolicy.yaml). To send the commands yourself, or to try a manifest of your own:
//
//	go run ./examples/gatewayapi -addr localhost:8080
//	go run ./examples/gatewayapi -addr localhost:8080 -manifest my-route.yaml
package main

import (
	"embed"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/seed-12f469a5/cors"
	"github.com/seed-12f469a5/cors/gatewayapi"
)

//go:embed httproute.yaml trafficpolicy.yaml
var manifests embed.FS

func main() {
	log.SetFlags(0)
	addr := flag.String("addr", "", "address to serve on, such as localhost:8080; without it, the page's commands are sent and answered")
	file := flag.String("manifest", "", "manifest to serve, with -addr (default: the page's HTTPRoute)")
	flag.Parse()

	var err error
	if *addr == "" {
		err = walkThrough(os.Stdout)
	} else {
		err = serve(*addr, *file)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// protect puts the policy of a manifest's CORS filter in front of a service.
func protect(service http.Handler, manifest []byte) (http.Handler, error) {
	filters, err := gatewayapi.Parse(manifest)
	if err != nil {
		return nil, err
	}
	if len(filters) != 1 {
		return nil, fmt.Errorf("the manifest has %d CORS filters, and one service needs one", len(filters))
	}
	opts, err := filters[0].Options()
	if err != nil {
		return nil, err
	}
	policy, err := cors.New(opts...)
	if err != nil {
		return nil, err
	}
	return policy.Handler(service), nil
}

// httpbin answers as httpbin.org/headers does, with the headers of the request, and knows nothing of CORS.
func httpbin(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-HTTPRoute-Header", "exposed by the HTTPRoute")
	w.Header().Set("X-TrafficPolicy-Header", "exposed by the TrafficPolicy")
	_ = json.NewEncoder(w).Encode(map[string]any{"headers": r.Header})
}

func serve(addr, file string) error {
	manifest, err := manifests.ReadFile("httproute.yaml")
	if file != "" {
		manifest, err = os.ReadFile(file)
	}
	if err != nil {
		return err
	}
	handler, err := protect(http.HandlerFunc(httpbin), manifest)
	if err != nil {
		return err
	}
	log.Printf("serving on http://%s/headers", addr)
	return http.ListenAndServe(addr, handler)
}

// A command is one of the page's curl commands.
type command struct {
	method string
	header []string // as for curl's -H
}

// The page's commands: first as requests, from an origin that is allowed and from one that is not, and then as preflights,
// which later editions of the page send.
var commands = []command{
	{"GET", []string{"Origin: https://example.com/", "Access-Control-Request-Method: GET"}},
	{"GET", []string{"Origin: https://notallowed.com/", "Access-Control-Request-Method: GET"}},
	{"OPTIONS", []string{"Origin: https://example.com", "Access-Control-Request-Method: POST", "Access-Control-Request-Headers: Origin"}},
	{"OPTIONS", []string{"Origin: https://notallowed.com", "Access-Control-Request-Method: POST", "Access-Control-Request-Headers: Origin"}},
}

// walkThrough sends the commands to a service behind each of the page's manifests, and writes them and their answers.
func walkThrough(w io.Writer) error {
	for _, name := range []string{"httproute.yaml", "trafficpolicy.yaml"} {
		fmt.Fprintf(w, "# %s\n\n", name)
		if err := try(w, name); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func try(w io.Writer, name string) error {
	manifest, err := manifests.ReadFile(name)
	if err != nil {
		return err
	}
	handler, err := protect(http.HandlerFunc(httpbin), manifest)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: handler}
	defer server.Close()
	go server.Serve(listener) // until it is closed
	for _, c := range commands {
		if err := c.send(w, listener.Addr().String()); err != nil {
			return err
		}
	}
	return nil
}

// send sends a command to a service, and writes it and what matters of the answer.
func (c command) send(w io.Writer, addr string) error {
	req, err := http.NewRequest(c.method, "http://"+addr+"/headers", nil)
	if err != nil {
		return err
	}
	req.Host = "cors.example:8080"
	fmt.Fprintf(w, "$ curl -i -X %s %s -H \"host: %s\"", c.method, req.URL, req.Host)
	for _, line := range c.header {
		fmt.Fprintf(w, " \\\n  -H %q", line)
		name, value, _ := strings.Cut(line, ": ")
		req.Header.Set(name, value)
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return err
	}
	if err := resp.Body.Close(); err != nil {
		return err
	}
	fmt.Fprintf(w, "\n%s %s\n", resp.Proto, resp.Status)
	for _, name := range slices.Sorted(maps.Keys(resp.Header)) {
		if lower := strings.ToLower(name); strings.HasPrefix(lower, "access-control-") || lower == "vary" {
			fmt.Fprintf(w, "%s: %s\n", lower, strings.Join(resp.Header[name], ", "))
		}
	}
	_, err = fmt.Fprintln(w)
	return err
}
