package model

import (
	"time"

	"github.com/pongcheck/pongcheck/frame"
)

// judge holds what was seen of ev against the rules, and takes it over.
func (s *State) judge(ev *Event, seen *Outcome) {
	if seen.Unsupported {
		if ev.Kind == Ping {
			p := s.tracker.addCall(&s.env, ev)
			s.tracker.endWaiter(p, resolved)
		}
		return
	}
	s.applyEvent(ev)
	if seen.Err != NoError {
		s.out.messages.recordFailedCall()
	}
	dying := s.mayBeClosing()
	sentClose := s.conn.sentClose
	for i := range seen.Resolutions { // a call that failed is the last to own a frame
		r := &seen.Resolutions[i]
		if p := s.tracker.findPing(r.N, r.Keep); p != nil && r.How == Refused {
			p.refused = true
		}
	}
	for i := range seen.Frames {
		s.judgeFrame(ev, &seen.Frames[i])
	}
	s.out.judgePart(&s.env, seen.Part)
	s.in.judgeMessages(&s.env, seen)
	s.judgeCrash(seen)
	if !dying && (seen.Closed || seen.WroteEOF || s.conn.sentClose && !sentClose) {
		s.judgeDeath(ev, seen)
	}
	if s.conn.sentClose && s.conn.phase == open {
		s.conn.phase = closing
	}
	if s.info.Sees&SeesWaiters != 0 {
		for i := range seen.Resolutions {
			s.tracker.judgeResolution(&s.env, ev, &seen.Resolutions[i])
		}
		if s.record.worst < FAILED {
			s.tracker.judgePolicy(&s.env, seen)
		}
	}
	s.tracker.judgeConnectionLatency(&s.env, seen)
	if ev.Kind == Ping {
		s.tracker.judgeAccepted(&s.env, ev, len(s.tracker.calls))
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
		s.keep.judge(&s.env, &s.tracker, ev)
	}
	s.tracker.handlePongs(&s.env, ev)
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
func (t *tracker) handlePongs(e *env, ev *Event) {
	if !e.conn.blocked && (!e.info.Real || ev.Kind == Settle) {
		t.pongsHandled, t.pongsUnread = t.pongsReceived, 0
	}
}

// applyEvent takes over what ev means before anything is seen of it.
func (s *State) applyEvent(ev *Event) {
	switch {
	case fromPeer.Has(ev.Kind):
		s.receiveEvent(ev)
	case ev.Kind == Ping:
		s.tracker.recordCall(&s.env, ev)
	case ev.Kind == Cancel:
		if p := s.tracker.findPing(ev.N, ev.Keep); p != nil && (p.status == waiting || p.status == void) {
			s.tracker.owe(p, dueCancel)
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
				s.reach(pongPartial)
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
	s.reach(crashed, hung)
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
	case s.cfg.Interval > 0 && (s.keep.endsConnection(&s.env, &s.tracker, at) || s.keep.excused):
		s.conn.timedOut = true
	case s.in.legalFrame && s.in.legalInMessage:
		s.note(messageReceived, FAILED, 0, "", "")
	case s.in.legalFrame:
		s.note(recvLegal, FAILED, 0, "", "")
	case s.cfg.Interval > 0:
		s.reach(keepEarly)
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

// judgeSettle judges what is absent now that nothing is left to do.
func (s *State) judgeSettle() {
	e := &s.env
	e.conn.settledAt = e.op
	s.in.judgeSettle(e)
	if e.conn.phase == open && !e.conn.dropped && !e.conn.blocked && !e.mayBeClosing() {
		s.responder.judgeSettle(e)
		s.in.judgeUndelivered(e)
		s.out.messages.unsent = s.out.messages.unsent[:0] // what did not leave is lost
		s.tracker.judgeSettle(e)
	}
	if e.conn.phase == closed || e.conn.broken || e.conn.dropped && !e.conn.blocked {
		s.tracker.judgeOpenWaiters(e)
	}
	e.noteHeldBack()
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
			e.note(rule, FAILED, n, "acknowledged", "still waiting")
		case p.due&dueExact != 0:
			e.note(ackExact, NonStrict, n, "acknowledged", "still waiting")
		}
		if p.due&dueCancel != 0 && !(p.keepalive && t.senderUnknown) { // perhaps the keepalive has sent nothing
			e.note(waiterCancel, NonStrict, n, "", "")
		}
	}
	if p.due&dueSend != 0 && !t.senderUnknown && p.status == waiting && p.due&dueCancel == 0 && e.info.Sees&SeesFrames != 0 {
		e.note(pingSent, e.severity(e.profile.Sends), n, p.data, "no Ping left")
	}
	t.pay(p, dueAll)
}

// judgeEnd judges the end of a trace: every waiter has ended.
func (s *State) judgeEnd() {
	if in := &s.in; s.conn.failing != noRule && s.op > s.conn.failedAt && !s.hasEnded() {
		in.bytesAfterFailure = true
	}
	s.tracker.judgeOpenWaiters(&s.env)
	s.endTranscript()
}

// endTranscript notes what was held back, and what is convincing by now.
func (s *State) endTranscript() {
	s.env.noteHeldBack()
	s.responder.noteConvincing(&s.env)
}

// judgeOpenWaiters judges the waiters that wait on although the connection is closed.
func (t *tracker) judgeOpenWaiters(e *env) {
	if e.info.Sees&SeesWaiters == 0 {
		return
	}
	e.reach(waiterLost)
	for j := 0; j < len(t.table); { // whoever ends leaves the table
		p := &t.pings[t.table[j]]
		if p.status != waiting || p.keepalive {
			j++
			continue
		}
		if e.profile.Leaves {
			e.reach(waiterLeft)
			e.note(waiterLeft, NonStrict, int(p.number), "", "")
			t.endWaiter(p, void) // the application may still stop waiting
			continue
		}
		e.note(waiterLost, FAILED, int(p.number), "", "")
		t.endWaiter(p, resolved)
	}
}

// noteHeldBack tells what was only to be told if nothing came to set it right.
func (e *env) noteHeldBack() {
	for _, l := range e.record.heldBack {
		e.note(l.rule, NonStrict, 0, "", l.data)
	}
	e.record.heldBack = e.record.heldBack[:0]
}

// noteConvincing tells what is convincing although nothing proves it.
func (r *responder) noteConvincing(e *env) {
	if x := r.convincingSuspect(); x != nil {
		r.noteEcho(e, x)
	}
	if n := len(r.owed); n > 0 && e.info.Sees&SeesFrames != 0 && !e.mayBeClosing() && e.record.worst < FAILED {
		e.infer(pongOwed, Informational, r.owed[n-1], "")
	}
}

// noteEcho notes a mangled answer at the op that brought it.
func (r *responder) noteEcho(e *env, x *suspect) {
	op := e.op
	e.op = x.op
	e.recordFinding(Finding{Rule: pongEcho, Verdict: FAILED, Certainty: Inferred, Want: x.ping, Got: x.pong, Innocent: "the Pong was unsolicited, and the Ping is answered later, or excused by a later answer: " +
		"both are legal (5.5.3), though the Pong is the Ping's data " + manglingWords[x.how]})
	e.op = op
}
