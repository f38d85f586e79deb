package props

import (
	"cmp"
	"context"
	"math"
	"os"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
	"github.com/pongcheck/pongcheck/props/internal/propstest"
)

// mutantTraces is within how many random traces each mutant is found, whatever the
// seed. Most take a handful; the cap is for those that need two rare things at
// once.
const mutantTraces = 50_000

// hunt runs traces on a mutant until one fails. It returns how many that took,
// the failing one included, and the finding; 0 if all passed.
func hunt(t *testing.T, m *specimen.Mutant, o Options) (int, *Finding) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var found *Finding
	o.NoCorpus = true
	if !m.Swept { // it is the random traces that are put to the test
		o.Sweep = cmp.Or(o.Sweep, -1)
	}
	o.Found = func(f *Finding) {
		if f.Verdict == model.FAILED && found == nil {
			found = f
			stop()
		}
	}
	r, err := Run(ctx, propstest.FindProfile(m.Profile), m.Implementation(), o)
	if found == nil {
		if err != nil {
			t.Fatal(err)
		}
		return 0, nil
	}
	return max(1, r.Traces), found // none before it: a frame of the sweep
}

func TestEveryMutantIsFound(t *testing.T) {
	seeds := uint64(3)
	if testing.Short() {
		seeds = 1
	}
	logs, n, most, worst := 0.0, 0, 0, ""
	for _, m := range specimen.Mutants() {
		for seed := range seeds {
			took, _ := hunt(t, &m, Options{Seed: seed + 1, N: mutantTraces, Tries: -1})
			if took == 0 {
				t.Errorf("%s: not found in %d traces of seed %d", m.Name, mutantTraces, seed+1)
				continue
			}
			if took > most {
				most, worst = took, m.Name
			}
			logs += math.Log(float64(took))
			n++
		}
	}
	t.Logf("%d hunts: %.0f traces in the geometric mean, %d at most (%s)", n, math.Exp(logs/float64(max(1, n))), most, worst)
}

// Each right specimen passes a million ops and more, ten million in all; ten million each
// where PONGCHECK_FULL is set, in about a minute.
func TestRightSpecimensStayAlive(t *testing.T) {
	want := 1_200_000
	switch {
	case os.Getenv("PONGCHECK_FULL") != "":
		want = 10_000_000
	case testing.Short():
		want = 50_000
	}
	total := 0
	for _, impl := range specimen.All() {
		if impl.Name == "specimen/asyncio" && impl.Version == "14.1" {
			continue
		}
		ops := 0
		for seed := uint64(1); ops < want; seed++ {
			r, err := Run(t.Context(), propstest.FindProfile(impl.Profile), &impl, Options{Seed: seed, N: want / 15, NoCorpus: true, Sweep: -1})
			if err != nil {
				t.Fatal(err)
			}
			for f := range r.Failures() {
				t.Fatalf("%s", f)
			}
			ops += r.Ops
		}
		total += ops
	}
	t.Logf("%d ops", total)
}

// The mutants that are listed as not found are not: one that is belongs to the others.
func TestUnfoundMutants(t *testing.T) {
	why := map[string]string{
		"closing/queue-cleared":  "no rule: what was handed over before the application's close is excused by it",
		"closing/lost-in-stall":  "no rule: a Close that is due while writes stall is excused for good",
		"closing/reads-on":       "no trace: a whole Ping behind a bad frame in one read is hardly ever drawn",
		"isolation/bom-stripped": "no trace: no text begins with a byte order mark",
	}
	for _, m := range specimen.UnfoundMutants() {
		if why[m.Name] == "" {
			t.Errorf("%s is unfound, and nobody says why", m.Name)
		}
		if took, f := hunt(t, &m, Options{Seed: 1, N: 2_000, Tries: -1}); f != nil {
			t.Errorf("%s is found in %d traces, by %s: move it to specimen.Mutants", m.Name, took, f.Class())
		}
	}
}
