package subject

import (
	"errors"
	"net/http"

	"github.com/lxzan/gws"

	"github.com/pongcheck/pongcheck/fuzz/harness"
	"github.com/pongcheck/pongcheck/model"
)

// newGWS adapts github.com/lxzan/gws, through Upgrader and NewClientFromConn. It follows the
// README's "Reading APIs" and "Quick Start": a loop of ReadLoop, and the BuiltinEventHandler, which
// answers Pings. OnPong wakes the waiters. Other doors are [newGWSMessage] and [newGWSNext].
//
// The library leaves it to its caller to keep control frames within 125 bytes ("Control frame
// length cannot exceed 125 bytes"). Its writes stall on a sync.Mutex (Conn.doWrite), so they are
// never blocked.
func newGWS() *model.Implementation {
	return gwsOf("gws", func(_ *harness.Host, c *gws.Conn) { c.ReadLoop() })
}

// gwsOf makes the implementation that reads by read.
func gwsOf(name string, read func(*harness.Host, *gws.Conn)) *model.Implementation {
	return adaptLibrary(name, gws.NewUpgrader, model.Info{
		Can:       model.AllKinds &^ model.KindsOf(model.Block, model.Resume),
		Sees:      model.SeesAll &^ (model.SeesLatency | model.SeesConnLat),
		Roles:     model.BothRoles,
		Given:     true,
		Untracked: true,
		Deflate:   true,
		Cuts:      true,
	}, func(h *harness.Host) (harness.Endpoint, error) { return openGWS(h, read) })
}

func openGWS(h *harness.Host, read func(*harness.Host, *gws.Conn)) (ep harness.Endpoint, err error) {
	pongs := h.Pongs()
	c, err := dialGWS(h, &gwsEvents{host: h, pongs: pongs})
	if err != nil {
		return ep, err
	}
	h.Go("Read", func() { read(h, c) })
	return harness.Endpoint{
		Ping:  pongs.Ping(limitToControl(c.WritePing)),
		Pong:  limitToControl(c.WritePong),
		Close: func(code int) error { return c.WriteClose(uint16(code), nil) },
		Send: func(text bool, p []byte) error {
			if text {
				return c.WriteMessage(gws.OpcodeText, p)
			}
			return c.WriteMessage(gws.OpcodeBinary, p)
		},
		Kind: kindOfCaller,
	}, nil
}

func dialGWS(h *harness.Host, events gws.Event) (c *gws.Conn, err error) {
	deflate := gws.PermessageDeflate{
		Enabled:               h.Config.Deflate != model.NoDeflate,
		ServerContextTakeover: h.Config.Deflate == model.Takeover,
		ClientContextTakeover: h.Config.Deflate == model.Takeover,
		PoolSize:              1, // there is one connection
	}
	if h.Config.Role == model.Client {
		c, _, err = gws.NewClientFromConn(events, &gws.ClientOption{Addr: harness.URL, PermessageDeflate: deflate}, h.Conn)
		return c, err
	}
	refused := h.Accept(func(w http.ResponseWriter, r *http.Request) {
		c, err = gws.NewUpgrader(events, &gws.ServerOption{PermessageDeflate: deflate}).Upgrade(w, r)
	})
	return c, errors.Join(err, refused)
}

// gwsEvents plays the application. OnPing is the library's own.
type gwsEvents struct {
	gws.BuiltinEventHandler
	host  *harness.Host
	pongs *harness.Pongs
}

func (e *gwsEvents) OnPong(_ *gws.Conn, p []byte) { e.pongs.Got(p) }
func (e *gwsEvents) OnClose(_ *gws.Conn, err error) {
	if end := new(gws.CloseError); errors.As(err, &end) {
		e.host.Told(int(end.Code), false)
	}
	e.host.Closed()
}
func (e *gwsEvents) OnMessage(_ *gws.Conn, m *gws.Message) {
	defer m.Close()
	e.host.Message(m.Opcode == gws.OpcodeText, m.Bytes())
}
