package main

import (
	"fmt"
	"strings"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props"
)

// finding is a finding as the verbs tell it: to people, as JSON and in files.
type finding struct {
	*model.Finding               // one of report
	report         *model.Report // recorded
	subject        string        // the name
	version        string
	trace          *model.Trace // nil: the transcript was not made from one
	origin         string       // where the trace comes from
	seed, index    *uint64      // of a trace that was generated
	file           string       // of the trace; empty: there is none
	known          *known       // nil: it is not
	newest         bool         // of the subject's releases
	secret         bool         // only its signature may be told
}

// newFinding makes one of what a run found.
func newFinding(t *target, version string, f *props.Finding) *finding {
	n := &finding{report: f.Report, subject: t.Name, version: version, trace: f.Shrunk, origin: f.Origin(), newest: t.Newest}
	n.Finding = inReport(f.Report, &f.Finding)
	if f.Name == "" {
		n.seed, n.index = &f.Seed, &f.Index
	}
	return n
}

// inReport is the finding of a report that is of the same failure as f.
func inReport(r *model.Report, f *model.Finding) *model.Finding {
	for i := range r.Findings {
		if g := &r.Findings[i]; g.Class() == f.Class() && g.Verdict == f.Verdict {
			return g
		}
	}
	return f
}

// at is name@version.
func (f *finding) at() string {
	if f.version == "" {
		return f.subject
	}
	return f.subject + "@" + f.version
}

// fails reports whether the finding makes the command fail.
func (f *finding) fails() bool { return f.Verdict == model.FAILED && f.known == nil }

// private reports whether the owner of the library should hear of the finding
// before anyone else.
func (f *finding) private() bool {
	return f.newest && (f.known == nil || f.known.private())
}

// replay is the line that replays the finding.
func (f *finding) replay() string {
	if f.file == "" {
		return ""
	}
	return "pongcheck replay " + quote(f.file) + " -subject " + f.at()
}

// quote quotes a file name for a shell, if need be.
func quote(s string) string {
	if strings.ContainsAny(s, " \t\n'\"\\$&;()<>|*?[]#~!`{}") {
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	return s
}

// text is the finding for people.
func (f *finding) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", f.at())
	if f.secret {
		fmt.Fprintf(&b, "%s %s: kept private until the owner of the library has heard of it\n", f.Verdict, f.Class())
		return b.String()
	}
	b.WriteString(f.explain())
	if f.known != nil {
		fmt.Fprintf(&b, "  known:   %s\n", f.known.reason)
	}
	if f.file != "" {
		fmt.Fprintf(&b, "  replay:  %s\n", f.replay())
	}
	if f.fails() && f.private() {
		b.WriteString("  This is the newest release: please report it to its owner before anyone else.\n")
	}
	return b.String()
}

// explain is what the finding is about, with the trace that shows it.
func (f *finding) explain() string {
	text := f.reason()
	if f.trace != nil {
		text += fmt.Sprintf("  shown by (%s):\n%s", f.origin, indent(f.trace.String()))
	}
	return text
}

// reason is the report's explanation, the same in every run: go-cmp draws at
// random which kind of blank its diffs have.
func (f *finding) reason() string {
	return strings.ReplaceAll(f.report.Explain(f.Finding), "\u00a0", " ")
}

func indent(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString("    " + line)
	}
	return b.String()
}
