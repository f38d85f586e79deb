package model

import (
	"time"

	"github.com/pongcheck/pongcheck/frame"
)

// The rules of failures of the subject as a program.
const (
	crashed RuleID = endKeepaliveRules + iota
	hung
	leaked
	endCrashRules
)

var crashRules = ruleFamily{crashSentence, map[RuleID]Rule{
	crashed: {"crash", Contract, "",
		"No exception escapes from handling what a peer sends or what an application may call.", SeesCrash, ""},
	hung: {"hang", Contract, "",
		"After every event the endpoint comes to rest.", 0, ""},
	leaked: {"leak", Contract, "",
		"What runs for a connection ends with it, a minute after its transport broke at the latest.", 0, ""},
}}

// crashSentence says what a finding by a rule of this family found.
func crashSentence(f *Finding) string {
	switch f.Rule {
	case crashed:
		if f.Fatal {
			return f.Got + " ended the process"
		}
		return f.Got + " escaped"
	case hung:
		if f.Got != "" {
			return "it did not come to rest: " + f.Got
		}
		return "it did not come to rest"
	case leaked:
		return "a goroutine is left behind: " + f.Got
	}
	return ""
}

// undone stands for an op that the subject cannot do.
var undone = Event{Kind: Advance}

// judge judges what was seen of ev by the rules, and brings the state up to date.
func (s *State) judge(ev *Event, seen *Outcome) {
	if seen.Unsupported {
		if ev.Kind == Ping {
			p := s.tracker.addCall(&s.env, ev)
			s.tracker.endWaiter(p, resolved)
		}
		if !s.joined {
			return
		}
		ev = &undone // what shows is of the bytes that waited for the op
	}
	s.applyEvent(ev)
	if seen.Err != NoError {
		s.out.messages.recordFailedCall()
		s.responder.recordFailedCall()
		s.ending.recordFailedCall()
	}
	wasClosing, hadSentClose := s.mayBeClosing(), s.conn.sentClose
	s.tracker.markRefused(seen)
	for i := range seen.Frames {
		s.judgeFrame(ev, &seen.Frames[i])
	}
	if !s.foreign {
		s.out.judgePart(&s.env, seen.Part)
	}
	s.in.judgeMessages(&s.env, seen)
	s.judgeCrash(seen)
	if !wasClosing && (seen.Closed || seen.WroteEOF || s.conn.sentClose && !hadSentClose) {
		s.judgeUnaskedEnd(seen)
	}
	if s.conn.sentClose && s.conn.phase == open {
		s.conn.phase = closing
	}
	for i := range seen.Resolutions {
		if r := &seen.Resolutions[i]; s.info.showsEnd(r.How) {
			s.tracker.judgeResolution(&s.env, ev, r)
		}
	}
	if s.info.Sees&SeesWaiters != 0 && s.record.worst < FAILED && !ev.Join {
		s.tracker.judgePolicy(&s.env, seen)
	}
	s.tracker.judgeConnectionLatency(&s.env, seen)
	if ev.Kind == Ping {
		s.tracker.judgeAccepted(&s.env)
	}
	if seen.WroteEOF {
		s.ending.judgeEOF(&s.env)
		s.conn.endedSending = true
	}
	if seen.Told.Said {
		s.ending.judgeTold(&s.env, seen.Told)
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
		n := len(s.record.findings)
		s.judgeSettle()
		s.noteMissing(n, seen)
	case End:
		s.judgeEnd()
	}
	s.simpleNow = s.isSimple()
}

