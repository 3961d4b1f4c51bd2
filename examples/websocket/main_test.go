package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/seed-12f469a5/cors"
	"github.com/seed-12f469a5/cors/corstest"
)

const (
	site     = "https://app.example.com"
	previews = "https://*.preview.example.com"
)

func TestOnePolicyForFetchAndForWebSockets(t *testing.T) {
	handler, err := api([]string{site, previews})
	if err != nil {
		t.Fatal(err)
	}
	url := start(t, handler)
	for origin, allowed := range map[string]bool{
		site:                                   true,
		"https://pr-7.preview.example.com":     true,
		"https://stranger.example":             false,
		"https://app.example.com.evil.example": false,
		"http://app.example.com":               false,
		"https://app.example.com:8443":         false,
		"null":                                 false,
	} {
		if _, err := corstest.NewPage(origin, nil).Fetch(corstest.Request{URL: url + "/time"}); (err == nil) != allowed || blocked(err) == allowed {
			t.Errorf("fetch from %s: %v", origin, err)
		}
		greets(t, url, http.Header{"Origin": {origin}}, allowed)
	}
}

func TestSitesThatAreAnybodysAreRefused(t *testing.T) {
	for _, site := range []string{"*", "https://*", "http://app.example.com", "https://*.github.io"} {
		if _, err := api([]string{site}); err == nil {
			t.Errorf("%s is no error", site)
		}
	}
}

func TestHandshakesWithoutAnOriginAreNotOfBrowsers(t *testing.T) {
	handler, err := api([]string{site})
	if err != nil {
		t.Fatal(err)
	}
	url := start(t, handler)
	greets(t, url, nil, true)
	greets(t, url, http.Header{"Origin": {""}}, false)
	greets(t, url, http.Header{"Origin": {site, "https://stranger.example"}}, false)
}

func TestWrongAPolicyAloneLetsStrangersConnect(t *testing.T) {
	anyone := &websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	policy := cors.MustNew(cors.WithOrigins(site))
	url := start(t, policy.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { echo(anyone, w, r) })))
	greets(t, url, http.Header{"Origin": {"https://stranger.example"}}, true)
}

func TestAMisspeltSiteIsAnError(t *testing.T) {
	if _, err := api([]string{"localhost:3000"}); err == nil {
		t.Error("no error")
	}
}

// greets fails the test unless a handshake with these headers opens a connection that works, or else is refused with 403.
func greets(t *testing.T, url string, header http.Header, want bool) {
	t.Helper()
	conn, resp, err := websocket.DefaultDialer.Dial(strings.Replace(url, "http", "ws", 1)+"/ws", header)
	if err != nil {
		if want || resp == nil || resp.StatusCode != http.StatusForbidden {
			t.Errorf("a handshake with %v: %v, response %v", header, err, resp)
		}
		return
	}
	defer conn.Close()
	if !want {
		t.Errorf("a handshake with %v was not refused", header)
	}
	if err := conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if err := conn.WriteMessage(websocket.TextMessage, []byte("echo")); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"hello", "echo"} {
		if _, got, err := conn.ReadMessage(); err != nil || string(got) != want {
			t.Fatalf("got %q and error %v, want %q", got, err, want)
		}
	}
}

// blocked reports whether a browser kept the answer from the script.
func blocked(err error) bool {
	var b *corstest.BlockedError
	return errors.As(err, &b)
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
