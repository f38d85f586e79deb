package turbo

import (
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
)

// tracked is a target of traces that runs a subject and lets the checker judge.
type tracked struct {
	impl    *model.Implementation
	profile string
	maxOps  int
	laned   bool                                // the lanes are the model's states, with the kind of the next event
	family  bool                                // an input is tried in other settings, and without each of its ops, too
	deep    func(lane uint8, k model.Kind) bool // a bug that needs this state and event; nil: none
}

func (s tracked) target(t testing.TB) *Target {
	t.Helper()
	p := model.RFC()
	if s.profile != "" {
		var known bool
		if p, known = model.FindProfile(s.profile); !known {
			t.Fatalf("no profile %s", s.profile)
		}
	}
	r := &runner{tracked: s, checker: model.NewChecker(p, s.impl.Info)}
	run := r.run
	if s.family {
		run = r.runFamily
	}
	return Traces(s.impl.Info, s.maxOps, func(t *model.Trace, lanes *Lanes) string {
		if r.lanes = nil; s.laned {
			r.lanes = lanes
		}
		return run(t)
	})
}

// runner is the subject between the checker and the real one.
type runner struct {
	tracked
	model.Subject
	checker *model.Checker
	lanes   *Lanes
	other   model.Trace
}

func (r *runner) run(t *model.Trace) string {
	if r.Subject == nil {
		r.Subject = r.impl.New()
	}
	f := r.checker.Run(r, t).Failure()
	if f == nil {
		return ""
	}
	if f.Crash != "" {
		r.Subject = nil // it panicked
	}
	return f.Class()
}

// runFamily runs t, then t as client and server, read whole and byte by byte, with
// each way of compression, then t without each of its ops.
func (r *runner) runFamily(t *model.Trace) string {
	signature := r.run(t)
	for i := 1; i < 12 && signature == ""; i++ {
		r.other = model.Trace{Config: t.Config, Ops: t.Ops}
		r.other.Config.Role ^= model.Role(i & 1)
		r.other.Config.Cut = i >> 1 & 1
		r.other.Config.Deflate = (t.Config.Deflate + model.Deflate(i>>2)) % 3
		signature = r.run(&r.other)
	}
	var ops []model.Op
	for i := 0; i < len(t.Ops) && signature == ""; i++ {
		ops = append(append(ops[:0], t.Ops[:i]...), t.Ops[i+1:]...)
		r.other = model.Trace{Config: t.Config, Ops: ops}
		signature = r.run(&r.other)
	}
	return signature
}

func (r *runner) Step(ev *model.Event, out *model.Outcome) {
	if r.deep != nil && r.deep(r.checker.Lane(), ev.Kind) {
		panic("deep")
	}
	if r.lanes != nil {
		r.lanes.Light(uint32(r.checker.Lane())<<5 | uint32(ev.Kind))
	}
	r.Subject.Step(ev, out)
}

// mutant is a subject with a bug.
func mutant(t testing.TB, name string) tracked {
	t.Helper()
	m, known := specimen.FindMutant(name)
	if !known {
		t.Fatalf("no mutant %s", name)
	}
	return tracked{impl: m.Implementation(), profile: m.Profile, maxOps: 64, laned: true}
}

// right is a subject without one.
func right(t testing.TB) tracked {
	t.Helper()
	impl, known := specimen.Find("specimen/exact")
	if !known {
		t.Fatal("no specimen/exact")
	}
	return tracked{impl: impl, profile: impl.Profile, maxOps: 64, laned: true}
}