// applyEvent brings the state up to what ev does, before its outcome is judged.
func (s *State) applyEvent(ev *Event) {
	switch {
	case fromPeer.Has(ev.Kind):
		s.receiveEvent(ev)
	case ev.Kind == Ping:
		s.tracker.recordCall(&s.env, ev)
	case ev.Kind == Cancel:
		if p := s.tracker.findPing(ev.N, ev.Keep); p != nil && (p.status == waiting || p.status == void) {
			s.tracker.addDue(p, dueCancel)
			s.keep.cancelled = s.keep.cancelled || ev.Keep
		}
	case ev.Kind == Close:
		s.ending.recordCall(&s.env, ev.N)
		s.conn.closeAsked, s.conn.closeCode = true, ev.N
	case ev.Kind == Drop || ev.Kind == End:
		s.conn.dropped, s.conn.broken = true, true
	case ev.Kind == EOF:
		if in := &s.in; in.decoder.Pending() > 0 {
			if f := in.decoder.Partial(); f.Opcode == frame.Ping {
				in.cutPing, in.pingCutOff = string(f.Payload), true
				s.markReached(pongPartial)
			}
		}
		s.conn.dropped = true
	case ev.Kind == SendPong:
		s.responder.handPong(&s.env, ev.Data)
	case ev.Kind == Block:
		if !s.conn.blocked {
			s.conn.blockedAt = s.now
		}
		s.conn.blocked, s.keep.stalled = true, true
		s.ending.stalled = s.ending.stalled || s.ending.owes(&s.env, &s.conn)
	case ev.Kind == Resume:
		s.conn.blocked, s.conn.resumedAt = false, s.op
	case ev.Kind == MsgSend:
		if s.conn.phase != closed {
			s.out.messages.recordSend(ev.Text, ev.Data, s.mayBeClosing())
		}
	}
}

// receiveEvent decodes what ev brings from the peer.
func (s *State) receiveEvent(ev *Event) {
	in := &s.in
	if s.conn.phase == closed || s.conn.dropped || s.conn.unparseable {
		return
	}
	if ev.Kind != Raw || ev.Data != "" {
		s.keep.receiveBytes(&s.env)
	}
	if in.decoder.Pending() > 0 && in.state.Deflate && (ev.Kind == Msg || ev.Kind == Frag || ev.Kind == Cont) {
		s.conn.unparseable, s.conn.mayRefuse = true, true // only the subject's side knows the compressed bytes
		return
	}
	if ev.Kind != Raw && in.decoder.Pending() == 0 {
		h, data := PeerFrame(ev, s.cfg.Role)
		s.receiveFrame(h, data, ev.Data)
		return
	}
	bytes := in.encodeEvent(ev, s.cfg.Role)
	for len(bytes) > 0 {
		f, n := in.decoder.Next(bytes)
		bytes = bytes[n:]
		if f == nil {
			break
		}
		if in.state.Deflate && (f.RSV&frame.RSV1 != 0 || in.compressed && f.Opcode == frame.Continuation) {
			in.contentUnknown, s.conn.mayRefuse = true, true // only the subject inflates it, if it can be
		}
		if !f.Last() || f.Offset != 0 {
			in.contentUnknown, s.conn.mayRefuse = true, true
		}
		data := string(f.Payload)
		s.receiveFrame(f.Header, data, data)
	}
	if in.decoder.Pending() > 0 && in.badAlready(s.cfg.Role) {
		s.conn.mayRefuse = true // half of a bad frame: it may be refused before it is whole
	}
}

// receiveFrame hands one whole frame of the peer's to the part that it concerns.
// message is the uncompressed content of a data frame.
func (s *State) receiveFrame(h frame.Header, data, message string) {
	in := &s.in
	s.keep.receiveFrame(&s.env, &s.tracker)
	if in.closeReceived {
		if frame.Judge(h, in.state) != 0 {
			s.ending.replyOwed = false // what breaks the rules may be answered by the end alone (7.1.7)
		}
		s.receiveAfterClose(h, message)
		return
	}
	if s.conn.failing != noRule {
		in.mayCarryMessage = true
		if h.Opcode == frame.Ping && len(in.pingsAfterFailure) < 64 {
			in.pingsAfterFailure = append(in.pingsAfterFailure, latePing{data, s.op})
		}
		return
	}
	v := frame.Judge(h, in.state)
	if s.foreign {
		v = 0
	}
	if s.in.receiveBadHeader(&s.env, h, v, data) {
		s.responder.excuseAll() // a subject that fails the connection may drop the Pongs it owed
		return
	}
	if !s.conn.mayRefuse {
		in.legalFrame = true
		s.markReached(recvLegal)
	}
	in.legalInMessage = in.legalInMessage || in.state.InMessage
	switch h.Opcode {
	case frame.Ping:
		s.responder.receivePing(&s.env, data)
	case frame.Pong:
		s.keep.receivePong(&s.env, &s.tracker, data)
		s.tracker.receivePong(&s.env, data, s.conn.blocked && len(s.responder.owed) > 0)
	case frame.Close:
		in.closeReceived = true
		s.ending.receiveClose(&s.env, data)
		if s.conn.phase == open {
			s.conn.phase = closing
		}
		s.responder.excuseAtClose(&s.env)
	default:
		in.legalData = true
		s.in.receiveData(&s.env, h, message)
	}
}

