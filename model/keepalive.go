package model

import (
	"fmt"
	"time"
)

// The rules of the keepalive.
const (
	keepEarly RuleID = endLatencyRules + iota
	keepTimeout
	keepInterval
	endKeepaliveRules
)

var keepaliveRules = ruleFamily{keepaliveSentence, map[RuleID]Rule{
	keepEarly: {"keepalive.early", Contract, "",
		"A Pong before the deadline keeps the connection alive.", SeesFrames, "a live peer is cut off"},
	keepTimeout: {"keepalive.timeout", Contract, "",
		"A keepalive ping without any answer ends the connection at its deadline.", SeesFrames, "a dead peer is not noticed"},
	keepInterval: {"keepalive.interval", Contract, "",
		"Keepalive pings leave at the documented interval as long as the connection is open.", SeesFrames,
		"the keepalive died and nobody notices"},
}}

// keepaliveSentence says what a finding by a rule of this family found.
func keepaliveSentence(f *Finding) string {
	switch f.Rule {
	case keepEarly:
		return "the connection was ended at " + f.Got + " although no keepalive ping had timed out"
	case keepTimeout:
		switch f.detail {
		case peerSilent:
			return "nothing that the keepalive waits for came for " + f.Got + " and the connection lives on"
		case writesStall:
			return "writes stall, nothing came for " + f.Got + " and the connection lives on"
		}
		return fmt.Sprintf("keepalive ping %d is unanswered for %s and the connection lives on", f.Ping, f.Got)
	case keepInterval:
		if f.detail == stoppedForGood {
			return "the keepalive stopped: no ping for " + f.Got + ", where it pinged after " + f.Want + " before"
		}
		return "no keepalive ping for " + f.Got
	}
	return ""
}

// keepalive is the judge's memory of the subject's keepalive. Its timing binds
// only where a profile documents it.
type keepalive struct {
	pings      int           // how many keepalive Pings were seen
	lastPingAt time.Duration // when the last one left
	longestGap time.Duration // the longest time from Open or one of them to the next
	answeredAt time.Duration // when the answer to the last one came, if it is not in unanswered
	lastPongAt time.Duration // when the peer's last Pong came; 0: none since Open
	frameAt    time.Duration // when the peer's last whole frame came; 0: none since Open
	lastByteAt time.Duration // when anything came from the peer; 0: nothing since Open
	lastByteOp int32         // the op in which it came
	lastSentAt time.Duration // when the subject sent its last frame
	cancelled  bool          // a waiter of the keepalive was cancelled: no verdict
	stalled    bool          // writes stalled: no verdict on pings
	guessed    bool          // a Pong may have answered a ping that has yet to leave, and those before it
	unanswered []int32       // index in tracker.pings of each keepalive ping whose time-out runs, the newest last
}

// How far the times of a keepalive may be off. A subject that gives up while writes stall
// may give its Close time to leave. Where nothing is documented, a keepalive has stopped if
// it misses many of its own intervals.
const (
	stallGrace   = time.Minute
	missedForEnd = 10
)

func (k *keepalive) reset() { *k = keepalive{unanswered: k.unanswered[:0]} }

// recordPing starts the time-out of the newest ping, which the keepalive sent.
func (k *keepalive) recordPing(e *env, t *tracker) {
	e.markReached(keepInterval)
	newest := len(t.pings) - 1
	at := t.pings[newest].frameAt
	k.longestGap = max(k.longestGap, at-k.lastPingAt)
	k.pings++
	k.lastPingAt = at
	if e.cfg.Timeout == 0 {
		k.unanswered = k.unanswered[:0] // only whether the last was answered matters
	}
	k.unanswered = append(k.unanswered, int32(newest))
}

// receiveBytes records that the peer sent something. Whether less than a frame is a sign
// of life is open.
func (k *keepalive) receiveBytes(e *env) { k.lastByteAt, k.lastByteOp = e.now, e.op }

