package specimen

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// keepaliveMutants ping too late, give up too early, or never.
func keepaliveMutants() []Mutant {
	mutants := []Mutant{
		{Name: "keepalive/ended-before-ping", Mirrors: "tornado #3376, fixed in 6.5.0",
			Change: "a time-out shorter than the interval runs from the start", new: as[endedBeforePing]},
		{Name: "keepalive/too-rare", Mirrors: "tornado 6.5.0 and 6.5.1",
			Change: "the time-out is added to the next interval, not taken off", new: as[tooRare]},
		{Name: "keepalive/runs-on", Mirrors: "tornado, fixed in 6.1; yamux, fixed in 0.1.0; aiohttp",
			Change: "the timer survives the connection", new: as[runsOn]},
		{Name: "keepalive/always-times-out", Mirrors: "IXWebSocket #165",
			Change: "a time-out equal to the interval is looked at before the ping is sent", new: as[alwaysTimesOut]},
		{Name: "keepalive/never-times-out", Mirrors: "python-websockets #1527",
			Change: "a time-out does not end the connection", new: as[neverTimesOut]},
		{Name: "keepalive/checks-when-read", Mirrors: "websocket-client",
			Change: "the time-out is looked at only when something is read", new: as[checksWhenRead]},
		{Name: "keepalive/fires-anyway", Mirrors: "websocketpp 0.3",
			Change: "a Pong does not stop the timer of its ping", new: as[firesAnyway]},
		{Name: "keepalive/credit", Mirrors: "okhttp #3881",
			Change: "Pongs are counted, so that a stray one makes up for one that is missing", new: as[keepaliveCredit]},
		{Name: "keepalive/grows", Mirrors: "swift-websocket #11",
			Change: "the buffer of the payload is not cleared between pings", new: as[payloadGrows]},
		{Name: "keepalive/stops-after-pong", Mirrors: "aiohttp (its task was collected)",
			Change: "no ping leaves after the first Pong", new: as[stopsAfterPong]},
		{Name: "keepalive/zero-timeout", Change: "a time-out of 0 is over at once", new: as[zeroTimeout]},
		{Name: "keepalive/duplicate-kills",
			Change: "a ping refused because the application's is equal ends the keepalive", new: as[duplicateKills]},
		{Name: "keepalive/own-pong-only", Change: "only its own Pong ends the waiting, not that to a later ping", new: as[ownPongOnly]},
		{Name: "keepalive/early", Change: "the connection is given up a second before the deadline", new: as[early]},
		{Name: "keepalive/first-timeout-only", Change: "only the first ping has a time-out", new: as[firstTimeoutOnly]},
		{Name: "keepalive/latency-of-first",
			Change: "the latency of the connection counts from the first ping", new: as[latencyOfFirst]},
		{Name: "keepalive/half-too-slow", Change: "pings after the first leave after one and a half intervals", new: as[halfTooSlow]},
		{Name: "keepalive/stuck-in-write", Mirrors: "smux #43",
			Change: "its Close is held up for ever behind a write that stalls", new: as[stuckInWrite]},
		{Name: "keepalive/deaf", Of: "specimen/postponing", Change: "only a Pong counts as a sign of life",
			new: func() model.Subject { return running{&heeding{pongsOnly: true}} }},
		{Name: "keepalive/hears-itself", Of: "specimen/postponing",
			Change: "messages that it sends put the next ping off, too", new: as[hearsItself]},
		{Name: "keepalive/idle-since-ping", Of: "specimen/idling", Change: "the time-out counts from the last ping", new: newIdleSincePing},
		{Name: "keepalive/deadline-by-data", Of: "specimen/read-deadline",
			Change: "any data sets the read deadline", new: func() model.Subject { return running{&heeding{idles: true}} }},
	}
	for i := range mutants {
		mutants[i].Of = cmp.Or(mutants[i].Of, "specimen/keepalive")
	}
	return mutants
}

type halfTooSlow struct{ keeping }

func (k *halfTooSlow) nextTimer() (time.Duration, bool) {
	at, ok := k.keeping.nextTimer()
	if ok && k.phase == isOpen && k.stage == keepaliveSleeps && k.keeps > 0 {
		at += k.interval / 2
	}
	return at, ok
}

type stuckInWrite struct{ keeping }

func (k *stuckInWrite) fireTimer(s side) {
	if k.keeping.fireTimer(s); k.blocked {
		k.deadline = 0
	}
}

type hearsItself struct{ heeding }

func (h *hearsItself) step(s side, ev *model.Event, out *model.Outcome) {
	if h.heeding.step(s, ev, out); ev.Kind == model.MsgSend {
		h.heard = h.now
	}
}

type idleSincePing struct{ heeding }

func newIdleSincePing() model.Subject { return running{&idleSincePing{heeding{idles: true}}} }

func (h *idleSincePing) readBytes(s side, b []byte) {
	heard := h.heard
	h.heeding.readBytes(s, b)
	h.heard = heard
}

func (h *idleSincePing) handlePong(data string) {
	heard := h.heard
	h.heeding.handlePong(data)
	h.heard = heard
}

func (h *idleSincePing) fireTimer(s side) {
	if h.heeding.fireTimer(s); h.waits {
		h.heard = h.pinged
	}
}

type endedBeforePing struct{ keeping }

func (k *endedBeforePing) nextTimer() (time.Duration, bool) {
	if k.hasty() {
		return k.timeout, true
	}
	return k.keeping.nextTimer()
}

