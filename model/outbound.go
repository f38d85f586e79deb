package model

import (
	"fmt"
	"unicode/utf8"

	"github.com/pongcheck/pongcheck/frame"
)

// The rules of what the subject sends.
const (
	sendMask RuleID = iota
	sendRSV
	sendRSV1
	sendOpcode
	sendLength
	sendMinimal
	sendFin
	sendControlLength
	sendOrder
	sendClose
	sendAfterClose
	sendAfterClosed
	sendLost
	endSendRules
)

var sendRules = ruleFamily{sendSentence, map[RuleID]Rule{
	sendMask: {"send.mask", Must, "5.1",
		"A client masks every frame that it sends, and a server none.", SeesFrames, ""},
	sendRSV: {"send.rsv", Must, "5.2",
		"The reserved bits of a frame are 0 unless an extension that was negotiated gives them a meaning.", SeesFrames, ""},
	sendRSV1: {"send.rsv1", Must, "RFC 7692 section 6",
		"Only the first frame of a message is marked as compressed, never a control frame or a later fragment.", SeesFrames, ""},
	sendOpcode: {"send.opcode", Must, "5.2",
		"Only the defined opcodes are sent unless an extension defines more.", SeesFrames, ""},
	sendLength: {"send.high-bit", Must, "5.2",
		"The most significant bit of a 64-bit length is 0.", SeesFrames, ""},
	sendMinimal: {"send.minimal", Must, "5.2",
		"A length is written in the fewest bytes that hold it.", SeesFrames, ""},
	sendFin: {"send.fin", Must, "5.5",
		"A control frame is not fragmented.", SeesFrames, ""},
	sendControlLength: {"send.length", Must, "5.5",
		"A control frame carries at most 125 bytes.", SeesFrames, ""},
	sendOrder: {"send.order", Must, "5.4",
		"The fragments of one message are sent in order, without another message among them.", SeesFrames, ""},
	sendClose: {"send.close", Must, "7.4",
		"A Close carries nothing, or a code that may be sent and a reason in UTF-8.", SeesFrames, ""},
	sendAfterClose: {"send.after-close", Must, "5.5.1",
		"After its Close an endpoint sends no more data frames.", SeesFrames, ""},
	sendAfterClosed: {"send.after-closed", Contract, "",
		"Nothing is sent once the connection is closed.", SeesFrames | SeesClosed, ""},
	sendLost: {"send.lost", Contract, "",
		"A message or a Pong that the application hands over without an error is sent.", SeesFrames | SeesErrors, ""},
}}

// sendSentence says which frame the subject sent.
func sendSentence(f *Finding) string {
	if f.Rule == sendLost {
		return "it did not send what the application handed over without an error: " + f.Want
	}
	text := fmt.Sprintf("it sent the frame %s %s", f.Want, hexWord(f.Got))
	if code, _, ok := closePayload(f.Got); ok && f.Want == frame.Close.String() {
		text += fmt.Sprintf(", code %d", code)
	}
	return text
}

// outbound is what the subject sent.
type outbound struct {
	state    frame.State // of the peer, as the receiver of the subject's frames
	messages messages    // that the application sends
}

func (o *outbound) reset(st frame.State, deflate Deflate) {
	o.state = st
	o.messages.reset(deflate)
}

// isSimple reports whether nothing is under way, and all content is known.
func (o *outbound) isSimple() bool {
	return !o.state.InMessage && len(o.messages.unsent) == 0 && !o.messages.opaque
}

// headerRules has the rule that the sender of a frame breaks, by the violation of its
// header.
var headerRules = [...]struct {
	bit  frame.Violations
	rule RuleID
}{
	{frame.WrongMask, sendMask}, {frame.UndefinedRSV, sendRSV}, {frame.MisplacedRSV1, sendRSV1},
	{frame.UnknownOpcode, sendOpcode}, {frame.FragmentedControl, sendFin}, {frame.LongControl, sendControlLength},
	{frame.LengthHighBit, sendLength}, {frame.LongLengthForm, sendMinimal},
	{frame.StrayContinuation, sendOrder}, {frame.InterleavedMessages, sendOrder},
}

// header returns the header of f as it went over the wire.
func (f *Frame) header(role Role) frame.Header {
	h := frame.Header{Fin: !f.NoFin, RSV: f.RSV, Opcode: f.Opcode, Length: uint64(len(f.Data)), LengthForm: f.Long}
	if h.Masked = (role == Client) != f.WrongMask; h.Masked {
		h.Key = maskKey
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

// judgeHeader notes each rule that the header of a frame breaks.
func (o *outbound) judgeHeader(e *env, h frame.Header, data string) frame.Violations {
	v := frame.Judge(h, o.state)
	if v == 0 {
		return 0
	}
	for _, sr := range headerRules {
		if v&sr.bit != 0 {
			d := sentDetail(h.Opcode)
			if sr.rule == sendMask {
				d = roleDetail(e.cfg.Role)
			}
			e.noteDetail(sr.rule, FAILED, 0, d, h.Opcode.String(), data)
		}
	}
	return v
}

// judgePart judges the header of a frame that the subject did not finish.
func (o *outbound) judgePart(e *env, part string) {
	if h, size := frame.ParseHeader([]byte(part)); size > 0 {
		o.judgeHeader(e, h, part[size:])
	}
}

// judgeClose judges the payload of a Close. A bad code is no fault of a subject whose
// application closed with it.
func (o *outbound) judgeClose(e *env, f *Frame) {
	e.markReached(sendClose)
	code, reason, ok := closePayload(f.Data)
	asked := ok && e.conn.closeAsked && code == e.conn.closeCode
	if f.Data != "" && !asked && !e.foreign && (!ok || !frame.CloseCode(code).Sendable() || !utf8.ValidString(reason)) {
		e.note(sendClose, FAILED, 0, "close", f.Data)
	}
	if !e.conn.sentClose {
		e.conn.sentClose, e.conn.sentCloseAt = true, e.op
	}
}

// judgeData judges a data frame. RFC 6455 section 5.5.1: "The application MUST NOT send
// any more data frames after sending a Close frame."
func (o *outbound) judgeData(e *env, h frame.Header, f *Frame) {
	o.state = o.state.After(h)
	if e.conn.sentClose {
		e.markReached(sendAfterClose)
		e.note(sendAfterClose, FAILED, 0, f.Opcode.String(), f.Data)
	}
	o.judgeMessage(e, h, f)
}

// hiding holds the violations by which it is unknown what a frame means for messages.
const hiding = frame.UndefinedRSV | frame.UnknownOpcode | frame.StrayContinuation | frame.InterleavedMessages
