package main

import (
	"fmt"
	"strings"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props"
	"github.com/pongcheck/pongcheck/props/result"
)

// finding is a finding as the verbs tell it: to people, as JSON and in files. It is
// the breach of a rule of the model's, or the violation of a property.
type finding struct {
	subject, version string // the subject's name
	verdict          model.Verdict
	rule             string // its id, or "property"
	class            string // as model.Finding.Class and props.Violation.Class have it
	certainty        model.Certainty
	vantage          model.Vantage
	peer             bool
	sentence         string // what was found
	innocent         string
	profile          string // by which it was judged
	want, seen       string // where it is one op's, or a property's: what was to be seen, and what was
	op, lineNumber   int
	text             string              // the explanation
	runs             []*model.Transcript // what was seen
	trace            *model.Trace        // nil: the transcript was not made from one
	origin           string              // where the trace comes from
	seed, index      *uint64             // of a trace that was generated
	file             string              // of the trace; empty: there is none
	known            *known              // nil: it is not
	counts           bool                // and fails the check although it is known
	newest           bool                // of the subject's releases
	secret           bool                // only its signature may be told
}

// breach makes one of a finding of a report that was recorded.
func breach(name, version string, r *model.Report, f *model.Finding) *finding {
	n := &finding{subject: name, version: version, verdict: f.Verdict, rule: f.Rule.String(), class: f.Class(), certainty: f.Certainty,
		vantage: f.Vantage, peer: f.Peer, sentence: f.Sentence(), innocent: f.Innocent, op: f.Op, lineNumber: f.Line, text: r.Explain(f)}
	if r.Transcript != nil {
		n.runs, n.profile = []*model.Transcript{r.Transcript}, r.Transcript.Profile
	}
	n.want, n.seen = r.Differ(f)
	return n
}

// newFinding makes one of what a run found.
func newFinding(t *target, version string, f *props.Finding) *finding {
	n := breach(t.Name, version, f.Report, inReport(f.Report, &f.Finding))
	n.text, n.trace, n.origin, n.newest, n.profile = f.String()+"\n", f.Shrunk, f.Origin(), t.Newest, f.Profile.Name
	if f.Name == "" {
		n.seed, n.index = &f.Seed, &f.Index
	}
	return n
}

// ofProperties is the rule of what violates a property.
const ofProperties = result.OfProperties

// newViolation makes one of what violates a property.
func newViolation(t *target, version string, v *props.Violation) *finding {
	n := &finding{subject: t.Name, version: version, verdict: v.Verdict, rule: ofProperties, class: v.Class(), certainty: v.Certainty,
		vantage: v.Vantage, sentence: "not so: " + v.Property.Sentence, text: v.String() + "\n", runs: v.Runs, trace: v.Shrunk,
		origin: v.Origin(), newest: t.Newest, profile: v.Profile.Name}
	n.want, n.seen = result.Differ(v.Want, v.Got)
	if v.Broken != nil {
		n.innocent = v.Broken.Innocent
	}
	if v.Name == "" {
		n.seed, n.index = &v.Seed, &v.Index
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
func (f *finding) at() string { return at(f.subject, f.version) }

func at(name, version string) string { return strings.TrimSuffix(name+"@"+version, "@") }

// fails reports whether the finding makes the command fail.
func (f *finding) fails() bool { return f.verdict == model.FAILED && (f.known == nil || f.counts) }

// private reports whether the owner of the library should hear of the finding
// before anyone else.
func (f *finding) private() bool {
	return f.newest && (f.known == nil || f.known.Private())
}

// replay is the line that replays the finding.
func (f *finding) replay() string {
	if f.file == "" {
		return ""
	}
	line := "pongcheck replay " + quote(f.file) + " -subject " + f.at()
	if name, is := strings.CutPrefix(f.class, ofProperties+" "); is {
		line += " -property " + name
	}
	return line
}

// quote quotes a word for a shell, if need be.
func quote(s string) string {
	if strings.ContainsAny(s, " \t\n'\"\\$&;()<>|*?[]#~!`{}") {
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	return s
}

// fullText is the finding for people, with lines of prose of a width.
func (f *finding) fullText(width int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", f.at())
	if f.secret {
		fmt.Fprintf(&b, "%s %s: details are withheld from public output: its owner may not know of it yet\n", f.verdict, f.class)
		return b.String()
	}
	b.WriteString(fold(f.text, width))
	if f.known != nil {
		fmt.Fprintf(&b, "  known:   %s\n", f.known.Status())
	}
	if f.file != "" {
		fmt.Fprintf(&b, "  replay:  %s\n", f.replay())
	}
	if f.fails() && f.private() {
		fmt.Fprintf(&b, "  This is the newest release, and its owner may not know of it. Write the text to send to them by\n  pongcheck report -issue %s\n",
			quote(f.at()+" "+f.class))
	}
	return b.String()
}
