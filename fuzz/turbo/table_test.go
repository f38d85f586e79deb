//go:build unix

package turbo

import (
	"math"
	"os"
	"testing"
	"time"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
	"github.com/pongcheck/pongcheck/props/generate"
)

// hard are the mutants that take the longest to find.
var hard = []string{
	"answering/previous-message", "answering/half-a-ping", "keepalive/too-rare", "keepalive/latency-of-first", "isolation/ping-corrupts",
	"isolation/pong-resets-window", "isolation/rsv-of-control", "deep/counter-wraps", "deep/queue-of-four", "deep/cancelled-leaves",
}

// deep are states of the model, and events in them, that generated traces reach once
// in a million or never.
var deep = []struct {
	name string
	lane uint8
	kind model.Kind
}{
	{"dropped, stalled, two wait, one is cancelled, a Pong is owed: peer-close", 0b11011110, model.PeerClose},
	{"dropped, stalled, one is cancelled: msg-send", 0b01011100, model.MsgSend},
	{"closing, stalled, in a message, two wait, one is cancelled: block again", 0b01101110, model.Block},
	{"dropped, stalled, in a message, one waits, one is cancelled, a Pong is owed: advance", 0b11111101, model.Advance},
}

// ways are what the table compares.
var ways = []struct {
	name string
	hunt func(t *testing.T, s tracked, seed uint64, n int) int
}{
	{"generated", generated},
	{"turbo", func(t *testing.T, s tracked, seed uint64, n int) int { return turbo(t, s, seed, n, false, false) }},
	{"lanes", func(t *testing.T, s tracked, seed uint64, n int) int { return turbo(t, s, seed, n, true, false) }},
	{"family", func(t *testing.T, s tracked, seed uint64, n int) int { return turbo(t, s, seed, n/10, false, true) }},
}

// TestTable tells what it costs to find bugs that are hard to find, in 20 runs each of
// at most 100,000 inputs (10,000 families). It takes some ten minutes, and decides
// nothing: PONGCHECK_FULL asks for it. Build it with counters in the specimens.
func TestTable(t *testing.T) {
	if os.Getenv("PONGCHECK_FULL") == "" {
		t.Skip("PONGCHECK_FULL is not set")
	}
	for _, name := range hard {
		t.Run(name, func(t *testing.T) { row(t, mutant(t, name)) })
	}
	for _, d := range deep {
		t.Run("state/"+d.name, func(t *testing.T) {
			s := right(t)
			s.deep = func(lane uint8, k model.Kind) bool { return lane == d.lane && k == d.kind }
			row(t, s)
		})
	}
}

func row(t *testing.T, s tracked) {
	const seeds, n = 20, 100_000
	for _, w := range ways {
		t.Run(w.name, func(t *testing.T) {
			var all time.Duration
			cpus, inputs, found := 0.0, 0.0, 0
			for seed := range uint64(seeds) {
				from := cpu(t)
				took := w.hunt(t, s, seed, n)
				spent := cpu(t) - from
				if all += spent; took > 0 {
					found++
				} else {
					took = n
				}
				cpus += math.Log(spent.Seconds())
				inputs += math.Log(float64(took))
			}
			t.Logf("found in %2d of %d runs; in the geometric mean %6.0f inputs, %7.1f ms CPU; %7.1f ms CPU a find", found, seeds,
				math.Exp(inputs/seeds), 1e3*math.Exp(cpus/seeds), 1e3*all.Seconds()/float64(max(1, found)))
		})
	}
}

// turbo is the number of the input at which a run finds something, 0 if none does.
func turbo(t *testing.T, s tracked, seed uint64, n int, laned, family bool) int {
	s.laned, s.family = laned, family
	if f := hunt(t, s.target(t), seed, n); f != nil {
		return f.Exec
	}
	return 0
}

// generated is the same where every input is generated.
func generated(t *testing.T, s tracked, seed uint64, n int) int {
	s.laned = false
	s.maxOps = text.MaxOps
	r := &Tracer{target: s.target(t)}
	g := generate.New(s.impl.Info, generate.Options{})
	var trace model.Trace
	var in []byte
	for i := range n {
		g.Trace(seed, uint64(i), &trace)
		if in = text.AppendBinary(in[:0], &trace); r.runTarget(in) != "" {
			return i + 1
		}
	}
	return 0
}
