package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/result"
)

// maxAnnotations is how many of a kind GitHub shows of a step.
const maxAnnotations = 10

// Annotations writes the findings that are not known as workflow commands of GitHub's,
// at most ten lines: the last one counts what is left out. What FAILED is an error,
// what is not strict a warning, the rest a notice.
func Annotations(w io.Writer, r *Run) error {
	var notes []string
	for i := range r.Findings {
		if f := &r.Findings[i]; !f.Known {
			notes = append(notes, annotation(f))
		}
	}
	for _, m := range r.Survivors() {
		notes = append(notes, command("error", "mutant "+m.Name, "a mutant survived: a run like this does not find such a bug"))
	}
	if more := len(notes) - maxAnnotations; more > 0 {
		notes = append(notes[:maxAnnotations-1], command("warning", "pongcheck", fmt.Sprintf("%d more findings: see the report", more+1)))
	}
	b := bufio.NewWriter(w)
	for _, n := range notes {
		fmt.Fprintln(b, n)
	}
	return b.Flush()
}

func annotation(f *result.Finding) string {
	kind := "notice"
	switch f.Verdict {
	case model.FAILED:
		kind = "error"
	case model.NonStrict:
		kind = "warning"
	}
	text := flat(f.Sentence)
	if f.Private {
		text = "private until the owner of the library has heard of it"
	}
	if f.Replay != "" {
		text += "\n" + flat(f.Replay)
	}
	return command(kind, fmt.Sprintf("%s %s in %s", f.Verdict, f.Class, at(f.Subject, f.Version)), text)
}

// command is a workflow command. What is escaped is what GitHub's runner unescapes;
// nothing in the text can begin another one.
func command(kind, title, text string) string {
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	return fmt.Sprintf("::%s title=%s::%s", kind, property.Replace(flat(title)), data.Replace(elide(text, 2000)))
}
