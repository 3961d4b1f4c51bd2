package main

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/hashicorp/golang-lru/v2/expirable"
	"golang.org/x/time/rate"

	"github.com/seed-12f469a5/cors"
)

// These statements are understood by both databases. $1 is PostgreSQL's way to write a parameter; the driver for SQLite
// takes it too. (? is SQLite's and MySQL's alone.)
const (
	createTable  = `CREATE TABLE IF NOT EXISTS tenant_origins (origin TEXT PRIMARY KEY, tenant TEXT NOT NULL)`
	insertOrigin = `INSERT INTO tenant_origins (origin, tenant) VALUES ($1, $2)`
	selectOrigin = `SELECT EXISTS (SELECT 1 FROM tenant_origins WHERE origin = $1)`
)

// addOrigin lets the web site of a tenant use the API. The table holds origins as browsers send them (lower case, no
// default port, no trailing slash), so that one comparison finds them.
func addOrigin(ctx context.Context, db *sql.DB, tenant, origin string) error {
	policy, err := cors.New(cors.WithOrigins(origin))
	if err != nil {
		return err
	}
	origin = policy.Config().Origins[0]
	if strings.Contains(origin, "*") {
		return fmt.Errorf("%q: the table holds exact origins; add each by itself", origin)
	}
	if _, err := db.ExecContext(ctx, insertOrigin, origin, tenant); err != nil {
		return fmt.Errorf("add %s: %w", origin, err)
	}
	return nil
}

// origins knows which origins are in the table, and remembers for a while what it was told.
type origins struct {
	db      *sql.DB
	timeout time.Duration // how long a request waits for the database

	// What is remembered is bounded by number and by time. Strangers have a cache of their own: a flood of made-up origins
	// drives other made-up origins out, and no tenant.
	tenants   *expirable.LRU[string, struct{}]
	strangers *expirable.LRU[string, struct{}]

	failures rate.Sometimes // logged once a second at most, for an outage fails every request
}

func newOrigins(db *sql.DB) *origins {
	return &origins{
		db:        db,
		timeout:   500 * time.Millisecond,
		tenants:   expirable.NewLRU[string, struct{}](10_000, nil, time.Minute),   // so long is a removed origin still allowed,
		strangers: expirable.NewLRU[string, struct{}](10_000, nil, 5*time.Second), // and an added one still denied
		failures:  rate.Sometimes{Interval: time.Second},
	}
}

// allowed is for [cors.WithOriginFunc], which calls it with well-formed origins only. If the database cannot tell, the
// answer is no, and is not remembered: the next request asks again.
//
// It may be given a request of no client, by [cors.Policy.AllowsOrigin]: that has a context too, which never ends, so it is
// the timeout that counts.
func (o *origins) allowed(r *http.Request, origin string) bool {
	if _, known := o.tenants.Get(origin); known {
		return true
	}
	if _, known := o.strangers.Get(origin); known {
		return false
	}

	ctx, cancel := context.WithTimeout(r.Context(), o.timeout)
	defer cancel()
	found, err := o.ask(ctx, origin)
	if err != nil {
		if r.Context().Err() == nil { // otherwise the client has gone away, and nothing is wrong with the database
			o.failures.Do(func() {
				slog.Error("denied, for the database of tenants does not answer", "origin", origin, "error", err)
			})
		}
		return false
	}
	if found {
		o.tenants.Add(origin, struct{}{})
	} else {
		o.strangers.Add(origin, struct{}{})
	}
	return found
}

// ask looks origin up. It returns when ctx is done, even if the driver does not: pgx, for one, may take seconds to hang up on
// a server that is stuck. What is left behind is bounded by the number of connections.
func (o *origins) ask(ctx context.Context, origin string) (found bool, err error) {
	type answer struct {
		found bool
		err   error
	}
	answers := make(chan answer, 1)
	go func() {
		var a answer
		a.err = o.db.QueryRowContext(ctx, selectOrigin, origin).Scan(&a.found)
		answers <- a
	}()
	select {
	case a := <-answers:
		return a.found, a.err
	case <-ctx.Done():
		return false, ctx.Err()
	}
}
