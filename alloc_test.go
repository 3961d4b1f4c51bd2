//go:build !race

package cors_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
)

// One allocation for a response that gets headers, none for a preflight that is denied, whatever the policy.
func TestAllocations(t *testing.T) {
	for _, row := range benchmarked() {
		handler := measured(row.opt)
		for name, r := range requests(row.allowed, row.denied) {
			want := 1.0
			if name == "preflight/denied" {
				want = 0
			}
			w := costless{http.Header{}}
			got := testing.AllocsPerRun(100, func() {
				clear(w.h)
				handler.ServeHTTP(w, r)
			})
			assert.LessOrEqual(t, got, want, "%s %s", row.name, name)
		}
	}
}
