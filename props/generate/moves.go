package generate

import (
	"time"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/internal/rng"
)

// makeMove makes one move.
func (g *Generator) makeMove(m move) {
	if g.rest != "" && fromPeer[m] && !g.rng.OneIn(16) {
		// What the peer sends next is the rest of its frame.
		g.emitOp(model.Op{Kind: model.Raw, Data: model.Bytes(g.rest)})
		g.rest = ""
		return
	}
	switch m {
	case doPing:
		g.movePing()
	case doPong:
		g.movePong()
	case doCancel:
		g.moveCancel()
	case doRecvPing:
		g.nextOp(model.RecvPing).Data.Lit = pool[g.drawIndex()]
	case doBurst:
		for range 2 + g.rng.Below(5) {
			g.nextOp(model.RecvPing).Data.Lit = pool[g.drawIndex()]
		}
	case doMessage:
		g.moveMessage()
	case doMsgSend:
		text, data := g.drawContent(g.rng.OneIn(2))
		g.emitOp(model.Op{Kind: model.MsgSend, Text: text, Data: data})
	case doSendPong:
		g.nextOp(model.SendPong).Data.Lit = pool[g.drawIndex()]
	case doAdvance:
		g.moveAdvance()
	case doSettle:
		g.moveSettle()
	case doBlock:
		if g.blocked {
			g.completeFrame()
			return
		}
		g.emitOp(model.Op{Kind: model.Block})
		if g.blocked = true; g.able[doBurst] && g.rng.OneIn(4) {
			g.makeMove(doBurst) // much to write
		}
	case doRaw:
		g.emitOp(model.Op{Kind: model.Raw, Data: pickBytes(&g.rng, g.wire.good)})
	case doJoin:
		g.moveJoined()
	case doHalf:
		half := g.wire.halves[g.rng.Below(len(g.wire.halves))]
		g.emitOp(model.Op{Kind: model.Raw, Data: model.Bytes(half[0])})
		g.rest = half[1]
	case doBad:
		g.emitOp(model.Op{Kind: model.Raw, Data: g.badFrame()})
	}
}

// badFrame is a frame that breaks a rule. With compression RSV1 means something, and
// those that misuse it come first in the table.
func (g *Generator) badFrame() model.Payload {
	if g.t.Config.Deflate != model.NoDeflate && g.rng.OneIn(2) {
		return pickBytes(&g.rng, g.wire.bad[:rsvFrames])
	}
	if g.rng.OneIn(6) {
		return pickBytes(&g.rng, g.wire.bent)
	}
	return pickBytes(&g.rng, g.wire.bad)
}

// fromPeer are the moves by which the peer sends something.
var fromPeer = [moves]bool{doPong: true, doRecvPing: true, doBurst: true, doMessage: true, doRaw: true, doJoin: true, doHalf: true, doBad: true}

func pickBytes(r *rng.RNG, from []string) model.Payload { return model.Bytes(from[r.Below(len(from))]) }

// drawLiteral is one of the payloads in use.
func (g *Generator) drawLiteral() model.Payload { return model.Bytes(pool[g.drawIndex()]) }

func (g *Generator) drawIndex() int { return int(g.lits[g.rng.Below(len(g.lits))]) }

func (g *Generator) movePing() {
	n := len(g.pings)
	switch {
	case g.choose && (!g.info.Given || g.rng.OneIn(2)):
		g.emitOp(model.Op{Kind: model.Ping, Data: model.Payload{Form: model.Chosen}})
		g.pings = append(g.pings, ping{lit: -1})
	case n > 0 && g.rng.OneIn(12): // one payload in terms of another
		data := model.EchoOf(1 + g.rng.Below(n))
		if g.rng.OneIn(2) {
			data = g.mangleEcho(data)
		}
		g.emitOp(model.Op{Kind: model.Ping, Data: data})
		g.pings = append(g.pings, ping{lit: -1})
	default:
		g.emitPing(g.drawIndex())
	}
}

// emitPing pings with a payload of the pool.
func (g *Generator) emitPing(i int) {
	if g.choose && !g.info.Given {
		g.emitOp(model.Op{Kind: model.Ping, Data: model.Payload{Form: model.Chosen}})
		g.pings = append(g.pings, ping{lit: -1})
		return
	}
	g.nextOp(model.Ping).Data.Lit = pool[i]
	g.pings = append(g.pings, ping{lit: int16(i)})
}

