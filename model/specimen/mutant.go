package specimen

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
)

// Mutant is a specimen with one small change that makes it wrong, for the toolkit to find. Its
// Implementation is named mutant/NAME.
type Mutant struct {
	Name    string // family/what-is-wrong, such as "tracking/second-pong"
	Of      string // the changed specimen
	Mirrors string // the real bug that it resembles; "" if it was made up
	Change  string // what is different, in one sentence
	Profile string // the specimen's profile, which judges it; "" is rfc
	Swept   bool   // the sweep of headers finds it, and random traces hardly ever

	info model.Info
	new  func() model.Subject
}

// Implementation returns the mutant as a subject.
func (m *Mutant) Implementation() *model.Implementation {
	return &model.Implementation{Name: "mutant/" + m.Name, Profile: m.Profile, Info: m.info, New: m.new}
}

//go:embed mutants
var shortest embed.FS

// Shortest returns the shortest known trace that shows the mutant's bug. It stands in
// mutants/NAME.txt, below the story.
func (m *Mutant) Shortest() (*model.Trace, error) {
	all, err := m.parseTraces()
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// ShortestOf returns the shortest known trace that shows the bug by a failure of this class, or
// nil. A bug can show itself in several ways, and some need longer traces. Traces too long to be
// proved by trying everything shorter stand below the shortest.
func (m *Mutant) ShortestOf(class string) (*model.Trace, error) {
	all, err := m.parseTraces()
	if err != nil {
		return nil, err
	}
	p, _ := model.FindProfile(m.Profile)
	c := model.NewChecker(p, m.info)
	for _, t := range all {
		if f := c.RunIn(m.Implementation(), t).Failure(); f != nil && f.Class() == class {
			return t, nil
		}
	}
	return nil, nil
}

// parseTraces returns the traces in the mutant's file; there is at least one. Each begins with its
// version.
func (m *Mutant) parseTraces() (all []*model.Trace, err error) {
	name := "mutants/" + m.Name + ".txt"
	b, err := shortest.ReadFile(name)
	if err != nil {
		return nil, err
	}
	for _, body := range strings.Split(string(b), model.Version+"\n")[1:] {
		t, err := text.ParseString(model.Version + "\n" + body)
		if err != nil {
			return nil, fmt.Errorf("%s, trace %d: %w", name, len(all)+1, err)
		}
		all = append(all, t.Trace())
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s: no trace begins with %q", name, model.Version)
	}
	return all, nil
}

// Mutants returns all mutants, family by family. Each is judged by what its specimen promises.
func Mutants() []Mutant {
	return withProfiles(slices.Concat(trackingMutants(), matchingMutants(), endingMutants(), answeringMutants(), framingMutants(),
		keepaliveMutants(), isolationMutants(), closingMutants(), deepMutants(), staleMutants(), headerMutants(), reachMutants(),
		closeFrameMutants(), sendingMutants(), timingMutants(), tableMutants(), readingMutants()))
}

// withProfiles has each mutant judged by what its specimen promises.
func withProfiles(all []Mutant) []Mutant {
	for i := range all {
		m := &all[i]
		right, ok := Find(m.Of)
		if !ok {
			panic("mutant " + m.Name + " of unknown specimen " + m.Of)
		}
		m.Profile, m.info = right.Profile, right.Info
	}
	return all
}

// FindMutant finds a mutant by its name, with or without the prefix "mutant/".
func FindMutant(name string) (*Mutant, bool) {
	name = strings.TrimPrefix(name, "mutant/")
	for _, m := range Mutants() {
		if m.Name == name {
			return &m, true
		}
	}
	return nil, false
}
