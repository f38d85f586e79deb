package props

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/pongcheck/pongcheck/corpus"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/generate"
	"github.com/pongcheck/pongcheck/props/metamorphic"
	"github.com/pongcheck/pongcheck/props/shrink"
	"github.com/pongcheck/pongcheck/props/sweep"
)

// Result is the result of a run.
type Result struct {
	Verdict     model.Verdict       // the worst of the findings
	Findings    []Finding           // the first of each class and verdict, in the order in which they were found
	Traces      int                 // that ran, shrinks and the sweep not counted
	Frames      int                 // that the sweep sent, one a trace
	Ops         int                 // of both that were stepped
	Unsupported int                 // traces with an op that the subject could not do
	Reached     model.RuleSet       // rules that were put to the test
	Tallies     metamorphic.Tallies // of RunProperties: how much trying each property was worth
	LeftOut     []string            // names of the traces of Options.First that the subject cannot run
	Undecided   int                 // of RunConcurrent: histories of which nothing can be said
	Stopped     string              // why the run ended before all traces ran; empty: it did not
}

// addFinding keeps a finding.
func (r *Result) addFinding(f *Finding) {
	r.Findings = append(r.Findings, *f)
	r.Verdict = max(r.Verdict, f.Verdict)
}

// Failures are the findings that are FAILED.
func (r *Result) Failures() iter.Seq[*Finding] {
	return func(yield func(*Finding) bool) {
		for i := range r.Findings {
			if f := &r.Findings[i]; f.Verdict == model.FAILED && !yield(f) {
				return
			}
		}
	}
}

// Run tries impl against profile p: first the traces of o.First, then the
// corpus, then the sweep, then generated ones. It goes on after a finding; of each class it
// keeps the first and shrinks that.
//
// The result is never nil. The error is that of ctx, when it ended the run, or
// says what went wrong with a driver; the result has what was found until then.
func Run(ctx context.Context, p model.Profile, impl *model.Implementation, o Options) (*Result, error) {
	e := newEngine(ctx, p, impl, o)
	if e.unfit != nil {
		return e.result, e.unfit
	}
	traces, err := e.allTraces()
	if err == nil {
		e.passOver(e.wasFound)
		if err = e.target.runEach(traces, e.takeReport); err == errStopped {
			err = nil
		}
		e.passOver(nil)
	}
	for i := range e.result.Findings {
		if f := &e.result.Findings[i]; f.Way == 0 {
			f.Shown = e.shown[keyOf(f.Breach)]
		}
	}
	if err == nil {
		err = e.promises.judge(impl, e.result)
	}
	return e.result, err
}

// engine is one run.
type engine struct {
	ctx       context.Context
	profile   model.Profile
	impl      *model.Implementation
	options   Options
	target    target
	result    *Result
	sweep     *sweep.Sweep
	foundKeys map[key]bool
	shown     map[key]int               // how many traces showed each
	passes    func(*model.Finding) bool // the traces go on after these FAILED findings
	behind    behindTries               // what was tried of findings behind others
	ways      ways                      // what was tried of other ways to break a rule
	promises  promises                  // what the Info promises and the subject did
	unfit     error                     // why nothing can be tried
	leaks     int                       // traces that left a goroutine behind
}

// maxLeaks is how many goroutines a run leaves behind before it ends: each slows down all
// that follows.
const maxLeaks = 2000

// errStopped ends a run that [Result.Stopped] explains.
var errStopped = errors.New("stopped")

// key tells findings apart: those with the same key are taken for one bug.
type key struct {
	class   string
	verdict model.Verdict
	shape   uint32 // 0: any
}

func keyOf(f *model.Finding) key { return key{class: f.Class(), verdict: f.Verdict} }

// source is a trace and where it comes from.
type source struct {
	name   string // empty if it was generated or is of the sweep
	swept  bool
	index  uint64       // of a generated trace, or of a frame of the sweep
	trace  *model.Trace // its memory may be used again once it was taken
	record bool         // the report has to have a transcript
	whole  *model.Trace // of which trace was made by shrinking, or nil
}

// target is a subject that traces can be tried on.
type target interface {
	// runEach runs traces in order, and gives take the report on each, which is
	// valid until take returns. An error of take ends it.
	runEach(traces iter.Seq[source], take func(source, *model.Report) error) error

	// runOne runs a trace; the report is valid until the next.
	runOne(t *model.Trace) (*model.Report, error)

	// firstFailing runs traces and returns the first whose report has k, or -1.
	firstFailing(traces []*model.Trace, k key) (int, error)

	// batchSize is how many traces to give first at once.
	batchSize() int

	// passOver sets after which FAILED findings the traces go on, those of recordReport
	// excepted. It is nil if each ends its trace.
	passOver(f func(*model.Finding) bool)

	// recordReport is the report on a trace, with its transcript.
	recordReport(t *model.Trace) (*model.Report, error)
}

