package browsertest

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// This file gives orders to the page that is open in a browser, and takes its replies. The page (page.html) posts a reply
// to its own origin and gets the next command in response, when there is one.

//go:embed page.html
var pageHTML []byte

const (
	pagePath    = "/.page"
	commandPath = "/.command"
)

// A session is a conversation with one browser.
type session struct {
	commands chan command
	replies  chan reply

	open string // the origin of the page that is open
	last int    // the id of the last command
}

func newSession() *session {
	return &session{commands: make(chan command), replies: make(chan reply)}
}

type command struct {
	ID        int    `json:"id"`
	Open      string `json:"open,omitempty"` // a page to go to
	Fetch     fetch  `json:"fetch"`
	Sandboxed bool   `json:"sandboxed"`
	Delay     int64  `json:"delay"` // milliseconds
}

type reply struct {
	Origin   string    `json:"origin"`   // of a page that has just been opened; empty for a reply to a command
	Verdicts []verdict `json:"verdicts"` // of that page, if it is the quickstart's
	ID       int       `json:"id"`
	Result   result    `json:"result"`
}

// A verdict is a row of the quickstart's page.
type verdict struct {
	Case     string `json:"case"`
	Expected string `json:"expected"`
	Outcome  string `json:"outcome"`
}

// A result is what a script got to see.
type result struct {
	Error  string      `json:"error"`
	Status int         `json:"status"`
	Header [][2]string `json:"header"`
	Body   string      `json:"body"`
}

// perform has the page of s.origin make the fetch. One step is performed at a time.
func (c *session) perform(ctx context.Context, s step) (result, error) {
	origin, sandboxed := s.origin, s.origin == "null"
	if sandboxed {
		origin = app
	}
	if err := c.goTo(ctx, origin); err != nil {
		return result{}, err
	}
	c.last++
	order := command{ID: c.last, Fetch: s.fetch, Sandboxed: sandboxed, Delay: s.after.Milliseconds()}
	if err := c.send(ctx, order); err != nil {
		return result{}, err
	}
	r, err := c.receive(ctx)
	switch {
	case err != nil:
		return result{}, fmt.Errorf("%s %s from %s: %w", s.fetch.Method, s.fetch.URL, s.origin, err)
	case r.ID != order.ID || r.Origin != "":
		return result{}, fmt.Errorf("the page replied to command %d with %+v", order.ID, r)
	}
	return r.Result, nil
}

// goTo opens the page of an origin. Every page is a document of its own, not a frame: so its site is always first-party.
func (c *session) goTo(ctx context.Context, origin string) error {
	if origin == c.open {
		return nil
	}
	_, err := c.visit(ctx, origin, pagePath)
	return err
}

// visit opens the page at a path of an origin and returns the first that it says.
func (c *session) visit(ctx context.Context, origin, path string) (reply, error) {
	c.open = ""
	if err := c.send(ctx, command{Open: origin + path}); err != nil {
		return reply{}, err
	}
	return c.greet(ctx, origin)
}

// greet waits for the page of origin to say that it is open.
func (c *session) greet(ctx context.Context, origin string) (reply, error) {
	r, err := c.receive(ctx)
	if err == nil && r.Origin != origin {
		err = fmt.Errorf("got %+v", r)
	}
	if err != nil {
		return reply{}, fmt.Errorf("opening the page of %s: %w", origin, err)
	}
	c.open = origin
	return r, nil
}

func (c *session) send(ctx context.Context, order command) error {
	select {
	case c.commands <- order:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (c *session) receive(ctx context.Context) (reply, error) {
	select {
	case r := <-c.replies:
		return r, nil
	case <-ctx.Done():
		return reply{}, context.Cause(ctx)
	}
}

// page serves the page of any origin. To those below the site it gives a cookie for all of it.
func (c *session) page(w http.ResponseWriter, r *http.Request) {
	if isOfSite("http://" + r.Host) {
		http.SetCookie(w, siteCookie())
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Write(pageHTML)
}

// command takes a reply of the page and gives it the next command.
func (c *session) command(w http.ResponseWriter, r *http.Request) {
	var said reply
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = json.Unmarshal(body, &said)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	select {
	case c.replies <- said:
	case <-r.Context().Done():
		return
	}
	select {
	case order := <-c.commands:
		w.Header().Set("Cache-Control", "no-store")
		json.NewEncoder(w).Encode(order)
	case <-r.Context().Done():
	}
}
