package specimen

import (
	"encoding/binary"
	"unicode/utf8"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// ping is the application's call. An entry is made before the frame is, so that
// of a payload that is too long stays behind, and a second such call is refused
// as a duplicate.
func (c *asyncio) ping(ev *model.Event) {
	c.waiters = append(c.waiters, waiter{})
	id := pingID{n: int32(len(c.waiters))}
	if c.phase != isOpen {
		c.wait(call{kind: pingCall, id: id})
		return
	}
	data := ev.Data
	if ev.Chosen {
		data = c.choose()
	} else if c.find(data) >= 0 {
		c.refuse(id, model.ErrDuplicate, "ConcurrencyError")
		return
	}
	c.table = append(c.table, asyncioEntry{data, id, c.now})
	if len(data) > frame.MaxControl {
		c.refuse(id, model.ErrTooLong, "ProtocolError")
		return
	}
	c.write(frame.Ping, data)
	if c.blocked {
		c.calls = append(c.calls, call{kind: pingCall, id: id, stalled: true})
		return
	}
	c.waiters[id.n-1].given = true
}

// choose is a payload of four random bytes that is not pending.
func (c *asyncio) choose() string {
	var b [4]byte
	for {
		binary.BigEndian.PutUint32(b[:], c.random.uint32())
		if c.find(string(b[:])) < 0 {
			return c.own(b[:])
		}
	}
}

// cancel cancels what the application waits for: the Future, or the call that is
// to hand it out.
func (c *asyncio) cancel(id pingID) {
	w := c.waiter(id)
	if w == nil {
		return
	}
	if w.given {
		if w.Cancel() {
			c.ended(id, w)
		}
		return
	}
	for i := range c.calls {
		if c.calls[i].kind == pingCall && c.calls[i].id == id && !id.keep {
			c.calls = append(c.calls[:i], c.calls[i+1:]...)
			c.resolve(id, model.Cancelled)
			return
		}
	}
}

// shut is the application's close.
func (c *asyncio) shut(code int) {
	if code == 0 {
		code = int(frame.NormalClosure)
	}
	switch {
	case c.phase != isOpen:
		c.wait(call{kind: otherCall})
	case !frame.CloseCode(code).Sendable() && c.kind.forceful:
		c.abort()
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
			c.out.Unsupported = true // a text is a str, which cannot hold it
			return
		}
	}
	c.send(op, data)
}

func (c *asyncio) sendPong(data string) {
	if c.phase == isOpen && len(data) > frame.MaxControl {
		c.out.Err, c.out.ErrName = model.ErrTooLong, "ProtocolError"
		return
	}
	c.send(frame.Pong, data)
}

func (c *asyncio) send(op frame.Opcode, data string) {
	if c.phase != isOpen {
		c.wait(call{kind: sendCall})
		return
	}
	c.write(op, data)
	if c.blocked {
		c.calls = append(c.calls, call{kind: sendCall, stalled: true})
	}
}

// sendClose sends the Close that begins the closing.
func (c *asyncio) sendClose(v violation) {
	c.write(frame.Close, c.closePayload(v.code, v.reason))
	c.codes.sent, c.phase = v.code, isClosing
}

// closeSoon lets a call that sent a Close wait for the end.
func (c *asyncio) closeSoon() {
	c.limit()
	c.calls = append(c.calls, call{kind: otherCall, stalled: c.blocked})
}

// wait lets a call wait for the end of a connection that is not open.
func (c *asyncio) wait(k call) {
	c.limit()
	if c.over {
		c.fail(k)
		return
	}
	c.calls = append(c.calls, k)
}

// limit sets the time by which the closing is to be over.
func (c *asyncio) limit() {
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

// expire ends a closing that takes too long.
func (c *asyncio) expire() {
	if c.now < c.deadline || !c.enforced() {
		return
	}
	if c.kind.remedied {
		c.abort()
	} else {
		c.link.close()
	}
}

// drained is called when writes go on: the calls that waited for that do so too.
func (c *asyncio) drained() {
	calls := c.calls
	c.calls = c.calls[:0]
	for _, k := range calls {
		switch {
		case !k.stalled:
			c.calls = append(c.calls, k)
		case k.kind == pingCall:
			c.hand(k.id)
		case k.kind == otherCall:
			c.calls = append(c.calls, call{kind: otherCall})
		}
	}
}

// hand hands the Future of a ping out.
func (c *asyncio) hand(id pingID) {
	w := c.waiter(id)
	w.given = true
	if id.keep {
		c.keepaliveSent(w)
	}
	if w.Done() {
		c.ended(id, w)
	}
}

// fail fails a call because the connection is closed.
func (c *asyncio) fail(k call) {
	switch {
	case k.kind == pingCall && !k.id.keep:
		c.refuse(k.id, model.ErrClosed, c.codes.name())
	case k.kind == sendCall:
		c.out.Err, c.out.ErrName = model.ErrClosed, c.codes.name()
	}
}

// connectionLost ends every Future and every call.
func (c *asyncio) connectionLost() {
	c.lost()
	c.phase, c.over = isClosed, true
	c.keep.stop()
	for i := range c.table {
		if id := c.table[i].id; (id.keep || !c.kind.events) && c.waiter(id).Fail() == nil {
			c.ended(id, c.waiter(id))
		}
	}
	c.table = c.table[:0]
	for _, stalled := range [...]bool{false, true} {
		for _, k := range c.calls {
			if k.stalled != stalled {
				continue
			}
			if !stalled || c.broken {
				c.fail(k)
			} else if k.kind == pingCall && !k.id.keep { // the task of the keepalive was cancelled
				c.hand(k.id)
			}
		}
	}
	c.calls = c.calls[:0]
}
