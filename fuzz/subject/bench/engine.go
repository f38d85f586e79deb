package main

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"

	"github.com/pongcheck/pongcheck/model"
)

// engine is a way to look for bugs.
type engine struct {
	name  string // in results.csv
	title string // in tables
	seeds int    // trials a mutant at most, unless -engines names it; 0: no limit
	named bool   // only if -engines names it

	// knows reports whether it can be tried on a task; nil: on all.
	knows func(t *task) bool

	// try makes a trial: the caller fills in engine, task and seed.
	try func(ctx context.Context, t *task, seed uint64, o limits) (trial, error)

	ours  bool
	blind bool // its CPU time compares with nothing
}

// limits are what a trial may use.
type limits struct {
	budget time.Duration // of CPU
	shrink bool
}

// engines are all of them, this project's first.
func engines() []*engine {
	return []*engine{
		{name: "run", ours: true, title: "pongcheck, props.Run", try: here(huntRun)},
		{name: "prop", ours: true, title: "pongcheck, props.Prop in gopter", try: here(huntProp)},
		{name: "loop", ours: true, title: "pongcheck, bare loop", try: here(huntLoop)},
		{name: "rapid-tuned", title: "rapid, state machine, tuned", try: here(huntTuned)},
		{name: "rapid", title: "rapid, state machine", try: here(huntRapid)},
		{name: "commands", title: "gopter, commands.Prop", try: here(huntCommands)},
		{name: "gofuzz", title: "go test -fuzz", try: native("FuzzBytes"), seeds: 2},
		{name: "makefuzz", title: "rapid.MakeFuzz in go test -fuzz", try: native("FuzzRapid"), seeds: 1},
		{name: "tracker", ours: true, title: "pongcheck, fuzz.Tracker in go test -fuzz", try: native("FuzzTracker"), named: true},
		{name: "turbo", ours: true, title: "pongcheck, turbo engine", try: turboTrial, named: true},
		{name: "libfuzzer", title: "pongcheck's target in libFuzzer", try: libFuzzer, named: true},
		{name: "hypothesis", title: "Hypothesis, RuleBasedStateMachine", knows: ported, try: hypothesis, seeds: 3, blind: true},
	}
}

// hunter runs traces of t until one fails or the budget of m is used up. It returns
// what the failing one was shrunk to.
type hunter func(t *task, m *meter, seed uint64, shrink bool) *model.Trace

// A hunt of less than short is repeated, and the median counts.
const (
	short   = time.Millisecond
	repeats = 5
)

// here makes trials in this process. One engine runs alone on one thread at a
// time, and each hunt begins with a heap without garbage. What was found is found
// again with a budget to spare: the machine may be slower the second time.
func here(hunt hunter) func(context.Context, *task, uint64, limits) (trial, error) {
	return func(_ context.Context, t *task, seed uint64, o limits) (trial, error) {
		m := measure(hunt, t, seed, o.budget, 0, false)
		mark, spare := m.late, 10*o.budget
		if mark > 0 {
			m = measure(hunt, t, seed, spare, mark, false)
		}
		switch {
		case !m.found && mark > 0:
			return trial{}, fmt.Errorf("what failed in trace %d did not fail again", mark)
		case !m.found:
			m.cost.cpu = o.budget
			return trial{cost: m.cost}, nil
		}
		r := trial{found: true, cost: m.first}
		if m.first.cpu < short {
			took := []time.Duration{m.first.cpu}
			for len(took) < repeats {
				took = append(took, measure(hunt, t, seed, spare, mark, false).first.cpu)
			}
			slices.Sort(took)
			r.cpu = took[repeats/2]
		}
		if o.shrink {
			m := measure(hunt, t, seed, spare, mark, true)
			r.tries, r.shrink = m.cost.traces-m.first.traces, m.cost.cpu-m.first.cpu
			if m.shrunk != nil {
				r.class, r.length = t.failure(m.shrunk)
			}
		}
		return r, nil
	}
}

// measured is a meter after its hunt, whose cost is complete.
type measured struct {
	*meter
	shrunk *model.Trace
}

func measure(hunt hunter, t *task, seed uint64, budget time.Duration, mark int, shrink bool) measured {
	runtime.GC()
	m := newMeter(budget, mark)
	shrunk := hunt(t, m, seed, shrink)
	m.cost.cpu = m.spent()
	return measured{m, shrunk}
}
