package specimen

import (
	"strconv"
	"time"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// exact is a tracker in the manner of coder/websocket. A Pong acknowledges the ping with its
// payload and no other. Cancelling removes the entry. Payloads that it chooses are a decimal
// counter. It answers Pings at once.
type exact struct {
	endpoint
	entries []entry
	counter int64
}

type entry struct {
	data string
	id   pingID
	sent time.Duration
	gone bool // nobody waits any more, but the entry stays (never in an exact tracker)
}

func (x *exact) openConnection(cfg *model.Config) {
	x.endpoint.openConnection(cfg)
	x.entries, x.counter = x.entries[:0], 0
}

func (x *exact) callPing(id pingID, ev *model.Event) {
	data := ev.Data
	if ev.Chosen {
		data = x.choosePayload()
	} else if x.findPending(data) >= 0 {
		x.refuseCall(id, model.ErrDuplicate, "")
		return
	}
	x.sendPing(id, data)
}

// sendPing sends a Ping and remembers it.
func (x *exact) sendPing(id pingID, data string) {
	x.entries = append(x.entries, entry{data: data, id: id, sent: x.now})
	x.writeFrame(frame.Ping, data)
}

// choosePayload returns the next number that is not pending: the application may have chosen it.
func (x *exact) choosePayload() string {
	for {
		x.counter++
		var b [20]byte
		data := strconv.AppendInt(b[:0], x.counter, 10)
		if x.findPending(string(data)) < 0 {
			return x.copyBytes(data)
		}
	}
}

// findPending returns the index of a payload among the entries, or -1.
func (x *exact) findPending(data string) int {
	for i := range x.entries {
		if samePayload(x.entries[i].data, data) {
			return i
		}
	}
	return -1
}

// removeEntry takes an entry out.
func (x *exact) removeEntry(i int) entry {
	e := x.entries[i]
	x.entries = append(x.entries[:i], x.entries[i+1:]...)
	return e
}

func (x *exact) cancelWaiter(id pingID) {
	for i := range x.entries {
		if x.entries[i].id == id {
			x.showResolution(x.removeEntry(i).id, model.Cancelled)
			return
		}
	}
}

func (x *exact) handlePong(data string) {
	if i := x.findPending(data); i >= 0 {
		x.acknowledge(x.removeEntry(i))
	}
}

// acknowledge shows that the waiter of e was answered.
func (x *exact) acknowledge(e entry) {
	r := x.showResolution(e.id, model.Acked)
	r.Timed, r.Latency = true, x.now-e.sent
}

func (x *exact) answerPing(data string) { x.writeFrame(frame.Pong, data) }

func (x *exact) flushAnswers() {}

func (x *exact) endWaiters() {
	for i := range x.entries {
		x.showResolution(x.entries[i].id, model.Failed).Err = model.ErrClosed
	}
	x.entries = x.entries[:0]
}
