package harness

import (
	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// Wire is the protocol that the peer speaks with the library. It is WebSocket unless an adapter
// calls [Host.Speak]; other protocols track pings, too. A Wire remembers its place in both
// directions, and serves one connection.
type Wire interface {
	// Hello returns what the peer sends before anything else.
	Hello() []byte

	// Append appends the bytes by which the peer does ev. It returns false if the protocol has no
	// such thing: the op is then unsupported.
	Append(b []byte, ev *model.Event) ([]byte, bool)

	// Next takes the first n bytes of what the library wrote; b is not empty. whole reports
	// whether they complete a frame. f is that frame, or nil if traces have no word for it.
	Next(b []byte) (f *model.Frame, n int, whole bool)
}

// Speak makes the peer speak w in place of WebSocket, from the first byte on and without an HTTP
// handshake. An adapter calls it before it opens its connection. The rules for the shapes of
// WebSocket's frames, and for its Closes, do not apply then.
func (h *Host) Speak(w Wire) {
	h.wire, h.foreign, h.shake.complete = w, true, true
	h.pipe.feedReader(func(b []byte) []byte { return append(b[:0], w.Hello()...) })
}

// webSocket is the usual Wire.
type webSocket struct {
	peer
	hello []byte        // the client's request
	dec   frame.Decoder // of what the library writes
	f     model.Frame   // the last whole frame
}

// newWebSocket returns the peer's end of a connection. A client says hello with its request.
func newWebSocket(cfg model.Config) *webSocket {
	w := &webSocket{peer: newPeer(cfg)}
	if cfg.Role == model.Server {
		w.hello = appendRequest(nil, cfg.Deflate)
	}
	return w
}

// Hello returns an HTTP request, or nothing: a server's peer answers during the handshake.
func (w *webSocket) Hello() []byte { return w.hello }

// Append returns false for a compressed message if compression was not agreed on.
func (w *webSocket) Append(b []byte, ev *model.Event) ([]byte, bool) {
	if ev.Z && !w.deflate {
		return b, false
	}
	return w.appendEvent(b, ev), true
}

// Next judges the frame by the rules for what the peer receives.
func (w *webSocket) Next(b []byte) (*model.Frame, int, bool) {
	f, n := w.dec.Next(b)
	if f == nil {
		return nil, n, false
	}
	odd := frame.Judge(f.Header, w.state)
	w.f = model.Frame{
		Opcode:    f.Opcode,
		NoFin:     !f.Fin,
		WrongMask: odd&frame.WrongMask != 0,
		RSV:       f.RSV,
		Data:      string(f.Payload),
	}
	if odd&frame.LongLengthForm != 0 {
		w.f.Long = f.LengthForm
	}
	return &w.f, n, true
}
