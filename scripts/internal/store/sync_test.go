package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func union(t *testing.T, dst, src *Store) *SyncResult {
	t.Helper()
	done, err := Sync(t.Context(), dst, src)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func TestSyncIsUnion(t *testing.T) {
	eachBackend(t, func(t *testing.T, b Backend) {
		here, there := New(b), New(&Memory{})
		add(t, here, found("a"))
		add(t, here, found("both"))
		add(t, there, found("both"))
		addAll(t, there, many("", 100))
		if done := union(t, here, there); done.Entries != 100 || done.Records != 101 || done.Problems != nil {
			t.Errorf("did %+v", done)
		}
		if got := contents(t, New(b), Filter{}); len(got) != 102 {
			t.Errorf("%d in the store", len(got))
		}
		if done := union(t, here, there); done.Entries != 0 || done.Records != 0 {
			t.Errorf("again: %+v", done)
		}
		if done := union(t, there, here); done.Entries != 1 || done.Records != 2 {
			t.Errorf("back: %+v", done)
		}
		isSound(t, here)
		isSound(t, there)
	})
}

func TestSyncBringsDropsAndNotWhatTheyDropped(t *testing.T) {
	here, there := New(&Memory{}), New(&Memory{})
	a := add(t, here, found("a"))
	union(t, there, here)
	if err := there.Drop(t.Context(), target, DropReason{Reason: "covered"}, a); err != nil {
		t.Fatal(err)
	}
	union(t, here, there)
	holds(t, here)

	third := New(&Memory{})
	if done := union(t, third, there); done.Entries != 0 || done.Records != 1 {
		t.Errorf("did %+v, want the drop alone", done)
	}
	add(t, third, found("a")) // before it hears of the old one
	union(t, third, here)
	union(t, here, third)
	holds(t, here, "a")
	holds(t, third, "a")
}

func TestSyncAfterACollectionDoesNotBringTheDeadBack(t *testing.T) {
	here, there := New(&Memory{}), New(&Memory{})
	addAll(t, here, many("", 40))
	union(t, there, here)
	dead := Sum([]byte("7"))
	if err := there.Drop(t.Context(), target, DropReason{Reason: "covered"}, dead); err != nil {
		t.Fatal(err)
	}
	collect(t, there, -1)
	collect(t, there, -1)
	if done := union(t, there, here); done.Entries != 0 || done.Records != 0 {
		t.Errorf("did %+v", done)
	}
	if ok, err := there.Has(t.Context(), dead); ok || err != nil {
		t.Errorf("the dead entry is there: %v", err)
	}
	isSound(t, there)
}

func TestSyncLeavesWhatIsDamaged(t *testing.T) {
	src := &Memory{}
	here, there := New(&Memory{}), New(src)
	bad := add(t, there, found("bad"))
	add(t, there, found("good"))
	src.objects["entry/"+bad.String()] = []byte("worse")
	done := union(t, here, there)
	if len(done.Problems) != 1 || !strings.Contains(done.Problems[0].String(), bad.String()) || done.Records != 1 {
		t.Errorf("did %+v", done)
	}
	holds(t, here, "good")
	isSound(t, here)
}

// Stores that exchange what they have, in any order, come to hold the same.
func TestSyncOrderDoesNotMatter(t *testing.T) {
	var stores []*Store
	for i := range 4 {
		s := New(&Memory{})
		addAll(t, s, many(fmt.Sprint(i, "-"), 10*i))
		shared := add(t, s, found("shared"))
		if i == 2 {
			if err := s.Drop(t.Context(), target, DropReason{Reason: "covered"}, shared, Sum([]byte("2-3"))); err != nil {
				t.Fatal(err)
			}
		}
		stores = append(stores, s)
	}
	for range 3 {
		for i := range stores {
			union(t, stores[(i+1)%4], stores[i])
		}
	}
	want := contents(t, stores[0], Filter{})
	if len(want) != 60 {
		t.Errorf("%d entries", len(want))
	}
	for i, s := range stores {
		if got := contents(t, s, Filter{}); !slices.Equal(got, want) {
			t.Errorf("store %d: %d entries", i, len(got))
		}
		isSound(t, s)
	}
}

// An entry may be alive and have its bytes in the trash alone: its record came while it
// was taken out.
func TestSyncBringsWhatCameBackFromTheTrash(t *testing.T) {
	b := &Memory{}
	here, there := New(&Memory{}), New(b)
	a := add(t, there, found("a"))
	if err := there.Drop(t.Context(), target, DropReason{Reason: "covered"}, a); err != nil {
		t.Fatal(err)
	}
	add(t, New(&late{b, func() { collect(t, there, time.Hour) }}), found("a"))
	union(t, here, there)
	holds(t, here, "a")
	isSound(t, here)
}

func TestSyncLeavesARecordWithoutItsEntry(t *testing.T) {
	src := &Memory{}
	here, there := New(&Memory{}), New(src)
	lost := add(t, there, found("lost"))
	add(t, there, found("good"))
	delete(src.objects, "entry/"+lost.String())
	done := union(t, here, there)
	if len(done.Problems) != 1 || !strings.Contains(done.Problems[0].Name, lost.String()) {
		t.Errorf("did %+v", done)
	}
	holds(t, here, "good")
	isSound(t, here)
}
