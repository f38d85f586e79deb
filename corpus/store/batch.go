package store

import (
	"bytes"
	"context"
	"slices"
	"time"
)

// batch collects objects and writes them: a few as they are, many as a pack.
type batch struct {
	b          Backend
	few        bool // a few objects are written as they are
	generation uint64
	trashed    time.Time // if set, the packs are trash

	objects []object
	bytes   int
}

// maxFew is how many objects are written as they are.
const maxFew = 16

// full says that the objects should be written before the next are added: there is
// room for two more in a pack, whatever their size.
func (w *batch) full() bool {
	return w.bytes >= packTarget || len(w.objects) >= packMany
}

// hold adds an object, whose bytes must stay as they are.
func (w *batch) hold(o object) {
	w.objects = append(w.objects, o)
	w.bytes += len(o.data)
}

// add adds a copy of an object and writes what is full.
func (w *batch) add(ctx context.Context, o object) error {
	o.data = bytes.Clone(o.data)
	w.hold(o)
	if w.full() {
		return w.flush(ctx)
	}
	return nil
}

func (w *batch) record(ctx context.Context, r *Record) error {
	line, err := r.encode()
	if err != nil {
		return err
	}
	return w.add(ctx, newObject(recordKind, line))
}

// flush writes what was added. Entries come first: a record that is there names an
// entry that is there.
func (w *batch) flush(ctx context.Context) error {
	objects := w.objects
	w.objects, w.bytes = nil, 0
	if len(objects) == 0 {
		return nil
	}
	if w.few && len(objects) <= maxFew {
		slices.SortFunc(objects, func(a, b object) int { return a.compare(b.key) })
		for _, o := range objects {
			if err := w.b.Put(ctx, o.String(), o.data); err != nil {
				return err
			}
		}
		return nil
	}
	id, file, err := newPack(w.generation, objects)
	if err != nil {
		return err
	}
	return w.b.Put(ctx, packName(id, w.trashed), file)
}
