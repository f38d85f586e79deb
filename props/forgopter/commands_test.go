package forgopter

import (
	"strings"
	"testing"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/commands"
	"github.com/leanovate/gopter/prop"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
	"github.com/pongcheck/pongcheck/props"
	"github.com/pongcheck/pongcheck/props/generate"
	"github.com/pongcheck/pongcheck/props/internal/propstest"
)

func replays(impl *model.Implementation) gopter.Prop {
	p := propstest.FindProfile(impl.Profile)
	return prop.ForAll(func(t *model.Trace) *gopter.PropResult { return Replay(p, impl, t) }, Traces(impl.Info))
}

func exact(tb testing.TB) (model.Profile, *model.Implementation) {
	tb.Helper()
	impl, ok := specimen.Find("specimen/exact")
	if !ok {
		tb.Fatal("there is no specimen/exact")
	}
	return propstest.FindProfile("exact"), impl
}

func TestReplayPasses(t *testing.T) {
	_, impl := exact(t)
	around := *impl
	inside := 0
	around.Around = func(f func()) { inside++; f() }
	for _, impl := range []*model.Implementation{impl, &around} {
		if r := replays(impl).Check(parameters(300)); !r.Passed() || r.Succeeded != 300 {
			t.Errorf("%+v", r)
		}
	}
	if inside < 300 {
		t.Errorf("%d traces ran inside of what they need", inside)
	}
}

func TestReplayShrinksToTheShortest(t *testing.T) {
	for _, name := range []string{"tracking/second-pong", "tracking/cancelled-future"} {
		m, ok := specimen.FindMutant(name)
		if !ok {
			t.Fatal("no mutant " + name)
		}
		r := replays(m.Implementation()).Check(parameters(5000))
		if r.Status != gopter.TestFailed {
			t.Fatalf("%s: %+v", name, r)
		}
		known, err := m.Shortest()
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Args[0].Arg.(*model.Trace); len(got.Ops) != len(known.Ops) {
			t.Errorf("%s: shrunk to %s", name, propstest.OneLine(got))
		}
		if len(r.Labels) != 1 || !strings.HasPrefix(r.Labels[0], "op ") {
			t.Errorf("%s: labels %q", name, r.Labels)
		}
	}
}

// The commands see what the engine sees, trace by trace.
func TestReplayAgreesWithTheEngine(t *testing.T) {
	failed := 0
	for _, m := range specimen.Mutants() {
		p, impl := propstest.FindProfile(m.Profile), m.Implementation()
		g := generate.New(impl.Info, generate.Options{})
		tester := props.NewTester(t.Context(), p, impl)
		var tr model.Trace
		for i := range uint64(50) {
			g.Trace(1, i, &tr)
			for j := range tr.Ops {
				tr.Ops[j].Join = false // commands come one by one
			}
			r, err := tester.Try(&tr)
			if err != nil {
				t.Fatal(err)
			}
			f := r.Failure()
			got := Replay(p, impl, &tr)
			if got.Success() != (f == nil) || f != nil && !strings.Contains(got.Labels[0], f.Class()) {
				t.Errorf("%s: the engine has %v, the commands %+v:\n%s", m.Name, f, got, &tr)
			}
			if f != nil {
				failed++
			}
		}
	}
	if failed == 0 {
		t.Error("nothing failed")
	}
}

// commands.Prop, with all its defects, comes to the same.
func TestCommandsProp(t *testing.T) {
	p, impl := exact(t)
	if r := commands.Prop(Commands(p, impl)).Check(parameters(100)); !r.Passed() || r.Succeeded != 100 {
		t.Errorf("%+v", r)
	}
	m, _ := specimen.FindMutant("tracking/second-pong")
	if r := commands.Prop(Commands(propstest.FindProfile(m.Profile), m.Implementation())).Check(parameters(1000)); r.Status != gopter.TestFailed {
		t.Errorf("%+v", r)
	}
}

func TestCommandsNeedADirectSubject(t *testing.T) {
	p, impl := exact(t)
	around := *impl
	around.Around = func(f func()) { f() }
	for _, r := range []*gopter.TestResult{
		replays(propstest.Elsewhere(impl)).Check(parameters(10)),
		commands.Prop(Commands(p, propstest.Elsewhere(impl))).Check(parameters(10)),
		commands.Prop(Commands(p, &around)).Check(parameters(10)),
	} {
		if r.Status != gopter.TestError || r.Error == nil {
			t.Errorf("%+v", r)
		}
	}
}

func BenchmarkReplay(b *testing.B) {
	p, impl := exact(b)
	g := generate.New(impl.Info, generate.Options{})
	traces := make([]model.Trace, 100)
	ops := 0
	for i := range traces {
		g.Trace(1, uint64(i), &traces[i])
		ops += len(traces[i].Ops)
	}
	for b.Loop() {
		for i := range traces {
			if r := Replay(p, impl, &traces[i]); !r.Success() {
				b.Fatalf("%+v", r)
			}
		}
	}
	b.ReportMetric(float64(ops)*float64(b.N)/b.Elapsed().Seconds(), "ops/s")
}
