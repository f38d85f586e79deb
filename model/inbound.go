package model

import (
	"fmt"
	"unicode/utf8"
	"unsafe"

	"github.com/pongcheck/pongcheck/frame"
)

// The rules of how the subject takes what it receives.
const (
	recvMask RuleID = endPongRules + iota
	recvRSV
	recvOpcode
	recvRSV1
	recvFin
	recvControlLength
	recvHighBit
	recvMinimal
	recvAfterFail
	recvLegal
	recvAfterClose
	endRecvRules
)

var recvRules = ruleFamily{recvSentence, map[RuleID]Rule{
	recvMask: {"recv.mask", Must, "5.1",
		"A server fails the connection on a frame that is not masked, a client on one that is.", SeesFrames, ""},
	recvRSV: {"recv.rsv", Must, "5.2",
		"A reserved bit that no extension defines fails the connection.", SeesFrames, ""},
	recvOpcode: {"recv.opcode", Must, "5.2",
		"An unknown opcode fails the connection.", SeesFrames, ""},
	recvRSV1: {"recv.rsv1", Must, "RFC 7692 section 6",
		"RSV1 on a control frame or on a later fragment fails the connection.", SeesFrames, ""},
	recvFin: {"recv.fin", Lint, "5.5",
		"A fragmented control frame binds its sender; who receives it may fail the connection (10.7).", SeesFrames,
		"fragments of control frames glue into what follows"},
	recvControlLength: {"recv.length", Lint, "5.5",
		"A control frame of more than 125 bytes binds its sender; who receives it may fail the connection (10.7).", SeesFrames,
		"an answer to it would be an illegal frame"},
	recvHighBit: {"recv.high-bit", Lint, "5.2",
		"A 64-bit length with the highest bit set binds its sender; who receives it may fail the connection (10.7).", SeesFrames,
		"a signed length turns negative"},
	recvMinimal: {"recv.minimal", Lint, "5.2",
		"A length in more bytes than needed binds its sender; accepting and refusing it are both right.", SeesFrames, ""},
	recvAfterFail: {"recv.after-fail", Must, "7.1.7",
		"Once the connection failed, no later byte of the peer's is processed.", SeesFrames, ""},
	recvLegal: {"recv.legal", Contract, "",
		"A legal frame does not end the connection, but for a limit or a policy that its Close names (7.3, 7.4.1).", SeesFrames,
		"a peer that keeps to the RFC loses its connection by a limit that it does not know"},
	recvAfterClose: {"recv.after-close", Lint, "5.5.1",
		"Data after a Close binds its sender; who receives it may discard or deliver it (1.4).", SeesMessages,
		"the application reads what the peer had no right to send"},
}}

// recvSentence says what a finding by a rule of this family found.
func recvSentence(f *Finding) string {
	switch f.Rule {
	case recvMask, recvRSV, recvOpcode, recvRSV1:
		return "the bad frame was accepted (" + f.Want + ")"
	case recvFin, recvControlLength, recvHighBit:
		return "the bad frame was accepted"
	case recvAfterFail:
		return "the connection had failed (" + f.Want + "), yet the Ping " + hexWord(f.Got) + " was answered"
	case recvLegal:
		switch {
		case f.Want != "":
			return "the connection ended although " + f.Want
		case f.Got != "":
			return "a legal frame ended the connection: " + f.Got
		}
		return "a legal frame ended the connection"
	case recvAfterClose:
		return fmt.Sprintf("a message that came after the peer's Close was delivered: %.60q", f.Got)
	}
	return ""
}

// inbound is what the peer sent, and what the subject must make of it.
type inbound struct {
	decoder frame.Decoder // cuts the peer's bytes into frames
	state   frame.State   // of the subject, as the receiver of those frames
	scratch []byte        // memory of encodeEvent

	closeReceived     bool              // the peer sent a Close
	lintBroken        RuleID            // the lint that a subject breaks which accepts what came; noRule
	mayCarryMessage   bool              // a message may have come in or after the frame that fails the connection
	pingsAfterFailure []latePing        // Pings with or after those bytes: answering one is wrong
	cutPing           string            // what arrived of the payload of a Ping that the end of the stream cut off
	pingCutOff        bool              // cutPing is set
	message           []byte            // fragments of the message under way, put together
	text              bool              // that message is text
	compressed        bool              // that message is compressed
	contentUnknown    bool              // the content of a message is not known here: no verdict on messages
	legalFrame        bool              // a legal frame came in this event
	legalInMessage    bool              // one came among the fragments of a message, or compressed
	legalData         bool              // one was a data frame
	mayRefuseLate     bool              // connection.mayRefuse was set once: a subject may act on it late
	expected          []expectedMessage // messages that have yet to reach the application, in order
}

func (in *inbound) reset(st frame.State) {
	in.decoder.Reset()
	*in = inbound{decoder: in.decoder, state: st, scratch: in.scratch[:0], lintBroken: noRule,
		pingsAfterFailure: in.pingsAfterFailure[:0], message: in.message[:0], expected: in.expected[:0]}
}

