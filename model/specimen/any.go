package specimen

import (
	"encoding/binary"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// anyPong is a tracker that takes any Pong for a sign of life, as okhttp, Tornado and
// many others do: whoever waits is acknowledged, whatever the payload. So equal
// payloads are no trouble, and the payloads that it chooses are all the same size
// but need not differ; they count all the same, in four bytes.
type anyPong struct {
	endpoint
	pending []anyEntry
	counter uint32
}

type anyEntry struct {
	id   pingID
	gone bool // nobody waits any more
}

func (a *anyPong) open(cfg *model.Config) {
	a.endpoint.open(cfg)
	a.pending, a.counter = a.pending[:0], 0
}

func (a *anyPong) ping(id pingID, ev *model.Event) {
	data := ev.Data
	if ev.Chosen {
		a.counter++
		var b [4]byte
		binary.BigEndian.PutUint32(b[:], a.counter)
		data = a.own(b[:])
	}
	a.pending = append(a.pending, anyEntry{id: id})
	a.write(frame.Ping, data)
}

func (a *anyPong) cancel(id pingID) {
	for i := range a.pending {
		if e := &a.pending[i]; e.id == id && !e.gone {
			e.gone = true
			a.resolve(id, model.Cancelled)
		}
	}
}

func (a *anyPong) pong(string) {
	for _, e := range a.pending {
		if !e.gone {
			a.resolve(e.id, model.Acked)
		}
	}
	a.pending = a.pending[:0]
}

func (a *anyPong) answer(data string) { a.write(frame.Pong, data) }

func (a *anyPong) flush() {}

func (a *anyPong) end() {
	for _, e := range a.pending {
		if !e.gone {
			a.resolve(e.id, model.Failed).Err = model.ErrClosed
		}
	}
	a.pending = a.pending[:0]
}
