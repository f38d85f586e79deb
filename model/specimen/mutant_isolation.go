package specimen

import (
	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// isolationMutants let control frames and messages, or what comes in one read and
// in the next, touch each other.
func isolationMutants() []Mutant {
	return []Mutant{
		{Name: "isolation/glued", Of: "specimen/responder", Mirrors: "nbio, 2021; embedded-websocket #31; websocket-kit #114",
			Change: "the payload of a Ping among fragments is put to the message", new: as[glued]},
		{Name: "isolation/refused-inside", Of: "specimen/responder", Mirrors: "netty #14122",
			Change: "a Pong among fragments ends the connection", new: as[refusedInside]},
		{Name: "isolation/buffer-cleared", Of: "specimen/responder",
			Change: "a Ping clears what came of the message", new: as[bufferCleared]},
		{Name: "isolation/inside-data", Of: "specimen/responder", Mirrors: "curl #18479",
			Change: "a Pong is written into a data frame that is written in two parts", new: as[insideData]},
		{Name: "isolation/partial-as-whole", Of: "specimen/responder", Mirrors: "bun #26944",
			Change: "a control frame counts as whole as soon as some of its payload arrived", new: as[partialAsWhole]},
		{Name: "isolation/ping-corrupts", Of: "specimen/deflate", Mirrors: "aiohttp #12988",
			Change: "a Ping among compressed fragments resets the decompressor", new: as[pingCorrupts]},
		{Name: "isolation/pong-resets-window", Of: "specimen/deflate", Mirrors: "aiohttp #13277",
			Change: "a Pong resets the window that the next compressed message refers to", new: as[pongResetsWindow]},
		{Name: "isolation/rsv-of-control", Of: "specimen/deflate", Mirrors: "libwebsockets #1470; dart #63488; wsproto #65",
			Change: "whether a message is compressed is read from a Ping among its fragments", new: as[rsvOfControl]},
		{Name: "isolation/rsv1-on-control", Of: "specimen/deflate", Mirrors: "bun #33001",
			Change: "with permessage-deflate RSV1 is accepted on control frames, too", new: as[rsv1OnControl]},
		{Name: "isolation/fin-of-control", Of: "specimen/responder", Mirrors: "WebSocket4Net #41",
			Change: "the FIN of a Ping among fragments ends the message", new: as[finOfControl]},
		{Name: "isolation/type-of-control", Of: "specimen/responder",
			Change: "a Ping among fragments makes the message a binary one", new: as[typeOfControl]},
		{Name: "isolation/after-message", Of: "specimen/responder",
			Change: "a Ping among fragments is answered when the message is over", new: as[afterMessage]},
		{Name: "isolation/mask-offset", Of: "specimen/responder",
			Change: "the masking key starts over with each read", new: as[maskOffset]},
	}
}

type glued struct{ responder }

func (p *glued) answerPing(data string) {
	p.responder.answerPing(data)
	if p.state.InMessage {
		p.message = append(p.message, data...)
	}
}

type refusedInside struct{ responder }

func (p *refusedInside) handlePong(data string) {
	if p.state.InMessage {
		p.failConnection(p, violation{frame.ProtocolError, "expected a continuation frame"})
		return
	}
	p.responder.handlePong(data)
}

type bufferCleared struct{ responder }

func (p *bufferCleared) answerPing(data string) {
	p.responder.answerPing(data)
	p.message = p.message[:0]
}

type insideData struct{ responder }

func (p *insideData) step(s side, ev *model.Event, out *model.Outcome) {
	for i := range p.stalled {
		if f := &p.stalled[i]; ev.Kind == model.Resume && i+1 < len(p.stalled) && p.stalled[i+1].Opcode == frame.Pong && !f.Opcode.Control() {
			half := len(f.Data) / 2
			f.Data = p.copyBytes([]byte(f.Data[:half] + "\x8a\x00" + f.Data[half:])[:len(f.Data)])
		}
	}
	p.responder.step(s, ev, out)
}

type partialAsWhole struct{ responder }

func (p *partialAsWhole) nextFrame(b []byte) (*frame.Frame, violation, int) {
	f, bad, n := p.responder.nextFrame(b)
	if part := p.decoder.Partial(); f == nil && bad == (violation{}) && part.Opcode.Control() && len(part.Payload) > 0 {
		part.Length, f = uint64(len(part.Payload)), &part
		bad = p.checkHeader(f.Header)
		p.decoder.Reset()
	}
	return f, bad, n
}

type pingCorrupts struct {
	deflating
	z bool // the message under way is compressed
}

func (d *pingCorrupts) assembleMessage(f *frame.Frame, data string) violation {
	if f.Opcode != frame.Continuation {
		d.z = f.RSV&frame.RSV1 != 0
	}
	return d.deflating.assembleMessage(f, data)
}

func (d *pingCorrupts) answerPing(data string) {
	d.deflating.answerPing(data)
	if d.state.InMessage && d.z {
		d.inflater.Reset()
	}
}

type pongResetsWindow struct{ deflating }

func (d *pongResetsWindow) handlePong(data string) {
	d.deflating.handlePong(data)
	if !d.state.InMessage {
		d.inflater.Reset()
	}
}

type rsvOfControl struct {
	deflating
	plain   bool   // a control frame said so
	arrived []byte // of the message
}

func (d *rsvOfControl) answerPing(data string) {
	d.deflating.answerPing(data)
	d.plain = d.state.InMessage
}

func (d *rsvOfControl) assembleMessage(f *frame.Frame, data string) violation {
	if f.Opcode != frame.Continuation {
		d.plain, d.arrived = false, d.arrived[:0]
	}
	if d.arrived = append(d.arrived, data...); d.plain && f.Fin {
		return d.deliverMessage(d.copyBytes(d.arrived))
	}
	return d.deflating.assembleMessage(f, data)
}

type rsv1OnControl struct{ deflating }

func (d *rsv1OnControl) nextFrame(b []byte) (*frame.Frame, violation, int) {
	f, bad, n := d.deflating.nextFrame(b)
	if f != nil && d.state.Deflate && f.Opcode.Control() && f.RSV == frame.RSV1 {
		f.RSV = 0
		bad = d.checkHeader(f.Header)
	}
	return f, bad, n
}

type finOfControl struct{ responder }

func (p *finOfControl) answerPing(data string) {
	p.responder.answerPing(data)
	if p.state.InMessage {
		p.deliverMessage(p.copyBytes(p.message))
		p.message = p.message[:0]
	}
}

type typeOfControl struct{ responder }

func (p *typeOfControl) answerPing(data string) {
	p.responder.answerPing(data)
	p.text = false
}

type afterMessage struct{ responder }

func (p *afterMessage) answerPing(data string) {
	p.owes, p.newest = true, data
	p.flushAnswers()
}

func (p *afterMessage) flushAnswers() {
	if !p.state.InMessage {
		p.responder.flushAnswers()
	}
}

type maskOffset struct {
	responder
	reads []int // where in the payload of the frame under way a read began
}

func (p *maskOffset) openConnection(cfg *model.Config) {
	p.responder.openConnection(cfg)
	p.reads = p.reads[:0]
}

func (p *maskOffset) nextFrame(b []byte) (*frame.Frame, violation, int) {
	if at := len(p.decoder.Partial().Payload); at > 0 {
		p.reads = append(p.reads, at)
	}
	f, bad, n := p.responder.nextFrame(b)
	if f != nil {
		from := 0
		for i := range f.Payload {
			if len(p.reads) > 0 && p.reads[0] == i {
				from, p.reads = i, p.reads[1:]
			}
			if f.Masked {
				f.Payload[i] ^= f.Key[i%4] ^ f.Key[(i-from)%4]
			}
		}
		p.reads = nil
	}
	return f, bad, n
}
