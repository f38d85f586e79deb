package cover

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"
)

func TestChoice(t *testing.T) {
	tests := []struct {
		reason string
		inputs []Input
		spares Spares
		want   map[int]Why
	}{
		{"one that reaches all, for fewer bytes than several",
			[]Input{{Bytes: 5, Features: []uint32{1}}, {Bytes: 5, Features: []uint32{2}}, {Bytes: 6, Features: []uint32{1, 2}}},
			Spares{}, map[int]Why{2: {New: 2}}},
		{"several small ones rather than one that is large",
			[]Input{{Bytes: 1, Features: []uint32{1}}, {Bytes: 1, Features: []uint32{2}}, {Bytes: 60, Features: []uint32{1, 2}}},
			Spares{}, map[int]Why{0: {New: 1}, 1: {New: 1}}},
		{"among equals the one that costs less",
			[]Input{{Bytes: 1, Cost: 9, Features: []uint32{1}}, {Bytes: 1, Cost: 8, Features: []uint32{1}}},
			Spares{}, map[int]Why{1: {New: 1}}},
		{"among equals of equal cost the first",
			[]Input{{Bytes: 1, Features: []uint32{1}}, {Bytes: 1, Features: []uint32{1}}},
			Spares{}, map[int]Why{0: {New: 1}}},
		{"what reaches nothing is not chosen", []Input{{Bytes: 0}}, Spares{}, map[int]Why{}},
		{"what is kept counts",
			[]Input{{Bytes: 1, Features: []uint32{1}}, {Bytes: 99, Features: []uint32{1}, Keep: true}, {Keep: true}},
			Spares{}, map[int]Why{1: {New: 1, Kept: true}, 2: {Kept: true}}},
		{"two spares, the smallest, where few reach it",
			[]Input{{Bytes: 4, Features: []uint32{1}}, {Bytes: 3, Features: []uint32{1}}, {Bytes: 2, Features: []uint32{1}}, {Bytes: 1, Features: []uint32{1}}},
			Spares{Rare: 4, Count: 2}, map[int]Why{3: {New: 1}, 2: {Spare: true}, 1: {Spare: true}}},
		{"no spares where many reach it",
			[]Input{{Bytes: 4, Features: []uint32{1}}, {Bytes: 3, Features: []uint32{1}}, {Bytes: 2, Features: []uint32{1}}, {Bytes: 1, Features: []uint32{1}}},
			Spares{Rare: 3, Count: 2}, map[int]Why{3: {New: 1}}},
		{"another chosen one is a spare",
			[]Input{{Bytes: 1, Features: []uint32{1}}, {Bytes: 2, Features: []uint32{1, 2}}, {Bytes: 9, Features: []uint32{1}}, {Bytes: 0, Features: []uint32{1}}},
			Spares{Rare: 9, Count: 1}, map[int]Why{3: {New: 1}, 1: {New: 1}}},
	}
	for _, test := range tests {
		if d := cmp.Diff(test.want, Choose(test.inputs, test.spares)); d != "" {
			t.Errorf("%s (-want +got):\n%s", test.reason, d)
		}
	}
}

// genInputs makes inputs with few features, so that they share many.
func genInputs() gopter.Gen {
	one := gopter.CombineGens(gen.IntRange(0, 50), gen.UInt64Range(0, 3), gen.SliceOf(gen.UInt32Range(0, 30)), gen.Weighted([]gen.WeightedGen{
		{Weight: 9, Gen: gen.Const(false)}, {Weight: 1, Gen: gen.Const(true)},
	})).Map(func(v []any) Input {
		features := slices.Clone(v[2].([]uint32))
		slices.Sort(features)
		return Input{v[0].(int), v[1].(uint64), slices.Compact(features), v[3].(bool)}
	})
	return gen.SliceOf(one)
}

func reach(inputs []Input, chosen func(int) bool) map[uint32]bool {
	all := map[uint32]bool{}
	for i, in := range inputs {
		if chosen(i) {
			for _, f := range in.Features {
				all[f] = true
			}
		}
	}
	return all
}

