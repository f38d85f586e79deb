package subject

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pongcheck/pongcheck/fuzz"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
)

// FuzzTarget is a fuzz target of this module, for any engine.
type FuzzTarget struct {
	Name  string                    // kind and subject: tracker:coder, responder:gorilla, decoder:gobwas
	Seeds func() ([][]byte, error)  // inputs to begin with
	New   func() func([]byte) error // returns a function that runs an input; only one goroutine may call it
}

// FuzzTargets returns the targets of all Go libraries. Each library is tested as a tracker and as
// a responder. Libraries whose frames can be read without a connection are also tested as
// decoders. Known failures are ignored.
func FuzzTargets() []FuzzTarget {
	var all []FuzzTarget
	for _, impl := range builtIn {
		i := impl()
		all = append(all, traceTarget("tracker:"+i.Name, impl, fuzz.NewTracker), traceTarget("responder:"+i.Name, impl, fuzz.NewResponder))
	}
	for _, d := range decoders {
		all = append(all, FuzzTarget{Name: "decoder:" + d.name, Seeds: func() ([][]byte, error) { return fuzz.Streams(), nil }, New: func() func([]byte) error { return fuzz.NewDecoder(d.decode) }})
	}
	return all
}

func traceTarget(name string, impl func() *model.Implementation, kind func(model.Profile, *model.Implementation, ...string) *fuzz.Target) FuzzTarget {
	open := func() *fuzz.Target {
		i := impl()
		p, ok := model.FindProfile(i.Profile)
		if !ok {
			panic("subject: " + i.Name + " has no profile " + i.Profile)
		}
		return kind(p, i, knownFailures(i.Name, i.Version)...)
	}
	return FuzzTarget{
		Name:  name,
		Seeds: func() ([][]byte, error) { return open().Seeds() },
		New: func() func([]byte) error {
			t := open()
			return func(in []byte) error {
				f, err := t.Run(in)
				if f != nil {
					return fmt.Errorf("%s", f)
				}
				return err
			}
		},
	}
}

// FindTarget returns the target with this name. Specimens and mutants have targets too, to try
// engines on: tracker:specimen/exact, responder:mutant/answering/replaced.
func FindTarget(name string) (FuzzTarget, error) {
	all := append(FuzzTargets(), specimenTargets(name)...)
	if i := slices.IndexFunc(all, func(t FuzzTarget) bool { return t.Name == name }); i >= 0 {
		return all[i], nil
	}
	names := make([]string, len(all))
	for i := range all {
		names[i] = all[i].Name
	}
	return FuzzTarget{}, fmt.Errorf("unknown fuzz target %q; there are: %s", name, strings.Join(names, ", "))
}

// specimenTargets returns the targets of the specimen or mutant that name ends in, if there is
// one.
func specimenTargets(name string) []FuzzTarget {
	_, of, _ := strings.Cut(name, ":")
	open := func() *model.Implementation {
		i, _ := specimen.Find(of)
		return i
	}
	if m, ok := specimen.FindMutant(of); ok && strings.HasPrefix(of, "mutant/") {
		open = m.Implementation
	} else if _, ok := specimen.Find(of); !ok {
		return nil
	}
	return []FuzzTarget{traceTarget("tracker:"+of, open, fuzz.NewTracker), traceTarget("responder:"+of, open, fuzz.NewResponder)}
}
