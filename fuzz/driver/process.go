package driver

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync/atomic"
	"time"

	"github.com/pongcheck/pongcheck/fuzz/child"
	"github.com/pongcheck/pongcheck/model/text"
)

const (
	pipeBuffer = 64 << 10        // bytes of buffer for each direction
	endGrace   = 2 * time.Second // how long a process may take to end by itself

	maxStderr = 64 << 10 // how much of a driver's stderr is kept, in bytes: a panic with the stacks of many goroutines
)

// process is one process of a driver, or what a test puts in its place.
type process struct {
	greeting greeting       // what it said of itself
	in       io.WriteCloser // its stdin
	out      *bufio.Reader  // reads pipe
	pipe     *boundedReader // its stdout
	stderr   child.Output   // the end of its stderr
	destroy  func()         // kills the process and what it started
	exited   chan struct{}  // closed when the process is gone
	status   string         // how it ended; set before exited is closed
	longLine []byte         // the beginning of a line that is longer than the buffer
	answered int            // how many traces it answered
	killed   atomic.Bool    // kill was called; do not use it again
}

// spawnProcess starts the command and reads its greeting.
func (d *Driver) spawnProcess(ctx context.Context) (*process, error) {
	if len(d.command) == 0 {
		return nil, d.cannotStart(errors.New("no command was given"))
	}
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	p := &process{exited: make(chan struct{})}
	cmd := child.Command(context.Background(), d.command[0], d.command[1:]...) // it outlives this call
	cmd.Dir, cmd.Env = d.options.Dir, append(os.Environ(), d.options.Env...)
	p.stderr.Last = maxStderr
	cmd.Stderr = &p.stderr
	if err := p.startCommand(cmd); err != nil {
		return nil, d.cannotStart(err)
	}
	if err := d.awaitGreeting(ctx, p); err != nil {
		return nil, err
	}
	return p, nil
}

// startCommand starts cmd with its pipes.
func (p *process) startCommand(cmd *exec.Cmd) error {
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, theirs, err := os.Pipe() // not StdoutPipe: Wait would close it before all was read
	if err != nil {
		return err
	}
	defer theirs.Close()
	cmd.Stdout = theirs
	if err := cmd.Start(); err != nil {
		out.Close()
		return err
	}
	p.destroy = func() { _ = child.KillGroup(cmd.Process) }
	p.connectPipes(in, out)
	go func() {
		_ = cmd.Wait() // ProcessState says more
		p.status = child.Status(cmd.ProcessState)
		close(p.exited)
		time.AfterFunc(endGrace, func() { out.Close() }) // something else may hold the other end open
	}()
	return nil
}

// connectPipes sets up both directions.
func (p *process) connectPipes(in io.WriteCloser, out io.ReadCloser) {
	p.in = in
	p.pipe = &boundedReader{from: out, timer: time.AfterFunc(time.Hour, p.kill)}
	p.pipe.timer.Stop()
	p.out = bufio.NewReaderSize(p.pipe, pipeBuffer)
}

// awaitGreeting reads the greeting of a process that was just started. The time limit is for the
// whole greeting.
func (d *Driver) awaitGreeting(ctx context.Context, p *process) error {
	stop := afterDone(ctx, p.kill)
	defer stop()
	var late atomic.Bool
	limit := time.AfterFunc(d.options.Greeting, func() { late.Store(true); p.kill() })
	defer limit.Stop()
	p.pipe.limit.Store(int64(d.options.Greeting))
	g, err := readGreeting(p.readLine)
	p.pipe.limit.Store(int64(d.options.Silence))
	if err == nil {
		p.greeting = g
		return nil
	}
	if err != io.EOF {
		p.kill()
	}
	how := p.awaitEnd()
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case late.Load():
		err = fmt.Errorf("no greeting within %v: is this a driver? It must print its greeting before it reads", d.options.Greeting)
	case err == io.EOF:
		err = fmt.Errorf("it ended before its greeting did (%s); run it by hand to see why", how)
	}
	return d.newTrouble(p, nil, err.Error())
}

// readLine reads a line without its end. It is valid until the next call. A line without an end at
// the end of the output does not count.
func (p *process) readLine() ([]byte, error) {
	p.longLine = p.longLine[:0]
	for {
		part, err := p.out.ReadSlice('\n')
		if err == nil && len(p.longLine) == 0 {
			return bytes.TrimRight(part, "\r\n"), nil
		}
		p.longLine = append(p.longLine, part...)
		if len(p.longLine) > text.MaxLine {
			return nil, notAnAnswer("it printed a line of more than %d bytes, which begins %.60q", text.MaxLine, p.longLine)
		}
		if err == nil {
			return bytes.TrimRight(p.longLine, "\r\n"), nil
		}
		if err != bufio.ErrBufferFull {
			return nil, io.EOF
		}
	}
}

// isAlive reports whether the process has not ended.
func (p *process) isAlive() bool {
	select {
	case <-p.exited:
		return false
	default:
		return true
	}
}

// awaitEnd waits until a process that closed its output is gone, and kills it if it takes too
// long. It returns how the process ended.
func (p *process) awaitEnd() string {
	select {
	case <-p.exited:
		return p.status
	case <-time.After(endGrace):
		p.kill()
	}
	select {
	case <-p.exited:
		return p.status
	case <-time.After(endGrace):
		return "cannot be killed"
	}
}

// kill ends the process and what it started, now.
func (p *process) kill() {
	p.killed.Store(true)
	if p.isAlive() {
		p.destroy()
	}
	_ = p.in.Close()
	_ = p.pipe.from.Close() // ends a read, even if something else holds the other end
}

// closeAndWait closes the input of the process, which asks it to end, and waits until it is gone.
func (p *process) closeAndWait() {
	_ = p.in.Close()
	p.awaitEnd()
}

// boundedReader reads from a pipe, but waits no longer than its limit for a byte.
type boundedReader struct {
	from  io.ReadCloser
	limit atomic.Int64 // nanoseconds
	timer *time.Timer  // kills the process, which ends the reading
	late  atomic.Bool  // the limit passed without a byte
}

// Read waits until something comes or the limit has passed.
func (p *boundedReader) Read(b []byte) (int, error) {
	limit := time.Duration(p.limit.Load())
	began := time.Now()
	p.timer.Reset(limit)
	n, err := p.from.Read(b)
	p.timer.Stop()
	if err != nil {
		p.late.Store(n == 0 && time.Since(began) >= limit)
		_ = p.from.Close()
	}
	return n, err
}
