package main

import (
	"testing"

	"github.com/pongcheck/pongcheck/fuzz/subject"
	"github.com/pongcheck/pongcheck/model"
)

func TestKnownFindAndGone(t *testing.T) {
	parsed, err := subject.ParseKnown("list", "a 1 crash X deterministic why\na 1 hang - deterministic why\na 1 pong.owed - flaky why\na 2 hang - deterministic why\n")
	if err != nil {
		t.Fatal(err)
	}
	list := knownList(parsed)
	f := finding{subject: "a", version: "1", class: "crash X", verdict: model.FAILED}
	if list.find(&f) == nil {
		t.Error("a listed finding is not known")
	}
	for reason, change := range map[string]func(f *finding){
		"of another version":      func(f *finding) { f.version = "2" },
		"of another subject":      func(f *finding) { f.subject = "b" },
		"of another class":        func(f *finding) { f.class = "crash Y" },
		"that is not FAILED":      func(f *finding) { f.verdict = model.NonStrict },
		"that violates something": func(f *finding) { f.class = "property cuts" },
	} {
		other := f
		if change(&other); list.find(&other) != nil {
			t.Errorf("a finding %s is known", reason)
		}
	}
	gone := list.gone("a", "1", []*finding{{known: &list[0]}})
	if len(gone) != 1 || gone[0].Class != "hang" {
		t.Errorf("gone: %+v, want hang: crash was found, pong.owed is flaky, the other is of version 2", gone)
	}
}
