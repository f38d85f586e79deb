package store

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// collect collects; an age below zero deletes trash at once.
func collect(t *testing.T, s *Store, age time.Duration) *GCResult {
	t.Helper()
	done, err := s.GC(t.Context(), 0, age)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func TestCollectingPacksTheLoose(t *testing.T) {
	eachBackend(t, func(t *testing.T, b Backend) {
		s := New(b)
		var want []string
		for i := range 20 {
			want = append(want, fmt.Sprint(i))
			add(t, s, found(want[i]))
		}
		if done, err := s.GC(t.Context(), 100, 0); err != nil || *done != (GCResult{}) {
			t.Errorf("few loose ones stay: %+v, %v", done, err)
		}
		if done := collect(t, s, 0); done.Packed != 40 || done.Deleted != 40 || done.Trashed != 0 {
			t.Errorf("did %+v", done)
		}
		if packs, loose := names(t, b, "pack"), names(t, b, "entry"); len(packs) != 1 || loose != nil {
			t.Errorf("left %d packs, %d loose", len(packs), len(loose))
		}
		holds(t, s, want...)
		holds(t, New(b), want...)
		if done := collect(t, s, 0); *done != (GCResult{}) {
			t.Errorf("nothing is left to do: %+v", done)
		}
		addAll(t, s, many("x", 20))
		if done := collect(t, s, 0); done.Packed != 80 || done.Deleted != 2 {
			t.Errorf("two small packs become one: %+v", done)
		}
		if got := contents(t, New(b), Filter{}); len(got) != 40 {
			t.Errorf("%d entries", len(got))
		}
		isSound(t, s)
	})
}

func TestTheDeadGoByTheTrash(t *testing.T) {
	eachBackend(t, func(t *testing.T, b Backend) {
		s := New(b)
		addAll(t, s, many("", 20))
		loose := add(t, s, found("loose"))
		packed := Sum([]byte("7"))
		if err := s.Drop(t.Context(), target, DropReason{Reason: "covered"}, loose, packed); err != nil {
			t.Fatal(err)
		}
		if done := collect(t, s, time.Hour); done.Trashed != 4 {
			t.Errorf("did %+v", done)
		}
		for _, dead := range []ID{loose, packed} {
			if ok, err := New(b).Has(t.Context(), dead); !ok {
				t.Errorf("%s is not in the trash: %v", dead, err)
			}
		}
		if got := len(names(t, b, "trash")); got != 1 {
			t.Errorf("%d trash packs", got)
		}
		if done := collect(t, s, time.Hour); *done != (GCResult{}) {
			t.Errorf("young trash stays: %+v", done)
		}
		s.now = func() time.Time { return time.Now().Add(2 * time.Hour) }
		if done := collect(t, s, time.Hour); done.Deleted != 1 {
			t.Errorf("old trash goes: %+v", done)
		}
		if ok, err := New(b).Has(t.Context(), loose); ok || err != nil {
			t.Errorf("still there: %v", err)
		}
		if got := contents(t, New(b), Filter{}); len(got) != 19 {
			t.Errorf("%d entries", len(got))
		}
		if records, err := s.Records(t.Context(), loose); err != nil || len(records) != 0 {
			t.Errorf("records: %v, %v", records, err)
		}
		isSound(t, s)
	})
}

func TestWhatComesBackIsRescuedFromTheTrash(t *testing.T) {
	for _, known := range []bool{true, false} {
		b := &Memory{}
		s := New(b)
		if known {
			a := add(t, s, found("a"))
			if err := s.Drop(t.Context(), target, DropReason{Reason: "covered"}, a); err != nil {
				t.Fatal(err)
			}
		}
		// Somebody adds it, and between the entry and its record comes a collection.
		add(t, New(&late{b, func() { collect(t, s, time.Hour) }}), found("a"))
		if got := names(t, b, "entry"); got != nil {
			t.Fatalf("the collection left %q", got)
		}
		holds(t, New(b), "a")
		isSound(t, New(b))
		if done := collect(t, s, -1); done.Packed == 0 {
			t.Errorf("not rescued: %+v", done)
		}
		collect(t, s, -1)
		if got := names(t, b, "trash"); got != nil {
			t.Errorf("trash: %q", got)
		}
		holds(t, New(b), "a")
	}
}

// Whoever collects with an old view does not delete the home of anything.
func TestTwoCollectionsAtATime(t *testing.T) {
	for seed := range 50 {
		b := &Memory{}
		first := New(b)
		var want []string
		for i := range 5 {
			want = append(want, fmt.Sprint(i))
			add(t, first, found(want[i]))
		}
		addAll(t, first, many("", 20))
		for i := 5; i < 20; i++ {
			want = append(want, fmt.Sprint(i))
		}
		calls := 0
		second := New(b)
		first.backend = &between{b, func() {
			if calls++; calls%7 == seed%7 && calls < 40 {
				collect(t, second, -1)
			}
		}}
		collect(t, first, -1)
		collect(t, New(b), -1)
		holds(t, New(b), want...)
		isSound(t, New(b))
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func TestADamagedStoreIsNotCollected(t *testing.T) {
	b := &Memory{}
	s := New(b)
	add(t, s, found("a"))
	record := names(t, b, "record")[0]
	b.objects[record] = []byte("{}")
	_, err := s.GC(t.Context(), 0, -1)
	if !errors.Is(err, ErrProblems) || !strings.Contains(err.Error(), record) {
		t.Errorf("got %v", err)
	}
	if got := names(t, b, "entry"); len(got) != 1 {
		t.Errorf("left %q", got)
	}
}

func TestTheHomeIsTheSameForAll(t *testing.T) {
	infos := []*packInfo{
		{name: "trash/b", trashed: time.Unix(1, 0), generation: 9, count: 9},
		nil,
		{name: "pack/a", count: 3},
		{name: "pack/b", count: 3},
		{name: "pack/a", count: 4},
		{name: "pack/a", generation: 1, count: 1},
	}
	if !slices.IsSortedFunc(infos, func(a, b *packInfo) int {
		if outranks(a, b) {
			return 1
		}
		if outranks(b, a) {
			return -1
		}
		return 0
	}) || outranks(nil, nil) {
		t.Error("not in order")
	}
}

// What is in old trash already goes to the trash again before it is deleted elsewhere.
func TestTheTrashIsNeverOldWhenAnObjectComes(t *testing.T) {
	b := &Memory{}
	s := New(b)
	now := time.Now()
	s.now = func() time.Time { return now }
	a := add(t, s, found("a"))
	for range 3 {
		if err := s.Drop(t.Context(), target, DropReason{Reason: "covered"}, a); err != nil {
			t.Fatal(err)
		}
		collect(t, s, time.Hour)
		if got := names(t, b, "entry"); got != nil {
			t.Errorf("left %q", got)
		}
		if ok, err := New(b).Has(t.Context(), a); !ok {
			t.Errorf("not in the trash: %v", err)
		}
		now = now.Add(50 * time.Minute)
		add(t, s, found("a"))
		now = now.Add(50 * time.Minute)
	}
}
