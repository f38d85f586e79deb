package props

import (
	"slices"
	"testing"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
	"github.com/pongcheck/pongcheck/props/internal/propstest"
)

// wrong is the reference, with two bugs that have nothing to do with each other, or with one
// that shows twice: it answers no Ping and changes messages, or it delivers each message only
// when the next one comes.
type wrong struct {
	model.Subject
	late bool
	kept []model.Message
}

func (w *wrong) Step(ev *model.Event, out *model.Outcome) {
	w.Subject.Step(ev, out)
	switch {
	case ev.Kind == model.Open:
		w.kept = nil
	case w.late && len(out.Messages) > 0:
		w.kept, out.Messages = slices.Clone(out.Messages), append(out.Messages[:0], w.kept...)
	case !w.late:
		for i := range out.Messages {
			out.Messages[i].Data += "!"
		}
		out.Frames = slices.DeleteFunc(out.Frames, func(f model.Frame) bool { return f.Opcode == frame.Pong })
	}
}

// A failure does not hide another one behind it. What only follows from it is not told.
func TestAFailureBehindAnotherIsFound(t *testing.T) {
	tr, err := text.ParseString(model.Version + "\nrecv-ping 61\nsettle\nmsg binary 62\nsettle\nmsg binary 63\nsettle\n")
	if err != nil {
		t.Fatal(err)
	}
	first := []Named{{"once", tr.Trace()}, {"again", tr.Trace()}}
	for late, want := range map[bool][]string{false: {"pong.owed", "message.received"}, true: {"message.received lost"}} {
		impl := propstest.Reference(model.RFC())
		make := impl.New
		impl.New = func() model.Subject { return &wrong{Subject: make(), late: late} }
		r, err := Run(t.Context(), model.RFC(), impl, Options{N: -1, NoCorpus: true, First: first})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for i := range r.Findings {
			f := &r.Findings[i]
			got = append(got, f.Class())
			if len(f.Original.Ops) != 6 || len(f.Shrunk.Ops) > 2 || f.Flaky {
				t.Errorf("%s", f)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("late %v: got %q, want %q", late, got, want)
		}
	}
}
