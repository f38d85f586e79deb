package turbo

import (
	"context"
	"math/rand/v2"
	"slices"
)

// Options are the settings of a run.
type Options struct {
	Seed   uint64 // chooses the inputs
	N      int    // how many inputs to run, with the seeds, but without those that check or shrink a find
	MaxLen int    // of an input, in bytes; 0 means 4,096

	// Dir, if it is set, is a folder that survives the process. What was found is in
	// it at once, one file a find: the inputs that showed something new in entries,
	// those that failed in findings, and in died those at which an earlier run
	// ended (a fatal error, os.Exit, a signal), which are not run again. The inputs
	// of entries are seeds. One process at a time may use it.
	Dir string

	// Found, if it is set, is called for each finding as soon as it is shrunk.
	Found func(*Finding)

	_ struct{} // no positional literals: this may grow
}

// Result is what a run found.
type Result struct {
	Execs    int        // how many inputs ran
	Features int        // how many features were seen
	Before   int        // how many of these the seeds and the entries of earlier runs showed
	Entries  [][]byte   // for each feature, the shortest input that showed it
	Findings []*Finding // the first of each signature, at most 1,000
	Died     [][]byte   // inputs at which earlier runs in Options.Dir died
}

// Finding is an input that failed, the first with its signature.
type Finding struct {
	Signature string
	Input     []byte // shrunk
	Original  []byte // as it was found
	Exec      int    // number of the execution, from 1
	Tries     int    // how many inputs the shrink tried
	Flaky     bool   // the shrunk input did not fail again
}

const (
	defaultMaxLen = 4096
	maxFindings   = 1000
)

// Run fuzzes t: first the seeds, then inputs that it makes of them. It ends after o.N inputs or
// with ctx. The result is never nil. The error is that of ctx, or says what is wrong with o.Dir or
// with the counters of this binary.
func Run(ctx context.Context, t *Target, seeds [][]byte, o Options) (*Result, error) {
	e, err := newEngine(ctx, t, o)
	if err != nil {
		return &Result{}, err
	}
	err = e.runInputs(seeds)
	return e.buildResult(), e.folder.closeRun(err)
}

// engine is one run.
type engine struct {
	ctx     context.Context // ends the run
	target  *Target         // with defaults filled in
	options Options
	tracer  *Tracer
	pool    *pool           // the corpus
	rng     *rand.Rand      // of Options.Seed
	folder  *folder         // what outlives the process
	found   map[string]bool // signatures with a finding
	result  *Result
	buf     []byte // the current input

	generated, changed source  // new inputs, and changes of old ones
	source             *source // of the current input
}

func newEngine(ctx context.Context, t *Target, o Options) (*engine, error) {
	if o.MaxLen <= 0 {
		o.MaxLen = defaultMaxLen
	}
	complete := *t
	if t.Mutate == nil {
		complete.Mutate = mutateBytes
	}
	if t.Shrink == nil {
		complete.Shrink = ShrinkBytes
	}
	tracer, err := NewTracer(&complete)
	if err != nil {
		return nil, err
	}
	folder, err := openFolder(o.Dir, o.MaxLen)
	if err != nil {
		return nil, err
	}
	return &engine{ctx: ctx, target: &complete, options: o, tracer: tracer, pool: newPool(tracer.bound()), folder: folder,
		rng: rand.New(rand.NewPCG(o.Seed, 0)), found: map[string]bool{}, result: &Result{Died: folder.died}}, nil
}

// runInputs runs the seeds, then inputs that the engine makes.
func (e *engine) runInputs(seeds [][]byte) error {
	seeds = append(seeds[:len(seeds):len(seeds)], e.folder.entries...)
	e.source = new(source)
	for _, in := range append([][]byte{nil}, seeds...) {
		in = in[:min(len(in), e.options.MaxLen)]
		if err := e.tryInput(in); err != nil {
			return err
		}
		e.result.Before = len(e.pool.known)
	}
	if len(e.pool.entries) == 0 { // nothing tells inputs apart
		e.pool.addEntry(nil, nil)
	}
	for e.result.Execs < e.options.N {
		e.makeInput()
		if err := e.tryInput(e.buf); err != nil {
			return err
		}
	}
	return nil
}

// makeInput makes an input: a generated one or a change of an old one, whichever showed more that
// is new lately.
func (e *engine) makeInput() {
	if e.source = &e.changed; e.target.Generate != nil {
		e.source = chooseSource(&e.generated, &e.changed, e.rng)
	}
	if e.source == &e.generated {
		e.buf = e.target.Generate(e.buf[:0], e.rng)
	} else {
		e.buf = e.target.Mutate(e.buf[:0], e.pool.pickRare(e.rng), e.pool.pickAny(e.rng), e.rng)
	}
	e.buf = e.buf[:min(len(e.buf), e.options.MaxLen)]
	e.source.countTry()
}

// tryInput runs an input, and keeps it if it shows something new.
func (e *engine) tryInput(in []byte) error {
	n := e.result.Execs
	if n%64 == 0 && e.ctx.Err() != nil {
		return e.ctx.Err()
	}
	if n >= e.options.N || e.folder.isDead(in) {
		return nil
	}
	e.result.Execs++
	e.folder.current.recordInput(n+1, in)
	signature, features := e.tracer.Trace(in)
	if signature != "" {
		return e.addFinding(in, signature)
	}
	if better, fresh := e.pool.countFeatures(features, len(in)); len(better) > 0 {
		return e.keepStable(in, better, fresh > 0)
	}
	return nil
}

// keepStable adds in to the pool for those of the better features that it shows a second time.
func (e *engine) keepStable(in []byte, better []uint32, fresh bool) error {
	signature, features := e.tracer.Trace(in)
	if signature != "" {
		return nil // it fails only sometimes; another input will show it
	}
	slices.Sort(features)
	stable := better[:0]
	for _, f := range better {
		if _, again := slices.BinarySearch(features, f); again {
			stable = append(stable, f)
		}
	}
	if len(stable) == 0 {
		return nil
	}
	e.pool.addEntry(in, stable)
	if fresh {
		e.source.finds++
		return e.folder.writeInput("entries", in)
	}
	return nil
}

// addFinding keeps a finding with a new signature. It is on disk before it is shrunk, and again
// after.
func (e *engine) addFinding(in []byte, signature string) error {
	if e.found[signature] || len(e.found) == maxFindings {
		return nil
	}
	e.found[signature] = true
	f := &Finding{Signature: signature, Original: slices.Clone(in), Exec: e.result.Execs}
	if err := e.folder.writeInput("findings", f.Original); err != nil {
		return err
	}
	fails := func(in []byte) bool {
		if f.Tries++; e.folder.isDead(in) {
			return false // an earlier shrink died here
		}
		e.folder.current.recordInput(e.result.Execs, in)
		return len(in) <= e.options.MaxLen && e.tracer.runTarget(in) == signature
	}
	f.Input = slices.Clone(e.target.Shrink(f.Original, fails))
	f.Flaky = e.tracer.runTarget(f.Input) != signature
	e.result.Findings = append(e.result.Findings, f)
	err := e.folder.writeInput("findings", f.Input)
	if e.options.Found != nil {
		e.options.Found(f)
	}
	if err == nil {
		err = e.ctx.Err() // Found may have ended the run
	}
	return err
}

func (e *engine) buildResult() *Result {
	e.result.Features = len(e.pool.known)
	for _, entry := range e.pool.entries {
		e.result.Entries = append(e.result.Entries, entry.in)
	}
	return e.result
}
