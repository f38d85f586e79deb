package metamorphic

import (
	"fmt"
	"iter"
	"strings"

	"github.com/pongcheck/pongcheck/model"
)

// exactlyOnceProperty breaks the transport at the end and counts how often each waiter
// ended. A ping that was called for when the end had begun may get no answer at
// all. Where waiters are documented to be left for ever there is nothing to count.
func exactlyOnceProperty() Property {
	return Property{
		Name:     "exactly-once",
		Sentence: "Every waiter ends exactly once by the time the connection is closed and settled.",
		How:      "the transport breaks at the end, and the ends of each waiter are counted",
		verdict: func(p *model.Profile, info *model.Info) model.Verdict {
			need := model.KindsOf(model.Ping, model.Drop)
			return failedIf(!p.Leaves && info.Can&need == need && info.Sees&model.SeesWaiters != 0 && info.Sees&model.SeesErrors != 0)
		},
		restrict: func(info *model.Info) { info.Can &^= model.KindsOf(model.Raw) }, // which may hide a Close
		variants: func(*model.Trace) int { return 1 },
		variant: func(t *model.Trace, _ int) *experiment {
			c := insertOps(t, len(t.Ops), model.Op{Kind: model.Drop})
			return &experiment{traces: []*model.Trace{c}, ask: countEnds}
		},
	}
}

// countEnds lists the waiters that did not end as often as they must.
func countEnds(runs []*model.Transcript) (want, got string, ok bool) {
	t := runs[0]
	if !onlyAskedFor(t) || failedItself(t) {
		return "", "", false
	}
	ended := endsOf(t)
	late, n := false, 0
	var w, g strings.Builder
	for i := range t.Steps {
		s := &t.Steps[i]
		late = late || endKinds.Has(s.Op.Kind)
		if s.Op.Kind == model.Ping {
			n++
			if times := ended[n]; times > 1 || times < 1 && !late {
				fmt.Fprintf(&w, "ping %d ends once\n", n)
				fmt.Fprintf(&g, "ping %d ends %d times\n", n, times)
			}
		}
		late = late || endedBy(&s.Outcome)
	}
	return w.String(), g.String(), true
}

// endKinds are the ops with which the end of a connection begins.
var endKinds = model.KindsOf(model.Close, model.PeerClose, model.Drop, model.EOF)

// endsOf is how often the waiter of each ping ended, failed calls included.
func endsOf(t *model.Transcript) map[int]int {
	ended := map[int]int{}
	count := func(o *model.Outcome) {
		for i := range o.Resolutions {
			if r := &o.Resolutions[i]; !r.Keep {
				ended[r.N]++
			}
		}
	}
	for i := range t.Steps {
		count(&t.Steps[i].Outcome)
	}
	count(&t.End)
	return ended
}

// closedAbsorbsProperty breaks the transport somewhere and goes on all the same.
func closedAbsorbsProperty() Property {
	return Property{
		Name:     "closed-absorbs",
		Sentence: "Once the connection is closed and settled, calls fail and nothing else happens.",
		How:      "the transport breaks on the way, and the trace goes on when that has settled",
		Hazard:   "what an application reads when all is over is not what was there at the end",
		verdict: func(_ *model.Profile, info *model.Info) model.Verdict {
			return failedIf(info.Can.Has(model.Drop) && info.Sees&model.SeesClosed != 0)
		},
		variants: func(t *model.Trace) int { return len(t.Ops) },
		variant: func(t *model.Trace, at int) *experiment {
			c := insertOps(t, at, model.Op{Kind: model.Drop}, model.Op{Kind: model.Settle})
			return &experiment{traces: []*model.Trace{c},
				ask:    func(runs []*model.Transcript) (string, string, bool) { return leftoversAfter(runs[0], at+2) },
				isFree: func(runs []*model.Transcript) bool { return onlyReportedLate(runs[0], at+2) }}
		},
	}
}

// leftoversAfter lists what happened from step number at on, where nothing should happen.
// It is no answer if the subject had not closed the connection before.
func leftoversAfter(t *model.Transcript, at int) (want, got string, ok bool) {
	if len(t.Steps) < at {
		return "", "", false
	}
	before := *t
	before.Steps, before.End = t.Steps[:at], model.Outcome{}
	closed := false
	for i := range before.Steps {
		closed = closed || before.Steps[i].Outcome.Closed
	}
	if !closed || failedItself(&before) || !onlyAskedFor(&before) {
		return "", "", false
	}
	var b strings.Builder
	for s := range leftoverSteps(t, at) {
		op := "end"
		if s.Op.Kind != model.End {
			op = s.Op.String()
		}
		fmt.Fprintf(&b, "%s:\n%s", op, &s.Outcome)
	}
	return "", b.String(), true
}

// onlyReportedLate reports whether nothing was sent, acknowledged or broken from step number at
// on: a message may have been read late, and a latency forgotten.
func onlyReportedLate(t *model.Transcript, at int) bool {
	for s := range leftoverSteps(t, at) {
		if o := &s.Outcome; len(o.Frames)+len(o.Resolutions) > 0 || hasCrashed(o) || o.Part != "" {
			return false
		}
	}
	return true
}

// leftoverSteps yields the steps from number at on, and the end, each with the part of its
// outcome that should not have happened.
func leftoverSteps(t *model.Transcript, at int) iter.Seq[model.Step] {
	before := *t
	before.Steps, before.End = t.Steps[:at], model.Outcome{}
	pings, ended := pingsBefore(t.Trace(), at), endsOf(&before)
	return func(yield func(model.Step) bool) {
		for _, s := range append(t.Steps[at:len(t.Steps):len(t.Steps)], model.Step{Op: model.Op{Kind: model.End}, Outcome: t.End}) {
			if s.Outcome = leftoverOf(&s.Outcome, pings, ended); !s.Outcome.Empty() && !yield(s) {
				return
			}
		}
	}
}

// leftoverOf returns the part of out that should not have happened: everything but errors.
// A call that came too late may fail at any time, and a remaining waiter may be cancelled.
func leftoverOf(out *model.Outcome, pings int, ended map[int]int) model.Outcome {
	o := *out
	o.Closed, o.WroteEOF, o.Unsupported, o.Err, o.ClosedAt, o.ErrName = false, false, false, model.NoError, 0, ""
	o.Resolutions = nil
	for _, r := range out.Resolutions {
		isLate := r.N > pings && r.How != model.Acked
		isLeft := r.How == model.Cancelled && ended[r.N] == 0
		if !isLate && !isLeft {
			o.Resolutions = append(o.Resolutions, r)
		}
	}
	return o
}

// settledPrefixProperty runs a trace, settled somewhere, and then on the same subject only
// what came before that: it must go the same way again. What of the first run
// survives the Open event of the second shows.
func settledPrefixProperty() Property {
	return Property{
		Name:     "settled-prefix",
		Sentence: "What has settled depends on nothing that comes later, nor on an earlier connection.",
		How:      "run 2 is the beginning of run 1 once more, on a fresh connection",
		Hazard:   "what one connection did shows in the next",
		verdict:  func(*model.Profile, *model.Info) model.Verdict { return model.NonStrict },
		restrict: withoutStalls,
		variants: func(t *model.Trace) int { return len(t.Ops) + 1 },
		variant: func(t *model.Trace, at int) *experiment {
			whole := insertOps(t, at, model.Op{Kind: model.Settle})
			prefix := *whole
			prefix.Ops = whole.Ops[:at+1]
			return &experiment{traces: []*model.Trace{whole, &prefix}, reuseSubject: true, ask: compareRuns(view{pongs: true, steps: at + 1})}
		},
	}
}
