package model

import (
	"time"

	"github.com/pongcheck/pongcheck/frame"
)

// judge holds what was seen of ev against the rules, and takes it over.
func (s *State) judge(ev *Event, seen *Outcome) {
	if seen.Unsupported {
		if ev.Kind == Ping {
			p := s.addCall(ev)
			s.endWaiter(p, resolved)
		}
		return
	}
	s.applyEvent(ev)
	if seen.Err != NoError {
		s.out.messages.recordFailedCall()
	}
	dying := s.mayBeClosing()
	sentClose := s.out.closed
	for i := range seen.Resolutions { // a call that failed is the last to own a frame
		r := &seen.Resolutions[i]
		if p := s.findPing(r.N, r.Keep); p != nil && r.How == Refused {
			p.refused = true
		}
	}
	for i := range seen.Frames {
		s.judgeFrame(ev, &seen.Frames[i])
	}
	s.judgePart(seen.Part)
	s.judgeMessages(seen)
	s.judgeCrash(seen)
	if !dying && (seen.Closed || seen.WroteEOF || s.out.closed && !sentClose) {
		s.judgeDeath(ev, seen)
	}
	if s.out.closed && s.conn.phase == open {
		s.conn.phase = closing
	}
	if s.info.Sees&SeesWaiters != 0 {
		for i := range seen.Resolutions {
			s.judgeResolution(ev, &seen.Resolutions[i])
		}
		if s.record.worst < FAILED {
			s.judgePolicy(seen)
		}
	}
	s.judgeConnectionLatency(seen)
	if ev.Kind == Ping {
		s.judgeAccepted(ev, len(s.calls))
	}
	if seen.WroteEOF {
		s.conn.endedSending = true
	}
	if seen.Closed || ev.Kind == End {
		s.conn.phase = closed
		if s.conn.closedAt == 0 {
			s.conn.closedAt = s.op
		}
	}
	if !seen.Hang { // else time did not pass
		s.judgeKeepalive(ev)
	}
	s.handlePongs(ev)
	switch ev.Kind {
	case Settle:
		s.judgeSettle()
	case End:
		s.judgeEnd()
	}
	s.simple = s.isSimple()
}

// handlePongs counts the Pongs received so far as handled: by the real clock the
// subject may take until the next settle, and a stalled answer holds its reader up.
func (s *State) handlePongs(ev *Event) {
	if !s.conn.blocked && (!s.info.Real || ev.Kind == Settle) {
		s.pongsHandled, s.pongsUnread = s.pongsReceived, 0
	}
}

// applyEvent takes over what ev means before anything is seen of it.
func (s *State) applyEvent(ev *Event) {
	switch {
	case fromPeer.Has(ev.Kind):
		s.receiveEvent(ev)
	case ev.Kind == Ping:
		s.recordCall(ev)
	case ev.Kind == Cancel:
		if p := s.findPing(ev.N, ev.Keep); p != nil && (p.status == waiting || p.status == void) {
			s.owe(p, dueCancel)
			s.keep.excused = s.keep.excused || ev.Keep
		}
	case ev.Kind == Close:
		s.conn.closeAsked, s.conn.closeCode = true, ev.N
	case ev.Kind == Drop || ev.Kind == End:
		s.conn.dropped, s.conn.broken = true, true
	case ev.Kind == EOF:
		if in := &s.in; in.decoder.Pending() > 0 {
			if f := in.decoder.Partial(); f.Opcode == frame.Ping {
				in.cutPing, in.pingCutOff = string(f.Payload), true
				s.record.reached |= rulesOf(pongPartial)
			}
		}
		s.conn.dropped = true
	case ev.Kind == SendPong:
		s.responder.excuse(ev.Data) // the application's own, whenever it leaves
	case ev.Kind == Block:
		if !s.conn.blocked {
			s.conn.blockedAt = s.now
		}
		s.conn.blocked, s.keep.excused = true, true
	case ev.Kind == Resume:
		s.conn.blocked, s.conn.resumedAt = false, s.op
	case ev.Kind == MsgSend:
		if s.conn.phase != closed {
			s.out.messages.recordSend(ev.Text, ev.Data, s.mayBeClosing())
		}
	}
}

