package nightly

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/pongcheck/pongcheck/fuzz/child"
)

// process is a child that is to run.
type process struct {
	dir   string
	env   []string // beside that of this process
	args  []string
	limit time.Duration // it is killed then; 0: never

	silent time.Duration // it is killed when it printed nothing for so long; 0: never
	bound  bool          // its memory is
	tee    io.Writer     // what it prints goes here, too; nil: nowhere
}

// ran is how a child ended.
type ran struct {
	out  []byte        // the first it printed, and the last: at most 2 MiB
	cpu  time.Duration // its own and that of its children
	hung bool          // it was killed at its limit
	err  error         // an *exec.ExitError, if it ran
}

// maxMemory is how much address space a child gets.
const maxMemory = 6 << 30

// newOutput keeps the first MiB of what a child prints, and the last.
func newOutput() *child.Output { return &child.Output{First: 1 << 20, Last: 1 << 20} }

// command is the child, not started yet, in a group of its own that the end of ctx kills.
func (p *process) command(ctx context.Context) *exec.Cmd {
	args := p.args
	if p.bound {
		args = bounded(args)
	}
	cmd := child.Command(ctx, args[0], args[1:]...)
	cmd.Dir, cmd.Env = p.dir, append(os.Environ(), p.env...)
	return cmd
}

func (p *process) run(ctx context.Context) ran {
	limited, stop := context.WithCancel(ctx)
	defer stop()
	if p.limit > 0 {
		defer time.AfterFunc(p.limit, stop).Stop()
	}
	cmd := p.command(limited)
	out := newOutput()
	cmd.Stdout = out
	if p.tee != nil {
		cmd.Stdout = io.MultiWriter(out, p.tee)
	}
	if p.silent > 0 {
		killer := time.AfterFunc(p.silent, stop)
		defer killer.Stop()
		cmd.Stdout = io.MultiWriter(cmd.Stdout, beat(func() { killer.Reset(p.silent) }))
	}
	cmd.Stderr = cmd.Stdout
	r := ran{err: cmd.Run()}
	r.hung = ctx.Err() == nil && limited.Err() != nil
	if errors.Is(r.err, exec.ErrWaitDelay) {
		r.err = nil // it left children behind, and ended well
	}
	_ = child.KillGroup(cmd.Process) // whom it left behind
	r.out, r.cpu = out.Bytes(), child.CPU(cmd)
	return r
}

// beat is called for each write.
type beat func()

func (b beat) Write(p []byte) (int, error) { b(); return len(p), nil }

// why is an error of a child, with the last that it printed.
func (r *ran) why() error {
	last := tail(r.out)
	if r.hung {
		return fmt.Errorf("it did not end in time: %s", last)
	}
	return fmt.Errorf("%w: %s", r.err, last)
}