func newEngine(ctx context.Context, p model.Profile, impl *model.Implementation, o Options) *engine {
	e := &engine{ctx: ctx, profile: p, impl: impl, options: o.withDefaults(impl), sweep: sweep.New(impl.Info), result: &Result{Verdict: model.OK}, foundKeys: map[key]bool{}, shown: map[key]int{}, unfit: impl.Fit()}
	if impl.Run != nil {
		e.target = newRemote(ctx, p, impl)
	} else {
		e.target = newLocal(ctx, p, impl)
	}
	return e
}

// allTraces yields the traces of the run: stored ones, the corpus, the sweep, generated
// ones.
func (e *engine) allTraces() (iter.Seq[source], error) {
	named := e.adaptFirst()
	if !e.options.NoCorpus {
		seeds, err := corpus.Seeds()
		if err != nil {
			return nil, fmt.Errorf("read the corpus: %w", err)
		}
		for _, s := range seeds {
			if t := e.impl.Info.Adapt(s.Trace); t != nil {
				named = append(named[:len(named):len(named)], Named{"corpus/" + s.Name, t})
			}
		}
	}
	g := generate.New(e.impl.Info, e.options.shape())
	counting := e.options.Stats != nil
	return func(yield func(source) bool) {
		for _, n := range named {
			if !yield(source{name: n.Name, trace: n.Trace, record: counting}) {
				return
			}
		}
		frames := min(max(0, e.options.Sweep), e.sweep.Len())
		swept := source{swept: true, record: e.options.Grid != nil}
		if !e.yieldEach(frames, swept, e.sweep.Trace, yield) {
			return
		}
		e.yieldEach(max(0, e.options.N), source{record: counting}, func(i int, t *model.Trace) {
			g.Trace(e.options.Seed, uint64(i), t)
		}, yield)
	}, nil
}

// adaptFirst returns the traces to run first, as the subject can run them. It counts those
// that the subject cannot run at all.
func (e *engine) adaptFirst() (named []Named) {
	for _, n := range e.options.First {
		switch t := e.impl.Info.Adapt(n.Trace); {
		case t != nil:
			named = append(named, Named{n.Name, t})
		case e.impl.Info.Refuses(n.Trace) == nil:
			named = append(named, n)
		default:
			e.result.LeftOut = append(e.result.LeftOut, n.Name)
		}
	}
	return named
}

// yieldEach yields n traces that draw makes. It reports whether yield wants more.
func (e *engine) yieldEach(n int, s source, draw func(i int, t *model.Trace), yield func(source) bool) bool {
	s.trace = new(model.Trace)
	for i := range n {
		s.index = uint64(i)
		if e.impl.Run != nil {
			s.trace = new(model.Trace) // many are under way at once
		}
		if draw(i, s.trace); !yield(s) {
			return false
		}
	}
	return true
}

// takeReport counts a report and keeps its new findings.
func (e *engine) takeReport(s source, r *model.Report) error {
	e.result.Ops += r.Ops
	e.result.Reached |= r.Reached
	e.promises.addRun(s.trace, r)
	if s.swept {
		e.countFrame(int(s.index), r)
	} else {
		e.countTrace(s.trace, r)
	}
	if r.LeavesGoroutine() {
		e.leaks++
	}
	if e.leaks > maxLeaks {
		e.result.Stopped = fmt.Sprintf("the run ended after %d traces that each left a goroutine behind: mend the leak first", maxLeaks)
		return errStopped
	}
	e.countShown(r)
	if !e.isNew(r) {
		return nil
	}
	r = r.Clone()   // shrinking makes new ones
	passed := false // the finding at hand stands behind one that was found before
	for i := range r.Findings {
		k := keyOf(&r.Findings[i])
		var err error
		switch {
		case k.verdict <= model.OK:
		case e.foundKeys[k] && i == 0:
			err = e.tryOtherWay(s, &r.Findings[i])
		case e.foundKeys[k]:
		case passed:
			err = e.tryAlone(s, k)
		default:
			err = e.addNew(s, r, i)
		}
		if err != nil {
			return err
		}
		passed = passed || r.Findings[i].Passed
	}
	return nil
}

// countShown counts the traces that show each finding.
func (e *engine) countShown(r *model.Report) {
	for i := range r.Findings {
		e.shown[keyOf(&r.Findings[i])]++
	}
}

// countTrace counts a stored or generated trace.
func (e *engine) countTrace(t *model.Trace, r *model.Report) {
	e.result.Traces++
	if r.Unsupported > 0 {
		e.result.Unsupported++
	}
	if e.options.Stats != nil {
		e.options.Stats.Add(t)
		e.options.Stats.AddRun(r)
	}
}

// countFrame counts frame i of the sweep.
func (e *engine) countFrame(i int, r *model.Report) {
	e.result.Frames++
	if e.options.Stats != nil {
		e.options.Stats.Frames++
	}
	if e.options.Grid != nil {
		e.options.Grid.Add(e.sweep.Cell(i), r)
	}
}

// addNew shrinks and keeps finding i of the report on s, which is the first with its key.
func (e *engine) addNew(s source, r *model.Report, i int) error {
	k := keyOf(&r.Findings[i])
	e.foundKeys[k] = true
	e.ways.recordShape(&r.Findings[i])
	defer e.passNothing()()
	f, err := e.shrinkSource(s, r, i, k)
	e.keepFinding(f)
	return err
}

