package browsertest

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAMissingBrowserSaysHowToInstallIt(t *testing.T) {
	_, err := engine{name: "Nothing", paths: []string{"/no/such/browser"}}.start()
	assert.EqualError(t, err, "Nothing is not installed: "+install)
}

func TestABrowserThatEndsTellsItsLastWords(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("it takes a shell")
	}
	path := filepath.Join(t.TempDir(), "browser")
	script := "#!/bin/sh\n" + `if [ "$1" = --version ]; then echo Broken 1.2.3; else echo "no display" >&2; exit 3; fi` + "\n"
	require.NoError(t, os.WriteFile(path, []byte(script), 0o700))

	home := ""
	_, err := engine{
		name:  "Broken",
		paths: []string{path},
		launch: func(path, profile, proxy, url string) (*exec.Cmd, error) {
			home = filepath.Dir(profile)
			return exec.Command(path, url), nil
		},
	}.start()
	require.Error(t, err)
	assert.ErrorContains(t, err, "starting Broken")
	assert.ErrorContains(t, err, "exit status 3")
	assert.ErrorContains(t, err, "no display")
	assert.NoDirExists(t, home)
}

func TestTheTableIsWrittenBetweenItsMarkers(t *testing.T) {
	name := filepath.Join(t.TempDir(), "README.md")
	require.NoError(t, os.WriteFile(name, []byte("before\n"+tableBegin+"\nold\n"+tableEnd+"\nafter\n"), 0o644))
	require.NoError(t, updateTable(name, []row{{"Chromium", "156.0", 10, 9, 1}}))
	got, err := os.ReadFile(name)
	require.NoError(t, err)
	assert.Equal(t, "before\n"+tableBegin+`
| engine | cases | as the policy and `+"`corstest`"+` say | known departures from the standard |
| --- | --- | --- | --- |
| Chromium 156.0 | 10 | 9 | 1 |
`+tableEnd+"\nafter\n", string(got))

	require.NoError(t, os.WriteFile(name, []byte("nothing\n"), 0o644))
	assert.Error(t, updateTable(name, nil))
}

func TestVersionsAreComparedAsNumbers(t *testing.T) {
	assert.True(t, older("9.0", "10"))
	assert.True(t, older("2.50.6", "2.51"))
	assert.True(t, older("2.50", "2.50.1"))
	assert.False(t, older("156.0.8078.79", "156"))
	assert.False(t, older("153.7.0", "153.7.0"))
}
