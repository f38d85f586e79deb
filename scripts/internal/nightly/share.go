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

// add takes in a slice.
func (r *recent) add(kept int, cpu time.Duration) {
	r.kept = r.kept/2 + float64(kept)
	r.cpu = r.cpu/2 + cpu.Seconds()
}

// rate is what is expected to be new in a second. One thing is added to what was kept, so
// that no rate is zero.
func (r *recent) rate() float64 { return (r.kept + 1) / (r.cpu + 1) }

// next is the unit that is furthest behind its share, nil if all are busy, off or exhausted.
func next(units []*unit) *unit {
	var rates float64
	on := 0
	for _, u := range units {
		if u.off == "" {
			rates += u.recent.rate()
			on++
		}
	}
	var best *unit
	var least float64
	for _, u := range units {
		if u.off != "" || u.busy || u.exhausted() {
			continue
		}
		share := floorShare/float64(on) + (1-floorShare)*u.recent.rate()/rates
		if behind := (u.tally.CPU + u.idle).Seconds() / share; best == nil || behind < least {
			best, least = u, behind
		}
	}
	return best
}
