package specimen

import (
	"errors"
	"unsafe"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// deflating is an exact tracker on a connection that may have negotiated permessage-deflate (RFC
// 7692). It inflates what it receives and compresses nothing.
type deflating struct {
	exact
	inflater frame.Inflater
	peer     compressor
	raw      model.Event // a message as the bytes that come
}

func (d *deflating) openConnection(cfg *model.Config) {
	d.exact.openConnection(cfg)
	d.state.Deflate = cfg.Deflate != model.NoDeflate
	d.inflater.Reset()
	d.inflater.Takeover = cfg.Deflate == model.Takeover
	d.peer.reset(cfg)
}

func (d *deflating) step(s side, ev *model.Event, out *model.Outcome) {
	switch ev.Kind {
	case model.Msg, model.Frag, model.Cont:
		if d.state.Deflate {
			d.raw = model.Event{Kind: model.Raw, Join: ev.Join, Data: d.peer.encode(ev)}
			ev = &d.raw
		}
	}
	d.exact.step(s, ev, out)
}

func (d *deflating) assembleMessage(f *frame.Frame, _ string) violation {
	if f.Opcode != frame.Continuation {
		d.text = f.Opcode == frame.Text
	}
	return d.inflate(f)
}

// inflate delivers the message that f completes, if it does.
func (d *deflating) inflate(f *frame.Frame) violation {
	switch message, ok, err := d.inflater.Frame(f); {
	case errors.Is(err, frame.ErrTooBig):
		return violation{frame.MessageTooBig, "message too big"}
	case err != nil:
		return violation{frame.InvalidPayload, "bad compressed data"}
	case ok:
		return d.deliverMessage(d.copyBytes(message))
	}
	return violation{}
}

// compressor is the sending end of such a peer.
type compressor struct {
	deflater frame.Deflater
	role     model.Role // of the receiver
	z        bool       // the message under way is compressed
	payload  []byte
	buf      []byte
}

func (c *compressor) reset(cfg *model.Config) {
	c.deflater.Reset()
	c.deflater.Takeover = cfg.Deflate == model.Takeover
	c.role, c.z = cfg.Role, false
}

// encode returns a message, or a part of one, as bytes. They are valid until the next call.
func (c *compressor) encode(ev *model.Event) string {
	h, data := model.PeerFrame(ev, c.role)
	if ev.Kind != model.Cont {
		c.z = ev.Z
	}
	c.payload = append(c.payload[:0], data...)
	payload := c.payload
	if c.z {
		payload = c.deflater.Frame(h.Opcode, c.payload, h.Fin).Payload
		c.z = !h.Fin
	}
	h.Length = uint64(len(payload))
	c.buf = frame.Append(c.buf[:0], h, payload)
	return unsafe.String(unsafe.SliceData(c.buf), len(c.buf))
}
