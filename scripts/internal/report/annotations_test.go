package report

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/result"
)

// However much there is to tell, what makes a run fail comes first.
func TestAnnotationsTellErrorsFirst(t *testing.T) {
	r := &Run{
		Subjects: []result.Verdict{{Subject: "bad", Verdict: model.FAILED, Traces: 1}, {Subject: "slow", Verdict: model.OK, Traces: 1, Error: "out of time"}},
		Mutants:  []result.Mutant{{Name: "tracking/x", Found: never}},
		Troubles: []string{"a.jsonl:3: not JSON"},
	}
	for i := range 15 {
		r.Findings = append(r.Findings, result.Finding{Subject: fmt.Sprint(i), Class: "ack.mixed", Verdict: model.Informational})
	}
	r.Findings = append(r.Findings, result.Finding{Subject: "x", Class: "recv.rsv", Verdict: model.NonStrict})
	got := strings.Split(render(t, func(w io.Writer) error { return Annotations(w, r) }), "\n")
	want := []string{
		"::error title=FAILED bad::",
		"::error title=mutant tracking/x::",
		"::error title=a run ended early::slow: out of time",
		"::error title=a result could not be read::a.jsonl:3: not JSON",
		"::warning title=NON-STRICT recv.rsv in x::",
		"::notice title=INFORMATIONAL ack.mixed in 0::",
		"::notice title=INFORMATIONAL ack.mixed in 1::",
		"::notice title=INFORMATIONAL ack.mixed in 2::",
		"::notice title=INFORMATIONAL ack.mixed in 3::",
		"::notice title=pongcheck::11 more: see the report",
		"",
	}
	if len(got) != len(want) {
		t.Fatalf("%d lines, want %d:\n%s", len(got), len(want), strings.Join(got, "\n"))
	}
	for i := range want {
		if !strings.HasPrefix(got[i], want[i]) {
			t.Errorf("line %d: %s, want %s", i+1, got[i], want[i])
		}
	}
}
