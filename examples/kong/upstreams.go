package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"

	"github.com/seed-12f469a5/cors"
)

// upstreams are the services that kong.yml names, by their hosts.
var upstreams = map[string]http.Handler{
	"catalog.internal:80": catalog(),
	"orders.internal:80":  ordersPolicy.Handler(orders()),
}

func catalog() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /books", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Total-Count", "2")
		fmt.Fprintln(w, `["Emma", "Persuasion"]`)
	})
	return mux
}

// ordersPolicy is the service's own. The gateway leaves preflights to it, and has the last word on everything else, which
// the partner will notice.
var ordersPolicy = cors.MustNew(
	cors.WithOrigins("https://shop.example.com", "https://*.preview.example.com", "https://partner.example.net"),
	cors.WithMethods("GET", "PUT"),
	cors.WithHeaders("Content-Type"),
	cors.WithCredentials(),
)

func orders() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/orders", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Total-Count", "7")
		fmt.Fprintln(w, "orders")
	})
	mux.HandleFunc("/orders/{id}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s %s\n", r.Method, r.PathValue("id"))
	})
	return mux
}

// startUpstreams starts the upstreams, on free ports, and returns a transport that finds them by their hosts, as the
// network of a cluster would.
func startUpstreams() (transport *http.Transport, stop func()) {
	address := map[string]string{}
	var servers []*httptest.Server
	for host, handler := range upstreams {
		server := httptest.NewServer(handler)
		servers = append(servers, server)
		address[host] = server.Listener.Addr().String()
	}
	transport = http.DefaultTransport.(*http.Transport).Clone()
	transport.Proxy = nil // a gateway knows its services
	dial := transport.DialContext
	transport.DialContext = func(ctx context.Context, network, host string) (net.Conn, error) {
		if own, ok := address[host]; ok {
			host = own
		}
		return dial(ctx, network, host)
	}
	return transport, func() {
		transport.CloseIdleConnections()
		for _, server := range servers {
			server.Close()
		}
	}
}
