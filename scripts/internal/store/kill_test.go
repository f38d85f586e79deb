//go:build unix

package store_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/pongcheck/pongcheck/scripts/internal/store"
	"github.com/pongcheck/pongcheck/scripts/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m, openFolder) }

func openFolder(_ context.Context, at string) (*store.Folder, error) { return store.OpenFolder(at) }

// Sixteen writers, a pruner, two collectors and a synchroniser work in one folder, and
// are killed at random. What was promised is there, and there is nothing to repair. With
// PONGCHECK_FULL they do so for a minute.
func TestNothingThatWasPromisedIsLostInAKill(t *testing.T) {
	lasts := 3 * time.Second
	switch {
	case os.Getenv("PONGCHECK_FULL") != "":
		lasts = time.Minute
	case testing.Short():
		t.Skip("starts many processes")
	}
	dir := t.TempDir()
	fleet := storetest.Fleet{
		Where: filepath.Join(dir, "store"), Copy: filepath.Join(dir, "copy"),
		Writers: 16, Life: 2 * time.Second, Lasts: lasts,
	}
	fleet.Run(t).Settle(t, openStore(t, fleet.Where), openStore(t, fleet.Copy))
}

func openStore(t *testing.T, at string) *store.Store {
	f, err := store.OpenFolder(at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return store.New(f)
}
