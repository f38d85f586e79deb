package specimen

import (
	"strings"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// matchingMutants are trackers that take a Pong for the answer to the wrong pings.
func matchingMutants() []Mutant {
	return []Mutant{
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
		{Name: "tracking/data-counts", Of: "specimen/exact",
			Change: "a message acknowledges every ping", new: as[dataCounts]},
	}
}

type prefixMatches struct{ exact }

func (x *prefixMatches) handlePong(data string) {
	x.acknowledgeFirst(func(pending string) bool { return pending == data || data != "" && strings.HasPrefix(pending, data) })
}

type cString struct{ exact }

func (x *cString) handlePong(data string) {
	cut := func(s string) string { before, _, _ := strings.Cut(s, "\x00"); return before }
	x.acknowledgeFirst(func(pending string) bool { return cut(pending) == cut(data) })
}

type asText struct{ exact }

func (x *asText) handlePong(data string) {
	text := func(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }
	x.acknowledgeFirst(func(pending string) bool { return text(pending) == text(data) })
}

type emptyIsNone struct{ exact }

func (x *emptyIsNone) handlePong(data string) {
	if data != "" {
		x.exact.handlePong(data)
	}
}

type acksEarlier struct{ exact }

func (x *acksEarlier) handlePong(data string) {
	for range x.findPending(data) + 1 {
		x.acknowledge(x.removeEntry(0))
	}
}

type newestOnly struct{ exact }

func (x *newestOnly) handlePong(data string) {
	if i := x.findPending(data); i >= 0 && i == len(x.entries)-1 {
		x.acknowledge(x.removeEntry(i))
	}
}

type oneTooMany struct{ upTo }

func (u *oneTooMany) handlePong(data string) {
	if at := u.findPending(data); at >= 0 {
		u.acknowledgeUpTo(min(at+1, len(u.entries)-1))
	}
}

type lastMissing struct{ upTo }

func (u *lastMissing) handlePong(data string) {
	if at := u.findPending(data); at >= 0 {
		u.entries[at].gone = true
		u.acknowledgeUpTo(at)
	}
}

type notFoundIsAll struct{ upTo }

func (u *notFoundIsAll) handlePong(data string) {
	at := u.findPending(data)
	if at < 0 {
		at = len(u.entries) - 1
	}
	if at >= 0 {
		u.acknowledgeUpTo(at)
	}
}

type lastOfAny struct{ anyPong }

func (a *lastOfAny) handlePong(string) {
	if last := len(a.pending) - 1; last >= 0 {
		if e := a.pending[last]; !e.gone {
			a.showResolution(e.id, model.Acked)
		}
		a.pending = a.pending[:last]
	}
}

type keyed struct {
	anyPong
	data []string // of the pending
}

func (a *keyed) callPing(id pingID, ev *model.Event) {
	a.data = a.data[:min(len(a.data), len(a.pending))]
	for i, data := range a.data {
		if !ev.Chosen && data == ev.Data {
			a.pending[i] = anyEntry{id: id}
			a.writeFrame(frame.Ping, data)
			return
		}
	}
	a.data = append(a.data, ev.Data)
	a.anyPong.callPing(id, ev)
}

type acksCancelled struct{ anyPong }

func (a *acksCancelled) handlePong(data string) {
	for i := range a.pending {
		a.pending[i].gone = false
	}
	a.anyPong.handlePong(data)
}

type dataCounts struct{ exact }

func (x *dataCounts) assembleMessage(f *frame.Frame, data string) violation {
	for len(x.entries) > 0 {
		x.acknowledge(x.removeEntry(0))
	}
	return x.exact.assembleMessage(f, data)
}

// acknowledgeFirst acknowledges the first entry whose payload matches.
func (x *exact) acknowledgeFirst(match func(pending string) bool) {
	for i := range x.entries {
		if match(x.entries[i].data) {
			x.acknowledge(x.removeEntry(i))
			return
		}
	}
}
