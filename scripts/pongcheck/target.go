package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/pongcheck/pongcheck/fuzz/subject"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
)

// target is a subject that was chosen: a real one, or a specimen.
type target struct {
	subject.Entry
	specimen *model.Implementation
}

const specimens = "specimen/"

// mutantNames begin the names of specimens that are broken on purpose.
const mutantNames = "mutant/"

// findTarget finds the subject of a name. Specimens and mutants are there for those who
// ask.
func findTarget(name string) (target, error) {
	if strings.HasPrefix(name, mutantNames) {
		return findBroken(name)
	}
	if rest, ok := strings.CutPrefix(name, specimens); ok {
		return findSpecimen(rest)
	}
	e, err := subject.Find(name)
	if err != nil {
		return target{}, fmt.Errorf("%w; your own library is checked by go test: props.Check", err)
	}
	return target{Entry: e}, nil
}

func findSpecimen(name string) (target, error) {
	name, version, pinned := strings.Cut(name, "@")
	var there []string
	for _, impl := range specimen.All() {
		impl.Name = specimens + strings.TrimPrefix(impl.Name, specimens)
		t := target{specimen: &impl, Entry: subject.Entry{Name: impl.Name, Version: impl.Version, Language: "go", Profile: impl.Profile, Roles: impl.Info.Roles}}
		if impl.Name == specimens+name && (!pinned || impl.Version == version) {
			return t, nil
		}
		there = append(there, t.String())
	}
	return target{}, fmt.Errorf("unknown specimen %q; there are: %s", name, strings.Join(there, ", "))
}

func findBroken(name string) (target, error) {
	m, ok := specimen.FindMutant(name)
	if !ok {
		return target{}, fmt.Errorf("unknown mutant %q; there are those of: pongcheck mutants", strings.TrimPrefix(name, mutantNames))
	}
	impl := m.Implementation()
	return target{specimen: impl, Entry: subject.Entry{Name: impl.Name, Language: "go", Profile: impl.Profile, Roles: impl.Info.Roles}}, nil
}

// String is name@version, or the name where a specimen has no version.
func (t *target) String() string {
	if t.Version == "" {
		return t.Name
	}
	return t.Entry.String()
}

// openImplementation gives the implementation and how to close it.
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

// runnableSubjects are the subjects that can run here and now, the newest version of each,
// and what the others miss.
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

// isRequired reports whether PONGCHECK_REQUIRE names what is missing: by its
// name, with or without version or variant, by its language, or as "all".
func isRequired(name string) bool {
	e, err := subject.Find(name)
	if err != nil {
		return false
	}
	implementation, _, _ := strings.Cut(e.Name, "/")
	for want := range strings.SplitSeq(os.Getenv("PONGCHECK_REQUIRE"), ",") {
		if slices.Contains([]string{"all", e.Language, implementation, e.Name, e.String()}, strings.TrimSpace(want)) {
			return true
		}
	}
	return false
}
