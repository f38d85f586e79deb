package model

// due is what a ping owes by the next settle.
type due uint8

const (
	dueSend   due = 1 << iota // its frame, or a refusal
	dueAck                    // its acknowledgement
	dueExact                  // the same, though some legal policy ignores that Pong
	dueCancel                 // the end of its cancelled waiter
	dueOne                    // with dueAck or dueExact: only one of the pings with this payload owes it

	dueAll = dueSend | dueAck | dueExact | dueCancel | dueOne
)

// addDue adds d to what p owes.
func (t *tracker) addDue(p *ping, d due) {
	if p.due == 0 && d != 0 {
		t.owing++
	}
	p.due |= d
}

// clearDue takes d from what p owes.
func (t *tracker) clearDue(p *ping, d due) {
	if p.due != 0 && p.due&^d == 0 {
		t.owing--
	}
	p.due &^= d
}

// oweEither makes due that a Pong acknowledges at least one of several pings with equal
// payloads.
func (t *tracker) oweEither(e *env, match, live, gone uint64) {
	places, d := e.profile.Policy.Either(match, live, gone, t.newestPlace(e)), dueAck
	if places == 0 && e.profile.Policy == OpenPolicy {
		places, d = Exact.Either(match, live, gone, t.newestPlace(e)), dueExact
	}
	for j, i := range t.table {
		if places>>j&1 != 0 {
			t.addDue(&t.pings[i], d|dueOne)
		}
	}
}

// payEither clears that due from all pings with this payload: one of them ended.
func (t *tracker) payEither(data string) {
	for _, i := range t.table {
		if p := &t.pings[i]; p.due&dueOne != 0 && p.data == data {
			t.clearDue(p, dueAck|dueExact|dueOne)
		}
	}
}

// judgeSettle judges what pings still owe, and drops cancelled calls from unsent: one
// that has not sent by now never will.
func (t *tracker) judgeSettle(e *env) {
	for i := 0; t.owing > 0 && i < len(t.pings); i++ {
		if p := &t.pings[i]; p.due != 0 {
			t.judgeDues(e, p)
		}
	}
	for j := 0; j < len(t.unsent); {
		if p := &t.pings[t.unsent[j]]; p.status != waiting {
			t.leaveUnsent(p)
		} else {
			j++
		}
	}
}

// judgeDues judges what p still owes.
func (t *tracker) judgeDues(e *env, p *ping) {
	n := int(p.number)
	if e.info.Sees&SeesWaiters != 0 {
		switch {
		case p.due&dueAck != 0:
			rule := ackExact
			if e.profile.Policy != OpenPolicy && e.profile.Policy != Exact {
				rule = ackPolicy
			}
			e.noteDetail(rule, FAILED, n, stillWaiting, "", "")
		case p.due&dueExact != 0:
			e.noteDetail(ackExact, NonStrict, n, stillWaiting, "", "")
		}
		if p.due&dueCancel != 0 && !(p.keepalive && t.senderUnknown) { // perhaps it is another call's
			e.note(waiterCancel, NonStrict, n, "", "")
		}
	}
	if p.due&dueSend != 0 && (e.info.Sees&SeesErrors != 0 || !t.mayBeRefused(p)) && !t.senderUnknown && p.status == waiting && p.due&dueCancel == 0 && e.info.Sees&SeesFrames != 0 {
		e.noteDetail(pingSent, e.breachVerdict(e.profile.Sends), n, notSent, p.data, "")
	}
	t.clearDue(p, dueAll)
}
