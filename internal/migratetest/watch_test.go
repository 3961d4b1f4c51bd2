package migratetest

import (
	"bytes"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/seed-12f469a5/cors"
)

func TestWatch(t *testing.T) {
	src, err := os.ReadFile("watch.go")
	if err != nil {
		t.Fatal(err)
	}
	_, fn, _ := strings.Cut(string(src), "\nfunc ")
	block := strings.ReplaceAll("func "+strings.TrimSuffix(fn, "\n"), "\n", "\n   ")
	if !strings.Contains(section(t, "In four steps"), "\n   ```go\n   "+block+"\n   ```\n") {
		t.Errorf("the page has another watch than\n   %s", block)
	}

	var log bytes.Buffer
	defer slog.SetDefault(slog.Default())
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	h := watch(cors.MustNew(cors.WithOrigins("https://app.example.com")), rsBefore(api))
	for origin, lines := range map[string]int{"https://app.example.com": 0, "https://x.preview.example.com": 1, "": 0} {
		log.Reset()
		r := mustRequest("GET", map[string]string{"Origin": origin})
		if origin == "" {
			r.Header.Del("Origin")
		}
		w := newRecorder()
		h.ServeHTTP(w, r)
		if got := strings.Count(log.String(), "\n"); got != lines || w.Code != http.StatusOK {
			t.Errorf("%q: status %d, log:\n%s", origin, w.Code, &log)
		}
	}
}
