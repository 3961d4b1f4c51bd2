// Peerbench compares this library with its peers, and with what the project asks of it. From the root of the repository:
//
//	go run ./internal/peerbench [-quick] [-run regexp] [-svg dir]
//
// It prints a report in Markdown. Libraries take turns throughout, and before anything is timed, a browser
// (package corstest) has to judge all of them equal on it.
package main

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"time"
)

// settings say how long to measure.
type settings struct {
	benchtime time.Duration // of one sample
	rounds    int           // samples of each subject
	hostile   int           // origins against each hostile pattern
	flood     int           // origins against all of them together
	serve     time.Duration // of one sample of the server
	quiet     bool
}

func (s settings) progress(format string, args ...any) {
	if !s.quiet {
		fmt.Fprintf(os.Stderr, format+"\n", args...)
	}
}

var sections = []struct {
	name string
	run  func(settings, *report) error
}{
	{"matrix", runMatrix},
	{"scaling", runScaling},
	{"patterns", runPatterns},
	{"hostile", runHostile},
	{"new", runNew},
	{"server", runServer},
}

func main() {
	var s settings
	flag.DurationVar(&s.benchtime, "benchtime", 2*time.Millisecond, "`time` of one sample")
	flag.IntVar(&s.rounds, "count", 101, "`number` of samples of each subject")
	flag.IntVar(&s.hostile, "hostile", 20_000, "`number` of origins against each hostile pattern")
	flag.IntVar(&s.flood, "flood", 1_000_000, "`number` of origins against all hostile patterns together")
	flag.DurationVar(&s.serve, "serve", 150*time.Millisecond, "`time` of one sample of a server")
	flag.StringVar(&denied, "denied", denied, "`origin` that is denied in the matrix")
	flag.BoolVar(&s.quiet, "q", false, "no progress on standard error")
	quick := flag.Bool("quick", false, "rough figures, soon")
	run := flag.String("run", "", "only the sections that match `regexp`: matrix, scaling, patterns, hostile, new, server")
	svg := flag.String("svg", "", "draw charts into `dir`")
	flag.Parse()
	if *quick {
		s.benchtime, s.rounds, s.hostile, s.flood, s.serve = time.Millisecond, 15, 1_000, 50_000, 100*time.Millisecond
	}
	if err := bench(s, *run, *svg); err != nil {
		fmt.Fprintln(os.Stderr, "peerbench:", err)
		os.Exit(1)
	}
}

func bench(s settings, run, svg string) error {
	only, err := regexp.Compile(run)
	if err != nil {
		return err
	}
	rep := &report{out: os.Stdout}
	fmt.Printf("# Peers\n\n%s, %s/%s, %d CPUs; %d samples of %v, of which the first quartile counts.\n",
		runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.GOMAXPROCS(0), s.rounds, s.benchtime)
	for _, section := range sections {
		if !only.MatchString(section.name) {
			continue
		}
		if err := section.run(s, rep); err != nil {
			return fmt.Errorf("%s: %w", section.name, err)
		}
	}
	rep.writeNotes()
	rep.writeRequirements()
	if svg != "" {
		return rep.draw(svg)
	}
	return nil
}
