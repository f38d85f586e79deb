package corpus_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/corpus"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
	"github.com/pongcheck/pongcheck/props"
)

// unreached are the rules that no seed puts to the test, and why. Those that are unbroken
// have a seed of their name nevertheless.
var unreached = map[string]string{
	"send.order":      unbroken,
	"waiter.spurious": unbroken,
	"leak":            "only who breaks it puts it to the test, and that is seen in process and by a driver: an implementation of the model starts no goroutine",
	"recv.high-bit":   "what such a length announces never comes, and every specimen refuses it at once",
}

const unbroken = "only who breaks it puts it to the test, and neither specimen nor mutant does"

// Every rule is put to the test by some seed, on some specimen or mutant.
func TestSeedsReachEveryRule(t *testing.T) {
	seeds, err := corpus.Seeds()
	if err != nil {
		t.Fatal(err)
	}
	impls := specimen.All()
	for _, m := range specimen.Mutants() {
		impls = append(impls, *m.Implementation())
	}
	var reached model.RuleSet
	for i := range impls {
		reached |= reachedBy(t, &impls[i], seeds)
	}
	has := func(id model.RuleID) bool { return reached>>id&1 != 0 }
	for i := range model.Rules() {
		id := model.RuleID(i)
		why, listed := unreached[id.String()]
		switch {
		case has(id) && listed:
			t.Errorf("%s is reached, and listed as not (%s)", id, why)
		case !has(id) && !listed:
			t.Errorf("no seed reaches %s: %s", id, id.Rule().Sentence)
		}
	}
	for name, why := range unreached {
		if _, ok := model.FindRule(name); !ok {
			t.Errorf("there is no rule %q", name)
		}
		if why == unbroken && !slices.ContainsFunc(seeds, func(e corpus.Entry) bool { return e.Name == strings.ReplaceAll(name, ".", "-") }) {
			t.Errorf("%s has no seed of its own", name)
		}
	}
}

// reachedBy are the rules that the seeds put to the test on one implementation.
func reachedBy(t *testing.T, impl *model.Implementation, seeds []corpus.Entry) (reached model.RuleSet) {
	t.Helper()
	p, ok := model.FindProfile(impl.Profile)
	if !ok {
		t.Fatalf("%s has no profile %q", impl.Name, impl.Profile)
	}
	tester := props.NewTester(t.Context(), p, impl)
	for _, seed := range seeds {
		trace := impl.Info.Adapt(seed.Trace)
		if trace == nil {
			continue
		}
		r, err := tester.Try(trace)
		if err != nil {
			t.Errorf("%s, %s: %v", impl.Name, seed.Name, err)
			continue
		}
		reached |= r.Reached
	}
	return reached
}
