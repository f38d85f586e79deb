package nightly

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/pongcheck/pongcheck/corpus"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/result"
	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

// resultLine is the line of the finding in the results. The harness of this project begins its
// signatures with a rule; for other targets the rule is "target". Two machines of a fleet that
// find the same thing write the same line but for the replay, so that a report lists it once.
func (f *Finding) resultLine(commit string) result.Finding {
	if f.Line != nil {
		l := *f.Line
		l.Replay = f.ReplayCommand()
		if f.State != Stable && f.Engine != propertyEngine {
			l.Certainty, l.Sentence = model.Inferred, l.Sentence+" ("+f.Reproducibility()+")"
		}
		return l
	}
	l := result.Finding{Head: result.HeadOf("finding"), Subject: f.Target, Version: commit, Rule: "target", Verdict: f.Verdict(),
		Certainty: model.Proved, Vantage: model.InProcess, Class: f.Signature, Sentence: f.Signature + " (" + f.Reproducibility() + ")", Replay: f.ReplayCommand()}
	if rule, _, ok := strings.Cut(f.Signature, " "); ok && strings.Contains(f.Text, "pongcheck.signature "+f.Signature) {
		l.Rule = rule
	}
	if f.State == NotAgain || f.State == Flaky {
		l.Certainty = model.Inferred
	}
	return l
}

// finishNight uploads new entries, and writes the results: into the folder, and into the shared
// store as an object that never changes.
func (n *night) finishNight() (*Result, error) {
	r, err := n.countResults()
	if err != nil {
		return nil, err
	}
	if err := n.pushCorpus(); err != nil {
		n.addTrouble(err)
	}
	r.Troubles, r.Night.Troubles, r.Night.Trouble = n.troubles, len(n.troubles), troubleLines(n.troubles)
	text, err := r.jsonLines()
	if err != nil {
		return nil, err
	}
	r.File = filepath.Join(n.Dir, "results", n.state.ID+".jsonl")
	if err := corpus.WriteFileSync(r.File, string(text)); err != nil {
		return nil, fmt.Errorf("write the results: %w", err)
	}
	if n.Remote != nil {
		if err := n.Remote.Put(n.ctx, historyName(n.state.ID, text), text); err != nil {
			r.Troubles = append(r.Troubles, fmt.Errorf("push the results: %w", err))
			return r, nil // the night is not done: the same command tries again
		}
	}
	n.state.Done = true
	return r, n.state.saveState(n.Dir)
}

// troubleLines returns the first line of each of the first ten troubles.
func troubleLines(troubles []error) (lines []string) {
	for _, err := range troubles[:min(len(troubles), 10)] {
		line, _, _ := strings.Cut(err.Error(), "\n")
		lines = append(lines, strings.ToValidUTF8(line[:min(len(line), 300)], ""))
	}
	return lines
}

// countResults makes the result of the night so far.
func (n *night) countResults() (*Result, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	r := &Result{}
	for _, f := range n.found.sortedFindings() {
		if !f.Canary {
			r.Findings = append(r.Findings, f)
		}
	}
	items, err := n.local.List(context.WithoutCancel(n.ctx), store.Filter{})
	if err != nil {
		return nil, fmt.Errorf("list the store: %w", err)
	}
	entries := map[string]int{}
	for _, i := range items {
		entries[i.Target]++
	}
	features := map[string]int{}
	for _, u := range n.jobs {
		l := result.Target{Head: result.HeadOf("target"), Package: u.Path, Target: u.Name, Engine: string(u.kind), Executions: int64(u.tally.Executions),
			AtLeast: u.tally.AtLeast, CPU: milliseconds(u.tally.CPU), NewFeatures: int64(u.tally.New), Entries: int64(entries[u.String()]), Off: u.stopped}
		for _, f := range r.Findings {
			if f.Target == u.String() && f.Engine == string(u.kind) {
				l.Findings++
			}
		}
		r.Targets = append(r.Targets, l)
		features[u.String()] += u.tally.New
		if u.tally.Executions == 0 && u.stopped == "" && u.kind != Race {
			n.troubles = append(n.troubles, fmt.Errorf("%s: nothing was executed: the budget is too short, or the target is silent", u.name()))
		}
	}
	for _, t := range n.targets {
		if r.executionsOf(t.Target) == 0 && !n.isBlocked(t) {
			n.troubles = append(n.troubles, fmt.Errorf("%s: no engine executed anything", t))
		}
	}
	for _, p := range n.properties {
		l := p.resultLine()
		for _, f := range r.Findings {
			if f.Target == p.String() {
				l.Findings++
			}
		}
		r.Targets, r.propertyLines = append(r.Targets, l), append(r.propertyLines, p.lines...)
	}
	slices.SortFunc(r.Targets, func(a, b result.Target) int {
		return strings.Compare(a.Package+" "+a.Target+" "+a.Engine, b.Package+" "+b.Target+" "+b.Engine)
	})
	total, atLeast := 0, false
	for _, u := range n.state.Units {
		total += u.Executions
		atLeast = atLeast || u.AtLeast
	}
	sum := 0
	for _, f := range features {
		sum += f
	}
	r.Night = result.Night{Head: result.HeadOf("night"), Time: n.state.Time.Format(time.RFC3339), Commit: n.state.Commit, Seed: n.state.Seed,
		Command: fmt.Sprintf("%s -seed %d", n.Shown, n.state.Seed), Version: n.Version, Go: runtime.Version(), Executions: int64(total), AtLeast: atLeast, Features: int64(sum), Entries: int64(len(items)),
		CPU: milliseconds(n.before + cpuUsed()), Inside: milliseconds(n.state.Inside)}
	if n.Shards > 1 {
		r.Night.Shard = fmt.Sprintf("%d/%d", n.Shard, n.Shards)
	}
	return r, nil
}

// isBlocked reports whether an engine cannot fuzz a target, which was reported.
func (n *night) isBlocked(t *builtTarget) bool {
	return slices.ContainsFunc(n.jobs, func(u *job) bool { return u.builtTarget == t && u.stopped != "" })
}

// executionsOf counts the executions of all engines on a target.
func (r *Result) executionsOf(t Target) (n int64) {
	for _, l := range r.Targets {
		if l.Package == t.Path && l.Target == t.Name {
			n += l.Executions
		}
	}
	return n
}

// jsonLines writes the results as JSON lines.
func (r *Result) jsonLines() ([]byte, error) {
	var all []any
	for _, l := range r.Targets {
		all = append(all, l)
	}
	all = append(all, r.propertyLines...)
	for _, f := range r.Findings {
		all = append(all, f.resultLine(r.Night.Commit))
	}
	text, err := result.Lines(append(all, r.Night)...)
	return []byte(text), err
}

func milliseconds(d time.Duration) *float64 {
	ms := float64(d.Milliseconds())
	return &ms
}
