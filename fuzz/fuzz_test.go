package fuzz_test

import (
	"os"
	"testing"

	"github.com/pongcheck/pongcheck/fuzz"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
)

// FuzzTracker runs the specimen of the story, or the mutant or specimen that
// PONGCHECK_MUTANT names.
func FuzzTracker(f *testing.F) {
	p, impl := chosen(f, "asyncio@14.2")
	fuzz.Tracker(f, p, impl)
}

// FuzzResponder runs a specimen that answers, or the mutant that PONGCHECK_MUTANT names.
func FuzzResponder(f *testing.F) {
	p, impl := chosen(f, "responder")
	fuzz.Responder(f, p, impl)
}

// chosen is the specimen of a name, or the mutant that the environment names.
func chosen(t testing.TB, name string) (model.Profile, *model.Implementation) {
	t.Helper()
	impl, ok := specimen.Find("specimen/" + name)
	if other := os.Getenv("PONGCHECK_MUTANT"); other != "" {
		if m, is := specimen.FindMutant(other); is {
			impl, ok = m.Implementation(), true
		} else {
			impl, ok = specimen.Find(other)
		}
	}
	if !ok {
		t.Fatalf("there is no specimen %s, or no mutant %q", name, os.Getenv("PONGCHECK_MUTANT"))
	}
	p, ok := model.FindProfile(impl.Profile)
	if !ok {
		t.Fatalf("%s has no profile %q", impl.Name, impl.Profile)
	}
	return p, impl
}
