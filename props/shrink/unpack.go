package shrink

import (
	"iter"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// Length is the number of ops of t, where raw bytes count as the frames they hold:
// several frames in one op are not less to read than one by one, and neither are those
// that are cut into ops which end within a frame.
func Length(t *model.Trace) int {
	n := len(t.Ops)
	for i := 0; i < len(t.Ops); i++ {
		if t.Ops[i].Kind != model.Raw {
			continue
		}
		raw := t.Ops[i].Data.Lit
		for i+1 < len(t.Ops) && t.Ops[i+1].Kind == model.Raw {
			i++
			raw += t.Ops[i].Data.Lit
		}
		n += framesIn(raw) - 1
	}
	return n
}

// opWeight is what o counts in [length] where no raw bytes are next to it.
func opWeight(o *model.Op) int {
	if o.Kind != model.Raw {
		return 1
	}
	return framesIn(o.Data.Lit)
}

// framesIn is how many frames raw bytes hold: each whole one counts, and so does what is left.
func framesIn(raw string) int {
	n := 0
	for ; raw != ""; n++ {
		h, size := parseHeader(raw)
		if size == 0 {
			return n + 1
		}
		raw = raw[size+int(h.Length):]
	}
	return max(1, n)
}

// parseHeader is that of the frame at the start of raw, and its own size; 0 if raw has no
// whole frame there.
func parseHeader(raw string) (h frame.Header, size int) {
	h, size = frame.ParseHeader([]byte(raw[:min(len(raw), frame.MaxHeader)]))
	if h.Length > uint64(len(raw)-size) {
		size = 0
	}
	return h, size
}

// opOfFrame is the op that sends the frame at the start of raw, whatever its masking
// key is, and the size of that frame; 0 if there is none.
func opOfFrame(raw string, role model.Role) (o model.Op, size int) {
	h, size := parseHeader(raw)
	if size == 0 {
		return o, 0
	}
	data := []byte(raw[size : size+int(h.Length)])
	size += len(data)
	if h.Masked {
		for i := range data {
			data[i] ^= h.Key[i%4]
		}
	}
	ev := model.Event{Fin: h.Fin, Text: h.Opcode == frame.Text, Data: string(data)}
	switch h.Opcode {
	case frame.Ping:
		ev.Kind = model.RecvPing
	case frame.Pong:
		ev.Kind = model.Pong
	case frame.Continuation:
		ev.Kind = model.Cont
	case frame.Text, frame.Binary:
		if ev.Kind = model.Frag; h.Fin {
			ev.Kind, ev.Fin = model.Msg, false
		}
	default: // an end is plainest as it is
		return o, 0
	}
	legal, _ := model.PeerFrame(&ev, role)
	if legal.Masked {
		legal.Key = h.Key
	}
	if string(frame.Append(nil, legal, data)) != raw[:size] {
		return o, 0
	}
	return model.Op{Kind: ev.Kind, Text: ev.Text, Fin: ev.Kind == model.Cont && ev.Fin, Data: model.Bytes(ev.Data)}, size
}

// unpackFrames sends the first frames of raw bytes by ops of their own, one or all of
// them.
func unpackFrames(t *model.Trace) iter.Seq[edit] {
	return func(yield func(edit) bool) {
		for i := range t.Ops {
			if t.Ops[i].Kind != model.Raw {
				continue
			}
			for _, most := range [...]int{len(t.Ops[i].Data.Lit), 1} {
				if !yield(func(d *editor, t *model.Trace) *model.Trace { return unpackOp(d, t, i, most) }) {
					return
				}
			}
		}
	}
}

// unpackOp is t with at most so many frames of op i as ops.
func unpackOp(d *editor, t *model.Trace, i, most int) *model.Trace {
	c := d.blankCopy(t)
	c.Ops = append(c.Ops, t.Ops[:i]...)
	raw := t.Ops[i].Data.Lit
	for ; most > 0 && raw != ""; most-- {
		o, size := opOfFrame(raw, t.Config.Role)
		if size == 0 {
			break
		}
		c.Ops = append(c.Ops, o)
		raw = raw[size:]
	}
	if len(raw) == len(t.Ops[i].Data.Lit) {
		d.recycle(c)
		return nil
	}
	if raw != "" {
		c.Ops = append(c.Ops, model.Op{Kind: model.Raw, Data: model.Bytes(raw)})
	}
	c.Ops = append(c.Ops, t.Ops[i+1:]...)
	return c
}
