package pcre

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMachine(t *testing.T) {
	for pattern, texts := range map[string]map[string]bool{
		`(?=ab)\w+`:              {"ab": true, "abc": true, "a": false, "ba": false},
		`(?!ab)\w+`:              {"ab": false, "abc": false, "a": true, "ba": true},
		`\w+(?<=ab)`:             {"ab": true, "aab": true, "aba": false},
		`\w+(?<!ab)`:             {"ab": false, "aab": false, "aba": true},
		`\w+(?=-b)-\w+`:          {"a-b": true, "a-bc": true, "a-c": false},
		`(?:(?!b)\w)+`:           {"acd": true, "abd": false},
		`(?=\w*(?!c)\w$)\w+`:     {"ab": true, "ac": false, "ca": true}, // one inside another
		`(?!\w*(?<=a)c)\w+`:      {"abc": true, "bac": false},
		`(?=a\b)\w+-?\w*`:        {"a-b": true, "ab": false, "a": true},
		`(?=a\B)\w+-?\w*`:        {"a-b": false, "ab": true, "a": false},
		`a(?=^b)b`:               {"ab": false},
		`(?<=^a)b|a(?=b$)b`:      {"ab": true, "b": false},
		`(?=(a|b)\1)\w+`:         {"aa": true, "ab": true, "ca": false}, // at most: what a group captured is not known
		`(?!(a)\1)(?=\w)\w+`:     {"ab": true, "aa": true},              // so the opposite is not known either
		`(?!(?>a|ab)c)(?=\w)\w+`: {"abc": true, "ac": true},             // nor that of an atomic group
		`(?=.{2,3}$)\w+`:         {"a": false, "ab": true, "abc": true, "abcd": false},
		`aa(?<=a{2})b`:           {"aab": true, "ab": false},
	} {
		root, _, err := parse(pattern, alphabet)
		require.NoError(t, err)
		m := newMachine(root)
		require.NotNil(t, m, pattern)
		for text, want := range texts {
			assert.Equal(t, want, m.admits(text), "%s on %s", pattern, text)
		}
	}
	for _, pattern := range []string{`a+`, `(a)\1`, `(?>a|b)c`, `(?!(a)\1)\w+`, `(?=a{999})(?=b{999})\w`} {
		root, _, err := parse(pattern, alphabet)
		require.NoError(t, err)
		assert.Nil(t, newMachine(root), pattern)
	}
}
