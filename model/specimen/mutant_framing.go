package specimen

import (
	"errors"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// framingMutants write frames that are illegal, or accept such.
func framingMutants() []Mutant {
	return []Mutant{
		{Name: "answering/fragmented-ping", Of: "specimen/responder", Mirrors: "bandit #651",
			Change: "no clause matches a control frame with FIN=0 and RSV1", new: as[fragmentedPing]},
		{Name: "answering/unmasked", Of: "specimen/responder",
			Change: "a client does not mask its Pongs", new: as[unmasked]},
		{Name: "answering/long-form", Of: "specimen/responder", Mirrors: "netxduo #411",
			Change: "the length 125 is written in 16 bits", new: as[longForm]},
		{Name: "answering/echoes-too-long", Of: "specimen/responder", Mirrors: "userver #1308",
			Change: "a Ping of more than 125 bytes is accepted, and echoed", new: as[echoesTooLong]},
		{Name: "answering/half-a-ping", Of: "specimen/responder",
			Change: "what arrived of a Ping when the stream ends is answered", new: as[halfAPing]},
		{Name: "answering/reserved-bits", Of: "specimen/responder",
			Change: "reserved bits are not looked at", new: as[reservedBits]},
		{Name: "answering/unknown-opcode", Of: "specimen/responder",
			Change: "frames with an unknown opcode are skipped", new: as[unknownOpcode]},
		{Name: "answering/mask-ignored", Of: "specimen/responder",
			Change: "whether a frame is masked is not looked at", new: as[maskIgnored]},
	}
}

type fragmentedPing struct{ responder }

func (p *fragmentedPing) nextFrame(b []byte) (*frame.Frame, violation, int) {
	f, bad, n := p.responder.nextFrame(b)
	if f != nil && f.Opcode.Control() && !f.Fin && f.RSV&frame.RSV1 != 0 {
		panic(errors.New("no function clause matching"))
	}
	return f, bad, n
}

type unmasked struct{ responder }

func (p *unmasked) answerPing(data string) {
	p.responder.answerPing(data)
	p.lastWritten().WrongMask = p.role == model.Client
}

type longForm struct{ responder }

func (p *longForm) answerPing(data string) {
	p.responder.answerPing(data)
	if len(data) == frame.MaxControl {
		p.lastWritten().Long = 16
	}
}

type echoesTooLong struct{ responder }

func (p *echoesTooLong) nextFrame(b []byte) (*frame.Frame, violation, int) {
	return p.parseIgnoring(b, "control frame too long")
}

type halfAPing struct{ responder }

func (p *halfAPing) step(s side, ev *model.Event, out *model.Outcome) {
	if f := p.decoder.Partial(); ev.Kind == model.EOF && f.Opcode == frame.Ping && len(f.Payload) > 0 && !p.leaving {
		p.out = out
		p.answerPing(p.copyBytes(f.Payload))
	}
	p.responder.step(s, ev, out)
}

type reservedBits struct{ responder }

func (p *reservedBits) nextFrame(b []byte) (*frame.Frame, violation, int) {
	return p.parseIgnoring(b, "reserved bits must be 0")
}

type unknownOpcode struct{ responder }

func (p *unknownOpcode) nextFrame(b []byte) (*frame.Frame, violation, int) {
	return p.parseIgnoring(b, "invalid opcode")
}

type maskIgnored struct{ responder }

func (p *maskIgnored) nextFrame(b []byte) (*frame.Frame, violation, int) {
	if p.decoder.Pending() == 0 && len(b) > 1 {
		p.state.Role = model.Client
		if b[1]&0x80 != 0 {
			p.state.Role = model.Server
		}
	}
	return p.responder.nextFrame(b)
}

// lastWritten is the frame that was written last, if it was not held up.
func (l *link) lastWritten() *model.Frame {
	if n := len(l.out.Frames); n > 0 && !l.blocked && !l.silent {
		return &l.out.Frames[n-1]
	}
	return new(model.Frame)
}

// parseIgnoring is what the parser makes of b, but for violations with one of the reasons.
func (p *parser) parseIgnoring(b []byte, reasons ...string) (*frame.Frame, violation, int) {
	f, bad, n := p.nextFrame(b)
	for _, r := range reasons {
		if bad.reason == r {
			bad = violation{}
		}
	}
	return f, bad, n
}
