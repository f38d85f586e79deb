package shrink

import (
	"iter"
	"slices"
	"strconv"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/generate"
)

// A pass makes edits of a trace, the most daring first.
type pass struct {
	name  string // as accept prints it
	edits func(t *model.Trace) iter.Seq[edit]
}

// passes are run in this order, again and again, until a whole round changes nothing;
// then a random walk looks for what no single edit improves, and the passes go on from
// there. The order pays the cheapest and largest steps first: whatever later passes
// multiply by the number of ops runs on a short trace.
var passes = []pass{
	// What surrounds the ops. A trace without keepalive, compression and cuts makes
	// every later candidate faster to run and simpler to read.
	{"drop settings", dropSettings},

	// Raw bytes become what they mean, before ops are dropped one by one: a frame that is
	// known to break subjects in place of the whole trace, or an op in place of each legal
	// frame. The length counts frames, so that unpacking never makes a trace longer.
	{"try known frames", tryKnownFrames},
	{"unpack frames", unpackFrames},

	// Fewer ops: halves first, then single ops, then two at once that need each other,
	// such as a ping and its pong.
	{"drop chunks", dropChunks},
	{"drop pairs", dropPairs},

	// Fewer ops where dropping alone cures the failure: one op goes, and the others make
	// up for it. tradeOps may make an op longer to save another.
	{"drop and repair", dropAndRepair},
	{"trade ops", tradeOps},

	// As many ops, each simpler. References come before literals, because an echo says
	// more than equal bytes; then the bytes themselves, times and flags.
	{"simplify references", simplifyReferences},
	{"simplify literals", simplifyLiterals},
	{"simplify numbers", simplifyNumbers},

	// The order that is left is one that matters.
	{"swap neighbours", swapNeighbours},
}

// dropSettings drops each setting of the connection, or makes it plainer.
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

// tryKnownFrames replaces a trace that has raw bytes by one frame of the generator's
// table. Bytes that were cut again and again are seldom the plainest.
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

// dropChunks drops ever smaller pieces, from the back.
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

// dropPairs drops two ops at a time that may need each other, such as a ping and its pong.
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

// leaveOut yields the ways to drop ops between lo and hi. If a ping is among them, they
// differ in what happens to references to it.
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

// dropAndRepair drops one op and repairs the rest: equal pings get distinct payloads, its
// time or raw bytes go to another op, its fragment joins the one before it.
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

// countDown lowers payloads that are numbers by one, for a subject that counts its pings.
// It changes t itself.
func countDown(t *model.Trace) *model.Trace {
	for i := range t.Ops {
		o := &t.Ops[i]
		if n, err := strconv.Atoi(o.Data.Lit); err == nil && n > 0 && o.Data.Form == model.Literal && o.Kind != model.Raw {
			o.Data = numberPayload(n - 1)
		}
	}
	return t
}

// mergeInto drops the op at i and adds its time or bytes to another op of its kind.
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

// swapNeighbours swaps neighbouring ops.
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