// receiveAfterClose records a frame that comes after the peer's Close. Nothing of it is due,
// but a subject may count a Pong, and deliver a message. RFC 6455 section 1.4: "After
// receiving a control frame indicating the connection should be closed, a peer discards any
// further data received."
func (s *State) receiveAfterClose(h frame.Header, message string) {
	switch {
	case h.Opcode == frame.Pong:
		s.tracker.pongsReceived++
		s.tracker.pongsUnread++
	case h.Opcode.Control():
	case frame.Judge(h, s.in.state) != 0:
		s.in.contentUnknown = true
	default:
		s.in.receiveData(&s.env, h, message)
	}
}

// judgeFrame judges one frame that the subject wrote.
func (s *State) judgeFrame(ev *Event, f *Frame) {
	h := f.header(s.cfg.Role)
	s.keep.lastSentAt = s.timeOf(f.At)
	if !s.foreign {
		s.judgeShape(h, f)
	}
	if s.conn.closedAt != 0 && s.conn.closedAt < s.op && s.info.Sees&SeesClosed != 0 {
		s.noteDetail(sendAfterClosed, FAILED, 0, sentDetail(f.Opcode), f.Opcode.String(), f.Data)
	}
	switch f.Opcode {
	case frame.Ping:
		if s.tracker.judgePing(&s.env, ev, f) {
			s.keep.recordPing(&s.env, &s.tracker)
		}
	case frame.Pong:
		s.responder.judgePong(&s.env, &s.in, f)
	case frame.Close:
		if s.out.judgeClose(&s.env, f); s.ending.sentCode == 0 {
			s.ending.sentCode = codeOf(f.Data)
		}
		if s.conn.resumedAt == s.op {
			s.responder.excuseAll() // the Close may have been queued before the Pings came
		}
	default:
		s.out.judgeData(&s.env, h, f)
	}
}

// judgeShape judges the header of a frame that the subject wrote.
func (s *State) judgeShape(h frame.Header, f *Frame) {
	s.markReached(sendMask, sendRSV, sendOpcode, sendMinimal, sendLength)
	bad := s.out.judgeHeader(&s.env, h, f.Data)
	s.out.messages.opaque = s.out.messages.opaque || bad&hiding != 0
	if f.Opcode.Control() {
		s.markReached(sendFin, sendControlLength)
	}
	if s.cfg.Deflate != NoDeflate && (f.Opcode.Control() || f.Opcode == frame.Continuation) {
		s.markReached(sendRSV1)
	}
}

// judgeUnaskedEnd judges a connection that the subject ended although nobody asked
// for it.
func (s *State) judgeUnaskedEnd(seen *Outcome) {
	if seen.Crash.Class != "" || seen.Hang {
		s.conn.phase = closing // the crash says it all
		return
	}
	at := s.timeOfEnd(seen)
	switch {
	case s.in.decoder.Pending() > 0: // a subject may give up a frame that does not end
	case s.keep.mayEndUnasked(&s.env, &s.tracker, at):
		s.conn.timedOut = true
	case s.in.legalFrame:
		s.judgeEndByLegalFrame(seen)
	case s.cfg.Interval > 0:
		s.markReached(keepEarly)
		s.note(keepEarly, s.breachVerdict(s.profile.Keeps), 0, "", at.String())
	case s.conn.blocked: // a subject may give up a write that stalls, and the connection with it
	case s.in.mayRefuseLate: // a subject may act late on what it may refuse
	default:
		s.note(recvLegal, NonStrict, 0, "nothing asked for its end", "")
	}
	s.conn.phase = closing
}

