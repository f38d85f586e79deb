package props

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/pongcheck/pongcheck/model"
)

// Tester tries single traces on one implementation, for a caller that makes the traces
// itself, such as a fuzz target or a property of gopter's. It is for one goroutine at a time.
type Tester struct{ engine *engine }

// NewTester makes a tester of impl by profile p. Of the options, those of shrinking
// count. ctx ends a subject elsewhere.
func NewTester(ctx context.Context, p model.Profile, impl *model.Implementation, options ...func(*Options)) *Tester {
	var o Options
	for _, set := range options {
		set(&o)
	}
	return &Tester{newEngine(ctx, p, impl, o)}
}

// Try runs t. The report is valid until the next call. The error is trouble with a
// driver or that of [model.Implementation.Fit], never a finding. For a subject that is
// called directly it allocates nothing once its memory has grown.
func (t *Tester) Try(trace *model.Trace) (*model.Report, error) {
	if t.engine.unfit != nil {
		return nil, t.engine.unfit
	}
	return t.engine.target.runOne(trace)
}

// Watch calls f before each op of each trace, with the lane of the model's state and
// the kind of the op (see [model.Checker.Lane]). A subject elsewhere has none.
func (t *Tester) Watch(f func(lane uint8, k model.Kind)) {
	if l, here := t.engine.target.(*local); here {
		l.checker.Watch = f
	}
}

// PassOver lets traces go on after the FAILED findings that known reports true for, so that
// these do not hide what is behind them. [Tester.Shrink] then tries what it finds alone.
func (t *Tester) PassOver(known func(*model.Finding) bool) { t.engine.passOver(known) }

// Shrink makes a finding of the failure of this class (see [model.Finding.Class])
// that Try reported on trace, with the simplest trace that shows one of the class. Where the
// failure stands behind one that was passed over, it may only follow from that: Shrink returns
// nil then, unless a trace shows it alone. It looks for one a few times for each class.
func (t *Tester) Shrink(trace *model.Trace, r *model.Report, class string) (*Finding, error) {
	r = r.Clone() // shrinking makes new ones
	e, k := t.engine, key{class: class, verdict: model.FAILED}
	i := indexOfKey(r, k)
	if i < 0 {
		return nil, fmt.Errorf("the report on the trace has no failure %q to shrink", class)
	}
	c := trace.Clone()
	for i := range c.Ops {
		c.Ops[i].Data.Lit = strings.Clone(c.Ops[i].Data.Lit) // a decoder uses its memory again
	}
	original := c
	if slices.ContainsFunc(r.Findings[:i], func(f model.Finding) bool { return f.Passed }) {
		var err error
		if c, r, err = e.findAlone(c, k); r == nil || err != nil {
			return nil, err
		}
		i = indexOfKey(r, k)
	}
	defer e.passNothing()()
	f, err := e.shrinkFinding(c, r, i, k)
	if f != nil {
		f.Original = original
	}
	return f, err
}
