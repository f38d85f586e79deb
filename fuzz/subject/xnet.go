package subject

import (
	"net/http"

	"golang.org/x/net/websocket"

	"github.com/pongcheck/pongcheck/fuzz/harness"
	"github.com/pongcheck/pongcheck/model"
)

// newXNet adapts golang.org/x/net/websocket, through Server and NewClient, with a loop of
// Message.Receive.
//
// It answers Pings and does not report Pongs, so there are no pings. Receive "receives single
// frame" and does not say where a message ends, so messages are not judged. Its writes stall on a
// sync.Mutex (Conn.wio), so they are never blocked.
func newXNet() *model.Implementation {
	return adaptLibrary("xnet", "golang.org/x/net", websocket.NewClient, model.Info{
		Can:   model.AllKinds &^ model.KindsOf(model.Ping, model.Cancel, model.Pong, model.SendPong, model.Block, model.Resume),
		Sees:  model.SeesFrames | model.SeesErrors | model.SeesClosed | model.SeesCrash,
		Roles: model.BothRoles,
		Cuts:  true,
	}, openXNet)
}

func openXNet(h *harness.Host) (ep harness.Endpoint, err error) {
	c, err := dialXNet(h)
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
func dialXNet(h *harness.Host) (*websocket.Conn, error) {
	if h.Config.Role == model.Client {
		config, err := websocket.NewConfig(harness.URL, "http://pongcheck.test/")
		if err != nil {
			return nil, err
		}
		c, err := websocket.NewClient(config, h.Conn)
		if err == nil {
			h.Go("Receive", func() { readXNet(h, c) })
		}
		return c, err
	}
	// The handler of a Server has the connection for as long as it runs.
	opened, refused := make(chan *websocket.Conn), make(chan error)
	s := websocket.Server{Handler: func(c *websocket.Conn) {
		opened <- c
		readXNet(h, c)
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

func readXNet(h *harness.Host, c *websocket.Conn) {
	defer h.Closed()
	defer c.Close()
	for {
		var p []byte
		if err := websocket.Message.Receive(c, &p); err != nil {
			return
		}
	}
}
