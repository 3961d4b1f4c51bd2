package corstest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed-12f469a5/cors/corstest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRequestsLookAsNetHTTPServesThem(t *testing.T) {
	var got *http.Request
	var body []byte
	server := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
	})
	page := corstest.NewPage(app, server)

	_, err := page.Fetch(corstest.Request{
		Method: "POST", URL: "https://API.example:8443/a b/%2F?q=é d#fragment", Body: strings.NewReader("hello"),
		Header: http.Header{"content-type": {"text/plain"}, "Accept": {"text/html", "*/*"}},
	})
	require.Error(t, err)
	assert.Equal(t, "POST", got.Method)
	assert.Equal(t, "api.example:8443", got.Host)
	assert.Equal(t, "/a%20b/%2F?q=%C3%A9%20d", got.RequestURI)
	assert.Equal(t, &url.URL{Path: "/a b//", RawPath: "/a%20b/%2F", RawQuery: "q=%C3%A9%20d"}, got.URL)
	assert.Equal(t, "HTTP/1.1", got.Proto)
	assert.Equal(t, "192.0.2.1:1234", got.RemoteAddr)
	assert.Equal(t, "api.example", got.TLS.ServerName)
	assert.Equal(t, int64(5), got.ContentLength)
	assert.Equal(t, "hello", string(body))
	assert.Equal(t, header(
		"Accept", "text/html", "Accept", "*/*", "Accept-Encoding", "identity", "Content-Length", "5", "Content-Type", "text/plain",
		"Origin", app, "Referer", app+"/", "User-Agent", "Mozilla/5.0 (compatible; corstest)",
		"Sec-Fetch-Dest", "empty", "Sec-Fetch-Mode", "cors", "Sec-Fetch-Site", "cross-site",
	), got.Header)
	assert.Error(t, got.Context().Err(), "the context ends with the handler")

	_, err = page.Fetch(corstest.Request{URL: "http://plain.example"})
	require.Error(t, err)
	assert.Nil(t, got.TLS)
	assert.NotNil(t, got.Body)
	assert.Equal(t, "/", got.RequestURI)
}

func TestHeadersThatABrowserAdds(t *testing.T) {
	for name, test := range map[string]struct {
		origin, method, url   string
		wantOrigin, wantRefer string
		wantSite              string
		wantLength            string
	}{
		"same-origin GET":      {app, "GET", "/items", "", app + "/", "same-origin", ""},
		"same-origin HEAD":     {app, "HEAD", "/items", "", app + "/", "same-origin", ""},
		"same-origin POST":     {app, "POST", "/items", app, app + "/", "same-origin", "0"},
		"same-origin DELETE":   {app, "DELETE", "/items", app, app + "/", "same-origin", ""},
		"same-site":            {app, "GET", "https://api.app.example", app, app + "/", "same-site", ""},
		"siblings":             {"https://a.app.example", "GET", "https://b.app.example", "https://a.app.example", "https://a.app.example/", "same-site", ""},
		"dots at the end":      {"https://a.app.example.", "GET", "https://b.app.example.", "https://a.app.example.", "https://a.app.example./", "same-site", ""},
		"a dot at one end":     {"https://a.app.example", "GET", "https://b.app.example.", "https://a.app.example", "https://a.app.example/", "cross-site", ""},
		"ports of one machine": {"http://localhost:3000", "GET", "http://localhost:8080", "http://localhost:3000", "http://localhost:3000/", "same-site", ""},
		"another scheme":       {"http://app.example", "GET", "https://api.app.example", "http://app.example", "http://app.example/", "cross-site", ""},
		"another port":         {app, "GET", "https://app.example:8443", app, app + "/", "same-site", ""},
		"public suffix":        {"https://a.github.io", "GET", "https://b.github.io", "https://a.github.io", "https://a.github.io/", "cross-site", ""},
		"addresses":            {"https://127.0.0.1", "GET", "https://127.1.0.1", "https://127.0.0.1", "https://127.0.0.1/", "cross-site", ""},
		"downgrade":            {app, "GET", "http://api.example", app, "", "", ""},
		"downgrade to oneself": {app, "GET", "http://localhost:8080", app, app + "/", "cross-site", ""},
		"both insecure":        {"http://app.example", "GET", "http://api.example", "http://app.example", "http://app.example/", "", ""},
		"loopback":             {"http://app.localhost", "GET", "http://[::1]:8080", "http://app.localhost", "http://app.localhost/", "cross-site", ""},
		"opaque":               {"null", "GET", api, "null", "", "cross-site", ""},
		"opaque POST":          {"null", "PUT", api, "null", "", "cross-site", "0"},
		"app":                  {"capacitor://localhost", "GET", api, "capacitor://localhost", "", "cross-site", ""},
	} {
		t.Run(name, func(t *testing.T) {
			page := corstest.NewPage(test.origin, open(respond(200)))
			_, err := page.Fetch(corstest.Request{Method: test.method, URL: test.url})
			require.NoError(t, err)
			exchanges := page.Exchanges()
			h := exchanges[len(exchanges)-1].RequestHeader
			assert.Equal(t, test.wantOrigin, h.Get("Origin"))
			assert.Equal(t, test.wantRefer, h.Get("Referer"))
			assert.Equal(t, test.wantSite, h.Get("Sec-Fetch-Site"))
			assert.Equal(t, test.wantLength, h.Get("Content-Length"))
		})
	}
}

