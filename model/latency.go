package model

import "time"

// grain is how exactly subjects tell times.
const grain = time.Microsecond

func (s *State) judgeLatency(p *ping, r *Resolution) {
	if s.senderUnknown {
		return
	}
	s.record.reached |= rulesOf(latencyWaiter)
	low, high := time.Duration(0), s.timeOf(r.At)-p.calledAt
	if p.frameSeen && len(s.pongsNow) == 1 && s.pongsNow[0] == p.data && s.before == s.now {
		low = s.now - p.frameAt
	}
	bad := r.Latency < 0
	if !s.info.Real && (s.profile.Timed || s.ownPongCame(p)) {
		bad = bad || s.ownPongCame(p) && (r.Latency < low-grain || r.Latency > high+grain)
	}
	if bad {
		s.note(latencyWaiter, s.severity(s.profile.Timed), r.N, low.String()+" to "+high.String(), r.Latency.String())
	}
}

// ownPongCame reports whether p's own Pong arrived in this event.
func (s *State) ownPongCame(p *ping) bool {
	for _, d := range s.pongsNow {
		if d == p.data {
			return true
		}
	}
	return false
}

// severity is the verdict on a breach of what no RFC demands: a failure if the
// profile's documentation promises it.
func (s *State) severity(documented bool) Verdict {
	if documented {
		return FAILED
	}
	return NonStrict
}

// judgeConnectionLatency judges a new latency of the connection.
func (s *State) judgeConnectionLatency(seen *Outcome) {
	if !seen.Timed || s.info.Real || s.senderUnknown || s.keepaliveHidden() {
		return
	}
	s.record.reached |= rulesOf(latencyConnection)
	best := seen.Latency < 0
	for i := len(s.pings) - 1; i >= 0; i-- {
		p := &s.pings[i]
		low := s.before - p.frameAt
		if !p.frameSeen {
			low = 0 // a Pong that guessed right: see ack.early
		}
		if (s.ownPongCame(p) || !p.known) && withinGrain(seen.Latency, low, s.now-p.calledAt) {
			return
		}
	}
	if len(s.pongsNow) > 0 || best {
		s.note(latencyConnection, s.severity(s.profile.Timed), 0, "", seen.Latency.String())
	}
}

func withinGrain(d, low, high time.Duration) bool { return d >= low-grain && d <= high+grain }
