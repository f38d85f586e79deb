package specimen

import (
	"time"

	"github.com/pongcheck/pongcheck/model"
)

// heeding is an up-to tracker with a keepalive that heeds what the peer sends. If it does
// not idle, what the peer sends puts the next Ping off by an interval and answers the last
// one, as in gRPC. If it idles, it pings every interval, and the time-out counts from what
// the peer sent last as in smux, or from its last Pong as with a read deadline that the
// handler of Pongs sets.
type heeding struct {
	upTo
	idles, pongsOnly  bool
	interval, timeout time.Duration // as in keeping
	keeps             int32         // how many pings it sent
	pinged            time.Duration // when it sent the last one, since Open
	heard             time.Duration // when the peer last gave a sign of life, since Open
	waits             bool          // nothing was heard since the last ping
}

func (h *heeding) openConnection(cfg *model.Config) {
	h.upTo.openConnection(cfg)
	h.interval, h.timeout = cfg.Interval, cfg.Timeout
	h.keeps, h.pinged, h.heard, h.waits = 0, 0, 0, false
}

// keepaliveDeadline returns when the connection is given up.
func (h *heeding) keepaliveDeadline() (time.Duration, bool) {
	switch {
	case h.timeout == 0:
		return 0, false
	case h.idles:
		return h.heard + h.timeout, true
	}
	return h.pinged + h.timeout, h.waits
}

// nextPing returns when the keepalive pings next.
func (h *heeding) nextPing() (time.Duration, bool) {
	if h.idles {
		return h.pinged + h.interval, true
	}
	return max(h.pinged, h.heard) + h.interval, !h.waits || h.timeout == 0
}

func (h *heeding) nextTimer() (time.Duration, bool) {
	if h.phase != isOpen || h.interval == 0 {
		return h.upTo.nextTimer()
	}
	at, pings := h.nextPing()
	if end, ok := h.keepaliveDeadline(); ok && (!pings || end <= at) {
		return end, true
	}
	return at, pings
}

func (h *heeding) fireTimer(s side) {
	if h.phase != isOpen || h.interval == 0 {
		h.upTo.fireTimer(s)
		return
	}
	if end, ok := h.keepaliveDeadline(); ok && end <= h.now {
		h.giveUp(s)
		return
	}
	h.keeps++
	h.sendPing(pingID{h.keeps, true}, h.choosePayload())
	h.pinged, h.waits = h.now, true
}

func (h *heeding) readBytes(s side, b []byte) {
	if !h.pongsOnly {
		h.heard, h.waits = h.now, false
	}
	h.upTo.readBytes(s, b)
}

func (h *heeding) handlePong(data string) {
	h.heard, h.waits = h.now, false
	h.upTo.handlePong(data)
}
