package nightly

import "time"

// Slices are shared by what is to be expected of them. Of what an engine sees, all that
// it kept in its last slices it had seen once: so, by Good and Turing, what it kept, in
// proportion to its executions, estimates the chance that the next execution shows
// something new. Times executions per second of processor time that is what a second
// brings. As a floor, a part of the time is shared evenly, since estimates err.
const floorShare = 0.3

// recent is what an engine kept of late, older slices counting less.
type recent struct {
	kept float64
	cpu  float64 // seconds
}

// addSlice takes in a slice.
func (r *recent) addSlice(kept int, cpu time.Duration) {
	r.kept = r.kept/2 + float64(kept)
	r.cpu = r.cpu/2 + cpu.Seconds()
}

// expectedRate is what is expected to be new in a second. One thing is added to what was kept, so
// that no rate is zero.
func (r *recent) expectedRate() float64 { return (r.kept + 1) / (r.cpu + 1) }

// nextJob is the unit that is furthest behind its share, nil if all are busy, off or exhausted.
func nextJob(units []*job) *job {
	var rates float64
	on := 0
	for _, u := range units {
		if u.stopped == "" {
			rates += u.recent.expectedRate()
			on++
		}
	}
	var best *job
	var least float64
	for _, u := range units {
		if u.stopped != "" || u.busy || u.exhausted() {
			continue
		}
		share := floorShare/float64(on) + (1-floorShare)*u.recent.expectedRate()/rates
		if behind := (u.tally.CPU + u.idleCharge).Seconds() / share; best == nil || behind < least {
			best, least = u, behind
		}
	}
	return best
}
