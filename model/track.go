package model

import "time"

// judgePing judges a Ping that the subject sent: it belongs to the oldest call
// that has its payload and has not sent yet, or else to a keepalive. It reports
// whether a keepalive sent the Ping, which is then the newest.
func (t *tracker) judgePing(e *env, ev *Event, f *Frame) (fromKeepalive bool) {
	at := e.timeOf(f.At)
	if p := t.sender(e, ev, f.Data); p != nil {
		t.recordSent(e, p, f.Data, at)
		return false
	}
	if p := t.lateSender(e, f.Data); p != nil {
		t.recordSent(e, p, f.Data, at)
		return false
	}
	if p := t.unsentCall(ev); p != nil {
		e.reach(pingSent)
		verdict := NonStrict
		if e.profile.Sends {
			verdict = FAILED
		}
		e.note(pingSent, verdict, int(p.number), p.data, f.Data)
		t.recordSent(e, p, f.Data, at)
		return false
	}
	t.addKeepalive(e, f.Data, at, e.conn.blocked || ev.Kind == Resume)
	if e.cfg.Interval > 0 {
		return true
	}
	if !t.senderUnknown {
		e.note(pingUnasked, Informational, 0, "", f.Data)
	}
	return false
}

// sender is the call that a Ping with that payload belongs to. Who still waits
// comes before who was cancelled, perhaps before it wrote.
func (t *tracker) sender(e *env, ev *Event, data string) *ping {
	var match, chooser, ended *ping
	choosers := 0
	for _, i := range t.unsent {
		p := &t.pings[i]
		switch {
		case p.known && p.data != data:
		case p.status != waiting || p.refused:
			if ended == nil || p.likelierSender(ended) {
				ended = p
			}
		case p.known && match == nil:
			match = p
		case !p.known:
			if choosers++; chooser == nil {
				chooser = p
			}
		}
	}
	if match != nil {
		t.senderUnknown = t.senderUnknown || ended != nil && ended.known && !ended.refused
		return match
	}
	if chooser == nil || ended != nil && ended.known && !ended.refused { // nobody chooses that by chance
		// A refused call may have left anything behind, and of what was chosen nothing
		// tells whether a cancelled call or the keepalive chose it.
		t.senderUnknown = t.senderUnknown || ended != nil && (ended.refused || !ended.known && e.cfg.Interval > 0)
		return ended
	}
	// A cancelled call may send, or not, and take the Ping of another along; and a
	// keepalive may have sent instead.
	late := ev.Kind != Ping || int(chooser.number) != len(t.calls)
	t.senderUnknown = t.senderUnknown || ended != nil || choosers > 1 || late && e.cfg.Interval > 0
	return chooser
}

// likelierSender reports whether a Ping is rather that of p than that of q, both with
// calls that ended: the payload tells, unless the call was refused.
func (p *ping) likelierSender(q *ping) bool {
	if p.refused != q.refused {
		return q.refused
	}
	return p.known && !q.known
}

// lateSender is the call that was cancelled before a settle, and whose Ping stood in a
// queue until somebody wrote again.
func (t *tracker) lateSender(e *env, data string) *ping {
	for _, i := range t.calls {
		p := &t.pings[i]
		if p.status == cancelled && !p.frameSeen && (p.known && p.data == data || !p.known && e.cfg.Interval == 0) {
			return p
		}
	}
	return nil
}

// unsentCall is the call of ev itself, if it is a ping that has not sent.
func (t *tracker) unsentCall(ev *Event) *ping {
	if ev.Kind != Ping {
		return nil
	}
	if p := t.findPing(len(t.calls), false); p != nil && !p.frameSeen && p.due&dueSend != 0 {
		return p
	}
	return nil
}

// recordSent takes over that p's frame was seen.
func (t *tracker) recordSent(e *env, p *ping, data string, at time.Duration) {
	if !p.known {
		e.reach(pingChosen)
		if !t.senderUnknown && t.pendingBefore(e, data, p) {
			e.note(pingChosen, NonStrict, int(p.number), "", data)
		}
		p.data, p.known = data, true
	}
	p.frameSeen, p.frameAt, p.pongCameFirst = true, at, t.pongsReceived > p.pongsBefore && t.pongsUnread == 0
	if p.refused && !e.mayBeClosing() {
		e.note(pingRefused, NonStrict, int(p.number), "the Ping was sent all the same", "")
	}
	t.pay(p, dueSend)
	t.unqueue(p)
}

