// Tenants asks a database which web sites may use an API: every tenant has origins of his own, and they change while the
// program runs.
//
//	go run ./examples/tenants -add acme=https://app.acme.example    then it may
//	go run ./examples/tenants
//
// That is SQLite, in the file tenants.db. The same with PostgreSQL:
//
//	go run ./examples/tenants -driver pgx -dsn postgres://user:password@localhost/tenants
//
// Take the database away, and whoever is not known already is denied, in time, and it is logged. tenants.go has it all.
package main

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"github.com/seed-12f469a5/cors"
)

func main() {
	log.SetFlags(0)
	addr := flag.String("addr", "localhost:8080", "address to listen on")
	driver := flag.String("driver", "sqlite", "sqlite or pgx (PostgreSQL)")
	dsn := flag.String("dsn", "file:tenants.db?_pragma=journal_mode(wal)&_pragma=busy_timeout(250)", "data source name: a file for sqlite, a postgres:// URL for pgx")
	add := flag.String("add", "", "add an origin, as in acme=https://app.acme.example, and exit")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C does not wait
	if err := run(ctx, *addr, *driver, *dsn, *add); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, addr, driver, dsn, add string) error {
	db, err := open(ctx, driver, dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	if add == "" {
		return serve(ctx, addr, api(newOrigins(db)), os.Stdout)
	}
	tenant, origin, found := strings.Cut(add, "=")
	if !found {
		return fmt.Errorf("-add %q: write the tenant and the origin, as in acme=https://app.acme.example", add)
	}
	return addOrigin(ctx, db, tenant, origin)
}

// open opens the database and makes the table if it is not there.
func open(ctx context.Context, driver, dsn string) (*sql.DB, error) {
	db, err := sql.Open(driver, dsn)
	if err != nil {
		return nil, err
	}
	// So many look-ups at once, and no more, whoever asks: the others wait for their turn, or until their time is up.
	db.SetMaxOpenConns(8)
	db.SetMaxIdleConns(8)
	// None stays for long with a server that was replaced, or with SQLite's file after it was deleted.
	db.SetConnMaxLifetime(time.Minute)

	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if _, err := db.ExecContext(ctx, createTable); err != nil {
		return nil, errors.Join(fmt.Errorf("%s database: %w", driver, err), db.Close())
	}
	return db, nil
}

// api is an API for the scripts of all tenants.
func api(o *origins) http.Handler {
	policy := cors.MustNew(
		cors.WithOriginFunc(o.allowed),
		cors.WithMethods("GET", "POST"),
		// Scripts authenticate by a token, which another tenant's pages do not have. With cookies (WithCredentials) they
		// would act as its users: then look the origin up together with the tenant whose data is asked for.
		cors.WithHeaders("Authorization", "Content-Type"),
		cors.WithObserver(cors.LogDenied(nil)),
	)
	mux := http.NewServeMux()
	mux.HandleFunc("/hello", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "hello, tenant") })
	return policy.Handler(mux)
}

// serve serves on addr until ctx is done.
func serve(ctx context.Context, addr string, handler http.Handler, stdout io.Writer) error {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("%w\nIf another program uses %s, stop it or choose another address with -addr", err, addr)
	}
	fmt.Fprintf(stdout, "listening on http://%s (Ctrl-C ends this)\n", listener.Addr())

	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}

	// Requests in flight may finish, but not for long: browsers hold connections open that they never use.
	grace, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if server.Shutdown(grace) != nil {
		return server.Close()
	}
	return nil
}
