package turbo

import (
	"bytes"
	"context"
	"reflect"
	"testing"

	"github.com/pongcheck/pongcheck/model/text"
)

// hunt runs target until something fails, and returns that as it was found; nil if
// nothing did within n inputs.
func hunt(t testing.TB, target *Target, seed uint64, n int) *Finding {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	target.Shrink = func(in []byte, _ func([]byte) bool) []byte { return in }
	r, err := Run(ctx, target, nil, Options{Seed: seed, N: n, Found: func(*Finding) { stop() }})
	if len(r.Findings) == 0 {
		if err != nil {
			t.Fatal(err)
		}
		return nil
	}
	return r.Findings[0]
}

// The mutants are found whatever the seed, with the counters of this binary or without.
func TestMutantsAreFound(t *testing.T) {
	seeds := uint64(3)
	if testing.Short() {
		seeds = 1
	}
	for _, name := range []string{
		"tracking/second-pong", "tracking/prefix-matches", "answering/previous-message", "answering/first-of-read", "answering/half-a-ping",
		"keepalive/first-timeout-only", "isolation/inside-data", "deep/eighth-entry", "deep/counter-wraps", "deep/queue-of-four",
	} {
		for seed := range seeds {
			f := hunt(t, mutant(t, name).target(t), seed, 30_000)
			if f == nil {
				t.Errorf("%s: not found in 30,000 inputs of seed %d", name, seed)
				continue
			}
			t.Logf("%s, seed %d: input %d: %s", name, seed, f.Exec, f.Signature)
		}
	}
}

func TestSameSeedSameRun(t *testing.T) {
	var runs [2]*Result
	for i := range runs {
		r, err := Run(t.Context(), mutant(t, "tracking/second-pong").target(t), nil, Options{Seed: 7, N: 5000})
		if err != nil {
			t.Fatal(err)
		}
		runs[i] = r
	}
	if len(runs[0].Findings) == 0 || len(runs[0].Entries) < 10 {
		t.Errorf("%d findings, %d entries: nothing to compare", len(runs[0].Findings), len(runs[0].Entries))
	}
	if !reflect.DeepEqual(runs[0], runs[1]) {
		t.Errorf("two runs differ: %d and %d entries, %d and %d features", len(runs[0].Entries), len(runs[1].Entries), runs[0].Features, runs[1].Features)
	}
}

// A run goes on after a finding, tells findings apart by their signatures, and
// shrinks each to what it needs.
func TestEveryFindingIsShrunk(t *testing.T) {
	target := &Target{Run: func(in []byte, lanes *Lanes) string {
		lanes.Light(uint32(len(in)))
		switch {
		case bytes.Contains(in, []byte("\x7e\xff\xff")):
			panic(len(in))
		case bytes.Count(in, []byte("\x89")) >= 3:
			return "three pings"
		case bytes.HasPrefix(in, []byte("\x03\xe8")):
			return "normal closure"
		}
		return ""
	}}
	var reported []string
	r, err := Run(t.Context(), target, nil, Options{Seed: 1, N: 200_000, Found: func(f *Finding) { reported = append(reported, f.Signature) }})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"three pings":    "\x89\x89\x89",
		"normal closure": "\x03\xe8",
		"panic int in github.com/pongcheck/pongcheck/fuzz/turbo.TestEveryFindingIsShrunk.func1": "\x7e\xff\xff",
	}
	for _, f := range r.Findings {
		if in, known := want[f.Signature]; !known || string(f.Input) != in || f.Flaky {
			t.Errorf("%s: %x, %x wanted (flaky: %t)", f.Signature, f.Input, in, f.Flaky)
		}
		delete(want, f.Signature)
	}
	if len(want) > 0 || len(reported) != len(r.Findings) || r.Execs != 200_000 {
		t.Errorf("not found: %v; reported: %v; %d inputs", want, reported, r.Execs)
	}
}

// A finding is shrunk as a trace: to the two ops that the bug needs.
func TestTracesShrinkByOp(t *testing.T) {
	r, err := Run(t.Context(), mutant(t, "tracking/second-pong").target(t), nil, Options{Seed: 3, N: 3000})
	if err != nil || len(r.Findings) == 0 {
		t.Fatal("no finding", err)
	}
	for _, f := range r.Findings {
		if ops := text.Decode(f.Input).Ops; len(ops) > 4 {
			t.Errorf("%s: %d ops:\n%s", f.Signature, len(ops), text.Decode(f.Input))
		}
	}
}

// What shows only now and then is not taken for a feature.
func TestFlakyFeaturesAreLeftOut(t *testing.T) {
	n := uint32(0)
	target := &Target{Run: func(_ []byte, lanes *Lanes) string {
		n++
		lanes.Light(n % maxLanes)
		return ""
	}}
	r, err := Run(t.Context(), target, nil, Options{N: 2000})
	if err != nil {
		t.Fatal(err)
	}
	if r.Features > 100 {
		t.Errorf("%d features", r.Features)
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	n := 0
	target := &Target{Run: func([]byte, *Lanes) string {
		if n++; n == 500 {
			stop()
		}
		return ""
	}}
	if r, err := Run(ctx, target, nil, Options{N: 1 << 40}); err != context.Canceled || r.Execs > 600 {
		t.Errorf("%d inputs, %v", r.Execs, err)
	}
}
