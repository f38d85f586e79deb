package model

import "fmt"

// The rules of how waiters end.
const (
	waiterOnce RuleID = endAckRules + iota
	waiterLost
	waiterLeft
	waiterCancel
	waiterSpurious
	waiterClose
	endWaiterRules
)

var waiterRules = ruleFamily{waiterSentence, map[RuleID]Rule{
	waiterOnce: {"waiter.once", Contract, "",
		"A waiter ends at most once.", SeesWaiters, ""},
	waiterLost: {"waiter.lost", Contract, "",
		"Every waiter ends by the time the connection is closed.", SeesWaiters, ""},
	waiterLeft: {"waiter.left", Contract, "",
		"A waiter that is left pending for ever at the close is documented so.", SeesWaiters,
		"whoever waits without a time-out waits for ever"},
	waiterCancel: {"waiter.cancel", Contract, "",
		"A waiter that is cancelled ends as cancelled, once.", SeesWaiters, "the application waits on for what it gave up"},
	waiterSpurious: {"waiter.spurious", Contract, "",
		"On an open connection a waiter fails or is cancelled only because someone asked for it.", SeesWaiters,
		"a live peer is taken for dead"},
	waiterClose: {"waiter.close", Contract, "",
		"A waiter that the close ends fails with the close, not as if it had been cancelled or answered.", SeesWaiters,
		"the application cannot tell a closed connection from its own cancel, or from a Pong"},
}}

// waiterSentence says what a finding by a rule of this family found.
func waiterSentence(f *Finding) string {
	switch f.Rule {
	case waiterOnce:
		return fmt.Sprintf("%s ended twice (%s%s)", f.pingWord(), f.Want, f.Got)
	case waiterLost:
		return f.pingWord() + " waits for ever: its connection is closed"
	case waiterLeft:
		return f.pingWord() + " is left waiting for ever at the close, as documented"
	case waiterCancel:
		return f.pingWord() + " was cancelled and does not end"
	case waiterSpurious:
		return f.pingWord() + " " + f.Got + " on an open connection"
	case waiterClose:
		return f.pingWord() + " sees the close as if it had been " + f.Got
	}
	return ""
}

// judgeResolution judges the end of one waiter, or a call to ping that failed.
func (t *tracker) judgeResolution(e *env, ev *Event, r *Resolution) {
	p := t.findPing(r.N, r.Keep)
	if p == nil && r.Keep {
		return // the frame of this keepalive ping has not been seen
	}
	if p == nil {
		e.note(waiterOnce, Informational, r.N, "a waiter of a ping that was not called for", "")
		return
	}
	e.markReached(waiterOnce)
	if r.How == Refused {
		t.judgeRefusal(e, ev, p, r)
		return
	}
	if p.status == resolved || p.status == cancelled && !(r.How == Cancelled && p.due&dueCancel != 0) {
		e.note(waiterOnce, FAILED, r.N, "", r.How.String())
		return
	}
	switch r.How {
	case Acked:
		t.judgeAck(e, p, r)
		t.endWaiter(p, resolved)
	case Cancelled:
		if p.due&dueCancel == 0 {
			t.judgeUnasked(e, p, r, "cancelled")
		}
		e.markReached(waiterCancel)
		t.endWaiter(p, cancelled)
	case Failed:
		t.judgeUnasked(e, p, r, "failed")
		t.endWaiter(p, resolved)
	}
}

// judgeUnasked judges a waiter that failed or was cancelled: on an open
// connection without a reason, and at the close in a way that misleads.
func (t *tracker) judgeUnasked(e *env, p *ping, r *Resolution, how string) {
	if e.mayBeClosing() {
		e.markReached(waiterClose)
		if r.How == Cancelled && !r.Keep { // a keepalive may cancel its own waiter
			e.note(waiterClose, NonStrict, r.N, "", how)
		}
		return
	}
	if p.due&dueCancel != 0 || p.keepalive || p.status == void {
		return
	}
	e.markReached(waiterSpurious)
	e.note(waiterSpurious, NonStrict, r.N, "", how)
}

// judgeOpenWaiters judges the waiters that wait on although the connection is closed.
func (t *tracker) judgeOpenWaiters(e *env) {
	if e.info.Sees&SeesWaiters == 0 {
		return
	}
	e.markReached(waiterLost)
	for j := 0; j < len(t.table); { // a waiter that ends leaves the table
		p := &t.pings[t.table[j]]
		if p.status != waiting || p.keepalive {
			j++
			continue
		}
		if e.profile.Leaves {
			e.markReached(waiterLeft)
			e.note(waiterLeft, NonStrict, int(p.number), "", "")
			t.endWaiter(p, void) // the application may still stop waiting
			continue
		}
		e.note(waiterLost, FAILED, int(p.number), "", "")
		t.endWaiter(p, resolved)
	}
}
