package props

import (
	"context"
	"fmt"
	"strings"

	"github.com/pongcheck/pongcheck/model"
)

// PropertyResult is what trying the properties came to.
type PropertyResult struct {
	Violations []Violation // the first of each property
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

	// again is how often a violation must show again, every time in the same
	// words, before it is one: threads race, and random choices are legal. One
	// that is like tossing a coin passes once in a million times.
	again = 20

	// shrinkPart of the tries of a shrink are for one of a property, as it tries
	// a trace in every way.
	shrinkPart = 10
)

// RunProperties tries every property that is true of a subject with this info under
// profile p: first on o.First, each in every way, and then on generated traces, as
// many for each property as a tenth of o.N (a twentieth behind a bubble or a driver),
// each in one way. Of each property the first violation is kept and shrunk.
//
// A violation in whose runs p itself is FAILED for one of the classes in known is
// passed over: it is the same bug seen twice. The result is never nil; errors are
// those of [Run].
func RunProperties(ctx context.Context, p model.Profile, impl *model.Implementation, o Options, known ...string) (*PropertyResult, error) {
	return runProperties(ctx, Properties(), p, impl, o, known)
}

func runProperties(ctx context.Context, all []Property, p model.Profile, impl *model.Implementation, o Options, known []string) (*PropertyResult, error) {
	o = o.complete(impl)
	result := new(PropertyResult)
	for i := range all {
		x := &all[i]
		verdict := x.Verdict(p, impl.Info)
		if verdict == model.OK {
			continue
		}
		e := &trial{property: x, verdict: verdict, profile: p, impl: impl, options: o, info: x.info(impl.Info),
			player: newPlayer(ctx, p, impl), known: map[string]bool{}, tally: Tally{Name: x.Name}}
		for _, class := range known {
			e.known[class] = true
		}
		v, err := e.run()
		result.Tallies = append(result.Tallies, e.tally)
		if v != nil {
			result.Violations = append(result.Violations, *v)
		}
		if err != nil {
			return result, fmt.Errorf("try the property %s: %w", x.Name, err)
		}
	}
	return result, nil
}

// trial is one property tried on one subject.
type trial struct {
	property *Property
	verdict  model.Verdict
	profile  model.Profile
	impl     *model.Implementation
	options  Options
	info     model.Info
	player   player
	known    map[string]bool
	tally    Tally
}

// attempt is one experiment on one trace.
type attempt struct {
	source
	way int
	x   *experiment
}

// run finds the first violation; nil if there is none.
func (e *trial) run() (*Violation, error) {
	var batch []attempt
	for a := range e.attempts {
		if batch = append(batch, a); len(batch) < e.player.atOnce() {
			continue
		}
		if v, err := e.tryAll(batch); v != nil || err != nil {
			return v, err
		}
		batch = batch[:0]
	}
	return e.tryAll(batch)
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
	g := NewGenerator(e.info, e.options)
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
	if t.Ops = t.Ops[:lawful(t)]; !allowed(&e.info, t) {
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
	r := stream(e.options.Seed+1, i)
	n := e.property.ways(t)
	from := r.below(n)
	for k := range n {
		way := (from + k) % n
		if x := e.property.try(t, way); x != nil {
			return attempt{source{index: i, trace: t}, way, x}, true
		}
	}
	return attempt{}, false
}

// tryAll makes a violation of the first attempt that shows one every time.
func (e *trial) tryAll(batch []attempt) (*Violation, error) {
	all := make([]*experiment, len(batch))
	for i := range batch {
		all[i] = batch[i].x
	}
	reports, err := e.player.play(all)
	for i, r := range reports {
		a := answerOf(all[i], r)
		e.tally.Tried++
		if a.ok {
			e.tally.Compared++
		}
		if !a.violates() || e.isKnown(r) {
			continue
		}
		steady, err := e.steady(all[i], a)
		if err != nil {
			return nil, err
		}
		if steady {
			return e.violation(&batch[i], a, r)
		}
		e.tally.Unsteady++
	}
	return nil, err
}

// answer is what an experiment came to.
type answer struct {
	want, got string
	ok        bool
}

func (a answer) violates() bool { return a.ok && a.want != a.got }

// answerOf asks an experiment what its runs say. A subject that failed by itself in
// the first of two runs is no measure for the second.
func answerOf(x *experiment, reports []*model.Report) (a answer) {
	runs := make([]*model.Transcript, len(reports))
	for i, r := range reports {
		runs[i] = r.Transcript
	}
	if len(runs) > 1 && failedItself(runs[0]) {
		return answer{}
	}
	a.want, a.got, a.ok = x.ask(runs)
	return a
}

// isKnown reports whether the model finds a known failure in one of the runs.
func (e *trial) isKnown(reports []*model.Report) bool {
	for _, r := range reports {
		for i := range r.Findings {
			if f := &r.Findings[i]; f.Verdict == model.FAILED && e.known[f.Class()] {
				return true
			}
		}
	}
	return false
}

// steady reports whether an experiment comes to the same whenever it is tried.
func (e *trial) steady(x *experiment, a answer) (bool, error) {
	for range again {
		reports, err := e.player.play([]*experiment{x})
		if err != nil {
			return false, err
		}
		if answerOf(x, reports[0]) != a {
			return false, nil
		}
	}
	return true, nil
}

// violation shrinks the trace of an attempt that showed one. If that leads to a trace
// that is not steady, the attempt is kept as it was.
func (e *trial) violation(a *attempt, said answer, reports []*model.Report) (*Violation, error) {
	a.trace.Profile = e.profile.Name
	v := &Violation{Property: *e.property, Verdict: e.verdict, Implementation: e.impl, Profile: e.profile,
		Name: a.name, Seed: e.options.Seed, Index: a.index, Original: a.trace, Shrunk: a.trace, Way: a.way}
	v.keep(said, reports)
	var trouble error
	shrunk, tries := shrinkBatch(a.trace, min(8, e.player.atOnce()), e.options.Tries/shrinkPart, func(c []*model.Trace) int {
		at, _, err := e.first(c)
		trouble = err
		return at
	})
	v.Tries = tries
	if trouble != nil || shrunk == a.trace {
		return v, trouble
	}
	_, way, err := e.first([]*model.Trace{shrunk})
	if way < 0 || err != nil {
		return v, err
	}
	x := e.property.try(shrunk, way)
	runs, err := e.player.play([]*experiment{x})
	if err != nil {
		return v, err
	}
	said = answerOf(x, runs[0])
	if steady, err := e.steady(x, said); err != nil || !steady || !said.violates() {
		return v, err
	}
	v.Shrunk, v.Way = shrunk, way
	v.keep(said, runs[0])
	return v, nil
}

// first is the first of the traces with which the property is violated in some way,
// and that way; -1 if there is none.
func (e *trial) first(traces []*model.Trace) (at, way int, err error) {
	for at, t := range traces {
		if !allowed(&e.info, t) || lawful(t) < len(t.Ops) {
			continue
		}
		ways := e.property.ways(t)
		for from := 0; from < ways; from += e.player.atOnce() {
			var all []*experiment
			var number []int
			for way := from; way < min(ways, from+e.player.atOnce()); way++ {
				if x := e.property.try(t, way); x != nil {
					all, number = append(all, x), append(number, way)
				}
			}
			reports, err := e.player.play(all)
			if err != nil {
				return -1, -1, err
			}
			for i, r := range reports {
				if answerOf(all[i], r).violates() && !e.isKnown(r) {
					return at, number[i], nil
				}
			}
		}
	}
	return -1, -1, nil
}
