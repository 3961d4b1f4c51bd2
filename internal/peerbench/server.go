package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"time"
)

// This file measures a real server, with and without the middleware.

const connections = 64

// runServer compares requests per second over connections that are kept alive. Beside ours stand the fastest peer, and two
// bare handlers that write headers by hand: the same ones, as much as any middleware can reach, and one alone, the least that
// an answer across origins can do with.
func runServer(s settings, rep *report) error {
	bare := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "hello\n")
	})
	origin := kinds[0].allowed(10)
	with := map[string]middleware{}
	for _, l := range libraries[:2] {
		m, err := l.allow(exactOrigins(10))
		if err != nil {
			return err
		}
		with[l.name] = m
	}
	if _, err := agree(with, cells[0], origin); err != nil {
		return err
	}
	answer := httptest.NewRecorder()
	with[ours](idle).ServeHTTP(answer, requestFrom(origin))
	const allowOrigin = "Access-Control-Allow-Origin"
	writing := func(headers http.Header) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			maps.Copy(w.Header(), headers)
			bare(w, r)
		})
	}

	handlers := []*served{
		{name: "bare", handler: bare},
		{name: "bare, writing " + allowOrigin + " alone", handler: writing(http.Header{allowOrigin: answer.Header()[allowOrigin]})},
		{name: "bare, writing the same headers", handler: writing(answer.Header())},
		{name: ours, handler: with[ours](bare)},
		{name: "jub0bs", handler: with["jub0bs"](bare)},
	}
	for _, h := range handlers {
		server := httptest.NewServer(h.handler)
		defer server.Close()
		h.addr = server.Listener.Addr().String()
	}
	s.progress("a server on loopback")
	for round := range 2*s.rounds + 1 {
		for i := range handlers {
			h := handlers[(round+i)%len(handlers)]
			rate, err := load(h.addr, origin, s.serve)
			if err != nil {
				return err
			}
			if round > 0 { // the first only warms up
				h.rates = append(h.rates, rate)
			}
		}
	}
	rep.heading("Server", fmt.Sprintf("net/http on loopback, keep-alive, %d connections, the client in the same process.", connections))
	t := rep.table("handler", "requests per second", "of bare")
	of := map[string]float64{}
	for _, h := range handlers {
		rate := median(h.rates)
		of[h.name] = rate / median(handlers[0].rates)
		t.row(h.name, thousands(int(rate)), fmt.Sprintf("%.3f", of[h.name]))
	}
	oneHeader, sameHeaders := of[handlers[1].name], of[handlers[2].name]
	rep.require(8, of[ours] >= 0.97,
		"%.3f of the requests per second of the bare handler (at least 0.97), %.3f of those of the bare handler that writes the same headers; with one header alone it is %.3f",
		of[ours], of[ours]/sameHeaders, oneHeader)
	return nil
}

// served is a handler behind a server, and the requests per second of each run.
type served struct {
	name    string
	handler http.Handler
	addr    string
	rates   []float64
}

// load returns how many requests per second all connections get answered. It is its own HTTP client, since that of
// net/http would take most of the time.
func load(addr, origin string, d time.Duration) (perSecond float64, err error) {
	request := []byte("GET /items/1 HTTP/1.1\r\nHost: api.example.net\r\nUser-Agent: peerbench\r\nAccept: */*\r\n" +
		"Accept-Encoding: gzip\r\nAccept-Language: en\r\nOrigin: " + origin + "\r\n\r\n")
	var wg sync.WaitGroup
	var mu sync.Mutex
	total := 0
	start := time.Now()
	for range connections {
		wg.Go(func() {
			n, e := talk(addr, request, start.Add(d))
			mu.Lock()
			defer mu.Unlock()
			total += n
			if e != nil {
				err = e
			}
		})
	}
	wg.Wait()
	return float64(total) / time.Since(start).Seconds(), err
}

// talk sends request again and again on one connection, and returns how many answers it got.
func talk(addr string, request []byte, end time.Time) (n int, err error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	answers := bufio.NewReader(conn)
	for ; time.Now().Before(end); n++ {
		if _, err := conn.Write(request); err != nil {
			return n, err
		}
		if err := skipResponse(answers); err != nil {
			return n, err
		}
	}
	return n, nil
}

func skipResponse(r *bufio.Reader) error {
	status, err := r.ReadSlice('\n')
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(status, []byte("HTTP/1.1 200 ")) {
		return fmt.Errorf("status %s", status)
	}
	length := 0
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) == len("\r\n") {
			_, err = r.Discard(length)
			return err
		}
		if value, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(strings.TrimSpace(string(value))); err != nil {
				return err
			}
		}
	}
}
