// Package child starts processes that leave nothing behind. Each gets a process group of its
// own, so that what it starts is killed with it, and a ^C at the terminal is for the parent
// to handle. On Linux it also dies with its parent.
//
// Packages driver and turbo, and the nights of the command, start their children here.
package child

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"sync"
	"time"
)

// waitDelay is how long Wait goes on reading the output of a child that ended: what the
// child left behind may hold it open.
const waitDelay = 2 * time.Second

// Command is [exec.CommandContext] for a child in a group of its own. The end of ctx kills
// the group.
func Command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Cancel = func() error { return KillGroup(cmd.Process) }
	cmd.WaitDelay = waitDelay
	setGroup(cmd)
	return cmd
}

// Output keeps the first and the last bytes that are written to it, at most First and Last of
// them. It may be used by several goroutines.
type Output struct {
	First, Last int

	mu         sync.Mutex
	head, tail []byte
}

// Write never fails.
func (o *Output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := len(b)
	kept := min(n, o.First-len(o.head))
	o.head, b = append(o.head, b[:kept]...), b[kept:]
	o.tail = append(o.tail, b[max(0, len(b)-o.Last):]...)
	if over := len(o.tail) - o.Last; over > 0 {
		o.tail = append(o.tail[:0], o.tail[over:]...)
	}
	return n, nil
}

// Bytes returns a copy of what was kept.
func (o *Output) Bytes() []byte {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append(bytes.Clone(o.head), o.tail...)
}

// CPU returns the processor time that a child and its own children used, 0 before it ended.
func CPU(cmd *exec.Cmd) time.Duration {
	if s := cmd.ProcessState; s != nil {
		return s.UserTime() + s.SystemTime()
	}
	return 0
}

// KillGroup kills a child and what it started and left in its group, also after the child
// itself ended. A child that was never started is nil.
func KillGroup(p *os.Process) error {
	if p == nil {
		return nil
	}
	return killGroup(p)
}
