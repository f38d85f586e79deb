package main

import (
	"encoding/json"

	"github.com/pongcheck/pongcheck/corpus/format"
	"github.com/pongcheck/pongcheck/corpus/store"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props"
)

// schema is the version of the JSON lines: see JSON.md.
const schema = 1

type verdictLine struct {
	Schema      int                      `json:"schema"`
	Type        string                   `json:"type"` // "verdict"
	Subject     string                   `json:"subject"`
	Version     string                   `json:"version"`
	Profile     string                   `json:"profile"`
	File        string                   `json:"file,omitempty"` // of replay and judge
	Verdict     model.Verdict            `json:"verdict"`
	Rules       map[string]model.Verdict `json:"rules"`
	Policy      string                   `json:"policy,omitempty"`
	Traces      int                      `json:"traces"`
	Ops         int                      `json:"ops"`
	Properties  map[string]propertyTally `json:"properties,omitempty"`
	Unsupported int                      `json:"unsupported,omitempty"` // traces (of replay: ops) with what the subject cannot do
	Error       string                   `json:"error,omitempty"`       // what ended the run too early
	Seconds     float64                  `json:"seconds"`
}

// propertyTally is how a property stands.
type propertyTally struct {
	Verdict     model.Verdict `json:"verdict"`
	Experiments int           `json:"experiments"`
	Unsteady    int           `json:"unsteady,omitempty"`
}

// statsLine is what the traces of a check consisted of and led to.
type statsLine struct {
	Schema  int                       `json:"schema"`
	Type    string                    `json:"type"` // "stats"
	Subject string                    `json:"subject"`
	Version string                    `json:"version"`
	Traces  int                       `json:"traces"`
	Ops     int                       `json:"ops"`
	Counts  map[string]map[string]int `json:"counts"`
}

func newStatsLine(r *row) statsLine {
	l := statsLine{Schema: schema, Type: "stats", Subject: r.target.Name, Version: r.impl.Version, Traces: r.stats.Traces, Ops: r.stats.Ops,
		Counts: map[string]map[string]int{}}
	for _, c := range r.stats.Counts() {
		l.Counts[c.Title] = map[string]int{}
		for i, name := range c.Names {
			l.Counts[c.Title][name] = c.N[i]
		}
	}
	return l
}

type findingLine struct {
	Schema     int             `json:"schema"`
	Type       string          `json:"type"` // "finding"
	Subject    string          `json:"subject"`
	Version    string          `json:"version"`
	Rule       string          `json:"rule"`
	Verdict    model.Verdict   `json:"verdict"`
	Certainty  model.Certainty `json:"certainty"`
	Vantage    model.Vantage   `json:"vantage"`
	Class      string          `json:"class"`
	Known      bool            `json:"known"`
	Reason     string          `json:"reason,omitempty"` // why it is known
	Private    bool            `json:"private,omitempty"`
	Peer       bool            `json:"peer,omitempty"` // the subject's peer broke the rule
	Role       string          `json:"role,omitempty"`
	Sentence   string          `json:"sentence,omitempty"`
	Innocent   string          `json:"innocent,omitempty"`
	Op         int             `json:"op,omitempty"`
	File       string          `json:"file,omitempty"`
	Line       int             `json:"line,omitempty"`
	Seed       *uint64         `json:"seed,omitempty"`
	Index      *uint64         `json:"index,omitempty"`
	Trace      string          `json:"trace,omitempty"`
	Transcript string          `json:"transcript,omitempty"`
	Runs       []string        `json:"runs,omitempty"` // of a property that compares two
	Replay     string          `json:"replay,omitempty"`
}

type subjectLine struct {
	Schema    int      `json:"schema"`
	Type      string   `json:"type"` // "subject"
	Subject   string   `json:"subject"`
	Version   string   `json:"version"`
	Language  string   `json:"language"`
	Roles     []string `json:"roles"`
	Available bool     `json:"available"`
	Missing   string   `json:"missing,omitempty"`
	Install   string   `json:"install,omitempty"`
}

// peerLine is a way to choose payloads against a peer.
type peerLine struct {
	Schema      int     `json:"schema"`
	Type        string  `json:"type"` // "peer"
	Peer        string  `json:"peer"`
	Breaks      string  `json:"breaks,omitempty"`
	Strategy    string  `json:"strategy"`
	Exact       float64 `json:"exact"`
	Fraction    string  `json:"fraction"`
	Measured    float64 `json:"measured"`
	Pings       int     `json:"pings"`
	Connections int     `json:"connections"`
	Killed      int     `json:"killed"`
	KilledAfter int     `json:"killed_after"`
	Seed        uint64  `json:"seed"`
}

// waiterLine is a policy against a peer.
type waiterLine struct {
	Schema   int    `json:"schema"`
	Type     string `json:"type"` // "waiters"
	Policy   string `json:"policy"`
	Peer     string `json:"peer"`
	Strategy string `json:"strategy"`
	Depth    int    `json:"depth"`
	Pings    int    `json:"pings"`
	Refused  int    `json:"refused,omitempty"`
	Own      int    `json:"own"`
	Later    int    `json:"later"`
	Misled   int    `json:"misled"`
	Never    int    `json:"never"`
	Seed     uint64 `json:"seed"`
}

