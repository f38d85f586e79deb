package fuzz

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/pongcheck/pongcheck/corpus"
	"github.com/pongcheck/pongcheck/fuzz/turbo"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props"
)

// Target is a fuzz target without an engine: it makes traces of any bytes and holds
// an implementation against the model. [Tracker] and [Responder] put it before Go's
// engine; an export for another one calls [Target.Run] itself. It is for one
// goroutine at a time.
type Target struct {
	impl          *model.Implementation
	info          model.Info // what the traces may ask for
	tester        *props.Tester
	decoder       model.Decoder
	family        *family
	clearCounters func()                    // called before the trace that an input itself stands for
	known         []string                  // classes of failures that are none
	found         map[string]*props.Finding // of each class, by its name
	shown         map[string]bool           // signatures that were reported of a run of turbo
}

// NewTracker makes the target of [Tracker].
func NewTracker(p model.Profile, impl *model.Implementation, known ...string) *Target {
	return newTarget(p, impl, impl.Info, known)
}

// NewResponder makes the target of [Responder].
func NewResponder(p model.Profile, impl *model.Implementation, known ...string) *Target {
	info := impl.Info
	info.Can &= responderKinds
	return newTarget(p, impl, info, known)
}

// responderKinds are the ops of a conversation in which only the peer pings.
var responderKinds = model.AllKinds &^ model.KindsOf(model.Ping, model.Cancel, model.SendPong)

func newTarget(p model.Profile, impl *model.Implementation, info model.Info, known []string) *Target {
	alone := func() {}
	if counters, err := openCounters(); err == nil {
		alone = counters.Clear
	}
	return &Target{
		impl: impl, info: info, known: known, clearCounters: alone,
		tester:  props.NewTester(context.Background(), p, impl, func(o *props.Options) { o.Certify = certifyTraces }),
		family:  newFamily(info),
		decoder: model.Decoder{MaxOps: opsCalled},
		found:   map[string]*props.Finding{},
		shown:   map[string]bool{},
	}
}

// openCounters finds the edge counters that an engine looks at after an execution, if
// there are any. They are cleared before the trace of the input itself: what relatives
// reach is no merit of the input's, and an engine would keep nearly all of them for the
// chances in their families.
var openCounters = sync.OnceValues(turbo.OpenCounters)

// Ops that an execution steps. By then the engine's own costs are the smaller part
// of those of a subject that is called directly; a real connection in a bubble costs
// more than an engine after a few.
const (
	opsCalled   = 512
	opsInBubble = 64
)

// certifyTraces is how many traces prove that a shrunk one is the shortest. Go's engine takes
// an execution of ten seconds for a hang, on a busy machine, its code instrumented.
const certifyTraces = 5000

func (t *Target) opsBudget() int {
	if t.impl.Around != nil || t.impl.Run != nil {
		return opsInBubble
	}
	return opsCalled
}

// Run tries the trace that the bytes in stand for, in the binary form of package
// model, after relatives of it that follow from in alone, until some hundred ops were
// stepped. It returns the first failure, shrunk; one of a class that it had found
// before is not shrunk again. The error is trouble with a driver.
//
// What the bytes ask for that the subject cannot do is left out. Nothing refers to in
// afterwards.
func (t *Target) Run(in []byte) (*props.Finding, error) {
	own := t.decodeTrace(in)
	t.family.begin(in, own)
	for left := t.opsBudget() - len(own.Ops); left > 0; {
		f, ops, err := t.tryTrace(t.family.nextRelative())
		if f != nil || err != nil {
			return f, err
		}
		left -= ops
	}
	t.clearCounters()
	f, _, err := t.tryTrace(own)
	return f, err
}

// decodeTrace makes a trace that the subject can do. It is valid until the next.
func (t *Target) decodeTrace(in []byte) *model.Trace {
	trace := t.decoder.Decode(in)
	fit(&t.info, trace)
	return trace
}

// tryTrace runs one trace; ops is what that cost.
func (t *Target) tryTrace(trace *model.Trace) (f *props.Finding, ops int, err error) {
	pace(trace)
	r, err := t.tester.Try(trace)
	if err != nil || r.Verdict < model.FAILED {
		return nil, r.Ops + 1, err
	}
	i := t.firstFailure(r)
	if i < 0 {
		return nil, r.Ops + 1, nil
	}
	class := r.Findings[i].Class()
	if f := t.found[class]; f != nil {
		return f, 0, nil
	}
	f, err = t.tester.Shrink(trace, r, class)
	if err != nil {
		return nil, 0, fmt.Errorf("shrink what a fuzz input found: %w", err)
	}
	f.Name = "of a fuzz input"
	t.found[class] = f
	return f, 0, nil
}

// firstFailure is the place of the first failure that is not known, or -1.
func (t *Target) firstFailure(r *model.Report) int {
	return slices.IndexFunc(r.Findings, func(f model.Finding) bool {
		return f.Verdict == model.FAILED && !slices.Contains(t.known, f.Class())
	})
}

// failureLane is the lane of the model's state before the op that failed, see
// [model.Checker.Lane]. It is told beside the signature, not in it: one bug shows in
// many states.
func (t *Target) failureLane(f *props.Finding) (lane uint8) {
	t.tester.Watch(func(l uint8, _ model.Kind) { lane = l })
	defer t.tester.Watch(nil)
	_, _ = t.tester.Try(f.Shrunk) // whose trouble was told when it was found
	return lane
}

// Seeds are inputs to begin with: the published traces that the subject can do.
func (t *Target) Seeds() ([][]byte, error) {
	entries, err := corpus.Seeds()
	if err != nil {
		return nil, fmt.Errorf("read the corpus: %w", err)
	}
	var seeds [][]byte
	for _, e := range entries {
		if trace := props.Adapt(t.info, e.Trace); trace != nil {
			seeds = append(seeds, model.Encode(trace))
		}
	}
	return seeds, nil
}
