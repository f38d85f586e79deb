package model

import "time"

// judgePing judges a Ping that the subject sent: it belongs to the oldest call
// that has its payload and has not sent yet, or else to a keepalive.
func (s *State) judgePing(ev *Event, f *Frame) {
	at := s.timeOf(f.At)
	if p := s.sender(ev, f.Data); p != nil {
		s.recordSent(p, f.Data, at)
		return
	}
	if p := s.lateSender(f.Data); p != nil {
		s.recordSent(p, f.Data, at)
		return
	}
	if p := s.unsentCall(ev); p != nil {
		s.record.reached |= rulesOf(pingSent)
		verdict := NonStrict
		if s.profile.Sends {
			verdict = FAILED
		}
		s.note(pingSent, verdict, int(p.number), p.data, f.Data)
		s.recordSent(p, f.Data, at)
		return
	}
	p := s.addKeepalive(f.Data, at, s.conn.blocked || ev.Kind == Resume)
	switch {
	case s.cfg.Interval > 0:
		s.keepalivePing(p)
	case !s.senderUnknown:
		s.note(pingUnasked, Informational, 0, "", f.Data)
	}
}

// sender is the call that a Ping with that payload belongs to. Who still waits
// comes before who was cancelled, perhaps before it wrote.
func (s *State) sender(ev *Event, data string) *ping {
	var match, chooser, ended *ping
	choosers := 0
	for _, i := range s.unsent {
		p := &s.pings[i]
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
		s.senderUnknown = s.senderUnknown || ended != nil && ended.known && !ended.refused
		return match
	}
	if chooser == nil || ended != nil && ended.known && !ended.refused { // nobody chooses that by chance
		// A refused call may have left anything behind, and of what was chosen nothing
		// tells whether a cancelled call or the keepalive chose it.
		s.senderUnknown = s.senderUnknown || ended != nil && (ended.refused || !ended.known && s.cfg.Interval > 0)
		return ended
	}
	// A cancelled call may send, or not, and take the Ping of another along; and a
	// keepalive may have sent instead.
	late := ev.Kind != Ping || int(chooser.number) != len(s.calls)
	s.senderUnknown = s.senderUnknown || ended != nil || choosers > 1 || late && s.cfg.Interval > 0
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
func (s *State) lateSender(data string) *ping {
	for _, i := range s.calls {
		p := &s.pings[i]
		if p.status == cancelled && !p.frameSeen && (p.known && p.data == data || !p.known && s.cfg.Interval == 0) {
			return p
		}
	}
	return nil
}

// unsentCall is the call of ev itself, if it is a ping that has not sent.
func (s *State) unsentCall(ev *Event) *ping {
	if ev.Kind != Ping {
		return nil
	}
	if p := s.findPing(len(s.calls), false); p != nil && !p.frameSeen && p.due&dueSend != 0 {
		return p
	}
	return nil
}

// recordSent takes over that p's frame was seen.
func (s *State) recordSent(p *ping, data string, at time.Duration) {
	if !p.known {
		s.record.reached |= rulesOf(pingChosen)
		if !s.senderUnknown && s.pendingBefore(data, p) {
			s.note(pingChosen, NonStrict, int(p.number), "", data)
		}
		p.data, p.known = data, true
	}
	p.frameSeen, p.frameAt, p.pongCameFirst = true, at, s.pongsReceived > p.pongsBefore && s.pongsUnread == 0
	if p.refused && !s.mayBeClosing() {
		s.note(pingRefused, NonStrict, int(p.number), "the Ping was sent all the same", "")
	}
	s.pay(p, dueSend)
	s.unqueue(p)
}

// pendingEqual reports whether another ping with that payload waits, for certain.
func (s *State) pendingEqual(data string, but *ping) bool {
	for _, i := range s.table {
		if p := &s.pings[i]; p != but && p.known && p.data == data && p.status == waiting && !p.frameStalled {
			return true
		}
	}
	return false
}

// pendingBefore reports whether a call before p has that payload and waits: what was
// called later could not be known when p's payload was chosen.
func (s *State) pendingBefore(data string, p *ping) bool {
	for _, i := range s.table {
		if q := &s.pings[i]; q.op < p.op && !q.keepalive && q.known && q.data == data && q.status == waiting && !s.maybeAcked(q) {
			return true
		}
	}
	return false
}

// recordCall takes over a call to ping.
func (s *State) recordCall(ev *Event) {
	p := s.addCall(ev)
	if s.conn.phase != closed {
		s.queueUnsent(p)
	}
	if s.conn.phase != open || s.conn.dropped || s.conn.closeAsked {
		p.status = void // nothing, an error, or one Ping while closing: all are right
		s.removeEntry(p)
		return
	}
	s.record.reached |= rulesOf(pingSent, pingRefused)
	s.owe(p, dueSend)
}

// receivePong takes over a Pong of the peer's, and what it makes due.
func (s *State) receivePong(data string) {
	s.pongsReceived++
	if s.conn.blocked && len(s.responder.owed) > 0 {
		s.pongsUnread++ // a reader that answers is held up by the Ping before it
	}
	s.pongsNow = append(s.pongsNow, data)
	s.keepalivePong(data)
	if s.mayBeClosing() || s.senderUnknown || len(s.table) > 64 {
		return
	}
	match, live, gone := s.placesOf(data)
	s.snapshotTable(data, match, live, gone)
	if match == 0 && s.profile.Policy < AnyPong {
		return
	}
	hard, soft := s.mustAck(s.profile.Policy, match, live, gone), uint64(0)
	if s.profile.Policy == OpenPolicy {
		soft = s.mustAck(Exact, match, live, gone)
	}
	for j, i := range s.table {
		switch bit := uint64(1) << j; {
		case hard&bit != 0:
			s.owe(&s.pings[i], dueAck)
		case soft&bit != 0:
			s.owe(&s.pings[i], dueExact)
		}
	}
	s.oweEither(match, live, gone)
	may := s.profile.Policy.May(match, live)
	for j, i := range s.table {
		if may>>j&1 != 0 {
			s.pings[i].lastPongOp = s.op
		}
	}
}

// placesOf are the places in the table whose payload is data, that wait for a Pong,
// and that were cancelled.
func (s *State) placesOf(data string) (match, live, gone uint64) {
	for j, i := range s.table {
		if j == 64 {
			break
		}
		p, bit := &s.pings[i], uint64(1)<<j
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
func (s *State) mustAck(p Policy, match, live, gone uint64) uint64 {
	return p.Must(match, live, gone, s.newestPlace())
}

// newestPlace is the place of the newest ping, if the table has it.
func (s *State) newestPlace() uint64 {
	for j := len(s.table) - 1; j >= 0; j-- {
		if int(s.table[j]) == s.newestSendable() {
			return 1 << j
		}
	}
	return 0
}

// newestSendable is the index of the newest ping that was sent or may be, -1 if there is none.
func (s *State) newestSendable() int {
	for i := len(s.pings) - 1; i >= 0; i-- {
		if p := &s.pings[i]; p.frameSeen || !p.refused {
			return i
		}
	}
	return -1
}

// judgeResolution judges the end of one waiter, or a call to ping that failed.
func (s *State) judgeResolution(ev *Event, r *Resolution) {
	p := s.findPing(r.N, r.Keep)
	if p == nil && r.Keep {
		return // of a keepalive ping that has not been seen
	}
	if p == nil {
		s.note(waiterOnce, Informational, r.N, "a waiter of a ping that was not called for", "")
		return
	}
	s.record.reached |= rulesOf(waiterOnce)
	if r.How == Refused {
		s.judgeRefusal(ev, p, r)
		return
	}
	if p.status == resolved || p.status == cancelled && !(r.How == Cancelled && p.due&dueCancel != 0) {
		s.note(waiterOnce, FAILED, r.N, "", r.How.String())
		return
	}
	switch r.How {
	case Acked:
		s.judgeAck(p, r)
		s.endWaiter(p, resolved)
	case Cancelled:
		if p.due&dueCancel == 0 {
			s.judgeUnasked(p, r, "cancelled")
		}
		s.record.reached |= rulesOf(waiterCancel)
		s.endWaiter(p, cancelled)
	case Failed:
		s.judgeUnasked(p, r, "failed")
		s.endWaiter(p, resolved)
	}
}

// judgeUnasked judges a waiter that failed or was cancelled: on an open
// connection without a reason, and at the close in a way that misleads.
func (s *State) judgeUnasked(p *ping, r *Resolution, how string) {
	if s.mayBeClosing() {
		s.record.reached |= rulesOf(waiterClose)
		if r.How == Cancelled && !r.Keep { // a keepalive may give up its own
			s.note(waiterClose, NonStrict, r.N, "", how)
		}
		return
	}
	if p.due&dueCancel != 0 || p.keepalive || p.status == void {
		return
	}
	s.record.reached |= rulesOf(waiterSpurious)
	s.note(waiterSpurious, NonStrict, r.N, "", how)
}

// mayBeClosing reports whether something ended the connection, or may have.
func (s *State) mayBeClosing() bool {
	return s.conn.phase != open || s.conn.closeAsked || s.conn.dropped || s.in.failing != noRule || s.in.mayRefuse || s.out.closed || s.keep.timedOut
}

func (s *State) judgeAck(p *ping, r *Resolution) {
	if p.pongCameFirst && s.pongsUnread == 0 && len(s.pongsNow) == 0 && p.due&(dueAck|dueExact) == 0 {
		s.note(ackEarly, NonStrict, r.N, "", "")
	} else if s.profile.Policy != OpenPolicy && !p.keepalive && len(s.pongsNow) == 0 && p.due&dueAck == 0 && !s.maybeAcked(p) && s.pongsReceived > p.pongsBefore &&
		s.pongsHandled == s.pongsReceived && !s.mayBeClosing() && !s.senderUnknown {
		s.note(ackPolicy, FAILED, r.N, "no Pong that the policy counts for it", "")
	}
	s.record.reached |= rulesOf(ackNoPong)
	if s.pongsReceived == p.pongsBefore && s.in.failing != noRule {
		s.note(s.in.failing, FAILED, r.N, "a Pong after it was counted", "")
		return
	}
	if s.in.unparseable {
		return
	}
	if s.pongsReceived == p.pongsBefore {
		if s.mayBeClosing() && r.Keep {
			return
		}
		s.note(ackNoPong, FAILED, r.N, "", "")
		return
	}
	if s.info.Sees&SeesFrames != 0 {
		s.record.reached |= rulesOf(ackEarly)
		if !p.frameSeen && !s.senderUnknown {
			s.note(ackEarly, NonStrict, r.N, "", "")
		}
	}
	if r.Timed {
		s.judgeLatency(p, r)
	}
}
