package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
)

// Heal deletes the objects that Verify found to be bad. What is good in a damaged pack
// is written anew first, and what was lost comes back by [Sync] from a store that has it.
// An object that is sound by now stays; one of a newer version stays too, with [ErrNewer].
func (s *Store) Heal(ctx context.Context, problems []Problem) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range problems {
		heal := s.healPack
		if _, loose := looseKey(p.Name); loose {
			heal = s.healLoose
		}
		if err := heal(ctx, p.Name); err != nil {
			return fmt.Errorf("heal %s: %w", p.Name, err)
		}
	}
	s.view, s.last = view{}, unpacked{}
	return nil
}

func (s *Store) healLoose(ctx context.Context, name string) error {
	k, _ := looseKey(name)
	data, err := s.getLoose(ctx, k)
	if err == nil {
		err = k.worth(data)
	}
	return s.discard(ctx, name, err)
}

// discard deletes an object if err says that it is bad.
func (s *Store) discard(ctx context.Context, name string, err error) error {
	switch {
	case err == nil || errors.Is(err, fs.ErrNotExist):
		return nil
	case errors.Is(err, ErrNewer) || !refused(err):
		return err
	}
	return s.b.Delete(ctx, name)
}

// worth refuses what has the right hash but is no record.
func (k key) worth(data []byte) error {
	if k.kind != recordKind {
		return nil
	}
	_, err := decodeRecord(data)
	return err
}

func (s *Store) healPack(ctx context.Context, name string) error {
	p, err := s.openPack(ctx, name)
	if err != nil {
		return s.discard(ctx, name, err)
	}
	_, trashed, _ := parsePackName(name) // openPack has read it
	good := batch{b: s.b, generation: p.generation + 1, trashed: trashed}
	var bad error
	for o, err := range p.unpack {
		if err == nil {
			err = o.worth(o.data)
		}
		if errors.Is(err, ErrNewer) {
			return err
		}
		if err != nil {
			bad = err
			continue
		}
		if err := good.add(ctx, o); err != nil {
			return err
		}
	}
	if bad == nil {
		return nil
	}
	if err := good.flush(ctx); err != nil {
		return err
	}
	return s.discard(ctx, name, bad)
}
