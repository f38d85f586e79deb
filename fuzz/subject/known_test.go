package subject

import (
	"slices"
	"strings"
	"testing"
)

func TestParseKnown(t *testing.T) {
	list, err := ParseKnown("list", `# subject version rule class stability reason
lib/a 1.0 crash ValueError deterministic issue 7,  fixed in 1.1

lib/a 1.0 pong.owed - flaky private in May
lib/a 1.0 property cuts deterministic why
`)
	if err != nil {
		t.Fatal(err)
	}
	want := []KnownFinding{
		{"lib/a", "1.0", "crash ValueError", false, "issue 7, fixed in 1.1", 2},
		{"lib/a", "1.0", "pong.owed", true, "private in May", 4},
		{"lib/a", "1.0", "property cuts", false, "why", 5},
	}
	if !slices.Equal(list, want) {
		t.Errorf("got %+v, want %+v", list, want)
	}
	if list[0].Private() || !list[1].Private() {
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
		if _, err := ParseKnown("list", "# comment\n"+line); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", line, err, want)
		}
	}
}

// The list that is built in is well formed, and about subjects that exist.
func TestKnownBuiltIn(t *testing.T) {
	list, err := Known()
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range list {
		if _, err := Find(k.Subject + "@" + k.Version); err != nil {
			t.Errorf("line %d: %v; remove it if that version is not pinned any more", k.Line, err)
		}
	}
}
