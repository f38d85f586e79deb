package driver

import (
	"context"
	"fmt"
	"time"

	"github.com/pongcheck/pongcheck/model"
)

// suspect sends traces one at a time. It uses one process as long as that answers.
type suspect struct {
	run     *run     // whose processes are suspected
	process *process // the current one; nil: start one for the next trace
	found   int      // how many traces fail alone
}

// blameJobs finds which of the jobs that a failed process left unanswered are at fault, and
// answers all of them. It returns the process to go on with. It returns none if the error of a job
// ends the run.
func (r *run) blameJobs(failed *process, left []*job, why *failure) (*process, error) {
	s := &suspect{run: r}
	for i, j := range left {
		t, err := s.askAlone(j.request)
		if err == nil && i == len(left)-1 && s.found == 0 {
			j.after = r.unexplainedError(failed, why)
		}
		j.finishJob(t, err)
		if err != nil {
			s.dropProcess()
			return nil, nil
		}
	}
	if s.process == nil {
		return r.restartProcess()
	}
	return s.process, nil
}

// unexplainedError is the error of a failure that no trace repeats alone. Silence has none: the
// batch may have been slow.
func (r *run) unexplainedError(failed *process, why *failure) error {
	if why.cause == silent {
		return nil
	}
	return r.driver.newTrouble(failed, nil, why.Error()+
		"; yet every trace it had left succeeds alone, so something leaks from one trace to the next, or the machine ended it: "+
		"try again with one trace in flight")
}

// askAlone returns the transcript of a trace that was sent alone.
func (s *suspect) askAlone(q *request) (*model.Transcript, error) {
	for {
		fresh := s.process == nil
		if fresh {
			if err := s.startProven(); err != nil {
				return nil, err
			}
		}
		a := newAnswer(q, &s.process.greeting)
		f := s.runAlone(a)
		if f == nil {
			return a.t, nil
		}
		failed := s.process
		s.dropProcess()
		if err := context.Cause(s.run.ctx); err != nil {
			return nil, err
		}
		if fresh {
			s.found++
			return s.judgeFailure(failed, a, f)
		}
	}
}

// startProven starts a process and lets it prove itself on an empty trace. A process that fails on
// that one says nothing about any other trace.
func (s *suspect) startProven() (err error) {
	if s.process, err = s.run.restartProcess(); err != nil {
		return err
	}
	empty := &model.Trace{}
	if s.run.driver.greeting.Info.Roles == model.ClientRole {
		empty.Config.Role = model.Client
	}
	f := s.runAlone(newAnswer(newRequest(s.run.driver.lastID.Add(1), empty), &s.process.greeting))
	if f == nil {
		return nil
	}
	failed := s.process
	s.dropProcess()
	if err := context.Cause(s.run.ctx); err != nil {
		return err
	}
	return s.run.driver.newTrouble(failed, empty, f.Error()+"; it was asked for an empty trace only: mend the driver first")
}

func (s *suspect) dropProcess() {
	if s.process != nil {
		s.run.driver.discardProcess(s.process)
		s.process = nil
	}
}

// judgeFailure returns the transcript or the error of a trace that fails alone.
func (s *suspect) judgeFailure(failed *process, a *answer, f *failure) (*model.Transcript, error) {
	switch {
	case f.cause == babbled:
		return nil, s.run.driver.newTrouble(failed, a.sent.trace, f.Error()+"; mend the driver")
	case a.reportedHang(): // the transcript says so already
	case f.cause == silent:
		a.breakOff().Hang = true
	default:
		a.breakOff().Crash = model.Crash{Where: model.CrashOfProcess, Class: f.what, Text: lastWords(string(failed.stderr.Bytes())), Fatal: true}
	}
	return a.t, nil
}

// restartProcess starts a process in place of one that failed.
func (r *run) restartProcess() (*process, error) {
	if n := r.restarts.Add(1); n > int64(r.driver.options.Restarts) {
		return nil, r.driver.newTrouble(nil, nil, fmt.Sprintf("it was started again %d times in one run: "+
			"it fails too often to go on; look at the findings so far", n-1))
	}
	return r.driver.startProcess(r.ctx)
}

// runAlone sends one trace line by line, so that the current op is known if the process fails.
func (s *suspect) runAlone(a *answer) *failure {
	stop := afterDone(s.run.ctx, s.process.kill)
	defer stop()
	p, limit := s.process, &s.process.pipe.limit
	if p.greeting.Info.Real {
		limit.Add(int64(a.sent.time))
		defer limit.Add(-int64(a.sent.time))
	}
	echoed := make(chan int, len(a.sent.ends))
	written := make(chan struct{})
	go func() {
		defer close(written)
		p.dictateLines(a.sent, echoed, min(time.Second, s.run.driver.options.Silence/2))
	}()
	f := p.readAnswer(a, echoed)
	close(echoed)
	<-written
	return f
}

// dictateLines writes a request line by line, each after the echo of the line before. A driver
// that waits for the whole trace gets the rest after a pause.
func (p *process) dictateLines(q *request, echoed <-chan int, pause time.Duration) {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	for i := range q.ends {
		if _, err := p.in.Write(q.lineAt(i)); err != nil {
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
