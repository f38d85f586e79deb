package props

import (
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
	"github.com/pongcheck/pongcheck/props/internal/propstest"
	"github.com/pongcheck/pongcheck/props/sweep"
)

// swept are options for all frames and nothing else.
func swept() Options { return Options{N: -1, Sweep: sweep.Cells, NoCorpus: true} }

// Nothing that a right specimen does with a header is FAILED.
func TestRightSpecimensPassTheSweep(t *testing.T) {
	for _, impl := range specimen.All() {
		r, err := Run(t.Context(), propstest.FindProfile(impl.Profile), &impl, swept())
		if err != nil {
			t.Fatal(err)
		}
		for f := range r.Failures() {
			t.Errorf("%s", f)
		}
		if want := sweep.New(impl.Info).Len(); r.Frames != want || r.Traces != 0 {
			t.Errorf("%s: %d frames and %d traces, want %d frames", impl.Name, r.Frames, r.Traces, want)
		}
	}
}

// The frames that a check sends by default find what the sweep alone is sure to find, and
// what is found is a trace that shrinks and replays like any other.
func TestTheSweepFindsWhatOneHeaderShows(t *testing.T) {
	for _, m := range specimen.Mutants() {
		if !m.Swept {
			continue
		}
		r, err := Run(t.Context(), propstest.FindProfile(m.Profile), m.Implementation(), Options{NoCorpus: true, Certify: -1})
		if err != nil {
			t.Fatal(err)
		}
		known, _ := m.Shortest()
		for f := range r.Failures() {
			if !f.Swept || !strings.HasPrefix(f.Origin(), "trace of the sweep (") {
				t.Errorf("%s: found by %s", m.Name, f.Origin())
			}
			if f.Flaky || len(f.Shrunk.Ops) > len(known.Ops) {
				t.Errorf("%s: flaky or not shrunk: %s", m.Name, f)
			}
		}
		if r.Verdict != model.FAILED {
			t.Errorf("%s: %s after %d frames and %d traces", m.Name, r.Verdict, r.Frames, r.Traces)
		}
		random, err := Run(t.Context(), propstest.FindProfile(m.Profile), m.Implementation(), Options{NoCorpus: true, Sweep: -1, Tries: -1, Certify: -1})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: as many random traces: %s", m.Name, random.Verdict)
	}
}

func TestSweepIsCounted(t *testing.T) {
	impl := propstest.Reference(model.RFC())
	var s Stats
	for _, c := range []struct{ n, sweep, frames int }{{10, 0, 200}, {10, 7, 7}, {10, -1, 0}, {-1, 0, 0}, {-1, 5, 5}} {
		s = Stats{}
		r, err := Run(t.Context(), model.RFC(), impl, Options{N: c.n, Sweep: c.sweep, NoCorpus: true, Stats: &s})
		if err != nil || r.Frames != c.frames || s.Frames != c.frames || s.Traces != max(0, c.n) || s.Runs != s.Traces || r.Traces != s.Traces {
			t.Errorf("%+v: %d frames and %d traces, counted %d and %d, %d runs, error %v", c, r.Frames, r.Traces, s.Frames, s.Traces, s.Runs, err)
		}
	}
	if !strings.HasPrefix(s.String(), "5 single frames before the random traces\n") {
		t.Errorf("%s", &s)
	}
	far := propstest.Elsewhere(impl)
	grid := sweep.NewColumn("far")
	r, err := Run(t.Context(), model.RFC(), far, Options{N: 40, NoCorpus: true, Grid: grid})
	if err != nil || r.Frames != 10 || grid.Sent != 10 {
		t.Errorf("elsewhere: %d frames, %d in the grid, error %v", r.Frames, grid.Sent, err)
	}
}
