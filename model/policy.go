package model

// pongSnapshot is the Pong of the event at hand, with the table as it met it.
type pongSnapshot struct {
	n                 int // Pongs in the event that met an open connection
	match, live, gone uint64
	unsent            uint64 // places whose Ping had not left
	same              uint64 // of them, those that may have the Pong's payload
	earlier           uint64 // places that owed an acknowledgement before
	table             []int32
}

func (s *State) snapshotTable(data string, match, live, gone uint64) {
	s.snapshot.n++
	if s.snapshot.n > 1 {
		return
	}
	s.snapshot = pongSnapshot{n: 1, match: match, live: live, gone: gone, table: append(s.snapshot.table[:0], s.table...)}
	for j, i := range s.table {
		p := &s.pings[i]
		if p.due&(dueAck|dueExact) != 0 {
			s.snapshot.earlier |= 1 << j
		}
		if !p.frameSeen {
			s.snapshot.unsent |= 1 << j
			if p.data == data || !p.known {
				s.snapshot.same |= 1 << j
			}
		}
	}
}

// judgePolicy compares the waiters that one Pong acknowledged with what the
// policies make of it: the profile's, or all of them to see which explains it.
func (s *State) judgePolicy(seen *Outcome) {
	if s.snapshot.n == 0 || s.info.Sees&SeesWaiters == 0 {
		return
	}
	if s.snapshot.n == 1 {
		acked := s.ackedPlaces(seen)
		if s.profile.Policy != OpenPolicy {
			s.judgeDocumented(acked)
		} else if s.snapshot.earlier == 0 {
			s.narrowPolicies(acked)
		}
		s.judgeStarving(acked)
		s.consumeCancelled(acked)
	}
	s.dropAnswered()
}

// keepaliveHidden reports whether the keepalive may have a Ping that was held up: a Pong may
// guess what it will say.
func (s *State) keepaliveHidden() bool { return s.conn.blocked && s.cfg.Interval > 0 }

func (s *State) ackedPlaces(seen *Outcome) uint64 {
	var acked uint64
	for k := range seen.Resolutions {
		r := &seen.Resolutions[k]
		if r.How != Acked || r.Keep {
			continue
		}
		for j, i := range s.snapshot.table {
			if p := &s.pings[i]; int(p.number) == r.N && !p.keepalive {
				acked |= 1 << j
			}
		}
	}
	return acked
}

func (s *State) judgeDocumented(acked uint64) {
	s.record.reached |= rulesOf(ackPolicy)
	if s.keepaliveHidden() {
		return
	}
	// A Pong may guess what a Ping that has not left will say: that is for ack.early.
	allowed := s.snapshot.earlier | s.profile.Policy.May(s.snapshot.match|s.snapshot.same, s.snapshot.live|s.snapshot.unsent)
	if extra := acked &^ allowed; extra != 0 {
		for j, i := range s.snapshot.table {
			if extra>>j&1 != 0 {
				s.note(ackPolicy, FAILED, int(s.pings[i].number), "", s.profile.Policy.String())
				return
			}
		}
	}
}

// narrowPolicies drops the policies that do not explain what the Pong did.
func (s *State) narrowPolicies(acked uint64) {
	if s.snapshot.live&(s.snapshot.live-1) != 0 || s.snapshot.match&s.snapshot.live == 0 && s.snapshot.live != 0 {
		s.policyObserved = true // two pending, or a Pong that matches nothing pending
	}
	s.record.reached |= rulesOf(ackMixed)
	if acked == 0 && s.snapshot.match&s.snapshot.live != 0 || s.snapshot.unsent != 0 || s.keepaliveHidden() {
		return // what is due may still come, and a Pong may guess at what has not left
	}
	for p := UpTo; p < policies; p++ {
		must, may := s.policyBounds(p)
		if must&^acked != 0 || acked&^may != 0 {
			s.policies &^= 1 << p
		}
	}
	if s.policies == 0 {
		s.note(ackMixed, Informational, 0, "", "")
	}
}

// policyBounds is what policy p makes of the Pong: what it acknowledges in every
// reading, and in some reading.
func (s *State) policyBounds(p Policy) (must, may uint64) {
	x := &s.snapshot
	switch p {
	case Latest:
		last := len(x.table) - 1
		if last < 0 || x.match != 1<<last || int(x.table[last]) != s.newestSendable() {
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
	return s.mustAck(p, x.match, x.live, x.gone), p.May(x.match, x.live)
}

// judgeStarving notes a Pong that satisfied its own ping and left an older one
// waiting.
func (s *State) judgeStarving(acked uint64) {
	hit := acked & s.snapshot.match
	if hit == 0 || s.mayBeClosing() || s.info.Each {
		return
	}
	s.record.reached |= rulesOf(ackStarves)
	older := s.snapshot.live & (hit&-hit - 1) &^ s.snapshot.match // of equal ones any may be struck
	if older&^acked == 0 {
		return
	}
	for j, i := range s.snapshot.table {
		if p := &s.pings[i]; older&^acked>>j&1 != 0 && p.status == waiting {
			s.note(ackStarves, NonStrict, int(p.number), "", "")
			return
		}
	}
}

// consumeCancelled lets a Pong use up cancelled entries: those that a documented up-to
// policy removes, or one equal entry where no waiter took the Pong.
func (s *State) consumeCancelled(acked uint64) {
	limit := uint64(0)
	switch {
	case s.snapshot.match == 0:
		return
	case s.profile.Policy == UpTo:
		limit = s.snapshot.match & -s.snapshot.match
		limit |= limit - 1
	case acked&s.snapshot.match == 0:
		limit = s.snapshot.match & s.snapshot.gone
		limit &= -limit
	}
	for j, i := range s.snapshot.table {
		if p := &s.pings[i]; limit>>j&1 != 0 && p.status == cancelled {
			s.removeEntry(p)
		}
	}
}

// dropAnswered takes keepalive pings out of the table whose Pong came: nobody
// shows how their waiters end.
func (s *State) dropAnswered() {
	for j := 0; j < len(s.table); {
		p := &s.pings[s.table[j]]
		if p.keepalive && s.ownPongCame(p) {
			s.table = append(s.table[:j], s.table[j+1:]...)
		} else {
			j++
		}
	}
}