// A Referer that one hop must not see is gone for good.
func TestRefererAfterADowngrade(t *testing.T) {
	page := corstest.NewPage("http://localhost:3000", open(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host == "api.example" {
			http.Redirect(w, r, "http://localhost:3000/back", http.StatusFound)
		}
	})))
	_, err := page.Fetch(corstest.Request{URL: "http://api.example/"})
	require.NoError(t, err)
	for _, e := range page.Exchanges() {
		assert.Empty(t, e.RequestHeader["Referer"], e.URL)
	}
}

func TestPreflightAsSent(t *testing.T) {
	page := corstest.NewPage(app, open(respond(200)))
	page.Jar = newJar(t)
	u, err := url.Parse(api)
	require.NoError(t, err)
	page.Jar.SetCookies(u, []*http.Cookie{{Name: "session", Value: "1"}})

	_, err = page.Fetch(corstest.Request{
		Method: "PUT", URL: api, Credentials: true, Body: strings.NewReader("{}"),
		Header: header("Content-Type", "application/json", "X-One", "1", "Accept", "text/html", "Authorization", "Bearer x"),
	})
	require.NoError(t, err)
	require.Len(t, page.Exchanges(), 2)
	assert.Equal(t, header(
		"Accept", "*/*", "Accept-Encoding", "identity",
		"Access-Control-Request-Method", "PUT", "Access-Control-Request-Headers", "authorization,content-type,x-one",
		"Origin", app, "Referer", app+"/", "User-Agent", "Mozilla/5.0 (compatible; corstest)",
		"Sec-Fetch-Dest", "empty", "Sec-Fetch-Mode", "cors", "Sec-Fetch-Site", "cross-site",
	), page.Exchanges()[0].RequestHeader)
	assert.Equal(t, header(
		"Accept", "text/html", "Accept-Encoding", "identity", "Authorization", "Bearer x", "Content-Length", "2",
		"Content-Type", "application/json", "Cookie", "session=1", "X-One", "1",
		"Origin", app, "Referer", app+"/", "User-Agent", "Mozilla/5.0 (compatible; corstest)",
		"Sec-Fetch-Dest", "empty", "Sec-Fetch-Mode", "cors", "Sec-Fetch-Site", "cross-site",
	), page.Exchanges()[1].RequestHeader)
}

