package report

import (
	"slices"
	"strings"

	"github.com/pongcheck/pongcheck/props/result"
)

// part is what one file added to a run.
type part struct{ from, to mark }

// mark is how much of what a night leaves a run has.
type mark struct{ nights, targets, subjects, findings int }

func (r *Run) markCounts() mark {
	return mark{len(r.Nights), len(r.Targets), len(r.Subjects), len(r.Findings)}
}

// onlyNight is the night that a file tells of, or nil. One of several nights was written by a
// report, and does not tell them apart.
func (r *Run) onlyNight(p part) *result.Night {
	if p.to.nights != p.from.nights+1 {
		return nil
	}
	return &r.Nights[p.from.nights]
}

// ran is a fuzz target, or a test of properties, in the nights of so many machines.
type ran struct{ target, machines string }

// dropStale drops what was found by a target that ran again in a later night: a night
// replays what failed before, and tells it again if it still does.
func (r *Run) dropStale(parts []part) {
	newest := map[ran]*result.Night{}
	for _, p := range parts {
		n := r.onlyNight(p)
		if n == nil {
			continue
		}
		for _, t := range r.Targets[p.from.targets:p.to.targets] {
			key := ran{t.Package + "." + t.Target, fleetSize(n)}
			if m := newest[key]; t.Executions > 0 && (m == nil || m.Time < n.Time) {
				newest[key] = n
			}
		}
	}
	verdicts, findings := map[int]bool{}, map[int]bool{}
	for _, p := range parts {
		n := r.onlyNight(p)
		if n == nil {
			continue
		}
		stale := func(subject, test string) bool {
			m := newest[ran{targetOf(subject, test), fleetSize(n)}]
			return m != nil && m.Time > n.Time && !oneNight(n, m)
		}
		for i := p.from.subjects; i < p.to.subjects; i++ {
			verdicts[i] = stale(r.Subjects[i].Subject, r.Subjects[i].Test)
		}
		for i := p.from.findings; i < p.to.findings; i++ {
			findings[i] = stale(r.Findings[i].Subject, r.Findings[i].Test)
		}
	}
	r.Subjects, r.Findings = deleteAt(r.Subjects, verdicts), deleteAt(r.Findings, findings)
}

// fleetSize says of how many machines' fleet a night is.
func fleetSize(n *result.Night) string {
	_, of, _ := strings.Cut(n.Shard, "/")
	return of
}

// targetOf is what a night ran that told of a subject: a test, or else a fuzz target,
// which is its own subject.
func targetOf(subject, test string) string {
	if test == "" {
		return subject
	}
	folder, name, _ := strings.Cut(test, " ")
	name, _, _ = strings.Cut(name, "/")
	return folder + "." + name
}

// deleteAt is a list without the items at some places.
func deleteAt[T any](items []T, places map[int]bool) []T {
	i := -1
	return slices.DeleteFunc(items, func(T) bool { i++; return places[i] })
}
