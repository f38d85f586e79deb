package report

import (
	"fmt"

	"github.com/pongcheck/pongcheck/props/result"
)

// Change is how one run differs from an earlier one.
type Change struct {
	Troubles []string // the parts of the earlier run that could not be read
	Nothing  bool     // the earlier run has no results: there is nothing to compare with

	New     []result.Finding // found in the later run only
	Unknown []result.Finding // found in both runs, and known in the earlier one only
	Known   []result.Finding // found in both runs, and known in the later one only
	Gone    []result.Finding // not found in the later run, which tried their subjects to the end
	Untried []result.Finding // not found in the later run, which did not try their subjects to the end
	Kept    int              // findings of both runs
	Mutants []string         // sentences on the mutants that only one of the runs found
}

// Compare compares the findings of two runs. Two findings are the same one if subject,
// class and verdict are equal. Classes become finer with time: the id of a rule in the earlier
// run stands for all classes of the rule, if the later run has only finer ones. Version and profile count only if a run has several of the
// subject, so that a release is compared with the one before it. The version of a fuzz
// target never counts.
func Compare(before, after *Run) *Change {
	c := &Change{Troubles: before.Troubles, Nothing: before.Empty()}
	if c.Nothing {
		return c
	}
	targets := targetsOf(before, after)
	name := placesOf(targets, before, after)
	same := func(f *result.Finding) failure {
		k := failure{name(f.Subject, f.Version, f.Profile), f.Class, f.Verdict}
		if k.test = f.Test; f.Line > 0 {
			k.file = f.File
		}
		return k
	}
	was, is, finer := map[failure]*result.Finding{}, map[failure]bool{}, map[failure]bool{}
	for i := range before.Findings {
		f := &before.Findings[i]
		was[same(f)] = f
	}
	for i := range after.Findings {
		is[same(&after.Findings[i])] = true
	}
	for _, f := range after.Findings {
		key := same(&f)
		if coarse := key.ofRule(&f); was[key] == nil && was[coarse] != nil && !is[coarse] {
			key = coarse
			finer[key] = true
		}
		switch b := was[key]; {
		case b == nil:
			c.New = append(c.New, f)
			continue
		case b.Known && !f.Known:
			c.Unknown = append(c.Unknown, f)
		case f.Known && !b.Known:
			c.Known = append(c.Known, f)
		}
		c.Kept++
	}
	tried := after.triedToTheEnd(name)
	for _, f := range before.Findings {
		by := name(f.Subject, f.Version, f.Profile)
		if t := targetOf(f.Subject, f.Test); targets[t] {
			by = name(t, "", "") // its subject may have been tried by others only
		}
		switch {
		case is[same(&f)] || finer[same(&f)]:
		case tried[by]:
			c.Gone = append(c.Gone, f)
		default:
			c.Untried = append(c.Untried, f)
		}
	}
	c.compareMutants(before, after)
	return c
}

// named returns the place of a subject.
type named func(subject, version, profile string) place

// targetsOf returns the names of the fuzz targets and tests of properties of nights.
func targetsOf(runs ...*Run) map[string]bool {
	targets := map[string]bool{}
	for _, r := range runs {
		for i := range r.Targets {
			targets[r.Targets[i].Package+"."+r.Targets[i].Target] = true
		}
	}
	return targets
}

// placesOf returns a function that leaves out of a place what does not distinguish the
// subjects of two runs.
func placesOf(targets map[string]bool, runs ...*Run) named {
	versions, profiles := several{}, several{}
	for _, r := range runs {
		version, profile := map[string]string{}, map[string]string{}
		see := func(subject, v, p string) {
			versions.recordValue(version, subject, v)
			if p != "" {
				profiles.recordValue(profile, subject, p)
			}
		}
		for i := range r.Subjects {
			see(r.Subjects[i].Subject, r.Subjects[i].Version, r.Subjects[i].Profile)
		}
		for i := range r.Findings {
			see(r.Findings[i].Subject, r.Findings[i].Version, r.Findings[i].Profile)
		}
	}
	return func(subject, version, profile string) place {
		p := place{subject: subject}
		if versions[subject] && !targets[subject] {
			p.version = version
		}
		if profiles[subject] {
			p.profile = profile
		}
		return p
	}
}

// several holds the subjects of which a run has more than one version, or profile.
type several map[string]bool

func (s several) recordValue(first map[string]string, subject, one string) {
	if f, is := first[subject]; is && f != one {
		s[subject] = true
	} else {
		first[subject] = one
	}
}

// triedToTheEnd returns the places whose verdicts all ran to their end. A fuzz target was
// tried if anything was executed: a night executes pinned inputs first.
func (r *Run) triedToTheEnd(name named) map[place]bool {
	tried := map[place]bool{}
	for i := range r.Targets {
		if t := &r.Targets[i]; t.Executions > 0 {
			tried[name(t.Package+"."+t.Target, "", "")] = true
		}
	}
	for i := range r.Subjects {
		v := &r.Subjects[i]
		n := name(v.Subject, v.Version, v.Profile)
		whole, is := tried[n]
		tried[n] = v.Error == "" && v.Traces > 0 && (whole || !is)
	}
	return tried
}

func (c *Change) compareMutants(before, after *Run) {
	was := map[string]string{}
	for i := range before.Mutants {
		was[before.Mutants[i].Name] = before.Mutants[i].Found
	}
	for i := range after.Mutants {
		m := &after.Mutants[i]
		if w, is := was[m.Name]; is && (w == never) != (m.Found == never) {
			c.Mutants = append(c.Mutants, fmt.Sprintf("%s was found %s, and now %s", m.Name, foundHow(w), foundHow(m.Found)))
		}
	}
}

// foundHow says which traces found a mutant.
func foundHow(found string) string {
	if found == never {
		return never
	}
	return "by " + found + " traces"
}
