package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"
)

// GCResult is what a GC did.
type GCResult struct {
	Trashed int // objects that went to the trash
	Packed  int // objects that went to new packs
	Deleted int // files: loose objects and packs whose objects are elsewhere, old trash
}

// ErrProblems is the reason for which a store with damaged objects is not collected:
// what they said is unknown.
var ErrProblems = errors.New("the store has damaged objects: verify and heal it first")

// GC tidies a store: it packs loose objects when there are more than a few, makes one pack
// of several small ones, takes what is in no corpus to the trash, and deletes trash that is
// older than an age, which must be twice as long as any Add, Sync or GC may take: a day is
// good, a month leaves time to change one's mind. Others may read and write meanwhile,
// and collect too. If it is killed nothing is lost, and the next one goes on.
func (s *Store) GC(ctx context.Context, loose int, age time.Duration) (*GCResult, error) {
	var done GCResult
	now := s.now().UTC().Truncate(time.Second) // as the names of trash have it
	err := s.sweep(ctx, now, age, &done)       // what a killed one left
	if err == nil {
		err = s.trashDead(ctx, now, age, &done)
	}
	if err == nil {
		err = s.repackWorn(ctx, loose, &done)
	}
	if err == nil {
		err = s.sweep(ctx, now, age, &done)
	}
	if err != nil {
		return &done, fmt.Errorf("collect: %w", err)
	}
	return &done, nil
}

// loadLiveness brings the view up to date for a collection, and says what lives.
func (s *Store) loadLiveness(ctx context.Context) (func(key) bool, error) {
	if err := s.loadRecords(ctx); err != nil {
		return nil, err
	}
	if problems := s.view.problemList(); len(problems) > 0 {
		return nil, fmt.Errorf("%w: %s", ErrProblems, problems[0])
	}
	alive := map[ID]struct{}{}
	for record, a := range s.view.adds {
		if !s.view.isDropped(record) {
			alive[a.entry] = struct{}{}
		}
	}
	return func(k key) bool {
		if k.kind == recordKind {
			return !s.view.isDropped(k.id)
		}
		_, ok := alive[k.id]
		return ok
	}, nil
}

// trashDead copies to the trash what is in no corpus. What got there long ago does so
// again: once it is nowhere else, it stays there for half of the age at least.
func (s *Store) trashDead(ctx context.Context, now time.Time, age time.Duration, done *GCResult) error {
	s.mu.Lock()
	lives, err := s.loadLiveness(ctx)
	var dead []key
	if err == nil {
		for k, home := range s.view.homes {
			if !home.isTrash() && !s.view.trashedRecently(k, now, age) && !lives(k) {
				dead = append(dead, k)
			}
		}
	}
	s.mu.Unlock()
	if err != nil {
		return err
	}
	done.Trashed, err = s.moveObjects(ctx, dead, &batch{backend: s.backend, trashed: now})
	return err
}

// repackWorn makes new packs of loose objects, of what came back from the trash, of small
// packs and of those with objects that are dead or at home elsewhere.
func (s *Store) repackWorn(ctx context.Context, loose int, done *GCResult) error {
	s.mu.Lock()
	lives, err := s.loadLiveness(ctx)
	var keys []key
	var generation uint64
	if err == nil {
		keys, generation = s.view.chooseToRepack(lives, loose)
	}
	s.mu.Unlock()
	if err != nil {
		return err
	}
	done.Packed, err = s.moveObjects(ctx, keys, &batch{backend: s.backend, generation: generation})
	return err
}

// chooseToRepack are the objects that should go to new packs, and the generation of those.
func (v *view) chooseToRepack(lives func(key) bool, loose int) (keys []key, generation uint64) {
	living := map[*packInfo]int{}
	for k, home := range v.homes {
		if lives(k) {
			living[home]++
		}
	}
	from := map[*packInfo]bool{nil: living[nil] > loose}
	small := 0
	for _, p := range v.packs {
		switch {
		case p.isTrash() || living[p] < p.count && living[p] > 0:
			from[p] = true
		case p.isSmall() && living[p] > 0:
			small++
		}
	}
	for _, p := range v.packs {
		if p.isSmall() && living[p] > 0 && (small > 1 || from[nil]) {
			from[p] = true
		}
		if from[p] && living[p] > 0 {
			generation = max(generation, p.generation)
		}
	}
	for k, home := range v.homes {
		if from[home] && lives(k) {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, key.compare)
	return keys, generation + 1
}

// isSmall says whether a pack should grow.
func (p *packInfo) isSmall() bool {
	return !p.isTrash() && p.count < packFullCount/2 && p.bytes < packFullBytes/2
}

// moveObjects copies objects to new packs. What can not be read stays where it is.
func (s *Store) moveObjects(ctx context.Context, keys []key, to *batch) (n int, err error) {
	for o, err := range s.readObjects(ctx, keys) {
		if isRefused(err) || errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return n, err
		}
		if err := to.addCopy(ctx, o); err != nil {
			return n, err
		}
		n++
	}
	return n, to.flush(ctx)
}

// trashedRecently says whether an object got to the trash within half of the age.
func (v *view) trashedRecently(k key, now time.Time, age time.Duration) bool {
	at, ok := v.trashed[k]
	return ok && !at.Before(now.Add(-age/2))
}

// sweep deletes what is at home elsewhere, or dead and in the trash, and old trash.
func (s *Store) sweep(ctx context.Context, now time.Time, age time.Duration, done *GCResult) error {
	s.mu.Lock()
	lives, err := s.loadLiveness(ctx)
	var names []string
	if err == nil {
		names = s.view.deletableFiles(lives, now, age)
	}
	s.mu.Unlock()
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := s.backend.Delete(ctx, name); err != nil {
			return fmt.Errorf("delete %s: %w", name, err)
		}
		done.Deleted++
	}
	return nil
}

// deletableFiles are the names of what can be deleted.
func (v *view) deletableFiles(lives func(key) bool, now time.Time, age time.Duration) []string {
	needed := map[*packInfo]bool{}
	var names []string
	for k, home := range v.homes {
		dead := !lives(k) && (home.isTrash() || v.trashedRecently(k, now, age))
		if !dead {
			needed[home] = true
		}
		if _, loose := v.loose[k]; loose && (home != nil || dead) {
			names = append(names, k.String())
		}
	}
	for name, p := range v.packs {
		if !needed[p] && (!p.isTrash() || p.trashed.Before(now.Add(-age))) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