func TestScriptsMaySetTheUserAgent(t *testing.T) {
	page := corstest.NewPage(app, open(respond(200)))
	resp, err := page.Fetch(corstest.Request{URL: api, Header: header("User-Agent", "mine")})
	require.NoError(t, err)
	assert.True(t, resp.Preflighted)
	assert.Equal(t, "Mozilla/5.0 (compatible; corstest)", page.Exchanges()[0].RequestHeader.Get("User-Agent"))
	assert.Equal(t, []string{"mine"}, page.Exchanges()[1].RequestHeader["User-Agent"])
}

func newJar(t *testing.T) http.CookieJar {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	return jar
}

func TestCookies(t *testing.T) {
	server := open(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "seen", Value: r.Host})
	}))
	fetch := func(page *corstest.Page, url string, credentials bool) (cookie string) {
		resp, err := page.Fetch(corstest.Request{URL: url, Credentials: credentials})
		require.NoError(t, err)
		assert.NotContains(t, resp.Header, "Set-Cookie")
		exchanges := page.Exchanges()
		return exchanges[len(exchanges)-1].RequestHeader.Get("Cookie")
	}

	t.Run("cross-origin", func(t *testing.T) {
		page := corstest.NewPage(app, server)
		page.Jar = newJar(t)
		assert.Empty(t, fetch(page, api, false))
		assert.Empty(t, fetch(page, api, true), "nothing was stored without credentials")
		assert.Equal(t, "seen=api.example", fetch(page, api, true))
		assert.Empty(t, fetch(page, api, false))
	})
	t.Run("same-origin", func(t *testing.T) {
		page := corstest.NewPage(app, server)
		page.Jar = newJar(t)
		assert.Empty(t, fetch(page, "/", false))
		assert.Equal(t, "seen=app.example", fetch(page, "/", false))
		assert.Empty(t, fetch(corstest.NewPage(app, server), "/", true), "no jar")
	})
	t.Run("a blocked response sets cookies all the same", func(t *testing.T) {
		page := corstest.NewPage(app, respond(200, "Set-Cookie", "a=b", "Access-Control-Allow-Origin", app))
		page.Jar = newJar(t)
		_, err := page.Fetch(corstest.Request{URL: api, Credentials: true})
		require.ErrorAs(t, err, new(*corstest.BlockedError))
		u, _ := url.Parse(api)
		assert.Len(t, page.Jar.Cookies(u), 1)
	})
	t.Run("a preflight sets none", func(t *testing.T) {
		page := corstest.NewPage(app, byMethod(respond(204, "Set-Cookie", "a=b"), respond(200)))
		page.Jar = newJar(t)
		_, err := page.Fetch(corstest.Request{Method: "PUT", URL: api, Credentials: true})
		require.Error(t, err)
		u, _ := url.Parse(api)
		assert.Empty(t, page.Jar.Cookies(u))
	})
}

func TestBodies(t *testing.T) {
	hello := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/204" {
			w.WriteHeader(204)
		}
		_, _ = io.WriteString(w, "hello")
	})
	for name, test := range map[string]struct {
		request corstest.Request
		want    []byte
	}{
		"GET":  {corstest.Request{URL: "/"}, []byte("hello")},
		"HEAD": {corstest.Request{Method: "HEAD", URL: "/"}, nil},
		"204":  {corstest.Request{URL: "/204"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			resp, err := corstest.NewPage(app, hello).Fetch(test.request)
			require.NoError(t, err)
			assert.Equal(t, test.want, resp.Body)
		})
	}

	t.Run("an empty body is a body", func(t *testing.T) {
		page := corstest.NewPage(app, hello)
		_, err := page.Fetch(corstest.Request{Method: "DELETE", URL: "/", Body: new(bytes.Buffer)})
		require.NoError(t, err)
		assert.Equal(t, "0", page.Exchanges()[0].RequestHeader.Get("Content-Length"))
		_, err = page.Fetch(corstest.Request{Method: "DELETE", URL: "/", Body: http.NoBody})
		require.NoError(t, err)
		assert.NotContains(t, page.Exchanges()[1].RequestHeader, "Content-Length")
	})
	t.Run("a body that cannot be read", func(t *testing.T) {
		broken := errors.New("broken")
		page := corstest.NewPage(app, hello)
		_, err := page.Fetch(corstest.Request{Method: "POST", URL: "/", Body: io.MultiReader(strings.NewReader("a"), errorReader{broken})})
		assert.ErrorIs(t, err, broken)
		assert.Empty(t, page.Exchanges())
	})
}

