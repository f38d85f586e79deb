package nightly

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/result"
	"github.com/pongcheck/pongcheck/scripts/internal/process"
	"github.com/pongcheck/pongcheck/scripts/internal/report"
)

// property is a test that checks properties: see propertyTests.
type property struct {
	Target
	mirror string // of its module, where the test runs
	binary string
	race   bool // the binary is built with the race detector
	tally  *tally
	off    string // why it checked nothing
	lines  []any  // JSON lines: its verdicts, and findings that are no failures
}

// propertyEngine is the name of the engine in results of tests of properties, which choose their
// inputs themselves.
const propertyEngine = "properties"

const (
	// propertyShare is the part of the budget that the tests of properties share evenly, after
	// fuzzing. Each ends by itself when its time is used up.
	propertyShare = 0.1

	// leastForProperty is the least time of a test. Some subjects need a second to start.
	leastForProperty = 5 * time.Second

	// countedPropertyLimit is the time of a test if inputs are counted: it ends one that hangs.
	countedPropertyLimit = 10 * time.Second
)

// runProperties runs the tests of properties with the seed of the night.
func (n *night) runProperties() {
	if len(n.properties) == 0 {
		return
	}
	limit := propertyLimit(n.Budget, len(n.properties))
	if n.Inputs > 0 {
		limit = countedPropertyLimit
	}
	for _, p := range n.properties {
		if n.ctx.Err() != nil {
			return
		}
		n.enter("running %s with seed %d", p, n.propertySeed())
		if err := n.runProperty(p, limit); err != nil {
			n.addTrouble(fmt.Errorf("%s: %w", p, err))
		}
	}
}

// propertyLimit returns the time that each of some tests has.
func propertyLimit(budget time.Duration, tests int) time.Duration {
	return max(leastForProperty, time.Duration(propertyShare*float64(budget))/time.Duration(tests))
}

// budgetFor returns the budget that gives each of some tests a time.
func budgetFor(each time.Duration, tests int) time.Duration {
	return time.Duration(float64(each) * float64(tests) / propertyShare).Round(time.Second)
}

// propertySeed differs between machines of a fleet that have the same seed.
func (n *night) propertySeed() uint64 { return n.state.Seed + uint64(max(1, n.Shard)) - 1 }

