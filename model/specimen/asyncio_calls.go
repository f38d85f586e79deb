package specimen

import (
	"encoding/binary"
	"unicode/utf8"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// callPing is the application's call. It makes the table entry before the frame. So the entry of a
// payload that is too long stays behind, and a second such call is refused as a duplicate.
func (c *asyncio) callPing(ev *model.Event) {
	c.waiters = append(c.waiters, waiter{})
	id := pingID{n: int32(len(c.waiters))}
	if c.phase != isOpen {
		c.waitForEnd(call{kind: pingCall, id: id})
		return
	}
	data := ev.Data
	if ev.Chosen {
		data = c.choosePayload()
	} else if c.findPending(data) >= 0 {
		c.refuseCall(id, model.ErrDuplicate, "ConcurrencyError")
		return
	}
	c.table = append(c.table, asyncioEntry{data, id, c.now})
	if len(data) > frame.MaxControl {
		c.refuseCall(id, model.ErrTooLong, "ProtocolError")
		return
	}
	c.writeFrame(frame.Ping, data)
	if c.blocked {
		c.calls = append(c.calls, call{kind: pingCall, id: id, stalled: true})
		return
	}
	c.waiters[id.n-1].given = true
}

// choosePayload returns four random bytes that are not pending.
func (c *asyncio) choosePayload() string {
	var b [4]byte
	for {
		binary.BigEndian.PutUint32(b[:], c.random.uint32())
		if c.findPending(string(b[:])) < 0 {
			return c.copyBytes(b[:])
		}
	}
}

// cancelWaiter cancels what the application waits for: the Future, or the call that will return
// it.
func (c *asyncio) cancelWaiter(id pingID) {
	w := c.waiterOf(id)
	if w == nil {
		return
	}
	if w.given {
		if w.Cancel() {
			c.showEnd(id, w)
		}
		return
	}
	for i := range c.calls {
		if c.calls[i].kind == pingCall && c.calls[i].id == id && !id.keep {
			c.calls = append(c.calls[:i], c.calls[i+1:]...)
			c.showResolution(id, model.Cancelled)
			return
		}
	}
}

// callClose is the application's call of close.
func (c *asyncio) callClose(code int) {
	if code == 0 {
		code = int(frame.NormalClosure)
	}
	switch {
	case c.phase != isOpen:
		c.waitForEnd(call{kind: otherCall})
	case !frame.CloseCode(code).Sendable() && c.kind.forceful:
		c.abortTransport()
	case !frame.CloseCode(code).Sendable():
		c.out.Err, c.out.ErrName = model.ErrOther, "ProtocolError"
	default:
		c.sendClose(violation{code: frame.CloseCode(code)})
		c.closeSoon()
	}
}

func (c *asyncio) sendMessage(text bool, data string) {
	op := frame.Binary
	if text {
		op = frame.Text
		if !utf8.ValidString(data) {
			c.out.Unsupported = true // a text is a str, which cannot hold these bytes
			return
		}
	}
	c.sendFrame(op, data)
}

func (c *asyncio) sendPong(data string) {
	if c.phase == isOpen && len(data) > frame.MaxControl {
		c.out.Err, c.out.ErrName = model.ErrTooLong, "ProtocolError"
		return
	}
	c.sendFrame(frame.Pong, data)
}

func (c *asyncio) sendFrame(op frame.Opcode, data string) {
	if c.phase != isOpen {
		c.waitForEnd(call{kind: sendCall})
		return
	}
	c.writeFrame(op, data)
	if c.blocked {
		c.calls = append(c.calls, call{kind: sendCall, stalled: true})
	}
}

// sendClose sends the Close that begins the closing.
func (c *asyncio) sendClose(v violation) {
	c.writeFrame(frame.Close, c.closePayload(v.code, v.reason))
	c.codes.sent, c.phase = v.code, isClosing
}

// closeSoon lets a call that sent a Close wait for the end.
func (c *asyncio) closeSoon() {
	c.limitClosing()
	c.calls = append(c.calls, call{kind: otherCall, stalled: c.blocked})
}

// waitForEnd lets a call wait for the end of a connection that is not open.
func (c *asyncio) waitForEnd(k call) {
	c.limitClosing()
	if c.over {
		c.failCall(k)
		return
	}
	c.calls = append(c.calls, k)
}

// limitClosing sets the time when the closing must be over.
func (c *asyncio) limitClosing() {
	if c.deadline == 0 {
		c.deadline = c.now + closeTimeout
	}
}

// enforced reports whether somebody minds the time: a call that waits for the end,
// or the thread that reads.
func (c *asyncio) enforced() bool {
	if c.gone || c.leaving && !c.kind.remedied {
		return false
	}
	for i := range c.calls {
		if !c.calls[i].stalled {
			return true
		}
	}
	return c.watched
}

// expireClosing ends a closing that takes too long.
func (c *asyncio) expireClosing() {
	if c.now < c.deadline || !c.enforced() {
		return
	}
	if c.kind.remedied {
		c.abortTransport()
	} else {
		c.link.closeTransport()
	}
}

// resumeCalls is called when writes go on: the calls that waited for that do so too.
func (c *asyncio) resumeCalls() {
	calls := c.calls
	c.calls = c.calls[:0]
	for _, k := range calls {
		switch {
		case !k.stalled:
			c.calls = append(c.calls, k)
		case k.kind == pingCall:
			c.handOut(k.id)
		case k.kind == otherCall:
			c.calls = append(c.calls, call{kind: otherCall})
		}
	}
}

// handOut hands the Future of a ping out.
func (c *asyncio) handOut(id pingID) {
	w := c.waiterOf(id)
	w.given = true
	if id.keep {
		c.keepaliveSent(w)
	}
	if w.Done() {
		c.showEnd(id, w)
	}
}

// failCall fails a call because the connection is closed.
func (c *asyncio) failCall(k call) {
	switch {
	case k.kind == pingCall && !k.id.keep:
		c.refuseCall(k.id, model.ErrClosed, c.codes.name())
	case k.kind == sendCall:
		c.out.Err, c.out.ErrName = model.ErrClosed, c.codes.name()
	}
}

// connectionLost ends every Future and every call.
func (c *asyncio) connectionLost() {
	c.showLost()
	c.out.Told = c.codes.tellEnd()
	c.phase, c.over = isClosed, true
	c.keep.stop()
	for i := range c.table {
		if id := c.table[i].id; (id.keep || !c.kind.events) && c.waiterOf(id).fail() == nil {
			c.showEnd(id, c.waiterOf(id))
		}
	}
	c.table = c.table[:0]
	for _, stalled := range [...]bool{false, true} {
		for _, k := range c.calls {
			if k.stalled != stalled {
				continue
			}
			if !stalled || c.broken {
				c.failCall(k)
			} else if k.kind == pingCall && !k.id.keep { // the task of the keepalive was cancelled
				c.handOut(k.id)
			}
		}
	}
	c.calls = c.calls[:0]
}
