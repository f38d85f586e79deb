package model

// The rules of what acknowledges a waiter.
const (
	ackExact RuleID = endPingRules + iota
	ackNoPong
	ackEarly
	ackPolicy
	ackMixed
	ackStarves
	endAckRules
)

var ackRules = ruleFamily{ackSentence, map[RuleID]Rule{
	ackExact: {"ack.exact", Contract, "",
		"The one waiter whose payload comes back, its Ping sent whole, is acknowledged.", SeesWaiters,
		"a peer that answered is taken for dead"},
	ackNoPong: {"ack.no-pong", Contract, "",
		"A waiter is acknowledged only if a Pong arrived since its ping.", SeesWaiters, ""},
	ackEarly: {"ack.early", Contract, "",
		"A Pong that came before its Ping left does not count.", SeesWaiters | SeesFrames,
		"a Ping that never left counts as answered"},
	ackPolicy: {"ack.policy", Contract, "",
		"A Pong acknowledges the waiters that the documented policy says, no others.", SeesWaiters, ""},
	ackMixed: {"ack.mixed", Contract, "",
		"One policy of acknowledging explains all that was seen.", SeesWaiters, "no peer can rely on a rule"},
	ackStarves: {"ack.starves", Contract, "",
		"A peer may answer only the newest of several Pings (5.5.3): its Pong should satisfy the earlier ones too.", SeesWaiters,
		"waiters of earlier Pings starve against a peer that answers only the newest"},
}}

// ackSentence says what a finding by a rule of this family found.
func ackSentence(f *Finding) string {
	switch f.Rule {
	case ackExact, ackPolicy:
		if f.detail == stillWaiting {
			return f.pingWord() + " still waits although its Pong came"
		}
		if f.Want != "" {
			return f.pingWord() + " was acknowledged: " + f.Want
		}
		return f.pingWord() + " was acknowledged by a Pong that is not for it under the policy " + f.Got
	case ackNoPong:
		return f.pingWord() + " was acknowledged without any Pong"
	case ackEarly:
		return f.pingWord() + " was acknowledged by a Pong that came before its Ping left"
	case ackMixed:
		return "no single policy explains which waiters the Pongs acknowledged"
	case ackStarves:
		return f.pingWord() + " waits on although a later ping was answered"
	}
	return ""
}

// receivePong records a Pong of the peer's, and which acknowledgements it makes due. The
// reader is stalled if an answer that it has to write first is.
func (t *tracker) receivePong(e *env, data string, readerStalled bool) {
	t.pongsReceived++
	if readerStalled {
		t.pongsUnread++
	}
	t.pongsNow = append(t.pongsNow, data)
	if e.mayBeClosing() || t.senderUnknown {
		t.snapshot.untold = true
		for _, i := range t.table {
			t.pings[i].lastPongOp = e.op // it may be for any
		}
		return
	}
	if len(t.table) > mostPlaces {
		t.receiveInCrowd(e, data)
		return
	}
	match, live, gone := t.placesOf(data)
	t.snapshotTable(data, match, live, gone)
	if match == 0 && e.profile.Policy < AnyPong {
		return
	}
	must, mustExact := t.mustAck(e, e.profile.Policy, match, live, gone), uint64(0)
	if e.profile.Policy == OpenPolicy {
		mustExact = t.mustAck(e, Exact, match, live, gone)
	}
	for j, i := range t.table {
		switch bit := uint64(1) << j; {
		case must&bit != 0:
			t.addDue(&t.pings[i], dueAck)
		case mustExact&bit != 0:
			t.addDue(&t.pings[i], dueExact)
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

// mustAck is [Policy.Must] for the table as it is.
func (t *tracker) mustAck(e *env, p Policy, match, live, gone uint64) uint64 {
	return p.Must(match, live, gone, t.newestPlace(e))
}

// judgeAck judges that p was acknowledged: a Pong must have come since its call, and one
// that the policy counts.
func (t *tracker) judgeAck(e *env, p *ping, r *Resolution) {
	switch noPongNow := len(t.pongsNow) == 0; {
	case noPongNow && p.pongCameFirst && t.pongsUnread == 0 && p.due&(dueAck|dueExact) == 0:
		e.note(ackEarly, NonStrict, r.N, "", "")
	case noPongNow && e.profile.Policy != OpenPolicy && !p.keepalive && p.due&dueAck == 0 && p.lastPongOp == 0 &&
		t.pongsReceived > p.pongsBefore && t.pongsHandled == t.pongsReceived && !e.mayBeClosing() && !t.senderUnknown:
		e.note(ackPolicy, FAILED, r.N, "no Pong that the policy counts for it", "")
	}
	e.markReached(ackNoPong)
	if t.pongsReceived == p.pongsBefore && e.conn.failing != noRule {
		e.noteAccepted(r.N, "a Pong after it was counted", "")
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
		e.markReached(ackEarly)
		if !p.frameSeen && !t.senderUnknown {
			e.note(ackEarly, NonStrict, r.N, "", "")
		}
	}
	if r.Timed {
		t.judgeLatency(e, p, r)
	} else {
		t.judgeUntold(e, p, r)
	}
}

// judgeStarving notes a Pong that acknowledged its own ping and left an older one
// waiting. RFC 6455 section 5.5.3: "If an endpoint receives a Ping frame and has not yet
// sent Pong frame(s) in response to previous Ping frame(s), the endpoint MAY elect to
// send a Pong frame for only the most recently processed Ping frame." So no Pong for the
// older one need ever come.
func (t *tracker) judgeStarving(e *env, acked uint64) {
	own := acked & t.snapshot.match // acknowledged by a Pong with their payload
	if own == 0 || e.mayBeClosing() || e.info.Each {
		return
	}
	e.markReached(ackStarves)
	older := t.snapshot.live & (own&-own - 1) &^ t.snapshot.match // of entries with equal payloads any may be struck
	if older&^acked == 0 {
		return
	}
	for j, i := range t.snapshot.table {
		if p := &t.pings[i]; older&^acked>>j&1 != 0 && p.status == waiting {
			e.note(ackStarves, NonStrict, int(p.number), "", "")
			return
		}
	}
}
