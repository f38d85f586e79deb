package main

import (
	"context"
	"errors"
	"io/fs"
	"iter"
	"maps"
	"slices"

	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

// rehearsal is a backend that changes nothing: it keeps what would be written in
// memory, and hides what would be deleted. It is for one goroutine.
type rehearsal struct {
	store.Backend
	written store.Memory
	deleted map[string]bool // names of what would be deleted
}

func newRehearsal(b store.Backend) *rehearsal {
	return &rehearsal{Backend: b, deleted: map[string]bool{}}
}

// Put implements [store.Backend].
func (r *rehearsal) Put(ctx context.Context, name string, data []byte) error {
	delete(r.deleted, name)
	return r.written.Put(ctx, name, data)
}

// Get implements [store.Backend].
func (r *rehearsal) Get(ctx context.Context, name string, limit int) ([]byte, error) {
	if data, err := r.written.Get(ctx, name, limit); !errors.Is(err, fs.ErrNotExist) || r.deleted[name] {
		return data, err
	}
	return r.Backend.Get(ctx, name, limit)
}

// List implements [store.Backend].
func (r *rehearsal) List(ctx context.Context, kind string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		var new []string
		for name := range r.written.List(ctx, kind) {
			new = append(new, name)
			if !yield(name, nil) {
				return
			}
		}
		for name, err := range r.Backend.List(ctx, kind) {
			if _, is := slices.BinarySearch(new, name); err == nil && (is || r.deleted[name]) {
				continue
			}
			if !yield(name, err) {
				return
			}
		}
	}
}

// Delete implements [store.Backend].
func (r *rehearsal) Delete(ctx context.Context, name string) error {
	r.deleted[name] = true
	return r.written.Delete(ctx, name)
}

// deletedNames returns the names of what would be deleted, sorted.
func (r *rehearsal) deletedNames() []string {
	return slices.Sorted(maps.Keys(r.deleted))
}
