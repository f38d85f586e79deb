package report

import (
	"io"
	"strings"
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
		return result.Verdict{Subject: subject, Version: "1", Traces: 1, Error: trouble}
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
	v := func(version string) result.Verdict { return result.Verdict{Subject: "a", Version: version, Traces: 1} }
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

// A class of an earlier run that is the id of a rule stands for the finer ones of the later run,
// but not for a second bug beside it.
func TestCompareFinerClasses(t *testing.T) {
	f := func(class string) result.Finding {
		rule, _, _ := strings.Cut(class, " ")
		return result.Finding{Subject: "a", Version: "1", Rule: rule, Class: class, Verdict: model.FAILED}
	}
	run := func(classes ...string) *Run {
		r := &Run{Subjects: []result.Verdict{{Subject: "a", Version: "1", Traces: 1}}}
		for _, c := range classes {
			r.Findings = append(r.Findings, f(c))
		}
		return r
	}
	for name, c := range map[string]struct {
		before, after *Run
		want          *Change
	}{
		"finer":          {run("recv.mask"), run("recv.mask client", "recv.mask server"), &Change{Kept: 2}},
		"beside it":      {run("message.received"), run("message.received", "message.received lost"), &Change{Kept: 1, New: []result.Finding{f("message.received lost")}}},
		"another cause":  {run("recv.mask client"), run("recv.mask server"), &Change{New: []result.Finding{f("recv.mask server")}, Gone: []result.Finding{f("recv.mask client")}}},
		"another rule":   {run("recv.mask"), run("recv.rsv"), &Change{New: []result.Finding{f("recv.rsv")}, Gone: []result.Finding{f("recv.mask")}}},
		"another crash":  {run("crash A"), run("crash B"), &Change{New: []result.Finding{f("crash B")}, Gone: []result.Finding{f("crash A")}}},
		"as fine before": {run("recv.mask client"), run("recv.mask client"), &Change{Kept: 1}},
	} {
		if diff := cmp.Diff(c.want, Compare(c.before, c.after)); diff != "" {
			t.Errorf("%s: want (-), got (+):\n%s", name, diff)
		}
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
	told := result.Finding{Subject: "lib", Class: "send.close", Verdict: model.FAILED, Test: "example.org/a FuzzX"}
	for executions, gone := range map[int64]int{0: 0, 7: 1} { // whatever else tried the library
		after := &Run{Targets: []result.Target{{Package: "example.org/a", Target: "FuzzX", Executions: executions}}, Subjects: []result.Verdict{{Subject: "lib", Traces: 9}}}
		if c := Compare(&Run{Findings: []result.Finding{told}}, after); len(c.Gone) != gone || len(c.Untried) != 1-gone {
			t.Errorf("of the harness, after %d executions: %+v", executions, c)
		}
	}
	older := f
	older.Version = "commit0" // two nights are compared with one
	after := &Run{Targets: []result.Target{{Package: "example.org/a", Target: "FuzzX", Executions: 7}}}
	if c := Compare(&Run{Findings: []result.Finding{older, f}}, after); len(c.Gone) != 2 {
		t.Errorf("of two nights: %+v", c)
	}
	again := f
	again.Version, again.File = "commit2", "b"
	if c := Compare(before, &Run{Findings: []result.Finding{again}}); c.Kept != 1 {
		t.Errorf("at another commit: %+v", c)
	}
}

// Whether a failure is known decides whether the run fails: it is a change.
func TestCompareKnown(t *testing.T) {
	run := func(a, b bool) *Run {
		return &Run{Findings: []result.Finding{{Subject: "a", Class: "A", Verdict: model.FAILED, Known: a}, {Subject: "a", Class: "B", Verdict: model.FAILED, Known: b}}}
	}
	after := run(false, true)
	want := &Change{Unknown: after.Findings[:1], Known: after.Findings[1:], Kept: 2}
	c := Compare(run(true, false), after)
	if diff := cmp.Diff(want, c); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
	summary := render(t, func(w io.Writer) error { return Markdown(w, after, c) })
	if !strings.Contains(summary, "\nKnown before, and not now:\n\n- FAILED `A` in `a`\n") || !strings.Contains(summary, "\nKnown now, and not before:\n\n- FAILED `B` in `a` (known)\n") {
		t.Errorf("told:\n%s", summary)
	}
}

// What is found by another profile is another finding.
func TestCompareProfiles(t *testing.T) {
	v := func(profile string) result.Verdict { return result.Verdict{Subject: "a", Profile: profile, Traces: 1} }
	f := func(profile string) result.Finding {
		return result.Finding{Subject: "a", Class: "A", Verdict: model.FAILED, Profile: profile}
	}
	both := []result.Verdict{v("rfc"), v("strict")}
	c := Compare(&Run{Subjects: both, Findings: []result.Finding{f("rfc")}}, &Run{Subjects: both, Findings: []result.Finding{f("strict")}})
	if len(c.New) != 1 || len(c.Gone) != 1 {
		t.Errorf("of a run by two: %+v", c)
	}
	c = Compare(&Run{Subjects: both[:1], Findings: []result.Finding{f("rfc")}}, &Run{Subjects: both[1:], Findings: []result.Finding{f("strict")}})
	if c.Kept != 1 {
		t.Errorf("of runs by one each: %+v", c)
	}
}

// What cannot be read makes nothing new.
func TestCompareWithNothing(t *testing.T) {
	after := &Run{Findings: []result.Finding{{Subject: "a", Class: "A", Verdict: model.FAILED}}}
	c := Compare(&Run{Troubles: []string{"open before: it is gone"}}, after)
	if len(c.New) != 0 {
		t.Errorf("new: %+v", c.New)
	}
	for format, write := range map[string]func(io.Writer, *Run, *Change) error{"HTML": HTML, "Markdown": Markdown} {
		page := render(t, func(w io.Writer) error { return write(w, after, c) })
		for _, want := range []string{"There is nothing to compare with.", "open before: it is gone"} {
			if !strings.Contains(page, want) {
				t.Errorf("%s does not say %q", format, want)
			}
		}
	}
}
