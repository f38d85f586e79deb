package shrink

import (
	"cmp"
	"time"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/generate"
)

// cost says how hard a trace is to read; the shrinker accepts only cheaper traces. The
// [Length] counts first, then the number of settings, then the sum over the ops.
type cost struct{ ops, settings, sum int }

func costOf(t *model.Trace) cost {
	c := cost{ops: Length(t), settings: settingsOf(t.Config)}
	c.sum = t.Config.Cut
	pings := 0
	for i := range t.Ops {
		o := &t.Ops[i]
		if c.sum += opCost(o); o.Data.Ref > pings && !o.Data.Keep {
			c.sum += dangling
		}
		if o.Kind == model.Ping {
			pings++
		}
	}
	return c
}

// dangling is the cost of a relation to a ping that does not exist: bytes are plainer.
const dangling = 1000

// simplerThan reports whether trace a, which costs c, is simpler than b, which costs d.
// If the costs are equal, the trace is simpler whose ops are in the order of their
// kinds, and then the one that uses its names in order. So equal failures shrink to the
// same trace, whichever was found first.
func (c cost) simplerThan(d cost, a, b *model.Trace) bool {
	if c != d {
		return cmp.Or(cmp.Compare(c.ops, d.ops), cmp.Compare(c.settings, d.settings), cmp.Compare(c.sum, d.sum)) < 0
	}
	for i := range a.Ops {
		if n := cmp.Compare(a.Ops[i].Kind, b.Ops[i].Kind); n != 0 {
			return n < 0
		}
	}
	for i := range a.Ops {
		if n := cmp.Compare(opCost(&a.Ops[i]), opCost(&b.Ops[i])); n != 0 {
			return n < 0
		}
	}
	return false
}

func settingsOf(c model.Config) int {
	n := 0
	for _, is := range [...]bool{c.Role != 0, c.Interval != 0, c.Timeout != 0, c.Deflate != 0, c.Cut != 0, c.Seed != 0} {
		if is {
			n++
		}
	}
	return n
}

func opCost(o *model.Op) int {
	n := 0
	if o.Kind.HasPayload() {
		n = payloadCost(o)
	}
	switch o.Kind {
	case model.Advance:
		n += timeCost(o.Time)
	case model.Cancel:
		n += o.N
	case model.Close, model.PeerClose:
		n += min(1, o.N)
	}
	if o.Z {
		n++
	}
	if o.Text {
		n++
	}
	if o.Join {
		n++
	}
	if o.Fin { // a message that never ends is one thing more to understand
		n--
	}
	return n
}

// payloadCost prefers an echo in a pong, because it says what the pong answers, and bytes
// in every other op. The subject's own choice costs more, a mangled echo most.
func payloadCost(o *model.Op) int {
	p := &o.Data
	relation := 100
	if o.Kind == model.Pong {
		relation = 0
	}
	switch p.Form {
	case model.Literal:
		if o.Kind == model.Pong {
			return 30 + literalCost(p.Lit)
		}
		if o.Kind == model.Raw {
			return rawCost(p.Lit)
		}
		return literalCost(p.Lit)
	case model.Chosen:
		return 50
	case model.Echo:
		return relation + p.Ref
	case model.Extended:
		return 110 + relation + p.Ref + literalCost(p.Lit)
	}
	return 110 + relation + p.Ref + p.N
}

// wireRank ranks the frames that the generator's peers send. They are plainer to read
// than bytes that are simpler only one by one.
var wireRank = rankWires()

func rankWires() map[string]int {
	rank := map[string]int{}
	for _, role := range [...]model.Role{model.Server, model.Client} {
		for i, s := range generate.PeerFrames(role) {
			rank[s] = i
		}
	}
	return rank
}

// rawCost prefers the frames of the tables. All raw bytes cost more than the ops that
// send the same frames.
func rawCost(s string) int {
	if n, known := wireRank[s]; known {
		return 200 + n
	}
	return 300 + literalCost(s)
}

// literalCost prefers the letters of [letter], then the empty payload, which trackers
// treat specially, then short payloads of the letter a.
func literalCost(s string) int {
	if s == "" {
		return 30
	}
	if len(s) == 1 && s[0] >= 'a' && s[0] <= 'z' {
		return int(s[0] - 'a')
	}
	n := 40 + 4*len(s)
	for i := range len(s) {
		if s[i] != 'a' {
			n++
		}
	}
	return n
}

// letters are the simplest payloads: 61, 62 and so on.
const letters = "abcdefghijklmnopqrstuvwxyz"

func letter(n int) string { return letters[n%26 : n%26+1] }

// timeCost prefers round times.
func timeCost(d time.Duration) int {
	switch {
	case d%time.Second == 0:
		return min(1000, int(d/time.Second))
	case d%time.Millisecond == 0:
		return 2000 + min(1000, int(d/time.Second))
	}
	return 4000
}
