package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/golang-lru/v2/expirable"

	"github.com/seed-12f469a5/cors"
	"github.com/seed-12f469a5/cors/corstest"
)

const (
	acme     = "https://app.acme.example"
	bolt     = "https://bolt.example"
	stranger = "https://stranger.example"
)

// endless is a table that never answers: SQLite counts, until it is interrupted.
const endless = `DROP TABLE tenant_origins; CREATE VIEW tenant_origins (origin) AS
	WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT 'https://bolt.example' FROM n WHERE i < 0`

func TestScriptsOfTenantsMay(t *testing.T) {
	db := database(t, "sqlite", filepath.Join(t.TempDir(), "tenants.db"))
	checkTenants(t, db)
}

// TestScriptsOfTenantsMayWithPostgreSQL needs a database in which it may make a schema, which it drops in the end:
//
//	TENANTS_POSTGRES=postgres://user:password@localhost/tenants go test
func TestScriptsOfTenantsMayWithPostgreSQL(t *testing.T) {
	dsn := os.Getenv("TENANTS_POSTGRES")
	if dsn == "" {
		t.Skip("TENANTS_POSTGRES is not set")
	}
	schema := "cors_test_" + strings.ToLower(rand.Text())
	owner := database(t, "pgx", dsn+"?search_path=pg_temp") // the table that it makes goes with the connection
	if _, err := owner.Exec("CREATE SCHEMA " + schema); err != nil {
		t.Fatal(err)
	}
	defer owner.Exec("DROP SCHEMA " + schema + " CASCADE")
	db := database(t, "pgx", dsn+"?search_path="+schema)
	checkTenants(t, db)

	// A lock takes the table away in mid-request.
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.Exec(`LOCK TABLE tenant_origins`); err != nil {
		t.Fatal(err)
	}
	logs := captureLogs(t)
	deniesInTime(t, newOrigins(db), func() {})
	logs.want(t, "the database of tenants does not answer")
}

func checkTenants(t *testing.T, db *sql.DB) {
	for _, origin := range []string{"HTTPS://App.ACME.example:443/", bolt} { // added as browsers send them
		if err := addOrigin(t.Context(), db, "a tenant", origin); err != nil {
			t.Fatal(err)
		}
	}
	o := newOrigins(db)
	url := start(t, api(o))
	for range 2 { // asked, and remembered
		for origin, want := range map[string]bool{
			acme: true, bolt: true, stranger: false,
			acme + ":8443": false, "https://x.app.acme.example": false, "http://app.acme.example": false, "null": false,
			"https://x';--.example": false,
		} {
			page := corstest.NewPage(origin, nil)
			_, err := page.Fetch(corstest.Request{Method: "POST", URL: url + "/hello", Header: http.Header{"Authorization": {"Bearer x"}}})
			if (err == nil) != want {
				t.Errorf("%s: %v\n%v", origin, err, page.Exchanges())
			}
		}
	}
	if policy := cors.MustNew(cors.WithOriginFunc(o.allowed)); !policy.AllowsOrigin(acme) || policy.AllowsOrigin(stranger) {
		t.Error("without a client's request, the table is not asked")
	}
}

func TestChangesOfTheTableCountWhenWhatWasRememberedExpires(t *testing.T) {
	db := database(t, "sqlite", filepath.Join(t.TempDir(), "tenants.db"))
	o := newOrigins(db)
	o.tenants = expirable.NewLRU[string, struct{}](10, nil, 200*time.Millisecond)
	o.strangers = expirable.NewLRU[string, struct{}](10, nil, 200*time.Millisecond)
	policy := cors.MustNew(cors.WithOriginFunc(o.allowed))

	if policy.AllowsOrigin(acme) {
		t.Fatal("allowed before it was added")
	}
	if err := addOrigin(t.Context(), db, "acme", acme); err != nil {
		t.Fatal(err)
	}
	becomes(t, "allowed", func() bool { return policy.AllowsOrigin(acme) })
	if _, err := db.Exec(`DELETE FROM tenant_origins`); err != nil {
		t.Fatal(err)
	}
	becomes(t, "denied", func() bool { return !policy.AllowsOrigin(acme) })
}

