package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"
)

// GCResult says what a collection did.
type GCResult struct {
	Trashed int // objects copied to the trash
	Packed  int // objects copied to new packs
	Deleted int // files: loose objects, packs and trash that nothing needs any more
}

// ErrProblems says that a store has damaged objects. GC refuses such a store: a damaged record may
// say that an entry is alive.
var ErrProblems = errors.New("the store has damaged objects: verify and heal it first")

// GC tidies a store. It packs loose objects if there are more than loose, and merges small packs.
// It moves to the trash what no corpus contains, and deletes trash older than age.
//
// age must be at least twice the duration of any Add, Sync or GC. A day is enough; a month leaves
// time to change one's mind. Others may read, write and collect meanwhile. If GC is killed nothing
// is lost, and the next GC continues.
func (s *Store) GC(ctx context.Context, loose int, age time.Duration) (*GCResult, error) {
	var done GCResult
	now := s.now().UTC().Truncate(time.Second) // names of trash packs have whole seconds
	err := s.sweep(ctx, now, age, &done)       // first what a killed GC left
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

// loadLiveness loads all records and returns a function that reports whether an object is alive.
// An entry is alive while it is in a corpus, a record while it is not dropped.
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

// trashDead copies dead objects to a new trash pack. An object already in old trash is trashed
// again, so that it survives for at least age/2 after its other copies are gone.
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

// repackWorn copies live objects to new packs: loose ones, those that came back from the trash,
// those of small packs, and those of packs with dead objects.
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

// chooseToRepack returns the objects that should go to new packs, and the generation of those
// packs.
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

// isSmall reports whether a pack should be merged with others.
func (p *packInfo) isSmall() bool {
	return !p.isTrash() && p.count < packFullCount/2 && p.bytes < packFullBytes/2
}

// moveObjects copies objects to new packs. It leaves unreadable ones where they are.
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

// trashedRecently reports whether an object was trashed within the last age/2.
func (v *view) trashedRecently(k key, now time.Time, age time.Duration) bool {
	at, ok := v.trashed[k]
	return ok && !at.Before(now.Add(-age/2))
}

// sweep deletes (1) copies whose home is another pack, (2) dead objects that are in recent trash,
// and (3) trash older than age.
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

// deletableFiles returns the names of the files that sweep deletes.
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
