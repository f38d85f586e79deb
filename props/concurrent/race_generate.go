package concurrent

import (
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/internal/rng"
)

// Each trace that is to be raced has up to maxRounds rounds of up to maxRound ops at
// once: more of them seldom find more, and make the search for an order long.
const (
	maxRounds = 3
	maxRound  = 5
)

// raceMaker makes traces whose ops between two settles are done at once. Races need few
// payloads, and little but pings, cancels and Pongs; each trace draws how much of
// what, and whether and how the connection ends in one of the last two rounds.
type raceMaker struct {
	rng      rng.RNG
	info     model.Info
	payloads int
	bag      []model.Kind // each kind as often as it weighs
	pings    int
	ops      []model.Op
}

// Generate is the trace of that index under that seed, its schedule's seed included.
func Generate(info model.Info, seed, index uint64) *model.Trace {
	g := raceMaker{rng: rng.NewStream(seed, index), info: info}
	t := &model.Trace{}
	if info.Roles&model.ServerRole == 0 || info.Roles == model.BothRoles && g.rng.OneIn(4) {
		t.Config.Role = model.Client
	}
	t.Config.Seed = int64(g.rng.Next() >> 32)
	g.drawKinds()
	rounds := 1 + g.rng.Below(maxRounds)
	last := 0 // the round that ends the connection; 0: none
	if g.rng.OneIn(2) {
		last = rounds - g.rng.Below(2)
	}
	for round := 1; round <= rounds; round++ {
		g.addRound()
		if round == last {
			g.endConnection()
		}
		g.ops = append(g.ops, model.Op{Kind: model.Settle})
	}
	t.Ops = g.ops[:len(g.ops)-1] // the end settles anyway
	return t
}

// endConnection begins the end of the connection, at once with the rest of the round.
func (g *raceMaker) endConnection() {
	ends := []model.Kind{model.Close, model.Close, model.PeerClose, model.Drop, model.EOF}
	if k := ends[g.rng.Below(len(ends))]; g.info.Can.Has(k) {
		g.ops = append(g.ops, model.Op{Kind: k})
	} else if g.info.Can.Has(model.Close) {
		g.ops = append(g.ops, model.Op{Kind: model.Close})
	}
}

func (g *raceMaker) drawKinds() {
	g.payloads = 1 + g.rng.Below(4)
	for _, k := range []model.Kind{model.Ping, model.Cancel, model.Pong, model.RecvPing, model.MsgSend} {
		most := 4
		if k == model.RecvPing || k == model.MsgSend {
			most = 1
		}
		for n := g.rng.Below(most + 1); n > 0 && g.can(k); n-- {
			g.bag = append(g.bag, k)
		}
	}
	for _, k := range []model.Kind{model.Ping, model.Ping, model.Pong, model.RecvPing} {
		if g.can(k) && (k != model.RecvPing || !g.can(model.Ping)) {
			g.bag = append(g.bag, k)
		}
	}
}

// can reports whether the subject can do ops of a kind. One that sends no Pings, and only
// answers, still gets Pongs.
func (g *raceMaker) can(k model.Kind) bool {
	pings := g.info.Can.Has(model.Ping) && (g.info.Given || g.info.Chooses)
	return g.info.Can.Has(k) && (pings || k != model.Ping && k != model.Cancel)
}

func (g *raceMaker) addRound() {
	if len(g.bag) == 0 {
		return
	}
	for range 2 + g.rng.Below(maxRound-1) {
		op := model.Op{Kind: g.bag[g.rng.Below(len(g.bag))]}
		switch op.Kind {
		case model.Ping:
			if g.pings == maxPings {
				continue
			}
			g.pings++
			if op.Data = g.drawLiteral(); !g.info.Given {
				op.Data = model.Payload{Form: model.Chosen}
			}
		case model.Cancel:
			op.N = g.recentPing()
		case model.Pong:
			if op.Data = g.drawLiteral(); g.pings > 0 && (!g.info.Given || g.rng.OneIn(2)) {
				op.Data = model.EchoOf(g.recentPing())
			}
		default:
			op.Data = g.drawLiteral()
		}
		g.ops = append(g.ops, op)
	}
}

// drawLiteral is one of the payloads in use.
func (g *raceMaker) drawLiteral() model.Payload {
	n := g.rng.Below(g.payloads)
	return model.Bytes("abcd"[n : n+1])
}

// recentPing is the number of one of the last pings, or 1.
func (g *raceMaker) recentPing() int { return max(1, g.pings-g.rng.Below(3)) }
