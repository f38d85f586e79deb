package turbo

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/pongcheck/pongcheck/model"
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
		trace := model.Decode(out)
		if len(trace.Ops) > maxOps {
			t.Fatalf("input %d has %d ops", i, len(trace.Ops))
		}
		if again := model.Encode(trace); !bytes.Equal(again, out) {
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
		"bytes": Bytes, "traces": Traces(model.Everything(), 64, nil).Mutate,
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
		out := Bytes(nil, nil, nil, rng)
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
	got := shrinkBytes(in, func(c []byte) bool { return bytes.Contains(c, []byte("zz")) && len(c) > 3 })
	if len(got) != 4 || !bytes.Contains(got, []byte("zz")) || bytes.Count(got, []byte{0}) != 2 {
		t.Errorf("%q", got)
	}
}

// Running, changing and generating allocate nothing once their memory has grown.
func TestNothingIsAllocated(t *testing.T) {
	target := right(t, 64, true)
	r, err := Run(t.Context(), target, nil, Options{Seed: 1, N: 5000})
	if err != nil {
		t.Fatal(err)
	}
	tracer, err := NewTracer(target)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 0))
	buf, i := make([]byte, 0, 1<<16), 0
	round := func() {
		in := r.Entries[i%len(r.Entries)]
		i++
		tracer.Trace(in)
		tracer.Trace(target.Mutate(buf, in, r.Entries[0], rng))
		tracer.Trace(target.Generate(buf, rng))
	}
	for range 5000 {
		round()
	}
	if n := testing.AllocsPerRun(2000, round); n > 0 {
		t.Errorf("%v allocations a round", n)
	}
}
