package corstest_test

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/seed-12f469a5/cors/corstest"
	"github.com/stretchr/testify/assert"
)

// failingTest records the message that a test would fail with.
type failingTest struct {
	testing.TB
	message string
}

func (*failingTest) Helper() {}

func (f *failingTest) Fatal(args ...any) {
	f.message = fmt.Sprint(args...)
	runtime.Goexit()
}

func (f *failingTest) Fatalf(format string, args ...any) { f.Fatal(fmt.Sprintf(format, args...)) }

// failure returns the message that a test consisting of f fails with.
func failure(f func(t testing.TB)) string {
	t := new(failingTest)
	done := make(chan struct{})
	go func() {
		defer close(done)
		f(t)
	}()
	<-done
	return t.message
}

func TestAllowsExplainsItsFailure(t *testing.T) {
	assert.Empty(t, failure(func(t testing.TB) {
		corstest.Allows(t, open(respond(500)), app, corstest.Request{URL: api})
	}))
	assert.Equal(t, `Access to fetch at 'http://api.example/' from origin 'https://app.example' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource. Send 'Access-Control-Allow-Origin: https://app.example', exactly and once.

The standard: https://fetch.spec.whatwg.org/#concept-cors-check
The refused exchange:
> GET http://api.example/
> Accept: */*
> Accept-Encoding: identity
> Origin: https://app.example
> User-Agent: Mozilla/5.0 (compatible; corstest)
< 404 Not Found
< X-Server: here
`, failure(func(t testing.TB) {
		corstest.Allows(t, respond(404, "X-Server", "here"), app, corstest.Request{URL: "http://api.example"})
	}))
	assert.Equal(t, `corstest: method "TRACE" is forbidden: no browser lets a script use it`, failure(func(t testing.TB) {
		corstest.Allows(t, respond(200), app, corstest.Request{Method: "TRACE", URL: api})
	}))
}

// A request to the page's own origin needs no permission, so that nothing of CORS would have been tested.
func TestSameOriginIsNoTest(t *testing.T) {
	for _, url := range []string{"", "/items", "items", "api.example/items", "https://APP.example:443/"} {
		assert.Contains(t, failure(func(t testing.TB) {
			corstest.Allows(t, open(respond(200)), app, corstest.Request{URL: url})
		}), "of the page's own origin, so that nothing was asked of CORS; give the whole URL of another origin", url)
		assert.Contains(t, failure(func(t testing.TB) {
			corstest.Blocks(t, respond(200), app, corstest.Request{URL: url})
		}), "of the page's own origin, so that nothing was asked of CORS; give the whole URL of another origin", url)
	}
	assert.Empty(t, failure(func(t testing.TB) {
		corstest.Allows(t, open(byURL{app + "/": redirect(302, api), api: respond(200)}), app, corstest.Request{URL: "/"})
	}))
}

func TestBlocksExplainsItsFailure(t *testing.T) {
	assert.Empty(t, failure(func(t testing.TB) {
		corstest.Blocks(t, respond(200), app, corstest.Request{URL: api})
	}))
	assert.Equal(t, `want a response that CORS blocks, but a script of the origin 'https://app.example' can read it, status 404. The last exchange:
> GET http://api.example/
> Accept: */*
> Accept-Encoding: identity
> Origin: https://app.example
> User-Agent: Mozilla/5.0 (compatible; corstest)
< 404 Not Found
< Access-Control-Allow-Origin: *
`, failure(func(t testing.TB) {
		corstest.Blocks(t, respond(404, "Access-Control-Allow-Origin", "*"), app, corstest.Request{URL: "http://api.example"})
	}))
	assert.Equal(t, `want a response that CORS blocks, but nothing got that far: corstest: method "TRACE" is forbidden: no browser lets a script use it`,
		failure(func(t testing.TB) {
			corstest.Blocks(t, respond(200), app, corstest.Request{Method: "TRACE", URL: api})
		}))
}
