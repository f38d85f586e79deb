package wslog

import (
	"slices"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// Breaches says how often a rule was broken: a report of package model has the first breach of
// each rule only.
type Breaches struct {
	Count int
	Last  int // the line of the last one
}

// recentPings is how many Pings a wrong Pong is compared with.
const recentPings = 3

// maxCounted bounds the Pongs that are judged one by one.
const maxCounted = 10000

// countBreaches counts the breaches of the rule of a finding. A count of none means that only
// the first is known.
func (c *Connection) countBreaches(f *model.Finding, t *model.Transcript) (b Breaches) {
	note := func(line int) {
		b.Count++
		b.Last = max(b.Last, line)
	}
	switch f.Rule.String() {
	case "crash":
		for i := range c.Crashes {
			note(c.Crashes[i].Line)
		}
	case "pong.echo":
		countWrongPongs(f, t, note)
	case "send.after-close":
		after := false
		for i := range c.Frames {
			x := &c.Frames[i]
			after = after || x.Line == f.Line
			if after && x.Out != f.Peer && !x.Opcode.Control() {
				note(x.Line)
			}
		}
	case "pong.owed":
		owed := newOwed()
		var lines []int
		for i := range t.Steps {
			s := &t.Steps[i]
			if s.Op.Kind == model.RecvPing {
				owed.addPing(string(s.Op.Data.Lit))
				lines = append(lines, s.Line)
			}
			for k := range s.Outcome.Frames {
				if x := &s.Outcome.Frames[k]; x.Opcode == frame.Pong {
					owed.strikePong(x.Data)
				}
			}
		}
		for _, line := range lines[min(owed.base, len(lines)):] {
			note(line)
		}
	}
	return b
}

// countWrongPongs calls note for each Pong that breaks pong.echo as the finding does: by the
// same data, or by itself beside the Pings that came before it.
func countWrongPongs(f *model.Finding, t *model.Transcript, note func(line int)) {
	var pings []model.Step
	judged := 0
	for i := range t.Steps {
		s := &t.Steps[i]
		if s.Op.Kind == model.RecvPing {
			pings = append(pings[max(0, len(pings)-recentPings+1):], *s)
		}
		for k := range s.Outcome.Frames {
			x := &s.Outcome.Frames[k]
			exact := slices.ContainsFunc(pings, func(p model.Step) bool { return string(p.Op.Data.Lit) == x.Data })
			if x.Opcode != frame.Pong || exact || len(pings) == 0 {
				continue
			}
			if x.Data == f.Got {
				note(s.Line)
			} else if judged < maxCounted {
				judged++
				if isWrongPong(t, pings, s) {
					note(s.Line)
				}
			}
		}
	}
}

// isWrongPong reports whether a Pong breaks pong.echo beside some Pings.
func isWrongPong(t *model.Transcript, pings []model.Step, pong *model.Step) bool {
	alone := model.Transcript{Profile: t.Profile, Config: t.Config, Steps: append(slices.Clone(pings), *pong)}
	report, err := model.Judge(model.RFC(), info, &alone, model.InLog)
	return err == nil && slices.ContainsFunc(report.Findings, func(f model.Finding) bool {
		return f.Rule.String() == "pong.echo" && f.Verdict == model.FAILED
	})
}
