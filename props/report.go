package props

import (
	"fmt"
	"strings"

	"github.com/pongcheck/pongcheck/model"
)

// String is the finding for people: the rule, what was seen, and the shortest
// conversation that shows it.
func (f *Finding) String() string {
	var b strings.Builder
	f.write(&b)
	return strings.TrimRight(b.String(), "\n")
}

func (f *Finding) write(b *strings.Builder) {
	rule := f.Rule.Rule()
	fmt.Fprintf(b, "%s %s: %s\n", f.Verdict, f.Class(), f.Sentence())
	fmt.Fprintf(b, "  rule: %s (%s)\n", rule.Sentence, rule.Cite())
	if f.Verdict < model.FAILED && rule.Hazard != "" {
		fmt.Fprintf(b, "  hazard: %s\n", rule.Hazard)
	}
	fmt.Fprintf(b, "  subject: %s, profile %s, %s, %s\n", strings.TrimSpace(f.Implementation.Name+" "+f.Implementation.Version),
		f.Profile.Name, f.Certainty, f.Vantage)
	if f.Innocent != "" {
		fmt.Fprintf(b, "  innocent reading: %s\n", f.Innocent)
	}
	fmt.Fprintf(b, "  found: %s\n", f.Origin())
	if f.Certificate != nil {
		fmt.Fprintf(b, "  shortest: %s\n", f.Certificate)
	}
	b.WriteString(f.conversation())
}

// Origin says where the trace came from and how far it was shrunk.
func (f *Finding) Origin() string {
	s := "trace " + f.Name
	if f.Name == "" {
		s = fmt.Sprintf("trace %d of seed %d", f.Index, f.Seed)
	}
	if f.Tries > 0 {
		s += fmt.Sprintf(", %d ops, %d after %d tries", len(f.Original.Ops), len(f.Shrunk.Ops), f.Tries)
	}
	if f.Flaky {
		s += fmt.Sprintf("; flaky: it failed %d times of %d when it ran again", f.Failed, f.Runs)
	}
	return s
}

// conversation is the transcript, with what was expected where it went wrong.
func (f *Finding) conversation() string {
	var b strings.Builder
	if f.Report.Transcript == nil {
		b.WriteString(indent(f.Shrunk.String(), "    "))
		return b.String()
	}
	b.WriteString(indent(f.Report.Transcript.String(), "    "))
	if w := f.Report.Want; w != nil && f.Report.Seen != nil && w.String() != f.Report.Seen.String() {
		text := w.String()
		if text == "" {
			text = "  nothing\n"
		}
		fmt.Fprintf(&b, "  the model has instead, for op %d:\n%s", f.Op, indent(text, "  "))
	}
	return b.String()
}

func indent(text, by string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(by + line)
	}
	return b.String()
}
