package nightly

import (
	"context"
	"strings"
	"testing"
	"time"
)

func TestStatus(t *testing.T) {
	n := &night{Options: Options{Budget: time.Hour, Log: t.Logf}, state: &state{Spent: 20 * time.Minute},
		found: &findings{known: map[string]*Finding{"canary": {Canary: true}, "bug": {}}}}
	for _, kind := range []Kind{Native, Turbo} {
		n.jobs = append(n.jobs, &job{builtTarget: &builtTarget{Target: Target{&Package{Path: "example.com/m"}, "FuzzX"}}, kind: kind, tally: &tally{New: 7}})
	}
	n.enter("building %s", "example.com/m")
	if got := n.status(); got != "building example.com/m" {
		t.Errorf("before it fuzzes: %q", got)
	}
	n.fuzzing = fuzzing{began: time.Now(), spent: n.state.Spent, current: 2}
	got := n.status()
	if want := "example.com/m.FuzzX turbo (2 of 2): 14 new, 1 found"; !strings.HasPrefix(got, want) || !strings.HasSuffix(got, " left") {
		t.Errorf("while it fuzzes: %q, want %q and the time left", got, want)
	}
	n.enter("running the tests")
	if got := n.status(); got != "running the tests" {
		t.Errorf("after it fuzzed: %q", got)
	}
}

// A night that is interrupted reports what it has found so far, and what is left.
func TestInterruptIsReported(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds test binaries")
	}
	o := options(t, scratch(t))
	ctx, interrupt := context.WithCancel(t.Context())
	o.Found = func(*Finding) { interrupt() }
	o.Log = t.Logf
	var soFar *Result
	o.Interrupted = func(r *Result, left time.Duration) {
		if soFar = r; left <= 0 || left > o.Budget {
			t.Errorf("%v of %v are left", left, o.Budget)
		}
	}
	if r, err := Run(ctx, o); r != nil || err == nil {
		t.Fatalf("a run that was interrupted: %v, %v", r, err)
	}
	if soFar == nil {
		t.Fatal("the interrupt was not reported")
	}
	checkBad(t, soFar)
	if soFar.File != "" || len(soFar.Targets) != 2 {
		t.Errorf("results in %q of %d targets, want no file and 2", soFar.File, len(soFar.Targets))
	}
}
