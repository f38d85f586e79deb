package main

import (
	"flag"
	"fmt"
	"strings"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
	"github.com/pongcheck/pongcheck/scripts/internal/peers"
)

var peersVerb = verb{
	name:  "peers",
	short: "what each way to choose payloads loses to each kind of peer",
	long: `Peers says which payloads of pings survive which peers, and which trackers do.
Peers, payloads and trackers are models: peers needs no subject, and connects to
nothing.

A ping is lost if no Pong with exactly its payload comes back. The share is
counted exactly over all payloads, each as likely as any other. In parentheses
it is measured on -n of them. Each ping is alone on its way.

A connection of python-websockets 14.1 (issue 1566) is killed if a Pong meets a
ping that the application has given up. The application pings 180 times, every
20 seconds for an hour, and stops waiting when the next ping is due.

A waiter is starved if no Pong ever acknowledges it, by the policy of the
tracker. A waiter is misled if the Pong of an earlier ping acknowledges it, or
one that answers no ping: the peer lives, but need not have seen that ping.
Here -depth pings leave before the first Pong comes back, 16 times on each
connection, until -n have left. Trackers are the reference model with each of
its policies; single-slot refuses all but the first of the pings.

The same flags give the same bytes.
` + peersList(),
	examples: `  pongcheck peers                                payloads, peers and trackers
  pongcheck peers -strategy counter-decimal      a hostile peer can guess those
  pongcheck peers -json | jq 'select(.strategy == "random4")'
`,
	new: newPeers,
}

// peersList returns the lists of the peers and strategies for the page of help.
func peersList() string {
	var b strings.Builder
	var rows [][2]string
	b.WriteString("\nPeers, with the section of RFC 6455 that they break:\n\n")
	for _, p := range peers.All() {
		rows = append(rows, [2]string{fmt.Sprintf("%-12s %-5s", p.Name, orDash(p.Breaks)), p.Does})
	}
	printTerms(&b, rows)
	rows = nil
	b.WriteString("\nStrategies:\n\n")
	for _, s := range peers.Strategies() {
		rows = append(rows, [2]string{s.Name, s.Does})
	}
	printTerms(&b, rows)
	return b.String()
}

// peersRun holds the flags of the verb.
type peersRun struct {
	n        int
	seed     uint64
	depth    int
	strategy *choice
	json     bool
}

const (
	hour     = 180 // pings, one every 20 seconds
	rounds   = 16
	maxDepth = 64
)

func newPeers(f *flag.FlagSet) action {
	p := &peersRun{strategy: newChoice(strategyNames()...)}
	f.IntVar(&p.n, "n", peers.Counted, "measure with `N` pings in each cell")
	f.Uint64Var(&p.seed, "seed", 1, "choose random payloads by this `number`")
	f.IntVar(&p.depth, "depth", 4, "for starved and misled, let this `number` of pings leave together, 1 to 64")
	f.Var(p.strategy, "strategy", "for starved and misled, choose payloads by the strategy of this `name`")
	f.BoolVar(&p.json, "json", false, jsonUsage)
	return p.run
}

func strategyNames() (names []string) {
	for _, s := range peers.Strategies() {
		names = append(names, s.Name)
	}
	return names
}

func peerNames() (names []string) {
	for _, p := range peers.All() {
		names = append(names, p.Name)
	}
	return names
}

func (p *peersRun) run(s *session, names []string) error {
	switch {
	case len(names) > 0:
		return usageError{"peers", fmt.Sprintf("unexpected %q", strings.Join(names, " "))}
	case p.n < 1:
		return usageError{"peers", "-n must be 1 or more"}
	case p.depth < 1 || p.depth > maxDepth:
		return usageError{"peers", fmt.Sprintf("-depth must be 1 to %d", maxDepth)}
	}
	lost, err := p.measureLost(s)
	if err != nil {
		return err
	}
	waiters, err := p.measureWaiters(s)
	if err != nil {
		return err
	}
	s.status.ran = true
	if !p.json {
		p.printTables(s.out, lost, waiters)
	}
	return nil
}

// measureLost tries every strategy against every peer.
func (p *peersRun) measureLost(s *session) (cells []lostCell, err error) {
	before, err := specimenNamed("specimen/asyncio@14.1")
	if err != nil {
		return nil, err
	}
	after, err := specimenNamed("specimen/asyncio@14.2")
	if err != nil {
		return nil, err
	}
	for _, strategy := range peers.Strategies() {
		for _, peer := range peers.All() {
			if err := s.ctx.Err(); err != nil {
				return nil, err
			}
			c := p.measureCell(&strategy, &peer)
			talk := peers.Conversation{Strategy: strategy, Peer: peer, Depth: 1, Rounds: hour, GiveUp: true, Seed: p.seed}
			c.Killed = talk.Drive(before.New(), c.Connections).Killed
			c.KilledAfter = talk.Drive(after.New(), c.Connections).Killed
			if cells = append(cells, c); p.json {
				s.out.json(c.peerLine)
			}
		}
	}
	return cells, nil
}

// measureCell counts and measures the pings that a strategy loses to a peer.
func (p *peersRun) measureCell(strategy *peers.Strategy, peer *peers.Peer) lostCell {
	var c lostCell
	c.exact, _ = peers.Lost(strategy, peer) // known of all of them
	c.measured = peers.Measure(strategy, peer, p.n, p.seed)
	c.peerLine = peerLine{Schema: schema, Type: "peer", Peer: peer.Name, Breaks: peer.Breaks, Strategy: strategy.Name,
		Exact: c.exact.Float(), Fraction: fmt.Sprintf("%d/%d", c.exact.Part, c.exact.Of), Measured: c.measured.Float(), Pings: p.n,
		Connections: (p.n + hour - 1) / hour, Seed: p.seed}
	return c
}

func specimenNamed(name string) (*model.Implementation, error) {
	impl, ok := specimen.Find(name)
	if !ok {
		return nil, fmt.Errorf("there is no %s", name)
	}
	return impl, nil
}

// measureWaiters tries every policy against every peer.
func (p *peersRun) measureWaiters(s *session) (lines []waiterLine, err error) {
	strategy, _ := peers.FindStrategy(p.strategy.value) // it is one of the choices
	talk := peers.Conversation{Strategy: strategy, Depth: p.depth, Rounds: rounds, Seed: p.seed}
	connections := (p.n + rounds*p.depth - 1) / (rounds * p.depth)
	for _, talk.Peer = range peers.All() {
		for policy := model.UpTo; policy <= model.Counter; policy++ {
			if err := s.ctx.Err(); err != nil {
				return nil, err
			}
			t := talk.Drive(peers.Tracker(policy), connections)
			l := waiterLine{Schema: schema, Type: "waiters", Policy: policy.String(), Peer: talk.Peer.Name, Strategy: strategy.Name, Depth: p.depth, Seed: p.seed,
				Pings: t.Sent, Refused: t.Refused, Own: t.Own, Later: t.Later, Misled: t.Misled, Never: t.Never}
			if lines = append(lines, l); p.json {
				s.out.json(l)
			}
		}
	}
	return lines, nil
}
