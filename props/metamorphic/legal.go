package metamorphic

import (
	"slices"
	"unicode/utf8"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/internal/sent"
)

// legalPrefix returns how many of the first ops of t keep the peer within RFC 6455. What
// follows a bad frame is the subject's choice, and a frame that is never whole, or comes
// after the peer's end, says nothing. Ops of the application are always legal.
func legalPrefix(t *model.Trace) int {
	w := peerLaw{state: frame.State{Role: t.Config.Role, Deflate: t.Config.Deflate != model.NoDeflate}, role: t.Config.Role}
	for i := range t.Ops {
		if w.at = i; w.decoder.Pending() == 0 {
			w.from = i
		}
		if !w.allows(&t.Ops[i]) {
			return w.from
		}
	}
	if w.decoder.Pending() > 0 {
		return w.from
	}
	return len(t.Ops)
}

// peerLaw follows the frames of the peer.
type peerLaw struct {
	decoder frame.Decoder
	state   frame.State
	role    model.Role
	sent    sent.Pings
	at      int    // the op at hand
	from    int    // the op with which the frame at hand began
	over    bool   // the peer sent its Close, or can send nothing any more
	text    bool   // the message under way is a text, not compressed
	message []byte // what came of it
}

func (w *peerLaw) allows(o *model.Op) bool {
	unfinished := w.decoder.Pending() > 0
	switch o.Kind {
	case model.Ping:
		w.sent.Add(o.Data)
	case model.Drop, model.EOF:
		w.over = true
		return !unfinished
	case model.Raw:
		return w.allowsRaw([]byte(o.Data.Lit))
	case model.Pong, model.RecvPing, model.PeerClose, model.Msg, model.Frag, model.Cont:
		return !unfinished && w.allowsSingle(o)
	}
	return true
}

// allowsSingle reports whether the peer may send the frame of o now.
func (w *peerLaw) allowsSingle(o *model.Op) bool {
	data, known := w.sent.Resolve(o.Data)
	if !known && o.Data.Form == model.Extended {
		return false // it may be too long
	}
	if o.Kind == model.PeerClose && o.N != 0 && !frame.CloseCode(o.N).Sendable() {
		return false
	}
	h, data := model.PeerFrame(&model.Event{Kind: o.Kind, Text: o.Text, Z: o.Z, Fin: o.Fin, N: o.N, Data: data}, w.role)
	return w.allowsFrame(h, data)
}

func (w *peerLaw) allowsRaw(b []byte) bool {
	for len(b) > 0 {
		f, n := w.decoder.Next(b)
		if b = b[n:]; f == nil {
			break
		}
		badClose := f.Opcode == frame.Close && len(f.Payload) > 0 // bad, or at least not worth the trouble
		if badClose || !f.Last() || f.Offset > 0 || !w.allowsFrame(f.Header, string(f.Payload)) {
			return false
		}
		w.from = w.at
	}
	return !w.over || len(b) == 0 && w.decoder.Pending() == 0
}

func (w *peerLaw) allowsFrame(h frame.Header, data string) bool {
	if w.over || frame.Judge(h, w.state) != 0 {
		return false
	}
	w.state = w.state.After(h)
	w.over = h.Opcode == frame.Close
	return h.Opcode.Control() || w.allowsText(h, data)
}

// allowsText reports whether what came of the message is UTF-8, if it is a text. Of a compressed
// one that is not known.
func (w *peerLaw) allowsText(h frame.Header, data string) bool {
	if h.Opcode != frame.Continuation {
		w.text, w.message = h.Opcode == frame.Text && h.RSV == 0, w.message[:0]
	}
	if !w.text {
		return true
	}
	w.message = append(w.message, data...)
	return frame.BeginsText(w.message) && (!h.Fin || utf8.Valid(w.message))
}

// insertOps returns t with ops before its op number at, and with a settle at the end.
func insertOps(t *model.Trace, at int, ops ...model.Op) *model.Trace {
	c := *t
	c.Ops = slices.Concat(t.Ops[:at], ops, t.Ops[at:])
	return endSettled(&c)
}

// endSettled returns t with a settle as its last op. It may share the ops of t.
func endSettled(t *model.Trace) *model.Trace {
	c := *t
	if n := len(t.Ops); n == 0 || t.Ops[n-1].Kind != model.Settle {
		c.Ops = append(t.Ops[:n:n], model.Op{Kind: model.Settle})
	}
	return &c
}

// pingsBefore returns how many ping ops come before op number at.
func pingsBefore(t *model.Trace, at int) int {
	n := 0
	for i := range t.Ops[:at] {
		if t.Ops[i].Kind == model.Ping {
			n++
		}
	}
	return n
}
