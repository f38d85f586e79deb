package harness

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/pongcheck/pongcheck/model"
)

// Endpoint is what an application can do with the library under test. A nil function says that the
// library cannot do it: the op is then unsupported. Each call runs in a goroutine of its own and
// may block.
type Endpoint struct {
	// Ping sends a Ping with this payload. It waits until the Ping is acknowledged or ctx is done.
	// For a library that does not wait itself, use [Pongs].
	Ping func(ctx context.Context, payload []byte) error

	// PingAny does the same with a payload that the library chooses.
	PingAny func(ctx context.Context) error

	Close func(code int) error            // closes, with its handshake
	Send  func(text bool, p []byte) error // sends a message
	Pong  func(p []byte) error            // sends an unsolicited Pong

	// Kind maps the errors of these functions; nil means [KindOf].
	Kind Classify
}

// Subject makes subjects of a library. open sets up a connection over h.Conn by a door that the
// library documents. It starts what must run with the connection, such as a reading goroutine, by
// [Host.Go]. An error that is [errors.ErrUnsupported] says that the library cannot have the
// h.Config; return it before anything is started. Any other error, and an open that never
// returns, is a [*model.SetupError]: nothing can be said of a subject that does not open.
//
// A subject must be stepped in a bubble: see [Bubble].
func Subject(open func(h *Host) (Endpoint, error)) func() model.Subject {
	return func() model.Subject { return &subject{open: open} }
}

// subject is a library behind its adapter.
type subject struct {
	open     func(h *Host) (Endpoint, error)
	host     *Host    // of the open connection, or nil
	endpoint Endpoint // of the open connection
}

// Step does ev and waits until every goroutine of the bubble is blocked.
func (s *subject) Step(ev *model.Event, out *model.Outcome) {
	switch {
	case ev.Kind == model.Open:
		if s.host != nil {
			s.endConnection(new(model.Outcome))
		}
		s.openConnection(ev.Config, out)
	case ev.Kind == model.End:
		if s.host != nil {
			s.endConnection(out)
		}
	case s.host == nil:
		out.Unsupported = true
	default:
		s.host.beginStep(out)
		out.Unsupported = !s.startOp(ev)
		restBubble()
		s.host.endStep()
	}
}

// openConnection opens a connection. Only what happens after that belongs to the trace.
func (s *subject) openConnection(cfg *model.Config, out *model.Outcome) {
	s.host, s.endpoint = newHost(*cfg), Endpoint{}
	crash, err := s.runOpen()
	if err == nil {
		s.host.openedAt, out.Foreign = time.Now(), s.host.foreign
		return
	}
	s.endConnection(new(model.Outcome))
	switch {
	case crash.Class != "":
		out.Crash = crash
	case errors.Is(err, errors.ErrUnsupported):
		out.Unsupported = true
	default:
		panic(setupError(cfg, err))
	}
}

// setupError says that open failed, and what to do. The errors of this package say that
// themselves.
func setupError(cfg *model.Config, err error) *model.SetupError {
	reason := "open"
	if words := strings.TrimSpace(string(cfg.AppendText(nil))); words != "" {
		reason += " with config " + words
	}
	reason += ": " + err.Error()
	if err != errNotOpen && !errors.Is(err, errAcceptAsClient) && !errors.Is(err, errClientAsServer) {
		reason += ": mend open, or let it return errors.ErrUnsupported if the library cannot have that config"
	}
	return &model.SetupError{Reason: reason, Err: err}
}

// runOpen runs the adapter's open. If open panics, the error is errNotOpen.
func (s *subject) runOpen() (model.Crash, error) {
	var out model.Outcome
	result := errNotOpen
	s.host.beginStep(&out)
	s.host.Go("open", func() { s.endpoint, result = s.open(s.host) })
	restBubble()
	s.host.endStep()
	err := result // copied now: a call that still waits sets result when the transport breaks
	if shook := s.host.shake.checkDone(); err == nil || errors.Is(shook, errors.ErrUnsupported) {
		err = shook // a library may refuse a peer that does not offer what it wants
	}
	return out.Crash, err
}

var errNotOpen = errors.New("the handshake was answered, but the library still waits: let handle return, and read in Host.Go; if it cannot return, call Accept in Host.Go")

