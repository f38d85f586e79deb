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

// Transcript returns what the log shows of one end, each step with its line. What that end
// sent is the outcome of a step in which nothing else happens. The transcript of the peer
// is the mirror image: a Ping that the log's end sends is one that the peer receives.
//
// It leaves out what a log cannot prove: calls to ping (the log does not show when the
// application stopped waiting), messages before a Close, and a Close towards an end whose
// own Close never came (it may not have arrived). From the line undecided on, answers are
// not judged since too many Pings were open; 0 means that all are.
func (c *Connection) Transcript(end End) (t *model.Transcript, undecided int) {
	b := builder{t: &model.Transcript{Profile: model.RFC().Name}, end: end, owed: newOwed()}
	if (c.Side == "client") == (end == Local) && c.Side != "" {
		b.t.Config.Role = model.Client
	}
	b.countSteps(c.Frames, len(c.Crashes))
	crashes := c.Crashes
	for i := range c.Frames {
		for ; len(crashes) > 0 && crashes[0].after <= i; crashes = crashes[1:] {
			b.addCrash(&crashes[0])
		}
		b.addInOrder(c.Frames, i)
	}
	for i := range crashes {
		b.addCrash(&crashes[i])
	}
	return b.t, b.undecided
}

// builder builds the transcript of one end.
type builder struct {
	t          *model.Transcript
	end        End
	endCloses  bool         // the log has a Close that the end sent
	closeSeen  bool         // that Close was added
	closeStamp int32        // its stamp
	pings      []Pattern    // the newest Pings that the end received
	shortened  bool         // one of pings is not whole
	owed       outstanding  // bounds the Pings without an answer
	taken      map[int]bool // frames that were added before their turn
	undecided  int          // line from which on nothing is added; 0: everything was
}

// isSender reports whether the end sent f.
func (b *builder) isSender(f *Frame) bool { return f.Out == (b.end == Local) }

// countSteps makes room for the steps, which are large, and looks for a Close of the end.
func (b *builder) countSteps(frames []Frame, steps int) {
	for i := range frames {
		if f := &frames[i]; f.Opcode.Control() && !(f.Opcode == frame.Ping && b.isSender(f)) {
			steps++
			b.endCloses = b.endCloses || f.Opcode == frame.Close && b.isSender(f)
		}
	}
	b.t.Steps = make([]model.Step, 0, steps)
}

// neighbours is how many lines a line may be away from its place, if their stamps are
// equal.
const neighbours = 8

// addInOrder adds frame i. If it is a Pong with no Ping before it, and a Ping that it
// answers follows with the same stamp, it adds that Ping first.
func (b *builder) addInOrder(frames []Frame, i int) {
	f := &frames[i]
	if b.taken[i] {
		delete(b.taken, i)
		return
	}
	if b.isSender(f) && f.Opcode == frame.Pong && f.stamp != 0 && !b.owed.hasOpen(b.resolvePong(f)) {
		for j := i + 1; j < len(frames) && j <= i+neighbours && frames[j].stamp == f.stamp; j++ {
			if f.mayAnswer(&frames[j]) && !b.taken[j] {
				b.addFrame(&frames[j])
				if b.taken == nil {
					b.taken = map[int]bool{}
				}
				b.taken[j] = true
				break
			}
		}
	}
	b.addFrame(f)
}

// addFrame adds the step of f, but none for an illegal control frame: the library prints
// that and then refuses to send it.
func (b *builder) addFrame(f *Frame) {
	if b.undecided != 0 || f.Opcode.Control() && (f.NoFin || f.Data.Len > frame.MaxControl) {
		return
	}
	if b.isSender(f) {
		b.addSent(f)
	} else {
		b.addReceived(f)
	}
	if b.owed.isFull() {
		b.undecided = f.Line
	}
}

func (b *builder) addStep(line int, op model.Op) *model.Step {
	b.t.Steps = append(b.t.Steps, model.Step{Op: op, Line: line})
	return &b.t.Steps[len(b.t.Steps)-1]
}

// quiet is the op of a step that has an outcome and nothing else.
var quiet = model.Op{Kind: model.Advance}

// addReceived adds a frame that reached the end.
func (b *builder) addReceived(f *Frame) {
	switch f.Opcode {
	case frame.Ping:
		b.notePing(f.Data)
		b.addStep(f.Line, model.Op{Kind: model.RecvPing, Data: model.Bytes(f.Data.standIn())})
	case frame.Pong:
		b.addStep(f.Line, model.Op{Kind: model.Pong, Data: model.Bytes(f.Data.standIn())})
	case frame.Close:
		if code, _ := f.closeCode(); b.endCloses {
			b.addStep(f.Line, model.Op{Kind: model.PeerClose, N: int(code)})
		}
	}
}

// addSent adds a frame that the end sent. Its first Close counts as a call of its
// application, since no log proves that a frame caused it.
func (b *builder) addSent(f *Frame) {
	op, data := quiet, ""
	switch f.Opcode {
	case frame.Ping:
		return
	case frame.Pong:
		data = b.resolvePong(f)
		b.owed.strikePong(data)
	case frame.Close:
		if code, _ := f.closeCode(); !b.closeSeen {
			op = model.Op{Kind: model.Close, N: int(code)}
		}
		if b.closeSeen, b.closeStamp = true, f.stamp; f.Data.Whole() {
			data = f.Data.Head
		} else {
			data = f.Data.Head[:min(2, len(f.Data.Head))] // a code, whatever the reason
		}
	default:
		if !b.closeSeen || f.stamp != 0 && f.stamp == b.closeStamp {
			return // section 5.5.1 forbids data after the Close only
		}
	}
	s := b.addStep(f.Line, op)
	s.Outcome.Frames = []model.Frame{{Opcode: f.Opcode, Data: data}}
}

func (b *builder) addCrash(c *Crash) {
	if b.end == Local {
		s := b.addStep(c.Line, quiet)
		s.Outcome.Crash = model.Crash{Where: c.Where, Class: c.Class, Text: c.Text}
	}
}
