package specimen

import (
	"time"

	"github.com/pongcheck/pongcheck/model"
)

// timingMutants have a keepalive that stops, drifts or counts the wrong traffic, or tell wrong latencies.
func timingMutants() []Mutant {
	return []Mutant{
		{Name: "keepalive/drifts", Of: "specimen/keepalive",
			Change: "the interval grows by a tenth with every ping", new: as[keepaliveDrifts]},
		{Name: "keepalive/stops-in-message", Of: "specimen/keepalive",
			Change: "a ping that is due while the peer sends fragments is left out, and so are all later ones", new: as[stopsInMessage]},
		{Name: "keepalive/stops-after-stall", Of: "specimen/keepalive",
			Change: "the timer is not set again after a ping that stalled", new: as[stopsAfterStall]},
		{Name: "keepalive/cancelled-times-out", Of: "specimen/keepalive",
			Change: "the Pong to a ping that was cancelled does not stop its time-out", new: as[cancelledTimesOut]},
		{Name: "keepalive/forgives-one", Of: "specimen/keepalive",
			Change: "the first ping that times out is forgiven", new: as[forgivesOne]},
		{Name: "keepalive/peers-ping-counts", Of: "specimen/keepalive",
			Change: "a Ping of the peer's counts for the Pong that is awaited", new: as[peersPingCounts]},
		{Name: "keepalive/any-ping-restarts", Of: "specimen/keepalive",
			Change: "a ping of the application's starts the time-out of the keepalive's again", new: as[anyPingRestarts]},
		{Name: "keepalive/waits-without-timeout", Of: "specimen/keepalive",
			Change: "without a time-out no ping leaves before the last one is answered", new: as[waitsWithoutTimeout]},
		{Name: "keepalive/sixteenth", Of: "specimen/keepalive",
			Change: "pings are counted in four bits, and no more leave at 0", new: as[sixteenthKeepalive]},
		{Name: "keepalive/makes-way", Of: "specimen/keepalive",
			Change: "a ping that is due while one of the application's is pending is left out, and so are all later ones", new: as[makesWay]},
		{Name: "keepalive/server-masks", Of: "specimen/keepalive",
			Change: "the pings of the keepalive are masked, in a server, too", new: as[serverMasks]},
		{Name: "tracking/latency-only-rises", Of: "specimen/up-to",
			Change: "the latency of the connection is the greatest there was", new: as[latencyOnlyRises]},
		{Name: "tracking/latency-once", Of: "specimen/up-to",
			Change: "the latency of the connection is measured once", new: as[latencyOnce]},
		{Name: "tracking/latency-halved", Of: "specimen/exact",
			Change: "the latency of a ping is half of its round trip", new: as[latencyHalved]},
		{Name: "tracking/one-clock", Of: "specimen/exact",
			Change: "one clock measures all pings, and each starts it again", new: as[oneClock]},
		{Name: "tracking/batch-untimed", Of: "specimen/up-to",
			Change: "a Pong that acknowledges several pings leaves the latency of the connection as it was", new: as[batchUntimed]},
	}
}

type keepaliveDrifts struct{ keeping }

func (k *keepaliveDrifts) nextTimer() (time.Duration, bool) {
	at, ok := k.keeping.nextTimer()
	if ok && k.phase == isOpen && k.stage == keepaliveSleeps {
		at += k.interval / 10 * time.Duration(k.keeps)
	}
	return at, ok
}

type stopsInMessage struct{ keeping }

func (k *stopsInMessage) fireTimer(s side) {
	if k.phase == isOpen && k.stage == keepaliveSleeps && k.state.InMessage {
		k.stage = keepaliveOff
		return
	}
	k.keeping.fireTimer(s)
}

type stopsAfterStall struct{ keeping }

func (k *stopsAfterStall) fireTimer(s side) {
	if k.keeping.fireTimer(s); k.blocked && k.phase == isOpen {
		k.stage = keepaliveOff
	}
}

type cancelledTimesOut struct{ keeping }

