package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/seed-12f469a5/cors/corstest"
)

const (
	site     = "http://localhost:3000"
	stranger = "https://stranger.example"
	greeting = "/greet.v1.GreetService/Greet"
)

// connectCall is what @connectrpc/connect-web sends over its Connect transport.
func connectCall(json string) corstest.Request {
	return corstest.Request{
		Method: "POST",
		URL:    greeting,
		Header: http.Header{"Content-Type": {"application/json"}, "Connect-Protocol-Version": {"1"}, "Connect-Timeout-Ms": {"5000"}},
		Body:   strings.NewReader(json),
	}
}

// grpcWebCall is what it sends over its gRPC-Web transport: one message, five bytes of frame before it.
func grpcWebCall(t *testing.T, name string) corstest.Request {
	message, err := proto.Marshal(wrapperspb.String(name))
	if err != nil {
		t.Fatal(err)
	}
	frame := append(binary.BigEndian.AppendUint32([]byte{0}, uint32(len(message))), message...)
	return corstest.Request{
		Method: "POST",
		URL:    greeting,
		Header: http.Header{
			"Content-Type": {"application/grpc-web+proto"},
			"X-Grpc-Web":   {"1"},
			"X-User-Agent": {"connect-es/2"},
			"Grpc-Timeout": {"5S"},
		},
		Body: bytes.NewReader(frame),
	}
}

func TestAScriptOfTheSiteCallsOverConnect(t *testing.T) {
	resp, page := fetch(t, site, connectCall(`"Ada"`))
	if resp.Status != 200 || string(resp.Body) != `"Hello, Ada!"` || !resp.Preflighted {
		t.Errorf("got %+v\n%v", resp, page.Exchanges())
	}
	if got := resp.Header.Get("Greeting-Language"); got != "en" {
		t.Errorf("the script reads Greeting-Language %q, not en\n%v", got, page.Exchanges())
	}
	if resp, _ := fetch(t, site, connectCall(`""`)); resp.Status != 400 || !strings.Contains(string(resp.Body), `"invalid_argument"`) {
		t.Errorf("of a failed call, the script reads %+v", resp)
	}
}

func TestAScriptOfTheSiteCallsOverConnectWithGET(t *testing.T) {
	query := url.Values{"connect": {"v1"}, "encoding": {"json"}, "message": {`"Ada"`}}
	resp, page := fetch(t, site, corstest.Request{URL: greeting + "?" + query.Encode()})
	if resp.Status != 200 || string(resp.Body) != `"Hello, Ada!"` || resp.Preflighted {
		t.Errorf("got %+v, want an answer without a preflight\n%v", resp, page.Exchanges())
	}
}

func TestAScriptOfTheSiteCallsOverGRPCWeb(t *testing.T) {
	resp, page := fetch(t, site, grpcWebCall(t, "Ada"))
	body := string(resp.Body) // a message, and trailers: they are in the body, since no script can read HTTP's
	if resp.Status != 200 || !strings.Contains(body, "Hello, Ada!") || !strings.Contains(strings.ToLower(body), "grpc-status: 0") {
		t.Errorf("got %+v\n%v", resp, page.Exchanges())
	}
}

func TestAScriptReadsTheStatusOfAFailedGRPCWebCall(t *testing.T) {
	resp, page := fetch(t, site, grpcWebCall(t, "")) // without a message in the answer, trailers are headers
	if got := resp.Header.Get("Grpc-Status"); got != "3" {
		t.Errorf("the script reads Grpc-Status %q, not 3 (invalid argument)\n%v", got, page.Exchanges())
	}
	if got := resp.Header.Get("Grpc-Message"); !strings.Contains(got, "whom shall I greet") {
		t.Errorf("the script reads Grpc-Message %q\n%v", got, page.Exchanges())
	}
}

func TestNobodyElseCalls(t *testing.T) {
	for name, request := range map[string]corstest.Request{"Connect": connectCall(`"Ada"`), "gRPC-Web": grpcWebCall(t, "Ada")} {
		handler, err := api(site)
		if err != nil {
			t.Fatal(err)
		}
		request.URL = start(t, handler) + request.URL
		if blocked := corstest.Blocks(t, nil, stranger, request); !blocked.Preflight {
			t.Errorf("%s: the call of a stranger was sent: %v", name, blocked)
		}
	}
}

func TestAHeaderThatNobodyListedIsRefused(t *testing.T) {
	request := connectCall(`"Ada"`)
	request.Header.Set("X-Debug", "1")
	handler, err := api(site)
	if err != nil {
		t.Fatal(err)
	}
	request.URL = start(t, handler) + request.URL
	corstest.Blocks(t, nil, site, request)
}

func TestAMisspeltSiteIsAnError(t *testing.T) {
	if _, err := api("localhost:3000"); err == nil {
		t.Error("no error")
	}
}

// fetch sends request from a page of origin to the service.
func fetch(t *testing.T, origin string, request corstest.Request) (*corstest.Response, *corstest.Page) {
	t.Helper()
	handler, err := api(site)
	if err != nil {
		t.Fatal(err)
	}
	request.URL = start(t, handler) + request.URL
	page := corstest.NewPage(origin, nil)
	resp, err := page.Fetch(request)
	if err != nil {
		t.Fatal(err)
	}
	return resp, page
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
