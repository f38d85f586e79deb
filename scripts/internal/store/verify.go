package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
)

// VerifyResult says what Verify read, and what is damaged.
type VerifyResult struct {
	Loose, Packs, Trash int // how many files of each kind were read
	Entries             int // how many entries are in a corpus
	Problems            []Problem
}

// Verify reads every object and compares it with its name. It also checks that the bytes of every
// entry of a corpus are there. Damaged and missing objects are problems of the result; the error
// is about the backend.
func (s *Store) Verify(ctx context.Context) (*VerifyResult, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.view, s.cached = view{}, cachedPack{} // read everything again
	if err := s.loadRecords(ctx); err != nil {
		return nil, fmt.Errorf("verify: %w", err)
	}
	v := &s.view
	var c VerifyResult
	good := make(map[ID]struct{})
	err := s.readLoose(ctx, slices.Collect(maps.Keys(v.loose)), func(k key, _ []byte, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil // packed meanwhile
		case isRefused(err):
			v.problems[k.String()] = err
		case err != nil:
			return fmt.Errorf("verify %s: %w", k, err)
		case k.kind == entryKind:
			good[k.id] = struct{}{}
		}
		c.Loose++
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, info := range v.packs {
		if info.isTrash() {
			c.Trash++
		} else {
			c.Packs++
		}
		if err := s.verifyPack(ctx, info.name, good); err != nil {
			return nil, fmt.Errorf("verify %s: %w", info.name, err)
		}
	}
	if err := s.verifyItems(ctx, &c, good); err != nil {
		return nil, fmt.Errorf("verify: %w", err)
	}
	c.Problems = append(c.Problems, v.problemList()...)
	return &c, nil
}

// verifyPack adds the good entries of a pack to good. Its first bad object becomes its problem.
func (s *Store) verifyPack(ctx context.Context, name string, good map[ID]struct{}) error {
	p, err := s.openPack(ctx, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case isRefused(err):
		s.view.problems[name] = err
		return nil
	case err != nil:
		return err
	}
	for o, err := range p.unpackObjects {
		switch {
		case err != nil && s.view.problems[name] == nil:
			s.view.problems[name] = err
		case err == nil && o.kind == entryKind:
			good[o.id] = struct{}{}
		}
	}
	return nil
}

// verifyItems adds a problem for each entry of a corpus whose bytes are missing.
func (s *Store) verifyItems(ctx context.Context, c *VerifyResult, good map[ID]struct{}) error {
	for _, item := range s.view.listItems(Filter{}) {
		c.Entries++
		if _, ok := good[item.ID]; ok {
			continue
		}
		k := key{entryKind, item.ID}
		_, err := s.findLocked(ctx, k) // it may have moved since it was listed
		switch {
		case isRefused(err) || errors.Is(err, fs.ErrNotExist):
			c.Problems = append(c.Problems, Problem{k.String(), fmt.Errorf("listed for %s, but its data is missing (sync from a store that has it): %w", item.Target, err)})
		case err != nil:
			return err
		}
	}
	return nil
}

func (v *view) problemList() []Problem {
	var list []Problem
	for _, name := range slices.Sorted(maps.Keys(v.problems)) {
		list = append(list, Problem{name, v.problems[name]})
	}
	return list
}
