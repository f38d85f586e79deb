package model

import (
	"runtime/debug"
	"strings"

	"github.com/pongcheck/pongcheck/model/internal/arena"
)

// A Checker steps traces on a subject and judges every outcome. It resolves relations
// to bytes and lets the subject step first: what the subject chooses is evidence. A
// Checker is for one goroutine. It is reused from trace to trace, so that stepping and
// judging what is right allocate nothing.
type Checker struct {
	// Record keeps a transcript of each run. It costs copies.
	Record bool

	// GoOn says to go on after a finding that is FAILED. Else that ends a trace.
	GoOn bool

	// NoRest says to let no time go on at a settle where something is missing (see [Grace]), so
	// that a transcript can be compared with that of another process.
	NoRest bool

	// PassOver, if it is set, reports whether a trace goes on after this FAILED finding, as
	// if it were less. What comes after one need not stand by itself: the state of the
	// model may follow from what is wrong. A trace does not go on after a crash or a hang.
	PassOver func(*Finding) bool

	// Vantage is put into the findings.
	Vantage Vantage

	// Watch, if it is set, is called before each op with the lane of the state (see
	// [Checker.Lane]) and the kind of the op.
	Watch func(lane uint8, k Kind)

	info      Info        // what the subject can do and show
	state     *State      // follows the subject
	arena     arena.Arena // has the payloads that relations became
	ev        Event       // the event at hand
	seen      Outcome     // what the subject showed of it
	restEvent Event       // lets time go on after a settle
	restSeen  Outcome     // what the subject showed meanwhile
	want      Outcome     // what the reference shows of it, where that is asked for
	report    Report      // the report of the last run
	judgeAll  bool        // take no fast path, for tests

	bubbles  *Checker  // for RunIn: runs what may hang
	progress *progress // how far the trace came, in such a checker; else nil
}

// NewChecker returns a checker that judges by profile p. Its subjects can do and show
// what info says.
func NewChecker(p Profile, info Info) *Checker {
	return &Checker{info: info, state: NewState(p, info), Vantage: InProcess}
}

// Run steps s through t and judges it. A panic that escapes from s is a finding. After one
// (Report.Failure has a Crash) s must not be used again.
//
// A trace whose config the Info does not admit is not run. Its ops are unsupported, as is
// each other op that the subject cannot do.
func (c *Checker) Run(s Subject, t *Trace) *Report {
	if !c.info.AdmitsConfig(&t.Config) {
		return c.RefuseTrace(t)
	}
	if !c.beginTrace(s, t.Profile, &t.Config) {
		return c.makeReport(0)
	}
	n, ok := c.stepOps(s, t.Ops)
	if !ok {
		c.recordStep(&t.Ops[n-1])
		return c.makeReport(n)
	}
	c.endTrace(s)
	return c.makeReport(n)
}

// RefuseTrace reports on a trace that the subject cannot have the config of: it is not run,
// and every op is unsupported.
func (c *Checker) RefuseTrace(t *Trace) *Report {
	c.openTrace(t.Profile, &t.Config)
	c.seen.Unsupported = true
	if c.Record {
		for i := range t.Ops {
			c.keepStep(&t.Ops[i], &c.seen)
		}
	}
	c.report.Unsupported = len(t.Ops)
	return c.makeReport(len(t.Ops))
}

// beginTrace opens s. It reports whether s opened: a subject that did not is not stepped.
func (c *Checker) beginTrace(s Subject, profile string, cfg *Config) bool {
	c.openTrace(profile, cfg)
	c.progress.beginStep(false)
	c.ev = Event{Kind: Open, Config: &c.state.cfg}
	if !c.stepGuarded(s) || c.seen.Crash.Class != "" {
		if c.report.Setup != nil {
			return false
		}
		c.state.judgeCrash(&c.seen)
		c.state.record.lastFinding().Vantage = c.Vantage
		return false
	}
	c.state.foreign = c.seen.Foreign
	return true
}

// endTrace steps s by End, and judges that unless something FAILED before.
func (c *Checker) endTrace(s Subject) {
	c.progress.beginStep(true)
	if c.hasFailed() {
		c.closeUnjudged(s)
		return
	}
	c.ev = Event{Kind: End}
	c.seen.Reset()
	c.stepGuarded(s)
	c.followOutcome()
	if c.Record {
		c.report.Transcript.Ended = true
		c.report.Transcript.End = c.seen.clone()
	}
}

// stepOps steps s through ops, up to the first failure. It returns how many ops were
// stepped, and whether s survived the last one: if not, the caller records that step.
func (c *Checker) stepOps(s Subject, ops []Op) (n int, ok bool) {
	c.ev.Config = nil
	stepping := false
	defer func() {
		if stepping {
			c.recordPanic(recover())
		}
	}()
	for n < len(ops) && !c.hasFailed() {
		op := &ops[n]
		n++
		c.resolveOp(op, n < len(ops) && op.Joins(&ops[n]))
		c.seen.Reset()
		c.progress.beginStep(false)
		if c.Watch != nil {
			c.Watch(c.state.lane(), op.Kind)
		}
		if c.seen.Unsupported = !c.info.offers(op); !c.seen.Unsupported {
			stepping = true
			s.Step(&c.ev, &c.seen)
			if op.Kind == Settle {
				c.restSubject(s)
			}
			stepping = false
			if c.seen.Unsupported {
				c.noteUndone(op)
			}
		}
		c.recordStep(op)
	}
	return n, true
}

