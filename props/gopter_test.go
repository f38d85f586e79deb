package props

import (
	"strings"
	"testing"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/prop"

	"github.com/pongcheck/pongcheck/model"
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

func BenchmarkProp(b *testing.B) {
	impl := broken(mute)
	impl.New = reference(profile("websockets")).New
	params := parameters(b.N)
	params.MinSize, params.MaxSize = 60, 60
	b.ReportAllocs()
	if r := Prop(profile("websockets"), impl).Check(params); !r.Passed() {
		b.Fatalf("%+v", r)
	}
}
