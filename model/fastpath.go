package model

import (
	"unicode/utf8"

	"github.com/pongcheck/pongcheck/frame"
)

// The fast path is a cache of judge. In a simple state an outcome of a comparable event
// is right if it is the reference's own. commitForeseen then brings the state up to date
// without judging, and marks the rules that judge marked for the first outcome of this
// shape. Whatever is not certain to be simple goes to judge. TestFastPathAgreesWithJudge
// compares the two.

// compared holds the kinds of comparable events. The others bring bytes that a subject may
// accept or refuse.
const compared = AllKinds&^(1<<Raw|1<<Msg|1<<Frag|1<<Cont) | 1<<End

// isComparable reports whether an outcome of ev is right if it is the reference's.
func (ev *Event) isComparable() bool {
	return compared.Has(ev.Kind) && len(ev.Data) <= frame.MaxControl || ev.isSoundMessage()
}

// isSoundMessage reports whether ev is a message that no subject may refuse.
func (ev *Event) isSoundMessage() bool {
	if ev.Kind != Msg || ev.Z || len(ev.Data) > maxMessage {
		return false
	}
	return !ev.Text || utf8.ValidString(ev.Data)
}

// reachCache has the rules that judge marked for a foreseen outcome, by the kind of its
// event and its shape; 0 where judge saw none yet.
type reachCache [kinds][shapes]RuleSet

// shape decides, together with the kind of the event, which rules a foreseen outcome puts
// to the test in a simple state.
type shape uint8

const (
	shapeClosed  shape = 1 << iota // the connection was closed before
	shapeEnds                      // waiters end, or the call is refused
	shapeTimed                     // the latency of the connection changed
	shapeTold                      // the application was told of the end
	shapeMatched                   // a Pong acknowledges a ping with its payload; or a ping's payload was chosen
	shapes
)

// foreseen is what predict leaves for commitForeseen, beside the outcome.
type foreseen struct {
	refused ErrKind // why a ping is refused; NoError: it is sent
	match   int     // 1 + the first place in the table with the Pong's payload; 0: none
	matches int     // how many places have that payload
	struck  int     // 1 + the place of the entry that the Pong ends, perhaps with earlier ones; 0: none
}

// isSimple reports whether an outcome that is the reference's is certainly right, and
// commitForeseen leaves the same state as judge: nothing is outstanding or unknown.
func (s *State) isSimple() bool {
	p := s.profile.Policy
	if p != UpTo && p != Exact && p != AnyPong || s.pingsItself() || s.cfg.Deflate != NoDeflate ||
		s.tracker.owing != 0 || s.tracker.senderUnknown || s.conn.blocked || s.conn.failing != noRule || s.conn.mayRefuse ||
		len(s.record.heldBack) > 0 || !s.in.isSimple() || !s.responder.isSimple() {
		return false
	}
	if s.conn.phase == closed {
		return s.tracker.countPending() == 0 && s.ending.isSimple(&s.env)
	}
	return !s.mayBeClosing() && len(s.tracker.unsent) == 0 && s.out.isSimple() && s.hasSimpleTable()
}

// hasSimpleTable reports whether each entry is of a call whose Ping was seen, and whether
// judge's sets of places have room for all entries and one more.
func (s *State) hasSimpleTable() bool {
	for _, i := range s.tracker.table {
		if p := &s.tracker.pings[i]; !p.frameSeen || !p.known || p.keepalive || s.profile.Policy == AnyPong && p.status != waiting {
			return false
		}
	}
	return len(s.tracker.table) < mostPlaces
}

