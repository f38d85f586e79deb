package main

import (
	"flag"
	"strconv"

	"pgregory.net/rapid"

	"github.com/pongcheck/pongcheck/model"
)

// huntRapid hunts with rapid's state machine as its documentation shows it: one action for each
// kind of op, which draws what the op needs. Each sequence makes its own checker and
// subject.
func huntRapid(t *task, m *meter, seed uint64, shrink bool) *model.Trace {
	b := newWorkbench(t, m, false)
	checkRapid(m, seed, shrink, func(rt *rapid.T) {
		r := b.openRun(rapid.SampledFrom(t.mix.configs).Draw(rt, "config"))
		actions := map[string]func(*rapid.T){}
		for kind, p := range t.mix.parts {
			actions[kind.String()] = func(rt *rapid.T) {
				if class := r.stepOp(opsOf(p).drawOp(rt)); class != "" {
					rt.Fatalf("%s", class)
				}
			}
		}
		rt.Repeat(actions)
		if class := r.endTrace(); class != "" {
			rt.Fatalf("%s", class)
		}
	})
	return b.lastFailed
}

// huntTuned is the same, tuned. A single action draws the kind too, so that the kinds have the
// weights of the mix, and the runs share one checker and one subject.
func huntTuned(t *task, m *meter, seed uint64, shrink bool) *model.Trace {
	b := newWorkbench(t, m, true)
	checkRapid(m, seed, shrink, tunedProperty(b))
	return b.lastFailed
}

func tunedProperty(b *workbench) func(*rapid.T) {
	configs, kinds := rapid.SampledFrom(b.task.mix.configs), rapid.SampledFrom(b.task.mix.kinds)
	ops := map[model.Kind]*opGenerator{}
	for kind, p := range b.task.mix.parts {
		ops[kind] = opsOf(p)
	}
	var r *run
	actions := map[string]func(*rapid.T){"op": func(rt *rapid.T) {
		if class := r.stepOp(ops[kinds.Draw(rt, "kind")].drawOp(rt)); class != "" {
			rt.Fatalf("%s", class)
		}
	}}
	return func(rt *rapid.T) {
		r = b.openRun(configs.Draw(rt, "config"))
		rt.Repeat(actions)
		if class := r.endTrace(); class != "" {
			rt.Fatalf("%s", class)
		}
	}
}

// opGenerator draws the ops of a kind.
type opGenerator struct {
	shape     *rapid.Generator[model.Op]
	lit, tail *rapid.Generator[string]
	number    *rapid.Generator[int]
	back      *rapid.Generator[int]
}

// farthestBack is how many pings back an op may refer.
const farthestBack = 15

func opsOf(p *parts) *opGenerator {
	return &opGenerator{
		rapid.SampledFrom(p.shapes), sampleFrom(p.literals), sampleFrom(p.tails), sampleFrom(p.numbers), rapid.IntRange(0, farthestBack),
	}
}

func sampleFrom[T any](from []T) *rapid.Generator[T] {
	if len(from) == 0 {
		return nil // never drawn
	}
	return rapid.SampledFrom(from)
}

func (g *opGenerator) drawOp(rt *rapid.T) model.Op {
	o := g.shape.Draw(rt, "op")
	switch {
	case !refersToPing(&o):
	case o.Kind == model.Cancel:
		o.N = g.back.Draw(rt, "back")
	default:
		o.Data.Ref = g.back.Draw(rt, "back")
	}
	switch {
	case !o.Kind.HasPayload():
	case o.Data.Form == model.Literal:
		o.Data.Lit = g.lit.Draw(rt, "payload")
	case o.Data.Form == model.Extended:
		o.Data.Lit = g.tail.Draw(rt, "tail")
	case o.Data.Form == model.Prefix || o.Data.Form == model.Flipped:
		o.Data.N = g.number.Draw(rt, "number")
	}
	return o
}

// checkRapid checks prop with rapid's defaults, 100 sequences of 30 ops in the mean. It repeats
// that with the next seed until prop fails or the budget is used up.
func checkRapid(m *meter, seed uint64, shrink bool, prop func(*rapid.T)) {
	limit := "30s"
	if !shrink {
		limit = "0s"
	}
	setRapidFlag("rapid.shrinktime", limit)
	setRapidFlag("rapid.nofailfile", "true")
	for batch := uint64(0); !m.exhausted; batch++ {
		setRapidFlag("rapid.seed", strconv.FormatUint(1+seed<<32+batch<<16, 10))
		if !passesOnce(prop) {
			return
		}
	}
}

// setRapidFlag sets one of rapid's parameters, which can only be set by flags.
func setRapidFlag(name, value string) {
	if err := flag.Set(name, value); err != nil {
		panic(err) // names and values are this file's
	}
}

// passesOnce runs one rapid.Check outside of a test, and reports whether it passed.
func passesOnce(prop func(*rapid.T)) (passed bool) {
	t := &quiet{}
	defer func() {
		if v := recover(); v != nil && v != stopped {
			panic(v)
		}
		passed = !t.failed
	}()
	rapid.Check(t, prop)
	return
}

// quiet is a rapid.TB that prints nothing and stops the check by a panic.
type quiet struct{ failed bool }

type stop struct{}

var stopped = stop{}

func (t *quiet) Helper()               {}
func (t *quiet) Name() string          { return "bench" }
func (t *quiet) Logf(string, ...any)   {}
func (t *quiet) Log(...any)            {}
func (t *quiet) Skipf(string, ...any)  { panic(stopped) }
func (t *quiet) Skip(...any)           { panic(stopped) }
func (t *quiet) SkipNow()              { panic(stopped) }
func (t *quiet) Errorf(string, ...any) { t.failed = true }
func (t *quiet) Error(...any)          { t.failed = true }
func (t *quiet) Fatalf(string, ...any) { t.FailNow() }
func (t *quiet) Fatal(...any)          { t.FailNow() }
func (t *quiet) Fail()                 { t.failed = true }
func (t *quiet) Failed() bool          { return t.failed }
func (t *quiet) FailNow() {
	t.failed = true
	panic(stopped)
}

var _ rapid.TB = (*quiet)(nil)
