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
	bound bool          // its memory is
	tee   io.Writer     // what it prints goes here, too; nil: nowhere
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

func (p *process) run(ctx context.Context) ran {
	limited := ctx
	if p.limit > 0 {
		var stop context.CancelFunc
		limited, stop = context.WithTimeout(ctx, p.limit)
		defer stop()
	}
	args := p.args
	if p.bound {
		args = bounded(args)
	}
	cmd := exec.CommandContext(limited, args[0], args[1:]...)
	cmd.Dir, cmd.Env = p.dir, append(os.Environ(), p.env...)
	out := new(ends)
	cmd.Stdout = out
	if p.tee != nil {
		cmd.Stdout = io.MultiWriter(out, p.tee)
	}
	cmd.Stderr = cmd.Stdout
	own(cmd)
	cmd.WaitDelay = 5 * time.Second
	r := ran{err: cmd.Run()}
	r.out = out.bytes()
	if s := cmd.ProcessState; s != nil {
		r.cpu = s.UserTime() + s.SystemTime()
	}
	r.hung = ctx.Err() == nil && errors.Is(limited.Err(), context.DeadlineExceeded)
	return r
}

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
