package corstest

// The way to the server and back: the headers that the browser adds, cookies,
// and the handler or transport that answers.

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// A response is a [response], not filtered yet.
//
// [response]: https://fetch.spec.whatwg.org/#concept-response
type response struct {
	status   int
	header   http.Header
	body     []byte // nil for null
	exchange Exchange
}

// networkFetch is [HTTP-network-or-cache fetch], without a cache.
//
// [HTTP-network-or-cache fetch]: https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch
func (p *Page) networkFetch(r *request, isPreflight bool) (*response, error) {
	u := *r.currentURL()
	u.Fragment = ""
	u.User = nil
	includeCredentials := (r.include || !r.cors) && p.Jar != nil

	if err := r.ctx.Err(); err != nil {
		return nil, r.failed(err)
	}
	header := r.header.Clone()
	if r.body != nil || r.method == "POST" || r.method == "PUT" {
		header.Set("Content-Length", strconv.Itoa(len(r.body)))
	}
	appendReferer(header, r)
	// https://fetch.spec.whatwg.org/#append-a-request-origin-header
	if r.cors || r.method != "GET" && r.method != "HEAD" {
		header.Set("Origin", r.serializedOrigin())
	}
	appendFetchMetadata(header, r)
	if len(header["User-Agent"]) == 0 {
		header.Set("User-Agent", "Mozilla/5.0 (compatible; corstest)")
	}
	// Browsers accept compressed bodies and undo the compression: tests want neither.
	header.Set("Accept-Encoding", "identity")
	if includeCredentials {
		// Cookie is a header that a script cannot set, so this one is alone.
		cookies := http.Request{Header: header}
		for _, cookie := range p.Jar.Cookies(&u) {
			cookies.AddCookie(cookie)
		}
	}

	exchange := Exchange{
		Preflight:     isPreflight,
		Method:        r.method,
		URL:           u.String(),
		RequestHeader: header.Clone(),
	}
	send := p.serve
	if p.server == nil {
		send = p.roundTrip
	}
	resp, err := send(r.ctx, r.method, &u, header, r.body)
	if err != nil {
		return nil, r.failed(err)
	}
	if resp.status == http.StatusSwitchingProtocols {
		return nil, r.failed(errors.New("the server switches protocols (status 101), and a browser waits for an answer in this one"))
	}
	if hasNullBody(r.method, resp.status) {
		resp.body = nil
	}
	exchange.Status = resp.status
	exchange.ResponseHeader = resp.header
	resp.exchange = exchange
	p.mu.Lock()
	p.exchanges = append(p.exchanges, exchange.clone())
	p.mu.Unlock()

	if includeCredentials {
		received := http.Response{Header: resp.header}
		if cookies := received.Cookies(); len(cookies) > 0 {
			p.Jar.SetCookies(&u, cookies)
		}
	}
	return resp, nil
}

// serve has the page's handler answer a request such as net/http's server would
// have made of what the browser sent.
func (p *Page) serve(ctx context.Context, method string, u *url.URL, header http.Header, body []byte) (*response, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	req := httptest.NewRequestWithContext(ctx, method, u.RequestURI(), newBodyReader(body))
	req.Host = u.Host
	req.Header = header
	if u.Scheme == "https" {
		req.TLS = &tls.ConnectionState{Version: tls.VersionTLS13, HandshakeComplete: true, ServerName: u.Hostname()}
	}
	w := &responseWriter{ResponseRecorder: httptest.NewRecorder(), ctx: ctx, length: -1}
	p.server.ServeHTTP(w, req)
	if err := ctx.Err(); err != nil && !w.started {
		return nil, err
	}
	w.WriteHeader(http.StatusOK) // unless it has begun
	header = w.Result().Header
	if content := w.sniffed(); content != nil {
		header.Set("Content-Type", http.DetectContentType(content))
	}
	sent := sentHeader(header)
	for name, values := range sent {
		if strings.Contains(strings.Join(values, ""), "\x00") {
			return nil, fmt.Errorf("the server sends %s with a NUL in it", name)
		}
	}
	status, content := w.Result().StatusCode, w.Body.Bytes()
	if status == http.StatusNotModified {
		sent.Del("Content-Type")
	}
	if encoding := sent.Get("Transfer-Encoding"); w.length < 0 || encoding != "" && encoding != "identity" ||
		status == http.StatusNoContent || status == http.StatusNotModified {
		sent.Del("Content-Length")
	} else if int64(len(content)) != w.length && method != http.MethodHead && ctx.Err() == nil {
		return nil, fmt.Errorf("the server declares a Content-Length of %d and sends %d bytes", w.length, len(content))
	}
	sent.Del("Transfer-Encoding")
	return &response{status: status, header: sent, body: content}, nil
}

