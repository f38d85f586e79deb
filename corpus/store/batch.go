package store

import (
	"bytes"
	"context"
	"slices"
	"time"
)

// batch collects objects and writes them: a few as they are, many as a pack.
type batch struct {
	backend    Backend
	looseIfFew bool // a few objects are written as they are
	generation uint64
	trashed    time.Time // if set, the packs are trash

	objects []object
	bytes   int
}

// maxLooseBatch is how many objects are written as they are.
const maxLooseBatch = 16

// isFull says that the objects should be written before the next are added: there is
// room for two more in a pack, whatever their size.
func (w *batch) isFull() bool {
	return w.bytes >= packFullBytes || len(w.objects) >= packFullCount
}

// appendOwned adds an object, whose bytes must stay as they are.
func (w *batch) appendOwned(o object) {
	w.objects = append(w.objects, o)
	w.bytes += len(o.data)
}

// addCopy adds a copy of an object and writes what is full.
func (w *batch) addCopy(ctx context.Context, o object) error {
	o.data = bytes.Clone(o.data)
	w.appendOwned(o)
	if w.isFull() {
		return w.flush(ctx)
	}
	return nil
}

func (w *batch) addRecord(ctx context.Context, r *Record) error {
	line, err := r.encode()
	if err != nil {
		return err
	}
	return w.addCopy(ctx, newObject(recordKind, line))
}

// flush writes what was added. Entries come first: a record that is there names an
// entry that is there.
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
