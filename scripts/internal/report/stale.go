package report

import (
	"slices"
	"strings"

	"github.com/pongcheck/pongcheck/props/result"
)

// part is what one file added to a run.
type part struct{ from, to mark }

// mark counts the items of a run when it is set.
type mark struct{ nights, targets, subjects, findings int }

func (r *Run) markCounts() mark {
	return mark{len(r.Nights), len(r.Targets), len(r.Subjects), len(r.Findings)}
}

// onlyNight returns the night of a file, or nil if the file has none or several. A file of
// several was written by a report, and does not say which findings belong to which.
func (r *Run) onlyNight(p part) *result.Night {
	if p.to.nights != p.from.nights+1 {
		return nil
	}
	return &r.Nights[p.from.nights]
}

// ran is a fuzz target, or a test of properties, in nights of a number of machines.
type ran struct{ target, machines string }

// dropStale drops the findings of targets that ran again in a later night. A night replays
// what failed before, and reports it again if it still fails.
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

// fleetSize returns the number of machines of a night's fleet, in digits.
func fleetSize(n *result.Night) string {
	_, of, _ := strings.Cut(n.Shard, "/")
	return of
}

// targetOf returns the target of a night that reported on a subject: a test, or a fuzz
// target, which is its own subject.
func targetOf(subject, test string) string {
	if test == "" {
		return subject
	}
	folder, name, _ := strings.Cut(test, " ")
	name, _, _ = strings.Cut(name, "/")
	return folder + "." + name
}

// deleteAt deletes the items at some places.
func deleteAt[T any](items []T, places map[int]bool) []T {
	i := -1
	return slices.DeleteFunc(items, func(T) bool { i++; return places[i] })
}
