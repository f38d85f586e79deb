package remote

import (
	"context"
	"errors"
	"io/fs"
	"iter"

	"github.com/pongcheck/pongcheck/corpus/store"
)

// patient is a backend that is asked again when the network failed.
type patient struct{ store.Backend }

const tries = 20

func again(do func() error) (err error) {
	for range tries {
		if err = do(); err == nil || errors.Is(err, fs.ErrNotExist) || errors.Is(err, store.ErrCorrupt) || errors.Is(err, store.ErrTooLarge) {
			return err
		}
	}
	return err
}

func (p patient) Put(ctx context.Context, name string, data []byte) error {
	return again(func() error { return p.Backend.Put(ctx, name, data) })
}

func (p patient) Get(ctx context.Context, name string, limit int) (data []byte, err error) {
	err = again(func() error {
		data, err = p.Backend.Get(ctx, name, limit)
		return err
	})
	return data, err
}

func (p patient) List(ctx context.Context, kind string) iter.Seq2[string, error] {
	var names []string
	err := again(func() error {
		names = nil
		for name, err := range p.Backend.List(ctx, kind) {
			if err != nil {
				return err
			}
			names = append(names, name)
		}
		return nil
	})
	return func(yield func(string, error) bool) {
		for _, name := range names {
			if !yield(name, nil) {
				return
			}
		}
		if err != nil {
			yield("", err)
		}
	}
}

func (p patient) Delete(ctx context.Context, name string) error {
	return again(func() error { return p.Backend.Delete(ctx, name) })
}
