package model

import (
	"unicode/utf8"
	"unsafe"

	"github.com/pongcheck/pongcheck/frame"
)

// MaskKey is the key with which the peer masks its frames towards a server: that
// of the examples in RFC 6455 section 5.7. A fixed key makes the bytes of a trace
// the same for every subject.
var MaskKey = [4]byte{0x37, 0xfa, 0x21, 0x3d}

// noRule stands for "no rule" where one is optional.
const noRule = rules

// incoming is what the peer sent, and how far the subject must have come with it.
type incoming struct {
	decoder frame.Decoder
	state   frame.State
	scratch []byte

	closed    bool   // a Close was received
	failing   RuleID // this rule makes the subject fail the connection; noRule
	failAt    int32  // the op that brought it
	lost      bool   // what the bytes mean is not known here any more: no verdict on what they bring
	soft      bool   // accepting and refusing what came are both right: no proofs until settled
	softRule  RuleID // the lint that accepting it breaks; noRule
	late      bool   // bytes came after the one that fails the connection
	latePings []string
	cut       string // what arrived of a Ping that the end of the stream cut off
	wasCut    bool
	message   []byte // fragments so far
	text      bool   // their type
	z         bool   // it is compressed
	packed    bool   // in raw bytes a compressed message came: no verdict on messages
	expect    []Message
	fresh     bool // a legal frame arrived in this event
	wrapped   bool // it arrived among the fragments of a message
}

func (in *incoming) reset(st frame.State) {
	in.decoder.Reset()
	*in = incoming{decoder: in.decoder, state: st, scratch: in.scratch[:0], failing: noRule, softRule: noRule,
		latePings: in.latePings[:0], message: in.message[:0], expect: in.expect[:0]}
}

func (in *incoming) simple() bool {
	return in.failing == noRule && !in.soft && !in.packed && !in.wasCut && !in.state.InMessage && len(in.expect) == 0 && in.decoder.Pending() == 0
}

// begin begins a message of the peer's.
func (in *incoming) begin(text bool, data string) {
	in.state.InMessage, in.text = true, text
	in.message = append(in.message[:0], data...)
}

// encode is what the peer sends for ev, as bytes; valid until the next call.
func (in *incoming) encode(ev *Event, role Role) []byte {
	if ev.Kind == Raw {
		in.scratch = append(in.scratch[:0], ev.Data...)
		return in.scratch
	}
	h, data := PeerFrame(ev, role)
	in.scratch = frame.Append(in.scratch[:0], h, unsafe.Slice(unsafe.StringData(data), len(data)))
	return in.scratch
}

// PeerFrame is the frame that the peer sends for an event other than raw, as its
// header and its payload, for adapters that deliver bytes. A message marked as
// compressed is not compressed here: that needs the window of the connection.
func PeerFrame(ev *Event, role Role) (frame.Header, string) {
	h := frame.Header{Fin: true, Masked: role == Server}
	if h.Masked {
		h.Key = MaskKey
	}
	data := ev.Data
	switch ev.Kind {
	case Pong:
		h.Opcode = frame.Pong
	case RecvPing:
		h.Opcode = frame.Ping
	case PeerClose:
		h.Opcode, data = frame.Close, peerCloseData(ev.N)
	case Cont:
		h.Opcode, h.Fin = frame.Continuation, ev.Fin
	case Msg, Frag:
		h.Opcode, h.Fin = frame.Binary, ev.Kind == Msg
		if ev.Text {
			h.Opcode = frame.Text
		}
		if ev.Z {
			h.RSV = frame.RSV1
		}
	}
	h.Length = uint64(len(data))
	return h, data
}

// receive takes over what ev brings from the peer.
func (s *State) receive(ev *Event) {
	in := &s.in
	if s.ends.phase == closed || s.ends.dropped || in.lost {
		return
	}
	if in.decoder.Pending() > 0 && in.state.Deflate && (ev.Kind == Msg || ev.Kind == Frag || ev.Kind == Cont) {
		in.lost, in.soft = true, true // only the subject's side knows the compressed bytes
		return
	}
	if ev.Kind != Raw && in.decoder.Pending() == 0 {
		h, data := PeerFrame(ev, s.cfg.Role)
		s.received(h, data, ev.Data)
		return
	}
	bytes := in.encode(ev, s.cfg.Role)
	for len(bytes) > 0 {
		f, n := in.decoder.Next(bytes)
		bytes = bytes[n:]
		if f == nil {
			break
		}
		if in.state.Deflate && (f.RSV&frame.RSV1 != 0 || in.z && f.Opcode == frame.Continuation) {
			in.packed = true // its content is not known here
		}
		if !f.Last() || f.Offset != 0 {
			in.packed, in.soft = true, true
		}
		data := string(f.Payload)
		s.received(f.Header, data, data)
	}
	if in.decoder.Pending() > 0 && in.badSoFar(s.cfg.Role) {
		in.soft = true // half of a bad frame: it may be refused before it is whole
	}
}

// badSoFar reports whether the frame that is not whole is bad already.
func (in *incoming) badSoFar(role Role) bool {
	h := in.decoder.Partial().Header
	if h.LengthForm == 0 { // only its first byte is known
		h.Masked = role == Server
	}
	return frame.Judge(h, in.state) != 0
}

