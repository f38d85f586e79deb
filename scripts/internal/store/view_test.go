package store

import (
	"context"
	"strings"
	"testing"
)

// counted is a backend that counts what is read of it.
type counted struct {
	Backend
	packs int
}

func (c *counted) Get(ctx context.Context, name string, limit int) ([]byte, error) {
	if strings.HasPrefix(name, packKind+"/") {
		c.packs++
	}
	return c.Backend.Get(ctx, name, limit)
}

// A pack may have megabytes and be far away.
func TestAListReadsEachPackOnce(t *testing.T) {
	b := &counted{Backend: &Memory{}}
	const n = 3
	for _, prefix := range []string{"a", "b", "c"} {
		addAll(t, New(b), many(prefix, 40))
	}
	s := New(b)
	for _, want := range []int{n, n} { // and nothing that was seen is read again
		items, err := s.List(t.Context(), Filter{})
		if err != nil || len(items) != n*40 {
			t.Fatalf("%d items, %v", len(items), err)
		}
		if b.packs != want {
			t.Errorf("%d packs were read, want %d", b.packs, want)
		}
	}
	again := New(b)
	if _, err := again.removePresent(t.Context(), nil); err != nil || b.packs != 2*n {
		t.Errorf("only names: %d packs were read, want %d; %v", b.packs, 2*n, err)
	}
	if items, err := again.List(t.Context(), Filter{}); err != nil || len(items) != n*40 || b.packs != 3*n {
		t.Errorf("after only names: %d items, %d packs were read, want %d; %v", len(items), b.packs, 3*n, err)
	}
}
