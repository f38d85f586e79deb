package model

import "github.com/pongcheck/pongcheck/frame"

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

// responder keeps the Pongs that an end owes: one list of the Pings it received
// whole, in order. A Pong strikes the newest owed Ping with its payload and every
// older one (RFC 6455 section 5.5.3: it may answer only the most recent). This is
// the most generous reading: any subset of answers that contains the newest is
// right, in any order.
type responder struct {
	owed            []string
	owedSoFar       int            // Pings that were owed an answer, so far
	optional        []optionalPing // received while answering was optional
	excused         []string       // struck without an answer of their own, or received while that was optional
	excusedOverflow bool           // more was excused than is remembered: a Pong that answers nothing known is no news
	suspects        []suspect
	heard           [maxHeard]string // the last Pings received, the oldest at heard[pings%maxHeard]
	pings           int              // received so far: a Pong with the data of one that was heard mangles nothing
}

// optionalPing is a Ping that need not be answered. Its answer excuses older ones
// all the same.
type optionalPing struct {
	data  string
	after int // so many owed Pings came before it
}

// maxExcused bounds the memory for excused Pings and suspects, maxOwed that for
// Pings that wait for their answer.
const (
	maxExcused = 64
	maxHeard   = 64
	maxOwed    = 1024
)

func (p *responder) reset() {
	p.owed, p.excused, p.optional, p.suspects = p.owed[:0], p.excused[:0], p.optional[:0], p.suspects[:0]
	p.owedSoFar, p.pings, p.excusedOverflow = 0, 0, false
}

// isSimple reports whether nothing is outstanding, and no memory runs over.
func (p *responder) isSimple() bool {
	return len(p.owed) == 0 && len(p.suspects) == 0 && len(p.optional) == 0 && len(p.excused) < maxExcused
}

// recordPing remembers that a Ping was received.
func (p *responder) recordPing(data string) {
	p.heard[p.pings%maxHeard] = data
	p.pings++
}

// receivePing takes over a Ping of the peer's.
func (r *responder) receivePing(e *env, data string) {
	r.recordPing(data)
	if e.conn.sentClose || e.conn.closeAsked || e.conn.mayRefuse || e.profile.Silent || len(data) > frame.MaxControl {
		if p := r; len(p.optional) < maxExcused {
			p.optional = append(p.optional, optionalPing{data, p.owedSoFar}) // answering is right, not answering too
		} else {
			p.excusePing(data)
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

// excuseAtClose is called when the peer's Close came: from here on nothing is owed.
// What was owed and could not be proved in time is worth a word.
func (r *responder) excuseAtClose(e *env) {
	if n := len(r.owed); n > 0 && !e.conn.blocked {
		e.record.heldBack = append(e.record.heldBack, heldBackFinding{pongOvertaken, r.owed[n-1]})
	}
	r.excuseAll()
}

func (p *responder) excusePing(data string) {
	p.excusedOverflow = p.excusedOverflow || len(p.excused) == maxExcused
	p.excused = appendBounded(p.excused, data)
}

// appendBounded appends to a list of the last maxExcused.
func appendBounded(list []string, data string) []string {
	if len(list) == maxExcused {
		list = append(list[:0], list[1:]...)
	}
	return append(list, data)
}

func (p *responder) excuseAll() {
	for _, d := range p.owed {
		p.excusePing(d)
	}
	p.owed = p.owed[:0]
}

// excuseFirst excuses the n oldest Pings that are owed; n may be negative.
func (p *responder) excuseFirst(n int) {
	if n <= 0 {
		return
	}
	for _, d := range p.owed[:n] {
		p.excusePing(d)
	}
	p.owed = append(p.owed[:0], p.owed[n:]...)
}

// takeAnswer takes a Pong for an answer; it reports whether it is one.
func (p *responder) takeAnswer(data string) bool {
	owed := len(p.owed) - 1
	for owed >= 0 && p.owed[owed] != data {
		owed--
	}
	for i := len(p.optional) - 1; i >= 0; i-- {
		older := p.optional[i].after - (p.owedSoFar - len(p.owed))
		if p.optional[i].data == data && older > owed {
			p.excuseFirst(older)
			p.optional = append(p.optional[:i], p.optional[i+1:]...)
			return true
		}
	}
	if owed >= 0 {
		p.excuseFirst(owed)
		p.owed = append(p.owed[:0], p.owed[1:]...)
		return true
	}
	for i := len(p.excused) - 1; i >= 0; i-- {
		if p.excused[i] == data {
			p.excused = append(p.excused[:i], p.excused[i+1:]...)
			return true
		}
	}
	return false
}

// judgePong judges a Pong that the subject sent.
func (r *responder) judgePong(e *env, in *inbound, f *Frame) {
	p := r
	data := f.Data
	e.markReached(pongUnsolicited)
	e.record.dropAnsweredLate(data)
	if p.takeAnswer(data) || p.excusedOverflow || e.profile.Silent {
		return
	}
	for _, late := range in.pingsAfterFailure {
		if late != data {
			continue
		}
		if e.conn.sentClose && e.conn.failedAt <= e.conn.sentCloseAt && e.conn.sentCloseAt < e.op { // its Close answered the bad frame
			e.note(recvAfterFail, FAILED, 0, ruleTable[e.conn.failing].ID, data)
		} else {
			e.note(e.conn.failing, FAILED, 0, "the Ping with or after it was answered", data)
		}
		return
	}
	if in.pingCutOff && in.cutPing == data && data != "" {
		e.noteInferred(pongPartial, FAILED, "", data)
		return
	}
	if e.conn.mayRefuse || e.conn.phase != open {
		return
	}
	if p.recordSuspect(data, e.op) {
		return
	}
	verdict := NonStrict
	if data == "" {
		verdict = Informational // a heartbeat (5.5.3), never evidence
	}
	e.note(pongUnsolicited, verdict, 0, "", data)
}

// judgeSettle judges a Ping that is not answered by now.
func (r *responder) judgeSettle(e *env) {
	r.excusedOverflow = false // what was excused and has not come does not come any more
	n := len(r.owed)
	if n == 0 || e.info.Sees&SeesFrames == 0 {
		return
	}
	newest := r.owed[n-1]
	for i := range r.suspects {
		if x := &r.suspects[i]; x.ping == newest {
			r.noteEcho(e, x)
			break
		}
	}
	e.note(pongOwed, FAILED, 0, newest, "")
	r.excuseAll()
}

// noteConvincing tells what is convincing although nothing proves it.
func (r *responder) noteConvincing(e *env) {
	if x := r.convincingSuspect(); x != nil {
		r.noteEcho(e, x)
	}
	if n := len(r.owed); n > 0 && e.info.Sees&SeesFrames != 0 && !e.mayBeClosing() && e.record.worst < FAILED {
		e.noteInferred(pongOwed, Informational, r.owed[n-1], "")
	}
}

// noteEcho notes a mangled answer at the op that brought it.
func (r *responder) noteEcho(e *env, x *suspect) {
	op := e.op
	e.op = x.op
	e.recordFinding(Finding{Rule: pongEcho, Verdict: FAILED, Certainty: Inferred, Want: x.ping, Got: x.pong, Innocent: "the Pong was unsolicited, and the Ping is answered later, or excused by a later answer: " +
		"both are legal (5.5.3), though the Pong is the Ping's data " + manglingWords[x.how]})
	e.op = op
}