func (s *State) judgeCrash(seen *Outcome) {
	s.record.reached |= rulesOf(crashed, hung)
	if seen.Crash.Class != "" {
		s.note(crashed, FAILED, 0, seen.Crash.Where, seen.Crash.String())
		s.record.setCrash(seen.Crash.Class)
	}
	if seen.Hang {
		s.note(hung, FAILED, 0, "", "")
	}
}

// judgeDeath judges a connection that the subject ended although nobody asked
// for it.
func (s *State) judgeDeath(ev *Event, seen *Outcome) {
	if seen.Crash.Class != "" || seen.Hang {
		s.conn.phase = closing // the crash says it all
		return
	}
	at := s.timeOfDeath(seen)
	switch {
	case s.in.decoder.Pending() > 0: // a frame that does not end may be given up
	case s.cfg.Interval > 0 && (s.keepaliveEnds(at) || s.keep.excused):
		s.keep.timedOut = true
	case s.in.legalFrame && s.in.legalInMessage:
		s.note(messageReceived, FAILED, 0, "", "")
	case s.in.legalFrame:
		s.note(recvLegal, FAILED, 0, "", "")
	case s.cfg.Interval > 0:
		s.record.reached |= rulesOf(keepEarly)
		s.note(keepEarly, s.severity(s.profile.Keeps), 0, "", at.String())
	case s.conn.blocked: // a write that stalls may be given up, and the connection with it
	default:
		s.note(recvLegal, NonStrict, 0, "nothing asked for its end", "")
	}
	s.conn.phase = closing
}

func (s *State) timeOfDeath(seen *Outcome) time.Duration {
	for i := range seen.Frames {
		if seen.Frames[i].Opcode == frame.Close {
			return s.timeOf(seen.Frames[i].At)
		}
	}
	if seen.WroteEOF && !seen.Closed {
		return s.timeOf(seen.EOFAt)
	}
	return s.timeOf(seen.ClosedAt)
}

// hasEnded reports whether the subject showed that it ended the connection.
func (s *State) hasEnded() bool {
	return s.out.closed || s.conn.phase == closed || s.conn.endedSending
}

// judgeSettle judges what is absent now that nothing is left to do.
func (s *State) judgeSettle() {
	in := &s.in
	s.conn.settledAt = s.op
	if in.failing != noRule && !s.hasEnded() && !s.conn.dropped && !s.conn.blocked {
		s.note(in.failing, FAILED, 0, "the connection lives on", "")
	}
	if in.mayRefuse && !in.unparseable && !s.hasEnded() && !s.conn.blocked && in.decoder.Pending() == 0 && !in.state.InMessage {
		if in.lintBroken != noRule {
			s.note(in.lintBroken, NonStrict, 0, "", "accepted")
		}
		in.mayRefuse, in.lintBroken = false, noRule
	}
	if h := in.decoder.Partial().Header; h.Length>>63 != 0 && !s.hasEnded() && !s.conn.blocked {
		s.note(recvHighBit, NonStrict, 0, "", "accepted") // what it declares never comes
	}
	if s.conn.phase == open && !s.conn.dropped && !s.conn.blocked && !s.mayBeClosing() {
		s.settleOpenConn()
	}
	if s.conn.phase == closed || s.conn.broken || s.conn.dropped && !s.conn.blocked {
		s.judgeOpenWaiters()
	}
	s.noteHeldBack()
}

