package specimen

import (
	"slices"

	"github.com/pongcheck/pongcheck/model"
)

// keepaliveRaces are the shared trackers whose keepalive is wrong.
func keepaliveRaces() []Race {
	return []Race{
		{
			Name: "race/keepalive-registers-late", Profile: "websockets", keeps: true,
			Change:   "the Ping of the keepalive is written under the mutex, and its entry made later: a Pong that comes in between is not counted",
			Shortest: "advance\npong $k1\nadvance\n",
			race: func(w model.Witness) model.Racer {
				return &registersKeepaliveLate{sharedKeeping{shared: shared{w: w, upTo: true}}}
			},
		},
		{
			Name: "race/keepalive-stops", Profile: "websockets", keeps: true,
			Change:   "a tick that meets a call of ping is left out, and the timer is not set again",
			Shortest: "advance\nping 61\nadvance\nor\nadvance\nping 61\npong $1\n",
			race: func(w model.Witness) model.Racer {
				return &stopsWhenBusy{sharedKeeping: sharedKeeping{shared: shared{w: w, upTo: true}}}
			},
		},
		{
			Name: "race/keepalive-ticks-on", Profile: "websockets", keeps: true,
			Change:   "the close stops the timer, and a tick that is under way starts it again",
			Shortest: "advance\nclose\nadvance\n",
			race: func(w model.Witness) model.Racer {
				return &ticksOn{sharedKeeping{shared: shared{w: w, upTo: true}}}
			},
		},
		{
			Name: "race/keepalive-ends-twice", Profile: "websockets", keeps: true,
			Change:   "the time-out ends the waiter of the keepalive before it takes that out of the table",
			Shortest: "advance\nclose\nor\nadvance\npong $k1\n",
			race: func(w model.Witness) model.Racer {
				return &endsKeepaliveTwice{sharedKeeping{shared: shared{w: w, upTo: true}}}
			},
		},
	}
}

type registersKeepaliveLate struct{ sharedKeeping }

func (k *registersKeepaliveLate) Do(ev *model.Event) { dispatchTimed(k, ev) }

func (k *registersKeepaliveLate) sendKeepalive() {
	k.mu.Lock()
	if k.closed {
		k.mu.Unlock()
		return
	}
	w := k.writeKeepalive()
	k.mu.Unlock()
	k.w.Yield("written")
	k.mu.Lock()
	defer k.mu.Unlock()
	k.register(w)
}

type stopsWhenBusy struct {
	sharedKeeping
	calls int // of ping that are under way
}

func (k *stopsWhenBusy) Do(ev *model.Event) { dispatchTimed(k, ev) }

func (k *stopsWhenBusy) callPing(n int, data string) {
	k.countCalls(1)
	k.w.Yield("called")
	k.sharedKeeping.callPing(n, data)
	k.countCalls(-1)
}

func (k *stopsWhenBusy) countCalls(n int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.calls += n
}

func (k *stopsWhenBusy) sendKeepalive() {
	k.mu.Lock()
	busy := k.calls > 0
	if busy {
		k.interval = 0
	}
	k.mu.Unlock()
	if !busy {
		k.sharedKeeping.sendKeepalive()
	}
}

type ticksOn struct{ sharedKeeping }

func (k *ticksOn) Do(ev *model.Event) { dispatchTimed(k, ev) }

func (k *ticksOn) sendKeepalive() {
	k.w.Yield("tick")
	k.mu.Lock()
	defer k.mu.Unlock()
	k.stopped = false
	k.register(k.writeKeepalive())
}

type endsKeepaliveTwice struct{ sharedKeeping }

func (k *endsKeepaliveTwice) Do(ev *model.Event) { dispatchTimed(k, ev) }

func (k *endsKeepaliveTwice) timesOut() bool {
	k.mu.Lock()
	i := k.findKeepalive()
	if i < 0 {
		k.mu.Unlock()
		return false
	}
	w := k.table[i]
	k.mu.Unlock()
	k.w.Yield("time-out")
	k.showEnd(w, model.Failed, model.ErrTimeout)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.table = slices.DeleteFunc(k.table, func(o *sharedEntry) bool { return o == w })
	return true
}
