package concurrent

import (
	"math/bits"

	"github.com/pongcheck/pongcheck/model"
)

// A history is right if its steps can be put in an order, each within its interval,
// in which they are those of one tracker that does one thing after the other. That
// tracker is linear: what model.State makes of pings, cancels, Pongs and closes, in
// a value that can be compared and copied, as a search needs it. It allows what the
// model does not call FAILED. A test compares the two.
//
// That a waiter is acknowledged is a step of its own, the moment of which nobody
// saw: it came after the Pong and before the waiter showed it. Nor is it known which
// call wrote which of two equal Pings, or which Ping the subject chose for which
// call, so a call takes the next Ping on the wire if that may be its own, and a Ping
// only says by when some call has to have taken it. With a keepalive, that has sent the
// Pings that no call has taken by then.

// point is one step of a history: what happens at one moment of an interval.
type point struct {
	kind pointKind
	n    int // pointFrame, pointPong: its place among them, from 0; else the call, from 0
	must bool
}

type pointKind uint8

const (
	pointCall      pointKind = iota // of ping
	pointRefused                    // the same, where nothing is sent and no waiter made
	pointFrame                      // a Ping was on the wire
	pointAcked                      // a waiter was acknowledged
	pointCancelled                  // it was cancelled
	pointFailed                     // it failed; must: because the connection was closing
	pointPong                       // a Pong was handled
	pointClose                      // the connection began to close
	pointSettle                     // nothing is left to do
	pointEnd                        // the connection is closed, and nothing is left to do
)

// facts are what does not change in a history.
type facts struct {
	profile     model.Profile
	calls       []model.Event   // of ping
	pingsOnWire []string        // payloads of the Pings, in the order of their frames
	pongs       []string        // payloads of the Pongs
	uncalled    map[string]bool // payloads of Pings of which the subject sent some by itself, or may have
	mayStarve   bool            // what is owed need not be paid
}

// linear is the state of that tracker between two steps.
type linear struct {
	status     [maxPings]callStatus // of each call of ping
	wirePlace  [maxPings]uint8      // of each call: 1 + the place of its Ping on the wire; 0: it took none
	table      [maxTable]uint8      // the calls that the tracker may remember, in the order of the wire; ofKeepalive: a Ping of that
	tableLen   uint8                // how many are in table
	newestCall uint8                // 1 + the call that came last, if that is in table; else 0
	pingsTaken uint8                // how many Pings of the wire have a call
	closing    bool                 // the connection has begun to close

	ponged         calls // waiters for which any Pong came while they waited
	mayBeEarly     calls // calls without a Ping so far, which a Pong may have guessed
	mayBeAcked     calls // calls that a Pong since the last settle may acknowledge
	mustBeAcked    calls // calls that a Pong must acknowledge by the next settle
	oneMustBeAcked calls // calls with equal payloads: a Pong must acknowledge one of them
	struckByLast   calls // calls in table with the payload of the last Pong
	absorber       uint8 // 1 + the cancelled call that takes the last Pong, unless a waiter in struckByLast does
}

// maxTable is how many Pings a history may have on the wire.
const maxTable = 32

// ofKeepalive marks the place on the wire, from 0, of a Ping in the table that no call sent.
const ofKeepalive = 1 << 7

// calls is a set of calls. It never has a Ping of the keepalive.
type calls uint16

func (c calls) has(n int) bool { return c>>n&1 != 0 }

type callStatus uint8

const (
	callIdle      callStatus = iota
	callWaits                // its waiter waits
	callVoid                 // no waiter was promised: called while closing
	callCancelled            // it may still take a Pong
	callOver
)

