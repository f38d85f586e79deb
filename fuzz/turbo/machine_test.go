package turbo

import (
	"math/rand/v2"
	"testing"
)

// machine is a target with a bug 15 steps deep. It is driven by a table: edges look
// the same in all its states, so that only lanes show the way.
func machine(laned bool) *Target {
	rng := rand.New(rand.NewPCG(1, 1))
	var right [15]byte
	for i := range right {
		right[i] = byte(rng.Uint32() % 16)
	}
	return &Target{Run: func(in []byte, lanes *Lanes) string {
		var next [2]int
		state := 0
		for _, c := range in {
			next[0], next[1] = 0, state+1
			d := uint32(c%16) ^ uint32(right[state])
			state = next[(d-1)>>31] // no branch: 1 if d is 0
			if laned {
				lanes.Light(uint32(state))
			}
			if state == len(right) {
				return "deep"
			}
		}
		return ""
	}}
}

// Lanes lead into a state that nothing else leads to.
func TestLanesLeadDeep(t *testing.T) {
	const n = 100_000
	seeds := 20
	if testing.Short() {
		seeds = 3
	}
	for _, laned := range []bool{false, true} {
		found, execs := 0, 0
		for seed := range uint64(seeds) {
			if f := hunt(t, machine(laned), seed, n); f != nil {
				found++
				execs += f.Exec
			}
		}
		t.Logf("lanes %t: found in %d of %d runs, after %d inputs in the mean", laned, found, seeds, execs/max(1, found))
		if laned && found < seeds || !laned && found > 0 {
			t.Errorf("lanes %t: found in %d of %d runs of %d inputs", laned, found, seeds, n)
		}
	}
}