type errorReader struct{ err error }

func (r errorReader) Read([]byte) (int, error) { return 0, r.err }

func TestHeadersCountAsOfWriteHeader(t *testing.T) {
	late := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(103) // informational: not the response yet
		w.Header().Set("X-Early", "1")
		w.WriteHeader(202)
		w.Header().Set("Access-Control-Allow-Origin", "*")
	})
	err := corstest.Blocks(t, late, app, corstest.Request{URL: api})
	assert.Equal(t, 202, err.Exchange.Status)
	assert.Equal(t, header("X-Early", "1"), err.Exchange.ResponseHeader)
}

func TestPanicsOfTheHandlerAreKept(t *testing.T) {
	server := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("mine") })
	assert.PanicsWithValue(t, "mine", func() { _, _ = corstest.NewPage(app, server).Fetch(corstest.Request{URL: api}) })
}

func TestLiveServer(t *testing.T) {
	server := httptest.NewServer(open(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/redirect" {
			http.Redirect(w, r, "/items", http.StatusTemporaryRedirect)
			return
		}
		w.Header().Set("Access-Control-Expose-Headers", "X-Echo")
		w.Header().Set("X-Echo", r.Header.Get("X-One"))
		w.Header().Set("Set-Cookie", "a=b")
		_, _ = io.Copy(w, r.Body)
	})))
	defer server.Close()

	page := corstest.NewPage(app, nil)
	resp, err := page.Fetch(corstest.Request{
		Method: "PUT", URL: server.URL + "/redirect", Header: header("X-One", "1"), Body: strings.NewReader("hello"),
	})
	require.NoError(t, err)
	assert.Equal(t, &corstest.Response{
		Status: 200,
		Header: header("Content-Length", "5", "Content-Type", "text/plain; charset=utf-8", "X-Echo", "1"),
		Body:   []byte("hello"), Preflighted: true,
	}, resp)
	assert.Equal(t, []string{
		"OPTIONS " + server.URL + "/redirect", "PUT " + server.URL + "/redirect",
		"OPTIONS " + server.URL + "/items", "PUT " + server.URL + "/items",
	}, sent(page))

	sameOrigin, err := corstest.NewPage(server.URL, nil).Fetch(corstest.Request{Method: "PUT", URL: "/items"})
	require.NoError(t, err)
	assert.False(t, sameOrigin.Preflighted)
}

// A server that streams answers for as long as its client stays.
func TestStreaming(t *testing.T) {
	stream := open(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "data: 1\n\n")
		assert.NoError(t, http.NewResponseController(w).Flush())
		<-r.Context().Done()
	}))
	server := httptest.NewServer(stream)
	defer server.Close()
	for url, handler := range map[string]http.Handler{api: stream, server.URL: nil} {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		resp, err := corstest.NewPage(app, handler).FetchContext(ctx, corstest.Request{URL: url})
		require.NoError(t, err)
		assert.Equal(t, "data: 1\n\n", string(resp.Body))

		_, err = corstest.NewPage(app, handler).FetchContext(ctx, corstest.Request{URL: url})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.NotErrorAs(t, err, new(*corstest.BlockedError))
	}
}

