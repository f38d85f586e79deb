package model

import "github.com/pongcheck/pongcheck/frame"

// judgeRefusal judges a call to ping that failed.
func (s *State) judgeRefusal(ev *Event, p *ping, r *Resolution) {
	if p.status != waiting {
		if p.status == resolved {
			s.note(waiterOnce, FAILED, r.N, "", "error")
		}
		return
	}
	late := int32(r.N) != int32(len(s.calls)) || ev.Kind != Ping
	switch {
	case p.frameSeen && !s.mayBeClosing() && p.due&dueCancel == 0:
		s.note(pingRefused, NonStrict, r.N, "the Ping was sent all the same", "")
	case s.mayBeClosing() || s.conn.blocked || late || p.due&dueCancel != 0:
	case p.known && len(p.data) > frame.MaxControl:
	case p.known && s.mayHoldEqual(p):
	case s.profile.Policy == SingleSlot || s.profile.Policy == OpenPolicy && r.Err == ErrOther && s.Pending() > 1:
	default:
		s.note(pingRefused, NonStrict, r.N, "nothing speaks against it", r.Name)
	}
	if ev.Kind == Ping && p.known {
		if s.lastRefusal.op != 0 && s.lastRefusal.op == s.op-1 && s.lastRefusal.data == p.data && s.lastRefusal.err != r.Err && !s.mayBeClosing() {
			s.note(pingRefused, NonStrict, r.N, "the same call was refused as "+s.lastRefusal.err.String()+" just before, now as "+r.Err.String(), "")
		}
		s.lastRefusal = refusal{p.data, s.op, r.Err}
	}
	p.refused = true
	if !s.conn.blocked || r.Err != ErrOther {
		s.unqueue(p)
	} else {
		s.senderUnknown = true // an unexpected error: the frame may leave all the same
	}
	s.endWaiter(p, resolved)
}

// mayHoldEqual reports whether an entry may hold p's payload.
func (s *State) mayHoldEqual(p *ping) bool {
	for _, i := range s.table {
		if q := &s.pings[i]; q != p && (!q.known || q.data == p.data) {
			return true
		}
	}
	for _, i := range s.calls { // struck under up-to, yet perhaps kept
		if q := &s.pings[i]; q != p && q.status == cancelled && q.data == p.data {
			return true
		}
	}
	return false
}

// surelyHoldsEqual reports whether another ping with p's payload waits, and no Pong may have
// acknowledged it: that is due to be shown at the next settle only.
func (s *State) surelyHoldsEqual(p *ping) bool {
	for _, i := range s.table {
		if q := &s.pings[i]; q != p && q.known && q.data == p.data && q.status == waiting && !q.frameStalled && !s.maybeAcked(q) {
			return true
		}
	}
	return false
}

// maybeAcked reports whether a Pong since the last settle may have acknowledged p.
func (s *State) maybeAcked(p *ping) bool { return p.lastPongOp > s.conn.settledAt }

// judgeAccepted judges a call to ping that was not refused.
func (s *State) judgeAccepted(ev *Event, before int) {
	p := s.findPing(len(s.calls), false)
	if p == nil || p.status != waiting || !p.frameSeen || !p.known || s.senderUnknown {
		return
	}
	if s.lastRefusal.op != 0 && s.lastRefusal.op == s.op-1 && s.lastRefusal.data == p.data && before > 0 {
		s.note(pingRefused, NonStrict, int(p.number), "the same call was refused just before", "")
	}
	if s.profile.Equals == EqualsRefused && s.surelyHoldsEqual(p) {
		s.note(pingRefused, FAILED, int(p.number), "documented: an equal payload is pending, so the call is refused", "")
	}
}
