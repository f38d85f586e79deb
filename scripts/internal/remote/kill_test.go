//go:build unix

package remote

import (
	"os"
	"testing"
	"time"

	"github.com/pongcheck/pongcheck/scripts/internal/store"
	"github.com/pongcheck/pongcheck/scripts/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m, Open) }

// Writers, a pruner, two collectors and a synchroniser work in one store behind a bad
// network, and half of them are killed at random. Afterwards every promised entry must be
// there, and nothing be damaged. PONGCHECK_FULL makes it sixteen writers for a minute.
func TestNothingThatWasPromisedIsLost(t *testing.T) {
	lasts, writers := 6*time.Second, 4
	switch {
	case os.Getenv("PONGCHECK_FULL") != "":
		lasts, writers = time.Minute, 16
	case testing.Short():
		t.Skip("starts many processes")
	}
	for name, urls := range map[string]func(t *testing.T, n *network) (string, string){
		"bucket": func(t *testing.T, n *network) (string, string) {
			s := startS3(t, n.before(1))
			return s.url("store"), s.url("copy")
		},
		"registry": func(t *testing.T, n *network) (string, string) {
			s := startRegistry(t, n.before(2))
			return s.url("store"), s.url("copy")
		},
	} {
		t.Run(name, func(t *testing.T) {
			var n network
			where, other := urls(t, &n)
			fleet := storetest.Fleet{
				Where: where, Copy: other, Writers: writers, Life: 5 * time.Second, Lasts: lasts,
				Flaky: true, Enough: func() bool { return n.failed.Load() >= 10 },
			}
			p := fleet.Run(t)
			n.calm.Store(true)
			t.Logf("%d requests failed", n.failed.Load())
			p.Settle(t, store.New(open(t, where)), store.New(open(t, other)))
		})
	}
}