func TestNothingIsLost(t *testing.T) {
	params := gopter.DefaultTestParametersWithSeed(1)
	params.MinSuccessfulTests = 100
	p := prop.ForAll(func(inputs []Input, spares int) (string, error) {
		chosen := Choose(inputs, Spares{Rare: 4, Count: spares})
		all := reach(inputs, func(int) bool { return true })
		some := reach(inputs, func(i int) bool { _, ok := chosen[i]; return ok })
		if !maps.Equal(all, some) {
			return "something is not reached any more", nil
		}
		for i, in := range inputs {
			if _, ok := chosen[i]; in.Keep && !ok {
				return "what is to be kept is not", nil
			}
		}
		if !maps.Equal(chosen, Choose(inputs, Spares{Rare: 4, Count: spares})) {
			return "another choice", nil
		}
		return naive(inputs, chosen, spares), nil
	}, genInputs(), gen.IntRange(0, 2))
	if r := p.Check(params); !r.Passed() {
		t.Errorf("%+v", r)
	}
}

// naive holds the choice against a greedy one that counts everything in each step.
func naive(inputs []Input, chosen map[int]Why, spares int) string {
	if spares > 0 {
		return ""
	}
	c := chooser{inputs: inputs, reached: map[uint32]int{}, chosen: map[int]Why{}}
	for i := range inputs {
		if inputs[i].Keep {
			c.takeInput(i, Why{Kept: true})
		}
	}
	for {
		best := -1
		for i := range inputs {
			if c.countNew(i) == 0 {
				continue
			}
			q := queue{inputs, []candidate{{i, c.countNew(i)}, {max(best, 0), c.countNew(max(best, 0))}}}
			if best < 0 || q.Less(0, 1) {
				best = i
			}
		}
		if best < 0 {
			return cmp.Diff(c.chosen, chosen)
		}
		c.takeInput(best, Why{})
	}
}

func TestOnly(t *testing.T) {
	inputs := []Input{{Features: []uint32{1, 2, 3}}, {Features: []uint32{2}}, {Features: []uint32{3, 4}}}
	for i, want := range [][]uint32{{1}, {}, {4}} {
		if got := Only(inputs, i); !slices.Equal(got, want) {
			t.Errorf("%d: got %v, want %v", i, got, want)
		}
	}
}

func TestStable(t *testing.T) {
	n := uint32(0)
	stable, flaky, err := Stable(3, func() ([]uint32, error) {
		n++
		return []uint32{7, 5, 7, 10 + n}, nil
	})
	if err != nil || !slices.Equal(stable, []uint32{5, 7}) || !slices.Equal(flaky, []uint32{11, 12, 13}) {
		t.Errorf("got %v, %v, %v", stable, flaky, err)
	}
	broken := errors.New("broken")
	if _, _, err := Stable(0, func() ([]uint32, error) { return nil, broken }); err != broken {
		t.Errorf("got %v", err)
	}
}

// crowd are inputs as a fuzz engine leaves them: common features, and a few rare ones.
func crowd(n int) []Input {
	r := rand.New(rand.NewPCG(1, 2))
	inputs := make([]Input, n)
	for i := range inputs {
		for range 20 + r.IntN(100) {
			inputs[i].Features = append(inputs[i].Features, uint32(r.ExpFloat64()*150))
		}
		slices.Sort(inputs[i].Features)
		inputs[i].Features = slices.Compact(inputs[i].Features)
		inputs[i].Bytes = 4 + r.IntN(124)
		inputs[i].Cost = uint64(r.IntN(1000))
	}
	return inputs
}

func BenchmarkChoose(b *testing.B) {
	for _, n := range []int{1000, 10000, 100000} {
		inputs := crowd(n)
		b.Run(fmt.Sprintf("inputs=%d", n), func(b *testing.B) {
			for b.Loop() {
				b.ReportMetric(float64(len(Choose(inputs, Spares{Rare: 8, Count: 2}))), "chosen")
			}
		})
	}
}
