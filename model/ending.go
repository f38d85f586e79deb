package model

import (
	"fmt"
	"unicode/utf8"

	"github.com/pongcheck/pongcheck/frame"
)

// The rules of how a connection ends.
const (
	closeOwed RuleID = endMessageRules + iota
	closeEnded
	closeTold
	endCloseRules
)

var closeRules = ruleFamily{closeSentence, map[RuleID]Rule{
	closeOwed: {"close.owed", Must, "5.5.1",
		"Who receives a Close and has sent none sends one, and so does an application that closes.", SeesFrames, ""},
	closeEnded: {"close.ended", Must, "7.1.1",
		"A connection that failed or is closed is ended: by a server at once after both Closes, by a client when the server has ended it.", SeesFrames, ""},
	closeTold: {"close.told", Must, "7.1.5",
		"The application is told the code of the Close that came, 1005 for one without a code and 1006 for none; an end without a Close is not clean (7.1.4).", SeesTold, ""},
}}

// closeSentence says what a finding by a rule of this family found.
func closeSentence(f *Finding) string {
	switch f.Rule {
	case closeOwed:
		return closeOwedWords[f.detail]
	case closeEnded:
		return closeEndedWords[f.detail]
	case closeTold:
		return fmt.Sprintf("the application was told %s; %s", f.Got, f.Want)
	}
	return ""
}

var closeOwedWords = map[detail]string{
	noDetail:       "the peer's Close was not answered with a Close",
	endedUnclosed:  "the connection was ended without an answer to the peer's Close",
	callUnclosed:   "the application closed, and no Close was sent",
	callEndedAlone: "the application closed, and the connection was ended without a Close",
}

var closeEndedWords = map[detail]string{
	saidClosed:    "the connection is said to be closed, and its sending direction is still open",
	bothClosed:    "both Closes were sent, and the server did not end the connection",
	serverEnded:   "both Closes were sent and the server ended the connection, but the client did not",
	failedUnended: "the connection failed, and was not ended",
}

// ending follows the end of a connection: which Close is owed, and which codes the application
// may be told.
type ending struct {
	replyOwed bool // the peer's Close came first
	callOwed  bool // the application closed first, and its call has not failed
	stalled   bool // writes stalled while a Close was owed: it may be given up with them
	judged    bool // a Close that was owed was judged
	came      bool // the peer's Close came, as a legal frame
	first     bool // nothing else had ended the connection before
	cameCode  int  // its code; 1005 if it has none
	sentCode  int  // the code of the subject's first Close; 0: none
	told      bool // the application was told of the end
}

// receiveClose records a Close of the peer's. RFC 6455 section 5.5.1: "If an endpoint receives a
// Close frame and did not previously send a Close frame, the endpoint MUST send a Close frame in
// response." A Close with a bad payload fails the connection instead.
func (x *ending) receiveClose(e *env, data string) {
	code, reason, ok := closePayload(data)
	switch {
	case data == "":
		code = int(frame.NoStatus)
	case !ok || !frame.CloseCode(code).Sendable() || !utf8.ValidString(reason):
		e.conn.mayRefuse = true
		return
	}
	x.came, x.cameCode, x.first = true, code, !e.mayBeClosing() && !e.conn.blocked
	if e.conn.mayRefuse || e.conn.sentClose || e.foreign || e.info.ManualClose {
		return
	}
	e.markReached(closeOwed)
	x.replyOwed, x.stalled = true, x.stalled || e.conn.blocked
}

// recordCall records that the application closes, unless something else ends the connection
// already.
func (x *ending) recordCall(e *env, code int) {
	if e.mayBeClosing() || e.foreign || !mayCloseWith(code) {
		return
	}
	e.markReached(closeOwed)
	x.callOwed, x.stalled = true, x.stalled || e.conn.blocked
}

// recordFailedCall records that some call failed: perhaps that to close.
func (x *ending) recordFailedCall() { x.callOwed = false }

// codeOf returns the code of a Close with this payload: 1005 if it has none.
func codeOf(data string) int {
	if code, _, ok := closePayload(data); ok {
		return code
	}
	return int(frame.NoStatus)
}

// owes reports whether the subject owes a Close that it has not sent.
func (x *ending) owes(e *env, conn *connection) bool {
	return (x.replyOwed || x.callOwed) && !x.judged && !conn.sentClose && !conn.timedOut && e.info.Sees&SeesFrames != 0
}

// judgeOwed judges a Close that was not sent: by the time that the subject ended its sending
// direction, or at a settle.
func (x *ending) judgeOwed(e *env, ended bool) {
	d := noDetail
	switch {
	case x.replyOwed && ended:
		d = endedUnclosed
	case !x.replyOwed && ended:
		d = callEndedAlone
	case !x.replyOwed:
		d = callUnclosed
	}
	x.judged = true
	e.noteDetail(closeOwed, FAILED, 0, d, "", "")
}

