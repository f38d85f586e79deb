package specimen

import (
	"slices"
	"time"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// legacyKeepalive is the task that pings one interval after the last Pong.
type legacyKeepalive struct {
	interval, timeout time.Duration
	stage             keepaliveStage
	until             time.Duration
}

func (k *legacyKeepalive) start(cfg *model.Config) {
	*k = legacyKeepalive{interval: cfg.Interval, timeout: cfg.Timeout}
	if k.interval > 0 {
		k.sleep(0)
	}
}

func (k *legacyKeepalive) sleep(now time.Duration) {
	k.stage, k.until = keepaliveSleeps, now+k.interval
}

// nextTimer returns when the task goes on by itself.
func (k *legacyKeepalive) nextTimer() (time.Duration, bool) {
	return k.until, k.stage == keepaliveSleeps || k.stage == keepaliveWaits
}

func (k *legacyKeepalive) isDue(now time.Duration) bool {
	at, ok := k.nextTimer()
	return ok && at <= now
}

// keepaliveDue sends a ping, or gives up.
func (c *legacy) keepaliveDue() {
	id := pingID{int32(len(c.keeps)), true}
	if c.keep.stage == keepaliveWaits {
		c.cancelWait(id, c.waiterOf(id))
		c.failConnection(violation{frame.InternalError, "keepalive ping timeout"})
		return
	}
	if c.phase != isOpen {
		c.keep.stage = keepaliveOff // it waits for the end, which ends it
		return
	}
	c.keeps = append(c.keeps, waiter{})
	id.n++
	data := c.choosePayload()
	c.table = append(c.table, legacyEntry{data, id, c.now})
	c.writeFrame(frame.Ping, data)
	if c.stallCall(call{kind: pingCall, id: id}) {
		c.keep.stage = keepaliveCalls
		return
	}
	c.handOut(id)
}

// keepaliveSent runs when the call to ping has returned.
func (c *legacy) keepaliveSent() {
	if c.keep.timeout == 0 {
		c.keep.sleep(c.now)
		return
	}
	c.keep.stage, c.keep.until = keepaliveWaits, c.now+c.keep.timeout
}

// keepaliveEnded runs when the wait for a keepalive ping ended. If it did not end with a Pong, the
// task ends.
func (c *legacy) keepaliveEnded(well bool) {
	switch {
	case c.keep.stage != keepaliveWaits:
	case well:
		c.keep.sleep(c.now)
	default:
		c.keep.stage = keepaliveOff
	}
}

// keepaliveCancelled ends the task at any stage.
func (c *legacy) keepaliveCancelled() {
	id := pingID{int32(len(c.keeps)), true}
	switch stage := c.keep.stage; stage {
	case keepaliveWaits:
		c.keep.stage = keepaliveOff
		c.cancelWait(id, c.waiterOf(id))
	default:
		c.keep.stage = keepaliveOff
		c.calls = slices.DeleteFunc(c.calls, func(k legacyCall) bool { return k.id == id })
	}
}
