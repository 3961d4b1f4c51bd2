package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/metric/noop"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/seed-12f469a5/cors"
	"github.com/seed-12f469a5/cors/corstest"
)

const (
	site     = "http://localhost:3000"
	stranger = "https://stranger.example"
)

// want is what traffic leaves behind.
var want = map[string]int{
	"actual allowed":               2, // a GET, and the PUT after its preflight
	"preflight allowed":            1,
	"preflight method_not_allowed": 1,
	"preflight header_not_allowed": 1,
	"actual origin_not_allowed":    3,
	"actual same_origin":           1,
}

// traffic sends requests with different ends from pages of the site and of strangers.
func traffic(t *testing.T, url string) {
	t.Helper()
	for _, r := range []corstest.Request{
		{}, {Method: "PUT"}, {Method: "DELETE"}, {Header: http.Header{"X-Debug": {"1"}}},
	} {
		r.URL = url + "/"
		fetch(t, site, r)
	}
	for i := range 3 {
		fetch(t, fmt.Sprintf("https://stranger-%d.example", i), corstest.Request{URL: url + "/"})
	}
	fetch(t, url, corstest.Request{Method: "POST", URL: url + "/"})               // a page of the API itself
	if resp, err := http.Get(url + "/"); err != nil || resp.Body.Close() != nil { // no CORS request: timed, not counted
		t.Fatal(err)
	}
}

func TestDecisionsAreCountedForPrometheus(t *testing.T) {
	handler, err := api(site, noop.NewMeterProvider())
	if err != nil {
		t.Fatal(err)
	}
	url := start(t, handler)
	traffic(t, url)
	page := scrape(t, url)
	got := map[string]int{}
	series := regexp.MustCompile(`(?m)^cors_requests_total\{kind="(\w+)",reason="(\w+)"\} (\d+)$`).FindAllStringSubmatch(page, -1)
	for _, s := range series {
		if n, _ := strconv.Atoi(s[3]); n > 0 {
			got[s[1]+" "+s[2]] = n
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("counted %v\nwant    %v", got, want)
	}
	if len(series) != 15 {
		t.Errorf("%d series, not one for each kind and reason, and one for the API's own pages", len(series))
	}
	if strings.Contains(page, "stranger") {
		t.Errorf("an origin is in the metrics:\n%s", page)
	}
	if !strings.Contains(page, "\ncors_overhead_seconds_count 10\n") { // with the request that is not CORS
		t.Errorf("not every request was timed:\n%s", page)
	}
}

func TestDecisionsAreCountedForOpenTelemetry(t *testing.T) {
	reader := sdk.NewManualReader()
	handler, err := api(site, sdk.NewMeterProvider(sdk.WithReader(reader)))
	if err != nil {
		t.Fatal(err)
	}
	traffic(t, start(t, handler))
	var collected metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &collected); err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, point := range collected.ScopeMetrics[0].Metrics[0].Data.(metricdata.Sum[int64]).DataPoints {
		kind, _ := point.Attributes.Value("cors.kind")
		reason, _ := point.Attributes.Value("cors.reason")
		got[kind.AsString()+" "+reason.AsString()] = int(point.Value)
		if point.Attributes.Len() != 2 {
			t.Errorf("attributes %v, not just kind and reason", point.Attributes)
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("counted %v\nwant    %v", got, want)
	}
}

func TestTheCostIsWithoutTheHandlerBehindThePolicy(t *testing.T) {
	registry := prometheus.NewRegistry()
	policy := cors.MustNew(cors.WithOriginFunc(func(*http.Request, string) bool {
		time.Sleep(50 * time.Millisecond)
		return true
	}))
	slow := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { time.Sleep(500 * time.Millisecond) })
	url := start(t, timed(registry, policy, slow))
	fetch(t, site, corstest.Request{URL: url})
	metrics, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	// A slow machine may add to the 50 ms; with the handler it would be 550 ms at least.
	if cost := metrics[0].Metric[0].Histogram.GetSampleSum(); cost < 0.05 || cost > 0.5 {
		t.Errorf("a policy that takes 50 ms before a handler that takes 500 ms costs %v s", cost)
	}
}

func TestNoWebPageReadsTheMetrics(t *testing.T) {
	handler, err := api(site, noop.NewMeterProvider())
	if err != nil {
		t.Fatal(err)
	}
	corstest.Blocks(t, nil, site, corstest.Request{URL: start(t, handler) + "/metrics"})
}

