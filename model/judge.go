package model

import (
	"time"

	"github.com/pongcheck/pongcheck/frame"
)

// judge holds what was seen of ev against the rules, and takes it over.
func (s *State) judge(ev *Event, seen *Outcome) {
	if seen.Unsupported {
		if ev.Kind == Ping {
			p := s.call(ev)
			s.end(p, resolved)
		}
		return
	}
	s.arrive(ev)
	if seen.Err != NoError {
		s.out.messages.fail()
	}
	dying := s.dying()
	sentClose := s.out.closed
	for i := range seen.Resolutions { // a call that failed is the last to own a frame
		r := &seen.Resolutions[i]
		if p := s.find(r.N, r.Keep); p != nil && r.How == Refused {
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
	if s.out.closed && s.ends.phase == open {
		s.ends.phase = closing
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
		s.ends.ended = true
	}
	if seen.Closed || ev.Kind == End {
		s.ends.phase = closed
		if s.ends.closedAt == 0 {
			s.ends.closedAt = s.op
		}
	}
	if !seen.Hang { // else time did not pass
		s.judgeKeepalive(ev)
	}
	s.handlePongs(ev)
	switch ev.Kind {
	case Settle:
		s.settle()
	case End:
		s.conserve()
	}
	s.simple = s.isSimple()
}

// handlePongs counts the Pongs received so far as handled: by the real clock the
// subject may take until the next settle, and a stalled answer holds its reader up.
func (s *State) handlePongs(ev *Event) {
	if !s.ends.blocked && (!s.info.Real || ev.Kind == Settle) {
		s.handled, s.unread = s.pongs, 0
	}
}

// arrive takes over what ev means before anything is seen of it.
func (s *State) arrive(ev *Event) {
	switch {
	case fromPeer.Has(ev.Kind):
		s.receive(ev)
	case ev.Kind == Ping:
		s.called(ev)
	case ev.Kind == Cancel:
		if p := s.find(ev.N, ev.Keep); p != nil && (p.status == waiting || p.status == void) {
			s.owe(p, dueCancel)
			s.keep.soft = s.keep.soft || ev.Keep
		}
	case ev.Kind == Close:
		s.ends.asked, s.ends.code = true, ev.N
	case ev.Kind == Drop || ev.Kind == End:
		s.ends.dropped, s.ends.broken = true, true
	case ev.Kind == EOF:
		if in := &s.in; in.decoder.Pending() > 0 {
			if f := in.decoder.Partial(); f.Opcode == frame.Ping {
				in.cut, in.wasCut = string(f.Payload), true
				s.record.reached |= setOf(pongPartial)
			}
		}
		s.ends.dropped = true
	case ev.Kind == SendPong:
		s.ponger.excuse(ev.Data) // the application's own, whenever it leaves
	case ev.Kind == Block:
		if !s.ends.blocked {
			s.ends.since = s.now
		}
		s.ends.blocked, s.keep.soft = true, true
	case ev.Kind == Resume:
		s.ends.blocked, s.ends.resumed = false, s.op
	case ev.Kind == MsgSend:
		if s.ends.phase != closed {
			s.out.messages.send(ev.Text, ev.Data, s.dying())
		}
	}
}

func (s *State) judgeCrash(seen *Outcome) {
	s.record.reached |= setOf(crashed, hung)
	if seen.Crash.Class != "" {
		s.note(crashed, FAILED, 0, seen.Crash.Where, seen.Crash.String())
		s.record.crash(seen.Crash.Class)
	}
	if seen.Hang {
		s.note(hung, FAILED, 0, "", "")
	}
}

// judgeDeath judges a connection that the subject ended although nobody asked
// for it.
func (s *State) judgeDeath(ev *Event, seen *Outcome) {
	if seen.Crash.Class != "" || seen.Hang {
		s.ends.phase = closing // the crash says it all
		return
	}
	at := s.deathTime(seen)
	switch {
	case s.in.decoder.Pending() > 0: // a frame that does not end may be given up
	case s.cfg.Interval > 0 && (s.keepaliveEnds(at) || s.keep.soft):
		s.keep.ended = true
	case s.in.fresh && s.in.wrapped:
		s.note(messageReceived, FAILED, 0, "", "")
	case s.in.fresh:
		s.note(recvLegal, FAILED, 0, "", "")
	case s.cfg.Interval > 0:
		s.record.reached |= setOf(keepEarly)
		s.note(keepEarly, s.contract(s.profile.Keeps), 0, "", at.String())
	case s.ends.blocked: // a write that stalls may be given up, and the connection with it
	default:
		s.note(recvLegal, NonStrict, 0, "nothing asked for its end", "")
	}
	s.ends.phase = closing
}

func (s *State) deathTime(seen *Outcome) time.Duration {
	for i := range seen.Frames {
		if seen.Frames[i].Opcode == frame.Close {
			return s.stamp(seen.Frames[i].At)
		}
	}
	if seen.WroteEOF && !seen.Closed {
		return s.stamp(seen.EOFAt)
	}
	return s.stamp(seen.ClosedAt)
}

// dead reports whether the subject showed that it ended the connection.
func (s *State) dead() bool {
	return s.out.closed || s.ends.phase == closed || s.ends.ended
}

// settle judges what is absent now that nothing is left to do.
func (s *State) settle() {
	in := &s.in
	s.ends.settled = s.op
	if in.failing != noRule && !s.dead() && !s.ends.dropped && !s.ends.blocked {
		s.note(in.failing, FAILED, 0, "the connection lives on", "")
	}
	if in.soft && !in.lost && !s.dead() && !s.ends.blocked && in.decoder.Pending() == 0 && !in.state.InMessage {
		if in.softRule != noRule {
			s.note(in.softRule, NonStrict, 0, "", "accepted")
		}
		in.soft, in.softRule = false, noRule
	}
	if h := in.decoder.Partial().Header; h.Length>>63 != 0 && !s.dead() && !s.ends.blocked {
		s.note(recvHighBit, NonStrict, 0, "", "accepted") // what it declares never comes
	}
	if s.ends.phase == open && !s.ends.dropped && !s.ends.blocked && !s.dying() {
		s.settleOpen()
	}
	if s.ends.phase == closed || s.ends.broken || s.ends.dropped && !s.ends.blocked {
		s.conserveWaiters()
	}
	s.tellLate()
}

func (s *State) settleOpen() {
	p := &s.ponger
	p.forgot = false // what was excused and has not come does not come any more
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
	if in := &s.in; len(in.expect) > 0 && !in.packed && s.info.Sees&SeesMessages != 0 {
		s.note(messageReceived, FAILED, 0, in.expect[0].Data, "nothing was delivered")
		in.expect = in.expect[:0]
	}
	s.out.messages.wanted = s.out.messages.wanted[:0] // what did not leave is lost
	for i := 0; s.dues > 0 && i < len(s.pings); i++ {
		if p := &s.pings[i]; p.due != 0 {
			s.settlePing(p)
		}
	}
	for j := 0; j < len(s.unsent); {
		if p := &s.pings[s.unsent[j]]; p.status != waiting {
			s.uncount(p) // what was cancelled and has not left by now never will
		} else {
			j++
		}
	}
}

// settlePing judges what p still owes.
func (s *State) settlePing(p *ping) {
	n := int(p.n)
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
		if p.due&dueCancel != 0 && !(p.keep && s.vague) { // perhaps the keepalive has sent nothing
			s.note(waiterCancel, NonStrict, n, "", "")
		}
	}
	if p.due&dueSend != 0 && !s.vague && p.status == waiting && p.due&dueCancel == 0 && s.info.Sees&SeesFrames != 0 {
		s.note(pingSent, s.contract(s.profile.Sends), n, p.data, "no Ping left")
	}
	s.pay(p, dueAll)
}

// conserve judges the end of a trace: every waiter has ended.
func (s *State) conserve() {
	if in := &s.in; in.failing != noRule && s.op > in.failAt && !s.dead() {
		in.late = true
	}
	s.conserveWaiters()
	s.tellLate()
	s.finish()
}

func (s *State) conserveWaiters() {
	if s.info.Sees&SeesWaiters == 0 {
		return
	}
	s.record.reached |= setOf(waiterLost)
	for j := 0; j < len(s.table); { // whoever ends leaves the table
		p := &s.pings[s.table[j]]
		if p.status != waiting || p.keep {
			j++
			continue
		}
		if s.profile.Leaves {
			s.record.reached |= setOf(waiterLeft)
			s.note(waiterLeft, NonStrict, int(p.n), "", "")
			s.end(p, void) // the application may still stop waiting
			continue
		}
		s.note(waiterLost, FAILED, int(p.n), "", "")
		s.end(p, resolved)
	}
}

// tellLate tells what was only to be told if nothing came to set it right.
func (s *State) tellLate() {
	for _, l := range s.record.late {
		s.note(l.rule, NonStrict, 0, "", l.data)
	}
	s.record.late = s.record.late[:0]
}

// finish tells what is convincing although nothing proves it.
func (s *State) finish() {
	if x := s.ponger.convincing(); x != nil {
		s.noteEcho(x)
	}
	if n := len(s.ponger.owed); n > 0 && s.info.Sees&SeesFrames != 0 && !s.dying() && s.record.worst < FAILED {
		s.infer(pongOwed, Informational, s.ponger.owed[n-1], "")
	}
}

func (s *State) noteEcho(x *suspect) {
	op := s.op
	s.op = x.op
	s.infer(pongEcho, FAILED, x.ping, x.pong)
	s.op = op
	s.record.last().Innocent = "the Pong was unsolicited, and the Ping is answered later, or excused by a later answer: " +
		"both are legal (5.5.3), though the Pong is the Ping's data " + manglingWords[x.how]
}
