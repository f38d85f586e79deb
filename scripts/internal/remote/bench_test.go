//go:build linux

package remote

import (
	"fmt"
	"iter"
	"testing"

	"github.com/pongcheck/pongcheck/scripts/internal/store"
	"github.com/pongcheck/pongcheck/scripts/internal/store/storetest"
)

// many yields n entries of about sixty bytes.
func many(n int) iter.Seq2[store.Input, error] {
	return func(yield func(store.Input, error) bool) {
		for i := range n {
			data := fmt.Sprintf("entry %d of a corpus of many, each of which is a little longer", i)
			if !yield(store.Input{Data: []byte(data), Origin: store.Origin{Target: "example.com/m.FuzzX", Kind: store.Found}}, nil) {
				return
			}
		}
	}
}

// Measures how long a process takes, and how much memory, to synchronise a folder with a
// store that has the same entries. 0 entries show what the process itself takes.
func BenchmarkSyncUnchanged(b *testing.B) {
	stores := []struct {
		kind string
		at   func(b *testing.B) string
	}{
		{"folder", func(b *testing.B) string { return b.TempDir() }},
		{"bucket", func(b *testing.B) string { return startS3(b).url("store") }},
		{"registry", func(b *testing.B) string { return startRegistry(b).url("store") }},
		{"docker-registry", func(b *testing.B) string { return startDockerRegistry(b) }},
	}
	for _, n := range []int{0, 1000, 10000, 100000} {
		here := b.TempDir()
		f, err := Open(b.Context(), here)
		if err == nil {
			_, err = store.New(f).AddAll(b.Context(), many(n))
		}
		if err != nil {
			b.Fatal(err)
		}
		for _, kind := range stores {
			b.Run(fmt.Sprintf("store=%s/entries=%d", kind.kind, n), func(b *testing.B) {
				there := kind.at(b)
				sync := func() int64 {
					bytes, err := storetest.SyncOnce(here, there)
					if err != nil {
						b.Fatal(err)
					}
					return bytes
				}
				most := sync()
				for b.Loop() {
					most = max(most, sync())
				}
				b.ReportMetric(float64(most)/1e6, "MB-at-most")
			})
		}
	}
}
