package forgopter

import (
	"strings"
	"testing"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/prop"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
	"github.com/pongcheck/pongcheck/props"
	"github.com/pongcheck/pongcheck/props/internal/propstest"
)

func parameters(n int) *gopter.TestParameters {
	p := gopter.DefaultTestParametersWithSeed(1234)
	p.MinSuccessfulTests = n
	return p
}

func TestPropPasses(t *testing.T) {
	impl := propstest.Broken(func(*propstest.Mutant, *model.Event, *model.Outcome) {})
	for _, workers := range []int{1, 2} {
		params := parameters(300)
		params.Workers = workers
		if r := Prop(propstest.FindProfile("websockets"), impl).Check(params); !r.Passed() || r.Succeeded != 300 {
			t.Errorf("%d workers: %+v", workers, r)
		}
	}
}

func TestPropShrinksToTheClass(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(*propstest.Mutant, *model.Event, *model.Outcome)
		want  string
	}{
		{"crashes", propstest.Crashes, "ping 61|cancel 1|pong $1"},
		{"mute", propstest.Mute, "recv-ping 61*125|settle"},
	} {
		for _, impl := range []*model.Implementation{propstest.Broken(c.spoil), propstest.Elsewhere(propstest.Broken(c.spoil))} {
			r := Prop(propstest.FindProfile("websockets"), impl).Check(parameters(2000))
			if r.Status != gopter.TestFailed || len(r.Args) != 1 {
				t.Fatalf("%s: %+v", c.name, r)
			}
			shrunk := r.Args[0].Arg.(*model.Trace).Clone()
			shrunk.Profile = ""
			if got := propstest.OneLine(shrunk); got != c.want {
				t.Errorf("%s: got %s, want %s", c.name, got, c.want)
			}
			if len(r.Labels) != 1 || !strings.Contains(r.Labels[0], "rule: ") || r.Args[0].Shrinks == 0 || r.Args[0].OrigArgFormatted == "" {
				t.Errorf("%s: %+v", c.name, r.Args[0])
			}
		}
	}
}

func TestPropDoesNotShrinkIfToldNotTo(t *testing.T) {
	params := parameters(2000)
	params.MaxShrinkCount = 0
	r := Prop(propstest.FindProfile("websockets"), propstest.Broken(propstest.Crashes)).Check(params)
	if r.Status != gopter.TestFailed || r.Args[0].Shrinks != 0 || r.Args[0].ArgFormatted != r.Args[0].OrigArgFormatted {
		t.Errorf("%+v", r)
	}
}

func TestTracesForAll(t *testing.T) {
	longest := 0
	tester := props.NewTester(t.Context(), propstest.FindProfile("websockets"), propstest.Broken(propstest.Crashes))
	property := prop.ForAll(func(tr *model.Trace) bool {
		longest = max(longest, len(tr.Ops))
		r, err := tester.Try(tr)
		return err == nil && (r.Failure() == nil || r.Failure().Crash == "")
	}, Traces(propstest.Everything(), func(o *props.Options) { o.MaxOps = 40 }))
	r := property.Check(parameters(2000))
	if r.Status != gopter.TestFailed {
		t.Fatalf("%+v", r)
	}
	if got, want := propstest.OneLine(r.Args[0].Arg.(*model.Trace)), "ping 61|cancel 1|pong $1"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if longest > 52 {
		t.Errorf("a trace of %d ops", longest)
	}
}

// mixed is a right subject with what the mix needs that the speed of the model is
// measured on: its kinds of ops, no settings.
func mixed(tb testing.TB) (model.Profile, *model.Implementation) {
	tb.Helper()
	impl, ok := specimen.Find("specimen/asyncio")
	if !ok {
		tb.Fatal("there is no specimen/asyncio")
	}
	impl.Info.Can = model.KindsOf(model.Ping, model.Cancel, model.Pong, model.RecvPing, model.Close, model.PeerClose, model.Drop,
		model.EOF, model.Advance, model.Settle, model.Msg, model.MsgSend, model.SendPong)
	impl.Info.Roles, impl.Info.Keeps, impl.Info.Cuts, impl.Info.Chooses, impl.Info.Deflate = model.ServerRole, false, false, false, false
	return propstest.FindProfile(impl.Profile), impl
}

// workers are workers of [Prop] with several kinds of traces.
func workers(tb testing.TB) map[string]*worker {
	tb.Helper()
	p, impl := mixed(tb)
	all, _ := specimen.Find(impl.Name)
	return map[string]*worker{
		"mix":   newWorker(p, impl, nil),
		"plain": newWorker(p, impl, []func(*props.Options){func(o *props.Options) { o.Plain = true }}),
		"all":   newWorker(p, all, nil),
	}
}

func sized(n int) *gopter.GenParameters {
	params := gopter.DefaultGenParameters()
	params.MaxSize = n
	return params
}

func TestPropAllocatesNothing(t *testing.T) {
	for name, w := range workers(t) {
		params := sized(60)
		for range 3000 { // lets buffers grow
			w.checkTrace(params)
		}
		if n := testing.AllocsPerRun(3000, func() { w.checkTrace(params) }); n != 0 && name != "all" {
			t.Errorf("%s: %v allocations a trace", name, n)
		}
	}
}

// BenchmarkProp is what gopter calls: it generates, resolves, steps, follows and
// compares. Model's BenchmarkCheck does the last four with the mix of the model.
func BenchmarkProp(b *testing.B) {
	for name, w := range workers(b) {
		b.Run("traces="+name, func(b *testing.B) {
			params, ops := sized(60), 0
			b.ReportAllocs()
			for b.Loop() {
				if r := w.checkTrace(params); r != passed {
					b.Fatalf("%+v", r)
				}
				ops += len(w.trace.Ops)
			}
			b.ReportMetric(float64(ops)/b.Elapsed().Seconds(), "ops/s")
			b.ReportMetric(float64(ops)/float64(b.N), "ops/trace")
		})
	}
}
