package turbo

import (
	"fmt"
	"os"
	"sort"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
	"github.com/pongcheck/pongcheck/props"
)

func TestHistogram(t *testing.T) {
	if os.Getenv("PONGCHECK_FULL") == "" {
		t.Skip()
	}
	impl, _ := specimen.Find("specimen/exact")
	var hist [maxLanes]int
	target := tracked(t, impl, impl.Profile, 64, true)
	g := props.NewGenerator(impl.Info, props.Options{})
	var trace model.Trace
	var b []byte
	var l Lanes
	const n = 1_000_000
	for i := range n {
		g.Trace(99, uint64(i), &trace)
		b = model.AppendBinary(b[:0], &trace)
		l.reset()
		target.Run(b, &l)
		for _, x := range l.list {
			hist[x]++
		}
	}
	r, _ := Run(t.Context(), target, nil, Options{Seed: 1, N: n})
	lit := map[uint32]bool{}
	for _, in := range r.Entries {
		l.reset()
		target.Run(in, &l)
		for _, x := range l.list {
			lit[x] = true
		}
	}
	reached, only := 0, 0
	var rare []int
	for x, c := range hist {
		if c > 0 {
			reached++
		}
		if lit[uint32(x)] && c == 0 {
			only++
		}
		if lit[uint32(x)] && c < 40 {
			rare = append(rare, x)
		}
	}
	sort.Slice(rare, func(i, j int) bool { return hist[rare[i]] < hist[rare[j]] })
	fmt.Println("generated reach", reached, "turbo", len(lit), "turbo only", only)
	for i, x := range rare {
		if i%(len(rare)/30+1) == 0 {
			fmt.Printf("lane %08b kind %s: %d\n", x>>5, model.Kind(x&31), hist[x])
		}
	}
}
