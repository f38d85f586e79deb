package specimen

import (
	"errors"
	"slices"
	"time"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// closeFrameMutants owe a Close, send a wrong one, or do not end when they should.
func closeFrameMutants() []Mutant {
	return []Mutant{
		{Name: "closing/reason-unanswered", Of: "specimen/exact",
			Change: "a Close with a reason is taken for a failure of the peer's, and not answered", new: as[reasonUnanswered]},
		{Name: "closing/no-code-answered", Of: "specimen/exact",
			Change: "a Close without a code is answered with the code 1005, which stands for none", new: as[noCodeAnswered]},
		{Name: "closing/inside-message", Of: "specimen/exact",
			Change: "a Close among the fragments of a message is overlooked", new: as[closeInsideMessage]},
		{Name: "closing/waits-for-pongs", Of: "specimen/exact",
			Change: "close waits until every ping is answered before it sends its Close", new: as[closeWaitsForPongs]},
		{Name: "closing/byte-order", Of: "specimen/exact",
			Change: "the code of a Close is written with its low byte first", new: as[codeByteOrder]},
		{Name: "closing/reason-repeated", Of: "specimen/exact",
			Change: "the answer repeats the peer's reason behind words of its own, however long", new: as[reasonRepeated]},
		{Name: "closing/bad-code-answered", Of: "specimen/exact",
			Change: "a code that may not be sent is sent back", new: as[badCodeAnswered]},
		{Name: "closing/one-byte", Of: "specimen/exact",
			Change: "a Close with a payload has a code of two bytes, without a look at its length", new: as[oneByteClose]},
		{Name: "closing/message-after-close", Of: "specimen/exact",
			Change: "messages of the application leave until the peer has closed, too", new: as[messageAfterClose]},
		{Name: "closing/overtakes", Of: "specimen/exact",
			Change: "the Close goes in front of the messages that are held up", new: as[closeOvertakes]},
		{Name: "closing/eof-unnoticed", Of: "specimen/exact",
			Change: "the end of the stream is noticed only by the next write", new: as[eofUnnoticed]},
		{Name: "closing/timer-survives", Of: "specimen/exact",
			Change: "the timer that waits for the peer's Close outlives the connection, and closes again", new: as[closeTimerSurvives]},
	}
}

// isClose reports whether f is a Close that asks for an answer.
func (e *endpoint) isClose(f *frame.Frame, bad violation) bool {
	return bad == (violation{}) && f != nil && f.Opcode == frame.Close && e.phase == isOpen
}

// answerClose answers the peer's Close before the endpoint does.
func (e *endpoint) answerClose(payload string) {
	e.writeFrame(frame.Close, payload)
	e.phase = isClosing
}

type reasonUnanswered struct{ exact }

func (x *reasonUnanswered) nextFrame(b []byte) (*frame.Frame, violation, int) {
	f, bad, n := x.exact.nextFrame(b)
	if x.isClose(f, bad) && len(f.Payload) > 2 {
		x.phase = isClosing
	}
	return f, bad, n
}

type noCodeAnswered struct{ exact }

func (x *noCodeAnswered) nextFrame(b []byte) (*frame.Frame, violation, int) {
	f, bad, n := x.exact.nextFrame(b)
	if x.isClose(f, bad) && len(f.Payload) == 0 {
		x.answerClose(x.closePayload(noStatus, ""))
	}
	return f, bad, n
}

type closeInsideMessage struct{ exact }

func (x *closeInsideMessage) nextFrame(b []byte) (*frame.Frame, violation, int) {
	f, bad, n := x.exact.nextFrame(b)
	if x.isClose(f, bad) && x.state.InMessage {
		f = nil
	}
	return f, bad, n
}

type closeWaitsForPongs struct {
	exact
	code int // to close with when no ping is pending; 0: not asked
}

func (x *closeWaitsForPongs) openConnection(cfg *model.Config) {
	x.exact.openConnection(cfg)
	x.code = 0
}

func (x *closeWaitsForPongs) step(s side, ev *model.Event, out *model.Outcome) {
	if ev.Kind == model.Close && x.phase == isOpen && len(x.entries) > 0 {
		x.code = ev.N
		if x.code == 0 {
			x.code = int(frame.NormalClosure)
		}
		return
	}
	if x.exact.step(s, ev, out); x.code != 0 && len(x.entries) == 0 {
		x.callClose(x.code)
		x.code = 0
	}
}

type codeByteOrder struct{ exact }

func (x *codeByteOrder) step(s side, ev *model.Event, out *model.Outcome) {
	x.exact.step(s, ev, out)
	if f := x.lastWritten(); ev.Kind == model.Close && f.Opcode == frame.Close {
		f.Data = x.copyBytes([]byte{f.Data[1], f.Data[0]})
	}
}

type reasonRepeated struct{ exact }

func (x *reasonRepeated) nextFrame(b []byte) (*frame.Frame, violation, int) {
	f, bad, n := x.exact.nextFrame(b)
	if x.isClose(f, bad) && len(f.Payload) > 2 {
		if code, wrong := parseClose(string(f.Payload)); wrong == (violation{}) {
			x.answerClose(x.closePayload(code, "closed by the peer: "+string(f.Payload[2:])))
		}
	}
	return f, bad, n
}

type badCodeAnswered struct{ exact }

func (x *badCodeAnswered) nextFrame(b []byte) (*frame.Frame, violation, int) {
	f, bad, n := x.exact.nextFrame(b)
	if x.isClose(f, bad) && len(f.Payload) == 2 {
		x.answerClose(x.copyBytes(f.Payload))
		f.Payload = nil
	}
	return f, bad, n
}

type oneByteClose struct{ exact }

func (x *oneByteClose) nextFrame(b []byte) (*frame.Frame, violation, int) {
	f, bad, n := x.exact.nextFrame(b)
	if x.isClose(f, bad) && len(f.Payload) == 1 {
		panic(errors.New("index out of range [1] with length 1"))
	}
	return f, bad, n
}

type messageAfterClose struct{ exact }

func (x *messageAfterClose) step(s side, ev *model.Event, out *model.Outcome) {
	phase := x.phase
	if ev.Kind == model.MsgSend && phase == isClosing && !x.leaving {
		x.phase = isOpen
		defer func() { x.phase = phase }()
	}
	x.exact.step(s, ev, out)
}

type closeOvertakes struct{ exact }

func (x *closeOvertakes) step(s side, ev *model.Event, out *model.Outcome) {
	n := len(x.stalled)
	if x.exact.step(s, ev, out); ev.Kind == model.Close && len(x.stalled) > n {
		last := x.stalled[n]
		x.stalled = slices.Insert(x.stalled[:n], 0, last)
	}
}

type eofUnnoticed struct {
	exact
	ended bool // the peer's stream has ended
}

func (x *eofUnnoticed) openConnection(cfg *model.Config) {
	x.exact.openConnection(cfg)
	x.ended = false
}

func (x *eofUnnoticed) step(s side, ev *model.Event, out *model.Outcome) {
	switch ev.Kind {
	case model.EOF:
		x.ended = true
		return
	case model.Ping, model.MsgSend, model.SendPong, model.Close:
		if x.ended {
			x.link.closeTransport()
		}
	}
	x.exact.step(s, ev, out)
}

type closeTimerSurvives struct{ exact }

func (x *closeTimerSurvives) nextTimer() (time.Duration, bool) { return x.deadline, x.deadline != 0 }

func (x *closeTimerSurvives) fireTimer(s side) {
	if x.gone {
		x.out.Frames = append(x.out.Frames, model.Frame{Opcode: frame.Close, Data: x.closePayload(frame.GoingAway, ""), At: x.at()})
	}
	x.exact.fireTimer(s)
	x.deadline = 0
}
