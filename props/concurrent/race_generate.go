package concurrent

import (
	"time"

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
	config   *model.Config
	now      time.Duration
	ops      []model.Op
}

// Generate is the trace of that index under that seed, its schedule's seed included.
func Generate(info model.Info, seed, index uint64) *model.Trace {
	t := &model.Trace{}
	g := raceMaker{rng: rng.NewStream(seed, index), info: info, config: &t.Config}
	if info.Roles&model.ServerRole == 0 || info.Roles == model.BothRoles && g.rng.OneIn(4) {
		t.Config.Role = model.Client
	}
	t.Config.Seed = int64(g.rng.Next() >> 32)
	g.drawKinds()
	rounds := 1 + g.rng.Below(maxRounds)
	if info.Can.Has(model.Advance) {
		rounds += g.drawKeepalive()
	}
	last := 0 // the round that ends the connection; 0: none
	if g.rng.OneIn(2) {
		last = rounds - g.rng.Below(2)
	}
	for round := 1; round <= rounds; round++ {
		g.addAdvance()
		g.addRound()
		if round == last {
			g.endConnection()
		}
		g.ops = append(g.ops, model.Op{Kind: model.Settle})
	}
	t.Ops = g.ops[:len(g.ops)-1] // the end settles anyway
	t.Ops = t.Ops[:min(len(t.Ops), maxRacers)]
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

// keepaliveRounds is how many rounds more a trace with a keepalive has: it takes one to ping, one
// to be answered and one to time out.
const keepaliveRounds = 2

// drawKeepalive gives half of the traces a keepalive, if the subject has one. It returns how many
// rounds more the trace has.
func (g *raceMaker) drawKeepalive() int {
	if !g.info.Keeps || g.rng.OneIn(2) {
		return 0
	}
	c := g.config
	c.Interval = 20 * time.Second
	c.Timeout = g.info.Timeouts.Of(c.Interval, []time.Duration{c.Interval, c.Interval / 2, 0}[g.rng.Below(3)])
	return keepaliveRounds
}

// addAdvance lets time go on before a round now and then: with a keepalive mostly to the moment at
// which that acts, so that the round meets it.
func (g *raceMaker) addAdvance() {
	interval, timeout := g.config.Interval, g.config.Timeout
	if !g.info.Can.Has(model.Advance) || g.rng.OneIn(4) || interval == 0 && !g.rng.OneIn(4) {
		return
	}
	d := []time.Duration{time.Millisecond, time.Second, time.Minute}[g.rng.Below(3)]
	if interval > 0 {
		d = []time.Duration{interval - g.now%interval, interval, max(timeout, time.Millisecond), interval + timeout, 3 * interval}[g.rng.Below(5)]
	}
	g.now += d
	g.ops = append(g.ops, model.Op{Kind: model.Advance, Time: d})
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
			op.Data = g.drawLiteral()
			if ticks := g.keepaliveTicks(); ticks > 0 && g.rng.OneIn(2) {
				op.Data = model.Payload{Form: model.Echo, Keep: true, Ref: ticks - g.rng.Below(min(ticks, 2))}
			} else if g.pings > 0 && (!g.info.Given || g.rng.OneIn(2)) {
				op.Data = model.EchoOf(g.recentPing())
			}
		default:
			op.Data = g.drawLiteral()
		}
		g.ops = append(g.ops, op)
	}
}

// keepaliveTicks is how many pings of the keepalive were due so far, about.
func (g *raceMaker) keepaliveTicks() int {
	if g.config.Interval == 0 {
		return 0
	}
	return int(g.now / g.config.Interval)
}

// drawLiteral is one of the payloads in use.
func (g *raceMaker) drawLiteral() model.Payload {
	n := g.rng.Below(g.payloads)
	return model.Bytes("abcd"[n : n+1])
}

// recentPing is the number of one of the last pings, or 1.
func (g *raceMaker) recentPing() int { return max(1, g.pings-g.rng.Below(3)) }
