package specimen

import (
	"fmt"
	"unicode/utf8"

	"github.com/pongcheck/pongcheck/frame"
)

// parser reads frames and checks them in the order of the Python connections. It checks opcode and
// mask as soon as two bytes are there, the length as soon as that is there, and everything else
// when the frame is whole.
type parser struct {
	decoder frame.Decoder
	state   frame.State
	first   byte   // first byte of a frame of which nothing else has come
	size    uint64 // size of the message's fragments so far
}

// violation is why a connection fails: the Close to send. The zero violation is none.
type violation struct {
	code   frame.CloseCode
	reason string
}

// maxSize is the longest message that is accepted.
const maxSize = 1 << 20

func (p *parser) reset(role frame.Role) {
	p.decoder.Reset()
	p.state, p.size = frame.State{Role: role}, 0
}

// nextFrame reads from b up to the end of a frame, and returns how many bytes that took.
func (p *parser) nextFrame(b []byte) (*frame.Frame, violation, int) {
	if bad := p.parseStart(b); bad != (violation{}) {
		return nil, bad, len(b)
	}
	f, n := p.decoder.Next(b)
	if f == nil {
		return nil, p.tooBig(p.decoder.Partial().Length), n
	}
	return f, p.checkHeader(f.Header), n
}

// parseStart checks the first two bytes of a frame once both are there.
func (p *parser) parseStart(b []byte) violation {
	second := 0
	switch p.decoder.Pending() {
	case 0:
		p.first, second = b[0], 1
	case 1:
	default:
		return violation{}
	}
	if second == len(b) {
		return violation{}
	}
	h := frame.Header{Fin: true, Opcode: frame.Opcode(p.first & 0xf), Masked: b[second]&0x80 != 0}
	return firstViolation(frame.Judge(h, p.state) & (frame.UnknownOpcode | frame.WrongMask))
}

// checkHeader checks the header of a frame that is whole.
func (p *parser) checkHeader(h frame.Header) violation {
	if bad := p.tooBig(h.Length); bad != (violation{}) {
		return bad
	}
	bad := firstViolation(frame.Judge(h, p.state))
	p.state = p.state.After(h)
	switch {
	case !p.state.InMessage:
		p.size = 0
	case !h.Opcode.Control():
		p.size += h.Length
	}
	return bad
}

func (p *parser) tooBig(length uint64) violation {
	if length <= maxSize-p.size {
		return violation{}
	}
	so := ""
	if p.state.InMessage {
		so = fmt.Sprintf(" after reading %d bytes", p.size)
	}
	return violation{frame.MessageTooBig, fmt.Sprintf("frame with %d bytes%s exceeds limit of %d bytes", length, so, maxSize)}
}

// firstViolation returns the consequence of the first of several violations. A length in more
// bytes than needed is accepted.
func firstViolation(v frame.Violations) violation {
	if v == 0 {
		return violation{}
	}
	for i := range reasons {
		if v&reasons[i].bit != 0 {
			return violation{frame.ProtocolError, reasons[i].text}
		}
	}
	return violation{}
}

var reasons = [...]struct {
	bit  frame.Violations
	text string
}{
	{frame.UnknownOpcode, "invalid opcode"},
	{frame.WrongMask, "incorrect masking"},
	{frame.UndefinedRSV | frame.MisplacedRSV1, "reserved bits must be 0"},
	{frame.LongControl, "control frame too long"},
	{frame.FragmentedControl, "fragmented control frame"},
	{frame.InterleavedMessages, "expected a continuation frame"},
	{frame.StrayContinuation, "unexpected continuation frame"},
}

// noStatus is the code of a Close without one.
const noStatus = frame.NoStatus

// parseClose returns the code in the payload of a Close, or what is wrong with it.
func parseClose(data string) (frame.CloseCode, violation) {
	switch {
	case data == "":
		return noStatus, violation{}
	case len(data) == 1:
		return 0, violation{frame.ProtocolError, "close frame too short"}
	}
	code := frame.CloseCode(data[0])<<8 | frame.CloseCode(data[1])
	if bad := checkText(data[2:]); bad != (violation{}) {
		return 0, bad
	}
	if !code.Sendable() {
		return 0, violation{frame.ProtocolError, "invalid status code"}
	}
	return code, violation{}
}

// checkText says where s is not UTF-8, in Python's words.
func checkText(s string) violation {
	at, reason := badText(s)
	if reason == "" {
		return violation{}
	}
	return violation{frame.InvalidPayload, fmt.Sprintf("%s at position %d", reason, at)}
}

// unfinished is the reason when the last character is cut off.
const unfinished = "unexpected end of data"

// badText returns where s is not UTF-8, and why. The reason is empty if s is UTF-8.
func badText(s string) (at int, reason string) {
	if utf8.ValidString(s) {
		return 0, ""
	}
	for {
		r, size := utf8.DecodeRuneInString(s[at:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	switch c := s[at]; {
	case !utf8.FullRuneInString(s[at:]):
		return at, unfinished
	case c >= 0xc2 && c <= 0xf4:
		return at, "invalid continuation byte"
	}
	return at, "invalid start byte"
}
