package model

import (
	"fmt"
	"slices"

	"github.com/pongcheck/pongcheck/frame"
)

// The rules of how the subject answers Pings.
const (
	pongOwed RuleID = endSendRules + iota
	pongEcho
	pongUnsolicited
	pongPartial
	pongOvertaken
	endPongRules
)

var pongRules = ruleFamily{pongSentence, map[RuleID]Rule{
	pongOwed: {"pong.owed", Must, "5.5.2",
		"A Ping is answered with a Pong unless a Close was received; only the newest of several needs an answer (5.5.3).", SeesFrames, ""},
	pongEcho: {"pong.echo", Must, "5.5.3",
		"A Pong sent in response carries exactly the data of the Ping.", SeesFrames, ""},
	pongUnsolicited: {"pong.unsolicited", May, "5.5.3",
		"A Pong may be sent unasked: a repeated, early or foreign one is legal.", SeesFrames,
		"a peer that counts Pongs, or takes any Pong for life, is misled"},
	pongPartial: {"pong.partial", Must, "5.5.2",
		"A Ping that the end of the stream cut off was not received, and is not answered with what arrived of it.", SeesFrames, ""},
	pongOvertaken: {"pong.overtaken", Should, "5.5.2",
		"A Ping is answered as soon as is practical, before the peer's Close makes the answer moot.", SeesFrames,
		"a peer that closes right after its last Ping never learns that it arrived"},
}}

// pongSentence says what a finding by a rule of this family found.
func pongSentence(f *Finding) string {
	switch f.Rule {
	case pongOwed:
		return "the Ping " + hexWord(f.Want) + " was not answered"
	case pongEcho:
		if f.detail == constantAnswers {
			return fmt.Sprintf("%d Pings in a row were answered with the same Pong %s, none with its own data: the first was %s", constantEnough, hexWord(f.Got), hexWord(f.Want))
		}
		return "the Ping " + hexWord(f.Want) + " was answered with " + hexWord(f.Got)
	case pongUnsolicited:
		return "the Pong " + hexWord(f.Got) + " answers no Ping that is owed an answer"
	case pongPartial:
		return "a Ping that was never whole was answered with " + hexWord(f.Got)
	case pongOvertaken:
		return "the Ping " + hexWord(f.Got) + " was not answered before the peer's Close"
	}
	return ""
}

// responder keeps the Pongs that the subject owes: one list of the Pings that it
// received whole, in order. A Pong answers the newest owed Ping with its payload, and
// excuses every older one. RFC 6455 section 5.5.3: "the endpoint MAY elect to send a Pong
// frame for only the most recently processed Ping frame." This is the most generous
// reading: any subset of answers that contains the newest is right, in any order.
type responder struct {
	owed            []string         // payloads of the Pings that wait for an answer, the oldest first
	owedSoFar       int              // how many Pings were ever added to owed
	optional        []optionalPing   // Pings that need not be answered, and may be
	excused         []string         // payloads of Pings that an answer to a newer one excused: they may still be answered
	excusedOverflow bool             // excused was too short: a Pong that answers nothing known proves nothing
	tooLong         []string         // payloads of Pings over 125 bytes: a cut answer to one is wrong
	suspects        []suspect        // Pongs that look like a mangled echo
	constant        constantAnswer   // a Pong that answers several Pings alike
	unasked         []string         // payloads of the last Pongs that answered nothing
	handed          []handedPong     // Pongs of the application that have not been seen to leave
	heard           [maxHeard]string // payloads of the last Pings received, the next at heard[pings%maxHeard]
	pings           int              // how many Pings were received: a Pong with the payload of one mangles none
}

// optionalPing is a Ping that need not be answered. An answer to it excuses older ones.
type optionalPing struct {
	data  string // its payload
	after int    // how many Pings were owed an answer before it came
}

const (
	maxExcused = 64   // excused Pings, and suspects, that are remembered
	maxHeard   = 64   // Pings that are remembered for their payload
	maxOwed    = 1024 // Pings that are remembered until their answer
)

func (r *responder) reset() {
	r.owed, r.excused, r.optional, r.suspects = r.owed[:0], r.excused[:0], r.optional[:0], r.suspects[:0]
	r.tooLong, r.unasked, r.handed = r.tooLong[:0], r.unasked[:0], r.handed[:0]
	r.owedSoFar, r.pings, r.excusedOverflow = 0, 0, false
	r.constant.reset()
}

