package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/result"
)

// Failed reports whether something FAILED that is not known, or a mutant survived.
func (r *Run) Failed() bool {
	return r.countFindings(isNewFailure) > 0 || len(r.unexplainedFailures()) > 0 || len(r.Survivors()) > 0
}

func isNewFailure(f *result.Finding) bool { return f.Verdict == model.FAILED && !f.Known }

// Empty reports whether the results show no run. Nights do not count: those of a store
// say what other machines did.
func (r *Run) Empty() bool {
	return len(r.Findings)+len(r.Mutants) == 0 &&
		!slices.ContainsFunc(r.Subjects, func(v result.Verdict) bool { return v.Traces > 0 }) &&
		!slices.ContainsFunc(r.Targets, func(t result.Target) bool { return t.Executions > 0 })
}

// countFindings counts the findings for which so is true.
func (r *Run) countFindings(so func(*result.Finding) bool) (n int) {
	for i := range r.Findings {
		if so(&r.Findings[i]) {
			n++
		}
	}
	return n
}

// unexplainedFailures returns the subjects that FAILED by their verdict, but have no
// finding here that says why.
func (r *Run) unexplainedFailures() (names []string) {
	for i := range r.Subjects {
		v := &r.Subjects[i]
		explains := func(f *result.Finding) bool {
			return f.Verdict == model.FAILED && belongsTo(f, v)
		}
		if v.Verdict == model.FAILED && r.countFindings(explains) == 0 {
			names = append(names, nameAt(v.Subject, v.Version))
		}
	}
	return names
}

// never is the value of Found for a mutant that survived.
const never = "never"

// Verdict returns the verdict on the whole run in a word.
func (r *Run) Verdict() string {
	switch {
	case r.Failed():
		return model.FAILED.String()
	case r.Empty():
		return "NOTHING WAS RUN"
	case len(r.Troubles) > 0 || len(r.CutShort()) > 0:
		return "INCOMPLETE"
	}
	worst := model.OK
	for i := range r.Findings {
		if f := &r.Findings[i]; !f.Known {
			worst = max(worst, f.Verdict)
		}
	}
	for i := range r.Subjects {
		if v := r.Subjects[i].Verdict; v < model.FAILED { // else a known finding explains it
			worst = max(worst, v)
		}
	}
	return worst.String()
}

// CutShort returns the runs that ended too early, and why.
func (r *Run) CutShort() (names []string) {
	for i := range r.Subjects {
		v := &r.Subjects[i]
		why := v.Error
		if v.Traces == 0 {
			why = cmp.Or(why, "no trace was run")
		}
		if why != "" {
			names = append(names, fmt.Sprintf("%s: %s", nameAt(v.Subject, v.Version), why))
		}
	}
	if n := r.LastNight(); n != nil && n.Troubles > 0 {
		often := "once"
		if n.Troubles > 1 {
			often = fmt.Sprintf("%d times", n.Troubles)
		}
		night := fmt.Sprintf("the night of %s: %s something did not go as it should have", n.Time, often)
		names = append(names, strings.Join(append([]string{night}, n.Trouble...), "; "))
	}
	return names
}

// Sentence counts what led to the verdict.
func (r *Run) Sentence() string {
	var parts []string
	say := func(n int, one, many string) {
		switch {
		case n == 1:
			parts = append(parts, "1 "+one)
		case n > 1:
			parts = append(parts, fmt.Sprintf("%d %s", n, many))
		}
	}
	say(r.countFindings(isNewFailure), "failure not known before", "failures not known before")
	say(r.countFindings(func(f *result.Finding) bool { return f.Verdict == model.FAILED && f.Known }), "known failure", "known failures")
	say(len(r.unexplainedFailures()), "failure without a finding here", "failures without findings here")
	say(r.countFindings(func(f *result.Finding) bool { return f.Verdict == model.NonStrict }), "not strict", "not strict")
	say(r.countFindings(func(f *result.Finding) bool { return f.Verdict == model.Informational }), "for information", "for information")
	if len(parts) == 0 && !r.Empty() {
		parts = append(parts, "no findings")
	}
	say(len(r.Subjects), "verdict on a subject", "verdicts on subjects")
	if n := len(r.Mutants); n > 0 {
		parts = append(parts, fmt.Sprintf("%d of %d mutants found", n-len(r.Survivors()), n))
	}
	say(len(r.Targets), "fuzz target", "fuzz targets")
	say(len(r.Troubles), "part that could not be read", "parts that could not be read")
	say(len(r.CutShort()), "run that ended early", "runs that ended early")
	if len(parts) == 0 {
		return "There was nothing to read."
	}
	return strings.Join(parts, ", ") + "."
}

// Builds returns the commands by the build of pongcheck that ran them.
func (r *Run) Builds() (builds [][]result.Run) {
next:
	for _, c := range r.Commands {
		for i, b := range builds {
			if b[0].Version == c.Version && b[0].Commit == c.Commit && b[0].Go == c.Go && b[0].System == c.System {
				builds[i] = append(b, c)
				continue next
			}
		}
		builds = append(builds, []result.Run{c})
	}
	return builds
}

// LastNight returns the last night, of all machines of a fleet, or nil.
func (r *Run) LastNight() *result.Night {
	nights := r.RecentNights()
	if len(nights) == 0 {
		return nil
	}
	return &nights[len(nights)-1]
}
