package generate

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/internal/propstest"
)

// reaches is what bugs hide behind, each with within how many traces of any seed it
// is reached. The caps are some ten times of what it takes on average.
var reaches = []struct {
	name string
	most uint64
	show func() func(y *propstest.Toy, o *model.Op) string // makes one for a trace
}{
	{"nine pending", 1000, each(func(y *propstest.Toy, o *model.Op) bool { return len(y.Table) == 9 })},
	{"twenty pending", 20000, each(func(y *propstest.Toy, o *model.Op) bool { return len(y.Table) == 20 })},
	{"an inherited name as a pong", 5000, each(func(y *propstest.Toy, o *model.Op) bool {
		return o.Kind == model.Pong && len(y.Table) > 0 && o.Data == model.Bytes("toString")
	})},
	{"__proto__ pending, and answered", 5000, each(func(y *propstest.Toy, o *model.Op) bool {
		k := y.MatchPong(o)
		return k >= 0 && y.Table[k].Data == "__proto__"
	})},
	{"one payload answered four times", 2000, func() func(*propstest.Toy, *model.Op) string {
		times := map[string]int{}
		return each(func(y *propstest.Toy, o *model.Op) bool {
			k := y.MatchPong(o)
			if k < 0 {
				return false
			}
			times[y.Table[k].Data]++
			return times[y.Table[k].Data] == 4
		})()
	}},
	{"a burst of five, three of it cancelled, then answered by the newest", 20000, each(func(y *propstest.Toy, o *model.Op) bool {
		done := 0
		for _, e := range y.Table {
			if e.Cancelled {
				done++
			}
		}
		return y.MatchPong(o) == len(y.Table)-1 && len(y.Table) >= 5 && done == 3 && !y.Table[len(y.Table)-1].Cancelled
	})},
	{"just before the deadline of a keepalive's ping", 2000, deadline(-time.Millisecond)},
	{"at the deadline of a keepalive's ping", 1000, deadline(0)},
	{"just after the deadline of a keepalive's ping", 2000, deadline(time.Millisecond)},
	{"a keepalive's ping answered at its deadline", 10000, func() func(*propstest.Toy, *model.Op) string {
		at := deadline(0)()
		due := false
		return func(y *propstest.Toy, o *model.Op) string {
			c := propstest.ClassIf(due && o.Kind == model.Pong && o.Data.Keep && o.Data.Form == model.Echo && o.Data.Ref == 1)
			due = at(y, o) != ""
			return c
		}
	}},
	{"a pong for a ping that is held up, before writes go on", 1000, func() func(*propstest.Toy, *model.Op) string {
		held := 0
		return each(func(y *propstest.Toy, o *model.Op) bool {
			if o.Kind == model.Ping && y.Blocked {
				held = len(y.Data) + 1
			}
			return held > 0 && y.Blocked && o.Kind == model.Pong && o.Data == model.EchoOf(held)
		})()
	}},
	{"a pong after a drop, with pings pending", 1000, after(model.Drop)},
	{"a pong after the peer's close, with pings pending", 1000, after(model.PeerClose)},
	{"a pong after our close, with pings pending", 1000, after(model.Close)},
	{"a pong after the end of the stream, with pings pending", 1000, after(model.EOF)},
	{"a ping between fragments of a compressed message", 1000, between(model.RecvPing, true)},
	{"a pong between fragments of one that is not", 1000, between(model.Pong, false)},
	{"256 pings", 20000, counted(model.Ping, 256)},
	{"256 pings, in turn with pongs", 20000, func() func(*propstest.Toy, *model.Op) string {
		sent := 0
		return each(func(y *propstest.Toy, o *model.Op) bool {
			if o.Kind == model.Ping && o.Data.Form == model.Literal && len(o.Data.Lit) <= frame.MaxControl && y.Find(o.Data.Lit) < 0 {
				sent++
			}
			return sent == 256
		})()
	}},
	{"a hundred pongs that each answer a ping", 5000, func() func(*propstest.Toy, *model.Op) string {
		answers := 0
		return each(func(y *propstest.Toy, o *model.Op) bool {
			if y.MatchPong(o) >= 0 {
				answers++
			}
			return answers == 100
		})()
	}},
	{"256 pings of the peer", 20000, counted(model.RecvPing, 256)},
	{"256 pongs", 20000, counted(model.Pong, 256)},
}

// each shows a bug at the first op for which is holds.
func each(is func(y *propstest.Toy, o *model.Op) bool) func() func(*propstest.Toy, *model.Op) string {
	return func() func(*propstest.Toy, *model.Op) string {
		return func(y *propstest.Toy, o *model.Op) string { return propstest.ClassIf(is(y, o)) }
	}
}

// deadline is an advance to so long after the first ping of a keepalive must be
// answered.
func deadline(later time.Duration) func() func(*propstest.Toy, *model.Op) string {
	return each(func(y *propstest.Toy, o *model.Op) bool {
		c := y.Config
		return o.Kind == model.Advance && c.Interval > 0 && c.Timeout > 0 && y.Now+o.Time == c.Interval+c.Timeout+later
	})
}

func after(end model.Kind) func() func(*propstest.Toy, *model.Op) string {
	return func() func(*propstest.Toy, *model.Op) string {
		ended := false
		return each(func(y *propstest.Toy, o *model.Op) bool {
			ended = ended || o.Kind == end
			return ended && y.MatchPong(o) >= 0
		})()
	}
}

func between(k model.Kind, z bool) func() func(*propstest.Toy, *model.Op) string {
	return func() func(*propstest.Toy, *model.Op) string {
		compressed := false
		return each(func(y *propstest.Toy, o *model.Op) bool {
			if o.Kind == model.Frag {
				compressed = o.Z
			}
			return o.Kind == k && y.InMessage && compressed == z
		})()
	}
}

func counted(k model.Kind, n int) func() func(*propstest.Toy, *model.Op) string {
	return func() func(*propstest.Toy, *model.Op) string {
		seen := 0
		return each(func(_ *propstest.Toy, o *model.Op) bool {
			if o.Kind == k {
				seen++
			}
			return seen == n
		})()
	}
}

func TestReaches(t *testing.T) {
	g := New(propstest.Everything(), Options{})
	for _, r := range reaches {
		var took []string
		for seed := range uint64(4) {
			var tr model.Trace
			i := uint64(0)
			for ; i < r.most; i++ {
				if g.Trace(seed, i, &tr); propstest.RunToy(r.show(), &tr) != "" {
					break
				}
			}
			if i == r.most {
				t.Errorf("%s: not in %d traces of seed %d", r.name, r.most, seed)
			}
			took = append(took, fmt.Sprint(i+1))
		}
		t.Logf("%-70s %s", r.name, strings.Join(took, " "))
	}
}
