//go:build unix

package turbo

import (
	"fmt"
	"math"
	"os"
	"testing"
	"time"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
	"github.com/pongcheck/pongcheck/props"
)

var deeps = []struct {
	name string
	lane uint8
	kind model.Kind
}{
	{"one waits, cancelled, dropped, message, stall, owed: peer-close", 0b11011110, model.PeerClose},
	{"none waits, cancelled, dropped, stall: msg-send", 0b01011100, model.MsgSend},
	{"one waits, cancelled, closing, message, stall: block", 0b01101110, model.Block},
	{"one waits, dropped, message, stall, owed; advance", 0b11111101, model.Advance},
}

func TestDeep(t *testing.T) {
	if os.Getenv("PONGCHECK_FULL") == "" {
		t.Skip("PONGCHECK_FULL is not set")
	}
	const seeds, n = 20, 100_000
	impl, _ := specimen.Find("specimen/exact")
	for _, d := range deeps {
		target := func(laned bool) *Target {
			return deepTracked(t, impl, impl.Profile, 64, laned, func(l uint8, k model.Kind) bool { return l == d.lane && k == d.kind })
		}
		for _, way := range []string{"generated", "turbo", "turbo, lanes"} {
			var sum, execs float64
			var all time.Duration
			found := 0
			for seed := range uint64(seeds) {
				from := cpu(t)
				took := 0
				if way == "generated" {
					took = randomly(target(false), impl.Info, seed+1, n)
				} else if f := hunt(t, target(way == "turbo, lanes"), seed+1, n); f != nil {
					took = f.Exec
				}
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
			fmt.Printf("%-54s %-14s found %2d of %d, execs %6.0f, cpu %8.2f ms (geometric), %8.2f ms a find\n", d.name, way, found, seeds,
				math.Exp(execs/seeds), math.Exp(sum/seeds)/1e6, float64(all)/1e6/float64(max(1, found)))
		}
	}
}

func randomly(target *Target, info model.Info, seed uint64, n int) int {
	g := props.NewGenerator(info, props.Options{})
	var trace model.Trace
	var b []byte
	r := &Tracer{target: target}
	for i := range n {
		g.Trace(seed, uint64(i), &trace)
		if b = model.AppendBinary(b[:0], &trace); r.call(b) != "" {
			return i + 1
		}
	}
	return 0
}
