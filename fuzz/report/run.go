package report

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/result"
)

// Run is what one or several runs left, each thing once.
type Run struct {
	Commands []result.Run
	Subjects []result.Verdict // by name
	Findings []result.Finding // the most severe first
	Stats    []result.Stats
	Mutants  []result.Mutant
	Targets  []result.Target
	Nights   []result.Night // by time
	Troubles []string       // what of the input could not be read
}

// at is name@version. Of a version that is a commit it has the beginning.
func at(name, version string) string {
	if commit.MatchString(version) {
		version = version[:12]
	}
	return strings.TrimSuffix(name+"@"+version, "@")
}

var commit = regexp.MustCompile(`^[0-9a-f]{40}$`)

// key is what makes two findings the same one.
func key(f *result.Finding) string {
	return strings.TrimSpace(fmt.Sprintf("%s %s %s %s %s", at(f.Subject, f.Version), f.Class, f.Verdict, f.File, f.Test))
}

// subjectKey is what makes two verdicts those on the same thing.
func subjectKey(v *result.Verdict) string {
	return fmt.Sprintf("%s %s %s %s", at(v.Subject, v.Version), v.Profile, v.File, v.Test)
}

// arrange drops what is there twice, and sorts.
func (r *Run) arrange() {
	r.Commands = latest(r.Commands, func(c *result.Run) string { return c.Command + c.Version + c.Commit })
	r.Subjects = latest(r.Subjects, subjectKey)
	r.Stats = latest(r.Stats, func(s *result.Stats) string { return at(s.Subject, s.Version) })
	r.Mutants = latest(r.Mutants, func(m *result.Mutant) string { return m.Name })
	r.Targets = latest(r.Targets, func(t *result.Target) string { return t.Package + " " + t.Target + " " + t.Engine })
	r.Nights = latest(r.Nights, func(n *result.Night) string { return n.Time + n.Command })
	r.Findings = once(r.Findings)
	slices.SortStableFunc(r.Subjects, func(a, b result.Verdict) int { return strings.Compare(subjectKey(&a), subjectKey(&b)) })
	slices.SortStableFunc(r.Nights, func(a, b result.Night) int { return strings.Compare(a.Time, b.Time) })
	slices.SortStableFunc(r.Findings, severest)
}

// latest keeps the last item of each key, in the place of the first.
func latest[T any](items []T, key func(*T) string) []T {
	places := map[string]int{}
	var kept []T
	for i := range items {
		k := key(&items[i])
		if at, is := places[k]; is {
			kept[at] = items[i]
			continue
		}
		places[k] = len(kept)
		kept = append(kept, items[i])
	}
	return kept
}

// once keeps each finding once: with the shorter trace, unless one of them is private.
func once(findings []result.Finding) []result.Finding {
	places := map[string]int{}
	var kept []result.Finding
	for _, f := range findings {
		at, is := places[key(&f)]
		switch {
		case !is:
			places[key(&f)] = len(kept)
			kept = append(kept, f)
		case kept[at].Private:
		case f.Private || f.Trace != "" && len(f.Trace) <= len(kept[at].Trace) || kept[at].Trace == "":
			kept[at] = f
		}
	}
	return kept
}

// severest orders findings by what has to be looked at first.
func severest(a, b result.Finding) int {
	known := func(f *result.Finding) int {
		if f.Known {
			return 1
		}
		return 0
	}
	inferred := func(f *result.Finding) int {
		if f.Certainty == model.Inferred {
			return 1
		}
		return 0
	}
	rule := func(f *result.Finding) int {
		if id, ok := model.FindRule(f.Rule); ok {
			return int(id)
		}
		return 1 << 16
	}
	return cmp.Or(
		cmp.Compare(b.Verdict, a.Verdict),
		cmp.Compare(known(&a), known(&b)),
		cmp.Compare(inferred(&a), inferred(&b)),
		cmp.Compare(rule(&a), rule(&b)),
		strings.Compare(a.Class, b.Class),
		strings.Compare(at(a.Subject, a.Version), at(b.Subject, b.Version)),
		strings.Compare(a.File+a.Test, b.File+b.Test),
	)
}

// Embargo takes everything but their signatures from the findings of newest releases
// whose owners have not answered, and from lines on such releases what may tell of inputs:
// what is left may be published. newest reports whether a version is one; where in doubt,
// it is.
func (r *Run) Embargo(newest func(subject, version string) bool) {
	for i := range r.Findings {
		f := &r.Findings[i]
		f.Newest = f.Newest || newest(f.Subject, f.Version)
		if f.Private || f.Newest && (!f.Known || strings.HasPrefix(f.Reason, "private")) {
			*f = f.Signature()
		}
	}
	for i := range r.Subjects {
		v := &r.Subjects[i]
		if !newest(v.Subject, v.Version) {
			continue
		}
		if v.Error != "" {
			v.Error = "ended early"
		}
		if v.File != "" {
			v.File = fmt.Sprintf("file %d", i+1)
		}
	}
	for i := range r.Targets {
		if t := &r.Targets[i]; t.Off != "" {
			t.Off = "ended early" // it may name the input of any subject
		}
	}
	r.arrange()
}
