package driver

import (
	"context"
	"iter"
	"sync"
	"sync/atomic"

	"github.com/pongcheck/pongcheck/model"
)

// run is one Run. It has a window of jobs in the order of the traces, and a worker for each
// process.
type run struct {
	driver   *Driver
	ctx      context.Context         // ends with the run
	cancel   context.CancelCauseFunc // ends the run with an error
	window   []*job                  // jobs taken and not yet yielded, oldest first
	queue    chan *job               // the jobs for the workers; has room for the whole window
	closed   bool                    // queue is closed
	workers  sync.WaitGroup          // all that were started
	started  int                     // how many workers there are
	restarts atomic.Int64            // how many processes were started in place of failed ones
}

// run runs the subject through traces and yields a transcript for each, in the same order. It
// takes up to Processes times Ahead traces before it yields the transcript of the first, so traces
// must not wait for transcripts. traces and the loop body run on the caller's goroutine, and the
// loop may be left at any time. An error comes without a transcript and ends the run. It is a
// [*Trouble], or the cause of ctx.
func (d *Driver) run(ctx context.Context, traces iter.Seq[*model.Trace]) iter.Seq2[*model.Transcript, error] {
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

// submitTrace queues a trace. It starts one more worker if the present ones have as many traces as
// they may have.
func (r *run) submitTrace(t *model.Trace) {
	j := &job{request: newRequest(r.driver.lastID.Add(1), r.driver.greeting.restrictTrace(t)), done: make(chan struct{})}
	r.window = append(r.window, j)
	r.queue <- j
	if o := &r.driver.options; r.started < o.Processes && len(r.window) > r.started*o.Ahead {
		r.started++
		r.workers.Go(r.serveQueue)
	}
}

// oldestReady reports whether to yield the oldest job now: it is answered, or the window is full.
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

// yieldOldest yields the oldest job. It reports whether the run goes on.
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

// stopWorkers ends the workers. Idle processes are kept when it returns.
func (r *run) stopWorkers() {
	r.cancel(nil)
	r.closeQueue()
	r.workers.Wait()
}

// serveQueue serves the queue with one process, and with another when that one fails.
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
