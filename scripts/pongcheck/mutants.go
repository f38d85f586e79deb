package main

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
	"github.com/pongcheck/pongcheck/props"
	"github.com/pongcheck/pongcheck/props/result"
	"github.com/pongcheck/pongcheck/props/shrink"
	"github.com/pongcheck/pongcheck/props/sweep"
)

var mutantsVerb = verb{
	name:  "mutants",
	args:  "[name...]",
	short: "try the toolkit itself: does it find what was broken on purpose",
	long: `Mutants tries the toolkit itself. It runs random traces on specimens with one
small change each, most of them like a bug that really happened, until one
fails, and shrinks that trace. The family headers gets single frames first, by
the sweep. A name is that of a mutant, such as deep/sorted, or of a family:
tracking, answering, keepalive, isolation, closing, deep, headers, reach,
sending. Without names it tries all, in a few seconds.

Each is tried under as many seeds as there are trials. The table has medians:

  EXECUTIONS   traces up to the first that failed
  SHRUNK       ops of the trace that it shrank to, and of the shortest one of
               the same failure: one that is known, or its own by its
               certificate
  CERTIFIED    yes: everything shorter of a stated alphabet was run and does not
               show the same failure; to N: everything of up to N ops
  CPU MS       processor time of a trial, with the shrink
`,
	examples: `  pongcheck mutants                              all of them
  pongcheck mutants deep tracking/c-string       a family, and one
  pongcheck mutants -trials 15 -seed 100         other seeds, and more of them
`,
	objects: allMutantNames,
	new:     newMutants,
}

// mutants holds the flags of the verb.
type mutants struct {
	n       int
	seed    uint64
	trials  int
	certify int
	corpus  *choice
	json    bool
}

func newMutants(f *flag.FlagSet) action {
	c := &mutants{corpus: newChoice("none", "seeds")}
	f.IntVar(&c.n, "n", 50_000, "give a mutant up after `N` random traces")
	f.Uint64Var(&c.seed, "seed", 1, "choose the random traces by this `number` in the first trial, and by the next ones in the others")
	f.IntVar(&c.trials, "trials", 3, "try each mutant `N` times")
	f.IntVar(&c.certify, "certify", 200_000, "run at most `N` traces to prove that none is shorter; 0 leaves that out")
	f.Var(c.corpus, "corpus", "run the published seeds first: `none` or seeds")
	f.BoolVar(&c.json, "json", false, jsonUsage)
	return c.run
}

func (c *mutants) run(s *session, names []string) error {
	if c.n < 1 || c.trials < 1 {
		return usageError{"mutants", "-n and -trials are 1 at least"}
	}
	if c.certify <= 0 {
		c.certify = -1
	}
	chosen, err := chooseMutants(names)
	if err != nil {
		return err
	}
	if c.json {
		s.out.json(s.runLine(c.seed))
	}
	p := startProgress(s.err, "mutants", mutantState)
	var rows []mutantLine
	for i := range chosen {
		p.enter(fmt.Sprintf("%d of %d", i+1, len(chosen)))
		var row mutantLine
		if row, err = c.huntTrials(s.ctx, &chosen[i], p); err != nil {
			break
		}
		if s.status.ran = true; row.Found == never {
			s.status.failed = true
			p.note("%s survived", row.Name)
		}
		if rows = append(rows, row); c.json {
			s.out.json(row)
		}
	}
	if p.stop(); !c.json && len(rows) > 0 {
		printMutants(s.out, rows)
	}
	return err
}

// mutantState returns the live line of a hunt.
func mutantState(p *progress) string {
	return fmt.Sprintf("%v, %d traces tried, %s", p.stage.Load(), p.tried.Load(), p.seconds())
}

// chooseMutants returns the mutants that are named, and those of families that are named,
// in the order of the names.
func chooseMutants(names []string) (chosen []specimen.Mutant, err error) {
	all := specimen.Mutants()
	if len(names) == 0 {
		return all, nil
	}
	for _, name := range names {
		found := false
		name = strings.TrimPrefix(name, "mutant/")
		for _, m := range all {
			if family, _, _ := strings.Cut(m.Name, "/"); m.Name == name || family == name {
				chosen, found = append(chosen, m), true
			}
		}
		if !found {
			return nil, usageError{"mutants", fmt.Sprintf("unknown mutant %q%s", name, didYouMean(name, allMutantNames()))}
		}
	}
	return chosen, nil
}

// trial is the result of one hunt for a mutant.
type trial struct {
	executions int
	found      *props.Finding // nil: it survived
	cpu        time.Duration
}

