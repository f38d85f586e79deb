package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
)

// SyncResult says what Sync did.
type SyncResult struct {
	Entries, Records int       // how many were copied
	Problems         []Problem // damaged objects of the source, which were not copied
}

// Sync copies to dst what src has and dst lacks; afterwards dst holds the union. It copies the
// record of a drop, but not the dropped entry. Sync deletes nothing, and others may write to both
// stores meanwhile. After an interruption, another Sync copies the rest.
//
// Entries in quarantine stay in quarantine. To import from a store that you do not trust, use
// [Store.AddAll] with the kind [Import].
func Sync(ctx context.Context, dst, src *Store) (*SyncResult, error) {
	missing, err := missingFrom(ctx, dst, src)
	if err != nil || len(missing) == 0 {
		return &SyncResult{}, err
	}
	wanted, problems, err := chooseToCopy(ctx, dst, src, missing)
	if err != nil {
		return nil, err
	}
	done := &SyncResult{Problems: problems}
	write := batch{backend: dst.backend, looseIfFew: true}
	lost := map[ID]bool{}
	for _, k := range []kind{entryKind, recordKind} {
		for o, err := range src.readObjects(ctx, wanted[k]) {
			switch {
			case isRefused(err) || errors.Is(err, fs.ErrNotExist):
				done.Problems = append(done.Problems, Problem{o.String(), err})
				lost[o.id] = true
				continue
			case err != nil:
				return done, fmt.Errorf("sync: read %s: %w", o, err)
			case k == entryKind:
				done.Entries++
			default:
				if a, ok := src.findAdd(o.id); ok && lost[a.entry] {
					continue // a record never comes without its entry
				}
				done.Records++
			}
			if err := write.addCopy(ctx, o); err != nil {
				return done, fmt.Errorf("sync: %w", err)
			}
		}
		if err := write.flush(ctx); err != nil { // entries before records
			return done, fmt.Errorf("sync: %w", err)
		}
	}
	return done, nil
}

// missingFrom returns the objects of src that dst lacks, by their names alone. Objects that are
// only in the trash count as absent.
func missingFrom(ctx context.Context, dst, src *Store) ([]key, error) {
	if dst == src {
		return nil, nil
	}
	keys, err := src.keysOutsideTrash(ctx)
	if err != nil {
		return nil, fmt.Errorf("sync: look at the source: %w", err)
	}
	keys, err = dst.removePresent(ctx, keys)
	if err != nil {
		return nil, fmt.Errorf("sync: look at the destination: %w", err)
	}
	slices.SortFunc(keys, key.compare)
	return keys, nil
}

// keysOutsideTrash returns the objects that are not only in the trash, in any order.
func (s *Store) keysOutsideTrash(ctx context.Context) ([]key, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.refreshView(ctx, false); err != nil {
		return nil, err
	}
	keys := make([]key, 0, len(s.view.homes))
	for k, home := range s.view.homes {
		if !home.isTrash() {
			keys = append(keys, k)
		}
	}
	return keys, nil
}

// removePresent removes from keys the objects that the store has outside of its trash.
func (s *Store) removePresent(ctx context.Context, keys []key) ([]key, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.refreshView(ctx, false); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(keys, func(k key) bool {
		home, ok := s.view.homes[k]
		return ok && !home.isTrash()
	}), nil
}

// chooseToCopy returns those missing objects, by kind, that stay alive when the records of both
// stores are put together.
func chooseToCopy(ctx context.Context, dst, src *Store, missing []key) (wanted [2][]key, problems []Problem, err error) {
	theirs, err := dst.addsAndDrops(ctx)
	if err != nil {
		return wanted, nil, fmt.Errorf("sync: read the destination: %w", err)
	}
	wanted, problems, err = src.stillAlive(ctx, theirs, missing)
	if err != nil {
		return wanted, nil, fmt.Errorf("sync: read the source: %w", err)
	}
	// An entry that a copied record names may be in the trash of the source only.
	var named []key
	for _, k := range wanted[recordKind] {
		if a, ok := src.findAdd(k.id); ok {
			named = append(named, key{entryKind, a.entry})
		}
	}
	named, err = dst.removePresent(ctx, named)
	if err != nil {
		return wanted, nil, fmt.Errorf("sync: look at the destination: %w", err)
	}
	entries := append(wanted[entryKind], named...)
	slices.SortFunc(entries, key.compare)
	wanted[entryKind] = slices.Compact(entries)
	return wanted, problems, nil
}

// addsAndDrops returns a copy of the add and drop records of a store.
func (s *Store) addsAndDrops(ctx context.Context) (state, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.loadRecords(ctx); err != nil {
		return state{}, err
	}
	return state{adds: maps.Clone(s.view.adds), drops: maps.Clone(s.view.drops)}, nil
}

// stillAlive returns those objects, by kind, that neither this store nor the other one drops.
func (s *Store) stillAlive(ctx context.Context, theirs state, keys []key) (alive [2][]key, problems []Problem, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.loadRecords(ctx); err != nil {
		return alive, nil, err
	}
	ours := &s.view.state
	entries := map[ID]bool{}
	dead := func(record ID, a addInfo) bool {
		_, there := theirs.drops[record]
		_, here := ours.drops[record]
		return (there || here) && !a.kind.Pinned()
	}
	for _, adds := range []map[ID]addInfo{ours.adds, theirs.adds} {
		for record, a := range adds {
			entries[a.entry] = entries[a.entry] || !dead(record, a)
		}
	}
	for _, k := range keys {
		a, isAdd := ours.adds[k.id]
		_, isOther := ours.otherRecords[k.id]
		if k.kind == entryKind && entries[k.id] || k.kind == recordKind && (isOther || isAdd && !dead(k.id, a)) {
			alive[k.kind] = append(alive[k.kind], k)
		}
	}
	return alive, s.view.problemList(), nil
}

// findAdd returns the add record with this ID, if the view has it.
func (s *Store) findAdd(record ID) (addInfo, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, ok := s.view.adds[record]
	return a, ok
}
