package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/scripts/internal/peers"
)

// lostCell is the result of one strategy against one peer.
type lostCell struct {
	peerLine
	exact, measured peers.Share
}

func (p *peersRun) printTables(w io.Writer, lost []lostCell, waiters []waiterLine) {
	fmt.Fprintf(w, "Lost: pings whose own Pong does not come back, in %%, exactly (and measured on %d)\n\n", p.n)
	p.strategyTable(w, lost, "Nothing is lost to",
		func(l *lostCell) bool { return l.exact.Part > 0 || l.measured.Part > 0 },
		func(l *lostCell) string { return percent(l.exact, 3) + " (" + percent(l.measured, 3) + ")" })

	connections, after := lost[0].Connections, 0
	for i := range lost {
		after += lost[i].KilledAfter
	}
	fmt.Fprintf(w, "\nKilled: connections of specimen/asyncio@14.1 that do not live through an hour of %d pings, in %% (measured on %d)\n\n", hour, connections)
	p.strategyTable(w, lost, "None is killed by",
		func(l *lostCell) bool { return l.Killed > 0 },
		func(l *lostCell) string { return percent(shareOf(l.Killed, connections), 1) })
	fmt.Fprintf(w, "Of specimen/asyncio@14.2, after the remedy, %d of %d were killed.\n", after, len(lost)*connections)

	with := fmt.Sprintf("%s, depth %d, measured on %d", p.strategy.value, p.depth, waiters[0].Pings+waiters[0].Refused)
	fmt.Fprintf(w, "\nStarved: waiters that no Pong acknowledges, in %% (%s)\n\n", with)
	policyTable(w, waiters, func(l *waiterLine) int { return l.Never })
	fmt.Fprintf(w, "\nMisled: waiters acknowledged by the Pong of an earlier ping, or by one that answers none, in %% (%s)\n\n", with)
	policyTable(w, waiters, func(l *waiterLine) int { return l.Misled })
}

// strategyTable prints a column for each peer for which happens is true, and names the
// other peers below.
func (p *peersRun) strategyTable(w io.Writer, lines []lostCell, nothing string, happens func(*lostCell) bool, cell func(*lostCell) string) {
	var columns, others []string
	for _, name := range peerNames() {
		if slices.ContainsFunc(lines, func(l lostCell) bool { return l.Peer == name && happens(&l) }) {
			columns = append(columns, name)
		} else {
			others = append(others, name)
		}
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "STRATEGY\t%s", strings.ToUpper(strings.Join(columns, "\t")))
	row := ""
	for i := range lines {
		l := &lines[i]
		if l.Strategy != row {
			row = l.Strategy
			fmt.Fprintf(t, "\n%s", row)
		}
		if slices.Contains(columns, l.Peer) {
			fmt.Fprintf(t, "\t%s", cell(l))
		}
	}
	fmt.Fprintln(t)
	t.Flush()
	if len(others) > 0 {
		fmt.Fprintf(w, "\n%s %s.\n", nothing, strings.Join(others, ", "))
	}
}

// policyTable prints a row for each peer and a column for each policy.
func policyTable(w io.Writer, lines []waiterLine, count func(*waiterLine) int) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprint(t, "PEER")
	for policy := model.UpTo; policy <= model.Counter; policy++ {
		fmt.Fprintf(t, "\t%s", strings.ToUpper(policy.String()))
	}
	row := ""
	for i := range lines {
		l := &lines[i]
		if l.Peer != row {
			row = l.Peer
			fmt.Fprintf(t, "\n%s", row)
		}
		fmt.Fprintf(t, "\t%s", percent(shareOf(count(l), l.Pings), 2))
	}
	fmt.Fprintln(t)
	t.Flush()
}

func shareOf(part, of int) peers.Share { return peers.Share{Part: uint64(part), Of: uint64(of)} }

// percent writes 0 and 100 without digits if they are exact, so that they differ from
// rounded values.
func percent(s peers.Share, digits int) string {
	if s.Of == 0 {
		return "-"
	}
	switch s.Part {
	case 0:
		return "0"
	case s.Of:
		return "100"
	}
	return fmt.Sprintf("%.*f", digits, 100*s.Float())
}
