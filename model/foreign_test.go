package model_test

import (
	"testing"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// answerer answers every Ping, whatever its length. Its protocol may not be WebSocket.
type answerer struct{ foreign bool }

func (a answerer) Step(ev *model.Event, out *model.Outcome) {
	switch ev.Kind {
	case model.Open:
		out.Foreign = a.foreign
	case model.RecvPing:
		out.Frames = append(out.Frames, model.Frame{Opcode: frame.Pong, Data: ev.Data})
	}
}

// The shapes of frames are judged in WebSocket only.
func TestShapesOfForeignFrames(t *testing.T) {
	tr := &model.Trace{Ops: []model.Op{{Kind: model.RecvPing, Data: model.Bytes(string(make([]byte, 126)))}, {Kind: model.Settle}}}
	for _, foreign := range []bool{true, false} {
		want := model.FAILED
		if foreign {
			want = model.OK
		}
		c := model.NewChecker(model.RFC(), model.Everything())
		if r := c.Run(answerer{foreign}, tr); r.Verdict != want {
			t.Errorf("foreign=%v: got %v, want %v: %s", foreign, r.Verdict, want, model.VerdictLines(r))
		}
	}
}
