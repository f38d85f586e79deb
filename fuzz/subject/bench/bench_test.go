package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// A second run goes on where the first ended, and makes nothing twice.
func TestRunGoesOn(t *testing.T) {
	dir := t.TempDir()
	run := func(seeds string) []trial {
		t.Helper()
		var log strings.Builder
		args := []string{"-seeds", seeds, "-shrinks", "1", "-budget", "5s", "-out", dir, "-engines", "run,prop", "-mutants", "tracking/stray-pong,answering/constant"}
		if err := runCommand(t.Context(), args, &log); err != nil {
			t.Fatalf("%v\n%s", err, log.String())
		}
		trials, err := readTrials(filepath.Join(dir, "results.csv"))
		if err != nil {
			t.Fatal(err)
		}
		return trials
	}
	first := run("1")
	second := run("2")
	if len(first) != 4 || len(second) != 8 {
		t.Fatalf("%d trials, then %d; want 4, then 8", len(first), len(second))
	}
	for i, r := range second {
		if i < 4 && r != first[i] {
			t.Errorf("trial %d was made again", i)
		}
		if !r.found || (r.length > 0) != (r.seed == 1) {
			t.Errorf("%+v: want it found, and shrunk under seed 1 only", r)
		}
	}
}

func TestMissesAreEnough(t *testing.T) {
	b := &bench{doneTrials: map[trialKey]trial{}, misses: map[trialKey]int{}}
	e, k := &engine{name: "e"}, &task{name: "t"}
	for seed := uint64(1); seed <= maxMisses; seed++ {
		if !b.isWanted(e, k, seed) {
			t.Errorf("not wanted after %d misses", seed-1)
		}
		b.noteTrial(trial{engine: "e", task: "t", seed: seed})
	}
	if b.isWanted(e, k, maxMisses+1) {
		t.Errorf("wanted after %d misses", maxMisses)
	}
	if !b.isWanted(e, &task{name: "other"}, 1) || b.isWanted(&engine{name: "one", maxSeeds: 1}, k, 2) {
		t.Error("another mutant is wanted; more seeds than the engine has are not")
	}
	control := &task{name: "right", isControl: true}
	for seed := uint64(1); seed <= maxMisses; seed++ {
		b.noteTrial(trial{engine: "e", task: "right", seed: seed})
	}
	if !b.isWanted(e, control, maxMisses+1) {
		t.Error("in the control nobody is to find anything: it is always wanted")
	}
}

func TestUsage(t *testing.T) {
	for args, want := range map[string]string{
		"-engines nobody": `there is no "nobody"`,
		"-mutants no/one": `there is no "no/one"`,
		"more":            `"more": there are no arguments, only flags`,
	} {
		var log strings.Builder
		err := runCommand(t.Context(), append(strings.Fields(args), "-out", t.TempDir()), &log)
		if args == "more" {
			err = runCommand(t.Context(), []string{"-out", t.TempDir(), "more"}, &log)
		}
		if err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", args, err, want)
		}
	}
}
