package props

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/pongcheck/pongcheck/model"
)

// String is the finding for people, mostly on one screen: the rule, what was found,
// the conversation that shows it, and that as a trace.
func (f *Finding) String() string {
	e := &f.Finding
	if i := find(f.Report, keyOf(e)); i >= 0 {
		e = &f.Report.Findings[i] // of which the report knows what was allowed instead
	}
	head, rest, _ := strings.Cut(f.Report.Explain(e), "\n")
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s%s", head, subjectLine(f.Implementation, &f.Profile), rest)
	if f.Certificate != nil {
		fmt.Fprintf(&b, "  shortest: %s\n", f.Certificate)
	}
	fmt.Fprintf(&b, "  shown by (%s):\n%s", f.Origin(), indent(f.Shrunk.String(), "    "))
	return folded(b.String())
}

func subjectLine(impl *model.Implementation, p *model.Profile) string {
	return fmt.Sprintf("  subject: %s, profile %s\n", strings.TrimSpace(impl.Name+" "+impl.Version), p.Name)
}

// Origin says where the trace came from and how far it was shrunk.
func (f *Finding) Origin() string {
	s := "trace " + f.Name
	if f.Name == "" {
		s = fmt.Sprintf("trace %d of seed %d", f.Index, f.Seed)
	}
	if f.Tries > 0 {
		s += howShrunk(f.Original, f.Shrunk, f.Tries)
	}
	if f.Flaky {
		s += fmt.Sprintf("; flaky: it failed %d times of %d when it ran again", f.Failed, f.Runs)
	}
	return s
}

// howShrunk says how far a trace was shrunk.
func howShrunk(from, to *model.Trace, tries int) string {
	return fmt.Sprintf("; shrunk from %d ops to %d in %d tries", len(from.Ops), len(to.Ops), tries)
}

// screen is how wide a line of prose may be.
const screen = 100

// labelled is the beginning of a line of prose.
var labelled = regexp.MustCompile(`^ {2,4}[a-z ]+(:| \() *`)

// folded is text with its long lines of prose broken at blanks, and without the last
// line break.
func folded(text string) string {
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

func indent(text, by string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(by + line)
	}
	return b.String()
}
