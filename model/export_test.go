package model

import (
	"fmt"
	"strings"
)

// Bounds of what the responder remembers.
const (
	MaxExcused = maxExcused
	MaxOwed    = maxOwed
)

// VerdictLines is what golden files say of a report: a line a finding, or OK. The words of
// causes are left out; TestClasses has them.
func VerdictLines(r *Report) string {
	lines := []string{}
	for i := range r.Findings {
		f := &r.Findings[i]
		lines = append(lines, fmt.Sprintf("%s %s %d %s: %s", f.Verdict, f.RuleClass(), f.Op, f.Certainty, f.Sentence()))
	}
	if len(lines) == 0 {
		return "OK"
	}
	return strings.Join(lines, "\n")
}

// MissedAt returns the settles of the last run at which something was missing though they did
// not rest.
func (c *Checker) MissedAt() []int32 { return c.state.record.missedAt }

// JudgeAll has c judge every outcome, none by the fast path.
func JudgeAll(c *Checker) { c.judgeAll = true }
