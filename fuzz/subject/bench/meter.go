package main

import (
	"syscall"
	"time"

	"github.com/pongcheck/pongcheck/model"
)

// cpuTime is the CPU time of this process so far, user and system, of all its threads:
// what the collector does for an engine is its cost too.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err) // the arguments are constants
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// cost is what something took.
type cost struct {
	traces, ops int
	cpu         time.Duration
}

// meter stands between an engine and its subject. It counts traces and ops there,
// the same way for every engine, and notes what the first failure had cost when
// it was judged: no shrink, no report.
type meter struct {
	budget    time.Duration // of CPU
	stop      func()        // called when it is used up, if set
	start     time.Duration
	cost      cost // so far; its cpu is not kept
	exhausted bool // the budget is used up

	found        bool
	untilFailure cost

	// An engine that does not call back when it judges says afterwards which trace
	// failed (late). It is run once more with that number in mark: the opening of
	// the next trace is the moment.
	failedTrace, expectedTrace int
}

func newMeter(budget time.Duration, mark int) *meter {
	return &meter{budget: budget, expectedTrace: mark, start: cpuTime()}
}

func (m *meter) cpuSpent() time.Duration { return cpuTime() - m.start }

// noteFailure notes the first failure.
func (m *meter) noteFailure() {
	if !m.found {
		m.found, m.untilFailure = true, m.cost
		m.untilFailure.cpu = m.cpuSpent()
	}
}

// clockEvery is how many traces pass between two looks at the budget.
const clockEvery = 256

func (m *meter) countTrace() {
	if m.cost.traces == m.expectedTrace && m.expectedTrace > 0 {
		m.noteFailure()
	}
	m.cost.traces++
	if m.cost.traces%clockEvery == 0 && !m.found && m.cpuSpent() > m.budget {
		m.exhausted = true
		if m.stop != nil {
			m.stop()
		}
	}
}

// metered is a subject with a meter before it.
type metered struct {
	model.Subject
	m *meter
}

func (s metered) Step(ev *model.Event, out *model.Outcome) {
	switch ev.Kind {
	case model.Open:
		s.m.countTrace()
	case model.End:
	default:
		s.m.cost.ops++
	}
	s.Subject.Step(ev, out)
}

// meterSubjects is impl with m before each subject.
func (m *meter) meterSubjects(impl *model.Implementation) *model.Implementation {
	c := *impl
	c.New = func() model.Subject { return metered{impl.New(), m} }
	return &c
}