// applyPoint does s, and reports whether that is right.
func (l linear) applyPoint(f *facts, s point) (linear, bool) {
	ok := true
	switch s.kind {
	case pointCall:
		ok = l.callPing(f, s.n)
	case pointRefused:
		l.status[s.n] = callOver
	case pointFrame:
		ok = l.hasSender(f, s.n)
	case pointAcked:
		ok = l.acknowledge(f, s.n)
	case pointCancelled:
		ok = l.status[s.n] != callOver
		l.endWaiter(f, s.n, callCancelled)
	case pointFailed:
		ok = l.status[s.n] != callOver && (!s.must || l.closing)
		l.endWaiter(f, s.n, callOver)
	case pointPong:
		l.handlePong(f, s.n)
	case pointClose:
		l.closing, l.mustBeAcked, l.oneMustBeAcked = true, 0, 0
	case pointSettle:
		ok = l.mustBeAcked|l.oneMustBeAcked == 0 || f.mayStarve
		l.settleAbsorber()
		l.mayBeAcked, l.mayBeEarly = 0, 0
	case pointEnd:
		ok = f.profile.Leaves || !l.hasWaiter()
	}
	return l, ok
}

// hasWaiter reports whether a waiter is left.
func (l *linear) hasWaiter() bool {
	for _, s := range l.status {
		if s == callWaits {
			return true
		}
	}
	return false
}

// callPing is a call of ping, which takes the next Ping of the wire if that may be its
// own. It may have ended before.
func (l *linear) callPing(f *facts, n int) bool {
	takes := int(l.pingsTaken) < len(f.pingsOnWire) && (f.calls[n].Chosen || f.calls[n].Data == f.pingsOnWire[l.pingsTaken])
	l.newestCall = 0
	if takes {
		l.pingsTaken++
		l.wirePlace[n] = l.pingsTaken
	}
	if l.status[n] == callIdle {
		l.status[n] = callWaits
		if l.closing {
			l.status[n] = callVoid
		}
	}
	if !takes || l.closing || l.status[n] == callOver {
		return true
	}
	if l.status[n] == callWaits && f.profile.Equals == model.EqualsRefused && l.isPending(f, l.payloadOf(f, n)) {
		return false
	}
	l.table[l.tableLen] = uint8(n)
	l.tableLen++
	l.newestCall = uint8(n) + 1
	return true
}

// hasSender reports whether Ping n of the wire has left: a call took it, or else the keepalive
// sent it, if there is one.
func (l *linear) hasSender(f *facts, n int) bool {
	if f.uncalled[f.pingsOnWire[n]] && int(l.pingsTaken) == n {
		l.pingsTaken++
		l.newestCall = 0
		if !l.closing {
			l.table[l.tableLen] = ofKeepalive | uint8(n)
			l.tableLen++
		}
	}
	return int(l.pingsTaken) > n
}

// payloadOf is the payload of a Ping in the table.
func (l *linear) payloadOf(f *facts, n int) string {
	if n&ofKeepalive != 0 {
		return f.pingsOnWire[n&^ofKeepalive]
	}
	return f.pingsOnWire[l.wirePlace[n]-1]
}

// isPending reports whether a waiter with that payload waits.
func (l *linear) isPending(f *facts, data string) bool {
	match, live, _, _ := l.placeMasks(f, data)
	return match&live != 0
}

// placeMasks are the sets of places that [model.Policy.Must] speaks of.
func (l *linear) placeMasks(f *facts, data string) (match, live, gone, newest uint64) {
	for j, n := range l.table[:l.tableLen] {
		bit := uint64(1) << j
		if l.payloadOf(f, int(n)) == data {
			match |= bit
		}
		switch {
		case n&ofKeepalive != 0: // how its waiter ends does not show
		case l.status[n] == callWaits:
			live |= bit
		default:
			gone |= bit
		}
		if n+1 == l.newestCall {
			newest = bit
		}
	}
	return match, live, gone, newest
}

// callsAt returns the calls at those places.
func (l *linear) callsAt(places uint64) calls {
	var c calls
	for j, n := range l.table[:l.tableLen] {
		if places>>j&1 != 0 {
			c |= 1 << n
		}
	}
	return c
}

