package concurrent

import (
	"time"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// rest waits until nothing more happens. If the first started acts then miss something, time
// goes on, as after a settle of one goroutine: a subject may write by a timer.
func (r *racing) rest(started int) {
	r.schedule.rest()
	if !r.graceful {
		return
	}
	rested := time.Duration(0)
	for _, until := range r.history.Trace.Config.Rests() {
		if !r.lacksAnything(started) || until == rested {
			return
		}
		r.schedule.release() // whoever is held up may hold a lock, and then no time passes
		r.doEvent(&model.Event{Kind: model.Advance, Time: until - rested})
		r.schedule.rest()
		rested = until
	}
}

// lacksAnything reports whether something may be missing of the first started acts. It may
// say so too often.
func (r *racing) lacksAnything(started int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	h := r.history
	if h.Crash.Class != "" || h.Hang {
		return false
	}
	unsent := 0
	for i := range h.Acts[:started] {
		a := &h.Acts[i]
		switch a.Event.Kind {
		case model.Ping:
			e := h.endOf(a.Event.N)
			if e == nil && h.Closed > 0 {
				return true
			}
			if e == nil || e.How != model.Refused {
				unsent++
			}
		case model.Cancel:
			if h.waits(a.Event.N) {
				return true
			}
		case model.Pong:
			if h.lacksAck(a, started) {
				return true
			}
		case model.RecvPing:
			if h.Closed == 0 && !h.showsPong(a) {
				return true
			}
		}
	}
	return h.Closed == 0 && unsent > len(h.pingFrames())
}

// waits reports whether no end of ping n was seen.
func (h *History) waits(n int) bool { return n > 0 && h.endOf(n) == nil }

// lacksAck reports whether a ping with the payload of a Pong waits on.
func (h *History) lacksAck(pong *Act, started int) bool {
	for i := range h.Acts[:started] {
		if ev := &h.Acts[i].Event; ev.Kind == model.Ping && ev.Data == pong.Event.Data && h.waits(ev.N) {
			return true
		}
	}
	return false
}

// showsPong reports whether a Ping of the peer's was answered.
func (h *History) showsPong(a *Act) bool {
	for _, s := range h.Frames {
		if s.At > a.Call && s.Frame.Opcode == frame.Pong && s.Frame.Data == a.Event.Data {
			return true
		}
	}
	return false
}
