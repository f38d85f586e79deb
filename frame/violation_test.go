package frame

import (
	"strings"
	"testing"
)

func TestEveryRuleIsComplete(t *testing.T) {
	seen := map[string]bool{}
	var all Violations
	for r := range allViolations.All() {
		if seen[r.ID] || !strings.HasPrefix(r.ID, "frame/") || r.Section == "" || r.Sentence == "" {
			t.Errorf("rule %+v has an ID that another has, or none, or something is missing", r)
		}
		switch r.Receiver {
		case Must, May, Lint:
		default:
			t.Errorf("rule %s binds the receiver with %q", r.ID, r.Receiver)
		}
		if r.Bit.String() != r.ID {
			t.Errorf("the bit of %s is that of %v", r.ID, r.Bit)
		}
		seen[r.ID] = true
		all |= r.Bit
	}
	if all != allViolations || len(seen) != len(rules) {
		t.Errorf("%d rules of %d have a bit, together %b", len(seen), len(rules), all)
	}
}

func TestViolations(t *testing.T) {
	v := WrongMask | UndefinedRSV
	if got, want := v.String(), "frame/rsv, frame/mask"; got != want {
		t.Errorf("the set is %q, want %q", got, want)
	}
	if got := Violations(0).String(); got != "none" {
		t.Errorf("the empty set is %q", got)
	}
	for r := range v.All() {
		if r.Bit != UndefinedRSV {
			t.Errorf("the first rule of %v is %s", v, r.ID)
		}
		break
	}
}
