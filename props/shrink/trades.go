package shrink

import (
	"iter"
	"strings"
	"time"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/internal/sent"
)

// maxTraded is the longest trace that tradeOps tries: their number grows with the pairs of
// ops.
const maxTraded = 6

// tradeOps drops one op and lets another one do more: a longer payload, the pong for a
// keepalive's ping in place of a ping and its pong, a time that meets another deadline,
// or two reads in one.
func tradeOps(t *model.Trace) iter.Seq[edit] {
	return func(yield func(edit) bool) {
		for i := range t.Ops {
			if Length(t) > maxTraded || !joinEdits(yield, t, i) {
				return
			}
			for j := range t.Ops {
				if i == j {
					continue
				}
				for _, o := range richerOps(t.Ops[j], t.Config) {
					if !yield(tradeOp(i, j, o)) {
						return
					}
				}
			}
		}
	}
}

// tradeOp drops op i and puts o in the place of op j.
func tradeOp(i, j int, o model.Op) edit {
	return func(d *editor, t *model.Trace) *model.Trace {
		c := d.cloneTrace(t)
		defer d.recycle(c)
		c.Ops[j] = o
		return d.withoutOps(c, func(k int) bool { return k == i }, asLiteral)
	}
}

// richerOps returns ops that do more than o.
func richerOps(o model.Op, c model.Config) (all []model.Op) {
	with := func(p model.Payload) {
		o := o
		o.Data = p
		all = append(all, o)
	}
	switch o.Kind {
	case model.Cancel:
		if c.Interval > 0 && !o.Keep {
			all = append(all, model.Op{Kind: o.Kind, Keep: true, N: 1})
		}
	case model.Pong:
		if c.Interval > 0 {
			with(model.Payload{Form: model.Echo, Ref: 1, Keep: true})
		}
	case model.Ping:
		with(model.EchoOf(1))
	case model.Settle:
		if c.Interval > 0 { // a settle at which something is missing lets time go on
			all = append(all, model.Op{Kind: model.Advance, Time: c.Grace()})
		}
	case model.Advance:
		for _, d := range [...]time.Duration{c.Interval + c.Timeout, -c.Interval, -time.Millisecond} {
			if c.Interval > 0 && o.Time+d > 0 {
				all = append(all, model.Op{Kind: o.Kind, Time: o.Time + d})
			}
		}
	}
	if o.Kind.HasPayload() && o.Kind != model.Raw && o.Data.Form == model.Literal {
		with(model.Bytes("aaa" + o.Data.Lit))
		with(model.Bytes(strings.Repeat("a", frame.MaxControl+1)))
	}
	return all
}

// joinEdits yields the ways to send op i, which is raw bytes, together with the next op of
// the peer: at the place of either op; in one read, in single bytes or cut where it was.
func joinEdits(yield func(edit) bool, t *model.Trace, i int) bool {
	j := nextOfPeer(t, i)
	if j < 0 {
		return true
	}
	for _, at := range [...]int{i, j} {
		for _, cut := range [...]int{t.Config.Cut, 1, len(t.Ops[i].Data.Lit)} {
			e := func(d *editor, t *model.Trace) *model.Trace {
				c := d.cloneTrace(t)
				joinOps(c, i, j, at)
				c.Config.Cut = cut
				return c
			}
			if !yield(e) {
				return false
			}
		}
	}
	return true
}

// nextOfPeer returns the index of the op that raw bytes at i can be joined with, or -1.
func nextOfPeer(t *model.Trace, i int) int {
	if t.Ops[i].Kind != model.Raw {
		return -1
	}
	for j := i + 1; j < len(t.Ops); j++ {
		if t.Ops[j].Kind.FromPeer() {
			if _, known := spelledPayload(t, j); known {
				return j
			}
			return -1
		}
	}
	return -1
}

// spelledPayload returns the payload of op j as bytes, and whether it is known without a
// subject.
func spelledPayload(t *model.Trace, j int) (string, bool) {
	if p := t.Ops[j].Data; !p.Relation() {
		return p.Lit, p.Form == model.Literal
	}
	s := new(sent.Pings)
	for i := range j {
		if o := &t.Ops[i]; o.Kind == model.Ping {
			s.Add(o.Data)
		}
	}
	return s.Resolve(t.Ops[j].Data)
}

// joinOps joins the raw bytes at i and the frame of the op at j into one op at i or j. It
// changes t itself.
func joinOps(t *model.Trace, i, j, at int) {
	next := t.Ops[j]
	data, _ := spelledPayload(t, j)
	next.Data = model.Bytes(data)
	t.Ops[at] = model.Op{Kind: model.Raw, Data: model.Bytes(t.Ops[i].Data.Lit + wireOf(&next, t.Config.Role))}
	other := i + j - at
	t.Ops = append(t.Ops[:other], t.Ops[other+1:]...)
}

// wireOf returns the bytes that the peer sends by o.
func wireOf(o *model.Op, role model.Role) string {
	if o.Kind == model.Raw {
		return o.Data.Lit
	}
	h, data := model.PeerFrame(&model.Event{Kind: o.Kind, Text: o.Text, Fin: o.Fin, N: o.N, Data: o.Data.Lit}, role)
	return string(frame.Append(nil, h, []byte(data)))
}
