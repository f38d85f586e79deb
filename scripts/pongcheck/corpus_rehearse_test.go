package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

// A rehearsal shows what the backend would be, and the backend stays what it was.
func TestARehearsalIsLikeTheRealThing(t *testing.T) {
	ctx := t.Context()
	names := func(b store.Backend) (all []string) {
		for name, err := range b.List(ctx, "entry") {
			if err != nil {
				t.Fatal(err)
			}
			data, err := b.Get(ctx, name, 100)
			all = append(all, fmt.Sprint(name, string(data), err))
		}
		slices.Sort(all)
		return all
	}
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 0))
		var untouched, real store.Memory
		for i := range 5 {
			name := fmt.Sprintf("entry/%d", i)
			for _, b := range []store.Backend{&untouched, &real} {
				if err := b.Put(ctx, name, []byte("old")); err != nil {
					t.Fatal(err)
				}
			}
		}
		before := names(&untouched)
		tried := newRehearsal(&untouched)
		for range 20 {
			name, put := fmt.Sprintf("entry/%d", r.IntN(8)), r.IntN(2) == 0
			for _, b := range []store.Backend{tried, &real} {
				err := b.Delete(ctx, name)
				if put {
					err = b.Put(ctx, name, []byte("new"))
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			if got, want := names(tried), names(&real); !slices.Equal(got, want) {
				t.Fatalf("seed %d: got %q, want %q", seed, got, want)
			}
			if _, err := tried.Get(ctx, name, 100); (err == nil) != put {
				t.Fatalf("seed %d: get %s: %v", seed, name, err)
			}
		}
		if got := names(&untouched); !slices.Equal(got, before) {
			t.Fatalf("seed %d: the backend became %q", seed, got)
		}
	}
}
