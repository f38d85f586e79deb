package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/pongcheck/pongcheck/corpus/format"
)

// Item is an entry in the corpus of one target.
type Item struct {
	ID          ID
	Target      string
	Kind        Kind // of its add records: a pinned kind if there is one, else the first by name
	Form        format.Form
	Pinned      bool // Drop refuses it
	Quarantined bool // imported, and not yet run once under limits
	adds        []ID // its add records that are not dropped
}

// Filter chooses items. The zero value chooses all of them.
type Filter struct {
	Target      string // only items of this target; empty: of all targets
	Quarantined bool   // only items in quarantine
	Traced      bool   // only items outside of quarantine
}

func (f Filter) admits(i *Item) bool {
	return (f.Target == "" || f.Target == i.Target) &&
		(!f.Quarantined || i.Quarantined) && (!f.Traced || !i.Quarantined)
}

// listItems returns the chosen items, sorted by target and ID.
func (st *state) listItems(f Filter) []Item {
	type place struct {
		target string
		entry  ID
	}
	at := make(map[place]int, len(st.adds))
	items := make([]Item, 0, len(st.adds))
	for id, a := range st.adds {
		if st.isDropped(id) {
			continue
		}
		p := place{a.target, a.entry}
		n, ok := at[p]
		if !ok {
			n = len(items)
			at[p] = n
			_, cleared := st.cleared[a.entry]
			items = append(items, Item{ID: a.entry, Target: a.target, Kind: a.kind, Form: a.form, Quarantined: !cleared})
		}
		items[n].joinAdd(id, a)
	}
	items = slices.DeleteFunc(items, func(i Item) bool { return !f.admits(&i) })
	slices.SortFunc(items, func(a, b Item) int {
		return cmp.Or(cmp.Compare(a.Target, b.Target), a.ID.Compare(b.ID))
	})
	return items
}

// joinAdd takes one more add record of the item into account.
func (i *Item) joinAdd(record ID, a addInfo) {
	i.adds = append(i.adds, record)
	if a.kind.Pinned() && !i.Pinned || a.kind.Pinned() == i.Pinned && a.kind < i.Kind {
		i.Kind = a.kind
	}
	i.Form = max(i.Form, a.form) // raw is the smallest: any other form says more
	i.Pinned = i.Pinned || a.kind.Pinned()
	i.Quarantined = i.Quarantined && a.kind == Import
}

// List returns the chosen entries without their bytes, sorted by target and ID. Each takes about
// 150 bytes of memory.
func (s *Store) List(ctx context.Context, f Filter) ([]Item, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.loadRecords(ctx); err != nil {
		return nil, fmt.Errorf("list entries: %w", err)
	}
	return s.view.listItems(f), nil
}
