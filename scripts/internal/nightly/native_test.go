package nightly

import (
	"errors"
	"fmt"
	"github.com/pongcheck/pongcheck/scripts/internal/process"
	"os"
	"strings"
	"testing"
	"time"
)

func TestReadNative(t *testing.T) {
	const told = "fuzz: elapsed: 3s, execs: 25538 (8511/sec), new interesting: 22 (total: 181)\n"
	failed := errors.New("exit status 1")
	for _, c := range []struct {
		why  string
		ran  process.Result
		want sliceResult
	}{
		{"all of it", process.Result{Output: []byte(told + "PASS\n")}, sliceResult{executions: 25538, fresh: 22}},
		{"cut, after it told", process.Result{Output: []byte(told + "    Failing input written to testdata/fuzz/FuzzX/1\n"), Err: failed}, sliceResult{executions: 25538, fresh: 22, cutShort: true}},
		{"cut before", process.Result{Output: []byte("    Failing input written to testdata/fuzz/FuzzX/1\n"), Err: failed}, sliceResult{executions: 1, cutShort: true}},
		{"slow, until its time was up", process.Result{Output: []byte(told), Err: failed, Hung: true}, sliceResult{executions: 25538, fresh: 22}},
		{"its own input fails", process.Result{Output: []byte("failure while testing seed corpus entry: FuzzX/seed#0\n"), Err: failed}, sliceResult{blockingInput: "seed#0"}},
	} {
		got := readNative(Target{Name: "FuzzX"}, &c.ran)
		if got.executions != c.want.executions || got.fresh != c.want.fresh || got.cutShort != c.want.cutShort || got.blockingInput != c.want.blockingInput || got.err != nil {
			t.Errorf("%s: %+v", c.why, got)
		}
	}
}

// What stands still until its time is up is a stall.
func TestStall(t *testing.T) {
	out := "fuzz: elapsed: 3s, execs: 2000 (666/sec), new interesting: 1 (total: 2)\nfuzz: elapsed: 6s, execs: 2000 (0/sec), new interesting: 1 (total: 2)\n"
	got := readNative(Target{Name: "FuzzX"}, &process.Result{Output: []byte(out), Err: errors.New("signal: killed"), Hung: true})
	if got.err == nil || !strings.Contains(got.err.Error(), "stall") {
		t.Errorf("%+v", got)
	}
}

// A slow target gets as few inputs as it can run in a slice.
func TestASlowTargetGetsFewInputs(t *testing.T) {
	n := &night{Options: Options{Log: t.Logf}}
	u := &job{builtTarget: new(builtTarget), kind: Native, inputs: firstSlice}
	n.planNextSlice(u, &sliceResult{executions: 10, wall: 100 * time.Second}, 10*time.Second)
	if u.inputs != 1 {
		t.Errorf("%d inputs, want 1", u.inputs)
	}
}

// Trouble stays trouble when the process is killed and the same command continues.
func TestTroubleSurvivesAKill(t *testing.T) {
	o := options(t, t.TempDir())
	for i := range 2 {
		n := &night{Options: o, ctx: t.Context()}
		if err := n.openState(); err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(n.troubles); i == 1 && got != "[.FuzzX native: stall]" {
			t.Errorf("continued: %s", got)
		}
		u := &job{builtTarget: &builtTarget{Target: Target{new(Package), "FuzzX"}}, kind: Native}
		n.planNextSlice(u, &sliceResult{err: errors.New("stall")}, time.Second)
		if err := n.state.saveState(n.Dir); err != nil {
			t.Fatal(err)
		}
	}
}

// A file of an older version, or of somebody's hand, may lack anything.
func TestAStateWithoutUnits(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(stateFile(dir), []byte("{}"), 0o666); err != nil {
		t.Fatal(err)
	}
	s, err := loadState(dir)
	if err != nil {
		t.Fatal(err)
	}
	s.tallyOf("x").Executions++
	if s.tallyOf("x").Executions != 1 {
		t.Error("it counts nothing")
	}
}

// A slice that a failing input cut does not make the next one short.
func TestAccount(t *testing.T) {
	n := &night{Options: Options{Log: t.Logf}}
	u := &job{builtTarget: new(builtTarget), kind: Native, inputs: 50_000}
	n.planNextSlice(u, &sliceResult{executions: 1, cutShort: true, wall: 300 * time.Millisecond}, 10*time.Second)
	if u.inputs != 50_000 {
		t.Errorf("after one that was cut: %d inputs, want as many as before", u.inputs)
	}
	n.planNextSlice(u, &sliceResult{executions: 50_000, wall: 5 * time.Second}, 10*time.Second)
	if u.inputs != 100_000 {
		t.Errorf("after one of half the time: %d inputs, want twice as many", u.inputs)
	}
}

// Only what Go's engine says by itself is its flake: a target may say the same words.
func TestFlake(t *testing.T) {
	for out, flake := range map[string]bool{
		"--- FAIL: FuzzX (30.02s)\n    context deadline exceeded\nFAIL\n":            true,
		"panic: dial: context deadline exceeded [recovered, repanicked]\nFAIL\n":     false,
		"    x_test.go:9: setup: context deadline exceeded, giving up on it\nFAIL\n": false,
	} {
		got := readNative(Target{Name: "FuzzX"}, &process.Result{Output: []byte(out), Err: errors.New("exit status 1")})
		if (got.flake != "") != flake || (got.err != nil) == flake {
			t.Errorf("%q: flake %q, error %v", out, got.flake, got.err)
		}
	}
}
