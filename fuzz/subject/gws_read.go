package subject

import (
	"io"

	"github.com/lxzan/gws"

	"github.com/pongcheck/pongcheck/fuzz/harness"
	"github.com/pongcheck/pongcheck/model"
)

// newGWSMessage is [newGWS] with a loop of Conn.ReadMessage, as the README shows under
// "ReadMessage".
func newGWSMessage() *model.Implementation {
	return gwsOf("gws/message", func(h *harness.Host, c *gws.Conn) {
		for {
			m, err := c.ReadMessage()
			if err != nil {
				return
			}
			h.Message(m.Opcode == gws.OpcodeText, m.Bytes())
			_ = m.Close()
		}
	})
}

// newGWSNext is [newGWS] with a loop of Conn.NextReader and io.ReadAll, as the README shows under
// "NextReader". That one "does not validate UTF-8 text payloads".
func newGWSNext() *model.Implementation {
	return gwsOf("gws/next", func(h *harness.Host, c *gws.Conn) {
		for {
			typ, r, err := c.NextReader()
			if err != nil {
				return
			}
			p, err := io.ReadAll(r)
			if err != nil {
				return
			}
			h.Message(typ == gws.OpcodeText, p)
		}
	})
}
