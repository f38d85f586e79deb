package specimen

import (
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
)

func TestMutantsAreWellFormed(t *testing.T) {
	all := Mutants()
	if len(all) < 60 {
		t.Errorf("%d mutants, want 60 at least", len(all))
	}
	families := []string{"tracking", "answering", "keepalive", "isolation", "closing", "deep", "headers", "reach", "sending"}
	names := map[string]bool{}
	for _, m := range all {
		family, _, _ := strings.Cut(m.Name, "/")
		if names[m.Name] || !slices.Contains(families, family) {
			t.Errorf("%s: there are two of it, or its family is unknown", m.Name)
		}
		names[m.Name] = true
		if m.Change == "" || strings.HasSuffix(m.Change, ".") {
			t.Errorf("%s: its change %q is not half a sentence", m.Name, m.Change)
		}
		if found, ok := FindMutant("mutant/" + m.Name); !ok || found.Name != m.Name {
			t.Errorf("%s is not found", m.Name)
		}
	}
	files, err := fs.Glob(shortest, "mutants/*/*.txt")
	if err != nil || len(files) != len(all) {
		t.Errorf("%d files for %d mutants: %v", len(files), len(all), err)
	}
	for _, file := range files {
		if name := strings.TrimSuffix(strings.TrimPrefix(file, "mutants/"), ".txt"); !names[name] {
			t.Errorf("%s belongs to no mutant", file)
		}
		if b, _ := fs.ReadFile(shortest, file); !strings.HasPrefix(string(b), "# ") {
			t.Errorf("%s does not open with its story", file)
		}
	}
	if _, ok := FindMutant("tracking/nothing"); ok {
		t.Error("found a mutant that there is not")
	}
}

// eachShortest calls f with each trace of each mutant, and a checker for it.
func eachShortest(t *testing.T, f func(t *testing.T, m *Mutant, c *model.Checker, trace *model.Trace)) {
	for _, m := range Mutants() {
		t.Run(m.Name, func(t *testing.T) {
			traces, err := m.parseTraces()
			if err != nil {
				t.Fatal(err)
			}
			p, ok := model.FindProfile(m.Profile)
			if !ok {
				t.Fatalf("there is no profile %s", m.Profile)
			}
			for _, trace := range traces {
				f(t, &m, model.NewChecker(p, m.info), trace)
			}
		})
	}
}

// The traces that are said to show a mutant's bug show it, each by another class of
// failure, and the specimen that was changed passes them.
func TestShortestTracesShowTheirBug(t *testing.T) {
	eachShortest(t, func(t *testing.T, m *Mutant, c *model.Checker, trace *model.Trace) {
		f := c.RunIn(m.Implementation(), trace).Failure()
		if f == nil {
			t.Fatalf("no failure in\n%s", trace)
		}
		if first, err := m.ShortestOf(f.Class()); err != nil || first.String() != trace.String() {
			t.Errorf("%s has a trace before this one: %v\n%s", f.Class(), err, trace)
		}
		right, _ := Find(m.Of)
		if f := c.RunIn(right, trace).Failure(); f != nil {
			t.Errorf("%s fails, too: %s", m.Of, f.Sentence())
		}
	})
}

// No op of these traces can be left out, not from the first for any failure, and
// not from the others for theirs.
func TestShortestTracesAreMinimal(t *testing.T) {
	eachShortest(t, func(t *testing.T, m *Mutant, c *model.Checker, trace *model.Trace) {
		class := c.RunIn(m.Implementation(), trace).Failure().Class()
		shortest, _ := m.Shortest()
		for i, op := range trace.Ops {
			less := trace.Clone()
			less.Ops = slices.Delete(less.Ops, i, i+1)
			f := c.RunIn(m.Implementation(), less).Failure()
			if f != nil && (f.Class() == class || len(trace.Ops) == len(shortest.Ops)) {
				t.Errorf("without op %d, %s, it still fails: %s", i+1, op, f.Sentence())
			}
		}
	})
}

func TestAClassThatIsNotKnown(t *testing.T) {
	m, _ := FindMutant("deep/compaction")
	if tr, err := m.ShortestOf("pong.owed"); tr != nil || err != nil {
		t.Errorf("got %v, %v", tr, err)
	}
}
