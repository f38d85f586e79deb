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
	"github.com/pongcheck/pongcheck/model/text"
	"github.com/pongcheck/pongcheck/props/internal/propstest"
	"github.com/pongcheck/pongcheck/props/internal/rng"
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
	for _, x := range Properties() {
		if x.Sentence == "" || x.Hazard == "" && x.Name != "exactly-once" {
			t.Errorf("%+v", x)
		}
		if x.Verdict(upTo, model.Everything()) == model.OK {
			t.Errorf("%s is not asked of a tracker up-to", x.Name)
		}
		if y, ok := FindProperty(x.Name); !ok || y.Name != x.Name {
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
		for _, x := range Properties() {
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

func TestLawful(t *testing.T) {
	for _, c := range []struct {
		reason string
		trace  string
		want   int
	}{
		{"nothing is wrong", "ping 61|pong $1|recv-ping 62|settle", 4},
		{"a control frame is too long", "recv-ping 61|recv-ping 61*126|settle", 1},
		{"an echo of what is too long", "ping 61*126|pong $1", 1},
		{"an extension of what the subject chooses may be too long", "ping *|pong $1+61", 1},
		{"nothing comes after a Close", "peer-close 1000|recv-ping 61", 1},
		{"a code that may not be sent", "peer-close 1005|settle", 0},
		{"nothing comes after the end", "eof|ping 61|pong 61", 2},
		{"a fragment of nothing", "settle|cont 61 fin", 1},
		{"a message in a message", "frag text 61|msg text 61|cont 61 fin", 1},
		{"a text that is not UTF-8", "msg text ff|settle", 0},
		{"binary need not be", "msg binary ff|settle", 2},
		{"two frames at once", "raw 8981000000008a8100000000", 0},
		{"masked as it should be", "raw 898137fa213d56|settle", 2},
		{"in two pieces", "raw 8981|cancel 1|raw 37fa213d56|settle", 4},
		{"the second piece is missing", "settle|raw 8981|cancel 1|settle", 1},
		{"another frame comes between the pieces", "settle|raw 8981|pong 61|raw 37fa213d56", 1},
		{"the connection breaks between the pieces", "settle|raw 8981|drop", 1},
		{"a frame and the beginning of another", "raw 898137fa213d5689|settle|raw 8137fa213d56", 3},
		{"a frame and the beginning of another that never ends", "raw 898137fa213d5689|settle", 0},
		{"a reserved bit", "raw d98137fa213d56", 0},
	} {
		tr, err := text.ParseString(model.Version + "\n" + strings.ReplaceAll(c.trace, "|", "\n") + "\n")
		if err != nil {
			t.Fatalf("%s: %v", c.reason, err)
		}
		if got := lawful(tr.Trace()); got != c.want {
			t.Errorf("%s: %s: got %d, want %d", c.reason, c.trace, got, c.want)
		}
	}
}

func TestRenamingIsOneToOneAndKeepsLengths(t *testing.T) {
	for i := range alphabets {
		seen := map[byte]bool{}
		moved := 0
		for b, name := range alphabets[i] {
			seen[name] = true
			printable := b >= firstName && b <= lastName
			if int(name) != b {
				moved++
			}
			if (name >= firstName && name <= lastName) != printable || !printable && int(name) != b {
				t.Errorf("alphabet %d: %#x became %#x", i, b, name)
			}
		}
		if len(seen) != 256 || moved < 80 {
			t.Errorf("alphabet %d: %d names, %d of them moved", i, len(seen), moved)
		}
	}
	tr, err := text.ParseString(model.Version + "\nping \"ab\"\nping 00c3a9\npong $1[:1]\npong $2\npong $9\nmsg text \"ab\"\nrecv-ping $1+00\n")
	if err != nil {
		t.Fatal(err)
	}
	got := propstest.OneLine(renamed(tr.Trace(), &alphabets[0]))
	if want := `ping 3e3d|ping 00c3a9|pong 3e|pong 00c3a9|pong -|msg text 6162|recv-ping 3e3d00`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// The measure is one experiment: two runs, mostly, with their transcripts.
func BenchmarkProperties(b *testing.B) {
	impl := tracking(tracker{})
	r, err := RunProperties(b.Context(), upTo, impl, Options{N: cheapPart * b.N})
	if err != nil {
		b.Fatal(err)
	}
	tried := 0
	for _, y := range r.Tallies {
		tried += y.Tried
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(max(1, tried)), "ns/experiment")
}
