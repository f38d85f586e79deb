package metamorphic

import (
	"slices"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/shrink"
)

const (
	// repeats is how often a violation must show again, each time in the same words,
	// before it counts: threads race, and random choices are legal. A difference that
	// shows in every other run passes once in a million times.
	repeats = 20

	// shrinkTogether is how many candidates of a shrink go to a driver at once: each is
	// tried in many ways.
	shrinkTogether = 8

	// costlyTries is the budget of a shrink of which each try costs a process.
	costlyTries = 60
)

// tryAll keeps the first candidates that show a violation every time, one of each
// verdict.
func (e *trial) tryAll(batch []candidate) error {
	all := make([]*experiment, len(batch))
	for i := range batch {
		all[i] = batch[i].x
	}
	reports, err := e.player.play(all)
	for i, r := range reports {
		a := answerOf(all[i], r)
		e.tally.Tried++
		if a.ok {
			e.tally.Compared++
		}
		if !a.violates() || e.isKnown(r) || e.hasFound(e.gradeViolation(all[i], r)) {
			continue
		}
		steady, err := e.isSteady(all[i], a)
		if err != nil {
			return err
		}
		if !steady {
			e.tally.Unsteady++
			continue
		}
		v, err := e.shrinkViolation(&batch[i], a, r)
		e.found = append(e.found, *v)
		if err != nil || v.Verdict == model.FAILED {
			return err
		}
	}
	return err
}

func transcriptsOf(reports []*model.Report) []*model.Transcript {
	runs := make([]*model.Transcript, len(reports))
	for i, r := range reports {
		runs[i] = r.Transcript
	}
	return runs
}

// answer is the result of an experiment.
type answer struct {
	want, got string
	ok        bool
}

func (a answer) violates() bool { return a.ok && a.want != a.got }

// answerOf asks an experiment what its runs say. A subject that failed by itself in
// the first of two runs is no measure for the second.
func answerOf(x *experiment, reports []*model.Report) (a answer) {
	runs := transcriptsOf(reports)
	if len(runs) > 1 && failedItself(runs[0]) {
		return answer{}
	}
	a.want, a.got, a.ok = x.ask(runs)
	return a
}

// isKnown reports whether the model finds a known failure in one of the runs.
func (e *trial) isKnown(reports []*model.Report) bool {
	for _, r := range reports {
		for i := range r.Findings {
			if f := &r.Findings[i]; f.Verdict == model.FAILED && slices.Contains(e.Known, f.RuleClass()) {
				return true
			}
		}
	}
	return false
}

// isSteady reports whether an experiment gives the same answer each time.
func (e *trial) isSteady(x *experiment, a answer) (bool, error) {
	for range repeats {
		reports, err := e.player.play([]*experiment{x})
		if err != nil {
			return false, err
		}
		if answerOf(x, reports[0]) != a {
			return false, nil
		}
	}
	return true, nil
}

// shrinkViolation shrinks the trace of a candidate that showed one. If that leads to a trace
// that is not steady, the candidate is kept as it was.
func (e *trial) shrinkViolation(c *candidate, said answer, reports []*model.Report) (*Found, error) {
	c.trace.Profile = e.Profile.Name
	f := &Found{Name: c.name, Index: c.index, Original: c.trace, Shrunk: c.trace}
	f.Violation = *e.violationOf(c.x, c.way, said, reports)
	f.Verdict = e.gradeViolation(c.x, reports)
	budget := e.Tries
	if e.Implementation.Run != nil && slices.ContainsFunc(f.Runs, failedItself) {
		budget = min(budget, costlyTries) // each costs a process
	}
	var trouble error
	shrunk, tries := shrink.InBatches(&e.info, c.trace, min(shrinkTogether, e.player.atOnce()), budget, func(c []*model.Trace) int {
		at, _, err := e.firstViolating(c, f.Verdict)
		trouble = err
		return at
	})
	f.Tries = tries
	if trouble != nil || shrunk == c.trace {
		return f, trouble
	}
	_, way, err := e.firstViolating([]*model.Trace{shrunk}, f.Verdict)
	if way < 0 || err != nil {
		return f, err
	}
	x := e.Property.variant(shrunk, way)
	runs, err := e.player.play([]*experiment{x})
	if err != nil {
		return f, err
	}
	said = answerOf(x, runs[0])
	if steady, err := e.isSteady(x, said); err != nil || !steady || !said.violates() {
		return f, err
	}
	verdict := f.Verdict
	f.Shrunk, f.Violation = shrunk, *e.violationOf(x, way, said, runs[0])
	f.Verdict = verdict
	return f, nil
}

// violationOf is the violation that an experiment showed, but for its verdict.
func (e *trial) violationOf(x *experiment, way int, said answer, reports []*model.Report) *Violation {
	v := &Violation{Property: e.Property, Certainty: model.Proved, Way: way, Want: said.want, Got: said.got}
	if v.BrokenIn, v.Broken = failedRun(reports); v.Broken != nil {
		v.Certainty = v.Broken.Certainty
	}
	for _, r := range reports {
		t := *r.Transcript
		t.Subject, t.Version, t.Profile = e.Implementation.Name, e.Implementation.Version, e.Profile.Name
		v.Runs = append(v.Runs, &t)
	}
	return v
}

// firstViolating finds the first of the traces with which the property is violated in some way,
// with this verdict, and that way; -1 if there is none.
func (e *trial) firstViolating(traces []*model.Trace, verdict model.Verdict) (at, way int, err error) {
	for at, t := range traces {
		if !e.info.Admits(t) || legalPrefix(t) < len(t.Ops) {
			continue
		}
		ways := e.Property.variants(t)
		for from := 0; from < ways; from += e.player.atOnce() {
			var all []*experiment
			var number []int
			for way := from; way < min(ways, from+e.player.atOnce()); way++ {
				if x := e.Property.variant(t, way); x != nil {
					all, number = append(all, x), append(number, way)
				}
			}
			reports, err := e.player.play(all)
			if err != nil {
				return -1, -1, err
			}
			for i, r := range reports {
				if answerOf(all[i], r).violates() && !e.isKnown(r) && e.gradeViolation(all[i], r) == verdict {
					return at, number[i], nil
				}
			}
		}
	}
	return -1, -1, nil
}