func TestADatabaseThatIsTakenAwayInMidRequestDenies(t *testing.T) {
	t.Run("it never answers", func(t *testing.T) {
		logs := captureLogs(t)
		db := database(t, "sqlite", filepath.Join(t.TempDir(), "tenants.db"))
		if _, err := db.Exec(endless); err != nil {
			t.Fatal(err)
		}
		deniesInTime(t, newOrigins(db), func() {})
		logs.want(t, "the database of tenants does not answer")
	})
	t.Run("it is closed", func(t *testing.T) {
		logs := captureLogs(t)
		db := database(t, "sqlite", filepath.Join(t.TempDir(), "tenants.db"))
		if _, err := db.Exec(endless); err != nil {
			t.Fatal(err)
		}
		deniesInTime(t, newOrigins(db), func() { db.Close() })
		logs.want(t, "the database of tenants does not answer")
	})
	t.Run("it cannot be reached", func(t *testing.T) {
		logs := captureLogs(t)
		db := sql.OpenDB(server{context.Context.Done})
		defer db.Close()
		deniesInTime(t, newOrigins(db), func() {})
		logs.want(t, "the database of tenants does not answer")
	})
	t.Run("its driver heeds no context", func(t *testing.T) {
		logs := captureLogs(t)
		end := make(chan struct{})
		defer close(end)
		db := sql.OpenDB(server{func(context.Context) <-chan struct{} { return end }})
		deniesInTime(t, newOrigins(db), func() {})
		logs.want(t, "the database of tenants does not answer")
	})
}

// deniesInTime has more requests under way than there are connections, takes the database away, and fails the test unless
// all of them are denied when their time is up.
func deniesInTime(t *testing.T, o *origins, takeAway func()) {
	t.Helper()
	o.timeout = 300 * time.Millisecond
	url := start(t, api(o))
	var requests sync.WaitGroup
	for range 20 {
		requests.Go(func() {
			began := time.Now()
			_, err := corstest.NewPage(bolt, nil).Fetch(corstest.Request{URL: url + "/hello"})
			var blocked *corstest.BlockedError
			if took := time.Since(began); !errors.As(err, &blocked) || took > 5*time.Second {
				t.Errorf("after %v, not blocked but %v", took, err)
			}
		})
	}
	time.Sleep(100 * time.Millisecond)
	takeAway()
	requests.Wait()
}

func TestWhatIsRememberedOutlivesTheDatabase(t *testing.T) {
	db := database(t, "sqlite", filepath.Join(t.TempDir(), "tenants.db"))
	if err := addOrigin(t.Context(), db, "acme", acme); err != nil {
		t.Fatal(err)
	}
	o := newOrigins(db)
	policy := cors.MustNew(cors.WithOriginFunc(o.allowed))
	if !policy.AllowsOrigin(acme) {
		t.Fatal("denied")
	}
	db.Close()
	if !policy.AllowsOrigin(acme) {
		t.Error("forgotten at once")
	}
}

func TestFailuresAreNotRemembered(t *testing.T) {
	logs := captureLogs(t)
	db := database(t, "sqlite", filepath.Join(t.TempDir(), "tenants.db"))
	if err := addOrigin(t.Context(), db, "acme", acme); err != nil {
		t.Fatal(err)
	}
	policy := cors.MustNew(cors.WithOriginFunc(newOrigins(db).allowed))
	if _, err := db.Exec(`ALTER TABLE tenant_origins RENAME TO away`); err != nil {
		t.Fatal(err)
	}
	for range 100 {
		if policy.AllowsOrigin(acme) {
			t.Fatal("allowed without a table")
		}
	}
	if n := strings.Count(logs.String(), "no such table"); n < 1 || n > 10 {
		t.Errorf("100 failures in a moment are %d lines of log", n)
	}
	if _, err := db.Exec(`ALTER TABLE away RENAME TO tenant_origins`); err != nil {
		t.Fatal(err)
	}
	if !policy.AllowsOrigin(acme) {
		t.Error("denied although the table is back")
	}
}

