package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/pongcheck/pongcheck/fuzz/subject"
	"github.com/pongcheck/pongcheck/model"
)

// tell prints what a check came to. In JSON the verdicts and findings were
// printed when they were known.
func (c *check) tell(s *session, rows []*row, missing []*subject.Missing) {
	gone := c.goneOf(rows)
	s.status.failed = s.status.failed || len(gone) > 0
	if c.json {
		for _, m := range missing {
			s.out.json(newMissingLine(m))
		}
		for _, k := range gone {
			fmt.Fprintf(s.err, "pongcheck: %s\n", goneText(&k))
		}
		return
	}
	if len(rows) > 0 {
		verdictTable(s.out, rows)
		if slices.ContainsFunc(rows, func(r *row) bool { return r.short }) {
			s.out.printf("incomplete: patience ended the run; -n or -budget runs it whole\n")
		}
	}
	found := false
	for _, r := range rows {
		if c.verbose {
			s.out.printf("\n%s%s%s", r.rules(), r.properties(), indent(r.stats.String()))
		}
		for _, f := range r.findings {
			s.out.printf("\n%s", s.out.paintFirst(f.verdict, f.told()))
			found = found || f.file != ""
		}
	}
	if found {
		s.out.printf("\nFindings are stored in %s\n", c.dir)
	}
	for _, k := range gone {
		s.out.printf("\n%s\n", goneText(&k))
	}
	if len(missing) > 0 {
		s.out.printf("\nLeft out:\n")
		for _, m := range missing {
			s.out.printf("  %s\n", m)
		}
	}
}

// goneOf are the known findings that should have been found again.
func (c *check) goneOf(rows []*row) (gone []known) {
	if c.known.value != "strict" {
		return nil
	}
	for _, r := range rows {
		if c.full(r) {
			gone = append(gone, c.list.gone(r.target.Name, r.impl.Version, r.findings)...)
		}
	}
	return gone
}

func goneText(k *known) string {
	return fmt.Sprintf("gone: %s@%s %s was not found again; if it is mended, remove line %d of the list of known findings",
		k.Subject, k.Version, k.Class, k.Line)
}

func verdictTable(w io.Writer, rows []*row) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "SUBJECT\tVERSION\tPROFILE\tVERDICT\tPOLICY\tTRACES\tPROPERTIES\tFINDINGS\tSECONDS")
	for _, r := range rows {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%d\t%s\t%s\t%.1f\n", r.target.Name, orDash(r.impl.Version), r.profile.Name, r.verdict(),
			orDash(r.policy), r.result.Traces, orDash(r.hold()), r.count(), r.seconds)
	}
	t.Flush()
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// verdict is the row's verdict, with what takes the edge off it.
func (r *row) verdict() string {
	v := r.result.Verdict.String()
	fails := false
	for _, f := range r.findings {
		fails = fails || f.fails()
	}
	switch {
	case r.result.Traces == 0:
		return "not run"
	case r.result.Verdict == model.FAILED && !fails:
		v += " (known)"
	}
	if r.stopped != nil || r.short {
		v += " (incomplete)"
	}
	return v
}

// count is the number of classes of findings.
func (r *row) count() string {
	known := 0
	for _, f := range r.findings {
		if f.known != nil {
			known++
		}
	}
	if known == 0 {
		return fmt.Sprint(len(r.findings))
	}
	return fmt.Sprintf("%d (%d known)", len(r.findings), known)
}

// hold is how many properties hold, of those that were put to the test.
func (r *row) hold() string {
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

// rules lists every rule by its verdict, the worst first.
func (r *row) rules() string {
	all := rulesOf(r.impl.Info, r.result.Reached, r.findings)
	var b strings.Builder
	fmt.Fprintf(&b, "%s, rules\n", r.target)
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

// properties lists every property that was asked, and how many experiments answered
// something.
func (r *row) properties() string {
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

// indent is text with each line two blanks to the right.
func indent(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString("  " + line)
	}
	return b.String()
}

// paintFirst colours the line of a finding that has its verdict.
func (o *output) paintFirst(v model.Verdict, text string) string {
	return strings.Replace(text, "\n"+v.String(), "\n"+o.paint(v, v.String()), 1)
}
