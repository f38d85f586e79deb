package props

import (
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/generate"
	"github.com/pongcheck/pongcheck/props/sweep"
)

// Options are the settings of generation, of a run and of its shrinks. The zero
// value is what most people want.
type Options struct {
	// Seed chooses the traces: trace i depends on Seed and i alone, whatever
	// ran before it, so that a failure is replayed by two numbers.
	Seed uint64

	// N is the number of generated traces; 0 means 1,000, or 200 for a subject
	// on a real clock; less than 0 means none.
	N int

	// Sweep is how many single frames are sent before the generated traces, of all that
	// there are: see package sweep. However few, they are spread evenly. 0 means 20 for
	// each generated trace; 4 in a bubble; 1 for each 4 of them in another process or on a
	// real clock. Less than 0 means none.
	Sweep int

	// Grid, if it is set, keeps what the subject did with each frame of the sweep.
	Grid *sweep.Column

	// MaxOps is about the number of ops of the longest generated traces; 0
	// means 60. What ends a trace (the rest of a message, settle) may add a
	// handful, and one trace in 512 is ten times as long, for counters that wrap.
	MaxOps int

	// Plain switches swarm generation off: every trace draws from all ops and
	// from many payloads.
	Plain bool

	// NoCorpus leaves out the published seeds, which otherwise run first. What
	// is to prove something about finding bugs needs that.
	NoCorpus bool

	// First are traces that run before all others, such as stored failures.
	First []Named

	// Tries is the budget of one shrink, counted in traces tried; 0 means
	// 20,000 for a subject that is called directly, and 2,000 where a bubble, a
	// process or a wire is in between; less than 0 leaves failures as they were
	// found.
	Tries int

	// Certify is how many traces may be run to prove that the shrunk trace is the
	// shortest, or to find a shorter one, and how many more over its own ops alone: see [Certificate]. 0 means 200,000 for a subject that is called
	// directly, and none where a bubble, a process or a wire is in between; less
	// than 0 means none.
	Certify int

	// Stats, if it is set, counts the traces of a run and what the subject showed.
	// That takes a transcript of each.
	Stats *Stats

	// Found, if it is set, is called for every finding as soon as it is shrunk.
	Found func(*Finding)

	// NoFiles keeps [Check] from storing failures beside the test and from
	// running the stored ones first.
	NoFiles bool

	_ struct{} // no positional literals: this may grow
}

// Named is a trace with a name, such as that of its file.
type Named struct {
	Name  string
	Trace *model.Trace
}

const (
	defaultN      = 1000
	realN         = 200
	directTries   = 20000
	indirectTries = 2000
	processTries  = 60 // where each try costs a process

	directCertificate = 200_000
)

// shape is what the options say about generated traces.
func (o *Options) shape() generate.Options { return generate.Options{MaxOps: o.MaxOps, Plain: o.Plain} }

// withDefaults fills in the defaults for impl.
func (o Options) withDefaults(impl *model.Implementation) Options {
	if o.N == 0 {
		o.N = defaultN
		if impl.Info.Real {
			o.N = realN
		}
	}
	if o.Sweep == 0 {
		o.Sweep = framesPer(impl, o.N)
	}
	if o.Tries == 0 {
		o.Tries = directTries
		if impl.Around != nil || impl.Run != nil {
			o.Tries = indirectTries
		}
	}
	if o.Certify == 0 && impl.Around == nil && impl.Run == nil {
		o.Certify = directCertificate
	}
	return o
}

// framesPer is how many frames are swept for n generated traces: they take less time than
// those.
func framesPer(impl *model.Implementation, n int) int {
	switch {
	case impl.Run != nil || impl.Info.Real:
		return n / 4
	case impl.Around != nil:
		return 4 * n
	}
	return 20 * n
}
