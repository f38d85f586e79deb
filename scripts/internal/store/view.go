package store

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"time"
)

// view remembers where each object of the backend is, without its bytes. It takes about 100 bytes
// of memory for each object.
type view struct {
	loose    map[key]struct{}     // objects with a file of their own
	packs    map[string]*packInfo // packs and trash packs, by name
	homes    map[key]*packInfo    // the home of each object; nil means loose
	trashed  map[key]time.Time    // when an object was last trashed
	problems map[string]error     // damaged objects, by name
	state
}

// packInfo describes a pack without its objects.
type packInfo struct {
	name        string    // of the backend's object
	generation  uint64    // one above the packs it was made from
	count       int       // of objects
	bytes       int       // of the objects, unpacked
	trashed     time.Time // zero if it is no trash
	recordsRead bool      // its records are in the state
}

func (p *packInfo) isTrash() bool { return p != nil && !p.trashed.IsZero() }

// outranks reports whether p is a better home than q. Every process gives the same answer at any
// time. That is why any process may delete a pack in which nothing is at home.
func outranks(p, q *packInfo) bool {
	if homeRank(p) != homeRank(q) {
		return homeRank(p) > homeRank(q)
	}
	return p != nil && cmp.Or(
		cmp.Compare(p.generation, q.generation),
		cmp.Compare(p.count, q.count),
		cmp.Compare(p.name, q.name)) > 0
}

// homeRank orders the kinds of homes: trash, loose, pack.
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

// refreshView brings the view up to date. If records is set, it also reads the records of new
// packs, so that each pack is read once. Objects move from loose files to packs to the trash.
// Listing in this order meets an object that moves meanwhile at least once.
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
		for name, err := range ListNames(ctx, s.backend, kind) {
			if err != nil {
				return err
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

// missesAny reports whether an object of the view is gone from the backend.
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

// offerHome makes p the home of an object unless it has a better one.
func (v *view) offerHome(k key, p *packInfo) {
	if home, ok := v.homes[k]; !ok || outranks(p, home) {
		v.homes[k] = p
	}
}

// openNew reads the index of a new pack, and its records if records is set.
func (s *Store) openNew(ctx context.Context, name string, records bool) error {
	v := &s.view
	if v.packs[name] != nil || v.problems[name] != nil {
		return nil
	}
	p, err := s.openPack(ctx, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil // it was deleted meanwhile, so its objects are elsewhere
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

// isRefused reports whether err says that an object is bad. Other errors say that it could not be
// read.
func isRefused(err error) bool { return errors.Is(err, ErrCorrupt) || errors.Is(err, ErrTooLarge) }
