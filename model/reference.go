package model

import (
	"strconv"

	"github.com/pongcheck/pongcheck/frame"
)

// Step makes State a [Subject]: the reference, which does the canonical thing
// that its profile allows. With a profile that fixes no policy it acknowledges
// up-to. It has no keepalive and no compression.
func (s *State) Step(ev *Event, out *Outcome) {
	if ev.Kind == Open {
		s.reset(ev.Config)
		return
	}
	s.beginEvent(ev)
	if ev.Chosen {
		chosen := *ev
		chosen.Data = s.choosePayload()
		ev = &chosen
	}
	if !fromPeer.Has(ev.Kind) || compared.Has(ev.Kind) && s.in.decoder.Pending() == 0 {
		s.stepCanonical(ev, out)
		return
	}
	bytes := s.in.encodeEvent(ev, s.cfg.Role)
	for len(bytes) > 0 {
		f, n := s.in.decoder.Next(bytes)
		bytes = bytes[n:]
		if f != nil && s.conn.phase != closed {
			s.stepFrame(f, out)
		}
	}
}

// stepCanonical shows the canonical outcome of an event. While writes stall, its frames
// wait in the queue.
func (s *State) stepCanonical(ev *Event, out *Outcome) {
	n := len(out.Frames)
	s.predict(ev, out)
	s.rememberLatency(out)
	if s.conn.blocked && ev.Kind != Resume {
		s.queue = append(s.queue, out.Frames[n:]...)
		out.Frames = out.Frames[:n]
	}
	s.commitForeseen(ev, out)
}

// stepFrame shows the canonical outcome of a frame that came in raw bytes. A bad one fails
// the connection.
func (s *State) stepFrame(f *frame.Frame, out *Outcome) {
	bad := frame.Judge(f.Header, s.in.state) &^ frame.LongLengthForm
	ev := Event{Data: string(f.Payload)}
	switch {
	case bad != 0 || !f.Last():
		out.addFrame(frame.Close, "\x03\xea")
		out.WroteEOF = true
		ev.Kind = Drop
	case f.Opcode == frame.Ping:
		ev.Kind = RecvPing
	case f.Opcode == frame.Pong:
		ev.Kind = Pong
	case f.Opcode == frame.Close:
		ev.Kind = PeerClose
		ev.N, _, _ = closePayload(ev.Data)
	case f.Opcode == frame.Continuation:
		ev.Kind, ev.Fin = Cont, f.Fin
	default:
		ev.Kind, ev.Text = Frag, f.Opcode == frame.Text
		if f.Fin {
			ev.Kind = Msg
		}
	}
	s.stepCanonical(&ev, out)
}

// beginEvent counts the event, lets its time pass, and forgets the event before.
func (s *State) beginEvent(ev *Event) {
	s.op++
	s.before = s.now
	if ev.Kind == Advance {
		s.now += ev.Time
	}
	s.joins, s.joined = ev.Join, s.joins
	if s.joined {
		return // the frames before came in the same read
	}
	s.tracker.pongsNow = s.tracker.pongsNow[:0]
	s.tracker.snapshot.pongs, s.tracker.snapshot.untold, s.tracker.snapshot.crowded = 0, false, false
	s.in.legalFrame, s.in.legalInMessage, s.in.legalData = false, false, false
}

