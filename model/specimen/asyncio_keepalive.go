package specimen

import (
	"time"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// asyncioKeepalive is the task that pings at intervals. It subtracts a round trip from the next
// interval.
type asyncioKeepalive struct {
	interval, timeout time.Duration
	stage             keepaliveStage
	until             time.Duration
	latency           time.Duration
}

func (k *asyncioKeepalive) start(cfg *model.Config) {
	*k = asyncioKeepalive{interval: cfg.Interval, timeout: cfg.Timeout}
	if k.interval > 0 {
		k.sleep(0)
	}
}

func (k *asyncioKeepalive) stop() { k.stage = keepaliveOff }

func (k *asyncioKeepalive) sleep(now time.Duration) {
	k.stage, k.until = keepaliveSleeps, now+k.interval-k.latency
}

// nextTimer returns when the task goes on by itself.
func (k *asyncioKeepalive) nextTimer() (time.Duration, bool) {
	return k.until, k.stage == keepaliveSleeps || k.stage == keepaliveWaits
}

func (k *asyncioKeepalive) isDue(now time.Duration) bool {
	if k.stage == keepaliveOff {
		return false
	}
	at, ok := k.nextTimer()
	return ok && at <= now
}

// keepaliveDue sends a ping, or gives up.
func (c *asyncio) keepaliveDue() {
	if c.keep.stage == keepaliveWaits {
		c.keepaliveTimedOut()
		return
	}
	if c.phase != isOpen {
		c.keep.stop()
		c.waitForEnd(call{kind: otherCall})
		return
	}
	c.keeps = append(c.keeps, waiter{})
	id := pingID{int32(len(c.keeps)), true}
	data := c.choosePayload()
	c.table = append(c.table, asyncioEntry{data, id, c.now})
	c.writeFrame(frame.Ping, data)
	if c.blocked {
		c.keep.stage = keepaliveCalls
		c.calls = append(c.calls, call{kind: pingCall, id: id, stalled: true})
		return
	}
	c.handOut(id)
}

// keepaliveSent runs when the call to ping has returned.
func (c *asyncio) keepaliveSent(*waiter) {
	if c.keep.timeout == 0 {
		c.keep.sleep(c.now)
		return
	}
	c.keep.stage, c.keep.until = keepaliveWaits, c.now+c.keep.timeout
}

// keepaliveEnded runs when the Future of a keepalive ping ended. If it was cancelled while the
// task waited for it, the task ends.
func (c *asyncio) keepaliveEnded(w *waiter) {
	switch {
	case c.keep.stage != keepaliveWaits:
	case w.state == completed:
		c.keep.latency = w.result
		c.keep.sleep(c.now)
	default:
		c.keep.stop()
	}
}

// keepaliveTimedOut fails the connection. Its Close may be held up, and the time of the
// closing runs all the same.
func (c *asyncio) keepaliveTimedOut() {
	id := pingID{int32(len(c.keeps)), true}
	c.keep.stop()
	w := c.waiterOf(id)
	w.Cancel()
	c.showEnd(id, w)
	c.failReading(violation{frame.InternalError, "keepalive ping timeout"})
	if n := len(c.calls); c.kind.remedied && n > 0 {
		c.calls[n-1].stalled = false
	}
}
