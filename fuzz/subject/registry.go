// Package subject has the subjects: real libraries under test, each behind an
// adapter (Go) or a driver in another process (other languages).
//
//   - [All] and [Find] list them by name, implementation[/variant][@version].
//   - [Entry.Open] makes one ready, and installs what it needs if it may;
//     [Missing] says what to do if it may not.
//
// It is a module of its own, so that importing the rest of this project never
// forces a version of the very library under test.
package subject

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
)

// Entry is a subject that can be opened: one implementation in one version.
type Entry struct {
	Name     string // implementation[/variant]
	Version  string // the pinned one; for Go, the one built in
	Language string // "go", "python"
	Package  string // what a registry calls it: a module path, a project of PyPI
	Profile  string // name of its own profile
	Roles    model.Roles
	Newest   bool // no entry with this name is newer

	source source
}

// source makes the subjects of one language available.
type source interface {
	// missing returns a *Missing if the subject cannot be opened without installing.
	missing(ctx context.Context, e *Entry) error
	// install installs what is missing.
	install(ctx context.Context, e *Entry, log io.Writer) error
	// open opens an installed subject.
	open(ctx context.Context, e *Entry) (*model.Implementation, func() error, error)
}

// String returns name@version.
func (e *Entry) String() string { return e.Name + "@" + e.Version }

// Missing returns nil if the subject can be opened. Otherwise it returns a [*Missing] error that
// says what to do. It installs nothing.
func (e *Entry) Missing(ctx context.Context) error { return e.source.missing(ctx, e) }

// Install installs what the subject needs and is not there yet, and says so on log. It never
// installs a runtime: a runtime that is missing is a [*Missing] error.
func (e *Entry) Install(ctx context.Context, log io.Writer) error {
	return e.source.install(ctx, e, log)
}

// Open returns the implementation and the function that closes it. It installs what is missing if
// the policy allows that; otherwise the error is a [*Missing]. Open lets the adapter talk to an
// honest peer first. The end of ctx closes the implementation, too.
func (e *Entry) Open(ctx context.Context, policy Policy, log io.Writer) (*model.Implementation, func() error, error) {
	if policy == InstallAuto {
		if err := e.Install(ctx, log); err != nil {
			return nil, nil, err
		}
	}
	if err := e.Missing(ctx); err != nil {
		return nil, nil, err
	}
	impl, closer, err := e.source.open(ctx, e)
	if err != nil {
		return nil, nil, err
	}
	if err := selfTest(ctx, impl); err != nil {
		_ = closer()
		return nil, nil, err
	}
	return impl, closer, nil
}

// All returns every subject: Go first, then by language and name, the newest version of each
// first.
func All() []Entry {
	var all []Entry
	for _, impl := range builtIn {
		all = append(all, goEntry(impl))
	}
	all = append(all, pythonEntries()...)
	for i := range all {
		all[i].Newest = i == 0 || all[i].Name != all[i-1].Name
	}
	return all
}

// Find returns the subject with this name; without a version, the newest one.
func Find(name string) (Entry, error) {
	want, version, pinned := strings.Cut(name, "@")
	all := All()
	var near []string
	for i := range all {
		e := &all[i]
		if e.Name == want && (!pinned || e.Version == version) {
			return *e, nil
		}
		if e.Name == want || strings.HasPrefix(e.Name, want+"/") {
			near = append(near, e.String())
		}
	}
	if near == nil {
		for i := range all {
			if all[i].Newest {
				near = append(near, all[i].Name)
			}
		}
	}
	return Entry{}, fmt.Errorf("unknown subject %q; there are: %s", name, strings.Join(near, ", "))
}

// builtIn are the adapters of Go libraries.
var builtIn = []func() *model.Implementation{
	newCoder, newCoderCloseRead, newGobwas, newGobwasControl, newGobwasMessages, newGobwasReader, newGorilla, newGorillaNext,
	newGWS, newGWSMessage, newGWSNext, newHTTP2, newHTTP2Server, newNBIO, newXNet, newXNetRead, newYamux,
}

// goSource is a Go adapter. It is built in, so nothing is ever missing.
type goSource func() *model.Implementation

func goEntry(impl func() *model.Implementation) Entry {
	i := impl()
	return Entry{Name: i.Name, Version: i.Version, Language: "go", Package: moduleOf(i.Name), Profile: i.Profile, Roles: i.Info.Roles, source: goSource(impl)}
}

func (goSource) missing(context.Context, *Entry) error            { return nil }
func (goSource) install(context.Context, *Entry, io.Writer) error { return nil }
func (g goSource) open(context.Context, *Entry) (*model.Implementation, func() error, error) {
	return g(), func() error { return nil }, nil
}

// require opens a subject for a test, and closes it when the test is over. It never installs. If
// something is missing it skips the test and says what to do. It fails the test instead if
// PONGCHECK_REQUIRE requires the subject, see [Entry.IsRequired].
func require(t testing.TB, name string) *model.Implementation {
	t.Helper()
	e, err := Find(name)
	if err != nil {
		t.Fatal(err)
	}
	impl, closer, err := e.Open(t.Context(), InstallNever, io.Discard)
	var missing *Missing
	if errors.As(err, &missing) && !e.IsRequired(os.Getenv("PONGCHECK_REQUIRE")) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := closer(); err != nil {
			t.Errorf("closing %s: %v", name, err)
		}
	})
	return impl
}

// IsRequired reports whether a list with commas names the entry: by its name with or without
// version or variant, by its language, or as "all". PONGCHECK_REQUIRE is such a list.
func (e *Entry) IsRequired(list string) bool {
	implementation, _, _ := strings.Cut(e.Name, "/")
	for name := range strings.SplitSeq(list, ",") {
		if slices.Contains([]string{"all", e.Language, implementation, e.Name, e.String()}, strings.TrimSpace(name)) {
			return true
		}
	}
	return false
}
