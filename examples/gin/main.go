// Gin puts two policies in front of an API that is routed by Gin.
//
//	go run ./examples/gin -site http://localhost:3000
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

	"github.com/gin-gonic/gin"
	"github.com/seed-12f469a5/cors"
)

func main() {
	log.SetFlags(0)
	addr := flag.String("addr", "localhost:8080", "address to listen on")
	site := flag.String("site", "http://localhost:3000", "origin of the web site that may use the API")
	flag.Parse()
	gin.SetMode(gin.ReleaseMode)

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

	engine := gin.New()
	engine.Use(gin.Recovery())
	engine.HandleMethodNotAllowed = true // 405 and not 404 for a wrong method

	items := engine.Group("/api/items", authenticated)
	items.GET("", says("all items"))
	items.POST("", says("added an item"))
	items.GET("/:id", says("an item"))
	items.PUT("/:id", says("replaced an item"))
	items.DELETE("/:id", says("deleted an item"))
	engine.GET("/public/status", says("all is well"))

	// Gin can wrap a handler of net/http, but not middleware: what WrapH wraps cannot keep Gin from going on. It need not,
	// for the engine is itself a handler, and the policies go around it.
	//
	// Wrong: the handlers of a group run only after a route was found, method and all. A preflight's method is OPTIONS: Gin
	// answers it with 405 (or 404).
	//
	//	engine.Group("/api/items", gin.WrapH(app.Handler(nothing)))
	//
	// Wrong: the policy answers the preflight, but then Gin calls authenticated, whose 401 takes the answer's place. And even
	// alone it would miss Gin's redirects, such as from /api/items/ to /api/items.
	//
	//	engine.Use(gin.WrapH(app.Handler(nothing)), authenticated)
	return cors.Select(pick)(engine), nil
}

// authenticated stands for the authentication of your API: bearer tokens here, of which there is one.
func authenticated(c *gin.Context) {
	if c.GetHeader("Authorization") != "Bearer demo" {
		c.Header("WWW-Authenticate", "Bearer")
		c.AbortWithStatusJSON(http.StatusUnauthorized, gin.H{"error": "say who you are, with Authorization: Bearer demo"})
	}
}

func says(text string) gin.HandlerFunc {
	return func(c *gin.Context) { c.String(http.StatusOK, "%s\n", text) }
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
