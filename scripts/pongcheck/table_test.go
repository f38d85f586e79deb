package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/fuzz/subject"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props"
	"github.com/pongcheck/pongcheck/props/result"
)

// checkedRow is a subject with as many traces and findings as rows have at most.
func checkedRow(findings ...*finding) *row {
	return &row{target: &target{Entry: subject.Entry{Name: "websockets/threading"}}, impl: &model.Implementation{Version: "17.4"},
		result: &props.Result{Traces: 45_454, Verdict: model.FAILED}, planned: 50_000, seconds: 137.2, findings: findings}
}

// The widest line of the table fits 80 columns.
func TestVerdictTableIsNarrow(t *testing.T) {
	known := &finding{Finding: result.Finding{Verdict: model.FAILED}, known: new(known)}
	r := checkedRow(known, known, known, known)
	r.short, r.result.Traces = true, 500
	for line := range strings.Lines(verdictTable([]*row{r})) {
		if len(line) > 81 {
			t.Errorf("%d columns: %s", len(line)-1, line)
		}
	}
}

// A subject that was stopped too early says how many traces there were to be, once in the
// table and once in the answer.
func TestAnswerSaysWhatWasCutShort(t *testing.T) {
	for _, c := range []struct {
		why     string
		change  func(*row)
		traces  string
		stopped int
	}{
		{"it ran to its end", func(*row) {}, "  45454  ", 0},
		{"patience ended it", func(r *row) { r.short = true }, "  45454/50000  ", 1},
		{"patience ended its properties", func(r *row) { r.short, r.planned = true, 45_454 }, "  45454, cut  ", 1},
		{"it hung", func(r *row) { r.stopped = errors.New("hang") }, "  45454, cut  ", 0},
	} {
		r := checkedRow()
		c.change(r)
		check := &check{known: newChoice(knownAuto), patience: patience}
		if table := verdictTable([]*row{r}); !strings.Contains(table, c.traces) {
			t.Errorf("%s, but there is no %q:\n%s", c.why, c.traces, table)
		}
		answer := strings.Join(check.answerLines([]*row{r, r}, nil), "\n")
		if n := strings.Count(answer, "Some subjects were stopped after 60 s with traces left"); n != c.stopped {
			t.Errorf("%s, and that is said %d times:\n%s", c.why, n, answer)
		}
	}
}

// The last sentences: what was found, and why the exit code is what it is.
func TestAnswerAndExit(t *testing.T) {
	fresh := &finding{Finding: result.Finding{Verdict: model.FAILED}}
	known := &finding{Finding: result.Finding{Verdict: model.FAILED}, known: new(known)}
	counted := &finding{Finding: result.Finding{Verdict: model.FAILED}, known: known.known, counts: true}
	lesser := &finding{Finding: result.Finding{Verdict: model.NonStrict}}
	for _, c := range []struct {
		found        []*finding
		answer, exit string
	}{
		{nil, "Nothing FAILED in 1 subject.", "Exit code 0."},
		{[]*finding{lesser}, "Nothing FAILED: 1 lesser finding in 1 subject.", "Exit code 0: only FAILED findings count."},
		{[]*finding{known, known, lesser}, "Nothing new FAILED: 2 known failures, 1 lesser finding in 1 subject.", "Exit code 0: known failures do not count. -known off counts them."},
		{[]*finding{known, fresh}, "FAILED: 1 new failure, 1 known failure in 1 subject.", "Exit code 1: something FAILED that is not known."},
		{[]*finding{counted}, "FAILED: 1 known failure in 1 subject.", "Exit code 1: of a release that is named with its version, known failures count. -known show ignores them."},
	} {
		check := &check{known: newChoice(knownAuto), patience: patience}
		rows := []*row{checkedRow(c.found...)}
		s := &session{status: status{ran: true}}
		if got := check.answerLines(rows, nil)[0]; got != c.answer {
			t.Errorf("got %q, want %q", got, c.answer)
		}
		if got := check.explainExit(s, rows, 0)[0]; got != c.exit {
			t.Errorf("got %q, want %q", got, c.exit)
		}
	}
}

// Known findings have a line each, and the subject stands once; on a narrow screen their
// status is broken below itself.
func TestBriefFindings(t *testing.T) {
	k := &known{Reason: "private: found, not yet reported; same cause as recv.rsv"}
	brief := func(class string) *finding {
		return &finding{Finding: result.Finding{Verdict: model.FAILED, Class: class}, known: k}
	}
	r := checkedRow(brief("recv.rsv1"), brief("hang"))
	r.target.Version = "17.4"
	var b strings.Builder
	new(check).presentBriefly(&output{w: &b, width: 70}, []*row{r})
	want := `In short (-v prints all of them in full):
  websockets/threading@17.4  recv.rsv1  found, not yet reported; same
                                        cause as recv.rsv
                             hang       found, not yet reported; same
                                        cause as recv.rsv

`
	if got := b.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