// isSimple reports whether nothing is outstanding, and no memory runs over.
func (r *responder) isSimple() bool {
	return len(r.owed) == 0 && len(r.suspects) == 0 && len(r.optional) == 0 && len(r.excused) < maxExcused &&
		len(r.constant.pings) == 0 && len(r.handed) == 0
}

// recordPing remembers that a Ping was received.
func (r *responder) recordPing(data string) {
	r.heard[r.pings%maxHeard] = data
	r.pings++
}

// receivePing records a Ping of the peer's and, unless answering is optional, that a Pong
// is owed. RFC 6455 section 5.5.2: "Upon receipt of a Ping frame, an endpoint MUST send a
// Pong frame in response, unless it already received a Close frame."
func (r *responder) receivePing(e *env, data string) {
	r.recordPing(data)
	if len(data) > frame.MaxControl && !e.foreign {
		r.tooLong = appendBounded(r.tooLong, data)
	}
	if e.conn.sentClose || e.conn.closeAsked || e.conn.mayRefuse || e.profile.Silent || len(data) > frame.MaxControl {
		if len(r.optional) < maxExcused {
			r.optional = append(r.optional, optionalPing{data, r.owedSoFar})
		} else { // its answer will not show which Pings came before it
			r.excuseAll()
			r.excusePing(data)
		}
		return
	}
	e.markReached(pongOwed, pongEcho)
	if len(r.owed) == maxOwed {
		r.excuseFirst(1)
	}
	r.owed = append(r.owed, data)
	r.owedSoFar++
}

// excuseAtClose ends all that is owed, as the peer's Close came. A Ping that was still
// unanswered is noted later as pong.overtaken, unless its answer follows. RFC 6455
// section 5.5.2: "It SHOULD respond with Pong frame as soon as is practical."
func (r *responder) excuseAtClose(e *env) {
	if n := len(r.owed); n > 0 && !e.conn.blocked {
		e.record.heldBack = append(e.record.heldBack, heldBackFinding{pongOvertaken, r.owed[n-1]})
	}
	r.excuseAll()
}

// excusePing remembers that a Ping may be answered, and need not be.
func (r *responder) excusePing(data string) {
	r.excusedOverflow = r.excusedOverflow || len(r.excused) == maxExcused
	r.excused = appendBounded(r.excused, data)
}

// appendBounded appends to a list, and drops its oldest member beyond maxExcused.
func appendBounded(list []string, data string) []string {
	if len(list) == maxExcused {
		list = append(list[:0], list[1:]...)
	}
	return append(list, data)
}

// excuseAll excuses every Ping that is owed an answer.
func (r *responder) excuseAll() {
	for _, d := range r.owed {
		r.excusePing(d)
	}
	r.owed = r.owed[:0]
}

// excuseFirst excuses the n oldest Pings that are owed; n may be negative.
func (r *responder) excuseFirst(n int) {
	if n <= 0 {
		return
	}
	for _, d := range r.owed[:n] {
		r.excusePing(d)
	}
	r.owed = append(r.owed[:0], r.owed[n:]...)
}

// takeAnswer strikes the Ping that a Pong answers, and reports whether there is one.
func (r *responder) takeAnswer(data string) bool {
	owed := len(r.owed) - 1
	for owed >= 0 && r.owed[owed] != data {
		owed--
	}
	for i := len(r.optional) - 1; i >= 0; i-- {
		older := r.optional[i].after - (r.owedSoFar - len(r.owed))
		if r.optional[i].data == data && older > owed {
			r.excuseFirst(older)
			r.optional = append(r.optional[:i], r.optional[i+1:]...)
			return true
		}
	}
	if owed >= 0 {
		r.excuseFirst(owed)
		r.owed = append(r.owed[:0], r.owed[1:]...)
		return true
	}
	for i := len(r.excused) - 1; i >= 0; i-- {
		if r.excused[i] == data {
			r.excused = append(r.excused[:i], r.excused[i+1:]...)
			return true
		}
	}
	return false
}

