package subject

import (
	"errors"
	"net/http"
	"sync"

	"github.com/lesismal/nbio/logging"
	"github.com/lesismal/nbio/nbhttp/websocket"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/fuzz/harness"
	"github.com/pongcheck/pongcheck/model"
)

// newNBIO adapts the server of github.com/lesismal/nbio in its blocking mode, which serves a
// connection of net/http, through Upgrader and without its read deadline. The library's own engine
// and its client need sockets and epoll.
//
// A write that must wait for another is queued, so writes can be blocked. The library negotiates
// compression only without context takeover.
func newNBIO() *model.Implementation {
	return adaptLibrary("nbio", websocket.NewUpgrader, model.Info{
		Can:       model.AllKinds,
		Sees:      model.SeesAll &^ (model.SeesLatency | model.SeesConnLat),
		Roles:     model.ServerRole,
		Given:     true,
		Untracked: true,
		Deflate:   true,
		Cuts:      true,
	}, openNBIO)
}

// quietNBIO keeps what the library logs off the standard output.
var quietNBIO = sync.OnceFunc(func() { logging.SetLogger(nil) })

func openNBIO(h *harness.Host) (ep harness.Endpoint, err error) {
	quietNBIO()
	u := websocket.NewUpgrader()
	u.KeepaliveTime = 0
	u.EnableCompression(h.Config.Deflate != model.NoDeflate)
	pongs := h.Pongs()
	u.SetPongHandler(func(_ *websocket.Conn, p string) { pongs.Got([]byte(p)) })
	u.OnMessage(func(_ *websocket.Conn, typ websocket.MessageType, p []byte) {
		h.Message(typ == websocket.TextMessage, p)
	})
	u.OnClose(func(_ *websocket.Conn, err error) {
		if end := new(websocket.CloseError); errors.As(err, &end) {
			h.Told(end.Code, false)
		}
		h.Closed()
	})
	var c *websocket.Conn
	refused := h.Accept(func(w http.ResponseWriter, r *http.Request) {
		c, err = u.UpgradeWithoutHandlingReadForConnFromSTDServer(w, r, nil)
	})
	if err := errors.Join(err, refused); err != nil {
		return ep, err
	}
	h.Go("HandleRead", func() { c.HandleRead(u.BlockingModReadBufferSize) })
	own, one := new(ownClose), harness.NewTurn()
	return harness.Endpoint{
		Ping: pongs.Ping(func(p []byte) error { return c.WriteMessage(websocket.PingMessage, p) }),
		Pong: func(p []byte) error { return c.WriteMessage(websocket.PongMessage, p) },
		Close: func(code int) error {
			defer one.Take()()
			if err := own.admit(frame.Close); err != nil {
				return err
			}
			return c.WriteClose(code, "")
		},
		Send: func(text bool, p []byte) error {
			defer one.Take()()
			if err := own.admit(frame.Binary); err != nil {
				return err
			}
			if text {
				return c.WriteMessage(websocket.TextMessage, p)
			}
			return c.WriteMessage(websocket.BinaryMessage, p)
		},
		Kind: kindOfNBIO,
	}, nil
}

func kindOfNBIO(err error) (model.ErrKind, string) {
	if errors.Is(err, websocket.ErrControlMessageTooBig) {
		return model.ErrTooLong, err.Error()
	}
	return harness.KindOf(err)
}
