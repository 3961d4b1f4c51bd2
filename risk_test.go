package cors

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-12f469a5/cors/internal/pcre"
)

// Trials of regular expressions come to an end, but for those on strangers.
func TestTrialsAreBounded(t *testing.T) {
	const expr = `(?=)(?:(?:_?){0,100}|.)*`
	re, err := pcre.Compile(expr)
	require.NoError(t, err)
	for _, tc := range []struct {
		trials int
		code   Code
	}{{0, CodeRegexpExplosive}, {maxTrials + 1, CodeAnyOrigin}} {
		c := &compiler{in: Config{Credentials: true}, p: &Policy{}, used: map[Danger]bool{}, trials: tc.trials}
		c.judgeRegexp("origin_regexps", expr, re)
		require.Len(t, c.errs, 1)
		var e *ConfigError
		require.ErrorAs(t, c.errs[0], &e)
		assert.Equal(t, tc.code, e.Code, e.Hint)
		assert.Greater(t, c.trials, tc.trials)
	}
}

// A trial tells of a stranger that was not read off the expression.
func TestAStrangerInATrial(t *testing.T) {
	for host, want := range map[string]int{"a.example": 1, "evil.com": 0, ".evil.com": 1, "": 1} {
		c := &compiler{in: Config{Credentials: true}, p: &Policy{}, used: map[Danger]bool{}}
		c.judgeHosts("origin_regexps", "x", []pcre.Tail{{Host: host}}, "", "", "https://evil.com")
		assert.Len(t, c.errs, want, host)
	}
}
