// Websocket guards WebSocket handshakes with the policy that guards the rest of an API.
//
//	go run ./examples/websocket -sites http://localhost:3000
//
// CORS does not cover WebSockets: a browser opens one to any server for any page, sends the cookies along, and lets the page
// read all that comes back. Only the server can refuse, by the Origin header of the handshake. Try it in the console of a
// page, of the site and of another:
//
//	new WebSocket("ws://localhost:8080/ws").onmessage = (m) => console.log(m.data)
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
	"strings"
	"syscall"
	"time"

	"github.com/gorilla/websocket"

	"github.com/seed-12f469a5/cors"
)

func main() {
	log.SetFlags(0)
	addr := flag.String("addr", "localhost:8080", "address to listen on")
	sites := flag.String("sites", "http://localhost:3000", "origins of the web sites that may connect, separated by commas")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C does not wait
	handler, err := api(strings.Split(*sites, ","))
	if err == nil {
		err = serve(ctx, *addr, handler, os.Stdout)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// api is an API with a WebSocket, for pages of the given sites.
func api(sites []string) (http.Handler, error) {
	// Handshakes always bring cookies. So does what WithCredentials allows, for which New refuses sites that are anybody's.
	policy, err := cors.New(cors.WithOrigins(sites...), cors.WithMethods("GET"), cors.WithHeaders(), cors.WithCredentials())
	if err != nil {
		return nil, err
	}
	upgrader := &websocket.Upgrader{
		CheckOrigin:      checkOrigin(policy),
		HandshakeTimeout: 10 * time.Second,
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /time", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, time.Now().Format(time.RFC3339)) })
	mux.HandleFunc("GET /ws", func(w http.ResponseWriter, r *http.Request) { echo(upgrader, w, r) })
	return policy.Handler(mux), nil // it passes the ResponseWriter on as it is, so that the upgrader can hijack it
}

// checkOrigin decides who may open a WebSocket. It replaces the upgrader's own check, which admits the server's own pages:
// if there are any, list their origin too.
func checkOrigin(policy *cors.Policy) func(*http.Request) bool {
	return func(r *http.Request) bool {
		switch origins := r.Header["Origin"]; len(origins) {
		case 0:
			// No browser: browsers send Origin with every handshake. Other clients (a phone's app, a script in a terminal)
			// could send whatever origin they like, so to refuse them for want of one would protect nothing: what keeps
			// strangers out is authentication. If all your clients are browsers, return false.
			return true
		case 1:
			return policy.AllowsOrigin(origins[0])
		default:
			return false // no browser sends two
		}
	}
}

// echo sends back what it gets, after a greeting.
func echo(upgrader *websocket.Upgrader, w http.ResponseWriter, r *http.Request) {
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		log.Printf("from origin %q: %v", r.Header.Get("Origin"), err) // it has answered: with 403, if the origin was at fault
		return
	}
	defer conn.Close()
	conn.SetReadLimit(1 << 16)
	kind, message := websocket.TextMessage, []byte("hello")
	for err == nil {
		if err = conn.WriteMessage(kind, message); err == nil {
			kind, message, err = conn.ReadMessage()
		}
	}
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
