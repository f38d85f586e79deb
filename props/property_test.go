package props

import (
	"context"
	"errors"
	"iter"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/internal/propstest"
	"github.com/pongcheck/pongcheck/props/internal/rng"
	"github.com/pongcheck/pongcheck/props/metamorphic"
)

// dressedUp is the first impostor that this property kills.
func dressedUp(property string) *model.Implementation {
	for _, c := range impostors() {
		if c.property == property && c.verdict == model.FAILED {
			return tracking(c.tracker)
		}
	}
	panic(property)
}

func TestEveryPropertySaysWhatItIs(t *testing.T) {
	for _, x := range metamorphic.All() {
		if x.Sentence == "" || x.Hazard == "" && x.Name != "exactly-once" {
			t.Errorf("%+v", x)
		}
		if x.Verdict(upTo, model.Everything()) == model.OK {
			t.Errorf("%s is not asked of a tracker up-to", x.Name)
		}
		if y, ok := metamorphic.Find(x.Name); !ok || y.Name != x.Name {
			t.Errorf("%s is not found by its name", x.Name)
		}
		real := model.Everything()
		real.Real = true
		if v := x.Verdict(upTo, real); v != model.OK {
			t.Errorf("%s is asked on a real clock: %s", x.Name, v)
		}
	}
}

// Pongs that match nothing count under some policies, so these are not asked.
func TestPropertiesThatNeedAPolicy(t *testing.T) {
	for _, p := range model.Profiles() {
		for _, x := range metamorphic.All() {
			asked := x.Verdict(p, model.Everything()) != model.OK
			want := true
			switch x.Name {
			case "unsolicited", "duplicate-pong":
				want = p.Policy == model.UpTo || p.Policy == model.Exact || p.Policy == model.Latest
			case "exactly-once":
				want = !p.Leaves
			}
			if asked != want {
				t.Errorf("profile %s, %s: asked %v", p.Name, x.Name, asked)
			}
		}
	}
}

func TestPropertiesOfASubjectElsewhere(t *testing.T) {
	for _, name := range []string{"cuts", "exactly-once", "unsolicited", "renaming"} {
		here := violated(t, dressedUp(name), Options{N: 2000, Seed: 1, Tries: 2000})[name]
		far := violated(t, propstest.Elsewhere(dressedUp(name)), Options{N: 4000, Seed: 1, Tries: 2000})[name]
		if here == nil || far == nil {
			t.Fatalf("%s: violated here %v, elsewhere %v", name, here != nil, far != nil)
		}
		if here.Index != far.Index || propstest.OneLine(here.Shrunk) != propstest.OneLine(far.Shrunk) {
			t.Errorf("here trace %d became %s, elsewhere trace %d %s", here.Index, propstest.OneLine(here.Shrunk), far.Index, propstest.OneLine(far.Shrunk))
		}
	}
}

