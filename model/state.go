package model

import (
	"slices"
	"time"

	"github.com/pongcheck/pongcheck/frame"
)

// State is the ping-tracking state of one end of a connection, as the rules have
// it. It is one deterministic value: time is what the events say, and nothing
// is read from anywhere else.
//
// It serves in two ways. As a [Subject] it is the reference: it does the
// canonical thing that its profile allows. As the judge's memory it follows
// another subject: it takes over what was seen as long as that is allowed, and
// records a finding where it is not.
//
// Facts that cannot be seen (does a cancelled entry keep its place? which of two
// equal entries did a Pong strike?) are kept as bounds rather than as a set of
// states: a cancelled entry stays as one that may absorb a Pong, and only what
// every reading forbids is a failure. So one State suffices, and it can
// never be undecided for lack of room.
type State struct {
	env
	tracker   tracker
	responder responder
	in        inbound
	out       outbound
	keep      keepalive

	foreseen foreseen   // by predict, for commit
	queue    Frames     // of the reference: frames that wait for resume
	simple   bool       // an outcome equal to the reference's is right, and commit takes it over as judge does
	reaches  reachCache // what judge marked for outcomes that were foreseen
}

// Frames is a list of frames.
type Frames []Frame

// NewState makes the state of a subject that can do and show what info says.
func NewState(p Profile, info Info) *State {
	s := &State{env: env{profile: p, info: info}}
	s.reset(&Config{})
	return s
}

// reset begins a trace.
func (s *State) reset(cfg *Config) {
	s.env.reset(cfg)
	s.tracker.reset()
	s.responder.reset()
	deflate := cfg.Deflate != NoDeflate
	peer := Client
	if cfg.Role == Client {
		peer = Server
	}
	s.in.reset(frame.State{Role: cfg.Role, Deflate: deflate})
	s.out.reset(frame.State{Role: peer, Deflate: deflate}, cfg.Deflate)
	s.keep.reset()
	s.queue = s.queue[:0]
	s.simple = s.isSimple()
}

// Pending is how many pings wait for their Pong, by the model's books.
func (s *State) Pending() int { return s.tracker.countPending() }

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

// owe adds to what p owes.
func (t *tracker) owe(p *ping, d due) {
	if p.due == 0 && d != 0 {
		t.owing++
	}
	p.due |= d
}

// pay takes from what p owes.
func (t *tracker) pay(p *ping, d due) {
	if p.due != 0 && p.due&^d == 0 {
		t.owing--
	}
	p.due &^= d
}

// endWaiter ends p's waiter. A Ping that has not left may leave all the same.
func (t *tracker) endWaiter(p *ping, st status) {
	if p.due&dueOne != 0 {
		t.payEither(p.data)
	}
	t.pay(p, dueAll)
	p.status = st
	if st == cancelled {
		return // its entry may keep its place
	}
	t.removeEntry(p)
}

// maxUnsent bounds the calls that are told apart while writes stall.
const maxUnsent = 1024

// queueUnsent puts the newest call among those that may still send.
func (t *tracker) queueUnsent(p *ping) {
	if len(t.unsent) == maxUnsent {
		t.senderUnknown = true
		return
	}
	p.queued = true
	t.unsent = append(t.unsent, t.calls[p.number-1])
}

// unqueue takes p out of the calls that may still send.
func (t *tracker) unqueue(p *ping) {
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
