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

// newCoder adapts github.com/coder/websocket, through Accept and Dial with their defaults, but for
// a read limit that lets every message of a trace in. A goroutine reads all the time, since the
// documentation of Conn says: "You must always read from the connection." Another door is
// [newCoderCloseRead].
//
// Its Ping chooses the payload (a counter in decimal) and waits for a Pong with exactly that. It
// has no keepalive and cannot send a Pong of its own accord.
func newCoder() *model.Implementation {
	return coderOf("coder", model.SeesMessages|model.SeesTold, func(h *harness.Host, c *websocket.Conn) {
		h.Go("Read", func() {
			defer closedCoder(h, c)
			for {
				typ, p, err := c.Read(context.Background())
				if err != nil {
					if code := websocket.CloseStatus(err); code != -1 {
						h.Told(int(code), false)
					}
					return
				}
				h.Message(typ == websocket.MessageText, p)
			}
		})
	})
}

// newCoderCloseRead is [newCoder] with Conn.CloseRead in place of a reader, for connections that
// expect no messages: "If a data message is received, the connection will be closed with
// StatusPolicyViolation."
func newCoderCloseRead() *model.Implementation {
	impl := coderOf("coder/closeread", 0, func(h *harness.Host, c *websocket.Conn) {
		ended := c.CloseRead(context.Background())
		h.Go("CloseRead", func() {
			defer closedCoder(h, c)
			<-ended.Done()
		})
	})
	impl.Info.Limits = model.Limits{Data: true, Source: "documentation of Conn.CloseRead"}
	return impl
}

// coderOf makes the implementation whose connections are read by read. sees adds what it reports.
func coderOf(name string, sees model.Sees, read func(*harness.Host, *websocket.Conn)) *model.Implementation {
	impl := adaptLibrary(name, websocket.Accept, model.Info{
		Can:     model.AllKinds &^ model.KindsOf(model.SendPong),
		Sees:    sees | model.SeesAll&^(model.SeesMessages|model.SeesTold|model.SeesLatency|model.SeesConnLat),
		Roles:   model.BothRoles,
		Chooses: true,
		Deflate: true,
		Cuts:    true,
	}, func(h *harness.Host) (harness.Endpoint, error) { return openCoder(h, read) })
	impl.Profile = "coder"
	return impl
}

// closedCoder closes the connection after its reader ended. While a Close that was called before
// waits, CloseNow gives up and closes nothing.
func closedCoder(h *harness.Host, c *websocket.Conn) {
	if err := c.CloseNow(); err == nil || errors.Is(err, net.ErrClosed) {
		h.Closed()
	}
}

func openCoder(h *harness.Host, read func(*harness.Host, *websocket.Conn)) (ep harness.Endpoint, err error) {
	c, err := dialCoder(h)
	if err != nil {
		return ep, err
	}
	c.SetReadLimit(model.MaxPayload)
	read(h, c)
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
