package main

import (
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/pongcheck/pongcheck/fuzz/subject"
	"github.com/pongcheck/pongcheck/scripts/internal/upstream"
)

// listOutdated asks the registries whether the pinned releases are the newest, and prints the
// table that fuzz/subject/newest.txt keeps. An outdated one makes the exit code 1, a registry that
// does not answer 2.
func listOutdated(s *session, registries *upstream.Registries, now time.Time) error {
	t := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "CHECKED\tPACKAGE\tPINNED\tNEWEST\tRELEASED\tSTATE")
	unknown := 0
	for _, p := range subject.Packages() {
		newest, err := registries.Newest(s.ctx, p.Language, p.Name)
		if err != nil {
			unknown++
			s.reportTrouble(fmt.Errorf("find the newest release of %s: %w", p.Name, err))
			if s.ctx.Err() != nil {
				break
			}
			continue
		}
		state := "newest"
		if newest.Version != p.Pinned {
			state, s.status.failed = "outdated", true
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", now.UTC().Format(time.DateOnly), p.Name, p.Pinned, newest.Version, newest.Time.UTC().Format(time.DateOnly), state)
	}
	t.Flush()
	if unknown > 0 {
		fmt.Fprintf(s.err, "pongcheck: nothing is known of the %d packages that are not in the table: are you offline?\n", unknown)
	}
	s.status.ran = true
	return nil
}
