package nightly

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/pongcheck/pongcheck/corpus"
	"github.com/pongcheck/pongcheck/corpus/store"
)

// schema is the version of the JSON lines, see scripts/pongcheck/JSON.md.
const schema = 1

// TargetLine is what an engine did on a target.
type TargetLine struct {
	Schema      int    `json:"schema"`
	Type        string `json:"type"` // "target"
	Package     string `json:"package"`
	Target      string `json:"target"`
	Engine      string `json:"engine"`
	Executions  int    `json:"executions"`
	CPU         int64  `json:"cpu_ms"`
	NewFeatures int    `json:"new_features"`
	Entries     int    `json:"entries"`  // of the target in the store
	Findings    int    `json:"findings"` // of the target, by this engine
	Off         string `json:"off,omitempty"`
}

// NightLine is what a night came to.
type NightLine struct {
	Schema     int    `json:"schema"`
	Type       string `json:"type"` // "night"
	Time       string `json:"time"`
	Commit     string `json:"commit"`
	Seed       uint64 `json:"seed"`
	Command    string `json:"command"`
	Go         string `json:"go"`
	Executions int    `json:"executions"`
	Features   int    `json:"features"`
	Entries    int    `json:"entries"`
	CPU        int64  `json:"cpu_ms"`    // in all
	Inside     int64  `json:"inside_ms"` // of it, in processes of the targets
	Shard      string `json:"shard,omitempty"`
	Troubles   int    `json:"troubles,omitempty"`
}

// findingLine is a finding, as the other commands write theirs.
type findingLine struct {
	Schema    int    `json:"schema"`
	Type      string `json:"type"` // "finding"
	Subject   string `json:"subject"`
	Version   string `json:"version"`
	Rule      string `json:"rule"`
	Verdict   string `json:"verdict"`
	Certainty string `json:"certainty"`
	Vantage   string `json:"vantage"`
	Class     string `json:"class"`
	Known     bool   `json:"known"`
	Sentence  string `json:"sentence"`
	File      string `json:"file,omitempty"`
	Replay    string `json:"replay"`
}

// line is the finding of a target as a line. Its rule is the first word of a signature of
// the harness's; other targets have no rules.
func (f *Finding) line(commit string) findingLine {
	l := findingLine{Schema: schema, Type: "finding", Subject: f.Target, Version: commit, Rule: "target", Verdict: "FAILED",
		Certainty: "proved", Vantage: "in process", Class: f.Signature, Sentence: f.Signature + " (" + f.How() + ")", Replay: f.Replay()}
	if rule, _, ok := strings.Cut(f.Signature, " "); ok && strings.Contains(f.Text, "pongcheck.signature "+f.Signature) {
		l.Rule = rule
	}
	if f.State == NotAgain || f.State == Flaky {
		l.Certainty = "inferred"
	}
	if !f.FAILED() {
		l.Verdict = "INFORMATIONAL"
	}
	if f.Input != nil {
		l.File = f.file
	}
	return l
}

// finish pushes what was found, and writes the results: into the folder, and into the
// store, as a record that is never changed.
func (n *night) finish() (*Result, error) {
	r, err := n.result()
	if err != nil {
		return nil, err
	}
	if err := n.push(); err != nil {
		n.trouble(err)
	}
	r.Troubles, r.Night.Troubles = n.troubles, len(n.troubles)
	text, err := r.lines()
	if err != nil {
		return nil, err
	}
	r.File = filepath.Join(n.Dir, "results", n.state.ID+".jsonl")
	if err := corpus.WriteFile(r.File, string(text)); err != nil {
		return nil, fmt.Errorf("write the results: %w", err)
	}
	if n.Remote != nil {
		if err := n.Remote.Put(n.ctx, HistoryName(n.state.ID, text), text); err != nil {
			r.Troubles = append(r.Troubles, fmt.Errorf("push the results: %w", err))
			return r, nil // not done: the same command tries again
		}
	}
	n.state.Done = true
	return r, n.state.save(n.Dir)
}

// HistoryKind is the kind of the objects of a store that are the results of nights.
const HistoryKind = "night"

// HistoryName is the name of the results of a night in a store.
func HistoryName(id string, lines []byte) string {
	return fmt.Sprintf("%s/%s-%x", HistoryKind, id, sha256.Sum256(lines))
}

// result counts.
func (n *night) result() (*Result, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	r := &Result{}
	for _, f := range n.found.sorted() {
		if f.Target != canaryTarget {
			r.Findings = append(r.Findings, f)
		}
	}
	items, err := n.local.List(n.ctx, store.Filter{})
	if err != nil {
		return nil, fmt.Errorf("list the store: %w", err)
	}
	entries := map[string]int{}
	for _, i := range items {
		entries[i.Target]++
	}
	features := map[string]int{}
	for _, u := range n.units {
		l := TargetLine{Schema: schema, Type: "target", Package: u.Path, Target: u.Name, Engine: string(u.kind), Executions: u.tally.Executions,
			CPU: u.tally.CPU.Milliseconds(), NewFeatures: u.tally.New, Entries: entries[u.String()], Off: u.off}
		for _, f := range r.Findings {
			if f.Target == u.String() && f.Engine == string(u.kind) {
				l.Findings++
			}
		}
		r.Targets = append(r.Targets, l)
		features[u.String()] += u.tally.New
		if u.tally.Executions == 0 && u.off == "" && u.kind != Race {
			n.troubles = append(n.troubles, fmt.Errorf("%s: nothing was executed: the budget is too short, or the target is silent", u.name()))
		}
	}
	for _, t := range n.targets {
		if r.executions(t.Target) == 0 && !n.blocked(t) {
			n.troubles = append(n.troubles, fmt.Errorf("%s: no engine executed anything", t))
		}
	}
	slices.SortFunc(r.Targets, func(a, b TargetLine) int {
		return strings.Compare(a.Package+" "+a.Target+" "+a.Engine, b.Package+" "+b.Target+" "+b.Engine)
	})
	total := 0
	for _, u := range n.state.Units {
		total += u.Executions
	}
	sum := 0
	for _, f := range features {
		sum += f
	}
	r.Night = NightLine{Schema: schema, Type: "night", Time: n.state.Time.Format("2006-01-02T15:04:05Z07:00"), Commit: n.state.Commit, Seed: n.state.Seed,
		Command: n.state.Command, Go: runtime.Version(), Executions: total, Features: sum, Entries: len(items),
		CPU: (n.before + cpuUsed()).Milliseconds(), Inside: n.state.Inside.Milliseconds()}
	if n.Shards > 1 {
		r.Night.Shard = fmt.Sprintf("%d/%d", n.Shard, n.Shards)
	}
	return r, nil
}

// blocked reports whether engines cannot fuzz a target, which was told.
func (n *night) blocked(t *running) bool {
	return slices.ContainsFunc(n.units, func(u *unit) bool { return u.running == t && u.off != "" })
}

// executions are those of the engines on a target.
func (r *Result) executions(t Target) (n int) {
	for _, l := range r.Targets {
		if l.Package == t.Path && l.Target == t.Name {
			n += l.Executions
		}
	}
	return n
}

// lines are the results as JSON lines.
func (r *Result) lines() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	for _, l := range r.Targets {
		if err := e.Encode(l); err != nil {
			return nil, err
		}
	}
	for _, f := range r.Findings {
		if err := e.Encode(f.line(r.Night.Commit)); err != nil {
			return nil, err
		}
	}
	err := e.Encode(r.Night)
	return b.Bytes(), err
}
