package model

import "time"

// env is what the parts of a State share while an event is judged: the profile, the time,
// the state of the connection, and the recorder of findings.
type env struct {
	profile Profile       // the choices to judge by
	info    Info          // what the subject can do and show
	foreign bool          // the protocol is not WebSocket: see Head.Foreign
	vantage Vantage       // from where the subject is seen
	cfg     Config        // how the connection was set up
	now     time.Duration // time since Open, after the event at hand
	before  time.Duration // time since Open, before the event at hand
	op      int32         // number of the event at hand, from 1
	joins   bool          // the bytes of the event at hand wait for those of the next
	joined  bool          // the bytes of the event before arrive with those of the event at hand
	conn    connection    // what happened to the connection
	record  recorder      // findings, and rules put to the test
}

func (e *env) reset(cfg *Config) {
	e.cfg, e.foreign = *cfg, false
	e.now, e.before, e.op = 0, 0, 0
	e.joins, e.joined = false, false
	e.conn = connection{failing: noRule}
	e.record.reset()
}

// connection is what happened to the connection.
type connection struct {
	phase        phase         // as the subject showed it
	closeAsked   bool          // the application closed
	closeCode    int           // the code that the application closed with
	dropped      bool          // the transport broke, or the peer ended its direction
	broken       bool          // the transport broke: stalled writes fail, too
	closedAt     int32         // the op that showed closed; 0: none
	blocked      bool          // writes stall
	blockedAt    time.Duration // when writes last began to stall
	resumedAt    int32         // the op in which writes last went on
	endedSending bool          // the subject ended its sending direction
	settledAt    int32         // the op of the last settle; 0: none
	failing      RuleID        // the rule by which the subject must fail the connection, or noRule
	failedBy     detail        // by which sort of frame, or in which role
	failedAt     int32         // the op that brought the bad frame
	mayRefuse    bool          // accepting and refusing what came are both right: little is proved until the next settle
	unparseable  bool          // the model does not know what the peer's bytes mean: no verdict on them
	sentClose    bool          // the subject sent a Close
	sentCloseAt  int32         // the op in which it sent its first Close
	timedOut     bool          // a time-out of the keepalive ended the connection, as was due
}

// phase says how far a connection is closed.
type phase uint8

const (
	open    phase = iota
	closing       // a Close was sent or received, or the subject ended the connection
	closed        // the subject takes the connection for closed
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

// mayBeClosing reports whether anything ended the connection, or may have.
func (e *env) mayBeClosing() bool {
	c := &e.conn
	return c.phase != open || c.closeAsked || c.dropped || c.failing != noRule || c.mayRefuse || c.sentClose || c.timedOut
}

// keepaliveHidden reports whether a stalled Ping of the keepalive may wait that nobody has
// seen: a Pong may guess its payload.
func (e *env) keepaliveHidden() bool { return e.conn.blocked && e.pingsItself() }

// pingsItself reports whether the subject may send Pings that no op asks for.
func (e *env) pingsItself() bool { return e.cfg.Interval > 0 || e.info.OwnPings }

// breachVerdict returns how severe it is to break what no RFC demands: FAILED where the
// documentation of the profile promises it.
func (e *env) breachVerdict(documented bool) Verdict {
	if documented {
		return FAILED
	}
	return NonStrict
}

// timeOf returns when something happened: at its stamp, or now if it has none.
func (e *env) timeOf(at time.Duration) time.Duration {
	if at != 0 {
		return at
	}
	return e.now
}
