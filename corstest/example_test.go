package corstest_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/seed-12f469a5/cors/corstest"
)

// allowApp is CORS middleware as it is often written by hand.
func allowApp(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "https://app.example")
		w.Header().Set("Access-Control-Allow-Methods", "GET, PUT")
		w.Header().Set("Access-Control-Allow-Headers", "*")
		w.Header().Set("Access-Control-Expose-Headers", "ETag")
		w.Header().Set("Access-Control-Max-Age", "600")
		if r.Method == http.MethodOptions {
			return
		}
		next.ServeHTTP(w, r)
	})
}

func items(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("ETag", `"1"`)
	w.Header().Set("X-Request-Id", "42")
	fmt.Fprint(w, "hello")
}

// Any middleware is tested by what it permits, not by the headers it sends.
func ExamplePage_Fetch() {
	page := corstest.NewPage("https://app.example", allowApp(http.HandlerFunc(items)))

	resp, err := page.Fetch(corstest.Request{Method: "PUT", URL: "https://api.example/items/1"})
	fmt.Println(resp.Status, string(resp.Body), resp.Preflighted, err)
	fmt.Println("ETag:", resp.Header.Get("ETag"))
	fmt.Printf("X-Request-Id: %q\n", resp.Header.Get("X-Request-Id"))

	// The wildcard does not cover Authorization, which is easy to miss.
	_, err = page.Fetch(corstest.Request{
		URL:    "https://api.example/items/1",
		Header: http.Header{"Authorization": {"Bearer token"}},
	})
	fmt.Println(err)
	// Output:
	// 200 hello true <nil>
	// ETag: "1"
	// X-Request-Id: ""
	// Access to fetch at 'https://api.example/items/1' from origin 'https://app.example' has been blocked by CORS policy: Request header field authorization is not allowed by Access-Control-Allow-Headers in preflight response. List it: 'Access-Control-Allow-Headers: authorization'. '*' does not cover it.
}

// The clock of the preflight cache moves only when told.
func ExamplePage_Advance() {
	page := corstest.NewPage("https://app.example", allowApp(http.HandlerFunc(items)))
	page.MaxAgeLimit = corstest.ChromiumMaxAge

	put := func() {
		if _, err := page.Fetch(corstest.Request{Method: "PUT", URL: "https://api.example/items/1"}); err != nil {
			fmt.Println(err)
		}
		fmt.Println(page.Preflights())
	}
	put()
	put()
	page.Advance(10 * time.Minute)
	put()
	// Output:
	// 1
	// 1
	// 2
}

// A BlockedError has the parts that a test may want to look at.
func ExampleBlockedError() {
	page := corstest.NewPage("https://evil.example", allowApp(http.HandlerFunc(items)))
	_, err := page.Fetch(corstest.Request{URL: "https://api.example/items/1"})

	var blocked *corstest.BlockedError
	if errors.As(err, &blocked) {
		fmt.Println(blocked.Preflight, blocked.Exchange.Status)
		fmt.Println(blocked.Reason)
		fmt.Println(blocked.Hint)
		fmt.Println(blocked.Step)
	}
	// Output:
	// false 200
	// The 'Access-Control-Allow-Origin' header has a value 'https://app.example' that is not equal to the supplied origin.
	// Send 'Access-Control-Allow-Origin: https://evil.example', exactly and once.
	// https://fetch.spec.whatwg.org/#concept-cors-check
}

// t stands for the test's own *testing.T.
var t testing.TB = new(failingTest)

// t is the test's *testing.T.
func ExampleAllows() {
	server := allowApp(http.HandlerFunc(items))
	resp := corstest.Allows(t, server, "https://app.example", corstest.Request{URL: "https://api.example/items/1"})
	fmt.Println(resp.Status)
	// Output: 200
}

// t is the test's *testing.T.
func ExampleBlocks() {
	server := allowApp(http.HandlerFunc(items))
	blocked := corstest.Blocks(t, server, "https://app.example", corstest.Request{Method: "DELETE", URL: "https://api.example/items/1"})
	fmt.Println(blocked.Reason)
	// Output: Method DELETE is not allowed by Access-Control-Allow-Methods in preflight response.
}
