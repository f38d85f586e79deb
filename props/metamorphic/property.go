// Package metamorphic has the properties that are true of a subject whatever the model
// says: they compare two runs with each other, or count in one. [All] lists them, and a
// [Trial] tries one of them on a subject.
package metamorphic

import "github.com/pongcheck/pongcheck/model"

// A Property is a sentence that is true of a subject whatever the model says. It
// compares runs of the subject with each other, or counts in one run. So it also
// catches a mistake that model and subject share, and a choice that is legal each time
// but depends on something that it must not depend on.
//
// No trace of a property has a keepalive.
type Property struct {
	Name     string
	Sentence string
	How      string // how it is tried, without a full stop
	Hazard   string // what goes wrong if it does not hold, where nothing requires it

	// verdict returns how severe a violation is for this subject and profile; OK means
	// that the property is not checked.
	verdict func(p *model.Profile, info *model.Info) model.Verdict

	// restrict removes from info what the traces must not have; nil: nothing.
	restrict func(info *model.Info)

	// variants returns in how many ways the property can be tried on t. variant makes
	// the experiment of one of them, from 0, or nil if t does not allow it. Neither
	// changes t.
	variants func(t *model.Trace) int
	variant  func(t *model.Trace, way int) *experiment
}

// experiment is one or two traces, and the question about their runs.
type experiment struct {
	traces       []*model.Trace
	reuseSubject bool // run them on one subject, one after the other, if it is called directly

	// ask returns what was to be expected of the runs, and what they showed. The two are
	// equal, and mostly empty, if the property holds. It is not ok if these runs answer
	// nothing.
	ask func(runs []*model.Transcript) (want, got string, ok bool)

	// isFree reports whether the whole difference may follow from a choice that the
	// subject is free to make each time; nil: it may not.
	isFree func(runs []*model.Transcript) bool
}

// All returns the properties. The verdict on a violation depends on who requires that the
// sentence is true:
//
//   - cuts: how bytes are cut into reads. TCP has no reads to cut, so nothing that a
//     subject documents can depend on them: messages, acknowledgements and failures
//     that do are FAILED.
//   - unsolicited, duplicate-pong: where the policy up-to, exact or latest is
//     documented, a Pong that matches nothing changes nothing. FAILED; under other
//     policies, or none, they are not asked.
//   - exactly-once: a waiter that is lost, or ends twice, is FAILED.
//   - closed-absorbs: what is sent or acknowledged when all is over is FAILED.
//   - renaming, time-shift, cancels-commute, settled-prefix: no RFC and no profile
//     says these. Where the profile fixes what happens the model fails one of the runs
//     by its rule; what else differs is a choice that is legal each time, and
//     what it should not depend on makes it a hazard: NON-STRICT.
//
// Whether a call to ping is refused is such a choice as long as no profile fixes it.
// Where two runs refuse different calls, they wait for different Pongs from then on,
// so the violation is NON-STRICT, whatever the property. So is one in whose runs the subject
// closed by choice (RFC 6455 section 7.3), for a policy or a limit: what such a limit counts,
// reads or time, is its own. A violation in whose runs
// the model finds what is FAILED is FAILED too; [Violation.Broken] is that.
//
// No property is asked of a subject on a real clock, whose runs cannot be compared,
// nor of one that cannot settle. A run in which the subject chose other
// payloads than in the run beside it, or pinged unasked, is compared with nothing.
func All() []Property {
	return []Property{cutsProperty(), renamingProperty(), unsolicitedProperty(), timeShiftProperty(), exactlyOnceProperty(), closedAbsorbsProperty(), duplicatePongProperty(), cancelsCommuteProperty(), settledPrefixProperty()}
}

// Find finds a property by its name.
func Find(name string) (Property, bool) {
	for _, x := range All() {
		if x.Name == name {
			return x, true
		}
	}
	return Property{}, false
}

// Verdict is the worst that a violation of x by a subject with this info is by
// itself, under profile p; OK if x is not asked of it.
func (x *Property) Verdict(p model.Profile, info model.Info) model.Verdict {
	if info.Real || !info.Can.Has(model.Settle) || info.Sees&(model.SeesWaiters|model.SeesMessages|model.SeesFrames) == 0 {
		return model.OK
	}
	return x.verdict(&p, &info)
}

// traceInfo is what the traces of x keep within.
func (x *Property) traceInfo(info model.Info) model.Info {
	info.Keeps = false
	if x.restrict != nil {
		x.restrict(&info)
	}
	return info
}

// withoutStalls is within for properties that compare runs. While writes stall, calls and
// answers of several threads queue up, and any of them may be the next to write.
func withoutStalls(info *model.Info) { info.Can &^= model.KindsOf(model.Block, model.Resume) }

// matchesPayloads reports whether p fixes a policy under which a Pong counts only for a
// ping with its payload.
func matchesPayloads(p *model.Profile) bool {
	return p.Policy == model.UpTo || p.Policy == model.Exact || p.Policy == model.Latest
}
