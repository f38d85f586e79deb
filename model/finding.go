package model

import (
	"fmt"
	"strings"

	"github.com/pongcheck/pongcheck/frame"
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
func (f *Finding) Sentence() string {
	n := fmt.Sprintf("ping %d", f.Ping)
	hex := func(s string) string { return string(appendBytes(nil, s)) }
	switch f.Rule {
	case pongOwed:
		return "the Ping " + hex(f.Want) + " was not answered"
	case pongEcho:
		return "the Ping " + hex(f.Want) + " was answered with " + hex(f.Got)
	case pongUnsolicited:
		return "the Pong " + hex(f.Got) + " answers no Ping that is owed an answer"
	case pongPartial:
		return "a Ping that was never whole was answered with " + hex(f.Got)
	case pongOvertaken:
		return "the Ping " + hex(f.Got) + " was not answered before the peer's Close"
	case recvMask, recvRSV, recvOpcode, recvRSV1:
		return "the bad frame was accepted (" + f.Want + ")"
	case recvFin, recvControlLength, recvHighBit:
		return "the bad frame was accepted"
	case recvAfterFail:
		return "the connection had failed (" + f.Want + "), yet the Ping " + hex(f.Got) + " was answered"
	case recvLegal:
		if f.Want != "" {
			return "the connection ended although " + f.Want
		}
		return "a legal frame ended the connection"
	case messageSent:
		return "a message was sent changed: want " + f.Want + ", got " + f.Got
	case messageDeflate:
		return "a compressed message cannot be inflated: " + f.Got
	case messageReceived:
		if f.Got == "" && f.Want == "" {
			return "a legal frame of a fragmented or compressed message, or among its fragments, ended the connection"
		}
		switch {
		case f.Got == "nothing was delivered":
			return fmt.Sprintf("the message %.60q was not delivered", f.Want)
		case strings.HasPrefix(f.Want, "a message that"):
			return fmt.Sprintf("%s was delivered: %.60q", f.Want, f.Got)
		}
		return fmt.Sprintf("a message arrived changed: want %.60q, got %.60q", f.Want, f.Got)
	case pingSent:
		return fmt.Sprintf("%s: want the Ping %s, got %s", n, hex(f.Want), gotBytes(f.Got))
	case pingRefused:
		return fmt.Sprintf("%s: %s", n, f.Want)
	case pingChosen:
		return fmt.Sprintf("%s: the payload chosen, %s, is that of a pending ping", n, hex(f.Got))
	case pingUnasked:
		return "the Ping " + hex(f.Got) + " was asked for by nobody"
	case ackExact, ackPolicy:
		if f.Got == "still waiting" {
			return n + " still waits although its Pong came"
		}
		if f.Want != "" {
			return n + " was acknowledged: " + f.Want
		}
		return n + " was acknowledged by a Pong that is not for it under the policy " + f.Got
	case ackNoPong:
		return n + " was acknowledged without any Pong"
	case ackEarly:
		return n + " was acknowledged by a Pong that came before its Ping left"
	case ackMixed:
		return "no single policy explains which waiters the Pongs acknowledged"
	case ackStarves:
		return n + " waits on although a later ping was answered"
	case waiterOnce:
		return fmt.Sprintf("%s ended twice (%s%s)", n, f.Want, f.Got)
	case waiterLost:
		return n + " waits for ever: its connection is closed"
	case waiterLeft:
		return n + " is left waiting for ever at the close, as documented"
	case waiterCancel:
		return n + " was cancelled and does not end"
	case waiterSpurious:
		return n + " " + f.Got + " on an open connection"
	case waiterClose:
		return n + " sees the close as if it had been " + f.Got
	case latencyWaiter:
		return fmt.Sprintf("%s: the latency %s is not within %s", n, f.Got, f.Want)
	case latencyConnection:
		return "the latency " + f.Got + " of the connection is that of no ping that was answered"
	case keepEarly:
		return "the connection was ended at " + f.Got + " although no keepalive ping had timed out"
	case keepTimeout:
		return fmt.Sprintf("keepalive ping %d is unanswered for %s and the connection lives on", f.Ping, f.Got)
	case keepInterval:
		return "no keepalive ping for " + f.Got
	case crashed:
		return f.Got + " escaped"
	case hung:
		return "it did not come to rest"
	}
	text := fmt.Sprintf("it sent the frame %s %s", f.Want, hex(f.Got))
	if code, _, ok := closePayload(f.Got); ok && f.Want == frame.Close.String() {
		text += fmt.Sprintf(", code %d", code)
	}
	return text
}

func gotBytes(s string) string {
	if s == "no Ping left" {
		return "none"
	}
	return string(appendBytes(nil, s))
}