// startOp starts what ev says. It reports whether the subject can do that.
func (s *subject) startOp(ev *model.Event) bool {
	h := s.host
	if !ev.Kind.FromPeer() {
		h.pipe.feedReader(h.takeJoined)
	}
	switch ev.Kind {
	case model.Ping:
		return s.startPing(ev)
	case model.Cancel:
		if ev.Keep {
			return false
		}
		h.cancelPing(ev.N)
	case model.Close, model.MsgSend, model.SendPong:
		return s.startCall(ev)
	case model.Drop:
		h.pipe.setCondition(&h.pipe.broken, true)
	case model.EOF:
		h.pipe.setCondition(&h.pipe.peerEnded, true)
	case model.Block:
		h.pipe.setCondition(&h.pipe.writesBlocked, true)
	case model.Resume:
		h.pipe.setCondition(&h.pipe.writesBlocked, false)
	case model.Advance:
		time.Sleep(ev.Time)
	case model.Settle: // each step comes to rest
	default:
		return h.sendPeer(ev)
	}
	return true
}

// sendPeer lets the peer do ev. It reports whether the protocol has such a thing. The bytes
// of an event that joins the next wait for those of that one. If the protocol lacks that one, they
// wait for the event after it.
func (h *Host) sendPeer(ev *model.Event) (ok bool) {
	ok = true
	h.pipe.feedReader(func(b []byte) []byte {
		h.joined, ok = h.wire.Append(h.joined, ev)
		if !ok || ev.Join {
			return b
		}
		return h.takeJoined(b)
	})
	return ok
}

// takeJoined appends the bytes that wait.
func (h *Host) takeJoined(b []byte) []byte {
	b = append(b, h.joined...)
	h.joined = h.joined[:0]
	return b
}

func (s *subject) startPing(ev *model.Event) bool {
	do := s.endpoint.PingAny
	if !ev.Chosen {
		if s.endpoint.Ping == nil {
			return false
		}
		payload := []byte(ev.Data)
		do = func(ctx context.Context) error { return s.endpoint.Ping(ctx, payload) }
	}
	if do == nil {
		return false
	}
	s.host.startPing(ev, s.classifier(), do)
	return true
}

func (s *subject) classifier() Classify {
	if s.endpoint.Kind == nil {
		return KindOf
	}
	return s.endpoint.Kind
}

// startCall starts one of the calls that have no waiter.
func (s *subject) startCall(ev *model.Event) bool {
	code, text, data := ev.N, ev.Text, []byte(ev.Data)
	if code == 0 {
		code = 1000 // RFC 6455 section 7.4.1: normal closure
	}
	switch {
	case ev.Kind == model.Close && s.endpoint.Close != nil:
		s.host.startCall("Close", s.classifier(), func() error { return s.endpoint.Close(code) })
	case ev.Kind == model.MsgSend && s.endpoint.Send != nil:
		s.host.startCall("Send", s.classifier(), func() error { return s.endpoint.Send(text, data) })
	case ev.Kind == model.SendPong && s.endpoint.Pong != nil:
		s.host.startCall("Pong", s.classifier(), func() error { return s.endpoint.Pong(data) })
	default:
		return false
	}
	return true
}

// endConnection breaks the transport and waits until the subject has noticed. A waiter that is
// still left has no outcome: it is lost. Then every call must return; a call that does not is a
// hang.
func (s *subject) endConnection(out *model.Outcome) {
	h := s.host
	h.beginStep(out)
	h.pipe.setCondition(&h.pipe.broken, true)
	h.awaitGoroutines()
	out.Part = string(h.partialFrame)
	h.endStep()
	for n := range h.calls {
		h.cancelPing(n + 1)
	}
	if out.Hang = !h.awaitGoroutines(); out.Hang {
		reportedHangs.Add(1)
	}
	s.host, s.endpoint = nil, Endpoint{}
}

// awaitGoroutines waits until the goroutines of h have ended, and reports whether they did.
func (h *Host) awaitGoroutines() bool {
	restBubble()
	if h.hasGoroutines() {
		time.Sleep(model.Grace)
		restBubble()
	}
	return !h.hasGoroutines()
}

func (h *Host) hasGoroutines() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.goroutines > 0
}
