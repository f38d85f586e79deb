package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/pongcheck/pongcheck/fuzz/subject"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
)

// target is a subject that was chosen: a real one, or a specimen.
type target struct {
	subject.Entry
	specimen *model.Implementation // nil: it is a real one
	pinned   bool                  // the user named the version
}

// Prefixes of the names of subjects that are there for those who ask: specimens, and
// specimens that are broken on purpose.
const (
	specimens   = "specimen/"
	mutantNames = "mutant/"
)

// importPaths are the paths by which users know the Go subjects.
var importPaths = map[string]string{
	"github.com/coder/websocket":   "coder",
	"github.com/gobwas/ws":         "gobwas",
	"github.com/gorilla/websocket": "gorilla",
	"github.com/hashicorp/yamux":   "yamux",
	"github.com/lesismal/nbio":     "nbio",
	"github.com/lxzan/gws":         "gws",
	"golang.org/x/net/http2":       "http2",
	"golang.org/x/net/websocket":   "xnet",
}

// subjectOfPath returns the name of the subject that an import path stands for, with or
// without its host or a package below it; any other name as it is.
func subjectOfPath(name string) string {
	path, version, pinned := strings.Cut(name, "@")
	for known, subject := range importPaths {
		_, short, _ := strings.Cut(known, "/")
		for _, prefix := range []string{known, short} {
			if strings.Contains(prefix, "/") && strings.HasPrefix(path+"/", prefix+"/") {
				if pinned {
					return subject + "@" + version
				}
				return subject
			}
		}
	}
	return name
}

// findTargets finds the subjects of a name: one, or for an implementation that has
// nothing but variants, such as websockets, each of them.
func findTargets(name string) ([]target, error) {
	if variants := findVariants(name); variants != nil {
		return variants, nil
	}
	t, err := findTarget(name)
	return []target{t}, err
}

// findVariants returns the variants of an implementation, in the version that is named or
// the newest; nil if the name is that of a subject.
func findVariants(name string) (variants []target) {
	implementation, version, pinned := strings.Cut(name, "@")
	for _, e := range subject.All() {
		if e.Name == implementation {
			return nil
		}
		if strings.HasPrefix(e.Name, implementation+"/") && (pinned && e.Version == version || !pinned && e.Newest) {
			variants = append(variants, target{Entry: e})
		}
	}
	return variants
}

// findTarget finds the one subject of a name.
func findTarget(name string) (target, error) {
	if rest, ok := strings.CutPrefix(name, mutantNames); ok {
		return findMutant(rest)
	}
	if rest, ok := strings.CutPrefix(name, specimens); ok {
		return findSpecimen(rest)
	}
	e, err := subject.Find(subjectOfPath(name))
	if err == nil {
		return target{Entry: e}, nil
	}
	if variants := findVariants(name); variants != nil {
		var names []string
		for i := range variants {
			names = append(names, variants[i].String())
		}
		return target{}, fmt.Errorf("%q is several subjects: name one of %s", name, strings.Join(names, ", "))
	}
	name, _, _ = strings.Cut(name, "@")
	if guess := findNearest(name, subjectNames()); guess != "" && guess != name {
		return target{}, fmt.Errorf("unknown subject %q: did you mean %q?", name, guess)
	}
	return target{}, fmt.Errorf("%w\nyour own library is checked by go test: props.Check", err)
}

func newSpecimen(impl *model.Implementation) target {
	return target{specimen: impl, Entry: subject.Entry{Name: impl.Name, Version: impl.Version, Language: "go", Profile: impl.Profile, Roles: impl.Info.Roles}}
}

func findSpecimen(name string) (target, error) {
	name, version, pinned := strings.Cut(name, "@")
	var names []string
	for _, impl := range specimen.All() {
		t := newSpecimen(&impl)
		if t.Name == specimens+name && (!pinned || t.Version == version) {
			return t, nil
		}
		names = append(names, t.String())
	}
	return target{}, fmt.Errorf("unknown specimen %q; there are: %s", name, strings.Join(names, ", "))
}

func findMutant(name string) (target, error) {
	m, ok := specimen.FindMutant(name)
	if !ok {
		return target{}, fmt.Errorf("unknown mutant %q%s\nlist them with: pongcheck mutants", name, didYouMean(name, allMutantNames()))
	}
	return newSpecimen(m.Implementation()), nil
}

// String is name@version, or the name where a specimen has no version.
func (t *target) String() string {
	if t.Version == "" {
		return t.Name
	}
	return t.Entry.String()
}

// openImplementation returns the implementation and a function that closes it.
func (t *target) openImplementation(ctx context.Context, install string, log io.Writer) (*model.Implementation, func() error, error) {
	if t.specimen != nil {
		return t.specimen, func() error { return nil }, nil
	}
	policy, err := subject.ParsePolicy(install)
	if err != nil {
		return nil, nil, err
	}
	return t.Open(ctx, policy, log)
}

// runnableSubjects returns the newest version of each subject that can run here and
// now, and says what the others miss.
func runnableSubjects(ctx context.Context) (ready []target, missing []*subject.Missing, err error) {
	for _, e := range subject.All() {
		if !e.Newest {
			continue
		}
		var m *subject.Missing
		switch err := e.Missing(ctx); {
		case err == nil:
			ready = append(ready, target{Entry: e})
		case errors.As(err, &m):
			missing = append(missing, m)
		default:
			return nil, nil, err
		}
	}
	return ready, missing, nil
}

// isRequired reports whether PONGCHECK_REQUIRE names a subject: with or without its
// version or variant, by its language, or as "all".
func isRequired(name string) bool {
	e, err := subject.Find(name)
	return err == nil && e.IsRequired(os.Getenv("PONGCHECK_REQUIRE"))
}
