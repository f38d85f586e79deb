package fuzz

import "github.com/pongcheck/pongcheck/model"

// mostBeats is how many pings of a keepalive a trace may bring: what an engine
// chooses would be days of a ping each nanosecond.
const mostBeats = 64

// pace shortens the pauses of t, whose memory is ours.
func pace(t *model.Trace) {
	every := t.Config.Interval
	if every <= 0 {
		return
	}
	left := mostBeats * every
	if left/mostBeats != every {
		return // the interval is longer than all that can pass
	}
	for i := range t.Ops {
		op := &t.Ops[i]
		op.Time = min(op.Time, left)
		left -= op.Time
	}
}
