// Package specimen has trackers of pings for the toolkit to be tried on. Some are
// ports, written from the documented behaviour, of the connections that the story of
// this project is about; the others are the other ways to keep such a table. None
// of them knows the reference model, so that agreement with it means something.
//
//   - specimen/asyncio: python-websockets' new asyncio connection, as of 14.2; and as
//     of 14.1, before the remedy: it completes a Future that is done already, and
//     dies of the exception. See [Future].
//   - specimen/legacy: its legacy connection, as of 14.1.
//   - specimen/exact: a Pong acknowledges its own ping only (coder/websocket).
//   - specimen/any: any Pong acknowledges every ping (okhttp, Tornado, aiohttp).
//   - specimen/responder: answers every Ping at once.
//   - specimen/coalescing: answers only the newest of several Pings.
//
// [Shared] are trackers for many goroutines, and [Races] are such trackers with one
// race each.
//
// The ports print what the library prints: names of exceptions, reasons of Closes,
// payloads that Python's random numbers choose, and the moments at which calls
// that had to wait go on. A specimen allocates nothing once its memory has grown.
package specimen

import (
	"strings"

	"github.com/pongcheck/pongcheck/model"
)

// All are the specimens. The first one of a name is right.
func All() []model.Implementation {
	full := model.Everything()
	return []model.Implementation{
		{Name: "specimen/asyncio", Version: "14.2", Profile: "websockets", Info: full, New: func() model.Subject { return newAsyncio(true) }},
		{Name: "specimen/asyncio", Version: "14.1", Profile: "websockets", Info: full, New: func() model.Subject { return newAsyncio(false) }},
		{Name: "specimen/legacy", Version: "14.1", Profile: "websockets-legacy", Info: full, New: func() model.Subject { return newLegacy() }},
		{Name: "specimen/exact", Info: simple(), New: func() model.Subject { return running{new(exact)} }},
		{Name: "specimen/any", Info: simple(), New: func() model.Subject { return running{new(anyPong)} }},
		{Name: "specimen/responder", Info: simple(), New: func() model.Subject { return running{new(responder)} }},
		{Name: "specimen/coalescing", Info: simple(), New: func() model.Subject { return running{&responder{coalesces: true}} }},
	}
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
