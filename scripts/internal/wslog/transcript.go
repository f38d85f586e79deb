package wslog

import (
	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// End is one end of a connection.
type End uint8

// The ends: Local wrote the log.
const (
	Local End = iota
	Peer
)

// Transcript is what the log shows of one end, each step with its line. What that
// end sent stands as the outcome of a step in which nothing else happens; that of the
// peer is the mirror: the Ping that the log sends is one that the peer receives.
//
// What a log cannot prove is left out: calls to ping (when the application stopped
// waiting is not seen), messages before a Close, and a Close towards an end whose
// own Close never came (it may not have arrived). undecided is the line from which
// on answers are not judged since too many Pings were open, or 0.
func (c *Connection) Transcript(end End) (t *model.Transcript, undecided int) {
	b := builder{t: &model.Transcript{Profile: model.RFC().Name}, end: end, owed: newOwed()}
	if (c.Side == "client") == (end == Local) && c.Side != "" {
		b.t.Config.Role = model.Client
	}
	b.survey(c.Frames, len(c.Crashes))
	crashes := c.Crashes
	for i := range c.Frames {
		for ; len(crashes) > 0 && crashes[0].Line < c.Frames[i].Line; crashes = crashes[1:] {
			b.crash(&crashes[0])
		}
		b.next(c.Frames, i)
	}
	for i := range crashes {
		b.crash(&crashes[i])
	}
	return b.t, b.undecided
}

// builder writes the transcript of one end.
type builder struct {
	t         *model.Transcript
	end       End
	closes    bool  // the log has a Close of the end's
	closed    bool  // it was reached
	stamp     int32 // of that Close
	pings     []Pattern
	shortened bool // one of pings is not whole
	owed      owed
	ahead     map[int]bool // frames taken before their turn
	undecided int
}

// mine reports whether the end in question sent f.
func (b *builder) mine(f *Frame) bool { return f.Out == (b.end == Local) }

// survey makes room for the steps, which are large, and looks for the end's Close.
func (b *builder) survey(frames []Frame, steps int) {
	for i := range frames {
		if f := &frames[i]; f.Opcode.Control() && !(f.Opcode == frame.Ping && b.mine(f)) {
			steps++
			b.closes = b.closes || f.Opcode == frame.Close && b.mine(f)
		}
	}
	b.t.Steps = make([]model.Step, 0, steps)
}

// neighbours is how far lines with one stamp may be out of order.
const neighbours = 8

// next takes over frame i. If it is a Pong with no Ping before it, a Ping that it
// answers may follow with the same stamp: then that comes first.
func (b *builder) next(frames []Frame, i int) {
	f := &frames[i]
	if b.ahead[i] {
		delete(b.ahead, i)
		return
	}
	if b.mine(f) && f.Opcode == frame.Pong && f.stamp != 0 && !b.owed.has(b.resolve(f)) {
		for j := i + 1; j < len(frames) && j <= i+neighbours && frames[j].stamp == f.stamp; j++ {
			if f.answers(&frames[j]) && !b.ahead[j] {
				b.add(&frames[j])
				if b.ahead == nil {
					b.ahead = map[int]bool{}
				}
				b.ahead[j] = true
				break
			}
		}
	}
	b.add(f)
}

// add adds the step of f. The library prints an illegal control frame and then
// refuses to send it, so there is none.
func (b *builder) add(f *Frame) {
	if b.undecided != 0 || f.Opcode.Control() && (f.NoFin || f.Data.Len > frame.MaxControl) {
		return
	}
	if b.mine(f) {
		b.sent(f)
	} else {
		b.received(f)
	}
	if b.owed.full() {
		b.undecided = f.Line
	}
}

func (b *builder) step(line int, op model.Op) *model.Step {
	b.t.Steps = append(b.t.Steps, model.Step{Op: op, Line: line})
	return &b.t.Steps[len(b.t.Steps)-1]
}

// quiet is the op of a step that has an outcome and nothing else.
var quiet = model.Op{Kind: model.Advance}

// received adds what reached the end in question.
func (b *builder) received(f *Frame) {
	switch f.Opcode {
	case frame.Ping:
		b.ping(f.Data)
		b.step(f.Line, model.Op{Kind: model.RecvPing, Data: model.Bytes(f.Data.stand())})
	case frame.Pong:
		b.step(f.Line, model.Op{Kind: model.Pong, Data: model.Bytes(f.Data.stand())})
	case frame.Close:
		if code, _ := f.code(); b.closes {
			b.step(f.Line, model.Op{Kind: model.PeerClose, N: int(code)})
		}
	}
}

// sent adds what the end in question sent. Its first Close is put down to its
// application, whose calls are not seen: no log proves that a frame caused it.
func (b *builder) sent(f *Frame) {
	op, data := quiet, ""
	switch f.Opcode {
	case frame.Ping:
		return
	case frame.Pong:
		data = b.resolve(f)
		b.owed.pong(data)
	case frame.Close:
		if code, _ := f.code(); !b.closed {
			op = model.Op{Kind: model.Close, N: int(code)}
		}
		if b.closed, b.stamp = true, f.stamp; f.Data.Whole() {
			data = f.Data.Head
		} else {
			data = f.Data.Head[:min(2, len(f.Data.Head))] // a code, whatever the reason
		}
	default:
		if !b.closed || f.stamp != 0 && f.stamp == b.stamp {
			return // section 5.5.1 forbids data after the Close only
		}
	}
	s := b.step(f.Line, op)
	s.Outcome.Frames = []model.Frame{{Opcode: f.Opcode, Data: data}}
}

func (b *builder) crash(c *Crash) {
	if b.end == Local {
		s := b.step(c.Line, quiet)
		s.Outcome.Crash = model.Crash{Where: c.Where, Class: c.Class, Text: c.Text}
	}
}