func (k *endedBeforePing) hasty() bool {
	return k.phase == isOpen && k.keeps == 0 && 0 < k.timeout && k.timeout < k.interval
}

func (k *endedBeforePing) fireTimer(s side) {
	if k.hasty() {
		k.giveUp(s)
		return
	}
	k.keeping.fireTimer(s)
}

type tooRare struct{ keeping }

func (k *tooRare) nextTimer() (time.Duration, bool) {
	at, ok := k.keeping.nextTimer()
	if ok && k.phase == isOpen && k.stage == keepaliveSleeps && k.keeps > 0 {
		at += 2 * k.timeout
	}
	return at, ok
}

type runsOn struct{ keeping }

func (k *runsOn) nextTimer() (time.Duration, bool) {
	if k.gone && k.interval > 0 {
		return k.pinged + k.interval, true
	}
	return k.keeping.nextTimer()
}

func (k *runsOn) fireTimer(s side) {
	if k.gone {
		k.pinged = k.now
		k.out.Frames = append(k.out.Frames, model.Frame{Opcode: frame.Ping, Data: "1", At: k.at()})
		return
	}
	k.keeping.fireTimer(s)
}

type alwaysTimesOut struct{ keeping }

func (k *alwaysTimesOut) fireTimer(s side) {
	if k.phase == isOpen && k.keeps == 0 && k.timeout == k.interval {
		k.giveUp(s)
		return
	}
	k.keeping.fireTimer(s)
}

type neverTimesOut struct{ keeping }

func (k *neverTimesOut) nextTimer() (time.Duration, bool) {
	if k.phase == isOpen && k.stage == keepaliveWaits {
		return 0, false
	}
	return k.keeping.nextTimer()
}

type checksWhenRead struct{ neverTimesOut }

func (k *checksWhenRead) readBytes(s side, b []byte) {
	if k.phase == isOpen && k.stage == keepaliveWaits && k.now >= k.pinged+k.timeout {
		k.giveUp(s)
		return
	}
	k.neverTimesOut.readBytes(s, b)
}

type firesAnyway struct{ keeping }

func (k *firesAnyway) handlePong(data string) { k.upTo.handlePong(data) }

type keepaliveCredit struct {
	keeping
	credit int
}

func (k *keepaliveCredit) openConnection(cfg *model.Config) {
	k.keeping.openConnection(cfg)
	k.credit = 0
}

func (k *keepaliveCredit) handlePong(data string) {
	if k.stage != keepaliveWaits {
		k.credit++
	}
	k.keeping.handlePong(data)
}

func (k *keepaliveCredit) fireTimer(s side) {
	if k.phase == isOpen && k.stage == keepaliveWaits && k.credit > 0 {
		k.credit--
		k.stage = keepaliveSleeps
		return
	}
	k.keeping.fireTimer(s)
}

type payloadGrows struct{ keeping }

func (k *payloadGrows) fireTimer(s side) {
	if k.phase == isOpen && k.stage == keepaliveSleeps {
		k.sendKeepalive(k.copyBytes([]byte(strings.Repeat("ping", 8*int(k.keeps+1)))))
		return
	}
	k.keeping.fireTimer(s)
}

type stopsAfterPong struct{ keeping }

func (k *stopsAfterPong) handlePong(data string) {
	waited := k.stage == keepaliveWaits
	if k.keeping.handlePong(data); waited && k.stage == keepaliveSleeps {
		k.stage = keepaliveOff
	}
}

type zeroTimeout struct{ keeping }

func (k *zeroTimeout) fireTimer(s side) {
	if k.keeping.fireTimer(s); k.stage == keepaliveSleeps && k.timeout == 0 {
		k.stage = keepaliveWaits
	}
}

type duplicateKills struct{ keeping }

func (k *duplicateKills) fireTimer(s side) {
	if k.phase == isOpen && k.stage == keepaliveSleeps && k.findPending(strconv.Itoa(int(k.keeps+1))) >= 0 {
		k.stage = keepaliveOff
		return
	}
	k.keeping.fireTimer(s)
}

type ownPongOnly struct{ keeping }

func (k *ownPongOnly) handlePong(data string) {
	waits := k.stage == keepaliveWaits
	own := waits && k.isNewest(data)
	if k.keeping.handlePong(data); waits && !own {
		k.stage = keepaliveWaits
	}
}

// isNewest reports whether data is the payload of the keepalive's last Ping.
func (k *keeping) isNewest(data string) bool {
	i := k.findPending(data)
	return i >= 0 && k.entries[i].id == pingID{k.keeps, true}
}

type early struct{ keeping }

func (k *early) nextTimer() (time.Duration, bool) {
	at, ok := k.keeping.nextTimer()
	if k.phase == isOpen && k.stage == keepaliveWaits {
		at -= time.Second
	}
	return at, ok
}

type firstTimeoutOnly struct{ keeping }

func (k *firstTimeoutOnly) nextTimer() (time.Duration, bool) {
	if k.phase == isOpen && k.stage == keepaliveWaits && k.keeps > 1 {
		return 0, false
	}
	return k.keeping.nextTimer()
}

type latencyOfFirst struct {
	keeping
	first time.Duration // when the first ping left
}

func (k *latencyOfFirst) fireTimer(s side) {
	if k.keeping.fireTimer(s); k.keeps == 1 && k.pinged == k.now {
		k.first = k.now
	}
}

func (k *latencyOfFirst) handlePong(data string) {
	own := k.isNewest(data)
	if k.keeping.handlePong(data); own {
		k.showLatency(k.now - k.first)
	}
}
