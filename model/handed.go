package model

import (
	"slices"

	"github.com/pongcheck/pongcheck/frame"
)

// handedPong is a Pong that the application handed over and that has not been seen to leave.
type handedPong struct {
	data    string // its payload
	mayMiss bool   // it need not leave: its call may have failed, or the connection is closing
}

// handPong records a Pong of the application's.
func (r *responder) handPong(e *env, data string) {
	if e.conn.phase == closed {
		return
	}
	e.markReached(sendLost)
	if len(r.handed) == maxExcused {
		r.handed = slices.Delete(r.handed, 0, 1)
	}
	r.handed = append(r.handed, handedPong{data, e.mayBeClosing() || len(data) > frame.MaxControl})
}

// recordFailedCall records that some call failed. It is unknown which.
func (r *responder) recordFailedCall() {
	for i := range r.handed {
		r.handed[i].mayMiss = true
	}
}

// takeHanded strikes the application's oldest Pong with this payload, and reports whether
// there is one.
func (r *responder) takeHanded(data string) bool {
	i := slices.IndexFunc(r.handed, func(h handedPong) bool { return h.data == data })
	if i >= 0 {
		r.handed = slices.Delete(r.handed, i, i+1)
	}
	return i >= 0
}

// judgeLost judges the application's Pongs that have not left by now.
func (r *responder) judgeLost(e *env) {
	const need = SeesFrames | SeesErrors
	for i := range r.handed {
		h := &r.handed[i]
		if !h.mayMiss && e.info.Sees&need == need {
			e.noteDetail(sendLost, FAILED, 0, lostPong, "the Pong "+hexWord(h.data), "")
		}
		h.mayMiss = true
	}
}
