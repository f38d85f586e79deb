package specimen

import (
	"fmt"
	"slices"
	"time"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// sharedKeeping is a shared up-to tracker with a keepalive. It sends a Ping every interval, and
// ends a connection on which one is not acknowledged within the time-out. It sends no other Ping
// while it waits for one. Its timers fire in the goroutine that calls Do for an Advance.
type sharedKeeping struct {
	shared
	interval, timeout time.Duration // interval 0: no keepalive; timeout 0: it does not wait for Pongs
	keeps             int           // how many Pings of the keepalive left
	pinged            time.Duration // when the last one left
	stopped           bool          // the connection has ended, and no timer runs
}

// Do does what ev says.
func (k *sharedKeeping) Do(ev *model.Event) { dispatchTimed(k, ev) }

// keepingTracker is a shared tracker with a keepalive.
type keepingTracker interface {
	tracker
	openConnection(cfg *model.Config)
	advanceClock(until time.Duration) timerAct // to the next timer, or else by that time
	clock() time.Duration
	sendKeepalive()
	timesOut() bool
}

// timerAct is what a timer of a keepalive does.
type timerAct int

const (
	noTimer timerAct = iota
	sendsPing
	givesUp
)

func dispatchTimed(k keepingTracker, ev *model.Event) {
	switch ev.Kind {
	case model.Open:
		k.openConnection(ev.Config)
	case model.Advance:
		until := k.clock() + ev.Time
		for act := k.advanceClock(until); act != noTimer; act = k.advanceClock(until) {
			switch {
			case act == sendsPing:
				k.sendKeepalive()
			case k.timesOut():
				k.endWaiters(true)
			}
		}
	default:
		dispatchEvent(k, ev)
	}
}

func (k *sharedKeeping) openConnection(cfg *model.Config) {
	k.interval, k.timeout = cfg.Interval, cfg.Timeout
}

func (k *sharedKeeping) clock() time.Duration {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.now
}

func (k *sharedKeeping) advanceClock(until time.Duration) timerAct {
	k.mu.Lock()
	defer k.mu.Unlock()
	at, act := k.pinged+k.interval, sendsPing
	if k.awaitsPong() {
		at, act = k.pinged+k.timeout, givesUp
	}
	if k.stopped || k.interval == 0 || at > until {
		at, act = until, noTimer
	}
	k.now = at
	return act
}

// awaitsPong reports whether the time-out of the last Ping of the keepalive runs. The caller holds
// the mutex.
func (k *sharedKeeping) awaitsPong() bool { return k.timeout > 0 && k.findKeepalive() >= 0 }

// findKeepalive returns the index of the last Ping of the keepalive in the table, or -1.
func (k *sharedKeeping) findKeepalive() int {
	return slices.IndexFunc(k.table, func(w *sharedEntry) bool { return w.keep && w.n == k.keeps })
}

func (k *sharedKeeping) sendKeepalive() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.closed {
		k.register(k.writeKeepalive())
	}
}

// writeKeepalive writes a Ping of the keepalive and returns its entry. The caller holds the mutex.
func (k *sharedKeeping) writeKeepalive() *sharedEntry {
	k.keeps++
	k.pinged = k.now
	w := &sharedEntry{n: k.keeps, keep: true, data: fmt.Sprintf("k%d", k.keeps)}
	k.writeFrame(frame.Ping, w.data)
	return w
}

func (k *sharedKeeping) register(w *sharedEntry) { k.table = append(k.table, w) }

// timesOut reports whether the time-out still runs when its timer fires. A Pong that comes later
// may end its waiter, but not save the connection.
func (k *sharedKeeping) timesOut() bool {
	k.w.Yield("time-out")
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.awaitsPong()
}

func (k *sharedKeeping) endWaiters(handshake bool) {
	k.w.Yield("stop")
	k.mu.Lock()
	k.stopped = true
	k.mu.Unlock()
	k.shared.endWaiters(handshake)
}
