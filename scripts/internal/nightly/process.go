package nightly

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
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

// waitDelay is how long what a child left behind may keep its output open.
const waitDelay = 2 * time.Second

// command is the child, not started yet, in a group of its own that the end of ctx kills.
func (p *process) command(ctx context.Context) *exec.Cmd {
	args := p.args
	if p.bound {
		args = bounded(args)
	}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir, cmd.Env = p.dir, append(os.Environ(), p.env...)
	cmd.WaitDelay = waitDelay
	own(cmd)
	return cmd
}

func (p *process) run(ctx context.Context) ran {
	limited, stop := context.WithCancel(ctx)
	defer stop()
	if p.limit > 0 {
		defer time.AfterFunc(p.limit, stop).Stop()
	}
	cmd := p.command(limited)
	out := new(ends)
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
	endGroup(cmd)
	r.out, r.cpu = out.bytes(), cpuOf(cmd)
	return r
}

// cpuOf is the processor time of a child and of its children, once it ended.
func cpuOf(cmd *exec.Cmd) time.Duration {
	if s := cmd.ProcessState; s != nil {
		return s.UserTime() + s.SystemTime()
	}
	return 0
}

// beat is called for each write.
type beat func()

func (b beat) Write(p []byte) (int, error) { b(); return len(p), nil }

// ends keeps the first MiB that was written to it, and the last.
type ends struct{ first, last []byte }

func (e *ends) Write(b []byte) (int, error) {
	const most = 1 << 20
	n := len(b)
	head := min(len(b), most-len(e.first))
	e.first, b = append(e.first, b[:head]...), b[head:]
	e.last = append(e.last, b...)
	if over := len(e.last) - most; over > 0 {
		e.last = append(e.last[:0], e.last[over:]...)
	}
	return n, nil
}

func (e *ends) bytes() []byte { return append(bytes.Clone(e.first), e.last...) }

// why is an error of a child, with the last that it printed.
func (r *ran) why() error {
	last := tail(r.out)
	if r.hung {
		return fmt.Errorf("it did not end in time: %s", last)
	}
	return fmt.Errorf("%w: %s", r.err, last)
}
