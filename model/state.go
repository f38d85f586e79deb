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
	profile Profile
	info    Info
	cfg     Config

	now    time.Duration // since Open
	before time.Duration // now, before the event at hand
	op     int32         // number of the event at hand, from 1
	conn   connection

	pings      []ping  // all of them, in the order of calls and frames
	calls      []int32 // index in pings, by number of the call
	keepalives []int32 // index in pings, by number of the keepalive ping
	table      []int32 // indexes of the pings that may be remembered: pending, or cancelled
	unsent     []int32 // indexes of the calls whose frame has not been seen and may still come
	owing      int     // pings that owe something until the next settle

	responder      responder
	in             inbound
	out            outbound
	keep           keepalive
	pongsReceived  int32         // whole Pongs received
	pongsUnread    int32         // those not handled to which a reader that is held up comes only later
	pongsHandled   int32         // of them, those that surely were handled: a stalled answer may hold up the reader
	pongsNow       []string      // Pongs received in the event at hand
	lastRefusal    refusal       // the last call that was refused
	snapshot       pongSnapshot  // the Pong of the event at hand
	policies       Policies      // that explain what was seen so far
	policyObserved bool          // some Pong told policies apart
	senderUnknown  bool          // it is not known which call sent which frame: no verdict on single pings
	connLatency    time.Duration // of the connection, as shown last

	foreseen foreseen // by predict, for commit
	queue    Frames   // of the reference: frames that wait for resume

	simple  bool // an outcome equal to the reference's is right, and commit takes it over as judge does
	reaches reachCache

	record recorder
}

// Frames is a list of frames.
type Frames []Frame

// connection is what happened to the connection.
type connection struct {
	phase        phase
	closeAsked   bool          // the application closed
	closeCode    int           // with this code
	dropped      bool          // the transport broke, or the peer ended its direction
	broken       bool          // the transport broke: stalled writes fail, too
	closedAt     int32         // the op that showed closed; 0: none
	blocked      bool          // writes stall
	blockedAt    time.Duration // they did from here on, lastly
	resumedAt    int32         // the op in which they went on, lastly
	endedSending bool          // the subject ended its sending direction
	settledAt    int32         // the last settle; 0: none
}

type phase uint8

const (
	open phase = iota
	closing
	closed
)

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

// NewState makes the state of a subject that can do and show what info says.
func NewState(p Profile, info Info) *State {
	s := &State{profile: p, info: info}
	s.reset(&Config{})
	return s
}

// reset begins a trace.
func (s *State) reset(cfg *Config) {
	s.cfg = *cfg
	s.now, s.before, s.op = 0, 0, 0
	s.conn = connection{}
	s.pings, s.calls, s.keepalives, s.table = s.pings[:0], s.calls[:0], s.keepalives[:0], s.table[:0]
	s.unsent = s.unsent[:0]
	s.owing, s.pongsReceived, s.pongsHandled, s.pongsUnread = 0, 0, 0, 0
	s.pongsNow = s.pongsNow[:0]
	s.snapshot = pongSnapshot{table: s.snapshot.table[:0]}
	s.lastRefusal = refusal{}
	s.policies, s.policyObserved, s.senderUnknown = AllPolicies, false, false
	s.connLatency = 0
	s.queue = s.queue[:0]
	s.responder.reset()
	s.in.reset(frame.State{Role: cfg.Role, Deflate: cfg.Deflate != NoDeflate})
	peer := Client
	if cfg.Role == Client {
		peer = Server
	}
	s.out.reset(frame.State{Role: peer, Deflate: cfg.Deflate != NoDeflate}, cfg.Deflate)
	s.keep = keepalive{}
	s.record.reset()
	s.simple = s.isSimple()
}

// Pending is how many pings wait for their Pong, by the model's books.
func (s *State) Pending() int {
	n := 0
	for _, i := range s.table {
		if s.pings[i].status == waiting {
			n++
		}
	}
	return n
}

// addCall registers ping number len(calls)+1.
func (s *State) addCall(ev *Event) *ping {
	s.calls = append(s.calls, int32(len(s.pings)))
	p := s.addEntry(ev.Data)
	p.number, p.known, p.calledAt = int32(len(s.calls)), !ev.Chosen, s.now
	return p
}

// addKeepalive registers a ping that no op asked for. If its frame was held up, nobody
// knows since when.
func (s *State) addKeepalive(data string, at time.Duration, held bool) *ping {
	s.keepalives = append(s.keepalives, int32(len(s.pings)))
	p := s.addEntry(data)
	p.number, p.keepalive, p.known, p.frameSeen, p.calledAt, p.frameAt = int32(len(s.keepalives)), true, true, true, at, at
	if held {
		s.senderUnknown = s.senderUnknown || s.pendingEqual(data, p) // either may have sent either
		p.frameStalled, p.calledAt = true, s.conn.blockedAt
		s.placeBehindSent()
	}
	return p
}

// placeBehindSent gives the newest entry of the table its place on the wire: behind the
// last one whose Ping has left.
func (s *State) placeBehindSent() {
	j := len(s.table) - 1
	newest := s.table[j]
	for ; j > 0 && !s.pings[s.table[j-1]].frameSeen; j-- {
		s.table[j] = s.table[j-1]
	}
	s.table[j] = newest
}

func (s *State) addEntry(data string) *ping {
	s.table = append(s.table, int32(len(s.pings)))
	s.pings = append(s.pings, ping{})
	p := &s.pings[len(s.pings)-1]
	p.data, p.op, p.pongsBefore = data, s.op, s.pongsHandled
	return p
}

// findPing is ping n, or nil.
func (s *State) findPing(n int, keep bool) *ping {
	index := s.calls
	if keep {
		index = s.keepalives
	}
	if n < 1 || n > len(index) {
		return nil
	}
	return &s.pings[index[n-1]]
}

// owe adds to what p owes.
func (s *State) owe(p *ping, d due) {
	if p.due == 0 && d != 0 {
		s.owing++
	}
	p.due |= d
}

// pay takes from what p owes.
func (s *State) pay(p *ping, d due) {
	if p.due != 0 && p.due&^d == 0 {
		s.owing--
	}
	p.due &^= d
}

// endWaiter ends p's waiter. A Ping that has not left may leave all the same.
func (s *State) endWaiter(p *ping, st status) {
	if p.due&dueOne != 0 {
		s.payEither(p.data)
	}
	s.pay(p, dueAll)
	p.status = st
	if st == cancelled {
		return // its entry may keep its place
	}
	s.removeEntry(p)
}

// maxUnsent bounds the calls that are told apart while writes stall.
const maxUnsent = 1024

// queueUnsent puts the newest call among those that may still send.
func (s *State) queueUnsent(p *ping) {
	if len(s.unsent) == maxUnsent {
		s.senderUnknown = true
		return
	}
	p.queued = true
	s.unsent = append(s.unsent, s.calls[p.number-1])
}

// unqueue takes p out of the calls that may still send.
func (s *State) unqueue(p *ping) {
	if p.queued {
		p.queued = false
		i := slices.Index(s.unsent, s.calls[p.number-1])
		s.unsent = slices.Delete(s.unsent, i, i+1)
	}
}

// removeEntry takes p out of the table.
func (s *State) removeEntry(p *ping) {
	for j, i := range s.table {
		if &s.pings[i] == p {
			s.table = append(s.table[:j], s.table[j+1:]...)
			return
		}
	}
}
