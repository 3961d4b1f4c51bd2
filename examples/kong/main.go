// Kong is a small gateway: a reverse proxy that reads a declarative kong.yml and protects each service with the policy of
// its CORS plugin.
//
//	go run ./examples/kong                     the gateway of kong.yml, on localhost:8080
//	go run ./examples/kong -config FILE        the gateway of another file
//	go run ./examples/kong -check              what a browser would do with the requests of check.go
//
// Ask it with
//
//	curl -i -H "Origin: https://shop.example.com" localhost:8080/shop/orders
//
// Start reading in gateway.go. The services that kong.yml names are in upstreams.go; the program runs them itself.
package main

import (
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

//go:embed kong.yml
var kongYML []byte

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C does not wait
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the whole program; it returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var (
		flags      = flag.NewFlagSet("kong", flag.ContinueOnError)
		addr       = flags.String("addr", "localhost:8080", "address to listen on")
		configFile = flags.String("config", "", "kong.yml to read in place of the one that is built in")
		checkOnly  = flags.Bool("check", false, "try some requests as a browser would, on a free port, and exit with status 0 if all is as intended")
	)
	flags.SetOutput(stderr)
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case flags.NArg() > 0:
		fmt.Fprintf(stderr, "kong: unexpected argument %q; see -help\n", flags.Arg(0))
		return 2
	}

	do := func(gateway http.Handler) error { return serve(ctx, *addr, gateway, stdout) }
	if *checkOnly {
		do = func(gateway http.Handler) error { return check(gateway, stdout) }
	}
	if err := withGateway(*configFile, log.New(stderr, "", 0), do); err != nil {
		fmt.Fprintln(stderr, "kong:", err)
		return 1
	}
	return 0
}

// withGateway hands the gateway of a kong.yml to do, while the upstreams run.
func withGateway(configFile string, notices *log.Logger, do func(gateway http.Handler) error) error {
	name, config := "kong.yml", kongYML
	if configFile != "" {
		var err error
		if config, err = os.ReadFile(configFile); err != nil {
			return err
		}
		name = configFile
	}
	transport, stop := startUpstreams()
	defer stop()
	gateway, err := newGateway(config, transport, notices)
	if err != nil {
		return fmt.Errorf("%s cannot be used:\n%w", name, err)
	}
	return do(gateway)
}

// serve runs the gateway until ctx is done.
func serve(ctx context.Context, addr string, gateway http.Handler, stdout io.Writer) error {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("%w\nIf another program uses %s, stop it or choose another address with -addr", err, addr)
	}
	server := &http.Server{Handler: gateway, ReadHeaderTimeout: 10 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	fmt.Fprintf(stdout, "http://%s\nCtrl-C ends this.\n", listener.Addr())

	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	// Requests in flight may finish, but not for long: browsers hold connections open that they never use.
	grace, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if server.Shutdown(grace) != nil {
		return server.Close()
	}
	return nil
}
