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

type dataCounts struct{ exact }

func (x *dataCounts) assemble(f *frame.Frame, data string) violation {
	for len(x.entries) > 0 {
		x.acknowledge(x.take(0))
	}
	return x.exact.assemble(f, data)
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
