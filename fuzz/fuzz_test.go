package fuzz_test

import (
	"os"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/fuzz"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
)

// The environment variable PONGCHECK_MUTANT names mutants, with commas between them, that
// take the places of the specimens below: of a target those that answer in another way
// than they should, of the other the rest.

// FuzzTracker runs the specimen of the story.
func FuzzTracker(f *testing.F) {
	p, impl := chosen(f, "asyncio@14.2", false)
	fuzz.Tracker(f, p, impl)
}

// FuzzResponder runs a specimen that answers.
func FuzzResponder(f *testing.F) {
	p, impl := chosen(f, "responder", true)
	fuzz.Responder(f, p, impl)
}

// chosen is the specimen of a name, or the mutants that the environment names.
func chosen(t testing.TB, name string, answers bool) (model.Profile, *model.Implementation) {
	t.Helper()
	var impls []*model.Implementation
	for name := range strings.SplitSeq(os.Getenv("PONGCHECK_MUTANT"), ",") {
		m, ok := specimen.FindMutant(name)
		switch {
		case ok && strings.HasPrefix(m.Name, "answering/") == answers:
			impls = append(impls, m.Implementation())
		case !ok && name != "":
			t.Fatalf("there is no mutant %q", name)
		}
	}
	if len(impls) == 0 {
		impl, ok := specimen.Find("specimen/" + name)
		if !ok {
			t.Fatalf("there is no specimen %s", name)
		}
		impls = append(impls, impl)
	}
	impl := oneOf(impls)
	p, ok := model.FindProfile(impl.Profile)
	if !ok {
		t.Fatalf("%s has no profile %q", impl.Name, impl.Profile)
	}
	return p, impl
}

// oneOf has several bugs, as code has: which of the implementations it is, depends on how
// its input is cut. Its info and profile are those of the first, as those of all should be.
func oneOf(impls []*model.Implementation) *model.Implementation {
	if len(impls) == 1 {
		return impls[0]
	}
	all := *impls[0]
	all.Name = "several"
	all.New = func() model.Subject {
		s := new(several)
		for _, impl := range impls {
			s.all = append(s.all, impl.New())
		}
		return s
	}
	return &all
}

type several struct {
	all []model.Subject
	now int
}

func (s *several) Step(ev *model.Event, out *model.Outcome) {
	if ev.Kind == model.Open {
		s.now = ev.Config.Cut % len(s.all)
	}
	s.all[s.now].Step(ev, out)
}
