package model

import (
	"cmp"
	"slices"
	"sync/atomic"
)

// A Hang is the panic of an [Implementation.Around] when goroutines that run in it do not come
// to rest, or do not end.
type Hang struct {
	Left   bool   // everything was done, and a goroutine is left; else a step did not end
	Place  string // the goroutine at fault: where it stands, and what it waits for
	Reason string
	Stacks string // of the goroutines in bubbles, at most 64 KiB

	// Describe returns Place and Stacks, where these are not set. To look at all goroutines
	// costs much when many were left before.
	Describe func() (place, stacks string)
}

// Look sets Place and Stacks.
func (e *Hang) Look() {
	if e.Describe != nil {
		e.Place, e.Stacks = e.Describe()
		e.Describe = nil
	}
}

// Error returns the reason, followed by the stacks.
func (e *Hang) Error() string {
	e.Look()
	return "harness: " + e.Reason + "\n\n" + e.Stacks
}

// mutexHint is said of a hang where it may be the harness that keeps a goroutine waiting.
const mutexHint = " (if the library holds a sync.Mutex while it writes, leave model.Block and model.Resume out of Info.Can)"

// runAround runs t within impl.Around. A [*Hang] becomes a finding. A trace that hangs leaves
// a goroutine behind which has the checker in its hands. So such traces run on a checker of
// their own, which is given up then.
func (c *Checker) runAround(impl *Implementation, t *Trace) (r *Report) {
	b := c.forBubbles()
	defer func() {
		v := recover()
		hang, is := v.(*Hang)
		switch {
		case v == nil:
		case !is:
			panic(v)
		case hang.Left && r != nil:
			r = b.reportLeak(r, hang)
		default:
			c.bubbles = nil
			r = b.reportHang(impl, t, hang)
		}
	}()
	impl.Around(func() { r = b.Run(impl.New(), t) })
	return r
}

// forBubbles returns the checker for traces that may hang, set up as c.
func (c *Checker) forBubbles() *Checker {
	if c.bubbles == nil {
		c.bubbles = NewChecker(c.state.profile, c.info)
		c.bubbles.progress = new(progress)
	}
	b := c.bubbles
	b.Record, b.GoOn, b.Vantage, b.Watch, b.PassOver, b.judgeAll = c.Record, c.GoOn, c.Vantage, c.Watch, c.PassOver, c.judgeAll
	b.progress.begun.Store(0)
	b.progress.ending.Store(false)
	return b
}

// progress says how far a trace came that may hang. What the checker did before a store can
// be read after a load: the goroutine that hangs is in a step of the subject.
type progress struct {
	begun  atomic.Int32 // the steps that were begun, that of Open first
	ending atomic.Bool  // the last of them is that of End
}

// beginStep counts a step before it is begun.
func (p *progress) beginStep(end bool) {
	if p != nil {
		p.ending.Store(end)
		p.begun.Add(1)
	}
}

// reportLeak adds a goroutine that is left behind to the report of a trace that did not fail
// otherwise.
func (c *Checker) reportLeak(r *Report, hang *Hang) *Report {
	if r.Setup != nil || r.Verdict == FAILED {
		return r // the goroutine may be left because of that
	}
	if c.Record {
		hang.Look()
	}
	leak := Outcome{Head: Head{Leak: cmp.Or(hang.Place, "it is not known which")}}
	if t := r.Transcript; t != nil {
		t.Ended, t.End.Leak = true, leak.Leak
	}
	c.judgeStuck(&leak, hang)
	return c.makeReport(r.Ops)
}

// LeavesGoroutine reports whether the subject left a goroutine behind.
func (r *Report) LeavesGoroutine() bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Rule == leaked })
}

// reportHang reports on a trace that hung in the step that was begun last.
func (c *Checker) reportHang(impl *Implementation, t *Trace, hang *Hang) *Report {
	ops := int(c.progress.begun.Load()) - 1
	ending := c.progress.ending.Load()
	if ending {
		ops--
	}
	if c.state.record.worst < FAILED {
		stuck := Outcome{Head: Head{Hang: true, Stuck: hang.Place}}
		if ending || ops > 0 {
			c.state.op++
		}
		if impl.Info.Can.Has(Block) && hang.Place != "" {
			stuck.Stuck += mutexHint
		}
		if tr := c.report.Transcript; tr != nil && (ending || ops <= 0) {
			tr.Ended, tr.End = true, stuck
		} else if tr != nil {
			tr.Steps = append(tr.Steps, Step{Op: t.Ops[ops-1], Outcome: stuck})
		}
		c.judgeStuck(&stuck, hang)
	}
	return c.makeReport(max(ops, 0))
}

// judgeStuck judges a subject that hung or left a goroutine.
func (c *Checker) judgeStuck(seen *Outcome, hang *Hang) {
	c.state.judgeCrash(seen)
	f := c.state.record.lastFinding()
	f.Vantage, f.Stack = c.Vantage, hang.Stacks
}
