package specimen

import (
	"time"

	"github.com/pongcheck/pongcheck/model"
)

// upTo is a tracker in the manner of python-websockets and trio-websocket, and nothing more. A
// Pong acknowledges its ping and every earlier one. A cancelled entry keeps its place. The latency
// of the connection is that of the last ping whose own Pong came.
type upTo struct {
	exact
	latency time.Duration // the latency shown last
}

func (u *upTo) openConnection(cfg *model.Config) {
	u.exact.openConnection(cfg)
	u.latency = 0
}

func (u *upTo) cancelWaiter(id pingID) {
	for i := range u.entries {
		if e := &u.entries[i]; e.id == id && !e.gone {
			e.gone = true
			u.showResolution(id, model.Cancelled)
		}
	}
}

func (u *upTo) handlePong(data string) {
	if at := u.findPending(data); at >= 0 {
		u.acknowledgeUpTo(at)
	}
}

// acknowledgeUpTo acknowledges the entry in place at and every earlier one.
func (u *upTo) acknowledgeUpTo(at int) {
	for _, e := range u.entries[:at+1] {
		if !e.gone {
			u.acknowledge(e)
		}
	}
	u.showLatency(u.now - u.entries[at].sent)
	u.entries = u.entries[:copy(u.entries, u.entries[at+1:])]
}

// showLatency shows the latency of the connection if it has changed.
func (u *upTo) showLatency(latency time.Duration) {
	if latency != u.latency {
		u.latency = latency
		u.out.Timed, u.out.Latency = true, latency
	}
}

func (u *upTo) endWaiters() {
	for _, e := range u.entries {
		if !e.gone {
			u.showResolution(e.id, model.Failed).Err = model.ErrClosed
		}
	}
	u.entries = u.entries[:0]
}
