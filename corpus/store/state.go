package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/pongcheck/pongcheck/corpus/format"
)

// state is what the records say.
type state struct {
	adds         map[ID]addInfo  // by record
	drops        map[ID]ID       // add record to a drop record that names it
	cleared      map[ID]ID       // entry to a record that clears it
	otherRecords map[ID]struct{} // the drop and clear records themselves
	interned     map[string]string
}

// addInfo is what the state keeps of an add record.
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

// applyRecord takes a record into the state. Order and repetition do not matter.
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

// leastID keeps one of several records, the same one in whatever order they come.
func leastID(m map[ID]ID, at, id ID) ID {
	if old, ok := m[at]; ok && old.Compare(id) < 0 {
		return old
	}
	return id
}

// internText is one copy of a text that many records have.
func (st *state) internText(s string) string {
	if one, ok := st.interned[s]; ok {
		return one
	}
	st.interned[s] = s
	return s
}

// isDropped says whether an add record is dropped.
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

// loadRecords brings the view up to date and reads the records that are new.
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

// loadPack reads the records of a pack of which only the index was read.
func (s *Store) loadPack(ctx context.Context, info *packInfo) error {
	if info.recordsRead {
		return nil
	}
	p, err := s.openPack(ctx, info.name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil // gone meanwhile: the next refresh begins anew
	case isRefused(err):
		s.view.problems[info.name] = err
		return nil
	case err != nil:
		return err
	}
	s.view.applyPack(p, info)
	return nil
}

// applyPack takes the records of a pack into the state. What is bad in it is a problem.
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

// Problems are the objects that were refused so far, by name. [Store.Verify] looks at
// all of them.
func (s *Store) Problems(ctx context.Context) ([]Problem, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.loadRecords(ctx); err != nil {
		return nil, fmt.Errorf("look for problems: %w", err)
	}
	return s.view.problemList(), nil
}

// recordsAbout are the records about an entry.
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