// followFast brings the state up to date with what was seen of ev if the fast path can;
// want is scratch memory. If it cannot, learn is where to keep the marks of judge, or nil.
func (s *State) followFast(ev *Event, seen, want *Outcome) (done bool, learn *RuleSet) {
	if !s.simpleNow || s.joins || s.joined || s.record.worst == FAILED || !ev.isComparable() || ev.Chosen && (len(seen.Frames) != 1 || s.profile.Equals == EqualsSent) {
		return false, nil
	}
	if ev.Chosen {
		ev.Data = seen.Frames[0].Data
	}
	want.resetForeseen()
	s.predict(ev, want)
	if seen.isForeseen(want) {
		if sh, sure := s.shapeOf(ev, want); sure {
			if seen.Told.Said {
				sh |= shapeTold
			}
			learn = &s.reaches[ev.Kind][sh]
		}
	}
	if learn != nil && *learn != 0 {
		s.record.reached |= *learn
		s.commitForeseen(ev, seen)
		s.rememberLatency(seen)
		return true, nil
	}
	if ev.Chosen {
		ev.Data = ""
	}
	return false, learn
}

// judgeAndLearn judges, and keeps the rules that judge marked in learn unless it is nil.
func (s *State) judgeAndLearn(ev *Event, seen *Outcome, learn *RuleSet) {
	before := s.record.reached
	s.record.reached = 0
	s.judge(ev, seen)
	if learn != nil {
		*learn = s.record.reached
	}
	s.record.reached |= before
}

// shapeOf returns the shape of a foreseen outcome, and whether commitForeseen certainly
// leaves the same state as judge.
func (s *State) shapeOf(ev *Event, want *Outcome) (sh shape, sure bool) {
	if s.conn.phase == closed {
		sh = shapeClosed
	}
	if len(want.Resolutions) > 0 {
		sh |= shapeEnds
	}
	switch ev.Kind {
	case Ping:
		if ev.Chosen {
			sh |= shapeMatched
		}
		// After a refusal judge compares the answers to the same call.
		return sh, s.tracker.lastRefusal.op == 0 || s.tracker.lastRefusal.op != s.op-1
	case Pong: // judge remembers which of equal entries may be acknowledged, and notes those that starve
		if sh == shapeClosed {
			return sh, true
		}
		h := &s.foreseen
		if want.Timed {
			sh |= shapeTimed
		}
		if sh&shapeEnds != 0 && h.match > 0 && s.tracker.pings[s.tracker.table[h.match-1]].status == waiting {
			sh |= shapeMatched
		}
		return sh, h.matches <= 1 && (s.profile.Policy != Exact || h.struck <= 1)
	case Cancel:
		p := s.tracker.findPing(ev.N, ev.Keep)
		return sh, p == nil || p.status != void
	case Close, PeerClose:
		return sh, mayCloseWith(ev.N)
	case Block:
		return sh, sh&shapeClosed == 0
	}
	return sh, true
}

// commitForeseen brings the state up to date with the outcome that predict foresaw: that of
// the reference, or an equal one of a subject.
func (s *State) commitForeseen(ev *Event, seen *Outcome) {
	if s.conn.phase == closed {
		s.commitAfterClose(ev)
	} else {
		s.commitOpen(ev, seen)
	}
	s.ending.told = s.ending.told || seen.Told.Said
	s.tracker.handlePongs(&s.env, ev)
}

// commitAfterClose is commitForeseen on a closed connection.
func (s *State) commitAfterClose(ev *Event) {
	switch ev.Kind {
	case Ping:
		s.tracker.addCall(&s.env, ev).status = void
		s.tracker.table = s.tracker.table[:len(s.tracker.table)-1]
	case Settle:
		s.conn.settledAt = s.op
	}
}

