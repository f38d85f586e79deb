package wslog

import (
	"fmt"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// Result is the verdict on one end of one connection.
type Result struct {
	Connection *Connection
	End        End
	Name       string // "server", "client", or "this end", "the peer" if the log does not tell
	Verdict    model.Verdict
	Findings   []model.Finding // with the lines of the log; Peer is set if the peer is to blame
	Breaches   []Breaches      // by finding, how often its rule was broken
	Pings      int             // that it received, answered or not
	Undecided  int             // line from which on its answers were not judged; 0: all were
}

// info says what a log shows of an end. By a real clock nothing is ever sure to be at
// rest.
var info = model.Info{Sees: model.SeesFrames | model.SeesCrash, Roles: model.BothRoles, Real: true}

// Judge judges both ends of every connection by RFC 6455, the end that wrote the log
// first.
func (l *Log) Judge() []Result {
	var rs []Result
	for _, c := range l.Connections {
		rs = append(rs, c.Judge(Local), c.Judge(Peer))
	}
	return rs
}

// Judge judges one end of the connection.
func (c *Connection) Judge(end End) Result {
	if c.Mixed != "" || c.showsOnlyLengths() || len(c.Frames) == 0 && (end == Peer || len(c.Crashes) == 0) {
		return Result{Connection: c, End: end, Name: c.endName(end), Verdict: model.NotObserved}
	}
	t, undecided := c.Transcript(end)
	r := Result{Connection: c, End: end, Name: c.endName(end), Verdict: model.OK, Undecided: undecided}
	report, err := model.Judge(model.RFC(), info, t, model.InLog)
	if err != nil {
		panic("wslog: " + err.Error()) // only relations can mismatch, and there are none
	}
	for _, f := range report.Findings {
		c.adjustFinding(&f, t, end)
		r.Verdict = max(r.Verdict, f.Verdict)
		r.Findings = append(r.Findings, f)
		r.Breaches = append(r.Breaches, c.countBreaches(&f, t))
	}
	for i := range t.Steps {
		if t.Steps[i].Op.Kind == model.RecvPing {
			r.Pings++
		}
	}
	if r.Verdict == model.OK && c.UnreadAll > 0 && c.UnreadAll >= len(c.Frames) {
		r.Verdict = model.NotObserved // most of what there is was not read
	}
	return r
}

// showsOnlyLengths reports whether no payload of a Ping or Pong is in the log.
func (c *Connection) showsOnlyLengths() bool {
	only := false
	for i := range c.Frames {
		if f := &c.Frames[i]; (f.Opcode == frame.Ping || f.Opcode == frame.Pong) && f.Data.Len > 0 {
			if f.Data.Head+f.Data.Tail != "" {
				return false
			}
			only = true
		}
	}
	return only
}

// adjustFinding adds to a finding its end and line, and weakens it if the log is
// incomplete.
func (c *Connection) adjustFinding(f *model.Finding, t *model.Transcript, end End) {
	f.Peer = end == Peer
	f.Line = findingLine(f, t)
	if !c.Whole() {
		c.weakenFinding(f)
	}
	if f.Rule.String() == "send.after-close" && c.ID == "" {
		f.Certainty, f.Innocent = model.Inferred, "no line has an id, and this is another connection"
		if !c.Begun {
			f.Verdict = model.Informational // that is the likelier reading
		}
	}
	if f.Crash != "" && !c.crashIsSure(f.Line) {
		f.Certainty = model.Inferred
		f.Innocent = "the exception does not say on which connection it happened, and others were open"
	}
}

// weakenFinding makes a finding inferred, since a part of the connection is missing from
// the log. An exception proves itself.
func (c *Connection) weakenFinding(f *model.Finding) {
	if f.Crash != "" || f.Verdict == model.Informational {
		return
	}
	why := "the log begins in the middle of the connection, and what belongs to this may stand before"
	if c.Begun {
		why = fmt.Sprintf("a frame cannot be read (line %d), and what belongs to this may be there", c.Unreadable)
	}
	if f.Innocent != "" {
		why = f.Innocent + "; or " + why
	}
	f.Certainty, f.Innocent = model.Inferred, why
	if f.Verdict == model.NonStrict {
		f.Verdict = model.Informational
	}
}

// crashIsSure reports whether the crash in a line, if there is one, surely belongs to this
// connection.
func (c *Connection) crashIsSure(line int) bool {
	for i := range c.Crashes {
		if c.Crashes[i].Line == line {
			return c.Crashes[i].Sure
		}
	}
	return true
}

// findingLine returns the line of a finding: that of its step, but that of the Ping for a
// Ping without an answer.
func findingLine(f *model.Finding, t *model.Transcript) int {
	unanswered := ""
	switch f.Rule.String() {
	case "pong.owed":
		unanswered = f.Want
	case "pong.overtaken":
		unanswered = f.Got
	default:
		if f.Line == 0 && f.Op > 0 && f.Op <= len(t.Steps) {
			return t.Steps[f.Op-1].Line
		}
		return f.Line
	}
	for i := len(t.Steps) - 1; i >= 0; i-- {
		if s := &t.Steps[i]; s.Op.Kind == model.RecvPing && s.Op.Data.Lit == unanswered {
			return s.Line
		}
	}
	return f.Line
}

// endName returns what to call an end.
func (c *Connection) endName(end End) string {
	switch {
	case c.Side == "" && end == Local:
		return "this end"
	case c.Side == "":
		return "the peer"
	case (c.Side == "client") == (end == Local):
		return "client"
	}
	return "server"
}
