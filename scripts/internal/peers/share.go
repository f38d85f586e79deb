package peers

import (
	"math/rand/v2"
	"slices"
)

// Share is a part of a number of things.
type Share struct{ Part, Of uint64 }

// Float returns the share as a number from 0 to 1. The share of nothing is 0.
func (s Share) Float() float64 {
	if s.Of == 0 {
		return 0
	}
	return float64(s.Part) / float64(s.Of)
}

// Lost counts the share of a strategy's payloads that do not come back from a peer, if each
// ping is alone on its way. Each payload counts as often as any other. Lost reports false
// for a peer that is not one of [All].
func Lost(s *Strategy, p *Peer) (lost Share, known bool) {
	if p.keeps.next == nil {
		return Share{}, false
	}
	lost.Of = s.size()
	if p.answersAlone() {
		for k := range s.words {
			lost.Part += s.words[k].countAccepted(&p.keeps)
		}
	}
	lost.Part = lost.Of - lost.Part
	return lost, true
}

// answersAlone reports whether a ping that is alone on its way gets an answer at last.
func (p *Peer) answersAlone() bool {
	alone := []Ping{{N: 1}}
	pongs := p.Manner(p.Manner(nil, echoSame, alone, nil), echoSame, nil, alone)
	return slices.ContainsFunc(pongs, func(o Pong) bool { return o.To == 1 })
}

// Measure sends n pings, one after the other, and counts those whose payload does not come
// back.
func Measure(s *Strategy, p *Peer, n int, seed uint64) Share {
	lost := Share{Of: uint64(n)}
	r := rand.New(rand.NewPCG(seed, 0))
	ping := make([]Ping, 1)
	var pongs []Pong
	for i := range n {
		ping[0] = Ping{i + 1, s.Payload(r, i)}
		pongs = p.Answer(pongs[:0], ping, nil)
		pongs = p.Answer(pongs, nil, ping)
		if !slices.Contains(pongs, Pong{i + 1, ping[0].Data}) {
			lost.Part++
		}
	}
	return lost
}
