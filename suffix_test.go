package cors_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-12f469a5/cors"
)

// publicSuffixRules returns the public suffix list that golang.org/x/net was made from, which is only in one of its tests.
func publicSuffixRules(t *testing.T) []string {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "golang.org/x/net").Output()
	if err != nil || len(dir) < 2 {
		t.Skip("golang.org/x/net is not in a module cache: ", err)
	}
	file, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "publicsuffix", "table_test.go"))
	require.NoError(t, err)
	_, table, _ := strings.Cut(string(file), "var rules = ")
	table, _, _ = strings.Cut(table, "\n}")
	var rules []string
	for _, match := range regexp.MustCompile(`"(.+)"`).FindAllStringSubmatch(table, -1) {
		rules = append(rules, match[1])
	}
	require.Greater(t, len(rules), 9000)
	return rules
}

// No wildcard reaches strangers, however far below it the public suffix is; and whoever has a name below one may have a
// wildcard there. What is missing in the first half belongs in [sharedDomains].
func TestWildcardsAndPublicSuffixes(t *testing.T) {
	code := func(host string) cors.Code {
		_, err := cors.New(cors.WithOrigins("https://*."+host), cors.WithCredentials())
		for e := range cors.ConfigErrors(err) {
			return e.Code
		}
		return ""
	}
	var accepted, refused []string
	for _, rule := range publicSuffixRules(t) {
		if strings.HasPrefix(rule, "!") {
			continue
		}
		suffix, below := strings.CutPrefix(rule, "*.")
		for host, more := suffix, true; more; _, host, more = strings.Cut(host, ".") {
			if code(host) != cors.CodePublicSuffix {
				accepted = append(accepted, host)
			}
		}
		own := "owner." + suffix
		if below {
			own = "owner.any." + suffix
		}
		if code(own) != "" {
			refused = append(refused, own)
		}
	}
	slices.Sort(accepted)
	slices.Sort(refused)
	assert.Empty(t, slices.Compact(accepted))
	assert.Equal(t, []string{"owner.azurewebsites.net", "owner.web.core.windows.net"}, refused, "where it may be a region")
}