func TestContextEndsBeforeAnAnswer(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"writes nothing": func(http.ResponseWriter, *http.Request) {},
		"writes late":    func(w http.ResponseWriter, r *http.Request) { http.Error(w, "late", http.StatusServiceUnavailable) },
		"flushes late":   func(w http.ResponseWriter, r *http.Request) { _ = http.NewResponseController(w).Flush() },
	} {
		for _, method := range []string{"GET", "PUT"} {
			t.Run(name+" "+method, func(t *testing.T) {
				page := corstest.NewPage(app, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					w.Header().Set("Access-Control-Allow-Origin", "*")
					<-r.Context().Done()
					handler(w, r)
				}))
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
				defer cancel()
				_, err := page.FetchContext(ctx, corstest.Request{Method: method, URL: api})
				require.ErrorIs(t, err, context.DeadlineExceeded)
				assert.NotErrorAs(t, err, new(*corstest.BlockedError))
				assert.Empty(t, page.Exchanges())
			})
		}
	}

	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	resp, err := corstest.NewPage(app, open(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "a")
		<-r.Context().Done()
		_, err := io.WriteString(w, "b")
		assert.ErrorIs(t, err, context.DeadlineExceeded)
	}))).FetchContext(ctx, corstest.Request{URL: api})
	require.NoError(t, err)
	assert.Equal(t, "a", string(resp.Body))
}

// No script asks for another protocol, so the browser waits for an answer that never comes.
func TestSwitchingProtocols(t *testing.T) {
	_, err := corstest.NewPage(app, open(respond(101))).Fetch(corstest.Request{URL: api})
	assert.EqualError(t, err, "corstest: GET https://api.example/items: the server switches protocols (status 101), and a browser waits for an answer in this one")
	assert.NotErrorAs(t, err, new(*corstest.BlockedError))

	live := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if assert.NoError(t, err) {
			t.Cleanup(func() { conn.Close() })
			_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
		}
	}))
	defer live.Close()
	_, err = corstest.NewPage(app, nil).Fetch(corstest.Request{URL: live.URL})
	assert.ErrorContains(t, err, "the server switches protocols (status 101)")
}

// In process, a script sees the Content-Type that it would see of a live server.
func TestSniffedContentType(t *testing.T) {
	for name, answer := range map[string]func(w http.ResponseWriter){
		"status":    func(w http.ResponseWriter) { w.WriteHeader(201); _, _ = io.WriteString(w, "<html>") },
		"no status": func(w http.ResponseWriter) { _, _ = io.WriteString(w, "<html>") },
		"no body":   func(w http.ResponseWriter) { w.WriteHeader(201) },
		"set": func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "a/b")
			w.WriteHeader(201)
			_, _ = io.WriteString(w, "<html>")
		},
		"suppressed": func(w http.ResponseWriter) {
			w.Header()["Content-Type"] = nil
			w.WriteHeader(201)
			_, _ = io.WriteString(w, "<html>")
		},
		"encoded": func(w http.ResponseWriter) {
			w.Header().Set("Content-Encoding", "br")
			w.WriteHeader(201)
			_, _ = io.WriteString(w, "<html>")
		},
		"encoded, no status": func(w http.ResponseWriter) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = io.WriteString(w, "\x1f\x8b\x08")
		},
		"two writes":     func(w http.ResponseWriter) { _, _ = io.WriteString(w, "<ht"); _, _ = io.WriteString(w, "ml>") },
		"an empty write": func(w http.ResponseWriter) { _, _ = w.Write(nil); _, _ = io.WriteString(w, "<html>") },
		"no more":        func(w http.ResponseWriter) { _, _ = w.Write(nil) },
		"205":            func(w http.ResponseWriter) { w.WriteHeader(205); _, _ = io.WriteString(w, "<html>") },
		"a flush between": func(w http.ResponseWriter) {
			_, _ = io.WriteString(w, "<ht")
			_ = http.NewResponseController(w).Flush()
			_, _ = io.WriteString(w, "ml>")
		},
		"a flush before": func(w http.ResponseWriter) {
			_ = http.NewResponseController(w).Flush()
			_, _ = io.WriteString(w, "<html>")
		},
		"none is allowed": func(w http.ResponseWriter) { w.WriteHeader(204); _, _ = io.WriteString(w, "<html>") },
	} {
		t.Run(name, func(t *testing.T) {
			handler := open(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { answer(w) }))
			server := httptest.NewServer(handler)
			defer server.Close()
			live := corstest.Allows(t, nil, app, corstest.Request{URL: server.URL})
			inProcess := corstest.Allows(t, handler, app, corstest.Request{URL: api})
			assert.Equal(t, live.Header["Content-Type"], inProcess.Header["Content-Type"])
		})
	}
}

