package report

import (
	"fmt"

	"github.com/pongcheck/pongcheck/props/result"
)

// Change is how one run differs from an earlier one.
type Change struct {
	New     []result.Finding
	Gone    []result.Finding // and their subjects were tried to the end
	Untried []result.Finding // nothing is known: their subjects were not, or not to the end
	Kept    int
	Mutants []string // that are found now and were not, or the other way round
}

// Compare compares two runs by their findings, each known by subject, class and verdict,
// and by the version where a run has several of the subject: so a release is compared
// with the one before it.
func Compare(before, after *Run) *Change {
	c := new(Change)
	several := before.several()
	for name := range after.several() {
		several[name] = true
	}
	name := func(subject, version string) string {
		if several[subject] {
			return at(subject, version)
		}
		return subject
	}
	same := func(f *result.Finding) string {
		place := ""
		if f.Line > 0 {
			place = f.File
		}
		return fmt.Sprintf("%s %s %s %s %s", name(f.Subject, f.Version), f.Class, f.Verdict, place, f.Test)
	}
	was, is := map[string]bool{}, map[string]bool{}
	for i := range before.Findings {
		was[same(&before.Findings[i])] = true
	}
	for _, f := range after.Findings {
		if is[same(&f)] = true; was[same(&f)] {
			c.Kept++
		} else {
			c.New = append(c.New, f)
		}
	}
	tried := after.tried(name)
	for _, f := range before.Findings {
		switch {
		case is[same(&f)]:
		case tried[name(f.Subject, f.Version)]:
			c.Gone = append(c.Gone, f)
		default:
			c.Untried = append(c.Untried, f)
		}
	}
	c.mutants(before, after)
	return c
}

// several are the subjects of which a run has more than one version.
func (r *Run) several() map[string]bool {
	one, several := map[string]string{}, map[string]bool{}
	see := func(subject, version string) {
		if v, is := one[subject]; is && v != version {
			several[subject] = true
		}
		one[subject] = version
	}
	for i := range r.Subjects {
		see(r.Subjects[i].Subject, r.Subjects[i].Version)
	}
	for i := range r.Findings {
		see(r.Findings[i].Subject, r.Findings[i].Version)
	}
	return several
}

// tried are the names of what was tried to the end: all that has the name. For fuzz
// targets that means that something was executed, what is pinned first.
func (r *Run) tried(name func(subject, version string) string) map[string]bool {
	tried := map[string]bool{}
	for i := range r.Targets {
		if t := &r.Targets[i]; t.Executions > 0 {
			tried[name(t.Package+"."+t.Target, "")] = true
		}
	}
	for i := range r.Subjects {
		v := &r.Subjects[i]
		n := name(v.Subject, v.Version)
		whole, is := tried[n]
		tried[n] = v.Error == "" && (whole || !is)
	}
	return tried
}

func (c *Change) mutants(before, after *Run) {
	was := map[string]string{}
	for i := range before.Mutants {
		was[before.Mutants[i].Name] = before.Mutants[i].Found
	}
	for i := range after.Mutants {
		m := &after.Mutants[i]
		if w, is := was[m.Name]; is && (w == never) != (m.Found == never) {
			c.Mutants = append(c.Mutants, fmt.Sprintf("%s was found %s, and now %s", m.Name, how(w), how(m.Found)))
		}
	}
}

// how says by what a mutant was found.
func how(found string) string {
	if found == never {
		return never
	}
	return "by " + found + " traces"
}
