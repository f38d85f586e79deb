package fuzz

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/pongcheck/pongcheck/corpus"
	"github.com/pongcheck/pongcheck/fuzz/turbo"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
	"github.com/pongcheck/pongcheck/props"
)

// Target is a fuzz target without an engine. It decodes any bytes into a trace and checks an
// implementation against the model. [Tracker] and [Responder] run it with the engine of go test;
// targets for other engines call [Target.Run]. Only one goroutine may use it at a time.
type Target struct {
	impl          *model.Implementation     // under test
	info          model.Info                // the ops that its traces may use
	tester        *props.Tester             // checks and shrinks a trace
	decoder       text.Decoder              // of inputs
	family        *family                   // of the current input
	clearCounters func()                    // clears the engine's coverage before the input's own trace
	known         []string                  // classes of failures to ignore
	found         map[string]*props.Finding // the first finding of each class, by its name
	shown         map[string]bool           // signatures already reported in a run of turbo
}

// NewTracker returns the target of [Tracker].
func NewTracker(p model.Profile, impl *model.Implementation, known ...string) *Target {
	return newTarget(p, impl, impl.Info, known)
}

// NewResponder returns the target of [Responder].
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
	t := &Target{
		impl: impl, info: info, known: known, clearCounters: alone,
		tester:  props.NewTester(context.Background(), p, impl, func(o *props.Options) { o.Certify = certifyTraces }),
		family:  newFamily(info),
		decoder: text.Decoder{MaxOps: opsCalled},
		found:   map[string]*props.Finding{},
		shown:   map[string]bool{},
	}
	t.tester.PassOver(t.isKnown)
	return t
}

// openCounters finds the edge counters of the engine, if there are any. A target clears them
// before it runs the input itself. Otherwise coverage of its random relatives would be credited to
// the input, and the engine would keep almost every input.
var openCounters = sync.OnceValues(turbo.OpenCounters)

// How many ops one execution steps: so many that the engine's own cost is the smaller
// part. A real connection in a bubble costs more than the engine after a few ops.
const (
	opsCalled   = 512
	opsInBubble = 64
)

// certifyTraces is how many traces may prove that a shrunk trace is the shortest. go test takes an
// execution of ten seconds for a hang, and the instrumented code on a busy machine is slow.
const certifyTraces = 5000

// opsBudget returns how many ops one execution steps.
func (t *Target) opsBudget() int {
	if t.impl.Around != nil || t.impl.Run != nil {
		return opsInBubble
	}
	return opsCalled
}

// Run runs the trace that in encodes in the binary form of package text, after relatives of it
// that follow from in alone. It steps some hundred ops. It returns the first failure, shrunk. A
// further failure of a class that was found before is not shrunk again. A trace goes on after a
// known failure; what is found behind that counts if a trace shows it alone. The error is about
// the adapter or the driver, not about the subject.
//
// Run leaves out what in asks for and the subject cannot do. It keeps no reference to in.
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

// decodeTrace returns the trace of an input, without ops that the subject cannot do. It is valid
// until the next call.
func (t *Target) decodeTrace(in []byte) *model.Trace {
	trace := t.decoder.Decode(in)
	t.info.Restrict(trace)
	return trace
}

// tryTrace runs one trace and returns its failure, if any. ops is the cost of the run.
func (t *Target) tryTrace(trace *model.Trace) (f *props.Finding, ops int, err error) {
	pace(trace)
	r, err := t.tester.Try(trace)
	if err != nil {
		return nil, 0, err
	}
	if r.Verdict < model.FAILED {
		return nil, r.Ops + 1, nil
	}
	i := t.firstFailure(r)
	if i < 0 {
		return nil, r.Ops + 1, nil
	}
	class := r.Findings[i].Class()
	if f := t.found[class]; f != nil {
		return f, 0, nil
	}
	ops = r.Ops + 1
	f, err = t.tester.Shrink(trace, r, class)
	if err != nil {
		return nil, 0, fmt.Errorf("shrink what a fuzz input found: %w", err)
	}
	if f == nil { // it only follows from what is known
		return nil, ops, nil
	}
	f.Name = "of a fuzz input"
	t.found[class] = f
	return f, 0, nil
}

// firstFailure returns the index of the first failure that is not known, or -1.
func (t *Target) firstFailure(r *model.Report) int {
	return slices.IndexFunc(r.Findings, func(f model.Finding) bool { return f.Verdict == model.FAILED && !t.isKnown(&f) })
}

// isKnown reports whether a failure is of a class to ignore.
func (t *Target) isKnown(f *model.Finding) bool {
	return slices.ContainsFunc(t.known, func(k string) bool { return model.InClass(f.Class(), k) })
}

// failureLane returns the lane of the model's state before the op that failed; see
// [model.Checker.Lane]. It stands beside the signature, not in it, since one bug shows in many
// states.
func (t *Target) failureLane(f *props.Finding) (lane uint8) {
	t.tester.Watch(func(l uint8, _ model.Kind) { lane = l })
	defer t.tester.Watch(nil)
	_, _ = t.tester.Try(f.Shrunk) // an error was reported when f was found
	return lane
}

// Seeds returns inputs to begin with: the published traces that the subject can do.
func (t *Target) Seeds() ([][]byte, error) {
	entries, err := corpus.Seeds()
	if err != nil {
		return nil, fmt.Errorf("read the corpus: %w", err)
	}
	var seeds [][]byte
	for _, e := range entries {
		if trace := t.info.Adapt(e.Trace); trace != nil {
			seeds = append(seeds, text.Encode(trace))
		}
	}
	return seeds, nil
}
