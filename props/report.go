package props

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/pongcheck/pongcheck/model"
)

// describeBreach is the finding of a rule: the model's explanation and the trace.
func (f *Finding) describeBreach() string {
	head, rest, _ := strings.Cut(f.Report.Explain(f.Breach), "\n")
	head = strings.Replace(head, f.Breach.Class(), f.Class(), 1)
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s%s", head, f.subjectLine(), rest)
	if f.Way > 0 {
		fmt.Fprintf(&b, "  besides: %s was found in another way, too, and what shows that is not needed here: this may be another bug\n", f.Breach.Class())
	}
	if f.Certificate != nil {
		fmt.Fprintf(&b, "  shortest: %s\n", f.Certificate)
	}
	f.writeTrace(&b)
	return foldLines(b.String())
}

// describeViolation is the finding of a property: the sentence, what was tried, the
// conversations that break it, and what differs in them.
func (f *Finding) describeViolation() string {
	v := f.Violation
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s, %s, %s\n%s", f.Verdict, f.Class(), f.Certainty, f.Vantage.Words(), f.subjectLine())
	fmt.Fprintf(&b, "  rule:    %s\n  tried:   %s.\n", v.Property.Sentence, v.Property.How)
	if f.Verdict < model.FAILED {
		fmt.Fprintf(&b, "  hazard:  %s\n", v.Property.Hazard)
	}
	if v.Broken != nil {
		fmt.Fprintf(&b, "  found:   run %d breaks a rule by itself, %s: %s\n", v.BrokenIn, v.Broken.Class(), v.Broken.Sentence())
		if v.Broken.Innocent != "" {
			fmt.Fprintf(&b, "  or else: %s\n", v.Broken.Innocent)
		}
	}
	title := "conversation"
	for i, r := range v.Runs {
		if len(v.Runs) > 1 {
			title = fmt.Sprintf("run %d", i+1)
		}
		if i == 0 {
			title += " (left: the application, and what came of its calls; right: frames in hex)"
		}
		fmt.Fprintf(&b, "  %s:\n%s", title, indentLines(r.Ladder(), "    "))
	}
	diff := strings.ReplaceAll(cmp.Diff(linesOf(v.Want), linesOf(v.Got)), "\u00a0", " ")
	fmt.Fprintf(&b, "  to be expected (-), seen (+):\n%s", indentLines(diff, "    "))
	f.writeTrace(&b)
	return foldLines(b.String())
}

// describeFlaw is the finding of goroutines: the rule, and the shortest history.
func (f *Finding) describeFlaw() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s: %s\n", f.Verdict, f.Class(), f.Sentence())
	fmt.Fprintf(&b, "  rule: %s (%s)\n%s", f.Flaw.Rule.Sentence, f.Flaw.Rule.Cite(), f.subjectLine())
	fmt.Fprintf(&b, "  found: %s\n", f.Origin())
	if _, stacks := f.History.Stuck(); stacks != "" {
		b.WriteString("  stack:\n" + indentLines(model.ShortStack(stacks), "    ") + "\n")
	}
	b.WriteString("  the shortest history found, by goroutine:\n" + indentLines(f.History.String(), "    "))
	return strings.TrimRight(b.String(), "\n")
}

// writeTrace writes the shrunk trace and where it came from.
func (f *Finding) writeTrace(b *strings.Builder) {
	fmt.Fprintf(b, "  shown by (%s):\n%s", f.Origin(), indentLines(f.Shrunk.String(), "    "))
}

// linesOf splits text into its lines; an empty text has none.
func linesOf(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == '\n' })
}

// screen is how wide a line of prose may be.
const screen = 100

// labelled is the beginning of a line of prose.
var labelled = regexp.MustCompile(`^ {2,4}[a-z ]+(:| \() *`)

// foldLines is text with its long lines of prose broken at blanks, and without the last
// line break.
func foldLines(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		margin := strings.Repeat(" ", min(11, len(labelled.FindString(line))))
		for margin != "" && len(line) > screen {
			at := strings.LastIndexByte(line[:screen], ' ')
			if at <= len(margin) {
				break
			}
			b.WriteString(line[:at] + "\n")
			line = margin + line[at+1:]
		}
		b.WriteString(line)
	}
	return strings.TrimRight(b.String(), "\n")
}

func indentLines(text, by string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(by + line)
	}
	return b.String()
}
