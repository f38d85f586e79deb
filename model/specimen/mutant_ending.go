package specimen

import (
	"github.com/pongcheck/pongcheck/model"
)

// endingMutants are trackers that end a waiter twice, wrongly, or never.
func endingMutants() []Mutant {
	return []Mutant{
		{Name: "tracking/refusal-forgets", Of: "specimen/exact",
			Change: "a refused call cleans up the entry of the pending ping", new: as[refusalForgets]},
		{Name: "tracking/ended-twice", Of: "specimen/exact",
			Change: "close ends the waiters, and so does the end of the connection", new: as[endedTwice]},
		{Name: "tracking/pong-while-blocked", Of: "specimen/exact",
			Change: "a Pong that comes while writes stall is lost", new: as[pongWhileBlocked]},
		{Name: "tracking/end-stops-at-cancelled", Of: "specimen/up-to",
			Change: "the end of the connection ends the waiters up to the first cancelled one", new: as[endStopsAtCancelled]},
		{Name: "tracking/cancel-by-index", Of: "specimen/exact",
			Change: "the number of a ping is taken for its place in the table", new: as[cancelByIndex]},
		{Name: "tracking/cancel-takes-newest", Of: "specimen/exact",
			Change: "a cancel takes the newest entry out, not its own", new: as[cancelTakesNewest]},
		{Name: "tracking/cancelled-twice", Of: "specimen/up-to",
			Change: "a second cancel ends the waiter again", new: as[cancelledTwice]},
		{Name: "tracking/cancel-after-pong", Of: "specimen/exact",
			Change: "a cancel ends a waiter that was acknowledged", new: as[cancelAfterPong]},
	}
}

type refusalForgets struct{ exact }

func (x *refusalForgets) callPing(id pingID, ev *model.Event) {
	at := -1
	if !ev.Chosen {
		at = x.findPending(ev.Data)
	}
	x.exact.callPing(id, ev)
	if at >= 0 {
		x.removeEntry(at)
	}
}

type endedTwice struct{ exact }

func (x *endedTwice) step(s side, ev *model.Event, out *model.Outcome) {
	x.exact.step(s, ev, out)
	if ev.Kind == model.Close {
		for _, e := range x.entries {
			x.showResolution(e.id, model.Failed).Err = model.ErrClosed
		}
	}
}

type pongWhileBlocked struct{ exact }

func (x *pongWhileBlocked) handlePong(data string) {
	if !x.blocked {
		x.exact.handlePong(data)
	}
}

type endStopsAtCancelled struct{ upTo }

func (u *endStopsAtCancelled) endWaiters() {
	for i, e := range u.entries {
		if e.gone {
			u.entries = u.entries[:i]
			break
		}
	}
	u.upTo.endWaiters()
}

type cancelByIndex struct{ exact }

func (x *cancelByIndex) cancelWaiter(id pingID) {
	if id.n > 0 {
		x.showResolution(x.removeEntry(int(id.n)-1).id, model.Cancelled)
	}
}

type cancelTakesNewest struct{ exact }

func (x *cancelTakesNewest) cancelWaiter(id pingID) {
	for i := range x.entries {
		if x.entries[i].id == id {
			x.showResolution(id, model.Cancelled)
			x.removeEntry(len(x.entries) - 1)
			return
		}
	}
}

type cancelledTwice struct{ upTo }

func (u *cancelledTwice) cancelWaiter(id pingID) {
	for i := range u.entries {
		if e := &u.entries[i]; e.id == id {
			e.gone = true
			u.showResolution(id, model.Cancelled)
		}
	}
}

type cancelAfterPong struct {
	exact
	acked []pingID
}

func (x *cancelAfterPong) openConnection(cfg *model.Config) {
	x.exact.openConnection(cfg)
	x.acked = x.acked[:0]
}

func (x *cancelAfterPong) handlePong(data string) {
	if i := x.findPending(data); i >= 0 {
		x.acked = append(x.acked, x.entries[i].id)
	}
	x.exact.handlePong(data)
}

func (x *cancelAfterPong) cancelWaiter(id pingID) {
	x.exact.cancelWaiter(id)
	for _, acked := range x.acked {
		if acked == id {
			x.showResolution(id, model.Cancelled)
		}
	}
}
