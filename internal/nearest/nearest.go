// Package nearest finds the name that was meant.
package nearest

import (
	"math"
	"strings"
)

// maxName is the most bytes of a name that are looked at, so that a long one costs little.
const maxName = 64

// Of returns the one of known that takes the fewest edits to become name, or that begins with it, or ends it after an
// underscore, whatever the case; and whether it is like enough to be what was meant.
func Of(name string, known []string) (best string, likely bool) {
	name = strings.ToLower(name[:min(len(name), maxName)])
	least := math.MaxInt
	for _, k := range known {
		n := distance(name, strings.ToLower(k))
		switch {
		case len(name) > 2 && strings.HasPrefix(strings.ToLower(k), name):
			n = min(n, 1)
		case strings.HasSuffix(name, "_"+strings.ToLower(k)):
			n = min(n, 2)
		}
		if n < least {
			best, least = k, n
		}
	}
	return best, least <= len(name)/2
}

// distance returns how many bytes must be inserted, removed or replaced to turn a into b.
//
// https://en.wikipedia.org/wiki/Levenshtein_distance
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