// recordStep judges what was seen of op, and keeps it in the transcript.
func (c *Checker) recordStep(op *Op) {
	c.followOutcome()
	if c.Record {
		c.keepStep(op, &c.seen)
	}
}

// hasFailed reports whether the trace ends here, as something FAILED.
func (c *Checker) hasFailed() bool { return c.state.record.worst == FAILED && !c.GoOn }

// closeUnjudged steps a subject that FAILED by End, and judges nothing.
func (c *Checker) closeUnjudged(s Subject) {
	c.ev = Event{Kind: End}
	var nothing Outcome
	defer func() { _ = recover() }() // its failure is found already
	s.Step(&c.ev, &nothing)
}

// stepGuarded steps s by the event at hand, Open or End, and reports whether s survived.
func (c *Checker) stepGuarded(s Subject) (ok bool) {
	defer func() {
		if !ok {
			c.recordPanic(recover())
		}
	}()
	s.Step(&c.ev, &c.seen)
	return true
}

// recordPanic makes an outcome of a panic that escaped, unless it is a [*SetupError].
func (c *Checker) recordPanic(v any) {
	if setup, is := v.(*SetupError); is {
		c.report.Setup = setup
		return
	}
	crash := CrashOf(c.ev.Kind.String(), v)
	switch {
	case crash.Class == "string":
		crash.Class = "panic"
	case strings.HasPrefix(crash.Class, "runtime."):
		crash.Class = "runtime.Error"
	}
	c.seen.Crash = crash
	if c.Record { // it costs more than the rest of a trace
		c.seen.Crash.Stack = string(debug.Stack())
	}
}

// openTrace forgets the trace before.
func (c *Checker) openTrace(profile string, cfg *Config) {
	c.arena.Reset()
	c.state.vantage = c.Vantage
	c.state.reset(cfg)
	c.state.record.passOver = c.PassOver
	c.seen.Reset()
	c.report = Report{Findings: c.report.Findings[:0]}
	if c.Record {
		c.report.Transcript = &Transcript{Profile: profile, Sees: c.info.Sees, Config: *cfg}
	}
}

// followOutcome judges what was seen of the event at hand, and brings the state up to date.
func (c *Checker) followOutcome() {
	s := c.state
	if c.seen.Unsupported {
		c.ev.Time = 0 // no time passed
	}
	s.beginEvent(&c.ev)
	s.now += c.seen.Rested
	var learn *RuleSet
	if !c.judgeAll {
		done := false
		if done, learn = s.followFast(&c.ev, &c.seen, &c.want); done {
			return
		}
	}
	n := len(s.record.findings)
	if c.Record && c.isForeseeable() {
		c.want.resetForeseen()
		s.predict(&c.ev, &c.want)
	}
	worst := s.record.worst
	s.judgeAndLearn(&c.ev, &c.seen, learn)
	s.rememberLatency(&c.seen)
	if c.Record && worst < FAILED && s.record.worst == FAILED {
		c.keepFailure()
	}
	for i := n; i < len(s.record.findings); i++ {
		f := &s.record.findings[i]
		if f.Vantage = c.Vantage; f.Verdict == FAILED {
			f.shape = shapeOf(&c.ev, &c.seen)
		}
	}
	if c.seen.Unsupported {
		c.report.Unsupported++
	}
}

// noteUndone records that the subject did not do an op that its Info promises.
func (c *Checker) noteUndone(op *Op) {
	if op.Kind == Cancel && op.Keep {
		return // few libraries let an application cancel these
	}
	for i := range c.report.Undone {
		if c.report.Undone[i].SameSort(op) {
			return
		}
	}
	c.report.Undone = append(c.report.Undone, *op)
}

// isForeseeable reports whether the reference can say what the event at hand alone shows.
func (c *Checker) isForeseeable() bool { return c.ev.Kind != Raw && !c.state.joins && !c.state.joined }

// keepFailure keeps the outcome that FAILED and, where the profile fixes a policy, that of
// the reference.
func (c *Checker) keepFailure() {
	seen := c.seen.clone()
	c.report.Seen = &seen
	if c.isForeseeable() && c.state.profile.Policy != OpenPolicy {
		want := c.want.clone()
		if !seen.Told.Said {
			want.Told = Told{} // to tell nothing is right
		}
		c.report.Want = &want
	}
}

// keepStep adds a step to the transcript.
func (c *Checker) keepStep(op *Op, seen *Outcome) {
	s := Step{Op: *op, Outcome: seen.clone()}
	if op.Kind.HasPayload() && op.Data.Relation() {
		s.Related, s.Became = true, strings.Clone(c.ev.Data)
	}
	c.report.Transcript.Steps = append(c.report.Transcript.Steps, s)
}

// makeReport reports on the trace so far, after so many ops.
func (c *Checker) makeReport(ops int) *Report {
	s := c.state
	r := &c.report
	r.Verdict, r.Findings = s.record.worst, s.record.findings
	r.Reached, r.Policies, r.PolicyObserved = s.record.reached, s.tracker.policies, s.tracker.policyObserved
	if s.profile.Policy != OpenPolicy {
		r.Policies, r.PolicyObserved = 1<<s.profile.Policy, true
	}
	r.PolicyObserved = r.PolicyObserved && !c.info.Untracked // else it is the adapter's
	r.Ops = ops
	return r
}
