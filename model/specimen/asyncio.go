package specimen

import (
	"time"

	"github.com/pongcheck/pongcheck/model"
)

// asyncio is the new asyncio connection of python-websockets, which the incident is about.
// asyncioKind says what its releases do differently, and what the connections without asyncio do.
//
// It keeps a table from payload to Future, in the order of the calls. A Pong completes the Future
// of its Ping and every earlier one, "sending a pong for only the most recent ping is legal", and
// takes these entries out. The application may cancel a Future, which leaves its entry in the
// table. Up to 14.1 the next Pong completed it nevertheless, and the exception ended the
// connection.
//
// A call does not return when its frame was written. It waits until writes go on and, if the
// connection is closing, until that is over, up to ten seconds.
type asyncio struct {
	link
	parser
	kind asyncioKind

	phase   phase
	table   []asyncioEntry
	waiters []waiter // of ping n+1
	keeps   []waiter // of keepalive ping n+1
	latency time.Duration
	shown   time.Duration // the latency shown last
	random  *twister
	keep    asyncioKeepalive

	calls    []call
	over     bool          // the connection is lost
	deadline time.Duration // when the closing must be over; 0: not set
	watched  bool          // the reading thread checks the deadline
	codes    closeCodes

	deaf    bool    // what the peer sends is discarded
	events  []event // frames of a read that were not processed yet
	message []byte  // the beginning of the peer's message
	text    bool    // that message is a text
	unread  bool    // the application has stopped reading
}

type asyncioEntry struct {
	data string
	id   pingID
	sent time.Duration
}

// asyncioKind is what differs between releases, and from the connection with a thread in place of
// each task.
type asyncioKind struct {
	remedied bool // leaves a Future alone that is done; a closing that takes too long gives up stalled writes

	// What the connections with threads and of trio do differently.
	events    bool // ping returns an Event: it has no round trip time, and closing does not end it
	last      bool // the application runs only when there is nothing to read
	impatient bool // the reader gives up when the closing takes too long, even if no call waits
	untimed   bool // there is no latency of the connection
	forceful  bool // a close that is refused ends the connection
}

func newAsyncio(remedied bool) *asyncio { return newKind(asyncioKind{remedied: remedied}) }

func newKind(kind asyncioKind) *asyncio { return &asyncio{kind: kind, random: new(twister)} }

// Step makes it a model.Subject.
func (c *asyncio) Step(ev *model.Event, out *model.Outcome) {
	c.out = out
	switch ev.Kind {
	case model.Open:
		c.openConnection(ev.Config)
		return
	case model.Ping:
		c.callPing(ev)
	case model.Cancel:
		c.cancelWaiter(pingID{int32(ev.N), ev.Keep})
	case model.Pong, model.RecvPing, model.PeerClose, model.Raw, model.Msg, model.Frag, model.Cont:
		c.receiveBytes(ev)
	case model.Close:
		c.callClose(ev.N)
	case model.MsgSend:
		c.sendMessage(ev.Text, ev.Data)
	case model.SendPong:
		c.sendPong(ev.Data)
	case model.EOF:
		c.receiveEOF()
	case model.Drop, model.End:
		c.dropTransport()
	case model.Block:
		c.blockWrites()
	case model.Resume:
		if c.resumeWrites() {
			c.resumeCalls()
		}
	case model.Advance:
		c.advanceTime(ev.Time)
	}
	c.finishStep()
}

func (c *asyncio) openConnection(cfg *model.Config) {
	c.link.reset(cfg)
	c.parser.reset(cfg.Role)
	*c = asyncio{link: c.link, parser: c.parser, kind: c.kind, random: c.random,
		table: c.table[:0], waiters: c.waiters[:0], keeps: c.keeps[:0], calls: c.calls[:0], events: c.events[:0], message: c.message[:0]}
	c.random.reset(cfg.Seed)
	c.keep.start(cfg)
}

// finishStep does what is due at the end of an event or of an instant.
func (c *asyncio) finishStep() {
	if c.keep.isDue(c.now) && !c.losing {
		c.keepaliveDue()
	}
	if len(c.calls) > 0 || c.watched {
		c.expireClosing()
	}
	if c.losing {
		c.connectionLost()
	}
	if c.latency != c.shown && !c.kind.untimed {
		c.shown = c.latency
		c.out.Timed, c.out.Latency = true, c.latency
	}
}

// advanceTime lets time pass from timer to timer.
func (c *asyncio) advanceTime(d time.Duration) {
	end := c.now + d
	c.passing = true
	for {
		at, ok := c.nextTimer()
		if !ok || at > end {
			break
		}
		c.now = max(c.now, at)
		c.finishStep()
	}
	c.now, c.passing = end, false
}

// nextTimer returns when the next timer fires.
func (c *asyncio) nextTimer() (at time.Duration, ok bool) {
	at, ok = c.keep.nextTimer()
	if c.enforced() && (!ok || c.deadline < at) {
		return c.deadline, true
	}
	return at, ok
}

// findPending returns the index of a payload in the table, or -1.
func (c *asyncio) findPending(data string) int {
	for i := range c.table {
		if samePayload(c.table[i].data, data) {
			return i
		}
	}
	return -1
}

// waiterOf returns the waiter of a ping, or nil.
func (c *asyncio) waiterOf(id pingID) *waiter {
	list := c.waiters
	if id.keep {
		list = c.keeps
	}
	if id.n < 1 || int(id.n) > len(list) {
		return nil
	}
	return &list[id.n-1]
}

// acknowledge handles a Pong. It completes the Future of its ping and of every earlier one. It
// reports whether no exception escaped.
func (c *asyncio) acknowledge(data string) bool {
	at := c.findPending(data)
	if at < 0 {
		return true // unsolicited
	}
	for i := range c.table[:at+1] {
		e := &c.table[i]
		w := c.waiterOf(e.id)
		if c.kind.remedied && w.Done() {
			continue
		}
		if err := w.Complete(c.now - e.sent); err != nil {
			c.out.Crash = model.Crash{Where: "data_received", Class: "InvalidStateError", Text: err.Error()}
			return false
		}
		c.showEnd(e.id, w)
	}
	c.latency = c.now - c.table[at].sent
	c.table = c.table[:copy(c.table, c.table[at+1:])]
	return true
}

// showEnd shows how a Future ended, once the call has returned it.
func (c *asyncio) showEnd(id pingID, w *waiter) {
	if !w.given {
		return
	}
	switch w.state {
	case completed:
		r := c.showResolution(id, model.Acked)
		if !c.kind.events {
			r.Timed, r.Latency = true, w.result
		}
	case failed:
		r := c.showResolution(id, model.Failed)
		if r.Err = model.ErrClosed; !c.kind.events {
			r.Name = c.codes.name()
		}
	case cancelled:
		c.showResolution(id, model.Cancelled)
	}
	if id.keep {
		c.keepaliveEnded(w)
	}
}
