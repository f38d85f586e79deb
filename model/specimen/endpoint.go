package specimen

import (
	"time"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// endpoint is a connection that obeys RFC 6455 and waits for nothing: a call returns when its
// frame is written or queued. The specimens that are not ports build on it.
type endpoint struct {
	link
	parser

	phase    phase
	deadline time.Duration   // when the peer's Close must have come; 0: not set
	cameCode frame.CloseCode // of the peer's Close; 0: none came
	message  []byte          // the beginning of the peer's message
	text     bool            // that message is a text
}

// side is what a specimen adds to an endpoint, or does differently.
type side interface {
	openConnection(cfg *model.Config)
	step(s side, ev *model.Event, out *model.Outcome)
	callPing(id pingID, ev *model.Event) // called only while the connection is open
	cancelWaiter(id pingID)
	handlePong(data string)
	answerPing(data string) // answers a Ping
	flushAnswers()          // sends delayed answers
	endWaiters()            // ends every waiter: the connection is closed
	tellEnd() model.Told    // what the application is told of the end

	readBytes(s side, b []byte) // takes the bytes of one read
	nextFrame(b []byte) (*frame.Frame, violation, int)
	assembleMessage(f *frame.Frame, data string) violation
	nextTimer() (time.Duration, bool) // when the next timer fires
	fireTimer(s side)                 // that timer fires
}

// running is a side as a model.Subject. A side does not step itself, so that a side that embeds
// another can change any of its methods.
type running struct{ side }

// Step makes it a model.Subject.
func (r running) Step(ev *model.Event, out *model.Outcome) {
	if ev.Kind == model.Open {
		r.openConnection(ev.Config)
		return
	}
	r.step(r.side, ev, out)
}

// patience is how long an endpoint that sent a Close waits for the peer's Close.
const patience = 5 * time.Second

func (e *endpoint) openConnection(cfg *model.Config) {
	e.link.reset(cfg)
	e.parser.reset(cfg.Role)
	*e = endpoint{link: e.link, parser: e.parser, message: e.message[:0]}
}

func (e *endpoint) step(s side, ev *model.Event, out *model.Outcome) {
	e.out = out
	if ev.Kind != model.RecvPing && ev.Kind != model.Raw && ev.Kind != model.End {
		s.flushAnswers()
	}
	switch ev.Kind {
	case model.Ping:
		id := pingID{n: int32(ev.N)}
		if e.phase != isOpen {
			e.refuseCall(id, model.ErrClosed, "")
		} else if len(ev.Data) > frame.MaxControl {
			e.refuseCall(id, model.ErrTooLong, "")
		} else {
			s.callPing(id, ev)
		}
	case model.Cancel:
		s.cancelWaiter(pingID{int32(ev.N), ev.Keep})
	case model.Pong, model.RecvPing, model.PeerClose, model.Raw, model.Msg, model.Frag, model.Cont:
		e.receiveBytes(s, ev)
	case model.Close:
		e.callClose(ev.N)
	case model.MsgSend:
		op := frame.Binary
		if ev.Text {
			op = frame.Text
		}
		e.sendFrame(op, ev.Data)
	case model.SendPong:
		e.sendFrame(frame.Pong, ev.Data)
	case model.EOF:
		e.link.closeTransport()
	case model.Drop, model.End:
		e.dropTransport()
	case model.Block:
		e.blockWrites()
	case model.Resume:
		e.resumeWrites()
	case model.Advance:
		e.advanceTime(s, ev.Time)
	}
	e.finishStep(s)
}

// finishStep ends every waiter when the connection is lost.
func (e *endpoint) finishStep(s side) {
	if e.losing {
		e.showLost()
		e.out.Told = s.tellEnd()
		e.phase = isClosed
		s.endWaiters()
	}
}

// advanceTime lets time pass from timer to timer.
func (e *endpoint) advanceTime(s side, d time.Duration) {
	end := e.now + d
	e.passing = true
	for {
		at, ok := s.nextTimer()
		if !ok || at > end {
			break
		}
		e.now = max(e.now, at)
		s.fireTimer(s)
		e.finishStep(s)
	}
	e.now, e.passing = end, false
}

func (e *endpoint) nextTimer() (time.Duration, bool) { return e.deadline, e.deadline != 0 && !e.gone }

func (e *endpoint) fireTimer(side) { e.abortTransport() }

func (e *endpoint) sendFrame(op frame.Opcode, data string) {
	switch {
	case e.phase != isOpen:
		e.out.Err = model.ErrClosed
	case op.Control() && len(data) > frame.MaxControl:
		e.out.Err = model.ErrTooLong
	default:
		e.writeFrame(op, data)
	}
}

func (e *endpoint) callClose(code int) {
	if code == 0 {
		code = int(frame.NormalClosure)
	}
	switch {
	case e.phase != isOpen:
	case !frame.CloseCode(code).Sendable():
		e.out.Err = model.ErrOther
	default:
		e.writeFrame(frame.Close, e.closePayload(frame.CloseCode(code), ""))
		e.phase, e.deadline = isClosing, e.now+patience
	}
}

func (e *endpoint) receiveBytes(s side, ev *model.Event) {
	e.out.Unsupported = ev.Z
	for b := e.encode(ev); len(b) > 0; {
		n := len(b)
		if e.cut > 0 {
			n = min(n, e.cut)
		}
		s.readBytes(s, b[:n])
		b = b[n:]
	}
}

func (e *endpoint) readBytes(s side, b []byte) {
	for len(b) > 0 && !e.leaving {
		f, bad, n := s.nextFrame(b)
		b = b[n:]
		if bad == (violation{}) && f != nil {
			bad = e.handleFrame(s, f)
		}
		if bad != (violation{}) {
			e.failConnection(s, bad)
		}
	}
}

func (e *endpoint) handleFrame(s side, f *frame.Frame) violation {
	data := e.copyBytes(f.Payload)
	switch f.Opcode {
	case frame.Ping:
		s.answerPing(data)
	case frame.Pong:
		s.handlePong(data)
	case frame.Close:
		code, bad := parseClose(data)
		if bad != (violation{}) {
			return bad
		}
		e.cameCode = code
		s.flushAnswers()
		if e.phase == isOpen {
			e.writeFrame(frame.Close, data)
		}
		e.link.endSending()
		e.link.closeTransport()
		e.phase = isClosing
	default:
		return s.assembleMessage(f, data)
	}
	return violation{}
}

// tellEnd tells the code of the peer's Close, or that none came.
func (e *endpoint) tellEnd() model.Told {
	if e.cameCode == 0 {
		return model.Told{Said: true, Code: int(frame.AbnormalClosure)}
	}
	return model.Told{Said: true, Code: int(e.cameCode), Clean: true}
}

func (e *endpoint) failConnection(s side, bad violation) {
	s.flushAnswers()
	if e.phase == isOpen {
		e.writeFrame(frame.Close, e.closePayload(bad.code, bad.reason))
	}
	e.link.endSending()
	e.link.closeTransport()
	e.phase = isClosing
}

// assembleMessage adds a fragment to its message, and delivers a whole message.
func (e *endpoint) assembleMessage(f *frame.Frame, data string) violation {
	if f.Opcode != frame.Continuation {
		e.message, e.text = e.message[:0], f.Opcode == frame.Text
	}
	e.message = append(e.message, data...)
	if !f.Fin {
		return violation{}
	}
	return e.deliverMessage(e.copyBytes(e.message))
}

// deliverMessage gives a message to the application.
func (e *endpoint) deliverMessage(whole string) violation {
	if e.text {
		if bad := checkText(whole); bad != (violation{}) {
			return bad
		}
	}
	e.out.Messages = append(e.out.Messages, model.Message{Text: e.text, Data: whole, At: e.at()})
	return violation{}
}
