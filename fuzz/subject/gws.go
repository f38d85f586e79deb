package subject

import (
	"errors"
	"net/http"

	"github.com/lxzan/gws"

	"github.com/pongcheck/pongcheck/fuzz/harness"
	"github.com/pongcheck/pongcheck/model"
)

// newGWS adapts github.com/lxzan/gws, through Upgrader and NewClientFromConn. Its Event handler
// answers a Ping with its payload, and wakes the waiters of a Pong.
//
// The library leaves it to its caller to keep control frames within 125 bytes ("Control frame
// length cannot exceed 125 bytes"). Its writes stall on a sync.Mutex (Conn.doWrite), so they are
// never blocked.
func newGWS() *model.Implementation { return gwsOf("gws", true) }

// newGWSBuiltin does the same with the OnPing of gws.BuiltinEventHandler.
func newGWSBuiltin() *model.Implementation { return gwsOf("gws/builtin", false) }

func gwsOf(name string, echo bool) *model.Implementation {
	return adaptLibrary(name, "github.com/lxzan/gws", gws.NewUpgrader, model.Info{
		Can:     model.AllKinds &^ model.KindsOf(model.Block, model.Resume),
		Sees:    model.SeesAll &^ (model.SeesLatency | model.SeesConnLat),
		Roles:   model.BothRoles,
		Given:   true,
		Deflate: true,
		Cuts:    true,
	}, func(h *harness.Host) (harness.Endpoint, error) { return openGWS(h, echo) })
}

func openGWS(h *harness.Host, echo bool) (ep harness.Endpoint, err error) {
	pongs := h.Pongs()
	c, err := dialGWS(h, &gwsEvents{host: h, pongs: pongs, echo: echo})
	if err != nil {
		return ep, err
	}
	h.Go("ReadLoop", c.ReadLoop)
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

// gwsEvents plays the application.
type gwsEvents struct {
	gws.BuiltinEventHandler
	host  *harness.Host
	pongs *harness.Pongs
	echo  bool // answers a Ping with its payload
}

func (e *gwsEvents) OnPing(c *gws.Conn, p []byte) {
	if e.echo {
		_ = c.WritePong(p) // a failed write ends the read loop, too
		return
	}
	e.BuiltinEventHandler.OnPing(c, p)
}

func (e *gwsEvents) OnPong(_ *gws.Conn, p []byte) { e.pongs.Got(p) }
func (e *gwsEvents) OnClose(_ *gws.Conn, _ error) { e.host.Closed() }
func (e *gwsEvents) OnMessage(_ *gws.Conn, m *gws.Message) {
	defer m.Close()
	e.host.Message(m.Opcode == gws.OpcodeText, m.Bytes())
}
