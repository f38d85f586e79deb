package main

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"

	"github.com/pongcheck/pongcheck/model"
)

// engine is one way to look for bugs.
type engine struct {
	name        string // in results.csv
	title       string // in tables
	maxSeeds    int    // the most trials for each mutant, unless -engines names the engine; 0: no limit
	onlyIfNamed bool   // the engine runs only if -engines names it

	// canTry reports whether the engine can hunt a task; nil: it can hunt all.
	canTry func(t *task) bool

	// runTrial makes a trial. The caller fills in its engine, task and seed.
	runTrial func(ctx context.Context, t *task, seed uint64, o limits) (trial, error)

	isOurs     bool // it is an engine of this project
	cpuUnknown bool // its CPU time cannot be compared with the others'
}

// limits say what a trial may spend, and whether it shrinks.
type limits struct {
	budget time.Duration // of CPU
	shrink bool
}

// allEngines returns the engines, this project's first.
func allEngines() []*engine {
	return []*engine{
		{name: "run", isOurs: true, title: "pongcheck, props.Run", runTrial: runHere(huntRun)},
		{name: "prop", isOurs: true, title: "pongcheck, props.Prop in gopter", runTrial: runHere(huntProp)},
		{name: "loop", isOurs: true, title: "pongcheck, bare loop", runTrial: runHere(huntLoop)},
		{name: "rapid-tuned", title: "rapid, state machine, tuned", runTrial: runHere(huntTuned)},
		{name: "rapid", title: "rapid, state machine", runTrial: runHere(huntRapid)},
		{name: "commands", title: "gopter, commands.Prop", runTrial: runHere(huntCommands)},
		{name: "gofuzz", title: "go test -fuzz", runTrial: nativeTrials("FuzzBytes"), maxSeeds: 2},
		{name: "makefuzz", title: "rapid.MakeFuzz in go test -fuzz", runTrial: nativeTrials("FuzzRapid"), maxSeeds: 1},
		{name: "tracker", isOurs: true, title: "pongcheck, fuzz.Tracker in go test -fuzz", runTrial: nativeTrials("FuzzTracker"), onlyIfNamed: true},
		{name: "turbo", isOurs: true, title: "pongcheck, turbo engine", runTrial: turboTrial, onlyIfNamed: true},
		{name: "libfuzzer", title: "pongcheck's target in libFuzzer", runTrial: libFuzzerTrial, onlyIfNamed: true},
		{name: "hypothesis", title: "Hypothesis, RuleBasedStateMachine", canTry: isPorted, runTrial: hypothesisTrial, maxSeeds: 3, cpuUnknown: true},
	}
}

// hunter runs traces of t until one fails or the budget of m is used up. It returns the
// shrunk trace.
type hunter func(t *task, m *meter, seed uint64, shrink bool) *model.Trace

// A hunt shorter than shortHunt is made repeats times, and the median counts.
const (
	shortHunt = time.Millisecond
	repeats   = 5
)

// runHere makes trials in this process. One engine at a time runs alone on one thread, and
// each hunt starts with a heap without garbage. A hunt that is repeated gets a larger budget,
// since the machine may be slower the second time.
func runHere(hunt hunter) func(context.Context, *task, uint64, limits) (trial, error) {
	return func(_ context.Context, t *task, seed uint64, o limits) (trial, error) {
		m := measureHunt(hunt, t, seed, o.budget, 0, false)
		mark, spare := m.failedTrace, 10*o.budget
		if mark > 0 {
			m = measureHunt(hunt, t, seed, spare, mark, false)
		}
		switch {
		case !m.found && mark > 0:
			return trial{}, fmt.Errorf("what failed in trace %d did not fail again", mark)
		case !m.found:
			m.cost.cpu = o.budget
			return trial{cost: m.cost}, nil
		}
		r := trial{found: true, cost: m.untilFailure}
		if m.untilFailure.cpu < shortHunt {
			took := []time.Duration{m.untilFailure.cpu}
			for len(took) < repeats {
				took = append(took, measureHunt(hunt, t, seed, spare, mark, false).untilFailure.cpu)
			}
			slices.Sort(took)
			r.cpu = took[repeats/2]
		}
		if o.shrink {
			m := measureHunt(hunt, t, seed, spare, mark, true)
			r.tries, r.shrink = m.cost.traces-m.untilFailure.traces, m.cost.cpu-m.untilFailure.cpu
			if m.shrunk != nil {
				r.class, r.length = t.findFailure(m.shrunk)
			}
		}
		return r, nil
	}
}

// measured is a meter after its hunt, with the complete cost.
type measured struct {
	*meter
	shrunk *model.Trace
}

func measureHunt(hunt hunter, t *task, seed uint64, budget time.Duration, mark int, shrink bool) measured {
	runtime.GC()
	m := newMeter(budget, mark)
	shrunk := hunt(t, m, seed, shrink)
	m.cost.cpu = m.cpuSpent()
	return measured{m, shrunk}
}
