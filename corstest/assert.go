package corstest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
)

// Allows fetches r from a fresh page of the given origin and fails the test at
// once, saying what the server would have to send, if a script could not read
// the response. It says nothing about the response's status. The URL must be the
// whole URL of another origin, or lead there: with the page's own origin, and so
// with a relative URL, CORS has nothing to do, and the test fails.
//
// Use a [Page] where several requests, cookies or a live server are involved.
func Allows(t testing.TB, server http.Handler, origin string, r Request) *Response {
	t.Helper()
	page := NewPage(origin, server)
	resp, cors, err := page.fetch(context.Background(), r)
	if blocked := (*BlockedError)(nil); errors.As(err, &blocked) {
		t.Fatalf("%v\n\nThe standard: %s\nThe refused exchange:\n%v", blocked, blocked.Step, blocked.Exchange)
	}
	if err != nil {
		t.Fatal(err)
	}
	if !cors {
		t.Fatalf("want a response that CORS allows, but %s", sameOrigin(page))
	}
	return resp
}

// Blocks fetches r from a fresh page of the given origin and fails the test at
// once if a script could read the response, or if the request never got as far
// as CORS.
func Blocks(t testing.TB, server http.Handler, origin string, r Request) *BlockedError {
	t.Helper()
	page := NewPage(origin, server)
	resp, cors, err := page.fetch(context.Background(), r)
	var blocked *BlockedError
	switch {
	case errors.As(err, &blocked):
		return blocked
	case err != nil:
		t.Fatalf("want a response that CORS blocks, but nothing got that far: %v", err)
	case !cors:
		t.Fatalf("want a response that CORS blocks, but %s", sameOrigin(page))
	default:
		exchanges := page.Exchanges()
		t.Fatalf("want a response that CORS blocks, but a script of the origin '%s' can read it, status %d. The last exchange:\n%v",
			page.origin, resp.Status, exchanges[len(exchanges)-1])
	}
	return nil
}

func sameOrigin(p *Page) string {
	return fmt.Sprintf("'%s' is of the page's own origin, so that nothing was asked of CORS; give the whole URL of another origin", p.Exchanges()[0].URL)
}