func TestTransport(t *testing.T) {
	server := httptest.NewTLSServer(open(respond(200)))
	defer server.Close()
	page := corstest.NewPage(app, nil)
	page.Transport = server.Client().Transport
	_, err := page.Fetch(corstest.Request{URL: server.URL})
	require.NoError(t, err)

	page.Transport = roundTripper(func(r *http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF })
	_, err = page.Fetch(corstest.Request{Method: "PUT", URL: api})
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	assert.EqualError(t, err, "corstest: OPTIONS https://api.example/items: unexpected EOF")
	assert.NotErrorAs(t, err, new(*corstest.BlockedError))

	page.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Header: header("Access-Control-Allow-Origin", "*"), Body: io.NopCloser(errorReader{io.ErrUnexpectedEOF})}, nil
	})
	_, err = page.Fetch(corstest.Request{URL: api})
	assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestFlushBeginsAnAnswer(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	page := corstest.NewPage(app, open(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.(http.Flusher).Flush()
		cancel()
	})))
	_, err := page.FetchContext(ctx, corstest.Request{URL: api})
	assert.NoError(t, err)
}

func TestPageIsSafeForConcurrentUse(t *testing.T) {
	page := corstest.NewPage(app, open(respond(200)))
	page.Jar = newJar(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				_, err := page.Fetch(corstest.Request{Method: "PUT", URL: api, Credentials: true, Header: header("X-One", "1")})
				assert.NoError(t, err)
				page.Advance(time.Second)
				page.Exchanges()
				page.Preflights()
			}
		})
	}
	wg.Wait()
}

func TestWhatIsHandedOutIsTheCallersOwn(t *testing.T) {
	page := corstest.NewPage(app, open(respond(200, "Content-Type", "text/plain")))
	requestHeader := header("Accept", "text/html")
	resp, err := page.Fetch(corstest.Request{URL: api, Header: requestHeader})
	require.NoError(t, err)
	assert.Equal(t, header("Accept", "text/html"), requestHeader)

	resp.Header["Content-Type"][0] = "changed"
	page.Exchanges()[0].ResponseHeader["Content-Type"][0] = "changed"
	assert.Equal(t, "text/plain", page.Exchanges()[0].ResponseHeader.Get("Content-Type"))
}

