package main

import (
	"syscall"
	"time"

	"github.com/pongcheck/pongcheck/model"
)

// cpuTime returns the CPU time of this process so far: user and system, of all threads. The
// garbage collector's work for an engine is part of the engine's cost.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err) // the arguments are constants
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// cost is what a hunt or a part of it took.
type cost struct {
	traces, ops int
	cpu         time.Duration
}

// meter stands between an engine and its subject, and counts traces and ops there, in the
// same way for every engine. It notes the cost at the moment when the first failure was
// judged, before shrinking and reporting.
type meter struct {
	budget    time.Duration // of CPU
	stop      func()        // called when the budget is used up, if set
	start     time.Duration // the CPU time of the process when the hunt started
	cost      cost          // so far, without its cpu
	exhausted bool          // the budget is used up

	found        bool // there was a failure
	untilFailure cost // until the first failure was judged

	// Some engines do not call back when they judge, and report only afterwards which trace
	// failed (failedTrace). The hunt is then repeated with that number in expectedTrace, and
	// the start of the next trace is taken for the moment of the failure.
	failedTrace, expectedTrace int
}

func newMeter(budget time.Duration, mark int) *meter {
	return &meter{budget: budget, expectedTrace: mark, start: cpuTime()}
}

func (m *meter) cpuSpent() time.Duration { return cpuTime() - m.start }

// noteFailure records the cost of the first failure.
func (m *meter) noteFailure() {
	if !m.found {
		m.found, m.untilFailure = true, m.cost
		m.untilFailure.cpu = m.cpuSpent()
	}
}

// clockEvery is how many traces pass between two checks of the budget.
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

// metered is a subject whose steps a meter counts.
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

// meterSubjects returns impl with subjects that m counts.
func (m *meter) meterSubjects(impl *model.Implementation) *model.Implementation {
	c := *impl
	c.New = func() model.Subject { return metered{impl.New(), m} }
	return &c
}
