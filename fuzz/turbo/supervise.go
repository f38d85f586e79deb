package turbo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/pongcheck/pongcheck/fuzz/child"
)

// Death is the end of a process that did not end by itself.
type Death struct {
	Input  []byte // that it was running
	Exec   int    // number of the execution in that process
	Hung   bool   // it was killed, because it did not come to an end of the input
	Status string // exit status or signal
	Output []byte // the last it printed, at most 64 kB
}

// maxDeaths is after how many deaths [Supervise] gives up.
const maxDeaths = 100

// maxDeathOutput bounds [Death].Output, in bytes.
const maxDeathOutput = 64 << 10

// Supervise has a run done in processes of their own. start makes the command of one,
// which is to call [Run] with the options that it is given; what it prints, errors
// included, goes to its Stdout, if that is set. A process
// that dies, or needs hang to twice that for one input, is followed by another, with the
// inputs that are left and another seed; o.Dir must be set, and has what was found.
//
// It ends with the first process that ends by itself. The error is how that ended (an
// *[exec.ExitError] if not with 0), that of ctx, or says what is wrong with o.Dir.
// An input at which a process died may be innocent: run it again to be sure.
func Supervise(ctx context.Context, o Options, hang time.Duration, start func(ctx context.Context, o Options) *exec.Cmd) ([]Death, error) {
	var deaths []Death
	for {
		d, err := supervise(ctx, o, hang, start)
		if d == nil {
			return deaths, err
		}
		deaths = append(deaths, *d)
		if len(deaths) == maxDeaths {
			return deaths, fmt.Errorf("%d processes died", maxDeaths)
		}
		o.N -= d.Exec
		o.Seed++
	}
}

// supervise runs one process. How it died is nil if it ended by itself, or with ctx.
func supervise(ctx context.Context, o Options, hang time.Duration, start func(context.Context, Options) *exec.Cmd) (*Death, error) {
	name := filepath.Join(o.Dir, currentName)
	cmd, out := start(ctx, o), &child.Output{Last: maxDeathOutput}
	if cmd.Stdout == nil {
		cmd.Stdout = io.Discard
	}
	cmd.Stdout = io.MultiWriter(out, cmd.Stdout)
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start a turbo run: %w", err)
	}
	defer child.KillGroup(cmd.Process) // whom it left behind
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	err, hung := watch(name, hang, cmd.Process, ended)
	if ctx.Err() != nil {
		_ = os.Remove(name) // nothing is wrong with that input
		return nil, ctx.Err()
	}
	exec, in, readErr := ReadCurrent(name)
	if err == nil || in == nil || readErr != nil {
		return nil, errors.Join(err, readErr)
	}
	return &Death{in, exec, hung, cmd.ProcessState.String(), out.Bytes()}, nil
}

// watch waits for the end of a process, and ends it if it hangs. Of a hang the process
// is to print where; if it does not, it is killed.
func watch(name string, hang time.Duration, p *os.Process, ended <-chan error) (err error, hung bool) {
	tick := time.NewTicker(hang)
	defer tick.Stop()
	last, at := -1, []byte(nil)
	for {
		select {
		case err := <-ended:
			return err, hung
		case <-tick.C:
		}
		exec, in, _ := ReadCurrent(name)
		switch {
		case hung:
			_ = child.KillGroup(p)
		case exec == last && // without an input, too: it hangs before the first, or after the last
			bytes.Equal(in, at): // a shrink runs many under one number
			hung = true
			_ = p.Signal(syscall.SIGQUIT)
		}
		last, at = exec, in
	}
}
