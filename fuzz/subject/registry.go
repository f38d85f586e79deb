// Package subject has the subjects: real libraries under test, each behind an
// adapter (Go) or a driver in another process (other languages).
//
//   - [All] and [Find] list them by name, implementation[/variant][@version].
//   - [Entry.Open] makes one ready, and installs what it needs if it may;
//     [Missing] says what to do if it may not.
//   - [Require] does that for a test, and never installs.
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

// Entry is a subject that can be had: one implementation in one version.
type Entry struct {
	Name     string // implementation[/variant]
	Version  string // what is pinned; for Go, what is built in
	Language string // "go", "python"
	Profile  string // name of its own profile
	Roles    model.Roles
	Newest   bool // of the entries with this name

	source source
}

// source is how the subjects of one language are had.
type source interface {
	// missing is a *Missing if the subject cannot be opened as things are.
	missing(ctx context.Context, e *Entry) error
	// install makes it so that nothing is missing.
	install(ctx context.Context, e *Entry, log io.Writer) error
	// open opens what is there.
	open(ctx context.Context, e *Entry) (*model.Implementation, func() error, error)
}

// String is name@version.
func (e *Entry) String() string { return e.Name + "@" + e.Version }

// Missing is nil if the subject can be opened as things are; else it is a
// [*Missing] error that says what to do. It installs nothing.
func (e *Entry) Missing(ctx context.Context) error { return e.source.missing(ctx, e) }

// Install installs what the subject needs and is not there yet, with a line on log that says so.
// A runtime is never installed: what is missing of one is a [*Missing] error.
func (e *Entry) Install(ctx context.Context, log io.Writer) error {
	return e.source.install(ctx, e, log)
}

// Open gives the implementation, and how to close it. It installs if the policy
// allows that; else what is missing is a [*Missing] error. Before it is given, its
// adapter has talked to an honest peer. The end of ctx closes it, too.
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

// All lists every subject: Go first, then by language and name, the newest
// version of each first.
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

// Find gives the subject of a name; without a version, the newest.
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
	Coder, Gobwas, GobwasReader, Gorilla, GWS, GWSBuiltin, HTTP2, HTTP2Server, NBIO, XNet, Yamux,
}

// goSource is a Go adapter: nothing is ever missing of it.
type goSource func() *model.Implementation

func goEntry(impl func() *model.Implementation) Entry {
	i := impl()
	return Entry{Name: i.Name, Version: i.Version, Language: "go", Profile: i.Profile, Roles: i.Info.Roles, source: goSource(impl)}
}

func (goSource) missing(context.Context, *Entry) error            { return nil }
func (goSource) install(context.Context, *Entry, io.Writer) error { return nil }
func (g goSource) open(context.Context, *Entry) (*model.Implementation, func() error, error) {
	return g(), func() error { return nil }, nil
}

// Require gives a test a subject by its name, and closes it when the test is
// over. It never installs: if the subject is missing the test is skipped, with
// what to do. It fails instead if PONGCHECK_REQUIRE names the subject (with or
// without version or variant), its language, or "all"; the separator is a comma.
func Require(t testing.TB, name string) *model.Implementation {
	t.Helper()
	e, err := Find(name)
	if err != nil {
		t.Fatal(err)
	}
	impl, closer, err := e.Open(t.Context(), InstallNever, io.Discard)
	var missing *Missing
	if errors.As(err, &missing) && !e.isRequired(os.Getenv("PONGCHECK_REQUIRE")) {
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

// isRequired reports whether a list names the entry.
func (e *Entry) isRequired(list string) bool {
	implementation, _, _ := strings.Cut(e.Name, "/")
	for name := range strings.SplitSeq(list, ",") {
		if slices.Contains([]string{"all", e.Language, implementation, e.Name, e.String()}, strings.TrimSpace(name)) {
			return true
		}
	}
	return false
}
