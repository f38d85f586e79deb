package model

import (
	"fmt"
	"time"
)

// The rules of the keepalive.
const (
	keepEarly RuleID = endLatencyRules + iota
	keepTimeout
	keepInterval
	endKeepaliveRules
)

var keepaliveRules = ruleFamily{keepaliveSentence, map[RuleID]Rule{
	keepEarly: {"keepalive.early", Contract, "",
		"A Pong before the deadline keeps the connection alive.", SeesFrames, "a live peer is cut off"},
	keepTimeout: {"keepalive.timeout", Contract, "",
		"A keepalive ping without any answer ends the connection at its deadline.", SeesFrames, "a dead peer is not noticed"},
	keepInterval: {"keepalive.interval", Contract, "",
		"Keepalive pings leave at the documented interval as long as the connection is open.", SeesFrames,
		"the keepalive died and nobody notices"},
}}

// keepaliveSentence says what a finding by a rule of this family found.
func keepaliveSentence(f *Finding) string {
	switch f.Rule {
	case keepEarly:
		return "the connection was ended at " + f.Got + " although no keepalive ping had timed out"
	case keepTimeout:
		return fmt.Sprintf("keepalive ping %d is unanswered for %s and the connection lives on", f.Ping, f.Got)
	case keepInterval:
		return "no keepalive ping for " + f.Got
	}
	return ""
}

// keepalive is the judge's memory of the subject's keepalive. Its timing binds
// only where a profile documents it.
type keepalive struct {
	lastPingAt time.Duration // when the last keepalive Ping left; 0: none since Open
	excused    bool          // a waiter of the keepalive was cancelled, or writes stalled: no verdict
	unanswered []int32       // index in tracker.pings of each keepalive ping whose time-out runs
}

func (k *keepalive) reset() { *k = keepalive{unanswered: k.unanswered[:0]} }

// recordPing starts the time-out of the newest ping, which the keepalive sent.
func (k *keepalive) recordPing(e *env, t *tracker) {
	e.markReached(keepInterval)
	newest := len(t.pings) - 1
	k.lastPingAt = t.pings[newest].frameAt
	if e.cfg.Timeout > 0 {
		k.unanswered = append(k.unanswered, int32(newest))
	}
}

// receivePong ends the time-outs that a Pong answers: that of the ping with its
// payload and, under a documented up-to policy, those of earlier pings.
func (k *keepalive) receivePong(e *env, t *tracker, data string) {
	if len(k.unanswered) == 0 {
		return
	}
	last := int32(-1)
	if e.profile.Policy == UpTo {
		last = t.newestSentWith(data, k.unanswered[0])
	}
	kept := k.unanswered[:0]
	for _, i := range k.unanswered {
		p := &t.pings[i]
		answered := p.data == data || e.profile.Policy == UpTo && last >= i
		if !answered || e.now > p.frameAt+e.cfg.Timeout { // too late: the time-out may stand
			kept = append(kept, i)
		}
	}
	k.unanswered = kept
}

// endsConnection reports whether a time-out explains that the connection ended at
// the given time.
func (k *keepalive) endsConnection(e *env, t *tracker, at time.Duration) bool {
	if e.cfg.Timeout == 0 {
		return false
	}
	for _, i := range k.unanswered {
		if at >= t.pings[i].frameAt+e.cfg.Timeout-grain {
			return true
		}
	}
	return false
}

// judge looks for a keepalive that fell silent, or that does not give up a dead
// peer, after time has passed.
func (k *keepalive) judge(e *env, t *tracker, ev *Event) {
	if e.cfg.Interval == 0 || ev.Kind != Advance && e.now == e.before || k.excused || e.conn.blocked || e.mayBeClosing() || e.info.Real {
		return
	}
	if e.cfg.Timeout > 0 {
		for _, i := range k.unanswered {
			p := &t.pings[i]
			e.markReached(keepTimeout)
			if e.now > p.frameAt+e.cfg.Timeout+grain && t.pongsReceived == p.pongsBefore {
				e.note(keepTimeout, e.breachVerdict(e.profile.Keeps), int(p.number), "", (e.now - p.frameAt).String())
				return
			}
		}
	}
	if e.profile.Keeps && e.now-k.lastPingAt > 2*e.cfg.Interval+e.cfg.Timeout+grain {
		e.note(keepInterval, FAILED, 0, "", (e.now - k.lastPingAt).String())
	}
}
