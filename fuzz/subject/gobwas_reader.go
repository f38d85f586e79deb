package subject

import (
	"bytes"
	"errors"
	"io"

	"github.com/gobwas/httphead"
	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsflate"
	"github.com/gobwas/ws/wsutil"

	"github.com/pongcheck/pongcheck/fuzz/harness"
	"github.com/pongcheck/pongcheck/model"
)

// newGobwasReader adapts github.com/gobwas/ws through a wsutil.Reader with its control handler, as
// the README does under "Compression" and the documentation of Reader.OnIntermediate. The application takes Pongs itself, and lets one goroutine write at a time. Compression is that
// of wsflate, without context takeover.
func newGobwasReader() *model.Implementation {
	return adaptLibrary("gobwas/reader", ws.UpgradeHTTP, model.Info{
		Can:       model.AllKinds,
		Sees:      model.SeesAll &^ (model.SeesLatency | model.SeesConnLat),
		Roles:     model.BothRoles,
		Given:     true,
		Untracked: true,
		Deflate:   true,
		Cuts:      true,
	}, openGobwasReader)
}

func openGobwasReader(h *harness.Host) (ep harness.Endpoint, err error) {
	c, err := dialGobwasDeflate(h)
	if err != nil {
		return ep, err
	}
	r := &gobwasReader{gobwasConn: c, pongs: h.Pongs(), one: harness.NewTurn()}
	h.Go("Reader", func() {
		defer h.Closed()
		defer c.Close()
		var err error
		for err == nil {
			err = r.nextFrame(h)
		}
		tellGobwas(h, err)
	})
	data := func(op ws.OpCode, p []byte) error {
		f := ws.NewFrame(op, true, p)
		if h.Config.Deflate != model.NoDeflate {
			f, err := wsflate.CompressFrame(f)
			return errors.Join(err, r.writeFrame(f))
		}
		return r.writeFrame(f)
	}
	ep = gobwasEndpoint(func(op ws.OpCode, p []byte) error {
		if op.IsData() {
			return data(op, p)
		}
		return r.writeFrame(ws.NewFrame(op, true, p))
	})
	ep.Ping = r.pongs.Ping(func(p []byte) error { return r.writeFrame(ws.NewPingFrame(p)) })
	return ep, nil
}

// dialGobwasDeflate negotiates what wsflate supports.
func dialGobwasDeflate(h *harness.Host) (*gobwasConn, error) {
	switch h.Config.Deflate {
	case model.NoDeflate:
		return dialGobwas(h, ws.HTTPUpgrader{}, ws.Dialer{})
	case model.Takeover:
		return nil, errors.ErrUnsupported
	}
	e := wsflate.Extension{Parameters: wsflate.DefaultParameters}
	c, err := dialGobwas(h, ws.HTTPUpgrader{Negotiate: e.Negotiate},
		ws.Dialer{Extensions: []httphead.Option{wsflate.DefaultParameters.Option()}})
	c.state |= ws.StateExtended
	return c, err
}

// gobwasReader plays the application.
type gobwasReader struct {
	*gobwasConn
	pongs *harness.Pongs
	one   harness.Turn
	rd    wsutil.Reader
	z     wsflate.MessageState
}

// nextFrame reads the first frame of a message, and what belongs to it.
func (r *gobwasReader) nextFrame(h *harness.Host) error {
	if r.rd.Source == nil {
		r.rd = wsutil.Reader{Source: r.gobwasConn, State: r.state, CheckUTF8: !r.state.Extended(), OnIntermediate: r.handleControl}
		if r.state.Extended() {
			r.rd.Extensions = []wsutil.RecvExtension{&r.z}
		}
	}
	head, err := r.rd.NextFrame()
	if err != nil {
		return err
	}
	if head.OpCode.IsControl() {
		return r.handleControl(head, &r.rd)
	}
	var in io.Reader = &r.rd
	if r.z.IsCompressed() {
		in = wsflate.NewReader(in, wsflate.DefaultHelper.Decompressor)
	}
	p, err := io.ReadAll(in)
	if err == nil {
		h.Message(head.OpCode == ws.OpText, p)
	}
	return err
}

// handleControl takes Pongs, and leaves other control frames to the library's handler. That
// handler reads the rest of the frame; other goroutines may write meanwhile.
func (r *gobwasReader) handleControl(head ws.Header, in io.Reader) error {
	if head.OpCode == ws.OpPong {
		p := make([]byte, head.Length)
		_, err := io.ReadFull(in, p)
		if err == nil {
			r.pongs.Got(p)
		}
		return err
	}
	var answer bytes.Buffer
	err := wsutil.ControlFrameHandler(&answer, r.state)(head, in)
	defer r.one.Take()()
	_, failed := r.Write(answer.Bytes())
	return errors.Join(err, failed)
}

func (r *gobwasReader) writeFrame(f ws.Frame) error {
	defer r.one.Take()()
	if err := r.checkFrame(f.Header.OpCode, f.Payload); err != nil {
		return err
	}
	if r.state.ClientSide() {
		f = ws.MaskFrame(f)
	}
	return ws.WriteFrame(r, f)
}
