package main

import (
	"slices"
	"testing"
	"time"
)

func taskNamed(t *testing.T, name string) *task {
	t.Helper()
	found, err := findTask(name)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// local are the engines of this process.
var local = []struct {
	name string
	hunt hunter
}{{"run", huntRun}, {"prop", huntProp}, {"loop", huntLoop}, {"rapid-tuned", huntTuned}, {"rapid", huntRapid}, {"commands", huntCommands}}

// Every engine finds what is easy, shrinks it to a trace that fails, and does the
// same again with the same seed.
func TestEnginesFindAndRepeat(t *testing.T) {
	for _, name := range []string{"tracking/close-forgets", "tracking/second-pong", "answering/constant"} {
		mutant := taskNamed(t, name)
		for _, e := range local {
			try := func() trial {
				r, err := runHere(e.hunt)(t.Context(), mutant, 1, limits{budget: 20 * time.Second, shrink: true})
				if err != nil {
					t.Fatal(err)
				}
				return r
			}
			a, b := try(), try()
			if !a.found || a.traces < 1 || a.ops < mutant.shortest || a.cpu <= 0 {
				t.Errorf("%s after %s: %+v", e.name, name, a)
			}
			if a.length < mutant.shortest || a.class == "" || a.tries < 1 {
				t.Errorf("%s after %s: the shrunk trace has %d ops of class %q after %d tries; %d are known to do", e.name, name, a.length, a.class, a.tries, mutant.shortest)
			}
			if a.traces != b.traces || a.ops != b.ops || a.length != b.length {
				t.Errorf("%s after %s, twice with one seed:\n%+v\n%+v", e.name, name, a, b)
			}
		}
	}
}

// Nobody finds anything in what is right, and the budget ends the hunt.
func TestEnginesPassTheControl(t *testing.T) {
	right := taskNamed(t, control)
	for _, e := range local {
		r, err := runHere(e.hunt)(t.Context(), right, 1, limits{budget: 50 * time.Millisecond})
		if err != nil || r.found || r.traces < clockEvery || r.ops == 0 {
			t.Errorf("%s: %+v %v", e.name, r, err)
		}
	}
}

// The trace at whose end the clock is read is the first that failed: one less does
// not fail yet.
func TestLateIsTheFailingTrace(t *testing.T) {
	mutant := taskNamed(t, "deep/compaction")
	for _, e := range local[:2] {
		m := newMeter(time.Minute, 0)
		e.hunt(mutant, m, 3, false)
		if m.found || m.failedTrace < 2 {
			t.Fatalf("%s: found %v in trace %d", e.name, m.found, m.failedTrace)
		}
		again := newMeter(time.Minute, m.failedTrace)
		e.hunt(mutant, again, 3, false)
		if !again.found || again.untilFailure.traces != m.failedTrace || again.untilFailure.ops >= again.cost.ops {
			t.Errorf("%s: %+v, want the end of trace %d", e.name, again.untilFailure, m.failedTrace)
		}
	}
}

func TestEnginesAreWellFormed(t *testing.T) {
	var names []string
	for _, e := range allEngines() {
		if e.title == "" || e.runTrial == nil || slices.Contains(names, e.name) {
			t.Errorf("%q has no title, cannot try, or is there twice", e.name)
		}
		names = append(names, e.name)
	}
	if !slices.Contains(names, rival) {
		t.Errorf("the rival %s is none of %v", rival, names)
	}
}
