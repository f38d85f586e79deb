package generate

import (
	"time"

	"github.com/pongcheck/pongcheck/model"
)

// move is what a trace is made of: one op, or a few that belong together.
type move uint8

const (
	doPing move = iota
	doPong
	doCancel
	doRecvPing
	doBurst   // several pings of the peer
	doMessage // of the peer: whole, or its next fragment
	doMsgSend
	doSendPong
	doAdvance
	doSettle
	doBlock // or resume
	doRaw   // whole frames in one read
	doJoin  // the frames of several moves in one read
	doHalf  // a frame in two reads
	doBad   // a frame that breaks a rule
	moves
)

// moveNeeds are the ops that a subject must be able to do for a move.
var moveNeeds = [moves]model.Kinds{
	doPing:     model.KindsOf(model.Ping),
	doPong:     model.KindsOf(model.Pong),
	doCancel:   model.KindsOf(model.Cancel, model.Ping),
	doRecvPing: model.KindsOf(model.RecvPing),
	doBurst:    model.KindsOf(model.RecvPing),
	doMessage:  model.KindsOf(model.Msg, model.Frag, model.Cont),
	doMsgSend:  model.KindsOf(model.MsgSend),
	doSendPong: model.KindsOf(model.SendPong),
	doAdvance:  model.KindsOf(model.Advance),
	doSettle:   model.KindsOf(model.Settle),
	doBlock:    model.KindsOf(model.Block, model.Resume),
	doRaw:      model.KindsOf(model.Raw),
	doHalf:     model.KindsOf(model.Raw),
	doBad:      model.KindsOf(model.Raw),
}

// plainWeights is the even-handed choice. Bad frames end connections: they have
// no weight of their own but stand among the ends (and with a hostile peer).
var plainWeights = [moves]uint8{
	doPing: 24, doPong: 22, doCancel: 7, doRecvPing: 10, doBurst: 1, doMessage: 4, doMsgSend: 2, doSendPong: 1,
	doAdvance: 5, doSettle: 4, doBlock: 2, doRaw: 1, doJoin: 2, doHalf: 1,
}

// The weights of swarmed traces. Tracking is the heart of the matter; the other
// moves are its surroundings and often absent.
var (
	coreWeights = [4]uint8{0, 1, 4, 16}
	sideWeights = [8]uint8{0, 0, 0, 0, 0, 1, 1, 4}
)

// peer is what the other end is like.
type peer uint8

const (
	mixedPeer       peer = iota // any relation to what was sent
	honestPeer                  // answers every ping, in order
	newestPeer                  // answers only the newest ping
	cStringPeer                 // cuts payloads at the first NUL
	trimmingPeer                // trims blanks and NULs
	emptyPeer                   // answers with empty pongs
	constantPeer                // answers with the same pong
	duplicatingPeer             // says everything twice
	reorderingPeer              // answers in any order
	silentPeer                  // never answers
	hostilePeer                 // and breaks rules
	peers
)

// drawStyle draws weights, payloads and peer.
func (g *Generator) drawStyle() {
	swarm := !g.plain && !g.rng.OneIn(3)
	g.peer = mixedPeer
	if g.rng.OneIn(2) {
		g.peer = peer(g.rng.Below(int(peers)))
	}
	weights := plainWeights
	if swarm {
		g.drawWeights(&weights)
	}
	switch {
	case g.peer == silentPeer:
		weights[doPong] = 0
	case g.peer == hostilePeer:
		weights[doBad] = 2
	}
	if g.t.Config.Interval > 0 {
		weights[doAdvance] = max(weights[doAdvance], 9)
		g.ownOnly = g.rng.OneIn(4)
	}
	if g.t.Config.Deflate != model.NoDeflate {
		weights[doMessage] = max(weights[doMessage], 4)
	}
	g.fillBag(&weights)
	g.drawPayloads(swarm)
}

func (g *Generator) drawWeights(weights *[moves]uint8) {
	r := g.rng.Next()
	for m := doPing; m <= doRecvPing; m++ {
		weights[m] = coreWeights[r&3]
		r >>= 2
	}
	for m := doBurst; m < doBad; m++ {
		weights[m] = sideWeights[r&7]
		r >>= 3
	}
	if r&3 != 0 { // most traces without pings would be wasted on a tracker
		weights[doPing] = max(weights[doPing], weights[doPong], weights[doCancel])
	}
}

// heap is a move as often as one may weigh; copying all of it is one store.
type heap [32]move

var heaps = func() (all [moves]heap) {
	for m := range moves {
		for i := range all[m] {
			all[m][i] = m
		}
	}
	return all
}()

// fillBag puts each move that the subject can do into the bag as often as it weighs.
func (g *Generator) fillBag(weights *[moves]uint8) {
	n := 0
	for m := range moves {
		*(*heap)(g.space[n:]) = heaps[m]
		if g.able[m] {
			n += int(weights[m])
		}
	}
	g.bag = g.space[:n]
}

