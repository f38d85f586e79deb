package model

import (
	"fmt"
	"strings"

	"github.com/google/go-cmp/cmp"
)

// Explain says what a finding is about, for people: the rule and where it comes
// from, the op, what was found, what the model allows beside what was seen, and
// the conversation as a ladder. The report must have been recorded.
func (r *Report) Explain(f *Finding) string {
	var b strings.Builder
	rule := f.Rule.Rule()
	fmt.Fprintf(&b, "%s %s (%s), %s, seen %s\n", f.Verdict, f.Class(), rule.Cite(), f.Certainty, f.Vantage)
	fmt.Fprintf(&b, "  rule:    %s\n", rule.Sentence)
	fmt.Fprintf(&b, "  found:   %s: %s\n", r.place(f), f.Sentence())
	if f.Verdict < FAILED && rule.Hazard != "" {
		fmt.Fprintf(&b, "  hazard:  %s\n", rule.Hazard)
	}
	if f.Innocent != "" {
		fmt.Fprintf(&b, "  or else: %s\n", f.Innocent)
	}
	if f == r.Failure() && r.Want != nil && r.Seen != nil {
		if diff := cmp.Diff(r.Want.lines(), r.Seen.lines()); diff != "" {
			fmt.Fprintf(&b, "  allowed (-), seen (+):\n%s", indent(diff, "    "))
		}
	}
	if r.Transcript != nil {
		fmt.Fprintf(&b, "  conversation:\n%s", indent(r.Transcript.Ladder(), "    "))
	}
	return b.String()
}

// place is the op of f in words.
func (r *Report) place(f *Finding) string {
	line := ""
	if f.Line > 0 {
		line = fmt.Sprintf("line %d, ", f.Line)
	}
	if t := r.Transcript; t != nil && f.Op >= 1 && f.Op <= len(t.Steps) {
		return fmt.Sprintf("%sop %d, %s", line, f.Op, t.Steps[f.Op-1].Op)
	}
	return line + "at the end"
}

// lines are the outcome's lines in the text form, without their indent.
func (o *Outcome) lines() []string {
	text := strings.TrimRight(o.String(), "\n")
	if text == "" {
		return []string{}
	}
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return lines
}

func indent(s, by string) string {
	s = strings.TrimRight(s, "\n")
	return by + strings.ReplaceAll(s, "\n", "\n"+by) + "\n"
}

// Ladder draws the transcript as a ladder of frames: the application's side at
// the left, the subject's wire between the rails, the peer at the right.
func (t *Transcript) Ladder() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-*s subject %s peer\n", ladderLeft, "", strings.Repeat(" ", ladderWire-8))
	for i := range t.Steps {
		t.Steps[i].ladder(&b, i+1)
	}
	if t.Ended {
		end := Step{Outcome: t.End}
		end.ladder(&b, 0)
	}
	return b.String()
}

const (
	ladderLeft = 30
	ladderWire = 34
)

func (s *Step) ladder(b *strings.Builder, n int) {
	left := "end"
	if n > 0 {
		left = fmt.Sprintf("%3d %s", n, elide(s.Op.String(), ladderLeft-4))
	}
	if fromPeer.Has(s.Op.Kind) {
		rung(b, left, "<", elide(s.peerWord(), ladderWire-6))
	} else {
		rung(b, left, "", "")
	}
	o := &s.Outcome
	for i := range o.Frames {
		rung(b, "", ">", elide(o.Frames[i].String(), ladderWire-6))
	}
	rest := *o
	rest.Frames = nil
	for _, l := range rest.lines() {
		rung(b, "    "+elide(l, 70), "", "")
	}
}

// peerWord is what the peer sends, resolved.
func (s *Step) peerWord() string {
	if !s.Related {
		return s.Op.String()
	}
	return s.Op.Kind.String() + " " + string(appendBytes(nil, s.Became))
}

func rung(b *strings.Builder, left, dir, word string) {
	wire := strings.Repeat(" ", ladderWire)
	if dir != "" {
		pad := strings.Repeat("-", max(ladderWire-len(word)-5, 0))
		if dir == ">" {
			wire = "-- " + word + " " + pad + ">"
		} else {
			wire = "<" + pad + " " + word + " --"
		}
	}
	if len(left) > ladderLeft { // an outcome in words runs over the rails
		fmt.Fprintf(b, "%s\n", left)
		return
	}
	fmt.Fprintf(b, "%-*s |%-*s|\n", ladderLeft, left, ladderWire, wire)
}

// elide cuts s to n characters with its end kept.
func elide(s string, n int) string {
	if len(s) <= n {
		return s
	}
	half := (n - 3) / 2
	return s[:n-3-half] + "..." + s[len(s)-half:]
}