// moveJoined makes two to four moves of the peer whose frames arrive in one read. Often
// the same frame comes twice: what handles the second meets what the first left behind.
func (g *Generator) moveJoined() {
	from := len(g.t.Ops)
	for range 2 + g.rng.Below(3) {
		last := len(g.t.Ops) - 1
		switch {
		case last >= from && controls.Has(g.t.Ops[last].Kind) && g.rng.OneIn(3):
			g.emitOp(g.t.Ops[last])
		case g.able[doPong] && (!g.able[doRecvPing] || !g.rng.OneIn(3)):
			g.makeMove(doPong)
		case g.able[doMessage] && g.rng.OneIn(4):
			g.makeMove(doMessage)
		default:
			g.makeMove(doRecvPing)
		}
	}
	g.joinFrom(from)
}

// controls are the kinds of control frames that do not end a connection.
const controls = model.Kinds(1<<model.Pong | 1<<model.RecvPing)

// joinFrom has what the peer sends by the ops from on arrive in one read.
func (g *Generator) joinFrom(from int) {
	for i := from; i < len(g.t.Ops)-1; i++ {
		g.t.Ops[i].Join = g.t.Ops[i].Kind.FromPeer()
	}
}

// moveCancel cancels the newest pending ping, any ping, or one that is not there.
func (g *Generator) moveCancel() {
	if ticks := g.keepaliveTicks(); ticks > 0 && g.rng.OneIn(2) {
		g.emitOp(model.Op{Kind: model.Cancel, Keep: true, N: 1 + g.rng.Below(ticks)})
		return
	}
	n := len(g.pings)
	k := 1 + g.rng.Below(n+1)
	if g.rng.OneIn(2) {
		k = max(1, g.newestIn(pending))
	}
	g.nextOp(model.Cancel).N = k
	if k <= n && g.pings[k-1].state == pending {
		g.pings[k-1].state = cancelled
	}
	if k <= n && g.able[doPong] && g.rng.OneIn(4) {
		g.emitOp(model.Op{Kind: model.Pong, Data: model.EchoOf(k)}) // it was under way
	}
}

// moveMessage is a message of the peer or a fragment of one; whatever else is drawn
// in between stands between the fragments.
func (g *Generator) moveMessage() {
	if g.message {
		_, data := g.drawContent(g.text)
		fin := g.rng.OneIn(2)
		g.emitOp(model.Op{Kind: model.Cont, Fin: fin, Data: data})
		g.message = !fin
		return
	}
	if g.rng.OneIn(16) {
		g.moveFragments()
		return
	}
	text, data := g.drawContent(g.rng.OneIn(2))
	o := model.Op{Kind: model.Msg, Text: text, Data: data, Z: g.t.Config.Deflate != model.NoDeflate && !g.rng.OneIn(4)}
	if g.rng.OneIn(2) {
		o.Kind, g.message, g.text = model.Frag, true, text
	}
	g.emitOp(o)
}

// maxFragments is the most fragments of a message that is cut anywhere.
const maxFragments = 16

// moveFragments is a whole message in up to maxFragments fragments. They are cut anywhere,
// within characters, too, and control frames stand between some of them.
func (g *Generator) moveFragments() {
	rest, text := texts[g.rng.Below(len(texts))], g.rng.OneIn(2)
	z := g.t.Config.Deflate != model.NoDeflate && !g.rng.OneIn(4)
	for left := 2 + g.rng.Below(maxFragments-1); left > 0; left-- {
		n := len(rest)
		if left > 1 {
			n = min(n, g.rng.Below(2*len(rest)/left+1))
		}
		o := model.Op{Kind: model.Cont, Fin: left == 1, Data: model.Bytes(rest[:n])}
		if rest = rest[n:]; !g.message {
			o = model.Op{Kind: model.Frag, Text: text, Z: z, Data: o.Data}
		}
		g.emitOp(o)
		g.message, g.text = left > 1, text
		if control := [...]move{doPong, doRecvPing}[g.rng.Below(2)]; g.message && g.able[control] && g.rng.OneIn(4) {
			g.makeMove(control)
		}
	}
}

// drawContent draws the content of a message. Text is always valid UTF-8. With a
// compression window that lasts between messages, most contents repeat an earlier one:
// otherwise nothing would refer to the window.
func (g *Generator) drawContent(text bool) (bool, model.Payload) {
	if g.t.Config.Deflate == model.Takeover && !g.rng.OneIn(4) {
		return text, model.Bytes(words[len(words)-1])
	}
	if g.rng.OneIn(32) {
		return text, model.Bytes(sized[g.rng.Below(len(sized))])
	}
	if text {
		return true, pickBytes(&g.rng, words)
	}
	return false, g.drawLiteral()
}

