package main

import (
	"testing"

	"github.com/pongcheck/pongcheck/fuzz/subject"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/result"
)

func TestKnownFindAndGone(t *testing.T) {
	parsed, err := subject.ParseKnown("list", "a 1 crash X deterministic why\na 1 hang - deterministic why\na 1 pong.owed - flaky why\na 2 hang - deterministic why\n")
	if err != nil {
		t.Fatal(err)
	}
	list := knownList(parsed)
	f := finding{Finding: result.Finding{Subject: "a", Version: "1", Class: "crash X", Verdict: model.FAILED}}
	if list.entryOf(&f) == nil {
		t.Error("a listed finding is not known")
	}
	for reason, change := range map[string]func(f *finding){
		"of another version":      func(f *finding) { f.Version = "2" },
		"of another subject":      func(f *finding) { f.Subject = "b" },
		"of another class":        func(f *finding) { f.Class = "crash Y" },
		"that is not FAILED":      func(f *finding) { f.Verdict = model.NonStrict },
		"that violates something": func(f *finding) { f.Class = "property cuts" },
	} {
		other := f
		if change(&other); list.entryOf(&other) != nil {
			t.Errorf("a finding %s is known", reason)
		}
	}
	gone := list.missingFrom("a", "1", []*finding{{known: &list[0]}})
	if len(gone) != 1 || gone[0].Class != "hang" {
		t.Errorf("gone: %+v, want hang: crash was found, pong.owed is flaky, the other is of version 2", gone)
	}
}
