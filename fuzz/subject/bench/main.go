// The command bench compares how fast this project and other tools find planted bugs:
// gopter's commands.Prop, rapid's state machine, go test -fuzz with and without rapid, and
// Hypothesis. All hunt the same mutants, and the same oracle judges. README.md has the results.
//
//	go run ./fuzz/subject/bench [-seeds 15] [-shrinks 5] [-budget 1s] [-out DIR] [-readme FILE]
//
// Each trial is a line of DIR/results.csv, written when the trial ends. A run continues where
// the last one stopped, and then writes table.md, mutants.md, buckets.txt and buckets.svg.
// With -readme it also puts the table and the buckets between the lines <!-- bench --> and
// <!-- /bench --> of FILE.
//
// # What is measured
//
// CPU time is the process's (getrusage), user and system, on one core, until the first failure
// was judged. Making the engine, the checker and the first subject counts; shrinking and
// reporting do not. A hunt of less than a millisecond is made five times, and the median
// counts. Traces and ops are counted at the subject.
//
// A trial misses when it has used up its budget of CPU time. In means it counts as the budget,
// which favours the engine that missed. After three misses an engine does not hunt that mutant
// again.
//
// The other engines choose from the ops of this project's generator: see mix. One trial a seed
// hunts in a specimen without a bug, in which no engine may find anything; the speeds come
// from there.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

func main() {
	testing.Init() // rapid asks for -test.short
	if err := flag.CommandLine.Parse(nil); err != nil {
		panic(err) // there are no arguments
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := runCommand(ctx, os.Args[1:], os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintf(os.Stderr, "bench: %v\n", err)
		os.Exit(1)
	}
}

// options are the flags.
type options struct {
	seeds, shrinks uint64
	budget         time.Duration
	out, readme    string
	engines, tasks string
}

func parseOptions(args []string, to io.Writer) (options, error) {
	var o options
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.SetOutput(to)
	f.Uint64Var(&o.seeds, "seeds", 15, "trials for each mutant and engine")
	f.Uint64Var(&o.shrinks, "shrinks", 5, "how many of them also shrink the failure")
	f.DurationVar(&o.budget, "budget", time.Second, "CPU `time` of a trial")
	f.StringVar(&o.out, "out", "fuzz/subject/bench/results", "`folder` of the results; trials that it has are not made again")
	f.StringVar(&o.readme, "readme", "", "`file` to write the table into")
	f.StringVar(&o.engines, "engines", "", "only these engines: `names`, separated by commas")
	f.StringVar(&o.tasks, "mutants", "", "only these mutants: `names`, separated by commas")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if f.NArg() > 0 {
		return o, fmt.Errorf("%q: there are no arguments, only flags", f.Arg(0))
	}
	return o, nil
}

func runCommand(ctx context.Context, args []string, to io.Writer) error {
	o, err := parseOptions(args, to)
	if err != nil {
		return err
	}
	all, err := allTasks()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(o.out, 0o755); err != nil {
		return err
	}
	b := &bench{options: o, doneTrials: map[trialKey]trial{}, log: to}
	if b.tasks, err = selectNamed(all, o.tasks, func(t *task) string { return t.name }); err != nil {
		return err
	}
	if b.engines, err = selectNamed(allEngines(), o.engines, func(e *engine) string { return e.name }); err != nil {
		return err
	}
	b.engines = slices.DeleteFunc(b.engines, func(e *engine) bool { return e.onlyIfNamed && o.engines == "" })
	for _, e := range b.engines {
		if o.engines != "" {
			e.maxSeeds = 0
		}
	}
	defer removeBinary()
	runtime.GOMAXPROCS(1)
	measured := b.runTrials(ctx)
	return errors.Join(measured, writeReports(o, all))
}

// selectNamed returns the elements of all that names lists; all of them if names is empty.
func selectNamed[T any](all []T, names string, name func(T) string) ([]T, error) {
	if names == "" {
		return all, nil
	}
	var some []T
	for want := range strings.SplitSeq(names, ",") {
		n := len(some)
		for _, x := range all {
			if name(x) == want {
				some = append(some, x)
			}
		}
		if len(some) == n {
			return nil, fmt.Errorf("there is no %q", want)
		}
	}
	return some, nil
}

// writeReports writes the tables and charts of the results.
func writeReports(o options, all []*task) error {
	trials, err := readTrials(filepath.Join(o.out, "results.csv"))
	if err != nil {
		return err
	}
	s := summarizeTrials(allEngines(), all, trials)
	files := map[string]string{"table.md": s.scoreTable(), "mutants.md": s.mutantTable(), "buckets.txt": s.letterChart(), "buckets.svg": s.svgChart()}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(o.out, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	if o.readme == "" {
		return nil
	}
	return rewriteBetweenMarks(o.readme, s.scoreTable()+"\n```\n"+s.letterChart()+"```\n")
}
