package specimen

import (
	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// receiveBytes takes what the peer sends.
func (c *legacy) receiveBytes(ev *model.Event) {
	c.out.Unsupported = ev.Z && !c.leaving
	alone := c.reader == readerReads && c.decoder.Pending() == 0 && !ev.Join && c.joined == 0 && len(ev.Data) <= frame.MaxControl
	switch {
	case c.leaving:
	case alone && ev.Kind == model.Pong:
		c.acknowledge(ev.Data)
	case alone && ev.Kind == model.RecvPing:
		c.answerPing(ev.Data)
	case c.reader != readerDone:
		c.unread = append(c.unread, c.encode(ev)...)
		c.readAvailable()
	}
}

// receiveEOF handles the end of what the peer sends.
func (c *legacy) receiveEOF() {
	if c.leaving {
		return
	}
	c.noMore = true
	c.link.closeTransport()
	c.readAvailable()
}

// readAvailable reads as much as it can.
func (c *legacy) readAvailable() {
	b := c.unread
	for len(b) > 0 && c.reader == readerReads {
		f, bad, n := c.nextFrame(b)
		b = b[n:]
		if bad == (violation{}) && f != nil {
			bad = c.handleFrame(f)
		}
		if bad != (violation{}) {
			c.failConnection(violation{code: bad.code}) // the legacy connection gives no reason
		}
	}
	c.unread = c.unread[:copy(c.unread, b)]
	if c.noMore && c.reader == readerReads {
		c.readerEnds()
	}
}

// handleFrame handles a frame that is well formed by itself.
func (c *legacy) handleFrame(f *frame.Frame) violation {
	switch f.Opcode {
	case frame.Ping:
		c.answerPing(c.copyBytes(f.Payload))
	case frame.Pong:
		c.acknowledge(c.copyBytes(f.Payload))
	case frame.Close:
		return c.receiveClose(c.copyBytes(f.Payload))
	default:
		return c.assembleMessage(f)
	}
	return violation{}
}

// answerPing answers a Ping.
func (c *legacy) answerPing(data string) {
	if c.phase != isOpen {
		return
	}
	c.writeFrame(frame.Pong, data)
	if c.stallCall(call{kind: readerCall}) {
		c.reader = readerStalls
	}
}

func (c *legacy) receiveClose(data string) violation {
	code, bad := parseClose(data)
	if bad != (violation{}) {
		return bad
	}
	c.codes.received = code
	if c.phase == isOpen {
		c.phase, c.codes.sent = isClosing, code
		c.writeFrame(frame.Close, data)
		if c.stallCall(call{kind: readerCall}) {
			c.reader = readerStallsLast
			return violation{}
		}
	}
	c.readerEnds()
	return violation{}
}

// assembleMessage adds a fragment to its message, and delivers a whole message. It checks a text
// fragment by fragment.
func (c *legacy) assembleMessage(f *frame.Frame) violation {
	if f.Opcode != frame.Continuation {
		c.message, c.text = c.message[:0], f.Opcode == frame.Text
	}
	c.message = append(c.message, f.Payload...)
	data := c.copyBytes(c.message)
	if c.text {
		if _, reason := badText(data); reason != "" && (f.Fin || reason != unfinished) {
			return violation{code: frame.InvalidPayload}
		}
	}
	if f.Fin {
		c.out.Messages = append(c.out.Messages, model.Message{Text: c.text, Data: data, At: c.at()})
	}
	return violation{}
}
