package nightly

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"time"

	"github.com/pongcheck/pongcheck/corpus/format"
	"github.com/pongcheck/pongcheck/fuzz/child"
	"github.com/pongcheck/pongcheck/fuzz/turbo"
	"github.com/pongcheck/pongcheck/scripts/internal/process"
)

// engineEnv is fuzz.EngineEnv. The package fuzz is for tests and is not imported here.
const engineEnv = "PONGCHECK_TURBO"

// TurboRun is the result of a run of package turbo.
type TurboRun struct {
	Executions, Features int
	New                  int           // features that neither the seeds nor the entries in the folder had shown
	Reported             bool          // a process printed its counts, so the target can run with turbo
	Deaths               []turbo.Death // of processes
	CPU                  time.Duration // of all processes
	Err                  error         // how the last process ended, an *exec.ExitError if something was found
}

// FuzzTurbo runs a target with package turbo in processes of its own, in the folder dir. It runs
// o.N inputs if d is 0, and else for the time d. The output of the processes goes to tee, too.
func FuzzTurbo(ctx context.Context, t Target, binary, dir string, o turbo.Options, d time.Duration, tee io.Writer) TurboRun {
	var r TurboRun
	var all []*exec.Cmd
	out := process.NewOutput()
	var begun time.Time
	start := func(ctx context.Context, o turbo.Options) *exec.Cmd {
		env := url.Values{"seed": {strconv.FormatUint(o.Seed, 10)}, "dir": {o.Dir}}
		if d > 0 {
			if begun.IsZero() {
				begun = time.Now()
			}
			env.Set("time", max(time.Millisecond, d-time.Since(begun)).String())
		} else {
			env.Set("n", strconv.Itoa(max(1, o.N)))
		}
		p := process.Spec{Dir: dir, Env: []string{engineEnv + "=" + env.Encode()}, Args: []string{binary, "-test.run=^" + t.Name + "$", "-test.timeout=0"}, LimitMemory: true}
		cmd := p.Command(ctx)
		cmd.Stdout = io.MultiWriter(out, tee)
		all = append(all, cmd)
		return cmd
	}
	r.Deaths, r.Err = turbo.Supervise(ctx, o, hangs, start)
	for _, cmd := range all {
		r.CPU += child.CPU(cmd)
	}
	for _, death := range r.Deaths {
		r.Executions += death.Exec
	}
	for _, run := range turbo.ReadSummaries(out.Bytes()) {
		r.Features = run.Features
		r.Executions, r.New = r.Executions+run.Execs, r.New+run.Features-run.Before
		r.Reported = true
	}
	return r
}

// fuzzTurboSlice runs o.N inputs, and kills what does not end within limit.
func fuzzTurboSlice(ctx context.Context, t Target, binary, dir string, o turbo.Options, limit time.Duration) sliceResult {
	night := ctx
	ctx, stop := context.WithTimeout(ctx, limit)
	defer stop()
	began := time.Now()
	printed := process.NewOutput()
	r := FuzzTurbo(ctx, t, binary, dir, o, 0, printed)
	s := sliceResult{executions: r.Executions, fresh: r.New, cpu: r.CPU, wall: time.Since(began)}
	for _, d := range r.Deaths {
		s.failed = append(s.failed, format.GoFile(d.Input))
	}
	var exit *exec.ExitError
	if night.Err() == nil && ctx.Err() != nil {
		s.err = fmt.Errorf("stall: it did not end in time: %s", process.Tail(printed.Bytes()))
	} else if ctx.Err() == nil && !r.Reported {
		s.err = fmt.Errorf("it ended without a result: %w: %s", errors.Join(r.Err), process.Tail(printed.Bytes()))
	} else if r.Err != nil && !errors.As(r.Err, &exit) {
		s.err = r.Err
	}
	return s
}

// RunsTurbo reports whether a target can run with package turbo, by running one input. It makes
// sense for targets of tests that import package fuzz only.
func (t Target) RunsTurbo(ctx context.Context, binary, dir string) (bool, error) {
	scratch, err := os.MkdirTemp("", "pongcheck-turbo-*")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(scratch)
	r := FuzzTurbo(ctx, t, binary, dir, turbo.Options{Seed: 1, N: 1, Dir: scratch}, 0, io.Discard)
	return r.Reported, ctx.Err()
}

// Harness reports whether targets of the package may run with package turbo.
func (p *Package) Harness() bool { return p.harness }

// runTurboSlice runs package turbo on a target for one slice.
func (n *night) runTurboSlice(u *job, seed uint64, limit time.Duration) sliceResult {
	o := turbo.Options{Seed: seed, N: u.inputs, Dir: n.turboFolder(u.builtTarget)}
	return fuzzTurboSlice(n.ctx, u.Target, u.binaries[Turbo], u.folderIn(u.mirrors[Turbo]), o, limit)
}
