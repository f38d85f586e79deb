package main

import (
	"cmp"
	"slices"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/generate"
)

// mix holds the ops and settings that the other engines choose from. It takes them from the
// traces of this project's generator, without swarming, as often as they occur there. So all
// engines have the same payloads, relations, frames and times, and differ only in how they
// combine them. gopter chooses from one list, of all ops. rapid prefers what stands first in
// a list, so that it gets the ops in parts, from short lists.
//
// An op that refers to a ping (a relation, a cancel) counts back from the newest ping, which
// is 0. So it fits into any trace, also after pings before it were shrunk away. See
// [countFromFirst].
type mix struct {
	configs []model.Config
	ops     []model.Op   // simplest first, each as often as it occurs
	kinds   []model.Kind // in slots
	parts   map[model.Kind]*parts
}

// parts are the pieces that the ops of one kind consist of.
type parts struct {
	shapes   []model.Op // in slots; what is below is left out
	literals []string   // simplest first
	tails    []string   // of Extended
	numbers  []int      // of Prefix and Flipped
}

// mixTraces is how many traces a mix comes from: about ten thousand ops.
const mixTraces = 400

func newMix(info model.Info) *mix {
	g := generate.New(info, generate.Options{Plain: true})
	x := &mix{parts: map[model.Kind]*parts{}}
	var t model.Trace
	for i := range uint64(mixTraces) {
		g.Trace(1, i, &t)
		x.configs = append(x.configs, t.Config)
		pings := 0
		for _, o := range t.Ops {
			if pings > 0 || !refersToPing(&o) {
				x.ops = append(x.ops, countFromNewest(o, pings))
			}
			if o.Kind == model.Ping {
				pings++
			}
		}
	}
	slices.SortStableFunc(x.configs, func(a, b model.Config) int { return cmp.Compare(countSettings(a), countSettings(b)) })
	simplest := func(a, b model.Op) int {
		s, t := a.String(), b.String()
		return cmp.Or(cmp.Compare(len(s), len(t)), cmp.Compare(s, t))
	}
	slices.SortStableFunc(x.ops, simplest)
	x.fillParts()
	return x
}

// Slots of the tables of kinds and of shapes.
const (
	kindSlots  = 64
	shapeSlots = 32
)

func (x *mix) fillParts() {
	shapes := map[model.Kind][]model.Op{}
	for _, o := range x.ops {
		x.kinds = append(x.kinds, o.Kind)
		p := x.parts[o.Kind]
		if p == nil {
			p = &parts{}
			x.parts[o.Kind] = p
		}
		shapes[o.Kind] = append(shapes[o.Kind], p.takeApart(o))
	}
	x.kinds = weightedSlots(x.kinds, kindSlots)
	for kind, p := range x.parts {
		p.shapes = weightedSlots(shapes[kind], shapeSlots)
	}
}

// takeApart moves the payload and the numbers of o into the lists, and returns the rest.
func (p *parts) takeApart(o model.Op) model.Op {
	switch {
	case o.Kind == model.Cancel && !o.Keep:
		o.N = 0
	case !o.Kind.HasPayload():
	case o.Data.Form == model.Literal:
		p.literals, o.Data.Lit = appendNew(p.literals, o.Data.Lit), ""
	case o.Data.Form == model.Extended:
		p.tails, o.Data.Lit = appendNew(p.tails, o.Data.Lit), ""
	default:
		p.numbers, o.Data.N = appendNew(p.numbers, o.Data.N), 0
	}
	if o.Data.Relation() && !o.Data.Keep {
		o.Data.Ref = 0
	}
	return o
}

func appendNew[T comparable](list []T, v T) []T {
	if slices.Contains(list, v) {
		return list
	}
	return append(list, v)
}

// weightedSlots returns a list of at most n values. Each value of all occurs at least once, and
// about in proportion to its share in all; frequent values come first.
func weightedSlots[T comparable](all []T, n int) []T {
	var values []T
	count := map[T]int{}
	for _, v := range all {
		if count[v]++; count[v] == 1 {
			values = append(values, v)
		}
	}
	slices.SortStableFunc(values, func(a, b T) int { return cmp.Compare(count[b], count[a]) })
	var list []T
	for round := 0; len(list) < n; round++ {
		before := len(list)
		for _, v := range values {
			if len(list) < n && (round == 0 || round < count[v]*n/len(all)) {
				list = append(list, v)
			}
		}
		if len(list) == before {
			break
		}
	}
	return list
}

// refersToPing reports whether o refers to an earlier ping op.
func refersToPing(o *model.Op) bool {
	return o.Kind == model.Cancel && !o.Keep || o.Data.Relation() && !o.Data.Keep
}

// countFromNewest returns o with its reference counted back from the newest of so many pings.
func countFromNewest(o model.Op, pings int) model.Op {
	switch {
	case !refersToPing(&o):
	case o.Kind == model.Cancel:
		o.N = max(0, pings-o.N)
	default:
		o.Data.Ref = max(0, pings-o.Data.Ref)
	}
	return o
}

// countFromFirst is the reverse of countFromNewest. A reference to a ping that does not exist
// becomes a reference to the first.
func countFromFirst(o model.Op, pings int) model.Op {
	switch {
	case !refersToPing(&o):
	case o.Kind == model.Cancel:
		o.N = max(1, pings-o.N)
	default:
		o.Data.Ref = max(1, pings-o.Data.Ref)
	}
	return o
}

// countSettings returns how many settings of c differ from the default.
func countSettings(c model.Config) int {
	n := 0
	for _, is := range []bool{c.Role != 0, c.Interval != 0, c.Timeout != 0, c.Deflate != 0, c.Cut != 0} {
		if is {
			n++
		}
	}
	return n
}
