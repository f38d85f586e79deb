package specimen

import (
	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// responder is an answerer of Pings: at once, or, coalescing, only the newest of
// those that came when it next gets to writing: "if an endpoint receives a Ping frame and has not yet sent Pong frame(s)
// in response to previous Ping frame(s), the endpoint MAY elect to send a Pong
// frame for only the most recently processed Ping frame" (RFC 6455 section 5.5.3).
// curl and tungstenite do so. As a tracker it is exact.
type responder struct {
	exact
	coalesces bool
	owes      bool
	newest    string // the Ping to answer, if it owes
}

func (p *responder) openConnection(cfg *model.Config) {
	p.exact.openConnection(cfg)
	p.owes = false
}

func (p *responder) answerPing(data string) {
	p.owes, p.newest = true, data
	if !p.coalesces {
		p.flushAnswers()
	}
}

func (p *responder) flushAnswers() {
	if p.owes {
		p.owes = false
		p.writeFrame(frame.Pong, p.newest)
	}
}

func (p *responder) endWaiters() {
	p.owes = false
	p.exact.endWaiters()
}
