package result

import (
	"cmp"
	"strings"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/sweep"
)

// Schema is the version of the lines. It changes when a field goes or changes its
// meaning; new fields and types may come at any time.
const Schema = 1

// Head is the beginning of every line.
type Head struct {
	Schema int    `json:"schema"`
	Type   string `json:"type"`
}

// HeadOf is that of a line of a type.
func HeadOf(typ string) Head { return Head{Schema, typ} }

// Run says which command wrote the lines that follow it. Its type is "run".
type Run struct {
	Head
	Command string  `json:"command"`
	Version string  `json:"version"`
	Commit  string  `json:"commit,omitempty"` // with "+dirty" if there were changes
	Go      string  `json:"go"`
	System  string  `json:"system"`
	Seed    *uint64 `json:"seed,omitempty"`
}

// Verdict is the result of checking a subject, or a file. Its type is "verdict".
type Verdict struct {
	Head
	Subject     string                   `json:"subject"`
	Version     string                   `json:"version"`
	Profile     string                   `json:"profile"`
	File        string                   `json:"file,omitempty"` // of replay and judge
	Test        string                   `json:"test,omitempty"` // of a test
	Verdict     model.Verdict            `json:"verdict"`
	Rules       map[string]model.Verdict `json:"rules"`
	Policy      string                   `json:"policy,omitempty"`
	Traces      int                      `json:"traces"`
	Frames      int                      `json:"frames,omitempty"` // of the sweep
	Ops         int                      `json:"ops"`
	Properties  map[string]Property      `json:"properties,omitempty"`
	Unsupported int                      `json:"unsupported,omitempty"` // traces (of replay: ops) with what the subject cannot do
	Error       string                   `json:"error,omitempty"`       // what ended the run too early
	Seconds     float64                  `json:"seconds"`
}

// Rules are the verdicts on all rules, by their ids, of a subject without findings that
// shows what info says, and was put to those that were reached.
func Rules(info model.Info, reached model.RuleSet) map[string]model.Verdict {
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
	return all
}

// Property is how a property stands.
type Property struct {
	Verdict     model.Verdict `json:"verdict"`
	Experiments int           `json:"experiments"`
	Unsteady    int           `json:"unsteady,omitempty"`
}

// Stats is what the traces of a check consisted of and led to. Its type is "stats".
type Stats struct {
	Head
	Subject string                    `json:"subject"`
	Version string                    `json:"version"`
	Traces  int                       `json:"traces"`
	Ops     int                       `json:"ops"`
	Counts  map[string]map[string]int `json:"counts"`
}

// Grid is what a subject did with each frame of the sweep. Its type is "grid".
type Grid struct {
	Head
	Subject  string       `json:"subject"`
	Version  string       `json:"version"`
	Profile  string       `json:"profile"`
	Frames   int          `json:"frames"`             // that it got
	Withheld int          `json:"withheld,omitempty"` // and those that may not be told
	Parts    []sweep.Part `json:"parts"`
}

// GridOf is the grid of a column.
func GridOf(subject, version, profile string, c *sweep.Column) Grid {
	return Grid{Head: HeadOf("grid"), Subject: subject, Version: version, Profile: profile, Frames: c.Sent, Withheld: c.Withheld, Parts: c.Parts()}
}

// Column is the grid as a column under a name.
func (g *Grid) Column(name string) (*sweep.Column, error) {
	c, err := sweep.NewColumnOf(name, g.Frames, g.Parts)
	if err == nil {
		c.Withheld = g.Withheld
	}
	return c, err
}

// Finding is the breach of a rule, or the violation of a property. Its type is
// "finding".
type Finding struct {
	Head
	Subject    string          `json:"subject"`
	Version    string          `json:"version"`
	Rule       string          `json:"rule"`
	Verdict    model.Verdict   `json:"verdict"`
	Certainty  model.Certainty `json:"certainty"`
	Vantage    model.Vantage   `json:"vantage"`
	Class      string          `json:"class"`
	Count      int             `json:"count,omitempty"`  // in the trace, if more than 1
	Traces     int             `json:"traces,omitempty"` // of the check that showed it, if more than 1
	Known      bool            `json:"known"`
	Reason     string          `json:"reason,omitempty"` // why it is known
	Private    bool            `json:"private,omitempty"`
	Newest     bool            `json:"newest,omitempty"` // release of its subject
	Peer       bool            `json:"peer,omitempty"`   // the subject's peer broke the rule
	Profile    string          `json:"profile,omitempty"`
	Test       string          `json:"test,omitempty"` // of a test
	Role       string          `json:"role,omitempty"`
	Sentence   string          `json:"sentence,omitempty"`
	Innocent   string          `json:"innocent,omitempty"`
	Want       string          `json:"want,omitempty"`
	Seen       string          `json:"seen,omitempty"`
	Op         int             `json:"op,omitempty"`
	File       string          `json:"file,omitempty"`
	Line       int             `json:"line,omitempty"`
	Origin     string          `json:"origin,omitempty"`
	Seed       *uint64         `json:"seed,omitempty"`
	Index      *uint64         `json:"index,omitempty"`
	Trace      string          `json:"trace,omitempty"`
	Transcript string          `json:"transcript,omitempty"`
	Runs       []string        `json:"runs,omitempty"` // of a property that compares two
	Replay     string          `json:"replay,omitempty"`
}

