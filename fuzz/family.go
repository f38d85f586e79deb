package fuzz

import (
	"hash/fnv"
	"math/rand/v2"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props"
)

// A family is a trace and its neighbours. An execution of a fuzzing engine costs as
// much as a hundred checked ops and more, so one input buys many traces: its own,
// and the beginnings of that with other ends. Which ones follows from the input
// alone.
type family struct {
	gen   *props.Generator
	rng   *rand.PCG
	head  model.Trace // the input's
	tail  model.Trace
	trace model.Trace // the relative at hand
	seed  uint64
	n     uint64 // relatives so far
}

func newFamily(info model.Info) *family {
	return &family{gen: props.NewGenerator(info, props.Options{}), rng: rand.NewPCG(0, 0)}
}

// begin begins the family of t, which is the trace of input in.
func (f *family) begin(in []byte, t *model.Trace) {
	h := fnv.New64a()
	h.Write(in)
	f.seed, f.n = h.Sum64(), 0
	f.rng.Seed(f.seed, 0)
	f.head.Config = t.Config
	f.head.Ops = append(f.head.Ops[:0], t.Ops...)
}

// nextRelative is another relative: it begins as the input does, up to an op of chance, and
// goes on as a generated trace does from an op of chance.
func (f *family) nextRelative() *model.Trace {
	f.gen.Trace(f.seed, f.n, &f.tail)
	f.n++
	t := &f.trace
	t.Config = f.head.Config
	if f.n%2 == 0 {
		t.Config = f.tail.Config
	}
	head, from := f.head.Ops, 0
	if f.flipCoin() {
		head = head[:f.randomBelow(len(head)+1)]
	}
	if f.flipCoin() {
		from = f.randomBelow(len(f.tail.Ops) + 1)
	}
	t.Ops = append(t.Ops[:0], head...)
	shift := countPings(head) - countPings(f.tail.Ops[:from])
	for _, op := range f.tail.Ops[from:] {
		t.Ops = append(t.Ops, shiftReferences(op, shift))
	}
	return t
}

// randomBelow is a number of chance in 0 to n-1.
func (f *family) randomBelow(n int) int { return int(f.rng.Uint64() % uint64(n)) }

func (f *family) flipCoin() bool { return f.rng.Uint64()>>63 == 0 }

func countPings(ops []model.Op) (n int) {
	for i := range ops {
		if ops[i].Kind == model.Ping {
			n++
		}
	}
	return n
}

// shiftReferences is op with the pings that it names moved on by n: what is counted back
// from the newest ping stays the same.
func shiftReferences(op model.Op, n int) model.Op {
	switch {
	case op.Kind == model.Cancel && !op.Keep:
		op.N = max(1, op.N+n)
	case op.Kind.HasPayload() && op.Data.Form >= model.Echo && !op.Data.Keep:
		op.Data.Ref = max(1, op.Data.Ref+n)
	}
	return op
}
