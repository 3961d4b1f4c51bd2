// Csrf puts protection against cross-site request forgery beside a CORS policy, with one list of origins for both.
//
//	go run ./examples/csrf -sites http://localhost:3000,https://*.preview.example.com
//
// A browser sends a form's POST, cookies and all, before it asks anybody. CORS merely hides the answer from the script that
// sent it: the order is placed. http.CrossOriginProtection refuses it, and needs to know which sites are meant to send it.
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
	"sync/atomic"
	"syscall"
	"time"

	"github.com/seed-12f469a5/cors"
)

func main() {
	log.SetFlags(0)
	addr := flag.String("addr", "localhost:8080", "address to listen on")
	sites := flag.String("sites", "http://localhost:3000", "origins of the web sites that may use the shop, separated by commas")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C does not wait
	handler, err := shop(strings.Split(*sites, ","))
	if err == nil {
		err = serve(ctx, *addr, handler, os.Stdout)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// shop is a shop that knows its customers by a cookie. Scripts of the given sites may use it in their visitors' names.
func shop(sites []string) (http.Handler, error) {
	policy, err := cors.New(
		cors.WithOrigins(sites...),
		cors.WithMethods("GET", "POST", "PUT"),
		cors.WithHeaders("Content-Type"),
		cors.WithCredentials(),
	)
	if err != nil {
		return nil, err
	}

	var orders atomic.Int64
	mux := http.NewServeMux()
	mux.HandleFunc("POST /login", func(w http.ResponseWriter, r *http.Request) {
		// SameSite=None has browsers send the cookie with requests from other sites: from yours, and from forgers'.
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "ada", Path: "/", HttpOnly: true, Secure: true, SameSite: http.SameSiteNoneMode})
	})
	mux.HandleFunc("GET /orders", customers(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, orders.Load()) }))
	mux.HandleFunc("POST /orders", customers(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, orders.Add(1)) }))
	mux.HandleFunc("PUT /orders", customers(func(w http.ResponseWriter, r *http.Request) { orders.Store(1) }))

	// Wrong: the policy alone. A forged POST reaches the mux.
	//
	//	return policy.Handler(mux), nil
	return policy.Handler(unforged(policy, mux)), nil
}

// unforged refuses requests that change something and come from another origin, unless policy allows that origin. (The
// protection's own AddTrustedOrigin takes no wildcards and no regular expressions, and would need the list again.)
func unforged(policy *cors.Policy, next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := protection.Check(r); err != nil && !policy.AllowsOrigin(r.Header.Get("Origin")) {
			http.Error(w, err.Error(), http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// customers lets in who is logged in.
func customers(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if session, err := r.Cookie("session"); err != nil || session.Value != "ada" {
			http.Error(w, "log in first", http.StatusUnauthorized)
			return
		}
		next(w, r)
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
