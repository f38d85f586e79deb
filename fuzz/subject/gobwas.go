package subject

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/fuzz/harness"
	"github.com/pongcheck/pongcheck/model"
)

// newGobwas adapts github.com/gobwas/ws in both roles, as the first example of its README does:
// UpgradeHTTP or Dial, then a loop of wsutil.ReadData. ReadData answers control frames itself and
// does not report Pongs, so there are no pings.
//
// Other doors are [newGobwasControl], [newGobwasMessages] and [newGobwasReader].
func newGobwas() *model.Implementation { return gobwasUnlocked("gobwas", openGobwas) }

// gobwasUnlocked makes the implementation of a door that answers control frames itself. It writes
// to the connection in several pieces, without a lock that an application could share. So writes
// are never blocked, and it has no Race.
func gobwasUnlocked(name string, open func(*harness.Host) (harness.Endpoint, error)) *model.Implementation {
	impl := adaptLibrary(name, ws.UpgradeHTTP, model.Info{
		Can:   model.AllKinds &^ model.KindsOf(model.Ping, model.Cancel, model.Pong, model.Block, model.Resume),
		Sees:  model.SeesFrames | model.SeesErrors | model.SeesMessages | model.SeesClosed | model.SeesCrash | model.SeesTold,
		Roles: model.BothRoles,
		Cuts:  true,
	}, open)
	impl.Race, impl.Rest = nil, nil
	return impl
}

func openGobwas(h *harness.Host) (ep harness.Endpoint, err error) {
	c, err := dialGobwas(h, ws.HTTPUpgrader{}, ws.Dialer{})
	if err != nil {
		return ep, err
	}
	h.Go("ReadData", func() {
		defer h.Closed()
		defer c.Close()
		for {
			p, op, err := wsutil.ReadData(c, c.state)
			if err != nil {
				tellGobwas(h, err)
				return
			}
			h.Message(op == ws.OpText, p)
		}
	})
	return gobwasEndpoint(func(op ws.OpCode, p []byte) error {
		if err := c.checkFrame(op, p); err != nil {
			return err
		}
		return wsutil.WriteMessage(c, c.state, op, p)
	}), nil
}

// tellGobwas reports the code by which the library tells the peer's Close.
func tellGobwas(h *harness.Host, err error) {
	var end wsutil.ClosedError
	if errors.As(err, &end) {
		h.Told(int(end.Code), false)
	}
}

// gobwasEndpoint returns what an application can do that writes frames, but for pings.
func gobwasEndpoint(write func(op ws.OpCode, p []byte) error) harness.Endpoint {
	return harness.Endpoint{
		Pong:  func(p []byte) error { return write(ws.OpPong, p) },
		Close: func(code int) error { return write(ws.OpClose, ws.NewCloseFrameBody(ws.StatusCode(code), "")) },
		Send: func(text bool, p []byte) error {
			if text {
				return write(ws.OpText, p)
			}
			return write(ws.OpBinary, p)
		},
		Kind: kindOfGobwas,
	}
}

// gobwasConn is a connection after the handshake.
type gobwasConn struct {
	net.Conn
	in    io.Reader // begins with what the handshake read beyond its end
	state ws.State
	ended ownClose
}

func (c *gobwasConn) Read(p []byte) (int, error) { return c.in.Read(p) }

// checkFrame does what the library leaves to its caller. The library does not remember what was
// written, and payloads of control frames "must have length of MaxControlFramePayloadSize bytes or
// less".
func (c *gobwasConn) checkFrame(op ws.OpCode, p []byte) error {
	if op.IsControl() && len(p) > ws.MaxControlFramePayloadSize {
		return errTooLong // the documentation of NewPingFrame, NewPongFrame and NewCloseFrame
	}
	return c.ended.admit(frame.Opcode(op))
}

func dialGobwas(h *harness.Host, u ws.HTTPUpgrader, d ws.Dialer) (c *gobwasConn, err error) {
	c = &gobwasConn{state: ws.StateServerSide}
	if h.Config.Role == model.Client {
		d.NetDial = func(context.Context, string, string) (net.Conn, error) { return h.Conn, nil }
		conn, early, _, err := d.Dial(context.Background(), harness.URL)
		c.Conn, c.in, c.state = conn, conn, ws.StateClientSide
		if early != nil {
			c.in = early
		}
		return c, err
	}
	refused := h.Accept(func(w http.ResponseWriter, r *http.Request) {
		c.Conn, _, _, err = u.Upgrade(r, w)
		c.in = c.Conn
	})
	return c, errors.Join(err, refused)
}