// Counters of one byte are common, and wrap only where hardly anything else
// happens. One trace in countingPart is for them, and countingTimes as long as the
// longest other.
const (
	countingPart  = 192
	countingTimes = 10
)

// countingStyle changes the style to one that counts, and is the length for it: pings of
// ours that are answered in turn or not at all, pings of the peer, or pongs.
func (g *Generator) countingStyle() int {
	var weights [moves]uint8
	times := countingTimes
	switch g.rng.Below(8) {
	case 0:
		weights[doPing], weights[doPong] = 1, 1
		g.peer = honestPeer
	case 1:
		weights[doPing], weights[doPong] = 8, 1
		g.peer = newestPeer
	case 2:
		weights[doRecvPing], weights[doSettle] = 24, 1
	case 3:
		weights[doPong], weights[doPing] = 24, 1
	default: // a hundred are answered in half of the ops
		weights[doPing], weights[doPong] = 1, 1
		g.peer, times = honestPeer, countingTimes/2
	}
	g.fillBag(&weights)
	g.useAll()
	g.choose = g.info.Chooses && (!g.info.Given || g.rng.OneIn(2))
	return times * g.maxOps
}

// floodPart: one trace in so many begins with pings that nothing answers, two thirds as many
// as the longest trace has ops to twice as many, which is the likeliest.
const floodPart = 128

// flood sends the pings, and returns how many.
func (g *Generator) flood() int {
	if !g.able[doPing] {
		return 0
	}
	g.useAll()
	g.choose = g.info.Chooses
	n := min(g.maxOps*2, g.maxOps*2/3+g.rng.Below(g.maxOps*2+1))
	for i := range n {
		g.emitPing(i % len(pool))
	}
	return n
}

// maxInUse is the most payloads that a trace uses which does not use all.
const maxInUse = 16

// drawPayloads draws how few payloads the trace uses: few make the same one come
// again and again. Some use all, to fill large tables.
func (g *Generator) drawPayloads(swarm bool) {
	n := maxInUse
	if swarm {
		n = 1 + g.rng.Below(13)
	}
	if g.rng.OneIn(16) {
		g.useAll()
	} else {
		g.usePayloads(n)
	}
	g.choose = g.info.Chooses && (!g.info.Given || g.rng.OneIn(4))
}

// useAll has every payload in use.
func (g *Generator) useAll() {
	g.lits = g.lits[:len(pool)]
	for i := range g.lits {
		g.lits[i] = uint8(i)
	}
}

// usePayloads draws n payloads, not all of them different.
func (g *Generator) usePayloads(n int) {
	r := g.rng.Next() // a bit for each: a special one?
	g.lits = g.lits[:n]
	for i := range g.lits {
		from := usual
		switch {
		case r>>i&1 != 0:
			from = len(special)
		case r>>(i+maxInUse)&7 == 0:
			from = len(pool)
		}
		g.lits[i] = uint8(g.rng.Below(from))
	}
	if r>>63 != 0 {
		g.lits[0] = 0 // the empty payload
	}
}

var (
	intervals = []time.Duration{20 * time.Second, 20 * time.Second, 10 * time.Second, time.Second}
	timeouts  = []time.Duration{20 * time.Second, 20 * time.Second, 10 * time.Second, 5 * time.Second, 30 * time.Second, 0}
	cuts      = []int{1, 2, 3, 7}
)

// Real time is spent, so its keepalives are quick.
const (
	realInterval = 40 * time.Millisecond
	realTimeout  = 40 * time.Millisecond
)

// drawConfig draws how the connection is set up, within what the subject can.
func (g *Generator) drawConfig(c *model.Config) {
	if g.info.Roles == model.ClientRole || g.info.Roles == model.BothRoles && g.rng.OneIn(3) {
		c.Role = model.Client
	}
	g.wire = &wires[c.Role]
	if g.info.Keeps && g.able[doAdvance] && g.rng.OneIn(2) {
		c.Interval, c.Timeout = intervals[g.rng.Below(len(intervals))], timeouts[g.rng.Below(len(timeouts))]
		if g.info.Real {
			c.Interval, c.Timeout = realInterval, realTimeout
		}
		c.Timeout = g.info.Timeouts.Of(c.Interval, c.Timeout)
	}
	if g.info.Deflate && g.rng.OneIn(2) {
		c.Deflate = model.Takeover + model.Deflate(g.rng.Below(2))
	}
	if g.info.Cuts && g.rng.OneIn(6) {
		c.Cut = cuts[g.rng.Below(len(cuts))]
	}
	if g.info.Chooses {
		c.Seed = int64(1 + g.rng.Below(1<<16))
	}
}
