package model

import (
	"slices"
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

// countPending counts the pings that wait for their Pong.
func (t *tracker) countPending() int {
	n := 0
	for _, i := range t.table {
		if t.pings[i].status == waiting {
			n++
		}
	}
	return n
}

// addCall registers ping number len(calls)+1.
func (t *tracker) addCall(e *env, ev *Event) *ping {
	t.calls = append(t.calls, int32(len(t.pings)))
	p := t.addEntry(e, ev.Data)
	p.number, p.known, p.calledAt = int32(len(t.calls)), !ev.Chosen, e.now
	return p
}

// addKeepalive registers a ping that no op asked for. If its frame was held up, nobody
// knows since when.
func (t *tracker) addKeepalive(e *env, data string, at time.Duration, held bool) {
	t.keepalives = append(t.keepalives, int32(len(t.pings)))
	p := t.addEntry(e, data)
	p.number, p.keepalive, p.known, p.frameSeen, p.calledAt, p.frameAt = int32(len(t.keepalives)), true, true, true, at, at
	if held {
		t.senderUnknown = t.senderUnknown || t.pendingEqual(data, p) // either may have sent either
		p.frameStalled, p.calledAt = true, e.conn.blockedAt
		t.placeBehindSent()
	}
}

// placeBehindSent gives the newest entry of the table its place on the wire: behind the
// last one whose Ping has left.
func (t *tracker) placeBehindSent() {
	j := len(t.table) - 1
	newest := t.table[j]
	for ; j > 0 && !t.pings[t.table[j-1]].frameSeen; j-- {
		t.table[j] = t.table[j-1]
	}
	t.table[j] = newest
}

func (t *tracker) addEntry(e *env, data string) *ping {
	t.table = append(t.table, int32(len(t.pings)))
	t.pings = append(t.pings, ping{})
	p := &t.pings[len(t.pings)-1]
	p.data, p.op, p.pongsBefore = data, e.op, t.pongsHandled
	return p
}

// findPing is ping n, or nil.
func (t *tracker) findPing(n int, keep bool) *ping {
	index := t.calls
	if keep {
		index = t.keepalives
	}
	if n < 1 || n > len(index) {
		return nil
	}
	return &t.pings[index[n-1]]
}

// endWaiter ends p's waiter. A Ping that has not left may leave all the same.
func (t *tracker) endWaiter(p *ping, st status) {
	if p.due&dueOne != 0 {
		t.payEither(p.data)
	}
	t.clearDue(p, dueAll)
	p.status = st
	if st == cancelled {
		return // its entry may keep its place
	}
	t.removeEntry(p)
}

// maxUnsent bounds the calls that are told apart while writes stall.
const maxUnsent = 1024

// joinUnsent puts the newest call among those that may still send.
func (t *tracker) joinUnsent(p *ping) {
	if len(t.unsent) == maxUnsent {
		t.senderUnknown = true
		return
	}
	p.queued = true
	t.unsent = append(t.unsent, t.calls[p.number-1])
}

// leaveUnsent takes p out of the calls that may still send.
func (t *tracker) leaveUnsent(p *ping) {
	if p.queued {
		p.queued = false
		i := slices.Index(t.unsent, t.calls[p.number-1])
		t.unsent = slices.Delete(t.unsent, i, i+1)
	}
}

// removeEntry takes p out of the table.
func (t *tracker) removeEntry(p *ping) {
	for j, i := range t.table {
		if &t.pings[i] == p {
			t.table = append(t.table[:j], t.table[j+1:]...)
			return
		}
	}
}

// placesOf are the places in the table whose payload is data, that wait for a Pong,
// and that were cancelled.
func (t *tracker) placesOf(data string) (match, live, gone uint64) {
	for j, i := range t.table {
		if j == 64 {
			break
		}
		p, bit := &t.pings[i], uint64(1)<<j
		if p.known && p.frameSeen && p.data == data {
			match |= bit
		}
		if p.status == cancelled {
			gone |= bit
		} else if p.frameSeen && !p.keepalive {
			live |= bit
		}
	}
	return match, live, gone
}

// newestPlace is the place of the newest ping, if the table has it.
func (t *tracker) newestPlace() uint64 {
	for j := len(t.table) - 1; j >= 0; j-- {
		if int(t.table[j]) == t.newestSendable() {
			return 1 << j
		}
	}
	return 0
}

// newestSendable is the index of the newest ping that was sent or may be, -1 if there is none.
func (t *tracker) newestSendable() int {
	for i := len(t.pings) - 1; i >= 0; i-- {
		if p := &t.pings[i]; p.frameSeen || !p.refused {
			return i
		}
	}
	return -1
}

// newestSentWith is the newest ping that left with that payload, from the given one
// on, or -1.
func (t *tracker) newestSentWith(data string, from int32) int32 {
	for i := int32(len(t.pings)) - 1; i >= from; i-- {
		if p := &t.pings[i]; p.frameSeen && p.known && p.data == data {
			return i
		}
	}
	return -1
}

// handlePongs counts the Pongs received so far as handled: by the real clock the
// subject may take until the next settle, and a stalled answer holds its reader up.
func (t *tracker) handlePongs(e *env, ev *Event) {
	if !e.conn.blocked && (!e.info.Real || ev.Kind == Settle) {
		t.pongsHandled, t.pongsUnread = t.pongsReceived, 0
	}
}
