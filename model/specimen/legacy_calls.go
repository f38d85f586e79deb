package specimen

import (
	"encoding/binary"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// legacyCall is a call that has not returned, or the reader's answer.
type legacyCall struct {
	call
	until time.Duration // closeCall: when it gives up
}

// callPing is the application's call. As in the new connection, the entry of a payload that is too
// long stays behind.
func (c *legacy) callPing(ev *model.Event) {
	c.waiters = append(c.waiters, waiter{})
	id := pingID{n: int32(len(c.waiters))}
	if !c.ensureOpen(call{kind: pingCall, id: id}) {
		return
	}
	data := ev.Data
	if ev.Chosen {
		data = c.choosePayload()
	} else if c.findPending(data) >= 0 {
		c.refuseCall(id, model.ErrDuplicate, "RuntimeError")
		return
	}
	c.table = append(c.table, legacyEntry{data, id, c.now})
	if len(data) > frame.MaxControl {
		c.refuseCall(id, model.ErrTooLong, "ProtocolError")
		return
	}
	c.writeFrame(frame.Ping, data)
	if !c.stallCall(call{kind: pingCall, id: id}) {
		c.waiters[id.n-1].given = true
	}
}

// choosePayload returns four random bytes that are not pending.
func (c *legacy) choosePayload() string {
	var b [4]byte
	for {
		binary.BigEndian.PutUint32(b[:], c.random.uint32())
		if c.findPending(string(b[:])) < 0 {
			return c.copyBytes(b[:])
		}
	}
}

// cancelWaiter cancels what the application waits for: the ping, or the call that will send it.
func (c *legacy) cancelWaiter(id pingID) {
	w := c.waiterOf(id)
	if w == nil {
		return
	}
	if w.given {
		c.cancelWait(id, w)
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

// callClose is the application's call of close. The closing begins even if the code cannot be
// sent.
func (c *legacy) callClose(code int) {
	if code == 0 {
		code = int(frame.NormalClosure)
	}
	if c.phase == isOpen {
		c.phase, c.codes.sent = isClosing, frame.CloseCode(code)
		if !frame.CloseCode(code).Sendable() {
			c.out.Err, c.out.ErrName = model.ErrOther, "ProtocolError"
			return
		}
		c.writeFrame(frame.Close, c.closePayload(frame.CloseCode(code), ""))
		if c.stallCall(call{kind: closeCall}) {
			return
		}
	}
	if c.reader != readerDone {
		c.calls = append(c.calls, legacyCall{call{kind: closeCall}, c.now + closeTimeout})
	}
}

func (c *legacy) sendMessage(text bool, data string) {
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

func (c *legacy) sendFrame(op frame.Opcode, data string) {
	k := call{kind: sendCall}
	switch {
	case !c.ensureOpen(k):
	case op.Control() && len(data) > frame.MaxControl:
		c.out.Err, c.out.ErrName = model.ErrTooLong, "ProtocolError"
	default:
		c.writeFrame(op, data)
		c.stallCall(k)
	}
}

// ensureOpen reports whether the connection is open; if it is not, k fails once
// it is closed.
func (c *legacy) ensureOpen(k call) bool {
	switch {
	case c.phase == isOpen && c.reader != readerDone:
		return true
	case c.phase == isClosed:
		c.failCall(k)
	default:
		c.calls = append(c.calls, legacyCall{call: k})
	}
	return false
}

// stallCall lets a call wait if writes stall, or if other calls wait for their turn. It reports
// whether the call waits.
func (c *legacy) stallCall(k call) bool {
	if !c.blocked && !c.leaving && c.firstStalled() < 0 {
		return false
	}
	k.stalled = true
	c.calls = append(c.calls, legacyCall{k, c.now + closeTimeout})
	return true
}

// firstStalled returns the index of the call whose turn it is, or -1.
func (c *legacy) firstStalled() int {
	return slices.IndexFunc(c.calls, func(k legacyCall) bool { return k.stalled })
}

// resumeCalls runs when writes go on. The calls that waited for that go on one after the other. If
// the transport is being closed, all but the first find the connection lost.
func (c *legacy) resumeCalls() {
	late := false
	for i := c.firstStalled(); i >= 0; i = c.firstStalled() {
		k := c.calls[i]
		c.calls = append(c.calls[:i], c.calls[i+1:]...)
		if late = k.kind == readerCall && !late && !c.leaving; late {
			// If the reader ends, the other tasks notice it one turn of the event loop later.
			if j := c.firstStalled(); j >= 0 {
				k, c.calls[j] = c.calls[j], k
			}
		}
		c.goOn(k)
		if c.leaving {
			return
		}
	}
}

// goOn continues a call that had stalled.
func (c *legacy) goOn(k legacyCall) {
	switch {
	case k.kind == pingCall:
		c.handOut(k.id)
	case k.kind == readerCall && c.reader == readerStallsLast:
		c.readerEnds()
	case k.kind == readerCall:
		c.reader = readerReads
		c.readAvailable()
	case k.kind == closeCall && c.reader != readerDone:
		c.calls = append(c.calls, legacyCall{call{kind: closeCall}, c.now + closeTimeout})
	}
}

// handOut hands the wait for a ping out.
func (c *legacy) handOut(id pingID) {
	w := c.waiterOf(id)
	w.given = true
	if id.keep {
		c.keepaliveSent()
	}
	if w.Done() {
		c.showEnd(id, w)
	}
}
