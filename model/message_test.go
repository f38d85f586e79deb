package model

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/frame"
)

// sender is a subject that answers Pings and sends messages compressed and
// fragmented as it likes. If it spoils, a Pong's data gets into its window.
type sender struct {
	r        *rand.Rand
	deflate  Deflate
	deflater frame.Deflater
	spoils   bool
}

func (x *sender) Step(ev *Event, out *Outcome) {
	switch ev.Kind {
	case Open:
		x.deflate = ev.Config.Deflate
		x.deflater = frame.Deflater{Takeover: x.deflate == Takeover}
	case RecvPing:
		x.pong(ev.Data, out)
	case MsgSend:
		x.send(ev, out)
	}
}

func (x *sender) pong(data string, out *Outcome) {
	if x.spoils && x.deflate == Takeover {
		x.deflater.Frame(frame.Binary, []byte(data), true)
	}
	out.Frames = append(out.Frames, Frame{Opcode: frame.Pong, Data: data})
}

func (x *sender) send(ev *Event, out *Outcome) {
	op := frame.Binary
	if ev.Text {
		op = frame.Text
	}
	z := x.deflate != NoDeflate && x.r.IntN(3) > 0
	data := []byte(ev.Data)
	if z {
		data = bytes.Clone(x.deflater.Frame(op, data, true).Payload)
	}
	for first := true; ; first = false {
		n := x.r.IntN(len(data) + 1)
		if x.r.IntN(3) > 0 {
			n = len(data)
		}
		f := Frame{Opcode: op, Data: string(data[:n]), NoFin: n < len(data)}
		if !first {
			f.Opcode = frame.Continuation
		} else if z {
			f.RSV = frame.RSV1
		}
		out.Frames = append(out.Frames, f)
		if data = data[n:]; !f.NoFin {
			return
		}
		x.pong("between", out)
	}
}

func messageTrace(r *rand.Rand) *Trace {
	t := &Trace{Config: Config{Role: Role(r.IntN(2)), Deflate: Deflate(r.IntN(3))}}
	words := []string{"pongcheck ", "ping ", "\x00", "the window ", strings.Repeat("z", 300)}
	for range 2 + r.IntN(12) {
		data := ""
		for range r.IntN(8) {
			data += words[r.IntN(len(words))]
		}
		kind := MsgSend
		if r.IntN(3) == 0 {
			kind, data = RecvPing, data[:min(len(data), frame.MaxControl)]
		}
		t.Ops = append(t.Ops, Op{Kind: kind, Text: kind == MsgSend && r.IntN(2) == 0, Data: Bytes(data)})
	}
	t.Ops = append(t.Ops, Op{Kind: Settle})
	return t
}

// However a sender compresses and cuts its messages, it is right; and one whose
// window a control frame gets into is found wherever that shows.
func TestSentMessages(t *testing.T) {
	for _, spoils := range []bool{false, true} {
		info := Everything()
		info.Deflate = true
		c := NewChecker(RFC(), info)
		failed := RuleSet(0)
		for i := range uint64(2000) {
			r := rand.New(rand.NewPCG(7, i))
			tr := messageTrace(r)
			report := c.Run(&sender{r: r, spoils: spoils}, tr)
			if f := report.Failure(); f != nil {
				failed |= rulesOf(f.Rule)
				if !spoils || tr.Config.Deflate != Takeover {
					t.Fatalf("trace %d: %s\n%s", i, f.Sentence(), tr)
				}
			}
		}
		if want := rulesOf(messageSent, messageDeflate); spoils && failed != want {
			t.Errorf("a sender with a spoilt window breaks the rules %b, want %b: message.sent and message.deflate", failed, want)
		}
	}
}

// stalled shows nothing.
type stalled struct{}

func (stalled) Step(*Event, *Outcome) {}

// A stalled write holds up no more messages than the model remembers.
func TestMessagesAreBounded(t *testing.T) {
	tr := &Trace{Ops: []Op{{Kind: Block}}}
	for range 10 * maxUnsentMessages {
		tr.Ops = append(tr.Ops, Op{Kind: MsgSend, Data: Bytes("a")})
	}
	c := NewChecker(RFC(), Everything())
	if r := c.Run(stalled{}, tr); cap(c.state.out.messages.unsent) > 2*maxUnsentMessages || r.Verdict == FAILED {
		t.Errorf("%d messages are remembered, verdict %s", cap(c.state.out.messages.unsent), r.Verdict)
	}
}
