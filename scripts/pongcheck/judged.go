package main

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/pongcheck/pongcheck/model"
)

// judged is a transcript with its verdict, as replay and judge print it.
type judged struct {
	file             string
	subject, version string
	profile          model.Profile
	info             model.Info
	report           *model.Report
	seconds          float64
	ranHere          bool // the transcript is new to the reader
}

// printJudged prints the verdict, the transcript if it is new, and what was found.
func (s *session) printJudged(j *judged, json bool) {
	found := j.listFailures()
	l := j.verdictLine(found)
	evidence := ""
	if j.ranHere {
		evidence = "\n" + j.report.Transcript.String()
	}
	s.printVerdict(&l, found, j.summaryLine(s.out), evidence, json)
}

// printVerdict prints the verdict on one file and the findings: as JSON lines, or for people
// the summary and the sentence of the worst finding first, then the evidence.
func (s *session) printVerdict(l *verdictLine, found []*finding, summary, evidence string, json bool) {
	s.status.failed = s.status.failed || l.Verdict == model.FAILED
	if json {
		for _, f := range found {
			f.File = l.File
			s.out.json(f.line())
		}
		s.out.json(l)
		return
	}
	s.out.printf("%s\n%s%s", summary, answerSentence(found, s.out.width), evidence)
	for _, f := range found {
		s.out.printf("\n")
		s.out.printFinding(f)
	}
	if len(found) > 0 || evidence != "" {
		s.out.printf("\n")
	}
}

// compareCertainty puts what is inferred before what is proved.
func compareCertainty(a, b model.Certainty) int {
	switch {
	case a == b:
		return 0
	case b == model.Proved:
		return -1
	}
	return 1
}

// answerSentence says what the first of the worst findings found, and how many more there are.
func answerSentence(found []*finding, width int) string {
	if len(found) == 0 {
		return ""
	}
	worst := slices.MaxFunc(found, func(a, b *finding) int {
		return cmp.Or(cmp.Compare(a.Verdict, b.Verdict), compareCertainty(a.Certainty, b.Certainty))
	})
	text := "  " + model.Plain(worst.Sentence)
	if n := len(found) - 1; n > 0 {
		text += fmt.Sprintf(" (and %s)", plural(n, "more finding"))
	}
	return breakLine(text, "  ", width)
}

// listFailures returns the findings that are worse than OK.
func (j *judged) listFailures() (all []*finding) {
	for i := range j.report.Findings {
		if f := &j.report.Findings[i]; f.Verdict > model.OK {
			n := newBreach(j.subject, j.version, j.report, f)
			if f.Count > 1 {
				n.text += fmt.Sprintf("  often:   %d times in this transcript; the first is shown\n", f.Count)
			}
			n.Trace = j.report.Transcript.Trace().String()
			all = append(all, n)
		}
	}
	return all
}

// summaryLine returns the verdict in a line.
func (j *judged) summaryLine(o *output) string {
	r := j.report
	s := fmt.Sprintf("%s: %s", j.file, o.paintVerdict(r.Verdict, r.Verdict.String()))
	if j.subject != "" {
		s += fmt.Sprintf(", %s", nameAt(j.subject, j.version))
	}
	s += fmt.Sprintf(", profile %s, %d ops", j.profile.Name, r.Ops)
	if r.Unsupported > 0 {
		s += fmt.Sprintf(", %d of them unsupported", r.Unsupported)
	}
	return s
}

// verdictLine returns the verdict as a JSON line.
func (j *judged) verdictLine(findings []*finding) verdictLine {
	r := j.report
	l := verdictLine{Head: headOf("verdict"), Subject: j.subject, Version: j.version, Profile: j.profile.Name, File: j.file,
		Verdict: r.Verdict, Rules: rulesOf(j.info, r.Reached, findings), Traces: 1, Ops: r.Ops, Unsupported: r.Unsupported, Seconds: j.seconds}
	if r.PolicyObserved {
		l.Policy = r.Policies.String()
	}
	return l
}

// explainJudgedExit says why the exit code is what it is, and what to read next.
func (s *session) explainJudgedExit(json bool) {
	if json || !s.status.ran {
		return // the errors say it
	}
	switch {
	case s.status.failed:
		s.out.paragraph([]string{"Exit code 1: something FAILED. To read about a rule: pongcheck help RULE, such as pongcheck help pong.owed"})
	case s.status.trouble:
		s.out.paragraph([]string{"Exit code 2: not every file could be read or run, see above."})
	default:
		s.out.paragraph([]string{"Exit code 0: nothing FAILED."})
	}
}
