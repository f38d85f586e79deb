package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync/atomic"

	"github.com/pongcheck/pongcheck/corpus/store"
	"github.com/pongcheck/pongcheck/scripts/internal/remote"
)

// stores are those that a verb has open, and what went in and out.
type stores struct {
	s                    *session
	p                    progress
	read, written, bytes atomic.Int64
	open                 []remote.Backend
}

// withStores does what works on stores, tells how far it is, and closes them.
func withStores(s *session, verb string, do func(*stores) error) (err error) {
	o := &stores{s: s, p: progress{w: s.err, name: verb}}
	o.p.start(func() string {
		return fmt.Sprintf("%d objects read, %d written, %.1f MB", o.read.Load(), o.written.Load(), float64(o.bytes.Load())/1e6)
	})
	err = do(o)
	o.p.stop()
	for _, b := range o.open {
		err = errors.Join(err, b.Close())
	}
	if err == nil {
		s.status.ran = true
	}
	return err
}

// existing opens a store to which nothing need be written: a folder must be there.
func (o *stores) existing(where string) (*store.Store, error) {
	there, err := folderThere(where)
	if err != nil {
		return nil, err
	}
	if !there {
		return nil, fmt.Errorf("there is no store %s: corpus add, import and sync make one", where)
	}
	return o.any(where)
}

// folderThere reports whether a store is there, which is taken for granted of all but
// folders.
func folderThere(where string) (bool, error) {
	path := where
	if strings.HasPrefix(where, "file://") {
		var err error
		if path, err = remote.FilePath(where); err != nil {
			return false, err
		}
	}
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist) || strings.Contains(path, "://"), nil
}

// any opens a store, which is empty if there is none.
func (o *stores) any(where string) (*store.Store, error) {
	b, err := o.backend(where)
	if err != nil {
		return nil, err
	}
	return store.New(b), nil
}

func (o *stores) backend(where string) (store.Backend, error) {
	b, err := remote.Open(o.s.ctx, where)
	if err != nil {
		return nil, err
	}
	o.open = append(o.open, b)
	return &counted{b, o}, nil
}

// counted is a backend with what goes in and out counted.
type counted struct {
	store.Backend
	o *stores
}

func (c *counted) Put(ctx context.Context, name string, data []byte) error {
	err := c.Backend.Put(ctx, name, data)
	c.o.written.Add(1)
	c.o.bytes.Add(int64(len(data)))
	return err
}

func (c *counted) Get(ctx context.Context, name string, limit int) ([]byte, error) {
	data, err := c.Backend.Get(ctx, name, limit)
	c.o.read.Add(1)
	c.o.bytes.Add(int64(len(data)))
	return data, err
}

// warn says that a store has objects that were passed over.
func (o *stores) warn(st *store.Store, where string) error {
	problems, err := st.Problems(o.s.ctx)
	if len(problems) > 0 {
		o.p.note("%d objects of %s are passed over: %s; see: pongcheck corpus verify %s", len(problems), where, problems[0], quote(where))
	}
	return err
}

// find is the entry that is meant by its ID or the first digits of it.
func (o *stores) find(st *store.Store, text, target string) (store.ID, error) {
	if id, err := store.ParseID(text); err == nil {
		return id, nil
	}
	items, err := st.List(o.s.ctx, store.Filter{Target: target})
	if err != nil {
		return store.ID{}, err
	}
	var found []store.ID
	for _, item := range items {
		if strings.HasPrefix(item.ID.String(), text) && text != "" && (len(found) == 0 || found[len(found)-1] != item.ID) {
			found = append(found, item.ID)
		}
	}
	for _, id := range found {
		if id != found[0] {
			return id, fmt.Errorf("entry %s may be %s or %s", text, found[0], id)
		}
	}
	if len(found) == 0 {
		return store.ID{}, fmt.Errorf("there is no entry %.80q", text)
	}
	return found[0], nil
}
