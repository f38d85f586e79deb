package specimen

import (
	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// receiveBytes reads what the peer sends. It reads nothing once the transport is being closed.
func (c *asyncio) receiveBytes(ev *model.Event) {
	if c.leaving {
		return
	}
	c.out.Unsupported = ev.Z
	if ev.Kind != model.Raw && !ev.Join && c.joined == 0 && c.decoder.Pending() == 0 && len(ev.Data) <= frame.MaxControl && c.handleSimple(ev) {
		return
	}
	for b := c.encode(ev); len(b) > 0 && !c.leaving; {
		n := len(b)
		if c.cut > 0 {
			n = min(n, c.cut)
		}
		c.readBytes(b[:n])
		b = b[n:]
		if !c.kind.last {
			c.runApplication()
		}
	}
	c.runApplication()
}

// handleSimple handles a Ping or Pong that comes alone. It reports whether the event was one.
func (c *asyncio) handleSimple(ev *model.Event) bool {
	switch {
	case ev.Kind != model.Pong && ev.Kind != model.RecvPing:
		return false
	case c.deaf:
	case ev.Kind == model.RecvPing:
		c.writeFrame(frame.Pong, ev.Data)
	case !c.acknowledge(ev.Data):
		c.crashConnection()
	}
	return true
}

// crashConnection does what the event loop does when an exception escapes from data_received.
func (c *asyncio) crashConnection() {
	c.broken = true
	c.abortTransport()
}

// readBytes handles the bytes of one read. It parses and answers all frames first, then processes
// Pongs. Data waits until the application runs.
func (c *asyncio) readBytes(b []byte) {
	for len(b) > 0 && !c.deaf {
		f, bad, n := c.nextFrame(b)
		b = b[n:]
		if bad == (violation{}) && f != nil {
			bad = c.handleFrame(f)
		}
		if bad != (violation{}) {
			c.failConnection(bad)
		}
	}
	if c.phase == isClosing {
		c.limitClosing()
		c.watched = c.kind.impatient
	}
	data := c.events[:0]
	for _, e := range c.events {
		if e.opcode != frame.Pong {
			data = append(data, e)
		} else if !c.acknowledge(e.data) {
			c.crashConnection()
			break
		}
	}
	c.events = data
}

// runApplication lets the application run.
func (c *asyncio) runApplication() {
	for i := range c.events {
		c.assembleMessage(&c.events[i])
	}
	c.events = c.events[:0]
}

// handleFrame handles a frame that is well formed by itself.
func (c *asyncio) handleFrame(f *frame.Frame) violation {
	data := c.copyBytes(f.Payload)
	switch f.Opcode {
	case frame.Ping:
		c.writeFrame(frame.Pong, data)
	case frame.Close:
		return c.receiveClose(data)
	default:
		c.events = append(c.events, event{f.Opcode, f.Fin, data})
	}
	return violation{}
}

func (c *asyncio) receiveClose(data string) violation {
	code, bad := parseClose(data)
	if bad != (violation{}) {
		return bad
	}
	c.codes.received = code
	if c.state.InMessage {
		return violation{frame.ProtocolError, "incomplete fragmented message"}
	}
	if c.phase == isOpen {
		c.writeFrame(frame.Close, data)
		c.codes.sent, c.phase = code, isClosing
	}
	c.stopListening()
	return violation{}
}

// failConnection fails the connection (RFC 6455 section 7.1.7).
func (c *asyncio) failConnection(bad violation) {
	if c.phase == isOpen {
		c.sendClose(bad)
	}
	c.stopListening()
}

// stopListening discards what comes. A server half-closes the connection at once,
// a client waits for the server to do so.
func (c *asyncio) stopListening() {
	c.deaf = true
	if c.role == model.Server {
		c.endSending()
	}
}

// assembleMessage adds a fragment to its message, and gives a whole message to the application.
func (c *asyncio) assembleMessage(e *event) {
	if e.opcode != frame.Continuation {
		c.message, c.text = c.message[:0], e.opcode == frame.Text
	}
	c.message = append(c.message, e.data...)
	if !e.fin || c.unread {
		return
	}
	data := c.copyBytes(c.message)
	if c.text {
		if bad := checkText(data); bad != (violation{}) {
			c.unread = true
			c.failReading(bad)
			return
		}
	}
	c.out.Messages = append(c.out.Messages, model.Message{Text: c.text, Data: data, At: c.at()})
}

// failReading is called by the application's reader when a text is not UTF-8.
func (c *asyncio) failReading(bad violation) {
	if c.phase != isOpen {
		c.waitForEnd(call{kind: otherCall})
		return
	}
	c.failConnection(bad)
	c.closeSoon()
}

// receiveEOF handles the end of what the peer sends: the connection is over.
func (c *asyncio) receiveEOF() {
	if c.leaving {
		return
	}
	c.deaf = true
	c.endSending()
	c.phase = isClosed
	c.link.closeTransport()
}
