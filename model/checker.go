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
	if !c.begin(s, t.Profile, &t.Config) {
		return c.done(0)
	}
	n, ok := c.steps(s, t.Ops)
	if !ok {
		c.take(&t.Ops[n-1])
		return c.done(n)
	}
	c.end(s)
	return c.done(n)
}

// begin opens s. It reports whether s did: nothing can be said of a subject that does not.
func (c *Checker) begin(s Subject, profile string, cfg *Config) bool {
	c.open(profile, cfg)
	c.ev = Event{Kind: Open, Config: &c.state.cfg}
	if !c.step(s) || c.seen.Crash.Class != "" {
		c.state.judgeCrash(&c.seen)
		c.state.record.lastFinding().Vantage = c.Vantage
		return false
	}
	return true
}

// end ends s, and judges that unless something failed before.
func (c *Checker) end(s Subject) {
	if c.failed() {
		c.close(s)
		return
	}
	c.ev = Event{Kind: End}
	c.seen.Reset()
	c.step(s)
	c.follow()
	if c.Record {
		c.report.Transcript.Ended = true
		c.report.Transcript.End = c.seen.Clone()
	}
}

// steps steps s through ops, up to the first failure; it reports how many ops were
// stepped, and whether s survived the last one. If not, that one is not yet taken.
func (c *Checker) steps(s Subject, ops []Op) (n int, ok bool) {
	c.ev.Config = nil
	stepping := false
	defer func() {
		if stepping {
			c.panicked(recover())
		}
	}()
	for n < len(ops) && !c.failed() {
		op := &ops[n]
		n++
		c.resolve(op)
		c.seen.Reset()
		if c.Watch != nil {
			c.Watch(c.state.lane(), op.Kind)
		}
		stepping = true
		s.Step(&c.ev, &c.seen)
		stepping = false
		c.take(op)
	}
	return n, true
}

// take lets the model follow what was seen of op.
func (c *Checker) take(op *Op) {
	c.follow()
	if c.Record {
		c.keep(op, &c.seen)
	}
}

// failed reports whether the trace ends here because something is FAILED.
func (c *Checker) failed() bool { return c.state.record.worst == FAILED && !c.GoOn }

// close lets a subject end without being judged.
func (c *Checker) close(s Subject) {
	c.ev = Event{Kind: End}
	var nothing Outcome
	defer func() { _ = recover() }() // it failed already
	s.Step(&c.ev, &nothing)
}

// step steps s by the event at hand, Open or End; it reports whether s survived.
func (c *Checker) step(s Subject) (ok bool) {
	defer func() {
		if !ok {
			c.panicked(recover())
		}
	}()
	s.Step(&c.ev, &c.seen)
	return true
}

func (c *Checker) panicked(v any) {
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

func (c *Checker) open(profile string, cfg *Config) {
	c.arena.Reset()
	c.state.reset(cfg)
	c.seen.Reset()
	c.report = Report{Findings: c.report.Findings[:0]}
	if c.Record {
		c.report.Transcript = &Transcript{Profile: profile, Config: *cfg}
	}
}

// follow lets the model follow what was seen of the event at hand.
func (c *Checker) follow() {
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
		c.want.resetPredicted()
		s.predict(&c.ev, &c.want)
	}
	worst := s.record.worst
	s.judgeAndLearn(&c.ev, &c.seen, learn)
	s.rememberLatency(&c.seen)
	if c.Record && worst < FAILED && s.record.worst == FAILED {
		c.explain()
	}
	for i := n; i < len(s.record.findings); i++ {
		s.record.findings[i].Vantage = c.Vantage
	}
	if c.seen.Unsupported {
		c.report.Unsupported++
	}
}

// explain keeps what the reference shows for the event that failed, where the
// profile says enough for it to have one.
func (c *Checker) explain() {
	seen := c.seen.Clone()
	c.report.Seen = &seen
	if c.ev.Kind != Raw && c.state.profile.Policy != OpenPolicy {
		want := c.want.Clone()
		c.report.Want = &want
	}
}

// keep records a step.
func (c *Checker) keep(op *Op, seen *Outcome) {
	s := Step{Op: *op, Outcome: seen.Clone()}
	if op.Kind.HasPayload() && op.Data.Relation() {
		s.Related, s.Became = true, strings.Clone(c.ev.Data)
	}
	c.report.Transcript.Steps = append(c.report.Transcript.Steps, s)
}

// done makes the report.
func (c *Checker) done(ops int) *Report {
	s := c.state
	r := &c.report
	r.Verdict, r.Findings = s.record.worst, s.record.findings
	r.Reached, r.Policies, r.Told = s.record.reached, s.tracker.policies, s.tracker.policyObserved
	if s.profile.Policy != OpenPolicy {
		r.Policies, r.Told = 1<<s.profile.Policy, true
	}
	r.Ops = ops
	return r
}
