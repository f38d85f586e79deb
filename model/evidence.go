package model

import (
	"fmt"
	"strings"
)

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

// Judge judges a transcript, which is evidence of what a subject did elsewhere.
// The error is a [*MismatchError].
func (c *Checker) Judge(t *Transcript) (*Report, error) {
	c.open(t.Profile, &t.Config)
	c.ev = Event{}
	for i := range t.Steps {
		st := &t.Steps[i]
		c.resolve(&st.Op)
		if st.Related && c.state.tracker.senderUnknown {
			c.ev.Data = st.Became // the driver may know better which call sent what
		}
		if st.Related && st.Became != c.ev.Data && !st.Outcome.Unsupported {
			return nil, &MismatchError{i + 1, st.Line, st.Op, strings.Clone(c.ev.Data), st.Became}
		}
		c.judgeStep(&st.Outcome, t)
		if c.state.record.worst == FAILED && !c.GoOn {
			r := c.done(i + 1)
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
		c.place(n, t)
	}
	r := c.done(len(t.Steps))
	r.Transcript = t
	return r, nil
}

func (c *Checker) judgeStep(seen *Outcome, t *Transcript) {
	kept := c.seen
	c.seen = *seen
	n := len(c.state.record.findings)
	c.follow()
	c.seen = kept
	c.place(n, t)
}

// place says of the findings from n on from where they were seen, and in which line:
// that of their op, which may be an earlier one.
func (c *Checker) place(n int, t *Transcript) {
	findings := c.state.record.findings
	for i := n; i < len(findings); i++ {
		f := &findings[i]
		f.Vantage = c.Vantage
		if f.Op >= 1 && f.Op <= len(t.Steps) {
			f.Line = t.Steps[f.Op-1].Line
		}
	}
}
