package browsertest

import (
	"bytes"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// This file is all of the internet that a browser under test gets to see: an HTTP proxy that answers for every host name.

// A proxy serves pages on every origin, and the case that is being tried. Nothing leaves the machine.
type proxy struct {
	address string
	session *session
	tap     wiretap

	server  *http.Server
	current atomic.Pointer[servedCase]
	forward atomic.Pointer[httputil.ReverseProxy] // to the quickstart, once there is one
}

type servedCase struct {
	path    string
	handler http.Handler
}

// startProxy starts a proxy on a free port.
func startProxy() (*proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &proxy{address: l.Addr().String(), session: newSession()}
	p.server = &http.Server{Handler: p, ReadHeaderTimeout: time.Minute}
	go p.server.Serve(l)
	return p, nil
}

func (p *proxy) stop() { p.server.Close() }

// serve makes c the case that is reached.
func (p *proxy) serve(c testCase) {
	p.tap.take()
	p.current.Store(&servedCase{c.path(), p.tap.handler(c.server())})
}

// ServeHTTP gives pages and cases what a server, rather than a proxy, would get.
func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	scheme := r.URL.Scheme
	r.URL.Scheme, r.URL.Host = "", ""
	r.RequestURI = r.URL.RequestURI()
	r.Header.Del("Proxy-Connection")

	c, forward := p.current.Load(), p.forward.Load()
	switch {
	case r.Method == http.MethodConnect || scheme != "http": // what browsers ask for of their own accord
		http.Error(w, "this is not the internet", http.StatusBadGateway)
	case r.URL.Path == pagePath:
		p.session.page(w, r)
	case r.URL.Path == commandPath:
		p.session.command(w, r)
	case c != nil && (r.URL.Path == c.path || strings.HasPrefix(r.URL.Path, c.path+"/")):
		c.handler.ServeHTTP(w, r)
	case forward != nil:
		forward.ServeHTTP(w, r)
	default:
		http.NotFound(w, r)
	}
}

// forwardWith passes all other requests on to the port that they want, on this machine whatever the host name, and puts
// script at the end of each page.
func (p *proxy) forwardWith(script []byte) {
	p.forward.Store(&httputil.ReverseProxy{
		ErrorLog: log.New(io.Discard, "", 0), // of requests that browsers make of their own accord, to hosts that are not here
		Rewrite: func(r *httputil.ProxyRequest) {
			_, port, err := net.SplitHostPort(r.In.Host)
			if _, e := strconv.Atoi(port); err != nil || e != nil {
				port = "80"
			}
			r.Out.URL.Scheme, r.Out.URL.Host = "http", "127.0.0.1:"+port
			r.Out.Host = r.In.Host
			r.Out.Header.Del("Accept-Encoding")
		},
		ModifyResponse: func(r *http.Response) error {
			if !strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") {
				return nil
			}
			r.Header.Del("Content-Length")
			r.ContentLength = -1
			r.Body = struct {
				io.Reader
				io.Closer
			}{io.MultiReader(r.Body, bytes.NewReader(script)), r.Body}
			return nil
		},
	})
}
