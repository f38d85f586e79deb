package specimen

import (
	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// failConnection fails the connection (RFC 6455 section 7.1.7).
func (c *legacy) failConnection(v violation) {
	if c.phase == isOpen {
		c.phase, c.codes.sent = isClosing, v.code
		c.writeFrame(frame.Close, c.closePayload(v.code, v.reason))
	}
	c.readerEnds()
}

// readerEnds runs when nothing is read any more. The keepalive ends, and the connection is closed.
// Calls to close do not time out any more.
func (c *legacy) readerEnds() {
	if c.reader == readerDone {
		return
	}
	c.reader = readerDone
	c.keepaliveCancelled()
	kept := c.calls[:0]
	for _, k := range c.calls {
		if k.kind == readerCall || k.kind == closeCall && !k.stalled {
			continue
		}
		kept = append(kept, k)
	}
	c.calls = kept
	c.ending = ending{endingWaits, c.now + closeTimeout}
	if c.role == model.Server {
		c.goOnEnding()
	}
}

// goOnEnding takes the next step towards the end of the connection.
func (c *legacy) goOnEnding() {
	c.ending.until = c.now + closeTimeout
	c.ending.stage++
	switch c.ending.stage {
	case endingEnded:
		c.endSending()
	case endingClosed:
		c.link.closeTransport()
	default:
		c.ending.stage = endingOff
		c.abortTransport()
	}
}

// expireClosing ends the calls to close that have waited too long.
func (c *legacy) expireClosing() {
	for i := range c.calls {
		k := &c.calls[i]
		if k.kind != closeCall || c.now < k.until {
			continue
		}
		c.calls = append(c.calls[:i], c.calls[i+1:]...)
		c.readerEnds()
		return
	}
}

// failCall fails a call because the connection is closed.
func (c *legacy) failCall(k call) {
	switch {
	case k.kind == pingCall && !k.id.keep:
		c.refuseCall(k.id, model.ErrClosed, c.codes.name())
	case k.kind == sendCall, k.kind == closeCall && k.stalled:
		c.out.Err, c.out.ErrName = model.ErrClosed, c.codes.name()
	}
}

// connectionLost ends every Future, every call and the reader.
func (c *legacy) connectionLost() {
	c.showLost()
	c.out.Told = c.codes.tellEnd()
	c.phase, c.noMore, c.ending.stage = isClosed, true, endingOff
	for i := range c.table {
		if id := c.table[i].id; c.waiterOf(id).fail() == nil {
			c.showEnd(id, c.waiterOf(id))
		}
	}
	if c.broken {
		c.unread = c.unread[:0]
	}
	// If nothing broke, the first of the calls that had stalled does not notice, and
	// a reader reads what is left, unless another failed before.
	first := c.blocked && !c.broken
	calls := c.calls
	c.calls = c.calls[:0]
	for _, k := range calls {
		switch {
		case k.kind == readerCall && c.reader == readerStalls:
			c.reader = readerReads
			c.readAvailable()
		case k.kind == readerCall:
		case k.stalled && first:
			if k.kind == pingCall && !k.id.keep {
				c.handOut(k.id)
			}
		default:
			c.failCall(k.call)
			if k.stalled {
				c.readerEnds()
			}
		}
		first = first && !k.stalled
	}
	c.readerEnds()
	c.ending.stage = endingOff
}
