package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
)

// SyncResult is what a Sync did.
type SyncResult struct {
	Entries, Records int       // copied
	Problems         []Problem // of the source: not copied
}

// Sync copies to a store what another one has and it has not: afterwards dst holds the
// union. What either of them dropped is not copied, only that it was dropped. Nothing is
// deleted, and nobody need wait: others may write to both meanwhile. A second call copies
// what an interrupted one left.
//
// An entry that is in quarantine there is so here. Whoever does not trust src imports its
// entries with [Store.AddAll] instead.
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

// missingFrom are the objects that one store has, but not only in the trash, and the other has
// not, by their names alone.
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

// keysOutsideTrash are the objects of a store that are not in the trash, in any order.
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

// removePresent are those of some objects that the store has not: what is in its trash is as
// good as deleted.
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

// chooseToCopy are the missing objects, by kind, that are alive where both stores are one.
func chooseToCopy(ctx context.Context, dst, src *Store, missing []key) (wanted [2][]key, problems []Problem, err error) {
	theirs, err := dst.addsAndDrops(ctx)
	if err != nil {
		return wanted, nil, fmt.Errorf("sync: read the destination: %w", err)
	}
	wanted, problems, err = src.stillAlive(ctx, theirs, missing)
	if err != nil {
		return wanted, nil, fmt.Errorf("sync: read the source: %w", err)
	}
	// What a record names may be in the trash of the source, and alive again.
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

// addsAndDrops is what the records of a store say about adding and dropping.
func (s *Store) addsAndDrops(ctx context.Context) (state, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.loadRecords(ctx); err != nil {
		return state{}, err
	}
	return state{adds: maps.Clone(s.view.adds), drops: maps.Clone(s.view.drops)}, nil
}

// stillAlive are those of some objects, by kind, that are so with what another store says too.
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

// findAdd is what an add record of the view says.
func (s *Store) findAdd(record ID) (addInfo, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, ok := s.view.adds[record]
	return a, ok
}
