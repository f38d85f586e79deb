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

// Store is a corpus in a backend. Many goroutines may use one store, and many stores one backend.
type Store struct {
	backend Backend
	now     func() time.Time // the clock; tests replace it

	mu     sync.Mutex // guards the two below
	view   view
	cached cachedPack
}

// cachedPack is the pack that was read last.
type cachedPack struct {
	name    string
	objects map[key][]byte
}

// New returns the store in a backend. An empty backend is an empty store.
func New(b Backend) *Store { return &Store{backend: b, now: time.Now} }

// ErrPinned says that an entry is a crash or a regression, which cannot be dropped.
var ErrPinned = errors.New("crash and regression entries are pinned")

// Input is an entry to add.
type Input struct {
	Data   []byte
	Origin Origin
	Run    string    // who adds it: a job, a person
	Time   time.Time // when it was found; zero means now
}

// Add puts an entry into the corpus of a target. Once Add has returned nil the entry stays, even
// if the process is killed at once or others prune meanwhile. Adding an entry that is already
// there protects it from a drop that is under way.
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

// AddAll adds many entries, in packs. If it returns nil all of them stay; after an error, the
// first n stay.
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

// batchEntry adds an entry and its add record to a batch.
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

// DropReason says why entries are dropped, and who drops them.
type DropReason struct {
	Reason string
	Build  string // of the target, if coverage was the reason
	Run    string // who drops
}

// Drop takes entries out of the corpus of a target. It drops the add records that this store has
// seen, so an entry that somebody adds meanwhile stays. It skips entries that are not in the
// corpus. If one entry is pinned, Drop drops nothing and returns [ErrPinned].
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
			return fmt.Errorf("cannot drop entry %s (%s): %w", item.ID, item.Kind, ErrPinned)
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

// Clear records that entries were run under limits and ended. They leave the quarantine.
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

// Get returns the bytes of an entry, in a corpus or not. The error is [fs.ErrNotExist] if the
// store has no such entry. It is [ErrCorrupt] or [ErrTooLarge] if every copy is damaged.
func (s *Store) Get(ctx context.Context, id ID) ([]byte, error) {
	data, err := s.findObject(ctx, key{entryKind, id})
	if err != nil {
		return nil, fmt.Errorf("get entry %s: %w", id, err)
	}
	return data, nil
}

// Records returns all records about an entry: add records first, then by time. A drop or clear
// record is cut down to this entry.
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
