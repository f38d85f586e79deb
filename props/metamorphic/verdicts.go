package metamorphic

import (
	"maps"
	"slices"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// failedIf returns FAILED if the property is asked, else OK.
func failedIf(is bool) model.Verdict {
	if is {
		return model.FAILED
	}
	return model.OK
}

// hazardIf returns NON-STRICT if the property is asked, else OK.
func hazardIf(is bool) model.Verdict {
	if is {
		return model.NonStrict
	}
	return model.OK
}

// gradeViolation returns the verdict on a violation: see [All].
func (e *trial) gradeViolation(x *experiment, reports []*model.Report) model.Verdict {
	if _, f := failedRun(reports); f != nil {
		return model.FAILED
	}
	if runs := transcriptsOf(reports); x.isFree != nil && (x.isFree(runs) || slices.ContainsFunc(runs, e.closedByChoice)) {
		return model.NonStrict
	}
	return e.verdict
}

// closedByChoice reports whether the subject ended the connection of a run before anything asked
// for it, as it may at any time (RFC 6455 section 7.3): by a Close that accuses nobody, or beyond a
// documented limit.
func (e *trial) closedByChoice(t *model.Transcript) bool {
	for i := range t.Steps {
		s := &t.Steps[i]
		if endKinds.Has(s.Op.Kind) {
			return false
		}
		for j := range s.Outcome.Frames {
			if f := &s.Outcome.Frames[j]; f.Opcode == frame.Close {
				return !f.Accuses()
			}
		}
		if endedBy(&s.Outcome) {
			return e.info.Limits.Source != ""
		}
	}
	return false
}

// failedRun returns the first FAILED finding of the model, and the number of its run,
// from 1.
func failedRun(reports []*model.Report) (run int, f *model.Finding) {
	for i, r := range reports {
		if f := r.Failure(); f != nil {
			return i + 1, f
		}
	}
	return 0, nil
}

// refusedOtherwise reports whether two runs differ in which calls to ping were
// refused, or why, before the subject showed that it ends.
func refusedOtherwise(runs []*model.Transcript) bool {
	return !maps.Equal(refusedCalls(runs[0]), refusedCalls(runs[1]))
}

func refusedCalls(t *model.Transcript) map[int]model.ErrKind {
	refused := map[int]model.ErrKind{}
	for i := range t.Steps {
		out := &t.Steps[i].Outcome
		if endedBy(out) {
			break // what is refused from now on is no choice
		}
		for _, r := range out.Resolutions {
			if r.How == model.Refused {
				refused[r.N] = sameErr(r.Err)
			}
		}
	}
	return refused
}
