package model

import "slices"

// constantAnswer is a Pong that came, with the same data, after each of several Pings in a
// row, and none of these Pings was answered with its own data. One such Pong proves nothing:
// it may be a heartbeat.
type constantAnswer struct {
	data   string   // of the Pong
	pings  []string // payloads of the Pings, in order, all different
	newest int      // responder.owedSoFar when the last of them had come
	op     int32    // the op of the Pong that completed constantEnough Pings
}

// constantEnough is how many Pings in a row a constant Pong must follow to be evidence.
const constantEnough = 3

func (c *constantAnswer) reset() { *c = constantAnswer{pings: c.pings[:0]} }

// convicts reports whether the Pong followed enough Pings.
func (c *constantAnswer) convicts() bool { return len(c.pings) >= constantEnough }

// compare takes a Pong that came while Pings were owed; owedSoFar is the number of the newest.
// An exact answer to any of the Pings clears the Pong.
func (c *constantAnswer) compare(owed []string, owedSoFar int, data string, op int32) {
	switch {
	case slices.Contains(c.pings, data):
		c.reset()
		return
	case len(owed) == 0 || slices.Contains(owed, data):
		if !c.convicts() {
			c.reset()
		}
		return
	case len(c.pings) > 0 && c.newest == owedSoFar && c.data == data:
		return
	}
	newest := owed[len(owed)-1]
	if c.data != data || c.newest+1 != owedSoFar || slices.Contains(c.pings, newest) {
		if c.convicts() {
			return
		}
		c.reset()
	}
	if len(c.pings) < maxHeard {
		c.data, c.newest, c.pings = data, owedSoFar, append(c.pings, newest)
	}
	if len(c.pings) == constantEnough {
		c.op = op
	}
}

// noteConstant infers that a Pong with the same data was the answer to several Pings.
func (r *responder) noteConstant(e *env) {
	c := &r.constant
	op := e.op
	e.op = c.op
	e.recordFinding(Finding{Rule: pongEcho, Verdict: FAILED, Certainty: Inferred, detail: constantAnswers, Want: c.pings[0], Got: c.data,
		Innocent: "the Pongs were a heartbeat that keeps step with the Pings, and none of the Pings was answered"})
	e.op = op
}
