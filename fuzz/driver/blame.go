package driver

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/pongcheck/pongcheck/model"
)

// suspect asks traces alone, of one process as long as that answers.
type suspect struct {
	r     *run
	p     *process // nil: the next one is to be started
	found int      // traces that fail alone
}

// blame finds which of the jobs that a failed process left are at fault, and
// answers them all. It returns the process to go on with; none, if the error of a
// job, which comes in its turn, ends the run.
func (r *run) blame(failed *process, left []*job, why *failure) (*process, error) {
	s := &suspect{r: r}
	for i, j := range left {
		t, err := s.ask(j.request)
		if err == nil && i == len(left)-1 && s.found == 0 {
			j.after = r.unexplained(failed, why)
		}
		j.finish(t, err)
		if err != nil {
			s.drop()
			return nil, nil
		}
	}
	if s.p == nil {
		return r.restart()
	}
	return s.p, nil
}

// unexplained is the error of a failure that no trace repeats alone; silence has none.
func (r *run) unexplained(failed *process, why *failure) error {
	if why.cause == silent {
		return nil
	}
	return r.d.trouble(failed, nil, why.Error()+
		"; yet every trace it had left succeeds alone, so something leaks from one trace to the next, or the machine ended it: "+
		"try again with one trace in flight")
}

// ask gives the transcript of a trace that was asked alone.
func (s *suspect) ask(q *request) (*model.Transcript, error) {
	for {
		fresh := s.p == nil
		if fresh {
			if err := s.start(); err != nil {
				return nil, err
			}
		}
		a := newAnswer(q, &s.p.greeting)
		f := s.alone(a)
		if f == nil {
			return a.t, nil
		}
		failed := s.p
		s.drop()
		if err := context.Cause(s.r.ctx); err != nil {
			return nil, err
		}
		if fresh {
			s.found++
			return s.verdict(failed, a, f)
		}
	}
}

// start starts a process and has it prove itself on an empty trace: one that
// fails on that one, too, says nothing about any other.
func (s *suspect) start() (err error) {
	if s.p, err = s.r.restart(); err != nil {
		return err
	}
	empty := &model.Trace{}
	if s.r.d.greeting.Info.Roles == model.ClientRole {
		empty.Config.Role = model.Client
	}
	f := s.alone(newAnswer(newRequest(s.r.d.lastID.Add(1), empty), &s.p.greeting))
	if f == nil {
		return nil
	}
	failed := s.p
	s.drop()
	if err := context.Cause(s.r.ctx); err != nil {
		return err
	}
	return s.r.d.trouble(failed, empty, f.Error()+"; it was asked for an empty trace only: mend the driver first")
}

func (s *suspect) drop() {
	if s.p != nil {
		s.r.d.discard(s.p)
		s.p = nil
	}
}

// verdict is what a trace that fails alone comes to.
func (s *suspect) verdict(failed *process, a *answer, f *failure) (*model.Transcript, error) {
	switch {
	case f.cause == babbled:
		return nil, s.r.d.trouble(failed, a.sent.trace, f.Error()+"; mend the driver")
	case a.hung(): // it said so itself
	case f.cause == silent:
		a.breakOff().Hang = true
	default:
		a.breakOff().Crash = model.Crash{Where: "process", Class: f.what, Text: lastLine(string(failed.stderr.Bytes()))}
	}
	return a.t, nil
}

// restart starts a process in place of one that failed.
func (r *run) restart() (*process, error) {
	if n := r.restarts.Add(1); n > int64(r.d.options.Restarts) {
		return nil, r.d.trouble(nil, nil, fmt.Sprintf("it was started again %d times in one run: "+
			"it fails too often to go on; look at the findings so far", n-1))
	}
	return r.d.fresh(r.ctx)
}

func lastLine(s string) string {
	s = strings.TrimSpace(s)
	return s[strings.LastIndexByte(s, '\n')+1:]
}

// alone asks one trace and dictates it, so that the op being done is known when
// the process fails.
func (s *suspect) alone(a *answer) *failure {
	stop := afterDone(s.r.ctx, s.p.kill)
	defer stop()
	p, limit := s.p, &s.p.pipe.limit
	if p.greeting.Info.Real {
		limit.Add(int64(a.sent.time))
		defer limit.Add(-int64(a.sent.time))
	}
	echoed := make(chan int, len(a.sent.ends))
	written := make(chan struct{})
	go func() {
		defer close(written)
		p.dictate(a.sent, echoed, min(time.Second, s.r.d.options.Silence/2))
	}()
	f := p.read(a, echoed)
	close(echoed)
	<-written
	return f
}

// dictate writes a request line by line, each after the echo of the one before.
// A driver that waits for the whole trace gets the rest after a pause.
func (p *process) dictate(q *request, echoed <-chan int, pause time.Duration) {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	for i := range q.ends {
		if _, err := p.in.Write(q.line(i)); err != nil {
			return
		}
		timer.Reset(pause)
		select {
		case _, ok := <-echoed:
			if !ok {
				return
			}
		case <-timer.C:
			_, _ = p.in.Write(q.text[q.ends[i]:])
			return
		}
	}
}
