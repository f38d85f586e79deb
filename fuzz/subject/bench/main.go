// The command bench measures how this project looks for bugs beside how others do:
// gopter's commands.Prop, rapid's state machine, go test -fuzz with and without
// rapid, and Hypothesis. All hunt the same mutants with the same oracle.
//
//	go run ./fuzz/subject/bench [-seeds 15] [-shrinks 5] [-budget 1s] [-out DIR] [-readme FILE]
//
// Each trial is a line of DIR/results.csv, written when it is over. A run goes on
// where the last one ended, and then writes table.md, mutants.md, buckets.txt and
// buckets.svg. With -readme it puts the table and the buckets between the lines
// <!-- bench --> and <!-- /bench --> of that file.
//
// # What is measured
//
// CPU time is that of the process (getrusage), user and system, on one core. It is
// taken at the moment when the first failure was judged: shrinking and reporting are
// not in it, making the engine, the checker and the first subject is. A hunt of less
// than a millisecond is made five times, and the median counts. Traces and ops are
// counted at the subject. A trial ends without a find when the budget of CPU time is
// used up; it counts as the budget in means, which favours who missed. After
// three trials without a find an engine is not tried on that mutant again.
//
// The mix that the others draw from is this project's, unswarmed: see mix. One trial
// a seed is made on a specimen that is right: nobody may find anything, and the
// speeds are those there.
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
	f.Uint64Var(&o.seeds, "seeds", 15, "trials a mutant and engine")
	f.Uint64Var(&o.shrinks, "shrinks", 5, "of them, those in which what was found is shrunk")
	f.DurationVar(&o.budget, "budget", time.Second, "CPU `time` of a trial")
	f.StringVar(&o.out, "out", "fuzz/subject/bench/results", "`folder` of the results; what is in it is not measured again")
	f.StringVar(&o.readme, "readme", "", "`file` to put the table into")
	f.StringVar(&o.engines, "engines", "", "only these engines, by `names` with commas between")
	f.StringVar(&o.tasks, "mutants", "", "only these mutants, by `names` with commas between")
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

// selectNamed are those of all that names lists; all if it is empty.
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

// writeReports writes what the results come to.
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
