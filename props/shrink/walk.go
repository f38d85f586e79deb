package shrink

import (
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/internal/rng"
)

// perPair is how many steps a walk takes for each pair of ops. A short trace has few
// neighbours, and the passes have tried most of them.
const perPair = 100

// walkSize is how many candidates a walk tries together. About one in ten leads on, and
// the tries after it in its batch are wasted.
const walkSize = 8

// walkRandomly makes random edits: it drops a few ops and changes a few. Unlike the
// passes it goes on from every trace that still fails and is not longer, even if that is
// not simpler: two edits may improve what no single edit improves. It reports whether
// it found a trace that is simpler than the best, and accepts that.
func (s *shrinker) walkRandomly() bool {
	r := rng.NewStream(uint64(len(s.best.Ops)), uint64(s.tries))
	here, most := s.editor.cloneTrace(s.best), s.cost.ops
	for left := perPair * len(here.Ops) * len(here.Ops); left > 0 && s.tries < s.budget; {
		for ; left > 0 && len(s.batch) < min(s.size, walkSize); left-- {
			c := perturbTrace(&s.editor, here, &r)
			s.collectCandidate(c, 0, c != nil && Length(c) <= most)
		}
		c, _ := s.tryBatch()
		switch {
		case c == nil:
		case s.isSimpler(c):
			s.accept("random walk", c)
			return true
		default:
			s.editor.recycle(here)
			here, most = c, Length(c)
		}
	}
	return false
}

// perturbTrace returns t with up to three random ops dropped and up to three changed. In
// every other try the pings get distinct payloads, because dropping ops may leave equal
// pings pending.
func perturbTrace(d *editor, t *model.Trace, r *rng.RNG) *model.Trace {
	n := len(t.Ops)
	if n == 0 {
		return nil
	}
	out := [3]int{-1, -1, -1}
	for i := range r.Below(len(out) + 1) {
		out[i] = r.Below(n)
	}
	c := d.withoutOps(t, func(i int) bool { return i == out[0] || i == out[1] || i == out[2] }, orphan(r.Below(int(orphans))))
	for range r.Below(4) {
		if len(c.Ops) > 0 {
			alterOp(c, r)
		}
	}
	if r.OneIn(2) {
		d.nameDistinctly(c)
	}
	return c
}

// alterOp changes a random op of t, or moves it.
func alterOp(t *model.Trace, r *rng.RNG) {
	i, j := r.Below(len(t.Ops)), r.Below(len(t.Ops))
	o := &t.Ops[i]
	switch r.Below(4) {
	case 0, 1:
		moveTo(t.Ops, i, j)
	case 2:
		if o.Kind == model.Cancel {
			o.N = 1 + j
		} else if o.Data.Relation() || o.Kind == model.Pong {
			o.Data = model.EchoOf(1 + j)
		}
	case 3: // raw bytes take in what follows; others get a simple payload, or what another op has
		if next := nextOfPeer(t, i); next >= 0 {
			joinOps(t, i, next, next)
			return
		}
		if !o.Kind.HasPayload() || o.Kind == model.Raw {
			return
		}
		if p := t.Ops[j]; p.Kind.HasPayload() && p.Data.Form != model.Chosen && r.OneIn(2) {
			o.Data = p.Data
		} else {
			o.Data = model.Bytes(letter(r.Below(maxNames)))
		}
	}
}

// moveTo moves the op at i to j.
func moveTo(ops []model.Op, i, j int) {
	o := ops[i]
	if i < j {
		copy(ops[i:j], ops[i+1:j+1])
	} else {
		copy(ops[j+1:i+1], ops[j:i])
	}
	ops[j] = o
}
