package driver

import (
	"bufio"
	"context"
	"io"
	"sync/atomic"
	"time"

	"github.com/pongcheck/pongcheck/model"
)

// job is a request and its result.
type job struct {
	*request
	done       chan struct{} // closed when the fields below are set
	transcript *model.Transcript
	err        error // in place of a transcript
	after      error // after the transcript, this error ends the run
}

func (j *job) finishJob(t *model.Transcript, err error) {
	j.transcript, j.err = t, err
	close(j.done)
}

// session is the work of one process in one run. One goroutine writes and another reads. The
// reader waits for nothing but the process, so neither can block the other.
type session struct {
	p      *process
	real   bool          // the time in a trace is real time
	flight chan *job     // jobs sent and not yet read, in order
	owed   atomic.Int64  // how many answers the process owes
	failed chan struct{} // closed by the reader when it gives up

	why  *failure // why the reader gave up
	hand *job     // the job whose answer it was reading
	late *job     // the job that the writer could not put into flight any more
}

// serveJobs sends the jobs of a queue to p, up to ahead at a time. It ends when the queue is
// closed, ctx ends, or the process fails. It returns the jobs that were sent and not answered, and
// why; without a failure there are none.
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

// afterDone calls f when ctx ends. stop cancels the call. If f already runs, stop waits for it, so
// that f cannot kill the process after another session got it.
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

// killIfOwing kills the process if it owes an answer.
func (s *session) killIfOwing() {
	if s.owed.Load() > 0 {
		s.p.kill()
	}
}

// unansweredJobs returns the jobs that were sent and not answered.
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
	w := bufio.NewWriterSize(s.p.in, pipeBuffer)
	defer w.Flush()
	for {
		j := s.nextJob(ctx, queue, w)
		if j == nil || !s.launchJob(j, w) {
			return
		}
		if ctx.Err() != nil {
			s.killIfOwing() // a job may have been launched after the end of ctx
			return
		}
		_, _ = w.Write(j.text) // the reader notices a broken pipe
	}
}

// nextJob takes a job from the queue; nil means that there is no more work.
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

// launchJob puts j into flight. It returns false if the reader gave up.
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

// countOwed adds n answers to what the process owes, and the time that they may take.
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
		s.countOwed(j, -1) // before the job is finished, so that killIfOwing spares an idle process
		j.finishJob(a.t, nil)
	}
}

// readAnswer reads one answer. After each echo it sends the number of echoed lines, if echoed is
// not nil. If it returns a failure, the process is gone.
func (p *process) readAnswer(a *answer, echoed chan<- int) *failure {
	for !a.done {
		line, err := p.readLine()
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

// classifyFailure says why reading failed, and ends the process.
func (p *process) classifyFailure(err error) *failure {
	if f, ok := err.(*failure); ok {
		p.kill()
		p.awaitEnd()
		return f
	}
	if err == io.EOF && !p.pipe.late.Load() {
		return &failure{died, p.awaitEnd()}
	}
	p.kill()
	p.awaitEnd()
	return &failure{silent, time.Duration(p.pipe.limit.Load()).String()}
}
