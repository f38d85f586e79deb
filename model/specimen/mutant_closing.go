package specimen

import (
	"slices"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// closingMutants end a connection wrongly, lose what it was to send, or tell its end wrongly.
func closingMutants() []Mutant {
	return []Mutant{
		{Name: "closing/unanswered", Of: "specimen/responder",
			Change: "a Close of the peer's ends the connection, and is not answered", new: as[closesUnanswered]},
		{Name: "closing/unnoticed", Of: "specimen/responder",
			Change: "a Close of the peer's is read and forgotten", new: as[closeUnnoticed]},
		{Name: "closing/unsaid", Of: "specimen/responder",
			Change: "the application's close waits for the peer, which is told nothing", new: as[closesUnsaid]},
		{Name: "closing/never-ends", Of: "specimen/responder",
			Change: "after both Closes the transport stays open", new: as[neverEnds]},
		{Name: "closing/fails-open", Of: "specimen/responder", Mirrors: "trio-websocket 0.12.2",
			Change: "after the Close that fails the connection the transport stays open", new: as[failsOpen]},
		{Name: "closing/told-clean", Of: "specimen/responder",
			Change: "every end is told as a clean one", new: as[toldClean]},
		{Name: "closing/told-normal", Of: "specimen/responder",
			Change: "a Close without a code is told as a normal closure", new: as[toldNormal]},
		{Name: "closing/told-abnormal", Of: "specimen/responder",
			Change: "the code of the peer's Close is lost", new: as[toldAbnormal]},
		{Name: "closing/message-overtaken", Of: "specimen/responder",
			Change: "a Pong takes the place of a message that waits for the writer", new: as[messageOvertaken]},
		{Name: "closing/pong-forgotten", Of: "specimen/responder",
			Change: "a Pong of the application's that cannot be written at once is forgotten", new: as[pongForgotten]},
	}
}

// dropCloses takes the Closes out of what was written in this step.
func (e *endpoint) dropCloses() {
	e.out.Frames = slices.DeleteFunc(e.out.Frames, func(f model.Frame) bool { return f.Opcode == frame.Close })
}

type closesUnanswered struct{ responder }

func (p *closesUnanswered) step(s side, ev *model.Event, out *model.Outcome) {
	p.responder.step(s, ev, out)
	if ev.Kind == model.PeerClose {
		p.dropCloses()
	}
}

type closeUnnoticed struct{ responder }

func (p *closeUnnoticed) nextFrame(b []byte) (*frame.Frame, violation, int) {
	f, bad, n := p.responder.nextFrame(b)
	if f != nil && f.Opcode == frame.Close && bad == (violation{}) {
		f = nil
	}
	return f, bad, n
}

type closesUnsaid struct{ responder }

func (p *closesUnsaid) step(s side, ev *model.Event, out *model.Outcome) {
	p.responder.step(s, ev, out)
	if ev.Kind == model.Close {
		p.dropCloses()
	}
}

type neverEnds struct{ responder }

func (p *neverEnds) nextFrame(b []byte) (*frame.Frame, violation, int) {
	f, bad, n := p.responder.nextFrame(b)
	if f != nil && f.Opcode == frame.Close && bad == (violation{}) {
		if p.phase == isOpen {
			p.writeFrame(frame.Close, p.copyBytes(f.Payload))
		}
		f, p.phase, p.deadline = nil, isClosing, 0
	}
	return f, bad, n
}

type failsOpen struct {
	responder
	failed bool
}

func (p *failsOpen) openConnection(cfg *model.Config) {
	p.responder.openConnection(cfg)
	p.failed = false
}

func (p *failsOpen) nextFrame(b []byte) (*frame.Frame, violation, int) {
	if p.failed {
		return nil, violation{}, len(b)
	}
	f, bad, n := p.responder.nextFrame(b)
	if bad == (violation{}) {
		return f, bad, n
	}
	if p.phase == isOpen {
		p.writeFrame(frame.Close, p.closePayload(bad.code, bad.reason))
	}
	p.failed, p.phase, p.deadline = true, isClosing, 0
	return nil, violation{}, len(b)
}

type toldClean struct{ responder }

func (p *toldClean) tellEnd() model.Told {
	t := p.responder.tellEnd()
	t.Clean = true
	return t
}

type toldNormal struct{ responder }

func (p *toldNormal) tellEnd() model.Told {
	t := p.responder.tellEnd()
	if t.Code == int(noStatus) {
		t.Code = int(frame.NormalClosure)
	}
	return t
}

type toldAbnormal struct{ responder }

func (p *toldAbnormal) tellEnd() model.Told {
	return model.Told{Said: true, Code: int(frame.AbnormalClosure)}
}

type messageOvertaken struct{ responder }

func (p *messageOvertaken) answerPing(data string) {
	if n := len(p.stalled); p.blocked && n > 0 && !p.stalled[n-1].Opcode.Control() {
		p.stalled = p.stalled[:n-1]
	}
	p.responder.answerPing(data)
}

type pongForgotten struct{ responder }

func (p *pongForgotten) step(s side, ev *model.Event, out *model.Outcome) {
	if ev.Kind == model.SendPong && p.blocked {
		return
	}
	p.responder.step(s, ev, out)
}
