package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props"
	"github.com/pongcheck/pongcheck/props/result"
	"github.com/pongcheck/pongcheck/scripts/internal/process"
)

// finding is a finding as the verbs present it: the line that programs read, and what
// people and files get beside it. Private says that only its signature may be shown.
type finding struct {
	result.Finding
	text   string              // the explanation
	runs   []*model.Transcript // what was seen
	trace  *model.Trace        // nil: the transcript was not made from one
	file   string              // of the trace; empty: there is none
	known  *known              // nil: it is not
	counts bool                // it fails the check although it is known

	newestOn string // the day on which no newer release was there; empty: nobody asked
}

// newBreach returns the breach of a rule in a report that was recorded.
func newBreach(name, version string, r *model.Report, f *model.Finding) *finding {
	n := &finding{Finding: result.FindingOf(name, version, r, f), text: r.Explain(f)}
	if r.Transcript != nil {
		n.runs = []*model.Transcript{r.Transcript}
	}
	return n
}

// newFinding returns what a run found.
func newFinding(t *target, f *props.Finding) *finding {
	n := &finding{Finding: f.Line(), text: f.String() + "\n", trace: f.Shrunk, runs: f.Transcripts()}
	n.Newest, n.newestOn = t.Newest, t.NewestOn()
	return n
}

// ofProperties is the rule of findings that violate a property.
const ofProperties = result.OfProperties

// nameAt returns the subject as name@version.
func (f *finding) nameAt() string { return nameAt(f.Subject, f.Version) }

func nameAt(name, version string) string { return strings.TrimSuffix(name+"@"+version, "@") }

// line returns the finding for programs. Of a private one that is the signature.
func (f *finding) line() result.Finding {
	if f.Private {
		return f.Signature()
	}
	return f.Finding
}

// setKnown marks the finding as known if it has an entry in the list.
func (f *finding) setKnown(k *known) {
	if f.known = k; k != nil {
		f.Known, f.Reason = true, k.Reason
	}
}

// fails reports whether the finding makes the command fail.
func (f *finding) fails() bool { return f.Verdict == model.FAILED && (f.known == nil || f.counts) }

// mayBeNews reports whether the owner of the library may not know of the finding, and
// should before anyone else.
func (f *finding) mayBeNews() bool { return f.Newest && (f.known == nil || f.known.Private()) }

// newestSentence says how far the release is known to be the newest.
func (f *finding) newestSentence() string {
	if f.newestOn != "" {
		return "This was the newest release on " + f.newestOn
	}
	return `This may be the newest release ("pongcheck subjects -outdated" asks)`
}

// setFile records where the trace of the finding is, and the line that replays it.
func (f *finding) setFile(file string) {
	f.file = file
	f.Replay = "pongcheck replay " + process.QuoteShell(file) + " -subject " + f.nameAt()
	if name, is := strings.CutPrefix(f.Class, ofProperties+" "); is {
		f.Replay += " -property " + name
	}
}

// printFinding prints the explanation of a finding.
func (o *output) printFinding(f *finding) {
	o.printf("%s", o.paintFirst(f.Verdict, "\n"+foldProse(f.text, o.width))[1:])
}

// fullText returns the finding for people, with prose broken at a width.
func (f *finding) fullText(width int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", f.nameAt())
	if f.Private {
		fmt.Fprintf(&b, "%s %s: details are withheld from public output: its owner may not know of it yet\n", f.Verdict, f.Class)
		return b.String()
	}
	b.WriteString(foldProse(f.text, width))
	if f.known != nil {
		fmt.Fprintf(&b, "  known:   %s\n", f.known.Status())
	}
	if f.file != "" {
		fmt.Fprintf(&b, "  replay:  %s\n", f.Replay)
	}
	if f.fails() && f.mayBeNews() {
		b.WriteString(breakLine("  "+f.newestSentence()+", and its owner may not know of the finding. This writes the text to send:", "  ", width))
		fmt.Fprintf(&b, "  pongcheck report -issue %s %s\n", process.QuoteShell(f.Class), process.QuoteShell(filepath.Dir(f.file)))
	}
	return b.String()
}
