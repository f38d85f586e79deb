package model

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Check runs one trace on an implementation, in this process or elsewhere, and judges it
// by profile p. It stops at the first finding that is FAILED. The report has the
// transcript. An error comes from a driver, or is a [*MismatchError] or a [*SetupError].
func Check(ctx context.Context, p Profile, impl *Implementation, t *Trace) (*Report, error) {
	c := NewChecker(p, impl.Info)
	c.Record = true
	if impl.Run == nil {
		r := c.RunIn(impl, t)
		if r.Setup != nil {
			return nil, r.Setup
		}
		return r, nil
	}
	c.Vantage = ByDriver
	if !impl.Info.AdmitsConfig(&t.Config) {
		r := c.RefuseTrace(t)
		r.nameSubject(impl)
		return r, nil
	}
	for tr, err := range impl.Run(ctx, slices.Values([]*Trace{t})) {
		if err != nil {
			return nil, err
		}
		tr.Profile = p.Name
		return c.JudgeDriven(ctx, impl, tr)
	}
	return nil, errors.New("the driver gave no transcript")
}

// RunIn is [Checker.Run] on a new subject of an implementation in this process, within
// [Implementation.Around].
func (c *Checker) RunIn(impl *Implementation, t *Trace) *Report {
	if impl.Before != nil {
		impl.Before(t)
	}
	var r *Report
	if impl.Around != nil {
		r = c.runAround(impl, t)
	} else {
		r = c.Run(impl.New(), t)
	}
	r.nameSubject(impl)
	return r
}

// Judge judges a transcript by profile p: what a subject did elsewhere that can do and show
// what info says. It goes on after any finding. The error is a [*MismatchError].
func Judge(p Profile, info Info, t *Transcript, from Vantage) (*Report, error) {
	c := NewChecker(p, info)
	c.GoOn, c.Record, c.Vantage = true, true, from
	return c.Judge(t)
}

// Judge judges a transcript: what a subject did elsewhere. What the transcript says it does
// not see is not judged. A transcript that breaks off proves no absence. The error is a
// [*MismatchError].
func (c *Checker) Judge(t *Transcript) (*Report, error) {
	c.openTrace(t.Profile, &t.Config)
	c.state.info.Sees = c.info.Sees
	if t.Sees != 0 {
		c.state.info.Sees &= t.Sees
	}
	c.ev = Event{}
	for i := range t.Steps {
		st := &t.Steps[i]
		c.resolveOp(&st.Op, i+1 < len(t.Steps) && st.Op.Joins(&t.Steps[i+1].Op))
		if st.Related && c.state.tracker.senderUnknown {
			c.ev.Data = st.Became // the driver knows better which call sent what
		}
		if st.Related && st.Became != c.ev.Data && !st.Outcome.Unsupported {
			return nil, &MismatchError{Step: i + 1, Line: st.Line, Op: st.Op, Want: strings.Clone(c.ev.Data), Got: st.Became}
		}
		c.judgeStep(&st.Outcome, t)
		if st.Outcome.Unsupported && c.info.offers(&st.Op) {
			c.noteUndone(&st.Op)
		}
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

// judgeStep judges what a step of t showed.
func (c *Checker) judgeStep(seen *Outcome, t *Transcript) {
	kept := c.seen
	c.seen = *seen
	n := len(c.state.record.findings)
	c.followOutcome()
	c.seen = kept
	c.placeFindings(n, t)
}

// placeFindings gives the findings from n on their vantage, and the line of their op.
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

// A MismatchError says that a transcript does not fit its own trace: the driver that wrote
// it resolved a relation otherwise. It is trouble with the driver, and no finding.
type MismatchError struct {
	Step int    // number of the op, from 1
	Line int    // in the file, 0 if there is none
	Op   Op     // whose payload is a relation
	Want string // the payload as resolved here
	Got  string // the payload as the driver resolved it
}

// Error says what the relation became here and there.
func (e *MismatchError) Error() string {
	return fmt.Sprintf("op %d, %s: the payload is %s here, and became %s there: the driver resolves relations otherwise (its self-test must pass testdata/relations.txt)",
		e.Step, e.Op, appendBytes(nil, e.Want), appendBytes(nil, e.Got))
}
