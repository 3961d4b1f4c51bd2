// Connect puts a policy in front of a service that speaks Connect, gRPC-Web and gRPC.
//
//	go run ./examples/connect -site http://localhost:3000
//
// What the protocols need of CORS (methods, request headers, and the response headers that carry a call's status) is listed
// by connectrpc.com/cors; the policy takes it from there. Call the service from a script, or from a terminal:
//
//	curl --json '"Ada"' http://localhost:8080/greet.v1.GreetService/Greet
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
	"syscall"
	"time"

	"connectrpc.com/connect"
	connectcors "connectrpc.com/cors"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/seed-12f469a5/cors"
)

func main() {
	log.SetFlags(0)
	addr := flag.String("addr", "localhost:8080", "address to listen on")
	site := flag.String("site", "http://localhost:3000", "origin of the web site that may call the service")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C does not wait
	handler, err := api(*site)
	if err == nil {
		err = serve(ctx, *addr, handler, os.Stdout)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// api is all services behind one policy, for scripts of the given site.
func api(site string) (http.Handler, error) {
	policy, err := cors.New(
		cors.WithOrigins(site),
		cors.WithMethods(connectcors.AllowedMethods()...),
		cors.WithHeaders(connectcors.AllowedHeaders()...),
		cors.WithExposedHeaders(connectcors.ExposedHeaders()...),

		// What your interceptors read and write comes on top: options of the same list add up.
		cors.WithHeaders("Authorization"),
		cors.WithExposedHeaders("Greeting-Language"),

		// Every call but a Connect GET needs a preflight. This is as long as Chromium remembers one.
		cors.WithMaxAge(2*time.Hour),
	)
	if err != nil {
		return nil, err
	}

	mux := http.NewServeMux()
	const procedure = "/greet.v1.GreetService/Greet"
	// Generated code would register all procedures of a service at once. This one has none, to need no protoc.
	mux.Handle(procedure, connect.NewUnaryHandler(procedure, greet, connect.WithIdempotency(connect.IdempotencyNoSideEffects)))

	// The policy is no interceptor: a preflight is no call, so interceptors never see one.
	return policy.Handler(mux), nil
}

func greet(_ context.Context, name *connect.Request[wrapperspb.StringValue]) (*connect.Response[wrapperspb.StringValue], error) {
	if name.Msg.Value == "" {
		return nil, connect.NewError(connect.CodeInvalidArgument, errors.New("whom shall I greet?"))
	}
	greeting := connect.NewResponse(wrapperspb.String("Hello, " + name.Msg.Value + "!"))
	greeting.Header().Set("Greeting-Language", "en")
	return greeting, nil
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
