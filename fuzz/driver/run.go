package driver

import (
	"context"
	"iter"
	"sync"
	"sync/atomic"

	"github.com/pongcheck/pongcheck/model"
)

// run is one Run: a window of jobs in the order of the traces, and a worker for
// each process.
type run struct {
	d        *Driver
	ctx      context.Context
	cancel   context.CancelCauseFunc
	window   []*job    // taken and not yet yielded, oldest first
	queue    chan *job // for the workers; has room for the whole window
	closed   bool      // the queue is
	workers  sync.WaitGroup
	started  int // workers
	restarts atomic.Int64
}

// Run drives the subject through traces and yields a transcript for each, in the
// same order. Up to Processes times Ahead traces are taken before their
// transcripts are yielded: traces must not wait for them. Traces and loop body run on the
// caller's goroutine, and the loop may be left at any time. An error comes with no
// transcript and ends the run: a [*Trouble], or the cause of ctx.
func (d *Driver) Run(ctx context.Context, traces iter.Seq[*model.Trace]) iter.Seq2[*model.Transcript, error] {
	return func(yield func(*model.Transcript, error) bool) {
		r := &run{d: d, queue: make(chan *job, d.options.Processes*d.options.Ahead)}
		r.ctx, r.cancel = context.WithCancelCause(ctx)
		defer r.stop()
		for t := range traces {
			r.submit(t)
			for r.ready() {
				if !r.next(yield) {
					return
				}
			}
		}
		r.close()
		for len(r.window) > 0 {
			if !r.next(yield) {
				return
			}
		}
	}
}

// submit queues a trace, and starts one more worker if those there are have all
// they may have.
func (r *run) submit(t *model.Trace) {
	j := &job{request: newRequest(r.d.lastID.Add(1), t), done: make(chan struct{})}
	r.window = append(r.window, j)
	r.queue <- j
	if o := &r.d.options; r.started < o.Processes && len(r.window) > r.started*o.Ahead {
		r.started++
		r.workers.Go(r.work)
	}
}

// ready reports whether the oldest job is answered, or has to be waited for.
func (r *run) ready() bool {
	if len(r.window) == cap(r.queue) {
		return true
	}
	if len(r.window) == 0 {
		return false
	}
	select {
	case <-r.window[0].done:
		return true
	case <-r.ctx.Done():
		return true
	default:
		return false
	}
}

// next yields the oldest job; it reports whether the run goes on.
func (r *run) next(yield func(*model.Transcript, error) bool) bool {
	j := r.window[0]
	select {
	case <-j.done:
	default:
		select {
		case <-j.done:
		case <-r.ctx.Done():
			yield(nil, context.Cause(r.ctx))
			return false
		}
	}
	r.window[0] = nil
	r.window = r.window[1:]
	if j.err != nil {
		yield(nil, j.err)
		return false
	}
	if !yield(j.transcript, nil) {
		return false
	}
	if j.after != nil {
		yield(nil, j.after)
		return false
	}
	return true
}

func (r *run) close() {
	if !r.closed {
		r.closed = true
		close(r.queue)
	}
}

// stop ends the workers; idle processes are kept when it returns.
func (r *run) stop() {
	r.cancel(nil)
	r.close()
	r.workers.Wait()
}

// work serves the queue with one process, and with another one when that fails.
func (r *run) work() {
	p, err := r.d.borrow(r.ctx)
	for p != nil && err == nil {
		left, why := p.serve(r.ctx, r.queue, r.d.options.Ahead, r.d.greeting.Info.Real)
		if why == nil && !p.killed.Load() {
			r.d.giveBack(p)
			return
		}
		r.d.discard(p) // it may have been killed while its last answer was read
		if why == nil {
			return
		}
		if r.ctx.Err() != nil {
			return
		}
		p, err = r.blame(p, left, why)
	}
	if err != nil {
		r.cancel(err)
	}
}