// latePing is a Ping that the subject must not handle any more.
type latePing struct {
	data string // its payload
	op   int32  // the op that brought it
}

// expectedMessage is a message of the peer's.
type expectedMessage struct {
	Message
	afterClose bool // it came whole after the peer's Close: a subject may discard it
}

// isSimple reports whether nothing is under way, and all content is known.
func (in *inbound) isSimple() bool {
	return !in.contentUnknown && !in.pingCutOff && !in.state.InMessage && len(in.expected) == 0 && in.decoder.Pending() == 0
}

// beginMessage begins a message of the peer's.
func (in *inbound) beginMessage(text bool, data string) {
	in.state.InMessage, in.text = true, text
	in.message = append(in.message[:0], data...)
}

// encodeEvent returns the bytes that the peer sends for ev. They are valid until the next
// call.
func (in *inbound) encodeEvent(ev *Event, role Role) []byte {
	if ev.Kind == Raw {
		in.scratch = append(in.scratch[:0], ev.Data...)
		return in.scratch
	}
	h, data := PeerFrame(ev, role)
	in.scratch = frame.Append(in.scratch[:0], h, unsafe.Slice(unsafe.StringData(data), len(data)))
	return in.scratch
}

// badAlready reports whether the frame under way is bad by what came of it.
func (in *inbound) badAlready(role Role) bool {
	h := in.decoder.Partial().Header
	if h.LengthForm == 0 { // only its first byte is known
		h.Masked = role == Server
	}
	return frame.Judge(h, in.state) != 0
}

// lintOf returns the lint that a receiver breaks which accepts a frame with violations
// that bind its sender alone; or noRule.
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

// mustOf returns the rule by which a receiver must fail the connection on a frame with
// these violations; or noRule.
func mustOf(v frame.Violations) RuleID {
	switch {
	// RFC 6455 section 5.1: "The server MUST close the connection upon receiving a frame
	// that is not masked." and "A client MUST close a connection if it detects a masked
	// frame."
	case v&frame.WrongMask != 0:
		return recvMask
	// Section 5.2: "If a nonzero value is received and none of the negotiated extensions
	// defines the meaning of such a nonzero value, the receiving endpoint MUST _Fail the
	// WebSocket Connection_."
	case v&frame.UndefinedRSV != 0:
		return recvRSV
	// Section 5.2: "If an unknown opcode is received, the receiving endpoint MUST _Fail
	// the WebSocket Connection_."
	case v&frame.UnknownOpcode != 0:
		return recvOpcode
	// RFC 7692 section 6: "An endpoint receiving such a frame MUST _Fail the WebSocket
	// Connection_."
	case v&frame.MisplacedRSV1 != 0:
		return recvRSV1
	}
	return noRule
}

// receiveBadHeader records the violations of a frame, and reports whether the subject
// must fail the connection by them.
func (in *inbound) receiveBadHeader(e *env, h frame.Header, v frame.Violations, data string) bool {
	if rule := mustOf(v); rule != noRule {
		e.markReached(rule, recvAfterFail)
		e.conn.failing, e.conn.failedAt, e.conn.failedBy = rule, e.op, receivedDetail(h.Opcode)
		if rule == recvMask {
			e.conn.failedBy = roleDetail(e.cfg.Role)
		}
		in.mayCarryMessage = in.mayCarryMessage || !h.Opcode.Control()
		if h.Opcode == frame.Ping {
			in.pingsAfterFailure = append(in.pingsAfterFailure, latePing{data, e.op})
		}
		return true
	}
	if rule := lintOf(v); rule != noRule {
		e.markReached(rule)
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

// maxMessage is the longest message that every subject has to accept: some have limits.
const maxMessage = 16 << 10

// receiveData records a data frame, and expects its message once that is whole.
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
	switch {
	case in.text && h.Fin && !utf8.Valid(in.message):
		e.conn.mayRefuse, in.contentUnknown = true, true
	case in.text && !frame.BeginsText(in.message):
		e.conn.mayRefuse = true // a subject may refuse it before it is whole
	}
	if !h.Fin || in.contentUnknown {
		return
	}
	e.markReached(messageReceived)
	in.expected = append(in.expected, expectedMessage{Message{Text: in.text, Data: string(in.message)}, in.closeReceived})
}

// judgeSettle judges what the subject accepted and should have refused.
func (in *inbound) judgeSettle(e *env) {
	livesOn := !e.hasEnded() && !e.conn.blocked
	if e.conn.failing != noRule && livesOn && !e.conn.dropped {
		e.noteAccepted(0, "the connection lives on", "")
	}
	if e.conn.mayRefuse && !e.conn.unparseable && livesOn && in.decoder.Pending() == 0 && !in.state.InMessage {
		if in.lintBroken != noRule {
			e.note(in.lintBroken, NonStrict, 0, "", "accepted")
		}
		e.conn.mayRefuse, in.lintBroken, in.mayRefuseLate = false, noRule, true
	}
	if h := in.decoder.Partial().Header; h.Length>>63 != 0 && livesOn {
		e.note(recvHighBit, NonStrict, 0, "", "accepted") // so much never comes
	}
}
