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

// A release is compared with the one before it, unless a run has both.
func TestCompareReleases(t *testing.T) {
	f := func(version, class string) result.Finding {
		return result.Finding{Subject: "a", Version: version, Class: class, Verdict: model.FAILED}
	}
	v := func(version string) result.Verdict { return result.Verdict{Subject: "a", Version: version} }
	before := &Run{Subjects: []result.Verdict{v("1")}, Findings: []result.Finding{f("1", "stays"), f("1", "goes")}}
	after := &Run{Subjects: []result.Verdict{v("2")}, Findings: []result.Finding{f("2", "stays"), f("2", "comes")}}
	want := &Change{New: []result.Finding{f("2", "comes")}, Gone: []result.Finding{f("1", "goes")}, Kept: 1}
	if diff := cmp.Diff(want, Compare(before, after)); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
	both := &Run{Subjects: []result.Verdict{v("1"), v("2")}, Findings: []result.Finding{f("1", "stays"), f("2", "comes")}}
	want = &Change{New: []result.Finding{f("2", "comes")}, Gone: []result.Finding{f("1", "goes")}, Kept: 1}
	if diff := cmp.Diff(want, Compare(before, both)); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
}

// A failure of a fuzz target is gone if the target was executed again.
func TestCompareNights(t *testing.T) {
	f := result.Finding{Subject: "example.org/a.FuzzX", Version: "commit1", Class: "crash at pong", Verdict: model.FAILED, File: "a"}
	before := &Run{Findings: []result.Finding{f}}
	for executions, gone := range map[int64]int{0: 0, 7: 1} {
		after := &Run{Targets: []result.Target{{Package: "example.org/a", Target: "FuzzX", Executions: executions}}}
		if c := Compare(before, after); len(c.Gone) != gone || len(c.Untried) != 1-gone {
			t.Errorf("after %d executions: %+v", executions, c)
		}
	}
	again := f
	again.Version, again.File = "commit2", "b"
	if c := Compare(before, &Run{Findings: []result.Finding{again}}); c.Kept != 1 {
		t.Errorf("at another commit: %+v", c)
	}
}