// predict appends to out what the reference shows for ev. It changes nothing but
// s.foreseen, which commitForeseen needs. While writes stall, its frames are those that
// leave later.
func (s *State) predict(ev *Event, out *Outcome) {
	if s.conn.phase == closed {
		if ev.Kind == Ping {
			s.predictRefusal(ErrClosed, out)
		}
		return
	}
	switch ev.Kind {
	case Ping:
		s.predictPing(ev, out)
	case Cancel:
		if p := s.tracker.findPing(ev.N, ev.Keep); p != nil && p.status == waiting {
			out.addResolution(p, Cancelled)
		}
	case Pong:
		if len(ev.Data) <= frame.MaxControl {
			s.predictPong(ev, out)
		} else {
			s.predictClosed(out)
		}
	case RecvPing:
		if len(ev.Data) <= frame.MaxControl {
			out.addFrame(frame.Pong, ev.Data)
		} else {
			s.predictClosed(out)
		}
	case Close:
		switch {
		case !mayCloseWith(ev.N):
			out.Err = ErrOther
		case s.conn.phase == open:
			out.addFrame(frame.Close, closeData(ev.N))
		}
	case PeerClose:
		if s.conn.phase == open {
			code := ev.N
			if !mayCloseWith(code) {
				code = int(frame.ProtocolError)
			}
			out.addFrame(frame.Close, peerCloseData(code))
		}
		s.predictClosed(out)
		if out.Told.Said {
			out.Told = Told{Said: true, Clean: true, Code: codeOf(peerCloseData(ev.N))}
		}
	case EOF:
		s.predictClosed(out)
	case Drop, End:
		s.predictLost(out)
	case Resume:
		out.Frames = append(out.Frames, s.queue...)
	case Msg:
		out.Messages = append(out.Messages, Message{Text: ev.Text, Data: ev.Data})
	case Cont:
		if ev.Fin && s.in.state.InMessage {
			out.Messages = append(out.Messages, Message{Text: s.in.text, Data: string(s.in.message) + ev.Data})
		}
	case MsgSend:
		op := frame.Binary
		if ev.Text {
			op = frame.Text
		}
		if s.conn.phase == open {
			out.addFrame(op, ev.Data)
		} else {
			out.Err = ErrClosed
		}
	case SendPong:
		if len(ev.Data) <= frame.MaxControl {
			out.addFrame(frame.Pong, ev.Data)
		} else {
			out.Err = ErrTooLong
		}
	}
}

// predictPing foresees whether a ping is sent or refused.
func (s *State) predictPing(ev *Event, out *Outcome) {
	refused := NoError
	switch {
	case s.conn.phase != open:
		refused = ErrClosed
	case len(ev.Data) > frame.MaxControl:
		refused = ErrTooLong
	case s.profile.Equals != EqualsSent && s.tracker.holdsEqual(&s.env, ev.Data):
		refused = ErrDuplicate
	case s.profile.Policy == SingleSlot && len(s.tracker.table) > 0:
		refused = ErrOther
	}
	if s.foreseen.refused = refused; refused != NoError {
		s.predictRefusal(refused, out)
		return
	}
	out.addFrame(frame.Ping, ev.Data)
}

// choosePayload returns a payload that no pending ping has, the empty one if it can.
func (s *State) choosePayload() string {
	data := ""
	for n := 0; s.tracker.holdsEqual(&s.env, data); n++ {
		data = strconv.Itoa(n)
	}
	return data
}

// holdsEqual reports whether an entry with this payload is pending, or cancelled and kept.
func (t *tracker) holdsEqual(e *env, data string) bool {
	for _, i := range t.table {
		p := &t.pings[i]
		if sameBytes(p.data, data) && (p.status == waiting || e.profile.Policy == UpTo || e.profile.Policy == OpenPolicy) {
			return true
		}
	}
	return false
}

// predictPong foresees which waiters a Pong acknowledges by the profile's policy.
func (s *State) predictPong(ev *Event, out *Outcome) {
	h, t := &s.foreseen, &s.tracker
	h.match, h.matches, h.struck = 0, 0, 0
	for j, i := range t.table {
		if sameBytes(t.pings[i].data, ev.Data) {
			if h.matches++; h.matches == 1 {
				h.match = j + 1
			}
		}
	}
	switch s.profile.Policy {
	case OpenPolicy, UpTo:
		h.struck = h.match
		for _, i := range t.table[:h.struck] {
			s.predictAck(&t.pings[i], out)
		}
		if h.struck > 0 {
			s.predictLatency(&t.pings[t.table[h.struck-1]], out)
		}
	case Exact, Latest:
		for j := h.match; j > 0 && j <= len(t.table); j++ {
			i := t.table[j-1]
			p := &t.pings[i]
			if p.data != ev.Data || p.status != waiting || s.profile.Policy == Latest && int(i) != t.newestSendable() {
				continue
			}
			h.struck = j
			s.predictAck(p, out)
			s.predictLatency(p, out)
			break
		}
	case AnyPong, SingleSlot:
		for _, i := range t.table {
			s.predictAck(&t.pings[i], out)
		}
		s.predictOwnLatency(ev.Data, len(t.table), out)
		h.struck = len(t.table)
	case Counter:
		for j, i := range t.table {
			if p := &t.pings[i]; p.status == waiting {
				h.struck = j + 1
				s.predictAck(p, out)
				if sameBytes(p.data, ev.Data) {
					s.predictOwnLatency(ev.Data, h.struck, out)
				}
				break
			}
		}
	}
}

