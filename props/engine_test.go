package props

import (
	"context"
	"errors"
	"iter"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/internal/propstest"
)

func TestTheReferencePasses(t *testing.T) {
	for _, p := range model.Profiles() {
		r, err := Run(context.Background(), p, propstest.Reference(p), Options{N: 1500, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		for f := range r.Failures() {
			t.Errorf("profile %s\n%s", p.Name, f)
		}
	}
}

// found is what a run found: class and shrunk trace, a line each.
func found(r *Result) string {
	var lines []string
	for f := range r.Failures() {
		c := f.Shrunk.Clone()
		c.Profile = ""
		lines = append(lines, f.Class()+": "+propstest.OneLine(c))
	}
	return strings.Join(lines, "\n")
}

var both = []struct {
	name  string
	spoil func(*propstest.Mutant, *model.Event, *model.Outcome)
	want  string
}{
	{"crashes", propstest.Crashes, "crash propstest.invalidStateError: ping 61|cancel 1|pong $1"},
	{"mute", propstest.Mute, "pong.owed: recv-ping 61*125|settle"},
}

func TestRunFindsAndShrinks(t *testing.T) {
	for _, c := range both {
		for _, impl := range []*model.Implementation{propstest.Broken(c.spoil), propstest.Elsewhere(propstest.Broken(c.spoil))} {
			where := "here"
			if impl.Run != nil {
				where = "elsewhere"
			}
			t.Run(c.name+" "+where, func(t *testing.T) {
				r, err := Run(context.Background(), propstest.FindProfile("websockets"), impl, Options{NoCorpus: true, N: 500})
				if err != nil {
					t.Fatal(err)
				}
				if got := found(r); got != c.want {
					t.Errorf("got\n%s\nwant\n%s", got, c.want)
				}
				if r.Traces != 500 || r.Ops < 500 || r.Verdict != model.FAILED || r.Reached == 0 {
					t.Errorf("%d traces, %d ops, %s, reached %d", r.Traces, r.Ops, r.Verdict, r.Reached)
				}
				for f := range r.Failures() {
					if f.Report.Transcript == nil || f.Flaky || f.Tries == 0 || len(f.Original.Ops) < len(f.Shrunk.Ops) {
						t.Errorf("not fit to be shown: %+v", f)
					}
				}
			})
		}
	}
}

func TestTheCorpusRunsFirst(t *testing.T) {
	var names []string
	o := Options{N: -1, First: []Named{{"mine", &model.Trace{Ops: []model.Op{{Kind: model.Settle}}}}}}
	o.Found = func(f *Finding) { names = append(names, f.Name) }
	r, err := Run(context.Background(), propstest.FindProfile("websockets"), propstest.Broken(propstest.Crashes), o)
	if err != nil {
		t.Fatal(err)
	}
	if len(names) != 1 || !strings.HasPrefix(names[0], "corpus/") {
		t.Errorf("found by %v", names)
	}
	if r.Traces < 20 {
		t.Errorf("%d traces of the corpus fit", r.Traces)
	}
}

func TestRunsAreRepeatable(t *testing.T) {
	var texts [2]string
	for i := range texts {
		r, err := Run(context.Background(), propstest.FindProfile("websockets"), propstest.Broken(propstest.Crashes), Options{N: 200, Seed: 5})
		if err != nil {
			t.Fatal(err)
		}
		for j := range r.Findings {
			texts[i] += r.Findings[j].String() + "\n"
		}
	}
	if texts[0] != texts[1] {
		t.Errorf("the same seed gave\n%s\nand\n%s", texts[0], texts[1])
	}
}

func TestTriesBelowZeroLeaveTheTrace(t *testing.T) {
	r, err := Run(context.Background(), propstest.FindProfile("websockets"), propstest.Broken(propstest.Crashes), Options{NoCorpus: true, Tries: -1})
	if err != nil {
		t.Fatal(err)
	}
	for f := range r.Failures() {
		if f.Tries != 0 || f.Original.String() != f.Shrunk.String() {
			t.Errorf("shrunk after %d tries", f.Tries)
		}
	}
}

func TestAFlakyFailureSaysSo(t *testing.T) {
	n := 0
	impl := propstest.Broken(func(_ *propstest.Mutant, ev *model.Event, _ *model.Outcome) {
		if ev.Kind == model.Pong {
			if n++; n == 5 {
				panic("once")
			}
		}
	})
	r, err := Run(context.Background(), propstest.FindProfile("websockets"), impl, Options{NoCorpus: true, N: 100})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Findings) == 0 || !r.Findings[0].Flaky || !strings.Contains(r.Findings[0].String(), "flaky") {
		t.Errorf("got %v", r.Findings)
	}
}

func TestARunEndsWithItsContext(t *testing.T) {
	for _, impl := range []*model.Implementation{propstest.Broken(propstest.Mute), propstest.Elsewhere(propstest.Broken(propstest.Mute))} {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if r, err := Run(ctx, model.RFC(), impl, Options{}); !errors.Is(err, context.Canceled) || r == nil {
			t.Errorf("got %v, %v", r, err)
		}
	}
}

func TestTroubleWithADriverIsAnError(t *testing.T) {
	trouble := errors.New("the process ended")
	for name, c := range map[string]struct {
		yields int
		err    error
		want   string
	}{
		"error":    {3, trouble, "the process ended"},
		"too few":  {3, nil, "3 transcripts"},
		"too many": {1 << 20, nil, "more transcripts"},
	} {
		impl := propstest.Elsewhere(propstest.Broken(propstest.Mute))
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
		_, err := Run(context.Background(), model.RFC(), impl, Options{NoCorpus: true})
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "mutant") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func BenchmarkRun(b *testing.B) {
	p := propstest.FindProfile("websockets")
	impl := propstest.Reference(p)
	impl.Info.Chooses = false
	impl.Info.Can = propstest.Broken(propstest.Mute).Info.Can
	e := newEngine(context.Background(), p, impl, Options{N: b.N, NoCorpus: true})
	traces, err := e.allTraces()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ResetTimer()
	if err := e.target.runEach(traces, e.takeReport); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(e.result.Ops), "ns/step")
}

// Findings of a run are certified, unless asked not to be or not to be relied on.
func TestRunCertifies(t *testing.T) {
	find := func(spoil func(*propstest.Mutant, *model.Event, *model.Outcome), certify int) *Finding {
		r, err := Run(t.Context(), propstest.FindProfile("websockets"), propstest.Broken(spoil), Options{NoCorpus: true, N: 500, Certify: certify})
		if err != nil || len(r.Findings) == 0 {
			t.Fatalf("%v, %v", r, err)
		}
		return &r.Findings[0]
	}
	if f := find(propstest.Crashes, 0); f.Certificate == nil || !f.Certificate.Whole || !strings.Contains(f.String(), "shortest: none shorter: all ") {
		t.Errorf("got %s", f)
	}
	if f := find(propstest.Crashes, -1); f.Certificate != nil {
		t.Errorf("got %s", f)
	}
	n := 0
	coin := func(_ *propstest.Mutant, ev *model.Event, _ *model.Outcome) {
		if ev.Kind == model.Pong {
			if n++; n%3 != 0 {
				panic("coin")
			}
		}
	}
	if f := find(coin, 0); f.Certificate != nil || !f.Flaky || f.Failed < 6 || f.Failed > 7 || !strings.Contains(f.String(), "times of 10") {
		t.Errorf("%d of %d: %s", f.Failed, f.Runs, f)
	}
}
