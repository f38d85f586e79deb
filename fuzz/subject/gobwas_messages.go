package subject

import (
	"bytes"
	"errors"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"

	"github.com/pongcheck/pongcheck/fuzz/harness"
	"github.com/pongcheck/pongcheck/model"
)

// newGobwasMessages adapts github.com/gobwas/ws through wsutil.ReadMessage and
// HandleControlMessage, after the documentation of both. ReadMessage returns control frames with
// the message that they came among: "then returned slice will contain those control frames at
// first, and then result of gluing fragments".
//
// So Pings and Pongs among the fragments of a message are late, and pings of our own would not be
// told apart by the time of their Pongs: there are none. One goroutine at a time writes.
func newGobwasMessages() *model.Implementation {
	return adaptLibrary("gobwas/messages", ws.UpgradeHTTP, model.Info{
		Can:   model.AllKinds &^ model.KindsOf(model.Ping, model.Cancel, model.Pong),
		Sees:  model.SeesFrames | model.SeesErrors | model.SeesMessages | model.SeesClosed | model.SeesCrash | model.SeesTold,
		Roles: model.BothRoles,
		Cuts:  true,
	}, openGobwasMessages)
}

func openGobwasMessages(h *harness.Host) (ep harness.Endpoint, err error) {
	c, err := dialGobwas(h, ws.HTTPUpgrader{}, ws.Dialer{})
	if err != nil {
		return ep, err
	}
	one := harness.NewTurn()
	handle := func(m wsutil.Message) error {
		if m.OpCode.IsData() {
			h.Message(m.OpCode == ws.OpText, m.Payload)
			return nil
		}
		var answer bytes.Buffer
		err := wsutil.HandleControlMessage(&answer, c.state, m)
		defer one.Take()()
		_, failed := c.Write(answer.Bytes())
		return errors.Join(err, failed)
	}
	h.Go("ReadMessage", func() {
		defer h.Closed()
		defer c.Close()
		for {
			all, err := wsutil.ReadMessage(c, c.state, nil)
			if err != nil {
				return
			}
			for _, m := range all {
				if err := handle(m); err != nil {
					tellGobwas(h, err) // after a Close, too
					return
				}
			}
		}
	})
	return gobwasEndpoint(func(op ws.OpCode, p []byte) error {
		defer one.Take()()
		if err := c.checkFrame(op, p); err != nil {
			return err
		}
		return wsutil.WriteMessage(c, c.state, op, p)
	}), nil
}
