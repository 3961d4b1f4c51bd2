// Metrics counts what a policy decides, and measures what it costs.
//
//	go run ./examples/metrics -site http://localhost:3000          then see http://localhost:8080/metrics
//	go run ./examples/metrics -otel                                the same counts by OpenTelemetry, printed every ten seconds
//
// observe.go has the metrics; dashboard.json shows them in Grafana (Dashboards, New, Import).
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

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.opentelemetry.io/otel/exporters/stdout/stdoutmetric"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"
	sdk "go.opentelemetry.io/otel/sdk/metric"

	"github.com/seed-12f469a5/cors"
)

func main() {
	log.SetFlags(0)
	addr := flag.String("addr", "localhost:8080", "address to listen on")
	site := flag.String("site", "http://localhost:3000", "origin of the web site that may use the API")
	otel := flag.Bool("otel", false, "print OpenTelemetry's metrics too")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C does not wait
	if err := run(ctx, *addr, *site, *otel, os.Stdout); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, addr, site string, otel bool, stdout io.Writer) error {
	var provider metric.MeterProvider = noop.NewMeterProvider()
	if otel {
		// In production the exporter is otlpmetrichttp's, say; the rest is the same.
		exporter, err := stdoutmetric.New(stdoutmetric.WithWriter(stdout))
		if err != nil {
			return err
		}
		printing := sdk.NewMeterProvider(sdk.WithReader(sdk.NewPeriodicReader(exporter, sdk.WithInterval(10*time.Second))))
		defer func() {
			if err := printing.Shutdown(context.Background()); err != nil { // prints for the last time
				log.Print(err)
			}
		}()
		provider = printing
	}
	handler, err := api(site, provider)
	if err != nil {
		return err
	}
	return serve(ctx, addr, handler, stdout)
}

// api is an API for scripts of the given site, and the page of its metrics.
func api(site string, otel metric.MeterProvider) (http.Handler, error) {
	registry := prometheus.NewRegistry()
	observe, err := observer(registry, otel)
	if err != nil {
		return nil, err
	}
	policy, err := cors.New(
		cors.WithOrigins(site),
		cors.WithMethods("GET", "PUT"),
		cors.WithHeaders("Content-Type"),
		cors.WithObserver(observe),
	)
	if err != nil {
		return nil, err
	}
	hello := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "hello") })

	mux := http.NewServeMux()
	mux.Handle("/", timed(registry, policy, hello))
	// Beside the policy, not behind it: no web page is meant to read this. Others can; to keep it from them, listen on
	// another address for it.
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	return mux, nil
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
