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

// Compare compares two runs by their findings, each known by subject, version, class
// and verdict.
func Compare(before, after *Run) *Change {
	c := new(Change)
	was := map[string]bool{}
	for i := range before.Findings {
		was[key(&before.Findings[i])] = true
	}
	is := map[string]bool{}
	for i := range after.Findings {
		f := after.Findings[i]
		if is[key(&f)] = true; was[key(&f)] {
			c.Kept++
		} else {
			c.New = append(c.New, f)
		}
	}
	tried := after.tried()
	for _, f := range before.Findings {
		switch {
		case is[key(&f)]:
		case tried[at(f.Subject, f.Version)]:
			c.Gone = append(c.Gone, f)
		default:
			c.Untried = append(c.Untried, f)
		}
	}
	c.mutants(before, after)
	return c
}

// tried are the subjects that were tried to the end.
func (r *Run) tried() map[string]bool {
	tried := map[string]bool{}
	for i := range r.Subjects {
		v := &r.Subjects[i]
		tried[at(v.Subject, v.Version)] = v.Error == ""
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
