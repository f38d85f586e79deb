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

// inbound is what the peer sent, and how far the subject must have come with it.
type inbound struct {
	decoder frame.Decoder
	state   frame.State
	scratch []byte

	closeReceived     bool   // a Close was received
	lintBroken        RuleID // the lint that accepting it breaks; noRule
	bytesAfterFailure bool   // bytes came after the one that fails the connection
	pingsAfterFailure []string
	cutPing           string // what arrived of a Ping that the end of the stream cut off
	pingCutOff        bool
	message           []byte // fragments so far
	text              bool   // their type
	compressed        bool   // it is compressed
	contentUnknown    bool   // in raw bytes a compressed message came: no verdict on messages
	expected          []Message
	legalFrame        bool // a legal frame arrived in this event
	legalInMessage    bool // it arrived among the fragments of a message
}

func (in *inbound) reset(st frame.State) {
	in.decoder.Reset()
	*in = inbound{decoder: in.decoder, state: st, scratch: in.scratch[:0], lintBroken: noRule,
		pingsAfterFailure: in.pingsAfterFailure[:0], message: in.message[:0], expected: in.expected[:0]}
}

func (in *inbound) simple() bool {
	return !in.contentUnknown && !in.pingCutOff && !in.state.InMessage && len(in.expected) == 0 && in.decoder.Pending() == 0
}

// beginMessage begins a message of the peer's.
func (in *inbound) beginMessage(text bool, data string) {
	in.state.InMessage, in.text = true, text
	in.message = append(in.message[:0], data...)
}

