package specimen

import (
	"encoding/binary"
	"time"
	"unicode/utf8"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// asyncio is the new asyncio connection of python-websockets, which the incident
// is about: as of 14.2 with remedied set, and as of 14.1 without.
//
// It keeps a table from payload to Future, in the order of the calls. A Pong
// completes the Future of its Ping and every earlier one, "sending a pong for
// only the most recent ping is legal", and takes these entries out. Whoever
// waits may cancel the Future, which leaves its entry in the table: up to 14.1
// the next Pong completed it nevertheless, and the exception ended the connection.
//
// A call is not over when its frame was written: it waits until writes go on,
// and, when the connection is closing, until that is over, up to ten seconds.
type asyncio struct {
	link
	parser
	remedied bool

	phase    phase
	deaf     bool // what the peer sends is discarded
	table    []asyncioEntry
	waiters  []waiter // of ping n+1
	kept     []waiter // of keepalive ping n+1
	calls    []call
	deadline time.Duration // by which the closing is to be over; 0: not set
	codes    closeCodes
	random   twister
	keep     asyncioKeepalive

	latency, shown time.Duration

	events  []event // parsed, not yet processed
	crashed bool
	message []byte
	text    bool
	unread  bool // the application's reader is stuck or gone
}

type phase uint8

const (
	open phase = iota
	closing
	closed
)

type asyncioEntry struct {
	data string
	id   pingID
	sent time.Duration
}

// pingID names a ping: one that a call sent, or with keep one of the keepalive's.
type pingID struct {
	n    int32
	keep bool
}

// waiter is the Future of a ping, and whether its call has handed it out.
type waiter struct {
	Future
	given bool
}

// event is a frame that the application's side learns of.
type event struct {
	opcode frame.Opcode
	fin    bool
	data   string
}

const closeTimeout = 10 * time.Second

func (c *asyncio) Step(ev *model.Event, out *model.Outcome) {
	c.out = out
	switch ev.Kind {
	case model.Open:
		c.reset(ev.Config)
		return
	case model.Ping:
		c.ping(ev)
	case model.Cancel:
		c.cancel(pingID{int32(ev.N), ev.Keep})
	case model.Pong, model.RecvPing, model.PeerClose, model.Raw, model.Msg, model.Frag, model.Cont:
		c.receive(ev)
	case model.Close:
		c.shut(ev.N)
	case model.MsgSend:
		c.sendMessage(ev.Text, ev.Data)
	case model.SendPong:
		c.send(frame.Pong, ev.Data)
	case model.EOF:
		c.receiveEOF()
	case model.Drop, model.End:
		c.drop()
	case model.Block:
		c.block()
	case model.Resume:
		if c.resume() {
			c.drained()
		}
	case model.Advance:
		c.advance(ev.Time)
	}
	c.rest()
}

func (c *asyncio) reset(cfg *model.Config) {
	c.link.reset(cfg)
	c.parser.reset(cfg.Role)
	*c = asyncio{link: c.link, parser: c.parser, remedied: c.remedied, random: c.random,
		table: c.table[:0], waiters: c.waiters[:0], kept: c.kept[:0], calls: c.calls[:0], events: c.events[:0], message: c.message[:0]}
	c.random.reset(cfg.Seed)
	c.keep.start(cfg)
}