// huntTrials hunts a mutant under one seed after the other. The mutant survives if one
// hunt does not find it.
func (c *mutants) huntTrials(ctx context.Context, m *specimen.Mutant, p *progress) (mutantLine, error) {
	l := mutantLine{result.Mutant{Head: headOf("mutant"), Name: m.Name, Mirrors: m.Mirrors}}
	known, err := m.Shortest()
	if err != nil {
		return l, err
	}
	l.Shortest = len(known.Ops) // until it is found
	var executions []int
	var lengths [][2]int // of what it shrank to and of the shortest
	l.Certified = true
	var cpu []time.Duration
	for i := range c.trials {
		t, err := c.huntOnce(ctx, m, c.seed+uint64(i), p)
		if err != nil {
			return l, fmt.Errorf("hunt %s: %w", m.Name, err)
		}
		executions, cpu = append(executions, t.executions), append(cpu, t.cpu)
		l.recordFound(t.found)
		if t.found != nil {
			shortest, err := shortestOf(m, t.found)
			if err != nil {
				return l, err
			}
			lengths = append(lengths, [2]int{len(t.found.Shrunk.Ops), shortest})
			l.recordCertificate(t.found.Certificate)
		}
	}
	l.Executions = median(executions)
	if n := len(lengths); n > 0 {
		slices.SortFunc(lengths, func(a, b [2]int) int { return slices.Compare(a[:], b[:]) })
		l.Shrunk, l.Shortest = lengths[(n-1)/2][0], lengths[(n-1)/2][1]
	}
	if ms := float64(median(cpu).Microseconds()) / 1000; ms > 0 {
		l.CPU = &ms
	}
	return l, nil
}

// shortestOf returns the length of the shortest trace that fails as f does, 0 if nobody
// knows it.
func shortestOf(m *specimen.Mutant, f *props.Finding) (int, error) {
	known, err := m.ShortestOf(f.Class())
	switch {
	case err != nil:
		return 0, err
	case known != nil:
		return len(known.Ops), nil
	case f.Certificate != nil && f.Certificate.Whole:
		return len(f.Shrunk.Ops), nil
	}
	return 0, nil
}

// huntOnce runs traces until one fails.
func (c *mutants) huntOnce(ctx context.Context, m *specimen.Mutant, seed uint64, p *progress) (t trial, err error) {
	profile, ok := model.FindProfile(m.Profile)
	if !ok {
		return t, fmt.Errorf("unknown profile %q", m.Profile)
	}
	hunting, stop := context.WithCancel(ctx)
	defer stop()
	before, _ := cpuTime()
	o := props.Options{Seed: seed, N: c.n, Certify: c.certify, NoCorpus: c.corpus.value == "none", Sweep: -1, Found: func(f *props.Finding) {
		if f.Verdict == model.FAILED && t.found == nil {
			t.found = f
			stop()
		}
	}}
	if m.Swept {
		o.Sweep = sweep.Cells
	}
	r, err := props.Run(hunting, profile, p.countTraces(m.Implementation()), o)
	after, _ := cpuTime()
	t.executions, t.cpu = r.Traces+r.Frames, after-before
	if t.found != nil {
		err = nil
	}
	return t, err
}

// median returns the lower median of a list, or 0 for an empty one.
func median[T int | time.Duration](list []T) T {
	if len(list) == 0 {
		return 0
	}
	slices.Sort(list)
	return list[(len(list)-1)/2]
}

// never is the value of Found for a mutant that survived.
const never = "never"

// recordFound records how one trial found the mutant. One trial that did not find it makes
// Found never.
func (l *mutantLine) recordFound(f *props.Finding) {
	switch {
	case f == nil || l.Found == never:
		l.Found = never
	case f.Swept:
		l.Found = "sweep"
	case f.Name == "":
		l.Found = "random"
	case l.Found == "":
		l.Found = "corpus"
	}
}

// recordCertificate records up to which length a trial proved that no trace is shorter.
// The trial that proved least counts.
func (l *mutantLine) recordCertificate(c *shrink.Certificate) {
	whole, below := c != nil && c.Whole, 0
	if c != nil {
		below = c.Below
	}
	if !whole && (l.Certified || below < l.Below) {
		l.Certified, l.Below = false, below
	}
}

func printMutants(out *output, rows []mutantLine) {
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "MUTANT\tFOUND BY\tEXECUTIONS\tSHRUNK\tCERTIFIED\tCPU MS\tMIRRORS")
	alive := 0
	for _, r := range rows {
		if r.Found == never {
			alive++
		}
		fmt.Fprintf(t, "%s\t%s\t%d\t%s\t%s\t%s\t%s\n", r.Name, r.Found, r.Executions, r.lengthsText(), r.certifiedText(), r.cpuText(), orDash(r.Mirrors))
	}
	t.Flush()
	out.printf("\n%d mutants, %d survived\n", len(rows), alive)
}

// lengthsText returns the length of the shrunk trace and of the shortest known one.
func (l *mutantLine) lengthsText() string {
	if l.Shrunk == 0 {
		return fmt.Sprintf("-/%d", l.Shortest)
	}
	return fmt.Sprintf("%d/%d", l.Shrunk, l.Shortest)
}

func (l *mutantLine) certifiedText() string {
	switch {
	case l.Shrunk == 0:
		return "-"
	case l.Certified:
		return "yes"
	}
	return fmt.Sprintf("to %d", l.Below)
}

func (l *mutantLine) cpuText() string {
	if l.CPU == nil {
		return "-"
	}
	return fmt.Sprintf("%.1f", *l.CPU)
}
