package props

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/generate"
	"github.com/pongcheck/pongcheck/props/internal/rng"
)

// PropertyResult is what trying the properties came to.
type PropertyResult struct {
	Violations []Violation // the first of each property and verdict
	Tallies    []Tally     // of the properties that were asked, in their order
}

// String is the tallies in one line.
func (r *PropertyResult) String() string {
	var each []string
	for _, y := range r.Tallies {
		s := fmt.Sprintf("%s %d", y.Name, y.Compared)
		if y.Unsteady > 0 {
			s += fmt.Sprintf(" (%d unsteady)", y.Unsteady)
		}
		each = append(each, s)
	}
	if each == nil {
		return "none is true of such a subject"
	}
	return strings.Join(each, ", ")
}

// Tally says how much trying a property was worth.
type Tally struct {
	Name     string
	Tried    int // experiments
	Compared int // of them, those that answered something
	Unsteady int // of them, those that failed once and not again: no verdict
}

const (
	// Of the generated traces of a run each property gets one in so many.
	cheapPart = 10
	dearPart  = 20
)

// RunProperties tries every property that is true of a subject with this info under
// profile p: first on o.First, each in every way, and then on generated traces, as
// many for each property as a tenth of o.N (a twentieth behind a bubble or a driver),
// each in one way. Of each property the first violation of each verdict is kept and
// shrunk; one that is FAILED ends it.
//
// A violation in whose runs p itself is FAILED for one of the classes in known is
// passed over: it is the same bug seen twice. The result is never nil; errors are
// those of [Run].
func RunProperties(ctx context.Context, p model.Profile, impl *model.Implementation, o Options, known ...string) (*PropertyResult, error) {
	result := new(PropertyResult)
	for _, x := range Properties() {
		r, err := x.Run(ctx, p, impl, o, known...)
		result.Violations = append(result.Violations, r.Violations...)
		result.Tallies = append(result.Tallies, r.Tallies...)
		if err != nil {
			return result, err
		}
	}
	return result, nil
}

// Run is [RunProperties] for x alone. There is no tally if x is not asked of impl.
func (x Property) Run(ctx context.Context, p model.Profile, impl *model.Implementation, o Options, known ...string) (*PropertyResult, error) {
	result := new(PropertyResult)
	verdict := x.Verdict(p, impl.Info)
	if verdict == model.OK {
		return result, nil
	}
	e := &trial{property: x, verdict: verdict, profile: p, impl: impl, options: o.complete(impl), info: x.info(impl.Info),
		player: newPlayer(ctx, p, impl), known: known, tally: Tally{Name: x.Name}}
	err := e.run()
	if err != nil {
		err = fmt.Errorf("try the property %s: %w", x.Name, err)
	}
	result.Violations, result.Tallies = e.found, []Tally{e.tally}
	return result, err
}

// trial is one property tried on one subject.
type trial struct {
	property Property
	verdict  model.Verdict
	profile  model.Profile
	impl     *model.Implementation
	options  Options
	info     model.Info
	player   player
	known    []string
	tally    Tally
	found    []Violation
}

// attempt is one experiment on one trace.
type attempt struct {
	source
	way int
	x   *experiment
}

// run finds the first violation of each verdict, up to one that is FAILED.
func (e *trial) run() error {
	var batch []attempt
	for a := range e.attempts {
		if batch = append(batch, a); len(batch) < e.player.atOnce() {
			continue
		}
		if err := e.tryAll(batch); err != nil || e.has(model.FAILED) {
			return err
		}
		batch = batch[:0]
	}
	return e.tryAll(batch)
}

// has reports whether there is a violation with this verdict, or a worse one.
func (e *trial) has(v model.Verdict) bool {
	return slices.ContainsFunc(e.found, func(f Violation) bool { return f.Verdict >= v })
}

// attempts yields what to try.
func (e *trial) attempts(yield func(attempt) bool) {
	for _, n := range e.options.First {
		t := e.prepare(n.Trace.Clone())
		if t == nil {
			continue
		}
		for way := range e.property.ways(t) {
			if x := e.property.try(t, way); x != nil && !yield(attempt{source{name: n.Name, trace: t}, way, x}) {
				return
			}
		}
	}
	part := cheapPart
	if e.impl.Around != nil || e.impl.Run != nil {
		part = dearPart
	}
	g := generate.New(e.info, e.options.shape())
	for i := range uint64(max(0, e.options.N) / part) {
		t := new(model.Trace)
		g.Trace(e.options.Seed, i, t)
		if a, ok := e.draw(i, e.prepare(t)); ok && !yield(a) {
			return
		}
	}
}

// prepare makes of t what the property can be tried on; nil if that is nothing. It may
// change t.
func (e *trial) prepare(t *model.Trace) *model.Trace {
	t.Config.Interval, t.Config.Timeout = 0, 0
	if t.Ops = t.Ops[:lawful(t)]; !e.info.Admits(t) {
		return nil
	}
	return t
}

// draw chooses a way to try t, which was generated as number i: any, or else the next
// one after it that t lends itself to.
func (e *trial) draw(i uint64, t *model.Trace) (attempt, bool) {
	if t == nil {
		return attempt{}, false
	}
	r := rng.NewStream(e.options.Seed+1, i)
	n := e.property.ways(t)
	from := r.Below(n)
	for k := range n {
		way := (from + k) % n
		if x := e.property.try(t, way); x != nil {
			return attempt{source{index: i, trace: t}, way, x}, true
		}
	}
	return attempt{}, false
}
