package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
)

// turboRate is how many executions of package turbo are worth a second of budget.
const turboRate = 100_000

// turboTrial makes trials with package turbo in a process of its own, whose specimens are
// instrumented. CPU counts from the making of the engine on.
func turboTrial(ctx context.Context, t *task, seed uint64, o limits) (r trial, err error) {
	binary, err := countedBinary()
	if err != nil {
		return r, err
	}
	dir, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(dir)
	out := filepath.Join(dir, "trial")
	c := exec.CommandContext(ctx, binary, "-test.run=^TestTurbo$")
	c.Env = append(os.Environ(), taskVariable+"="+t.name, outVariable+"="+out, "GOMAXPROCS=1",
		fmt.Sprintf("%s=%d %d", seedVariable, seed, int(o.budget.Seconds()*turboRate)))
	if log, err := c.CombinedOutput(); err != nil {
		return r, fmt.Errorf("turbo: %w: %s", err, log)
	}
	r, err = readCost(out)
	r.found = r.class != ""
	return r, err
}

var countedBinary = sync.OnceValues(func() (string, error) {
	return buildTestBinary("counted.test", "-gcflags=github.com/pongcheck/pongcheck/model/specimen=-d=libfuzzer",
		"-gcflags=github.com/pongcheck/pongcheck/fuzz/turbo/probe=-d=libfuzzer")
})

// libFuzzerTrial makes trials with the binary that .clusterfuzzlite/build.sh builds. CPU is the
// whole process's, with its start, shrink and report.
func libFuzzerTrial(ctx context.Context, t *task, seed uint64, o limits) (r trial, err error) {
	dir, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(dir)
	target := "tracker:mutant/" + t.name
	if t.name == control {
		target = "tracker:" + control
	}
	if _, err := exec.LookPath("clang"); err != nil {
		return r, errors.New("libFuzzer needs clang: apt-get install clang libclang-rt-dev, or leave it out with -engines")
	}
	binary, err := libFuzzerBinary()
	if err != nil {
		return r, err
	}
	c := exec.CommandContext(ctx, binary, fmt.Sprintf("-seed=%d", seed), fmt.Sprintf("-runs=%d", int(o.budget.Seconds()*fuzzRate)),
		"-max_len=4096", "-artifact_prefix="+dir+"/")
	c.Env = append(os.Environ(), "PONGCHECK_TARGET="+target, "GOMAXPROCS=1")
	log, err := c.CombinedOutput()
	r.traces = lastRun(string(log))
	r.cpu = c.ProcessState.UserTime() + c.ProcessState.SystemTime()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return r, nil
	case errors.As(err, &exit) && exit.ExitCode() == 77: // libFuzzer's for a crash
		r.found = true
		return r, nil
	}
	return r, fmt.Errorf("libFuzzer: %w: %s", err, log)
}

var libFuzzerBinary = sync.OnceValues(func() (string, error) {
	out, err := os.MkdirTemp("", "bench-libfuzzer-")
	if err != nil {
		return "", err
	}
	c := exec.Command(".clusterfuzzlite/build.sh", "tracker:"+control)
	c.Env = append(os.Environ(), "OUT="+out)
	if log, err := c.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build for libFuzzer (from the root of a checkout): %w: %s", err, log)
	}
	return filepath.Join(out, "tracker-specimen-exact"), nil
})

// lastRun returns the last number of a run that libFuzzer printed: "#1234 NEW ...".
func lastRun(log string) (n int) {
	for i := 0; i < len(log); i++ {
		if log[i] == '#' && (i == 0 || log[i-1] == '\n') {
			_, _ = fmt.Sscanf(log[i+1:], "%d", &n)
		}
	}
	return n
}
