package report

import (
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/result"
)

func TestMatrix(t *testing.T) {
	found := func(subject, rule, class string, v model.Verdict, known bool) result.Finding {
		return result.Finding{Subject: subject, Rule: rule, Class: class, Verdict: v, Known: known}
	}
	r := &Run{
		Subjects: []result.Verdict{{Subject: "a", Verdict: model.FAILED, Rules: map[string]model.Verdict{
			"send.mask": model.OK, "send.rsv": model.FAILED, "pong.echo": model.FAILED, "pong.owed": model.FAILED, "recv.mask": model.NotReached,
			"ack.early": model.NonStrict, "latency.waiter": model.NotObserved, "hang": model.OK,
		}, Properties: map[string]result.Property{"cuts": {Verdict: model.OK}, "renaming": {Verdict: model.NonStrict}}}},
		Findings: []result.Finding{
			found("a", "send.rsv", "send.rsv", model.FAILED, true),
			found("a", "pong.echo", "pong.echo", model.FAILED, true), found("a", "pong.owed", "pong.owed", model.FAILED, false),
			found("a", "crash", "crash A", model.FAILED, true), found("a", "crash", "crash B", model.FAILED, true),
			found("a.FuzzX", "target", "panic: index out of range", model.FAILED, false), // has no row
			found("b", "hang", "hang", model.FAILED, true), found("b", "property", "property cuts", model.Informational, false),
		},
	}
	want := map[string]string{
		"a send": "FAILED, known: send.rsv", "a pong": "FAILED: pong.echo, pong.owed", "a recv": "not reached", "a message": "not reached",
		"a ping": "not reached", "a ack": "NON-STRICT: ack.early", "a waiter": "not reached", "a latency": "not observed",
		"a keepalive": "not reached", "a crash": "FAILED, known: crash", "a hang": "OK", "a property": "NON-STRICT: property renaming",
		"b hang": "FAILED, known: hang", "b property": "INFORMATIONAL: property cuts", "b send": "not reached",
	}
	if rows := r.Matrix(); len(rows) != 2 {
		t.Errorf("%d rows", len(rows))
	}
	got := map[string]string{}
	for _, row := range r.Matrix() {
		for _, c := range row.Cells {
			if name := row.Name + " " + c.Family; want[name] != "" {
				got[name] = c.Word()
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
	worse := []string{"FAILED: crash (known), pong.echo (known), pong.owed, send.rsv (known)", "NON-STRICT: ack.early, property renaming"}
	if diff := cmp.Diff(worse, r.Matrix()[0].Worse); diff != "" {
		t.Errorf("worse than OK (-), got (+):\n%s", diff)
	}
	page := render(t, func(w io.Writer) error { return HTML(w, r, nil) })
	if want := strings.Join(worse, "<br>"); !strings.Contains(page, want) {
		t.Errorf("the page does not say %s", want)
	}
}

// What is right by one profile may be wrong by another: they are not mixed.
func TestTwoProfilesOfOneSubject(t *testing.T) {
	verdict := func(profile string, v model.Verdict) result.Verdict {
		return result.Verdict{Subject: "a", Version: "1", Profile: profile, Verdict: v, Traces: 1, Rules: map[string]model.Verdict{"pong.owed": v}}
	}
	found := func(profile, trace string) result.Finding {
		return result.Finding{Subject: "a", Version: "1", Profile: profile, Rule: "pong.owed", Class: "pong.owed", Verdict: model.FAILED, Trace: trace}
	}
	r := &Run{Subjects: []result.Verdict{verdict("rfc", model.OK), verdict("strict", model.FAILED)}, Findings: []result.Finding{found("strict", "long")}}
	r.dropRepeatsAndSort()
	var rows []string
	for _, row := range r.Matrix() {
		rows = append(rows, row.Name+" "+row.Of+" "+row.Cells[1].Word())
	}
	if diff := cmp.Diff([]string{"a@1 rfc OK", "a@1 strict FAILED: pong.owed"}, rows); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	if got := r.verdictSuite(&r.Subjects[1]).Name; got != "a@1 strict" {
		t.Errorf("suite %q", got)
	}
	r.Findings = append(r.Findings, found("rfc", "x"))
	r.dropRepeatsAndSort()
	if len(r.Findings) != 2 {
		t.Errorf("findings by two profiles became %+v", r.Findings)
	}
	r.Subjects[0].Verdict, r.Findings[0].Known = model.FAILED, true // rfc
	r.Findings = r.Findings[:1]
	if got := r.unexplainedFailures(); len(got) != 1 {
		t.Errorf("%q failed without a finding, want one: that of the other profile is known", got)
	}
}

// A signature has neither a profile nor a test, and belongs to all verdicts on its subject.
func TestSignaturesHaveNoRowsOfTheirOwn(t *testing.T) {
	f := result.Finding{Subject: "a", Version: "1", Profile: "rfc", Test: "p TestX", Rule: "pong.owed", Class: "pong.owed", Verdict: model.FAILED}
	r := &Run{
		Subjects: []result.Verdict{{Subject: "a", Version: "1", Profile: "rfc", Test: "p TestX", Verdict: model.FAILED, Traces: 1}},
		Findings: []result.Finding{f.Signature()},
	}
	if rows := r.Matrix(); len(rows) != 1 || rows[0].Cells[1].Verdict != model.FAILED || len(r.unexplainedFailures()) != 0 {
		t.Errorf("rows %+v, and %q failed without a finding", rows, r.unexplainedFailures())
	}
}

// Each rule belongs to one column, and no column is there twice.
func TestFamilies(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range familyNames() {
		if seen[f] {
			t.Errorf("%s is there twice", f)
		}
		seen[f] = true
	}
}

func TestBuckets(t *testing.T) {
	for n, want := range map[int]int{1: 0, 10: 0, 11: 1, 100: 1, 10_000: 3, 10_001: 4} {
		if got := bucketOf(&result.Mutant{Found: "random", Executions: n}); got != want {
			t.Errorf("%d: %d, want %d", n, got, want)
		}
	}
	if got := bucketOf(&result.Mutant{Found: never, Executions: 1}); got != len(bucketNames())-1 {
		t.Errorf("a survivor is in bucket %d", got)
	}
}

func TestChart(t *testing.T) {
	nights := []result.Night{{Time: "2026-11-20T03:00:00Z", Entries: 10}, {Time: "2026-11-21T03:00:00Z", Entries: 20}, {Time: "2026-11-22T03:00:00Z", Entries: 15}}
	c := newChart("Entries", nights, func(n *result.Night) int64 { return n.Entries })
	if want := "8,52 150,20 292,36"; c.Points != want || c.From != "2026-11-20" || c.Top != "20" {
		t.Errorf("got %+v, want points %s", c, want)
	}
	if small := newChart("Entries", nights, func(*result.Night) int64 { return 0 }); small.Points != "8,84 150,84 292,84" {
		t.Errorf("nothing at all: %s", small.Points)
	}
	one := newChart("Entries", nights[:1], func(n *result.Night) int64 { return n.Entries })
	if len(one.Spots) != 1 || one.Spots[0].Y != chartTop {
		t.Errorf("one night: %+v", one)
	}
}

func TestNumber(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 12_345_678: "12,345,678", -999: "-999", -1000: "-1,000"} {
		if got := number(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}
