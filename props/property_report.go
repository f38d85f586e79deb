package props

import (
	"fmt"
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/pongcheck/pongcheck/model"
)

// Violation is a property that does not hold, with the trace on which that was seen
// first, and the simplest one that the shrinker came to.
type Violation struct {
	Property       Property
	Verdict        model.Verdict
	Certainty      model.Certainty
	Vantage        model.Vantage
	Implementation *model.Implementation
	Profile        model.Profile

	Name        string // of the trace, if it was stored
	Seed, Index uint64 // of the trace, if it was generated
	Original    *model.Trace
	Shrunk      *model.Trace
	Tries       int // that the shrink took
	Way         int // in which the property was tried on the shrunk trace

	Runs      []*model.Transcript // of the shrunk trace, changed in that way
	Want, Got string              // what was to be seen, and what was

	// Broken is what the model finds FAILED in one of the runs, BrokenIn, from 1;
	// nil: nothing.
	Broken   *model.Finding
	BrokenIn int
}

// Class names the failure, as [model.Finding.Class] does.
func (v *Violation) Class() string { return "property " + v.Property.Name }

func (v *Violation) keep(a answer, reports []*model.Report) {
	v.Want, v.Got, v.Runs = a.want, a.got, nil
	v.Certainty = model.Proved
	if v.BrokenIn, v.Broken = failedRun(reports); v.Broken != nil {
		v.Certainty = v.Broken.Certainty
	}
	for _, r := range reports {
		t := *r.Transcript
		t.Subject, t.Version, t.Profile = v.Implementation.Name, v.Implementation.Version, v.Profile.Name
		v.Runs = append(v.Runs, &t)
	}
}

// String is the violation for people: the sentence, what was tried, the
// conversations that break it, and what differs in them.
func (v *Violation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s, %s, %s\n%s", v.Verdict, v.Class(), v.Certainty, v.Vantage.Words(), subjectLine(v.Implementation, &v.Profile))
	fmt.Fprintf(&b, "  rule:    %s\n  tried:   %s.\n", v.Property.Sentence, v.Property.How)
	if v.Verdict < model.FAILED {
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
		fmt.Fprintf(&b, "  %s:\n%s", title, indent(r.Ladder(), "    "))
	}
	diff := strings.ReplaceAll(cmp.Diff(lines(v.Want), lines(v.Got)), "\u00a0", " ")
	fmt.Fprintf(&b, "  to be expected (-), seen (+):\n%s", indent(diff, "    "))
	fmt.Fprintf(&b, "  shown by (%s):\n%s", v.Origin(), indent(v.Shrunk.String(), "    "))
	return folded(b.String())
}

// lines are those of text; none of an empty one.
func lines(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == '\n' })
}

// Origin says where the trace came from and how far it was shrunk.
func (v *Violation) Origin() string {
	f := Finding{Name: v.Name, Seed: v.Seed, Index: v.Index, Original: v.Original, Shrunk: v.Shrunk, Tries: v.Tries}
	return f.Origin()
}
