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
	driver   *Driver
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
		r := &run{driver: d, queue: make(chan *job, d.options.Processes*d.options.Ahead)}
		r.ctx, r.cancel = context.WithCancelCause(ctx)
		defer r.stopWorkers()
		for t := range traces {
			r.submitTrace(t)
			for r.oldestReady() {
				if !r.yieldOldest(yield) {
					return
				}
			}
		}
		r.closeQueue()
		for len(r.window) > 0 {
			if !r.yieldOldest(yield) {
				return
			}
		}
	}
}

// submitTrace queues a trace, and starts one more worker if those there are have all
// they may have.
func (r *run) submitTrace(t *model.Trace) {
	j := &job{request: newRequest(r.driver.lastID.Add(1), t), done: make(chan struct{})}
	r.window = append(r.window, j)
	r.queue <- j
	if o := &r.driver.options; r.started < o.Processes && len(r.window) > r.started*o.Ahead {
		r.started++
		r.workers.Go(r.serveQueue)
	}
}

// oldestReady reports whether the oldest job is answered, or has to be waited for.
func (r *run) oldestReady() bool {
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

// yieldOldest yields the oldest job; it reports whether the run goes on.
func (r *run) yieldOldest(yield func(*model.Transcript, error) bool) bool {
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

func (r *run) closeQueue() {
	if !r.closed {
		r.closed = true
		close(r.queue)
	}
}

// stopWorkers ends the workers; idle processes are kept when it returns.
func (r *run) stopWorkers() {
	r.cancel(nil)
	r.closeQueue()
	r.workers.Wait()
}

// serveQueue serves the queue with one process, and with another one when that fails.
func (r *run) serveQueue() {
	p, err := r.driver.borrowProcess(r.ctx)
	for p != nil && err == nil {
		left, why := p.serveJobs(r.ctx, r.queue, r.driver.options.Ahead, r.driver.greeting.Info.Real)
		if why == nil && !p.killed.Load() {
			r.driver.giveBack(p)
			return
		}
		r.driver.discardProcess(p) // it may have been killed while its last answer was read
		if why == nil {
			return
		}
		if r.ctx.Err() != nil {
			return
		}
		p, err = r.blameJobs(p, left, why)
	}
	if err != nil {
		r.cancel(err)
	}
}
