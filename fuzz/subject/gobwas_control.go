package subject

import (
	"errors"
	"io"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/fuzz/harness"
	"github.com/pongcheck/pongcheck/model"
)

// newGobwasControl adapts github.com/gobwas/ws without a wsutil.Reader, after the documentation of
// wsutil.ControlHandler: "The intentional way to use it is to read the next frame header from the
// connection, optionally check its validity via ws.CheckHeader()", and to pass those of control
// frames to Handle, which "will read out all control frame payload". The application sends its own
// control frames by a ControlWriter, which "contains some guards".
//
// The handler does not report Pongs, so there are no pings. Like [newGobwas] it has no lock that
// an application could share.
func newGobwasControl() *model.Implementation {
	return gobwasUnlocked("gobwas/control", openGobwasControl)
}

func openGobwasControl(h *harness.Host) (ep harness.Endpoint, err error) {
	c, err := dialGobwas(h, ws.HTTPUpgrader{}, ws.Dialer{})
	if err != nil {
		return ep, err
	}
	m := gobwasFragments{state: c.state}
	h.Go("ControlHandler", func() {
		defer h.Closed()
		defer c.Close()
		var err error
		for err == nil {
			err = m.readFrame(h, c)
		}
		tellGobwas(h, err)
	})
	return gobwasEndpoint(func(op ws.OpCode, p []byte) error {
		if err := c.ended.admit(frame.Opcode(op)); err != nil {
			return err
		}
		if op.IsData() {
			return wsutil.WriteMessage(c, c.state, op, p)
		}
		w := wsutil.NewControlWriter(c, c.state, op)
		if _, err := w.Write(p); err != nil {
			return err
		}
		return w.Flush()
	}), nil
}

// gobwasFragments is an application that puts messages together itself.
type gobwasFragments struct {
	state   ws.State
	opcode  ws.OpCode // of the message's first frame
	payload []byte    // what of the message has come
}

func (m *gobwasFragments) readFrame(h *harness.Host, c *gobwasConn) error {
	head, err := ws.ReadHeader(c)
	if err != nil {
		return err
	}
	if err := ws.CheckHeader(head, m.state); err != nil {
		return err
	}
	if head.OpCode.IsControl() {
		return wsutil.ControlHandler{Src: c, Dst: c, State: c.state}.Handle(head)
	}
	if head.Length > model.MaxPayload {
		return errTooLong // "check Header.Length against your own limit, and only then read the payload"
	}
	p := make([]byte, head.Length)
	if _, err := io.ReadFull(c, p); err != nil {
		return err
	}
	if head.Masked {
		ws.Cipher(p, head.Mask, 0)
	}
	if head.OpCode != ws.OpContinuation {
		m.opcode, m.payload = head.OpCode, nil
	}
	m.payload = append(m.payload, p...)
	if !head.Fin {
		m.state = m.state.Set(ws.StateFragmented)
		return nil
	}
	m.state = m.state.Clear(ws.StateFragmented)
	h.Message(m.opcode == ws.OpText, m.payload)
	return nil
}

// kindOfGobwas recognises the error of a ControlWriter.
func kindOfGobwas(err error) (model.ErrKind, string) {
	if errors.Is(err, wsutil.ErrControlOverflow) {
		return model.ErrTooLong, err.Error()
	}
	return kindOfCaller(err)
}
