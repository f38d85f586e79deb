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

func (t *tracker) snapshotTable(data string, match, live, gone uint64) {
	t.snapshot.n++
	if t.snapshot.n > 1 {
		return
	}
	t.snapshot = pongSnapshot{n: 1, match: match, live: live, gone: gone, table: append(t.snapshot.table[:0], t.table...)}
	for j, i := range t.table {
		p := &t.pings[i]
		if p.due&(dueAck|dueExact) != 0 {
			t.snapshot.earlier |= 1 << j
		}
		if !p.frameSeen {
			t.snapshot.unsent |= 1 << j
			if p.data == data || !p.known {
				t.snapshot.same |= 1 << j
			}
		}
	}
}

// judgePolicy compares the waiters that one Pong acknowledged with what the
// policies make of it: the profile's, or all of them to see which explains it.
func (t *tracker) judgePolicy(e *env, seen *Outcome) {
	if t.snapshot.n == 0 || e.info.Sees&SeesWaiters == 0 {
		return
	}
	if t.snapshot.n == 1 {
		acked := t.ackedPlaces(seen)
		if e.profile.Policy != OpenPolicy {
			t.judgeDocumented(e, acked)
		} else if t.snapshot.earlier == 0 {
			t.narrowPolicies(e, acked)
		}
		t.judgeStarving(e, acked)
		t.consumeCancelled(e, acked)
	}
	t.dropAnswered()
}

func (t *tracker) ackedPlaces(seen *Outcome) uint64 {
	var acked uint64
	for k := range seen.Resolutions {
		r := &seen.Resolutions[k]
		if r.How != Acked || r.Keep {
			continue
		}
		for j, i := range t.snapshot.table {
			if p := &t.pings[i]; int(p.number) == r.N && !p.keepalive {
				acked |= 1 << j
			}
		}
	}
	return acked
}

func (t *tracker) judgeDocumented(e *env, acked uint64) {
	e.markReached(ackPolicy)
	if e.keepaliveHidden() {
		return
	}
	// A Pong may guess what a Ping that has not left will say: that is for ack.early.
	allowed := t.snapshot.earlier | e.profile.Policy.May(t.snapshot.match|t.snapshot.same, t.snapshot.live|t.snapshot.unsent)
	if extra := acked &^ allowed; extra != 0 {
		for j, i := range t.snapshot.table {
			if extra>>j&1 != 0 {
				e.note(ackPolicy, FAILED, int(t.pings[i].number), "", e.profile.Policy.String())
				return
			}
		}
	}
}

// narrowPolicies drops the policies that do not explain what the Pong did.
func (t *tracker) narrowPolicies(e *env, acked uint64) {
	if t.snapshot.live&(t.snapshot.live-1) != 0 || t.snapshot.match&t.snapshot.live == 0 && t.snapshot.live != 0 {
		t.policyObserved = true // two pending, or a Pong that matches nothing pending
	}
	e.markReached(ackMixed)
	if acked == 0 && t.snapshot.match&t.snapshot.live != 0 || t.snapshot.unsent != 0 || e.keepaliveHidden() {
		return // what is due may still come, and a Pong may guess at what has not left
	}
	for p := UpTo; p < policies; p++ {
		must, may := t.policyBounds(p)
		if must&^acked != 0 || acked&^may != 0 {
			t.policies &^= 1 << p
		}
	}
	if t.policies == 0 {
		e.note(ackMixed, Informational, 0, "", "")
	}
}

// policyBounds is what policy p makes of the Pong: what it acknowledges in every
// reading, and in some reading.
func (t *tracker) policyBounds(p Policy) (must, may uint64) {
	x := &t.snapshot
	switch p {
	case Latest:
		last := len(x.table) - 1
		if last < 0 || x.match != 1<<last || int(x.table[last]) != t.newestSendable() {
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
	return t.mustAck(p, x.match, x.live, x.gone), p.May(x.match, x.live)
}

// consumeCancelled lets a Pong use up cancelled entries: those that a documented up-to
// policy removes, or one equal entry where no waiter took the Pong.
func (t *tracker) consumeCancelled(e *env, acked uint64) {
	limit := uint64(0)
	switch {
	case t.snapshot.match == 0:
		return
	case e.profile.Policy == UpTo:
		limit = t.snapshot.match & -t.snapshot.match
		limit |= limit - 1
	case acked&t.snapshot.match == 0:
		limit = t.snapshot.match & t.snapshot.gone
		limit &= -limit
	}
	for j, i := range t.snapshot.table {
		if p := &t.pings[i]; limit>>j&1 != 0 && p.status == cancelled {
			t.removeEntry(p)
		}
	}
}

// dropAnswered takes keepalive pings out of the table whose Pong came: nobody
// shows how their waiters end.
func (t *tracker) dropAnswered() {
	for j := 0; j < len(t.table); {
		p := &t.pings[t.table[j]]
		if p.keepalive && t.ownPongCame(p) {
			t.table = append(t.table[:j], t.table[j+1:]...)
		} else {
			j++
		}
	}
}
