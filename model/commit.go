package model

import (
	"time"

	"github.com/pongcheck/pongcheck/frame"
)

// commit does what predict said.
func (s *State) commit(ev *Event) {
	s.record.reached |= reachedBy[ev.Kind]
	if s.ends.phase == closed {
		if ev.Kind == Ping {
			s.call(ev).status = void
			s.table = s.table[:len(s.table)-1]
		}
		return
	}
	switch ev.Kind {
	case Ping:
		p := s.call(ev)
		if s.hit != int(NoError) {
			p.status, p.refused = resolved, true
			s.table = s.table[:len(s.table)-1]
			s.asked = refusal{ev.Data, s.op, ErrKind(s.hit)}
			return
		}
		p.left, p.known, p.wrote = true, true, s.now
	case Cancel:
		if p := s.find(ev.N, ev.Keep); p != nil && p.status == waiting {
			s.end(p, cancelled)
		}
	case Pong:
		if len(ev.Data) > frame.MaxControl {
			s.commitClosed()
			return
		}
		s.pongs++
		s.handled = s.pongs
		s.commitPong(ev)
	case RecvPing:
		if len(ev.Data) > frame.MaxControl {
			s.commitClosed()
		}
	case Close:
		if !sendable(ev.N) {
			return
		}
		if s.ends.phase == open {
			s.ends.phase, s.plain = closing, false
			s.out.closed = true
		}
		s.ends.asked = true
	case PeerClose:
		s.in.closed, s.out.closed = true, true
		s.commitClosed()
	case Drop, EOF, End:
		s.commitClosed()
	case Block:
		if !s.ends.blocked {
			s.ends.since = s.now
		}
		s.ends.blocked, s.plain = true, false
	case Resume:
		s.ends.blocked = false
		s.queue = s.queue[:0]
	case Frag:
		s.in.begin(ev.Text, ev.Data)
		s.plain = false
	case Cont:
		if s.in.state.InMessage {
			s.in.message = append(s.in.message, ev.Data...)
			s.in.state.InMessage = !ev.Fin
		}
	case Settle:
		s.ends.settled = s.op
	}
}

func (s *State) commitPong(ev *Event) {
	if s.hit == 0 {
		s.useUp(ev.Data)
		return
	}
	switch s.profile.Policy {
	case OpenPolicy, UpTo, AnyPong, SingleSlot:
		for _, i := range s.table[:s.hit] {
			if p := &s.pings[i]; p.status == waiting {
				p.status = resolved
			}
		}
		s.table = s.table[:copy(s.table, s.table[s.hit:])]
	case Exact, Latest, Counter:
		j := s.hit - 1
		s.pings[s.table[j]].status = resolved
		if p := s.starved(j); p != nil && s.profile.Policy != Counter && !s.info.Each {
			s.note(ackStarves, NonStrict, int(p.n), "", "")
		}
		s.table = append(s.table[:j], s.table[j+1:]...)
	}
}

// useUp lets a Pong that no waiter took use up a cancelled entry, as absorb does.
func (s *State) useUp(data string) {
	for j, i := range s.table {
		if p := &s.pings[i]; p.status == cancelled && same(p.data, data) {
			s.table = append(s.table[:j], s.table[j+1:]...)
			return
		}
	}
}

// starved is a waiter that is older than the one at place j and is left waiting, or
// nil, as judgeStarving has it.
func (s *State) starved(j int) *ping {
	struck := &s.pings[s.table[j]]
	for _, i := range s.table[:j] {
		if p := &s.pings[i]; p.status == waiting && p.left && !p.keep && p.data != struck.data && !s.vague {
			return p
		}
	}
	return nil
}

func (s *State) commitClosed() {
	s.ends.phase = closed
	s.ends.closedAt = s.op
	for _, i := range s.table {
		if p := &s.pings[i]; p.status == waiting {
			p.status = resolved
		}
	}
	s.table = s.table[:0]
	s.plain = s.isPlain()
}

// sendable reports whether an application may close with code; 0 is none.
func sendable(code int) bool { return code == 0 || frame.CloseCode(code).Sendable() }

// closeCodes is the payload of a Close with each of the codes that may be sent, one
// behind the other, so that none need be made.
var closeCodes = func() string {
	var b []byte
	for code := firstCode; code <= lastCode; code++ {
		b = append(b, byte(code>>8), byte(code))
	}
	return string(b)
}()

const firstCode, lastCode = 1000, 4999

func closeData(code int) string {
	if code == 0 {
		code = int(frame.NormalClosure)
	}
	if code >= firstCode && code <= lastCode {
		return closeCodes[2*(code-firstCode):][:2]
	}
	return string([]byte{byte(code >> 8), byte(code)})
}

// peerCloseData is the payload of a Close that comes or is echoed.
func peerCloseData(code int) string {
	if code == 0 {
		return ""
	}
	return closeData(code)
}

// stamp is when something happened: as told, or now.
func (s *State) stamp(at time.Duration) time.Duration {
	if at != 0 {
		return at
	}
	return s.now
}
