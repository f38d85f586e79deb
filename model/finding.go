package model

import (
	"fmt"
)

// A Finding is one breach of one rule, at one op.
type Finding struct {
	Rule      RuleID
	Verdict   Verdict
	Certainty Certainty
	Vantage   Vantage
	Peer      bool   // the peer broke it, not the subject (logs only)
	Op        int    // number of the op, from 1; the end of a trace counts as one
	Line      int    // in the file, 0 if there is none
	Ping      int    // the ping it is about, 0 if none
	Want, Got string // what was right and what was seen, where the sentence needs them
	Crash     string // class of the crash
	Innocent  string // of an inferred finding: the reading by which nothing is wrong
}

// Class names the failure: findings of one class are taken for one bug. It is
// the rule's id, and the class of a crash.
func (f *Finding) Class() string {
	if f.Crash != "" {
		return f.Rule.String() + " " + f.Crash
	}
	return f.Rule.String()
}

// Sentence says what was found, in one sentence.
func (f *Finding) Sentence() string { return ruleSentences[f.Rule](f) }

// pingWord names the ping that the finding is about.
func (f *Finding) pingWord() string { return fmt.Sprintf("ping %d", f.Ping) }

// hexWord is a payload as the text form writes it.
func hexWord(s string) string { return string(appendBytes(nil, s)) }
