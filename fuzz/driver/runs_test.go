package driver

import (
	"context"
	"io"
	"iter"
	"os"
	"testing"

	"github.com/pongcheck/pongcheck/model"
)

// open starts a fake that greets in the way given.
func open(t testing.TB, how string, o Options) *Driver {
	t.Helper()
	o.Env = append(o.Env, "PONGCHECK_FAKE="+how, "GORACE=atexit_sleep_ms=0")
	d, err := Open(context.Background(), o, os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// do is a trace that has the fake do these things; "" is an ordinary ping.
func do(things ...string) *model.Trace {
	t := new(model.Trace)
	for _, what := range things {
		t.Ops = append(t.Ops, model.Op{Kind: model.Ping, Data: model.Bytes(what)})
	}
	return t
}

// many yields n ordinary traces that can be told apart by their seeds, and the
// given one in the place of number at.
func many(n, at int, odd *model.Trace) iter.Seq[*model.Trace] {
	return func(yield func(*model.Trace) bool) {
		for i := range n {
			t := do("", "", "")
			if i == at {
				t = odd.Clone()
			}
			t.Config.Seed = int64(i + 1)
			if !yield(t) {
				return
			}
		}
	}
}

// inProcess is a driver whose processes are goroutines with pipes.
func inProcess(t testing.TB, o Options) *Driver {
	d := newDriver(o, []string{"fake"})
	d.start = func(ctx context.Context) (*process, error) {
		theirIn, in, err := os.Pipe()
		if err != nil {
			return nil, err
		}
		out, theirOut, err := os.Pipe()
		if err != nil {
			return nil, err
		}
		p := &process{exited: make(chan struct{}), destroy: func() { in.Close() }}
		p.connectPipes(in, out)
		go func() {
			defer close(p.exited)
			io.WriteString(theirOut, goodGreeting)
			fake(theirIn, theirOut)
			theirOut.Close()
			theirIn.Close()
			p.status = "exit-0"
		}()
		return p, d.awaitGreeting(ctx, p)
	}
	if err := d.openFirst(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// head yields the same trace n times.
func head(n int, t *model.Trace) iter.Seq[*model.Trace] {
	return func(yield func(*model.Trace) bool) {
		for range n {
			if !yield(t) {
				return
			}
		}
	}
}
