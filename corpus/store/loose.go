package store

import (
	"context"
	"fmt"
	"strings"
	"sync"
)

// concurrentReads is how many loose objects are read at once. They are small, and a store that is
// far away answers for each of them only after a while.
const concurrentReads = 16

// getLoose reads an object that has a file of its own.
func (s *Store) getLoose(ctx context.Context, k key) ([]byte, error) {
	data, err := s.backend.Get(ctx, k.String(), k.kind.maxSize())
	if err != nil {
		return nil, err
	}
	return data, k.checkBytes(data)
}

// readLoose reads loose objects, several at once, in any order. One object at a time is
// taken, or why it can not be read; the first error of take ends it.
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

// listLoose lists the loose objects of a kind. Those with names that no object has
// are named as problems.
func (s *Store) listLoose(ctx context.Context, k kind, loose map[key]struct{}, names map[string]bool) error {
	for name, err := range s.backend.List(ctx, kindNames[k]) {
		if err != nil {
			return fmt.Errorf("list %s: %w", kindNames[k], err)
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

// looseKey reads the name of a loose object.
func looseKey(name string) (k key, ok bool) {
	for i, kindName := range kindNames {
		if hash, is := strings.CutPrefix(name, kindName+"/"); is {
			id, err := ParseID(hash)
			return key{kind(i), id}, err == nil
		}
	}
	return k, false
}
