package nightly

import (
	"strings"
	"sync"
	"testing"

	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

// Two machines that know nothing of each other but their store: what either kept is in it.
func TestFleet(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds test binaries")
	}
	root, shared := scratch(t), new(store.Memory)
	results, errs := make([]*Result, 2), make([]error, 2)
	var all []Options
	for i := range 2 {
		o := options(t, root)
		o.Remote, o.Shard, o.Shards = shared, i+1, 2
		all = append(all, o)
	}
	var machines sync.WaitGroup
	for i, o := range all {
		machines.Go(func() { results[i], errs[i] = Run(t.Context(), o) })
	}
	machines.Wait()
	there, err := store.New(shared).List(t.Context(), store.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	in := map[store.ID]bool{}
	for _, item := range there {
		in[item.ID] = true
	}
	for i, o := range all {
		if errs[i] != nil {
			t.Fatal(errs[i])
		}
		checkBad(t, results[i])
		folder, err := store.OpenFolder(o.Dir + "/store")
		if err != nil {
			t.Fatal(err)
		}
		items, err := store.New(folder).List(t.Context(), store.Filter{})
		if err != nil || len(items) == 0 {
			t.Fatalf("machine %d: %d entries, %v", i+1, len(items), err)
		}
		for _, item := range items {
			if !in[item.ID] {
				t.Errorf("machine %d: entry %s of %s is not in the store", i+1, item.ID, item.Target)
			}
		}
	}
	var nights []string
	for name, err := range shared.List(t.Context(), historyKind) {
		if err != nil {
			t.Fatal(err)
		}
		nights = append(nights, name)
	}
	if len(nights) != 2 || !strings.Contains(strings.Join(nights, " "), "Z-1-") || !strings.Contains(strings.Join(nights, " "), "Z-2-") {
		t.Errorf("the history has %q, want the nights of both", nights)
	}
}
