package model

import "time"

// judgePing judges a Ping that the subject sent: it belongs to the oldest call
// that has its payload and has not sent yet, or else to a keepalive.
func (s *State) judgePing(ev *Event, f *Frame) {
	at := s.stamp(f.At)
	if p := s.sender(ev, f.Data); p != nil {
		s.leave(p, f.Data, at)
		return
	}
	if p := s.latecomer(f.Data); p != nil {
		s.leave(p, f.Data, at)
		return
	}
	if p := s.unsentCall(ev); p != nil {
		s.record.reached |= setOf(pingSent)
		verdict := NonStrict
		if s.profile.Sends {
			verdict = FAILED
		}
		s.note(pingSent, verdict, int(p.n), p.data, f.Data)
		s.leave(p, f.Data, at)
		return
	}
	p := s.unasked(f.Data, at, s.ends.blocked || ev.Kind == Resume)
	switch {
	case s.cfg.Interval > 0:
		s.keepalivePing(p)
	case !s.vague:
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
			if ended == nil || p.likelier(ended) {
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
		s.vague = s.vague || ended != nil && ended.known && !ended.refused
		return match
	}
	if chooser == nil || ended != nil && ended.known && !ended.refused { // nobody chooses that by chance
		// A refused call may have left anything behind, and of what was chosen nothing
		// tells whether a cancelled call or the keepalive chose it.
		s.vague = s.vague || ended != nil && (ended.refused || !ended.known && s.cfg.Interval > 0)
		return ended
	}
	// A cancelled call may send, or not, and take the Ping of another along; and a
	// keepalive may have sent instead.
	late := ev.Kind != Ping || int(chooser.n) != len(s.calls)
	s.vague = s.vague || ended != nil || choosers > 1 || late && s.cfg.Interval > 0
	return chooser
}

// likelier reports whether a Ping is rather that of p than that of q, both with
// calls that ended: the payload tells, unless the call was refused.
func (p *ping) likelier(q *ping) bool {
	if p.refused != q.refused {
		return q.refused
	}
	return p.known && !q.known
}

// latecomer is the call that was cancelled before a settle, and whose Ping stood in a
// queue until somebody wrote again.
func (s *State) latecomer(data string) *ping {
	for _, i := range s.calls {
		p := &s.pings[i]
		if p.status == cancelled && !p.left && (p.known && p.data == data || !p.known && s.cfg.Interval == 0) {
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
	if p := s.find(len(s.calls), false); p != nil && !p.left && p.due&dueSend != 0 {
		return p
	}
	return nil
}

// leave takes over that p's frame was seen.
func (s *State) leave(p *ping, data string, at time.Duration) {
	if !p.known {
		s.record.reached |= setOf(pingChosen)
		if !s.vague && s.pendingBefore(data, p) {
			s.note(pingChosen, NonStrict, int(p.n), "", data)
		}
		p.data, p.known = data, true
	}
	p.left, p.wrote, p.guessed = true, at, s.pongs > p.pongs && s.unread == 0
	if p.refused && !s.dying() {
		s.note(pingRefused, NonStrict, int(p.n), "the Ping was sent all the same", "")
	}
	s.pay(p, dueSend)
	s.uncount(p)
}

// pendingEqual reports whether another ping with that payload waits, for certain.
func (s *State) pendingEqual(data string, but *ping) bool {
	for _, i := range s.table {
		if p := &s.pings[i]; p != but && p.known && p.data == data && p.status == waiting && !p.held {
			return true
		}
	}
	return false
}

// pendingBefore reports whether a call before p has that payload and waits: what was
// called later could not be known when p's payload was chosen.
func (s *State) pendingBefore(data string, p *ping) bool {
	for _, i := range s.table {
		if q := &s.pings[i]; q.op < p.op && !q.keep && q.known && q.data == data && q.status == waiting && !s.fresh(q) {
			return true
		}
	}
	return false
}

// called takes over a call to ping.
func (s *State) called(ev *Event) {
	p := s.call(ev)
	if s.ends.phase != closed {
		s.count(p)
	}
	if s.ends.phase != open || s.ends.dropped || s.ends.asked {
		p.status = void // nothing, an error, or one Ping while closing: all are right
		s.forget(p)
		return
	}
	s.record.reached |= setOf(pingSent, pingRefused)
	s.owe(p, dueSend)
}

// receivedPong takes over a Pong of the peer's, and what it makes due.
func (s *State) receivedPong(data string) {
	s.pongs++
	if s.ends.blocked && len(s.ponger.owed) > 0 {
		s.unread++ // a reader that answers is held up by the Ping before it
	}
	s.arrived = append(s.arrived, data)
	s.keepalivePong(data)
	if s.dying() || s.vague || len(s.table) > 64 {
		return
	}
	match, live, gone := s.masks(data)
	s.snapshot(data, match, live, gone)
	if match == 0 && s.profile.Policy < AnyPong {
		return
	}
	hard, soft := s.owedBy(s.profile.Policy, match, live, gone), uint64(0)
	if s.profile.Policy == OpenPolicy {
		soft = s.owedBy(Exact, match, live, gone)
	}
	for j, i := range s.table {
		switch bit := uint64(1) << j; {
		case hard&bit != 0:
			s.owe(&s.pings[i], dueAck)
		case soft&bit != 0:
			s.owe(&s.pings[i], dueExact)
		}
	}
	s.oweOne(match, live, gone)
	may := s.profile.Policy.May(match, live)
	for j, i := range s.table {
		if may>>j&1 != 0 {
			s.pings[i].struck = s.op
		}
	}
}

// masks are the places in the table whose payload is data, that wait for a Pong,
// and that were cancelled.
func (s *State) masks(data string) (match, live, gone uint64) {
	for j, i := range s.table {
		if j == 64 {
			break
		}
		p, bit := &s.pings[i], uint64(1)<<j
		if p.known && p.left && p.data == data {
			match |= bit
		}
		if p.status == cancelled {
			gone |= bit
		} else if p.left && !p.keep {
			live |= bit
		}
	}
	return match, live, gone
}

// owedBy is [Policy.Must] for the table as it is.
func (s *State) owedBy(p Policy, match, live, gone uint64) uint64 {
	return p.Must(match, live, gone, s.newest())
}

// newest is the place of the newest ping, if the table has it.
func (s *State) newest() uint64 {
	for j := len(s.table) - 1; j >= 0; j-- {
		if int(s.table[j]) == s.newestPing() {
			return 1 << j
		}
	}
	return 0
}

// newestPing is the index of the newest ping that was sent or may be, -1 if there is none.
func (s *State) newestPing() int {
	for i := len(s.pings) - 1; i >= 0; i-- {
		if p := &s.pings[i]; p.left || !p.refused {
			return i
		}
	}
	return -1
}

// judgeResolution judges the end of one waiter, or a call to ping that failed.
func (s *State) judgeResolution(ev *Event, r *Resolution) {
	p := s.find(r.N, r.Keep)
	if p == nil && r.Keep {
		return // of a keepalive ping that has not been seen
	}
	if p == nil {
		s.note(waiterOnce, Informational, r.N, "a waiter of a ping that was not called for", "")
		return
	}
	s.record.reached |= setOf(waiterOnce)
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
		s.end(p, resolved)
	case Cancelled:
		if p.due&dueCancel == 0 {
			s.judgeUnasked(p, r, "cancelled")
		}
		s.record.reached |= setOf(waiterCancel)
		s.end(p, cancelled)
	case Failed:
		s.judgeUnasked(p, r, "failed")
		s.end(p, resolved)
	}
}

// judgeUnasked judges a waiter that failed or was cancelled: on an open
// connection without a reason, and at the close in a way that misleads.
func (s *State) judgeUnasked(p *ping, r *Resolution, how string) {
	if s.dying() {
		s.record.reached |= setOf(waiterClose)
		if r.How == Cancelled && !r.Keep { // a keepalive may give up its own
			s.note(waiterClose, NonStrict, r.N, "", how)
		}
		return
	}
	if p.due&dueCancel != 0 || p.keep || p.status == void {
		return
	}
	s.record.reached |= setOf(waiterSpurious)
	s.note(waiterSpurious, NonStrict, r.N, "", how)
}

// dying reports whether something ended the connection, or may have.
func (s *State) dying() bool {
	return s.ends.phase != open || s.ends.asked || s.ends.dropped || s.in.failing != noRule || s.in.soft || s.out.closed || s.keep.ended
}

func (s *State) judgeAck(p *ping, r *Resolution) {
	if p.guessed && s.unread == 0 && len(s.arrived) == 0 && p.due&(dueAck|dueExact) == 0 {
		s.note(ackEarly, NonStrict, r.N, "", "")
	} else if s.profile.Policy != OpenPolicy && !p.keep && len(s.arrived) == 0 && p.due&dueAck == 0 && !s.fresh(p) && s.pongs > p.pongs &&
		s.handled == s.pongs && !s.dying() && !s.vague {
		s.note(ackPolicy, FAILED, r.N, "no Pong that the policy counts for it", "")
	}
	s.record.reached |= setOf(ackNoPong)
	if s.pongs == p.pongs && s.in.failing != noRule {
		s.note(s.in.failing, FAILED, r.N, "a Pong after it was counted", "")
		return
	}
	if s.in.lost {
		return
	}
	if s.pongs == p.pongs {
		if s.dying() && r.Keep {
			return
		}
		s.note(ackNoPong, FAILED, r.N, "", "")
		return
	}
	if s.info.Sees&SeesFrames != 0 {
		s.record.reached |= setOf(ackEarly)
		if !p.left && !s.vague {
			s.note(ackEarly, NonStrict, r.N, "", "")
		}
	}
	if r.Timed {
		s.judgeLatency(p, r)
	}
}
