package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
)

// Heal deletes the objects that [Store.Verify] found damaged. It first moves the good objects of a
// damaged pack to a new one. What is lost comes back when the store is synchronised ([Sync]) with
// one that has it. Heal keeps an object that is sound by now. It also keeps one of a newer
// version, and returns [ErrNewer].
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

// healLoose reads a loose object again, and deletes it if it is damaged.
func (s *Store) healLoose(ctx context.Context, name string) error {
	k, _ := looseKey(name)
	data, err := s.getLoose(ctx, k)
	if err == nil {
		err = k.checkContent(data)
	}
	return s.deleteIfBad(ctx, name, err)
}

// deleteIfBad deletes the object if err says that its bytes are bad. It returns any other error.
func (s *Store) deleteIfBad(ctx context.Context, name string, err error) error {
	switch {
	case err == nil || errors.Is(err, fs.ErrNotExist):
		return nil
	case errors.Is(err, ErrNewer) || !isRefused(err):
		return err
	}
	return s.backend.Delete(ctx, name)
}

// checkContent returns an error if bytes with the right hash are no record.
func (k key) checkContent(data []byte) error {
	if k.kind != recordKind {
		return nil
	}
	_, err := decodeRecord(data)
	return err
}

// healPack moves the good objects of a damaged pack to a new pack, then deletes the damaged one.
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
