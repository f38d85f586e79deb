package subject

import (
	"context"
	"errors"
	"net"
	"net/http"

	"github.com/coder/websocket"

	"github.com/pongcheck/pongcheck/fuzz/harness"
	"github.com/pongcheck/pongcheck/model"
)

// newCoder adapts github.com/coder/websocket, through Accept and Dial with their
// defaults, but for a read limit that lets every message of a trace in.
//
// Its Ping chooses the payload (a counter in decimal) and waits for a Pong with
// exactly that. It has no keepalive and cannot send a Pong of its own accord.
func newCoder() *model.Implementation {
	impl := adaptLibrary("coder", "github.com/coder/websocket", websocket.Accept, model.Info{
		Can:     model.AllKinds &^ model.KindsOf(model.SendPong),
		Sees:    model.SeesAll &^ (model.SeesLatency | model.SeesConnLat),
		Roles:   model.BothRoles,
		Chooses: true,
		Deflate: true,
		Cuts:    true,
	}, openCoder)
	impl.Profile = "coder"
	return impl
}

func openCoder(h *harness.Host) (ep harness.Endpoint, err error) {
	c, err := dialCoder(h)
	if err != nil {
		return ep, err
	}
	c.SetReadLimit(model.MaxPayload)
	h.Go("Read", func() {
		defer func() { // while a Close that was called before waits, CloseNow gives up and closes nothing
			if err := c.CloseNow(); err == nil || errors.Is(err, net.ErrClosed) {
				h.Closed()
			}
		}()
		for {
			typ, p, err := c.Read(context.Background())
			if err != nil {
				return
			}
			h.Message(typ == websocket.MessageText, p)
		}
	})
	return harness.Endpoint{
		PingAny: c.Ping,
		Close:   func(code int) error { return c.Close(websocket.StatusCode(code), "") },
		Send: func(text bool, p []byte) error {
			typ := websocket.MessageBinary
			if text {
				typ = websocket.MessageText
			}
			return c.Write(context.Background(), typ, p)
		},
		Kind: kindOfCoder,
	}, nil
}

// kindOfCoder recognises the error by which coder reports the peer's Close.
func kindOfCoder(err error) (model.ErrKind, string) {
	if code := websocket.CloseStatus(err); code != -1 {
		return model.ErrClosed, code.String()
	}
	return harness.KindOf(err)
}

func dialCoder(h *harness.Host) (c *websocket.Conn, err error) {
	mode := [...]websocket.CompressionMode{
		model.NoDeflate: websocket.CompressionDisabled,
		model.Takeover:  websocket.CompressionContextTakeover,
		model.ResetEach: websocket.CompressionNoContextTakeover,
	}[h.Config.Deflate]
	if h.Config.Role == model.Client {
		c, _, err = websocket.Dial(context.Background(), harness.URL,
			&websocket.DialOptions{HTTPClient: h.Client(), CompressionMode: mode})
		return c, err
	}
	refused := h.Accept(func(w http.ResponseWriter, r *http.Request) {
		c, err = websocket.Accept(w, r, &websocket.AcceptOptions{CompressionMode: mode})
	})
	return c, errors.Join(err, refused)
}
