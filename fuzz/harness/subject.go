package harness

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/pongcheck/pongcheck/model"
)

// Endpoint is what an application can do with the library under test. A function
// that is nil says that the library cannot: the op is then unsupported. Each call
// has a goroutine of its own and may block.
type Endpoint struct {
	// Ping sends a Ping with this payload and waits until it is acknowledged or
	// ctx is done. For a library that does not wait by itself: [Pongs].
	Ping func(ctx context.Context, payload []byte) error

	// PingAny is the same with a payload that the library chooses.
	PingAny func(ctx context.Context) error

	Close func(code int) error            // closes, with its handshake
	Send  func(text bool, p []byte) error // sends a message
	Pong  func(p []byte) error            // sends an unsolicited Pong

	// Kind sorts the errors of these functions; nil is [KindOf].
	Kind Classify
}

// Subject makes subjects of a library. open sets up a connection over h.Conn, by
// the library's documented door, and starts what must run with it, such as a
// reading goroutine, by [Host.Go]. An error that is [errors.ErrUnsupported] says
// that the library cannot have the h.Config; every other one is reported as a crash
// of open, since nothing can be said of a subject that does not open.
//
// A subject must be stepped in a bubble: see [Bubble].
func Subject(open func(h *Host) (Endpoint, error)) func() model.Subject {
	return func() model.Subject { return &subject{open: open} }
}

type subject struct {
	open func(h *Host) (Endpoint, error)
	host *Host // of the open connection, or nil
	ep   Endpoint
}

// Step does ev and waits until every goroutine of the bubble is blocked.
func (s *subject) Step(ev *model.Event, out *model.Outcome) {
	switch {
	case ev.Kind == model.Open:
		if s.host != nil {
			s.end(new(model.Outcome))
		}
		s.reset(ev.Config, out)
	case ev.Kind == model.End:
		if s.host != nil {
			s.end(out)
		}
	case s.host == nil:
		out.Unsupported = true
	default:
		s.host.show(out)
		out.Unsupported = !s.do(ev)
		rest()
		s.host.hide()
	}
}

// reset opens a connection. Only what happens after that belongs to the trace.
func (s *subject) reset(cfg *model.Config, out *model.Outcome) {
	s.host, s.ep = newHost(*cfg), Endpoint{}
	crash, err := s.start()
	if err == nil {
		s.host.opened = time.Now()
		return
	}
	s.end(new(model.Outcome))
	switch {
	case crash.Class != "":
		out.Crash = crash
	case errors.Is(err, errors.ErrUnsupported):
		out.Unsupported = true
	default:
		out.Crash = model.Crash{Where: "open", Class: fmt.Sprintf("%T", err), Text: err.Error()}
	}
}

// start lets the library shake hands. After a panic the error is errNotOpen.
func (s *subject) start() (model.Crash, error) {
	var out model.Outcome
	result := errNotOpen
	s.host.show(&out)
	s.host.Go("open", func() { s.ep, result = s.open(s.host) })
	rest()
	s.host.hide()
	err := result // as it is now: a call that waits for ever will fail at the end
	if shook := s.host.shake.result(); err == nil || errors.Is(shook, errors.ErrUnsupported) {
		err = shook // it may well refuse a peer that does not do what it asked for
	}
	return out.Crash, err
}

var errNotOpen = errors.New("the handshake was answered, but the library still waits: let handle return, and read in Host.Go")

// do starts what ev says. It reports whether the subject can do that.
func (s *subject) do(ev *model.Event) bool {
	h := s.host
	switch ev.Kind {
	case model.Ping:
		return s.ping(ev)
	case model.Cancel:
		if ev.Keep {
			return false
		}
		h.cancel(ev.N)
	case model.Close, model.MsgSend, model.SendPong:
		return s.call(ev)
	case model.Drop:
		h.pipe.set(&h.pipe.broken, true)
	case model.EOF:
		h.pipe.set(&h.pipe.ended, true)
	case model.Block:
		h.pipe.set(&h.pipe.blocked, true)
	case model.Resume:
		h.pipe.set(&h.pipe.blocked, false)
	case model.Advance:
		time.Sleep(ev.Time)
	case model.Settle: // each step comes to rest
	default:
		ok := true
		h.pipe.feed(func(b []byte) []byte {
			b, ok = h.wire.Append(b, ev)
			return b
		})
		return ok
	}
	return true
}

func (s *subject) ping(ev *model.Event) bool {
	do := s.ep.PingAny
	if !ev.Chosen {
		if s.ep.Ping == nil {
			return false
		}
		payload := []byte(ev.Data)
		do = func(ctx context.Context) error { return s.ep.Ping(ctx, payload) }
	}
	if do == nil {
		return false
	}
	s.host.ping(ev, s.kind(), do)
	return true
}

func (s *subject) kind() Classify {
	if s.ep.Kind == nil {
		return KindOf
	}
	return s.ep.Kind
}

// call starts one of the calls without a waiter.
func (s *subject) call(ev *model.Event) bool {
	code, text, data := ev.N, ev.Text, []byte(ev.Data)
	if code == 0 {
		code = 1000 // RFC 6455 section 7.4.1: normal closure
	}
	switch {
	case ev.Kind == model.Close && s.ep.Close != nil:
		s.host.call("Close", s.kind(), func() error { return s.ep.Close(code) })
	case ev.Kind == model.MsgSend && s.ep.Send != nil:
		s.host.call("Send", s.kind(), func() error { return s.ep.Send(text, data) })
	case ev.Kind == model.SendPong && s.ep.Pong != nil:
		s.host.call("Pong", s.kind(), func() error { return s.ep.Pong(data) })
	default:
		return false
	}
	return true
}

// grace is the virtual time that calls have to return after the transport broke.
const grace = time.Minute

// end breaks the transport and waits until the subject has noticed. A waiter
// that is left after that has no outcome: it is lost. Then everything must come
// to an end; what does not hangs.
func (s *subject) end(out *model.Outcome) {
	h := s.host
	h.show(out)
	h.pipe.set(&h.pipe.broken, true)
	h.idle()
	out.Part = string(h.raw)
	h.hide()
	for n := range h.calls {
		h.cancel(n + 1)
	}
	if out.Hang = !h.idle(); out.Hang {
		hangs.Add(1)
	}
	s.host, s.ep = nil, Endpoint{}
}

// idle waits for the goroutines of h to end, and reports whether they did.
func (h *Host) idle() bool {
	rest()
	if h.running() {
		time.Sleep(grace)
		rest()
	}
	return !h.running()
}

func (h *Host) running() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.live > 0
}
