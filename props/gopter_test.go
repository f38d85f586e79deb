package props

import (
	"strings"
	"testing"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/prop"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
)

func parameters(n int) *gopter.TestParameters {
	p := gopter.DefaultTestParametersWithSeed(1234)
	p.MinSuccessfulTests = n
	return p
}

func TestPropPasses(t *testing.T) {
	impl := broken(func(*mutant, *model.Event, *model.Outcome) {})
	for _, workers := range []int{1, 2} {
		params := parameters(300)
		params.Workers = workers
		if r := Prop(profile("websockets"), impl).Check(params); !r.Passed() || r.Succeeded != 300 {
			t.Errorf("%d workers: %+v", workers, r)
		}
	}
}

func TestPropShrinksToTheClass(t *testing.T) {
	for _, c := range both {
		for _, impl := range []*model.Implementation{broken(c.spoil), elsewhere(broken(c.spoil))} {
			r := Prop(profile("websockets"), impl).Check(parameters(2000))
			if r.Status != gopter.TestFailed || len(r.Args) != 1 {
				t.Fatalf("%s: %+v", c.name, r)
			}
			shrunk := r.Args[0].Arg.(*model.Trace).Clone()
			shrunk.Profile = ""
			if got := oneLine(shrunk); !strings.HasSuffix(c.want, ": "+got) {
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
	r := Prop(profile("websockets"), broken(crashes)).Check(params)
	if r.Status != gopter.TestFailed || r.Args[0].Shrinks != 0 || r.Args[0].ArgFormatted != r.Args[0].OrigArgFormatted {
		t.Errorf("%+v", r)
	}
}

func TestTracesForAll(t *testing.T) {
	most := 0
	property := prop.ForAll(func(tr *model.Trace) bool {
		most = max(most, len(tr.Ops))
		return run(toys[0].show, tr) == ""
	}, Traces(everything(), func(o *Options) { o.MaxOps = 40 }))
	r := property.Check(parameters(2000))
	if r.Status != gopter.TestFailed {
		t.Fatalf("%+v", r)
	}
	if got := oneLine(r.Args[0].Arg.(*model.Trace)); got != toys[0].want {
		t.Errorf("got %s, want %s", got, toys[0].want)
	}
	if most > 52 {
		t.Errorf("a trace of %d ops", most)
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
	return profile(impl.Profile), impl
}

// properties are what one worker of [Prop] has, of several kinds of traces.
func properties(tb testing.TB) map[string]*property {
	tb.Helper()
	p, impl := mixed(tb)
	all, _ := specimen.Find(impl.Name)
	return map[string]*property{
		"mix":   newProperty(p, impl, Options{}),
		"plain": newProperty(p, impl, Options{Plain: true}),
		"all":   newProperty(p, all, Options{}),
	}
}

func sized(n int) *gopter.GenParameters {
	params := gopter.DefaultGenParameters()
	params.MaxSize = n
	return params
}

func TestPropAllocatesNothing(t *testing.T) {
	for name, c := range properties(t) {
		params := sized(60)
		for range 3000 { // lets buffers grow
			c.check(params)
		}
		if n := testing.AllocsPerRun(3000, func() { c.check(params) }); n != 0 && name != "all" {
			t.Errorf("%s: %v allocations a trace", name, n)
		}
	}
}

// BenchmarkProp is what gopter calls: it generates, resolves, steps, follows and
// compares. Model's BenchmarkCheck does the last four with the mix of the model.
func BenchmarkProp(b *testing.B) {
	for name, c := range properties(b) {
		b.Run("traces="+name, func(b *testing.B) {
			params, ops := sized(60), 0
			b.ReportAllocs()
			for b.Loop() {
				if r := c.check(params); r != passed {
					b.Fatalf("%+v", r)
				}
				ops += len(c.trace.Ops)
			}
			b.ReportMetric(float64(ops)/b.Elapsed().Seconds(), "ops/s")
			b.ReportMetric(float64(ops)/float64(b.N), "ops/trace")
		})
	}
}
