package model

// mostPlaces is how many places of the table a set of them has: see [Policy.Must].
const mostPlaces = 64

// equals are the places of a crowded table whose payload is that of a Pong.
type equals struct {
	first, last int  // place of the first and of the last; -1: none
	lastMay     int  // the same with those that have yet to leave, whose payload a Pong may guess
	count       int  // how many there are
	live        bool // each waits for a Pong
}

// equalsOf returns the places whose payload is data.
func (t *tracker) equalsOf(data string) equals {
	x := equals{first: -1, last: -1, lastMay: -1, live: true}
	for j, i := range t.table {
		p := &t.pings[i]
		if p.mayHave(data) {
			x.lastMay = j
		}
		if p.known && p.frameSeen && p.data == data {
			if x.count++; x.count == 1 {
				x.first = j
			}
			x.last, x.live = j, x.live && p.isLive()
		}
	}
	return x
}

// mayHave reports whether data is the payload of p, or may be.
func (p *ping) mayHave(data string) bool { return p.data == data || !p.known }

// isLive reports whether the application waits for the Pong of p.
func (p *ping) isLive() bool { return p.status != cancelled && p.frameSeen && !p.keepalive }

// receiveInCrowd is receivePong for more pings than a set of places holds. It makes due what
// [Policy.Must] and [Policy.Either] do.
func (t *tracker) receiveInCrowd(e *env, data string) {
	t.snapshot.untold, t.snapshot.crowded = true, true
	x := t.equalsOf(data)
	policy, d := e.profile.Policy, dueAck
	if policy == OpenPolicy {
		d = dueExact
	}
	oldest := true
	for j, i := range t.table {
		p := &t.pings[i]
		if j <= x.lastMay && policy == UpTo || p.mayHave(data) || policy == OpenPolicy || policy >= AnyPong {
			p.lastPongOp = e.op
		}
		if !p.isLive() {
			continue
		}
		switch {
		case policy == UpTo && j <= x.first, policy == AnyPong, policy == Counter && oldest:
			t.addDue(p, d)
		case p.known && p.data == data && x.live && t.owesEqual(e, x):
			if x.count > 1 {
				d |= dueOne
			}
			t.addDue(p, d)
		}
		oldest = false
	}
}

// owesEqual reports whether a Pong acknowledges its own ping, or one of several with equal
// payloads, by a policy that goes by the payload alone.
func (t *tracker) owesEqual(e *env, x equals) bool {
	switch e.profile.Policy {
	case OpenPolicy, Exact:
		return true
	case Latest:
		return !e.keepaliveHidden() && int(t.table[x.last]) == t.newestSendable()
	}
	return false
}

// judgeCrowd judges that no waiter of a crowd was acknowledged that no Pong counts for by the
// documented policy.
func (t *tracker) judgeCrowd(e *env, seen *Outcome) {
	if e.profile.Policy == OpenPolicy || e.mayBeClosing() || t.senderUnknown {
		return
	}
	e.markReached(ackPolicy)
	for k := range seen.Resolutions {
		r := &seen.Resolutions[k]
		if p := t.findPing(r.N, r.Keep); p != nil && r.How == Acked && !r.Keep && p.frameSeen && p.lastPongOp == 0 {
			e.note(ackPolicy, FAILED, r.N, "", e.profile.Policy.String())
			return
		}
	}
}