func (s *State) settleOpenConn() {
	p := &s.responder
	p.excusedOverflow = false // what was excused and has not come does not come any more
	if n := len(p.owed); n > 0 && s.info.Sees&SeesFrames != 0 {
		newest := p.owed[n-1]
		for i := range p.suspects {
			if x := &p.suspects[i]; x.ping == newest {
				s.noteEcho(x)
				break
			}
		}
		s.note(pongOwed, FAILED, 0, newest, "")
		p.excuseAll()
	}
	if in := &s.in; len(in.expected) > 0 && !in.contentUnknown && s.info.Sees&SeesMessages != 0 {
		s.note(messageReceived, FAILED, 0, in.expected[0].Data, "nothing was delivered")
		in.expected = in.expected[:0]
	}
	s.out.messages.unsent = s.out.messages.unsent[:0] // what did not leave is lost
	for i := 0; s.owing > 0 && i < len(s.pings); i++ {
		if p := &s.pings[i]; p.due != 0 {
			s.judgeDues(p)
		}
	}
	for j := 0; j < len(s.unsent); {
		if p := &s.pings[s.unsent[j]]; p.status != waiting {
			s.unqueue(p) // what was cancelled and has not left by now never will
		} else {
			j++
		}
	}
}

// judgeDues judges what p still owes.
func (s *State) judgeDues(p *ping) {
	n := int(p.number)
	if s.info.Sees&SeesWaiters != 0 {
		switch {
		case p.due&dueAck != 0:
			rule := ackExact
			if s.profile.Policy != OpenPolicy && s.profile.Policy != Exact {
				rule = ackPolicy
			}
			s.note(rule, FAILED, n, "acknowledged", "still waiting")
		case p.due&dueExact != 0:
			s.note(ackExact, NonStrict, n, "acknowledged", "still waiting")
		}
		if p.due&dueCancel != 0 && !(p.keepalive && s.senderUnknown) { // perhaps the keepalive has sent nothing
			s.note(waiterCancel, NonStrict, n, "", "")
		}
	}
	if p.due&dueSend != 0 && !s.senderUnknown && p.status == waiting && p.due&dueCancel == 0 && s.info.Sees&SeesFrames != 0 {
		s.note(pingSent, s.severity(s.profile.Sends), n, p.data, "no Ping left")
	}
	s.pay(p, dueAll)
}

// judgeEnd judges the end of a trace: every waiter has ended.
func (s *State) judgeEnd() {
	if in := &s.in; in.failing != noRule && s.op > in.failAt && !s.hasEnded() {
		in.bytesAfterFailure = true
	}
	s.judgeOpenWaiters()
	s.noteHeldBack()
	s.noteConvincing()
}

func (s *State) judgeOpenWaiters() {
	if s.info.Sees&SeesWaiters == 0 {
		return
	}
	s.record.reached |= rulesOf(waiterLost)
	for j := 0; j < len(s.table); { // whoever ends leaves the table
		p := &s.pings[s.table[j]]
		if p.status != waiting || p.keepalive {
			j++
			continue
		}
		if s.profile.Leaves {
			s.record.reached |= rulesOf(waiterLeft)
			s.note(waiterLeft, NonStrict, int(p.number), "", "")
			s.endWaiter(p, void) // the application may still stop waiting
			continue
		}
		s.note(waiterLost, FAILED, int(p.number), "", "")
		s.endWaiter(p, resolved)
	}
}

// noteHeldBack tells what was only to be told if nothing came to set it right.
func (s *State) noteHeldBack() {
	for _, l := range s.record.heldBack {
		s.note(l.rule, NonStrict, 0, "", l.data)
	}
	s.record.heldBack = s.record.heldBack[:0]
}

// noteConvincing tells what is convincing although nothing proves it.
func (s *State) noteConvincing() {
	if x := s.responder.convincingSuspect(); x != nil {
		s.noteEcho(x)
	}
	if n := len(s.responder.owed); n > 0 && s.info.Sees&SeesFrames != 0 && !s.mayBeClosing() && s.record.worst < FAILED {
		s.infer(pongOwed, Informational, s.responder.owed[n-1], "")
	}
}

func (s *State) noteEcho(x *suspect) {
	op := s.op
	s.op = x.op
	s.infer(pongEcho, FAILED, x.ping, x.pong)
	s.op = op
	s.record.lastFinding().Innocent = "the Pong was unsolicited, and the Ping is answered later, or excused by a later answer: " +
		"both are legal (5.5.3), though the Pong is the Ping's data " + manglingWords[x.how]
}
