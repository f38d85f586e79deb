package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
)

// Synced is what a Sync did.
type Synced struct {
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
func Sync(ctx context.Context, dst, src *Store) (*Synced, error) {
	missing, err := lacks(ctx, dst, src)
	if err != nil || len(missing) == 0 {
		return &Synced{}, err
	}
	wanted, problems, err := wants(ctx, dst, src, missing)
	if err != nil {
		return nil, err
	}
	done := &Synced{Problems: problems}
	write := batch{b: dst.b, few: true}
	lost := map[ID]bool{}
	for _, k := range []kind{entryKind, recordKind} {
		for o, err := range src.objects(ctx, wanted[k]) {
			switch {
			case refused(err) || errors.Is(err, fs.ErrNotExist):
				done.Problems = append(done.Problems, Problem{o.String(), err})
				lost[o.id] = true
				continue
			case err != nil:
				return done, fmt.Errorf("sync: read %s: %w", o, err)
			case k == entryKind:
				done.Entries++
			case lost[src.entryOf(o.id)]:
				continue // a record never comes without its entry
			default:
				done.Records++
			}
			if err := write.add(ctx, o); err != nil {
				return done, fmt.Errorf("sync: %w", err)
			}
		}
		if err := write.flush(ctx); err != nil { // entries before records
			return done, fmt.Errorf("sync: %w", err)
		}
	}
	return done, nil
}

// entryOf is the entry that an add record of the view names.
func (s *Store) entryOf(record ID) ID {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.view.adds[record].entry
}

// lacks are the objects that one store has and the other has not, by their names alone.
// What is in the trash there is as good as deleted.
func lacks(ctx context.Context, dst, src *Store) ([]key, error) {
	if dst == src {
		return nil, nil
	}
	theirs, err := src.sound(ctx)
	if err != nil {
		return nil, fmt.Errorf("sync: look at the source: %w", err)
	}
	dst.mu.Lock()
	defer dst.mu.Unlock()
	if err := dst.refresh(ctx); err != nil {
		return nil, fmt.Errorf("sync: look at the destination: %w", err)
	}
	return slices.DeleteFunc(theirs, func(k key) bool {
		home, ok := dst.view.at[k]
		return ok && !home.trash()
	}), nil
}

// sound are the objects of a store that are not in the trash, sorted.
func (s *Store) sound(ctx context.Context) ([]key, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.refresh(ctx); err != nil {
		return nil, err
	}
	keys := make([]key, 0, len(s.view.at))
	for k, home := range s.view.at {
		if !home.trash() {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, key.compare)
	return keys, nil
}

// wants are the missing objects, by kind, that are alive where both stores are one.
func wants(ctx context.Context, dst, src *Store, missing []key) (wanted [2][]key, problems []Problem, err error) {
	drops, theirs, err := dst.said(ctx)
	if err != nil {
		return wanted, nil, fmt.Errorf("sync: read the destination: %w", err)
	}
	src.mu.Lock()
	defer src.mu.Unlock()
	if err := src.load(ctx); err != nil {
		return wanted, nil, fmt.Errorf("sync: read the source: %w", err)
	}
	st := &src.view.state
	dead := func(record ID, a added) bool {
		_, there := drops[record]
		_, here := st.drops[record]
		return (there || here) && !a.kind.Pinned()
	}
	alive := map[ID]bool{}
	for record, a := range theirs {
		alive[a.entry] = alive[a.entry] || !dead(record, a)
	}
	for record, a := range st.adds {
		alive[a.entry] = alive[a.entry] || !dead(record, a)
	}
	for _, k := range missing {
		a, isAdd := st.adds[k.id]
		_, isOther := st.others[k.id]
		if k.kind == entryKind && alive[k.id] || isOther || isAdd && !dead(k.id, a) {
			wanted[k.kind] = append(wanted[k.kind], k)
		}
	}
	return wanted, src.view.problemList(), nil
}

// said is what the records of a store say: add records that are dropped, and the others.
func (s *Store) said(ctx context.Context) (drops map[ID]ID, adds map[ID]added, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.load(ctx); err != nil {
		return nil, nil, err
	}
	return maps.Clone(s.view.drops), maps.Clone(s.view.adds), nil
}
