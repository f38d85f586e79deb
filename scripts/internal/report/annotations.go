package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/result"
)

// maxAnnotations is how many annotations of a kind GitHub shows for a step.
const maxAnnotations = 10

// Annotations writes findings as workflow commands of GitHub's, at most ten lines,
// errors first. The last line counts those that are left out. A finding that makes the run
// fail, or leaves it incomplete, is an error, a NON-STRICT one a warning, any other a
// notice. Known findings are left out.
func Annotations(w io.Writer, r *Run) error {
	notes := r.allNotes()
	slices.SortStableFunc(notes, func(a, b note) int { return cmp.Compare(a.kind, b.kind) })
	if more := len(notes) - maxAnnotations; more > 0 {
		rest := note{notes[maxAnnotations-1].kind, "pongcheck", fmt.Sprintf("%d more: see the report", more+1)}
		notes = append(notes[:maxAnnotations-1], rest)
	}
	b := bufio.NewWriter(w)
	for _, n := range notes {
		fmt.Fprintln(b, n.command())
	}
	return b.Flush()
}

// noteKind is how severe GitHub takes an annotation to be.
type noteKind int

const (
	noteError noteKind = iota
	noteWarning
	noteNotice
)

// note is an annotation.
type note struct {
	kind        noteKind
	title, text string
}

// allNotes returns a note for everything that is not as it should be.
func (r *Run) allNotes() (notes []note) {
	for i := range r.Findings {
		if f := &r.Findings[i]; !f.Known {
			notes = append(notes, newNote(f))
		}
	}
	for _, name := range r.unexplainedFailures() {
		notes = append(notes, note{noteError, "FAILED " + name, "it FAILED, and the finding is not among the results"})
	}
	for _, m := range r.Survivors() {
		notes = append(notes, note{noteError, "mutant " + m.Name, "a mutant survived: a run like this does not find such a bug"})
	}
	for _, text := range r.CutShort() {
		notes = append(notes, note{noteError, "a run ended early", oneLine(text)})
	}
	for _, text := range r.Troubles {
		notes = append(notes, note{noteError, "a result could not be read", oneLine(text)})
	}
	return notes
}

func newNote(f *result.Finding) note {
	n := note{noteNotice, headline(f, oneLine), oneLine(f.Sentence)}
	switch f.Verdict {
	case model.FAILED:
		n.kind = noteError
	case model.NonStrict:
		n.kind = noteWarning
	}
	if f.Private {
		n.text = "details are withheld: the owner of the library may not know of it yet"
	}
	if f.Replay != "" {
		n.text += "\n" + oneLine(f.Replay)
	}
	return n
}

// command returns the note as a workflow command. It escapes the characters that GitHub's
// runner unescapes, so that no text can begin another command.
func (n note) command() string {
	kind := [...]string{noteError: "error", noteWarning: "warning", noteNotice: "notice"}[n.kind]
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	return fmt.Sprintf("::%s title=%s::%s", kind, property.Replace(elide(oneLine(n.title), 200)), data.Replace(n.text))
}
