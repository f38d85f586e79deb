package props

import "github.com/pongcheck/pongcheck/model"

// A Property is a sentence that is true of a subject whatever the model says. It
// compares runs of the subject with each other, or counts in one run, so that it
// also catches a mistake that model and subject share, and a choice that is legal
// each time but depends on what it must not depend on.
//
// Pings that a keepalive sends are left out of all of them: its traces have none.
type Property struct {
	Name     string
	Sentence string
	Hazard   string // what goes wrong where it does not hold

	// verdict is that on a violation by a subject with this info, under this
	// profile; OK where the sentence need not be true, or cannot be seen.
	verdict func(p *model.Profile, info *model.Info) model.Verdict

	// within takes from info what its traces must do without; nil: nothing.
	within func(info *model.Info)

	// ways is in how many ways it can be tried on t, and try makes one of them,
	// from 0; nil if that one does not lend itself to it. Neither changes t.
	ways func(t *model.Trace) int
	try  func(t *model.Trace, way int) *experiment
}

// experiment is one or two traces, each for a new subject, and the question.
type experiment struct {
	traces []*model.Trace
	reuse  bool // of the same subject, where it is called directly: one after the other

	// ask compares what was seen: what was to be expected and what was there
	// instead. They are equal, and mostly empty, if the property holds. It is
	// not ok if this run answers nothing.
	ask func(runs []*model.Transcript) (want, got string, ok bool)
}

// Properties are all of them:
//
//   - cuts: how bytes are cut into reads. "How bytes are cut" is nothing that a
//     peer or an application can know of, so any difference is FAILED.
//   - renaming, time-shift, cancels-commute: what a Pong does follows from which
//     payloads are equal and from the order of events. Under a profile that fixes
//     the policy a violation is FAILED; without one it is NON-STRICT, for RFC 6455
//     names no policy.
//   - unsolicited, duplicate-pong: under the policies up-to, exact and latest a Pong
//     that matches nothing changes nothing. FAILED; under other policies, or none,
//     they are not asked.
//   - exactly-once, closed-absorbs: of waiters and of the end. FAILED.
//   - settled-prefix: an Open event resets a [model.Subject], and what has settled
//     depends on nothing that comes later. FAILED.
//
// No property is asked of a subject on a real clock, whose runs cannot be compared,
// nor of one that cannot settle. A run in which the subject chose other
// payloads than in the run beside it, or pinged unasked, is compared with nothing.
func Properties() []Property {
	return []Property{cutting(), renaming(), unsolicited(), timeShift(), exactlyOnce(), closedAbsorbs(), duplicatePong(), cancelsCommute(), settledPrefix()}
}

// Verdict is that on a violation of x by a subject with this info, under profile p;
// OK if x is not asked of it.
func (x *Property) Verdict(p model.Profile, info model.Info) model.Verdict {
	if info.Real || !info.Can.Has(model.Settle) || info.Sees&(model.SeesWaiters|model.SeesMessages|model.SeesFrames) == 0 {
		return model.OK
	}
	return x.verdict(&p, &info)
}

// info is what the traces of x keep within.
func (x *Property) info(info model.Info) model.Info {
	info.Keeps = false
	if x.within != nil {
		x.within(&info)
	}
	return info
}

// unstalled is within for properties that compare runs. While writes stall, calls and
// answers of several threads queue up, and any of them may be the next to write.
func unstalled(info *model.Info) { info.Can &^= model.KindsOf(model.Block, model.Resume) }

// promised is FAILED under a profile that fixes the policy, else NON-STRICT.
func promised(p *model.Profile) model.Verdict {
	if p.Policy == model.OpenPolicy {
		return model.NonStrict
	}
	return model.FAILED
}

// matching reports whether p fixes a policy under which a Pong counts only for a
// ping with its payload.
func matching(p *model.Profile) bool {
	return p.Policy == model.UpTo || p.Policy == model.Exact || p.Policy == model.Latest
}

// failedIf is FAILED if it is so, else OK.
func failedIf(is bool) model.Verdict {
	if is {
		return model.FAILED
	}
	return model.OK
}
