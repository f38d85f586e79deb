package shrink

import (
	"iter"
	"slices"
	"strconv"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/generate"
)

// dropSettings drops one setting of the connection after the other, or makes it plainer.
func dropSettings(*model.Trace) iter.Seq[edit] {
	return func(yield func(edit) bool) {
		for _, drop := range []func(c *model.Config){
			func(c *model.Config) { *c = model.Config{} },
			func(c *model.Config) { c.Interval, c.Timeout = 0, 0 },
			func(c *model.Config) { c.Timeout = 0 },
			func(c *model.Config) { c.Deflate = model.NoDeflate },
			func(c *model.Config) { c.Cut = 0 },
			func(c *model.Config) { c.Cut = min(c.Cut, 1) },
			func(c *model.Config) { c.Cut = max(c.Cut-1, min(c.Cut, 1)) },
			func(c *model.Config) { c.Seed = 0 },
			func(c *model.Config) { c.Role = model.Server },
		} {
			e := func(d *editor, t *model.Trace) *model.Trace {
				c := d.cloneTrace(t)
				drop(&c.Config)
				return c
			}
			if !yield(e) {
				return
			}
		}
	}
}

// tryKnownFrames tries, for a trace with raw bytes, every frame of the table alone:
// bytes that are cut and cut again are seldom the plainest that do.
func tryKnownFrames(t *model.Trace) iter.Seq[edit] {
	return func(yield func(edit) bool) {
		if !slices.ContainsFunc(t.Ops, func(o model.Op) bool { return o.Kind == model.Raw }) {
			return
		}
		for _, s := range generate.PeerFrames(t.Config.Role) {
			e := func(d *editor, t *model.Trace) *model.Trace {
				c := d.blankCopy(t)
				c.Ops = append(c.Ops, model.Op{Kind: model.Raw, Data: model.Bytes(s)}, model.Op{Kind: model.Settle})
				return c
			}
			if !yield(e) {
				return
			}
		}
	}
}

// dropChunks leaves out ever smaller pieces, from the back.
func dropChunks(t *model.Trace) iter.Seq[edit] {
	return func(yield func(edit) bool) {
		n := len(t.Ops)
		for size := max(1, n/2); size > 0; size /= 2 {
			for hi := n; hi > 0; hi -= size {
				lo := max(0, hi-size)
				if !leaveOut(yield, t, lo, hi, func(i int) bool { return lo <= i && i < hi }) {
					return
				}
			}
		}
	}
}

// maxPairs bounds the traces for which every pair of ops is tried.
const maxPairs = 30

// dropPairs leaves out two ops at a time: a ping and its pong, a frame and what it
// was to prevent.
func dropPairs(t *model.Trace) iter.Seq[edit] {
	return func(yield func(edit) bool) {
		n := len(t.Ops)
		for b := n - 1; b > 0 && n <= maxPairs; b-- {
			for a := b - 1; a >= 0; a-- {
				if !leaveOut(yield, t, a, b+1, func(i int) bool { return i == a || i == b }) {
					return
				}
			}
		}
	}
}

// leaveOut yields the ways of leaving out ops between lo and hi: they differ
// only where a ping is among them.
func leaveOut(yield func(edit) bool, t *model.Trace, lo, hi int, drop func(i int) bool) bool {
	modes := []orphan{dropped}
	for i := lo; i < hi; i++ {
		if t.Ops[i].Kind == model.Ping {
			modes = []orphan{dropped, asLiteral, toNeighbour}
		}
	}
	for _, m := range modes {
		if !yield(func(d *editor, t *model.Trace) *model.Trace { return d.withoutOps(t, drop, m) }) {
			return false
		}
	}
	return true
}

// dropAndRepair leaves out one op and mends what that broke: pings that are equal now
// get different names, time and raw bytes that are missing go elsewhere,
// fragments become a message.
func dropAndRepair(t *model.Trace) iter.Seq[edit] {
	return func(yield func(edit) bool) {
		for i := len(t.Ops) - 1; i >= 0; i-- {
			drop := func(j int) bool { return i == j }
			if !yield(func(d *editor, t *model.Trace) *model.Trace {
				return d.nameDistinctly(d.withoutOps(t, drop, asLiteral))
			}) ||
				t.Ops[i].Kind == model.Advance && !mergeInto(yield, t, i, func(o, gone *model.Op) { o.Time += gone.Time }) ||
				t.Ops[i].Kind == model.Raw && !mergeInto(yield, t, i, func(o, gone *model.Op) { o.Data.Lit += gone.Data.Lit }) ||
				t.Ops[i].Kind == model.Cont && !yield(func(d *editor, t *model.Trace) *model.Trace { return joinFragments(d, t, i) }) ||
				t.Ops[i].Data.Form == model.Chosen && !yield(func(d *editor, t *model.Trace) *model.Trace { return countDown(d.withoutOps(t, drop, dropped)) }) {
				return
			}
		}
	}
}

// countDown lowers the numbers that payloads are by one, for a subject that counts
// its pings. It changes t itself.
func countDown(t *model.Trace) *model.Trace {
	for i := range t.Ops {
		o := &t.Ops[i]
		if n, err := strconv.Atoi(o.Data.Lit); err == nil && n > 0 && o.Data.Form == model.Literal && o.Kind != model.Raw {
			o.Data = numberPayload(n - 1)
		}
	}
	return t
}

// mergeInto leaves out the op at i and adds what it had to another one of its kind.
func mergeInto(yield func(edit) bool, t *model.Trace, i int, add func(o, gone *model.Op)) bool {
	for j := range t.Ops {
		if j == i || t.Ops[j].Kind != t.Ops[i].Kind {
			continue
		}
		e := func(d *editor, t *model.Trace) *model.Trace {
			c := d.cloneTrace(t)
			add(&c.Ops[j], &c.Ops[i])
			defer d.recycle(c)
			return d.withoutOps(c, func(k int) bool { return k == i }, dropped)
		}
		if !yield(e) {
			return false
		}
	}
	return true
}

// joinFragments joins the fragment at i with the one before it.
func joinFragments(d *editor, t *model.Trace, i int) *model.Trace {
	c := d.cloneTrace(t)
	defer d.recycle(c)
	for j := i - 1; j >= 0; j-- {
		o := &c.Ops[j]
		if o.Kind == model.Frag && c.Ops[i].Fin {
			o.Kind = model.Msg
		}
		if o.Kind == model.Cont {
			o.Fin = c.Ops[i].Fin
		}
		if o.Kind == model.Msg || o.Kind == model.Frag || o.Kind == model.Cont {
			o.Data.Lit += c.Ops[i].Data.Lit
			return d.withoutOps(c, func(k int) bool { return k == i }, dropped)
		}
	}
	return nil
}

// swapNeighbours changes the order of neighbours: the order that is left is one that
// matters.
func swapNeighbours(t *model.Trace) iter.Seq[edit] {
	return func(yield func(edit) bool) {
		for i := range len(t.Ops) - 1 {
			e := func(d *editor, t *model.Trace) *model.Trace {
				c := d.cloneTrace(t)
				c.Ops[i], c.Ops[i+1] = c.Ops[i+1], c.Ops[i]
				return c
			}
			if !yield(e) {
				return
			}
		}
	}
}
