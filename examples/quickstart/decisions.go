package main

import (
	"net/http"
	"strings"
	"sync"

	"github.com/seed-12f469a5/cors"
)

// decisions holds what a policy decided about the latest requests. A script cannot learn why its request was blocked, so
// the page gives each request an id, and then asks its own server what the policy said. The zero value is empty.
type decisions struct {
	mu   sync.Mutex
	ring [512]decision
	next int
}

type decision struct {
	id       string
	Kind     string `json:"kind"` // preflight or actual
	Allowed  bool   `json:"allowed"`
	Sentence string `json:"sentence"`
}

// recorded writes down what policy decides about each request with an id, as in /path?id=…, and then serves it.
func (d *decisions) recorded(policy *cors.Policy, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if id := r.URL.Query().Get("id"); id != "" && len(id) <= 64 {
			decided := policy.Decide(r)
			d.add(decision{
				id:       strings.Clone(id), // and not the whole URL with it
				Kind:     decided.Kind.String(),
				Allowed:  decided.Allowed(),
				Sentence: decided.String(),
			})
		}
		next.ServeHTTP(w, r)
	})
}

// add overwrites the oldest decision.
func (d *decisions) add(new decision) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ring[d.next%len(d.ring)] = new
	d.next++
}

// about returns the decisions about the request with the given id, oldest first: a preflight comes before what it is for.
func (d *decisions) about(id string) []decision {
	d.mu.Lock()
	defer d.mu.Unlock()
	found := []decision{}
	for i := range d.ring {
		if entry := d.ring[(d.next+i)%len(d.ring)]; id != "" && entry.id == id {
			found = append(found, entry)
		}
	}
	return found
}
