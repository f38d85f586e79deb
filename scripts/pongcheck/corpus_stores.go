package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/pongcheck/pongcheck/scripts/internal/process"
	"github.com/pongcheck/pongcheck/scripts/internal/remote"
	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

// stores are the stores that a verb has open.
type stores struct {
	s                    *session
	p                    *progress
	read, written, bytes atomic.Int64 // what went in and out, for the progress
	open                 []remote.Backend
}

// withStores calls do, shows how many objects it has read and written so far, and closes
// the stores that it opened.
func withStores(s *session, verb string, do func(*stores) error) (err error) {
	o := &stores{s: s}
	o.p = startProgress(s.err, verb, func(p *progress) string {
		return fmt.Sprintf("%d objects read, %d written, %.1f MB, %s", o.read.Load(), o.written.Load(), float64(o.bytes.Load())/1e6, p.seconds())
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

// openExisting opens a store. A folder must exist.
func (o *stores) openExisting(where string) (*store.Store, error) {
	there, err := remote.Exists(where)
	if err != nil {
		return nil, err
	}
	if !there {
		return nil, fmt.Errorf("open store %s: there is no such folder; corpus add, import and sync make one", where)
	}
	return o.openStore(where)
}

// openStore opens a store. One that does not exist is empty, and made by the first write.
func (o *stores) openStore(where string) (*store.Store, error) {
	b, err := o.openBackend(where)
	if err != nil {
		return nil, err
	}
	return store.New(b), nil
}

func (o *stores) openBackend(where string) (store.Backend, error) {
	b, err := remote.Open(o.s.ctx, where)
	if err != nil {
		return nil, err
	}
	o.open = append(o.open, b)
	return &countedBackend{b, o}, nil
}

// countedBackend counts what goes in and out of a backend.
type countedBackend struct {
	store.Backend
	o *stores
}

func (c *countedBackend) Put(ctx context.Context, name string, data []byte) error {
	err := c.Backend.Put(ctx, name, data)
	c.o.written.Add(1)
	c.o.bytes.Add(int64(len(data)))
	return err
}

func (c *countedBackend) Get(ctx context.Context, name string, limit int) ([]byte, error) {
	data, err := c.Backend.Get(ctx, name, limit)
	c.o.read.Add(1)
	c.o.bytes.Add(int64(len(data)))
	return data, err
}

// reportDamage says which objects of a store could not be read.
func (o *stores) reportDamage(st *store.Store, where string) error {
	problems, err := st.Problems(o.s.ctx)
	if len(problems) > 0 {
		o.p.note("%d objects of %s are damaged and left out: %s\nsee: pongcheck corpus verify %s", len(problems), where, problems[0], process.QuoteShell(where))
	}
	return err
}

// findEntry returns the entry with an ID, or the one whose ID begins with some digits.
func (o *stores) findEntry(st *store.Store, text, target string) (store.ID, error) {
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
			return id, fmt.Errorf("entry %s is ambiguous: it may be %s or %s; give more digits", text, found[0], id)
		}
	}
	if len(found) == 0 {
		return store.ID{}, fmt.Errorf("there is no entry %.80q", text)
	}
	return found[0], nil
}
