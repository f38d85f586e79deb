// Package specimen has trackers of pings to try the toolkit on. Some are ports of the
// connections that the story of this project is about, written from their documented
// behaviour. The others keep their tables in other ways. None of them knows the reference
// model, so agreement with it means something.
//
//   - specimen/asyncio: python-websockets' new asyncio connection, as of 14.2 to 17.4; and as
//     of 14.1, before the fix: it completes a Future that is already done, and dies of
//     the exception. See [Future].
//   - specimen/threading, specimen/trio: its threading connection, as of 17.4 and of
//     14.2, and its trio connection, as of 17.4; without stalls and keepalive.
//   - specimen/legacy: its legacy connection, as of 14.1 to 17.4.
//   - specimen/up-to: a Pong acknowledges its ping and every earlier one, and no more.
//   - specimen/keepalive: the same, with a keepalive.
//   - specimen/postponing, specimen/idling, specimen/read-deadline: the same, with the
//     keepalives of gRPC, of smux, and of a read deadline that the handler of Pongs sets.
//   - specimen/exact: a Pong acknowledges its own ping only (coder/websocket).
//   - specimen/any: any Pong acknowledges every ping (okhttp, Tornado, aiohttp).
//   - specimen/deflate: an exact tracker that inflates messages (RFC 7692).
//   - specimen/responder: answers every Ping at once.
//   - specimen/coalescing: answers only the newest of several Pings.
//   - specimen/late, specimen/lingering: an exact tracker that shows everything 100 µs, or a
//     second, later.
//
// [Shared] are trackers for many goroutines, and [Races] are such trackers with one
// race each.
//
// The ports show what the library shows: names of exceptions, reasons of Closes, payloads
// that Python's random numbers choose, and the moments at which waiting calls go on. A
// specimen allocates nothing once its memory has grown.
//
// Each of [Mutants] is a specimen with one small change that makes it wrong.
package specimen

import (
	"strings"
	"time"

	"github.com/pongcheck/pongcheck/model"
)

// All returns the specimens. The first one of a name is right.
func All() []model.Implementation {
	full := model.Everything()
	return []model.Implementation{
		{Name: "specimen/asyncio", Version: "14.2", Profile: "websockets", Info: full, New: func() model.Subject { return newAsyncio(true) }},
		{Name: "specimen/asyncio", Version: "14.1", Profile: "websockets", Info: full, New: func() model.Subject { return newAsyncio(false) }},
		{Name: "specimen/legacy", Version: "14.1", Profile: "websockets-legacy", Info: full, New: func() model.Subject { return newLegacy() }},
		{Name: "specimen/threading", Version: "17.4", Profile: "websockets-threading", Info: threadingInfo(model.SeesConnLat), New: func() model.Subject {
			return newKind(asyncioKind{remedied: true, events: true, last: true})
		}},
		{Name: "specimen/threading", Version: "14.2", Profile: "websockets-threading", Info: threadingInfo(0), New: func() model.Subject {
			return newKind(asyncioKind{remedied: true, events: true, last: true, impatient: true, untimed: true})
		}},
		{Name: "specimen/trio", Version: "17.4", Profile: "websockets-trio", Info: trioInfo(), New: func() model.Subject {
			return newKind(asyncioKind{remedied: true, events: true, forceful: true})
		}},
		{Name: "specimen/up-to", Profile: "websockets", Info: withLatency(simpleInfo()), New: as[upTo]},
		{Name: "specimen/keepalive", Profile: "websockets", Info: full, New: as[keeping]},
		{Name: "specimen/postponing", Profile: "grpc", Info: full, New: as[heeding]},
		{Name: "specimen/idling", Profile: "smux", Info: full, New: func() model.Subject { return running{&heeding{idles: true}} }},
		{Name: "specimen/read-deadline", Profile: "read-deadline", Info: full, New: func() model.Subject { return running{&heeding{idles: true, pongsOnly: true}} }},
		{Name: "specimen/exact", Profile: "exact", Info: simpleInfo(), New: as[exact]},
		{Name: "specimen/any", Profile: "any-pong", Info: simpleInfo(), New: as[anyPong]},
		{Name: "specimen/deflate", Profile: "exact", Info: withDeflate(simpleInfo()), New: as[deflating]},
		{Name: "specimen/responder", Info: simpleInfo(), New: as[responder]},
		{Name: "specimen/coalescing", Info: simpleInfo(), New: func() model.Subject { return running{&responder{coalesces: true}} }},
		{Name: "specimen/late", Profile: "exact", Info: simpleInfo(), New: func() model.Subject { return newLate(100 * time.Microsecond) }},
		{Name: "specimen/lingering", Profile: "exact", Info: simpleInfo(), New: func() model.Subject { return newLate(time.Second) }},
	}
}

// threadingInfo is the Info of the port of the threading connection. It says nothing of stalled
// writes or of the keepalive. There is nothing that could be cancelled.
func threadingInfo(latency model.Sees) model.Info {
	i := trioInfo()
	i.Can &^= model.KindsOf(model.Cancel)
	i.Sees = i.Sees&^model.SeesConnLat | latency
	i.Cuts = true
	return i
}

// trioInfo is the same for the trio connection. It leaves open in which order trio runs its tasks
// between two reads.
func trioInfo() model.Info {
	i := model.Everything()
	i.Can &^= model.KindsOf(model.Block, model.Resume)
	i.Sees &^= model.SeesLatency
	i.Keeps, i.Cuts = false, false
	return i
}

// Find finds a specimen by its name, with or without a version:
// specimen/asyncio@14.1.
func Find(name string) (*model.Implementation, bool) {
	name, version, versioned := strings.Cut(name, "@")
	for _, impl := range All() {
		if impl.Name == name && (!versioned || impl.Version == version) {
			return &impl, true
		}
	}
	return nil, false
}

// as makes subjects of a side.
func as[S any, P interface {
	*S
	side
}]() model.Subject {
	return running{P(new(S))}
}

// simpleInfo is the Info of the specimens without a keepalive.
func simpleInfo() model.Info {
	info := model.Everything()
	info.Keeps = false
	info.Sees &^= model.SeesConnLat
	return info
}

func withLatency(info model.Info) model.Info {
	info.Sees |= model.SeesConnLat
	return info
}

func withDeflate(info model.Info) model.Info {
	info.Deflate = true
	return info
}
