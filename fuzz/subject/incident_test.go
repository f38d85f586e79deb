package subject

import (
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props"
)

// The incident behind the project is found from random traces alone, in the
// version that had it, and not in the one that mended it.
func TestTheIncidentIsFoundFromRandomTraces(t *testing.T) {
	find := func(name string) *props.Finding {
		impl := require(t, name)
		p, _ := model.FindProfile(impl.Profile)
		r, err := props.Run(t.Context(), p, impl, props.Options{Seed: 1, N: 500, NoCorpus: true})
		if err != nil {
			t.Fatal(err)
		}
		for f := range r.Failures() {
			if f.Class() == "crash InvalidStateError" {
				return f
			}
		}
		return nil
	}
	f := find("websockets/asyncio@14.1")
	if f == nil {
		t.Fatal("14.1: not found")
	}
	if n := len(f.Shrunk.Ops); n > 3 {
		t.Errorf("14.1: shrunk to %d ops, want at most 3\n%s", n, f)
	}
	steps := f.Report.Transcript.Steps
	if last := steps[len(steps)-1].Outcome; !last.Closed {
		t.Errorf("14.1: the connection lives on\n%s", f)
	}
	if f := find("websockets/asyncio@14.2"); f != nil {
		t.Errorf("14.2 shows it, too\n%s", f)
	}
}
