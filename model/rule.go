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

// The rules. Their sentences are in the table [Rules] gives.
const (
	sendMask RuleID = iota
	sendRSV
	sendRSV1
	sendOpcode
	sendLength
	sendMinimal
	sendFin
	sendControlLength
	sendOrder
	sendClose
	sendAfterClose
	sendAfterClosed

	pongOwed
	pongEcho
	pongUnsolicited
	pongPartial
	pongOvertaken

	recvMask
	recvRSV
	recvOpcode
	recvRSV1
	recvFin
	recvControlLength
	recvHighBit
	recvMinimal
	recvAfterFail
	recvLegal

	messageReceived
	messageSent
	messageDeflate

	pingSent
	pingRefused
	pingChosen
	pingUnasked

	ackExact
	ackNoPong
	ackEarly
	ackPolicy
	ackMixed
	ackStarves

	waiterOnce
	waiterLost
	waiterLeft
	waiterCancel
	waiterSpurious
	waiterClose

	latencyWaiter
	latencyConnection

	keepEarly
	keepTimeout
	keepInterval

	crashed
	hung

	rules
)

// RuleSet is a set of rules.
type RuleSet uint64

func (s RuleSet) holds(r RuleID) bool { return s>>r&1 != 0 }

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
