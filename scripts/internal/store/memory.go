package store

import (
	"bytes"
	"context"
	"iter"
	"slices"
	"strings"
	"sync"
)

// Memory is a backend in memory. The zero value is an empty one.
type Memory struct {
	mu      sync.RWMutex
	objects map[string][]byte
}

// Put implements [Backend].
func (m *Memory) Put(ctx context.Context, name string, data []byte) error {
	if err := CheckName(name); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.objects == nil {
		m.objects = map[string][]byte{}
	}
	m.objects[name] = bytes.Clone(data)
	return ctx.Err()
}

// Get implements [Backend].
func (m *Memory) Get(ctx context.Context, name string, limit int) ([]byte, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	data, ok := m.objects[name]
	switch {
	case !ok:
		return nil, missingError(name)
	case len(data) > limit:
		return nil, tooLargeError(name, limit)
	}
	return bytes.Clone(data), ctx.Err()
}

// List implements [Backend]. The names are sorted.
func (m *Memory) List(ctx context.Context, kind string) iter.Seq2[string, error] {
	m.mu.RLock()
	var names []string
	for name := range m.objects {
		if strings.HasPrefix(name, kind+"/") {
			names = append(names, name)
		}
	}
	m.mu.RUnlock()
	slices.Sort(names)
	return func(yield func(string, error) bool) {
		for _, name := range names {
			if !yield(name, ctx.Err()) {
				return
			}
		}
	}
}

// Delete implements [Backend].
func (m *Memory) Delete(ctx context.Context, name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.objects, name)
	return ctx.Err()
}
