package props

import (
	"fmt"
	"strings"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/concurrent"
	"github.com/pongcheck/pongcheck/props/metamorphic"
	"github.com/pongcheck/pongcheck/props/result"
	"github.com/pongcheck/pongcheck/props/shrink"
)

// Finding is a failure of a subject, or something less, with the trace that showed it
// first and the simplest one that the shrinker found.
//
// One of three things is its evidence: the model found the Breach of a rule, a
// metamorphic property does not hold (Violation), or no order explains what several
// goroutines did at once (History).
type Finding struct {
	Verdict   model.Verdict
	Certainty model.Certainty
	Vantage   model.Vantage

	Implementation *model.Implementation
	Profile        model.Profile
	Name           string // of the trace, if it was stored, or is of the corpus or the sweep
	Swept          bool   // the sweep found it
	Seed, Index    uint64 // of the trace, if it was generated
	Original       *model.Trace
	Shrunk         *model.Trace
	Tries          int  // that the shrink took
	Flaky          bool // when the shrunk trace ran again, it did not always fail

	// Report is the report on the shrunk trace, transcript included, and Breach the one
	// of its findings that this is about. It is the report on the original when the
	// shrunk trace never failed again.
	Breach *model.Finding
	Report *model.Report
	Shown  int // how many traces of the run, single frames of the sweep included, showed one of its class
	Way    int // from 2: one more finding of the class of its Breach, which shows in another way; else 0
	Runs   int // how often the shrunk trace ran again
	Failed int // how often it failed then

	// Certificate says how far it was proved that no trace is shorter; nil if that
	// was not tried.
	Certificate *shrink.Certificate

	// Violation is what two runs of the shrunk trace, or one, showed of a property.
	Violation *metamorphic.Violation

	// History is what goroutines did, and Flaw what is wrong with it. It is the history
	// of Shrunk, or of Original if Flaky: then no schedule that a seed can repeat
	// showed it. Shrunk has the seed of the schedule.
	History *concurrent.History
	Flaw    *concurrent.Flaw
}

// Class names the failure: findings of one class are taken for one bug. It is the id of
// the rule, with the class of a crash or the cause, or "property" and the name of the property.
// A number follows where the rule was broken in more than one way: see Way.
func (f *Finding) Class() string {
	switch {
	case f.Violation != nil:
		return result.OfProperties + " " + f.Violation.Property.Name
	case f.Flaw != nil:
		return f.Flaw.Class()
	}
	if f.Way > 0 {
		return fmt.Sprintf("%s %d", f.Breach.Class(), f.Way)
	}
	return f.Breach.Class()
}

// Sentence says what was found.
func (f *Finding) Sentence() string {
	switch {
	case f.Violation != nil:
		return "not so: " + f.Violation.Property.Sentence
	case f.Flaw != nil:
		return f.Flaw.Sentence
	}
	return f.Breach.Sentence()
}

// Origin says where the trace came from and how far it was shrunk.
func (f *Finding) Origin() string {
	s := "trace " + f.Name
	if f.Name == "" {
		s = fmt.Sprintf("trace %d of seed %d", f.Index, f.Seed)
	}
	switch {
	case f.Flaw != nil && f.Flaky:
		return s + ", as the machine scheduled it; no schedule of a seed showed it again"
	case f.Flaw != nil || f.Tries > 0:
		s += fmt.Sprintf("; shrunk from %d ops to %d in %d tries", len(f.Original.Ops), len(f.Shrunk.Ops), f.Tries)
	}
	if f.Flaky {
		s += fmt.Sprintf("; flaky: it failed %d times of %d when it ran again", f.Failed, f.Runs)
	}
	return s
}

// Line is the finding for programs.
func (f *Finding) Line() result.Finding {
	if f.Breach != nil {
		l := result.FindingOf(f.Implementation.Name, f.Implementation.Version, f.Report, f.Breach)
		l.Class = f.Class()
		f.addTrace(&l)
		return l
	}
	l := result.Finding{Head: result.HeadOf("finding"), Subject: f.Implementation.Name, Version: f.Implementation.Version,
		Rule: result.OfProperties, Profile: f.Profile.Name, Verdict: f.Verdict, Certainty: f.Certainty, Vantage: f.Vantage,
		Class: f.Class(), Sentence: f.Sentence(), Origin: f.Origin()}
	if f.Flaw != nil { // a trace and its numbers do not repeat what many goroutines did at once
		l.Rule, l.Seen = f.Flaw.Rule.ID, f.History.String()
		return l
	}
	l.Want, l.Seen = result.Differ(f.Violation.Want, f.Violation.Got)
	for _, r := range f.Violation.Runs {
		l.Runs = append(l.Runs, r.String())
	}
	if f.Violation.Broken != nil {
		l.Innocent = f.Violation.Broken.Innocent
	}
	f.addTrace(&l)
	return l
}

// addTrace adds the shrunk trace and where it came from.
func (f *Finding) addTrace(l *result.Finding) {
	if f.Name == "" {
		l.Seed, l.Index = &f.Seed, &f.Index
	}
	l.Profile, l.Origin, l.Trace, l.Role = f.Profile.Name, f.Origin(), f.Shrunk.String(), f.Shrunk.Config.Role.String()
}

// Transcripts are the conversations that show the finding; what many goroutines did at
// once has none.
func (f *Finding) Transcripts() []*model.Transcript {
	switch {
	case f.Violation != nil:
		return f.Violation.Runs
	case f.Report != nil && f.Report.Transcript != nil:
		return []*model.Transcript{f.Report.Transcript}
	}
	return nil
}

// String is the finding for people, mostly on one screen: the rule, what was found,
// the conversation that shows it, and that as a trace.
func (f *Finding) String() string {
	switch {
	case f.Violation != nil:
		return model.Plain(f.describeViolation())
	case f.Flaw != nil:
		return model.Plain(f.describeFlaw())
	}
	return model.Plain(f.describeBreach())
}

// subjectLine says what was tried, under which profile.
func (f *Finding) subjectLine() string {
	return fmt.Sprintf("  subject: %s, profile %s\n", f.subjectName(), f.Profile.Name)
}

// subjectName is the name of the subject with its version.
func (f *Finding) subjectName() string {
	return strings.TrimSpace(f.Implementation.Name + " " + f.Implementation.Version)
}
