// Package process runs the children of a night: test binaries that may hang, take all memory,
// print without end or leave children of their own behind.
package process

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/pongcheck/pongcheck/fuzz/child"
)

// Spec is a child that is to run.
type Spec struct {
	Dir  string
	Env  []string // added to the environment of this process
	Args []string // the command and its arguments

	Limit       time.Duration // kill it after this time; 0: never
	Silence     time.Duration // kill it when it has printed nothing for this time; 0: never
	LimitMemory bool          // give it maxMemory of address space and no more
}

// Result is how a child ended.
type Result struct {
	Output []byte        // the first MiB that it printed, and the last
	CPU    time.Duration // that it and its own children used
	Hung   bool          // it was killed at its limit
	Err    error         // an *exec.ExitError if it ran; nil if it ended with 0
}

// maxMemory is the address space of a child, in bytes.
const maxMemory = 6 << 30

// NewOutput keeps the first MiB of what a child prints, and the last.
func NewOutput() *child.Output { return &child.Output{First: 1 << 20, Last: 1 << 20} }

// Command makes the child without starting it. The end of ctx kills it and what is in its group.
func (s *Spec) Command(ctx context.Context) *exec.Cmd {
	args := s.Args
	if s.LimitMemory {
		args = limitMemory(args)
	}
	cmd := child.Command(ctx, args[0], args[1:]...)
	cmd.Dir, cmd.Env = s.Dir, append(os.Environ(), s.Env...)
	return cmd
}

// Run starts the child, waits until it ends or a limit ends it, and kills what it left
// behind: its group, and on Linux daemons as well.
func (s *Spec) Run(ctx context.Context) Result {
	limited, stop := context.WithCancel(ctx)
	defer stop()
	if s.Limit > 0 {
		defer time.AfterFunc(s.Limit, stop).Stop()
	}
	cmd, out := s.Command(limited), NewOutput()
	mark := rand.Text()
	cmd.Env = append(cmd.Env, markName+"="+mark)
	cmd.Stdout = out
	if s.Silence > 0 {
		killer := time.AfterFunc(s.Silence, stop)
		defer killer.Stop()
		cmd.Stdout = io.MultiWriter(out, onWrite(func() { killer.Reset(s.Silence) }))
	}
	cmd.Stderr = cmd.Stdout
	r := Result{Err: cmd.Run()}
	r.Hung = ctx.Err() == nil && limited.Err() != nil
	if errors.Is(r.Err, exec.ErrWaitDelay) {
		r.Err = nil // it ended with 0, and children that it left behind held its output open
	}
	_ = child.KillGroup(cmd.Process)
	killMarked(mark)
	r.Output, r.CPU = out.Bytes(), child.CPU(cmd)
	return r
}

// onWrite is called for each write.
type onWrite func()

func (f onWrite) Write(p []byte) (int, error) { f(); return len(p), nil }

// Failure is the error of a child that failed, with the end of what it printed.
func (r *Result) Failure() error {
	last := Tail(r.Output)
	if r.Hung {
		return fmt.Errorf("it did not end in time: %s", last)
	}
	return fmt.Errorf("%w: %s", r.Err, last)
}

// Tail returns the end of an output, as much as fits an error.
func Tail(output []byte) []byte { return output[max(0, len(output)-2000):] }
