package model

import (
	"slices"
	"time"
)

// tracker is the memory of the pings of the application and of the keepalive: which
// of them wait for a Pong, and what each owes.
type tracker struct {
	pings      []ping  // every ping, in the order of calls and frames
	calls      []int32 // index in pings of each call, by its number
	keepalives []int32 // index in pings of each keepalive ping, by its number
	table      []int32 // indexes of the pings that the subject may remember: pending, or cancelled
	unsent     []int32 // indexes of the calls whose frame has not been seen and may still come
	owing      int     // how many pings owe something until the next settle

	pongsReceived  int32         // whole Pongs of the peer's
	pongsUnread    int32         // Pongs delivered while the reader is stalled behind an unanswered Ping
	pongsHandled   int32         // Pongs that the subject has surely handled
	pongsNow       []string      // payloads of the Pongs received in the event at hand
	snapshot       pongSnapshot  // the Pong of the event at hand
	lastRefusal    refusal       // the last call that was refused
	policies       Policies      // the policies that explain everything seen so far
	policyObserved bool          // some Pong could have told policies apart
	senderUnknown  bool          // several calls may have sent one frame: no verdict on single pings
	connLatency    time.Duration // the latency of the connection that was shown last
}

func (t *tracker) reset() {
	*t = tracker{pings: t.pings[:0], calls: t.calls[:0], keepalives: t.keepalives[:0], table: t.table[:0], unsent: t.unsent[:0],
		pongsNow: t.pongsNow[:0], snapshot: pongSnapshot{table: t.snapshot.table[:0]}, policies: AllPolicies}
}

// ping is one Ping that was called for, or that a keepalive sent.
type ping struct {
	data          string        // its payload, once it is known
	number        int32         // among the calls, or among the keepalive pings
	keepalive     bool          // no op asked for it
	known         bool          // data is set; else the subject has yet to choose it
	frameSeen     bool          // its Ping frame was seen
	queued        bool          // it is in tracker.unsent
	pongCameFirst bool          // a Pong came between the call and its frame
	frameStalled  bool          // a keepalive ping whose frame was held up: its waiter may have ended unseen
	refused       bool          // the call failed
	status        status        // of its waiter
	due           due           // what it owes by the next settle
	op            int32         // the op of the call
	lastPongOp    int32         // the op of the last Pong that may have acknowledged it, shown or not
	pongsBefore   int32         // how many Pongs were handled before the call
	calledAt      time.Duration // when it was called
	frameAt       time.Duration // when its frame was seen
}

// status is how the waiter of a ping stands.
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

// addKeepalive registers a ping that no op asked for. A frame that was stalled may have
// been written at any time since then.
func (t *tracker) addKeepalive(e *env, data string, at time.Duration, stalled bool) {
	t.keepalives = append(t.keepalives, int32(len(t.pings)))
	p := t.addEntry(e, data)
	p.number, p.keepalive, p.known, p.frameSeen, p.calledAt, p.frameAt = int32(len(t.keepalives)), true, true, true, at, at
	if stalled {
		t.senderUnknown = t.senderUnknown || t.pendingEqual(data, p) // each frame may be of either ping
		p.frameStalled, p.calledAt = true, e.conn.blockedAt
		t.placeBehindSent()
	}
}

// placeBehindSent moves the newest entry of the table to its place on the wire: behind
// the last one whose Ping was seen.
func (t *tracker) placeBehindSent() {
	j := len(t.table) - 1
	newest := t.table[j]
	for ; j > 0 && !t.pings[t.table[j-1]].frameSeen; j-- {
		t.table[j] = t.table[j-1]
	}
	t.table[j] = newest
}

// addEntry adds a ping, and its entry in the table.
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

// endWaiter ends p's waiter and clears its dues. Its frame may still be sent.
func (t *tracker) endWaiter(p *ping, st status) {
	if p.due&dueOne != 0 {
		t.payEither(p.data)
	}
	t.clearDue(p, dueAll)
	p.status = st
	if st == cancelled {
		return // the subject may keep its entry, which then absorbs a Pong
	}
	t.removeEntry(p)
}

// maxUnsent bounds how many unsent calls are told apart while writes stall.
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

// markRefused marks the calls that failed in this outcome before its frames are judged:
// such a call is the last that a frame belongs to.
func (t *tracker) markRefused(seen *Outcome) {
	for i := range seen.Resolutions {
		r := &seen.Resolutions[i]
		if p := t.findPing(r.N, r.Keep); p != nil && r.How == Refused {
			p.refused = true
		}
	}
}

// placesOf returns the places in the table whose payload is data, those that wait for a
// Pong, and those that were cancelled. See [Policy.Must] for places.
func (t *tracker) placesOf(data string) (match, live, gone uint64) {
	for j, i := range t.table {
		p, bit := &t.pings[i], uint64(1)<<j
		if p.known && p.frameSeen && p.data == data {
			match |= bit
		}
		if p.status == cancelled {
			gone |= bit
		} else if p.isLive() {
			live |= bit
		}
	}
	return match, live, gone
}

// newestPlace is the place of the newest ping, or none if the table does not have it.
func (t *tracker) newestPlace(e *env) uint64 {
	if e.keepaliveHidden() {
		return 0 // a stalled Ping of the keepalive may be newer
	}
	for j := len(t.table) - 1; j >= 0; j-- {
		if int(t.table[j]) == t.newestSendable() {
			return 1 << j
		}
	}
	return 0
}

// newestSendable is the index of the newest ping that was sent or may still be; -1: none.
func (t *tracker) newestSendable() int {
	for i := len(t.pings) - 1; i >= 0; i-- {
		if p := &t.pings[i]; p.frameSeen || !p.refused {
			return i
		}
	}
	return -1
}

// newestSentWith is the index of the newest ping that was seen with this payload, from
// index from on; -1: none.
func (t *tracker) newestSentWith(data string, from int32) int32 {
	for i := int32(len(t.pings)) - 1; i >= from; i-- {
		if p := &t.pings[i]; p.frameSeen && p.known && p.data == data {
			return i
		}
	}
	return -1
}

// isGuess reports whether a Pong with this payload may be for a ping that has yet to leave.
func (t *tracker) isGuess(data string) bool {
	return slices.ContainsFunc(t.unsent, func(i int32) bool { return t.pings[i].mayHave(data) })
}

// handlePongs counts the Pongs received so far as handled, where that is certain. By the
// real clock a subject may take until the next settle, stalled writes may stall its
// reader, and bytes that join others have not arrived.
func (t *tracker) handlePongs(e *env, ev *Event) {
	if !e.conn.blocked && !ev.Join && (!e.info.Real || ev.Kind == Settle) {
		t.pongsHandled, t.pongsUnread = t.pongsReceived, 0
	}
}
