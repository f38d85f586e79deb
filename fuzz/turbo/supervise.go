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
	Input  []byte // the input that it was running
	Exec   int    // number of the execution in that process
	Hung   bool   // it was killed because the input did not end
	Status string // exit status or signal
	Output []byte // the end of its output, at most 64 kB
}

// maxDeaths is how many deaths make [Supervise] give up.
const maxDeaths = 100

// maxDeathOutput bounds [Death].Output, in bytes.
const maxDeathOutput = 64 << 10

// Supervise does a run in processes of their own. start makes the command of one; it must call
// [Run] with the given options. What the process prints, errors included, goes to the command's
// Stdout if that is set. If a process dies, or needs hang to twice that for one input, another
// follows with the inputs that are left and another seed. o.Dir must be set; it keeps what was
// found.
//
// Supervise ends with the first process that ends by itself. The error says how that process ended
// (an *[exec.ExitError] if not with 0), or is that of ctx, or says what is wrong with o.Dir. An
// input at which a process died may be innocent: run it again to be sure.
func Supervise(ctx context.Context, o Options, hang time.Duration, start func(ctx context.Context, o Options) *exec.Cmd) ([]Death, error) {
	var deaths []Death
	for {
		d, err := superviseOne(ctx, o, hang, start)
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

// superviseOne runs one process. The Death is nil if the process ended by itself or with ctx.
func superviseOne(ctx context.Context, o Options, hang time.Duration, start func(context.Context, Options) *exec.Cmd) (*Death, error) {
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
	defer child.KillGroup(cmd.Process) // what the process left behind
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	err, hung := watchProcess(name, hang, cmd.Process, ended)
	if ctx.Err() != nil {
		_ = os.Remove(name) // nothing is wrong with that input
		return nil, ctx.Err()
	}
	exec, in, readErr := readCurrent(name)
	if err == nil || in == nil || readErr != nil {
		return nil, errors.Join(err, readErr)
	}
	return &Death{in, exec, hung, cmd.ProcessState.String(), out.Bytes()}, nil
}

// watchProcess waits for the end of a process, and ends it if it hangs. It first asks a hanging
// process to print its stacks. If that does not end it, it is killed.
func watchProcess(name string, hang time.Duration, p *os.Process, ended <-chan error) (err error, hung bool) {
	tick := time.NewTicker(hang)
	defer tick.Stop()
	last, at := -1, []byte(nil)
	for {
		select {
		case err := <-ended:
			return err, hung
		case <-tick.C:
		}
		exec, in, _ := readCurrent(name)
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
