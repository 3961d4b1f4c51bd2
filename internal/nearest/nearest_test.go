package nearest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed-12f469a5/cors/internal/nearest"
)

func TestOf(t *testing.T) {
	known := []string{"origins", "methods", "max_age", "exposedHeaders"}
	for name, want := range map[string]struct {
		best   string
		likely bool
	}{
		"orgins":                   {"origins", true},
		"maxAge":                   {"max_age", true},
		"MAX_AGE":                  {"max_age", true},
		"exposed-headers":          {"exposedHeaders", true},
		"method":                   {"methods", true},
		"exposed":                  {"exposedHeaders", true},
		"allowed_methods":          {"methods", true},
		"request_max_age":          {"max_age", true},
		"xyzzy":                    {"origins", false},
		"or":                       {"origins", false},
		"":                         {"origins", false},
		strings.Repeat("x", 1<<20): {"origins", false},
	} {
		best, likely := nearest.Of(name, known)
		assert.Equal(t, want.likely, likely, "%.20q", name)
		if likely {
			assert.Equal(t, want.best, best, "%.20q", name)
		}
	}
}
