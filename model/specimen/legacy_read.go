package specimen

import (
	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// receive takes what the peer sends.
func (c *legacy) receive(ev *model.Event) {
	switch {
	case c.leaving:
	case ev.Z:
		c.out.Unsupported = true
	case c.reader == readerReads && c.decoder.Pending() == 0 && ev.Kind == model.Pong && len(ev.Data) <= frame.MaxControl:
		c.acknowledge(ev.Data)
	case c.reader == readerReads && c.decoder.Pending() == 0 && ev.Kind == model.RecvPing && len(ev.Data) <= frame.MaxControl:
		c.answer(ev.Data)
	case c.reader != readerDone:
		c.unread = append(c.unread, c.encode(ev)...)
		c.pump()
	}
}

// receiveEOF is the end of what the peer sends.
func (c *legacy) receiveEOF() {
	if c.leaving {
		return
	}
	c.noMore = true
	c.link.close()
	c.pump()
}

// pump reads as far as it can.
func (c *legacy) pump() {
	b := c.unread
	for len(b) > 0 && c.reader == readerReads {
		f, bad, n := c.next(b)
		b = b[n:]
		if bad == (violation{}) && f != nil {
			bad = c.parsed(f)
		}
		if bad != (violation{}) {
			c.failConnection(violation{code: bad.code}) // it gives no reason
		}
	}
	c.unread = c.unread[:copy(c.unread, b)]
	if c.noMore && c.reader == readerReads {
		c.readerEnds()
	}
}

// parsed handles a frame that is well formed by itself.
func (c *legacy) parsed(f *frame.Frame) violation {
	switch f.Opcode {
	case frame.Ping:
		c.answer(c.own(f.Payload))
	case frame.Pong:
		c.acknowledge(c.own(f.Payload))
	case frame.Close:
		return c.receiveClose(c.own(f.Payload))
	default:
		return c.assemble(f)
	}
	return violation{}
}

// answer answers a Ping.
func (c *legacy) answer(data string) {
	if c.phase != isOpen {
		return
	}
	c.write(frame.Pong, data)
	if c.stall(call{kind: readerCall}) {
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
		c.write(frame.Close, data)
		if c.stall(call{kind: readerCall}) {
			c.reader = readerStallsLast
			return violation{}
		}
	}
	c.readerEnds()
	return violation{}
}

// assemble puts a fragment to its message, and delivers that when it is whole. A
// text is checked as far as it came.
func (c *legacy) assemble(f *frame.Frame) violation {
	if f.Opcode != frame.Continuation {
		c.message, c.text = c.message[:0], f.Opcode == frame.Text
	}
	c.message = append(c.message, f.Payload...)
	data := c.own(c.message)
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
