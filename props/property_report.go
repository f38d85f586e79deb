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
	v.BrokenIn, v.Broken = failedRun(reports)
	for _, r := range reports {
		t := *r.Transcript
		t.Subject, t.Version, t.Profile = v.Implementation.Name, v.Implementation.Version, v.Profile.Name
		v.Runs = append(v.Runs, &t)
	}
}

// String is the violation for people: the sentence, the conversations that break it,
// and what differs in them.
func (v *Violation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s: %s\n", v.Verdict, v.Class(), v.Property.Sentence)
	if v.Verdict < model.FAILED {
		fmt.Fprintf(&b, "  hazard: %s\n", v.Property.Hazard)
	}
	fmt.Fprintf(&b, "  subject: %s, profile %s, proved\n", strings.TrimSpace(v.Implementation.Name+" "+v.Implementation.Version), v.Profile.Name)
	fmt.Fprintf(&b, "  found: %s\n", v.Origin())
	for i, r := range v.Runs {
		if len(v.Runs) > 1 {
			fmt.Fprintf(&b, "  run %d:\n", i+1)
		}
		b.WriteString(indent(r.String(), "    "))
	}
	fmt.Fprintf(&b, "  what differs (- to be expected, + seen):\n%s", indent(cmp.Diff(v.Want, v.Got), "    "))
	return strings.TrimRight(b.String(), "\n")
}

// Origin says where the trace came from and how far it was shrunk.
func (v *Violation) Origin() string {
	f := Finding{Name: v.Name, Seed: v.Seed, Index: v.Index, Original: v.Original, Shrunk: v.Shrunk, Tries: v.Tries}
	return f.Origin()
}
