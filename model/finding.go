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
	shape     uint32 // of the op and what it showed; 0: not known
	Passed    bool   // the trace went on after it: see Checker.PassOver
	Count     int    // how often the trace showed one of this class and verdict, this one included
	Fatal     bool   // the crash ended the process of the subject
	Stack     string // of the goroutines that it is about, where it is known
	Innocent  string // of an inferred finding: the reading by which nothing is wrong
}

// detail says in which way a rule was broken. Want and Got may hold any bytes of the peer
// or the subject, so a sentence never depends on what they say.
type detail uint8

// The details.
const (
	noDetail         detail = iota
	stillWaiting            // ack.exact, ack.policy: a waiter goes on waiting
	notSent                 // ping.sent: no Ping left
	notDelivered            // message.received: a message, Want, did not reach the application
	neverSent               // message.received: a message, Got, that the peer did not send did
	neverFinished           // message.received: a message, Got, that the peer did not finish did
	textAsBinary            // message.received: a text message arrived as a binary one
	binaryAsText            // message.received: a binary message arrived as a text one
	connectionEnded         // message.received: a legal frame ended the connection
	constantAnswers         // pong.echo: several Pings were answered with one Pong, Got
	echoShort               // pong.echo: a Pong has less than its Ping
	echoLong                // pong.echo: a Pong has more
	echoReplaced            // pong.echo: what is not UTF-8 was replaced
	echoFlipped             // pong.echo: one bit differs
	asServer                // send.mask, recv.mask: the subject is a server
	asClient                // send.mask, recv.mask: the subject is a client
	pingFrame               // send.*: the frame is a Ping
	pongFrame               // send.*: a Pong
	closeFrame              // send.*: a Close
	dataFrame               // send.*, recv.*: a data frame, or one with an unknown opcode below 8
	controlFrame            // send.*, recv.*: a control frame, or one with an unknown opcode from 8 on
	maskFailed              // recv.after-fail: the connection had failed by recv.mask
	rsvFailed               // recv.after-fail: by recv.rsv
	opcodeFailed            // recv.after-fail: by recv.opcode
	rsv1Failed              // recv.after-fail: by recv.rsv1
	accused                 // recv.legal: a Close accuses the peer
	refusedClosed           // ping.refused: as if the connection were closed
	refusedTooLong          // ping.refused: as too long
	refusedDuplicate        // ping.refused: as a duplicate
	refusedTimeout          // ping.refused: by a time-out
	refusedCancelled        // ping.refused: as cancelled
	refusedOther            // ping.refused: by another error
	refusedAndSent          // ping.refused: the Ping left all the same
	refusedOnce             // ping.refused: the same call again gets another answer
	lostPong                // send.lost: a Pong
	untoldLatency           // latency.waiter: it is documented and not told
	staleLatency            // latency.connection: it did not change
	peerSilent              // keepalive.timeout: the time-out counts from the peer's last sign of life
	writesStall             // keepalive.timeout: writes stall and the peer is silent
	stoppedForGood          // keepalive.interval: no ping for many times the usual gap, Want
	endedUnclosed           // close.owed: the sending direction ended, and the peer's Close has no answer
	callUnclosed            // close.owed: nothing came of the application's close
	callEndedAlone          // close.owed: the application's close ended the sending direction only
	saidClosed              // close.ended: "closed" was shown
	bothClosed              // close.ended: by a server, after both Closes
	serverEnded             // close.ended: by a client, after both Closes and the server's end
	failedUnended           // close.ended: after the Close that fails the connection
	details
)

// Sentence says what was found, in one sentence.
func (f *Finding) Sentence() string { return ruleSentences[f.Rule](f) }

// pingWord names the ping that the finding is about.
func (f *Finding) pingWord() string { return fmt.Sprintf("ping %d", f.Ping) }

// hexWord is a payload as the text form writes it.
func hexWord(s string) string { return string(appendBytes(nil, s)) }
