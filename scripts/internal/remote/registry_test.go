package remote

import (
	"fmt"
	"testing"

	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

// The tag latest marks the consolidated pack, for people and other tools.
func TestLatestIsWhatWasConsolidated(t *testing.T) {
	for name, where := range map[string]string{"registry": startRegistry(t).url("store"), "docker-registry": startDockerRegistry(t)} {
		t.Run(name, func(t *testing.T) {
			b := open(t, where)
			s := store.New(b)
			add := func(from, to int) {
				if _, err := s.AddAll(t.Context(), func(yield func(store.Input, error) bool) {
					for i := from; i < to; i++ {
						in := store.Input{Data: fmt.Appendf(nil, "entry %d", i), Origin: store.Origin{Target: "example.com/m.FuzzX", Kind: store.Found}}
						if !yield(in, nil) {
							return
						}
					}
				}); err != nil {
					t.Fatal(err)
				}
			}
			add(0, 40)
			add(40, 80)
			if _, err := s.GC(t.Context(), 0, -1); err != nil {
				t.Fatal(err)
			}
			packs := listNames(t, b, "pack")
			if len(packs) != 1 {
				t.Fatalf("%q were not consolidated", packs)
			}
			add(80, 90) // is not much
			want, err := tagOf(packs[0])
			if err != nil {
				t.Fatal(err)
			}
			r := b.(*registryBackend)
			one, err1 := r.findLayer(t.Context(), want)
			other, err2 := r.findLayer(t.Context(), latestTag)
			if err1 != nil || err2 != nil || one.Digest != other.Digest {
				t.Errorf("latest is %v, %v, want %v, %v", other, err2, one, err1)
			}
		})
	}
}
