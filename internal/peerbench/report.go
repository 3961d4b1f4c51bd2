package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// A report is what one run found out, as Markdown and for the charts.
type report struct {
	out          io.Writer
	requirements []requirement
	notes        []string

	matrix   []matrixRow
	scaling  []scalingRow
	patterns []patternRow
}

// A requirement is something that the project asks of this library, by its number in the report.
type requirement struct {
	number int
	pass   bool
	figure string
}

func (rep *report) require(number int, pass bool, format string, args ...any) {
	rep.requirements = append(rep.requirements, requirement{number, pass, fmt.Sprintf(format, args...)})
}

func (rep *report) writeRequirements() {
	if len(rep.requirements) == 0 {
		return
	}
	rep.heading("Requirements", "What this project asks of itself.")
	t := rep.table("", "", "measured")
	for _, r := range rep.requirements {
		verdict := "**fail**"
		if r.pass {
			verdict = "pass"
		}
		t.row(strconv.Itoa(r.number), verdict, r.figure)
	}
}

func (rep *report) heading(title, text string) {
	fmt.Fprintf(rep.out, "\n## %s\n\n", title)
	if text != "" {
		fmt.Fprintf(rep.out, "%s\n\n", text)
	}
}

// note adds a remark that appears below the sections.
func (rep *report) note(format string, args ...any) {
	rep.notes = append(rep.notes, fmt.Sprintf(format, args...))
}

func (rep *report) writeNotes() {
	if len(rep.notes) > 0 {
		rep.heading("Notes", "- "+strings.Join(rep.notes, "\n- "))
	}
}

type table struct{ out io.Writer }

func (rep *report) table(head ...string) table {
	t := table{rep.out}
	t.row(head...)
	t.row(strings.Split(strings.Repeat("---,", len(head)-1)+"---", ",")...)
	return t
}

func (t table) row(columns ...string) { fmt.Fprintf(t.out, "| %s |\n", strings.Join(columns, " | ")) }

// String is what the subject of that name costs: "123 ns, 1".
func (r results) String(name string) string {
	x, ok := r[name]
	if !ok {
		return ""
	}
	return fmt.Sprintf("%s, %.4g", nanoseconds(x.ns), x.allocs)
}

func nanoseconds(ns float64) string {
	switch {
	case ns < 1e4:
		return fmt.Sprintf("%.0f ns", ns)
	case ns < 1e7:
		return fmt.Sprintf("%.0f µs", ns/1e3)
	}
	return fmt.Sprintf("%.0f ms", ns/1e6)
}

func thousands(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}

func brief(d time.Duration) string { return nanoseconds(float64(d.Nanoseconds())) }
