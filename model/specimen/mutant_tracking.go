package specimen

import (
	"errors"
	"strings"

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
		{Name: "tracking/prefix-matches", Of: "specimen/exact",
			Change: "a Pong with the beginning of a payload acknowledges it", new: as[prefixMatches]},
		{Name: "tracking/c-string", Of: "specimen/exact",
			Change: "payloads are compared up to the first NUL", new: as[cString]},
		{Name: "tracking/as-text", Of: "specimen/exact",
			Change: "payloads are compared as text, in which all that is not UTF-8 is one character", new: as[asText]},
		{Name: "tracking/empty-is-none", Of: "specimen/exact",
			Change: "an empty Pong is taken for none", new: as[emptyIsNone]},
		{Name: "tracking/acks-earlier", Of: "specimen/exact",
			Change: "a Pong acknowledges earlier pings, too", new: as[acksEarlier]},
		{Name: "tracking/newest-only", Of: "specimen/exact",
			Change: "only the newest ping can be acknowledged", new: as[newestOnly]},
		{Name: "tracking/one-too-many", Of: "specimen/up-to",
			Change: "a Pong acknowledges one ping too many", new: as[oneTooMany]},
		{Name: "tracking/last-missing", Of: "specimen/up-to",
			Change: "a Pong takes out its ping and acknowledges only the earlier ones", new: as[lastMissing]},
		{Name: "tracking/not-found-is-all", Of: "specimen/up-to",
			Change: "a Pong that is not found acknowledges all", new: as[notFoundIsAll]},
		{Name: "tracking/last-of-any", Of: "specimen/any",
			Change: "a Pong acknowledges the newest ping only", new: as[lastOfAny]},
		{Name: "tracking/keyed", Of: "specimen/any",
			Change: "waiters are kept by payload, and an equal one replaces the first", new: as[keyed]},
		{Name: "tracking/acks-cancelled", Of: "specimen/any",
			Change: "a Pong acknowledges cancelled pings, too", new: as[acksCancelled]},
		{Name: "tracking/refusal-forgets", Of: "specimen/exact",
			Change: "a refused call cleans up the entry of the pending ping", new: as[refusalForgets]},
		{Name: "tracking/data-counts", Of: "specimen/exact",
			Change: "a message acknowledges every ping", new: as[dataCounts]},
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

// errKey is what a lookup in a table raises, in languages where it does.
var errKey = errors.New("no such key")

type cancelledOwn struct{ upTo }

func (u *cancelledOwn) pong(data string) {
	if at := u.find(data); at >= 0 && u.entries[at].gone {
		panic(ErrInvalidState)
	}
	u.upTo.pong(data)
}

type cancelledEarlier struct{ upTo }

func (u *cancelledEarlier) pong(data string) {
	for i := range u.find(data) {
		if u.entries[i].gone {
			panic(ErrInvalidState)
		}
	}
	u.upTo.pong(data)
}

type pongAfterDrop struct {
	upTo
	aborted []entry
}

func (u *pongAfterDrop) open(cfg *model.Config) {
	u.upTo.open(cfg)
	u.aborted = u.aborted[:0]
}

func (u *pongAfterDrop) end() {
	u.aborted = append(u.aborted, u.entries...)
	u.upTo.end()
}

func (u *pongAfterDrop) step(s side, ev *model.Event, out *model.Outcome) {
	for _, e := range u.aborted {
		if ev.Kind == model.Pong && e.data == ev.Data {
			panic(ErrInvalidState)
		}
	}
	u.upTo.step(s, ev, out)
}

type earlierForgotten struct{ upTo }

func (u *earlierForgotten) pong(data string) {
	at := u.find(data)
	for i := range at {
		u.entries[i].gone = true
	}
	u.upTo.pong(data)
}

type lookedUpAgain struct {
	upTo
	writing []string
}

func (u *lookedUpAgain) open(cfg *model.Config) {
	u.upTo.open(cfg)
	u.writing = u.writing[:0]
}

func (u *lookedUpAgain) ping(id pingID, ev *model.Event) {
	n := len(u.entries)
	u.upTo.ping(id, ev)
	if u.blocked && len(u.entries) > n {
		u.writing = append(u.writing, u.entries[n].data)
	}
}

func (u *lookedUpAgain) step(s side, ev *model.Event, out *model.Outcome) {
	if ev.Kind == model.Resume && !u.gone {
		for _, data := range u.writing {
			if u.find(data) < 0 {
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

func (u *closeForgets) end() {}

type secondPong struct{ upTo }

func (x *secondPong) pong(data string) {
	if i := x.find(data); i >= 0 {
		x.acknowledge(x.entries[i])
		x.entries[i].gone = true // the end spares it
	}
}

type cancelledStays struct{ upTo }

func (x *cancelledStays) pong(data string) {
	if i := x.find(data); i >= 0 {
		x.acknowledge(x.take(i))
	}
}

type inheritedName struct{ exact }

func (x *inheritedName) pong(data string) {
	if x.find(data) < 0 && (data == "__proto__" || data == "constructor") {
		panic(errors.New("the callback is not a function"))
	}
	x.exact.pong(data)
}

type strayPong struct{ exact }

func (x *strayPong) pong(data string) {
	if x.find(data) < 0 {
		panic(errKey)
	}
	x.exact.pong(data)
}

type peersPing struct{ exact }

func (x *peersPing) answer(data string) {
	x.exact.answer(data)
	x.pong(data)
}

type credit struct {
	anyPong
	credit bool
}

func (a *credit) open(cfg *model.Config) {
	a.anyPong.open(cfg)
	a.credit = false
}

func (a *credit) ping(id pingID, ev *model.Event) {
	a.anyPong.ping(id, ev)
	if a.credit {
		a.credit = false
		a.anyPong.pong("")
	}
}

func (a *credit) pong(data string) {
	a.credit = len(a.pending) == 0
	a.anyPong.pong(data)
}

type defaultPayload struct{ exact }

func (x *defaultPayload) ping(id pingID, ev *model.Event) {
	if ev.Data == "" && !ev.Chosen && x.find("b") < 0 {
		x.sendPing(id, "b")
		return
	}
	x.exact.ping(id, ev)
}

type tooLong struct{ exact }

func (x *tooLong) step(s side, ev *model.Event, out *model.Outcome) {
	if ev.Kind == model.Ping && len(ev.Data) == frame.MaxControl+1 && x.phase == isOpen {
		x.out = out
		x.ping(pingID{n: int32(ev.N)}, ev)
		return
	}
	x.exact.step(s, ev, out)
}

// matching acknowledges the first entry whose payload matches.
func (x *exact) matching(match func(pending string) bool) {
	for i := range x.entries {
		if match(x.entries[i].data) {
			x.acknowledge(x.take(i))
			return
		}
	}
}

type prefixMatches struct{ exact }

func (x *prefixMatches) pong(data string) {
	x.matching(func(pending string) bool { return pending == data || data != "" && strings.HasPrefix(pending, data) })
}

type cString struct{ exact }

func (x *cString) pong(data string) {
	cut := func(s string) string { before, _, _ := strings.Cut(s, "\x00"); return before }
	x.matching(func(pending string) bool { return cut(pending) == cut(data) })
}

type asText struct{ exact }

func (x *asText) pong(data string) {
	text := func(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }
	x.matching(func(pending string) bool { return text(pending) == text(data) })
}

type emptyIsNone struct{ exact }

func (x *emptyIsNone) pong(data string) {
	if data != "" {
		x.exact.pong(data)
	}
}

type acksEarlier struct{ exact }

func (x *acksEarlier) pong(data string) {
	for range x.find(data) + 1 {
		x.acknowledge(x.take(0))
	}
}

type newestOnly struct{ exact }

func (x *newestOnly) pong(data string) {
	if i := x.find(data); i >= 0 && i == len(x.entries)-1 {
		x.acknowledge(x.take(i))
	}
}

type oneTooMany struct{ upTo }

func (u *oneTooMany) pong(data string) {
	if at := u.find(data); at >= 0 {
		u.acknowledgeUpTo(min(at+1, len(u.entries)-1))
	}
}

type lastMissing struct{ upTo }

func (u *lastMissing) pong(data string) {
	if at := u.find(data); at >= 0 {
		u.entries[at].gone = true
		u.acknowledgeUpTo(at)
	}
}

type notFoundIsAll struct{ upTo }

func (u *notFoundIsAll) pong(data string) {
	at := u.find(data)
	if at < 0 {
		at = len(u.entries) - 1
	}
	if at >= 0 {
		u.acknowledgeUpTo(at)
	}
}

type lastOfAny struct{ anyPong }

func (a *lastOfAny) pong(string) {
	if last := len(a.pending) - 1; last >= 0 {
		if e := a.pending[last]; !e.gone {
			a.resolve(e.id, model.Acked)
		}
		a.pending = a.pending[:last]
	}
}

type keyed struct {
	anyPong
	data []string // of the pending
}

func (a *keyed) ping(id pingID, ev *model.Event) {
	a.data = a.data[:min(len(a.data), len(a.pending))]
	for i, data := range a.data {
		if !ev.Chosen && data == ev.Data {
			a.pending[i] = anyEntry{id: id}
			a.write(frame.Ping, data)
			return
		}
	}
	a.data = append(a.data, ev.Data)
	a.anyPong.ping(id, ev)
}

type acksCancelled struct{ anyPong }

func (a *acksCancelled) pong(data string) {
	for i := range a.pending {
		a.pending[i].gone = false
	}
	a.anyPong.pong(data)
}

type refusalForgets struct{ exact }

func (x *refusalForgets) ping(id pingID, ev *model.Event) {
	at := -1
	if !ev.Chosen {
		at = x.find(ev.Data)
	}
	x.exact.ping(id, ev)
	if at >= 0 {
		x.take(at)
	}
}

type dataCounts struct{ exact }

func (x *dataCounts) assemble(f *frame.Frame, data string) violation {
	for len(x.entries) > 0 {
		x.acknowledge(x.take(0))
	}
	return x.exact.assemble(f, data)
}

type endedTwice struct{ exact }

func (x *endedTwice) step(s side, ev *model.Event, out *model.Outcome) {
	x.exact.step(s, ev, out)
	if ev.Kind == model.Close {
		for _, e := range x.entries {
			x.resolve(e.id, model.Failed).Err = model.ErrClosed
		}
	}
}

type pongWhileBlocked struct{ exact }

func (x *pongWhileBlocked) pong(data string) {
	if !x.blocked {
		x.exact.pong(data)
	}
}

type endStopsAtCancelled struct{ upTo }

func (u *endStopsAtCancelled) end() {
	for i, e := range u.entries {
		if e.gone {
			u.entries = u.entries[:i]
			break
		}
	}
	u.upTo.end()
}

type cancelByIndex struct{ exact }

func (x *cancelByIndex) cancel(id pingID) {
	if id.n > 0 {
		x.resolve(x.take(int(id.n)-1).id, model.Cancelled)
	}
}

type cancelTakesNewest struct{ exact }

func (x *cancelTakesNewest) cancel(id pingID) {
	for i := range x.entries {
		if x.entries[i].id == id {
			x.resolve(id, model.Cancelled)
			x.take(len(x.entries) - 1)
			return
		}
	}
}

type cancelledTwice struct{ upTo }

func (u *cancelledTwice) cancel(id pingID) {
	for i := range u.entries {
		if e := &u.entries[i]; e.id == id {
			e.gone = true
			u.resolve(id, model.Cancelled)
		}
	}
}

type cancelAfterPong struct {
	exact
	acked []pingID
}

func (x *cancelAfterPong) open(cfg *model.Config) {
	x.exact.open(cfg)
	x.acked = x.acked[:0]
}

func (x *cancelAfterPong) pong(data string) {
	if i := x.find(data); i >= 0 {
		x.acked = append(x.acked, x.entries[i].id)
	}
	x.exact.pong(data)
}

func (x *cancelAfterPong) cancel(id pingID) {
	x.exact.cancel(id)
	for _, acked := range x.acked {
		if acked == id {
			x.resolve(id, model.Cancelled)
		}
	}
}
