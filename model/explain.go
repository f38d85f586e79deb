package model

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/pongcheck/pongcheck/frame"
)

// Explain says what a finding is about, for people: the rule and where it comes
// from, the op, what was found, what the model allows beside what was seen, and
// the conversation as a ladder: of a long one the beginning, and what is around the
// op. The report must have been recorded.
func (r *Report) Explain(f *Finding) string {
	var b strings.Builder
	rule := f.Rule.Rule()
	fmt.Fprintf(&b, "%s %s (%s), %s, %s\n", f.Verdict, f.Class(), rule.Cite(), f.Certainty, f.Vantage.Words())
	fmt.Fprintf(&b, "  rule:    %s\n", rule.Sentence)
	fmt.Fprintf(&b, "  found:   %s: %s\n", r.place(f), f.Sentence())
	if f.Stack != "" {
		fmt.Fprintf(&b, "  stack:\n%s", indent(ShortStack(f.Stack), "    "))
	}
	if f.Verdict < FAILED && rule.Hazard != "" {
		fmt.Fprintf(&b, "  hazard:  %s\n", rule.Hazard)
	}
	if f.Innocent != "" {
		fmt.Fprintf(&b, "  or else: %s\n", f.Innocent)
	}
	if want, seen := r.differ(f); want != nil {
		if diff := cmp.Diff(want, seen); diff != "" {
			fmt.Fprintf(&b, "  allowed (-), seen (+):\n%s", indent(diff, "    "))
		}
	}
	if r.Transcript != nil {
		fmt.Fprintf(&b, "  conversation (left: the application, and what came of its calls; right: frames in hex):\n%s", indent(r.Transcript.around(f.Op), "    "))
	}
	return strings.ReplaceAll(b.String(), "\u00a0", " ") // go-cmp draws at random which blanks its diffs have
}

// maxStackLines bounds what is shown of a stack.
const maxStackLines = 14

// varying are the parts of a stack that differ from run to run: the numbers of goroutines,
// arguments and offsets.
var varying = regexp.MustCompile(`goroutine [0-9]+|\+?0x[0-9a-f]+\??`)

// ShortStack returns the beginning of the first stack in a text, below the frames of the
// panic itself. The same run gives the same stack.
func ShortStack(stack string) string {
	stack, _, _ = strings.Cut(strings.TrimSpace(stack), "\n\n")
	lines := strings.Split(stack, "\n")
	for i := range lines {
		if strings.HasPrefix(lines[i], "panic(") && i+2 < len(lines) {
			lines = append(lines[:1:1], lines[i+2:]...)
			break
		}
	}
	if len(lines) > maxStackLines {
		lines = append(lines[:maxStackLines:maxStackLines], "...")
	}
	for i := range lines {
		lines[i] = strings.TrimRight(varying.ReplaceAllStringFunc(lines[i], func(part string) string {
			switch part[0] {
			case 'g':
				return "goroutine"
			case '+':
				return ""
			}
			return "..."
		}), " ")
	}
	return strings.ReplaceAll(strings.Join(lines, "\n"), "\t", "    ")
}

// Differ is, of the first failure of a report whose profile has a reference, what the
// model allows at its op and what was seen there, as lines: "(nothing)" if there are
// none. Of a Ping's answer it is the Pong that was owed, whatever the profile. Of other
// failures both are empty, which says that it is not known.
func (r *Report) Differ(f *Finding) (want, seen string) {
	if w, s := r.differ(f); w != nil {
		return joined(w), joined(s)
	}
	if o := r.outcome(f.Op); o != nil && !f.Peer && (f.Rule == pongOwed || f.Rule == pongEcho) {
		b, _ := o.brief()
		owed := Frame{Opcode: frame.Pong, Data: f.Want}
		return "> " + owed.String(), joined(b.lines())
	}
	return "", ""
}

// outcome is what came of op n, if it was recorded.
func (r *Report) outcome(n int) *Outcome {
	t := r.Transcript
	switch {
	case t == nil || n < 1:
		return nil
	case n <= len(t.Steps):
		return &t.Steps[n-1].Outcome
	}
	return &t.End
}

// joined are lines as one text.
func joined(lines []string) string {
	if len(lines) == 0 {
		return "(nothing)"
	}
	return strings.Join(lines, "\n")
}

func (r *Report) differ(f *Finding) (want, seen []string) {
	if f != r.Failure() || r.Want == nil || r.Seen == nil {
		return nil, nil
	}
	w, _ := r.Want.brief()
	s, _ := r.Seen.brief()
	return w.lines(), s.lines()
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
	if f.Op == 0 && line == "" {
		return "at the open"
	}
	return line + "at the end"
}

// maxLines bounds what is shown of each list of an outcome.
const maxLines = 16

// brief is the outcome with what is shown of it, and how much is not.
func (o *Outcome) brief() (b Outcome, hidden int) {
	b = *o
	b.Frames = o.Frames[:min(len(o.Frames), maxLines)]
	b.Messages = o.Messages[:min(len(o.Messages), maxLines)]
	b.Resolutions = o.Resolutions[:min(len(o.Resolutions), maxLines)]
	all := len(o.Frames) + len(o.Messages) + len(o.Resolutions)
	return b, all - len(b.Frames) - len(b.Messages) - len(b.Resolutions)
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