// pendingEqual reports whether another ping with that payload waits, for certain.
func (t *tracker) pendingEqual(data string, but *ping) bool {
	for _, i := range t.table {
		if p := &t.pings[i]; p != but && p.known && p.data == data && p.status == waiting && !p.frameStalled {
			return true
		}
	}
	return false
}

// pendingBefore reports whether a call before p has that payload and waits: what was
// called later could not be known when p's payload was chosen.
func (t *tracker) pendingBefore(e *env, data string, p *ping) bool {
	for _, i := range t.table {
		if q := &t.pings[i]; q.op < p.op && !q.keepalive && q.known && q.data == data && q.status == waiting && !t.maybeAcked(e, q) {
			return true
		}
	}
	return false
}

// recordCall takes over a call to ping.
func (t *tracker) recordCall(e *env, ev *Event) {
	p := t.addCall(e, ev)
	if e.conn.phase != closed {
		t.queueUnsent(p)
	}
	if e.conn.phase != open || e.conn.dropped || e.conn.closeAsked {
		p.status = void // nothing, an error, or one Ping while closing: all are right
		t.removeEntry(p)
		return
	}
	e.reach(pingSent, pingRefused)
	t.owe(p, dueSend)
}

// receivePong takes over a Pong of the peer's, and what it makes due.
func (t *tracker) receivePong(e *env, data string, readerStalled bool) {
	t.pongsReceived++
	if readerStalled {
		t.pongsUnread++
	}
	t.pongsNow = append(t.pongsNow, data)
	if e.mayBeClosing() || t.senderUnknown || len(t.table) > 64 {
		return
	}
	match, live, gone := t.placesOf(data)
	t.snapshotTable(data, match, live, gone)
	if match == 0 && e.profile.Policy < AnyPong {
		return
	}
	hard, soft := t.mustAck(e.profile.Policy, match, live, gone), uint64(0)
	if e.profile.Policy == OpenPolicy {
		soft = t.mustAck(Exact, match, live, gone)
	}
	for j, i := range t.table {
		switch bit := uint64(1) << j; {
		case hard&bit != 0:
			t.owe(&t.pings[i], dueAck)
		case soft&bit != 0:
			t.owe(&t.pings[i], dueExact)
		}
	}
	t.oweEither(e, match, live, gone)
	may := e.profile.Policy.May(match, live)
	for j, i := range t.table {
		if may>>j&1 != 0 {
			t.pings[i].lastPongOp = e.op
		}
	}
}

// placesOf are the places in the table whose payload is data, that wait for a Pong,
// and that were cancelled.
func (t *tracker) placesOf(data string) (match, live, gone uint64) {
	for j, i := range t.table {
		if j == 64 {
			break
		}
		p, bit := &t.pings[i], uint64(1)<<j
		if p.known && p.frameSeen && p.data == data {
			match |= bit
		}
		if p.status == cancelled {
			gone |= bit
		} else if p.frameSeen && !p.keepalive {
			live |= bit
		}
	}
	return match, live, gone
}

// mustAck is [Policy.Must] for the table as it is.
func (t *tracker) mustAck(p Policy, match, live, gone uint64) uint64 {
	return p.Must(match, live, gone, t.newestPlace())
}

// newestPlace is the place of the newest ping, if the table has it.
func (t *tracker) newestPlace() uint64 {
	for j := len(t.table) - 1; j >= 0; j-- {
		if int(t.table[j]) == t.newestSendable() {
			return 1 << j
		}
	}
	return 0
}

// newestSendable is the index of the newest ping that was sent or may be, -1 if there is none.
func (t *tracker) newestSendable() int {
	for i := len(t.pings) - 1; i >= 0; i-- {
		if p := &t.pings[i]; p.frameSeen || !p.refused {
			return i
		}
	}
	return -1
}

