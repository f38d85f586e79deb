package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/fuzz/subject"
	"github.com/pongcheck/pongcheck/model"
)

func TestParseKnown(t *testing.T) {
	list, err := parseKnown("list", `# subject version rule class stability reason
lib/a 1.0 crash ValueError deterministic issue 7,  fixed in 1.1

lib/a 1.0 pong.owed - flaky private in May
lib/a 1.0 property cuts deterministic why
`)
	if err != nil {
		t.Fatal(err)
	}
	want := knownList{
		{"lib/a", "1.0", "crash ValueError", false, "issue 7, fixed in 1.1", 2},
		{"lib/a", "1.0", "pong.owed", true, "private in May", 4},
		{"lib/a", "1.0", "property cuts", false, "why", 5},
	}
	if !slices.Equal(list, want) {
		t.Errorf("got %+v, want %+v", list, want)
	}
	if list[0].private() || !list[1].private() {
		t.Error("only the second is private")
	}
}

func TestParseKnownErrors(t *testing.T) {
	for line, want := range map[string]string{
		"a 1 crash X deterministic":              "list:2: want: subject version",
		"a 1 hang - flaky x\na 1 hang - flaky y": "list:3: the same finding as in line 2",
		"a 1 no.rule - flaky why":                `list:2: unknown rule "no.rule"`,
		"a 1 property owed flaky why":            `list:2: unknown property "owed"`,
		"a 1 cuts - flaky why":                   `list:2: unknown rule "cuts"`,
		"a 1 crash X sometimes why it was":       `list:2: want deterministic or flaky, got "sometimes"`,
	} {
		if _, err := parseKnown("list", "# comment\n"+line); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", line, err, want)
		}
	}
}

// The list that is built in is well formed, and about subjects that exist.
func TestKnownBuiltIn(t *testing.T) {
	list, err := loadKnown("")
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range list {
		if _, err := subject.Find(k.subject + "@" + k.version); err != nil {
			t.Errorf("line %d: %v; remove it if that version is not pinned any more", k.line, err)
		}
	}
}

func TestKnownFindAndGone(t *testing.T) {
	list, err := parseKnown("list", "a 1 crash X deterministic why\na 1 hang - deterministic why\na 1 pong.owed - flaky why\na 2 hang - deterministic why\n")
	if err != nil {
		t.Fatal(err)
	}
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
	if len(gone) != 1 || gone[0].class != "hang" {
		t.Errorf("gone: %+v, want hang: crash was found, pong.owed is flaky, the other is of version 2", gone)
	}
}
