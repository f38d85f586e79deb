package nightly

import (
	"testing"
	"time"
)

// An engine that still finds gets most of the time, and one that does not its floor.
func TestShares(t *testing.T) {
	rich, poor, off := &job{tally: new(tally)}, &job{tally: new(tally)}, &job{tally: new(tally), stopped: "its seeds fail"}
	units := []*job{poor, off, rich}
	for range 1000 {
		u := nextJob(units)
		u.tally.CPU += time.Second
		kept := 0
		if u == rich {
			kept = 20
		}
		u.recent.addSlice(kept, time.Second)
	}
	if off.tally.CPU != 0 {
		t.Error("an engine that is off got a slice")
	}
	if share := poor.tally.CPU.Seconds() / 1000; share < floorShare/2 || share > 0.3 {
		t.Errorf("one that finds nothing got %.2f of the time, want little more than its floor of %.2f", share, floorShare/2)
	}
	rich.busy, poor.busy = true, true
	if nextJob(units) != nil {
		t.Error("two slices of one engine on one target at the same time")
	}
}
