package main

import (
	"encoding/json"

	"github.com/pongcheck/pongcheck/corpus/format"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/metamorphic"
	"github.com/pongcheck/pongcheck/props/result"
	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

// schema is the version of the JSON lines: see JSON.md.
const schema = result.Schema

// jsonUsage is the help of the flags -json.
const jsonUsage = "print JSON lines: scripts/pongcheck/JSON.md describes them"

// The lines that others read too.
type (
	verdictLine   = result.Verdict
	propertyTally = result.Property
	statsLine     = result.Stats
	findingLine   = result.Finding
)

// mutantLine is the line of a mutant.
type mutantLine struct{ result.Mutant }

// headOf returns the beginning of a line of a type.
func headOf(typ string) result.Head { return result.HeadOf(typ) }

func newStatsLine(r *row) statsLine {
	l := statsLine{Head: headOf("stats"), Subject: r.target.Name, Version: r.impl.Version, Traces: r.stats.Traces, Ops: r.stats.Ops,
		Counts: map[string]map[string]int{}}
	for _, c := range r.stats.Counts() {
		l.Counts[c.Title] = map[string]int{}
		for i, name := range c.Names {
			l.Counts[c.Title][name] = c.N[i]
		}
	}
	return l
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

// peerLine is the line of a strategy against a peer.
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

// logVerdictLine is the line of one end of a connection of a log.
type logVerdictLine struct {
	verdictLine
	Connection string `json:"connection,omitempty"`
	Story      string `json:"story,omitempty"`
	Unread     int    `json:"unread,omitempty"`
}

// waiterLine is the line of a policy against a peer.
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

// entryLine is the line of an entry of a store.
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

// corpusLine counts the entries of a target in a store.
type corpusLine struct {
	Schema      int                `json:"schema"`
	Type        string             `json:"type"` // "corpus"
	Target      string             `json:"target"`
	Entries     int                `json:"entries"`
	Kinds       map[store.Kind]int `json:"kinds"`
	Pinned      int                `json:"pinned"`
	Quarantined int                `json:"quarantined"`
}

// problemLine is the line of a damaged object of a store.
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

// rulesOf returns the verdict on each rule by its id: the worst of its findings, or OK if
// a trace reached the rule.
func rulesOf(info model.Info, reached model.RuleSet, findings []*finding) map[string]model.Verdict {
	all := result.Rules(info, reached)
	for _, f := range findings {
		if f.Rule != ofProperties {
			all[f.Rule] = max(all[f.Rule], f.Verdict)
		}
	}
	return all
}

// propertiesOf returns how each property that was tried stands, by its name: the worst of
// its findings, or OK if an experiment could be compared.
func propertiesOf(tallies []metamorphic.Tally, findings []*finding) map[string]propertyTally {
	all := map[string]propertyTally{}
	for _, y := range tallies {
		p := propertyTally{Experiments: y.Compared, Unsteady: y.Unsteady}
		if y.Compared > 0 {
			p.Verdict = model.OK
		}
		for _, f := range findings {
			if f.Class == ofProperties+" "+y.Name {
				p.Verdict = max(p.Verdict, f.Verdict)
			}
		}
		all[y.Name] = p
	}
	return all
}