// A choice made at random is legal each time, and so is a race.
func TestWhatIsNotSteadyIsNoViolation(t *testing.T) {
	r := rng.NewStream(1, 2)
	impl := tracking(tracker{sends: func(*tracker, string) bool { return r.OneIn(2) }})
	result, err := RunProperties(t.Context(), upTo, impl, Options{N: 3000, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Findings) > 0 || !strings.Contains(result.Tallies.String(), "unsteady") {
		t.Errorf("%v, %s", result.Findings, result.Tallies)
	}
}

func TestWhatTheModelFoundIsNotToldTwice(t *testing.T) {
	loses := tracking(tracker{spoil: func(k *tracker, ev *model.Event, out *model.Outcome) {
		if ev.Kind == model.Drop {
			out.Resolutions = nil
		}
	}})
	if v := violated(t, loses, Options{N: 1000}); v["exactly-once"] == nil {
		t.Fatal("no waiter is lost")
	}
	r, err := RunProperties(t.Context(), upTo, loses, Options{N: 1000}, "waiter.lost")
	if err != nil || len(r.Findings) > 0 {
		t.Errorf("%v, %v", err, r.Findings)
	}
}

func TestTheSameSeedGivesTheSameViolations(t *testing.T) {
	for _, c := range impostors()[:3] {
		o := Options{N: 2000, Seed: 11}
		one, two := violated(t, tracking(c.tracker), o)[c.property], violated(t, tracking(c.tracker), o)[c.property]
		if one == nil || two == nil || one.String() != two.String() {
			t.Errorf("%s: got\n%s\nand\n%s", c.property, one, two)
		}
	}
}

func TestTroubleWhileAPropertyIsTriedIsAnError(t *testing.T) {
	trouble := errors.New("the process ended")
	for name, c := range map[string]struct {
		yields int
		err    error
		want   string
	}{
		"error":    {3, trouble, "the process ended"},
		"too few":  {3, nil, "3 transcripts for"},
		"too many": {1 << 20, nil, "more transcripts"},
	} {
		impl := propstest.Elsewhere(tracking(tracker{}))
		impl.Run = func(context.Context, iter.Seq[*model.Trace]) iter.Seq2[*model.Transcript, error] {
			return func(yield func(*model.Transcript, error) bool) {
				for range c.yields {
					if !yield(&model.Transcript{Ended: true}, nil) {
						return
					}
				}
				if c.err != nil {
					yield(nil, c.err)
				}
			}
		}
		r, err := RunProperties(t.Context(), upTo, impl, Options{N: 200})
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "try the property cuts: drive tracker: ") {
			t.Errorf("%s: got %v", name, err)
		}
		if len(r.Tallies) != 1 || r.Tallies[0].Tried == 0 || len(r.Findings) > 0 { // what was played counts
			t.Errorf("%s: got %s, %v", name, r.Tallies, r.Findings)
		}
	}
}

func TestPropertiesEndWithTheirContext(t *testing.T) {
	for _, impl := range []*model.Implementation{tracking(tracker{}), propstest.Elsewhere(tracking(tracker{}))} {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if r, err := RunProperties(ctx, upTo, impl, Options{}); !errors.Is(err, context.Canceled) || r == nil {
			t.Errorf("got %v, %v", r, err)
		}
	}
}

func TestCheckTriesProperties(t *testing.T) {
	t.Chdir(t.TempDir())
	check := func(name string, options ...func(*Options)) *fake {
		f := &fake{name: name, ctx: context.Background()}
		Check(f, upTo, dressedUp("cuts"), options...)
		return f
	}
	f := check("TestCuts", func(o *Options) { o.N, o.NoCorpus = 3000, true })
	at := slices.IndexFunc(f.errors, func(s string) bool { return strings.HasPrefix(s, "FAILED property cuts, ") })
	if at < 0 {
		t.Fatalf("errors: %q", f.errors)
	}
	const file = "testdata/pongcheck/TestCuts/property_cuts.txt"
	if !strings.Contains(f.errors[at], "\n  replay: go test -run '^TestCuts$'   # "+file+" runs first") {
		t.Errorf("no replay:\n%s", f.errors[at])
	}
	if text, err := os.ReadFile(file); err != nil || !strings.HasSuffix(string(text), "\nping 61\nping 61\npong $1\n") {
		t.Errorf("%v, stored:\n%s", err, text)
	}

	// The stored trace shows it again, without any other.
	f = check("TestCuts", func(o *Options) { o.N, o.NoCorpus = -1, true })
	if !strings.Contains(strings.Join(f.errors, "\n"), "  shown by (trace "+file) {
		t.Errorf("errors: %q", f.errors)
	}
}

// The measure is one experiment: two runs, mostly, with their transcripts.
func BenchmarkProperties(b *testing.B) {
	impl := tracking(tracker{})
	r, err := RunProperties(b.Context(), upTo, impl, Options{N: directPart * b.N})
	if err != nil {
		b.Fatal(err)
	}
	tried := 0
	for _, y := range r.Tallies {
		tried += y.Tried
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(max(1, tried)), "ns/experiment")
}
