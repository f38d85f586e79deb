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

// Run holds the results of one or several runs, each thing once.
type Run struct {
	Commands []result.Run
	Subjects []result.Verdict // by name
	Findings []result.Finding // the most severe first
	Stats    []result.Stats
	Grids    []result.Grid // by subject
	Mutants  []result.Mutant
	Targets  []result.Target
	Nights   []result.Night // by time
	Troubles []string       // parts of the input that could not be read
}

// nameAt returns name@version. It shortens a version that is a commit.
func nameAt(name, version string) string {
	if commit.MatchString(version) {
		version = version[:12]
	}
	return strings.TrimSuffix(name+"@"+version, "@")
}

var commit = regexp.MustCompile(`^[0-9a-f]{40}$`)

// place says what was judged. Findings and verdicts with the same place belong together.
type place struct{ subject, version, profile, file, test string }

func findingPlace(f *result.Finding) place {
	return place{f.Subject, f.Version, f.Profile, f.File, f.Test}
}

func verdictPlace(v *result.Verdict) place {
	return place{v.Subject, v.Version, v.Profile, v.File, v.Test}
}

func (p place) compare(q place) int {
	return cmp.Or(strings.Compare(nameAt(p.subject, p.version), nameAt(q.subject, q.version)), strings.Compare(p.profile, q.profile),
		strings.Compare(p.file, q.file), strings.Compare(p.test, q.test))
}

// belongsTo reports whether a finding belongs to a verdict. A finding without a profile
// belongs to the verdicts by all profiles. A signature, which has neither a file nor a
// test, belongs to all verdicts on its subject.
func belongsTo(f *result.Finding, v *result.Verdict) bool {
	p, q := findingPlace(f), verdictPlace(v)
	if p.profile == "" {
		p.profile = q.profile
	}
	if f.Private {
		p.file, p.test = q.file, q.test
	}
	return p == q
}

// failure identifies a finding: two with the same one are the same.
type failure struct {
	place
	class   string
	verdict model.Verdict
}

func (f failure) String() string {
	return strings.Join([]string{nameAt(f.subject, f.version), f.class, f.verdict.String(), f.profile, f.file, f.test}, " ")
}

// ofRule is the failure with the class that an earlier pongcheck may have given it: the id of its
// rule.
func (f failure) ofRule(of *result.Finding) failure {
	f.class = of.Rule
	return f
}

func failureOf(f *result.Finding) failure { return failure{findingPlace(f), f.Class, f.Verdict} }

// dropRepeatsAndSort keeps each thing once, and sorts.
func (r *Run) dropRepeatsAndSort() {
	type names [3]string
	r.Commands = keepLatest(r.Commands, func(c *result.Run) names { return names{c.Command, c.Version, c.Commit} })
	r.Subjects = keepLatest(r.Subjects, verdictPlace)
	r.Stats = keepLatest(r.Stats, func(s *result.Stats) names { return names{s.Subject, s.Version} })
	r.Grids = keepLatest(r.Grids, func(g *result.Grid) names { return names{g.Subject, g.Version, g.Profile} })
	r.Mutants = keepLatest(r.Mutants, func(m *result.Mutant) string { return m.Name })
	r.Targets = keepLatest(r.Targets, func(t *result.Target) names { return names{t.Package, t.Target, t.Engine} })
	r.Nights = keepLatest(r.Nights, func(n *result.Night) names { return names{n.Time, n.Command} })
	r.Findings = keepOnce(r.Findings)
	slices.SortStableFunc(r.Subjects, func(a, b result.Verdict) int { return verdictPlace(&a).compare(verdictPlace(&b)) })
	slices.SortStableFunc(r.Nights, func(a, b result.Night) int { return strings.Compare(a.Time, b.Time) })
	slices.SortStableFunc(r.Findings, compareSeverity)
}

// keepLatest keeps the last item of each key, in the place of the first.
func keepLatest[T any, K comparable](items []T, key func(*T) K) []T {
	places := map[K]int{}
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

// keepOnce keeps each finding once, with the shorter trace, or as a signature if one of
// them is private. It is known if the last one is.
func keepOnce(findings []result.Finding) []result.Finding {
	places := map[failure]int{}
	var kept []result.Finding
	for _, f := range findings {
		key := failureOf(&f)
		at, is := places[key]
		switch {
		case !is:
			places[key] = len(kept)
			kept = append(kept, f)
			continue
		case kept[at].Private:
		case f.Private || f.Trace != "" && len(f.Trace) <= len(kept[at].Trace) || kept[at].Trace == "":
			kept[at] = f
		}
		kept[at].Known, kept[at].Reason = f.Known, f.Reason
	}
	return kept
}

// compareSeverity puts first what people should look at first.
func compareSeverity(a, b result.Finding) int {
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
		findingPlace(&a).compare(findingPlace(&b)),
	)
}

// Embargo removes what may not be published. Of findings in newest releases that their
// owners may not know of it keeps the signatures. It also removes texts on such releases
// that may contain inputs. newest reports whether a version is one; in doubt it says yes.
func (r *Run) Embargo(newest func(subject, version string) bool) {
	for i := range r.Findings {
		f := &r.Findings[i]
		f.Newest = f.Newest || newest(f.Subject, f.Version)
		if f.Private || f.Newest && (!f.Known || result.Withheld(f.Reason)) {
			*f = f.Signature()
		}
	}
	for i := range r.Grids {
		if g := &r.Grids[i]; newest(g.Subject, g.Version) {
			r.withhold(g)
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
	for i := range r.Nights {
		r.Nights[i].Trouble = nil // nor what a process printed last
	}
	r.dropRepeatsAndSort()
}
