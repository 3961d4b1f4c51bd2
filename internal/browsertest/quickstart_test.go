package browsertest

import (
	"bufio"
	_ "embed"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// This file opens the pages of examples/quickstart in the engines, and reads the verdicts that they show.

//go:embed report.html
var reportHTML []byte

func TestQuickstart(t *testing.T) {
	api, allowedSite, deniedSite := startQuickstart(t)
	port := allowedSite[strings.LastIndexByte(allowedSite, ':'):]
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			b := startOrSkip(t, e)
			b.forwardWith(reportHTML)
			for origin, outcome := range map[string]string{
				allowedSite: allowed,
				"http://feature-x.preview.localhost" + port: allowed,
				"http://pr-7.localhost" + port:              allowed,
				deniedSite:                                  blocked,
				"http://127.0.0.1" + port:                   blocked,
				"http://preview.localhost" + port:           blocked,
				"http://pr-next.localhost" + port:           blocked,
			} {
				page, err := b.visit(origin)
				require.NoError(t, err)
				require.NotEmpty(t, page.Verdicts, "%s shows nothing", origin)
				for _, v := range page.Verdicts {
					assert.Equal(t, v.Expected, v.Outcome, "%s to %s: %s", origin, api, v.Case)
					if v.Case == "get" {
						assert.Equal(t, outcome, v.Outcome, "%s to %s: %s", origin, api, v.Case)
					}
				}
			}
		})
	}
}

// startQuickstart builds and runs the program, and returns the origins of its API and its two sites.
func startQuickstart(t *testing.T) (api, allowedSite, deniedSite string) {
	path := filepath.Join(t.TempDir(), "quickstart")
	out, err := exec.Command("go", "build", "-o", path, "github.com/seed-12f469a5/cors/examples/quickstart").CombinedOutput()
	require.NoError(t, err, "%s", out)

	cmd := exec.Command(path, "-api-port", "0", "-allowed-port", "0", "-denied-port", "0")
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	group(cmd)
	require.NoError(t, cmd.Start())
	exited := make(chan struct{})
	lines := bufio.NewScanner(stdout)
	origins := make(chan string)
	go func() {
		defer close(exited)
		defer close(origins)
		for found := 0; lines.Scan(); {
			if fields := strings.Fields(lines.Text()); found < 3 && len(fields) > 1 && strings.HasPrefix(fields[len(fields)-1], "http://localhost:") {
				origins <- fields[len(fields)-1]
				found++
			}
		}
		cmd.Wait()
	}()
	t.Cleanup(func() { endGroup(cmd, exited) })

	for _, origin := range []*string{&api, &allowedSite, &deniedSite} {
		*origin = <-origins
		require.NotEmpty(t, *origin, "the quickstart printed no address")
	}
	return api, allowedSite, deniedSite
}