// A responseWriter is a recorder that does what net/http's server and a browser do together: informational responses are
// passed over, nothing arrives after the end of the request's context, and a Content-Type that is missing is guessed from
// what was sent first.
type responseWriter struct {
	*httptest.ResponseRecorder
	ctx     context.Context
	started bool
	length  int64  // the Content-Length that is declared; -1 if there is none
	written int64  // of the body, or refused
	sent    []byte // of the body, with the first flush
}

func (w *responseWriter) WriteHeader(status int) {
	if status >= 100 && status <= 199 && status != http.StatusSwitchingProtocols || w.ctx.Err() != nil {
		return
	}
	if length, err := strconv.ParseUint(w.Header().Get("Content-Length"), 10, 63); !w.started && err == nil {
		w.length = int64(length)
	}
	w.started = true
	w.ResponseRecorder.WriteHeader(status)
}

func (w *responseWriter) Write(content []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	w.WriteHeader(http.StatusOK) // so that the recorder does not guess by this one write
	if w.written += int64(len(content)); w.length >= 0 && w.written > w.length {
		return 0, http.ErrContentLength
	}
	return w.ResponseRecorder.Write(content)
}

func (w *responseWriter) WriteString(content string) (int, error) { return w.Write([]byte(content)) }

func (w *responseWriter) Flush() {
	w.WriteHeader(http.StatusOK)
	if !w.Flushed {
		w.sent = w.Body.Bytes()
	}
	w.ResponseRecorder.Flush()
}

// sniffed returns what a Content-Type is guessed from; nil if it is not.
func (w *responseWriter) sniffed() []byte {
	header, content := w.Result().Header, w.Body.Bytes()
	if w.Flushed {
		content = w.sent
	}
	if _, typed := header["Content-Type"]; typed || header.Get("Content-Encoding") != "" || header.Get("Transfer-Encoding") != "" ||
		w.Code == http.StatusNoContent || w.Code == http.StatusNotModified || len(content) == 0 {
		return nil
	}
	return content
}

// roundTrip sends a request to a live server.
func (p *Page) roundTrip(ctx context.Context, method string, u *url.URL, header http.Header, body []byte) (*response, error) {
	req, err := http.NewRequestWithContext(ctx, method, u.String(), newBodyReader(body))
	if err != nil {
		return nil, err
	}
	req.Header = header
	transport := p.Transport
	if transport == nil {
		transport = http.DefaultTransport
	}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusSwitchingProtocols {
		return &response{status: resp.StatusCode}, nil // its body is the other protocol, and may not end
	}
	content, err := io.ReadAll(resp.Body)
	if err != nil && ctx.Err() == nil {
		return nil, err
	}
	return &response{status: resp.StatusCode, header: normalizeHeader(resp.Header), body: content}, nil
}

// hasNullBody reports whether the response has no body, whatever was sent; main
// fetch, step 21.
func hasNullBody(method string, status int) bool {
	switch status {
	case 101, 103, 204, 205, 304:
		return true
	}
	return method == "HEAD"
}

func newBodyReader(body []byte) io.Reader {
	if body == nil {
		return nil
	}
	return bytes.NewReader(body)
}

// appendReferer follows the default policy, [strict-origin-when-cross-origin],
// for a page at the root of its origin. What one hop must not learn, no later
// one does.
//
// [strict-origin-when-cross-origin]: https://w3c.github.io/webappsec-referrer-policy/#referrer-policy-strict-origin-when-cross-origin
func appendReferer(header http.Header, r *request) {
	downgrades := func(u *url.URL) bool { return !originOf(u).isPotentiallyTrustworthy() }
	if !isHTTPScheme(r.origin.scheme) || r.origin.isPotentiallyTrustworthy() && slices.ContainsFunc(r.urls, downgrades) {
		return
	}
	header.Set("Referer", r.origin.String()+"/")
}

// appendFetchMetadata appends the [Fetch metadata headers].
//
// [Fetch metadata headers]: https://w3c.github.io/webappsec-fetch-metadata/#fetch-integration
func appendFetchMetadata(header http.Header, r *request) {
	if !originOf(r.currentURL()).isPotentiallyTrustworthy() {
		return
	}
	site := "same-origin"
	for _, u := range r.urls {
		o := originOf(u)
		if r.origin.isSameOrigin(o) {
			continue
		}
		if !r.origin.isSameSite(o) {
			site = "cross-site"
			break
		}
		site = "same-site"
	}
	header.Set("Sec-Fetch-Dest", "empty")
	header.Set("Sec-Fetch-Mode", "cors")
	header.Set("Sec-Fetch-Site", site)
}