// FindingOf returns the line of a finding in a report on a subject.
func FindingOf(subject, version string, r *model.Report, f *model.Finding) Finding {
	l := Finding{Head: HeadOf("finding"), Subject: subject, Version: version, Rule: f.Rule.String(), Verdict: f.Verdict,
		Certainty: f.Certainty, Vantage: f.Vantage, Class: f.Class(), Peer: f.Peer, Sentence: f.Sentence(), Innocent: f.Innocent,
		Op: f.Op, Line: f.Line}
	if t := r.Transcript; t != nil {
		l.Profile, l.Role, l.Transcript = t.Profile, t.Config.Role.String(), t.String()
	}
	if f.Count > 1 {
		l.Count = f.Count
	}
	l.Want, l.Seen = r.Differ(f)
	return l
}

// OfProperties is the rule of a finding that violates a property.
const OfProperties = "property"

// Differ are lines that were to be seen, and those that were, as a finding has them: if
// only one is empty, that is "(nothing)", and not taken for one that is not known.
func Differ(want, seen string) (string, string) {
	if want == seen {
		return want, seen
	}
	return cmp.Or(want, "(nothing)"), cmp.Or(seen, "(nothing)")
}

// Signature is the finding without anything by which it could be repeated.
func (f *Finding) Signature() Finding {
	return Finding{Head: f.Head, Subject: f.Subject, Version: f.Version, Rule: f.Rule, Verdict: f.Verdict, Certainty: f.Certainty,
		Vantage: f.Vantage, Class: f.Class, Known: f.Known, Reason: f.Reason, Private: true}
}

// withheld begins the status of a known finding whose input stays out of public output.
const withheld = "private"

// Withheld reports whether a known finding with this status stays out of public output.
func Withheld(status string) bool { return strings.HasPrefix(status, withheld) }

// Status returns the status of a known finding as people read it.
func Status(status string) string { return strings.TrimPrefix(status, withheld+": ") }

// Mutant is what became of a mutant. Its type is "mutant".
type Mutant struct {
	Head
	Name       string   `json:"mutant"`
	Mirrors    string   `json:"mirrors"`          // the real bug, empty for one that was made up
	Found      string   `json:"found"`            // "corpus", "random" or "never"
	Executions int      `json:"executions"`       // median of the trials, as what follows
	CPU        *float64 `json:"cpu_ms,omitempty"` // not known everywhere
	Shrunk     int      `json:"shrunk,omitempty"`
	Shortest   int      `json:"shortest"`
	Certified  bool     `json:"certified"`
	Below      int      `json:"below,omitempty"` // if it is not certified: nothing of up to so many ops
}

// Target is what an engine did on a fuzz target. Its type is "target".
type Target struct {
	Head
	Package     string   `json:"package"`
	Target      string   `json:"target"`
	Engine      string   `json:"engine"`
	Executions  int64    `json:"executions"`
	AtLeast     bool     `json:"at_least,omitempty"` // executions: an engine that fails does not tell how many there were
	CPU         *float64 `json:"cpu_ms,omitempty"`
	NewFeatures int64    `json:"new_features"`
	Entries     int64    `json:"entries"`
	Findings    int      `json:"findings"`
	Off         string   `json:"off,omitempty"`
}

// Night is the sum of a run of all fuzz targets. Its type is "night".
type Night struct {
	Head
	Time       string   `json:"time"` // RFC 3339
	Commit     string   `json:"commit"`
	Seed       uint64   `json:"seed"`
	Command    string   `json:"command"`
	Version    string   `json:"version,omitempty"` // of pongcheck
	Go         string   `json:"go"`
	Executions int64    `json:"executions"`
	AtLeast    bool     `json:"at_least,omitempty"` // executions, as in Target
	Features   int64    `json:"features"`
	Entries    int64    `json:"entries"`
	CPU        *float64 `json:"cpu_ms,omitempty"`
	Inside     *float64 `json:"inside_ms,omitempty"`
	Shard      string   `json:"shard,omitempty"`
	Troubles   int      `json:"troubles,omitempty"`
	Trouble    []string `json:"trouble,omitempty"` // the first of them
}

// Trouble says what a report could not read, so that a report of what it wrote tells it
// too. Its type is "trouble".
type Trouble struct {
	Head
	Text string `json:"text"`
}
