package subject

import (
	"slices"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
	"github.com/pongcheck/pongcheck/props"
)

// The specimens do what the real libraries do: the same traces show the same
// outcomes, in everything but the order of waiters within an op.
func TestSpecimensAreFaithful(t *testing.T) {
	for _, c := range []struct {
		specimen, real string
		without        model.Kinds // ops that are not tried, where the release has a finding that is not public yet
	}{
		{"specimen/asyncio@14.1", "websockets/asyncio@14.1", 0},
		{"specimen/asyncio@14.2", "websockets/asyncio@14.2", 0},
		{"specimen/asyncio@14.2", "websockets/asyncio@17.4", 0},
		{"specimen/legacy@14.1", "websockets/legacy@14.1", 0},
		{"specimen/legacy@14.1", "websockets/legacy@14.2", 0},
		{"specimen/legacy@14.1", "websockets/legacy@17.4", stalls},
	} {
		t.Run(c.real, func(t *testing.T) {
			real := Require(t, c.real)
			port, ok := specimen.Find(c.specimen)
			if !ok {
				t.Fatalf("there is no %s", c.specimen)
			}
			n := 10_000
			if testing.Short() {
				n = 500
			}
			info := real.Info
			info.Can &^= c.without
			compare(t, port, real, info, n)
		})
	}
}

// stalls are the ops by which writes stall and go on.
var stalls = model.KindsOf(model.Block, model.Resume)

// compare runs traces of what info says on both.
func compare(t *testing.T, port, real *model.Implementation, info model.Info, n int) {
	info.Chooses = false // random payloads of stalled pings are told apart by nobody
	info.Deflate = false // the specimens have none
	g := props.NewGenerator(info, props.Options{})
	traces := func(yield func(*model.Trace) bool) {
		for i := range uint64(n) {
			tr := new(model.Trace)
			if g.Trace(1, i, tr); !yield(tr) {
				return
			}
		}
	}
	c := model.NewChecker(model.RFC(), port.Info)
	c.Record, c.GoOn = true, true
	s := port.New()
	seen := 0
	for theirs, err := range real.Run(t.Context(), traces) {
		if err != nil {
			t.Fatal(err)
		}
		tr := new(model.Trace)
		g.Trace(1, uint64(seen), tr)
		mine := c.Run(s, tr).Transcript
		if a, b := canonical(mine), canonical(theirs); a != b {
			t.Fatalf("trace %d: the specimen shows\n%s\nand the library\n%s", seen, a, b)
		}
		seen++
	}
	if seen != n {
		t.Errorf("%d of %d traces were compared", seen, n)
	}
}

// canonical is a transcript without what the two may differ in.
func canonical(t *model.Transcript) string {
	c := *t
	c.Subject, c.Version, c.Profile = "", "", ""
	c.Steps = slices.Clone(t.Steps)
	for i := range c.Steps {
		level(&c.Steps[i].Outcome)
	}
	level(&c.End)
	return c.String()
}

func level(o *model.Outcome) {
	o.Resolutions = slices.Clone(o.Resolutions)
	slices.SortStableFunc(o.Resolutions, func(a, b model.Resolution) int {
		if a.Keep != b.Keep {
			if a.Keep {
				return 1
			}
			return -1
		}
		return a.N - b.N
	})
}
