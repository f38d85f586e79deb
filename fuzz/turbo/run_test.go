package turbo

import (
	"context"
	"slices"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
)

// hunt runs t until something fails, and returns that; nil if nothing did.
func hunt(t testing.TB, target *Target, seed uint64, n int) *Finding {
	t.Helper()
	target.Shrink = func(in []byte, _ func([]byte) bool) []byte { return in }
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	r, err := Run(ctx, target, nil, Options{Seed: seed, N: n, Found: func(*Finding) { stop() }})
	if len(r.Findings) == 0 {
		if err != nil {
			t.Fatal(err)
		}
		return nil
	}
	return r.Findings[0]
}

func TestMutantsScratch(t *testing.T) {
	for _, m := range specimen.Mutants() {
		var execs []int
		for seed := range uint64(3) {
			f := hunt(t, mutant(t, m.Name, 64, true), seed+1, 50_000)
			if f == nil {
				execs = append(execs, -1)
				continue
			}
			execs = append(execs, f.Exec)
			if seed == 0 && len(model.Decode(f.Input).Ops) > 8 {
				t.Logf("%s\n%s", f.Signature, model.Decode(f.Input))
			}
		}
		if slices.Max(execs) > 3000 || slices.Min(execs) < 0 {
			t.Logf("%s %v", m.Name, execs)
		}
	}
}
