package model

import (
	"fmt"
	"time"
)

// The rules of latencies.
const (
	latencyWaiter RuleID = endWaiterRules + iota
	latencyConnection
	endLatencyRules
)

var latencyRules = ruleFamily{latencySentence, map[RuleID]Rule{
	latencyWaiter: {"latency.waiter", Contract, "",
		"The latency of an acknowledged ping lies between the time since its frame left and the time since it was called.", SeesWaiters | SeesLatency,
		"a round trip that never happened steers time-outs"},
	latencyConnection: {"latency.connection", Contract, "",
		"The latency of the connection is that of the last ping whose own Pong came.", SeesConnLat,
		"a round trip that never happened steers time-outs"},
}}

// latencySentence says what a finding by a rule of this family found.
func latencySentence(f *Finding) string {
	switch f.Rule {
	case latencyWaiter:
		if f.detail == untoldLatency {
			return f.pingWord() + " was acknowledged and its latency, which is documented, is not told"
		}
		return fmt.Sprintf("%s: the latency %s is not within %s", f.pingWord(), f.Got, f.Want)
	case latencyConnection:
		if f.detail == staleLatency {
			return "the latency of the connection is still " + f.Got + ", which is not that of the ping that was answered"
		}
		return "the latency " + f.Got + " of the connection is that of no ping that was answered"
	}
	return ""
}

// grain is the precision with which subjects report times.
const grain = time.Microsecond

// judgeLatency judges the latency of an acknowledged ping. Its lower bound is known only
// where nothing but its own Pong came, and no time passed.
func (t *tracker) judgeLatency(e *env, p *ping, r *Resolution) {
	if t.senderUnknown {
		return
	}
	e.markReached(latencyWaiter)
	low, high := time.Duration(0), e.timeOf(r.At)-p.calledAt
	if p.frameSeen && len(t.pongsNow) == 1 && t.pongsNow[0] == p.data && e.before == e.now {
		low = e.now - p.frameAt
	}
	bad := r.Latency < 0
	if !e.info.Real && (e.profile.Timed || t.ownPongCame(p)) {
		bad = bad || t.ownPongCame(p) && (r.Latency < low-grain || r.Latency > high+grain)
	}
	if bad {
		e.note(latencyWaiter, e.breachVerdict(e.profile.Timed), r.N, low.String()+" to "+high.String(), r.Latency.String())
	}
}

// ownPongCame reports whether p's own Pong arrived in this event.
func (t *tracker) ownPongCame(p *ping) bool {
	for _, d := range t.pongsNow {
		if d == p.data {
			return true
		}
	}
	return false
}

// judgeConnectionLatency judges a latency of the connection that changed: it is that of a
// ping whose own Pong came in this event.
func (t *tracker) judgeConnectionLatency(e *env, seen *Outcome) {
	if e.info.Real || t.senderUnknown || e.keepaliveHidden() {
		return
	}
	if !seen.Timed {
		t.judgeStaleLatency(e, seen)
		return
	}
	e.markReached(latencyConnection)
	for i := len(t.pings) - 1; i >= 0; i-- {
		p := &t.pings[i]
		low := e.before - p.frameAt
		if !p.frameSeen {
			low = 0 // a Pong that guessed the payload: see ack.early
		}
		if (t.ownPongCame(p) || !p.known) && withinGrain(seen.Latency, low, e.now-p.calledAt) {
			return
		}
	}
	if len(t.pongsNow) > 0 || seen.Latency < 0 {
		e.note(latencyConnection, e.breachVerdict(e.profile.Timed), 0, "", seen.Latency.String())
	}
}

// judgeStaleLatency judges a latency of the connection that did not change. Where it is
// documented, it is that of the ping whose own Pong was the only one of this event.
func (t *tracker) judgeStaleLatency(e *env, seen *Outcome) {
	if !e.profile.Timed || e.info.Sees&SeesConnLat == 0 || len(t.pongsNow) != 1 || e.before != e.now || e.conn.blocked || e.mayBeClosing() {
		return
	}
	known, fresh := false, false
	for i := range seen.Resolutions {
		r := &seen.Resolutions[i]
		if p := t.findPing(r.N, r.Keep); p != nil && r.How == Acked && p.frameSeen && t.ownPongCame(p) {
			known = true
			fresh = fresh || withinGrain(t.connLatency, e.now-p.frameAt, e.now-p.calledAt)
		}
	}
	if known && !fresh {
		e.markReached(latencyConnection)
		e.noteDetail(latencyConnection, FAILED, 0, staleLatency, "", t.connLatency.String())
	}
}

// judgeUntold judges a waiter that was acknowledged without its latency where that is
// documented.
func (t *tracker) judgeUntold(e *env, p *ping, r *Resolution) {
	if e.profile.Timed && e.info.Sees&SeesLatency != 0 && !r.Keep && p.frameSeen && t.ownPongCame(p) {
		e.markReached(latencyWaiter)
		e.noteDetail(latencyWaiter, FAILED, r.N, untoldLatency, "", "")
	}
}

// withinGrain reports whether d lies between low and high, but for the grain.
func withinGrain(d, low, high time.Duration) bool { return d >= low-grain && d <= high+grain }
