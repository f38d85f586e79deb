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
	detail    detail // in which way the rule was broken, where there is more than one
	Want, Got string // what was right and what was seen, where the sentence needs them
	Crash     string // class of the crash
	Innocent  string // of an inferred finding: the reading by which nothing is wrong
}

// detail says in which way a rule was broken. Want and Got may hold any bytes of the peer
// or the subject, so a sentence never depends on what they say.
type detail uint8

// The details.
const (
	noDetail        detail = iota
	stillWaiting           // ack.exact, ack.policy: a waiter goes on waiting
	notSent                // ping.sent: no Ping left
	notDelivered           // message.received: a message, Want, did not reach the application
	neverSent              // message.received: a message, Got, that the peer did not send did
	neverFinished          // message.received: a message, Got, that the peer did not finish did
	textAsBinary           // message.received: a text message arrived as a binary one
	binaryAsText           // message.received: a binary message arrived as a text one
	peerSilent             // keepalive.timeout: the time-out counts from the peer's last sign of life
	writesStall            // keepalive.timeout: writes stall and the peer is silent
	stoppedForGood         // keepalive.interval: no ping for many times the usual gap, Want
	connectionEnded        // message.received: a legal frame ended the connection
	constantAnswers        // pong.echo: several Pings were answered with one Pong, Got
)

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
