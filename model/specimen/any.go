package specimen

import (
	"encoding/binary"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// anyPong is a tracker that takes any Pong for a sign of life, as okhttp, Tornado and many others
// do. A Pong acknowledges everybody who waits, whatever its payload. So equal payloads do no harm.
// The payloads that it chooses have the same size and need not differ; it counts in four bytes all
// the same.
type anyPong struct {
	endpoint
	pending []anyEntry
	counter uint32
}

type anyEntry struct {
	id   pingID
	gone bool // nobody waits any more
}

func (a *anyPong) openConnection(cfg *model.Config) {
	a.endpoint.openConnection(cfg)
	a.pending, a.counter = a.pending[:0], 0
}

func (a *anyPong) callPing(id pingID, ev *model.Event) {
	data := ev.Data
	if ev.Chosen {
		a.counter++
		var b [4]byte
		binary.BigEndian.PutUint32(b[:], a.counter)
		data = a.copyBytes(b[:])
	}
	a.pending = append(a.pending, anyEntry{id: id})
	a.writeFrame(frame.Ping, data)
}

func (a *anyPong) cancelWaiter(id pingID) {
	for i := range a.pending {
		if e := &a.pending[i]; e.id == id && !e.gone {
			e.gone = true
			a.showResolution(id, model.Cancelled)
		}
	}
}

func (a *anyPong) handlePong(string) {
	for _, e := range a.pending {
		if !e.gone {
			a.showResolution(e.id, model.Acked)
		}
	}
	a.pending = a.pending[:0]
}

func (a *anyPong) answerPing(data string) { a.writeFrame(frame.Pong, data) }

func (a *anyPong) flushAnswers() {}

func (a *anyPong) endWaiters() {
	for _, e := range a.pending {
		if !e.gone {
			a.showResolution(e.id, model.Failed).Err = model.ErrClosed
		}
	}
	a.pending = a.pending[:0]
}
