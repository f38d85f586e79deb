package driver

import (
	"context"
	"errors"
	"maps"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pongcheck/pongcheck/model"
)

// Options bounds a driver. Zero values mean the defaults.
type Options struct {
	Dir string   // the working folder; empty: this process's
	Env []string // KEY=VALUE, added to the environment of this process

	Processes int           // most processes of one Run; 0: GOMAXPROCS
	Ahead     int           // most unanswered traces of each process; 0: 64
	Greeting  time.Duration // longest time from start to "ready"; 0: 20 s
	Silence   time.Duration // longest time without a byte while it owes an answer; 0: 10 s
	Restarts  int           // most restarts of one Run; one more is Trouble; 0: 100
}

func (o Options) withDefaults() Options {
	setDefault(&o.Processes, runtime.GOMAXPROCS(0))
	setDefault(&o.Ahead, 64)
	setDefault(&o.Greeting, 20*time.Second)
	setDefault(&o.Silence, 10*time.Second)
	setDefault(&o.Restarts, 100)
	return o
}

func setDefault[T int | time.Duration](v *T, byDefault T) {
	if *v <= 0 {
		*v = byDefault
	}
}

// Driver is a subject in other processes. Several goroutines may use it, and a Run may begin
// inside the loop of another Run.
type Driver struct {
	command  []string
	options  Options
	greeting greeting
	start    func(context.Context) (*process, error) // starts a process and reads its greeting
	lastID   atomic.Uint64
	stop     func() bool // stops waiting for the end of Open's context

	mu     sync.Mutex
	idle   []*process
	live   map[*process]struct{}
	closed bool
}

var errClosed = errors.New("the driver was closed")

// Open starts a driver, reads its greeting, and keeps the process for the first Run. The end of
// ctx closes the Driver and kills all its processes and what they started. The error is a
// [*Trouble], or that of ctx.
func Open(ctx context.Context, o Options, command ...string) (*Driver, error) {
	d := newDriver(o, command)
	d.start = d.spawnProcess
	if err := d.openFirst(ctx); err != nil {
		return nil, err
	}
	return d, nil
}

func newDriver(o Options, command []string) *Driver {
	return &Driver{command: command, options: o.withDefaults(), live: map[*process]struct{}{}}
}

func (d *Driver) openFirst(ctx context.Context) error {
	p, err := d.start(ctx)
	if err != nil {
		return err
	}
	d.greeting = p.greeting
	d.live[p] = struct{}{}
	d.idle = append(d.idle, p)
	d.stop = context.AfterFunc(ctx, func() { d.shutDown((*process).kill) })
	return nil
}

// Implementation returns the driver's subject for the doors of this project. It works until the
// Driver is closed.
func (d *Driver) Implementation() *model.Implementation {
	g := &d.greeting
	return &model.Implementation{Name: g.Name, Version: g.Version, Profile: g.Profile, Info: g.Info, Run: d.run}
}

// Close ends the processes and returns when all are gone. An idle process is asked to end, by the
// end of its input. One at work is killed. Closing twice does nothing.
func (d *Driver) Close() error {
	d.stop()
	d.shutDown((*process).closeAndWait)
	return nil
}

// shutDown ends idle processes by end, kills the others, and waits for all of them.
func (d *Driver) shutDown(end func(*process)) {
	d.mu.Lock()
	d.closed = true
	idle, live := d.idle, slices.Collect(maps.Keys(d.live))
	d.idle = nil
	d.mu.Unlock()
	var all sync.WaitGroup
	for _, p := range live {
		all.Go(func() {
			if slices.Contains(idle, p) {
				end(p)
			} else {
				p.kill()
			}
			p.awaitEnd()
		})
	}
	all.Wait()
}

// borrowProcess returns an idle process, or starts one. A new process must greet as the first one
// did.
func (d *Driver) borrowProcess(ctx context.Context) (*process, error) {
	for {
		p, err := d.takeIdle()
		if err != nil {
			return nil, err
		}
		if p == nil {
			break
		}
		if p.isAlive() {
			return p, nil
		}
		d.discardProcess(p)
	}
	return d.startProcess(ctx)
}

func (d *Driver) takeIdle() (*process, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return nil, errClosed
	}
	n := len(d.idle)
	if n == 0 {
		return nil, nil
	}
	p := d.idle[n-1]
	d.idle = d.idle[:n-1]
	return p, nil
}

// startProcess starts a process and compares its greeting with that of the first.
func (d *Driver) startProcess(ctx context.Context) (*process, error) {
	p, err := d.start(ctx)
	if err != nil {
		return nil, err
	}
	if p.greeting != d.greeting {
		p.kill()
		return nil, d.newTrouble(p, nil, "a second process greets otherwise than the first one: "+
			"a driver must say the same of itself whenever it starts")
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		p.kill()
		return nil, errClosed
	}
	d.live[p] = struct{}{}
	return p, nil
}

// giveBack keeps a process that owes nothing for the next Run.
func (d *Driver) giveBack(p *process) {
	d.mu.Lock()
	keep := !d.closed && len(d.idle) < d.options.Processes
	if keep {
		d.idle = append(d.idle, p)
	}
	d.mu.Unlock()
	if !keep {
		p.closeAndWait()
		d.forgetProcess(p)
	}
}

// discardProcess kills a process and forgets it.
func (d *Driver) discardProcess(p *process) {
	p.kill()
	d.forgetProcess(p)
}

func (d *Driver) forgetProcess(p *process) {
	d.mu.Lock()
	delete(d.live, p)
	d.mu.Unlock()
}
