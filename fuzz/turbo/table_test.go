//go:build unix

package turbo

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
	"github.com/pongcheck/pongcheck/props"
)

// hard are mutants that take generated traces longest.
var hard = []string{
	"answering/previous-message", "answering/half-a-ping", "keepalive/too-rare", "keepalive/latency-of-first", "isolation/ping-corrupts",
	"isolation/pong-resets-window", "isolation/rsv-of-control", "deep/counter-wraps", "deep/queue-of-four", "deep/cancelled-leaves",
}

// TestTable prints what the engine costs to find each of the hard mutants. It
// decides nothing; PONGCHECK_FULL=1 asks for it.
func TestTable(t *testing.T) {
	if os.Getenv("PONGCHECK_FULL") == "" {
		t.Skip("PONGCHECK_FULL is not set")
	}
	const seeds, n = 20, 50_000
	ways := []struct {
		name string
		hunt func(name string, seed uint64) (execs int)
	}{
		{"generated", func(name string, seed uint64) int { return random(t, name, seed, n) }},
		{"turbo", func(name string, seed uint64) int { return turboHunt(t, name, seed, n, false) }},
		{"turbo, lanes", func(name string, seed uint64) int { return turboHunt(t, name, seed, n, true) }},
	}
	for _, name := range hard {
		for _, w := range ways {
			var sum, execs float64
			var all time.Duration
			found := 0
			for seed := range uint64(seeds) {
				from := cpu(t)
				took := w.hunt(name, seed+1)
				spent := cpu(t) - from
				all += spent
				sum += math.Log(float64(spent))
				if took > 0 {
					found++
				} else {
					took = n
				}
				execs += math.Log(float64(took))
			}
			fmt.Printf("%-30s %-14s found %2d of %d, execs %6.0f, cpu %8.2f ms (geometric), %8.2f ms a find\n", name, w.name, found, seeds,
				math.Exp(execs/seeds), math.Exp(sum/seeds)/1e6, float64(all)/1e6/float64(max(1, found)))
		}
	}
}

func turboHunt(t *testing.T, name string, seed uint64, n int, laned bool) int {
	if f := hunt(t, mutant(t, name, 64, laned), seed, n); f != nil {
		return f.Exec
	}
	return 0
}

// random runs generated traces only.
func random(t *testing.T, name string, seed uint64, n int) int {
	m, _ := specimen.FindMutant(name)
	target := mutant(t, name, 1000, false)
	g := props.NewGenerator(m.Implementation().Info, props.Options{})
	var trace model.Trace
	var b []byte
	for i := range n {
		g.Trace(seed, uint64(i), &trace)
		if b = model.AppendBinary(b[:0], &trace); target.Run(b, nil) != "" {
			return i + 1
		}
	}
	return 0
}

var _ = strings.Contains
