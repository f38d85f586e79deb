package specimen

import (
	"errors"
	"slices"
	"strings"

	"github.com/pongcheck/pongcheck/model"
)

// tableMutants keep a wrong table of pings after a refusal, a cancel, a stall or an end.
func tableMutants() []Mutant {
	return []Mutant{
		{Name: "tracking/refused-stays", Of: "specimen/exact",
			Change: "a call whose payload is too long fails, and its entry stays", new: as[refusedStays]},
		{Name: "tracking/refusal-restarts", Of: "specimen/exact",
			Change: "a refused call starts the clock of the pending ping again", new: as[refusalRestarts]},
		{Name: "tracking/registered-while-closing", Of: "specimen/exact",
			Change: "a call while the connection closes fails, and its waiter does so again at the end", new: as[registeredWhileClosing]},
		{Name: "tracking/cancelled-ignored", Of: "specimen/exact",
			Change: "Pongs with a payload that was cancelled once are ignored for ever", new: as[cancelledIgnored]},
		{Name: "tracking/cancel-acks-earlier", Of: "specimen/up-to",
			Change: "a cancel takes out its ping as a Pong would, and acknowledges the earlier ones", new: as[cancelAcksEarlier]},
		{Name: "tracking/pong-in-message", Of: "specimen/exact",
			Change: "a Pong among the fragments of a message is ignored", new: as[pongInMessage]},
		{Name: "tracking/end-of-64", Of: "specimen/exact",
			Change: "the end of the connection ends the first 64 waiters", new: as[endOf64]},
		{Name: "tracking/count-wraps", Of: "specimen/exact",
			Change: "acknowledged pings are counted in a signed byte, and the 128th is none", new: as[countWraps]},
		{Name: "tracking/longer-matches", Of: "specimen/exact",
			Change: "a Pong that begins with a payload acknowledges it", new: as[longerMatches]},
		{Name: "tracking/end-acks", Of: "specimen/exact",
			Change: "the end of the connection closes the channels of the waiters, which reads like a Pong", new: as[endAcks]},
		{Name: "tracking/end-fails-cancelled", Of: "specimen/up-to",
			Change: "the end of the connection ends cancelled waiters again", new: as[endFailsCancelled]},
		{Name: "tracking/stalled-unregistered", Of: "specimen/exact",
			Change: "a ping whose write stalls is not put into the table", new: as[stalledUnregistered]},
		{Name: "tracking/end-of-sent", Of: "specimen/exact",
			Change: "the end of the connection ends only the waiters whose Ping has left", new: as[endOfSent]},
		{Name: "tracking/idle-pong-crashes", Of: "specimen/exact",
			Change: "close deletes the table, and a Pong that comes later is looked up in it", new: as[idlePongCrashes]},
	}
}

type refusedStays struct{ exact }

func (x *refusedStays) step(s side, ev *model.Event, out *model.Outcome) {
	x.exact.step(s, ev, out)
	if n := len(out.Resolutions); ev.Kind == model.Ping && n > 0 && out.Resolutions[n-1].Err == model.ErrTooLong {
		x.entries = append(x.entries, entry{data: ev.Data, id: pingID{n: int32(ev.N)}, sent: x.now})
	}
}

type refusalRestarts struct{ exact }

func (x *refusalRestarts) callPing(id pingID, ev *model.Event) {
	if i := x.findPending(ev.Data); i >= 0 && !ev.Chosen {
		x.entries[i].sent = x.now
	}
	x.exact.callPing(id, ev)
}

type registeredWhileClosing struct{ exact }

func (x *registeredWhileClosing) step(s side, ev *model.Event, out *model.Outcome) {
	if x.exact.step(s, ev, out); ev.Kind == model.Ping && x.phase == isClosing {
		x.entries = append(x.entries, entry{data: ev.Data, id: pingID{n: int32(ev.N)}, sent: x.now})
	}
}

type cancelledIgnored struct {
	exact
	ignored []string
}

func (x *cancelledIgnored) openConnection(cfg *model.Config) {
	x.exact.openConnection(cfg)
	x.ignored = x.ignored[:0]
}

func (x *cancelledIgnored) cancelWaiter(id pingID) {
	for i := range x.entries {
		if x.entries[i].id == id {
			x.ignored = append(x.ignored, x.entries[i].data)
		}
	}
	x.exact.cancelWaiter(id)
}

func (x *cancelledIgnored) handlePong(data string) {
	if !slices.Contains(x.ignored, data) {
		x.exact.handlePong(data)
	}
}

type cancelAcksEarlier struct{ upTo }

func (u *cancelAcksEarlier) cancelWaiter(id pingID) {
	u.upTo.cancelWaiter(id)
	for i := range u.entries {
		if u.entries[i].id == id {
			u.acknowledgeUpTo(i)
			return
		}
	}
}

type pongInMessage struct{ exact }

func (x *pongInMessage) handlePong(data string) {
	if !x.state.InMessage {
		x.exact.handlePong(data)
	}
}

type endOf64 struct{ exact }

func (x *endOf64) endWaiters() {
	x.entries = x.entries[:min(len(x.entries), 64)]
	x.exact.endWaiters()
}

type countWraps struct {
	exact
	acked int8
}

func (x *countWraps) openConnection(cfg *model.Config) {
	x.exact.openConnection(cfg)
	x.acked = 0
}

func (x *countWraps) handlePong(data string) {
	i := x.findPending(data)
	if i < 0 {
		return
	}
	if x.acked++; x.acked < 0 {
		x.removeEntry(i)
		return
	}
	x.exact.handlePong(data)
}

type longerMatches struct{ exact }

func (x *longerMatches) handlePong(data string) {
	for i := range x.entries {
		if e := x.entries[i].data; e != "" && strings.HasPrefix(data, e) {
			x.acknowledge(x.removeEntry(i))
			return
		}
	}
	x.exact.handlePong(data)
}

type endAcks struct{ exact }

func (x *endAcks) endWaiters() {
	for _, e := range x.entries {
		x.acknowledge(e)
	}
	x.entries = x.entries[:0]
}

type endFailsCancelled struct{ upTo }

func (u *endFailsCancelled) endWaiters() {
	for i := range u.entries {
		u.entries[i].gone = false
	}
	u.upTo.endWaiters()
}

type stalledUnregistered struct{ exact }

func (x *stalledUnregistered) callPing(id pingID, ev *model.Event) {
	n := len(x.entries)
	if x.exact.callPing(id, ev); x.blocked {
		x.entries = x.entries[:n]
	}
}

type endOfSent struct {
	exact
	held []pingID // pings whose write stalls
}

func (x *endOfSent) openConnection(cfg *model.Config) {
	x.exact.openConnection(cfg)
	x.held = x.held[:0]
}

func (x *endOfSent) callPing(id pingID, ev *model.Event) {
	if x.exact.callPing(id, ev); x.blocked {
		x.held = append(x.held, id)
	}
}

func (x *endOfSent) step(s side, ev *model.Event, out *model.Outcome) {
	if ev.Kind == model.Resume {
		x.held = x.held[:0]
	}
	x.exact.step(s, ev, out)
}

func (x *endOfSent) endWaiters() {
	x.entries = slices.DeleteFunc(x.entries, func(e entry) bool { return slices.Contains(x.held, e.id) })
	x.exact.endWaiters()
}

type idlePongCrashes struct{ exact }

func (x *idlePongCrashes) handlePong(data string) {
	if x.phase == isClosing {
		panic(errors.New("assignment to entry in nil map"))
	}
	x.exact.handlePong(data)
}
