package props

import (
	"os"
	"slices"
	"testing"

	"github.com/pongcheck/pongcheck/model/specimen"
)

// What is found of a mutant shrinks to the shortest trace there is: as short as the
// one that is known, if it is of that class; else nothing shorter is left, by a
// certificate. Where that would be too much to run, all trials of a class agree.
// Each mutant is found by 3 seeds, by 15 where PONGCHECK_FULL is set.
func TestMutantsShrinkToTheShortest(t *testing.T) {
	trials := uint64(3)
	switch {
	case os.Getenv("PONGCHECK_FULL") != "":
		trials = 15
	case testing.Short():
		trials = 1
	}
	var tries []int
	certified, all := 0, 0
	for _, m := range specimen.Mutants() {
		known, err := m.Shortest()
		if err != nil {
			t.Fatal(err)
		}
		class := newLocal(t.Context(), profile(m.Profile), m.Implementation(), false).run(known).Failure().Class()
		lengths := map[string]int{class: length(known)}
		for seed := uint64(1); seed <= trials; seed++ {
			_, f := hunt(t, &m, Options{Seed: seed, N: mutantTraces})
			if f == nil {
				t.Errorf("%s: not found with seed %d", m.Name, seed)
				continue
			}
			all++
			tries = append(tries, f.Tries)
			n := length(f.Shrunk)
			want, seen := lengths[f.Class()]
			switch {
			case f.Certificate != nil && f.Certificate.Whole && f.Class() != class:
				certified++
			case seen && n != want || n <= 6 && f.Class() != class:
				t.Errorf("%s, seed %d: %d ops, want %d: %s: %s", m.Name, seed, n, want, f.Class(), oneLine(f.Shrunk))
			default:
				lengths[f.Class()] = n
			}
		}
	}
	slices.Sort(tries)
	if all > 0 {
		t.Logf("%d trials, %d of another class than the known one and certified; %d tries in the median, %d at most", all, certified, tries[all/2], tries[all-1])
	}
}