// mutantLine is what became of a mutant.
type mutantLine struct {
	Schema     int      `json:"schema"`
	Type       string   `json:"type"` // "mutant"
	Mutant     string   `json:"mutant"`
	Mirrors    string   `json:"mirrors"`          // the real bug, empty for one that was made up
	Found      string   `json:"found"`            // "corpus", "random" or "never"
	Executions int      `json:"executions"`       // median of the trials, as what follows
	CPU        *float64 `json:"cpu_ms,omitempty"` // not known everywhere
	Shrunk     int      `json:"shrunk,omitempty"`
	Shortest   int      `json:"shortest"`
	Certified  bool     `json:"certified"`
	Below      int      `json:"below,omitempty"` // if it is not certified: nothing of up to so many ops
}

// entryLine is an entry of a store.
type entryLine struct {
	Schema      int         `json:"schema"`
	Type        string      `json:"type"` // "entry"
	Entry       store.ID    `json:"entry"`
	Target      string      `json:"target"`
	Kind        store.Kind  `json:"kind"`
	Form        format.Form `json:"form"`
	Pinned      bool        `json:"pinned"`
	Quarantined bool        `json:"quarantined"`
	Only        string      `json:"only,omitempty"` // of corpus diff: the store that has it
}

func newEntryLine(i *store.Item) entryLine {
	return entryLine{Schema: schema, Type: "entry", Entry: i.ID, Target: i.Target, Kind: i.Kind, Form: formOf(i.Form), Pinned: i.Pinned, Quarantined: i.Quarantined}
}

// targetLine counts the entries of a target in a store.
type targetLine struct {
	Schema      int                `json:"schema"`
	Type        string             `json:"type"` // "target"
	Target      string             `json:"target"`
	Entries     int                `json:"entries"`
	Kinds       map[store.Kind]int `json:"kinds"`
	Pinned      int                `json:"pinned"`
	Quarantined int                `json:"quarantined"`
}

// problemLine is an object of a store that is damaged.
type problemLine struct {
	Schema  int    `json:"schema"`
	Type    string `json:"type"` // "problem"
	Object  string `json:"object"`
	Problem string `json:"problem"`
}

// json prints a value as a line.
func (o *output) json(v any) {
	e := json.NewEncoder(o)
	e.SetEscapeHTML(false) // "> ping" is for people, too
	e.Encode(v)            // o keeps the error
}

// line is the finding as a line. What is secret has a signature only.
func (f *finding) line() findingLine {
	l := findingLine{Schema: schema, Type: "finding", Subject: f.subject, Version: f.version, Rule: f.rule, Verdict: f.verdict,
		Certainty: f.certainty, Vantage: f.vantage, Class: f.class, Known: f.known != nil, Private: f.secret, Peer: f.peer}
	if f.known != nil {
		l.Reason = f.known.reason
	}
	if f.secret {
		return l
	}
	l.Sentence, l.Innocent, l.Op, l.Line = f.sentence, f.innocent, f.op, f.lineNumber
	l.Seed, l.Index, l.Replay = f.seed, f.index, f.replay()
	if f.trace != nil {
		l.Trace = f.trace.String()
	}
	if len(f.runs) > 0 {
		l.Role = f.runs[0].Config.Role.String()
	}
	if len(f.runs) == 1 {
		l.Transcript = f.runs[0].String()
		return l
	}
	for _, t := range f.runs {
		l.Runs = append(l.Runs, t.String())
	}
	return l
}

// rulesOf are the verdicts of all rules, by their ids: the worst of their
// findings; OK if they were put to the test.
func rulesOf(info model.Info, reached model.RuleSet, findings []*finding) map[string]model.Verdict {
	all := map[string]model.Verdict{}
	for id, r := range model.Rules() {
		switch {
		case r.Needs&^info.Sees != 0:
			all[r.ID] = model.NotObserved
		case reached>>id&1 != 0:
			all[r.ID] = model.OK
		default:
			all[r.ID] = model.NotReached
		}
	}
	for _, f := range findings {
		if f.rule != ofProperties {
			all[f.rule] = max(all[f.rule], f.verdict)
		}
	}
	return all
}

// propertiesOf are the properties that were asked, by name, as the tallies and
// findings have them: OK if an experiment answered something.
func propertiesOf(tallies []props.Tally, findings []*finding) map[string]propertyTally {
	all := map[string]propertyTally{}
	for _, y := range tallies {
		p := propertyTally{model.NotReached, y.Compared, y.Unsteady}
		if y.Compared > 0 {
			p.Verdict = model.OK
		}
		for _, f := range findings {
			if f.class == ofProperties+" "+y.Name {
				p.Verdict = max(p.Verdict, f.verdict)
			}
		}
		all[y.Name] = p
	}
	return all
}
