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
	case p.left && !s.dying() && p.due&dueCancel == 0:
		s.note(pingRefused, NonStrict, r.N, "the Ping was sent all the same", "")
	case s.dying() || s.ends.blocked || late || p.due&dueCancel != 0:
	case p.known && len(p.data) > frame.MaxControl:
	case p.known && s.mayBeEqual(p):
	case s.profile.Policy == SingleSlot || s.profile.Policy == OpenPolicy && r.Err == ErrOther && s.Pending() > 1:
	default:
		s.note(pingRefused, NonStrict, r.N, "nothing speaks against it", r.Name)
	}
	if ev.Kind == Ping && p.known {
		if s.asked.op != 0 && s.asked.op == s.op-1 && s.asked.data == p.data && s.asked.err != r.Err && !s.dying() {
			s.note(pingRefused, NonStrict, r.N, "the same call was refused as "+s.asked.err.String()+" just before, now as "+r.Err.String(), "")
		}
		s.asked = refusal{p.data, s.op, r.Err}
	}
	p.refused = true
	if !s.ends.blocked || r.Err != ErrOther {
		s.uncount(p)
	} else {
		s.vague = true // an unexpected error: the frame may leave all the same
	}
	s.end(p, resolved)
}

// mayBeEqual reports whether an entry may hold p's payload.
func (s *State) mayBeEqual(p *ping) bool {
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

// surelyEqual reports whether another ping with p's payload waits, and no Pong may have
// acknowledged it: that is due to be shown at the next settle only.
func (s *State) surelyEqual(p *ping) bool {
	for _, i := range s.table {
		if q := &s.pings[i]; q != p && q.known && q.data == p.data && q.status == waiting && !q.held && !s.fresh(q) {
			return true
		}
	}
	return false
}

// fresh reports whether a Pong since the last settle may have acknowledged p.
func (s *State) fresh(p *ping) bool { return p.struck > s.ends.settled }

// judgeAccepted judges a call to ping that was not refused.
func (s *State) judgeAccepted(ev *Event, before int) {
	p := s.find(len(s.calls), false)
	if p == nil || p.status != waiting || !p.left || !p.known || s.vague {
		return
	}
	if s.asked.op != 0 && s.asked.op == s.op-1 && s.asked.data == p.data && before > 0 {
		s.note(pingRefused, NonStrict, int(p.n), "the same call was refused just before", "")
	}
	if s.profile.Equals == EqualsRefused && s.surelyEqual(p) {
		s.note(pingRefused, FAILED, int(p.n), "documented: an equal payload is pending, so the call is refused", "")
	}
}
