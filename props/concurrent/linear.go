package concurrent

import "github.com/pongcheck/pongcheck/model"

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
// only says by when some call has to have taken it.

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
	profile model.Profile
	calls   []model.Event // of ping
	wire    []string      // payloads of the Pings, in the order of their frames
	pongs   []string      // payloads of the Pongs
	starves bool          // what is owed need not be paid
}

// linear is the tracker between two steps.
type linear struct {
	status  [maxPings]callStatus
	took    [maxPings]uint8 // by call: 1 + its place on the wire
	table   [maxPings]uint8 // calls that may be remembered, in the order of the wire
	n       uint8           // of them
	newest  uint8           // 1 + the call that came last, if it has a place in the table
	wire    uint8           // Pings taken
	closing bool

	since   calls // to which a Pong came
	early   calls // whose Ping was not taken when a Pong came that may be for it
	allowed calls // that a Pong since the last settle may acknowledge
	owed    calls // that one has to
	either  calls // of those with equal payloads it has to acknowledge one
	struck  calls // whose payload the last Pong had
	absorbs uint8 // 1 + the cancelled call that took that Pong, unless one of struck did
}

// calls is a set of calls.
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

// step does s, and reports whether that is right.
func (l linear) step(f *facts, s point) (linear, bool) {
	ok := true
	switch s.kind {
	case pointCall:
		ok = l.call(f, s.n)
	case pointRefused:
		l.status[s.n] = callOver
	case pointFrame:
		ok = int(l.wire) > s.n
	case pointAcked:
		ok = l.acked(f, s.n)
	case pointCancelled:
		ok = l.status[s.n] != callOver
		l.end(f, s.n, callCancelled)
	case pointFailed:
		ok = l.status[s.n] != callOver && (!s.must || l.closing)
		l.end(f, s.n, callOver)
	case pointPong:
		l.pong(f, s.n)
	case pointClose:
		l.closing, l.owed, l.either = true, 0, 0
	case pointSettle:
		ok = l.owed|l.either == 0 || f.starves
		l.absorb()
		l.allowed, l.early = 0, 0
	case pointEnd:
		ok = f.profile.Leaves || !l.waits()
	}
	return l, ok
}

// waits reports whether a waiter is left.
func (l *linear) waits() bool {
	for _, s := range l.status {
		if s == callWaits {
			return true
		}
	}
	return false
}

// call is a call of ping, which takes the next Ping of the wire if that may be its
// own. It may have ended before.
func (l *linear) call(f *facts, n int) bool {
	takes := int(l.wire) < len(f.wire) && (f.calls[n].Chosen || f.calls[n].Data == f.wire[l.wire])
	l.newest = 0
	if takes {
		l.wire++
		l.took[n] = l.wire
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
	if l.status[n] == callWaits && f.profile.Equals == model.EqualsRefused && l.pending(f, l.data(f, n)) {
		return false
	}
	l.table[l.n] = uint8(n)
	l.n++
	l.newest = uint8(n) + 1
	return true
}

// data is the payload of a call in the table.
func (l *linear) data(f *facts, n int) string { return f.wire[l.took[n]-1] }

// pending reports whether a waiter with that payload waits.
func (l *linear) pending(f *facts, data string) bool {
	match, live, _, _ := l.masks(f, data)
	return match&live != 0
}

// masks are the sets of places that [model.Policy.Must] speaks of.
func (l *linear) masks(f *facts, data string) (match, live, gone, newest uint64) {
	for j, n := range l.table[:l.n] {
		bit := uint64(1) << j
		if l.data(f, int(n)) == data {
			match |= bit
		}
		if l.status[n] == callWaits {
			live |= bit
		} else {
			gone |= bit
		}
		if n+1 == l.newest {
			newest = bit
		}
	}
	return match, live, gone, newest
}

// callsAt are the calls at those places.
func (l *linear) callsAt(places uint64) calls {
	var c calls
	for j, n := range l.table[:l.n] {
		if places>>j&1 != 0 {
			c |= 1 << n
		}
	}
	return c
}

func (l *linear) pong(f *facts, i int) {
	l.absorb()
	waits, idle, guessed := l.met(f, f.pongs[i])
	l.since |= waits
	policy := f.profile.Policy
	if policy == model.Exact || policy == model.Latest {
		idle = guessed
	}
	if policy != model.UpTo || guessed != 0 {
		l.early |= idle
	}
	if l.closing {
		return
	}
	match, live, gone, newest := l.masks(f, f.pongs[i])
	must, may := policy.Must(match, live, gone, newest), policy.May(match, live)
	if policy == model.UpTo && guessed != 0 {
		may = live // they are all earlier
	}
	l.owed |= l.callsAt(must)
	l.either |= l.callsAt(policy.Either(match, live, gone, newest))
	l.allowed |= l.callsAt(must | may)
	l.strike(f, match, gone)
}

// met are the calls whose waiters a Pong meets, and those still to come, whose Ping
// it may guess: that it comes before the Ping leaves is not strict, no failure.
func (l *linear) met(f *facts, data string) (waits, idle, guessed calls) {
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

// strike uses up cancelled entries: those that a documented up-to policy removes, or
// one equal entry if it turns out that no waiter took the Pong.
func (l *linear) strike(f *facts, match, gone uint64) {
	lowest := match & -match
	if match == 0 {
		return
	}
	if f.profile.Policy == model.UpTo {
		l.remove(l.callsAt(gone & (lowest<<1 - 1)))
		return
	}
	l.struck = l.callsAt(match)
	for j, n := range l.table[:l.n] {
		if match&gone>>j&1 != 0 {
			l.absorbs = n + 1
			break
		}
	}
}

// absorb settles who took the last Pong.
func (l *linear) absorb() {
	if l.absorbs > 0 {
		l.remove(1 << (l.absorbs - 1))
	}
	l.absorbs, l.struck = 0, 0
}

func (l *linear) acked(f *facts, n int) bool {
	if s := l.status[n]; s == callIdle {
		l.end(f, n, callOver)
		return l.early.has(n)
	} else if s != callWaits && s != callVoid {
		return false
	}
	if l.struck.has(n) {
		l.absorbs = 0
	}
	free := l.closing || f.profile.Policy == model.OpenPolicy
	ok := l.allowed.has(n) || free && l.since.has(n)
	l.end(f, n, callOver)
	return ok
}

// end ends a waiter. A cancelled one may keep its place.
func (l *linear) end(f *facts, n int, s callStatus) {
	if l.either.has(n) {
		match, _, _, _ := l.masks(f, l.data(f, n))
		l.either &^= l.callsAt(match)
	}
	l.status[n] = s
	l.owed &^= 1 << n
	l.allowed &^= 1 << n
	if s == callOver {
		l.remove(1 << n)
	}
}

// remove takes calls out of the table.
func (l *linear) remove(c calls) {
	kept := uint8(0)
	for _, n := range l.table[:l.n] {
		if !c.has(int(n)) {
			l.table[kept] = n
			kept++
		}
	}
	clear(l.table[kept:l.n])
	l.n = kept
}
