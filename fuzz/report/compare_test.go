package report

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/result"
)

func TestCompare(t *testing.T) {
	f := func(subject, class string) result.Finding {
		return result.Finding{Subject: subject, Version: "1", Class: class, Verdict: model.FAILED}
	}
	v := func(subject, trouble string) result.Verdict {
		return result.Verdict{Subject: subject, Version: "1", Error: trouble}
	}
	before := &Run{
		Findings: []result.Finding{f("a", "stays"), f("a", "goes"), f("b", "was cut short"), f("c", "is not there")},
		Mutants:  []result.Mutant{{Name: "m", Found: "random"}, {Name: "n", Found: never}, {Name: "o", Found: "corpus"}},
	}
	after := &Run{
		Subjects: []result.Verdict{v("a", ""), v("b", "patience ended the run")},
		Findings: []result.Finding{f("a", "stays"), f("a", "comes")},
		Mutants:  []result.Mutant{{Name: "m", Found: never}, {Name: "n", Found: "random"}, {Name: "o", Found: "random"}},
	}
	want := &Change{
		New: []result.Finding{f("a", "comes")}, Gone: []result.Finding{f("a", "goes")}, Kept: 1,
		Untried: []result.Finding{f("b", "was cut short"), f("c", "is not there")},
		Mutants: []string{"m was found by random traces, and now never", "n was found never, and now by random traces"},
	}
	if diff := cmp.Diff(want, Compare(before, after)); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
}
