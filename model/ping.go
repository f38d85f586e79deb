package model

import (
	"fmt"
	"time"
)

// The rules of calls to ping and their frames.
const (
	pingSent RuleID = endCloseRules + iota
	pingRefused
	pingChosen
	pingUnasked
	endPingRules
)

var pingRules = ruleFamily{pingSentence, map[RuleID]Rule{
	pingSent: {"ping.sent", Contract, "",
		"ping(data) on an open connection sends one Ping with exactly that data, or is refused.", SeesFrames,
		"the peer echoes bytes that nobody waits for"},
	pingRefused: {"ping.refused", Contract, "",
		"A ping is refused only if it is too long, equal to a pending one, or too late; the same call again gets the same answer.", SeesFrames | SeesErrors,
		"a refused call leaves something behind"},
	pingChosen: {"ping.chosen", Contract, "",
		"A payload that the endpoint chooses differs from all that are pending.", SeesFrames,
		"one Pong answers two Pings, and the round trip measured is of the wrong one"},
	pingUnasked: {"ping.unasked", Contract, "",
		"A Ping that nobody asked for comes from a keepalive.", SeesFrames, "traffic that no setting explains"},
}}

// pingSentence says what a finding by a rule of this family found.
func pingSentence(f *Finding) string {
	switch f.Rule {
	case pingSent:
		got := hexWord(f.Got)
		if f.detail == notSent {
			got = "none"
		}
		return fmt.Sprintf("%s: want the Ping %s, got %s", f.pingWord(), hexWord(f.Want), got)
	case pingRefused:
		return fmt.Sprintf("%s: %s", f.pingWord(), f.Want)
	case pingChosen:
		return fmt.Sprintf("%s: the payload chosen, %s, is that of a pending ping", f.pingWord(), hexWord(f.Got))
	case pingUnasked:
		return "the Ping " + hexWord(f.Got) + " was asked for by nobody"
	}
	return ""
}

// recordCall registers a call to ping, and what it owes.
func (t *tracker) recordCall(e *env, ev *Event) {
	p := t.addCall(e, ev)
	if e.conn.phase != closed {
		t.joinUnsent(p)
	}
	if e.conn.phase != open || e.conn.dropped || e.conn.closeAsked {
		p.status = void // too late: to send nothing, an error or one Ping is right
		t.removeEntry(p)
		return
	}
	e.markReached(pingSent, pingRefused)
	t.addDue(p, dueSend)
}

// judgePing judges a Ping that the subject sent: it belongs to the oldest call
// that has its payload and has not sent yet, or else to a keepalive. It reports
// whether a keepalive sent the Ping, which is then the newest.
func (t *tracker) judgePing(e *env, ev *Event, f *Frame) (fromKeepalive bool) {
	at := e.timeOf(f.At)
	if p := t.findSender(e, ev, f.Data); p != nil {
		t.recordSent(e, p, f.Data, at)
		return false
	}
	if p := t.lateSender(e, f.Data); p != nil {
		t.recordSent(e, p, f.Data, at)
		return false
	}
	if p := t.unsentCall(ev); p != nil {
		e.markReached(pingSent)
		e.note(pingSent, e.breachVerdict(e.profile.Sends), int(p.number), p.data, f.Data)
		t.recordSent(e, p, f.Data, at)
		return false
	}
	t.addKeepalive(e, f.Data, at, e.conn.blocked || ev.Kind == Resume)
	if e.cfg.Interval > 0 {
		return true
	}
	if !t.senderUnknown && !e.info.OwnPings {
		e.note(pingUnasked, Informational, 0, "", f.Data)
	}
	return false
}

// findSender returns the unsent call that a Ping with this payload belongs to, or nil.
// A call that waits comes before one that was cancelled, perhaps before it wrote.
func (t *tracker) findSender(e *env, ev *Event, data string) *ping {
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
	if chooser == nil || ended != nil && ended.known && !ended.refused { // no subject chooses that payload by chance
		// A refused call may have left anything behind. A chosen payload does not say
		// whether a cancelled call or the keepalive chose it.
		t.senderUnknown = t.senderUnknown || ended != nil && (ended.refused || !ended.known && e.pingsItself())
		return ended
	}
	// Whether a cancelled call sends is open, and so is then whose the Ping is. A
	// keepalive may have sent it instead.
	late := ev.Kind != Ping || int(chooser.number) != len(t.calls)
	t.senderUnknown = t.senderUnknown || ended != nil || choosers > 1 || late && e.pingsItself()
	return chooser
}

// likelierSender reports whether a Ping belongs to p rather than to q, which both ended:
// a payload that fits counts, but not of a call that was refused.
func (p *ping) likelierSender(q *ping) bool {
	if p.refused != q.refused {
		return q.refused
	}
	return p.known && !q.known
}

// lateSender returns a call that was cancelled before a settle, or nil: its Ping stood in
// a queue until the next write.
func (t *tracker) lateSender(e *env, data string) *ping {
	for _, i := range t.calls {
		p := &t.pings[i]
		if p.status == cancelled && !p.frameSeen && (p.known && p.data == data || !p.known && !e.pingsItself()) {
			return p
		}
	}
	return nil
}

// unsentCall returns the call of ev itself if it has not sent, or nil.
func (t *tracker) unsentCall(ev *Event) *ping {
	if ev.Kind != Ping {
		return nil
	}
	if p := t.findPing(len(t.calls), false); p != nil && !p.frameSeen && p.due&dueSend != 0 {
		return p
	}
	return nil
}

// recordSent records that p's frame was seen, with its payload.
func (t *tracker) recordSent(e *env, p *ping, data string, at time.Duration) {
	if !p.known {
		e.markReached(pingChosen)
		if !t.senderUnknown && t.pendingBefore(e, data, p) {
			e.note(pingChosen, NonStrict, int(p.number), "", data)
		}
		p.data, p.known = data, true
	}
	p.frameSeen, p.frameAt, p.pongCameFirst = true, at, t.pongsReceived > p.pongsBefore && t.pongsUnread == 0
	if p.refused && !e.mayBeClosing() {
		e.noteDetail(pingRefused, NonStrict, int(p.number), refusedAndSent, "the Ping was sent all the same", "")
	}
	t.clearDue(p, dueSend)
	t.leaveUnsent(p)
}

// pendingEqual reports whether another ping with this payload certainly waits.
func (t *tracker) pendingEqual(data string, but *ping) bool {
	for _, i := range t.table {
		if p := &t.pings[i]; p != but && p.known && p.data == data && p.status == waiting && !p.frameStalled {
			return true
		}
	}
	return false
}

// pendingBefore reports whether a call before p waits with this payload. The subject
// could not know a later call when it chose p's payload.
func (t *tracker) pendingBefore(e *env, data string, p *ping) bool {
	if e.info.Sees&SeesWaiters == 0 {
		return false
	}
	for _, i := range t.table {
		if q := &t.pings[i]; q.op < p.op && !q.keepalive && q.known && q.data == data && q.status == waiting && !t.maybeAcked(e, q) {
			return true
		}
	}
	return false
}
