package turbo

import (
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
)

// tracked is a target of traces that runs impl and lets the checker judge. The lanes
// are those of the model's states, with the kind of the next event.
func tracked(t testing.TB, impl *model.Implementation, profile string, maxOps int, laned bool) *Target {
	t.Helper()
	return deepTracked(t, impl, profile, maxOps, laned, nil)
}

func deepTracked(t testing.TB, impl *model.Implementation, profile string, maxOps int, laned bool, deep func(uint8, model.Kind) bool) *Target {
	t.Helper()
	p := model.RFC()
	if profile != "" {
		var known bool
		if p, known = model.FindProfile(profile); !known {
			t.Fatalf("no profile %s", profile)
		}
	}
	c := model.NewChecker(p, impl.Info)
	watch := &watcher{checker: c, deep: deep}
	return Traces(impl.Info, maxOps, func(t *model.Trace, lanes *Lanes) string {
		if watch.Subject == nil {
			watch.Subject = impl.New()
		}
		watch.lanes = nil
		if laned {
			watch.lanes = lanes
		}
		f := c.Run(watch, t).Failure()
		if f == nil {
			return ""
		}
		if f.Crash != "" {
			watch.Subject = nil // it panicked
		}
		return f.Class()
	})
}

// watcher lights the lane that a trace is on, before each event.
type watcher struct {
	model.Subject
	checker *model.Checker
	lanes   *Lanes
	deep    func(lane uint8, k model.Kind) bool // a bug that needs this state and event; nil: none
}

func (w *watcher) Step(ev *model.Event, out *model.Outcome) {
	if w.deep != nil && w.deep(w.checker.Lane(), ev.Kind) {
		panic("deep")
	}
	if w.lanes != nil {
		w.lanes.Light(uint32(w.checker.Lane())<<5 | uint32(ev.Kind))
	}
	w.Subject.Step(ev, out)
}

// mutant is a target with a bug.
func mutant(t testing.TB, name string, maxOps int, laned bool) *Target {
	t.Helper()
	m, known := specimen.FindMutant(name)
	if !known {
		t.Fatalf("no mutant %s", name)
	}
	return tracked(t, m.Implementation(), m.Profile, maxOps, laned)
}

// right is a target without one.
func right(t testing.TB, maxOps int, laned bool) *Target {
	t.Helper()
	impl, known := specimen.Find("specimen/exact")
	if !known {
		t.Fatal("no specimen/exact")
	}
	return tracked(t, impl, impl.Profile, maxOps, laned)
}
