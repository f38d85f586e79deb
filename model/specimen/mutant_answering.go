package specimen

import (
	"strings"
	"time"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// answeringMutants answer wrongly, or not at all.
func answeringMutants() []Mutant {
	return []Mutant{
		{Name: "answering/empty", Of: "specimen/responder", Mirrors: "tornado 2.0; nbio, 2021; uwsgi #1690; nchan #521",
			Change: "every Pong is empty", new: as[answersEmpty]},
		{Name: "answering/constant", Of: "specimen/responder", Mirrors: "websocket-client, 2012",
			Change: `every Pong says "Hi!"`, new: as[answersConstant]},
		{Name: "answering/replaced", Of: "specimen/responder", Mirrors: "ws #881, fixed in 2.0.0",
			Change: "the payload goes through a string, which replaces what is not UTF-8", new: as[answersReplaced]},
		{Name: "answering/latin-1", Of: "specimen/responder", Mirrors: "engine.io's server, in python-websockets #651",
			Change: "the payload is taken for Latin-1 and sent as UTF-8", new: as[answersLatin1]},
		{Name: "answering/trailing-nul", Of: "specimen/responder", Mirrors: "the charger in python-websockets #1566",
			Change: "NULs at the end of a payload are lost", new: as[answersTrimmed]},
		{Name: "answering/shared-buffer", Of: "specimen/coalescing", Mirrors: "libwebsockets PR #2413",
			Change: "our Ping overwrites the payload of a Pong that is put off", new: as[answersShared]},
		{Name: "answering/empty-ignored", Of: "specimen/responder", Mirrors: "libwebsockets",
			Change: "the length of a Ping serves as a flag: an empty one is not answered", new: as[emptyIgnored]},
		{Name: "answering/longest-dropped", Of: "specimen/responder", Mirrors: "libwebsockets",
			Change: "a Ping of 125 bytes is dropped: the limit is 124", new: as[longestDropped]},
		{Name: "answering/delivered", Of: "specimen/responder", Mirrors: "libwebsockets",
			Change: "the payload of a Ping reaches the application as a message", new: as[pingDelivered]},
		{Name: "answering/empty-ends", Of: "specimen/responder", Mirrors: "x/net/websocket, go #6377",
			Change: "reading an empty Ping is taken for the end of the stream", new: as[emptyEnds]},
		{Name: "answering/pong-ends", Of: "specimen/responder", Mirrors: "x/net/websocket, go #7825, go #10156",
			Change: "a Pong is unknown and ends the connection", new: as[pongEnds]},
		{Name: "answering/previous-message", Of: "specimen/responder", Mirrors: "SocketRocket #325",
			Change: "the answer to an empty Ping carries the message before it", new: as[previousMessage]},
		{Name: "answering/never-flushed", Of: "specimen/responder", Mirrors: "tungstenite, fixed in 0.21.0",
			Change: "a Pong that cannot be written at once is forgotten", new: as[neverFlushed]},
		{Name: "answering/waits-a-second", Of: "specimen/responder", Mirrors: "gorilla/websocket #690",
			Change: "a Pong that waits for the writer for more than a second is dropped", new: as[waitsASecond]},
		{Name: "answering/while-closing", Of: "specimen/responder", Mirrors: "python-websockets #669, #977, #1429",
			Change: "answering while the connection closes raises", new: as[whileClosing]},
		{Name: "answering/oldest", Of: "specimen/coalescing",
			Change: "of several Pings the oldest is answered", new: as[answersOldest]},
		{Name: "answering/first-of-read", Of: "specimen/responder",
			Change: "only the first Ping of a read is answered", new: as[firstOfRead]},
		{Name: "answering/repeated-ignored", Of: "specimen/responder",
			Change: "a Ping with the payload of the one before is taken for a duplicate", new: as[repeatedIgnored]},
		{Name: "answering/cut-long", Of: "specimen/responder", Mirrors: "x/net/websocket",
			Change: "a Ping over 125 bytes is accepted, and its answer cut to fit", new: as[cutLong]},
		{Name: "answering/flood-accused", Of: "specimen/responder",
			Change: "the fifth Ping of a connection is called a protocol error", new: as[floodAccused]},
		{Name: "answering/late-lost", Of: "specimen/late",
			Change: "a Pong is lost that is to be written while the timer of the last one is armed", new: func() model.Subject {
				return &late{of: as[exact](), delay: 100 * time.Microsecond, loses: true}
			}},
	}
}

type cutLong struct{ responder }

func (p *cutLong) nextFrame(b []byte) (*frame.Frame, violation, int) {
	f, bad, n := p.responder.nextFrame(b)
	if f != nil && f.Opcode == frame.Ping && len(f.Payload) > frame.MaxControl && bad == (violation{frame.ProtocolError, "control frame too long"}) {
		f.Payload, bad = f.Payload[:frame.MaxControl], violation{}
	}
	return f, bad, n
}

type floodAccused struct {
	responder
	pings int
}

func (p *floodAccused) openConnection(cfg *model.Config) {
	p.responder.openConnection(cfg)
	p.pings = 0
}

func (p *floodAccused) answerPing(data string) {
	if p.pings++; p.pings == 5 {
		p.failConnection(p, violation{frame.ProtocolError, "too many pings"})
		return
	}
	p.responder.answerPing(data)
}

type answersEmpty struct{ responder }

func (p *answersEmpty) answerPing(string) { p.responder.answerPing("") }

type answersConstant struct{ responder }

func (p *answersConstant) answerPing(string) { p.responder.answerPing("Hi!") }

type answersReplaced struct{ responder }

func (p *answersReplaced) answerPing(data string) {
	data = strings.ToValidUTF8(data, "\uFFFD")
	p.responder.answerPing(data[:min(len(data), frame.MaxControl)])
}

type answersLatin1 struct{ responder }

func (p *answersLatin1) answerPing(data string) {
	var b []byte
	for i := range len(data) {
		b = append(b, string(rune(data[i]))...)
	}
	p.responder.answerPing(p.copyBytes(b[:min(len(b), frame.MaxControl)]))
}

type answersTrimmed struct{ responder }

func (p *answersTrimmed) answerPing(data string) {
	p.responder.answerPing(strings.TrimRight(data, "\x00"))
}

type answersShared struct{ responder }

func (p *answersShared) openConnection(cfg *model.Config) {
	p.responder.openConnection(cfg)
	p.coalesces = true
}

func (p *answersShared) step(s side, ev *model.Event, out *model.Outcome) {
	if ev.Kind == model.Ping && p.phase == isOpen && len(ev.Data) <= frame.MaxControl {
		p.newest = ev.Data
	}
	p.responder.step(s, ev, out)
}

type emptyIgnored struct{ responder }

func (p *emptyIgnored) answerPing(data string) {
	if len(data) > 0 {
		p.responder.answerPing(data)
	}
}

type longestDropped struct{ responder }

func (p *longestDropped) answerPing(data string) {
	if len(data) < frame.MaxControl {
		p.responder.answerPing(data)
	}
}

type pingDelivered struct{ responder }

func (p *pingDelivered) answerPing(data string) {
	p.responder.answerPing(data)
	p.out.Messages = append(p.out.Messages, model.Message{Data: data})
}

type emptyEnds struct{ responder }

func (p *emptyEnds) answerPing(data string) {
	if data == "" {
		p.abortTransport()
		return
	}
	p.responder.answerPing(data)
}

type pongEnds struct{ responder }

func (p *pongEnds) handlePong(string) { p.abortTransport() }

type previousMessage struct{ responder }

func (p *previousMessage) answerPing(data string) {
	if data == "" {
		data = p.copyBytes(p.message[:min(len(p.message), frame.MaxControl)])
	}
	p.responder.answerPing(data)
}

type neverFlushed struct{ responder }

func (p *neverFlushed) answerPing(data string) {
	if !p.blocked {
		p.responder.answerPing(data)
	}
}

type waitsASecond struct {
	responder
	since time.Duration // writes stall
}

func (p *waitsASecond) step(s side, ev *model.Event, out *model.Outcome) {
	if ev.Kind == model.Block && !p.blocked {
		p.since = p.now
	}
	if ev.Kind == model.Resume && p.now > p.since+time.Second {
		kept := p.stalled[:0]
		for _, f := range p.stalled {
			if f.Opcode != frame.Pong {
				kept = append(kept, f)
			}
		}
		p.stalled = kept
	}
	p.responder.step(s, ev, out)
}

type whileClosing struct{ responder }

func (p *whileClosing) answerPing(data string) {
	if p.phase != isOpen {
		panic(errInvalidState)
	}
	p.responder.answerPing(data)
}

type answersOldest struct{ responder }

func (p *answersOldest) openConnection(cfg *model.Config) {
	p.responder.openConnection(cfg)
	p.coalesces = true
}

func (p *answersOldest) answerPing(data string) {
	if !p.owes {
		p.responder.answerPing(data)
	}
}

type firstOfRead struct {
	responder
	answered bool
}

func (p *firstOfRead) readBytes(s side, b []byte) {
	p.answered = false
	p.responder.readBytes(s, b)
}

func (p *firstOfRead) answerPing(data string) {
	if !p.answered {
		p.responder.answerPing(data)
	}
	p.answered = true
}

type repeatedIgnored struct {
	responder
	last string
	any  bool
}

func (p *repeatedIgnored) openConnection(cfg *model.Config) {
	p.responder.openConnection(cfg)
	p.last, p.any = "", false
}

func (p *repeatedIgnored) answerPing(data string) {
	if !p.any || data != p.last {
		p.responder.answerPing(data)
	}
	p.last, p.any = data, true
}
