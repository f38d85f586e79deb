package specimen

import (
	"errors"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// trackingMutants forget, mix up or hurt waiters.
func trackingMutants() []Mutant {
	return []Mutant{
		{Name: "tracking/cancelled-future", Of: "specimen/asyncio", Mirrors: "python-websockets #1566, 13.0 to 14.1",
			Change: "a Pong completes a Future that was cancelled", new: func() model.Subject { return newAsyncio(false) }},
		{Name: "tracking/cancelled-own", Of: "specimen/up-to", Mirrors: "python-websockets #8, fixed in 2.0",
			Change: "a Pong completes its own waiter without asking whether it was cancelled", new: as[cancelledOwn]},
		{Name: "tracking/cancelled-earlier", Of: "specimen/up-to", Mirrors: "python-websockets #1566, 13.0 to 14.1",
			Change: "a Pong completes earlier waiters without asking whether they were cancelled", new: as[cancelledEarlier]},
		{Name: "tracking/pong-after-drop", Of: "specimen/up-to", Mirrors: "python-websockets #551, fixed in 8.0",
			Change: "a Pong is processed after the waiters were aborted", new: as[pongAfterDrop]},
		{Name: "tracking/earlier-forgotten", Of: "specimen/up-to", Mirrors: "python-websockets PR #1567 (refused)",
			Change: "a Pong completes its own waiter only, and takes the earlier ones out of the table", new: as[earlierForgotten]},
		{Name: "tracking/looked-up-again", Of: "specimen/up-to", Mirrors: "python-websockets #1190, fixed in 10.4",
			Change: "when its write goes on, a call to ping looks up its entry again", new: as[lookedUpAgain]},
		{Name: "tracking/close-forgets", Of: "specimen/up-to", Mirrors: "python-websockets, threading, 11.0 to 14.2",
			Change: "the end of the connection ends no waiter", new: as[closeForgets]},
		{Name: "tracking/second-pong", Of: "specimen/exact", Mirrors: "coder/websocket, fixed in 1.8.7",
			Change: "an acknowledged entry stays, and a second Pong acknowledges it again", new: as[secondPong]},
		{Name: "tracking/cancelled-stays", Of: "specimen/exact", Mirrors: "nhooyr/websocket, fixed in 1.0.0",
			Change: "a cancelled entry stays, and its Pong acknowledges it", new: as[cancelledStays]},
		{Name: "tracking/inherited-name", Of: "specimen/exact", Mirrors: "websocket-driver (npm), fixed in 0.8.0",
			Change: "names that every object inherits are found in the table", new: as[inheritedName]},
		{Name: "tracking/stray-pong", Of: "specimen/exact", Mirrors: "httpx2 #1122",
			Change: "a Pong is looked up as if it had to be there", new: as[strayPong]},
		{Name: "tracking/peers-ping", Of: "specimen/exact", Mirrors: "yamux",
			Change: "the peer's Ping acknowledges ours", new: as[peersPing]},
		{Name: "tracking/credit", Of: "specimen/any", Mirrors: "okhttp #3881",
			Change: "a Pong that nobody waits for counts for the next ping", new: as[credit]},
		{Name: "tracking/default-payload", Of: "specimen/exact", Mirrors: "aiohttp, fixed in 3.5.0",
			Change: "a ping without a payload sends the text b", new: as[defaultPayload]},
		{Name: "tracking/too-long", Of: "specimen/exact", Mirrors: "bun #35030",
			Change: "a ping of 126 bytes is sent", new: as[tooLong]},
	}
}

// errKey is what a lookup in a table raises, in languages where it does.
var errKey = errors.New("no such key")

type cancelledOwn struct{ upTo }

func (u *cancelledOwn) handlePong(data string) {
	if at := u.findPending(data); at >= 0 && u.entries[at].gone {
		panic(errInvalidState)
	}
	u.upTo.handlePong(data)
}

type cancelledEarlier struct{ upTo }

func (u *cancelledEarlier) handlePong(data string) {
	for i := range u.findPending(data) {
		if u.entries[i].gone {
			panic(errInvalidState)
		}
	}
	u.upTo.handlePong(data)
}

type pongAfterDrop struct {
	upTo
	aborted []entry
}

func (u *pongAfterDrop) openConnection(cfg *model.Config) {
	u.upTo.openConnection(cfg)
	u.aborted = u.aborted[:0]
}

func (u *pongAfterDrop) endWaiters() {
	u.aborted = append(u.aborted, u.entries...)
	u.upTo.endWaiters()
}

func (u *pongAfterDrop) step(s side, ev *model.Event, out *model.Outcome) {
	for _, e := range u.aborted {
		if ev.Kind == model.Pong && e.data == ev.Data {
			panic(errInvalidState)
		}
	}
	u.upTo.step(s, ev, out)
}

type earlierForgotten struct{ upTo }

func (u *earlierForgotten) handlePong(data string) {
	at := u.findPending(data)
	for i := range at {
		u.entries[i].gone = true
	}
	u.upTo.handlePong(data)
}

type lookedUpAgain struct {
	upTo
	writing []string
}

func (u *lookedUpAgain) openConnection(cfg *model.Config) {
	u.upTo.openConnection(cfg)
	u.writing = u.writing[:0]
}

func (u *lookedUpAgain) callPing(id pingID, ev *model.Event) {
	n := len(u.entries)
	u.upTo.callPing(id, ev)
	if u.blocked && len(u.entries) > n {
		u.writing = append(u.writing, u.entries[n].data)
	}
}

func (u *lookedUpAgain) step(s side, ev *model.Event, out *model.Outcome) {
	if ev.Kind == model.Resume && !u.gone {
		for _, data := range u.writing {
			if u.findPending(data) < 0 {
				panic(errKey)
			}
		}
	}
	if !u.blocked || ev.Kind == model.Resume {
		u.writing = u.writing[:0]
	}
	u.upTo.step(s, ev, out)
}

type closeForgets struct{ upTo }

func (u *closeForgets) endWaiters() {}

type secondPong struct{ upTo }

func (x *secondPong) handlePong(data string) {
	if i := x.findPending(data); i >= 0 {
		x.acknowledge(x.entries[i])
		x.entries[i].gone = true // the end spares it
	}
}

type cancelledStays struct{ upTo }

func (x *cancelledStays) handlePong(data string) {
	if i := x.findPending(data); i >= 0 {
		x.acknowledge(x.removeEntry(i))
	}
}

type inheritedName struct{ exact }

func (x *inheritedName) handlePong(data string) {
	if x.findPending(data) < 0 && (data == "__proto__" || data == "constructor") {
		panic(errors.New("the callback is not a function"))
	}
	x.exact.handlePong(data)
}

type strayPong struct{ exact }

func (x *strayPong) handlePong(data string) {
	if x.findPending(data) < 0 {
		panic(errKey)
	}
	x.exact.handlePong(data)
}

type peersPing struct{ exact }

func (x *peersPing) answerPing(data string) {
	x.exact.answerPing(data)
	x.handlePong(data)
}

type credit struct {
	anyPong
	credit bool
}

func (a *credit) openConnection(cfg *model.Config) {
	a.anyPong.openConnection(cfg)
	a.credit = false
}

func (a *credit) callPing(id pingID, ev *model.Event) {
	a.anyPong.callPing(id, ev)
	if a.credit {
		a.credit = false
		a.anyPong.handlePong("")
	}
}

func (a *credit) handlePong(data string) {
	a.credit = len(a.pending) == 0
	a.anyPong.handlePong(data)
}

type defaultPayload struct{ exact }

func (x *defaultPayload) callPing(id pingID, ev *model.Event) {
	if ev.Data == "" && !ev.Chosen && x.findPending("b") < 0 {
		x.sendPing(id, "b")
		return
	}
	x.exact.callPing(id, ev)
}

type tooLong struct{ exact }

func (x *tooLong) step(s side, ev *model.Event, out *model.Outcome) {
	if ev.Kind == model.Ping && len(ev.Data) == frame.MaxControl+1 && x.phase == isOpen {
		x.out = out
		x.callPing(pingID{n: int32(ev.N)}, ev)
		return
	}
	x.exact.step(s, ev, out)
}
