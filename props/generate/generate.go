// Package generate makes random traces for a subject: a [Generator] draws what its
// [Options] and the subject's [model.Info] allow.
//
// Trace i under a seed depends on these two numbers alone, so that two numbers replay
// a failure.
package generate

import (
	"time"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/internal/rng"
)

// defaultMaxOps is MaxOps where none is given.
const defaultMaxOps = 60

// Generator makes traces for a subject. It does not allocate once its memory
// and that of the trace have grown; it is for one goroutine at a time.
//
// Ops are total, so nothing is ever discarded. Most traces are swarmed: each
// draws for itself which moves it makes and how often, how few payloads it
// uses, what the peer is like and how the connection is set up, because what
// needs ten pending pings or one payload over and over is not found by an
// even-handed choice. A third of them draws evenly, for the bugs that need a
// bit of everything.
type Generator struct {
	info   model.Info
	maxOps int // of the next traces
	topOps int // of maxOps, see LimitOps
	plain  bool
	able   [moves]bool // moves that the subject can do

	// Drawn for each trace.
	rng     rng.RNG
	space   [512]move // for bag
	bag     []move    // each move as often as it weighs
	lits    []uint8   // the payloads in use, as indices into pool
	peer    peer
	wire    *wire
	ownOnly bool // the peer answers no ping of the keepalive
	choose  bool // pings leave the payload to the subject, now and then at least

	// What the trace did so far, in so far as this is known without a subject.
	t       *model.Trace
	pings   []ping
	honest  int           // the last ping that an honest peer answered
	now     time.Duration // since open
	rest    string        // the second half of a frame whose first was sent
	message bool          // a message of the peer is unfinished
	text    bool          // and it is text
	blocked bool
}

// ping is what the generator remembers of a ping op.
type ping struct {
	state pingState
	lit   int16 // index into pool; -1 if the subject chose, or a relation did
}

type pingState uint8

const (
	pending pingState = iota
	answered
	cancelled
)

// Options says how long traces are and how varied.
type Options struct {
	// MaxOps is about the number of ops of the longest traces; 0 means 60. The end of a
	// trace (the rest of a message, settle) may add a handful. One trace in 128 has up to
	// twice as many pings before anything else, for tables that grow, and one in 192 is up to
	// ten times as long, for counters that wrap.
	MaxOps int

	// Plain switches swarm generation off: every trace draws from all ops and from
	// many payloads.
	Plain bool
}

// New makes a generator of traces that a subject with this info can
// do.
func New(info model.Info, o Options) *Generator {
	g := &Generator{info: info, maxOps: o.MaxOps, plain: o.Plain, lits: make([]uint8, 0, len(pool))}
	if g.maxOps <= 0 {
		g.maxOps = defaultMaxOps
	}
	g.topOps = g.maxOps
	for m := range moves {
		g.able[m] = info.Can&moveNeeds[m] == moveNeeds[m]
	}
	g.able[doJoin] = g.able[doPong] || g.able[doRecvPing]
	if !info.Given && !info.Chooses {
		g.able[doPing] = false
	}
	return g
}

// LimitOps bounds the length of the next traces by n ops, or by the generator's own
// bound if that is less.
func (g *Generator) LimitOps(n int) { g.maxOps = min(g.topOps, n) }

// Trace fills t with trace i under the seed. It depends on these two numbers
// and on the generator's settings alone. Its ops stand in the memory of t.Ops,
// if that suffices; their payloads are static.
func (g *Generator) Trace(seed, i uint64, t *model.Trace) {
	g.rng = rng.NewStream(seed, i)
	*t = model.Trace{Ops: t.Ops[:0]}
	g.t, g.pings, g.honest, g.now = t, g.pings[:0], 0, 0
	g.rest, g.message, g.blocked = "", false, false
	g.drawConfig(&t.Config)
	g.drawStyle()
	n := g.drawLength()
	end := g.drawEnd(n)
	switch {
	case g.rng.OneIn(countingPart):
		n, end = g.countingStyle(), -1
	case g.rng.OneIn(floodPart):
		n += g.flood()
	}
	for len(t.Ops) < n && len(g.bag) > 0 {
		if end >= 0 && len(t.Ops) >= end {
			g.endConnection()
			end = -1
			continue
		}
		g.makeMove(g.bag[g.rng.Below(len(g.bag))])
	}
	g.finishTrace()
}

// drawLength mixes short traces, which are cheap to run and to read, with long
// ones, which fill tables and wrap counters.
func (g *Generator) drawLength() int {
	switch g.rng.Below(8) {
	case 0:
		return g.rng.Below(4)
	case 1, 2:
		return min(g.maxOps, 1+g.rng.Below(12))
	case 3, 4:
		return min(g.maxOps, 4+g.rng.Below(24))
	default:
		return 1 + g.rng.Below(g.maxOps)
	}
}

// drawEnd says at which op the connection ends before the trace does, or -1:
// in every other trace, and then mostly late, for nearly every op after the
// end is wasted.
func (g *Generator) drawEnd(n int) int {
	switch {
	case g.rng.OneIn(2):
		return -1
	case g.rng.OneIn(8):
		return g.rng.Below(n + 1)
	default:
		return max(0, n-1-g.rng.Below(7))
	}
}

// finishTrace completes what is unfinished, mostly, and settles: only then can
// absence be proved.
func (g *Generator) finishTrace() {
	if !g.rng.OneIn(8) {
		g.completeFrame()
		if g.message && g.info.Can.Has(model.Cont) {
			g.makeMove(doMessage)
			g.t.Ops[len(g.t.Ops)-1].Fin = true
		}
	}
	if g.info.Can.Has(model.Settle) && !g.rng.OneIn(8) {
		g.emitOp(model.Op{Kind: model.Settle})
	}
}

// completeFrame sends the rest of a frame and lets writes go on.
func (g *Generator) completeFrame() {
	if g.rest != "" {
		g.emitOp(model.Op{Kind: model.Raw, Data: model.Bytes(g.rest)})
		g.rest = ""
	}
	if g.blocked {
		g.emitOp(model.Op{Kind: model.Resume})
		g.blocked = false
	}
}

func (g *Generator) emitOp(o model.Op) { g.t.Ops = append(g.t.Ops, o) }

// nextOp is one more op of kind k, to be filled in where it lies: for what most ops
// are, that is sooner done than a copy.
func (g *Generator) nextOp(k model.Kind) *model.Op {
	n := len(g.t.Ops)
	if n == cap(g.t.Ops) {
		g.t.Ops = append(g.t.Ops, model.Op{})
	}
	g.t.Ops = g.t.Ops[:n+1]
	o := &g.t.Ops[n]
	*o = model.Op{}
	o.Kind = k
	return o
}