// lintOf and mustOf sort the ways in which a received header can be bad.
func lintOf(v frame.Violations) RuleID {
	switch {
	case v&frame.FragmentedControl != 0:
		return recvFin
	case v&frame.LongControl != 0:
		return recvControlLength
	case v&frame.LengthHighBit != 0:
		return recvHighBit
	case v&frame.LongLengthForm != 0:
		return recvMinimal
	}
	return noRule
}

func mustOf(v frame.Violations) RuleID {
	switch {
	case v&frame.WrongMask != 0:
		return recvMask
	case v&frame.UndefinedRSV != 0:
		return recvRSV
	case v&frame.UnknownOpcode != 0:
		return recvOpcode
	case v&frame.MisplacedRSV1 != 0:
		return recvRSV1
	}
	return noRule
}

// received takes over one whole frame of the peer's; message is what it means for
// the message when the frame is data.
func (s *State) received(h frame.Header, data, message string) {
	in := &s.in
	if in.closed { // after its Close nothing is due
		if h.Opcode == frame.Pong {
			s.pongs++ // and yet a Pong came: who counts it made nothing up
			s.unread++
		}
		return
	}
	if in.failing != noRule {
		in.late = true
		if h.Opcode == frame.Ping && len(in.latePings) < 64 {
			in.latePings = append(in.latePings, data)
		}
		return
	}
	v := frame.Judge(h, in.state)
	if s.badHeader(h, v, data) {
		return
	}
	if !in.soft {
		in.fresh = true
		s.record.reached |= setOf(recvLegal)
	}
	in.wrapped = in.wrapped || in.state.InMessage
	switch h.Opcode {
	case frame.Ping:
		s.receivedPing(data)
	case frame.Pong:
		s.receivedPong(data)
	case frame.Close:
		in.closed = true
		if s.ends.phase == open {
			s.ends.phase = closing
		}
		if code, reason, ok := closePayload(data); data != "" && (!ok || !frame.CloseCode(code).Sendable() || !utf8.ValidString(reason)) {
			in.soft = true
		}
		s.overtaken()
	default:
		s.receivedData(h, message)
	}
}

// badHeader sorts a bad frame; it reports whether the frame fails the connection.
func (s *State) badHeader(h frame.Header, v frame.Violations, data string) bool {
	in := &s.in
	if rule := mustOf(v); rule != noRule {
		s.record.reached |= setOf(rule, recvAfterFail)
		in.failing, in.failAt = rule, s.op
		s.ponger.excuseAll() // Pongs owed at that moment may be dropped
		if h.Opcode == frame.Ping {
			in.latePings = append(in.latePings, data)
		}
		return true
	}
	if rule := lintOf(v); rule != noRule {
		s.record.reached |= setOf(rule)
		in.soft = true
		if in.softRule == noRule && rule != recvMinimal {
			in.softRule = rule
		}
	}
	if v&(frame.StrayContinuation|frame.InterleavedMessages) != 0 {
		in.soft, in.packed = true, true
	}
	return false
}

// maxMessage is the longest message that every subject accepts: some have limits.
const maxMessage = 16 << 10

func (s *State) receivedData(h frame.Header, data string) {
	in := &s.in
	in.wrapped = in.wrapped || h.RSV != 0
	if h.Opcode != frame.Continuation {
		in.begin(h.Opcode == frame.Text, data)
		in.z = h.RSV&frame.RSV1 != 0
	} else if in.state.InMessage {
		in.message = append(in.message, data...)
	}
	in.state = in.state.After(h)
	if len(in.message) > maxMessage {
		in.soft, in.packed = true, true
	}
	if !h.Fin || in.packed {
		if in.text && !utf8.Valid(in.message) {
			in.soft = true // may be refused as soon as it is noticed
		}
		return
	}
	if in.text && !utf8.Valid(in.message) {
		in.soft, in.packed = true, true
		return
	}
	s.record.reached |= setOf(messageReceived)
	in.expect = append(in.expect, Message{Text: in.text, Data: string(in.message)})
}

// unexpected says why no message is expected.
func (in *incoming) unexpected() string {
	if in.state.InMessage {
		return "a message that the peer did not finish"
	}
	return "a message that the peer did not send"
}

// judgeMessages compares what reached the application with what was sent.
func (s *State) judgeMessages(seen *Outcome) {
	in := &s.in
	for _, m := range seen.Messages {
		switch {
		case in.late && in.failing != noRule && len(in.expect) == 0 && !in.packed: // else it may be an earlier one
			s.note(in.failing, FAILED, 0, "a message that came with or after it was delivered", m.Data)
		case in.packed || in.soft:
		case len(in.expect) == 0:
			s.note(messageReceived, FAILED, 0, in.unexpected(), m.Data)
		case m.Text != in.expect[0].Text || m.Data != in.expect[0].Data:
			s.note(messageReceived, FAILED, 0, in.expect[0].Data, m.Data)
		}
		if len(in.expect) > 0 {
			in.expect = append(in.expect[:0], in.expect[1:]...)
		}
	}
}