func (k *cancelledTimesOut) cancelWaiter(id pingID) { k.upTo.cancelWaiter(id) }

func (k *cancelledTimesOut) handlePong(data string) {
	i := k.findPending(data)
	if k.stage == keepaliveWaits && i >= 0 && k.entries[i].gone {
		k.upTo.handlePong(data)
		return
	}
	k.keeping.handlePong(data)
}

type forgivesOne struct {
	keeping
	forgiven bool
}

func (k *forgivesOne) openConnection(cfg *model.Config) {
	k.keeping.openConnection(cfg)
	k.forgiven = false
}

func (k *forgivesOne) fireTimer(s side) {
	if k.phase == isOpen && k.stage == keepaliveWaits && !k.forgiven {
		k.stage, k.forgiven = keepaliveSleeps, true
		return
	}
	k.keeping.fireTimer(s)
}

type peersPingCounts struct{ keeping }

func (k *peersPingCounts) answerPing(data string) {
	if k.keeping.answerPing(data); k.stage == keepaliveWaits {
		k.stage = keepaliveSleeps
	}
}

type anyPingRestarts struct{ keeping }

func (k *anyPingRestarts) callPing(id pingID, ev *model.Event) {
	if k.keeping.callPing(id, ev); k.stage == keepaliveWaits {
		k.pinged = k.now
	}
}

type waitsWithoutTimeout struct{ keeping }

func (k *waitsWithoutTimeout) fireTimer(s side) {
	if k.phase == isOpen && k.timeout == 0 && k.awaitsPong() {
		k.pinged = k.now
		return
	}
	k.keeping.fireTimer(s)
}

type sixteenthKeepalive struct{ keeping }

func (k *sixteenthKeepalive) fireTimer(s side) {
	if k.phase == isOpen && k.stage == keepaliveSleeps && k.keeps&0xf == 0xf {
		k.stage = keepaliveOff
		return
	}
	k.keeping.fireTimer(s)
}

type makesWay struct{ keeping }

func (k *makesWay) fireTimer(s side) {
	if k.phase == isOpen && k.stage == keepaliveSleeps {
		for i := range k.entries {
			if e := &k.entries[i]; !e.id.keep && !e.gone {
				k.stage = keepaliveOff
				return
			}
		}
	}
	k.keeping.fireTimer(s)
}

type serverMasks struct{ keeping }

func (k *serverMasks) fireTimer(s side) {
	sends := k.phase == isOpen && k.stage == keepaliveSleeps
	if k.keeping.fireTimer(s); sends && k.role == model.Server {
		k.lastWritten().WrongMask = true
	}
}

// keepLatency takes back that the latency of the connection changed.
func (u *upTo) keepLatency(latency time.Duration) {
	u.latency, u.out.Timed, u.out.Latency = latency, false, 0
}

type latencyOnlyRises struct{ upTo }

func (u *latencyOnlyRises) handlePong(data string) {
	before := u.latency
	if u.upTo.handlePong(data); u.latency < before {
		u.keepLatency(before)
	}
}

type latencyOnce struct{ upTo }

func (u *latencyOnce) handlePong(data string) {
	before := u.latency
	if u.upTo.handlePong(data); before != 0 {
		u.keepLatency(before)
	}
}

type latencyHalved struct{ exact }

func (x *latencyHalved) handlePong(data string) {
	n := len(x.out.Resolutions)
	x.exact.handlePong(data)
	for i := range x.out.Resolutions[n:] {
		x.out.Resolutions[n+i].Latency /= 2
	}
}

type oneClock struct{ exact }

func (x *oneClock) callPing(id pingID, ev *model.Event) {
	x.exact.callPing(id, ev)
	for i := range x.entries {
		x.entries[i].sent = x.now
	}
}

type batchUntimed struct{ upTo }

func (u *batchUntimed) handlePong(data string) {
	before, several := u.latency, u.findPending(data) > 0
	if u.upTo.handlePong(data); several {
		u.keepLatency(before)
	}
}
