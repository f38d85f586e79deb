package subject

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/gorilla/websocket"

	"github.com/pongcheck/pongcheck/fuzz/harness"
	"github.com/pongcheck/pongcheck/model"
)

// newGorilla adapts github.com/gorilla/websocket, through Upgrader and Dialer, with its own ping
// and close handlers. It follows "Overview", "Control Messages" and "Concurrency" of the package
// documentation. The pong handler wakes the waiters. Another door is [newGorillaNext].
//
// Pings are written by WriteControl, which any goroutine may call. The library negotiates
// compression only without context takeover.
func newGorilla() *model.Implementation {
	return gorillaOf("gorilla", gorillaDoor{
		read:  (*websocket.Conn).ReadMessage,
		write: (*websocket.Conn).WriteMessage,
		control: func(c *websocket.Conn, typ int, p []byte) error {
			return c.WriteControl(typ, p, time.Now().Add(gorillaWait))
		},
	})
}

// newGorillaNext is [newGorilla] through NextReader and NextWriter, for control messages, too:
// "Call the connection WriteControl, WriteMessage or NextWriter methods to send a control message".
func newGorillaNext() *model.Implementation {
	return gorillaOf("gorilla/next", gorillaDoor{
		read: func(c *websocket.Conn) (int, []byte, error) {
			typ, r, err := c.NextReader()
			if err != nil {
				return typ, nil, err
			}
			p, err := io.ReadAll(r)
			return typ, p, err
		},
		write: func(c *websocket.Conn, typ int, p []byte) error {
			w, err := c.NextWriter(typ)
			if err != nil {
				return err
			}
			_, err = w.Write(p)
			return errors.Join(err, w.Close())
		},
	})
}

// gorillaDoor has the methods by which an application reads and writes. If control is nil, it
// writes control messages by write.
type gorillaDoor struct {
	read           func(*websocket.Conn) (typ int, p []byte, err error)
	write, control func(c *websocket.Conn, typ int, p []byte) error
}

func gorillaOf(name string, door gorillaDoor) *model.Implementation {
	return adaptLibrary(name, websocket.FormatCloseMessage, model.Info{
		Can:       model.AllKinds,
		Sees:      model.SeesAll &^ (model.SeesLatency | model.SeesConnLat),
		Roles:     model.BothRoles,
		Given:     true,
		Untracked: true,
		Deflate:   true,
		Cuts:      true,
	}, func(h *harness.Host) (harness.Endpoint, error) { return openGorilla(h, door) })
}

// gorillaWait is the time that the library's examples give a write.
const gorillaWait = 10 * time.Second

func openGorilla(h *harness.Host, door gorillaDoor) (ep harness.Endpoint, err error) {
	c, err := dialGorilla(h)
	if err != nil {
		return ep, err
	}
	pongs := h.Pongs()
	c.SetPongHandler(func(p string) error { pongs.Got([]byte(p)); return nil })
	h.Go("Read", func() {
		defer h.Closed()
		defer c.Close()
		for {
			typ, p, err := door.read(c)
			if end := new(websocket.CloseError); errors.As(err, &end) {
				h.Told(end.Code, false)
			}
			if err != nil {
				return
			}
			h.Message(typ == websocket.TextMessage, p)
		}
	})
	one := harness.NewTurn() // "Connections support one concurrent reader and one concurrent writer."
	write := func(typ int, p []byte) error {
		defer one.Take()()
		return closeAfter(c, errors.Join(c.SetWriteDeadline(time.Now().Add(gorillaWait)), door.write(c, typ, p)))
	}
	control := write
	if door.control != nil {
		control = func(typ int, p []byte) error { return closeAfter(c, door.control(c, typ, p)) }
	}
	return harness.Endpoint{
		Ping:  pongs.Ping(func(p []byte) error { return control(websocket.PingMessage, p) }),
		Pong:  func(p []byte) error { return control(websocket.PongMessage, p) },
		Close: func(code int) error { return control(websocket.CloseMessage, websocket.FormatCloseMessage(code, "")) },
		Send: func(text bool, p []byte) error {
			if text {
				return write(websocket.TextMessage, p)
			}
			return write(websocket.BinaryMessage, p)
		},
		Kind: kindOfGorilla,
	}, nil
}

// closeAfter closes the connection after a write that timed out or failed, as the
// library's examples do: "After a write has timed out, the websocket state is corrupt".
func closeAfter(c *websocket.Conn, err error) error {
	if kind, _ := kindOfGorilla(err); kind != model.NoError && kind != model.ErrTooLong && !errors.Is(err, websocket.ErrCloseSent) {
		_ = c.Close()
	}
	return err
}

func dialGorilla(h *harness.Host) (c *websocket.Conn, err error) {
	deflate := h.Config.Deflate != model.NoDeflate
	if h.Config.Role == model.Client {
		d := websocket.Dialer{
			NetDialContext:    func(context.Context, string, string) (net.Conn, error) { return h.Conn, nil },
			EnableCompression: deflate,
		}
		c, _, err = d.Dial(harness.URL, nil)
		return c, err
	}
	refused := h.Accept(func(w http.ResponseWriter, r *http.Request) {
		c, err = (&websocket.Upgrader{EnableCompression: deflate}).Upgrade(w, r, nil)
	})
	return c, errors.Join(err, refused)
}

// kindOfGorilla recognises the errors that gorilla itself makes.
func kindOfGorilla(err error) (model.ErrKind, string) {
	var timeout net.Error
	switch {
	case err == nil:
		return model.NoError, ""
	case errors.Is(err, websocket.ErrCloseSent):
		return model.ErrClosed, err.Error()
	case err.Error() == "websocket: invalid control frame":
		return model.ErrTooLong, err.Error()
	case errors.As(err, &timeout) && timeout.Timeout():
		return model.ErrTimeout, err.Error()
	}
	return harness.KindOf(err)
}
