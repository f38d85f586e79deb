package driver

import (
	"bufio"
	"context"
	"io"
	"sync/atomic"
	"time"

	"github.com/pongcheck/pongcheck/model"
)

// job is a request and what became of it.
type job struct {
	*request
	done       chan struct{} // closed when the rest is set
	transcript *model.Transcript
	err        error // in place of a transcript
	after      error // behind it: the run ends there
}

func (j *job) finishJob(t *model.Transcript, err error) {
	j.transcript, j.err = t, err
	close(j.done)
}

// session is the work of one process in one run. One goroutine writes, a second
// one reads; the reader waits for nothing but the process, so that neither can
// hold up the other.
type session struct {
	p      *process
	real   bool          // time that passes in a trace is real time
	flight chan *job     // was sent, in order
	owed   atomic.Int64  // answers
	failed chan struct{} // closed by the reader when it gives up

	why  *failure // why it gave up
	hand *job     // what it was reading then
	late *job     // what the writer had taken by then
}

// serveJobs sends the jobs of a queue to p, up to ahead at a time, until the queue is
// closed, ctx ends, or the process fails. It returns the jobs that were sent and
// not answered, and why; without a failure there are none.
func (p *process) serveJobs(ctx context.Context, queue <-chan *job, ahead int, real bool) ([]*job, *failure) {
	s := &session{p: p, real: real, flight: make(chan *job, ahead-1), failed: make(chan struct{})}
	read := make(chan struct{})
	go func() {
		defer close(read)
		s.readAll()
	}()
	stop := afterDone(ctx, s.killIfOwing)
	s.writeAll(ctx, queue)
	close(s.flight)
	<-read
	stop()
	return s.unansweredJobs(), s.why
}

// afterDone calls f when ctx ends. Stop ends that, and waits for an f that began: it
// would hit whoever has the process next.
func afterDone(ctx context.Context, f func()) (stop func()) {
	ended := make(chan struct{})
	forget := context.AfterFunc(ctx, func() {
		defer close(ended)
		f()
	})
	return func() {
		if !forget() {
			<-ended
		}
	}
}

// killIfOwing kills the process if it owes anything.
func (s *session) killIfOwing() {
	if s.owed.Load() > 0 {
		s.p.kill()
	}
}

// unansweredJobs are the jobs that were sent and not answered.
func (s *session) unansweredJobs() []*job {
	if s.why == nil {
		return nil
	}
	jobs := []*job{s.hand}
	for j := range s.flight {
		jobs = append(jobs, j)
	}
	if s.late != nil {
		jobs = append(jobs, s.late)
	}
	return jobs
}

// writeAll writes jobs as they come, and flushes before it waits for anything.
func (s *session) writeAll(ctx context.Context, queue <-chan *job) {
	w := bufio.NewWriterSize(s.p.in, buffer)
	defer w.Flush()
	for {
		j := s.nextJob(ctx, queue, w)
		if j == nil || !s.launchJob(j, w) {
			return
		}
		if ctx.Err() != nil {
			s.killIfOwing() // what was launched since the end of ctx
			return
		}
		_, _ = w.Write(j.text) // a broken pipe is the reader's to notice
	}
}

// nextJob takes a job from the queue; nil: there is no more to do.
func (s *session) nextJob(ctx context.Context, queue <-chan *job, w *bufio.Writer) *job {
	select {
	case <-s.failed:
		return nil
	default:
	}
	select {
	case j := <-queue:
		return j
	default:
	}
	_ = w.Flush()
	select {
	case j := <-queue:
		return j
	case <-s.failed:
	case <-ctx.Done():
	}
	return nil
}

// launchJob puts j into flight; it fails if the reader gave up.
func (s *session) launchJob(j *job, w *bufio.Writer) bool {
	s.countOwed(j, 1)
	select {
	case s.flight <- j:
		return true
	default:
	}
	_ = w.Flush()
	select {
	case s.flight <- j:
		return true
	case <-s.failed:
		s.late = j
		return false
	}
}

// countOwed counts an answer, n times, and the patience that it needs.
func (s *session) countOwed(j *job, n int64) {
	s.owed.Add(n)
	if s.real {
		s.p.pipe.limit.Add(n * int64(j.time))
	}
}

// readAll reads the answers of the jobs in flight.
func (s *session) readAll() {
	for j := range s.flight {
		a := newAnswer(j.request, &s.p.greeting)
		if f := s.p.readAnswer(a, nil); f != nil {
			s.why, s.hand = f, j
			close(s.failed)
			return
		}
		s.countOwed(j, -1) // before anyone is told, so that a process that owes nothing is known by it
		j.finishJob(a.t, nil)
	}
}

// readAnswer reads one answer and tells how many of the lines sent were echoed, if
// someone wants to know. A process that fails is gone when it returns.
func (p *process) readAnswer(a *answer, echoed chan<- int) *failure {
	for !a.done {
		line, err := p.line()
		before := a.echoed
		if err == nil {
			err = a.addLine(line)
		}
		if err != nil {
			return p.classifyFailure(err)
		}
		if echoed != nil && a.echoed > before {
			echoed <- a.echoed
		}
	}
	p.answered++
	return nil
}

// classifyFailure sorts why reading failed, and ends the process.
func (p *process) classifyFailure(err error) *failure {
	if f, ok := err.(*failure); ok {
		p.kill()
		p.ended()
		return f
	}
	if err == io.EOF && !p.pipe.late.Load() {
		return &failure{died, p.ended()}
	}
	p.kill()
	p.ended()
	return &failure{silent, time.Duration(p.pipe.limit.Load()).String()}
}
