package specimen

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/pongcheck/pongcheck/model"
)

// Mutant is a specimen with one small change that makes it wrong: what the
// toolkit has to find. Its Implementation is named mutant/NAME.
type Mutant struct {
	Name    string // family/what-is-wrong, such as "tracking/second-pong"
	Of      string // the specimen that was changed
	Mirrors string // the real bug that it is like, or "" for one that was made up
	Change  string // what is different, in one sentence
	Profile string // of the specimen, to judge it by; "" is rfc

	info model.Info
	new  func() model.Subject
}

// Implementation is the mutant as a subject.
func (m *Mutant) Implementation() *model.Implementation {
	return &model.Implementation{Name: "mutant/" + m.Name, Profile: m.Profile, Info: m.info, New: m.new}
}

//go:embed mutants
var shortest embed.FS

// Shortest is the shortest trace that is known to show the mutant's bug. It
// stands in mutants/NAME.txt, below the story.
func (m *Mutant) Shortest() (*model.Trace, error) {
	b, err := shortest.ReadFile("mutants/" + m.Name + ".txt")
	if err != nil {
		return nil, err
	}
	t, err := model.ParseString(string(b))
	if err != nil {
		return nil, fmt.Errorf("mutants/%s.txt: %w", m.Name, err)
	}
	return t.Trace(), nil
}

// Mutants are all of them, family by family. Each is judged by what its specimen
// promises.
func Mutants() []Mutant {
	all := slices.Concat(trackingMutants(), matchingMutants(), endingMutants(), answeringMutants(), framingMutants(),
		keepaliveMutants(), isolationMutants(), deepMutants(), staleMutants())
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

// FindMutant finds a mutant by its name, with or without "mutant/" before it.
func FindMutant(name string) (*Mutant, bool) {
	name = strings.TrimPrefix(name, "mutant/")
	for _, m := range Mutants() {
		if m.Name == name {
			return &m, true
		}
	}
	return nil, false
}
