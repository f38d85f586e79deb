package model

import "fmt"

// Level is how strongly a rule binds, and by whom.
type Level string

// The levels. Contract is for what the RFC is silent on: a subject's own
// documentation, or what any user of a ping expects.
const (
	Must     Level = "MUST"
	Should   Level = "SHOULD"
	May      Level = "MAY"
	Contract Level = "contract"
	Lint     Level = "lint"
)

// A Rule is one sentence of the specification, as data.
type Rule struct {
	ID       string
	Level    Level
	Section  string // of RFC 6455 unless it names another; empty for a contract
	Sentence string
	Needs    Sees   // what must be seen to judge by it
	Hazard   string // what goes wrong where it is broken, for what is no failure by itself
}

// RuleID names a rule: it is its place in the table.
type RuleID uint8

// rules is how many rules there are, noRule stands for none where one is optional.
const (
	rules  = endCrashRules
	noRule = rules
)

// A ruleFamily holds the rules of one subject, and puts a finding by one of them into
// words. Its file has their constants and the code that judges by them, too;
// testdata/rules has their transcripts.
type ruleFamily struct {
	sentence func(f *Finding) string
	rules    map[RuleID]Rule
}

var ruleFamilies = []ruleFamily{sendRules, pongRules, recvRules, messageRules, pingRules, ackRules, waiterRules, latencyRules,
	keepaliveRules, crashRules}

// ruleTable holds all rules, in the order of their RuleIDs. A sentence says what is
// right; the judge's comments say when its breach is provable.
var ruleTable, ruleSentences = tabulateRules()

func tabulateRules() (table [rules]Rule, sentences [rules]func(*Finding) string) {
	for _, family := range ruleFamilies {
		for id, rule := range family.rules {
			table[id], sentences[id] = rule, family.sentence
		}
	}
	return table, sentences
}

// RuleSet is a set of rules.
type RuleSet uint64

func (s RuleSet) has(r RuleID) bool { return s>>r&1 != 0 }

func rulesOf(ids ...RuleID) RuleSet {
	var s RuleSet
	for _, r := range ids {
		s |= 1 << r
	}
	return s
}

// String is the rule's name, such as "pong.owed".
func (r RuleID) String() string { return ruleTable[r].ID }

// MarshalText is String, for JSON.
func (r RuleID) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// Rule is the rule as data.
func (r RuleID) Rule() *Rule { return &ruleTable[r] }

// Cite is where the rule comes from: "RFC 6455 section 5.5.2, MUST".
func (r *Rule) Cite() string {
	switch {
	case r.Section == "":
		return "contract"
	case r.Section[0] >= '0' && r.Section[0] <= '9':
		return fmt.Sprintf("RFC 6455 section %s, %s", r.Section, r.Level)
	}
	return fmt.Sprintf("%s, %s", r.Section, r.Level)
}

// Rules is the table of all rules, in the order of their families: what is sent,
// answered and received, messages, tracking, latency, keepalive, and failures of
// the subject as a program.
func Rules() []Rule { return append([]Rule(nil), ruleTable[:]...) }

// FindRule finds a rule by its name.
func FindRule(id string) (RuleID, bool) {
	for r := range ruleTable {
		if ruleTable[r].ID == id {
			return RuleID(r), true
		}
	}
	return 0, false
}
