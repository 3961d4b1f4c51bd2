package main

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/seed-12f469a5/cors"
)

const sameOrigin = "same_origin"

// observer returns a function for [cors.WithObserver] that counts decisions for Prometheus and for OpenTelemetry.
//
// They are counted by kind and reason, of which there are fifteen pairs: what is refused to a page of the server itself, and
// granted by the browser all the same, has the reason "same_origin" here. Never count by origin, method or header: it is for
// strangers to choose them, and each new one would be one more time series, for ever. A log is the place for those:
// [cors.LogDenied].
func observer(registry prometheus.Registerer, otel metric.MeterProvider) (func(*http.Request, cors.Decision), error) {
	requests := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "cors_requests_total",
		Help: "CORS requests, by kind (actual, preflight) and by the reason of the decision.",
	}, []string{"kind", "reason"})
	// A series that begins with 1 has no rate: Prometheus has not seen it rise. So all begin with 0.
	for _, kind := range []cors.Kind{cors.Actual, cors.Preflight} {
		for reason := cors.Allowed; reason <= cors.Delegated; reason++ {
			requests.WithLabelValues(kind.String(), reason.String())
		}
	}
	requests.WithLabelValues(cors.Actual.String(), sameOrigin)
	if err := registry.Register(requests); err != nil {
		return nil, err
	}

	decisions, err := otel.Meter("github.com/seed-12f469a5/cors").Int64Counter("cors.requests",
		metric.WithUnit("{request}"),
		metric.WithDescription("CORS requests, by kind and by the reason of the decision."))
	if err != nil {
		return nil, err
	}

	return func(r *http.Request, d cors.Decision) {
		kind, reason := d.Kind.String(), d.Reason.String()
		if d.SameOrigin() {
			reason = sameOrigin
		}
		requests.WithLabelValues(kind, reason).Inc()
		decisions.Add(r.Context(), 1, metric.WithAttributes(attribute.String("cors.kind", kind), attribute.String("cors.reason", reason)))
	}, nil
}

// timed puts policy in front of next, and measures what that costs: the time in the policy's handler less the time in next.
//
// It is the time on the clock, and so includes the observer, whatever function decides about origins, and any pause of the
// scheduler or the garbage collector. With four readings of the clock it is a fraction of a microsecond too much. What
// net/http does with the policy's headers later, when it writes them, is not in it. A request whose handler panics is not
// counted.
func timed(registry prometheus.Registerer, policy *cors.Policy, next http.Handler) http.Handler {
	cost := prometheus.NewHistogram(prometheus.HistogramOpts{
		Name:    "cors_overhead_seconds",
		Help:    "Time that the CORS policy adds to a request, without the handler behind it.",
		Buckets: prometheus.ExponentialBuckets(500e-9, 2, 16), // 0.5 µs to 16 ms: a policy without a database needs few of them
	})
	registry.MustRegister(cost)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var behind time.Duration
		handler := policy.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			start := time.Now()
			next.ServeHTTP(w, r)
			behind = time.Since(start)
		}))
		start := time.Now()
		handler.ServeHTTP(w, r)
		cost.Observe((time.Since(start) - behind).Seconds())
	})
}
