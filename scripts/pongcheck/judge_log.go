package main

import (
	"fmt"
	"strings"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/result"
	"github.com/pongcheck/pongcheck/scripts/internal/wslog"
)

// judgeLog judges both ends of every connection of a log.
func (j *judge) judgeLog(s *session, name string, log *wslog.Log) {
	results := log.Judge()
	s.status.ran = s.status.ran || len(results) > 0
	for i := range results {
		r := &results[i]
		s.status.failed = s.status.failed || r.Verdict == model.FAILED
		if j.json {
			s.printLogLines(name, r)
			continue
		}
		for k := range r.Findings {
			s.out.printf("%s\n", s.out.paintFirst(r.Findings[k].Verdict, logFindingText(name, r, &r.Findings[k])))
		}
	}
	if j.json {
		return
	}
	for i := range results {
		s.out.printf("%s\n", s.logSummary(name, &results[i]))
	}
}

// logFindingText returns a finding in a log for people: who broke what in which line, and
// what the line said.
func logFindingText(name string, r *wslog.Result, f *model.Finding) string {
	rule := f.Rule.Rule()
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d: %s%s\n", name, f.Line, r.Name, nameConnection(r.Connection))
	fmt.Fprintf(&b, "%s %s (%s), %s, %s\n", f.Verdict, f.Class(), rule.Cite(), f.Certainty, model.InLog.Words())
	fmt.Fprintf(&b, "  rule:    %s\n", rule.Sentence)
	fmt.Fprintf(&b, "  found:   %s\n", f.Sentence())
	if text := logLineText(r.Connection, f.Line); text != "" {
		fmt.Fprintf(&b, "  line %d: %s\n", f.Line, text)
	}
	if f.Verdict < model.FAILED && rule.Hazard != "" {
		fmt.Fprintf(&b, "  hazard:  %s\n", rule.Hazard)
	}
	if f.Innocent != "" {
		fmt.Fprintf(&b, "  or else: %s\n", f.Innocent)
	}
	return b.String()
}

// logLineText returns what stands in a line of a log, if that was a frame or a crash.
func logLineText(c *wslog.Connection, line int) string {
	if f := c.Frame(line); f != nil {
		return f.String()
	}
	for _, x := range c.Crashes {
		if x.Line == line {
			return strings.TrimSuffix(fmt.Sprintf("%s in %s: %s", x.Class, x.Where, x.Text), ": ")
		}
	}
	return ""
}

// logSummary returns the verdict on one end of a connection in a line.
func (s *session) logSummary(name string, r *wslog.Result) string {
	c := r.Connection
	text := fmt.Sprintf("%s: %s, %s, lines %d to %d, %d pings received%s", name, s.out.paintVerdict(r.Verdict, r.Verdict.String()), r.Name, c.First, c.Last, r.Pings, nameConnection(c))
	if r.Undecided > 0 {
		text += fmt.Sprintf(", undecided from line %d on", r.Undecided)
	}
	return text
}

// nameConnection returns the id of a connection as the end of a phrase, or nothing.
func nameConnection(c *wslog.Connection) string {
	if c.ID == "" {
		return ""
	}
	return ", connection " + c.ID
}

// printLogLines prints the JSON lines of one end of a connection.
func (s *session) printLogLines(name string, r *wslog.Result) {
	rules := map[string]model.Verdict{}
	for i := range r.Findings {
		f := &r.Findings[i]
		f.Vantage = model.InLog
		rules[f.Rule.String()] = max(rules[f.Rule.String()], f.Verdict)
		t, _ := r.Connection.Transcript(r.End)
		l := result.FindingOf(r.Name, "", &model.Report{Transcript: t}, f)
		l.File = name
		s.out.json(l)
	}
	s.out.json(verdictLine{Head: headOf("verdict"), Subject: r.Name, Profile: model.RFC().Name, File: name, Verdict: r.Verdict,
		Rules: rules, Traces: 1, Ops: len(r.Connection.Frames)})
}