// judgeEndByLegalFrame judges an end of the connection that a legal frame led to. RFC 6455
// section 7.3: "Servers MAY close the WebSocket connection whenever desired. Clients SHOULD
// NOT close the WebSocket connection arbitrarily." So a Close for a limit or a policy is no
// failure; one that accuses the peer is, and so is an end without a word.
func (s *State) judgeEndByLegalFrame(seen *Outcome) {
	f := seen.firstClose()
	accuses := f != nil && f.Accuses()
	switch {
	case !accuses && s.passedLimit():
	case accuses || f == nil && !s.conn.blocked && s.seesCause():
		rule, d := recvLegal, noDetail
		if accuses {
			d = accused
		}
		if s.in.legalInMessage {
			rule, d = messageReceived, connectionEnded
		}
		s.noteDetail(rule, FAILED, 0, d, "", closeWords(f))
	case f == nil && !s.seesCause():
		s.note(recvLegal, Informational, 0, "", "")
	default:
		s.note(recvLegal, NonStrict, 0, "", closeWords(f))
	}
}

// passedLimit reports whether the frame at hand passed a documented limit of the subject's.
func (s *State) passedLimit() bool {
	l := &s.info.Limits
	if l.Source == "" {
		return false
	}
	control := s.responder.pings + int(s.tracker.pongsReceived)
	return l.Control > 0 && control >= l.Control || l.Data && s.in.legalData
}

// seesCause reports whether an end without a Close has its cause in what was seen. On a wire
// and in a log anything may have caused it.
func (e *env) seesCause() bool { return e.vantage != OnWire && e.vantage != InLog }

// closeWords says with which Close the connection ended; nil is none.
func closeWords(f *Frame) string {
	if f == nil {
		return ""
	}
	return f.String()
}

// timeOfEnd is when the subject showed that it ended the connection.
func (s *State) timeOfEnd(seen *Outcome) time.Duration {
	if f := seen.firstClose(); f != nil {
		return s.timeOf(f.At)
	}
	if seen.WroteEOF && !seen.Closed {
		return s.timeOf(seen.EOFAt)
	}
	return s.timeOf(seen.ClosedAt)
}

// judgeCrash judges what escaped from the subject, and whether it came to rest.
func (s *State) judgeCrash(seen *Outcome) {
	s.markReached(crashed, hung)
	if seen.Crash.Class != "" {
		s.recordFinding(Finding{Rule: crashed, Verdict: FAILED, Certainty: Proved, Got: seen.Crash.String(), Crash: seen.Crash.Class,
			Fatal: seen.Crash.Fatal, Stack: seen.Crash.Stack})
	}
	if seen.Hang {
		s.note(hung, FAILED, 0, "", seen.Stuck)
	}
	if seen.Leak != "" {
		s.note(leaked, FAILED, 0, "", seen.Leak)
	}
}

// judgeSettle judges what has not happened by now: after a settle nothing is under way.
func (s *State) judgeSettle() {
	e := &s.env
	e.conn.settledAt = e.op
	s.in.judgeSettle(e)
	if e.conn.phase == open && !e.conn.dropped && !e.conn.blocked && !e.mayBeClosing() {
		s.responder.judgeSettle(e)
		s.in.judgeUndelivered(e)
		s.out.messages.judgeLost(e)
		s.responder.judgeLost(e)
		s.tracker.judgeSettle(e)
	}
	s.ending.judgeSettle(e, &s.out)
	if e.conn.phase == closed || e.conn.broken || e.conn.dropped && !e.conn.blocked {
		s.tracker.judgeOpenWaiters(e)
	}
	e.noteHeldBack()
}

// judgeEnd judges the end of a trace: every waiter has ended.
func (s *State) judgeEnd() {
	if s.conn.failing != noRule && s.op > s.conn.failedAt && !s.hasEnded() {
		s.in.mayCarryMessage = true
	}
	s.tracker.judgeOpenWaiters(&s.env)
	s.endTranscript()
}

// endTranscript notes the findings that were held back, and those that are inferred
// from the whole trace.
func (s *State) endTranscript() {
	s.env.noteHeldBack()
	s.responder.noteConvincing(&s.env)
}
