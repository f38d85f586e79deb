package store

import (
	"bytes"
	"context"
	"slices"
	"time"
)

// batch collects objects, then writes them: a few as loose objects, many as one pack.
type batch struct {
	backend    Backend
	looseIfFew bool      // write up to maxLooseBatch objects as loose ones
	generation uint64    // of the packs that flush writes
	trashed    time.Time // when the objects were collected; zero: the packs are no trash

	objects []object // added and not written yet
	bytes   int      // total size of objects
}

// maxLooseBatch is how many objects a batch writes as loose ones at most.
const maxLooseBatch = 16

// isFull reports whether the batch should be flushed before more is added. A full batch has room
// for two more objects of any size.
func (w *batch) isFull() bool {
	return w.bytes >= packFullBytes || len(w.objects) >= packFullCount
}

// appendOwned adds an object without copying it. The caller must not change its bytes any more.
func (w *batch) appendOwned(o object) {
	w.objects = append(w.objects, o)
	w.bytes += len(o.data)
}

// addCopy adds a copy of an object, and flushes a full batch.
func (w *batch) addCopy(ctx context.Context, o object) error {
	o.data = bytes.Clone(o.data)
	w.appendOwned(o)
	if w.isFull() {
		return w.flush(ctx)
	}
	return nil
}

// addRecord adds a record, and flushes a full batch.
func (w *batch) addRecord(ctx context.Context, r *Record) error {
	line, err := r.encode()
	if err != nil {
		return err
	}
	return w.addCopy(ctx, newObject(recordKind, line))
}

// flush writes the objects, entries before records: a record must never name an entry that is not
// stored yet.
func (w *batch) flush(ctx context.Context) error {
	objects := w.objects
	w.objects, w.bytes = nil, 0
	if len(objects) == 0 {
		return nil
	}
	if w.looseIfFew && len(objects) <= maxLooseBatch {
		slices.SortFunc(objects, func(a, b object) int { return a.compare(b.key) })
		for _, o := range objects {
			if err := w.backend.Put(ctx, o.String(), o.data); err != nil {
				return err
			}
		}
		return nil
	}
	id, file, err := newPack(w.generation, objects)
	if err != nil {
		return err
	}
	return w.backend.Put(ctx, packName(id, w.trashed), file)
}
