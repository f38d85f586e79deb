package specimen

import (
	"time"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// endpoint is a connection that does what RFC 6455 says and waits for nothing: a
// call is over when its frame is written, or stands in line. The specimens that
// are no ports build on it.
type endpoint struct {
	link
	parser

	phase    phase
	deadline time.Duration // by which the peer's Close has to come; 0: not set
	message  []byte        // as far as it came
	text     bool          // its type
}

// side is what a specimen adds to an endpoint, or does otherwise.
type side interface {
	open(cfg *model.Config)
	step(s side, ev *model.Event, out *model.Outcome)
	ping(id pingID, ev *model.Event) // the connection is open
	cancel(id pingID)
	pong(data string)
	answer(data string) // a Ping
	flush()             // answers that are put off
	end()               // of every waiter: the connection is closed

	read(s side, b []byte) // what comes in one read
	next(b []byte) (*frame.Frame, violation, int)
	assemble(f *frame.Frame, data string) violation
	timer() (time.Duration, bool) // when something is due of itself
	tick(s side)                  // it is
}

// running is a side as a model.Subject. A side does not step itself, so that one
// that embeds another can change any of its methods.
type running struct{ side }

// Step makes it a model.Subject.
func (r running) Step(ev *model.Event, out *model.Outcome) {
	if ev.Kind == model.Open {
		r.open(ev.Config)
		return
	}
	r.step(r.side, ev, out)
}

// patience is how long an endpoint that sent a Close waits for the peer's.
const patience = 5 * time.Second

func (e *endpoint) open(cfg *model.Config) {
	e.link.reset(cfg)
	e.parser.reset(cfg.Role)
	*e = endpoint{link: e.link, parser: e.parser, message: e.message[:0]}
}

func (e *endpoint) step(s side, ev *model.Event, out *model.Outcome) {
	e.out = out
	if ev.Kind != model.RecvPing && ev.Kind != model.Raw && ev.Kind != model.End {
		s.flush()
	}
	switch ev.Kind {
	case model.Ping:
		id := pingID{n: int32(ev.N)}
		if e.phase != isOpen {
			e.refuse(id, model.ErrClosed, "")
		} else if len(ev.Data) > frame.MaxControl {
			e.refuse(id, model.ErrTooLong, "")
		} else {
			s.ping(id, ev)
		}
	case model.Cancel:
		s.cancel(pingID{int32(ev.N), ev.Keep})
	case model.Pong, model.RecvPing, model.PeerClose, model.Raw, model.Msg, model.Frag, model.Cont:
		e.receive(s, ev)
	case model.Close:
		e.shut(ev.N)
	case model.MsgSend:
		op := frame.Binary
		if ev.Text {
			op = frame.Text
		}
		e.send(op, ev.Data)
	case model.SendPong:
		e.send(frame.Pong, ev.Data)
	case model.EOF:
		e.link.close()
	case model.Drop, model.End:
		e.drop()
	case model.Block:
		e.block()
	case model.Resume:
		e.resume()
	case model.Advance:
		e.advance(s, ev.Time)
	}
	e.rest(s)
}

// rest ends every waiter when the connection is lost.
func (e *endpoint) rest(s side) {
	if e.losing {
		e.lost()
		e.phase = isClosed
		s.end()
	}
}

// advance lets time pass from timer to timer.
func (e *endpoint) advance(s side, d time.Duration) {
	end := e.now + d
	e.passing = true
	for {
		at, ok := s.timer()
		if !ok || at > end {
			break
		}
		e.now = max(e.now, at)
		s.tick(s)
		e.rest(s)
	}
	e.now, e.passing = end, false
}

func (e *endpoint) timer() (time.Duration, bool) { return e.deadline, e.deadline != 0 && !e.gone }

func (e *endpoint) tick(side) { e.abort() }

func (e *endpoint) send(op frame.Opcode, data string) {
	switch {
	case e.phase != isOpen:
		e.out.Err = model.ErrClosed
	case op.Control() && len(data) > frame.MaxControl:
		e.out.Err = model.ErrTooLong
	default:
		e.write(op, data)
	}
}

func (e *endpoint) shut(code int) {
	if code == 0 {
		code = int(frame.NormalClosure)
	}
	switch {
	case e.phase != isOpen:
	case !frame.CloseCode(code).Sendable():
		e.out.Err = model.ErrOther
	default:
		e.write(frame.Close, e.closePayload(frame.CloseCode(code), ""))
		e.phase, e.deadline = isClosing, e.now+patience
	}
}

func (e *endpoint) receive(s side, ev *model.Event) {
	if ev.Z {
		e.out.Unsupported = true
		return
	}
	for b := e.encode(ev); len(b) > 0; {
		n := len(b)
		if e.cut > 0 {
			n = min(n, e.cut)
		}
		s.read(s, b[:n])
		b = b[n:]
	}
}

func (e *endpoint) read(s side, b []byte) {
	for len(b) > 0 && !e.leaving {
		f, bad, n := s.next(b)
		b = b[n:]
		if bad == (violation{}) && f != nil {
			bad = e.parsed(s, f)
		}
		if bad != (violation{}) {
			e.failConnection(s, bad)
		}
	}
}

func (e *endpoint) parsed(s side, f *frame.Frame) violation {
	data := e.own(f.Payload)
	switch f.Opcode {
	case frame.Ping:
		s.answer(data)
	case frame.Pong:
		s.pong(data)
	case frame.Close:
		if _, bad := parseClose(data); bad != (violation{}) {
			return bad
		}
		s.flush()
		if e.phase == isOpen {
			e.write(frame.Close, data)
		}
		e.link.end()
		e.link.close()
		e.phase = isClosing
	default:
		return s.assemble(f, data)
	}
	return violation{}
}

func (e *endpoint) failConnection(s side, bad violation) {
	s.flush()
	if e.phase == isOpen {
		e.write(frame.Close, e.closePayload(bad.code, bad.reason))
	}
	e.link.end()
	e.link.close()
	e.phase = isClosing
}

// assemble puts a fragment to its message, and delivers that when it is whole.
func (e *endpoint) assemble(f *frame.Frame, data string) violation {
	if f.Opcode != frame.Continuation {
		e.message, e.text = e.message[:0], f.Opcode == frame.Text
	}
	e.message = append(e.message, data...)
	if !f.Fin {
		return violation{}
	}
	return e.deliver(e.own(e.message))
}

// deliver gives a message to the application.
func (e *endpoint) deliver(whole string) violation {
	if e.text {
		if bad := checkText(whole); bad != (violation{}) {
			return bad
		}
	}
	e.out.Messages = append(e.out.Messages, model.Message{Text: e.text, Data: whole, At: e.at()})
	return violation{}
}
