package harness

import (
	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// peerKey masks what the peer sends to a server. It is the key of the examples in RFC 6455 section
// 5.7.
var peerKey = [4]byte{0x37, 0xfa, 0x21, 0x3d}

// peer is the other end: it writes what the ops of a trace say.
type peer struct {
	state        frame.State    // the rules for what it receives
	mask         bool           // it is a client, so it masks
	deflate      bool           // compression was agreed on
	deflater     frame.Deflater // of what it sends
	inCompressed bool           // a compressed message has begun but not ended
}

func newPeer(cfg model.Config) peer {
	p := peer{mask: cfg.Role == model.Server, deflate: cfg.Deflate != model.NoDeflate}
	p.deflater.Takeover = cfg.Deflate == model.Takeover
	if p.mask {
		p.state.Role = frame.Client
	}
	return p
}

// appendEvent appends the bytes by which the peer does ev.
func (p *peer) appendEvent(b []byte, ev *model.Event) []byte {
	data := []byte(ev.Data)
	switch ev.Kind {
	case model.Pong:
		return p.appendControl(b, frame.Pong, data)
	case model.RecvPing:
		return p.appendControl(b, frame.Ping, data)
	case model.PeerClose:
		if ev.N != 0 {
			data = frame.AppendClose(nil, frame.CloseCode(ev.N), "")
		}
		return p.appendControl(b, frame.Close, data)
	case model.Raw:
		return append(b, data...)
	}
	return p.appendData(b, ev, data)
}

func (p *peer) appendControl(b []byte, op frame.Opcode, data []byte) []byte {
	return frame.AppendFrame(b, op, data, p.mask, peerKey)
}

// appendData appends a message or a part of one.
func (p *peer) appendData(b []byte, ev *model.Event, data []byte) []byte {
	h := frame.Header{Opcode: frame.Binary, Fin: ev.Kind == model.Msg || ev.Fin, Masked: p.mask}
	switch {
	case ev.Kind == model.Cont:
		h.Opcode = frame.Continuation
	case ev.Text:
		h.Opcode = frame.Text
	}
	if p.mask {
		h.Key = peerKey
	}
	if ev.Kind != model.Cont {
		p.inCompressed = ev.Z
	}
	if p.inCompressed {
		data = p.deflater.Frame(h.Opcode, data, h.Fin).Payload
		p.inCompressed = !h.Fin
	}
	if ev.Z { // RFC 7692 section 6: on the first frame only
		h.RSV = frame.RSV1
	}
	h.Length = uint64(len(data))
	return frame.Append(b, h, data)
}

// PeerBytes returns the bytes that the peer writes at each step of a transcript, after
// the handshake; nil at the steps of others. It reports false if the transcript does not
// say what a payload was.
func PeerBytes(t *model.Transcript) (writes [][]byte, complete bool) {
	w := newWebSocket(t.Config)
	for i := range t.Steps {
		s := &t.Steps[i]
		op := &s.Op
		if !op.Kind.FromPeer() {
			writes = append(writes, nil)
			continue
		}
		ev := model.Event{Kind: op.Kind, Text: op.Text, Z: op.Z, Fin: op.Fin, N: op.N, Data: op.Data.Lit}
		if op.Data.Relation() {
			if !s.Related {
				return writes, false
			}
			ev.Data = s.Became
		}
		b, _ := w.Append(nil, &ev)
		writes = append(writes, b)
	}
	return writes, true
}
