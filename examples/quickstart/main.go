// Quickstart shows a CORS policy at work in your browser.
//
//	go run ./examples/quickstart          then open the addresses that it prints
//	go run ./examples/quickstart -check   the same without a browser
//
// It runs an API behind a policy on one port (api.go: start reading there) and a web site on two others, one that the
// policy allows and one that it does not. The site's page (page.html) tries the requests of matrix.go with fetch, and
// shows what the browser made of each beside the sentence with which the policy explains its decision.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"github.com/seed-12f469a5/cors"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C does not wait
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the whole program; it returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var (
		flags     = flag.NewFlagSet("quickstart", flag.ContinueOnError)
		addr      = flags.String("addr", "localhost", "interface to listen on; what you open in the browser remains localhost")
		checkOnly = flags.Bool("check", false, "try the matrix without a browser, on free ports, and exit with status 0 if all is as intended")
		wanted    ports
	)
	flags.IntVar(&wanted.api, "api-port", 8080, "port of the API")
	flags.IntVar(&wanted.allowed, "allowed-port", 8081, "port of the site that the policy allows")
	flags.IntVar(&wanted.denied, "denied-port", 8082, "port of the site that the policy does not allow")
	flags.SetOutput(stderr)
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case flags.NArg() > 0:
		fmt.Fprintf(stderr, "quickstart: unexpected argument %q; see -help\n", flags.Arg(0))
		return 2
	}

	do := func() error { return serve(ctx, *addr, wanted, stdout) }
	if *checkOnly {
		do = func() error { return check(newPolicy, stdout) }
	}
	if err := do(); err != nil {
		fmt.Fprintln(stderr, "quickstart:", err)
		return 1
	}
	return 0
}

// serve runs the demo until ctx is done.
func serve(ctx context.Context, addr string, wanted ports, stdout io.Writer) error {
	out := log.New(stdout, "", 0)
	d, err := start(addr, wanted, newPolicy, out)
	if err != nil {
		return err
	}
	defer d.stop()

	out.Printf("API           %s", localhost(d.ports.api))
	out.Printf("allowed site  %s", localhost(d.ports.allowed))
	out.Printf("denied site   %s", localhost(d.ports.denied))
	out.Printf("\nOpen the sites in a browser; they link to more. Ctrl-C ends this.\n\n")

	select {
	case <-ctx.Done():
		return nil
	case err := <-d.failed:
		return err
	}
}

type ports struct{ api, allowed, denied int }

func localhost(port int) string { return "http://localhost:" + strconv.Itoa(port) }

// A demo is the API and the two sites, running.
type demo struct {
	ports     ports
	policy    *cors.Policy
	decisions decisions
	out       *log.Logger

	servers []*http.Server
	failed  chan error
}

// start runs a demo. Where a port is 0, a free one is taken.
func start(addr string, wanted ports, newPolicy func(allowedPort int) *cors.Policy, out *log.Logger) (*demo, error) {
	d := &demo{ports: wanted, out: out, failed: make(chan error, 1)}

	// The policy names ports, so listen first.
	var listeners [3][]net.Listener
	for i, p := range []struct {
		flag string
		port *int
	}{{"api-port", &d.ports.api}, {"allowed-port", &d.ports.allowed}, {"denied-port", &d.ports.denied}} {
		var err error
		if listeners[i], err = listen(addr, p.port, p.flag); err != nil {
			for _, ls := range listeners {
				closeAll(ls)
			}
			return nil, err
		}
	}

	d.policy = newPolicy(d.ports.allowed)
	for i, handler := range []http.Handler{d.api(), d.site(), d.site()} {
		server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
		d.servers = append(d.servers, server)
		for _, l := range listeners[i] {
			go func() {
				if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
					select {
					case d.failed <- err:
					default: // one is enough
					}
				}
			}()
		}
	}
	return d, nil
}

// stop lets requests in flight finish, but not for long: browsers hold connections open that they never use.
func (d *demo) stop() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	for _, server := range d.servers {
		if server.Shutdown(ctx) != nil {
			server.Close()
		}
	}
}

// listen opens port on addr. The name localhost means both loopback addresses, for browsers try both: what listened on
// the other one would get their requests.
func listen(addr string, port *int, flag string) (listeners []net.Listener, err error) {
	hosts := []string{addr}
	if addr == "localhost" {
		hosts = []string{"127.0.0.1"}
		if l, err := net.Listen("tcp", "[::1]:0"); err == nil { // this machine has IPv6
			l.Close()
			hosts = append(hosts, "::1")
		}
	}
	for _, host := range hosts {
		l, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(*port)))
		if err != nil {
			closeAll(listeners)
			return nil, fmt.Errorf("%w\nIf another program uses port %d, stop it or choose another port with -%s", err, *port, flag)
		}
		*port = l.Addr().(*net.TCPAddr).Port
		listeners = append(listeners, l)
	}
	return listeners, nil
}

func closeAll(listeners []net.Listener) {
	for _, l := range listeners {
		l.Close()
	}
}
