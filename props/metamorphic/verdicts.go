package metamorphic

import (
	"maps"

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
	if x.isFree != nil && x.isFree(transcriptsOf(reports)) {
		return model.NonStrict
	}
	return e.verdict
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
