package main

import (
	"fmt"
	"strings"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/result"
	"github.com/pongcheck/pongcheck/scripts/internal/wslog"
)

// judgeLog judges both ends of every connection of a log: first what became of each, in a
// sentence for whose connection it was, then what was found, then the verdicts.
func (j *judge) judgeLog(s *session, name string, log *wslog.Log) {
	results := log.Judge()
	for i := range results {
		r := &results[i]
		s.status.ran = s.status.ran || r.Verdict != model.NotObserved
		s.status.failed = s.status.failed || r.Verdict == model.FAILED
		if j.json {
			s.printLogLines(name, log, r, storyOf(results, i))
		}
	}
	if j.json {
		return
	}
	for i := 0; i < len(results); i += 2 {
		s.out.printf("%s%s: %s\n", name, nameConnection(results[i].Connection), storyOf(results, i))
	}
	s.printUnread(name, log)
	for i := range results {
		for k := range results[i].Findings {
			f := &results[i].Findings[k]
			s.out.printf("\n%s", s.out.paintFirst(f.Verdict, logFindingText(name, &results[i], k)))
		}
	}
	s.out.printf("\n")
	for i := range results {
		s.out.printf("%s\n", s.logSummary(name, &results[i]))
	}
}

// storyOf returns what became of the connection of result i. Results come in pairs.
func storyOf(results []wslog.Result, i int) string {
	i &^= 1
	return results[i].Connection.Story(&results[i], &results[i+1])
}

// printUnread says what could not be read as it stands.
func (s *session) printUnread(name string, log *wslog.Log) {
	if text := log.Unread.String(); text != "" {
		s.out.printf("%s: %s\n", name, text)
	}
	if log.Reversed {
		s.out.printf("%s: its newest line stands first, so it was read from the end\n", name)
	}
	if log.Twice {
		s.out.printf("%s: each message stands in it twice, and was read once\n", name)
	}
}

// logFindingText returns a finding in a log for people: who broke what in which line, and
// what the line said.
func logFindingText(name string, r *wslog.Result, k int) string {
	f := &r.Findings[k]
	rule := f.Rule.Rule()
	var text strings.Builder
	fmt.Fprintf(&text, "%s:%d: %s%s\n", name, f.Line, r.Name, nameConnection(r.Connection))
	fmt.Fprintf(&text, "%s %s (%s), %s, %s\n", f.Verdict, f.Class(), rule.Cite(), f.Certainty, model.InLog.Words())
	fmt.Fprintf(&text, "  rule:    %s\n", rule.Sentence)
	fmt.Fprintf(&text, "  found:   %s\n", f.Sentence())
	if line := logLineText(r.Connection, f.Line); line != "" {
		fmt.Fprintf(&text, "  line %d: %s\n", f.Line, line)
	}
	if b := r.Breaches[k]; b.Count > 1 {
		fmt.Fprintf(&text, "  again:   %d times in all, the last in line %d\n", b.Count, b.Last)
	}
	if f.Verdict < model.FAILED && rule.Hazard != "" {
		fmt.Fprintf(&text, "  hazard:  %s\n", rule.Hazard)
	}
	if f.Innocent != "" {
		fmt.Fprintf(&text, "  or else: %s\n", f.Innocent)
	}
	return text.String()
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
	verdict := s.out.paintVerdict(r.Verdict, r.Verdict.String())
	if r.Verdict == model.NotObserved {
		verdict = "undecided"
	}
	text := fmt.Sprintf("%s: %s, %s, lines %d to %d, %d pings received%s", name, verdict, r.Name, c.First, c.Last, r.Pings, nameConnection(c))
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
func (s *session) printLogLines(name string, log *wslog.Log, r *wslog.Result, story string) {
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
	s.out.json(logVerdictLine{verdictLine: verdictLine{Head: headOf("verdict"), Subject: r.Name, Profile: model.RFC().Name, File: name, Verdict: r.Verdict,
		Rules: rules, Traces: 1, Ops: len(r.Connection.Frames)}, Connection: r.Connection.ID, Story: story, Unread: log.Unread.Frames})
}
