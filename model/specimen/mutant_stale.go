package specimen

import (
	"time"

	"github.com/pongcheck/pongcheck/model"
)

// staleMutants believe what was true once: a place, a slot, a buffer, a limit that was
// far away. They are made up.
func staleMutants() []Mutant {
	return []Mutant{
		{Name: "deep/third-reuse", Of: "specimen/exact",
			Change: "a payload that is used for the third time is not found", new: as[thirdReuse]},
		{Name: "deep/cancelled-moves", Of: "specimen/up-to",
			Change: "a cancelled entry moves to the end of the table", new: as[cancelledMoves]},
		{Name: "deep/cancelled-leaves", Of: "specimen/up-to",
			Change: "a cancelled entry is taken out, so that its Pong acknowledges no earlier one", new: as[cancelledLeaves]},
		{Name: "deep/compaction", Of: "specimen/up-to",
			Change: "with three cancelled entries the table is compacted as if they were the oldest", new: as[compaction]},
		{Name: "deep/slot-reused", Of: "specimen/exact",
			Change: "a late Pong for a cancelled ping acknowledges the one that took its slot", new: as[slotReused]},
		{Name: "deep/lookup-cached", Of: "specimen/exact",
			Change: "the place where a payload was found is used again", new: as[lookupCached]},
		{Name: "deep/buffer-shared", Of: "specimen/exact",
			Change: "payloads of one length share a buffer", new: as[bufferShared]},
		{Name: "deep/janitor", Of: "specimen/exact",
			Change: "entries older than half a minute are forgotten", new: as[janitor]},
		{Name: "deep/latency-wraps", Of: "specimen/exact",
			Change: "latencies are microseconds in 24 bits", new: as[latencyWraps]},
	}
}

type thirdReuse struct {
	exact
	uses map[string]int
}

func (x *thirdReuse) openConnection(cfg *model.Config) {
	x.exact.openConnection(cfg)
	x.uses = map[string]int{}
}

func (x *thirdReuse) callPing(id pingID, ev *model.Event) {
	n := len(x.entries)
	if x.exact.callPing(id, ev); len(x.entries) > n {
		x.uses[x.entries[n].data]++
	}
}

func (x *thirdReuse) handlePong(data string) {
	if x.uses[data] != 3 {
		x.exact.handlePong(data)
	}
}

type cancelledMoves struct{ upTo }

func (u *cancelledMoves) cancelWaiter(id pingID) {
	u.upTo.cancelWaiter(id)
	for i := range u.entries {
		if u.entries[i].id == id {
			e := u.removeEntry(i)
			u.entries = append(u.entries, e)
			return
		}
	}
}

type cancelledLeaves struct{ upTo }

func (u *cancelledLeaves) cancelWaiter(id pingID) { u.exact.cancelWaiter(id) }

type compaction struct{ upTo }

func (u *compaction) cancelWaiter(id pingID) {
	u.upTo.cancelWaiter(id)
	gone := 0
	for _, e := range u.entries {
		if e.gone {
			gone++
		}
	}
	if gone == 3 {
		u.entries = u.entries[:copy(u.entries, u.entries[3:])]
	}
}

type slotReused struct {
	exact
	free, old string // payloads of a cancelled ping: its slot is free, or taken
	isFree    bool
	taker     pingID // who took it
}

func (x *slotReused) openConnection(cfg *model.Config) {
	x.exact.openConnection(cfg)
	x.isFree, x.taker = false, pingID{}
}

func (x *slotReused) callPing(id pingID, ev *model.Event) {
	n := len(x.entries)
	if x.exact.callPing(id, ev); x.isFree && len(x.entries) > n {
		x.isFree, x.old, x.taker = false, x.free, id
	}
}

func (x *slotReused) cancelWaiter(id pingID) {
	for _, e := range x.entries {
		if e.id == id {
			x.isFree, x.free = true, e.data
		}
	}
	x.exact.cancelWaiter(id)
}

func (x *slotReused) handlePong(data string) {
	if data == x.old && x.findPending(data) < 0 {
		for i := range x.entries {
			if x.entries[i].id == x.taker {
				data = x.entries[i].data
			}
		}
	}
	x.exact.handlePong(data)
}

type lookupCached struct {
	exact
	data string
	at   int // where it was found; -1: nothing was
}

func (x *lookupCached) openConnection(cfg *model.Config) {
	x.exact.openConnection(cfg)
	x.at = -1
}

func (x *lookupCached) handlePong(data string) {
	if at := x.findPending(data); data != x.data || x.at < 0 {
		x.data, x.at = data, at
	}
	if x.at >= 0 && x.at < len(x.entries) {
		x.acknowledge(x.removeEntry(x.at))
	}
}

type bufferShared struct{ exact }

func (x *bufferShared) callPing(id pingID, ev *model.Event) {
	n := len(x.entries)
	if x.exact.callPing(id, ev); len(x.entries) > n {
		for i := range x.entries[:n] {
			if e := &x.entries[i]; len(e.data) == len(x.entries[n].data) {
				e.data = x.entries[n].data
			}
		}
	}
}

type janitor struct{ exact }

func (x *janitor) step(s side, ev *model.Event, out *model.Outcome) {
	x.exact.step(s, ev, out)
	for len(x.entries) > 0 && x.now >= x.entries[0].sent+30*time.Second {
		x.removeEntry(0)
	}
}

type latencyWraps struct{ exact }

func (x *latencyWraps) handlePong(data string) {
	if i := x.findPending(data); i >= 0 {
		e := x.removeEntry(i)
		latency := (x.now - e.sent).Microseconds() & (1<<24 - 1)
		e.sent = x.now - time.Duration(latency)*time.Microsecond
		x.acknowledge(e)
	}
}
