package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"slices"
	"strings"
)

// findObject reads an object, loose or from a pack. It looks where the view last saw the object,
// then refreshes the view and looks again.
func (s *Store) findObject(ctx context.Context, k key) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.findLocked(ctx, k)
}

// findLocked is findObject for callers that hold s.mu.
func (s *Store) findLocked(ctx context.Context, k key) ([]byte, error) {
	data, err := s.getLoose(ctx, k)
	if err == nil || !isRefused(err) && !errors.Is(err, fs.ErrNotExist) {
		return data, err
	}
	bad := err
	for range 2 {
		if home, ok := s.view.homes[k]; ok && home != nil {
			objects, err := s.unpackCached(ctx, home.name)
			if err == nil && objects[k] != nil {
				return bytes.Clone(objects[k]), nil
			}
			if err != nil && !isRefused(err) && !errors.Is(err, fs.ErrNotExist) {
				return nil, err
			}
		}
		if err := s.refreshView(ctx, false); err != nil {
			return nil, err
		}
	}
	return s.findAnywhere(ctx, k, bad)
}

// findAnywhere looks in every pack for an object whose home is damaged. err is the error to return
// if no pack has the object.
func (s *Store) findAnywhere(ctx context.Context, k key, err error) ([]byte, error) {
	if _, ok := s.view.homes[k]; !ok {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(s.view.packs)) {
		objects, e := s.unpackCached(ctx, name)
		if objects[k] != nil {
			return bytes.Clone(objects[k]), nil
		}
		if e != nil && !errors.Is(e, fs.ErrNotExist) {
			err = fmt.Errorf("%s: %w", name, e)
		}
	}
	if errors.Is(err, fs.ErrNotExist) && s.view.homes[k] != nil {
		err = fmt.Errorf("%w in %s", ErrCorrupt, s.view.homes[k].name)
	}
	return nil, err
}

// unpackCached returns the good objects of a pack, and caches them for the next call.
func (s *Store) unpackCached(ctx context.Context, name string) (map[key][]byte, error) {
	if s.cached.name == name {
		return s.cached.objects, nil
	}
	p, err := s.openPack(ctx, name)
	if err != nil {
		return nil, err
	}
	objects := make(map[key][]byte, len(p.members))
	for o, err := range p.unpackObjects {
		if err == nil {
			objects[o.key] = append([]byte{}, o.data...)
		}
	}
	s.cached = cachedPack{name, objects}
	return objects, nil
}

// readObjects yields each wanted object once: those in packs first, pack by pack, then the others.
// The data are valid until the next object. An object that cannot be read comes without data, with
// an error. An error of the backend ends the sequence.
func (s *Store) readObjects(ctx context.Context, wanted []key) iter.Seq2[object, error] {
	s.mu.Lock()
	homes := map[*packInfo][]key{}
	for _, k := range wanted {
		homes[s.view.homes[k]] = append(homes[s.view.homes[k]], k)
	}
	s.mu.Unlock()
	return func(yield func(object, error) bool) {
		later := homes[nil] // loose, or unknown
		delete(homes, nil)
		inOrder := slices.SortedFunc(maps.Keys(homes), func(a, b *packInfo) int { return strings.Compare(a.name, b.name) })
		for _, home := range inOrder {
			left, ok := s.yieldFromPack(ctx, home.name, homes[home], yield)
			if !ok {
				return
			}
			later = append(later, left...)
		}
		slices.SortFunc(later, key.compare)
		for some := range slices.Chunk(later, concurrentReads) {
			if !s.yieldInOrder(ctx, some, yield) {
				return
			}
		}
	}
}

// yieldInOrder yields a few objects in the order of keys, wherever they are. It reads the loose
// ones at the same time.
func (s *Store) yieldInOrder(ctx context.Context, keys []key, yield func(object, error) bool) (ok bool) {
	loose := make(map[key][]byte, len(keys))
	s.readLoose(ctx, keys, func(k key, data []byte, err error) error {
		if err == nil {
			loose[k] = data
		}
		return nil
	})
	for _, k := range keys {
		data, ok := loose[k]
		var err error
		if !ok {
			data, err = s.findObject(ctx, k)
		}
		if !yield(object{k, data}, err) {
			return false
		}
	}
	return true
}

// yieldFromPack yields the wanted objects of one pack, and returns those that the pack does not
// have undamaged.
func (s *Store) yieldFromPack(ctx context.Context, name string, wanted []key, yield func(object, error) bool) (left []key, ok bool) {
	p, err := s.openPack(ctx, name)
	if err != nil {
		return wanted, ctx.Err() == nil
	}
	want := make(map[key]struct{}, len(wanted))
	for _, k := range wanted {
		want[k] = struct{}{}
	}
	for o, err := range p.unpackObjects {
		if _, is := want[o.key]; !is || err != nil {
			continue
		}
		delete(want, o.key)
		if !yield(o, nil) {
			return nil, false
		}
	}
	return slices.Collect(maps.Keys(want)), true
}

// Entry is an item with its bytes.
type Entry struct {
	Item
	Data []byte // its own copy
}

// Entries yields the chosen entries with their bytes, in the order of storage. It reads each pack
// once, and holds one pack in memory. An entry that cannot be read comes without data, with an
// error. An entry in the corpora of several targets comes once for each target.
func (s *Store) Entries(ctx context.Context, f Filter) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		items, err := s.List(ctx, f)
		if err != nil {
			yield(Entry{}, err)
			return
		}
		slices.SortFunc(items, func(a, b Item) int { return a.ID.Compare(b.ID) })
		wanted := make([]key, 0, len(items))
		for _, item := range items {
			wanted = append(wanted, key{entryKind, item.ID})
		}
		for o, err := range s.readObjects(ctx, slices.Compact(wanted)) {
			if err != nil {
				err = fmt.Errorf("entry %s: %w", o.id, err)
			}
			n, _ := slices.BinarySearchFunc(items, o.id, func(i Item, id ID) int { return i.ID.Compare(id) })
			for ; n < len(items) && items[n].ID == o.id; n++ {
				if !yield(Entry{items[n], bytes.Clone(o.data)}, err) {
					return
				}
			}
		}
	}
}
