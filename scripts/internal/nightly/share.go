package nightly

import "time"

// floorShare is the part of the time that all jobs share evenly. They share the rest by what is
// expected of them, and such estimates err.
//
// The estimate is that of Good and Turing: whatever a job kept in its last slices it had seen
// once, so the part of its executions that it kept is the chance that the next execution shows
// something new. Times executions a second, that is the number of new things in a second.
const floorShare = 0.3

// recent counts what a job kept in its last slices. Older slices count less.
type recent struct {
	kept float64
	cpu  float64 // seconds
}

// addSlice counts a slice.
func (r *recent) addSlice(kept int, cpu time.Duration) {
	r.kept = r.kept/2 + float64(kept)
	r.cpu = r.cpu/2 + cpu.Seconds()
}

// expectedRate estimates how many new things a second brings. One is added to what was kept, so
// that no rate is zero.
func (r *recent) expectedRate() float64 { return (r.kept + 1) / (r.cpu + 1) }

// nextJob returns the job that is furthest behind its share, nil if all are busy, stopped or
// exhausted.
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
