package model

import "github.com/pongcheck/pongcheck/frame"

// refusal is a refused call. The same call right after it gets the same answer.
type refusal struct {
	data string  // its payload
	op   int32   // its op; 0: none was refused
	err  ErrKind // the error that it got
}

// justRefused reports whether the op before refused a ping with this payload.
func (t *tracker) justRefused(e *env, data string) bool {
	return t.lastRefusal.op != 0 && t.lastRefusal.op == e.op-1 && t.lastRefusal.data == data
}

// judgeRefusal judges a call to ping that failed.
func (t *tracker) judgeRefusal(e *env, ev *Event, p *ping, r *Resolution) {
	if p.status != waiting {
		if p.status == resolved {
			e.note(waiterOnce, FAILED, r.N, "", "error")
		}
		return
	}
	late := int32(r.N) != int32(len(t.calls)) || ev.Kind != Ping
	switch {
	case p.frameSeen && !e.mayBeClosing() && p.due&dueCancel == 0:
		e.noteDetail(pingRefused, NonStrict, r.N, refusedAndSent, "the Ping was sent all the same", "")
	case e.mayBeClosing() || e.conn.blocked || late || p.due&dueCancel != 0:
	case t.mayBeRefused(p):
	case e.profile.Policy == SingleSlot || e.profile.Policy == OpenPolicy && r.Err == ErrOther && t.countPending() > 1:
	default:
		e.noteDetail(pingRefused, e.breachVerdict(e.profile.Sends), r.N, refusedDetail(r.Err), "nothing speaks against it", r.Name)
	}
	if ev.Kind == Ping && p.known {
		if t.justRefused(e, p.data) && t.lastRefusal.err != r.Err && !e.mayBeClosing() {
			e.noteDetail(pingRefused, NonStrict, r.N, refusedOnce, "the same call was refused as "+t.lastRefusal.err.String()+" just before, now as "+r.Err.String(), "")
		}
		t.lastRefusal = refusal{p.data, e.op, r.Err}
	}
	p.refused = true
	if !e.conn.blocked || r.Err != ErrOther {
		t.leaveUnsent(p)
	} else {
		t.senderUnknown = true // after an unexpected error the frame may still leave
	}
	t.endWaiter(p, resolved)
}

// mayHoldEqual reports whether another entry may hold p's payload.
func (t *tracker) mayHoldEqual(p *ping) bool {
	for _, i := range t.table {
		if q := &t.pings[i]; q != p && (!q.known || q.data == p.data) {
			return true
		}
	}
	for _, i := range t.calls { // the model dropped it under up-to, but the subject may keep it
		if q := &t.pings[i]; q != p && q.status == cancelled && q.data == p.data {
			return true
		}
	}
	return false
}

// mayBeRefused reports whether a call to ping may be refused for its payload.
func (t *tracker) mayBeRefused(p *ping) bool {
	return p.known && (len(p.data) > frame.MaxControl || t.mayHoldEqual(p))
}

// surelyHoldsEqual reports whether another ping with p's payload certainly waits. One that
// a Pong may have acknowledged does not count: that shows at the next settle only.
func (t *tracker) surelyHoldsEqual(e *env, p *ping) bool {
	if e.info.Sees&SeesWaiters == 0 {
		return false
	}
	for _, i := range t.table {
		if q := &t.pings[i]; q != p && q.known && q.data == p.data && q.status == waiting && !q.frameStalled && !t.maybeAcked(e, q) {
			return true
		}
	}
	return false
}

// maybeAcked reports whether a Pong since the last settle may have acknowledged p.
func (t *tracker) maybeAcked(e *env, p *ping) bool { return p.lastPongOp > e.conn.settledAt }

// judgeAccepted judges a call to ping that was not refused.
func (t *tracker) judgeAccepted(e *env) {
	p := t.findPing(len(t.calls), false)
	if p == nil || p.status != waiting || !p.frameSeen || !p.known || t.senderUnknown {
		return
	}
	if t.justRefused(e, p.data) {
		e.noteDetail(pingRefused, NonStrict, int(p.number), refusedOnce, "the same call was refused just before", "")
	}
	if e.profile.Equals == EqualsRefused && t.surelyHoldsEqual(e, p) {
		e.note(pingRefused, FAILED, int(p.number), "documented: an equal payload is pending, so the call is refused", "")
	}
}
