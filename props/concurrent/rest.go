package concurrent

import (
	"time"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// settle waits until nothing more happens, and stamps that.
func (r *racing) settle(started []Act) {
	rested := r.rest(started)
	r.addTime(rested)
	r.history.Settles = append(r.history.Settles, r.nextStamp())
	r.history.Rested = append(r.history.Rested, rested)
}

// rest waits until nothing more happens. If the started acts then miss something, time
// goes on, as after a settle of one goroutine: a subject may write by a timer.
func (r *racing) rest(started []Act) (rested time.Duration) {
	r.schedule.rest()
	if !r.graceful {
		return 0
	}
	for _, until := range r.history.Trace.Config.Rests() {
		if until == rested || !r.lacksAnything(started) {
			break
		}
		r.sleep(until - rested)
		rested = until
	}
	return rested
}

// sleep lets time go on while nobody is held up: who is may hold a lock, and then no time
// passes.
func (r *racing) sleep(d time.Duration) {
	r.schedule.release()
	r.doEvent(&model.Event{Kind: model.Advance, Time: d})
	r.schedule.rest()
}

// instant is the last bit of an advance. What the subject's timers do then meets the ops that
// follow.
const instant = time.Nanosecond

// passTime does an advance. The timers of its last instant only begin what they do. A subject
// without a bubble does that in a goroutine of its own.
func (r *racing) passTime(a *Act) {
	d := a.Event.Time
	a.Call = r.nextStamp()
	if d > instant {
		r.sleep(d - instant)
		d = instant
	}
	r.addTime(a.Event.Time)
	last := &model.Event{Kind: model.Advance, Time: d}
	if a.Return = r.nextStamp(); r.bubbled {
		r.doEvent(last)
	} else {
		r.schedule.start(func() { r.doEvent(last) })
	}
}

func (r *racing) addTime(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now += d
}

// lacksAnything reports whether something may be missing of the started acts. It may
// say so too often.
func (r *racing) lacksAnything(started []Act) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	h := r.history
	if h.Crash.Class != "" || h.Hang {
		return false
	}
	unsent := 0
	for i := range started {
		a := &started[i]
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
	return h.Closed == 0 && unsent > len(h.pingFrames())-max(0, len(h.strangePings())-h.chosenCalls())
}

// waits reports whether no end of ping n was seen.
func (h *History) waits(n int) bool { return n > 0 && h.endOf(n) == nil }

// lacksAck reports whether a ping with the payload of a Pong waits on.
func (h *History) lacksAck(pong *Act, started []Act) bool {
	for i := range started {
		if ev := &started[i].Event; ev.Kind == model.Ping && ev.Data == pong.Event.Data && h.waits(ev.N) {
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