func TestResponseThatCannotBeSent(t *testing.T) {
	for name, tc := range map[string]struct {
		method, length, encoding, value, body string
		status                                int
		want                                  string // error
	}{
		"as declared":              {"GET", "2", "", "x", "ab", 200, ""},
		"more than declared":       {"GET", "2", "", "x", "abc", 200, "the server declares a Content-Length of 2 and sends 0 bytes"},
		"more, in a second write":  {"GET", "3", "", "x", "abc|d", 200, ""},
		"less than declared":       {"GET", "20", "", "x", "abc|d", 200, "the server declares a Content-Length of 20 and sends 4 bytes"},
		"to HEAD":                  {"HEAD", "20", "", "x", "", 200, ""},
		"no content":               {"GET", "20", "", "x", "", 204, ""},
		"not modified":             {"GET", "20", "", "x", "", 304, ""},
		"no length":                {"GET", "abc", "", "x", "abc", 200, ""},
		"an encoding":              {"GET", "", "chunked", "x", "abc", 200, ""},
		"a length and an encoding": {"GET", "5", "chunked", "x", "abc|def", 200, ""},
		"a NUL in a header value":  {"GET", "", "", "x\x00y", "abc", 200, "the server sends X-Value with a NUL in it"},
	} {
		t.Run(name, func(t *testing.T) {
			page := corstest.NewPage(app, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Access-Control-Allow-Origin", "*")
				w.Header().Set("Access-Control-Expose-Headers", "*")
				w.Header().Set("X-Value", tc.value)
				w.Header().Set("Content-Type", "text/plain")
				for name, value := range map[string]string{"Content-Length": tc.length, "Transfer-Encoding": tc.encoding} {
					if value != "" {
						w.Header().Set(name, value)
					}
				}
				w.WriteHeader(tc.status)
				for content := range strings.SplitSeq(tc.body, "|") {
					_, _ = io.WriteString(w, content)
				}
			}))
			resp, err := page.Fetch(corstest.Request{Method: tc.method, URL: api})
			if tc.want != "" {
				require.ErrorContains(t, err, tc.want)
				assert.Nil(t, resp)
				assert.Empty(t, page.Exchanges())
				return
			}
			require.NoError(t, err)
			body, _, _ := strings.Cut(tc.body, "|")
			assert.Equal(t, body, string(resp.Body))
			assert.NotContains(t, resp.Header, "Transfer-Encoding")
			assert.Equal(t, tc.status != 304, resp.Header.Get("Content-Type") != "", "net/http sends none with 304")
			if tc.length == "abc" || tc.encoding != "" || tc.status != 200 {
				assert.NotContains(t, resp.Header, "Content-Length")
			} else {
				assert.Equal(t, tc.length, resp.Header.Get("Content-Length"))
			}
		})
	}
}

// A response that its context has cut off is as long as it is by then, whatever it declares.
func TestResponseThatIsCutOff(t *testing.T) {
	page := corstest.NewPage(app, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Content-Length", "10")
		_, _ = io.WriteString(w, "hello")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
		_, err := io.WriteString(w, "world")
		assert.ErrorIs(t, err, context.DeadlineExceeded)
	}))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	resp, err := page.FetchContext(ctx, corstest.Request{URL: api})
	require.NoError(t, err)
	assert.Equal(t, "hello", string(resp.Body))
}

// Whatever a handler does about the length of its answer, a script sees what it would of net/http's server.
func TestLengthsAsOfALiveServer(t *testing.T) {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Access-Control-Expose-Headers", "*")
		for query, name := range map[string]string{"length": "Content-Length", "encoding": "Transfer-Encoding"} {
			if q.Get(query) != "" {
				w.Header().Set(name, q.Get(query))
			}
		}
		if status, err := strconv.Atoi(q.Get("status")); err == nil {
			w.WriteHeader(status)
		}
		for content := range strings.FieldsSeq(q.Get("body")) {
			_, _ = io.WriteString(w, content)
		}
	})
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	defer server.Close()
	for _, length := range []string{"", "0", "2", "3", "20", "abc"} {
		for _, encoding := range []string{"", "chunked", "identity"} {
			for _, status := range []string{"", "200", "204", "304", "404"} {
				for _, body := range []string{"", "ab", "abc d", "ab c"} {
					for _, method := range []string{"GET", "HEAD"} {
						if length == "abc" && (method == "HEAD" || encoding == "identity") {
							continue // net/http sends that length
						}
						query := url.Values{"length": {length}, "encoding": {encoding}, "status": {status}, "body": {body}}
						var seen []string
						for _, page := range []*corstest.Page{corstest.NewPage(app, handler), corstest.NewPage(app, nil)} {
							resp, err := page.Fetch(corstest.Request{Method: method, URL: server.URL + "/?" + query.Encode()})
							if err != nil {
								seen = append(seen, "an error")
								continue
							}
							resp.Header.Del("Date")
							resp.Header.Del("Connection")
							if length == "" {
								resp.Header.Del("Content-Length")
							}
							seen = append(seen, fmt.Sprint(resp.Status, resp.Header, string(resp.Body)))
						}
						assert.Equal(t, seen[1], seen[0], "%s %v", method, query)
					}
				}
			}
		}
	}
}
