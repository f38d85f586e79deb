package model

import "time"

// env is what the parts of a State share while an event is judged: by which rules and
// when, in which state of the connection, and where findings go.
type env struct {
	profile Profile       // to judge by
	info    Info          // what the subject can do and show
	cfg     Config        // of the connection
	now     time.Duration // since Open
	before  time.Duration // now, before the event at hand
	op      int32         // number of the event at hand, from 1
	conn    connection
	record  recorder
}

func (e *env) reset(cfg *Config) {
	e.cfg = *cfg
	e.now, e.before, e.op = 0, 0, 0
	e.conn = connection{failing: noRule}
	e.record.reset()
}

// connection is what happened to the connection.
type connection struct {
	phase        phase
	closeAsked   bool          // the application closed
	closeCode    int           // with this code
	dropped      bool          // the transport broke, or the peer ended its direction
	broken       bool          // the transport broke: stalled writes fail, too
	closedAt     int32         // the op that showed closed; 0: none
	blocked      bool          // writes stall
	blockedAt    time.Duration // when they last began to
	resumedAt    int32         // the op in which they last went on
	endedSending bool          // the subject ended its sending direction
	settledAt    int32         // the op of the last settle; 0: none
	failing      RuleID        // the rule by which the subject must fail the connection; noRule
	failedAt     int32         // the op that brought the bytes that it forbids
	mayRefuse    bool          // accepting and refusing what came are both right: no proofs until settled
	unparseable  bool          // the model cannot tell any more what the peer's bytes mean: no verdict on them
	sentClose    bool          // the subject sent a Close
	sentCloseAt  int32         // the op in which it did
	timedOut     bool          // the keepalive ended the connection, by a time-out that was due
}

type phase uint8

const (
	open phase = iota
	closing
	closed
)

// markReached marks rules as put to the test.
func (e *env) markReached(rules ...RuleID) {
	for _, r := range rules {
		e.record.reached |= 1 << r
	}
}

// hasEnded reports whether the subject showed that it ended the connection.
func (e *env) hasEnded() bool {
	return e.conn.sentClose || e.conn.phase == closed || e.conn.endedSending
}

// mayBeClosing reports whether something ended the connection, or may have.
func (e *env) mayBeClosing() bool {
	return e.conn.phase != open || e.conn.closeAsked || e.conn.dropped || e.conn.failing != noRule || e.conn.mayRefuse || e.conn.sentClose || e.conn.timedOut
}

// keepaliveHidden reports whether the keepalive may have a Ping that was held up: a Pong may
// guess what it will say.
func (e *env) keepaliveHidden() bool { return e.conn.blocked && e.cfg.Interval > 0 }

// breachVerdict is the verdict on a breach of what no RFC demands: a failure if the
// profile's documentation promises it.
func (e *env) breachVerdict(documented bool) Verdict {
	if documented {
		return FAILED
	}
	return NonStrict
}

// timeOf is when something happened: as told, or now.
func (e *env) timeOf(at time.Duration) time.Duration {
	if at != 0 {
		return at
	}
	return e.now
}