// judgeEOF judges the end of the sending direction: a Close that was owed had to come before.
func (x *ending) judgeEOF(e *env) {
	if x.owes(e, &e.conn) && !x.stalled && !e.conn.dropped && !e.conn.blocked {
		x.judgeOwed(e, true)
	}
}

// lacksClose reports whether a Close is owed at a settle. It has to wait for the end of a message
// that the subject is in the middle of.
func (x *ending) lacksClose(e *env, conn *connection, o *outbound) bool {
	return x.owes(e, conn) && !conn.dropped && !conn.blocked && !conn.endedSending && !o.state.InMessage
}

// lacks reports whether judgeSettle will find something missing after a settle that showed seen.
func (x *ending) lacks(e *env, o *outbound, seen *Outcome) bool {
	conn, y := e.conn, *x
	if f := seen.firstClose(); f != nil && !conn.sentClose {
		conn.sentClose, conn.sentCloseAt, y.sentCode = true, e.op, codeOf(f.Data)
	}
	if conn.closedAt == 0 && seen.Closed {
		conn.closedAt = e.op
	}
	conn.endedSending = conn.endedSending || seen.WroteEOF
	return y.lacksClose(e, &conn, o) || y.unended(e, &conn) != noDetail
}

// isSimple reports whether nothing is missing on a closed connection.
func (x *ending) isSimple(e *env) bool {
	return x.unended(e, &e.conn) == noDetail && !x.owes(e, &e.conn)
}

// unended returns in which way the connection should have been ended by a settle, or noDetail.
func (x *ending) unended(e *env, conn *connection) detail {
	both := x.came && conn.sentClose
	// RFC 6455 section 5.5.1: "the client SHOULD wait for the server to close the connection but MAY
	// close the connection at any time".
	waits := e.cfg.Role == Client && !conn.dropped
	switch {
	case conn.broken || conn.blocked || conn.endedSending || e.foreign || e.info.Sees&SeesFrames == 0:
		return noDetail
	case both && waits:
		return noDetail
	case both && e.cfg.Role == Client:
		return serverEnded
	// Section 5.5.1: "The server MUST close the underlying TCP connection immediately".
	case both:
		return bothClosed
	case conn.closedAt != 0:
		return saidClosed
	// Section 7.1.7: the endpoint sends a Close "before proceeding to _Close the WebSocket
	// Connection_", which ends the TCP connection (7.1.1).
	case x.failed(conn) && !waits:
		return failedUnended
	}
	return noDetail
}

// failed reports whether the subject failed the connection by a Close: because of a frame that
// demands it, or for what it takes for an error (1002, 1007).
func (x *ending) failed(conn *connection) bool {
	code := frame.CloseCode(x.sentCode)
	accuses := code == frame.ProtocolError || code == frame.InvalidPayload
	return conn.sentClose && !conn.closeAsked && (accuses || conn.failing != noRule && conn.sentCloseAt >= conn.failedAt)
}

// judgeSettle judges what of the end is missing.
func (x *ending) judgeSettle(e *env, o *outbound) {
	if x.lacksClose(e, &e.conn, o) {
		x.judgeOwed(e, false)
	}
	if d := x.unended(e, &e.conn); d != noDetail {
		e.noteDetail(closeEnded, FAILED, 0, d, "", "")
	}
}

// judgeTold judges what the application was told of the end of its connection. RFC 6455 section
// 7.1.5: the code is that "contained in the first Close control frame received by the application
// implementing this protocol"; 1005 if it has none, 1006 if none came.
// A subject that sent a Close of its own may name that.
func (x *ending) judgeTold(e *env, t Told) {
	if x.told || e.conn.mayRefuse || e.conn.unparseable || e.foreign {
		return
	}
	x.told = true
	e.markReached(closeTold)
	own := e.conn.sentClose || e.conn.closeAsked || e.conn.failing != noRule || e.conn.timedOut
	none := t.Code == int(frame.AbnormalClosure)
	switch {
	case t.Clean && !x.came && !own:
		e.note(closeTold, FAILED, 0, "no Close came", t.String())
	case t.Code == 0 || x.came && t.Code == x.cameCode || own && t.Code == x.sentCode:
	case x.came && (!x.first || none && e.conn.dropped): // perhaps the subject did not read it any more
	case !x.came && (own || none):
	case x.came:
		e.note(closeTold, FAILED, 0, fmt.Sprintf("the code of the Close that came is %d", x.cameCode), t.String())
	default:
		e.note(closeTold, FAILED, 0, "no Close came", t.String())
	}
}
