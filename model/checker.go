package model

import (
	"fmt"
	"strings"

	"github.com/pongcheck/pongcheck/model/internal/arena"
)

// A Checker steps traces on a subject and holds every outcome against the model.
// It resolves relations to bytes, lets the subject step first (its choices are
// evidence), and lets the model follow. It is for one goroutine, and reused from
// trace to trace: stepping and comparing allocate nothing.
type Checker struct {
	// Record keeps a transcript of each run. It costs copies.
	Record bool

	// GoOn goes on after a finding that is FAILED; else that ends a trace.
	GoOn bool

	// Vantage is put into the findings.
	Vantage Vantage

	// Watch, if it is set, is told the lane of the state before each op (see
	// [Checker.Lane]), and the op's kind.
	Watch func(lane uint8, k Kind)

	info     Info
	state    *State
	arena    arena.Arena
	ev       Event
	seen     Outcome
	want     Outcome
	report   Report
	judgeAll bool // tests judge every outcome
}

// NewChecker makes a checker that judges by profile p a subject that can do and
// show what info says.
func NewChecker(p Profile, info Info) *Checker {
	return &Checker{info: info, state: NewState(p, info), Vantage: InProcess}
}

// Run steps s through t. A panic that escapes from s is a finding; s must not be
// used again after one (Report.Failure has a Crash).
func (c *Checker) Run(s Subject, t *Trace) *Report {
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

// beginTrace opens s. It reports whether s did: nothing can be said of a subject that does not.
func (c *Checker) beginTrace(s Subject, profile string, cfg *Config) bool {
	c.openTrace(profile, cfg)
	c.ev = Event{Kind: Open, Config: &c.state.cfg}
	if !c.stepGuarded(s) || c.seen.Crash.Class != "" {
		c.state.judgeCrash(&c.seen)
		c.state.record.lastFinding().Vantage = c.Vantage
		return false
	}
	return true
}

// endTrace ends s, and judges that unless something failed before.
func (c *Checker) endTrace(s Subject) {
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
		c.report.Transcript.End = c.seen.Clone()
	}
}

// stepOps steps s through ops, up to the first failure; it reports how many ops were
// stepped, and whether s survived the last one. If not, that one is not yet taken.
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
		c.resolveOp(op)
		c.seen.Reset()
		if c.Watch != nil {
			c.Watch(c.state.lane(), op.Kind)
		}
		stepping = true
		s.Step(&c.ev, &c.seen)
		stepping = false
		c.recordStep(op)
	}
	return n, true
}

// recordStep lets the model follow what was seen of op.
func (c *Checker) recordStep(op *Op) {
	c.followOutcome()
	if c.Record {
		c.keepStep(op, &c.seen)
	}
}

// hasFailed reports whether the trace ends here because something is FAILED.
func (c *Checker) hasFailed() bool { return c.state.record.worst == FAILED && !c.GoOn }

// closeUnjudged lets a subject end without being judged.
func (c *Checker) closeUnjudged(s Subject) {
	c.ev = Event{Kind: End}
	var nothing Outcome
	defer func() { _ = recover() }() // it failed already
	s.Step(&c.ev, &nothing)
}

// stepGuarded steps s by the event at hand, Open or End; it reports whether s survived.
func (c *Checker) stepGuarded(s Subject) (ok bool) {
	defer func() {
		if !ok {
			c.recordPanic(recover())
		}
	}()
	s.Step(&c.ev, &c.seen)
	return true
}

func (c *Checker) recordPanic(v any) {
	class := fmt.Sprintf("%T", v)
	if err, ok := v.(error); ok && strings.HasPrefix(class, "runtime.") {
		class = "runtime.Error"
		v = err.Error()
	}
	if class == "string" {
		class = "panic"
	}
	c.seen.Crash = Crash{Where: c.ev.Kind.String(), Class: class, Text: fmt.Sprint(v)}
}

func (c *Checker) openTrace(profile string, cfg *Config) {
	c.arena.Reset()
	c.state.reset(cfg)
	c.seen.Reset()
	c.report = Report{Findings: c.report.Findings[:0]}
	if c.Record {
		c.report.Transcript = &Transcript{Profile: profile, Config: *cfg}
	}
}

// followOutcome lets the model follow what was seen of the event at hand.
func (c *Checker) followOutcome() {
	s := c.state
	s.beginEvent(&c.ev)
	var learn *RuleSet
	if !c.judgeAll {
		done := false
		if done, learn = s.followFast(&c.ev, &c.seen, &c.want); done {
			return
		}
	}
	n := len(s.record.findings)
	if c.Record && c.ev.Kind != Raw {
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
		s.record.findings[i].Vantage = c.Vantage
	}
	if c.seen.Unsupported {
		c.report.Unsupported++
	}
}

// keepFailure keeps what the reference shows for the event that failed, where the
// profile says enough for it to have one.
func (c *Checker) keepFailure() {
	seen := c.seen.Clone()
	c.report.Seen = &seen
	if c.ev.Kind != Raw && c.state.profile.Policy != OpenPolicy {
		want := c.want.Clone()
		c.report.Want = &want
	}
}

// keepStep records a step.
func (c *Checker) keepStep(op *Op, seen *Outcome) {
	s := Step{Op: *op, Outcome: seen.Clone()}
	if op.Kind.HasPayload() && op.Data.Relation() {
		s.Related, s.Became = true, strings.Clone(c.ev.Data)
	}
	c.report.Transcript.Steps = append(c.report.Transcript.Steps, s)
}

// makeReport makes the report.
func (c *Checker) makeReport(ops int) *Report {
	s := c.state
	r := &c.report
	r.Verdict, r.Findings = s.record.worst, s.record.findings
	r.Reached, r.Policies, r.PolicyObserved = s.record.reached, s.tracker.policies, s.tracker.policyObserved
	if s.profile.Policy != OpenPolicy {
		r.Policies, r.PolicyObserved = 1<<s.profile.Policy, true
	}
	r.Ops = ops
	return r
}
