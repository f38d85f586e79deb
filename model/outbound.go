package model

import (
	"unicode/utf8"

	"github.com/pongcheck/pongcheck/frame"
)

// outbound is what the subject sent.
type outbound struct {
	state    frame.State // of its peer
	messages messages
}

func (o *outbound) reset(st frame.State, deflate Deflate) {
	o.state = st
	o.messages.reset(deflate)
}

func (o *outbound) simple() bool {
	return !o.state.InMessage && len(o.messages.unsent) == 0 && !o.messages.opaque
}

// sentRules are the violations of a header with the rule that its sender breaks.
var sentRules = [...]struct {
	bit  frame.Violations
	rule RuleID
}{
	{frame.WrongMask, sendMask}, {frame.UndefinedRSV, sendRSV}, {frame.MisplacedRSV1, sendRSV1},
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

func (o *outbound) judgeHeader(e *env, h frame.Header, data string) frame.Violations {
	v := frame.Judge(h, o.state)
	if v == 0 {
		return 0
	}
	for _, sr := range sentRules {
		if v&sr.bit != 0 {
			e.note(sr.rule, FAILED, 0, h.Opcode.String(), data)
		}
	}
	return v
}

// judgePart judges the header of a frame that never became whole.
func (o *outbound) judgePart(e *env, part string) {
	if h, size := frame.ParseHeader([]byte(part)); size > 0 {
		o.judgeHeader(e, h, part[size:])
	}
}

func (o *outbound) judgeClose(e *env, f *Frame) {
	e.reach(sendClose)
	code, reason, ok := closePayload(f.Data)
	asked := ok && e.conn.closeAsked && code == e.conn.closeCode // a bad code is then the application's
	if f.Data != "" && !asked && (!ok || !frame.CloseCode(code).Sendable() || !utf8.ValidString(reason)) {
		e.note(sendClose, FAILED, 0, "close", f.Data)
	}
	if !e.conn.sentClose {
		e.conn.sentClose, e.conn.sentCloseAt = true, e.op
	}
}

func (o *outbound) judgeData(e *env, h frame.Header, f *Frame) {
	out := o
	out.state = out.state.After(h)
	if e.conn.sentClose {
		e.reach(sendAfterClose)
		e.note(sendAfterClose, FAILED, 0, f.Opcode.String(), f.Data)
	}
	o.judgeMessage(e, h, f)
}

// hiding are the violations that hide what a frame means for messages.
const hiding = frame.UndefinedRSV | frame.UnknownOpcode | frame.StrayContinuation | frame.InterleavedMessages
