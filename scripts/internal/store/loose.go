package store

import (
	"context"
	"strings"
	"sync"
)

// concurrentReads is how many loose objects are read at the same time. Loose objects are small,
// and a remote store answers each request only after a while.
const concurrentReads = 16

// getLoose reads a loose object: one with a file of its own.
func (s *Store) getLoose(ctx context.Context, k key) ([]byte, error) {
	data, err := s.backend.Get(ctx, k.String(), k.kind.maxSize())
	if err != nil {
		return nil, err
	}
	return data, k.checkBytes(data)
}

// readLoose reads loose objects in any order, several at the same time. It calls take for one
// object at a time, with its bytes or with the error of reading it. The first error of take ends
// it.
func (s *Store) readLoose(ctx context.Context, keys []key, take func(k key, data []byte, err error) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var (
		mu      sync.Mutex
		next    int
		ended   error
		readers sync.WaitGroup
	)
	read := func() {
		mu.Lock()
		defer mu.Unlock()
		for next < len(keys) && ended == nil {
			k := keys[next]
			next++
			mu.Unlock()
			data, err := s.getLoose(ctx, k)
			mu.Lock()
			if ended != nil {
				return
			}
			if ended = take(k, data, err); ended != nil {
				stop()
			}
		}
	}
	for range min(concurrentReads, len(keys)) {
		readers.Go(read)
	}
	readers.Wait()
	return ended
}

// listLoose adds the loose objects of a kind to loose. A name that no object can have goes to
// names, and becomes a problem later.
func (s *Store) listLoose(ctx context.Context, k kind, loose map[key]struct{}, names map[string]bool) error {
	for name, err := range ListNames(ctx, s.backend, kindNames[k]) {
		if err != nil {
			return err
		}
		id, err := ParseID(strings.TrimPrefix(name, kindNames[k]+"/"))
		if err != nil {
			names[name] = true
			continue
		}
		loose[key{k, id}] = struct{}{}
	}
	return nil
}

// looseKey returns the key of the loose object with this name.
func looseKey(name string) (k key, ok bool) {
	for i, kindName := range kindNames {
		if hash, is := strings.CutPrefix(name, kindName+"/"); is {
			id, err := ParseID(hash)
			return key{kind(i), id}, err == nil
		}
	}
	return k, false
}