// encodeEvent is what the peer sends for ev, as bytes; valid until the next call.
func (in *inbound) encodeEvent(ev *Event, role Role) []byte {
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

// receiveEvent takes over what ev brings from the peer.
func (s *State) receiveEvent(ev *Event) {
	in := &s.in
	if s.conn.phase == closed || s.conn.dropped || s.conn.unparseable {
		return
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
			in.contentUnknown = true // its content is not known here
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

// badAlready reports whether the frame that is not whole is bad already.
func (in *inbound) badAlready(role Role) bool {
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

// receiveFrame takes over one whole frame of the peer's; message is what it means for
// the message when the frame is data.
func (s *State) receiveFrame(h frame.Header, data, message string) {
	in := &s.in
	if in.closeReceived { // after its Close nothing is due
		if h.Opcode == frame.Pong {
			s.tracker.pongsReceived++ // and yet a Pong came: who counts it made nothing up
			s.tracker.pongsUnread++
		}
		return
	}
	if s.conn.failing != noRule {
		in.bytesAfterFailure = true
		if h.Opcode == frame.Ping && len(in.pingsAfterFailure) < 64 {
			in.pingsAfterFailure = append(in.pingsAfterFailure, data)
		}
		return
	}
	v := frame.Judge(h, in.state)
	if s.in.receiveBadHeader(&s.env, h, v, data) {
		s.responder.excuseAll() // Pongs owed at that moment may be dropped
		return
	}
	if !s.conn.mayRefuse {
		in.legalFrame = true
		s.reach(recvLegal)
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
		if s.conn.phase == open {
			s.conn.phase = closing
		}
		if code, reason, ok := closePayload(data); data != "" && (!ok || !frame.CloseCode(code).Sendable() || !utf8.ValidString(reason)) {
			s.conn.mayRefuse = true
		}
		s.responder.excuseAtClose(&s.env)
	default:
		s.in.receiveData(&s.env, h, message)
	}
}

// receiveBadHeader sorts a bad frame; it reports whether the frame fails the connection.
func (in *inbound) receiveBadHeader(e *env, h frame.Header, v frame.Violations, data string) bool {
	if rule := mustOf(v); rule != noRule {
		e.reach(rule, recvAfterFail)
		e.conn.failing, e.conn.failedAt = rule, e.op
		if h.Opcode == frame.Ping {
			in.pingsAfterFailure = append(in.pingsAfterFailure, data)
		}
		return true
	}
	if rule := lintOf(v); rule != noRule {
		e.reach(rule)
		e.conn.mayRefuse = true
		if in.lintBroken == noRule && rule != recvMinimal {
			in.lintBroken = rule
		}
	}
	if v&(frame.StrayContinuation|frame.InterleavedMessages) != 0 {
		e.conn.mayRefuse, in.contentUnknown = true, true
	}
	return false
}

// maxMessage is the longest message that every subject accepts: some have limits.
const maxMessage = 16 << 10

func (in *inbound) receiveData(e *env, h frame.Header, data string) {
	in.legalInMessage = in.legalInMessage || h.RSV != 0
	if h.Opcode != frame.Continuation {
		in.beginMessage(h.Opcode == frame.Text, data)
		in.compressed = h.RSV&frame.RSV1 != 0
	} else if in.state.InMessage {
		in.message = append(in.message, data...)
	}
	in.state = in.state.After(h)
	if len(in.message) > maxMessage {
		e.conn.mayRefuse, in.contentUnknown = true, true
	}
	if !h.Fin || in.contentUnknown {
		if in.text && !utf8.Valid(in.message) {
			e.conn.mayRefuse = true // may be refused as soon as it is noticed
		}
		return
	}
	if in.text && !utf8.Valid(in.message) {
		e.conn.mayRefuse, in.contentUnknown = true, true
		return
	}
	e.reach(messageReceived)
	in.expected = append(in.expected, Message{Text: in.text, Data: string(in.message)})
}

// whyUnexpected says why no message is expected.
func (in *inbound) whyUnexpected() string {
	if in.state.InMessage {
		return "a message that the peer did not finish"
	}
	return "a message that the peer did not send"
}

// judgeMessages compares what reached the application with what was sent.
func (in *inbound) judgeMessages(e *env, seen *Outcome) {
	for _, m := range seen.Messages {
		switch {
		case in.bytesAfterFailure && e.conn.failing != noRule && len(in.expected) == 0 && !in.contentUnknown: // else it may be an earlier one
			e.note(e.conn.failing, FAILED, 0, "a message that came with or after it was delivered", m.Data)
		case in.contentUnknown || e.conn.mayRefuse:
		case len(in.expected) == 0:
			e.note(messageReceived, FAILED, 0, in.whyUnexpected(), m.Data)
		case m.Text != in.expected[0].Text || m.Data != in.expected[0].Data:
			e.note(messageReceived, FAILED, 0, in.expected[0].Data, m.Data)
		}
		if len(in.expected) > 0 {
			in.expected = append(in.expected[:0], in.expected[1:]...)
		}
	}
}

// judgeSettle judges what the subject accepted and should have refused.
func (in *inbound) judgeSettle(e *env) {
	silent := !e.hasEnded() && !e.conn.blocked // the subject lives on, and could have said so
	if e.conn.failing != noRule && silent && !e.conn.dropped {
		e.note(e.conn.failing, FAILED, 0, "the connection lives on", "")
	}
	if e.conn.mayRefuse && !e.conn.unparseable && silent && in.decoder.Pending() == 0 && !in.state.InMessage {
		if in.lintBroken != noRule {
			e.note(in.lintBroken, NonStrict, 0, "", "accepted")
		}
		e.conn.mayRefuse, in.lintBroken = false, noRule
	}
	if h := in.decoder.Partial().Header; h.Length>>63 != 0 && silent {
		e.note(recvHighBit, NonStrict, 0, "", "accepted") // what it declares never comes
	}
}

// judgeUndelivered judges a message that has not reached the application by now.
func (in *inbound) judgeUndelivered(e *env) {
	if len(in.expected) > 0 && !in.contentUnknown && e.info.Sees&SeesMessages != 0 {
		e.note(messageReceived, FAILED, 0, in.expected[0].Data, "nothing was delivered")
		in.expected = in.expected[:0]
	}
}
