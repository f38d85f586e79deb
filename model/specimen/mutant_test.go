package specimen

import (
	"testing"

	"github.com/pongcheck/pongcheck/model"
)

// The trace that is said to show a mutant's bug shows it, and the specimen that
// was changed passes it.
func TestShortestTracesShowTheirBug(t *testing.T) {
	for _, m := range Mutants() {
		t.Run(m.Name, func(t *testing.T) {
			trace, err := m.Shortest()
			if err != nil {
				t.Fatal(err)
			}
			p, ok := model.FindProfile(m.Profile)
			if !ok {
				t.Fatalf("there is no profile %s", m.Profile)
			}
			if r := model.NewChecker(p, m.info).RunIn(m.Implementation(), trace); r.Failure() == nil {
				t.Errorf("no failure in\n%s", trace)
			}
			right, ok := Find(m.Of)
			if !ok {
				t.Fatalf("there is no specimen %s", m.Of)
			}
			if f := model.NewChecker(p, m.info).RunIn(right, trace).Failure(); f != nil {
				t.Errorf("%s fails, too: %s", m.Of, f.Sentence())
			}
		})
	}
}
