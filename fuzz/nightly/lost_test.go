package nightly

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/corpus/store"
)

// flaw is a backend that is out of reach while lost is set.
type flaw struct {
	store.Memory
	lost bool
}

var errLost = errors.New("out of reach")

func (f *flaw) Put(ctx context.Context, name string, data []byte) error {
	if f.lost {
		return errLost
	}
	return f.Memory.Put(ctx, name, data)
}

func (f *flaw) List(ctx context.Context, kind string) iter.Seq2[string, error] {
	if f.lost {
		return func(yield func(string, error) bool) { yield("", errLost) }
	}
	return f.Memory.List(ctx, kind)
}

// A store that is lost does not stop a night, and is told as trouble; when it is back the
// same command brings it what was found.
func TestLostStore(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds test binaries")
	}
	o := options(t, scratch(t))
	backend := &flaw{lost: true}
	o.Remote = backend
	r, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	checkBad(t, r)
	if text := fmt.Sprint(r.Troubles); !strings.Contains(text, "pull the corpus") || !strings.Contains(text, "push the results") {
		t.Errorf("troubles: %s", text)
	}
	backend.lost = false
	told := 0
	o.Found = func(*Finding) { told++ }
	r = run(t, o)
	checkBad(t, r)
	if told != 0 {
		t.Errorf("the finding was told again")
	}
	items, err := store.New(backend).List(t.Context(), store.Filter{Target: badTarget})
	if err != nil || !slices.ContainsFunc(items, func(i store.Item) bool { return i.Pinned }) {
		t.Errorf("the store has %d entries, %v: want the pinned one among them", len(items), err)
	}
}
