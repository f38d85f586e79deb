package model_test

import (
	"os"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
)

// mix is what the speed is measured on: testdata/mix.txt says what is in it.
func mix(tb testing.TB) []*model.Trace {
	tb.Helper()
	b, err := os.ReadFile("testdata/mix.txt")
	if err != nil {
		tb.Fatal(err)
	}
	var traces []*model.Trace
	for _, part := range strings.Split(string(b), "\n-- ")[1:] {
		name, text, _ := strings.Cut(part, " --\n")
		t, err := model.ParseString(text)
		if err != nil {
			tb.Fatalf("testdata/mix.txt, trace %s: %v", name, err)
		}
		traces = append(traces, t.Trace())
	}
	return traces
}

func asyncio(tb testing.TB) (*model.Checker, model.Subject) {
	tb.Helper()
	for _, impl := range specimen.All() {
		if impl.Name == "specimen/asyncio" && impl.Version == "14.2" {
			p, _ := model.FindProfile(impl.Profile)
			return model.NewChecker(p, impl.Info), impl.New()
		}
	}
	tb.Fatal("no specimen/asyncio")
	return nil, nil
}

// BenchmarkCheck resolves relations, steps the specimen, steps the model and
// compares, for each op of the mix.
func BenchmarkCheck(b *testing.B) {
	traces := mix(b)
	c, s := asyncio(b)
	events := 0
	b.ReportAllocs()
	for b.Loop() {
		for _, t := range traces {
			if r := c.Run(s, t); r.Verdict > model.OK {
				b.Fatal(r.Findings[0].Sentence())
			}
			events += len(t.Ops)
		}
	}
	b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
}
