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
// whose owners have not answered: what is left may be published.
func (r *Run) Embargo() {
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Newest && (!f.Known || strings.HasPrefix(f.Reason, "private")) {
			*f = f.Signature()
		}
	}
}

// Failed reports whether something FAILED that is not known, or a mutant survived.
func (r *Run) Failed() bool {
	return r.count(fails) > 0 || len(r.unexplained()) > 0 || r.survivors() > 0
}

func fails(f *result.Finding) bool { return f.Verdict == model.FAILED && !f.Known }

// Empty reports whether nothing was run, as far as was read.
func (r *Run) Empty() bool {
	return len(r.Subjects)+len(r.Findings)+len(r.Mutants)+len(r.Targets)+len(r.Nights) == 0
}

// count is how many findings are so.
func (r *Run) count(so func(*result.Finding) bool) (n int) {
	for i := range r.Findings {
		if so(&r.Findings[i]) {
			n++
		}
	}
	return n
}

// unexplained are the subjects that FAILED by their verdict, without a finding here
// that says why.
func (r *Run) unexplained() (names []string) {
	for i := range r.Subjects {
		v := &r.Subjects[i]
		explains := func(f *result.Finding) bool {
			return f.Verdict == model.FAILED && f.Subject == v.Subject && f.Version == v.Version
		}
		if v.Verdict == model.FAILED && r.count(explains) == 0 {
			names = append(names, at(v.Subject, v.Version))
		}
	}
	return names
}

// never is how a mutant was found that survived.
const never = "never"

func (r *Run) survivors() (n int) {
	for i := range r.Mutants {
		if r.Mutants[i].Found == never {
			n++
		}
	}
	return n
}

// Verdict is the verdict on all of it in a word.
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
	return worst.String()
}

// CutShort are the runs that ended too early, and why.
func (r *Run) CutShort() (names []string) {
	for i := range r.Subjects {
		if v := &r.Subjects[i]; v.Error != "" {
			names = append(names, fmt.Sprintf("%s: %s", at(v.Subject, v.Version), v.Error))
		}
	}
	if n := r.LastNight(); n != nil && n.Troubles > 0 {
		names = append(names, fmt.Sprintf("the night of %s: not all went as it should have, %d times", n.Time, n.Troubles))
	}
	return names
}

// Sentence says what the verdict is made of.
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
	say(r.count(fails), "new failure", "new failures")
	say(r.count(func(f *result.Finding) bool { return f.Verdict == model.FAILED && f.Known }), "known failure", "known failures")
	say(len(r.unexplained()), "failure without a finding here", "failures without findings here")
	say(r.count(func(f *result.Finding) bool { return f.Verdict == model.NonStrict }), "not strict", "not strict")
	say(r.count(func(f *result.Finding) bool { return f.Verdict == model.Informational }), "for information", "for information")
	if len(parts) == 0 && !r.Empty() {
		parts = append(parts, "no findings")
	}
	say(len(r.Subjects), "verdict on a subject", "verdicts on subjects")
	if n := len(r.Mutants); n > 0 {
		parts = append(parts, fmt.Sprintf("%d of %d mutants found", n-r.survivors(), n))
	}
	say(len(r.Targets), "fuzz target", "fuzz targets")
	say(len(r.Troubles), "part that could not be read", "parts that could not be read")
	say(len(r.CutShort()), "run that ended early", "runs that ended early")
	if len(parts) == 0 {
		return "There was nothing to read."
	}
	return strings.Join(parts, ", ") + "."
}

// Builds are the commands, those of one build of pongcheck together.
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

// LastNight is the last night, or nil.
func (r *Run) LastNight() *result.Night {
	if len(r.Nights) == 0 {
		return nil
	}
	return &r.Nights[len(r.Nights)-1]
}
