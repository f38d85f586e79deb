package generate

import (
	"strings"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// movePong answers as the peer of this trace would.
func (g *Generator) movePong() {
	p := g.drawAnswer()
	if p.Form == model.Echo && !p.Keep && p.Ref <= len(g.pings) {
		g.acknowledge(p.Ref)
	}
	o := g.nextOp(model.Pong)
	o.Data = p
	if g.peer == duplicatingPeer {
		o.Join = g.rng.OneIn(2)
		g.nextOp(model.Pong).Data = p
	}
}

// acknowledge notes that ping k and the earlier ones are answered, as most
// trackers see it.
func (g *Generator) acknowledge(k int) {
	for i := k - 1; i >= 0 && g.pings[i].state != answered; i-- {
		g.pings[i].state = answered
	}
}

// drawAnswer is the payload of the next pong.
func (g *Generator) drawAnswer() model.Payload {
	if ticks := g.keepaliveTicks(); ticks > 0 && !g.ownOnly && g.rng.OneIn(2) {
		p := model.EchoOf(max(1, ticks-g.rng.Below(2)))
		if p.Keep = true; g.rng.OneIn(8) {
			p = g.mangleEcho(p)
		}
		return p
	}
	n := len(g.pings)
	if n == 0 {
		return g.drawStray()
	}
	switch g.peer {
	case honestPeer, duplicatingPeer:
		g.honest = min(g.honest+1, n)
		return model.EchoOf(g.honest)
	case newestPeer:
		return model.EchoOf(n)
	case cStringPeer:
		return g.cutEcho(g.newestPendingOr(n), "\x00", false)
	case trimmingPeer:
		return g.cutEcho(g.newestPendingOr(n), " \n\x00", true)
	case emptyPeer:
		return model.Payload{}
	case constantPeer:
		return model.Bytes(pool[g.lits[0]])
	case reorderingPeer:
		return model.EchoOf(1 + g.rng.Below(n))
	}
	return g.drawAnyAnswer(n)
}

// drawAnyAnswer is a pong in any relation to the n pings so far.
func (g *Generator) drawAnyAnswer(n int) model.Payload {
	switch g.rng.Below(20) {
	case 0, 1, 2, 3, 4:
		return model.EchoOf(g.newestPendingOr(n))
	case 5, 6, 7, 8:
		return model.EchoOf(1 + g.rng.Below(n))
	case 9, 10, 11:
		return model.EchoOf(max(1, g.newestIn(cancelled)))
	case 12, 13:
		return model.EchoOf(max(1, g.newestIn(answered)))
	case 14, 15, 16:
		return g.mangleEcho(model.EchoOf(g.newestPendingOr(n)))
	case 17:
		return g.mangleEcho(model.EchoOf(1 + g.rng.Below(n)))
	}
	return g.drawStray()
}

// drawStray is a pong that answers nothing, or that by chance.
func (g *Generator) drawStray() model.Payload {
	if g.rng.OneIn(4) {
		return pickBytes(&g.rng, special)
	}
	return g.drawLiteral()
}

// newestIn is the number of the newest ping in state s, 0 if there is none.
func (g *Generator) newestIn(s pingState) int {
	for i := len(g.pings) - 1; i >= 0; i-- {
		if g.pings[i].state == s {
			return i + 1
		}
	}
	return 0
}

// newestPendingOr is the number of the newest pending ping, or n.
func (g *Generator) newestPendingOr(n int) int {
	if k := g.newestIn(pending); k > 0 {
		return k
	}
	return n
}

// mangleEcho changes an echo as sloppy and hostile peers do.
func (g *Generator) mangleEcho(p model.Payload) model.Payload {
	switch g.rng.Below(4) {
	case 0:
		p.Form, p.Lit = model.Extended, tails[g.rng.Below(len(tails))]
	case 1:
		p.Form, p.N = model.Flipped, g.rng.Below(32)
		if k := p.Ref; !p.Keep && k <= len(g.pings) && g.pings[k-1].lit >= 0 && g.rng.OneIn(2) {
			p.N = g.rng.Below(8*len(pool[g.pings[k-1].lit]) + 1)
		}
	case 2:
		p.Form, p.N = model.Prefix, g.rng.Below(4)
		if g.rng.OneIn(4) {
			p.N = g.rng.Below(frame.MaxControl)
		}
	case 3: // one byte short
		p.Form, p.N = model.Prefix, 3
		if k := p.Ref; !p.Keep && k <= len(g.pings) && g.pings[k-1].lit >= 0 {
			p.N = max(0, len(pool[g.pings[k-1].lit])-1)
		}
	}
	return p
}

// cutEcho is the payload of ping k up to the first byte of those in set, or, if
// trailing, without those at its end.
func (g *Generator) cutEcho(k int, set string, trailing bool) model.Payload {
	if g.pings[k-1].lit < 0 {
		return model.PrefixOf(k, 3)
	}
	s := pool[g.pings[k-1].lit]
	n := len(strings.TrimRight(s, set))
	if !trailing {
		if n = strings.IndexAny(s, set); n < 0 {
			n = len(s)
		}
	}
	if n == len(s) {
		return model.EchoOf(k)
	}
	return model.PrefixOf(k, n)
}
