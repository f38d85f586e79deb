package fuzz

import (
	"hash/fnv"
	"math/rand/v2"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/generate"
)

// A family is a trace and its relatives. One execution of a fuzzing engine costs as much as a
// hundred checked ops or more. So one input buys many traces: its own, and beginnings of it with
// other ends. They follow from the input alone.
type family struct {
	gen   *generate.Generator // makes the other ends
	rng   *rand.PCG           // seeded by the input
	head  model.Trace         // the trace of the input
	tail  model.Trace         // the generated trace that the relative ends with
	trace model.Trace         // the current relative
	seed  uint64              // a hash of the input
	n     uint64              // how many relatives there were
}

func newFamily(info model.Info) *family {
	return &family{gen: generate.New(info, generate.Options{}), rng: rand.NewPCG(0, 0)}
}

// begin starts the family of t, the trace of input in.
func (f *family) begin(in []byte, t *model.Trace) {
	h := fnv.New64a()
	h.Write(in)
	f.seed, f.n = h.Sum64(), 0
	f.rng.Seed(f.seed, 0)
	f.head.Config = t.Config
	f.head.Ops = append(f.head.Ops[:0], t.Ops...)
}

// nextRelative returns another relative. It begins as the input does up to a random op, and goes
// on as a generated trace does from a random op.
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

// randomBelow returns a random number from 0 to n-1.
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

// shiftReferences returns op with the ping numbers in it moved by n. A reference that counts back
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
