package specimen

import (
	"errors"
	"math"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// headerMutants go wrong at a few headers of very many. Random traces hardly ever draw one;
// the sweep sends all of them.
func headerMutants() []Mutant {
	return []Mutant{
		{Name: "headers/negative-length", Of: "specimen/responder", Swept: true,
			Change: "the length of a data frame is a signed integer, and its sign is not looked at", new: as[negativeLength]},
		{Name: "headers/length-wraps", Of: "specimen/responder", Swept: true,
			Change: "the length and the size of the header are added without a look at the carry", new: as[lengthWraps]},
		{Name: "headers/mask-of-long", Of: "specimen/responder", Swept: true,
			Change: "the mask bit is not looked at where the length has 64 bits", new: as[maskOfLong]},
		{Name: "headers/last-opcodes", Of: "specimen/responder", Swept: true,
			Change: "a fragment with opcode 14 or 15 is skipped", new: as[lastOpcodes]},
	}
}

type negativeLength struct{ responder }

func (p *negativeLength) nextFrame(b []byte) (*frame.Frame, violation, int) {
	f, bad, n := p.responder.nextFrame(b)
	if h := p.decoder.Partial().Header; h.Length > math.MaxInt64 && !h.Opcode.Control() {
		panic(errors.New("makeslice: len out of range"))
	}
	return f, bad, n
}

type lengthWraps struct{ responder }

func (p *lengthWraps) nextFrame(b []byte) (*frame.Frame, violation, int) {
	f, bad, n := p.responder.nextFrame(b)
	if h := p.decoder.Partial().Header; h.Length > math.MaxUint64-frame.MaxHeader {
		panic(errors.New("slice bounds out of range"))
	}
	return f, bad, n
}

type maskOfLong struct{ responder }

func (p *maskOfLong) nextFrame(b []byte) (*frame.Frame, violation, int) {
	if p.decoder.Pending() == 0 && len(b) > 1 && b[1]&0x7f == 127 {
		role := p.state.Role
		defer func() { p.state.Role = role }()
		p.state.Role = model.Client
		if b[1]&0x80 != 0 {
			p.state.Role = model.Server
		}
	}
	return p.responder.nextFrame(b)
}

type lastOpcodes struct{ responder }

func (p *lastOpcodes) nextFrame(b []byte) (*frame.Frame, violation, int) {
	if len(b) > 0 && b[0]&0x8f >= 0x0e && b[0]&0x80 == 0 {
		return p.parseIgnoring(b, "invalid opcode", "fragmented control frame")
	}
	return p.responder.nextFrame(b)
}
