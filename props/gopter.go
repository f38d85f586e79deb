package props

import (
	"context"
	"reflect"
	"sync"

	"github.com/leanovate/gopter"

	"github.com/pongcheck/pongcheck/model"
)

// Prop is the property that impl keeps to profile p, for gopter's Properties:
//
//	properties := gopter.NewProperties(nil)
//	properties.Property("pings are tracked", props.Prop(model.RFC(), mylib.Implementation()))
//	properties.TestingRun(t)
//
// It runs at the speed of the engine, since it does without prop.ForAll: the
// seed comes from the parameters' random numbers, the greatest length from their
// size, and each check is one trace. A failure is shrunk whole, to the same
// class of failure. It may be checked by several workers.
func Prop(p model.Profile, impl *model.Implementation, options ...func(*Options)) gopter.Prop {
	var o Options
	for _, set := range options {
		set(&o)
	}
	idle := sync.Pool{New: func() any { return newProperty(p, impl, o) }}
	return func(params *gopter.GenParameters) *gopter.PropResult {
		c := idle.Get().(*property)
		defer idle.Put(c)
		return c.check(params)
	}
}

// property is what one worker needs.
type property struct {
	*Tester
	gen   *Generator
	most  int // ops
	trace model.Trace
}

func newProperty(p model.Profile, impl *model.Implementation, o Options) *property {
	g := NewGenerator(impl.Info, o)
	return &property{Tester: &Tester{newEngine(context.Background(), p, impl, o)}, gen: g, most: g.maxOps}
}

// fewOps is the greatest length of the first traces, for which gopter's size is near 0:
// those of an op or two find nothing.
const fewOps = 12

// passed is the result of every check that finds nothing.
var passed = &gopter.PropResult{Status: gopter.PropTrue}

func (c *property) check(params *gopter.GenParameters) *gopter.PropResult {
	c.gen.maxOps = min(c.most, max(fewOps, params.MaxSize))
	t := &c.trace
	if c.engine.impl.Run != nil {
		t = new(model.Trace)
	}
	seed := params.NextUint64()
	c.gen.Trace(seed, 0, t)
	r, err := c.Try(t)
	if err == nil && r.Verdict < model.FAILED {
		return passed
	}
	var f *Finding
	if err == nil {
		f, err = c.fail(params, t, r)
	}
	if err != nil {
		return &gopter.PropResult{Status: gopter.PropError, Error: err}
	}
	f.Seed = seed
	return falsified(f)
}

// fail shrinks the first failure of r.
func (c *property) fail(params *gopter.GenParameters, t *model.Trace, r *model.Report) (*Finding, error) {
	tries := c.engine.options.Tries
	if params.MaxShrinkCount <= 0 {
		c.engine.options.Tries = 0
	}
	defer func() { c.engine.options.Tries = tries }()
	return c.Shrink(t, r, r.Failure().Class())
}

func falsified(f *Finding) *gopter.PropResult {
	arg := &gopter.PropArg{
		Label: "trace", Shrinks: f.Tries,
		Arg: f.Shrunk, ArgFormatted: f.Shrunk.String(), OrigArg: f.Original, OrigArgFormatted: f.Original.String(),
	}
	return &gopter.PropResult{Status: gopter.PropFalse, Labels: []string{f.String()}, Args: gopter.PropArgs{arg}}
}

// Traces generates traces for a subject with this info, as values of type
// *[model.Trace] for prop.ForAll, with a shrinker of whole traces. They are as
// long as gopter's size says, up to o.MaxOps.
func Traces(info model.Info, options ...func(*Options)) gopter.Gen {
	var o Options
	for _, set := range options {
		set(&o)
	}
	return func(params *gopter.GenParameters) *gopter.GenResult {
		g := NewGenerator(info, o)
		g.maxOps = min(g.maxOps, max(1, params.MaxSize))
		t := new(model.Trace)
		g.Trace(params.NextUint64(), 0, t)
		return &gopter.GenResult{Shrinker: ShrinkTraces, Result: t, ResultType: reflect.TypeFor[*model.Trace]()}
	}
}

// ShrinkTraces is the [gopter.Shrinker] of *[model.Trace] values. It gives every
// simpler trace that one edit of [Shrink] leads to.
func ShrinkTraces(value any) gopter.Shrink {
	t := value.(*model.Trace)
	was := costOf(t)
	var d editor
	var edits []edit
	for _, p := range passes {
		for e := range p(t) {
			edits = append(edits, e)
		}
	}
	return func() (any, bool) {
		for len(edits) > 0 {
			e := edits[0]
			edits = edits[1:]
			if c := e(&d, t); c != nil && costOf(c).simplerThan(was, c, t) {
				return c, true
			}
		}
		return nil, false
	}
}
