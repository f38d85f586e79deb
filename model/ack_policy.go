package model

import "slices"

// pongSnapshot is the table as the first Pong of a read met it: that of the event at hand, or
// of those that it joins. Places are as [Policy.Must] has them.
type pongSnapshot struct {
	pongs   int     // Pongs of the read that met an open connection
	crowded bool    // some Pong of the read met more pings than there are places
	untold  bool    // of some Pong of the read the places are not known
	match   uint64  // places with the payload of a Pong
	live    uint64  // places that wait for a Pong
	gone    uint64  // places of cancelled pings
	unsent  uint64  // places whose Ping was not seen
	same    uint64  // places in unsent that may have the payload of a Pong
	earlier uint64  // places that owed an acknowledgement before this Pong
	table   []int32 // indexes of the pings, by place
}

// snapshotTable keeps the table as the first Pong of an event meets it.
func (t *tracker) snapshotTable(data string, match, live, gone uint64) {
	x := &t.snapshot
	x.pongs++
	if x.pongs == 1 {
		*x = pongSnapshot{pongs: 1, live: live, gone: gone, table: append(x.table[:0], t.table...)}
	}
	x.match |= match
	x.untold = x.untold || !slices.Equal(x.table, t.table)
	for j, i := range t.table {
		p := &t.pings[i]
		if p.due&(dueAck|dueExact) != 0 && x.pongs == 1 {
			x.earlier |= 1 << j
		}
		if !p.frameSeen {
			x.unsent |= 1 << j
			if p.data == data || !p.known {
				x.same |= 1 << j
			}
		}
	}
}

// judgePolicy compares the waiters that a Pong acknowledged with those that the
// profile's policy names. Where none is fixed, it drops the policies that do not explain
// what was seen. Of several Pongs in one read any may have acknowledged a waiter.
func (t *tracker) judgePolicy(e *env, seen *Outcome) {
	if e.info.Sees&SeesWaiters == 0 {
		return
	}
	if t.snapshot.crowded {
		t.judgeCrowd(e, seen)
	}
	if t.snapshot.pongs == 0 {
		return
	}
	acked := t.ackedPlaces(seen)
	if e.profile.Policy != OpenPolicy && !t.snapshot.untold {
		t.judgeDocumented(e, acked)
	}
	if t.snapshot.pongs == 1 && !t.snapshot.untold {
		if e.profile.Policy == OpenPolicy && t.snapshot.earlier == 0 {
			t.narrowPolicies(e, acked)
		}
		t.judgeStarving(e, acked)
		t.consumeCancelled(e, acked)
	}
	t.dropAnswered()
}

// ackedPlaces returns the places of the waiters that were acknowledged.
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

// judgeDocumented judges that no waiter was acknowledged but by the documented policy.
func (t *tracker) judgeDocumented(e *env, acked uint64) {
	e.markReached(ackPolicy)
	if e.keepaliveHidden() {
		return
	}
	// A Pong may guess the payload of a Ping that has not left: ack.early judges that.
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

// narrowPolicies drops the policies that do not explain which waiters the Pong ended.
func (t *tracker) narrowPolicies(e *env, acked uint64) {
	if t.snapshot.live&(t.snapshot.live-1) != 0 || t.snapshot.match&t.snapshot.live == 0 && t.snapshot.live != 0 {
		t.policyObserved = true // two pending, or a Pong that matches nothing pending
	}
	e.markReached(ackMixed)
	if acked == 0 && t.snapshot.match&t.snapshot.live != 0 || t.snapshot.unsent != 0 || e.keepaliveHidden() {
		return // what is due may still come, and a Pong may guess the payload of an unsent Ping
	}
	for p := UpTo; p < policies; p++ {
		must, may := t.policyBounds(e, p)
		if must&^acked != 0 || acked&^may != 0 {
			t.policies &^= 1 << p
		}
	}
	if t.policies == 0 {
		e.note(ackMixed, Informational, 0, "", "")
	}
}

// policyBounds returns what the Pong acknowledges under policy p: in every reading of the
// table, and in some reading.
func (t *tracker) policyBounds(e *env, p Policy) (must, may uint64) {
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
	return t.mustAck(e, p, x.match, x.live, x.gone), p.May(x.match, x.live)
}

// consumeCancelled drops the cancelled entries that a Pong certainly used up: those that
// a documented up-to policy removes, or one with its payload where no waiter took it.
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

// dropAnswered drops the keepalive pings whose Pong came. Subjects do not show how their
// waiters end. Of pings with equal payloads none is dropped: the Pong may be another one's.
func (t *tracker) dropAnswered() {
	for j := 0; j < len(t.table); {
		p := &t.pings[t.table[j]]
		if p.keepalive && t.ownPongCame(p) && !t.hasEqual(p) {
			t.table = append(t.table[:j], t.table[j+1:]...)
		} else {
			j++
		}
	}
}

// hasEqual reports whether another ping in the table has the payload of p.
func (t *tracker) hasEqual(p *ping) bool {
	for _, i := range t.table {
		if q := &t.pings[i]; q != p && q.data == p.data && q.known {
			return true
		}
	}
	return false
}