// predictAck shows that p is acknowledged, if it waits.
func (s *State) predictAck(p *ping, out *Outcome) {
	if p.status == waiting {
		r := out.addResolution(p, Acked)
		if s.info.Sees&SeesLatency != 0 {
			r.Timed, r.Latency = true, s.now-p.calledAt
		}
	}
}

// predictOwnLatency shows the latency of the connection, where that is documented, as that of
// the first waiter of the first n places whose own Pong came.
func (s *State) predictOwnLatency(data string, n int, out *Outcome) {
	if !s.profile.Timed {
		return
	}
	for _, i := range s.tracker.table[:n] {
		if p := &s.tracker.pings[i]; p.status == waiting && sameBytes(p.data, data) {
			s.predictLatency(p, out)
			return
		}
	}
}

// predictLatency shows the latency of the connection if it changed: that of the ping whose
// own Pong came.
func (s *State) predictLatency(p *ping, out *Outcome) {
	if latency := s.now - p.calledAt; latency != s.tracker.connLatency && s.info.Sees&SeesConnLat != 0 {
		out.Timed, out.Latency = true, latency
	}
}

// rememberLatency remembers the latency of the connection that was shown.
func (s *State) rememberLatency(out *Outcome) {
	if out.Timed {
		s.tracker.connLatency = out.Latency
	}
}

// resetForeseen empties an outcome to which predict alone has appended.
func (o *Outcome) resetForeseen() {
	o.Closed, o.WroteEOF, o.Timed, o.Told, o.Err, o.Latency = false, false, false, Told{}, NoError, 0
	o.Frames, o.Resolutions, o.Messages = o.Frames[:0], o.Resolutions[:0], o.Messages[:0]
}

// addFrame appends a frame. It fills the frame in where it lies: copying a struct right
// after its fields were written makes the processor wait.
func (o *Outcome) addFrame(op frame.Opcode, data string) {
	o.Frames = append(o.Frames, Frame{})
	f := &o.Frames[len(o.Frames)-1]
	f.Opcode, f.Data = op, data
}

// addResolution appends the end of p's waiter, likewise.
func (o *Outcome) addResolution(p *ping, how How) *Resolution {
	o.Resolutions = append(o.Resolutions, Resolution{})
	r := &o.Resolutions[len(o.Resolutions)-1]
	r.N, r.Keep, r.How = int(p.number), p.keepalive, how
	return r
}

// predictRefusal shows that the call at hand fails.
func (s *State) predictRefusal(kind ErrKind, out *Outcome) {
	out.Resolutions = append(out.Resolutions, Resolution{})
	r := &out.Resolutions[len(out.Resolutions)-1]
	r.N, r.How, r.Err = len(s.tracker.calls)+1, Refused, kind
}

// sameBytes reports whether a == b. It compares the last bytes first, which mostly differ.
func sameBytes(a, b string) bool {
	n := len(a)
	return n == len(b) && (n == 0 || a[n-1] == b[n-1] && a == b)
}

// predictClosed shows that the subject closes the connection: it ends its sending direction.
func (s *State) predictClosed(out *Outcome) {
	out.WroteEOF = true
	s.predictLost(out)
}

// predictLost shows that the connection is closed, that the application is told that no Close
// came, and that every waiter fails by it.
func (s *State) predictLost(out *Outcome) {
	out.Closed = true
	if s.info.Sees&SeesTold != 0 {
		out.Told = Told{Said: true, Code: int(frame.AbnormalClosure)}
	}
	for _, i := range s.tracker.table {
		if p := &s.tracker.pings[i]; p.status == waiting {
			out.addResolution(p, Failed).Err = ErrClosed
		}
	}
}
