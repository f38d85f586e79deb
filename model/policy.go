package model

// pongSeen is the Pong of the event at hand, with the table as it met it.
type pongSeen struct {
	n                 int // Pongs in the event that met an open connection
	match, live, gone uint64
	unsent            uint64 // places whose Ping had not left
	same              uint64 // of them, those that may have the Pong's payload
	earlier           uint64 // places that owed an acknowledgement before
	table             []int32
}

func (s *State) snapshot(data string, match, live, gone uint64) {
	s.pong.n++
	if s.pong.n > 1 {
		return
	}
	s.pong = pongSeen{n: 1, match: match, live: live, gone: gone, table: append(s.pong.table[:0], s.table...)}
	for j, i := range s.table {
		p := &s.pings[i]
		if p.due&(dueAck|dueExact) != 0 {
			s.pong.earlier |= 1 << j
		}
		if !p.left {
			s.pong.unsent |= 1 << j
			if p.data == data || !p.known {
				s.pong.same |= 1 << j
			}
		}
	}
}

// judgePolicy compares the waiters that one Pong acknowledged with what the
// policies make of it: the profile's, or all of them to see which explains it.
func (s *State) judgePolicy(seen *Outcome) {
	if s.pong.n == 0 || s.info.Sees&SeesWaiters == 0 {
		return
	}
	if s.pong.n == 1 {
		acked := s.ackedPlaces(seen)
		if s.profile.Policy != OpenPolicy {
			s.judgeDocumented(acked)
		} else if s.pong.earlier == 0 {
			s.narrow(acked)
		}
		s.judgeStarving(acked)
		s.absorb(acked)
	}
	s.forgetAnswered()
}

// hides reports whether the keepalive may have a Ping that was held up: a Pong may
// guess what it will say.
func (s *State) hides() bool { return s.ends.blocked && s.cfg.Interval > 0 }

func (s *State) ackedPlaces(seen *Outcome) uint64 {
	var acked uint64
	for k := range seen.Resolutions {
		r := &seen.Resolutions[k]
		if r.How != Acked || r.Keep {
			continue
		}
		for j, i := range s.pong.table {
			if p := &s.pings[i]; int(p.n) == r.N && !p.keep {
				acked |= 1 << j
			}
		}
	}
	return acked
}

func (s *State) judgeDocumented(acked uint64) {
	s.record.reached |= setOf(ackPolicy)
	if s.hides() {
		return
	}
	// A Pong may guess what a Ping that has not left will say: that is for ack.early.
	allowed := s.pong.earlier | s.profile.Policy.May(s.pong.match|s.pong.same, s.pong.live|s.pong.unsent)
	if extra := acked &^ allowed; extra != 0 {
		for j, i := range s.pong.table {
			if extra>>j&1 != 0 {
				s.note(ackPolicy, FAILED, int(s.pings[i].n), "", s.profile.Policy.String())
				return
			}
		}
	}
}

// narrow drops the policies that do not explain what the Pong did.
func (s *State) narrow(acked uint64) {
	if s.pong.live&(s.pong.live-1) != 0 || s.pong.match&s.pong.live == 0 && s.pong.live != 0 {
		s.told = true // two pending, or a Pong that matches nothing pending
	}
	s.record.reached |= setOf(ackMixed)
	if acked == 0 && s.pong.match&s.pong.live != 0 || s.pong.unsent != 0 || s.hides() {
		return // what is due may still come, and a Pong may guess at what has not left
	}
	for p := UpTo; p < policies; p++ {
		must, may := s.explained(p)
		if must&^acked != 0 || acked&^may != 0 {
			s.policies &^= 1 << p
		}
	}
	if s.policies == 0 {
		s.note(ackMixed, Informational, 0, "", "")
	}
}

// explained is what policy p makes of the Pong: what it acknowledges in every
// reading, and in some reading.
func (s *State) explained(p Policy) (must, may uint64) {
	x := &s.pong
	switch p {
	case Latest:
		last := len(x.table) - 1
		if last < 0 || x.match != 1<<last || int(x.table[last]) != s.newestPing() {
			return 0, 0
		}
		return x.live & x.match, x.live & x.match
	case SingleSlot:
		if x.live&(x.live-1) != 0 {
			return ^uint64(0), 0 // it never has two pending
		}
	case Counter:
		return x.live & -x.live, x.live & -x.live
	}
	return s.owedBy(p, x.match, x.live, x.gone), p.May(x.match, x.live)
}

// judgeStarving notes a Pong that satisfied its own ping and left an older one
// waiting.
func (s *State) judgeStarving(acked uint64) {
	hit := acked & s.pong.match
	if hit == 0 || s.dying() || s.info.Each {
		return
	}
	s.record.reached |= setOf(ackStarves)
	older := s.pong.live & (hit&-hit - 1) &^ s.pong.match // of equal ones any may be struck
	if older&^acked == 0 {
		return
	}
	for j, i := range s.pong.table {
		if p := &s.pings[i]; older&^acked>>j&1 != 0 && p.status == waiting {
			s.note(ackStarves, NonStrict, int(p.n), "", "")
			return
		}
	}
}

// absorb lets a Pong use up cancelled entries: those that a documented up-to
// policy removes, or one equal entry where no waiter took the Pong.
func (s *State) absorb(acked uint64) {
	limit := uint64(0)
	switch {
	case s.pong.match == 0:
		return
	case s.profile.Policy == UpTo:
		limit = s.pong.match & -s.pong.match
		limit |= limit - 1
	case acked&s.pong.match == 0:
		limit = s.pong.match & s.pong.gone
		limit &= -limit
	}
	for j, i := range s.pong.table {
		if p := &s.pings[i]; limit>>j&1 != 0 && p.status == cancelled {
			s.forget(p)
		}
	}
}

// forgetAnswered takes keepalive pings out of the table whose Pong came: nobody
// shows how their waiters end.
func (s *State) forgetAnswered() {
	for j := 0; j < len(s.table); {
		p := &s.pings[s.table[j]]
		if p.keep && s.exact(p) {
			s.table = append(s.table[:j], s.table[j+1:]...)
		} else {
			j++
		}
	}
}
