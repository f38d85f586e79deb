package shrink

import (
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/internal/sent"
)

// editor makes changed copies of traces and reuses their memory.
type editor struct {
	free []*model.Trace

	// For withoutOps: the pings of the original trace, and what happened to them.
	old    sent.Pings
	number []int  // of ping k+1 afterwards; if it is gone, of the one before it
	gone   []bool // ping k+1 is left out
	pings  int    // that stay
	mode   orphan
}

// blankCopy returns an empty trace with the headers of t.
func (e *editor) blankCopy(t *model.Trace) *model.Trace {
	if len(e.free) == 0 {
		e.free = append(e.free, new(model.Trace))
	}
	n := len(e.free) - 1
	c := e.free[n]
	e.free = e.free[:n]
	*c = model.Trace{Profile: t.Profile, Config: t.Config, Ops: c.Ops[:0]}
	return c
}

// cloneTrace returns a copy of t.
func (e *editor) cloneTrace(t *model.Trace) *model.Trace {
	c := e.blankCopy(t)
	c.Ops = append(c.Ops, t.Ops...)
	return c
}

// recycle takes back a trace whose memory may be reused.
func (e *editor) recycle(t *model.Trace) {
	if t != nil {
		e.free = append(e.free, t)
	}
}

// orphan says what happens to an op whose payload refers to a dropped ping.
type orphan uint8

const (
	dropped     orphan = iota // it goes too
	asLiteral                 // it gets the bytes that it would have had
	toNeighbour               // it relates to the ping before, or else the next
	orphans
)

// withoutOps returns t without the ops for which drop is true (nil: none). References to
// pings get the new numbers. A reference to a ping that never existed becomes bytes, and
// a cancel gets the number of the ping that it meant.
func (e *editor) withoutOps(t *model.Trace, drop func(i int) bool, mode orphan) *model.Trace {
	c := e.blankCopy(t)
	e.old.Reset()
	e.number, e.gone, e.pings, e.mode = e.number[:0], e.gone[:0], 0, mode
	for i := range t.Ops {
		o := t.Ops[i]
		stays := (drop == nil || !drop(i)) && e.rewriteReferences(&o)
		if o.Kind == model.Ping {
			e.old.Add(t.Ops[i].Data)
			if stays {
				e.pings++
			}
			e.number = append(e.number, e.pings)
			e.gone = append(e.gone, !stays)
		}
		if stays {
			c.Ops = append(c.Ops, o)
		}
	}
	return c
}

// rewriteReferences renumbers the references of o. It reports whether the op stays.
func (e *editor) rewriteReferences(o *model.Op) bool {
	if o.Kind == model.Cancel && !o.Keep {
		k := e.old.Target(o.N)
		if k == 0 {
			o.N = 1 // means nothing before and after
			return true
		}
		o.N = max(1, e.number[k-1])
		return !e.gone[k-1] || e.mode == toNeighbour && e.pings > 0
	}
	if !o.Data.Relation() || o.Data.Keep {
		return true
	}
	k := o.Data.Ref
	switch {
	case k > len(e.gone): // no such ping: its bytes say the same
		return e.spellRelation(o)
	case !e.gone[k-1]:
		o.Data.Ref = e.number[k-1]
		return true
	case e.mode == asLiteral:
		return e.spellRelation(o)
	}
	o.Data.Ref = max(1, e.number[k-1])
	return e.mode == toNeighbour && e.pings > 0
}

// spellRelation replaces the relation of o by its bytes, and reports whether these are
// known.
func (e *editor) spellRelation(o *model.Op) bool {
	data, known := e.old.Resolve(o.Data)
	o.Data = model.Bytes(data)
	return known
}

// nameDistinctly gives every ping with a literal payload a payload of its own. Pongs with
// the same literal become echoes first. It changes t itself.
func (e *editor) nameDistinctly(t *model.Trace) *model.Trace {
	e.old.Reset()
	names := 0
	for i := range t.Ops {
		switch o := &t.Ops[i]; o.Kind {
		case model.Pong:
			o.Data = e.old.AsEcho(o.Data)
		case model.Ping:
			e.old.Add(o.Data)
			if o.Data.Form == model.Literal {
				o.Data = model.Bytes(letter(names))
				names++
			}
		}
	}
	return t
}
