package shrink

import (
	"iter"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// Length returns the number of ops of t, but counts raw bytes by the frames they hold.
// Several frames in one op are as much to read as one op for each, and so are frames
// that are cut into several ops.
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

// opWeight is how much o adds to [Length] if no raw bytes are next to it.
func opWeight(o *model.Op) int {
	if o.Kind != model.Raw {
		return 1
	}
	return framesIn(o.Data.Lit)
}

// framesIn returns how many frames raw bytes hold; an incomplete rest counts as one.
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

// parseHeader returns the header of the frame at the start of raw, and the size of the
// header; the size is 0 if raw does not begin with a whole frame.
func parseHeader(raw string) (h frame.Header, size int) {
	h, size = frame.ParseHeader([]byte(raw[:min(len(raw), frame.MaxHeader)]))
	if h.Length > uint64(len(raw)-size) {
		size = 0
	}
	return h, size
}

// opOfFrame returns the op that sends the frame at the start of raw, with any masking key,
// and the size of that frame; the size is 0 if no op sends it.
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

// unpackFrames replaces the first frame of raw bytes, or all their frames, by ops: each in
// a read of its own, or joined.
func unpackFrames(t *model.Trace) iter.Seq[edit] {
	return func(yield func(edit) bool) {
		for i := range t.Ops {
			if t.Ops[i].Kind != model.Raw {
				continue
			}
			for _, most := range [...]int{len(t.Ops[i].Data.Lit), 1} {
				for _, join := range [...]bool{false, true} {
					if !yield(func(d *editor, t *model.Trace) *model.Trace { return unpackOp(d, t, i, most, join) }) {
						return
					}
				}
			}
		}
	}
}

// unpackOp returns t with up to most frames of op i replaced by ops. If join is set, they
// still arrive in one read.
func unpackOp(d *editor, t *model.Trace, i, most int, join bool) *model.Trace {
	c := d.blankCopy(t)
	c.Ops = append(c.Ops, t.Ops[:i]...)
	raw := t.Ops[i].Data.Lit
	for ; most > 0 && raw != ""; most-- {
		o, size := opOfFrame(raw, t.Config.Role)
		if size == 0 {
			break
		}
		raw = raw[size:]
		if o.Join = join; raw == "" {
			o.Join = t.Ops[i].Join
		}
		c.Ops = append(c.Ops, o)
	}
	if len(raw) == len(t.Ops[i].Data.Lit) {
		d.recycle(c)
		return nil
	}
	if raw != "" {
		c.Ops = append(c.Ops, model.Op{Kind: model.Raw, Data: model.Bytes(raw), Join: t.Ops[i].Join})
	}
	c.Ops = append(c.Ops, t.Ops[i+1:]...)
	return c
}
