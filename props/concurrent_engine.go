package props

import (
	"context"
	"errors"
	"fmt"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/concurrent"
	"github.com/pongcheck/pongcheck/props/shrink"
)

// raceBudget is how many traces a run and a shrink try, and with how many schedules a
// shrink tries each.
type raceBudget struct{ n, tries, schedules int }

// In a bubble a run costs a hundred times as much.
var (
	direct   = raceBudget{n: 2000, tries: 1000, schedules: 24}
	inBubble = raceBudget{n: 300, tries: 200, schedules: 8}
)

// RunConcurrent tries impl.Race against profile p: first those traces of o.First that
// it can do, then generated ones, o.N of them (if 0: 2,000, or 300 in a bubble). Each
// runs twice, once with the schedule of its seed and once as the machine likes, which
// is what the race detector needs. Of each class of flaw the first is kept and shrunk:
// fewer ops, as long as one of some schedules shows the same class. Of o it uses Seed,
// N, First and Tries.
//
// The result is never nil. The error is that of ctx, or says which trace of o.First
// cannot be done at once.
func RunConcurrent(ctx context.Context, p model.Profile, impl *model.Implementation, o Options) (*Result, error) {
	if impl.Race == nil {
		return &Result{Verdict: model.OK}, fmt.Errorf("%s cannot be called from many goroutines: it has no Race", impl.Name)
	}
	if err := impl.Fit(); err != nil {
		return &Result{Verdict: model.OK}, err
	}
	e := &raceEngine{profile: p, impl: impl, budget: direct, result: &Result{Verdict: model.OK}, found: map[string]int{}}
	if impl.Around != nil {
		e.budget = inBubble
	}
	if o.N != 0 {
		e.budget.n = max(0, o.N)
	}
	if o.Tries != 0 {
		e.budget.tries = max(0, o.Tries)
	}
	for _, n := range o.First {
		t := impl.Info.Adapt(n.Trace)
		if t == nil {
			e.result.LeftOut = append(e.result.LeftOut, n.Name)
			continue
		}
		if err := e.raceBothWays(ctx, Finding{Name: n.Name, Original: t}); err != nil {
			return e.result, fmt.Errorf("%s: %w", n.Name, err)
		}
	}
	for i := range uint64(e.budget.n) {
		if err := e.raceBothWays(ctx, Finding{Seed: o.Seed, Index: i, Original: concurrent.Generate(impl.Info, o.Seed, i)}); err != nil {
			return e.result, err
		}
	}
	return e.result, nil
}

// hangTries is how many tries the shrink of a hang takes.
const hangTries = 30

type raceEngine struct {
	profile model.Profile
	impl    *model.Implementation
	budget  raceBudget
	result  *Result
	found   map[string]int // the finding of each class, by its place in result, from 1
}

// raceBothWays races the trace of f, both ways.
func (e *raceEngine) raceBothWays(ctx context.Context, f Finding) error {
	for _, free := range []bool{false, true} {
		if err := ctx.Err(); err != nil {
			return err
		}
		h, err := concurrent.Run(e.impl, f.Original, free)
		switch {
		case errors.Is(err, concurrent.ErrConfig):
			e.result.Unsupported++
			return nil
		case err != nil:
			return err
		case !free:
			e.result.Traces++
		}
		flaw, undecided := h.Judge(e.profile)
		if undecided != "" {
			e.result.Undecided++
		}
		if flaw != nil && e.wantsClass(flaw.Class()) {
			f.Flaw, f.History, f.Implementation, f.Profile = flaw, h, e.impl, e.profile
			f.Verdict, f.Certainty, f.Vantage = model.FAILED, model.Proved, model.InProcess
			e.shrinkAndKeep(f)
		}
	}
	return nil
}

// wantsClass reports whether the class is new, or was found only where nothing repeats it.
func (e *raceEngine) wantsClass(class string) bool {
	i := e.found[class]
	return i == 0 || e.result.Findings[i-1].Flaky
}

// shrinkAndKeep shrinks a finding and keeps it.
func (e *raceEngine) shrinkAndKeep(f Finding) {
	class := f.Class()
	budget := e.budget
	if f.History.Hang { // each costs the time that shows it
		budget.schedules, budget.tries = 1, min(budget.tries, hangTries)
	}
	h := e.findSchedule(f.Original, class, 10*budget.schedules)
	if f.Flaky = h == nil; f.Flaky {
		f.Shrunk = f.Original.Clone()
	} else {
		fails := func(t *model.Trace) bool { return e.findSchedule(t, class, budget.schedules) != nil }
		f.Shrunk, f.Tries = shrink.Trace(&e.impl.Info, h.Trace, fails, budget.tries)
		f.History = e.findSchedule(f.Shrunk, class, budget.schedules)
		f.Shrunk = f.History.Trace.Clone()
		f.Flaw, _ = f.History.Judge(e.profile)
	}
	f.Shrunk.Profile = e.profile.Name
	if i := e.found[class]; i == 0 {
		e.result.addFinding(&f)
		e.found[class] = len(e.result.Findings)
	} else if !f.Flaky {
		e.result.Findings[i-1] = f
	}
}

// findSchedule is the history of the first schedule of t that has a flaw of that class: that
// of t's own seed, or of one of the first seeds; nil if none of them shows one.
func (e *raceEngine) findSchedule(t *model.Trace, class string, schedules int) *concurrent.History {
	for s := range schedules + 1 {
		c := t.Clone()
		if s > 0 {
			c.Config.Seed = int64(s - 1)
		}
		h, err := concurrent.Run(e.impl, c, false)
		if err != nil {
			return nil
		}
		if flaw, _ := h.Judge(e.profile); flaw != nil && flaw.Class() == class {
			return h
		}
	}
	return nil
}