func TestAClientThatLeavesIsNoFailure(t *testing.T) {
	logs := captureLogs(t)
	db := database(t, "sqlite", filepath.Join(t.TempDir(), "tenants.db"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r, _ := http.NewRequestWithContext(ctx, "GET", "/", nil)
	if newOrigins(db).allowed(r, acme) || logs.String() != "" {
		t.Errorf("not just denied, logs:\n%s", logs)
	}
}

func TestAFloodOfOriginsIsBoundedAndDrivesNoTenantOut(t *testing.T) {
	db := database(t, "sqlite", filepath.Join(t.TempDir(), "tenants.db"))
	if err := addOrigin(t.Context(), db, "acme", acme); err != nil {
		t.Fatal(err)
	}
	o := newOrigins(db)
	o.strangers = expirable.NewLRU[string, struct{}](100, nil, time.Hour)
	policy := cors.MustNew(cors.WithOriginFunc(o.allowed))
	if !policy.AllowsOrigin(acme) {
		t.Fatal("denied")
	}
	for i := range 1000 {
		if policy.AllowsOrigin(fmt.Sprintf("https://x%d.example", i)) {
			t.Fatal("a stranger is allowed")
		}
	}
	if n := o.strangers.Len(); n != 100 {
		t.Errorf("%d strangers are remembered, not 100", n)
	}
	if !o.tenants.Contains(acme) {
		t.Error("the tenant is forgotten")
	}
}

func TestOriginsThatCouldNeverMatchAreNotAdded(t *testing.T) {
	db := database(t, "sqlite", filepath.Join(t.TempDir(), "tenants.db"))
	for _, origin := range []string{"acme.example", "https://acme.example/app", "https://*.acme.example", "*", "null", ""} {
		if err := addOrigin(t.Context(), db, "acme", origin); err == nil {
			t.Errorf("%q was added", origin)
		}
	}
}

func TestADatabaseThatIsNotThereIsSaidAtOnce(t *testing.T) {
	for driver, dsn := range map[string]string{
		"sqlite": filepath.Join(t.TempDir(), "no", "such", "folder", "tenants.db"),
		"pgx":    "postgres://127.0.0.1:1/tenants",
		"oracle": "",
	} {
		if err := run(t.Context(), "127.0.0.1:0", driver, dsn, ""); err == nil || !strings.Contains(err.Error(), driver) {
			t.Errorf("%s: %v", driver, err)
		}
	}
}

// A server accepts nobody and refuses nobody, until hungUp tells the driver to give up.
type server struct {
	hungUp func(context.Context) <-chan struct{}
}

func (server) Driver() driver.Driver { return nil }

func (s server) Connect(ctx context.Context) (driver.Conn, error) {
	<-s.hungUp(ctx)
	return nil, errors.New("hung up")
}

func database(t *testing.T, driver, dsn string) *sql.DB {
	t.Helper()
	db, err := open(t.Context(), driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// becomes waits until done.
func becomes(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it never becomes %s", what)
		}
	}
}

// A logBuffer holds what was logged.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// captureLogs has slog write to a buffer for the rest of the test.
func captureLogs(t *testing.T) *logBuffer {
	var logs logBuffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&logs, nil)))
	t.Cleanup(func() {
		slog.SetDefault(before)
		log.SetOutput(os.Stderr)
	})
	return &logs
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func (b *logBuffer) want(t *testing.T, text string) {
	t.Helper()
	if !strings.Contains(b.String(), text) {
		t.Errorf("%q is not logged, but\n%s", text, b)
	}
}

func TestServeSaysThatAPortIsBusy(t *testing.T) {
	addr := strings.TrimPrefix(start(t, http.NotFoundHandler()), "http://")
	err := serve(t.Context(), addr, http.NotFoundHandler(), io.Discard)
	if err == nil || !strings.Contains(err.Error(), "another address with -addr") {
		t.Errorf("error %v does not say what to do", err)
	}
}

// start serves handler over HTTP, as main does, and returns the address with http:// before it.
func start(t *testing.T, handler http.Handler) string {
	t.Helper()
	out, stdout := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := serve(t.Context(), "127.0.0.1:0", handler, stdout)
		stdout.CloseWithError(fmt.Errorf("ended: %w", err))
		ended <- err
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // t.Context is cancelled by now, as by Ctrl-C
		if err := <-ended; err != nil {
			t.Errorf("after Ctrl-C: %v", err)
		}
	})
	return strings.Fields(line)[2]
}
