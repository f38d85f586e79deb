package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// The environment tells the target which task to run, and where to write the cost of its
// first failure.
const (
	taskVariable = "PONGCHECK_BENCH_TASK"
	outVariable  = "PONGCHECK_BENCH_OUT"
	wholeSuffix  = "-whole"               // of the file for a run that found nothing
	seedVariable = "PONGCHECK_BENCH_SEED" // and executions
)

// fuzzRate is how many executions of go test -fuzz are worth a second of budget. Its own budgets
// are executions or wall time, and wall time is not CPU time on a busy machine. A worker on a
// core of its own makes about as many in a second.
const fuzzRate = 10_000

// nativeTrials makes trials with go test -fuzz, one worker, in a test binary that is built
// once. The seed goes into GODEBUG=fuzzseed, which repeats a run only in part. Interesting
// inputs are minimised with 10 tries, since the default, a minute each, would use up the
// trial; a shrink hunts again with 1,000. CPU is the worker's from its first execution on.
// That flatters the engine: neither the coordinator nor the start of two processes counts.
func nativeTrials(target string) func(context.Context, *task, uint64, limits) (trial, error) {
	return func(ctx context.Context, t *task, seed uint64, o limits) (trial, error) {
		r, _, err := fuzzOnce(ctx, target, t, seed, o.budget, "10x", false)
		if err != nil || !r.found || !o.shrink {
			return r, err
		}
		_, shrunk, err := fuzzOnce(ctx, target, t, seed, o.budget, "1000x", true)
		r.length, r.class = shrunk.length, shrunk.class
		return r, err
	}
}

// fuzzOnce runs the binary once in a folder of its own. With replay it also runs the input that
// the engine wrote, to measure its length.
func fuzzOnce(ctx context.Context, target string, t *task, seed uint64, budget time.Duration, minimize string, replay bool) (hunted, shrunk trial, err error) {
	binary, err := testBinary()
	if err != nil {
		return hunted, shrunk, err
	}
	dir, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return hunted, shrunk, err
	}
	defer os.RemoveAll(dir)
	run := func(out string, args ...string) (*os.ProcessState, string, error) {
		c := exec.CommandContext(ctx, binary, args...)
		c.Dir = dir
		c.Env = append(os.Environ(), taskVariable+"="+t.name, outVariable+"="+filepath.Join(dir, out),
			fmt.Sprintf("GODEBUG=fuzzseed=%d", seed), "GOMAXPROCS=1")
		log, err := c.CombinedOutput()
		if exit := new(exec.ExitError); errors.As(err, &exit) && exit.Exited() {
			err = nil
		}
		return c.ProcessState, string(log), err
	}
	state, log, err := run("first", "-test.run=^$", "-test.fuzz=^"+target+"$", "-test.fuzzcachedir="+filepath.Join(dir, "cache"),
		"-test.parallel=1", fmt.Sprintf("-test.fuzztime=%dx", int(budget.Seconds()*fuzzRate)), "-test.fuzzminimizetime="+minimize)
	if err != nil {
		return hunted, shrunk, fmt.Errorf("%s: %w: %s", target, err, log)
	}
	hunted, err = readCost(filepath.Join(dir, "first"))
	switch {
	case errors.Is(err, os.ErrNotExist) && state.Success():
		hunted, err = readCost(filepath.Join(dir, "first"+wholeSuffix))
		if hunted.found = false; err != nil {
			hunted.cpu = state.UserTime() + state.SystemTime()
		}
		hunted.traces = lastExecs(log)
		return hunted, shrunk, nil
	case err != nil:
		return hunted, shrunk, fmt.Errorf("%s: %w: %s", target, err, log)
	case !replay:
		return hunted, shrunk, nil
	}
	if _, log, err = run("again", "-test.run=^"+target+"$"); err != nil {
		return hunted, shrunk, fmt.Errorf("%s: %w: %s", target, err, log)
	}
	if shrunk, err = readCost(filepath.Join(dir, "again")); err != nil {
		return hunted, trial{}, nil // the input was not written, or not failing: nothing was shrunk
	}
	return hunted, shrunk, nil
}

// lastExecs returns the last count of executions that the engine printed.
func lastExecs(log string) (n int) {
	const word = "execs: "
	if at := strings.LastIndex(log, word); at >= 0 {
		_, _ = fmt.Sscanf(log[at+len(word):], "%d", &n)
	}
	return n
}

// writeCost and readCost carry a trial from the worker.
func writeCost(name string, t trial) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, os.ErrExist) {
		return nil // the first failure counts
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "%d %d %d %d %q\n", t.traces, t.ops, t.cpu, t.length, t.class)
	return errors.Join(err, f.Close())
}

func readCost(name string) (t trial, err error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return t, err
	}
	t.found = true
	_, err = fmt.Sscanf(string(b), "%d %d %d %d %q", &t.traces, &t.ops, &t.cpu, &t.length, &t.class)
	return t, err
}

// testBinary builds this package's fuzz targets, instrumented as go test -fuzz
// does, once a process.
var testBinary = sync.OnceValues(func() (string, error) { return buildTestBinary("native.test", "-fuzz=^FuzzBytes$") })

// buildTestBinary builds this package's tests, in a folder that removeBinary removes.
func buildTestBinary(name string, flags ...string) (string, error) {
	if binaryDir == "" {
		dir, err := os.MkdirTemp("", "bench-test-")
		if err != nil {
			return "", err
		}
		binaryDir = dir
	}
	binary := filepath.Join(binaryDir, name)
	args := append([]string{"test", "-c", "-o", binary}, flags...)
	if out, err := exec.Command("go", append(args, "github.com/pongcheck/pongcheck/fuzz/subject/bench")...).CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the fuzz targets: %w: %s", err, out)
	}
	return binary, nil
}

var binaryDir string // that build made

// removeBinary deletes the folder of the built binaries.
func removeBinary() {
	if binaryDir != "" {
		os.RemoveAll(binaryDir)
	}
}
