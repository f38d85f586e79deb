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
// The application takes Pongs itself, and lets one goroutine write at a time.
func newGobwasMessages() *model.Implementation {
	return adaptLibrary("gobwas/messages", gobwasPath, ws.UpgradeHTTP, model.Info{
		Can:   model.AllKinds,
		Sees:  model.SeesAll &^ (model.SeesLatency | model.SeesConnLat),
		Roles: model.BothRoles,
		Given: true,
		Cuts:  true,
	}, openGobwasMessages)
}

func openGobwasMessages(h *harness.Host) (ep harness.Endpoint, err error) {
	c, err := dialGobwas(h, ws.HTTPUpgrader{}, ws.Dialer{})
	if err != nil {
		return ep, err
	}
	pongs, one := h.Pongs(), make(callerLock, 1)
	handle := func(m wsutil.Message) error {
		switch {
		case m.OpCode.IsData():
			h.Message(m.OpCode == ws.OpText, m.Payload)
			return nil
		case m.OpCode == ws.OpPong:
			pongs.Got(m.Payload)
		}
		var answer bytes.Buffer
		err := wsutil.HandleControlMessage(&answer, c.state, m)
		defer one.takeTurn()()
		_, failed := c.Write(answer.Bytes())
		return errors.Join(err, failed)
	}
	h.Go("ReadMessage", func() {
		defer h.Closed()
		defer c.Close()
		for {
			all, err := wsutil.ReadMessage(c, c.state, nil)
			for _, m := range all {
				err = errors.Join(err, handle(m))
			}
			if err != nil {
				return
			}
		}
	})
	write := func(op ws.OpCode, p []byte) error {
		defer one.takeTurn()()
		if err := c.checkFrame(op, p); err != nil {
			return err
		}
		return wsutil.WriteMessage(c, c.state, op, p)
	}
	ep = gobwasEndpoint(write)
	ep.Ping = pongs.Ping(func(p []byte) error { return write(ws.OpPing, p) })
	return ep, nil
}
