package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/pongcheck/pongcheck/fuzz/subject"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/scripts/internal/process"
)

// present prints what a check found, the answer last: new findings in full, a line for
// each other one, the table, and what that means. JSON lines of verdicts and findings were
// printed before.
func (c *check) present(s *session, rows []*row, missing []*subject.Missing) {
	gone := c.findGone(rows)
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
	for _, r := range rows {
		if c.verbose {
			s.out.printf("%s%s%s\n", r.rulesText(), r.propertiesText(), indent(r.stats.String()))
		}
		for _, f := range r.findings {
			if !c.isBrief(f) {
				s.out.printf("%s\n", s.out.paintFirst(f.Verdict, f.fullText(s.out.width)))
			}
		}
	}
	c.presentBriefly(s.out, rows)
	for _, k := range gone {
		s.out.printf("%s\n\n", goneText(&k))
	}
	if c.grid {
		s.out.printf("%s\n", gridText(rows))
	}
	if len(rows) > 0 {
		s.out.printf("%s\n", s.out.paintTable(verdictTable(rows)))
	}
	s.out.paragraph(c.answerLines(rows, missing))
	if len(rows) > 0 && !c.within {
		s.out.paragraph(c.explainExit(s, rows, len(gone)))
	}
}

// isBrief reports whether a finding gets one line only: it does not fail the check, and
// is known, or the user did not ask for its subject.
func (c *check) isBrief(f *finding) bool {
	return !c.verbose && !f.fails() && (f.known != nil || !c.named)
}

// presentBriefly prints a line for each finding that is not printed in full.
func (c *check) presentBriefly(out *output, rows []*row) {
	var b strings.Builder
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	replay := "" // the line that shows the first of them again
	for _, r := range rows {
		name := r.target.String()
		for _, f := range r.findings {
			if !c.isBrief(f) {
				continue
			}
			status := f.Verdict.String()
			if f.known != nil {
				status = f.known.Status()
			}
			fmt.Fprintf(t, "  %s\t%s\t%s\n", name, f.Class, status)
			name = "" // once is enough
			if replay == "" && f.file != "" && !f.Private {
				replay = f.Replay
			}
		}
	}
	t.Flush()
	if b.Len() == 0 {
		return
	}
	out.printf("In short (-v prints all of them in full):\n")
	for line := range strings.Lines(b.String()) {
		line = strings.TrimSuffix(line, "\n")
		margin := strings.Repeat(" ", strings.LastIndex(line, "  ")+2) // of the last column
		out.printf("%s", breakLine(line, margin, out.width))
	}
	if replay != "" {
		out.printf("To see one of them in full, such as the first:\n  %s\n", replay)
	}
	out.printf("\n")
}

// tally counts the findings of a check.
type tally struct {
	failing  int // failures that fail the check
	counted  int // those of them that are known
	known    int // failures that do not fail the check
	lesser   int // findings that are not FAILED
	subjects int // with findings
}

func tallyOf(rows []*row) (t tally) {
	for _, r := range rows {
		for _, f := range r.findings {
			switch {
			case f.Verdict != model.FAILED:
				t.lesser++
			case !f.fails():
				t.known++
			default:
				t.failing++
				if f.known != nil {
					t.counted++
				}
			}
		}
		if len(r.findings) > 0 {
			t.subjects++
		}
	}
	return t
}

// sentence says what was found in some subjects. Without a list of known failures it does
// not call any of them new.
func (t *tally) sentence(subjects int, noList bool) string {
	var parts []string
	say := func(n int, thing string) {
		if n > 0 {
			parts = append(parts, plural(n, thing))
		}
	}
	if noList {
		say(t.failing, "failure")
	} else {
		say(t.failing-t.counted, "new failure")
		say(t.counted+t.known, "known failure")
	}
	say(t.lesser, "lesser finding")
	verdict := "Nothing FAILED"
	switch {
	case t.failing > 0:
		verdict = "FAILED"
	case t.known > 0:
		verdict = "Nothing new FAILED"
	}
	in := plural(subjects, "subject")
	if len(parts) == 0 {
		return fmt.Sprintf("%s in %s.", verdict, in)
	}
	if t.subjects < subjects {
		in = fmt.Sprintf("%d of %s", t.subjects, in)
	}
	return fmt.Sprintf("%s: %s in %s.", verdict, strings.Join(parts, ", "), in)
}

