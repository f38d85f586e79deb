package props

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/generate"
)

// Generated counts what is generated for a subject with this info: o.N traces of
// o.Seed.
func Generated(info model.Info, o Options) *Stats {
	g := generate.New(info, o.shape())
	s := new(Stats)
	var t model.Trace
	for i := range uint64(max(0, o.withDefaults(&model.Implementation{Info: info}).N)) {
		g.Trace(o.Seed, i, &t)
		s.Add(&t)
	}
	return s
}

// Cover fails t, with a table, if a situation is rarer than its share of all traces,
// from 0 to 1, says. A subject's own test may so make sure that its generated traces
// get where its bugs would be:
//
//	var s props.Stats
//	props.Check(t, model.RFC(), impl, func(o *props.Options) { o.Stats = &s })
//	props.Cover(t, &s, map[props.Situation]float64{props.CancelledMet: 0.05, props.ShowedAcked: 0.3})
//
// The same seed gives the same answer. So that another one does so too, a share counts
// as too small only if it is four standard deviations below: were the true share
// the one that is asked for, one seed in 30,000 would fail.
func Cover(t testing.TB, s *Stats, least map[Situation]float64) {
	t.Helper()
	below := s.below(least)
	if len(below) == 0 {
		return
	}
	var b strings.Builder
	for _, x := range below {
		fmt.Fprintf(&b, "\n%8.2f %8.2f  %s", 100*s.share(x), 100*least[x], x)
	}
	t.Errorf("too rare in %d traces:\n     got     want  (per cent)%s", s.Traces, model.Plain(b.String()))
}

// margin is how many standard deviations below its share a situation may stay.
const margin = 4

// below are the situations that are rarer than least says, by the measure of
// [Cover], in the order of their numbers. Of no traces at all, all are.
func (s *Stats) below(least map[Situation]float64) []Situation {
	var below []Situation
	for x := range situations {
		p, asked := least[x]
		n := float64(s.tracesThatCould(x))
		if slack := margin * math.Sqrt(n*p*(1-p)); asked && (n == 0 || float64(s.Situations[x]) < n*p-slack) {
			below = append(below, x)
		}
	}
	return below
}
