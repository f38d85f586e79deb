package model

import "time"

// keepalive is the judge's memory of the subject's keepalive. Its timing binds
// only where a profile documents it.
type keepalive struct {
	lastPingAt time.Duration // when the last ping left; 0: none since Open
	excused    bool          // a waiter of its was cancelled, or writes stalled: no verdict
	timedOut   bool          // the connection ended by a time-out that was due
	unanswered []int32
}

func (s *State) keepalivePing(p *ping) {
	s.record.reached |= rulesOf(keepInterval)
	k := &s.keep
	k.lastPingAt = p.frameAt
	if s.cfg.Timeout > 0 {
		k.unanswered = append(k.unanswered, int32(len(s.pings)-1))
	}
}

// keepalivePong takes over that the peer answered data. An exact answer, or under
// a documented up-to policy that to a later ping, ends the waiting.
func (s *State) keepalivePong(data string) {
	k := &s.keep
	if len(k.unanswered) == 0 {
		return
	}
	last := int32(-1)
	if s.profile.Policy == UpTo {
		last = s.newestWith(data, k.unanswered[0])
	}
	kept := k.unanswered[:0]
	for _, i := range k.unanswered {
		p := &s.pings[i]
		answered := p.data == data || s.profile.Policy == UpTo && last >= i
		if !answered || s.now > p.frameAt+s.cfg.Timeout { // too late: the time-out may stand
			kept = append(kept, i)
		}
	}
	k.unanswered = kept
}

// newestWith is the newest ping that left with that payload, from the given one
// on, or -1.
func (s *State) newestWith(data string, from int32) int32 {
	for i := int32(len(s.pings)) - 1; i >= from; i-- {
		if p := &s.pings[i]; p.frameSeen && p.known && p.data == data {
			return i
		}
	}
	return -1
}

// keepaliveEnds reports whether a time-out explains that the connection ended at
// the given time.
func (s *State) keepaliveEnds(at time.Duration) bool {
	if s.cfg.Timeout == 0 {
		return false
	}
	for _, i := range s.keep.unanswered {
		if at >= s.pings[i].frameAt+s.cfg.Timeout-grain {
			return true
		}
	}
	return false
}

// judgeKeepalive looks for a keepalive that fell silent, after time has passed.
func (s *State) judgeKeepalive(ev *Event) {
	k := &s.keep
	if s.cfg.Interval == 0 || ev.Kind != Advance || k.excused || s.conn.blocked || s.mayBeClosing() || s.info.Real {
		return
	}
	if s.cfg.Timeout > 0 {
		for _, i := range k.unanswered {
			p := &s.pings[i]
			s.record.reached |= rulesOf(keepTimeout)
			if s.now > p.frameAt+s.cfg.Timeout+grain && s.pongsReceived == p.pongsBefore {
				s.note(keepTimeout, s.severity(s.profile.Keeps), int(p.number), "", (s.now - p.frameAt).String())
				return
			}
		}
	}
	if s.profile.Keeps && s.now-k.lastPingAt > 2*s.cfg.Interval+s.cfg.Timeout+grain {
		s.note(keepInterval, FAILED, 0, "", (s.now - k.lastPingAt).String())
	}
}
