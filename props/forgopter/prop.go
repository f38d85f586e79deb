package forgopter

import (
	"context"
	"reflect"
	"slices"
	"sync"

	"github.com/leanovate/gopter"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props"
	"github.com/pongcheck/pongcheck/props/generate"
	"github.com/pongcheck/pongcheck/props/shrink"
)

// Prop returns the property that impl keeps to profile p, for gopter's Properties:
//
//	properties := gopter.NewProperties(nil)
//	properties.Property("pings are tracked", forgopter.Prop(model.RFC(), mylib.Implementation()))
//	properties.TestingRun(t)
//
// Each check runs one trace at the speed of the engine, without prop.ForAll. The
// parameters' random numbers give the seed, their size bounds the length. Prop
// shrinks whole traces and keeps the class of the failure. Several workers may
// check one Prop.
func Prop(p model.Profile, impl *model.Implementation, options ...func(*props.Options)) gopter.Prop {
	idle := sync.Pool{New: func() any { return newWorker(p, impl, options) }}
	return func(params *gopter.GenParameters) *gopter.PropResult {
		w := idle.Get().(*worker)
		defer idle.Put(w)
		return w.checkTrace(params)
	}
}

// worker checks one trace after the other.
type worker struct {
	profile   model.Profile
	impl      *model.Implementation
	options   []func(*props.Options)
	tester    *props.Tester
	generator *generate.Generator
	trace     model.Trace // whose memory the next check reuses
}

func newWorker(p model.Profile, impl *model.Implementation, options []func(*props.Options)) *worker {
	return &worker{profile: p, impl: impl, options: options,
		tester: props.NewTester(context.Background(), p, impl, options...), generator: newGenerator(impl.Info, options)}
}

func newGenerator(info model.Info, options []func(*props.Options)) *generate.Generator {
	var o props.Options
	for _, set := range options {
		set(&o)
	}
	return generate.New(info, generate.Options{MaxOps: o.MaxOps, Plain: o.Plain})
}

// minLength is the least bound on the length of a trace. gopter begins with sizes near
// 0, and traces of an op or two find nothing.
const minLength = 12

// passed is the result of every check that finds nothing.
var passed = &gopter.PropResult{Status: gopter.PropTrue}

func (w *worker) checkTrace(params *gopter.GenParameters) *gopter.PropResult {
	w.generator.LimitOps(max(minLength, params.MaxSize))
	t := &w.trace
	if w.impl.Run != nil {
		t = new(model.Trace) // a driver may keep it
	}
	seed := params.NextUint64()
	w.generator.Trace(seed, 0, t)
	r, err := w.tester.Try(t)
	if err == nil && r.Verdict < model.FAILED {
		return passed
	}
	var f *props.Finding
	if err == nil {
		f, err = w.shrinkFailure(params, t, r)
	}
	if err != nil {
		return &gopter.PropResult{Status: gopter.PropError, Error: err}
	}
	f.Seed = seed
	return falsifiedResult(f)
}

// shrinkFailure makes a finding of the first failure of r. It shrinks t unless the
// parameters forbid that.
func (w *worker) shrinkFailure(params *gopter.GenParameters, t *model.Trace, r *model.Report) (*props.Finding, error) {
	tester := w.tester
	if params.MaxShrinkCount <= 0 {
		unshrunk := func(o *props.Options) { o.Tries = -1 }
		tester = props.NewTester(context.Background(), w.profile, w.impl, append(slices.Clone(w.options), unshrunk)...)
	}
	return tester.Shrink(t, r, r.Failure().Class())
}

func falsifiedResult(f *props.Finding) *gopter.PropResult {
	arg := &gopter.PropArg{
		Label: "trace", Shrinks: f.Tries,
		Arg: f.Shrunk, ArgFormatted: f.Shrunk.String(), OrigArg: f.Original, OrigArgFormatted: f.Original.String(),
	}
	return &gopter.PropResult{Status: gopter.PropFalse, Labels: []string{f.String()}, Args: gopter.PropArgs{arg}}
}

// Traces generates traces that a subject with this info can do, as values of type
// *[model.Trace] for prop.ForAll, with [ShrinkTraces] for a shrinker. gopter's size
// bounds their length, up to o.MaxOps.
func Traces(info model.Info, options ...func(*props.Options)) gopter.Gen {
	return func(params *gopter.GenParameters) *gopter.GenResult {
		g := newGenerator(info, options)
		g.LimitOps(max(1, params.MaxSize))
		t := new(model.Trace)
		g.Trace(params.NextUint64(), 0, t)
		return &gopter.GenResult{Shrinker: ShrinkTraces(info), Result: t, ResultType: reflect.TypeFor[*model.Trace]()}
	}
}

// ShrinkTraces returns the [gopter.Shrinker] of *[model.Trace] values for a subject with
// this info. It gives every simpler trace that one edit of [shrink.Trace] leads to.
func ShrinkTraces(info model.Info) gopter.Shrinker {
	return func(value any) gopter.Shrink {
		next := shrink.Simplifications(&info, value.(*model.Trace))
		return func() (any, bool) {
			t := next()
			return t, t != nil
		}
	}
}
