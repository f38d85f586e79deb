package specimen

import (
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// readingMutants mangle, mix up or lose what the peer sends.
func readingMutants() []Mutant {
	return []Mutant{
		{Name: "answering/seven-bits", Of: "specimen/responder",
			Change: "the payload of a Pong has seven bits a byte", new: as[sevenBits]},
		{Name: "answering/whole-words", Of: "specimen/responder",
			Change: "the payload is copied in whole words of four bytes", new: as[wholeWords]},
		{Name: "answering/vector-tail", Of: "specimen/responder",
			Change: "of payloads from 16 bytes on, what is behind the last whole eight bytes stays masked", new: as[vectorTail]},
		{Name: "answering/one-per-message", Of: "specimen/responder",
			Change: "of the Pings among the fragments of one message the first is answered", new: as[onePerMessage]},
		{Name: "answering/after-own-pong", Of: "specimen/responder",
			Change: "a Pong of the application's counts as the answer to the next Ping", new: as[afterOwnPong]},
		{Name: "answering/own-payload", Of: "specimen/exact",
			Change: "a Ping with the payload of a pending one is taken for its echo, and not answered", new: as[ownPayload]},
		{Name: "answering/flood", Of: "specimen/responder",
			Change: "after eight Pings within a second the others are not answered", new: as[floodIgnored]},
		{Name: "isolation/rest-of-read", Of: "specimen/exact",
			Change: "what comes in one read behind a message is dropped", new: as[restOfRead]},
		{Name: "isolation/ping-validated", Of: "specimen/responder",
			Change: "a Ping among the fragments of a text must be UTF-8, too", new: as[pingValidated]},
		{Name: "isolation/type-of-last", Of: "specimen/exact",
			Change: "whether a message in fragments must be UTF-8 is read from the last whole frame", new: as[typeOfLast]},
		{Name: "isolation/empty-fragment", Of: "specimen/exact",
			Change: "an empty fragment ends its message", new: as[emptyFragment]},
		{Name: "isolation/two-byte-characters", Of: "specimen/exact",
			Change: "characters are kept in 16 bits, and others replaced", new: as[twoByteCharacters]},
		{Name: "isolation/stored-resets-window", Of: "specimen/deflate",
			Change: "a message that is not compressed resets the window of those that are", new: as[storedResetsWindow]},
		{Name: "isolation/split-length", Of: "specimen/exact",
			Change: "the two bytes of a length are expected in one read", new: as[splitLength]},
	}
}

type sevenBits struct{ responder }

func (p *sevenBits) answerPing(data string) {
	b := []byte(data)
	for i := range b {
		b[i] &= 0x7f
	}
	p.responder.answerPing(p.copyBytes(b))
}

type wholeWords struct{ responder }

func (p *wholeWords) answerPing(data string) { p.responder.answerPing(data[:len(data)&^3]) }

type vectorTail struct{ responder }

func (p *vectorTail) answerPing(data string) {
	if p.role == model.Server && len(data) >= 16 {
		b := []byte(data)
		for i := len(b) &^ 7; i < len(b); i++ {
			b[i] ^= "\x37\xfa\x21\x3d"[i%4]
		}
		data = p.copyBytes(b)
	}
	p.responder.answerPing(data)
}

type onePerMessage struct {
	responder
	answered bool // a Ping among the fragments of the message
}

func (p *onePerMessage) assembleMessage(f *frame.Frame, data string) violation {
	if f.Opcode != frame.Continuation {
		p.answered = false
	}
	return p.responder.assembleMessage(f, data)
}

func (p *onePerMessage) answerPing(data string) {
	if p.state.InMessage && p.answered {
		return
	}
	p.answered = p.state.InMessage
	p.responder.answerPing(data)
}

type afterOwnPong struct {
	responder
	answered bool
}

func (p *afterOwnPong) openConnection(cfg *model.Config) {
	p.responder.openConnection(cfg)
	p.answered = false
}

func (p *afterOwnPong) step(s side, ev *model.Event, out *model.Outcome) {
	p.responder.step(s, ev, out)
	p.answered = p.answered || ev.Kind == model.SendPong
}

func (p *afterOwnPong) answerPing(data string) {
	if !p.answered {
		p.responder.answerPing(data)
	}
	p.answered = false
}

type ownPayload struct{ exact }

func (x *ownPayload) answerPing(data string) {
	if x.findPending(data) < 0 {
		x.exact.answerPing(data)
	}
}

type floodIgnored struct {
	responder
	since time.Duration // when the second began
	pings int           // Pings in it
}

func (p *floodIgnored) openConnection(cfg *model.Config) {
	p.responder.openConnection(cfg)
	p.since, p.pings = 0, 0
}

func (p *floodIgnored) answerPing(data string) {
	if p.now >= p.since+time.Second {
		p.since, p.pings = p.now, 0
	}
	if p.pings++; p.pings <= 8 {
		p.responder.answerPing(data)
	}
}

type restOfRead struct{ exact }

func (x *restOfRead) nextFrame(b []byte) (*frame.Frame, violation, int) {
	f, bad, n := x.exact.nextFrame(b)
	if f != nil && f.Fin && !f.Opcode.Control() {
		n = len(b)
	}
	return f, bad, n
}

type pingValidated struct{ responder }

func (p *pingValidated) nextFrame(b []byte) (*frame.Frame, violation, int) {
	f, bad, n := p.responder.nextFrame(b)
	if f != nil && bad == (violation{}) && f.Opcode == frame.Ping && p.state.InMessage && p.text {
		bad = checkText(string(f.Payload))
	}
	return f, bad, n
}

type typeOfLast struct {
	exact
	lastText bool // the last message in one frame was a text
}

func (x *typeOfLast) openConnection(cfg *model.Config) {
	x.exact.openConnection(cfg)
	x.lastText = false
}

func (x *typeOfLast) assembleMessage(f *frame.Frame, data string) violation {
	if f.Fin && f.Opcode == frame.Continuation && x.lastText {
		if bad := checkText(string(x.message) + data); bad != (violation{}) {
			return bad
		}
	}
	if f.Fin && f.Opcode != frame.Continuation {
		x.lastText = f.Opcode == frame.Text
	}
	return x.exact.assembleMessage(f, data)
}

type emptyFragment struct{ exact }

func (x *emptyFragment) assembleMessage(f *frame.Frame, data string) violation {
	last := *f
	last.Fin = f.Fin || f.Opcode == frame.Continuation && data == ""
	return x.exact.assembleMessage(&last, data)
}

type twoByteCharacters struct{ exact }

func (x *twoByteCharacters) assembleMessage(f *frame.Frame, data string) violation {
	n := len(x.out.Messages)
	bad := x.exact.assembleMessage(f, data)
	if len(x.out.Messages) > n {
		m := &x.out.Messages[n]
		if m.Text {
			m.Data = strings.Map(func(r rune) rune {
				if r > 0xffff {
					return utf8.RuneError
				}
				return r
			}, m.Data)
		}
	}
	return bad
}

type storedResetsWindow struct{ deflating }

func (d *storedResetsWindow) assembleMessage(f *frame.Frame, data string) violation {
	if f.Opcode != frame.Continuation && f.RSV == 0 {
		d.inflater.Reset()
	}
	return d.deflating.assembleMessage(f, data)
}

type splitLength struct {
	exact
	second byte // the second byte of the frame under way
}

func (x *splitLength) nextFrame(b []byte) (*frame.Frame, violation, int) {
	switch pending := x.decoder.Pending(); {
	case pending == 0 && len(b) > 1:
		x.second = b[1]
	case pending == 1:
		x.second = b[0]
	case pending == 3 && x.second&0x7f == 126:
		panic(errors.New("short read: got 1 byte, want 2"))
	}
	return x.exact.nextFrame(b)
}