// fewOwnPings is how many Pings a subject that sends some by itself has sent, as a guess.
const fewOwnPings = 3

// keepaliveTicks is how many pings that no op asks for were due so far, about.
func (g *Generator) keepaliveTicks() int {
	if g.t.Config.Interval == 0 {
		if g.info.OwnPings {
			return fewOwnPings
		}
		return 0
	}
	return int(g.now / g.t.Config.Interval)
}

// moveAdvance lets time pass: with a keepalive to just before, at or just after a
// deadline, because random times hardly ever meet one.
func (g *Generator) moveAdvance() {
	d := pauses[g.rng.Below(len(pauses))]
	if g.rng.OneIn(8) {
		d = longPauses[g.rng.Below(len(longPauses))]
	}
	if interval, timeout := g.t.Config.Interval, g.t.Config.Timeout; interval > 0 && !g.rng.OneIn(8) {
		switch g.rng.Below(10) {
		case 0, 1, 2:
			d = interval - g.now%interval
		case 3:
			d = interval
		case 4:
			d = timeout
		case 5:
			d = interval + timeout
		case 6:
			d = interval / 2
		default: // what is late is missed by then
			d = 2*interval + timeout + timeout/2
		}
		d = max(0, d+time.Millisecond*time.Duration([8]int8{-1, 1}[g.rng.Below(8)]))
	} else if g.info.Real {
		d = min(d, 5*time.Millisecond)
	} else if interval > 0 {
		d = min(d, time.Minute) // a keepalive ticks all the while
	}
	g.now += d
	g.nextOp(model.Advance).Time = d
}

var (
	pauses     = []time.Duration{time.Millisecond, 20 * time.Millisecond, time.Second, time.Second, 5 * time.Second, 30 * time.Second}
	longPauses = []time.Duration{time.Minute, 2 * time.Minute, 10 * time.Minute, time.Hour, 3 * time.Hour}
)

// moveSettle settles what can be settled: writes go on first, mostly.
func (g *Generator) moveSettle() {
	if !g.rng.OneIn(16) {
		g.completeFrame()
	}
	g.nextOp(model.Settle)
}

// ends are the ways in which a connection comes to its end, besides a frame that
// breaks a rule.
var ends = [...]model.Op{
	{Kind: model.Close}, {Kind: model.PeerClose}, {Kind: model.Drop}, {Kind: model.EOF}, {Kind: model.EOF},
	{Kind: model.Close, N: 4000}, {Kind: model.PeerClose, N: 1000}, {Kind: model.PeerClose, N: 1001},
}

// endConnection begins the end. The other side of a closing handshake follows
// at once, later or never.
func (g *Generator) endConnection() {
	if g.able[doBad] && g.rng.OneIn(3) {
		g.makeMove(doBad)
		return
	}
	from := len(g.t.Ops)
	if g.rng.OneIn(4) {
		from = max(0, from-1) // the end arrives together with what came before
	}
	if g.able[doRaw] && g.rest == "" && g.rng.OneIn(8) {
		g.emitOp(model.Op{Kind: model.Raw, Data: pickBytes(&g.rng, g.wire.closes)})
		g.joinFrom(from)
		return
	}
	o := ends[g.rng.Below(len(ends))]
	if !g.info.Can.Has(o.Kind) {
		return
	}
	if g.rest == "" && g.able[doHalf] && (o.Kind == model.EOF || g.rng.OneIn(8)) {
		g.makeMove(doHalf) // cut off for good
		g.rest = ""
	}
	g.emitOp(o)
	if o.Kind == model.PeerClose {
		g.endInOneRead(from)
	}
	if o.Kind != model.Close {
		return
	}
	for _, m := range [...]move{doPong, doRecvPing} { // were under way
		if g.able[m] && g.rng.OneIn(3) {
			g.makeMove(m)
		}
	}
	if g.info.Can.Has(model.PeerClose) && !g.rng.OneIn(3) {
		g.emitOp(model.Op{Kind: model.PeerClose, N: 1000})
	}
}

// endInOneRead has the peer's Close arrive together with the ops from on, or with frames that
// the peer should not send any more.
func (g *Generator) endInOneRead(from int) {
	if g.able[doPong] && g.rng.OneIn(8) {
		g.makeMove(doPong)
	}
	g.joinFrom(from)
}