// receiveFrame records a whole frame of the peer's. Where that is documented, it answers
// every keepalive ping.
func (k *keepalive) receiveFrame(e *env, t *tracker) {
	k.frameAt = e.now
	if e.profile.Signs == ByteSigns {
		k.answerWhere(e, t, func(int32, *ping) bool { return true })
	}
}

// receivePong ends the time-outs that a Pong answers: that of the ping with its
// payload and, where that is documented, those of other pings.
func (k *keepalive) receivePong(e *env, t *tracker, data string) {
	k.lastPongAt = e.now
	if len(k.unanswered) == 0 {
		return
	}
	last := int32(-1)
	if e.profile.Policy == UpTo {
		last = t.newestSentWith(data, k.unanswered[0])
		k.guessed = k.guessed || t.isGuess(data)
	}
	k.answerWhere(e, t, func(i int32, p *ping) bool {
		return e.profile.Signs == PongSigns || p.data == data || e.profile.Policy == UpTo && last >= i
	})
}

// answerWhere ends the time-outs of the pings that are answered, unless the answer came
// too late: then the time-out may stand.
func (k *keepalive) answerWhere(e *env, t *tracker, answered func(i int32, p *ping) bool) {
	kept := k.unanswered[:0]
	for _, i := range k.unanswered {
		p := &t.pings[i]
		switch {
		case !answered(i, p) || e.cfg.Timeout > 0 && e.now > p.frameAt+e.cfg.Timeout-e.profile.Grain:
			kept = append(kept, i)
		default:
			k.answeredAt = e.now
		}
	}
	k.unanswered = kept
}

// lastSignAt returns when the peer last gave a sign of life that the profile names: surely,
// and perhaps; 0: Open.
func (k *keepalive) lastSignAt(e *env) (surely, perhaps time.Duration) {
	if e.profile.Signs == ByteSigns {
		return k.frameAt, k.lastByteAt
	}
	return k.lastPongAt, k.lastPongAt
}

// mayEndUnasked reports whether the keepalive explains, or may explain, that the connection
// ended at the given time.
func (k *keepalive) mayEndUnasked(e *env, t *tracker, at time.Duration) bool {
	if e.cfg.Interval == 0 {
		return false
	}
	return k.cancelled || k.stalled || e.cfg.Timeout > 0 && k.hasTimedOut(e, t, at)
}

// hasTimedOut reports whether a time-out is over at the given time.
func (k *keepalive) hasTimedOut(e *env, t *tracker, at time.Duration) bool {
	limit := e.cfg.Timeout - e.keepaliveGrain()
	if surely, _ := k.lastSignAt(e); e.profile.Idles && at >= surely+limit {
		return true
	}
	for _, i := range k.unanswered {
		if at >= t.pings[i].frameAt+limit {
			return true
		}
	}
	return false
}

// keepaliveGrain is the precision of the keepalive's deadlines.
func (e *env) keepaliveGrain() time.Duration { return max(grain, e.profile.Grain) }

// judge looks for a keepalive that fell silent, or that does not give up a dead
// peer, after time has passed.
func (k *keepalive) judge(e *env, t *tracker, ev *Event) {
	if e.cfg.Interval == 0 || ev.Kind != Advance && e.now == e.before || k.cancelled || e.mayBeClosing() || e.info.Real {
		return
	}
	if e.conn.blocked {
		k.judgeStalled(e)
		return
	}
	if k.stalled {
		return
	}
	if e.cfg.Timeout > 0 && k.judgeTimeout(e, t) {
		return
	}
	if e.profile.Keeps {
		k.judgeInterval(e, t)
	} else {
		k.judgeStopped(e)
	}
}

