// Echo puts two policies in front of an API that is routed by Echo, by means of its WrapMiddleware.
//
//	go run ./examples/echo -site http://localhost:3000
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

	"github.com/labstack/echo/v5"
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

	e := echo.New()
	// Pre comes before routing and before all that is given to Use. Use would do, if nothing in Pre answers or redirects.
	e.Pre(echo.WrapMiddleware(cors.Select(pick)))

	items := e.Group("/api/items", authenticated)
	items.GET("", says("all items"))
	items.POST("", says("added an item"))
	items.GET("/:id", says("an item"))
	items.PUT("/:id", says("replaced an item"))
	items.DELETE("/:id", says("deleted an item"))
	e.GET("/public/status", says("all is well"))

	// Wrong: the middleware of a route runs only after the route was found, method and all. A preflight's method is OPTIONS:
	// Echo answers it by itself, with 204 and nothing that tells the browser to go on. (That of a group runs all the same,
	// by the catch-all routes that Echo gives to groups unless told not to, but never for what is outside of the group.)
	//
	//	e.PUT("/api/items/:id", replace, echo.WrapMiddleware(app.Handler))
	//
	// Wrong: a preflight carries no credentials, so authentication ahead of the policy answers it with 401.
	//
	//	e.Use(authenticated, echo.WrapMiddleware(app.Handler))
	return e, nil
}

// authenticated stands for the authentication of your API: bearer tokens here, of which there is one.
func authenticated(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c *echo.Context) error {
		if c.Request().Header.Get("Authorization") != "Bearer demo" {
			c.Response().Header().Set("WWW-Authenticate", "Bearer")
			return echo.NewHTTPError(http.StatusUnauthorized, "say who you are, with Authorization: Bearer demo")
		}
		return next(c)
	}
}

func says(text string) echo.HandlerFunc {
	return func(c *echo.Context) error { return c.String(http.StatusOK, text+"\n") }
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
