package props

import (
	"slices"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/shrink"
)

const (
	// again is how often a violation must show again, every time in the same
	// words, before it is one: threads race, and random choices are legal. One
	// that is like tossing a coin passes once in a million times.
	again = 20

	// shrinkTogether is how many candidates of a shrink go to a driver at once: each is
	// tried in many ways.
	shrinkTogether = 8

	// shrinkPart of the tries of a shrink are for one of a property, as it tries
	// a trace in every way.
	shrinkPart = 10
)

// tryAll keeps the first attempts that show a violation every time, one of each
// verdict.
func (e *trial) tryAll(batch []attempt) error {
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
		if !a.violates() || e.isKnown(r) || e.has(e.grade(all[i], r)) {
			continue
		}
		steady, err := e.steady(all[i], a)
		if err != nil {
			return err
		}
		if !steady {
			e.tally.Unsteady++
			continue
		}
		v, err := e.violation(&batch[i], a, r)
		e.found = append(e.found, *v)
		if err != nil || v.Verdict == model.FAILED {
			return err
		}
	}
	return err
}

func transcripts(reports []*model.Report) []*model.Transcript {
	runs := make([]*model.Transcript, len(reports))
	for i, r := range reports {
		runs[i] = r.Transcript
	}
	return runs
}

// answer is what an experiment came to.
type answer struct {
	want, got string
	ok        bool
}

func (a answer) violates() bool { return a.ok && a.want != a.got }

// answerOf asks an experiment what its runs say. A subject that failed by itself in
// the first of two runs is no measure for the second.
func answerOf(x *experiment, reports []*model.Report) (a answer) {
	runs := transcripts(reports)
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
			if f := &r.Findings[i]; f.Verdict == model.FAILED && slices.Contains(e.known, f.Class()) {
				return true
			}
		}
	}
	return false
}

// steady reports whether an experiment comes to the same whenever it is tried.
func (e *trial) steady(x *experiment, a answer) (bool, error) {
	for range again {
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

// violation shrinks the trace of an attempt that showed one. If that leads to a trace
// that is not steady, the attempt is kept as it was.
func (e *trial) violation(a *attempt, said answer, reports []*model.Report) (*Violation, error) {
	a.trace.Profile = e.profile.Name
	v := &Violation{Property: e.property, Verdict: e.grade(a.x, reports), Implementation: e.impl, Profile: e.profile,
		Name: a.name, Seed: e.options.Seed, Index: a.index, Original: a.trace, Shrunk: a.trace, Way: a.way}
	if v.Vantage = model.InProcess; e.impl.Run != nil {
		v.Vantage = model.ByDriver
	}
	v.keep(said, reports)
	budget := e.options.Tries / shrinkPart
	if e.impl.Run != nil && slices.ContainsFunc(v.Runs, failedItself) {
		budget = min(budget, costlyTries) // each costs a process
	}
	var trouble error
	shrunk, tries := shrink.InBatches(a.trace, min(shrinkTogether, e.player.atOnce()), budget, func(c []*model.Trace) int {
		at, _, err := e.first(c, v.Verdict)
		trouble = err
		return at
	})
	v.Tries = tries
	if trouble != nil || shrunk == a.trace {
		return v, trouble
	}
	_, way, err := e.first([]*model.Trace{shrunk}, v.Verdict)
	if way < 0 || err != nil {
		return v, err
	}
	x := e.property.try(shrunk, way)
	runs, err := e.player.play([]*experiment{x})
	if err != nil {
		return v, err
	}
	said = answerOf(x, runs[0])
	if steady, err := e.steady(x, said); err != nil || !steady || !said.violates() {
		return v, err
	}
	v.Shrunk, v.Way = shrunk, way
	v.keep(said, runs[0])
	return v, nil
}

// first is the first of the traces with which the property is violated in some way,
// with this verdict, and that way; -1 if there is none.
func (e *trial) first(traces []*model.Trace, verdict model.Verdict) (at, way int, err error) {
	for at, t := range traces {
		if !e.info.Admits(t) || lawful(t) < len(t.Ops) {
			continue
		}
		ways := e.property.ways(t)
		for from := 0; from < ways; from += e.player.atOnce() {
			var all []*experiment
			var number []int
			for way := from; way < min(ways, from+e.player.atOnce()); way++ {
				if x := e.property.try(t, way); x != nil {
					all, number = append(all, x), append(number, way)
				}
			}
			reports, err := e.player.play(all)
			if err != nil {
				return -1, -1, err
			}
			for i, r := range reports {
				if answerOf(all[i], r).violates() && !e.isKnown(r) && e.grade(all[i], r) == verdict {
					return at, number[i], nil
				}
			}
		}
	}
	return -1, -1, nil
}
