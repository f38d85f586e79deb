package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"
)

// view is what a store has seen in its backend: where each object is, without its
// bytes. It takes about 100 bytes of memory an object.
type view struct {
	loose    map[key]struct{}
	packs    map[string]*packInfo // trash too, by name
	homes    map[key]*packInfo    // the home of each object; nil: it is loose
	trashed  map[key]time.Time    // when what is in the trash got there last
	problems map[string]error     // objects of the backend that are refused
	state
}

// packInfo is a pack without its objects.
type packInfo struct {
	name        string
	generation  uint64
	count       int
	bytes       int       // unpacked
	trashed     time.Time // zero if it is no trash
	recordsRead bool      // its records are in the state
}

func (p *packInfo) isTrash() bool { return p != nil && !p.trashed.IsZero() }

// outranks says whether p is rather the home of an object than q. It is the same for
// everybody at any time: that is what lets anybody delete a pack in which nothing is at home.
func outranks(p, q *packInfo) bool {
	if homeRank(p) != homeRank(q) {
		return homeRank(p) > homeRank(q)
	}
	return p != nil && cmp.Or(
		cmp.Compare(p.generation, q.generation),
		cmp.Compare(p.count, q.count),
		cmp.Compare(p.name, q.name)) > 0
}

func homeRank(p *packInfo) int {
	switch {
	case p.isTrash():
		return 0
	case p == nil:
		return 1
	}
	return 2
}

func newView() view {
	return view{
		loose: map[key]struct{}{}, packs: map[string]*packInfo{}, homes: map[key]*packInfo{},
		trashed: map[key]time.Time{}, problems: map[string]error{}, state: newState(),
	}
}

// refreshView brings the view up to date, with the records of new packs if they are wanted:
// then each pack is read once. Objects move from loose files to packs to the trash:
// listed in this order, one that moves meanwhile is seen at least once.
func (s *Store) refreshView(ctx context.Context, records bool) error {
	if s.view.homes == nil {
		s.view = newView()
	}
	loose := make(map[key]struct{}, len(s.view.loose))
	names := map[string]bool{}
	for k := range kindNames {
		if err := s.listLoose(ctx, kind(k), loose, names); err != nil {
			return err
		}
	}
	for _, kind := range []string{packKind, trashKind} {
		for name, err := range s.backend.List(ctx, kind) {
			if err != nil {
				return fmt.Errorf("list %s: %w", kind, err)
			}
			names[name] = true
		}
	}
	if s.view.missesAny(loose, names) {
		s.view = newView()
	}
	v := &s.view
	for k := range loose {
		v.loose[k] = struct{}{}
		v.offerHome(k, nil)
	}
	for name := range names {
		if err := s.openNew(ctx, name, records); err != nil {
			return err
		}
	}
	return nil
}

// missesAny says whether something is gone that was there.
func (v *view) missesAny(loose map[key]struct{}, names map[string]bool) bool {
	for k := range v.loose {
		if _, ok := loose[k]; !ok {
			return true
		}
	}
	for name := range v.packs {
		if !names[name] {
			return true
		}
	}
	for name := range v.problems {
		k, ok := looseKey(name)
		if _, is := loose[k]; !names[name] && !(ok && is) {
			return true
		}
	}
	return false
}

func (v *view) offerHome(k key, p *packInfo) {
	if home, ok := v.homes[k]; !ok || outranks(p, home) {
		v.homes[k] = p
	}
}

// openNew reads the index of a pack that was not there, and its records if they are wanted.
func (s *Store) openNew(ctx context.Context, name string, records bool) error {
	v := &s.view
	if v.packs[name] != nil || v.problems[name] != nil {
		return nil
	}
	p, err := s.openPack(ctx, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil // gone meanwhile; what it held is elsewhere
	case isRefused(err):
		v.problems[name] = err
		return nil
	case err != nil:
		return err
	}
	_, trashed, _ := parsePackName(name) // openPack has read it
	info := &packInfo{name: name, generation: p.generation, count: len(p.members), trashed: trashed}
	v.packs[name] = info
	for _, m := range p.members {
		info.bytes += m.size
		v.offerHome(m.key, info)
		if info.isTrash() {
			if trashed.After(v.trashed[m.key]) {
				v.trashed[m.key] = trashed
			}
		}
	}
	if records {
		v.applyPack(p, info)
	}
	return nil
}

// openPack reads a pack and its index.
func (s *Store) openPack(ctx context.Context, name string) (*pack, error) {
	id, _, err := parsePackName(name)
	if err != nil {
		return nil, err
	}
	data, err := s.backend.Get(ctx, name, maxPackFile)
	if err != nil {
		return nil, err
	}
	p, err := openPack(name, id, data)
	if err != nil {
		return nil, err
	}
	return p, nil
}

// isRefused says whether an object is bad, rather than the way to it.
func isRefused(err error) bool { return errors.Is(err, ErrCorrupt) || errors.Is(err, ErrTooLarge) }
