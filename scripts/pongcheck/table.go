package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/pongcheck/pongcheck/model"
)

// verdictTable has a line for each subject, of 80 columns at most.
func verdictTable(rows []*row) string {
	var b strings.Builder
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "SUBJECT\tVERDICT\tFINDINGS\tPROPS\tTRACES\tSEC")
	for _, r := range rows {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%.1f\n", nameAt(r.target.Name, r.impl.Version), r.verdictText(), r.findingCount(),
			orDash(r.propertyCount()), r.traceCount(), r.seconds)
	}
	t.Flush()
	return b.String()
}

// failedKnown is the verdict where all failures are known.
const failedKnown = "FAILED (known)"

// paintTable colours the verdict in each line of a table. Known failures are no alarm.
func (o *output) paintTable(table string) string {
	shown := []struct {
		text string
		like model.Verdict
	}{{failedKnown, model.NonStrict}, {"FAILED", model.FAILED}, {"NON-STRICT", model.NonStrict}, {"OK", model.OK}}
	var b strings.Builder
next:
	for line := range strings.Lines(table) {
		for _, v := range shown {
			if before, after, is := strings.Cut(line, "  "+v.text+" "); is {
				b.WriteString(before + "  " + o.paintVerdict(v.like, v.text) + " " + after)
				continue next
			}
		}
		b.WriteString(line)
	}
	return b.String()
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// verdictText is the worst verdict on the subject, and whether only known findings led
// to it.
func (r *row) verdictText() string {
	fails := false
	for _, f := range r.findings {
		fails = fails || f.fails()
	}
	switch {
	case r.result.Traces+r.result.Frames == 0:
		return "not run"
	case r.result.Verdict == model.FAILED && !fails:
		return failedKnown
	}
	return r.result.Verdict.String()
}

// findingCount is the number of classes of findings, and of the known ones.
func (r *row) findingCount() string {
	known := 0
	for _, f := range r.findings {
		if f.known != nil {
			known++
		}
	}
	if known == 0 {
		return fmt.Sprint(len(r.findings))
	}
	return fmt.Sprintf("%d, %d known", len(r.findings), known)
}

// traceCount is the number of traces, and of how many there were to be if the run ended
// early.
func (r *row) traceCount() string {
	switch {
	case r.stopped != nil || r.short && r.result.Traces >= r.planned:
		return fmt.Sprintf("%d, cut", r.result.Traces)
	case r.short:
		return fmt.Sprintf("%d/%d", r.result.Traces, r.planned)
	}
	return fmt.Sprint(r.result.Traces)
}

// propertyCount is how many properties hold, of those that were put to the test.
func (r *row) propertyCount() string {
	held, all := 0, 0
	for _, p := range propertiesOf(r.tallies, r.findings) {
		switch p.Verdict {
		case model.OK:
			held, all = held+1, all+1
		case model.NonStrict, model.FAILED:
			all++
		}
	}
	if all == 0 {
		return ""
	}
	return fmt.Sprintf("%d/%d", held, all)
}

// rulesText lists every rule by its verdict, the worst first.
func (r *row) rulesText() string {
	all := rulesOf(r.impl.Info, r.result.Reached, r.findings)
	var b strings.Builder
	fmt.Fprintf(&b, "%s, profile %s, acknowledges %s, rules\n", r.target, r.profile.Name, orDash(r.policy))
	for v := model.FAILED; ; v-- {
		var ids []string
		for _, rule := range model.Rules() {
			if all[rule.ID] == v {
				ids = append(ids, rule.ID)
			}
		}
		if ids != nil {
			fmt.Fprintf(&b, "  %s: %s\n", v, strings.Join(ids, ", "))
		}
		if v == model.NotReached {
			return b.String()
		}
	}
}

// propertiesText lists every property that was asked, and how many experiments answered
// something.
func (r *row) propertiesText() string {
	all := propertiesOf(r.tallies, r.findings)
	var b strings.Builder
	for _, y := range r.tallies {
		p := all[y.Name]
		fmt.Fprintf(&b, "  property %s: %s, %d experiments", y.Name, p.Verdict, p.Experiments)
		if p.Unsteady > 0 {
			fmt.Fprintf(&b, ", %d failed once and not again", p.Unsteady)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// indent moves each line of a text two columns to the right.
func indent(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString("  " + line)
	}
	return b.String()
}
