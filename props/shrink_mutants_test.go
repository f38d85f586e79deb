package props

import (
	"os"
	"slices"
	"testing"

	"github.com/pongcheck/pongcheck/model/specimen"
	"github.com/pongcheck/pongcheck/props/internal/propstest"
	"github.com/pongcheck/pongcheck/props/shrink"
)

// certifiable is the greatest length of which every shrunk trace has a certificate.
const certifiable = 8

// What is found of a mutant shrinks to the shortest trace that fails in its class:
// by a certificate nothing shorter does, or where that would be too much to run, it is
// as short as the one that is known. Each mutant is found by one seed, by three where
// PONGCHECK_FULL is set; every fifth of them in short tests.
func TestMutantsShrinkToTheShortest(t *testing.T) {
	trials := uint64(1)
	if os.Getenv("PONGCHECK_FULL") != "" {
		trials = 3
	}
	var tries []int
	certified := 0
	for i, m := range specimen.Mutants() {
		if testing.Short() && i%5 != 0 {
			continue
		}
		for seed := uint64(1); seed <= trials; seed++ {
			_, f := hunt(t, &m, Options{Seed: seed, N: mutantTraces})
			if f == nil {
				t.Errorf("%s: not found with seed %d", m.Name, seed)
				continue
			}
			tries = append(tries, f.Tries)
			whole, n := f.Certificate != nil && f.Certificate.Whole, shrink.Length(f.Shrunk)
			if whole {
				certified++
			} else if n <= certifiable {
				t.Errorf("%s, seed %d: %d ops without a certificate: %s: %s", m.Name, seed, n, f.Class(), propstest.OneLine(f.Shrunk))
			}
			known, err := m.ShortestOf(f.Class())
			switch {
			case err != nil:
				t.Fatal(err)
			case known != nil && n != shrink.Length(known) || known == nil && !whole:
				t.Errorf("%s, seed %d: %d ops are not known to be the shortest: %s: %s", m.Name, seed, n, f.Class(), propstest.OneLine(f.Shrunk))
			}
		}
	}
	slices.Sort(tries)
	if len(tries) > 0 {
		t.Logf("%d trials, %d certified; %d tries in the median, %d at most", len(tries), certified, tries[len(tries)/2], tries[len(tries)-1])
	}
}
