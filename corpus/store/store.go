package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"sync"
	"time"
)

// Store is a corpus in a backend. It may be used by many goroutines, and the backend by
// many stores.
type Store struct {
	backend Backend
	now     func() time.Time

	mu     sync.Mutex
	view   view
	cached cachedPack
}

// cachedPack is the pack that was read last, for the next read.
type cachedPack struct {
	name    string
	objects map[key][]byte
}

// New is the store in a backend, which may be empty.
func New(b Backend) *Store { return &Store{backend: b, now: time.Now} }

// ErrPinned is the reason for which a crash or a regression is not dropped.
var ErrPinned = errors.New("pinned")

// Input is an entry to be added.
type Input struct {
	Data   []byte
	Origin Origin
	Run    string    // who adds it
	Time   time.Time // when it was found; now, if not given
}

// Add puts an entry into the corpus of a target. When it returns nil the entry stays, even
// if the process is killed at once, and also if others prune meanwhile. Whoever adds an
// entry that is in already protects it from drops that are under way.
func (s *Store) Add(ctx context.Context, in Input) (ID, error) {
	id := Sum(in.Data)
	add := batch{backend: s.backend, looseIfFew: true}
	err := s.batchEntry(ctx, &add, in)
	if err == nil {
		err = add.flush(ctx)
	}
	if err != nil {
		return id, fmt.Errorf("add entry %s: %w", id, err)
	}
	return id, nil
}

// AddAll adds many entries, in packs. When it returns nil all of them stay; after an
// error, those that n counts.
func (s *Store) AddAll(ctx context.Context, inputs iter.Seq2[Input, error]) (n int, err error) {
	add := batch{backend: s.backend, looseIfFew: true}
	pending := 0
	for in, err := range inputs {
		if err != nil {
			return n, errors.Join(err, add.flush(ctx))
		}
		if add.isFull() {
			if err := add.flush(ctx); err != nil {
				return n, fmt.Errorf("add entries: %w", err)
			}
			n, pending = n+pending, 0
		}
		if err := s.batchEntry(ctx, &add, in); err != nil {
			return n, fmt.Errorf("add entry %d: %w", n+pending+1, err)
		}
		pending++
	}
	if err := add.flush(ctx); err != nil {
		return n, fmt.Errorf("add entries: %w", err)
	}
	return n + pending, nil
}

// batchEntry hands an entry and its record to a batch.
func (s *Store) batchEntry(ctx context.Context, to *batch, in Input) error {
	if len(in.Data) > MaxEntry {
		return fmt.Errorf("%w: %d bytes, more than %d", ErrTooLarge, len(in.Data), MaxEntry)
	}
	entry := newObject(entryKind, in.Data)
	r := s.newRecord(in.Run, in.Time)
	r.Add = &Added{Entry: entry.id, Origin: in.Origin}
	line, err := r.encode()
	if err != nil {
		return err
	}
	to.appendOwned(entry)
	to.appendOwned(newObject(recordKind, line))
	return nil
}

func (s *Store) newRecord(run string, at time.Time) Record {
	if at.IsZero() {
		at = s.now()
	}
	return Record{Schema: recordSchema, Run: run, Time: at.UTC(), Nonce: newNonce()}
}

// DropReason is the reason of a drop.
type DropReason struct {
	Reason string
	Build  string // of the target, if coverage was the reason
	Run    string // who drops
}

// Drop takes entries out of the corpus of a target, as far as they were added by what
// this store has seen; entries that are not in are passed over. If one is pinned the error
// is [ErrPinned], and nothing is dropped.
func (s *Store) Drop(ctx context.Context, target string, why DropReason, ids ...ID) error {
	items, err := s.List(ctx, Filter{Target: target})
	if err != nil {
		return fmt.Errorf("drop entries: %w", err)
	}
	drop := make(map[ID]bool, len(ids))
	for _, id := range ids {
		drop[id] = true
	}
	var adds []AddedAs
	for _, item := range items {
		switch {
		case !drop[item.ID]:
		case item.Pinned:
			return fmt.Errorf("drop entry %s: %w: a %s stays", item.ID, ErrPinned, item.Kind)
		default:
			for _, r := range item.adds {
				adds = append(adds, AddedAs{Record: r, Entry: item.ID})
			}
		}
	}
	write := batch{backend: s.backend, looseIfFew: true}
	for len(adds) > 0 {
		n := min(len(adds), maxIDs)
		r := s.newRecord(why.Run, time.Time{})
		r.Drop = &Dropped{Target: target, Reason: why.Reason, Build: why.Build, Adds: adds[:n]}
		if err := write.addRecord(ctx, &r); err != nil {
			return fmt.Errorf("drop entries: %w", err)
		}
		adds = adds[n:]
	}
	return write.flush(ctx)
}

// Clear says that entries were traced once under limits, and ended: they leave the
// quarantine.
func (s *Store) Clear(ctx context.Context, build, run string, ids ...ID) error {
	write := batch{backend: s.backend, looseIfFew: true}
	for len(ids) > 0 {
		n := min(len(ids), maxIDs)
		r := s.newRecord(run, time.Time{})
		r.Clear = &Cleared{Build: build, Entries: ids[:n]}
		if err := write.addRecord(ctx, &r); err != nil {
			return fmt.Errorf("clear entries: %w", err)
		}
		ids = ids[n:]
	}
	return write.flush(ctx)
}

// Get is the bytes of an entry, whether it is in a corpus or not. The error is
// [fs.ErrNotExist] if the store has none, [ErrCorrupt] or [ErrTooLarge] if it has only
// bytes that are refused.
func (s *Store) Get(ctx context.Context, id ID) ([]byte, error) {
	data, err := s.findObject(ctx, key{entryKind, id})
	if err != nil {
		return nil, fmt.Errorf("get entry %s: %w", id, err)
	}
	return data, nil
}

// Has says whether the store has the bytes of an entry.
func (s *Store) Has(ctx context.Context, id ID) (bool, error) {
	_, err := s.Get(ctx, id)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// Records are all that is said about an entry, add records first, then by time. A
// drop shows only what it says about this entry.
func (s *Store) Records(ctx context.Context, id ID) ([]Record, error) {
	ids, err := s.recordsAbout(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("read the records of entry %s: %w", id, err)
	}
	records := make([]Record, 0, len(ids))
	for _, r := range ids {
		line, err := s.findObject(ctx, key{recordKind, r})
		if errors.Is(err, fs.ErrNotExist) {
			continue // collected meanwhile
		}
		if err != nil {
			return nil, fmt.Errorf("read record %s: %w", r, err)
		}
		record, err := decodeRecord(line)
		if err != nil {
			return nil, fmt.Errorf("record %s: %w", r, err)
		}
		records = append(records, record.onlyAbout(id))
	}
	sortRecords(records)
	return records, nil
}