// judgeResolution judges the end of one waiter, or a call to ping that failed.
func (t *tracker) judgeResolution(e *env, ev *Event, r *Resolution) {
	p := t.findPing(r.N, r.Keep)
	if p == nil && r.Keep {
		return // of a keepalive ping that has not been seen
	}
	if p == nil {
		e.note(waiterOnce, Informational, r.N, "a waiter of a ping that was not called for", "")
		return
	}
	e.reach(waiterOnce)
	if r.How == Refused {
		t.judgeRefusal(e, ev, p, r)
		return
	}
	if p.status == resolved || p.status == cancelled && !(r.How == Cancelled && p.due&dueCancel != 0) {
		e.note(waiterOnce, FAILED, r.N, "", r.How.String())
		return
	}
	switch r.How {
	case Acked:
		t.judgeAck(e, p, r)
		t.endWaiter(p, resolved)
	case Cancelled:
		if p.due&dueCancel == 0 {
			t.judgeUnasked(e, p, r, "cancelled")
		}
		e.reach(waiterCancel)
		t.endWaiter(p, cancelled)
	case Failed:
		t.judgeUnasked(e, p, r, "failed")
		t.endWaiter(p, resolved)
	}
}

// judgeUnasked judges a waiter that failed or was cancelled: on an open
// connection without a reason, and at the close in a way that misleads.
func (t *tracker) judgeUnasked(e *env, p *ping, r *Resolution, how string) {
	if e.mayBeClosing() {
		e.reach(waiterClose)
		if r.How == Cancelled && !r.Keep { // a keepalive may give up its own
			e.note(waiterClose, NonStrict, r.N, "", how)
		}
		return
	}
	if p.due&dueCancel != 0 || p.keepalive || p.status == void {
		return
	}
	e.reach(waiterSpurious)
	e.note(waiterSpurious, NonStrict, r.N, "", how)
}

// mayBeClosing reports whether something ended the connection, or may have.
func (e *env) mayBeClosing() bool {
	return e.conn.phase != open || e.conn.closeAsked || e.conn.dropped || e.conn.failing != noRule || e.conn.mayRefuse || e.conn.sentClose || e.conn.timedOut
}

func (t *tracker) judgeAck(e *env, p *ping, r *Resolution) {
	if p.pongCameFirst && t.pongsUnread == 0 && len(t.pongsNow) == 0 && p.due&(dueAck|dueExact) == 0 {
		e.note(ackEarly, NonStrict, r.N, "", "")
	} else if e.profile.Policy != OpenPolicy && !p.keepalive && len(t.pongsNow) == 0 && p.due&dueAck == 0 && !t.maybeAcked(e, p) && t.pongsReceived > p.pongsBefore &&
		t.pongsHandled == t.pongsReceived && !e.mayBeClosing() && !t.senderUnknown {
		e.note(ackPolicy, FAILED, r.N, "no Pong that the policy counts for it", "")
	}
	e.reach(ackNoPong)
	if t.pongsReceived == p.pongsBefore && e.conn.failing != noRule {
		e.note(e.conn.failing, FAILED, r.N, "a Pong after it was counted", "")
		return
	}
	if e.conn.unparseable {
		return
	}
	if t.pongsReceived == p.pongsBefore {
		if e.mayBeClosing() && r.Keep {
			return
		}
		e.note(ackNoPong, FAILED, r.N, "", "")
		return
	}
	if e.info.Sees&SeesFrames != 0 {
		e.reach(ackEarly)
		if !p.frameSeen && !t.senderUnknown {
			e.note(ackEarly, NonStrict, r.N, "", "")
		}
	}
	if r.Timed {
		t.judgeLatency(e, p, r)
	}
}

// newestSentWith is the newest ping that left with that payload, from the given one
// on, or -1.
func (t *tracker) newestSentWith(data string, from int32) int32 {
	for i := int32(len(t.pings)) - 1; i >= from; i-- {
		if p := &t.pings[i]; p.frameSeen && p.known && p.data == data {
			return i
		}
	}
	return -1
}

// judgeSettle judges what pings owe by now. A cancelled call that has not sent by
// now never will.
func (t *tracker) judgeSettle(e *env) {
	for i := 0; t.owing > 0 && i < len(t.pings); i++ {
		if p := &t.pings[i]; p.due != 0 {
			t.judgeDues(e, p)
		}
	}
	for j := 0; j < len(t.unsent); {
		if p := &t.pings[t.unsent[j]]; p.status != waiting {
			t.unqueue(p)
		} else {
			j++
		}
	}
}