// answerLines says what the check found, what it left out, and what to do next.
func (c *check) answerLines(rows []*row, missing []*subject.Missing) (lines []string) {
	t := tallyOf(rows)
	if len(rows) > 0 {
		lines = append(lines, t.sentence(len(rows), c.known.value == knownOff))
	}
	for _, r := range rows {
		if r.short {
			lines = append(lines, fmt.Sprintf("%s stopped after %.0f s with traces left; use -n or -budget to run longer.",
				verbFor(len(rows), "The subject was", "Some subjects were"), c.patience.Seconds()))
			break
		}
	}
	if len(missing) > 0 {
		lines = append(lines, leftOut(missing, c.verbose)...)
	}
	if t.failing+t.known+t.lesser > 0 {
		lines = append(lines, fmt.Sprintf("Findings are stored in %s. Report: %s", c.dir, c.reportCommand()))
	}
	return lines
}

// leftOut names the subjects that cannot run here, and says what to do. Why each cannot
// is said if somebody asks.
func leftOut(missing []*subject.Missing, why bool) (lines []string) {
	const install = "run: pongcheck subjects install"
	var names []string
	do := install
	for _, m := range missing {
		names = append(names, m.Subject)
		if !strings.HasPrefix(m.Do, install) {
			do = m.Do
		}
		if why {
			lines = append(lines, "  "+m.Error())
		}
	}
	what := fmt.Sprintf("%s left out, not installed: %s. To check %s too, %s", plural(len(names), "subject"), strings.Join(names, ", "), verbFor(len(names), "it", "them"), do)
	return append([]string{what}, lines...)
}

// reportCommand returns the command that shows the results of this check.
func (c *check) reportCommand() string {
	command := "pongcheck report -o report.html"
	if usual, err := resultsFolder(); err != nil || usual != c.dir {
		command += " " + process.QuoteShell(c.dir)
	}
	return command
}

// explainExit says why the exit code of the check is what it is.
func (c *check) explainExit(s *session, rows []*row, gone int) []string {
	t := tallyOf(rows)
	var why string
	switch {
	case t.failing > t.counted:
		why = "1: something FAILED that is not known."
	case t.counted > 0 && c.known.value == knownAuto:
		why = "1: of a release that is named with its version, known failures count. -known show ignores them."
	case gone > 0:
		why = "1: a known finding was not found again, and -known strict wants it to be."
	case s.status.failed:
		why = "1: something FAILED before."
	case s.status.trouble:
		why = "2: something could not be checked, see above."
	case !s.status.ran:
		why = "3: nothing was run."
	case t.known > 0:
		why = "0: known failures do not count. -known off counts them."
	case t.lesser > 0:
		why = "0: only FAILED findings count."
	default:
		why = "0."
	}
	return []string{"Exit code " + why}
}

// plural returns a number of things in words: 1 subject, 2 subjects.
func plural(n int, thing string) string { return fmt.Sprintf("%d %s", n, verbFor(n, thing, thing+"s")) }

// verbFor chooses a word by a number.
func verbFor(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// findGone returns the known findings that should have been found again.
func (c *check) findGone(rows []*row) (gone []known) {
	if c.known.value != knownStrict {
		return nil
	}
	for _, r := range rows {
		if c.isComplete(r) {
			gone = append(gone, c.list.missingFrom(r.target.Name, r.impl.Version, r.findings)...)
		}
	}
	return gone
}

func goneText(k *known) string {
	return fmt.Sprintf("gone: %s@%s %s was not found again; if it is fixed, remove line %d of the list of known findings",
		k.Subject, k.Version, k.Class, k.Line)
}