// isNew reports whether r has a finding that was not found before, or not in this way.
func (e *engine) isNew(r *model.Report) bool {
	for i := range r.Findings {
		f := &r.Findings[i]
		if k := keyOf(f); k.verdict > model.OK && (!e.foundKeys[k] || i == 0 && e.ways.isNew(f)) {
			return true
		}
	}
	return false
}

// keepFinding keeps a finding of the run.
func (e *engine) keepFinding(f *Finding) {
	e.result.addFinding(f)
	if e.options.Found != nil {
		e.options.Found(f)
	}
}

// shrinkSource shrinks finding i of the report on s. What it is shrunk to has key k.
func (e *engine) shrinkSource(s source, r *model.Report, i int, k key) (*Finding, error) {
	f, err := e.shrinkFinding(s.trace.Clone(), r, i, k)
	if err != nil { // as it was found, then: nothing that was found is lost
		err = fmt.Errorf("shrink a failure of %s (%s): %w", e.impl.Name, r.Findings[i].Class(), err)
		t := s.trace.Clone()
		t.Profile = e.profile.Name
		f = e.newFinding(t, r.Clone(), i)
		f.Shrunk = t
	}
	if f.Name, f.Index = s.name, s.index; s.swept {
		f.Name, f.Swept = "of the sweep ("+e.sweep.Describe(int(s.index))+")", true
	}
	if s.whole != nil {
		f.Original = s.whole
	}
	return f, err
}

// costsMuch reports whether each try of a shrink costs a process, or the time that shows
// that the subject hangs.
func costsMuch(f *model.Finding) bool { return f.Fatal || f.Rule.String() == "hang" }

// newFinding makes finding i of the report on t one of the run.
func (e *engine) newFinding(t *model.Trace, r *model.Report, i int) *Finding {
	f := &Finding{Implementation: e.impl, Profile: e.profile, Seed: e.options.Seed, Original: t}
	f.setBreach(r, i)
	return f
}

// setBreach makes finding i of r the evidence of f.
func (f *Finding) setBreach(r *model.Report, i int) {
	f.Report, f.Breach = r, &r.Findings[i]
	f.Verdict, f.Certainty, f.Vantage = f.Breach.Verdict, f.Breach.Certainty, f.Breach.Vantage
}

// shrinkFinding makes a finding of finding i of the report on t. What it is shrunk to has key k.
func (e *engine) shrinkFinding(t *model.Trace, r *model.Report, i int, k key) (*Finding, error) {
	f := e.newFinding(t, r, i)
	tries, runs := e.options.Tries, moreRuns
	if costsMuch(f.Breach) {
		tries, runs = min(tries, processTries), 1
	}
	if err := e.simplifyTrace(f, t, k, tries); err != nil {
		return nil, err
	}
	if err := e.confirmFinding(f, k, runs); err != nil || f.Flaky || tries <= 0 {
		return f, err // that no shorter trace failed would prove nothing
	}
	return f, e.certifyFinding(f, k, tries)
}

// simplifyTrace shrinks t to the simplest trace that shows the failure of f.
func (e *engine) simplifyTrace(f *Finding, t *model.Trace, k key, tries int) error {
	shrunk, err := e.shrinkTrace(t, k, tries, &f.Tries)
	f.Shrunk = shrunk
	if f.Shrunk == f.Original {
		f.Shrunk = t.Clone()
	}
	f.Original.Profile, f.Shrunk.Profile = e.profile.Name, e.profile.Name
	return err
}

// moreRuns is how often a shrunk trace is run once more, to say how often it fails.
const moreRuns = 10

// confirmFinding runs the shrunk trace that many times and keeps the first report that
// shows the failure.
func (e *engine) confirmFinding(f *Finding, k key, runs int) error {
	f.Runs, f.Failed = runs, 0
	for range runs {
		r, err := e.target.recordReport(f.Shrunk)
		if err != nil {
			return err
		}
		if i := indexOfKey(r, k); i >= 0 {
			if f.Failed++; f.Failed == 1 {
				f.setBreach(r, i)
			}
		}
	}
	f.Flaky = f.Failed < f.Runs
	return nil
}

// certifyFinding proves that the trace of f is the shortest. If it finds a shorter one, it
// simplifies that, and goes on with it.
func (e *engine) certifyFinding(f *Finding, k key, tries int) error {
	target, direct := e.target.(*local)
	if !direct || e.options.Certify <= 0 {
		return nil
	}
	for {
		fails := func(t *model.Trace) bool { return hasKey(target.runTrace(t), k) }
		shorter, c, err := shrink.Certify(e.ctx, f.Shrunk, e.impl.Info, e.options.Certify, fails)
		if f.Certificate = c; shorter == nil {
			return err
		}
		if err := e.simplifyTrace(f, shorter, k, tries); err != nil {
			return err
		}
		if err := e.confirmFinding(f, k, moreRuns); err != nil || f.Flaky {
			return err
		}
	}
}
