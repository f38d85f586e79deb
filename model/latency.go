package model

import "time"

// grain is how exactly subjects tell times.
const grain = time.Microsecond

func (s *State) judgeLatency(p *ping, r *Resolution) {
	if s.vague {
		return
	}
	s.record.reached |= setOf(latencyWaiter)
	low, high := time.Duration(0), s.stamp(r.At)-p.sent
	if p.left && len(s.arrived) == 1 && s.arrived[0] == p.data && s.was == s.now {
		low = s.now - p.wrote
	}
	bad := r.Latency < 0
	if !s.info.Real && (s.profile.Timed || s.exact(p)) {
		bad = bad || s.exact(p) && (r.Latency < low-grain || r.Latency > high+grain)
	}
	if bad {
		s.note(latencyWaiter, s.contract(s.profile.Timed), r.N, low.String()+" to "+high.String(), r.Latency.String())
	}
}

// exact reports whether p's own Pong arrived in this event.
func (s *State) exact(p *ping) bool {
	for _, d := range s.arrived {
		if d == p.data {
			return true
		}
	}
	return false
}

// contract is the verdict on a breach of what no RFC demands: a failure if the
// profile's documentation promises it.
func (s *State) contract(documented bool) Verdict {
	if documented {
		return FAILED
	}
	return NonStrict
}

// judgeConnectionLatency judges a new latency of the connection.
func (s *State) judgeConnectionLatency(seen *Outcome) {
	if !seen.Timed || s.info.Real || s.vague || s.hides() {
		return
	}
	s.record.reached |= setOf(latencyConnection)
	best := seen.Latency < 0
	for i := len(s.pings) - 1; i >= 0; i-- {
		p := &s.pings[i]
		low := s.was - p.wrote
		if !p.left {
			low = 0 // a Pong that guessed right: see ack.early
		}
		if (s.exact(p) || !p.known) && within(seen.Latency, low, s.now-p.sent) {
			return
		}
	}
	if len(s.arrived) > 0 || best {
		s.note(latencyConnection, s.contract(s.profile.Timed), 0, "", seen.Latency.String())
	}
}

func within(d, low, high time.Duration) bool { return d >= low-grain && d <= high+grain }
