package props

import (
	"math/bits"

	"github.com/pongcheck/pongcheck/model"
)

// Stats counts what traces consist of and which situations they reach, so that
// a generator that never gets anywhere is noticed. What a trace reaches is judged
// without a subject, by the bookkeeping of most trackers: a pong acknowledges its
// ping and every earlier one. What a subject showed is counted beside it.
//
//   - [Generated] counts traces as they are made, [Run] and [Check] those that they
//     run: see [Options.Stats].
//   - [Cover] fails a test when a situation is too rare.
type Stats struct {
	Traces, Ops int
	Frames      int // that the sweep sent: they are counted nowhere else

	Kinds      [model.End + 1]int     // ops of each kind
	Forms      [model.Flipped + 1]int // payloads of pongs, by form
	Lengths    [8]int                 // traces of 0, 1, 2-3, 4-7, 8-15, 16-31, 32-63 and more ops
	Depths     [8]int                 // traces by the most pings pending at once, same steps
	Situations [situations]int        // traces that reached each at least once

	Runs          int                    // traces of which it is known what the subject showed
	Outcomes      [model.Refused + 1]int // waiters by how they ended, index 0: those that did not
	Rules         [64]int                // runs that put each rule to the test, by model.RuleID
	Distinguished int                    // runs that distinguished policies
	Policies      [8]int                 // of them, those that each model.Policy explains
}

// Situation is something that a trace can reach.
type Situation uint8

// The situations that [Stats] counts.
const (
	ThreePending      Situation = iota // three pings pending at once
	TenPending                         // ten
	EqualPending                       // a ping with the payload of one that is pending
	CancelledMet                       // a pong that acknowledges a cancelled ping, itself or with later ones
	CancelledAmong                     // a pong that acknowledges three or more pings, one of them cancelled
	AcknowledgedAgain                  // a pong with the payload of a ping that was acknowledged
	Unsolicited                        // a pong that matches no ping at all
	AlmostMatched                      // a pong with a mangled echo that matches nothing
	EmptyPing                          // a ping without a payload
	LongestPing                        // a ping of 125 bytes
	TooLongPing                        // a ping of more
	InsideMessage                      // a control frame of the peer between fragments
	PingBlocked                        // a ping while writes are stalled
	PongBlocked                        // a pong of the peer while writes are stalled
	ThreeOwed                          // three pings of the peer with no settle between
	KeepaliveDue                       // a keepalive's ping falls due
	KeepalivePong                      // a pong that refers to it
	PongAfterEnd                       // a pong after the closing began or the connection broke
	SettledAtEnd                       // settle is the last op
	FortyPending                       // forty pings pending at once
	HundredPending                     // a hundred
	HundredAnswered                    // a hundred pongs that each acknowledged a ping
	MiddlingPing                       // a ping of 12 to 123 bytes, of either side
	FarFlip                            // a pong with a bit flipped behind the first four bytes
	JoinedFrames                       // two frames of the peer in one read
	JoinedEchoes                       // the same pong twice in one read, of which the first acknowledges a ping
	JoinedEnd                          // the peer's Close in one read with another frame
	BentData                           // a data frame whose header breaks a rule
	BentPong                           // a Pong whose header breaks a rule
	ReservedOpcode                     // a frame with a reserved opcode
	ReasonedClose                      // a Close of the peer with a reason
	FarFromUTF8                        // a Close whose reason is not UTF-8
	BigMessage                         // a message of 65,536 bytes or more in one frame
	DozenFragments                     // a message in twelve fragments
	SplitCharacter                     // a text with a character split over two fragments
	LongPause                          // a minute or more passes, without a keepalive
	UnaskedPong                        // a pong for a ping of the subject's own, without a keepalive

	// What a subject showed in a run.
	ShowedAcked       // a waiter was acknowledged
	ShowedSeveral     // several were at once
	ShowedCancelled   // a waiter was cancelled
	ShowedFailed      // a waiter failed
	ShowedRefused     // a call to ping failed
	ShowedAnswer      // a Pong was sent
	ShowedMessage     // a message reached the application
	ShowedClosed      // the connection ended before the trace did
	ShowedCrash       // an exception escaped, or the subject hung
	ShowedUnsupported // it could not do an op
	situations
)

var situationNames = [situations]string{
	"three pending", "ten pending", "equal pending", "pong meets cancelled", "cancelled among three", "acknowledged again",
	"unsolicited pong", "mangled echo", "empty ping", "125-byte ping", "126-byte ping", "control inside message",
	"ping blocked", "pong blocked", "three owed", "keepalive due", "pong for keepalive", "pong after the end", "settled at the end",
	"forty pending", "a hundred pending", "a hundred answered", "12- to 123-byte ping", "bit flipped far behind", "two in one read",
	"the same pong in one read", "close in one read", "bent data frame", "bent pong", "reserved opcode", "close with a reason",
	"reason not utf-8", "65,536-byte message", "a dozen fragments", "character split", "minute without keepalive", "pong for unasked ping",
	"showed: acked", "showed: several acked at once", "showed: cancelled", "showed: failed", "showed: refused", "showed: answer",
	"showed: message", "showed: closed", "showed: crash", "showed: unsupported",
}

// String is the name of the situation.
func (s Situation) String() string { return situationNames[s] }

// Add counts a trace.
func (s *Stats) Add(t *model.Trace) {
	f := follower{config: t.Config}
	for i := range t.Ops {
		o := &t.Ops[i]
		s.Kinds[o.Kind]++
		if o.Kind == model.Pong {
			s.Forms[o.Data.Form]++
		}
		f.followOp(o, i+1 < len(t.Ops) && o.Joins(&t.Ops[i+1]))
	}
	if n := len(t.Ops); n > 0 && t.Ops[n-1].Kind == model.Settle {
		f.markReached(SettledAtEnd)
	}
	s.Traces++
	s.Ops += len(t.Ops)
	s.Lengths[doublingStep(len(t.Ops))]++
	s.Depths[doublingStep(f.deepest)]++
	s.countReached(f.reached)
}

func (s *Stats) countReached(reached uint64) {
	for i := range s.Situations {
		s.Situations[i] += int(reached >> i & 1)
	}
}

func doublingStep(n int) int { return min(bits.Len(uint(n)), 7) }

// share is the share of traces that reached x, from 0 to 1; of what a subject
// showed, the share of runs.
func (s *Stats) share(x Situation) float64 { return shareOf(s.Situations[x], s.tracesThatCould(x)) }

// tracesThatCould is how many traces could have reached x.
func (s *Stats) tracesThatCould(x Situation) int {
	if x >= ShowedAcked {
		return s.Runs
	}
	return s.Traces
}

func shareOf(n, of int) float64 { return float64(n) / float64(max(1, of)) }
