package main

import (
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/fuzz/subject"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props"
	"github.com/pongcheck/pongcheck/props/metamorphic"
)

// violating is the violation of a property, as if it were by a newest release.
func violating(t *testing.T) *finding {
	t.Helper()
	at, err := findTarget("mutant/deep/sorted")
	if err != nil {
		t.Fatal(err)
	}
	x, _ := metamorphic.Find("renaming")
	r, err := props.RunProperty(t.Context(), x, model.RFC(), at.specimen, props.Options{N: 2000, Seed: 1})
	if err != nil || len(r.Findings) == 0 {
		t.Fatalf("%v, no violation", err)
	}
	f := newFinding(&target{Entry: subject.Entry{Newest: true}}, &r.Findings[0])
	f.Subject, f.Version = "lib", "1"
	return f
}

func TestAViolationIsKeptPrivate(t *testing.T) {
	f := violating(t)
	if !f.mayBeNews() {
		t.Fatal("a finding in a newest release that nobody has reported is not private")
	}
	f.Private = true
	want := "lib@1\nNON-STRICT property renaming: details are withheld from public output: its owner may not know of it yet\n"
	if got := f.fullText(maxWidth); got != want {
		t.Errorf("got %s", got)
	}
	if l := f.line(); l.Trace+l.Transcript+l.Replay+l.Sentence != "" || l.Runs != nil || l.Seed != nil || l.Class != "property renaming" {
		t.Errorf("got %+v", l)
	}
}

func TestAViolationIsKnown(t *testing.T) {
	f := violating(t)
	f.Verdict = model.FAILED
	parsed, err := subject.ParseKnown("list", "lib 1 property renaming deterministic reported in May\n")
	if err != nil {
		t.Fatal(err)
	}
	list := knownList(parsed)
	if f.setKnown(list.entryOf(f)); f.known == nil || f.fails() || f.mayBeNews() {
		t.Errorf("known %v, fails %v, private %v", f.known, f.fails(), f.mayBeNews())
	}
	if gone := list.missingFrom("lib", "1", []*finding{f}); gone != nil {
		t.Errorf("gone: %v", gone)
	}
	if gone := list.missingFrom("lib", "1", nil); len(gone) != 1 {
		t.Errorf("gone: %v", gone)
	}
}

func TestAViolationReplaysByItsProperty(t *testing.T) {
	f := violating(t)
	if err := f.storeFiles(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	if line := f.Replay; !strings.HasSuffix(line, "property-renaming.non-strict.txt -subject lib@1 -property renaming") {
		t.Errorf("got %s", line)
	}
}
