package main

import (
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-12f469a5/cors"
)

// A browser must not be able to tell the libraries apart on any cell of the matrix.
func TestLibrariesAgree(t *testing.T) {
	for _, k := range kinds {
		for _, n := range []int{1, 10, 1_000} {
			cs, err := matrixCells(k, n)
			require.NoError(t, err)
			for _, c := range cs {
				assert.GreaterOrEqual(t, len(c.with), 4, c.name())
				assert.Equal(t, c.preflight, c.request.Method == "OPTIONS", c.name())
			}
		}
	}
}

// The check must notice a library that answers otherwise.
func TestDisagreementIsNoticed(t *testing.T) {
	strict, err := policy(cors.WithOrigins("https://other.example"))
	require.NoError(t, err)
	loose, err := policy(cors.WithOrigins("https://app.example"))
	require.NoError(t, err)
	for _, c := range cells {
		_, err = agree(map[string]middleware{"loose": loose, "strict": strict}, c, "https://app.example")
		assert.ErrorContains(t, err, "a browser's verdict is", "%v", c)
	}
}

// Every section must run, and every chart be drawn; the figures mean nothing at these sizes.
func TestSections(t *testing.T) {
	s := settings{benchtime: time.Microsecond, rounds: 1, hostile: 20, flood: 100, serve: 10 * time.Millisecond, quiet: true}
	matrix, scaling := matrixSizes, scalingSizes
	defer func() { matrixSizes, scalingSizes = matrix, scaling }()
	matrixSizes, scalingSizes = []int{1, 10}, []int{1, 100_000}

	rep := &report{out: io.Discard}
	for _, section := range sections {
		require.NoError(t, section.run(s, rep), section.name)
	}
	var numbers []int
	for _, r := range rep.requirements {
		numbers = append(numbers, r.number)
	}
	assert.Equal(t, []int{1, 2, 3, 4, 5, 6, 7, 8}, numbers)
	assert.NoError(t, rep.draw(t.TempDir()))
}

func TestSequenceNeverRepeats(t *testing.T) {
	var seq sequence
	seen := map[string]bool{}
	for range 1 << 16 {
		s := seq.next()
		assert.Len(t, s, 8)
		require.False(t, seen[s], s)
		seen[s] = true
	}
}