// runProperty runs a test. If that fails, the test runs again as often as time allows, ten times
// at most.
func (n *night) runProperty(p *property, limit time.Duration) error {
	first, err := n.runPropertyOnce(p, limit)
	if err != nil {
		return err
	}
	*p.tally = tally{CPU: first.cpu, Executions: first.traces}
	if p.lines = first.left; len(p.lines) == 0 && len(first.findings) == 0 {
		p.off = "it was skipped, or checks nothing"
	}
	if len(first.findings) == 0 {
		return nil
	}
	enough := usedUp(limit)
	if n.Inputs > 0 {
		enough = nil
	}
	m, err := measure(replays, enough, func() (failed []*failure, err error) {
		again, err := n.runPropertyOnce(p, limit)
		if err != nil {
			return nil, err
		}
		p.tally.CPU += again.cpu
		for _, f := range again.findings {
			failed = append(failed, &failure{signature: f.Signature})
		}
		return failed, nil
	})
	if n.ctx.Err() != nil {
		return n.ctx.Err()
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, f := range first.findings {
		f.Failed, f.Replays = m.failed[f.Signature], m.replays
		if f.State == Stable {
			f.State = classify(f.Failed, m.replays)
		}
		if n.found.findingOf(f.Target, f.Signature) != nil {
			continue // an earlier process of the night reported it
		}
		err = errors.Join(err, n.reportFinding(f))
	}
	return err
}

// propertyRun is the result of one run of a test.
type propertyRun struct {
	cpu      time.Duration
	traces   int
	left     []any      // lines that are no failures
	findings []*Finding // that are
}

// runPropertyOnce runs a test once, and reads the results that it left.
func (n *night) runPropertyOnce(p *property, limit time.Duration) (*propertyRun, error) {
	folder := filepath.Join(n.Dir, propertyEngine, safeFileName(p.String()))
	if err := errors.Join(os.RemoveAll(folder), os.MkdirAll(folder, 0o777)); err != nil {
		return nil, fmt.Errorf("make a folder for the results: %w", err)
	}
	ran := p.testProcess(folder, n.propertySeed(), limit).Run(n.ctx)
	n.mu.Lock()
	n.state.Inside += ran.CPU
	n.mu.Unlock()
	if n.ctx.Err() != nil {
		return nil, n.ctx.Err()
	}
	left, err := report.Read(folder)
	err = errors.Join(err, removeLines(folder))
	out := string(ran.Output)
	if ran.Hung || timedOut.MatchString(out) {
		const more = 4 // times as long
		return nil, fmt.Errorf("it did not end in the %v that it has: -budget %v would give it %v", limit, budgetFor(more*limit, len(n.properties)), more*limit)
	}
	if err != nil {
		return nil, fmt.Errorf("read the results that it left: %w", err)
	}
	r := &propertyRun{cpu: ran.CPU}
	for _, v := range left.Subjects {
		r.left, r.traces = append(r.left, v), r.traces+v.Traces
	}
	for i := range left.Findings {
		l := &left.Findings[i]
		if l.Verdict < model.FAILED {
			again := p.findingOf(l, "", n.propertySeed())
			again.Folder = n.found.relativeFolder(again.Folder)
			l.Replay = again.ReplayCommand()
			r.left = append(r.left, *l)
			continue
		}
		f := p.findingOf(l, out, n.propertySeed())
		if !slices.ContainsFunc(r.findings, func(other *Finding) bool { return other.Signature == f.Signature }) {
			r.findings = append(r.findings, f)
		}
	}
	if ran.Err != nil && len(r.findings) == 0 {
		why := newFailure(out, false)
		r.findings = append(r.findings, p.newFinding(why.signature, why.refineState(Stable), out, n.propertySeed()))
	}
	return r, nil
}

// removeLines removes the files of lines in a folder after they were read. The results of the
// night have the lines, and a report over the folder of the night would read them twice.
func removeLines(folder string) error {
	files, err := os.ReadDir(folder)
	for _, f := range files {
		if filepath.Ext(f.Name()) == result.Ext {
			err = errors.Join(err, os.Remove(filepath.Join(folder, f.Name())))
		}
	}
	return err
}

func (p *property) testProcess(folder string, seed uint64, limit time.Duration) *process.Spec {
	return &process.Spec{
		Dir:         p.folderIn(p.mirror),
		Env:         []string{seedVariable(seed), result.Env + "=" + folder},
		Args:        []string{p.binary, "-test.v", "-test.run=^" + p.Name + "$", "-test.timeout=" + limit.String()},
		Limit:       limit + time.Minute, // the test ends by itself; this ends its children
		LimitMemory: !p.race,
	}
}

func seedVariable(seed uint64) string { return fmt.Sprintf("%s=%d", result.SeedEnv, seed) }

// findingOf makes a finding of a line that the test left.
func (p *property) findingOf(l *result.Finding, out string, seed uint64) *Finding {
	f := p.newFinding(l.Class+" of "+l.Subject, Stable, out, seed)
	f.Line = l
	_, f.Seed, _ = strings.Cut(strings.TrimPrefix(l.Test, p.Path+" "), "/")
	return f
}

// newFinding makes a finding of a failure of the test.
func (p *property) newFinding(signature string, state State, out string, seed uint64) *Finding {
	return &Finding{Target: p.String(), Signature: signature, State: state, Engine: propertyEngine, Race: p.race, Text: out,
		Time: time.Now().UTC(), Folder: p.Dir, Env: seedVariable(seed) + " "}
}

// resultLine is the line of the test in the results.
func (p *property) resultLine() result.Target {
	return result.Target{Head: result.HeadOf("target"), Package: p.Path, Target: p.Name, Engine: propertyEngine,
		Executions: int64(p.tally.Executions), CPU: milliseconds(p.tally.CPU), Off: p.off}
}