// commitOpen is commitForeseen on any other connection.
func (s *State) commitOpen(ev *Event, seen *Outcome) {
	switch ev.Kind {
	case Ping:
		s.commitPing(ev, seen)
	case Cancel:
		if p := s.tracker.findPing(ev.N, ev.Keep); p != nil && p.status == waiting {
			s.tracker.endWaiter(p, cancelled)
			s.simpleNow = s.simpleNow && s.profile.Policy != AnyPong
		}
	case Pong:
		if len(ev.Data) > frame.MaxControl {
			s.commitClosed()
			return
		}
		s.tracker.pongsReceived++
		s.commitPong(ev)
	case RecvPing:
		if len(ev.Data) > frame.MaxControl {
			s.commitClosed()
			return
		}
		s.responder.recordPing(ev.Data)
		s.responder.owedSoFar++
	case Close:
		if !mayCloseWith(ev.N) {
			return
		}
		if s.conn.phase == open {
			s.conn.phase, s.simpleNow = closing, false
			s.conn.sentClose, s.conn.sentCloseAt, s.ending.sentCode = true, s.op, codeOf(closeData(ev.N))
		}
		s.conn.closeAsked, s.conn.closeCode = true, ev.N
	case PeerClose:
		s.in.closeReceived, s.conn.sentClose = true, true
		s.ending.came, s.ending.cameCode = true, codeOf(peerCloseData(ev.N))
		if s.ending.sentCode == 0 {
			s.ending.sentCode = s.ending.cameCode
		}
		s.conn.endedSending = true
		s.commitClosed()
	case EOF:
		s.conn.dropped, s.conn.endedSending = true, true
		s.commitClosed()
	case Drop, End:
		s.conn.dropped, s.conn.broken = true, true
		s.commitClosed()
	case Block:
		if !s.conn.blocked {
			s.conn.blockedAt = s.now
		}
		s.conn.blocked, s.simpleNow = true, false
	case Resume:
		s.conn.blocked = false
		s.queue = s.queue[:0]
	case Frag:
		s.in.beginMessage(ev.Text, ev.Data)
		s.simpleNow = false
	case Cont:
		if s.in.state.InMessage {
			s.in.message = append(s.in.message, ev.Data...)
			s.in.state.InMessage = !ev.Fin
		}
	case Settle:
		s.conn.settledAt = s.op
		s.responder.excusedOverflow = false
	}
}

// commitPing registers a call that was sent or refused.
func (s *State) commitPing(ev *Event, seen *Outcome) {
	p := s.tracker.addCall(&s.env, ev)
	if s.foreseen.refused != NoError {
		p.status, p.refused = resolved, true
		s.tracker.table = s.tracker.table[:len(s.tracker.table)-1]
		s.tracker.lastRefusal = refusal{ev.Data, s.op, s.foreseen.refused}
		return
	}
	p.frameSeen, p.known, p.frameAt = true, true, s.now
	if len(seen.Frames) == 1 { // a frame of the reference may wait for resume
		p.frameAt = s.timeOf(seen.Frames[0].At)
	}
	p.pongCameFirst = s.tracker.pongsReceived > p.pongsBefore && s.tracker.pongsUnread == 0
	s.simpleNow = s.simpleNow && len(s.tracker.table) < mostPlaces
}

// commitPong ends the waiters that the Pong acknowledges, and drops the entries it used up.
func (s *State) commitPong(ev *Event) {
	h, t := &s.foreseen, &s.tracker
	if h.struck == 0 {
		if h.matches > 0 {
			t.consumeEqual(ev.Data)
		}
		return
	}
	switch s.profile.Policy {
	case OpenPolicy, UpTo, AnyPong, SingleSlot:
		for _, i := range t.table[:h.struck] {
			if p := &t.pings[i]; p.status == waiting {
				p.status = resolved
			}
		}
		t.table = t.table[:copy(t.table, t.table[h.struck:])]
	case Exact, Latest, Counter:
		j := h.struck - 1
		t.pings[t.table[j]].status = resolved
		t.table = append(t.table[:j], t.table[j+1:]...)
	}
}

// consumeEqual drops the first cancelled entry with this payload, as consumeCancelled does.
func (t *tracker) consumeEqual(data string) {
	for j, i := range t.table {
		if p := &t.pings[i]; p.status == cancelled && sameBytes(p.data, data) {
			t.table = append(t.table[:j], t.table[j+1:]...)
			return
		}
	}
}

// commitClosed ends every waiter; cancelled entries keep their place.
func (s *State) commitClosed() {
	s.conn.phase = closed
	s.conn.closedAt = s.op
	kept := s.tracker.table[:0]
	for _, i := range s.tracker.table {
		switch p := &s.tracker.pings[i]; p.status {
		case waiting:
			p.status = resolved
		default:
			kept = append(kept, i)
		}
	}
	s.tracker.table = kept
	s.simpleNow = s.isSimple()
}
