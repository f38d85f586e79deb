package shrink

import (
	"fmt"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
	"github.com/pongcheck/pongcheck/props/internal/propstest"
)

// small is an alphabet in which most that can go wrong with pings can be said.
func small(names int) Alphabet {
	return Alphabet{
		Kinds: model.KindsOf(model.Ping, model.Pong, model.Cancel), Names: names,
		Ops: []model.Op{{Kind: model.Close}},
	}
}

func exact(tb testing.TB) (model.Profile, *model.Implementation) {
	tb.Helper()
	impl, ok := specimen.Find("specimen/exact")
	if !ok {
		tb.Fatal("there is no specimen/exact")
	}
	return propstest.FindProfile("exact"), impl
}

// naive counts the traces of n ops another way: it writes all of them down, with
// every name in every order, and takes those that are the first of their kind.
func naive(n, names int) int {
	type op struct {
		kind model.Kind
		arg  int // a name, or the number of a ping
	}
	seen := map[string]bool{}
	var grow func(ops []op)
	grow = func(ops []op) {
		if len(ops) == n {
			order, text, pings := map[int]int{}, "", 0
			for _, o := range ops {
				arg := o.arg
				switch o.kind {
				case model.Ping, model.Pong:
					if _, is := order[arg]; !is {
						order[arg] = len(order)
					}
					arg = order[arg]
				case model.Cancel:
					if arg >= pings {
						return // of a ping that is not there
					}
				}
				if o.kind == model.Ping {
					pings++
				}
				text += fmt.Sprint(o.kind, arg, ";")
			}
			seen[text] = true
			return
		}
		for i := range names {
			grow(append(ops[:len(ops):len(ops)], op{model.Ping, i}))
			grow(append(ops[:len(ops):len(ops)], op{model.Pong, i}))
		}
		for i := range n {
			grow(append(ops[:len(ops):len(ops)], op{model.Cancel, i}))
		}
		grow(append(ops[:len(ops):len(ops)], op{model.Close, 0}))
	}
	grow(nil)
	return len(seen)
}

// fails returns a function that runs a trace on impl and adds its ops to ops.
func fails(p model.Profile, impl *model.Implementation, ops *int) func(*model.Trace) bool {
	checker, subject := model.NewChecker(p, impl.Info), impl.New()
	return func(t *model.Trace) bool {
		r := checker.Run(subject, t)
		*ops += r.Ops
		return r.Failure() != nil
	}
}

func TestExhaustIsComplete(t *testing.T) {
	p, impl := exact(t)
	for names := 1; names <= 3; names++ {
		want := 1 // the empty trace
		for depth := 1; depth <= 4; depth++ {
			want += naive(depth, names)
			e, err := Exhaust(t.Context(), small(names), depth, fails(p, impl, new(int)))
			if err != nil || e.Failed != nil {
				t.Fatalf("%v, %v", err, e.Failed)
			}
			if e.Traces != want || e.Depth != depth {
				t.Errorf("%d names, depth %d: %d traces, want %d", names, depth, e.Traces, want)
			}
		}
	}
}

func TestExhaustFindsTheShortest(t *testing.T) {
	m, ok := specimen.FindMutant("tracking/second-pong")
	if !ok {
		t.Fatal("no such mutant")
	}
	e, err := Exhaust(t.Context(), small(2), 6, fails(propstest.FindProfile(m.Profile), m.Implementation(), new(int)))
	if err != nil {
		t.Fatal(err)
	}
	if e.Failed == nil || len(e.Failed.Ops) != 3 || e.Depth != 2 {
		t.Errorf("got %v at depth %d", e.Failed, e.Depth)
	}
}

func BenchmarkExhaust(b *testing.B) {
	p, impl := exact(b)
	for _, depth := range []int{5, 6, 7, 8} {
		b.Run(fmt.Sprintf("depth=%d", depth), func(b *testing.B) {
			var e Exhausted
			ops := 0
			for b.Loop() {
				e, _ = Exhaust(b.Context(), small(2), depth, fails(p, impl, &ops))
			}
			b.ReportMetric(float64(e.Traces), "traces")
			b.ReportMetric(float64(ops)/b.Elapsed().Seconds(), "ops/s")
		})
	}
}