func (l *linear) handlePong(f *facts, i int) {
	l.settleAbsorber()
	waits, idle, guessed := l.meetCalls(f, f.pongs[i])
	l.ponged |= waits
	policy := f.profile.Policy
	if policy == model.Exact || policy == model.Latest {
		idle = guessed
	}
	if policy != model.UpTo || guessed != 0 {
		l.mayBeEarly |= idle
	}
	if l.closing {
		return
	}
	match, live, gone, newest := l.placeMasks(f, f.pongs[i])
	must, may := policy.Must(match, live, gone, newest), policy.May(match, live)
	if policy == model.UpTo && guessed != 0 {
		may = live // they are all earlier
	}
	l.mustBeAcked |= l.callsAt(must)
	l.oneMustBeAcked |= l.callsAt(policy.Either(match, live, gone, newest))
	l.mayBeAcked |= l.callsAt(must | may)
	l.strikeCancelled(f, match, gone)
	l.dropAnswered(f, f.pongs[i])
}

// dropAnswered removes the Ping of the keepalive that alone has the payload of a Pong.
func (l *linear) dropAnswered(f *facts, data string) {
	match, _, _, _ := l.placeMasks(f, data)
	j := uint8(bits.TrailingZeros64(match))
	if bits.OnesCount64(match) == 1 && l.table[j]&ofKeepalive != 0 {
		copy(l.table[j:], l.table[j+1:l.tableLen])
		l.tableLen--
		l.table[l.tableLen] = 0
	}
}

// meetCalls are the calls whose waiters a Pong meets, and those still to come, whose Ping
// it may guess: that it comes before the Ping leaves is not strict, no failure.
func (l *linear) meetCalls(f *facts, data string) (waits, idle, guessed calls) {
	for n := range f.calls {
		switch c := &f.calls[n]; l.status[n] {
		case callWaits, callVoid:
			waits |= 1 << n
		case callIdle:
			idle |= 1 << n
			if c.Chosen || c.Data == data {
				guessed |= 1 << n
			}
		}
	}
	return waits, idle, guessed
}

// strikeCancelled uses up cancelled entries: those that a documented up-to policy removes, or
// one equal entry if no waiter takes the Pong.
func (l *linear) strikeCancelled(f *facts, match, gone uint64) {
	lowest := match & -match
	if match == 0 {
		return
	}
	if f.profile.Policy == model.UpTo {
		l.removeCalls(l.callsAt(gone & (lowest<<1 - 1)))
		return
	}
	l.struckByLast = l.callsAt(match)
	for j, n := range l.table[:l.tableLen] {
		if match&gone>>j&1 != 0 {
			l.absorber = n + 1
			break
		}
	}
}

// settleAbsorber removes the cancelled entry that took the last Pong, if one did.
func (l *linear) settleAbsorber() {
	if l.absorber > 0 {
		l.removeCalls(1 << (l.absorber - 1))
	}
	l.absorber, l.struckByLast = 0, 0
}

func (l *linear) acknowledge(f *facts, n int) bool {
	if s := l.status[n]; s == callIdle {
		l.endWaiter(f, n, callOver)
		return l.mayBeEarly.has(n)
	} else if s != callWaits && s != callVoid {
		return false
	}
	if l.struckByLast.has(n) {
		l.absorber = 0
	}
	free := l.closing || f.profile.Policy == model.OpenPolicy
	ok := l.mayBeAcked.has(n) || free && l.ponged.has(n)
	l.endWaiter(f, n, callOver)
	return ok
}

// endWaiter ends a waiter. A cancelled one may keep its place in the table.
func (l *linear) endWaiter(f *facts, n int, s callStatus) {
	if l.oneMustBeAcked.has(n) {
		match, _, _, _ := l.placeMasks(f, l.payloadOf(f, n))
		l.oneMustBeAcked &^= l.callsAt(match)
	}
	l.status[n] = s
	l.mustBeAcked &^= 1 << n
	l.mayBeAcked &^= 1 << n
	if s == callOver {
		l.removeCalls(1 << n)
	}
}

// removeCalls takes calls out of the table.
func (l *linear) removeCalls(c calls) {
	kept := uint8(0)
	for _, n := range l.table[:l.tableLen] {
		if !c.has(int(n)) {
			l.table[kept] = n
			kept++
		}
	}
	clear(l.table[kept:l.tableLen])
	l.tableLen = kept
}
