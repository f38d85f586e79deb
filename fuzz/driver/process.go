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
	buffer = 64 << 10        // of a pipe, each way
	grace  = 2 * time.Second // for a process to end by itself

	maxStderr = 4 << 10 // how much of a driver's stderr is kept, in bytes
)

// process is one process of a driver, or what a test puts in its place.
type process struct {
	greeting Greeting
	in       io.WriteCloser
	out      *bufio.Reader
	pipe     *patient
	stderr   child.Output
	destroy  func()        // kills it and what it started
	exited   chan struct{} // closed when it is gone
	status   string        // how it ended; set before exited is closed
	long     []byte        // of a line that is longer than the buffer
	answered int           // traces
	killed   atomic.Bool   // whatever it answered since
}

// spawn starts the command and reads its greeting.
func (d *Driver) spawn(ctx context.Context) (*process, error) {
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
	if err := p.run(cmd); err != nil {
		return nil, d.cannotStart(err)
	}
	if err := d.greet(ctx, p); err != nil {
		return nil, err
	}
	return p, nil
}

// run starts cmd with its pipes.
func (p *process) run(cmd *exec.Cmd) error {
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
	p.connect(in, out)
	go func() {
		_ = cmd.Wait() // ProcessState says more
		p.status = child.Status(cmd.ProcessState)
		close(p.exited)
		time.AfterFunc(grace, func() { out.Close() }) // something else may hold the other end open
	}()
	return nil
}

// connect sets the two directions.
func (p *process) connect(in io.WriteCloser, out io.ReadCloser) {
	p.in = in
	p.pipe = &patient{from: out, timer: time.AfterFunc(time.Hour, p.kill)}
	p.pipe.timer.Stop()
	p.out = bufio.NewReaderSize(p.pipe, buffer)
}

// greet reads the greeting of a process that was just started; the time limit
// is that of the whole greeting.
func (d *Driver) greet(ctx context.Context, p *process) error {
	stop := afterDone(ctx, p.kill)
	defer stop()
	var late atomic.Bool
	limit := time.AfterFunc(d.options.Greeting, func() { late.Store(true); p.kill() })
	defer limit.Stop()
	p.pipe.limit.Store(int64(d.options.Greeting))
	g, err := readGreeting(p.line)
	p.pipe.limit.Store(int64(d.options.Silence))
	if err == nil {
		p.greeting = g
		return nil
	}
	if err != io.EOF {
		p.kill()
	}
	how := p.ended()
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case late.Load():
		err = fmt.Errorf("no greeting within %v: is this a driver? It must print its greeting before it reads", d.options.Greeting)
	case err == io.EOF:
		err = fmt.Errorf("it ended before its greeting did (%s); run it by hand to see why", how)
	}
	return d.trouble(p, nil, err.Error())
}

// line reads a line without its end. It is valid until the next call. A line
// that does not end before the output does is no line.
func (p *process) line() ([]byte, error) {
	p.long = p.long[:0]
	for {
		part, err := p.out.ReadSlice('\n')
		if err == nil && len(p.long) == 0 {
			return bytes.TrimRight(part, "\r\n"), nil
		}
		p.long = append(p.long, part...)
		if len(p.long) > text.MaxLine {
			return nil, babble("it printed a line of more than %d bytes, which begins %.60q", text.MaxLine, p.long)
		}
		if err == nil {
			return bytes.TrimRight(p.long, "\r\n"), nil
		}
		if err != bufio.ErrBufferFull {
			return nil, io.EOF
		}
	}
}

// alive reports whether the process has not ended.
func (p *process) alive() bool {
	select {
	case <-p.exited:
		return false
	default:
		return true
	}
}

// ended waits until a process that closed its output is gone, kills it if it is
// not, and says how it ended.
func (p *process) ended() string {
	select {
	case <-p.exited:
		return p.status
	case <-time.After(grace):
		p.kill()
	}
	select {
	case <-p.exited:
		return p.status
	case <-time.After(grace):
		return "cannot be killed"
	}
}

// kill ends the process and what it started, now.
func (p *process) kill() {
	p.killed.Store(true)
	if p.alive() {
		p.destroy()
	}
	_ = p.in.Close()
	_ = p.pipe.from.Close() // ends a read, whoever holds the other end
}

// end closes its input, which asks it to end, and waits until it is gone.
func (p *process) end() {
	_ = p.in.Close()
	p.ended()
}

// patient reads from a pipe, but not for longer than its limit without a byte.
type patient struct {
	from  io.ReadCloser
	limit atomic.Int64 // nanoseconds
	timer *time.Timer  // kills the process, which ends the reading
	late  atomic.Bool
}

// Read blocks until something comes.
func (p *patient) Read(b []byte) (int, error) {
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
