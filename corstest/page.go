// Package corstest is a browser's half of CORS, for tests of any
// [http.Handler], whatever middleware it uses.
//
// A [Page] stands for a document whose scripts call fetch(). It does with a
// request what the [Fetch standard] has a browser do: it decides whether a
// preflight is needed, sends it, judges the answer, remembers it, sends the
// actual request, follows redirects, and hands back only what a script could
// read.
//
//	page := corstest.NewPage("https://app.example", handler)
//	resp, err := page.Fetch(corstest.Request{Method: "PUT", URL: "https://api.example/items/1"})
//
// The error is a [*BlockedError] when CORS forbids; it reads like a browser's
// console and says what the server would have to send. [Allows] and [Blocks]
// make the common test one line.
//
// What is outside CORS is left out: the HTTP cache, service workers, HTTP
// authentication dialogs and retries on 421, Content Security Policy, mixed
// content, HSTS, blocked ports, private network access, referrer policies and
// SameSite cookies.
//
// [Fetch standard]: https://fetch.spec.whatwg.org/
package corstest

import (
	"context"
	"io"
	"net/http"
	"sync"
	"time"
)

// Limits that browsers impose on Access-Control-Max-Age, for [Page.MaxAgeLimit],
// as of Chromium 156, Firefox 153 and WebKit 2.50:
// https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Access-Control-Max-Age
const (
	ChromiumMaxAge = 2 * time.Hour
	FirefoxMaxAge  = 24 * time.Hour
	WebKitMaxAge   = 10 * time.Minute
)

// A Page is a script's document: an origin and a CORS-preflight cache.
//
// Set the exported fields before the first Fetch. The methods are safe for
// concurrent use, as far as the server, the Jar and the Transport are.
type Page struct {
	// Jar holds the page's cookies. They travel, both ways, with requests that
	// carry credentials and with same-origin requests, never with a preflight.
	// If nil, no cookie is sent or stored. SameSite attributes are not honoured.
	Jar http.CookieJar

	// MaxAgeLimit caps what Access-Control-Max-Age can ask for, as every browser
	// does: see [ChromiumMaxAge], [FirefoxMaxAge] and [WebKitMaxAge]. If zero,
	// there is no cap; if negative, no preflight is ever remembered.
	MaxAgeLimit time.Duration

	// Transport reaches the live servers of a page made without a handler, and
	// is not used otherwise. If nil, it is [http.DefaultTransport].
	Transport http.RoundTripper

	server    http.Handler
	origin    origin
	originErr error

	mu        sync.Mutex
	cache     preflightCache
	exchanges []Exchange
}

// NewPage returns the page of a script that runs on origin, a serialized origin
// such as "https://app.example" or "capacitor://localhost"; upper case, a default
// port and a Unicode host are forgiven. "null" is the opaque origin of, say, a
// sandboxed iframe; nothing is same-origin with it. If origin is not an origin,
// every Fetch says so.
//
// The server answers for all URLs, whatever their host: it can tell by
// [http.Request.Host], and [http.Request.TLS] is set for https. Its responses
// are what net/http's server would send, without Date and without a
// Content-Length but the handler's own; it cannot be hijacked. If server is nil,
// requests go over the network, as [Page.Transport] sends them.
func NewPage(origin string, server http.Handler) *Page {
	p := &Page{server: server}
	p.origin, p.originErr = parseOrigin(origin)
	return p
}

// A Request holds the arguments of a script's call to fetch(), in its default
// mode "cors".
type Request struct {
	// Method is GET if empty. DELETE, GET, HEAD, OPTIONS, POST and PUT are
	// upper-cased, other methods are sent as they are.
	Method string

	// URL is absolute, or relative to the root of the page's origin.
	URL string

	// Header holds the script's request headers; each value is a header of its
	// own. Forbidden request-headers, such as Cookie or Origin, are dropped
	// silently, as a browser does.
	Header http.Header

	// Body is read to its end before anything is sent, so that a Request with one
	// can be used once. Nil and [http.NoBody] mean none. It brings no Content-Type
	// by itself.
	Body io.Reader

	// Credentials stands for fetch's credentials: "include". If false, it is
	// "same-origin", fetch's default.
	Credentials bool
}

// A Response is what a script can see of the server's response.
type Response struct {
	// Status is the response's status, after redirects.
	Status int

	// Header holds the headers that the script may read, under their canonical
	// names. Where there are several values, a script sees them joined by ", ".
	Header http.Header

	// Body is empty if there can be none, as for HEAD or 204.
	Body []byte

	// Preflighted reports whether this Fetch sent a preflight; it did not if the
	// page remembered the answer of an earlier one.
	Preflighted bool
}

// Fetch does what a browser does when a script of the page calls fetch(): it
// returns what the script could read, or a [*BlockedError] if the response is
// kept from it, even though the server may have acted on the request.
//
// Any other error has nothing to do with CORS. It says that no browser would get
// that far (a forbidden method, a body with GET, a malformed URL, header or
// origin: a TypeError in a script), that the network failed, or that there were
// more than 20 redirects, or one without a usable Location. A panic of the
// handler is passed on.
//
// It returns when the server has answered in full: for one that streams, use
// [Page.FetchContext].
func (p *Page) Fetch(r Request) (*Response, error) { return p.FetchContext(context.Background(), r) }

// FetchContext is [Page.Fetch] with a context for the requests, which a handler
// finds in [http.Request.Context]. A response that has begun when the context
// ends is as long as it is by then, so that a handler that streams for as long as
// its client stays can be tested with a timeout; the error of a request that has
// no response yet wraps that of the context.
func (p *Page) FetchContext(ctx context.Context, r Request) (*Response, error) {
	resp, _, err := p.fetch(ctx, r)
	return resp, err
}

// fetch also reports whether the response was of another origin than the page's,
// or redirected to by one, and so subject to CORS.
func (p *Page) fetch(ctx context.Context, r Request) (_ *Response, cors bool, _ error) {
	req, err := p.newRequest(ctx, r)
	if err != nil {
		return nil, false, err
	}
	resp, err := p.mainFetch(req)
	if err != nil {
		return nil, req.cors, err
	}
	return &Response{
		Status:      resp.status,
		Header:      readableHeader(req, resp.header),
		Body:        resp.body,
		Preflighted: req.preflighted,
	}, req.cors, nil
}

// Advance moves the clock of the preflight cache forward by d. The clock is the
// page's own and otherwise stands still, so that no test depends on how long it
// takes to run.
func (p *Page) Advance(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cache.now += d
}

// Preflights returns how many preflights the page has sent.
func (p *Page) Preflights() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for _, e := range p.exchanges {
		if e.Preflight {
			n++
		}
	}
	return n
}

// Exchanges returns all that the page has sent and got back, in order: the
// preflights, the actual requests, and each request of a chain of redirects.
func (p *Page) Exchanges() []Exchange {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := make([]Exchange, len(p.exchanges))
	for i, e := range p.exchanges {
		out[i] = e.clone()
	}
	return out
}
