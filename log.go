package cors

import (
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"
)

// logsPerSecond is the most lines that an observer of [LogDenied] logs in a second.
const logsPerSecond = 10

// LogDenied returns an observer for [WithObserver] that logs each refusal at level WARN: as the sentence of
// [Decision.String], and as attributes kind, reason, origin, method, header, rule, host and path, of which the empty ones are left
// out. A nil l means [slog.Default], as it is when a line is logged.
//
// An observer logs at most 10 lines in any second; give the same one to all policies of a service. The first line after some were
// left out says how many, as attribute left_out. What comes from the request is cut to 120 bytes, and quoted if it holds a space, a
// double quote or anything but printable ASCII, so that no client can forge a line.
//
// Requests for which [Decision.SameOrigin] is true are not logged. A refused request that is no preflight has reached the handler
// all the same; it is its answer that is kept from the script. What a browser refuses by itself is not seen here: a script's
// credentials "include" without [WithCredentials].
func LogDenied(l *slog.Logger) func(*http.Request, Decision) {
	var limit logLimit
	return func(r *http.Request, d Decision) {
		if d.Reason == Allowed || d.Reason == Delegated || d.SameOrigin() {
			return
		}
		leftOut, ok := limit.take()
		if !ok {
			return
		}
		path := ""
		if r.URL != nil { // as it is for every request of a server
			path = r.URL.Path
		}
		attrs := []slog.Attr{slog.String("kind", d.Kind.String()), slog.String("reason", d.Reason.String())}
		for _, a := range []struct{ key, value string }{{"origin", d.Origin}, {"method", d.Method}, {"header", d.Header}, {"rule", d.Rule},
			{"host", r.Host}, {"path", path}} {
			if a.value != "" {
				attrs = append(attrs, slog.String(a.key, loggable(a.value)))
			}
		}
		if leftOut > 0 {
			attrs = append(attrs, slog.Int("left_out", leftOut))
		}
		logger := l
		if logger == nil {
			logger = slog.Default()
		}
		logger.LogAttrs(r.Context(), slog.LevelWarn, d.String(), attrs...)
	}
}

// loggable returns s as it is, or quoted and cut.
func loggable(s string) string {
	if len(s) <= maxQuoted && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == '"' || r > '~' }) {
		return s
	}
	return quote(s)
}

// A logLimit remembers when the last lines were logged.
type logLimit struct {
	mu      sync.Mutex
	last    [logsPerSecond]time.Time
	oldest  int // of them
	leftOut int
}

// take reports whether one more line may be logged, and how many were left out before it.
func (l *logLimit) take() (leftOut int, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if then := l.last[l.oldest]; !then.IsZero() && now.Sub(then) < time.Second {
		l.leftOut++
		return 0, false
	}
	l.last[l.oldest] = now
	l.oldest = (l.oldest + 1) % logsPerSecond
	leftOut, l.leftOut = l.leftOut, 0
	return leftOut, true
}
