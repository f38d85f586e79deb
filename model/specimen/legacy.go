package specimen

import (
	"time"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// legacy is the legacy connection of python-websockets, as of 14.1. Its table is that of the new
// connection, but safe. The waiter for a Pong holds a Future of its own, which shields the one in
// the table. So cancelling the one leaves the other pending.
//
// A task reads what the peer sends and also answers it: when an answer stalls, so does reading. It
// answers only while the connection is open. Another task closes the connection step by step, each
// within ten seconds.
type legacy struct {
	link
	parser

	phase   phase
	table   []legacyEntry
	waiters []waiter // of ping n+1
	keeps   []waiter // of keepalive ping n+1
	latency time.Duration
	shown   time.Duration // the latency shown last
	random  *twister
	keep    legacyKeepalive

	calls  []legacyCall // calls that wait for stalled writes, in order
	codes  closeCodes
	ending ending

	reader  readerStage
	unread  []byte // bytes that came and were not read yet
	noMore  bool   // nothing comes after unread
	message []byte
	text    bool // the message is a text
}

type legacyEntry struct {
	data string
	id   pingID
	sent time.Duration
}

// readerStage is what the task that reads is doing.
type readerStage uint8

const (
	readerReads      readerStage = iota
	readerStalls                 // its answer has stalled
	readerStallsLast             // and is its last
	readerDone
)

// ending is what the task that closes the connection is doing, and until when.
type ending struct {
	stage endingStage
	until time.Duration
}

type endingStage uint8

const (
	endingOff    endingStage = iota
	endingWaits              // a client, for the server to end
	endingEnded              // its own direction was ended
	endingClosed             // the transport was closed
)

func newLegacy() *legacy { return &legacy{random: new(twister)} }

// Step makes it a model.Subject.
func (c *legacy) Step(ev *model.Event, out *model.Outcome) {
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
		c.sendFrame(frame.Pong, ev.Data)
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

func (c *legacy) openConnection(cfg *model.Config) {
	c.link.reset(cfg)
	c.parser.reset(cfg.Role)
	*c = legacy{link: c.link, parser: c.parser, random: c.random, table: c.table[:0], waiters: c.waiters[:0], keeps: c.keeps[:0],
		calls: c.calls[:0], unread: c.unread[:0], message: c.message[:0]}
	c.random.reset(cfg.Seed)
	c.keep.start(cfg)
}

// finishStep does what is due at the end of an event or of an instant.
func (c *legacy) finishStep() {
	if c.keep.isDue(c.now) && !c.losing {
		c.keepaliveDue()
	}
	if len(c.calls) > 0 {
		c.expireClosing()
	}
	if c.ending.stage != endingOff && c.ending.until <= c.now {
		c.goOnEnding()
	}
	if c.losing {
		c.connectionLost()
	}
	if c.latency != c.shown {
		c.shown = c.latency
		c.out.Timed, c.out.Latency = true, c.latency
	}
}

// advanceTime lets time pass from timer to timer.
func (c *legacy) advanceTime(d time.Duration) {
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
func (c *legacy) nextTimer() (at time.Duration, ok bool) {
	at, ok = c.keep.nextTimer()
	sooner := func(t time.Duration) {
		if !ok || t < at {
			at, ok = t, true
		}
	}
	if c.ending.stage != endingOff {
		sooner(c.ending.until)
	}
	for i := range c.calls {
		if c.calls[i].kind == closeCall {
			sooner(c.calls[i].until)
		}
	}
	return at, ok
}

// findPending returns the index of a payload in the table, or -1.
func (c *legacy) findPending(data string) int {
	for i := range c.table {
		if samePayload(c.table[i].data, data) {
			return i
		}
	}
	return -1
}

// waiterOf returns the waiter of a ping, or nil.
func (c *legacy) waiterOf(id pingID) *waiter {
	list := c.waiters
	if id.keep {
		list = c.keeps
	}
	if id.n < 1 || int(id.n) > len(list) {
		return nil
	}
	return &list[id.n-1]
}

// acknowledge handles a Pong. It completes the Future of its ping and of every earlier one. Nobody
// else can have ended these Futures.
func (c *legacy) acknowledge(data string) {
	at := c.findPending(data)
	if at < 0 {
		return
	}
	for i := range c.table[:at+1] {
		e := &c.table[i]
		w := c.waiterOf(e.id)
		if w.Complete(c.now-e.sent) == nil {
			c.showEnd(e.id, w)
		}
	}
	c.latency = c.now - c.table[at].sent
	c.table = c.table[:copy(c.table, c.table[at+1:])]
}

// showEnd shows how a ping ended, if somebody still waits for it.
func (c *legacy) showEnd(id pingID, w *waiter) {
	if !w.given || w.left {
		return
	}
	switch w.state {
	case completed:
		r := c.showResolution(id, model.Acked)
		r.Timed, r.Latency = true, w.result
	case failed:
		r := c.showResolution(id, model.Failed)
		r.Err, r.Name = model.ErrClosed, c.codes.name()
	}
	if id.keep {
		c.keepaliveEnded(w.state == completed)
	}
}

// cancelWait cancels the wait for a ping.
func (c *legacy) cancelWait(id pingID, w *waiter) {
	if w.left || w.Done() {
		return
	}
	w.left = true
	c.showResolution(id, model.Cancelled)
	if id.keep {
		c.keepaliveEnded(false)
	}
}
