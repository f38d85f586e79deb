package fuzz

import (
	"time"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// fit changes t, whose memory is ours, into what a subject with this info can do:
// bytes of a fuzzing engine know nothing of the subject. Ops that it cannot do are
// left out, and settings that it cannot have are off.
func fit(info *model.Info, t *model.Trace) {
	fitConfig(info, &t.Config)
	kept := t.Ops[:0]
	for i := range t.Ops {
		if op := &t.Ops[i]; fitOp(info, op) {
			kept = append(kept, *op)
		}
	}
	t.Ops = kept
}

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

func fitConfig(info *model.Info, c *model.Config) {
	if info.Roles>>c.Role&1 == 0 && info.Roles != 0 {
		c.Role = 1 - c.Role
	}
	if !info.Keeps || info.Real {
		c.Interval, c.Timeout = 0, 0
	}
	if !info.Deflate {
		c.Deflate = model.NoDeflate
	}
	if !info.Cuts {
		c.Cut = 0
	}
}

// longestPause is how long an op may wait by a real clock.
const longestPause = 100 * time.Millisecond

// fitOp reports whether the subject can do the op, once that is changed.
func fitOp(info *model.Info, op *model.Op) bool {
	if !info.Can.Has(op.Kind) {
		return false
	}
	if info.Real {
		op.Time = min(op.Time, longestPause)
	}
	if !info.Deflate {
		op.Z = false
	}
	if !info.Keeps {
		op.Keep, op.Data.Keep = false, false
	}
	if op.Kind == model.Close && !frame.CloseCode(op.N).Sendable() {
		op.N = 0 // an application must not ask for the others, and libraries differ in what they do then
	}
	if op.Kind == model.Ping {
		switch chosen := op.Data.Form == model.Chosen; {
		case chosen && !info.Chooses:
			op.Data = model.Payload{}
		case !chosen && !info.Given:
			op.Data = model.Payload{Form: model.Chosen}
		}
		return info.Given || info.Chooses
	}
	return true
}