// judgeTimeout reports whether a time-out is over and the connection is open all the same.
func (k *keepalive) judgeTimeout(e *env, t *tracker) bool {
	late := e.cfg.Timeout + e.keepaliveGrain()
	if e.profile.Polls {
		late += max(e.cfg.Interval, e.cfg.Timeout)
	}
	if e.info.OwnPings {
		late += 2 * e.cfg.Interval // the ping may not be the keepalive's, which then pings next
	}
	_, sign := k.lastSignAt(e)
	if silent := e.now - sign; e.profile.Idles {
		e.markReached(keepTimeout)
		if silent > late {
			e.noteDetail(keepTimeout, e.breachVerdict(e.profile.Keeps), 0, peerSilent, "", silent.String())
		}
		return silent > late
	}
	if k.guessed {
		return false
	}
	for _, i := range k.unanswered {
		p := &t.pings[i]
		e.markReached(keepTimeout)
		if e.now > p.frameAt+late && t.pongsReceived == p.pongsBefore &&
			(e.profile.Keeps && e.profile.Signs != ByteSigns || k.lastByteOp <= p.op) {
			e.note(keepTimeout, e.breachVerdict(e.profile.Keeps), int(p.number), "", (e.now - p.frameAt).String())
			return true
		}
	}
	return false
}

// judgeStalled judges that a peer that neither takes nor sends anything is given up: the
// keepalive must not wait for its own write for ever. A documented time-out binds where
// its ping has left, or where it needs none.
func (k *keepalive) judgeStalled(e *env) {
	if e.cfg.Timeout == 0 || e.info.Sees&SeesClosed == 0 {
		return
	}
	late := 2*e.cfg.Interval + e.cfg.Timeout + e.keepaliveGrain() + stallGrace
	if e.profile.Polls {
		late += max(e.cfg.Interval, e.cfg.Timeout)
	}
	e.markReached(keepTimeout)
	if silent := e.now - max(e.conn.blockedAt, k.lastByteAt); silent > late {
		documented := e.profile.Keeps && (e.profile.Idles || len(k.unanswered) > 0 && !k.guessed)
		e.noteDetail(keepTimeout, e.breachVerdict(documented), 0, writesStall, "", silent.String())
	}
}

// judgeInterval judges that the next ping is not late. The first may come after one
// interval or two, another one interval after the ping before it or its answer.
func (k *keepalive) judgeInterval(e *env, t *tracker) {
	if t.senderUnknown {
		return
	}
	from, late := time.Duration(0), e.cfg.Interval+e.cfg.Interval/4+e.keepaliveGrain()
	switch {
	case k.pings == 0:
		late += e.cfg.Interval
	case k.awaitsAnswer(t) && !e.profile.Idles:
		from = k.lastPingAt + e.cfg.Timeout // it may wait for the answer
	default:
		from = max(k.lastPingAt, k.answeredAt)
	}
	if _, sign := k.lastSignAt(e); e.profile.Postpones {
		from = max(from, sign)
	}
	if e.now-from > late {
		e.note(keepInterval, FAILED, 0, "", (e.now - k.lastPingAt).String())
	}
}

// awaitsAnswer reports whether the last ping is unanswered.
func (k *keepalive) awaitsAnswer(t *tracker) bool {
	n := len(k.unanswered)
	return n > 0 && k.unanswered[n-1] == t.keepalives[len(t.keepalives)-1]
}

// judgeStopped judges that a keepalive whose timing is not documented has not stopped for
// good. Whatever it was that put pings off, neither side sent anything since.
func (k *keepalive) judgeStopped(e *env) {
	if k.pings == 0 || len(k.unanswered) > 0 && e.cfg.Timeout == 0 { // without a time-out it may wait for ever
		return
	}
	usual := max(e.cfg.Interval, k.longestGap)
	if silent := e.now - max(k.lastPingAt, k.lastByteAt, k.lastSentAt); silent > missedForEnd*(usual+e.cfg.Timeout) {
		e.recordFinding(Finding{Rule: keepInterval, Verdict: FAILED, Certainty: Inferred, detail: stoppedForGood,
			Want: usual.String(), Got: silent.String(), Innocent: "a limit of its own made the keepalive pause"})
	}
}
