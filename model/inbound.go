package model

import (
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
		"A legal frame does not end the connection.", SeesFrames, ""},
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
		if f.Want != "" {
			return "the connection ended although " + f.Want
		}
		return "a legal frame ended the connection"
	}
	return ""
}

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

func (in *inbound) isSimple() bool {
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

// receiveBadHeader sorts a bad frame; it reports whether the frame fails the connection.
func (in *inbound) receiveBadHeader(e *env, h frame.Header, v frame.Violations, data string) bool {
	if rule := mustOf(v); rule != noRule {
		e.markReached(rule, recvAfterFail)
		e.conn.failing, e.conn.failedAt = rule, e.op
		if h.Opcode == frame.Ping {
			in.pingsAfterFailure = append(in.pingsAfterFailure, data)
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
	e.markReached(messageReceived)
	in.expected = append(in.expected, Message{Text: in.text, Data: string(in.message)})
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
