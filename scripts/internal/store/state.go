package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/pongcheck/pongcheck/corpus/format"
)

// state is the sum of all records.
type state struct {
	adds         map[ID]addInfo    // add records, by their ID
	drops        map[ID]ID         // for each dropped add record, a record that drops it
	cleared      map[ID]ID         // for each cleared entry, a record that clears it
	otherRecords map[ID]struct{}   // the IDs of drop and clear records
	interned     map[string]string // one copy of each text that records share
}

// addInfo is what the state remembers of an add record.
type addInfo struct {
	entry  ID
	target string
	kind   Kind
	form   format.Form
}

func newState() state {
	return state{
		adds: map[ID]addInfo{}, drops: map[ID]ID{}, cleared: map[ID]ID{},
		otherRecords: map[ID]struct{}{}, interned: map[string]string{},
	}
}

// applyRecord adds a record to the state. The same records give the same state in any order,
// however often they come.
func (st *state) applyRecord(id ID, r *Record) {
	switch {
	case r.Add != nil:
		a := r.Add
		st.adds[id] = addInfo{a.Entry, st.internText(a.Target), Kind(st.internText(string(a.Kind))), format.Form(st.internText(string(a.Form)))}
		return
	case r.Drop != nil:
		for _, a := range r.Drop.Adds {
			st.drops[a.Record] = leastID(st.drops, a.Record, id)
		}
	case r.Clear != nil:
		for _, entry := range r.Clear.Entries {
			st.cleared[entry] = leastID(st.cleared, entry, id)
		}
	}
	st.otherRecords[id] = struct{}{}
}

// leastID returns the smaller of id and m[at], if there is one. So the choice does not depend on
// the order of the records.
func leastID(m map[ID]ID, at, id ID) ID {
	if old, ok := m[at]; ok && old.Compare(id) < 0 {
		return old
	}
	return id
}

// internText returns a copy of s that all records share.
func (st *state) internText(s string) string {
	if one, ok := st.interned[s]; ok {
		return one
	}
	st.interned[s] = s
	return s
}

// isDropped reports whether a record drops this add record. Pinned add records are never dropped.
func (st *state) isDropped(record ID) bool {
	_, dropped := st.drops[record]
	return dropped && !st.adds[record].kind.Pinned()
}

func (st *state) hasRecord(record ID) bool {
	if _, ok := st.adds[record]; ok {
		return true
	}
	_, ok := st.otherRecords[record]
	return ok
}

// loadRecords refreshes the view and reads every record that is new.
func (s *Store) loadRecords(ctx context.Context) error {
	if err := s.refreshView(ctx, true); err != nil {
		return err
	}
	v := &s.view
	for _, info := range v.packs {
		if err := s.loadPack(ctx, info); err != nil {
			return fmt.Errorf("read %s: %w", info.name, err)
		}
	}
	var unread []key
	for k := range v.loose {
		if k.kind == recordKind && !v.hasRecord(k.id) && v.problems[k.String()] == nil {
			unread = append(unread, k)
		}
	}
	return s.readLoose(ctx, unread, func(k key, line []byte, err error) error {
		if err == nil {
			err = v.applyLine(k.id, line)
		}
		if isRefused(err) {
			v.problems[k.String()] = err
		} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("read %s: %w", k, err)
		}
		return nil
	})
}

func (v *view) applyLine(id ID, line []byte) error {
	r, err := decodeRecord(line)
	if err != nil {
		return err
	}
	v.applyRecord(id, r)
	return nil
}

// loadPack reads the records of a pack if only its index was read so far.
func (s *Store) loadPack(ctx context.Context, info *packInfo) error {
	if info.recordsRead {
		return nil
	}
	p, err := s.openPack(ctx, info.name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil // it was deleted meanwhile; the next refresh starts over
	case isRefused(err):
		s.view.problems[info.name] = err
		return nil
	case err != nil:
		return err
	}
	s.view.applyPack(p, info)
	return nil
}

// applyPack adds the records of a pack to the state. The first bad object becomes the problem of
// the pack.
func (v *view) applyPack(p *pack, info *packInfo) {
	for o, err := range p.unpackObjects {
		if err == nil && o.kind == recordKind && !v.hasRecord(o.id) {
			if err = v.applyLine(o.id, o.data); err != nil {
				err = fmt.Errorf("%s: %w", o.key, err)
			}
		}
		if err != nil && v.problems[info.name] == nil {
			v.problems[info.name] = err
		}
	}
	info.recordsRead = true
}

// Problems returns the damaged objects that were met so far, sorted by name. [Store.Verify] looks
// for all of them.
func (s *Store) Problems(ctx context.Context) ([]Problem, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.loadRecords(ctx); err != nil {
		return nil, fmt.Errorf("look for problems: %w", err)
	}
	return s.view.problemList(), nil
}

// recordsAbout returns the IDs of the records about an entry.
func (s *Store) recordsAbout(ctx context.Context, entry ID) ([]ID, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.loadRecords(ctx); err != nil {
		return nil, err
	}
	var ids []ID
	st := &s.view.state
	for record, a := range st.adds {
		if a.entry != entry {
			continue
		}
		ids = append(ids, record)
		if drop, ok := st.drops[record]; ok {
			ids = append(ids, drop)
		}
	}
	if clear, ok := st.cleared[entry]; ok {
		ids = append(ids, clear)
	}
	slices.SortFunc(ids, ID.Compare)
	return slices.Compact(ids), nil
}
