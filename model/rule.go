package model

import "fmt"

// Level is how strongly a rule binds, and by whom.
type Level string

// The levels. A Contract is what the RFC is silent on: the documentation of a subject, or
// what any user of a ping expects. A Lint binds the sender of a bad frame; a receiver that
// accepts it takes a risk.
const (
	Must     Level = "MUST"
	Should   Level = "SHOULD"
	May      Level = "MAY"
	Contract Level = "contract"
	Lint     Level = "lint"
)

// A Rule is one sentence of the specification, as data.
type Rule struct {
	ID       string // its name, such as "pong.owed"
	Level    Level  // how strongly it binds
	Section  string // of RFC 6455 unless it names another; empty for a contract
	Sentence string // what is right
	Needs    Sees   // what must be seen of a subject to judge by it
	Hazard   string // what goes wrong where it is broken, if that is no failure by itself
}

// RuleID is the place of a rule in the table of [Rules].
type RuleID uint8

// rules is the number of rules; noRule stands for none where one is optional.
const (
	rules  = endCrashRules
	noRule = rules
)

// A ruleFamily is a group of rules, such as pong.*. Its file also has their constants and
// the code that judges by them; testdata/rules has their transcripts.
type ruleFamily struct {
	sentence func(f *Finding) string // says what a finding by one of them found
	rules    map[RuleID]Rule
}

// ruleFamilies has the families in the order of their RuleIDs.
var ruleFamilies = []ruleFamily{sendRules, pongRules, recvRules, messageRules, closeRules, pingRules, ackRules, waiterRules, latencyRules,
	keepaliveRules, crashRules}

// ruleTable has all rules by their RuleID, ruleSentences has the sentence of their family.
var ruleTable, ruleSentences = tabulateRules()

// tabulateRules puts the rules of all families into tables.
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

// has reports whether r is in the set.
func (s RuleSet) has(r RuleID) bool { return s>>r&1 != 0 }

// rulesOf makes a set of rules.
func rulesOf(ids ...RuleID) RuleSet {
	var s RuleSet
	for _, r := range ids {
		s |= 1 << r
	}
	return s
}

// String returns the name of the rule, such as "pong.owed".
func (r RuleID) String() string { return ruleTable[r].ID }

// MarshalText returns the name, for JSON.
func (r RuleID) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// Rule returns the rule as data.
func (r RuleID) Rule() *Rule { return &ruleTable[r] }

// Cite says where the rule comes from: "RFC 6455 section 5.5.2, MUST".
func (r *Rule) Cite() string {
	switch {
	case r.Section == "":
		return "contract"
	case r.Section[0] >= '0' && r.Section[0] <= '9':
		return fmt.Sprintf("RFC 6455 section %s, %s", r.Section, r.Level)
	}
	return fmt.Sprintf("%s, %s", r.Section, r.Level)
}

// Rules returns all rules, in the order of their families: what is sent, answered and
// received, messages, how a connection ends, pings, acknowledgements, waiters, latencies, the keepalive, and
// failures of the subject as a program.
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
