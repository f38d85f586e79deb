package model

import (
	"fmt"
	"strconv"
	"testing"
)

// Long traces cost no more an op than short ones, whatever they pile up but pings that
// are pending: a ping or a Pong is looked for among those.
func BenchmarkLongTrace(b *testing.B) {
	for _, shape := range longShapes {
		for _, n := range []int{10_000, 100_000} {
			b.Run(fmt.Sprintf("shape=%s/ops=%d", shape.name, n), func(b *testing.B) {
				t := shape.trace(n)
				for b.Loop() {
					c := NewChecker(RFC(), Everything())
					c.judgeAll = true
					c.Run(NewState(profiles[1].Profile, Everything()), t)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(t.Ops)), "ns/step")
			})
		}
	}
}

// longShape is a trace that repeats ops, after head. The payload * is another one
// each time.
type longShape struct {
	name string
	head []Op
	ops  []Op
}

func (s *longShape) trace(n int) *Trace {
	t := &Trace{Ops: append([]Op(nil), s.head...)}
	for i := 0; len(t.Ops) < n; i++ {
		for _, o := range s.ops {
			if o.Data.Lit == "*" {
				o.Data.Lit = strconv.Itoa(i)
			}
			if o.Kind == Cancel {
				o.N = i + 1
			}
			t.Ops = append(t.Ops, o)
		}
	}
	return t
}

var longShapes = func() []longShape {
	ping, pong, recv := Op{Kind: Ping, Data: Bytes("*")}, Op{Kind: Pong, Data: Bytes("*")}, Op{Kind: RecvPing, Data: Bytes("*")}
	block := []Op{{Kind: Block}}
	return []longShape{
		{"answered", nil, []Op{ping, pong}},
		{"cancelled", nil, []Op{ping, {Kind: Cancel}, pong}},
		{"settled", nil, []Op{ping, recv, pong, {Kind: Settle}}},
		{"messages", nil, []Op{{Kind: Msg, Data: Bytes("*")}, {Kind: MsgSend, Data: Bytes("*")}}},
		{"blocked", block, []Op{ping, pong, recv}},
		{"closed", []Op{{Kind: Drop}}, []Op{ping, pong, {Kind: Settle}}},
	}
}()
