package subject

import (
	"net/http"

	"golang.org/x/net/websocket"

	"github.com/pongcheck/pongcheck/fuzz/harness"
	"github.com/pongcheck/pongcheck/model"
)

// newXNet adapts golang.org/x/net/websocket, through Server and NewClient, with a loop of
// Message.Receive, as the example of Message in the package documentation does. Another door is
// [newXNetRead].
//
// It answers Pings and does not report Pongs, so there are no pings. Receive "receives single
// frame" and does not say where a message ends, so messages are not judged. Its writes stall on a
// sync.Mutex (Conn.wio), so they are never blocked.
func newXNet() *model.Implementation {
	return xnetOf("xnet", func(c *websocket.Conn) error {
		var p []byte
		return websocket.Message.Receive(c, &p)
	})
}

// newXNetRead is [newXNet] with a loop of Conn.Read, as the example of Handler does. Read "reads
// data of a frame", and "next Read will read the rest".
func newXNetRead() *model.Implementation {
	return xnetOf("xnet/read", func(c *websocket.Conn) error {
		buf := make([]byte, 64)
		_, err := c.Read(buf)
		return err
	})
}

func xnetOf(name string, read func(*websocket.Conn) error) *model.Implementation {
	return adaptLibrary(name, websocket.NewClient, model.Info{
		Can:   model.AllKinds &^ model.KindsOf(model.Ping, model.Cancel, model.Pong, model.SendPong, model.Block, model.Resume),
		Sees:  model.SeesFrames | model.SeesErrors | model.SeesClosed | model.SeesCrash,
		Roles: model.BothRoles,
		Cuts:  true,
	}, func(h *harness.Host) (harness.Endpoint, error) { return openXNet(h, read) })
}

func openXNet(h *harness.Host, read func(*websocket.Conn) error) (ep harness.Endpoint, err error) {
	c, err := dialXNet(h, read)
	if err != nil {
		return ep, err
	}
	return harness.Endpoint{
		Close: func(int) error { return c.Close() },
		Send: func(text bool, p []byte) error {
			if text {
				return websocket.Message.Send(c, string(p))
			}
			return websocket.Message.Send(c, p)
		},
	}, nil
}

// dialXNet shakes hands, and reads until the connection ends.
func dialXNet(h *harness.Host, read func(*websocket.Conn) error) (*websocket.Conn, error) {
	if h.Config.Role == model.Client {
		config, err := websocket.NewConfig(harness.URL, "http://pongcheck.test/")
		if err != nil {
			return nil, err
		}
		c, err := websocket.NewClient(config, h.Conn)
		if err == nil {
			h.Go("Receive", func() { readXNet(h, c, read) })
		}
		return c, err
	}
	// The handler of a Server has the connection for as long as it runs.
	opened, refused := make(chan *websocket.Conn), make(chan error)
	s := websocket.Server{Handler: func(c *websocket.Conn) {
		opened <- c
		readXNet(h, c, read)
	}}
	h.Go("Receive", func() {
		err := h.Accept(func(w http.ResponseWriter, r *http.Request) { s.ServeHTTP(w, r) })
		select {
		case refused <- err:
		default:
		}
	})
	select {
	case c := <-opened:
		return c, nil
	case err := <-refused:
		return nil, err
	}
}

func readXNet(h *harness.Host, c *websocket.Conn, read func(*websocket.Conn) error) {
	defer h.Closed()
	defer c.Close()
	for read(c) == nil {
	}
}
