package turbo

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
)

// Whatever the inputs, a changed one is a trace of no more ops than allowed, and says
// the same when it is read again.
func TestChangedTracesAreTraces(t *testing.T) {
	const maxOps = 20
	target := Traces(model.Everything(), maxOps, nil)
	rng := rand.New(rand.NewPCG(1, 0))
	in, other := []byte(nil), []byte("another")
	kinds, changed := model.Kinds(0), 0
	for i := range 20_000 {
		var out []byte
		if i%50 == 0 {
			out = target.Generate(nil, rng)
		} else {
			out = target.Mutate(nil, in, other, rng)
		}
		trace := text.Decode(out)
		if len(trace.Ops) > maxOps {
			t.Fatalf("input %d has %d ops", i, len(trace.Ops))
		}
		if again := text.Encode(trace); !bytes.Equal(again, out) {
			t.Fatalf("input %d: %x, and written again %x", i, out, again)
		}
		if !bytes.Equal(in, out) {
			changed++
		}
		for _, o := range trace.Ops {
			kinds |= model.KindsOf(o.Kind)
		}
		in, other = out, in
	}
	if kinds != model.AllKinds || changed < 15_000 {
		t.Errorf("kinds %b, %b wanted; %d of 20,000 changed", kinds, model.AllKinds, changed)
	}
}

// The inputs of a mutator stay as they are, whatever memory they are in.
func TestChangingLeavesInputsAlone(t *testing.T) {
	for name, mutate := range map[string]func(dst, in, other []byte, rng *rand.Rand) []byte{
		"bytes": mutateBytes, "traces": Traces(model.Everything(), 64, nil).Mutate,
	} {
		rng := rand.New(rand.NewPCG(1, 0))
		in, other := []byte("\x00\x00\x21abc\x10\x41"), []byte("\x01\x20\x30zzzz")
		wantIn, wantOther := slices.Clone(in), slices.Clone(other)
		dst := make([]byte, 0, 1<<12)
		for range 5000 {
			mutate(dst, in, other, rng)
			if !bytes.Equal(in, wantIn) || !bytes.Equal(other, wantOther) {
				t.Fatalf("%s: %x, %x", name, in, other)
			}
		}
	}
}

// Every constant of the dictionary gets into inputs.
func TestDictionaryIsUsed(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 0))
	left := map[string]bool{}
	for _, w := range dictionary {
		left[w] = true
	}
	for range 50_000 {
		out := mutateBytes(nil, nil, nil, rng)
		for w := range left {
			if bytes.Contains(out, []byte(w)) {
				delete(left, w)
			}
		}
	}
	if len(left) > 0 {
		t.Errorf("never: %v", left)
	}
}

func TestShrinkBytes(t *testing.T) {
	in := []byte("some long input with an a here and a zz there")
	got := ShrinkBytes(in, func(c []byte) bool { return bytes.Contains(c, []byte("zz")) && len(c) > 3 })
	if len(got) != 4 || !bytes.Contains(got, []byte("zz")) || bytes.Count(got, []byte{0}) != 2 {
		t.Errorf("%q", got)
	}
}

// Around the target nothing allocates once its memory has grown.
func TestNothingIsAllocated(t *testing.T) {
	target := Traces(model.Everything(), 64, func(t *model.Trace, lanes *Lanes) string {
		lanes.Light(uint32(len(t.Ops)))
		return ""
	})
	tracer, err := NewTracer(target)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 0))
	var bufs [2][]byte
	pool, i := newPool(tracer.bound()), 0
	round := func() {
		i++
		in, other := &bufs[i%2], bufs[(i+1)%2]
		if i%4 == 0 {
			*in = target.Generate((*in)[:0], rng)
		} else {
			*in = target.Mutate((*in)[:0], other, other, rng)
		}
		_, features := tracer.Trace(*in)
		pool.countFeatures(features, len(*in))
	}
	for range 20_000 {
		round()
	}
	if n := testing.AllocsPerRun(5000, round); n > 0 {
		t.Errorf("%v allocations a round", n)
	}
}
