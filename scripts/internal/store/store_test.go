package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"
)

const target = "example.com/m/pkg.FuzzX"

func found(data string) Input {
	return Input{Data: []byte(data), Origin: Origin{Target: target, Kind: Found, Engine: "native"}, Run: "test"}
}

func of(kind Kind, data string) Input {
	in := found(data)
	in.Origin.Kind = kind
	return in
}

func add(t *testing.T, s *Store, in Input) ID {
	t.Helper()
	id, err := s.Add(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// many are n inputs.
func many(prefix string, n int) iter.Seq2[Input, error] {
	return func(yield func(Input, error) bool) {
		for i := range n {
			if !yield(found(fmt.Sprint(prefix, i)), nil) {
				return
			}
		}
	}
}

func addAll(t *testing.T, s *Store, inputs iter.Seq2[Input, error]) int {
	t.Helper()
	n, err := s.AddAll(t.Context(), inputs)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// contents are the entries of the store as texts, sorted; each is read and verified.
func contents(t *testing.T, s *Store, f Filter) []string {
	t.Helper()
	var all []string
	for e, err := range s.Entries(t.Context(), f) {
		if err != nil {
			t.Error(err)
		}
		all = append(all, string(e.Data))
	}
	slices.Sort(all)
	return all
}

func holds(t *testing.T, s *Store, want ...string) {
	t.Helper()
	slices.Sort(want)
	if got := contents(t, s, Filter{}); !slices.Equal(got, want) {
		t.Errorf("in the store: %.300q, want %.300q", got, want)
	}
}

func isSound(t *testing.T, s *Store) *VerifyResult {
	t.Helper()
	c, err := s.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range c.Problems {
		t.Errorf("problem: %s", p)
	}
	return c
}

func TestWhatIsAddedIsIn(t *testing.T) {
	eachBackend(t, func(t *testing.T, b Backend) {
		s := New(b)
		a := add(t, s, found("a"))
		add(t, s, found(""))
		add(t, s, found("a"))
		holds(t, s, "", "a")
		holds(t, New(b), "", "a")
		if got, err := s.Get(t.Context(), a); err != nil || string(got) != "a" || a != Sum([]byte("a")) {
			t.Errorf("get: %q, %v", got, err)
		}
		if _, err := s.Get(t.Context(), Sum([]byte("b"))); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("get what is not there: %v", err)
		}
		isSound(t, s)
	})
}

func TestManyAreAddedAsPacks(t *testing.T) {
	eachBackend(t, func(t *testing.T, b Backend) {
		s := New(b)
		if n := addAll(t, s, many("", 20000)); n != 20000 {
			t.Errorf("added %d", n)
		}
		if packs, loose := len(names(t, b, "pack")), len(names(t, b, "entry")); packs != 3 || loose != 0 {
			t.Errorf("%d packs, %d loose", packs, loose)
		}
		if got := contents(t, New(b), Filter{}); len(got) != 20000 {
			t.Errorf("%d in the store", len(got))
		}
		if got, err := New(b).Get(t.Context(), Sum([]byte("77"))); string(got) != "77" {
			t.Errorf("get: %q, %v", got, err)
		}
		isSound(t, s)
	})
}

func TestAnErrorOfTheInputsLosesNothing(t *testing.T) {
	s := New(&Memory{})
	broken := errors.New("broken")
	_, err := s.AddAll(t.Context(), func(yield func(Input, error) bool) {
		_ = yield(found("a"), nil) && yield(Input{}, broken)
	})
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	holds(t, s, "a")
}

func TestWhatIsDroppedIsOut(t *testing.T) {
	eachBackend(t, func(t *testing.T, b Backend) {
		s := New(b)
		a, c := add(t, s, found("a")), add(t, s, found("c"))
		if err := s.Drop(t.Context(), target, DropReason{Reason: "covered", Run: "prune"}, a, Sum([]byte("unknown"))); err != nil {
			t.Fatal(err)
		}
		holds(t, s, "c")
		records, err := s.Records(t.Context(), a)
		if err != nil || len(records) != 2 || records[0].Add == nil || records[1].Drop == nil || records[1].Drop.Reason != "covered" {
			t.Errorf("records: %+v, %v", records, err)
		}
		if records, err := s.Records(t.Context(), c); err != nil || len(records) != 1 || records[0].Add.Engine != "native" || records[0].Run != "test" {
			t.Errorf("records: %+v, %v", records, err)
		}
		add(t, s, found("a"))
		holds(t, s, "a", "c")
	})
}

func TestADropIsForOneTarget(t *testing.T) {
	s := New(&Memory{})
	a := add(t, s, found("a"))
	other := found("a")
	other.Origin.Target = "example.com/m/pkg.FuzzY"
	add(t, s, other)
	if err := s.Drop(t.Context(), target, DropReason{Reason: "covered"}, a); err != nil {
		t.Fatal(err)
	}
	items, err := s.List(t.Context(), Filter{})
	if err != nil || len(items) != 1 || items[0].Target != other.Origin.Target {
		t.Errorf("left: %+v, %v", items, err)
	}
}

// late is a backend whose records of one kind come after those of somebody else.
type late struct {
	Backend
	before func()
}

func (l *late) Put(ctx context.Context, name string, data []byte) error {
	if before := l.before; before != nil && strings.HasPrefix(name, "record/") {
		l.before = nil
		before()
	}
	return l.Backend.Put(ctx, name, data)
}

func TestAnAddDuringAPruneSurvivesIt(t *testing.T) {
	eachBackend(t, func(t *testing.T, b Backend) {
		finder := New(b)
		a := add(t, finder, found("a"))
		pruner := New(&late{b, func() { add(t, finder, found("a")) }})
		if err := pruner.Drop(t.Context(), target, DropReason{Reason: "covered"}, a); err != nil {
			t.Fatal(err)
		}
		holds(t, New(b), "a")
	})
}

func TestCrashesAndRegressionsStay(t *testing.T) {
	eachBackend(t, func(t *testing.T, b Backend) {
		s := New(b)
		for _, kind := range []Kind{Crash, Regression} {
			id := add(t, s, of(kind, string(kind)))
			add(t, s, found(string(kind)))
			plain := add(t, s, found("plain"))
			if err := s.Drop(t.Context(), target, DropReason{Reason: "covered"}, plain, id); !errors.Is(err, ErrPinned) {
				t.Errorf("drop a %s: %v", kind, err)
			}
		}
		holds(t, s, "crash", "plain", "regression")

		// Whoever writes the drop by hand does not get further.
		items, err := s.List(t.Context(), Filter{})
		if err != nil {
			t.Fatal(err)
		}
		r := s.newRecord("malice", time.Time{})
		r.Drop = &Dropped{Target: target, Reason: "because"}
		for _, item := range items {
			for _, record := range item.adds {
				r.Drop.Adds = append(r.Drop.Adds, AddedAs{record, item.ID})
			}
		}
		write := batch{backend: b, looseIfFew: true}
		if err := errors.Join(write.addRecord(t.Context(), &r), write.flush(t.Context())); err != nil {
			t.Fatal(err)
		}
		holds(t, s, "crash", "regression")
		if _, err := s.GC(t.Context(), 0, 0); err != nil {
			t.Fatal(err)
		}
		holds(t, New(b), "crash", "regression")
		other := New(&Memory{})
		union(t, other, s)
		holds(t, other, "crash", "regression")
	})
}

func TestForeignEntriesAreQuarantinedUntilTraced(t *testing.T) {
	s := New(&Memory{})
	a, b := add(t, s, of(Import, "a")), add(t, s, of(Import, "b"))
	add(t, s, found("c"))
	if got := contents(t, s, Filter{Quarantined: true}); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("in quarantine: %q", got)
	}
	if err := s.Clear(t.Context(), "build", "nightly", a); err != nil {
		t.Fatal(err)
	}
	if got := contents(t, s, Filter{Traced: true}); !slices.Equal(got, []string{"a", "c"}) {
		t.Errorf("traced: %q", got)
	}
	records, err := s.Records(t.Context(), a)
	if err != nil || len(records) != 2 || records[1].Clear == nil || records[1].Clear.Build != "build" {
		t.Errorf("records: %+v, %v", records, err)
	}
	add(t, s, found("b")) // an engine of ours found it too
	if got := contents(t, s, Filter{Quarantined: true}); got != nil {
		t.Errorf("in quarantine: %q", got)
	}
	if items, err := s.List(t.Context(), Filter{}); err != nil || len(items) != 3 || items[slices.IndexFunc(items, func(i Item) bool { return i.ID == b })].Kind != Found {
		t.Errorf("items: %+v, %v", items, err)
	}
}

func TestWhatIsNoInputIsRefused(t *testing.T) {
	tests := map[string]func(*Input){
		"too large":    func(in *Input) { in.Data = make([]byte, MaxEntry+1) },
		"no target":    func(in *Input) { in.Origin.Target = "" },
		"kind":         func(in *Input) { in.Origin.Kind = "odd" },
		"form":         func(in *Input) { in.Origin.Form = "odd" },
		"printable":    func(in *Input) { in.Origin.Note = "\x1b[2J" },
		"UTF-8":        func(in *Input) { in.Run = "\xff" },
		"parents":      func(in *Input) { in.Origin.Parents = make([]ID, maxIDs+1) },
		"note":         func(in *Input) { in.Origin.Note = strings.Repeat("a", maxText+1) },
		"version":      func(in *Input) { in.Origin.Versions = map[string]string{"go": "\a"} },
		"target \"\\a": func(in *Input) { in.Origin.Target = "\a" },
	}
	for want, change := range tests {
		m := &Memory{}
		in := found("a")
		change(&in)
		_, err := New(m).Add(t.Context(), in)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error with %q: %v", want, err)
		}
		if len(m.objects) != 0 {
			t.Errorf("%s: something was written", want)
		}
	}
	in := found("")
	in.Data = make([]byte, MaxEntry)
	add(t, New(&Memory{}), in)
}

// Has reports whether the store has the bytes of an entry.
func (s *Store) Has(ctx context.Context, id ID) (bool, error) {
	_, err := s.Get(ctx, id)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}
