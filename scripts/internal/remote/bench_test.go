//go:build linux

package remote

import (
	"fmt"
	"iter"
	"testing"

	"github.com/pongcheck/pongcheck/corpus/store"
	"github.com/pongcheck/pongcheck/corpus/store/storetest"
)

// many are n entries of some sixty bytes.
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

// A folder is synchronised with a store that has the same entries, in a process of its
// own: the time is that of all of it, the memory the most that it had; 0 entries say what
// a process takes that has nothing to do.
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
