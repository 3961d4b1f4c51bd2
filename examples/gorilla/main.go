// Gorilla puts two policies in front of an API that is routed by gorilla/mux.
//
//	go run ./examples/gorilla -site http://localhost:3000
//
// Scripts of the site may use all of the API, scripts of any site may read what is public. Preflights need no
// authentication, and errors (401, 404, 405) can be read like any other answer, because the policies come before all that
// could answer in their place. No policy holds for a path that may be meant for either, such as /Public/x. See it from a
// script:
//
//	await fetch("http://localhost:8080/api/items/7", {method: "PUT", headers: {Authorization: "Bearer demo"}})
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

	"github.com/gorilla/mux"
	"github.com/seed-12f469a5/cors"
)

func main() {
	log.SetFlags(0)
	addr := flag.String("addr", "localhost:8080", "address to listen on")
	site := flag.String("site", "http://localhost:3000", "origin of the web site that may use the API")
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

// api is the whole API, for scripts of the given site.
func api(site string) (http.Handler, error) {
	app, err := cors.New(
		cors.WithOrigins(site),
		cors.WithMethods("GET", "POST", "PUT", "DELETE"),
		cors.WithHeaders("Authorization", "Content-Type"),
	)
	if err != nil {
		return nil, err
	}
	public := cors.MustNew(cors.WithOrigins("*"), cors.WithMethods("GET"), cors.WithHeaders())
	pick, err := cors.Routes(map[string]*cors.Policy{
		"/":        app,
		"/public":  public, // without it, neither policy would be sure to be meant by /public
		"/public/": public, // the most specific pattern wins
	})
	if err != nil {
		return nil, err
	}

	r := mux.NewRouter()
	items := r.PathPrefix("/api/items").Subrouter()
	items.Use(authenticated)
	items.HandleFunc("", says("all items")).Methods("GET")
	items.HandleFunc("", says("added an item")).Methods("POST")
	items.HandleFunc("/{id}", says("an item")).Methods("GET")
	items.HandleFunc("/{id}", says("replaced an item")).Methods("PUT")
	items.HandleFunc("/{id}", says("deleted an item")).Methods("DELETE")
	r.HandleFunc("/public/status", says("all is well")).Methods("GET")

	// Wrong: what is given to Use runs only for requests that match a route, method and all. Preflights do not (their method
	// is OPTIONS: the router answers 405), and neither does what ends in 404, in 405 or in a redirect to a clean path.
	//
	//	r.Use(app.Handler)
	//
	// Wrong: a preflight carries no credentials, so authentication ahead of the policy answers it with 401.
	//
	//	return authenticated(cors.Select(pick)(r)), nil
	return cors.Select(pick)(r), nil
}

// authenticated stands for the authentication of your API: bearer tokens here, of which there is one.
func authenticated(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer demo" {
			w.Header().Set("WWW-Authenticate", "Bearer")
			http.Error(w, "say who you are, with Authorization: Bearer demo", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func says(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, text) }
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
