package main

import (
	"github.com/pongcheck/pongcheck/model"
)

// run is one trace whose ops arrive one by one. It is the system under test of gopter's
// commands and of rapid's state machine. This project's oracle judges it, so that engines
// differ only in how they drive it.
type run struct {
	bench   *workbench
	session *model.Session
	pings   int
	ops     []model.Op
	class   string // of the failure, once there is one
}

// workbench holds what the runs of a trial share.
type workbench struct {
	task       *task
	meter      *meter
	impl       *model.Implementation // with the meter
	config     model.Config
	lastFailed *model.Trace // the last one that failed

	// If reuse is set, one checker and one subject serve all runs.
	reuse   bool
	checker *model.Checker
	subject model.Subject
	ops     []model.Op
}

func newWorkbench(t *task, m *meter, reuse bool) *workbench {
	return &workbench{task: t, meter: m, impl: m.meterSubjects(t.impl), reuse: reuse}
}

// openRun starts a run with a new connection.
func (b *workbench) openRun(c model.Config) *run {
	if !b.reuse || b.checker == nil {
		b.checker = model.NewChecker(b.task.profile, b.task.impl.Info)
		b.ops = nil
	}
	if !b.reuse || b.subject == nil {
		b.subject = b.impl.New()
	}
	b.config = c
	return &run{bench: b, session: b.checker.Begin(b.subject, c), ops: b.ops[:0]}
}

// stepOp steps an op of the mix and returns the class of the failure so far, if any.
func (r *run) stepOp(o model.Op) string {
	if r.class != "" {
		return r.class
	}
	if o.Kind == model.End {
		return r.endTrace()
	}
	o = countFromFirst(o, r.pings)
	if o.Kind == model.Ping {
		r.pings++
	}
	r.ops = append(r.ops, o)
	return r.noteReport(r.session.Step(&o))
}

// endTrace ends the connection. An answer that is still missing then is a failure.
func (r *run) endTrace() string {
	if r.class != "" {
		return r.class
	}
	return r.noteReport(r.session.End())
}

func (r *run) noteReport(report *model.Report) string {
	b := r.bench
	if b.reuse {
		b.ops = r.ops
	}
	f := report.Failure()
	if f == nil {
		return ""
	}
	b.meter.noteFailure()
	b.subject = nil // it may have panicked
	b.lastFailed = (&model.Trace{Config: b.config, Ops: r.ops}).Clone()
	r.class = f.Class()
	return r.class
}
