package shrink

import (
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/internal/rng"
)

// perPair is how many steps a walk takes for each pair of ops: a small trace has
// few neighbours, and the passes have been to most of them.
const perPair = 100

// walkSize is the most candidates at once: about one in ten leads on, and those
// after it in its batch are in vain.
const walkSize = 8

// walkRandomly takes random edits: a few ops fewer, a few changed. Unlike the passes it
// goes on from whatever still fails and is no longer, however ugly: that is how
// it gets past what no single edit improves. It reports whether it found
// something simpler than the best, and takes it.
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
			s.setBest(c)
			return true
		default:
			s.editor.recycle(here)
			here, most = c, Length(c)
		}
	}
	return false
}

// perturbTrace is t with up to three ops left out and up to three changed, at random,
// and in every other try with new names for its pings: shortening what counts
// pings makes equal ones pending.
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

// alterOp changes one op of t, or its place.
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
		if !hasPayload(o.Kind) || o.Kind == model.Raw {
			return
		}
		if p := t.Ops[j]; hasPayload(p.Kind) && p.Data.Form != model.Chosen && r.OneIn(2) {
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
