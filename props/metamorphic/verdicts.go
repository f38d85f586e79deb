package metamorphic

import (
	"maps"

	"github.com/pongcheck/pongcheck/model"
)

// failedIf is FAILED if it is so, else OK: not asked.
func failedIf(is bool) model.Verdict {
	if is {
		return model.FAILED
	}
	return model.OK
}

// hazardIf is NON-STRICT if it is so, else OK: not asked.
func hazardIf(is bool) model.Verdict {
	if is {
		return model.NonStrict
	}
	return model.OK
}

// gradeViolation is the verdict on a violation: see [Properties].
func (e *trial) gradeViolation(x *experiment, reports []*model.Report) model.Verdict {
	if _, f := failedRun(reports); f != nil {
		return model.FAILED
	}
	if x.isFree != nil && x.isFree(transcriptsOf(reports)) {
		return model.NonStrict
	}
	return e.verdict
}

// failedRun is the first finding of the model that is FAILED, and in which of the runs,
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
