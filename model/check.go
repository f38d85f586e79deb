package model

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Check steps one trace on an implementation, in this process or elsewhere, and
// judges it by profile p. It stops at the first finding that is FAILED. The report
// has the transcript.
func Check(ctx context.Context, p Profile, impl *Implementation, t *Trace) (*Report, error) {
	c := NewChecker(p, impl.Info)
	c.Record = true
	if impl.Run == nil {
		return c.RunIn(impl, t), nil
	}
	c.Vantage = ByDriver
	for tr, err := range impl.Run(ctx, slices.Values([]*Trace{t})) {
		if err != nil {
			return nil, err
		}
		tr.Profile = p.Name
		return c.Judge(tr)
	}
	return nil, errors.New("the driver gave no transcript")
}

// RunIn is [Checker.Run] on a new subject of an implementation in this process,
// inside of what it needs around it.
func (c *Checker) RunIn(impl *Implementation, t *Trace) *Report {
	var r *Report
	run := func() { r = c.Run(impl.New(), t) }
	if impl.Around != nil {
		impl.Around(run)
	} else {
		run()
	}
	r.nameSubject(impl)
	return r
}

// Judge judges a transcript by profile p: what a subject that can do and show
// what info says did elsewhere. It goes on after any finding.
func Judge(p Profile, info Info, t *Transcript, from Vantage) (*Report, error) {
	c := NewChecker(p, info)
	c.GoOn, c.Record, c.Vantage = true, true, from
	return c.Judge(t)
}

// Judge judges a transcript, which is evidence of what a subject did elsewhere.
// The error is a [*MismatchError].
func (c *Checker) Judge(t *Transcript) (*Report, error) {
	c.openTrace(t.Profile, &t.Config)
	c.ev = Event{}
	for i := range t.Steps {
		st := &t.Steps[i]
		c.resolveOp(&st.Op)
		if st.Related && c.state.tracker.senderUnknown {
			c.ev.Data = st.Became // the driver may know better which call sent what
		}
		if st.Related && st.Became != c.ev.Data && !st.Outcome.Unsupported {
			return nil, &MismatchError{i + 1, st.Line, st.Op, strings.Clone(c.ev.Data), st.Became}
		}
		c.judgeStep(&st.Outcome, t)
		if c.state.record.worst == FAILED && !c.GoOn {
			r := c.makeReport(i + 1)
			r.Transcript = t
			return r, nil
		}
	}
	if t.Ended {
		c.ev = Event{Kind: End}
		c.judgeStep(&t.End, t)
	} else {
		n := len(c.state.record.findings)
		c.state.endTranscript()
		c.placeFindings(n, t)
	}
	r := c.makeReport(len(t.Steps))
	r.Transcript = t
	return r, nil
}

func (c *Checker) judgeStep(seen *Outcome, t *Transcript) {
	kept := c.seen
	c.seen = *seen
	n := len(c.state.record.findings)
	c.followOutcome()
	c.seen = kept
	c.placeFindings(n, t)
}

// placeFindings says of the findings from n on from where they were seen, and in which line:
// that of their op, which may be an earlier one.
func (c *Checker) placeFindings(n int, t *Transcript) {
	findings := c.state.record.findings
	for i := n; i < len(findings); i++ {
		f := &findings[i]
		f.Vantage = c.Vantage
		if f.Op >= 1 && f.Op <= len(t.Steps) {
			f.Line = t.Steps[f.Op-1].Line
		}
	}
}

// A MismatchError says that a transcript does not fit its own trace: whoever
// wrote it resolved a relation otherwise. It is trouble with a driver, and never
// a finding.
type MismatchError struct {
	Step      int // from 1
	Line      int
	Op        Op
	Want, Got string
}

// Error says which relation became what.
func (e *MismatchError) Error() string {
	return fmt.Sprintf("op %d, %s: the payload is %s here, and became %s there: the driver resolves relations otherwise (its self-test must pass testdata/relations.txt)",
		e.Step, e.Op, appendBytes(nil, e.Want), appendBytes(nil, e.Got))
}
