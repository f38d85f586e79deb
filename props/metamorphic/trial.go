package metamorphic

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/generate"
	"github.com/pongcheck/pongcheck/props/internal/rng"
)

// Tally says how much trying a property was worth.
type Tally struct {
	Name     string
	Tried    int // experiments
	Compared int // experiments that answered something
	Unsteady int // experiments that failed once and not again: they have no verdict
}

// Tallies are the tallies of several properties.
type Tallies []Tally

// String is the tallies in one line.
func (all Tallies) String() string {
	var each []string
	for _, y := range all {
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

// Violation is what showed that a property does not hold.
type Violation struct {
	Property  Property
	Verdict   model.Verdict
	Certainty model.Certainty

	Way       int                 // in which the property was tried on the trace
	Runs      []*model.Transcript // of the trace, changed in that way
	Want, Got string              // what was to be seen, and what was

	// Broken is the first FAILED finding of the model in the runs, and BrokenIn the
	// number of its run, from 1; nil if the model has none.
	Broken   *model.Finding
	BrokenIn int
}

// Found is a violation with the trace that showed it first, and the simplest one that
// the shrinker found.
type Found struct {
	Violation
	Name     string // of the trace, if it was stored
	Index    uint64 // of the trace, if it was generated
	Original *model.Trace
	Shrunk   *model.Trace
	Tries    int // that the shrink took
}

// Trial tries one property on one subject: on stored traces, each in every way, and on
// generated traces, each in one way.
type Trial struct {
	Property       Property
	Profile        model.Profile
	Implementation *model.Implementation

	Stored   iter.Seq2[string, *model.Trace] // by name
	Seed     uint64                          // of the generated traces
	N        int                             // how many are generated
	Generate generate.Options
	Tries    int // the budget of one shrink, in traces; each is tried in several ways

	// Known are classes of failures of the model, without the words for causes (see
	// [model.Finding.RuleClass]). A violation in whose runs the model finds one of them is
	// the same bug seen twice, and is left out.
	Known []string
}

// Run returns the first violation of each verdict, shrunk; one that is FAILED ends it.
// The tally is nil if the property is not asked of such a subject.
func (x *Trial) Run(ctx context.Context) ([]Found, *Tally, error) {
	verdict := x.Property.Verdict(x.Profile, x.Implementation.Info)
	if verdict == model.OK {
		return nil, nil, nil
	}
	e := &trial{Trial: x, verdict: verdict, info: x.Property.traceInfo(x.Implementation.Info),
		player: newPlayer(ctx, x.Profile, x.Implementation), tally: Tally{Name: x.Property.Name}}
	err := e.run()
	if err != nil {
		err = fmt.Errorf("try the property %s: %w", x.Property.Name, err)
	}
	return e.found, &e.tally, err
}

// trial is a [Trial] under way.
type trial struct {
	*Trial
	verdict model.Verdict // of a violation by itself
	info    model.Info    // what the traces keep within
	player  player
	tally   Tally
	found   []Found
}

// candidate is one experiment on one trace.
type candidate struct {
	name  string // of the trace; empty if it was generated
	index uint64
	trace *model.Trace
	way   int
	x     *experiment
}

// run finds the first violation of each verdict, up to one that is FAILED.
func (e *trial) run() error {
	var batch []candidate
	for c := range e.yieldCandidates {
		if batch = append(batch, c); len(batch) < e.player.atOnce() {
			continue
		}
		if err := e.tryAll(batch); err != nil || e.hasFound(model.FAILED) {
			return err
		}
		batch = batch[:0]
	}
	return e.tryAll(batch)
}

// hasFound reports whether there is a violation with this verdict, or a worse one.
func (e *trial) hasFound(v model.Verdict) bool {
	return slices.ContainsFunc(e.found, func(f Found) bool { return f.Verdict >= v })
}

// yieldCandidates yields what to try.
func (e *trial) yieldCandidates(yield func(candidate) bool) {
	for name, stored := range e.Stored {
		t := e.prepareTrace(stored.Clone())
		if t == nil {
			continue
		}
		for way := range e.Property.variants(t) {
			if x := e.Property.variant(t, way); x != nil && !yield(candidate{name: name, trace: t, way: way, x: x}) {
				return
			}
		}
	}
	g := generate.New(e.info, e.Generate)
	for i := range uint64(max(0, e.N)) {
		t := new(model.Trace)
		g.Trace(e.Seed, i, t)
		if c, ok := e.drawWay(i, e.prepareTrace(t)); ok && !yield(c) {
			return
		}
	}
}

// prepareTrace makes t a trace that the property can be tried on, or returns nil. It may
// change t.
func (e *trial) prepareTrace(t *model.Trace) *model.Trace {
	t.Config.Interval, t.Config.Timeout = 0, 0
	if t.Ops = t.Ops[:legalPrefix(t)]; !e.info.Admits(t) {
		return nil
	}
	return t
}

// drawWay draws a way to try t, the generated trace number i. If t does not lend itself
// to that way, it takes the next one after it.
func (e *trial) drawWay(i uint64, t *model.Trace) (candidate, bool) {
	if t == nil {
		return candidate{}, false
	}
	r := rng.NewStream(e.Seed+1, i)
	n := e.Property.variants(t)
	from := r.Below(n)
	for k := range n {
		way := (from + k) % n
		if x := e.Property.variant(t, way); x != nil {
			return candidate{index: i, trace: t, way: way, x: x}, true
		}
	}
	return candidate{}, false
}