func TestTheDashboardAsksForMetricsThatExist(t *testing.T) {
	handler, err := api(site, noop.NewMeterProvider())
	if err != nil {
		t.Fatal(err)
	}
	url := start(t, handler)
	traffic(t, url)
	page := scrape(t, url)

	file, err := os.ReadFile("dashboard.json")
	if err != nil {
		t.Fatal(err)
	}
	var dashboard struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(file, &dashboard); err != nil {
		t.Fatal(err)
	}
	var (
		labels   = regexp.MustCompile(`(kind|reason)[=!]~?"([^"]*)"`)
		notNames = regexp.MustCompile(`\{[^}]*\}|\[[^]]*\]|\bby \([^)]*\)|\b[a-z_]+\(|\bsum\b`)
		names    = regexp.MustCompile(`[A-Za-z_:][A-Za-z0-9_:]*`)
		used     []string
	)
	for _, panel := range dashboard.Panels {
		for _, target := range panel.Targets {
			found := names.FindAllString(notNames.ReplaceAllString(target.Expr, " "), -1)
			if len(found) == 0 {
				t.Errorf("%s: %s asks for no metric", panel.Title, target.Expr)
			}
			used = append(used, found...)
			for _, label := range labels.FindAllStringSubmatch(target.Expr, -1) {
				for value := range strings.SplitSeq(label[2], "|") {
					if pair := label[1] + `="` + value + `"`; !strings.Contains(page, pair) {
						t.Errorf("%s: %s: no metric has %s", panel.Title, target.Expr, pair)
					}
				}
			}
		}
	}
	slices.Sort(used)
	for _, name := range slices.Compact(used) {
		if !regexp.MustCompile(`(?m)^` + name + `[{ ]`).MatchString(page) {
			t.Errorf("there is no metric %q on the page:\n%s", name, page)
		}
	}
	if len(used) < 4 {
		t.Errorf("the dashboard uses %q only", used)
	}
}

func TestOpenTelemetryPrintsAfterCtrlC(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	out, stdout := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := run(ctx, "127.0.0.1:0", site, true, stdout)
		stdout.Close()
		ended <- err
	}()
	lines := bufio.NewReader(out)
	line, err := lines.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	fetch(t, stranger, corstest.Request{URL: strings.Fields(line)[2]})
	interrupt()
	rest, _ := io.ReadAll(lines)
	if err := <-ended; err != nil || !bytes.Contains(rest, []byte("origin_not_allowed")) {
		t.Errorf("%v, printed:\n%s", err, rest)
	}
}

func TestAMisspeltSiteIsAnError(t *testing.T) {
	if _, err := api("localhost:3000", noop.NewMeterProvider()); err == nil {
		t.Error("no error")
	}
}

// fetch sends r from a page of origin, which the policy may forbid.
func fetch(t *testing.T, origin string, r corstest.Request) {
	t.Helper()
	var blocked *corstest.BlockedError
	if _, err := corstest.NewPage(origin, nil).Fetch(r); err != nil && !errors.As(err, &blocked) {
		t.Fatal(err)
	}
}

// scrape reads the page of metrics, as Prometheus does.
func scrape(t *testing.T, url string) string {
	t.Helper()
	resp, err := http.Get(url + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

func TestServeSaysThatAPortIsBusy(t *testing.T) {
	addr := strings.TrimPrefix(start(t, http.NotFoundHandler()), "http://")
	err := serve(t.Context(), addr, http.NotFoundHandler(), io.Discard)
	if err == nil || !strings.Contains(err.Error(), "another address with -addr") {
		t.Errorf("error %v does not say what to do", err)
	}
}

// start serves handler over HTTP, as main does, and returns the address with http:// before it.
func start(t *testing.T, handler http.Handler) string {
	t.Helper()
	out, stdout := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := serve(t.Context(), "127.0.0.1:0", handler, stdout)
		stdout.CloseWithError(fmt.Errorf("ended: %w", err))
		ended <- err
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // t.Context is cancelled by now, as by Ctrl-C
		if err := <-ended; err != nil {
			t.Errorf("after Ctrl-C: %v", err)
		}
	})
	return strings.Fields(line)[2]
}
