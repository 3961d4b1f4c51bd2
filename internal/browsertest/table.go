package browsertest

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// This file writes down how many cases each engine agreed on.

// A row is what came of the cases in one engine.
type row struct {
	engine, version         string
	tried, agreed, departed int
}

const (
	tableBegin = "<!-- browsers -->"
	tableEnd   = "<!-- /browsers -->"
)

// updateTable replaces what is between the markers in the file of the given name.
func updateTable(name string, rows []row) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	before, rest, ok := bytes.Cut(text, []byte(tableBegin))
	_, after, ended := bytes.Cut(rest, []byte(tableEnd))
	if !ok || !ended {
		return fmt.Errorf("%s has no %s and %s to write the table between", name, tableBegin, tableEnd)
	}
	var b bytes.Buffer
	b.Write(before)
	b.WriteString(tableBegin + "\n")
	b.WriteString("| engine | cases | as the policy and `corstest` say | known departures from the standard |\n| --- | --- | --- | --- |\n")
	for _, r := range rows {
		fmt.Fprintf(&b, "| %s %s | %d | %d | %d |\n", r.engine, r.version, r.tried, r.agreed, r.departed)
	}
	b.WriteString(tableEnd)
	b.Write(after)
	return os.WriteFile(name, b.Bytes(), 0o644)
}

// older reports whether the version v is older than w. Both are numbers with dots between.
func older(v, w string) bool {
	vs, ws := strings.Split(v, "."), strings.Split(w, ".")
	for i, s := range ws {
		if i == len(vs) {
			return true
		}
		a, _ := strconv.Atoi(vs[i])
		b, _ := strconv.Atoi(s)
		if a != b {
			return a < b
		}
	}
	return false
}
