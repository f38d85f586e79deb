package nightly

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/result"
)

// propertied is a module of two packages: one has a test of properties and no fuzz target, the
// other a target of this project's harness.
func propertied(t *testing.T) string {
	t.Helper()
	here, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	sums, err := os.ReadFile(filepath.Join(here, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	return writeModule(t, "propertied", map[string]string{
		"go.sum": string(sums),
		"go.mod": fmt.Sprintf("module example.com/m\n\ngo 1.26\n\nrequire github.com/pongcheck/pongcheck v0.0.0\n\nreplace github.com/pongcheck/pongcheck => %q\n", here),
		"m_test.go": `package m

import (
	"os"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
	"github.com/pongcheck/pongcheck/props"
)

func TestPings(t *testing.T) {
	impl, _ := specimen.Find("specimen/asyncio@14.1")
	props.Check(t, model.RFC(), impl, func(o *props.Options) { o.N = 100 })
	if os.Getenv("PONGCHECK_SEED") != "9" {
		t.Error("another seed than the night's")
	}
}
`,
		"pings/pings_test.go": `package pings

import (
	"testing"

	"github.com/pongcheck/pongcheck/fuzz"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
)

func FuzzPings(f *testing.F) {
	impl, _ := specimen.Find("specimen/asyncio@14.1")
	fuzz.Tracker(f, model.RFC(), impl)
}
`,
	})
}

// The failure of a test of properties is a finding with the line that it left, told once
// also if the night is interrupted before it is done, and with a seed for each machine.
func TestProperties(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds test binaries")
	}
	o := options(t, propertied(t))
	o.Packages = []string{"."}
	o.Seed, o.Shard, o.Shards = 8, 2, 2
	ctx, interrupt := context.WithCancel(t.Context())
	told := 0
	o.Found = func(*Finding) { told++; interrupt() }
	if r, err := Run(ctx, o); r != nil || err == nil {
		t.Fatalf("a run that was interrupted: %v, %v", r, err)
	}
	r := run(t, o)
	if told != 1 || len(r.Findings) != 1 || !r.FailsNight() {
		t.Fatalf("%d findings, told %d times, want one, once", len(r.Findings), told)
	}
	f := r.Findings[0]
	if f.Signature != "crash InvalidStateError of specimen/asyncio" || f.State != Stable || f.Replays == 0 || f.Line == nil || f.Line.Transcript == "" {
		t.Errorf("found %s: %s, %+v", f.Signature, f.Reproducibility(), f.Line)
	}
	if want := "PONGCHECK_SEED=9 go test -run '^TestPings$'"; f.ReplayCommand() != want {
		t.Errorf("replay by %s, want %s", f.ReplayCommand(), want)
	}
	lines, err := os.ReadFile(r.File)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(lines), `"class":"crash InvalidStateError"`) != 1 || !strings.Contains(string(lines), `"engine":"properties","executions":1`) {
		t.Errorf("the results:\n%s", lines)
	}
}

// What a test gets is a share of a tenth of the budget, and never next to nothing.
func TestPropertyLimit(t *testing.T) {
	for _, c := range []struct {
		budget time.Duration
		tests  int
		want   time.Duration
	}{
		{time.Hour, 4, 90 * time.Second},
		{time.Second, 1, leastForProperty},
		{10 * time.Minute, 100, leastForProperty},
	} {
		if got := propertyLimit(c.budget, c.tests); got != c.want {
			t.Errorf("of %v for %d tests each gets %v, want %v", c.budget, c.tests, got, c.want)
		}
	}
}

func TestEnough(t *testing.T) {
	for _, tests := range []int{1, 3, 40} {
		if got := propertyLimit(budgetFor(20*time.Second, tests), tests); got != 20*time.Second {
			t.Errorf("of %d tests each gets %v of what is enough for 20s", tests, got)
		}
	}
}

// What never came again does not fail a night, unless the test has judged it itself.
func TestNotAgain(t *testing.T) {
	f := Finding{Target: "example.com/m.TestRaces", State: NotAgain, Replays: replays, Engine: propertyEngine}
	if f.FailsNight() || f.resultLine("").Verdict != model.Informational {
		t.Errorf("it fails the night: %s", f.resultLine("").Verdict)
	}
	f.Line = &result.Finding{Verdict: model.FAILED, Class: "ack.unknown"}
	if l := f.resultLine(""); !f.FailsNight() || l.Verdict != model.FAILED || l.Class != "ack.unknown" {
		t.Errorf("a race that the test saw does not fail the night: %+v", l)
	}
}
