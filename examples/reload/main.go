// Reload replaces the policies of a running service when their file changes.
//
//	go run ./examples/reload -policies examples/reload/policies.yaml
//
// Then change the file. If there is something wrong with it, every problem is reported with its line, and the policies that
// were good go on. policies.go turns the file into policies, watch.go notices that it has changed.
package main

import (
	"context"
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

	"github.com/seed-12f469a5/cors"
)

func main() {
	log.SetFlags(0)
	addr := flag.String("addr", "localhost:8080", "address to listen on")
	file := flag.String("policies", "policies.yaml", "file of policies")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C does not wait
	if err := run(ctx, *addr, *file, os.Stdout, log.Default()); err != nil {
		log.Fatal(err)
	}
}

// run serves until ctx is done. It does not start without policies that are good.
func run(ctx context.Context, addr, file string, stdout io.Writer, logger *log.Logger) error {
	live, err := watch(ctx, file, logger)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "hello") })
	return serve(ctx, addr, cors.Select(live.pick)(mux), stdout)
}

// serve serves on addr until ctx is done.
func serve(ctx context.Context, addr string, handler http.Handler, stdout io.Writer) error {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("%w\nIf another program uses %s, stop it or choose another address with -addr", err, addr)
	}
	fmt.Fprintf(stdout, "listening on http://%s (Ctrl-C ends this)\n", listener.Addr())

	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
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