// judgePong judges a Pong that the subject sent.
func (r *responder) judgePong(e *env, in *inbound, f *Frame) {
	data := f.Data
	e.markReached(pongUnsolicited)
	e.record.dropAnsweredLate(data)
	r.clearSuspects(data)
	handed := r.takeHanded(data) // may be an answer as well: nobody can tell
	if !handed {
		r.constant.compare(r.owed, r.owedSoFar, data, e.op)
	}
	if r.takeAnswer(data) || handed || r.excusedOverflow || e.profile.Silent {
		return
	}
	if r.provesAnswer(e, in, data) {
		if e.conn.sentClose && e.conn.failedAt <= e.conn.sentCloseAt && e.conn.sentCloseAt < e.op { // it failed the connection, by its Close
			e.noteDetail(recvAfterFail, FAILED, 0, failedDetail(e.conn.failing), ruleTable[e.conn.failing].ID, data)
		} else {
			e.noteAccepted(0, "the Ping with or after it was answered", data)
		}
		return
	}
	if in.pingCutOff && in.cutPing == data && data != "" {
		e.noteInferred(pongPartial, FAILED, "", data)
		return
	}
	r.unasked = appendBounded(r.unasked, data)
	if e.conn.phase != open || r.recordSuspect(data, e.op) || e.conn.mayRefuse {
		return
	}
	verdict := NonStrict
	if data == "" { // 5.5.3: "A Pong frame MAY be sent unsolicited.  This serves as a unidirectional heartbeat."
		verdict = Informational
	}
	e.note(pongUnsolicited, verdict, 0, "", data)
}

// provesAnswer reports whether a Pong proves that a Ping was handled that came with or after
// the bytes that fail the connection. An empty Pong, or one that repeats what was said before,
// may be a heartbeat. So may a short one that comes later than the Ping.
func (r *responder) provesAnswer(e *env, in *inbound, data string) bool {
	i := slices.IndexFunc(in.pingsAfterFailure, func(p latePing) bool { return p.data == data })
	if i < 0 || data == "" || slices.Contains(r.heard[:min(r.pings, maxHeard)], data) || slices.Contains(r.unasked, data) {
		return false
	}
	atOnce := in.pingsAfterFailure[i].op == e.op && e.conn.resumedAt != e.op && !e.info.Real
	return atOnce || len(data) >= distinctive
}

// distinctive is the length in bytes of a payload that no Pong has by chance.
const distinctive = 4

// judgeSettle judges a Ping that is not answered by now.
func (r *responder) judgeSettle(e *env) {
	r.excusedOverflow = false // an answer that has not come by now never will
	n := len(r.owed)
	if n == 0 || e.info.Sees&SeesFrames == 0 {
		return
	}
	newest := r.owed[n-1]
	if r.constant.convicts() {
		r.noteConstant(e)
	}
	for i := range r.suspects {
		if x := &r.suspects[i]; x.ping == newest {
			r.noteEcho(e, x)
			break
		}
	}
	e.note(pongOwed, FAILED, 0, newest, "")
	r.excuseAll()
}

// noteConvincing notes what the whole trace makes likely, although nothing proves it.
func (r *responder) noteConvincing(e *env) {
	if x := r.convincingSuspect(); x != nil {
		r.noteEcho(e, x)
	}
	if r.constant.convicts() {
		r.noteConstant(e)
	}
	if n := len(r.owed); n > 0 && e.info.Sees&SeesFrames != 0 && !e.mayBeClosing() && e.record.worst < FAILED {
		e.noteInferred(pongOwed, Informational, r.owed[n-1], "")
	}
}

// noteEcho infers a mangled answer, at the op that brought it. RFC 6455 section 5.5.3: "A
// Pong frame sent in response to a Ping frame must have identical "Application data" as
// found in the message body of the Ping frame being replied to."
func (r *responder) noteEcho(e *env, x *suspect) {
	op := e.op
	e.op = x.op
	e.recordFinding(Finding{Rule: pongEcho, Verdict: FAILED, Certainty: Inferred, detail: echoDetail(x.how), Want: x.ping, Got: x.pong,
		Innocent: "the Pong was unsolicited, and the Ping is answered later, or excused by a later answer: " +
			"both are legal (5.5.3), though the Pong is the Ping's data " + manglingWords[x.how]})
	e.op = op
}
