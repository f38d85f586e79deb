package model

import (
	"time"
)

// tracker is the memory of the pings of the application and of the keepalive: which
// of them wait for a Pong, and what each owes.
type tracker struct {
	pings      []ping  // all of them, in the order of calls and frames
	calls      []int32 // index in pings, by number of the call
	keepalives []int32 // index in pings, by number of the keepalive ping
	table      []int32 // indexes of the pings that may be remembered: pending, or cancelled
	unsent     []int32 // indexes of the calls whose frame has not been seen and may still come
	owing      int     // pings that owe something until the next settle

	pongsReceived  int32         // whole Pongs
	pongsUnread    int32         // Pongs that came while the reader is stalled behind an unanswered Ping
	pongsHandled   int32         // Pongs that the subject has surely handled
	pongsNow       []string      // Pongs received in the event at hand
	snapshot       pongSnapshot  // the Pong of the event at hand
	lastRefusal    refusal       // the last call that was refused
	policies       Policies      // that explain what was seen so far
	policyObserved bool          // some Pong ruled a policy in or out
	senderUnknown  bool          // it is not known which call sent which frame: no verdict on single pings
	connLatency    time.Duration // of the connection, as shown last
}

func (t *tracker) reset() {
	*t = tracker{pings: t.pings[:0], calls: t.calls[:0], keepalives: t.keepalives[:0], table: t.table[:0], unsent: t.unsent[:0],
		pongsNow: t.pongsNow[:0], snapshot: pongSnapshot{table: t.snapshot.table[:0]}, policies: AllPolicies}
}

// ping is one Ping that was called for, or that a keepalive sent.
type ping struct {
	data          string
	number        int32
	keepalive     bool
	known         bool // data is known; else the subject is to choose it
	frameSeen     bool // its frame was seen
	queued        bool // in State.unsent
	pongCameFirst bool // a Pong came between the call and its frame
	frameStalled  bool // by the keepalive, and its frame was held up: its waiter may have ended unseen
	refused       bool // the call failed
	status        status
	due           due
	op            int32         // of the call
	lastPongOp    int32         // the last Pong that may have acknowledged it, shown or not
	pongsBefore   int32         // Pongs received before the call
	calledAt      time.Duration // when it was called
	frameAt       time.Duration // when its frame was seen
}

type status uint8

const (
	waiting   status = iota
	resolved         // acknowledged, failed or refused
	cancelled        // by the application; may still absorb a Pong
	void             // no waiter was promised: called too late
)

// due is what a ping owes by the next settle.
type due uint8

const (
	dueSend   due = 1 << iota // its frame, or a refusal
	dueAck                    // its acknowledgement
	dueExact                  // the same, but some legal policy ignores that Pong
	dueCancel                 // its cancellation
	dueOne                    // dueAck or dueExact, unless another ping with its payload ends first

	dueAll = dueSend | dueAck | dueExact | dueCancel | dueOne
)

// refusal remembers a refused call: the same call again gets the same answer.
type refusal struct {
	data string
	op   int32
	err  ErrKind
}
