package props

import (
	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// AddRun counts what a subject showed in a trace: the rules that it put to the test
// and the policies that explain it; and, if the report has a transcript, outcomes.
func (s *Stats) AddRun(r *model.Report) {
	s.Runs++
	for i := range s.Rules {
		s.Rules[i] += int(r.Reached >> i & 1)
	}
	if r.PolicyObserved {
		s.Distinguished++
		for i := range s.Policies {
			s.Policies[i] += int(r.Policies >> i & 1)
		}
	}
	t := r.Transcript
	if t == nil {
		return
	}
	var shown shown
	for i := range t.Steps {
		step := &t.Steps[i]
		if step.Op.Kind == model.Ping {
			shown.pings++
		}
		shown.addOutcome(s, &step.Outcome)
		shown.reachIf(step.Outcome.Closed, ShowedClosed)
	}
	shown.addOutcome(s, &t.End)
	s.Outcomes[0] += max(0, shown.pings-shown.ended)
	s.countReached(shown.reached)
}

// shown follows one run.
type shown struct {
	pings, ended int
	reached      uint64
}

func (w *shown) reachIf(is bool, x Situation) {
	if is {
		w.reached |= 1 << x
	}
}

// showedBy is the situation to which the end of a waiter leads.
var showedBy = [model.Refused + 1]Situation{
	model.Acked: ShowedAcked, model.Cancelled: ShowedCancelled, model.Failed: ShowedFailed, model.Refused: ShowedRefused,
}

func (w *shown) addOutcome(s *Stats, o *model.Outcome) {
	acked := 0
	for i := range o.Resolutions {
		r := &o.Resolutions[i]
		if r.Keep {
			continue
		}
		w.ended++
		s.Outcomes[r.How]++
		w.reachIf(true, showedBy[r.How])
		if r.How == model.Acked {
			acked++
		}
	}
	w.reachIf(acked > 1, ShowedSeveral)
	for i := range o.Frames {
		w.reachIf(o.Frames[i].Opcode == frame.Pong, ShowedAnswer)
	}
	w.reachIf(len(o.Messages) > 0, ShowedMessage)
	w.reachIf(o.Crash.Class != "" || o.Hang, ShowedCrash)
	w.reachIf(o.Unsupported, ShowedUnsupported)
}
