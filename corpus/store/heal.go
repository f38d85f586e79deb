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
	s.view, s.cached = view{}, cachedPack{}
	return nil
}

func (s *Store) healLoose(ctx context.Context, name string) error {
	k, _ := looseKey(name)
	data, err := s.getLoose(ctx, k)
	if err == nil {
		err = k.checkContent(data)
	}
	return s.deleteIfBad(ctx, name, err)
}

// deleteIfBad deletes an object if err says that it is bad.
func (s *Store) deleteIfBad(ctx context.Context, name string, err error) error {
	switch {
	case err == nil || errors.Is(err, fs.ErrNotExist):
		return nil
	case errors.Is(err, ErrNewer) || !isRefused(err):
		return err
	}
	return s.backend.Delete(ctx, name)
}

// checkContent refuses what has the right hash but is no record.
func (k key) checkContent(data []byte) error {
	if k.kind != recordKind {
		return nil
	}
	_, err := decodeRecord(data)
	return err
}

func (s *Store) healPack(ctx context.Context, name string) error {
	p, err := s.openPack(ctx, name)
	if err != nil {
		return s.deleteIfBad(ctx, name, err)
	}
	_, trashed, _ := parsePackName(name) // openPack has read it
	good := batch{backend: s.backend, generation: p.generation + 1, trashed: trashed}
	var bad error
	for o, err := range p.unpackObjects {
		if err == nil {
			err = o.checkContent(o.data)
		}
		if errors.Is(err, ErrNewer) {
			return err
		}
		if err != nil {
			bad = err
			continue
		}
		if err := good.addCopy(ctx, o); err != nil {
			return err
		}
	}
	if bad == nil {
		return nil
	}
	if err := good.flush(ctx); err != nil {
		return err
	}
	return s.deleteIfBad(ctx, name, bad)
}
