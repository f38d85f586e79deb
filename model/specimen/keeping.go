package specimen

import (
	"time"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// keeping is an up-to tracker with a keepalive, as the documentation of python-websockets
// describes it. It sends a Ping every interval. A connection on which one is not acknowledged
// within the time-out is broken. It sends no other Ping while it waits for one.
type keeping struct {
	upTo
	interval, timeout time.Duration // interval 0: no keepalive; timeout 0: it does not wait for Pongs
	keeps             int32         // how many pings it sent
	pinged            time.Duration // when it sent the last one, since Open
	stage             keepaliveStage
}

func (k *keeping) openConnection(cfg *model.Config) {
	k.upTo.openConnection(cfg)
	k.interval, k.timeout = cfg.Interval, cfg.Timeout
	k.keeps, k.pinged, k.stage = 0, 0, keepaliveOff
	if k.interval > 0 {
		k.stage = keepaliveSleeps
	}
}

// keepaliveTimer returns when the keepalive has something to do.
func (k *keeping) keepaliveTimer() (time.Duration, bool) {
	switch {
	case k.phase != isOpen || k.stage == keepaliveOff:
		return 0, false
	case k.stage == keepaliveWaits:
		return k.pinged + k.timeout, true
	}
	return k.pinged + k.interval, true
}

func (k *keeping) nextTimer() (time.Duration, bool) {
	if at, ok := k.keepaliveTimer(); ok {
		return at, true // before there is a Close to wait for
	}
	return k.upTo.nextTimer()
}

func (k *keeping) fireTimer(s side) {
	switch _, ok := k.keepaliveTimer(); {
	case !ok:
		k.upTo.fireTimer(s)
	case k.stage == keepaliveWaits:
		k.giveUp(s)
	default:
		k.sendKeepalive(k.choosePayload())
	}
}

// sendKeepalive sends a Ping of the keepalive.
func (k *keeping) sendKeepalive(data string) {
	k.keeps++
	k.sendPing(pingID{k.keeps, true}, data)
	k.pinged = k.now
	if k.timeout > 0 {
		k.stage = keepaliveWaits
	}
}

// giveUp fails the connection. Its Close may be held up, as the peer takes nothing: the
// transport is aborted then.
func (e *endpoint) giveUp(s side) {
	e.failConnection(s, violation{frame.InternalError, "keepalive ping timeout"})
	e.deadline = e.now + patience
}

func (k *keeping) handlePong(data string) {
	k.upTo.handlePong(data)
	if k.stage == keepaliveWaits && !k.awaitsPong() {
		k.stage = keepaliveSleeps
	}
}

// awaitsPong reports whether the last Ping of the keepalive is not acknowledged.
func (k *keeping) awaitsPong() bool {
	for i := range k.entries {
		if k.entries[i].id == (pingID{k.keeps, true}) {
			return true
		}
	}
	return false
}

// cancelWaiter of a keepalive Ping ends the task that waits for it.
func (k *keeping) cancelWaiter(id pingID) {
	k.upTo.cancelWaiter(id)
	if id == (pingID{k.keeps, true}) && k.stage == keepaliveWaits {
		k.stage = keepaliveOff
	}
}
