package model

import (
	"errors"
	"unicode/utf8"

	"github.com/pongcheck/pongcheck/frame"
)

// outgoing is what the subject sent.
type outgoing struct {
	state    frame.State     // of its peer
	closed   bool            // it sent a Close
	closedAt int32           // in this op
	data     []byte          // fragments of its message so far
	wanted   []Message       // messages the application sent
	opaque   bool            // frames came that hide what the messages are
	inflater *frame.Inflater // puts its messages together, if permessage-deflate was negotiated
}

func (o *outgoing) reset(st frame.State, deflate Deflate) {
	*o = outgoing{state: st, data: o.data[:0], wanted: o.wanted[:0]}
	if deflate != NoDeflate {
		o.inflater = &frame.Inflater{Takeover: deflate == Takeover, Limit: maxMessage}
	}
}

func (o *outgoing) plain() bool { return !o.state.InMessage && len(o.wanted) == 0 && !o.closed }

// sentRules are the violations of a header with the rule that its sender breaks.
var sentRules = [...]struct {
	bit  frame.Violations
	rule RuleID
}{
	{frame.WrongMask, sendMask}, {frame.UndefinedRSV, sendRSV}, {frame.MisplacedRSV1, sendRSV},
	{frame.UnknownOpcode, sendOpcode}, {frame.FragmentedControl, sendFin}, {frame.LongControl, sendControlLength},
	{frame.LengthHighBit, sendLength}, {frame.LongLengthForm, sendMinimal},
	{frame.StrayContinuation, sendOrder}, {frame.InterleavedMessages, sendOrder},
}

// header is the header of f as it went over the wire.
func (f *Frame) header(role Role) frame.Header {
	h := frame.Header{Fin: !f.NoFin, RSV: f.RSV, Opcode: f.Opcode, Length: uint64(len(f.Data)), LengthForm: f.Long}
	if h.Masked = (role == Client) != f.WrongMask; h.Masked {
		h.Key = MaskKey
	}
	if h.LengthForm == 0 {
		switch {
		case h.Length <= 125:
			h.LengthForm = 7
		case h.Length <= 65535:
			h.LengthForm = 16
		default:
			h.LengthForm = 64
		}
	}
	return h
}

// judgeFrame judges one frame that the subject wrote.
func (s *State) judgeFrame(ev *Event, f *Frame) {
	h := f.header(s.cfg.Role)
	s.record.reached |= setOf(sendMask, sendRSV, sendOpcode, sendMinimal, sendLength)
	s.judgeHeader(h, f.Data)
	if s.ends.closedAt != 0 && s.ends.closedAt < s.op && s.info.Sees&SeesClosed != 0 {
		s.note(sendAfterClosed, FAILED, 0, f.Opcode.String(), f.Data)
	}
	if f.Opcode.Control() {
		s.record.reached |= setOf(sendFin, sendControlLength)
	}
	switch f.Opcode {
	case frame.Ping:
		s.judgePing(ev, f)
	case frame.Pong:
		s.judgePong(f)
	case frame.Close:
		s.judgeClose(f)
	default:
		s.judgeData(h, f)
	}
}

func (s *State) judgeHeader(h frame.Header, data string) {
	v := frame.Judge(h, s.out.state)
	if v == 0 {
		return
	}
	for _, sr := range sentRules {
		if v&sr.bit != 0 {
			s.note(sr.rule, FAILED, 0, h.Opcode.String(), data)
		}
	}
}

// judgePart judges the header of a frame that never became whole.
func (s *State) judgePart(part string) {
	if h, size := frame.ParseHeader([]byte(part)); size > 0 {
		s.judgeHeader(h, part[size:])
	}
}

func (s *State) judgeClose(f *Frame) {
	s.record.reached |= setOf(sendClose)
	code, reason, ok := closePayload(f.Data)
	asked := ok && s.ends.asked && code == s.ends.code // a bad code is then the application's
	if f.Data != "" && !asked && (!ok || !frame.CloseCode(code).Sendable() || !utf8.ValidString(reason)) {
		s.note(sendClose, FAILED, 0, "close", f.Data)
	}
	if !s.out.closed {
		s.out.closed, s.out.closedAt = true, s.op
	}
}

func (s *State) judgeData(h frame.Header, f *Frame) {
	out := &s.out
	out.state = out.state.After(h)
	if out.closed {
		s.record.reached |= setOf(sendAfterClose)
		s.note(sendAfterClose, FAILED, 0, f.Opcode.String(), f.Data)
	}
	if f.RSV != 0 && (f.RSV != frame.RSV1 || out.inflater == nil) || f.Opcode.Reserved() {
		out.opaque = true
	}
	if out.opaque {
		return
	}
	message, whole, err := out.assemble(h, f)
	if errors.Is(err, frame.ErrTooBig) {
		out.opaque = true // it is not ours to bound
	}
	if !whole && err == nil || out.opaque {
		return
	}
	s.record.reached |= setOf(messageSent)
	if err != nil {
		s.note(messageSent, FAILED, 0, "DEFLATE data", err.Error())
		out.opaque = true // nothing is right after it
		return
	}
	if len(out.wanted) == 0 {
		return // the application may have sent it before: not ours to judge
	}
	if want := out.wanted[0]; want.Data != string(message) {
		s.note(messageSent, FAILED, 0, want.Data, string(message))
	}
	out.wanted = append(out.wanted[:0], out.wanted[1:]...)
}

// assemble takes the next data frame, and gives the message that it completes.
func (o *outgoing) assemble(h frame.Header, f *Frame) (message []byte, whole bool, err error) {
	if o.inflater != nil {
		return o.inflater.Frame(&frame.Frame{Header: h, Payload: []byte(f.Data)})
	}
	if f.Opcode != frame.Continuation {
		o.data = o.data[:0]
	}
	o.data = append(o.data, f.Data...)
	return o.data, !f.NoFin, nil
}
